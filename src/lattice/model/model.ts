/**
 * The model file of a lattice, `format: dualion-lattice`: families of numbers, each with its source and basis, which
 * `expandLattice` turns into the `Lattice` that runs. Energies [eV], lengths [Å]; positions are fractional.
 * Source: computed: definitions only
 */

export const latticeFormat = 'dualion-lattice'
export const latticeFormatVersion = 1

/** How a number came about. `computed` needs `inputs`: the run of an engine. */
export const bases = ['computed', 'screening', 'measured', 'fitted', 'assumed'] as const
export type Basis = (typeof bases)[number]

/** The run of an engine that a number comes from. */
export type Inputs = {
  /** SHA-256 of the record of the run, 64 hexadecimal digits. */
  readonly sha256: string
  /** The engine's stamp: name, version, what it was fitted to. */
  readonly engine: string
}

/** Where a family of numbers comes from. What it does not say is taken from the head of the model, else `assumed`. */
export type Sourced = {
  readonly source?: string | undefined
  readonly basis?: Basis | undefined
  readonly inputs?: Inputs | undefined
}

export const plainKinds = [
  'chain',
  'square',
  'triangular',
  'honeycomb',
  'simple-cubic',
  'fcc',
  'bcc',
  'hcp',
  'diamond',
] as const
export type PlainKind = (typeof plainKinds)[number]

/** A site by its name or number, and the cell it lies in, the home cell where absent. */
export type ModelPlace = { readonly site: string | number; readonly image?: readonly number[] | undefined }

/** An energy [eV]; `forbidden` is +∞. */
export type ModelEnergy = number | 'forbidden'

export type ModelCarrier = string | { readonly symbol: string; readonly charge?: number | undefined }

export type ModelSite = {
  readonly name?: string | undefined
  readonly sublattice?: string | undefined
  /** Fractional [–]. */
  readonly position: readonly number[]
}

/** ε of carriers on sublattices or single sites; 0 where nothing is said. */
export type ModelSiteEnergy = Sourced & {
  readonly name?: string | undefined
  readonly carrier?: string | undefined
  readonly carriers?: readonly string[] | undefined
  readonly sublattice?: string | undefined
  readonly sublattices?: readonly string[] | undefined
  readonly sites?: readonly (string | number)[] | undefined
  readonly energy: ModelEnergy
}

/** Which pairs of sites: the n-th distance there is among them, or a distance [Å] ± tolerance. */
export type Apart = {
  readonly shell?: number | undefined
  readonly distance?: number | undefined
  /** [Å]; 0.05 where absent. */
  readonly tolerance?: number | undefined
}

/** V of two carriers; the first on the first sublattice or place, the second on the second. */
export type ModelPair = Sourced &
  Apart & {
    readonly name?: string | undefined
    readonly carriers: readonly string[]
    readonly sublattices?: readonly string[] | undefined
    /** Instead of a distance: two places and their images under the symmetry of the model. */
    readonly places?: readonly ModelPlace[] | undefined
    readonly energy: ModelEnergy
  }

/** V of three carriers, in the order of sublattices or places. */
export type ModelTriplet = Sourced & {
  readonly name?: string | undefined
  readonly carriers: readonly string[]
  readonly sublattices?: readonly string[] | undefined
  /** First to second, second to third, first to third [Å]. */
  readonly distances?: readonly number[] | undefined
  readonly tolerance?: number | undefined
  readonly places?: readonly ModelPlace[] | undefined
  readonly energy: ModelEnergy
}

/** Sites this near [Å] or nearer are not filled together, by any two carriers where none are named. */
export type ModelExclusion = Sourced & {
  readonly name?: string | undefined
  readonly carriers?: readonly string[] | undefined
  readonly sublattices?: readonly string[] | undefined
  readonly within: number
}

export type ModelLimit = Sourced & {
  readonly name?: string | undefined
  readonly weights: Readonly<Record<string, number>>
  readonly max: number
  readonly per: 'cell' | 'formula unit'
}

/** h(n) = Σ_k coefficients[k] n^k [eV per formula unit], n = Σ weights·x. */
export type ModelMeanField = Sourced & {
  readonly name: string
  readonly weights: Readonly<Record<string, number>>
  readonly coefficients: readonly number[]
}

/** What ions nearby add to E_KRA: those at a distance from the middle of the event, or from any end of its hops. */
export type ModelSurroundings = Sourced & {
  readonly of?: 'middle' | 'ends' | undefined
  readonly distance: number
  readonly tolerance?: number | undefined
  readonly sublattices?: readonly string[] | undefined
  /** [eV] by carrier, for each ion there. */
  readonly energy: Readonly<Record<string, number>>
}

/** What one ion at one place adds to E_KRA of an explicit move. */
export type ModelNeighbour = { readonly place: ModelPlace; readonly energy: Readonly<Record<string, number>> }

/** What hops of one ion and of two have in common. */
export type ModelRate = Sourced & {
  readonly name?: string | undefined
  /** E_KRA [eV]: the saddle above the mean of both ends; the barrier itself where both ends are alike. */
  readonly barrier: number
  /** ν₀ [1/s]; 1e13, assumed, where absent. */
  readonly attemptFrequency?: number | (Sourced & { readonly value: number }) | undefined
  readonly surroundings?: readonly ModelSurroundings[] | undefined
  /** What the mean content adds to E_KRA [eV per ion a formula unit], by carrier. */
  readonly byAmount?: (Sourced & { readonly energy: Readonly<Record<string, number>> }) | undefined
  /** Fast moves inside a group of sites. */
  readonly inside?: boolean | undefined
}

/** Hops of one ion: between sites at a distance, or explicit moves and their images under the symmetry of the model. */
export type ModelHop = ModelRate &
  Apart & {
    readonly carrier?: string | undefined
    readonly carriers?: readonly string[] | undefined
    readonly sublattices?: readonly string[] | undefined
    readonly moves?:
      | readonly {
          readonly from: ModelPlace
          readonly to: ModelPlace
          readonly surroundings?: readonly ModelNeighbour[] | undefined
        }[]
      | undefined
  }

/**
 * Hops of two ions at once. `follow`: the follower goes into the site that the leader leaves; `together`: between four sites,
 * the ions `separation` apart at both ends; `moves`: by their places. A family holds its moves and their reverses.
 */
export type ModelPairHop = ModelRate &
  Apart & {
    readonly kind: 'follow' | 'together' | 'moves'
    readonly leader: string
    readonly follower: string
    /** Lengths of the leader's and the follower's hop [Å], where they differ. */
    readonly distances?: readonly number[] | undefined
    /** `follow`: the follower's start, the site between, the leader's end. `together`: leader from, to, follower from, to. */
    readonly sublattices?: readonly string[] | undefined
    /** `follow`: only along a straight line (within 5 degrees). `together`: both by the same vector. */
    readonly straight?: boolean | undefined
    /** `together`: distance of the ions at both ends [Å] ± tolerance, or least and most. */
    readonly separation?: number | readonly number[] | undefined
    readonly moves?:
      | readonly {
          readonly leader: { readonly from: ModelPlace; readonly to: ModelPlace }
          readonly follower: { readonly from: ModelPlace; readonly to: ModelPlace }
          readonly surroundings?: readonly ModelNeighbour[] | undefined
        }[]
      | undefined
  }

export type LatticeModel = Sourced & {
  readonly format: typeof latticeFormat
  readonly formatVersion?: number | undefined
  readonly name?: string | undefined
  readonly about?: string | undefined
  /** A plain lattice with `spacing` [Å] between nearest neighbours, instead of `cell` and `sites`. */
  readonly lattice?: PlainKind | undefined
  readonly spacing?: number | undefined
  /** Vectors of the cell as rows [Å], [3, 3]. */
  readonly cell?: readonly (readonly number[])[] | undefined
  /** Repeats along the first so many vectors; 3 where absent. */
  readonly dimension?: number | undefined
  /** Of one cell; 1 where absent, of a plain lattice its sites. */
  readonly formulaUnits?: number | undefined
  /** Operations on fractional coordinates, as `-x, -y, -z`: explicit places stand for their images under all of them. */
  readonly symmetry?: readonly string[] | undefined
  readonly sites?: readonly ModelSite[] | undefined
  readonly carriers: readonly ModelCarrier[]
  readonly siteEnergies?: readonly ModelSiteEnergy[] | undefined
  readonly pairEnergies?: readonly ModelPair[] | undefined
  readonly tripletEnergies?: readonly ModelTriplet[] | undefined
  readonly exclusions?: readonly ModelExclusion[] | undefined
  readonly limits?: readonly ModelLimit[] | undefined
  readonly meanField?: readonly ModelMeanField[] | undefined
  readonly hops?: readonly ModelHop[] | undefined
  readonly pairHops?: readonly ModelPairHop[] | undefined
}
