import { R } from '../units.ts'
import { floorConcentration } from './composition.ts'
import type { Species } from './electrolyte.ts'

/** A law of the equivalent concentration x = Σ z_k c_k of the cations [mol/m³] and of T [K]. */
export type EquivalentLaw = (x: number, T: number) => number

/** x = Σ z_k c_k of the cations [mol/m³]. */
export const equivalents = (species: readonly Species[], c: ArrayLike<number>): number => {
  let x = 0
  for (let k = 0; k < species.length; k++) if (species[k].charge > 0) x += species[k].charge * c[k]
  return x
}

/** h_kl = 2 c_k c_l/(c_k + c_l) [mol/m³]: c_k on the diagonal, vanishing with either ion. */
export const sharedConcentration = (a: number, b: number): number => (2 * a * b) / (a + b)

/**
 * Onsager coefficients of ions whose motions are correlated, by a matrix of diffusivities:
 *
 *   𝓛_kl = D_kl(x, T) h_kl/RT,   h_kl = 2 c_k c_l/(c_k + c_l)
 *
 * D_kk is the mobility of an ion among others of its kind (RT times its velocity under a unit force on all of them), D_kl its drag
 * on the others; a diagonal matrix is the dilute law. 1/(c_k + c_l) is a positive definite kernel, so 𝓛 is positive semidefinite at
 * every composition where D is; it vanishes with each ion, which keeps D_km = RT Σ 𝓛_kl ∂ln a_l/∂c_m finite. How 𝓛 goes
 * with the proportions of the ions, which x does not tell, is this law's assumption.
 *
 * @param diffusivity  D_kl [m²/s], [K × K] by rows, the same law for kl and lk
 * @returns 𝓛 [mol²/(J·m·s)], [K, K]
 */
export const correlatedOnsager = (
  species: readonly Species[],
  diffusivity: readonly EquivalentLaw[],
): ((c: Float64Array, T: number, out: Float64Array) => Float64Array) => {
  const K = species.length
  return (c, T, out) => {
    const x = equivalents(species, c)
    for (let k = 0; k < K; k++) {
      const ck = Math.max(c[k], floorConcentration)
      for (let l = k; l < K; l++) {
        const value =
          (diffusivity[k * K + l](x, T) * sharedConcentration(ck, Math.max(c[l], floorConcentration))) / (R * T)
        out[k * K + l] = value
        out[l * K + k] = value
      }
    }
    return out
  }
}
