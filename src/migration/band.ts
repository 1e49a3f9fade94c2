/**
 * A chain of images between two end states: R [images, size] flat, with the energy U [images] and the force F [images, size]
 * of each. The ends do not move.
 */
export type Band = {
  readonly images: number
  /** Coordinates of one image. */
  readonly size: number
  readonly R: Float64Array
  readonly energies: Float64Array
  readonly forces: Float64Array
  /** Unit tangents [images, size]; filled by `tangents`. */
  readonly tangents: Float64Array
}

export const newBand = (images: number, size: number): Band => ({
  images,
  size,
  R: new Float64Array(images * size),
  energies: new Float64Array(images),
  forces: new Float64Array(images * size),
  tangents: new Float64Array(images * size),
})

/** |R_i+1 − R_i| [Å]. */
export const spacing = ({ R, size }: Band, i: number): number => {
  let sum = 0
  for (let k = i * size; k < (i + 1) * size; k++) sum += (R[k + size] - R[k]) ** 2
  return Math.sqrt(sum)
}

/** Path coordinate s of each image [Å], [images]: the sum of spacings, all atoms. */
export const pathCoordinate = (band: Band): Float64Array => {
  const s = new Float64Array(band.images)
  for (let i = 1; i < band.images; i++) s[i] = s[i - 1] + spacing(band, i - 1)
  return s
}

/**
 * Improved tangents: towards the neighbour higher in energy; at an extremum both, weighted by the energy differences so that
 * the switch is smooth. At the ends the only neighbour.
 *
 *   τ_i = R_i+1 − R_i where U_i+1 > U_i > U_i−1, R_i − R_i−1 where U_i+1 < U_i < U_i−1, else
 *   τ_i = (R_i+1 − R_i) ΔU_a + (R_i − R_i−1) ΔU_b, (a, b) = (max, min) where U_i+1 > U_i−1, (min, max) otherwise
 *
 * Source: Henkelman2000a
 */
export const tangents = (band: Band): void => {
  const { images, size, R, energies: U, tangents: out } = band
  for (let i = 0; i < images; i++) {
    let ahead = 0
    let behind = 0
    if (i === 0) ahead = 1
    else if (i === images - 1) behind = 1
    else if (U[i + 1] > U[i] && U[i] > U[i - 1]) ahead = 1
    else if (U[i + 1] < U[i] && U[i] < U[i - 1]) behind = 1
    else {
      const up = Math.abs(U[i + 1] - U[i])
      const down = Math.abs(U[i - 1] - U[i])
      const [least, most] = up < down ? [up, down] : [down, up]
      ;[ahead, behind] = U[i + 1] > U[i - 1] ? [most, least] : [least, most]
      if (ahead + behind === 0) ahead = behind = 1
    }
    let length = 0
    const at = i * size
    for (let k = at; k < at + size; k++) {
      const t = (ahead === 0 ? 0 : ahead * (R[k + size] - R[k])) + (behind === 0 ? 0 : behind * (R[k] - R[k - size]))
      out[k] = t
      length += t * t
    }
    const scale = length > 0 ? 1 / Math.sqrt(length) : 0
    for (let k = at; k < at + size; k++) out[k] *= scale
  }
}

/** The moving image of highest energy. */
export const highest = ({ images, energies }: Band): number => {
  let top = 1
  for (let i = 2; i < images - 1; i++) if (energies[i] > energies[top]) top = i
  return top
}

/**
 * Forces that relax a band, [images − 2, size]:
 *
 *   G_i = F_i − (F_i·τ_i)τ_i + k (|R_i+1 − R_i| − |R_i − R_i−1|) τ_i
 *   G_c = F_c − 2 (F_c·τ_c)τ_c        for the climbing image
 *
 * @param spring  k [eV/Å²]; 0 for a string, whose images are spread anew instead
 * @param climber image that climbs, −1 for none
 * Source: Henkelman2000a; Henkelman2000b
 */
export const bandForces = (
  band: Band,
  o: { readonly spring: number; readonly climber: number },
  out: Float64Array,
): void => {
  const { images, size, forces: F, tangents: T } = band
  tangents(band)
  for (let i = 1; i < images - 1; i++) {
    const at = i * size
    let along = 0
    for (let k = at; k < at + size; k++) along += F[k] * T[k]
    const pull =
      i === o.climber ? -2 * along : (o.spring === 0 ? 0 : o.spring * (spacing(band, i) - spacing(band, i - 1))) - along
    for (let k = at; k < at + size; k++) out[k - size] = F[k] + pull * T[k]
  }
}

/** Takes the part along the path out of a displacement of the moving images, [images − 2, size]; the climber's stays. */
export const projectAcross = ({ images, size, tangents: T }: Band, climber: number, v: Float64Array): void => {
  for (let i = 1; i < images - 1; i++) {
    if (i === climber) continue
    const at = i * size
    let along = 0
    for (let k = at; k < at + size; k++) along += v[k - size] * T[k]
    for (let k = at; k < at + size; k++) v[k - size] -= along * T[k]
  }
}

/**
 * Slides the images along their tangents to where springs between them would be at rest: evenly between the ends and the
 * climber. Adds to a displacement of the moving images.
 *
 * @param most  furthest that an image slides [Å]
 */
export const slideEvenly = (band: Band, climber: number, most: number, out: Float64Array): void => {
  const { images, size, tangents: T } = band
  const s = pathCoordinate(band)
  const slide = (from: number, to: number): void => {
    for (let i = from + 1; i < to; i++) {
      const target = s[from] + ((s[to] - s[from]) * (i - from)) / (to - from)
      const by = Math.max(-most, Math.min(most, target - s[i]))
      for (let k = i * size; k < (i + 1) * size; k++) out[k - size] += by * T[k]
    }
  }
  if (climber > 0) slide(0, climber)
  slide(Math.max(climber, 0), images - 1)
}

/** Spreads the images evenly along the broken line through them, but for the climber, which keeps its place; ends stay. */
export const spreadEvenly = (band: Band, climber: number): void => {
  const { images, size, R } = band
  const s = pathCoordinate(band)
  const old = R.slice()
  const spread = (from: number, to: number): void => {
    for (let i = from + 1, j = from; i < to; i++) {
      const target = s[from] + ((s[to] - s[from]) * (i - from)) / (to - from)
      while (j < to - 1 && s[j + 1] < target) j++
      const share = s[j + 1] > s[j] ? (target - s[j]) / (s[j + 1] - s[j]) : 0
      for (let k = 0; k < size; k++) {
        const a = old[j * size + k]
        R[i * size + k] = a + share * (old[(j + 1) * size + k] - a)
      }
    }
  }
  if (climber > 0) {
    spread(0, climber)
    spread(climber, images - 1)
  } else spread(0, images - 1)
}
