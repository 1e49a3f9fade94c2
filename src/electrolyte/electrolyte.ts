import type { Sources } from '../scales.ts'

/** A species dissolved in the electrolyte. */
export type Species = {
  /** `Li`, `Mg` (the carrier's symbol for a cation that reacts) or the anion's name. */
  readonly name: string
  /** Charge number z [–], sign included. */
  readonly charge: number
}

/**
 * An electrolyte: K species in a solvent, N_k = −B Σ_l 𝓛_kl ∂μ̃_l/∂x relative to the solvent, μ̃_l = RT ln a_l + z_l F φ_e,
 * B = ε/τ the transport efficiency of the pores. φ_e is the quasi-electrostatic potential. Species are ordered cations
 * first, anions after; the last one follows from Σ z_k c_k = 0.
 *
 * The cell evaluates the law in the form N_k = −B [ Σ_m D_km ∂c_m/∂x + s_k ∂φ_e/∂x ], s_k = F Σ_l 𝓛_kl z_l,
 * which stays regular as c → 0. All arrays are over all K species; matrices are [K, K] row-major.
 */
export type Electrolyte = {
  readonly name: string
  readonly species: readonly Species[]
  /** Concentrations of a fresh cell [mol/m³], [K], electroneutral. */
  readonly concentration: readonly number[]
  /** Standard potential E°_i of each metal in this electrolyte [V], at a_i = 1, on one common scale: { Li: 0, Mg: 0.67 }. */
  readonly standardPotential: Readonly<Record<string, number>>
  /** True where every ion drifts and diffuses alone: D of `flux` is diagonal and does not depend on c, and s_k = z_k F D_k c_k/RT. */
  readonly constantDiffusivity?: boolean
  /** Fills D [m²/s], [K, K], and s [mol/(V·m·s)], [K], at concentrations c [mol/m³], [K], and T [K]. Allocates nothing. */
  flux(c: Float64Array, T: number, D: Float64Array, s: Float64Array): void
  /**
   * The same of one salt by its first species alone, where the law has it in short, Δc_2 = −(z_1/z_2) Δc_1:
   * N_1 = −B [d ∂c_1/∂x + s ∂φ_e/∂x] and i_e = −B F [w ∂c_1/∂x + k ∂φ_e/∂x]. Fills d [m²/s], w [m²/s], s and k
   * [mol/(V·m·s)], [places, 4], at the first species' concentrations c [mol/m³], [places].
   */
  readonly binary?: (c: Float64Array, T: number, out: Float64Array) => void
  /** Onsager coefficients 𝓛 [mol²/(J·m·s)], [K, K], symmetric. */
  onsager(c: Float64Array, T: number, out: Float64Array): Float64Array
  /** Fills a_k [–], [K], where that is cheaper than exp of `lnActivity`. */
  readonly activity?: (c: Float64Array, T: number, out: Float64Array) => void
  /** Fills ln a_k [–], [K]. */
  lnActivity(c: Float64Array, T: number, out: Float64Array): Float64Array
  /** Fills ∂ln a_k/∂c_m [m³/mol], [K, K]. */
  lnActivityJacobian(c: Float64Array, T: number, out: Float64Array): Float64Array
  /** Share of each species in a capacitive current [–], by name, sum 1; absent: the anions, by their shares of the anions' charge. */
  readonly capacitiveShare?: Readonly<Record<string, number>>
  /** Density of the solution [kg/m³], for the masses of the cell. */
  readonly density?: number
  readonly sources: Sources
}

/** Net charge Σ z_k c_k [mol/m³]. */
export const netCharge = (species: readonly Species[], c: ArrayLike<number>): number =>
  species.reduce((sum, { charge }, k) => sum + charge * c[k], 0)

/** Share of each species in the current that charges a double layer [–], [K], sum 1. */
export const capacitiveShareOf = ({ species, concentration, capacitiveShare }: Electrolyte): Float64Array => {
  if (capacitiveShare) return Float64Array.from(species, ({ name }) => capacitiveShare[name] ?? 0)
  const anions = species.map(({ charge }, k) => Math.max(0, -charge * concentration[k]))
  const all = anions.reduce((a, b) => a + b)
  return Float64Array.from(anions, charge => charge / all)
}

/** Ionic conductivity κ = F² Σ z_k z_l 𝓛_kl = F Σ z_k s_k [S/m] from the migration coefficients s. */
export const conductivity = (species: readonly Species[], s: ArrayLike<number>, F: number): number =>
  F * species.reduce((sum, { charge }, k) => sum + charge * s[k], 0)
