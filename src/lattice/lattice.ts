/**
 * A lattice of sites on which carriers sit, interact and hop: all that Monte Carlo and kinetic Monte Carlo need of a host.
 *
 *   H(σ) = Σ_s ε(s, σ_s) + Σ_clusters V(σ_s, σ_s′, …) + N Σ_terms h(n),   n = Σ_i weights_i x_i per formula unit
 *
 * A vacancy has the energy 0 and so has the carrier's own metal, so μ_i here is that of the neutral carrier against its metal.
 * One record describes one cell; a run repeats it. Plain data, made from a model file (`model.ts`) or by hand in a test.
 * Source: computed: definitions only
 */

/** A site of the cell at `image` [whole cells] from the cell that one counts from. */
export type Place = { readonly site: number; readonly image: readonly [number, number, number] }

/** A mobile ion of the lattice. A lattice gas may call it what it likes. */
export type LatticeCarrier = {
  readonly symbol: string
  /** Charge number z [–]. */
  readonly charge: number
}

export type LatticeSite = {
  /** Index into `sublattices`. */
  readonly sublattice: number
  /** Cartesian [Å], in the frame of `cell`. */
  readonly position: readonly [number, number, number]
}

/** Sites which interact when all of them are filled; each cluster stands once for each cell, its first place in the home cell. */
export type Cluster = {
  readonly label: string
  readonly places: readonly Place[]
  /**
   * V [eV] by the carriers on the places in their order, [n, n, …] row by row over carriers (no vacancies: those give 0).
   * Infinity: these cannot be filled at once.
   */
  readonly energy: Float64Array
}

/** h(n) = Σ_k coefficients[k] n^k [eV per formula unit], n = Σ_i weights_i x_i: strain, or the electrons a host takes up. */
export type MeanField = {
  readonly label: string
  /** By carrier, [n] [–]. */
  readonly weights: Float64Array
  readonly coefficients: Float64Array
}

/** Σ_i weights_i N_i ≤ max: over each cell (a cavity that holds so many), or over the formula unit on average. */
export type LatticeLimit = {
  readonly weights: Float64Array
  readonly max: number
  readonly per: 'cell' | 'formula unit'
}

/** One ion of an event. */
export type Mover = { readonly carrier: number; readonly from: Place; readonly to: Place }

/**
 * A move of one ion or of two at once, and its reverse: one saddle, so one E_KRA,
 *
 *   k = ν₀ exp(−E_b/k_BT),   E_b = max(E_KRA + ΔE/2, 0, ΔE)
 *
 * A pair event may lead an ion into the site that the other leaves in the same event (follow the leader). Every other site that
 * is moved to must be empty. The first mover's `from` lies in the home cell; each event stands once for each cell, the reverse is
 * not listed.
 */
export type LatticeEvent = {
  /** The family, `Li outer–outer`, `Mg follows Li`. Rates, counts and shares are reported by it. */
  readonly family: string
  readonly movers: readonly Mover[]
  /** E_KRA [eV]: the saddle above the mean of both ends. */
  readonly Ekra: number
  /** ν₀ [1/s]. */
  readonly attemptFrequency: number
  /** What a carrier at a place nearby adds to E_KRA, `energy` [eV] by carrier, [n]. */
  readonly surroundings: readonly { readonly place: Place; readonly energy: Float64Array }[]
  /** What the mean content adds to E_KRA [eV per ion a formula unit], by carrier, [n]: the lattice that the others strain. */
  readonly byAmount: Float64Array
  /** True of fast moves inside a group of sites (a cavity's rings), which may be held at local equilibrium. */
  readonly inside: boolean
}

export type Lattice = {
  readonly name: string
  /** Vectors of the cell as rows [Å], [3, 3]. */
  readonly cell: Float64Array
  /** Repeats along the first `dimension` vectors; d of D = ⟨r²⟩/(2 d t). */
  readonly dimension: 1 | 2 | 3
  /** Formula units of one cell: amounts are ions per formula unit. */
  readonly formulaUnits: number
  /** Volume of the cell [Å³], or area·1 Å, length·1 Å² in fewer dimensions. */
  readonly volume: number
  readonly carriers: readonly LatticeCarrier[]
  readonly sublattices: readonly string[]
  readonly sites: readonly LatticeSite[]
  /** ε [eV], [sites, carriers]; Infinity where a carrier cannot sit. */
  readonly siteEnergy: Float64Array
  readonly clusters: readonly Cluster[]
  readonly meanField: readonly MeanField[]
  readonly limits: readonly LatticeLimit[]
  readonly events: readonly LatticeEvent[]
}
