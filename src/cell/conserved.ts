import { factorDense, solveDense } from '../math/dense-lu.ts'
import type { Dae } from '../solve/dae.ts'
import { F } from '../units.ts'
import type { Electrode } from './electrode.ts'
import type { Particles } from './particle.ts'

/** Where the ions of a model are, in its own unknowns. */
export type Stores = {
  readonly size: number
  /** Electrolyte cells: volume per electrode area [m], first of their unknowns, unknowns of one cell; charge of each species. */
  readonly volume: Float64Array
  readonly fields: number
  readonly stride: number
  readonly z: Float64Array
  readonly electrodes: readonly {
    readonly electrode: Electrode
    /** Species of each carrier. */
    readonly species: Int32Array
    /** Host of each particle [mol/m²], double layer of each [F/m²], and the unknown Δ it stands at. */
    readonly host: Float64Array
    readonly capacitance: Float64Array
    readonly delta: Int32Array
  }[]
  /** Share of each species in a capacitive current. */
  readonly capacitiveShare: Float64Array
  /** Double layer of a planar metal's face [F/m²], and the unknown φ_e it stands at: Δ = −φ_e. */
  readonly face: { readonly capacitance: number; readonly phiE: number }
  readonly metal: number
  readonly metalSpecies: Int32Array
  /** Unknown Q [C/m²]. */
  readonly charge: number
}

/** Volume of a particle over its surface [m]. */
export const volumePerSurface = ({ radial }: Electrode): number =>
  radial.volume.reduce((a, b) => a + b, radial.surfaceVolume)

/** Of each carrier, how much a unit of each unknown of all particles adds to what they hold, [particles × size]. */
const weightsOf = (particles: Particles, host: Float64Array, n: number): Float64Array[] => {
  const { size } = particles
  const unit = new Float64Array(size)
  const mean = new Float64Array(n)
  const weights = Array.from({ length: n }, () => new Float64Array(host.length * size))
  for (let k = 0; k < size; k++) {
    unit[k] = 1
    particles.mean(unit, 0, 0, mean)
    unit[k] = 0
    for (let i = 0; i < n; i++) for (let p = 0; p < host.length; p++) weights[i][p * size + k] = host[p] * mean[i]
  }
  return weights
}

/** Σ_k w_k y_{base + k}, odd and even entries in sums of their own. */
const weightedSum = (w: Float64Array, y: Float64Array, base: number): number => {
  let even = 0
  let odd = 0
  let k = 0
  for (; k + 1 < w.length; k += 2) {
    even += w[k] * y[base + k]
    odd += w[k + 1] * y[base + k + 1]
  }
  return k < w.length ? even + odd + w[k] * y[base + k] : even + odd
}

/** The same of two carriers in turn, whose weights stand in one vector: sums of the first and of the second. */
const weightedSums = (w: Float64Array, y: Float64Array, base: number, out: Float64Array): void => {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let k = 0
  for (; k + 3 < w.length; k += 4) {
    a += w[k] * y[base + k]
    b += w[k + 1] * y[base + k + 1]
    c += w[k + 2] * y[base + k + 2]
    d += w[k + 3] * y[base + k + 3]
  }
  if (k < w.length) {
    a += w[k] * y[base + k]
    b += w[k + 1] * y[base + k + 1]
  }
  out[0] = a + c
  out[1] = b + d
}

/** What is missing below this part of what there is, is left to gather: the sums themselves are known to 1e-15. */
const least = 2e-13
/** A correction above this part of what there is, in one step, is no round-off: it is left to be seen in the result. */
const largest = 1e-5
/** More of a store is taken, to the second, where it is a trace of the whole, by the first: what a stripped metal alone can make up for. */
const ofTheWhole = 1e-9
const ofATrace = 0.1

/**
 * Takes back what round-off did to the conserved sums in one step. The rows of ions sum to zero and BDF keeps linear sums, but
 * where ions exchange at a million times the net current the linear solve loses 1e-16 of that million in every step.
 *
 *   Σ_pores V c_k + Σ_hosts n_i + n_m (+ double layer) = const for every species,    F Σ z_i n_i(cathode) − Q (− double layer) = const
 *
 * The contents of each store (a species in the pores, a carrier in a host, a metal) are scaled by 1 + θ_b, with the least Σ θ_b²
 * that restores all sums: θ = M Aᵀ (A M² Aᵀ)⁻¹ r, M the amounts. Surfaces of particles, where the reactions are, stay.
 *
 * @returns of a state whose sums are to stay: a function that fills the correction of y; false where there is nothing to correct
 */
export const conservationOf = (o: Stores): NonNullable<Dae['conserving']> => {
  const { volume, fields, stride, z, electrodes, face, metal, metalSpecies, capacitiveShare } = o
  const K = z.length
  const last = K - 1
  const rows = K + 1
  const carriers = electrodes.reduce((sum, e) => sum + e.electrode.n, 0)
  const stores = last + carriers + metalSpecies.length
  // What one mole of each store adds to the sums, [rows, stores].
  const A = new Float64Array(rows * stores)
  for (let k = 0; k < last; k++) {
    A[k * stores + k] = 1
    A[last * stores + k] = -z[k] / z[last]
  }
  let column = last
  for (const { electrode, species } of electrodes)
    for (let i = 0; i < electrode.n; i++, column++) {
      A[species[i] * stores + column] = 1
      if (electrode.where === 'cathode') A[K * stores + column] = z[species[i]] * F
    }
  for (let m = 0; m < metalSpecies.length; m++) A[metalSpecies[m] * stores + column + m] = 1

  const parts = new Float64Array(Math.max(1, ...electrodes.map(e => e.electrode.n)))
  const contentWeights = electrodes.flatMap(({ electrode, host }) => weightsOf(electrode.particles, host, electrode.n))
  // Two carriers whose unknowns are in turn are summed in one go.
  const pairWeights = electrodes.map(({ electrode: { particles, n } }, e) => {
    if (n !== 2 || particles.width !== 2) return undefined
    const first = electrodes.slice(0, e).reduce((sum, { electrode }) => sum + electrode.n, 0)
    return contentWeights[first].map((w, k) => w + contentWeights[first + 1][k])
  })
  const both = new Float64Array(2)
  const amount = new Float64Array(stores)
  const after = new Float64Array(rows)
  const scales = new Float64Array(rows)
  const matrix = new Float64Array(rows * rows)
  const pivot = new Int32Array(rows)
  const theta = new Float64Array(stores)

  /** Sums of a state; leaves the moles of each store in `amount`. */
  const sums = (y: Float64Array, out: Float64Array): void => {
    amount.fill(0)
    for (let p = 0; p < volume.length; p++)
      for (let k = 0; k < last; k++) amount[k] += volume[p] * y[fields + p * stride + k]
    let at = last
    out.fill(0)
    for (let e = 0; e < electrodes.length; e++) {
      const { electrode, capacitance, delta } = electrodes[e]
      const { n, count, base, where } = electrode
      const weights = pairWeights[e]
      if (weights) {
        weightedSums(weights, y, base, both)
        amount[at] = both[0]
        amount[at + 1] = both[1]
      } else for (let i = 0; i < n; i++) amount[at + i] = weightedSum(contentWeights[at + i - last], y, base)
      for (let p = 0; p < count; p++) {
        if (capacitance[p] === 0) continue
        const stored = capacitance[p] * y[delta[p]]
        for (let k = 0; k < K; k++) out[k] -= (capacitiveShare[k] * stored) / (z[k] * F)
        if (where === 'cathode') out[K] -= stored
      }
      at += n
    }
    for (let m = 0; m < metalSpecies.length; m++) amount[at + m] = y[metal + m]
    if (face.capacitance > 0)
      for (let k = 0; k < K; k++) out[k] += (capacitiveShare[k] * face.capacitance * y[face.phiE]) / (z[k] * F)
    for (let r = 0; r < rows; r++) for (let b = 0; b < stores; b++) out[r] += A[r * stores + b] * amount[b]
    out[K] -= y[o.charge]
  }

  return reference => {
    const before = new Float64Array(rows)
    sums(reference, before)
    return (y, correction) => correct(before, y, correction)
  }

  function correct(before: Float64Array, y: Float64Array, correction: Float64Array): boolean {
    sums(y, after)
    let off = false
    for (let r = 0; r < rows; r++) {
      // Rows are scaled by what they are made of, so that a trace counts as much as a metal foil.
      let scale = 0
      for (let b = 0; b < stores; b++) scale = Math.max(scale, Math.abs(A[r * stores + b] * amount[b]))
      scales[r] = scale
      after[r] = scale > 0 ? (before[r] - after[r]) / scale : 0
      if (Math.abs(after[r]) > least) off = true
    }
    if (!off) return false
    for (let r = 0; r < rows; r++)
      for (let q = 0; q < rows; q++) {
        let sum = 0
        for (let b = 0; b < stores; b++) sum += A[r * stores + b] * A[q * stores + b] * amount[b] * amount[b]
        matrix[r * rows + q] = scales[r] > 0 ? sum / scales[r] : r === q ? 1 : 0
      }
    if (!factorDense(matrix, rows, pivot)) return false
    solveDense(matrix, rows, pivot, after)
    let whole = 0
    for (let b = 0; b < stores; b++) whole = Math.max(whole, Math.abs(amount[b]))
    for (let b = 0; b < stores; b++) {
      let sum = 0
      for (let r = 0; r < rows; r++) sum += A[r * stores + b] * after[r]
      theta[b] = sum * amount[b]
      const trace = Math.abs(theta[b] * amount[b]) < ofTheWhole * whole ? ofATrace : largest
      if (!(Math.abs(theta[b]) < trace)) return false
    }
    correction.fill(0)
    for (let p = 0; p < volume.length; p++) {
      if (volume[p] === 0) continue
      const at = fields + p * stride
      for (let k = 0; k < last; k++) correction[at + k] = theta[k] * y[at + k]
    }
    let at = last
    for (let e = 0; e < electrodes.length; e++) {
      const { n, count, base, particles } = electrodes[e].electrode
      const { size, width } = particles
      const surface = size - width
      // Shells alone are scaled, by as much more as the surfaces are left out.
      for (let i = 0; i < n; i++) {
        const weights = contentWeights[at + i - last]
        const whole = amount[at + i]
        let shells = whole
        for (let k = surface + i; k < weights.length; k += size) shells -= weights[k] * y[base + k]
        parts[i] = shells > 0 ? (theta[at + i] * whole) / shells : 0
      }
      for (let p = 0, start = base; p < count; p++, start += size) {
        if (pairWeights[e]) {
          const a = parts[0]
          const b = parts[1]
          for (let k = start; k < start + surface; k += 2) {
            correction[k] = a * y[k]
            correction[k + 1] = b * y[k + 1]
          }
        } else
          for (let i = 0; i < n; i++)
            for (let k = i; k < surface; k += width) correction[start + k] = parts[i] * y[start + k]
      }
      at += n
    }
    for (let m = 0; m < metalSpecies.length; m++) correction[metal + m] = theta[at + m] * y[metal + m]
    return true
  }
}
