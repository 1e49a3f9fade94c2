import { refuse } from '../error.ts'
import type { Sources } from '../scales.ts'
import { F, R } from '../units.ts'
import { checkComposition, floorConcentration } from './composition.ts'
import type { Electrolyte, Species } from './electrolyte.ts'

/** A matrix or vector law over all K species: fills and returns `out`. */
type SpeciesLaw = (c: Float64Array, T: number, out: Float64Array) => Float64Array

/**
 * Any number of ions with a full Onsager matrix 𝓛 and their activities.
 *
 *   D_km = RT Σ_l 𝓛_kl ∂ln a_l/∂c_m,   s_k = F Σ_l 𝓛_kl z_l
 *
 * @param o.onsager             𝓛(c, T) [mol²/(J·m·s)], [K, K], symmetric, positive semidefinite
 * @param o.lnActivity          ln a(c, T), [K], with `lnActivityJacobian` ∂ln a_k/∂c_m [m³/mol], [K, K]; both or
 *                              neither: absent means ideal, ln(c_k/c⁰)
 * @param o.referenceConcentration c⁰ of the ideal activities [mol/m³]
 * @returns the electrolyte; where 𝓛_kl does not vanish with c_l, D is bounded by the concentration floor only
 * @throws input error where the composition is out of range or one of the two activity laws is missing
 * Source: NewmanThomasAlyea2004, multicomponent transport in the Onsager form
 */
export const fullElectrolyte = (o: {
  readonly name: string
  readonly species: readonly Species[]
  readonly concentration: readonly number[]
  readonly referenceConcentration: number
  readonly onsager: SpeciesLaw
  readonly lnActivity?: SpeciesLaw
  readonly lnActivityJacobian?: SpeciesLaw
  readonly standardPotential: Readonly<Record<string, number>>
  readonly density?: number
  readonly sources: Sources
}): Electrolyte => {
  const K = o.species.length
  const c0 = o.referenceConcentration
  checkComposition(o.species, o.concentration)
  if ((o.lnActivity === undefined) !== (o.lnActivityJacobian === undefined)) {
    refuse('electrolyte.lnActivityJacobian', o.lnActivityJacobian, 'given together with lnActivity')
  }
  if (!(c0 > 0 && c0 < Number.POSITIVE_INFINITY)) refuse('electrolyte.referenceConcentration', c0, '> 0 [mol/m³]')
  const z = Float64Array.from(o.species, s => s.charge)
  const L = new Float64Array(K * K)
  const gradient = new Float64Array(K * K)

  const lnActivity: SpeciesLaw =
    o.lnActivity ??
    ((c, _T, out) => {
      for (let i = 0; i < K; i++) out[i] = Math.log(Math.max(c[i], floorConcentration) / c0)
      return out
    })
  const lnActivityJacobian: SpeciesLaw =
    o.lnActivityJacobian ??
    ((c, _T, out) => {
      out.fill(0)
      for (let i = 0; i < K; i++) out[i * K + i] = 1 / Math.max(c[i], floorConcentration)
      return out
    })

  return {
    name: o.name,
    species: o.species,
    concentration: o.concentration,
    standardPotential: o.standardPotential,
    sources: o.sources,
    ...(o.density === undefined ? {} : { density: o.density }),
    onsager: o.onsager,
    lnActivity,
    lnActivityJacobian,

    flux(c, T, D, s) {
      o.onsager(c, T, L)
      lnActivityJacobian(c, T, gradient)
      const RT = R * T
      for (let k = 0; k < K; k++) {
        let migration = 0
        for (let l = 0; l < K; l++) migration += L[k * K + l] * z[l]
        s[k] = F * migration
        for (let m = 0; m < K; m++) {
          let sum = 0
          for (let l = 0; l < K; l++) sum += L[k * K + l] * gradient[l * K + m]
          D[k * K + m] = RT * sum
        }
      }
    },
  }
}
