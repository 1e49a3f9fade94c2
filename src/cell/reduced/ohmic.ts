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
  /**
   * Its derivatives by the fields, [points, K], but for those by c̄, at the state of the last `linearise` of the flux, which is evaluated
   * once more there. Where a pore is nearly empty the derivatives of the local part outweigh all others: they take back what φ_e has.
   */
  linearise(y: Float64Array, T: number, out: Float64Array): void
}

/** Step of the difference quotients of a conductance by c, relative and at least `smallest` [mol/m³]. */
const difference = 1e-6
const smallest = 1e-2

export const meanOhmic = (parts: ReducedParts): MeanOhmic => {
  const { full, layout, points, flux, electrodes } = parts
  const { cell, K, z } = full
  const faces = points.count - 1
  const conductance = new Float64Array(Math.max(faces, 0))
  const resistance = new Float64Array(conductance.length)
  const share = new Float64Array(conductance.length)
  const here = new Float64Array(conductance.length)
  const local = new Float64Array(conductance.length)
  const kept = new Float64Array(points.count)
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
  const ohmicDrop = (y: Float64Array, T: number): number => {
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
  }

  /** ∂g/∂c of every face by species m of the points of a parity: only one end of a face is such a point. */
  const byConcentration = (y: Float64Array, T: number, m: number, parity: number, out: Float64Array): void => {
    for (let p = parity; p < points.count; p += 2) {
      const at = layout.fields + p * layout.stride + m
      kept[p] = y[at]
      y[at] += difference * Math.max(Math.abs(y[at]), smallest)
    }
    const known = flux.evaluate(y, T)
    for (let p = parity; p < points.count; p += 2) {
      const at = layout.fields + p * layout.stride + m
      const step = y[at] - kept[p]
      y[at] = kept[p]
      if (!known) continue
      for (let f = Math.max(0, p - 1); f < Math.min(p + 1, faces); f++)
        out[p * K + m] -= (share[f] * local[f] * (flux.conductance[f] - here[f])) / (here[f] * here[f] * step)
    }
  }

  return {
    conductance,
    evaluate: ohmicDrop,
    linearise(y, T, out) {
      out.fill(0)
      if (faces === 0) return
      ohmicDrop(y, T)
      for (let f = 0; f < faces; f++) {
        here[f] = flux.conductance[f]
        local[f] = flux.current[f]
        const gain = share[f] * (1 / here[f] - 1 / conductance[f])
        const row = f * K * K + (K - 1) * K
        for (let m = 0; m < K; m++) {
          out[f * K + m] += gain * flux.before[row + m]
          out[(f + 1) * K + m] += gain * flux.after[row + m]
        }
      }
      for (let m = 0; m < K - 1; m++) for (let parity = 0; parity < 2; parity++) byConcentration(y, T, m, parity, out)
      flux.evaluate(y, T)
    },
  }
}
