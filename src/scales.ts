/**
 * The records which pass from atoms to cell:  Barrier → Transport + Thermodynamics + Kinetics → HostMaterial.
 *
 * Read this file first. Physics folders never import each other sideways; they meet here. Everything is plain data and
 * functions of plain data. Vectors and matrices over carriers are ordered as the record's `carriers`; an `out` array is
 * filled and returned when given (hot loops pass it), so a call with `out` allocates nothing.
 */
import type { DiffusivityTerms } from './math/term.ts'

/** Where each number of a record comes from: field path → reference key with table or equation, `computed …`, `fitted to …` or `assumed`. */
export type Sources = Readonly<Record<string, string>>

/** Amounts per formula unit of host, by carrier symbol: `{ Li: 1, Mg: 0.5 }`. */
export type Amount = Readonly<Record<string, number>>

/** A mobile ion. */
export type Carrier = {
  /** Element symbol, `Li`. */
  readonly symbol: string
  /** Charge number z [–]. */
  readonly charge: number
  /** Molar mass [g/mol]. */
  readonly mass: number
  readonly sources: Sources
}

/** Atoms → rates. One move of one or two ions; energies [eV], attempt frequency ν₀ [1/s]. */
export type Barrier = {
  readonly move: string
  readonly forward: number
  readonly backward: number
  readonly attemptFrequency: number
  readonly sources: Sources
}

/** Rates → continuum: how ions answer gradients of chemical potential, J_i = −Σ_j L_ij ∂μ_j/∂r. */
export type Transport = {
  readonly carriers: readonly string[]
  /** Onsager coefficients L [mol²/(J·m·s)], [n, n], symmetric, positive semidefinite; x [per formula unit], T [K]. */
  onsager(x: ArrayLike<number>, T: number, out?: Float64Array): Float64Array
  /**
   * Chemical diffusivity D̃ = L Θ/V_m [m²/s], [n, n], with J = −D̃ ∇c, where the record has it in closed form (the hot
   * loops use it) or where Fick's law itself is what was measured. Absent: formed from `onsager` and Θ.
   */
  diffusivity?(x: ArrayLike<number>, T: number, out?: Float64Array): Float64Array
  /** Of two carriers: D̃ of many contents in a call, x [count, 2] → out [count, 2, 2]. Absent: one by one. */
  diffusivities?(x: Float64Array, count: number, T: number, out: Float64Array): void
  /**
   * The same, and the derivatives of D̃ u by the contents at fixed u [count, 2], ∂(D̃ u)_i/∂x_l, [count, 2, 2]. Absent: by
   * differences of `diffusivity`.
   */
  diffusivitySlopes?(
    x: Float64Array,
    u: Float64Array,
    count: number,
    T: number,
    out: Float64Array,
    slopes: Float64Array,
  ): void
  /** The same as terms that loops are compiled from, where the record has them. */
  readonly diffusivityTerms?: DiffusivityTerms
  /**
   * Of one carrier: ∫ D̃ dx from the empty host [m²/s], with D̃(x) as its derivative. A host that has it is one whose contents stay
   * well inside their range: particles then use a scheme of higher order, which may overshoot by a per cent of a sudden change.
   */
  readonly diffusivityIntegral?: {
    value(x: number, T: number): number
    derivative(x: number, T: number): number
  }
  /** True where `diffusivity` does not depend on x (a Jacobian need not differentiate it). */
  readonly constant?: boolean
  readonly sources: Sources
}

/** One free energy g(x, T) per formula unit and its derivatives; Maxwell's relation ∂μ_i/∂x_j = ∂μ_j/∂x_i holds because of it. */
export type Thermodynamics = {
  readonly carriers: readonly string[]
  /** g [J per mol of formula units], with the neutral metals and the empty host as the zero. */
  freeEnergy(x: ArrayLike<number>, T: number): number
  /** μ_i = ∂g/∂x_i [J/mol], [n], of the neutral carrier against its own metal; U_i = −μ_i/(z_i F). */
  potential(x: ArrayLike<number>, T: number, out?: Float64Array): Float64Array
  /** Θ_ij = ∂μ_i/∂x_j [J/mol], [n, n]. */
  potentialJacobian(x: ArrayLike<number>, T: number, out?: Float64Array): Float64Array
  /** Both at many contents [count, n] at once, Θ where asked: [count, n] and [count, n, n]. One after the other where it is absent: a
   * record made from another with a `potential` of its own has to leave it out, or bring its own. */
  potentials?(x: Float64Array, count: number, T: number, mu: Float64Array, theta?: Float64Array): void
  /** Partial molar entropy s_i = −∂μ_i/∂T [J/(mol·K)], [n]. */
  entropy(x: ArrayLike<number>, T: number, out?: Float64Array): Float64Array
  readonly sources: Sources
}

/** Butler–Volmer reaction of every carrier at the host's surface: j_i = j0_i [exp(α_a z F η/RT) − exp(−α_c z F η/RT)]. */
export type Kinetics = {
  readonly carriers: readonly string[]
  /** Anodic and cathodic transfer coefficients [–], [n]. */
  readonly alphaAnodic: ArrayLike<number>
  readonly alphaCathodic: ArrayLike<number>
  /** Exponent of the ion's activity in the electrolyte in j0 [–], [n] (α_a in the standard law). */
  readonly electrolyteOrder: ArrayLike<number>
  /** j0_i [A/m²], [n], at unit activity of the ion in the electrolyte; x of the surface, μ(x, T) of the same x. */
  exchangeCurrent(x: ArrayLike<number>, mu: ArrayLike<number>, T: number, out?: Float64Array): Float64Array
  /** The same at many contents and potentials [count, n] at once, as `potentials`. */
  exchangeCurrents?(x: Float64Array, mu: Float64Array, count: number, T: number, out: Float64Array): void
  /**
   * Fills ∂ln j0_i/∂x_l at fixed μ and ∂ln j0_i/∂μ_l at fixed x [mol/J], [n, n] each. Where absent they are differenced, which
   * costs time and, at a surface with a millionth of its room left, the digits in which both branches of j cancel.
   */
  slopes?(x: ArrayLike<number>, mu: ArrayLike<number>, T: number, byX: Float64Array, byMu: Float64Array): void
  readonly sources: Sources
}

/** One limit of the shared room: Σ weights·x ≤ max. */
export type Limit = { readonly weights: Amount; readonly max: number }

/** All that a cell may know of a host. */
export type HostMaterial = {
  readonly name: string
  readonly formula: string
  /** Carriers, in the order of every vector of this record. */
  readonly carriers: readonly Carrier[]
  /** Molar mass of the empty host [g/mol of formula units]. */
  readonly molarMass: number
  /** Volume of a mole of formula units V_m [m³/mol]; c = x/V_m. */
  readonly molarVolume: number
  /** Shared room: { Li: 1, Mg: 2 } ≤ 4, not one maximum per ion. */
  readonly limits: readonly Limit[]
  readonly thermodynamics: Thermodynamics
  readonly transport: Transport
  readonly kinetics: Kinetics
  /**
   * Cahn–Hilliard gradient coefficients K_ij [J·m²/mol], [n, n], symmetric: μ_i − Σ_j K_ij ∇²x_j. Needed where g is not convex.
   * (K per formula unit; K_c = K·V_m where gradients of c are meant.)
   */
  readonly gradient?: Float64Array
  /** What the user ought to know: ranges of validity, what was left out. */
  readonly notes?: readonly string[]
  readonly sources: Sources
}

/** A metal that plates and strips on a planar electrode. */
export type Metal = {
  readonly carrier: Carrier
  /** Molar volume of the metal [m³/mol]. */
  readonly molarVolume: number
  /** Exchange current density at unit activity of the ion and a bare metal surface [A/m²]. */
  readonly exchangeCurrent: number
  /** Activation energy of the exchange current [J/mol]. */
  readonly activationEnergy: number
  readonly alphaAnodic: number
  readonly alphaCathodic: number
  /** One monolayer [mol/m²]: below it the metal runs out of sites to strip from. */
  readonly monolayer: number
  readonly sources: Sources
}
