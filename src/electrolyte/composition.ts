import { refuse } from '../error.ts'
import { netCharge, type Species } from './electrolyte.ts'

/** Concentrations below this are read as this [mol/m³], so that ln c and κ/c stay finite when a Newton step overshoots. */
export const floorConcentration = 1e-9

/** Net charge allowed in a stated composition, relative to the total charge of one sign: round-off of typed numbers. */
const neutrality = 1e-9

/**
 * Refuses a composition the transport law cannot mean: cations not before anions, concentrations not positive and
 * finite, not electroneutral (says by how much).
 *
 * @param concentration [mol/m³], [K]
 * @throws input error naming the field, the value and what is allowed
 */
export const checkComposition = (species: readonly Species[], concentration: readonly number[]): void => {
  if (species.length < 2) refuse('electrolyte.species', species.length, 'a cation and an anion at least')
  if (concentration.length !== species.length) {
    refuse('electrolyte.concentration', concentration.length, `one number for each of ${species.length} species`)
  }
  species.forEach(({ name, charge }, k) => {
    if (!Number.isInteger(charge) || charge === 0)
      refuse(`electrolyte.species.${name}.charge`, charge, 'a whole number ≠ 0')
    if (k > 0 && charge > 0 && species[k - 1].charge < 0)
      refuse('electrolyte.species', name, 'cations first, anions after')
    const c = concentration[k]
    if (!(c >= 0 && c < Number.POSITIVE_INFINITY))
      refuse(`electrolyte.concentration.${name}`, c, '≥ 0 and finite [mol/m³]')
  })
  if (!(species[0].charge > 0 && species[species.length - 1].charge < 0)) {
    refuse('electrolyte.species', species.map(s => s.name).join(', '), 'a cation and an anion at least')
  }
  const scale = species.reduce((sum, { charge }, k) => sum + Math.abs(charge) * concentration[k], 0) / 2
  const excess = netCharge(species, concentration)
  if (!(scale > 0)) refuse('electrolyte.concentration', 0, 'some salt: all concentrations are zero')
  if (Math.abs(excess) > neutrality * scale) {
    refuse('electrolyte.concentration', `a net charge of ${excess} mol/m³`, 'Σ z c = 0 (electroneutral)')
  }
}
