import type { ParticleShape } from './cell.ts'

/** Exponential stretching: fraction of the width at fraction q of the cells; s > 0 crowds them at the far end. */
const stretch = (q: number, s: number): number => (Math.abs(s) < 1e-9 ? q : Math.expm1(-s * q) / Math.expm1(-s))

/**
 * Widths of `points` cells over a region of `thickness` [m], smoothly graded.
 *
 * @param grading  s = ln(first width/last width); > 0 crowds cells at the far end, < 0 at the near end, 0 is uniform
 * @returns        [points], m, summing to `thickness`
 */
export const regionWidths = (thickness: number, points: number, grading: number): Float64Array => {
  const widths = new Float64Array(points)
  for (let k = 0; k < points; k++)
    widths[k] = thickness * (stretch((k + 1) / points, grading) - stretch(k / points, grading))
  return widths
}

/** Exponent g of r in the volume element r^g dr. */
export const shapeExponent = (shape: ParticleShape): number => ({ sphere: 2, cylinder: 1, plate: 0 })[shape]

/** Finite volumes of one particle, per unit of its outer surface. Shell 0 is the core, face k lies outside shell k. */
export type RadialMesh = {
  readonly shells: number
  /** Outer radius of each shell [m], [shells]; the last is R_p, or that of the surface cell's inner face. */
  readonly faceRadius: Float64Array
  /** Radius the mean of a shell stands for, √⟨r²⟩ [m], [shells]. */
  readonly radius: Float64Array
  /** Volume of each shell over the particle's outer surface [m], [shells]; with `surfaceVolume` the sum is R_p/(g + 1). */
  readonly volume: Float64Array
  /** Area of the outer face of each shell over the particle's outer surface [–], [shells]; the last is 1 without a surface cell. */
  readonly area: Float64Array
  /** Distance Δ over which the difference of the means either side of a face is its gradient [m], [shells]; the last reaches the surface. */
  readonly distance: Float64Array
  /**
   * Volume that the surface content stands for, over the outer surface [m]: 0, or the outer part of the outermost shell. With
   * it the surface answers a sudden current as a diffusion layer does, from where it was; without it at once by J Δ/D.
   */
  readonly surfaceVolume: number
  /**
   * Volumes p, q over the outer surface [m], [shells], in the flux through each face, A G = −(A/Δ)∫D dx + p ẋ_inside + q ẋ_outside:
   * what the curvature of the profile, known from how fast it changes, adds. 0 without `compact`.
   */
  readonly massInside: Float64Array
  readonly massOutside: Float64Array
  /**
   * w in ⟨∫D dx⟩ = ∫^x̄ D dx + w (D_{k+1} − D_{k−1})(x_{k+1} − x_{k−1}) of each shell [–], [shells]: half the variance of r² within
   * it over the square of the difference of ⟨r²⟩ across its neighbours (the core: itself and the next). 0 without `compact`.
   */
  readonly bend: Float64Array
}

/** Shells crowd at the surface: ratio of the innermost to the outermost width is e^grading. */
export const radialGrading = 2.5

/** The same where the mesh is of higher order: it needs fewer shells at the surface, and the inner ones are better for it. */
export const compactGrading = 1.25

/** Part of the outermost shell that the surface content stands for: its error is of second order in that width. */
const surfaceShare = 0.25

/**
 * Radial mesh, graded towards the surface, on which a parabola in r is exact.
 *
 * With Δ_f = (⟨r²⟩_{k+1} − ⟨r²⟩_k)/(2 r_f) a profile c = c₀ + b r² of shell means gives exactly the flux 2 b r_f at each
 * face, so the quasi-steady profile under constant flux and constant diffusivity carries no error on any mesh; the
 * scheme stays second order in general.
 *
 * @param surface  what stands at the surface: `value` a content without volume, `cell` one with the outer part of the
 *   outermost shell, `compact` one without volume on a mesh of higher order (see `compactMass`)
 */
export const radialMesh = (
  radius: number,
  shells: number,
  shape: ParticleShape,
  grading = radialGrading,
  surface: 'value' | 'cell' | 'compact' = 'value',
): RadialMesh => {
  const g = shapeExponent(shape)
  const width = regionWidths(radius, shells, grading)
  const mesh = {
    shells,
    faceRadius: new Float64Array(shells),
    radius: new Float64Array(shells),
    volume: new Float64Array(shells),
    area: new Float64Array(shells),
    distance: new Float64Array(shells),
    surfaceVolume: 0,
    massInside: new Float64Array(shells),
    massOutside: new Float64Array(shells),
    bend: new Float64Array(shells),
  }
  let inner = 0
  const meanSquare = new Float64Array(shells + 1)
  for (let k = 0; k < shells; k++) {
    const outer = k === shells - 1 ? (surface === 'cell' ? radius - surfaceShare * width[k] : radius) : inner + width[k]
    meanSquare[k] = meanPower(inner, outer, g, 2)
    mesh.faceRadius[k] = outer
    mesh.radius[k] = Math.sqrt(meanSquare[k])
    mesh.volume[k] = (outer ** (g + 1) - inner ** (g + 1)) / (g + 1) / radius ** g
    mesh.area[k] = (outer / radius) ** g
    inner = outer
  }
  meanSquare[shells] = radius * radius
  mesh.surfaceVolume = (radius ** (g + 1) - inner ** (g + 1)) / (g + 1) / radius ** g
  for (let k = 0; k < shells; k++) mesh.distance[k] = (meanSquare[k + 1] - meanSquare[k]) / (2 * mesh.faceRadius[k])
  if (surface === 'compact') compactMass(mesh, g)
  return mesh
}

/** ⟨r^power⟩ over a shell. */
const meanPower = (inner: number, outer: number, g: number, power: number): number => {
  const moment = (p: number): number => (outer ** p - inner ** p) / p
  return moment(g + 1 + power) / moment(g + 1)
}

/**
 * Δ, p and q of every face, which make the flux exact for c = ρ, ρ², ρ³ of the distance ρ from the face, with ċ = D ∇²c:
 *
 *   −c'(r_f) = −(c̄_outside − c̄_inside)/Δ + (p/A) ⟨∇²c⟩_inside + (q/A) ⟨∇²c⟩_outside
 *
 * The surface content is a value instead of a mean. For a plate of equal shells Δ = h, q = −p = h/12, fourth order; at the
 * surface Δ = h/2, p = q = −h/6. Rows telescope as before: Σ v x is conserved. The face of the core takes r²
 * and r⁴ with p = −q, as a profile is even there; every rate of decay is then real and negative.
 *
 * Source: computed: moments of the shells (tests hold the orders)
 */
const compactMass = (mesh: RadialMesh, g: number): void => {
  const { shells, faceRadius, area, distance, massInside, massOutside, bend } = mesh
  for (let k = 0; k < shells; k++) {
    const a = k > 0 ? faceRadius[k - 1] : 0
    const b = faceRadius[k]
    const last = k === shells - 1
    const c = last ? b : faceRadius[k + 1]
    const tests: Monomial[] =
      k === 0 && !last ? [2, 4].map(power => ({ at: 0, power })) : [1, 2, 3].map(power => ({ at: b, power }))
    const rows = tests.map(test => {
      const outside = last ? (b - test.at) ** test.power : meanOf(test, b, c, g)
      const bent = last ? laplacianAt(test, b, g) : laplacianOf(test, b, c, g)
      return [outside - meanOf(test, a, b, g), -laplacianOf(test, a, b, g), -bent, slopeOf(test, b)]
    })
    if (rows.length < 3) rows.push([0, 1, 1, 0])
    const [inverse, p, q] = solve3(rows)
    distance[k] = 1 / inverse
    massInside[k] = area[k] * p
    massOutside[k] = area[k] * q
    const square = meanPower(a, b, g, 2)
    const before = k > 0 ? mesh.radius[k - 1] ** 2 : square
    const after = last ? b ** 2 : mesh.radius[k + 1] ** 2
    bend[k] = (0.5 * (meanPower(a, b, g, 4) - square ** 2)) / (after - before) ** 2
  }
}

/** c = (r − at)^power. */
type Monomial = { readonly at: number; readonly power: number }

const slopeOf = ({ at, power }: Monomial, r: number): number => power * (r - at) ** (power - 1)
/** ∇²c = c'' + g c'/r. */
const laplacianAt = ({ at, power }: Monomial, r: number, g: number): number =>
  (power > 1 ? power * (power - 1) * (r - at) ** (power - 2) : 0) + (g * slopeOf({ at, power }, r)) / r

/** ⟨c⟩ over a shell, by moments of r. */
const meanOf = ({ at, power }: Monomial, inner: number, outer: number, g: number): number => {
  let sum = 0
  let binomial = 1
  for (let j = 0; j <= power; j++) {
    sum += binomial * (-at) ** (power - j) * meanPower(inner, outer, g, j)
    binomial *= (power - j) / (j + 1)
  }
  return sum
}

/** ⟨∇²c⟩ over a shell, by what flows through its faces. */
const laplacianOf = (c: Monomial, inner: number, outer: number, g: number): number =>
  ((outer ** g * slopeOf(c, outer) - inner ** g * slopeOf(c, inner)) * (g + 1)) / (outer ** (g + 1) - inner ** (g + 1))

/** Solves a 3 × 3 system given as rows with the right-hand side last (Cramer's rule). */
const solve3 = (rows: readonly (readonly number[])[]): [number, number, number] => {
  const column = (j: number): number[] => rows.map(row => row[j])
  const det = (a: number[], b: number[], c: number[]): number =>
    a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1])
  const [a, b, c, d] = [column(0), column(1), column(2), column(3)]
  const whole = det(a, b, c)
  return [det(d, b, c) / whole, det(a, d, c) / whole, det(a, b, d) / whole]
}
