/** Moves that are held back so that they keep local equilibrium: which, and by how much. */
import type { EventTables } from './events.ts'
import type { WalkArrays } from './walk-arrays.ts'

/**
 * Moves that go to and fro, slowed in *kinds*. A kind is a family of moves, how many ions of each carrier the cells at its ends
 * hold besides those that move, and, within a factor of 2, the rate of the move from the deeper of its two states,
 *
 *   k_low = ν₀ exp(−max(E_KRA + |ΔE|/2, |ΔE|, 0)/k_BT)
 *
 * All three are the same seen from both ends, so forward and back are of one kind: whatever factor ≤ 1 a kind is slowed by,
 * detailed balance of every move, and with it every equilibrium, is exact. What differs in how deep its states lie in their cavity
 * (a lone ion beside its ring, the same jump with the ring taken) differs in the ions nearby, and is slowed apart.
 * Source: computed; Chatterjee2010, Prats2025 (rate constants of what is in quasi-equilibrium scaled down)
 */
export type Holds = {
  /** Levels (see `WalkArrays.levels`) that a kind is slowed by, [kinds]. */
  readonly levels: Float64Array
  /** How often a move of each kind was made, [kinds]. */
  readonly crossed: Float64Array
  /** Kind of the move last looked at (the one element). */
  readonly last: Int32Array
  /** Family, by move. */
  readonly family: Int32Array
  /** Contents told apart: of each carrier up to `most` ions, in `codes` ways. */
  readonly most: number
  readonly codes: number
}

/** Rates told apart: from the fastest that could be down to 2⁻⁴⁸ of it; what is slower is not held. */
export const bins = 48
/** Contents of a cell told apart, at most. */
const mostCodes = 36
/** Bins do not begin where rates like to be: at those of the lattice without its surroundings. */
const offset = 0.3781

/** None held yet. The tables are those with `contents`. */
export const noHolds = ({ lattice, moves, eventOf }: EventTables): Holds => {
  const n = lattice.carriers.length
  const names = [...new Set(lattice.events.map(({ family }) => family))]
  const most = Math.max(1, Math.floor(mostCodes ** (1 / n) + 1e-9) - 1)
  const codes = (most + 1) ** n
  const kinds = names.length * ((codes * (codes + 1)) / 2) * bins
  return {
    levels: new Float64Array(kinds),
    crossed: new Float64Array(kinds),
    last: new Int32Array(1),
    family: Int32Array.from({ length: moves }, (_, m) => names.indexOf(lattice.events[eventOf[m]].family)),
    most,
    codes,
  }
}

/** Code of what a cell holds; `except` [n] of its ions do not count. */
export const codeOf = (
  { most }: Holds,
  content: ArrayLike<number>,
  cell: number,
  n: number,
  except: (i: number) => number,
): number => {
  let code = 0
  for (let i = n - 1; i >= 0; i--) code = code * (most + 1) + Math.min(most, content[cell * n + i] - except(i))
  return code
}

/**
 * Levels to add to those of a move whose sites are in `own`; its kind is kept in `last`.
 *
 * @param dE    ΔE [eV]
 * @param more  what the surroundings add to E_KRA [eV]
 */
export const heldBy = (w: WalkArrays, holds: Holds, move: number, many: number, dE: number, more: number): number => {
  const { tables, own, content, levels, perEnergy } = w
  const { before } = tables
  const { most, codes } = holds
  const n = tables.lattice.carriers.length
  const S = tables.run.perCell
  const x = Math.abs(dE) * perEnergy
  const least = levels[3 * move + 2]
  const low = Math.max(levels[3 * move + 1] + more * perEnergy + 0.5 * x, least + x)
  const bin = Math.max(0, Math.floor(low + offset))
  if (bin >= bins) {
    holds.last[0] = -1
    return 0
  }
  let a = codes
  let b = -1
  for (let d = 0; d < many; d++) {
    const cell = (own[d] / S) | 0
    let code = 0
    for (let i = n - 1; i >= 0; i--) {
      let count = content[cell * n + i]
      for (let q = 0; q < many; q++) if (before[4 * move + q] === i + 1 && ((own[q] / S) | 0) === cell) count--
      code = code * (most + 1) + (count > most ? most : count)
    }
    if (code < a) a = code
    if (code > b) b = code
  }
  const kind = ((holds.family[move] * codes * (codes + 1)) / 2 + (b * (b + 1)) / 2 + a) * bins + bin
  holds.last[0] = kind
  return holds.levels[kind]
}

/** Codes of the two contents of a kind. */
export const contentsOf = ({ codes }: Holds, kind: number): [number, number] => {
  const pair = Math.floor(kind / bins) % ((codes * (codes + 1)) / 2)
  const b = Math.floor((Math.sqrt(8 * pair + 1) - 1) / 2)
  return [pair - (b * (b + 1)) / 2, b]
}
