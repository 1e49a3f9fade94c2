/** A walk that draws ions and ways out, not moves: what it needs, and which walks can. */
import { positionsOf } from './channels.ts'
import type { EventTables } from './events.ts'
import { type FieldCodes, fieldCodesOf } from './field-codes.ts'
import { type IonProgram, ionProgram } from './ion-program.ts'
import { emptySlots, type Slots } from './slots.ts'
import { at, classes, look, rounding, type WalkArrays } from './walk-arrays.ts'

/**
 * Ions in classes, where all that happens is hops of one ion and energies are of sites and pairs. A trial picks an ion of class c,
 * one of its K ways out, and hops with probability k/bound_c, or not at all where the site is taken; trials are a Poisson process
 * of rate K Σ count·bound, so the hops made are one of their own rates k. No move of an ion is faster than the bound of its class:
 * after a hop those that have a faster one now are moved at once. Those that have only slower ones are moved when a trial finds
 * them so. That is cheaper than lists of all moves, as long as enough trials end in a hop.
 */
export type IonLists = {
  /** Lists of the sites that are filled; their numbers are those of the ions. */
  readonly lists: Slots
  /** Move of an ion of state a on a site u of the cell by its k-th way out, [perCell, states, perSite], −1 for none. */
  readonly moveAt: Int32Array
  /** Shift of the index from the home cell to the site it enters, where every face is at least `reach` cells away. */
  readonly shiftAt: Int32Array
  readonly reach: number
  /** Cells that a move goes, [moves, 3]: those that lead over a face of the supercell are added up in `origin`. */
  readonly hopCell: Int32Array
  /** Of each ion its displacement less where its site is in the supercell [Å], [ions, 3]. */
  readonly origin: Float64Array
  /** Vectors of the supercell [Å], [3, 3]. */
  readonly box: Float64Array
  /** Where rates are fixed: class by site of the cell and state, [perCell, states], and k/bound of each move. */
  readonly classOf: Int32Array
  readonly share: Float64Array
  /** No ion ever changes its class: where it stands in the list is then not kept up in `place`. */
  readonly still: boolean
  /** Where they are not: what to look at after a hop. */
  readonly program: IonProgram
  /** exp(−k ln width) for whole k. */
  readonly powers: Float64Array
  /** Fields in few bytes, where they can be: those of the walk are kept up when it rests only. */
  readonly codes: FieldCodes | undefined
  /** Ions that one hop may put into a class. */
  readonly newcomers: number
}

/** Trials after which it is asked whether one in so many has made a hop: if not, the walk goes on by lists of moves. */
export const trialWindow = 2 ** 15
export const mostTrials = 32

/** @returns undefined where the events or energies of a walk are beyond this */
export const ionListsOf = (w: WalkArrays): IonLists | undefined => {
  const { tables, fixed, classOfMove, bound } = w
  const { run, lattice, channelAt, moveOf, codeStart, perSite: K, moves, aroundStart, aroundCell, aroundShift } = tables
  if (!w.simple || !(fixed || w.onlyPairs) || run.periodic.includes(false)) return undefined
  const n = lattice.carriers.length
  const states = n + 1
  const S = run.perCell
  const moveAt = new Int32Array(S * states * K).fill(-1)
  const shiftAt = new Int32Array(S * states * K)
  const hopCell = hopCellsOf(tables)
  let reach = hopCell.reduce((most, c) => Math.max(most, Math.abs(c)), 0)
  const classOf = new Int32Array(S * states).fill(classes - 1)
  const share = new Float64Array(moves)
  for (let u = 0; u < S; u++)
    for (let a = 1; a < states; a++) {
      const key = u * states + a
      for (let k = 0; k < K; k++) {
        const channel = channelAt[u * K + k]
        const m = channel < 0 ? -1 : moveOf[codeStart[channel] + a]
        moveAt[key * K + k] = m
        if (m < 0) continue
        const p = aroundStart[channel] + 1
        shiftAt[key * K + k] = aroundShift[p]
        for (let d = 0; d < 3; d++) reach = Math.max(reach, Math.abs(aroundCell[3 * p + d]))
        if (fixed) classOf[key] = Math.min(classOf[key], classOfMove[m])
      }
      for (let k = 0; k < K; k++) {
        const m = moveAt[key * K + k]
        if (m >= 0 && fixed) share[m] = bound[classOfMove[m]] / bound[classOf[key]]
      }
    }
  const program = ionProgram(tables)
  return {
    lists: emptySlots(run.sites, classes, program.mostGroups, true),
    moveAt,
    shiftAt,
    reach,
    hopCell,
    origin: new Float64Array(w.displacement.length),
    box: positionsOf(lattice).cell.map((x, k) => x * run.size[Math.floor(k / 3)]),
    classOf,
    share,
    still: fixed && classOf.every((c, key) => c === classOf[key % states]),
    program,
    powers: Float64Array.from({ length: 2 * classes }, (_, k) => Math.exp(-k * w.lnWidth)),
    codes: w.interacting && !fixed ? fieldCodesOf(tables, w.sigma) : undefined,
    newcomers: program.mostGroups,
  }
}

const hopCellsOf = ({ lattice, moves, eventOf, reverse }: EventTables): Int32Array =>
  Int32Array.from({ length: 3 * moves }, (_, k) => {
    const m = Math.floor(k / 3)
    const [{ from, to }] = lattice.events[eventOf[m]].movers
    return (to.image[k % 3] - from.image[k % 3]) * (reverse[m] === 1 ? -1 : 1)
  })

/** Class of the ion on site s: of its fastest move as things are, −1 where none is possible. */
export const classOfIon = (w: WalkArrays, ions: IonLists, s: number): number => {
  const { perSite: K, channelAt, run, lattice } = w.tables
  const u = s % run.perCell
  if (w.fixed) return ions.classOf[u * (lattice.carriers.length + 1) + w.sigma[s]]
  let lowest = Infinity
  for (let k = 0; k < K; k++) {
    if (channelAt[u * K + k] < 0 || look(w, s * K + k) < 0) continue
    lowest = Math.min(lowest, w.clock[at.level] + rounding)
  }
  return lowest < classes ? Math.floor(lowest) : -1
}

/** Where a walk by ions begins: what displacements are counted from. */
export const beginIons = (w: WalkArrays, ions: IonLists): void => overPositions(w, w.displacement, ions.origin, -1)

/**
 * The numbers of the ions on their sites, and their displacements, from the lists and what was added up over faces; fields from
 * their words. The loop leaves these long arrays alone.
 */
export const tellIons = (w: WalkArrays, ions: IonLists): void => {
  const { ion, sigma } = w
  const { list, number, begin, end, range } = ions.lists
  // ions that are in no list have kept theirs
  for (let s = 0; s < w.tables.run.sites; s++) if (sigma[s] === 0) ion[s] = -1
  for (let c = range[0]; c <= range[1]; c++) for (let k = begin[c]; k < end[c]; k++) ion[list[0][k]] = number[0][k]
  overPositions(w, ions.origin, w.displacement, 1)
  if (ions.codes) {
    const { table, words } = ions.codes
    const n = w.tables.lattice.carriers.length
    for (let s = 0; s < words.length; s++) for (let i = 0; i < n; i++) w.fields[s * n + i] = table[words[s] * n + i]
  }
}

/** to = from ± where each ion's site is [Å]. Sums of whole multiples are exact in any order. */
const overPositions = (w: WalkArrays, from: Float64Array, to: Float64Array, sign: number): void => {
  const { sigma, ion } = w
  const { size, perCell: S } = w.tables.run
  const { cell, sites } = positionsOf(w.tables.lattice)
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = cell.map(x => sign * x)
  const places = sites.map(x => sign * x)
  let s = 0
  for (let i = 0; i < size[0]; i++)
    for (let j = 0; j < size[1]; j++) {
      let x = i * ax + j * bx
      let y = i * ay + j * by
      let z = i * az + j * bz
      for (let k = 0; k < size[2]; k++) {
        for (let u = 0; u < S; u++, s++) {
          if (sigma[s] === 0) continue
          const q = 3 * ion[s]
          to[q] = from[q] + x + places[3 * u]
          to[q + 1] = from[q + 1] + y + places[3 * u + 1]
          to[q + 2] = from[q + 2] + z + places[3 * u + 2]
        }
        x += cx
        y += cy
        z += cz
      }
    }
}
