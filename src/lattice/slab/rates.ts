import type { Hamiltonian } from '../hamiltonian.ts'
import type { Lattice } from '../lattice.ts'
import type { WindowField } from './layers.ts'
import type { SlabMoves } from './moves.ts'

/** What rates of a slab are worked out from; kept up by the caller. */
export type SlabFilling = {
  readonly lattice: Lattice
  readonly hamiltonian: Hamiltonian
  readonly moves: SlabMoves
  readonly field: WindowField
  /** Layer of each cell. */
  readonly layer: Int32Array
  readonly kT: number
  readonly sigma: Uint8Array
  readonly fields: Float64Array
  /** Weighted ions by cell and limit, [cells, limits], of limits that hold for each cell. */
  readonly load: Float64Array
  /** h by channel [s], 0 for none (`throttle.ts`). */
  readonly hold: Float64Array
}

/**
 * Rate of each move of a slab as things are, and bounds of the rates of those that see mean contents: exp(margin) above what they
 * were when their class was last looked at.
 *
 *   k = ν₀ exp(−E_b/kT),   E_b = max(E_KRA + ΔE/2, 0, ΔE)
 *
 * so |δE_b| ≤ |δE_KRA| + |δΔE|, and a bound holds while that is within margin·kT. Holds (`throttle.ts`) only flatten k.
 */
export type SlabRates = {
  /** The move on a way as occupied, limits looked at, energies not; −1 for none. */
  moveOn(index: number): number
  /** k [1/s] on a way at the mean contents as they are `now`, or its bound. */
  rate(index: number, now: boolean): number
  /** Whether mean contents matter to a move in the cell of a way. */
  seesContents(index: number, move: number): boolean
  /** Looks at class c anew. */
  renewClass(c: number): void
  /** Whether the bounds of class c may no longer hold, after contents of the layers lo … hi have changed. */
  isStale(c: number, lo: number, hi: number): boolean
  /** The lower of the rates of a move and its reverse, without holds [1/s]. */
  lower(index: number): number
}

/** ln of a bound over its rate. */
const margin = 0.25

export const slabRates = (o: SlabFilling): SlabRates => {
  const { lattice, hamiltonian, moves, field, layer, kT, sigma, fields, load, hold } = o
  const { run, forbids } = hamiltonian
  const { perCell } = run
  const { ways, ions, places, moveOf, event, channelOf, aroundStart, around, aroundEnergy, classOf, classes } = moves
  const n = lattice.carriers.length
  const states = n + 1
  const layers = moves.moves > 0 ? classOf.length / moves.moves : 1
  const aroundWidth = aroundStart[moves.moves]
  const Ekra = Float64Array.from(event, e => lattice.events[e].Ekra)
  const attempt = Float64Array.from(event, e => lattice.events[e].attemptFrequency)
  const limits = lattice.limits.filter(limit => limit.per === 'cell')
  const classEnergy = new Float64Array(classes.length)
  const classKra = new Float64Array(classes.length)
  const bound = Math.exp(margin)

  const shifts = classes.map(({ carriers, from, to }) => field.shift(carriers, from, to))
  /** Layers whose contents a class sees. */
  const first = Int32Array.from(classes, ({ from, to, byAmount }, c) =>
    Math.min(...shifts[c].layers, ...(byAmount ? [...from, ...to] : []), layers),
  )
  const last = Int32Array.from(classes, ({ from, to, byAmount }, c) =>
    Math.max(...shifts[c].layers, ...(byAmount ? [...from, ...to] : []), -1),
  )
  const meanField = (c: number): number => field.change(shifts[c])
  /** What mean contents add to a barrier: over the layers of the ions, halfway between before and after. */
  const meanBarrier = (c: number): number => {
    const { byAmount, movers, carriers, from, to } = classes[c]
    if (byAmount === undefined) return 0
    let sum = 0
    for (let m = 0; m < movers; m++)
      for (let i = 0; i < n; i++) {
        const b = byAmount[i]
        if (b === 0) continue
        sum += b * (field.amounts[i * layers + from[m]] + field.amounts[i * layers + to[m]])
        for (let k = 0; k < movers; k++)
          if (carriers[k] === i)
            sum += 0.5 * b * (field.spread(from[m], from[k], to[k]) + field.spread(to[m], from[k], to[k]))
      }
    return sum / (2 * movers)
  }

  const withinLimits = (p: number, count: number): boolean => {
    for (let k = 0; k < limits.length; k++) {
      const { weights, max } = limits[k]
      for (let a = 0; a < count; a++) {
        const into = (places[p + 2 * a + 1] / perCell) | 0
        let rises = 0
        for (let b = 0; b < count; b++) {
          const w = weights[sigma[places[p + 2 * b]] - 1]
          if (((places[p + 2 * b + 1] / perCell) | 0) === into) rises += w
          if (((places[p + 2 * b] / perCell) | 0) === into) rises -= w
        }
        if (rises > 0 && load[into * limits.length + k] + rises > max + 1e-9) return false
      }
    }
    return true
  }

  /** The move on a way as occupied, limits looked at, energies not; −1 for none. */
  const moveOn = (index: number): number => {
    const p = index * 4
    const s = places[p]
    if (s < 0) return -1
    const w = index % ways
    const t = places[p + 1]
    const code = (w * states + sigma[s]) * states
    if (ions[w] === 1) {
      if (sigma[t] !== 0) return -1
      const m = moveOf[code]
      return m < 0 || limits.length === 0 || withinLimits(p, 1) ? m : -1
    }
    const u = places[p + 2]
    const b = sigma[u]
    if (b === 0 || (sigma[t] !== 0 && t !== u)) return -1
    const v = places[p + 3]
    if ((sigma[v] !== 0 && v !== s) || t === v || s === u) return -1
    const m = moveOf[code + b]
    return m < 0 || limits.length === 0 || withinLimits(p, 2) ? m : -1
  }

  /** Of the last move that `plain` was asked for: k_low/k [–]. */
  let lowerShare = 1
  /** k [1/s] of a move on a way without holds: at the mean contents as they are `now`, or as of the last renewal. */
  const plain = (index: number, m: number, now: boolean): number => {
    const p = index * 4
    const s = places[p]
    let dE =
      ions[index % ways] === 1
        ? hamiltonian.exchange(sigma, fields, s, places[p + 1])
        : hamiltonian.pairChange(sigma, fields, s, places[p + 1], places[p + 2], places[p + 3])
    if (dE > forbids) return 0
    const cell = (index / ways) | 0
    let kra = Ekra[m]
    for (let k = aroundStart[m]; k < aroundStart[m + 1]; k++) {
      const there = sigma[around[cell * aroundWidth + k]]
      if (there > 0) kra += aroundEnergy[k * n + there - 1]
    }
    const c = classOf[m * layers + layer[cell]]
    if (c >= 0) {
      dE += now ? meanField(c) : classEnergy[c]
      kra += now ? meanBarrier(c) : classKra[c]
    }
    lowerShare = dE < 0 ? Math.exp(dE / kT) : 1
    return attempt[m] * Math.exp(-Math.max(kra + 0.5 * dE, 0, dE) / kT)
  }

  const rate = (index: number, now: boolean): number => {
    const m = moveOn(index)
    if (m < 0) return 0
    let k = plain(index, m, now)
    const cell = (index / ways) | 0
    const h = hold[channelOf[cell * moves.moves + m]]
    if (h > 0 && h * lowerShare * k > 1) k = 1 / (h * lowerShare)
    return !now && classOf[m * layers + layer[cell]] >= 0 ? k * bound : k
  }

  return {
    moveOn,
    rate,
    seesContents: (index, move) => classOf[move * layers + layer[(index / ways) | 0]] >= 0,

    renewClass(c) {
      classEnergy[c] = meanField(c)
      classKra[c] = meanBarrier(c)
    },

    isStale(c, lo, hi) {
      if (last[c] < lo || first[c] > hi) return false
      return Math.abs(meanField(c) - classEnergy[c]) + Math.abs(meanBarrier(c) - classKra[c]) > margin * kT
    },

    lower: index => {
      const k = plain(index, moveOn(index), true)
      return k * lowerShare
    },
  }
}
