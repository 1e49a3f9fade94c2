import { refuse } from '../error.ts'
import type { Sources } from '../scales.ts'
import { F, R, roomTemperature } from '../units.ts'
import { checkComposition, floorConcentration } from './composition.ts'
import type { Electrolyte, Species } from './electrolyte.ts'

/** A dissolved species with its own diffusivity D [m²/s] at the reference temperature. */
export type DiluteSpecies = Species & { readonly diffusivity: number }

/**
 * Nernst–Planck: every ion drifts and diffuses alone.
 *
 *   𝓛_kl = δ_kl D_k c_k/RT,   ln a_k = ln(c_k/c⁰),   D_k(T) = D_k exp[−(E_D/R)(1/T − 1/T⁰)]
 *
 * @param o.species                 cations first, anions after; D [m²/s] each
 * @param o.concentration           of each species in a fresh cell [mol/m³], [K], electroneutral
 * @param o.referenceConcentration  c⁰, where a_k = 1 [mol/m³]
 * @param o.activationEnergy        E_D, one for all species [J/mol]; 0 where absent
 * @param o.referenceTemperature    T⁰ [K]; 298.15 where absent
 * @returns the electrolyte, regular down to c_k = 0
 * @throws input error where a diffusivity or concentration is out of range
 * Source: NewmanThomasAlyea2004, dilute-solution theory
 */
export const diluteElectrolyte = (o: {
  readonly name: string
  readonly species: readonly DiluteSpecies[]
  readonly concentration: readonly number[]
  readonly referenceConcentration: number
  readonly activationEnergy?: number
  readonly referenceTemperature?: number
  readonly standardPotential: Readonly<Record<string, number>>
  readonly density?: number
  readonly sources: Sources
}): Electrolyte => {
  const K = o.species.length
  const c0 = o.referenceConcentration
  const activation = (o.activationEnergy ?? 0) / R
  const inverseT0 = 1 / (o.referenceTemperature ?? roomTemperature)
  const z = Float64Array.from(o.species, s => s.charge)
  const diffusivity = Float64Array.from(o.species, s => s.diffusivity)
  checkComposition(o.species, o.concentration)
  if (!(c0 > 0 && c0 < Number.POSITIVE_INFINITY)) refuse('electrolyte.referenceConcentration', c0, '> 0 [mol/m³]')
  for (const s of o.species) {
    if (!(s.diffusivity > 0 && s.diffusivity < Number.POSITIVE_INFINITY)) {
      refuse(`electrolyte.species.${s.name}.diffusivity`, s.diffusivity, '> 0 and finite [m²/s]')
    }
  }
  const arrhenius = (T: number): number => (activation === 0 ? 1 : Math.exp(-activation * (1 / T - inverseT0)))

  return {
    name: o.name,
    species: o.species.map(({ name, charge }) => ({ name, charge })),
    concentration: o.concentration,
    standardPotential: o.standardPotential,
    sources: o.sources,
    ...(o.density === undefined ? {} : { density: o.density }),

    constantDiffusivity: true,
    flux(c, T, D, s) {
      const k = arrhenius(T)
      const toVolt = F / (R * T)
      for (let i = 0, ij = 0; i < K; i++) {
        for (let j = 0; j < K; j++, ij++) D[ij] = 0
        const Di = k * diffusivity[i]
        D[i * K + i] = Di
        s[i] = z[i] * Di * Math.max(c[i], floorConcentration) * toVolt
      }
    },

    onsager(c, T, out) {
      const scale = arrhenius(T) / (R * T)
      out.fill(0)
      for (let i = 0; i < K; i++) out[i * K + i] = scale * diffusivity[i] * Math.max(c[i], floorConcentration)
      return out
    },

    activity(c, _T, out) {
      for (let i = 0; i < K; i++) out[i] = Math.max(c[i], floorConcentration) / c0
    },

    lnActivity(c, _T, out) {
      for (let i = 0; i < K; i++) out[i] = Math.log(Math.max(c[i], floorConcentration) / c0)
      return out
    },

    lnActivityJacobian(c, _T, out) {
      for (let ij = 0; ij < K * K; ij++) out[ij] = 0
      for (let i = 0; i < K; i++) out[i * K + i] = 1 / Math.max(c[i], floorConcentration)
      return out
    },
  }
}
