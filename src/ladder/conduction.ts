/** What a walk at equilibrium says of conduction, as plain data. */
import type { Transport } from '../lattice/kinetics/diffusion.ts'
import type { Estimate } from '../lattice/thermodynamics/averages.ts'
import { F, R } from '../units.ts'

export type Conduction = {
  /** Contents [per formula unit], [n]; temperature [K]. */
  readonly x: readonly number[]
  readonly T: number
  /** Concentrations [mol/m³], [n]. */
  readonly concentrations: readonly number[]
  /** D*_i [m²/s], [n]; null where an ion is not there or its exits are too few. */
  readonly tracer: readonly (Estimate | null)[]
  /** σ = F² Σ z_i z_j L_ij [S/m]; D_σ = σRT/(F² Σ z_i² c_i) [m²/s]; H_R = Σ z_i² c_i D*_i/(Σ z_i² c_i D_σ) [–]. */
  readonly conductivity: Estimate | null
  readonly charge: Estimate | null
  readonly haven: Estimate | null
  /** Part of L_ii that hops of two ions carry [–], [n]. */
  readonly pairShare: readonly (Estimate | null)[]
  /** Exits from its group of sites per ion, [n]; 0 where not there. */
  readonly exits: readonly number[]
  readonly windows: number
  readonly events: number
  readonly notes: readonly string[]
}

/** @param charges  z_i [–], [n]; those of the walk's lattice */
export const conductionOf = (found: Transport, charges: readonly number[]): Conduction => {
  const { temperature: T, amounts, concentrations, determined, ions } = found
  const n = amounts.length
  const all = determined.every((is, i) => is || ions[i] === 0)
  const known = ({ value, error }: Estimate, is: boolean): Estimate | null =>
    is && Number.isFinite(value) && Number.isFinite(error) ? { value, error } : null
  const charged = charges.reduce((sum, z, i) => sum + z * z * concentrations[i], 0)
  const toD = (R * T) / (F * F * charged)
  const { value, error } = found.conductivity
  return {
    x: amounts,
    T,
    concentrations,
    tracer: found.Dtr.map((one, i) => known(one, determined[i] && ions[i] > 0)),
    conductivity: known(found.conductivity, all),
    charge: known({ value: value * toD, error: error * toD }, all),
    haven: known(found.conductivityHR, all),
    pairShare: amounts.map((_, i) => known(found.pairShare[i * n + i], determined[i] && ions[i] > 0)),
    exits: found.exits,
    windows: found.windows,
    events: found.events,
    notes: found.notes,
  }
}
