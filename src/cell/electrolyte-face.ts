/** Coefficients are evaluated at no less than this concentration [mol/m³]: at a limiting current an iterate may lie below zero. */
export const leastConcentration = 1e-6

/** Fluxes in the electrolyte over the faces between neighbouring points (`electrolyte-flux.ts`). */
export type ElectrolyteFlux = {
  /** N_k [mol/(m²·s)], [faces, K] and i_e [A/m²], [faces], of the last `evaluate`. */
  readonly N: Float64Array
  readonly current: Float64Array
  /** Ionic conductance of each face g_f κ(c_f) [S/m²], [faces]. */
  readonly conductance: Float64Array
  /** Derivatives of (N_1 … N_{K−1}, i_e) by the fields (c_1 … c_{K−1}, φ_e) of the point before and after, [faces, K, K]. */
  readonly before: Float64Array
  readonly after: Float64Array
  /** False where a concentration lies clearly below zero. */
  evaluate(y: Float64Array, T: number): boolean
  linearise(y: Float64Array, T: number): boolean
}

/** Of each face, [faces]: g_f without the transport coefficients [1/m], and the share of the point after it in c_f. */
export type FaceGeometry = { readonly conductance: Float64Array; readonly weightAfter: Float64Array }
