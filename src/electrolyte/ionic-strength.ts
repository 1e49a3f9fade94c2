import { floorConcentration } from './composition.ts'
import type { Species } from './electrolyte.ts'

/** g(I) and its derivative [m³/mol]; I [mol/m³]. */
type StrengthLaw = { readonly value: (I: number) => number; readonly derivative: (I: number) => number }

/**
 * Activities of ions by one function of the ionic strength, as Debye and Hückel's law and its extensions have them:
 *
 *   ln a_k = ln(c_k/c⁰) + z_k² g(I),   I = ½ Σ z_k² c_k,   ∂ln a_k/∂c_m = δ_km/c_k + ½ z_k² z_m² g′(I)
 *
 * the slopes are symmetric, as those of one free energy. Of one salt of single charges χ = 1 + c g′(c).
 *
 * @param referenceConcentration  c⁰ [mol/m³]
 */
export const ionicActivities = (
  species: readonly Species[],
  referenceConcentration: number,
  g: StrengthLaw,
): {
  readonly lnActivity: (c: Float64Array, T: number, out: Float64Array) => Float64Array
  readonly lnActivityJacobian: (c: Float64Array, T: number, out: Float64Array) => Float64Array
} => {
  const K = species.length
  const squares = Float64Array.from(species, s => s.charge * s.charge)
  const strength = (c: Float64Array): number => {
    let I = 0
    for (let k = 0; k < K; k++) I += 0.5 * squares[k] * Math.max(c[k], floorConcentration)
    return I
  }
  return {
    lnActivity(c, _T, out) {
      const common = g.value(strength(c))
      for (let k = 0; k < K; k++)
        out[k] = Math.log(Math.max(c[k], floorConcentration) / referenceConcentration) + squares[k] * common
      return out
    },
    lnActivityJacobian(c, _T, out) {
      const slope = 0.5 * g.derivative(strength(c))
      for (let k = 0; k < K; k++)
        for (let m = 0; m < K; m++)
          out[k * K + m] = slope * squares[k] * squares[m] + (k === m ? 1 / Math.max(c[k], floorConcentration) : 0)
      return out
    },
  }
}
