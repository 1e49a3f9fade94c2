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
  /** The move under `at` in 0 … total(); its index is cell·moves + move. */
  draw(at: number): number
  /** Rate over bound of a move: 1 where no mean content matters. */
  acceptance(index: number): number
  /** Work out what depends on the sites ways[at] … ways[at + count − 1] whose states have changed; −1 is none. */
  changed(ways: ArrayLike<number>, at: number, count: number): void
  /** Work out what depends on mean contents that have changed. */
  contentsChanged(): void
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
  const { start, event, ions, carrier, places, aroundStart, around, aroundEnergy, classOf, classes } = moves
  const n = lattice.carriers.length
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

  const meanField = (c: number): number => {
    const { movers, carriers, from, to } = classes[c]
    return field.change(movers, carriers, from, to)
  }
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

  const withinLimits = (p: number, count: number, m: number): boolean => {
    for (let k = 0; k < limits.length; k++) {
      const { weights, max } = limits[k]
      for (let a = 0; a < count; a++) {
        const into = (places[p + 2 * a + 1] / perCell) | 0
        let sum = load[into * limits.length + k]
        let rises = 0
        for (let b = 0; b < count; b++) {
          const w = weights[carrier[2 * m + b]]
          if (((places[p + 2 * b + 1] / perCell) | 0) === into) rises += w
          if (((places[p + 2 * b] / perCell) | 0) === into) rises -= w
        }
        sum += rises
        if (rises > 0 && sum > max + 1e-9) return false
      }
    }
    return true
  }

  /** k [1/s] of a move as things stand; `bound` of it where mean contents are those of the last renewal. */
  const rate = (index: number, now: boolean): number => {
    const p = index * 4
    const s = places[p]
    if (s < 0) return 0
    const m = index % moves.moves
    if (sigma[s] !== carrier[2 * m] + 1) return 0
    const t = places[p + 1]
    let dE: number
    if (ions[m] === 1) {
      if (sigma[t] !== 0) return 0
      if (limits.length > 0 && !withinLimits(p, 1, m)) return 0
      dE = hamiltonian.exchange(sigma, fields, s, t)
    } else {
      const u = places[p + 2]
      const v = places[p + 3]
      if (sigma[u] !== carrier[2 * m + 1] + 1) return 0
      if ((sigma[t] !== 0 && t !== u) || (sigma[v] !== 0 && v !== s) || t === v) return 0
      if (limits.length > 0 && !withinLimits(p, 2, m)) return 0
      dE = hamiltonian.pairChange(sigma, fields, s, t, u, v)
    }
    if (dE > forbids) return 0
    const cell = (index / moves.moves) | 0
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
    const barrier = Math.max(kra + 0.5 * dE, 0, dE)
    const k = attempt[m] * Math.exp(-barrier / kT)
    return c >= 0 && !now ? k * bound : k
  }

  const sumOf = (s: number): number => {
    if (sigma[s] === 0) return 0
    const u = s % perCell
    const base = ((s - u) / perCell) * moves.moves
    let sum = 0
    for (let m = start[u]; m < start[u + 1]; m++) sum += rate(base + m, false)
    return sum
  }

  const put = (s: number, value: number): void => {
    let node = leaf + s
    if (tree[node] === value) return
    tree[node] = value
    for (node >>= 1; node >= 1; node >>= 1) tree[node] = tree[2 * node] + tree[2 * node + 1]
  }

  const { dependents, dependentStart } = moves
  const seen = new Float64Array(sites)
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
      const base = ((s - u) / perCell) * moves.moves
      let last = -1
      for (let m = start[u]; m < start[u + 1]; m++) {
        const k = rate(base + m, false)
        if (k === 0) continue
        last = base + m
        if (rest < k) return last
        rest -= k
      }
      return last
    },

    acceptance(index) {
      const cell = (index / moves.moves) | 0
      if (classOf[(index % moves.moves) * layers + layer[cell]] < 0) return 1
      return rate(index, true) / rate(index, false)
    },

    changed(ways, at, count) {
      pass++
      for (let w = at; w < at + count; w++) {
        const site = ways[w]
        if (site < 0) continue
        for (let k = dependentStart[site]; k < dependentStart[site + 1]; k++) {
          const s = dependents[k]
          if (seen[s] === pass) continue
          seen[s] = pass
          if (sigma[s] > 0 || tree[leaf + s] > 0) put(s, sumOf(s))
        }
      }
    },

    contentsChanged() {
      let any = false
      for (let c = 0; c < classes.length; c++) {
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
          for (let s = cell * perCell; s < (cell + 1) * perCell; s++) if (sigma[s] > 0) put(s, sumOf(s))
      }
    },

    renew() {
      for (let c = 0; c < classes.length; c++) renewClass(c)
      for (let s = 0; s < cells * perCell; s++) tree[leaf + s] = sumOf(s)
      for (let node = leaf - 1; node >= 1; node--) tree[node] = tree[2 * node] + tree[2 * node + 1]
    },
  }
}
