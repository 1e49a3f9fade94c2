import type { Structure } from '../crystal/structure.ts'

/** What an engine says of one structure. */
export type Evaluation = {
  /** Potential energy U of the cell [eV]. */
  readonly energy: number
  /** F = −∂U/∂r [eV/Å], [n, 3]. */
  readonly forces: Float64Array
  /** σ = (1/V) ∂U/∂ε [eV/Å³], [9], symmetric; tension positive. Absent where the engine has none. */
  readonly stress?: Float64Array
  /** How far outside its training a fitted potential was asked [–]: over 1 it extrapolates. Absent where it makes no such claim. */
  readonly extrapolation?: number
}

/**
 * Energies and forces from positions: all that a search for paths may know of a potential. `evaluate` does not write to the
 * structure, gives the same bits for the same input, and leaves the arrays it returned alone afterwards.
 */
export type Engine = {
  readonly name: string
  /** What its energies are those of, in words, as `fitted to PBE`: stands in every table of barriers. */
  readonly theory?: string
  /** Elements it knows; ['*'] for any. */
  readonly elements: readonly string[]
  /** True where the energy has a fixed origin or frame (springs to anchors): moving or turning the whole is no symmetry. */
  readonly external?: boolean
  /** True where it is good for finding and ranking only: every result that rests on it says `screening`. */
  readonly screening?: boolean
  evaluate(structure: Structure): Evaluation
}

/** An engine in another process: several structures at once, in any order of work, answers in the order asked. */
export type RemoteEngine = {
  readonly name: string
  readonly theory?: string
  readonly elements: readonly string[]
  evaluateAll(structures: readonly Structure[]): Promise<readonly Evaluation[]>
  close(): Promise<void>
}
