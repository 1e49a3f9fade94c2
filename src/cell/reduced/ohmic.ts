import { F } from '../../units.ts'
import { loadConcentrations } from '../parts.ts'
import type { ReducedParts } from './parts.ts'

/**
 * The ohmic drop of the electrolyte at the conductivity of its mean composition, as the asymptotic model has it.
 *
 * The field φ_e of the unknowns obeys the law at the local composition, which the fluxes need. What is reported, and enters
 * the voltage, is
 *
 *   φ_e(x) + ∫ i_e [1/κ(c) − 1/κ(c̄)] dx/B,      c̄ the mean over the pores
 *
 * so that for one salt V has the ohmic drop −I/κ(c̄)·(ℓ/3B + ℓ/B + ℓ/3B) of the Source, while the diffusion potential stays
 * that of the local law. With share_f what a face lies between of the weights of ⟨φ_e⟩ in both electrodes (and, as they run
 * evenly, i_e there over I), V changes by Σ_f share_f i_e [1/g_f κ(c_f) − 1/g_f κ(c̄)].
 * Source: Marquis2019
 */
export type MeanOhmic = {
  /** Conductance of each face at the mean composition [S/m²], [faces], of the last `evaluate`. */
  readonly conductance: Float64Array
  /** Needs the flux of the same state. Returns the change of V [V]. */
  evaluate(y: Float64Array, T: number): number
  /** After `evaluate`: its derivative by I [Ω·m²]. */
  slope(): number
}

export const meanOhmic = (parts: ReducedParts): MeanOhmic => {
  const { full, layout, points, flux, electrodes } = parts
  const { cell, K, z } = full
  const faces = points.count - 1
  const conductance = new Float64Array(Math.max(faces, 0))
  const resistance = new Float64Array(conductance.length)
  const share = new Float64Array(conductance.length)
  const c = new Float64Array(K)
  const mean = new Float64Array(K)
  const D = new Float64Array(K * K)
  const s = new Float64Array(K)
  let pores = 0
  for (let p = 0; p < points.count; p++) if (points.width[p] > 0) pores += points.volume[p]
  for (let f = 0; f < faces; f++) {
    resistance[f] = points.resistanceAfter[f] + points.resistanceBefore[f + 1]
    share[f] = full.anode ? 0 : 1
    for (const { first, count, weight, sign } of electrodes)
      for (let q = 0; q < count && first + q <= f; q++) share[f] += sign * weight[q]
  }
  return {
    conductance,
    evaluate(y, T) {
      if (faces === 0) return 0
      mean.fill(0)
      for (let p = 0; p < points.count; p++) {
        if (points.width[p] === 0) continue // the reservoir, or a planar metal's face
        loadConcentrations(y, layout.fields + p * layout.stride, z, c)
        for (let k = 0; k < K; k++) mean[k] += (points.volume[p] / pores) * c[k]
      }
      cell.electrolyte.flux(mean, T, D, s)
      let kappa = 0
      for (let k = 0; k < K; k++) kappa += F * z[k] * s[k]
      let change = 0
      for (let f = 0; f < faces; f++) {
        conductance[f] = kappa / resistance[f]
        change += share[f] * flux.current[f] * (1 / flux.conductance[f] - 1 / conductance[f])
      }
      return change
    },
    slope() {
      let change = 0
      for (let f = 0; f < faces; f++) change += share[f] * share[f] * (1 / flux.conductance[f] - 1 / conductance[f])
      return change
    },
  }
}
