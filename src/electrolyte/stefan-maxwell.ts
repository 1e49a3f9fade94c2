import { SimulationError } from '../error.ts'
import { invertSmall } from '../math/small-matrix.ts'
import { R } from '../units.ts'
import { floorConcentration } from './composition.ts'
import { type EquivalentLaw, equivalents } from './correlated.ts'
import type { Species } from './electrolyte.ts'

/**
 * Onsager coefficients relative to the solvent from Stefan–Maxwell diffusivities 𝒟_kl of every pair, the solvent (0) among them:
 *
 *   c_k ∂μ̃_k/∂x = RT Σ_l c_k c_l/(c_T 𝒟_kl) (v_l − v_k),   N_k = c_k (v_k − v_0)
 *   𝓛 = B⁻¹,   B_kl = −RT/(c_T 𝒟_kl),   B_kk = RT/(c_T c_k) Σ_{l ≠ k} c_l/𝒟_kl
 *
 * 𝓛 is symmetric; with all 𝒟_kl > 0 it is positive definite. Those of two ions of one sign may be negative.
 *
 * @param o.solvent      c_0 [mol/m³]
 * @param o.withSolvent  𝒟_k0 [m²/s], [K]
 * @param o.between      𝒟_kl [m²/s], [K × K] by rows, the diagonal unused
 * @returns 𝓛 [mol²/(J·m·s)], [K, K]
 * @throws SimulationError (`method`) where B is singular
 * Source: NewmanThomasAlyea2004, multicomponent transport
 */
export const stefanMaxwellOnsager = (
  species: readonly Species[],
  o: {
    readonly solvent: number
    readonly withSolvent: readonly EquivalentLaw[]
    readonly between: readonly (EquivalentLaw | undefined)[]
  },
): ((c: Float64Array, T: number, out: Float64Array) => Float64Array) => {
  const K = species.length
  const there = new Float64Array(K)
  return (c, T, out) => {
    let total = o.solvent
    for (let k = 0; k < K; k++) {
      there[k] = Math.max(c[k], floorConcentration)
      total += there[k]
    }
    const x = equivalents(species, c)
    const scale = (R * T) / total
    for (let k = 0; k < K; k++) {
      let friction = o.solvent / o.withSolvent[k](x, T)
      for (let l = 0; l < K; l++) {
        if (l === k) continue
        const inverse = 1 / o.between[Math.min(k, l) * K + Math.max(k, l)]!(x, T)
        out[k * K + l] = -scale * inverse
        friction += there[l] * inverse
      }
      out[k * K + k] = (scale * friction) / there[k]
    }
    if (!invertSmall(out, 0, K))
      throw new SimulationError('electrolyte: the Stefan–Maxwell friction is singular', {
        code: 'method',
        at: 'electrolyte.stefanMaxwell',
      })
    for (let k = 0; k < K; k++)
      for (let l = 0; l < k; l++) {
        const mean = 0.5 * (out[k * K + l] + out[l * K + k])
        out[k * K + l] = mean
        out[l * K + k] = mean
      }
    return out
  }
}
