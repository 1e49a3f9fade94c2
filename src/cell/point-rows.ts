/**
 * The loops over points of the porous-electrode model. They stand by themselves, their vectors given: those of a closure are asked
 * for at every use once there is a second model.
 */
import type { Interface } from './interfaces.ts'

/** Where rows stand: the first, those of a point, points, species, φ_e and Δ among those of a point. */
export type PointPlaces = {
  readonly base: number
  readonly stride: number
  readonly count: number
  readonly K: number
  readonly phiE: number
  readonly delta: number
}

/** Rows of ions V ∂c/∂t + ΔN, of the whole charge Δ(i_e + i_s), and Δ = 0 of points without a solid. */
export const fluxRows = (
  { base, stride, count, K, phiE }: PointPlaces,
  volume: Float64Array,
  N: Float64Array,
  current: Float64Array,
  iS: Float64Array,
  y: Float64Array,
  yp: Float64Array,
  out: Float64Array,
): void => {
  for (let k = 0; k < K - 1; k++) {
    let left = 0
    let at = base + k
    for (let p = 0, f = k; p < count - 1; p++, at += stride, f += K) {
      const right = N[f]
      out[at] = volume[p] * yp[at] + right - left
      left = right
    }
    out[at] = volume[count - 1] * yp[at] - left
  }
  let left = 0
  let charge = base + phiE
  for (let p = 0; p < count - 1; p++, charge += stride) {
    const right = current[p]
    out[charge] = right - left + iS[p + 1] - iS[p]
    out[charge + 1] = y[charge + 1]
    left = right
  }
  out[charge] = iS[count] - left - iS[count - 1]
  out[charge + 1] = y[charge + 1]
}

/** Reactions: ions into the electrolyte, charge out of the solid. */
export const reactionRows = (
  { base, stride, delta }: PointPlaces,
  { electrode, surface, species, perCharge }: Interface,
  iS: Float64Array,
  out: Float64Array,
): void => {
  const { first, count, n, j, total } = electrode
  for (let i = 0; i < n; i++) {
    const part = perCharge[i]
    for (let q = 0, row = base + first * stride + species[i], k = i; q < count; q++, row += stride, k += n)
      out[row] -= surface[q] * j[k] * part
  }
  for (let q = 0, p = first, row = base + first * stride + delta; q < count; q++, p++, row += stride)
    out[row] = iS[p + 1] - iS[p] + surface[q] * total[q]
}

/** Slopes of the fluxes in the blocks of a tridiagonal matrix; `diagonal` is added to, the blocks beside it are set. */
export const fluxBlocks = (
  { count, K, stride }: PointPlaces,
  before: Float64Array,
  after: Float64Array,
  diagonal: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): void => {
  const block = stride * stride
  for (let f = 0, from = 0, start = 0; f < count - 1; f++, start += block)
    for (let row = start; row < start + K * stride; row += stride)
      for (let at = row; at < row + K; at++, from++) {
        diagonal[at] += before[from]
        upper[at] = after[from]
        lower[at + block] = -before[from]
        diagonal[at + block] -= after[from]
      }
}

/** Slopes of the reactions, their particles condensed, in the blocks of their points. */
export const reactionBlocks = (
  { K, stride, delta }: PointPlaces,
  { electrode, surface, species, perCharge }: Interface,
  diagonal: Float64Array,
): void => {
  const { first, count, n, effective } = electrode
  const last = K - 1
  const block = stride * stride
  for (let q = 0, at = first * block, from = 0; q < count; q++, at += block) {
    const area = surface[q]
    for (let i = 0; i < n; i++) {
      const row = at + species[i] * stride
      const part = perCharge[i]
      for (let m = 0; m < K; m++, from++) {
        const column = m < last ? m : delta
        const slope = area * effective[from]
        diagonal[row + column] -= slope * part
        diagonal[at + delta * stride + column] += slope
      }
    }
  }
}

/** Whether two states are the same to the last bit. */
export const isSame = (a: Float64Array, b: Float64Array): boolean => {
  let i = 0
  for (; i + 3 < a.length; i += 4)
    if (a[i] !== b[i] || a[i + 1] !== b[i + 1] || a[i + 2] !== b[i + 2] || a[i + 3] !== b[i + 3]) return false
  for (; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
