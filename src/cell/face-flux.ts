/** Coefficients are evaluated at no less than this concentration [mol/m³]: at a limiting current an iterate may lie below zero. */
export const leastConcentration = 1e-6

/** Of each face, [faces]: g_f without the transport coefficients [1/m], and the share of the point after it in c_f. */
export type FaceGeometry = { readonly conductance: Float64Array; readonly weightAfter: Float64Array }

/**
 * Fluxes of all species between neighbouring points,
 *
 *   N_k = −g_f [ Σ_m D_km Δc_m + s_k(c_f) Δφ_e ],   g_f = 1/(d_p/B_p + d_{p+1}/B_{p+1}),
 *
 * with s at the face, D its Simpson mean over the concentrations between the two points (which keeps the 1/c of a
 * concentrated electrolyte second order where c changes severalfold), and c_f interpolated where the face lies in the series of the two half cells d/B (second order across a change of
 * porosity too), and the ionic current i_e = F Σ z_k N_k. Fields of point p stand at `base + p·stride`: c_1 … c_{K−1},
 * then φ_e; the last species follows from electroneutrality.
 */
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
