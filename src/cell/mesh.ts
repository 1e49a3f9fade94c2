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
}

/** Shells crowd at the surface: ratio of the innermost to the outermost width is e^grading. */
export const radialGrading = 2.5

/** Part of the outermost shell that the surface content stands for: its error is of second order in that width. */
const surfaceShare = 0.3

/**
 * Radial mesh, graded towards the surface, on which a parabola in r is exact.
 *
 * With Δ_f = (⟨r²⟩_{k+1} − ⟨r²⟩_k)/(2 r_f) a profile c = c₀ + b r² of shell means gives exactly the flux 2 b r_f at each
 * face, so the quasi-steady profile under constant flux and constant diffusivity carries no error on any mesh; the
 * scheme stays second order in general.
 */
export const radialMesh = (
  radius: number,
  shells: number,
  shape: ParticleShape,
  grading = radialGrading,
  surfaceCell = false,
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
  }
  let inner = 0
  const meanSquare = new Float64Array(shells + 1)
  for (let k = 0; k < shells; k++) {
    const outer = k === shells - 1 ? (surfaceCell ? radius - surfaceShare * width[k] : radius) : inner + width[k]
    const moment = (p: number): number => (outer ** p - inner ** p) / p
    meanSquare[k] = moment(g + 3) / moment(g + 1)
    mesh.faceRadius[k] = outer
    mesh.radius[k] = Math.sqrt(meanSquare[k])
    mesh.volume[k] = moment(g + 1) / radius ** g
    mesh.area[k] = (outer / radius) ** g
    inner = outer
  }
  meanSquare[shells] = radius * radius
  mesh.surfaceVolume = (radius ** (g + 1) - inner ** (g + 1)) / (g + 1) / radius ** g
  for (let k = 0; k < shells; k++) mesh.distance[k] = (meanSquare[k + 1] - meanSquare[k]) / (2 * mesh.faceRadius[k])
  return mesh
}
