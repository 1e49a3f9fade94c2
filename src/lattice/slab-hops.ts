import type { Hamiltonian } from './hamiltonian.ts'
import type { Lattice } from './lattice.ts'
import type { WindowField } from './slab-layers.ts'
import type { SlabMoves } from './slab-moves.ts'

/**
 * The rates of all moves of a slab, kept up as ions move. A move between layers changes the mean-field energies of every other one
 * near by: rates of moves that see mean contents are kept as bounds, exp(margin) above what they were when they were last worked
 * out, and the move that is drawn happens with the probability rate/bound, else nothing happens but time. That is exact as long as
 * no rate passes its bound, so a class of moves is worked out anew as soon as its energies have moved by margin·kT.
 */
export type SlabHops = {
  /** Sum of all rates and bounds [1/s]. */
  total(): number
  /** The way under `at` in 0 … total(); its index is cell·ways + way. */
  draw(at: number): number
  /** The move that can be made on a way, −1 for none. */
  moveOn(index: number): number
  /** Rate over bound of the move on a way: 1 where no mean content matters. */
  acceptance(index: number): number
  /** Work out what depends on the sites ways[at] … ways[at + count − 1] whose states have changed; −1 is none. */
  changed(ways: ArrayLike<number>, at: number, count: number): void
  /** Work out what depends on mean contents that have changed. */
  contentsChanged(): void
  /** Factors on ν₀ by event of the lattice, in force once everything is worked out. */
  slow(factors: ArrayLike<number>): void
  /** Work out everything. */
  renew(): void
}

/** ln of a bound over its rate. */
const margin = 0.25

/**
 * @param o.load  weighted ions by cell and limit, [cells, limits], of limits that hold for each cell; kept up by the caller
 */
export const slabHops = (o: {
  readonly lattice: Lattice
  readonly hamiltonian: Hamiltonian
  readonly moves: SlabMoves
  readonly field: WindowField
  readonly layer: Int32Array
  readonly kT: number
  readonly sigma: Uint8Array
  readonly fields: Float64Array
  readonly load: Float64Array
}): SlabHops => {
  const { lattice, hamiltonian, moves, field, layer, kT, sigma, fields, load } = o
  const { run, forbids } = hamiltonian
  const { sites, perCell, cells } = run
  const { ways, start, ions, places, moveOf, event, aroundStart, around, aroundEnergy, classOf, classes } = moves
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

  // rates by site in a complete binary tree; leaves from `leaf` on
  let leaf = 1
  while (leaf < sites) leaf *= 2
  const tree = new Float64Array(2 * leaf)

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

  /** k [1/s] on a way: at the mean contents as they are `now`, or the bound from those of the last renewal. */
  const rate = (index: number, now: boolean): number => {
    const m = moveOn(index)
    if (m < 0) return 0
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
    const k = attempt[m] * Math.exp(-Math.max(kra + 0.5 * dE, 0, dE) / kT)
    return c >= 0 && !now ? k * bound : k
  }

  /** Rates and bounds by way, of occupied sites. */
  const rates = new Float64Array(cells * ways)

  const sumOf = (s: number): number => {
    if (sigma[s] === 0) return 0
    const u = s % perCell
    const base = ((s - u) / perCell) * ways
    let sum = 0
    for (let k = base + start[u]; k < base + start[u + 1]; k++) sum += rates[k]
    return sum
  }

  /** All ways from a site. */
  const work = (s: number): void => {
    if (sigma[s] === 0) return
    const u = s % perCell
    const base = ((s - u) / perCell) * ways
    for (let k = base + start[u]; k < base + start[u + 1]; k++) rates[k] = rate(k, false)
  }

  const put = (s: number, value: number): void => {
    let node = leaf + s
    if (tree[node] === value) return
    tree[node] = value
    for (node >>= 1; node >= 1; node >>= 1) tree[node] = tree[2 * node] + tree[2 * node + 1]
  }

  const { dependents, dependentStart, group, groupStart, groupWays } = moves
  const seen = new Float64Array(cells * ways)
  const seenSite = new Float64Array(sites)
  const sitesSeen = new Int32Array(sites)
  let pass = 0

  const renewClass = (c: number): void => {
    classEnergy[c] = meanField(c)
    classKra[c] = meanBarrier(c)
  }

  const stale = new Uint8Array(layers)
  const cellsOfLayer = Array.from({ length: layers }, (_, l) =>
    Int32Array.from([...layer.keys()].filter(c => layer[c] === l)),
  )

  return {
    total: () => tree[1],
    moveOn,

    draw(at) {
      let node = 1
      let rest = at
      while (node < leaf) {
        node *= 2
        // round-off may leave `rest` at the edge of an empty branch
        if (rest >= tree[node] && tree[node + 1] > 0) {
          rest -= tree[node]
          node++
        }
      }
      const s = node - leaf
      const u = s % perCell
      const base = ((s - u) / perCell) * ways
      let last = -1
      for (let m = start[u]; m < start[u + 1]; m++) {
        const k = rates[base + m]
        if (k === 0) continue
        last = base + m
        if (rest < k) return last
        rest -= k
      }
      return last
    },

    acceptance(index) {
      if (classOf[moveOn(index) * layers + layer[(index / ways) | 0]] < 0) return 1
      return rate(index, true) / rates[index]
    },

    changed(sitesOf, at, count) {
      pass++
      let many = 0
      for (let c = at; c < at + count; c++) {
        const site = sitesOf[c]
        if (site < 0) continue
        for (let d = dependentStart[site]; d < dependentStart[site + 1]; d++) {
          const s = dependents[d]
          if (seenSite[s] !== pass) {
            seenSite[s] = pass
            sitesSeen[many++] = s
          }
          if (sigma[s] === 0) continue
          const base = ((s / perCell) | 0) * ways
          for (let g = groupStart[group[d]]; g < groupStart[group[d] + 1]; g++) {
            const k = base + groupWays[g]
            if (seen[k] === pass) continue
            seen[k] = pass
            rates[k] = rate(k, false)
          }
        }
      }
      for (let m = 0; m < many; m++) put(sitesSeen[m], sumOf(sitesSeen[m]))
    },

    contentsChanged() {
      let any = false
      const [lo, hi] = field.changed
      for (let c = 0; c < classes.length; c++) {
        if (last[c] < lo || first[c] > hi) continue
        if (Math.abs(meanField(c) - classEnergy[c]) + Math.abs(meanBarrier(c) - classKra[c]) <= margin * kT) continue
        renewClass(c)
        stale[classes[c].home] = 1
        any = true
      }
      if (!any) return
      for (let l = 0; l < layers; l++) {
        if (stale[l] === 0) continue
        stale[l] = 0
        for (const cell of cellsOfLayer[l])
          for (let s = cell * perCell; s < (cell + 1) * perCell; s++) {
            work(s)
            put(s, sumOf(s))
          }
      }
    },

    slow(factors) {
      for (let m = 0; m < attempt.length; m++)
        attempt[m] = lattice.events[event[m]].attemptFrequency * factors[event[m]]
    },

    renew() {
      for (let c = 0; c < classes.length; c++) renewClass(c)
      for (let s = 0; s < sites; s++) {
        work(s)
        tree[leaf + s] = sumOf(s)
      }
      for (let node = leaf - 1; node >= 1; node--) tree[node] = tree[2 * node] + tree[2 * node + 1]
    },
  }
}
