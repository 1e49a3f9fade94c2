import { F, R } from '../../units.ts'
import { loadConcentrations } from '../parts.ts'
import { standardPotentialOf } from '../reaction.ts'
import { meanPhi } from './expand.ts'
import type { MeanOhmic } from './ohmic.ts'
import type { ReducedParts } from './parts.ts'

/** Step of the difference quotient by concentration, relative and at least `smallest` [mol/m³]. */
const difference = 1e-6
const smallest = 1e-3

/**
 * Voltage of an evenly running cell and its derivatives,
 *
 *   V = Δ̄_c + ⟨φ_e⟩_c + I·slope − { Δ̄_a + ⟨φ_e⟩_a | 0 (planar metal) | φ_e(0) + E°_m + (RT/z_mF) ln a_m(0) (reference) }
 *
 * with the slope of solids, contact and `ohmic.ts`.
 */
export type ReducedVoltage = {
  /** Needs the flux of the same state. */
  value(y: Float64Array, T: number): number
  /** Prepares `ofFields` at a state that the flux has been linearised at. */
  linearise(y: Float64Array, T: number): void
  /** Part of dV linear in the fields' increments at r[start …]. */
  ofFields(r: Float64Array, start: number): number
  /** ∂V/∂I [Ω·m²]. */
  slope(): number
  /** ∂V/∂Δ̄ of each electrode. */
  readonly byDelta: readonly number[]
}

export const reducedVoltage = (parts: ReducedParts, ohmic: MeanOhmic): ReducedVoltage => {
  const { full, layout, electrodes } = parts
  const seriesSlope = parts.seriesSlope - parts.layered
  const { cell, K, z } = full
  const { reference } = cell
  const { fields, stride, phiE } = layout
  const far = electrodes.length - 1
  const k = reference === undefined ? -1 : cell.electrolyte.species.findIndex(s => s.name === reference)
  const E0 = reference === undefined ? 0 : standardPotentialOf(cell.electrolyte, reference, 'reference')
  const c = new Float64Array(K)
  const lnA = new Float64Array(K)
  const byConcentration = new Float64Array(K)
  const byField = new Float64Array(parts.points.count * K)
  const byDelta = electrodes.map((_, e) => (e === far ? 1 : reference === undefined ? -1 : 0))

  const referencePotential = (y: Float64Array, T: number): number => {
    loadConcentrations(y, fields, z, c)
    cell.electrolyte.lnActivity(c, T, lnA)
    return y[fields + phiE] + E0 + ((R * T) / (z[k] * F)) * lnA[k]
  }

  const mean = (r: Float64Array, start: number, e: number): number => {
    const { first, count, weight } = electrodes[e]
    let sum = 0
    for (let q = 0; q < count; q++) sum += weight[q] * r[start + (first + q) * stride + phiE]
    return sum
  }

  return {
    byDelta,
    value(y, T) {
      let V = y[electrodes[far].delta] + meanPhi(parts, y, far) + y[layout.current] * seriesSlope + ohmic.evaluate(y, T)
      if (reference !== undefined) V -= referencePotential(y, T)
      else if (far > 0) V -= y[electrodes[0].delta] + meanPhi(parts, y, 0)
      return V
    },
    slope: () => seriesSlope,
    linearise(y, T) {
      ohmic.linearise(y, T, byField)
      if (reference === undefined) return
      const here = referencePotential(y, T)
      for (let m = 0; m < K - 1; m++) {
        const value = y[fields + m]
        const step = difference * Math.max(value, smallest)
        y[fields + m] = value + step
        byConcentration[m] = (here - referencePotential(y, T)) / step
        y[fields + m] = value
      }
    },
    ofFields(r, start) {
      let V = mean(r, start, far)
      for (let p = 0, k = 0; p < parts.points.count; p++)
        for (let m = 0; m < K; m++, k++) V += byField[k] * r[start + p * stride + m]
      if (reference !== undefined) {
        V -= r[start + phiE]
        for (let m = 0; m < K - 1; m++) V += byConcentration[m] * r[start + m]
      } else if (far > 0) V -= mean(r, start, 0)
      return V
    },
  }
}
