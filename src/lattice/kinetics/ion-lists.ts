/** A walk that draws ions and ways out, not moves: what it needs, and which walks can. */
import { emptySlots, type Slots } from './slots.ts'
import { classes, rounding, type WalkArrays } from './walk-arrays.ts'

/**
 * Ions in classes, where all that happens is hops of one ion and energies are of sites and pairs. A trial picks an ion of class c,
 * one of its K ways out, and hops with probability k/bound_c, or not at all where the site is taken; trials are a Poisson process
 * of rate K Σ count·bound, so the hops made are one of their own rates k. After a hop only ions whose field has changed are
 * sorted anew: that is cheaper than all their moves and those into their empty neighbours, as long as enough trials end in a hop.
 */
export type IonLists = {
  /** Lists of the sites that are filled. */
  readonly lists: Slots
  /** Move of an ion of state a on a site u of the cell by its k-th way out, [perCell, states, perSite], −1 for none. */
  readonly moveAt: Int32Array
  /** Where rates are fixed: class by site of the cell and state, [perCell, states], and k/bound of each move. */
  readonly classOf: Int32Array
  readonly share: Float64Array
  /** Else levels that no move of the ion comes under: `fastest` with its field at 0, and `least` at any, [perCell, states]. */
  readonly fastest: Float64Array
  readonly least: Float64Array
  /** exp(−k ln width) for whole k. */
  readonly powers: Float64Array
  /** Ions that one hop may put into a class. */
  readonly newcomers: number
}

/** Trials after which it is asked whether one in so many has made a hop: if not, the walk goes on by lists of moves. */
export const trialWindow = 2 ** 15
export const mostTrials = 32

/** @returns undefined where the events or energies of a walk are beyond this */
export const ionListsOf = (w: WalkArrays): IonLists | undefined => {
  const { tables, fixed, classOfMove, bound, levels, perEnergy } = w
  const { run, lattice, channelAt, moveOf, codeStart, channelOf, perSite: K, fieldStart, moves } = tables
  if (!w.simple || !(fixed || w.onlyPairs) || run.periodic.includes(false)) return undefined
  const n = lattice.carriers.length
  const states = n + 1
  const S = run.perCell
  const moveAt = new Int32Array(S * states * K).fill(-1)
  const classOf = new Int32Array(S * states).fill(classes - 1)
  const fastest = new Float64Array(S * states).fill(classes)
  const least = new Float64Array(S * states).fill(classes)
  const share = new Float64Array(moves)
  for (let u = 0; u < S; u++)
    for (let a = 1; a < states; a++) {
      const at = u * states + a
      for (let k = 0; k < K; k++) {
        const channel = channelAt[u * K + k]
        const m = channel < 0 ? -1 : moveOf[codeStart[channel] + a]
        moveAt[at * K + k] = m
        if (m < 0) continue
        if (fixed) classOf[at] = Math.min(classOf[at], classOfMove[m])
        else {
          fastest[at] = Math.min(fastest[at], levels[3 * m + 1] + 0.5 * perEnergy * lowestChange(w, m, a - 1))
          least[at] = Math.min(least[at], levels[3 * m + 2])
        }
      }
      for (let k = 0; k < K; k++) {
        const m = moveAt[at * K + k]
        if (m >= 0 && fixed) share[m] = bound[classOfMove[m]] / bound[classOf[at]]
      }
    }
  let newcomers = 1
  for (let j = 0; j + 1 < fieldStart.length; j++) newcomers = Math.max(newcomers, fieldStart[j + 1] - fieldStart[j] + 1)
  if (channelOf.length === 0) return undefined
  return {
    lists: emptySlots(run.sites, classes, newcomers),
    moveAt,
    classOf,
    share,
    fastest,
    least,
    powers: Float64Array.from({ length: 2 * classes }, (_, k) => Math.exp(-k * w.lnWidth)),
    newcomers,
  }
}

/** The least that ΔE of a hop can be, but for the field of the site that is left [eV]: every neighbour as it likes it best. */
const lowestChange = ({ tables, levels }: WalkArrays, m: number, i: number): number => {
  const { energies, channelOf, readStart, readCell, readSite, run } = tables
  const { siteEnergy, memberStart, memberTable, energies: table, states, kind } = energies.tables
  const read = readStart[channelOf[m]]
  const v = readSite[read + 1]
  let lowest = levels[3 * m] + siteEnergy[v * states + i + 1]
  for (let p = memberStart[v]; p < memberStart[v + 1]; p++) {
    const row = memberTable[p] + (i + 1) * states
    lowest += Math.min(...table.subarray(row, row + states))
  }
  // the ion itself is a neighbour of the site it enters
  const [x, y, z] = [0, 1, 2].map(d => readCell[3 * (read + 1) + d])
  const [a, b, c] = run.size.map((size, d) => {
    const at = [x, y, z][d]
    return ((at % size) + size) % size
  })
  const to = ((a * run.size[1] + b) * run.size[2] + c) * run.perCell + v
  const from = readSite[read]
  if (kind[to] !== v || to === from) return lowest
  const empty = energies.occupation()
  const couplings = Array.from({ length: states }, (_, state) => energies.coupling(empty, to, from, i + 1, state))
  return lowest + couplings[i + 1] - Math.min(...couplings)
}

/** Class of an ion of state a on a site u of the cell, its field given [eV]. */
export const classOfIon = (w: WalkArrays, ions: IonLists, u: number, a: number, field: number): number => {
  const at = u * (w.tables.lattice.carriers.length + 1) + a
  if (w.fixed) return ions.classOf[at]
  const level = Math.max(ions.fastest[at] - 0.5 * w.perEnergy * field, ions.least[at])
  return Math.min(Math.floor(level + rounding), classes - 1)
}
