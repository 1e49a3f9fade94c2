/** The arrays of a walk, and how the rate of a slot is read from them. */
import type { EventTables } from './events.ts'
import { type Holds, heldBy } from './holds.ts'
import type { Slots } from './slots.ts'

/** Everything the loop touches. One cell more than the supercell has stands for what lies beyond open faces: vacant, closed. */
export type WalkArrays = {
  readonly tables: EventTables
  /** [sites + perCell], and fields [sites + perCell, n] [eV]. */
  readonly sigma: Uint8Array
  readonly fields: Float64Array
  readonly ion: Int32Array
  readonly displacement: Float64Array
  readonly counts: Float64Array
  /** Ions by cell and carrier, [cells + 1, n]. */
  readonly content: Int32Array
  /** Whether ΔE needs the fields, and whether each move has one rate for all time. */
  readonly interacting: boolean
  readonly fixed: boolean
  /** [1/s], by class; class by move where rates are fixed. */
  readonly bound: Float64Array
  readonly classOfMove: Int32Array
  /**
   * Levels of a rate k: ln(bound₀/k)/ln width. By move ΔE beyond the fields [eV], the levels of ν₀ exp(−E_KRA/kT) and of ν₀,
   * [moves, 3]; then the levels of 1 eV. Class c holds the levels from c to c + 1, and lets them stay up to c + 2.
   */
  readonly levels: Float64Array
  readonly perEnergy: number
  readonly lnWidth: number
  /** 1 where sites nearby or limits of cells have a say, by move. */
  readonly special: Uint8Array
  /** Hops of one ion only, without sites nearby and limits; most slots that one event may put into a class. */
  readonly simple: boolean
  /** Energies of sites and pairs only. */
  readonly onlyPairs: boolean
  readonly newcomers: number
  readonly limitWeight: Float64Array
  readonly limitMax: Float64Array
  readonly forbids: number
  /** Moves that are held back, where any are: `simple` and `fixed` are false then. */
  readonly holds: Holds | undefined
  readonly wrap: Wrap
  /** Sites around the channel of a step, and those that the channel looked at reads: filled anew each time. */
  readonly around: Int32Array
  readonly own: Int32Array
  /**
   * Time, time of the next trial, Σ bounds [1/s], events, trials, level of the move last looked at. Of a walk by ions the next
   * time is that of the next hop, which is kept where it is drawn already: class (−1 for none) and member of the list, site
   * entered, move; and of the window of trials how many were made, and how many were hops.
   */
  readonly clock: Float64Array
}

/** Those of a walk by moves: possible slots in classes of like rate. */
export type SlotArrays = WalkArrays & { readonly slots: Slots }

/** Indices in `clock`. */
export const at = {
  time: 0,
  next: 1,
  total: 2,
  events: 3,
  trials: 4,
  level: 5,
  pendingClass: 6,
  pendingMember: 7,
  pendingSite: 8,
  pendingMove: 9,
  tries: 10,
  hops: 11,
} as const
/** What of the clock a walk by ions keeps beside its times, from `pendingClass` on. */
export const clockSize = 12

/** Levels this close to a class are in it: rates equal to its bound are not thinned by round-off. */
export const rounding = 1e-9
/** Of sums of limits. */
export const tolerance = 1e-9
/** Moves slower than width^−127 of the fastest that could be (6e-26 per second) do not happen. */
export const classes = 127

/** Cells along each direction, at + pad[d] → share of the cell's index; far below 0 beyond an open face. */
export type Wrap = {
  readonly x: Int32Array
  readonly y: Int32Array
  readonly z: Int32Array
  readonly pad: readonly [number, number, number]
}

/** Move that a slot stands for as things are, −1 for none; sets the sites in `own` and the level in `clock`. */
export const look = (w: WalkArrays, slot: number): number => {
  const { tables, sigma, own, wrap, fixed } = w
  const { perSite, channelAt, readStart, readCell, readSite, readShift, margin, involved, moveOf, codeStart } = tables
  const { cells: N, perCell: S, size } = tables.run
  const from = (slot / perSite) | 0
  const u = tables.energies.tables.kind[from]
  const channel = channelAt[u * perSite + slot - from * perSite]
  const cell = ((from - u) / S) | 0
  const rows = (cell / size[2]) | 0
  const z = cell - rows * size[2]
  const planes = (rows / size[1]) | 0
  const y = rows - planes * size[1]
  const x = planes
  const first = readStart[channel]
  const many = involved[channel]
  const count = fixed ? many : readStart[channel + 1] - first
  const mx = margin[3 * channel]
  const my = margin[3 * channel + 1]
  const mz = margin[3 * channel + 2]
  const home = from - u
  if (x >= mx && x < size[0] - mx && y >= my && y < size[1] - my && z >= mz && z < size[2] - mz) {
    for (let r = 0; r < count; r++) own[r] = home + readShift[first + r]
  } else {
    const [px, py, pz] = wrap.pad
    for (let r = 0; r < count; r++) {
      const q = 3 * (first + r)
      const there = wrap.x[x + px + readCell[q]] + wrap.y[y + py + readCell[q + 1]] + wrap.z[z + pz + readCell[q + 2]]
      own[r] = (there < 0 ? N : there) * S + readSite[first + r]
    }
  }
  let code = sigma[own[0]]
  const states = tables.lattice.carriers.length + 1
  for (let r = 1, factor = states; r < many; r++, factor *= states) code += factor * sigma[own[r]]
  const move = moveOf[codeStart[channel] + code]
  if (move >= 0 && !fixed) w.clock[at.level] = levelOf(w, move, many)
  return move
}

/** Level of a move at the sites in `own`, Infinity where it is not possible. */
const levelOf = (w: WalkArrays, move: number, many: number): number => {
  const { tables, sigma, fields, own } = w
  const { before, after, energy, nearStart, nearRead, nearEkra, nearEnergy, gainStart, gainRead } = tables
  const n = tables.lattice.carriers.length
  let dE = energy[move]
  if (w.interacting)
    for (let d = 0; d < many; d++) {
      const b = after[4 * move + d]
      const a = before[4 * move + d]
      if (b > 0) dE += fields[own[d] * n + b - 1]
      if (a > 0) dE -= fields[own[d] * n + a - 1]
    }
  let more = 0
  for (let q = nearStart[move]; q < nearStart[move + 1]; q++) {
    const state = sigma[own[nearRead[q]]]
    if (state === 0) continue
    more += nearEkra[q * n + state - 1]
    dE += nearEnergy[q * n + state - 1]
  }
  if (dE >= w.forbids) return Infinity
  for (let g = gainStart[move]; g < gainStart[move + 1]; g++)
    if (overfull(w, g, (own[gainRead[g]] / tables.run.perCell) | 0)) return Infinity
  const level = levelFrom(w, move, dE, more)
  return w.holds ? level + heldBy(w, w.holds, move, many, dE, more) : level
}

/** Level of ν₀ exp(−E_b/kT), E_b = max(E_KRA + ΔE/2, 0, ΔE) [eV], `more` what the surroundings add to E_KRA. */
export const levelFrom = (w: WalkArrays, move: number, dE: number, more: number): number => {
  const x = dE * w.perEnergy
  const least = w.levels[3 * move + 2]
  return Math.max(w.levels[3 * move + 1] + more * w.perEnergy + 0.5 * x, least, least + x)
}

/** Whether a cell has no room for gain `g`. */
export const overfull = (w: WalkArrays, g: number, cell: number): boolean => {
  const n = w.tables.lattice.carriers.length
  const limit = w.tables.gainLimit[g]
  let sum = w.tables.gain[g] - w.limitMax[limit]
  for (let i = 0; i < n; i++) sum += w.limitWeight[limit * n + i] * w.content[cell * n + i]
  return sum > tolerance
}
