import { type SlabFilling, slabRates } from './rates.ts'

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
  /** The lower of the rates of the move on a way and its reverse, without holds [1/s]. */
  lower(index: number): number
  /** Work out everything. */
  renew(): void
}

export const slabHops = (o: SlabFilling): SlabHops => {
  const { hamiltonian, moves, field, layer, sigma } = o
  const { sites, perCell, cells } = hamiltonian.run
  const { ways, start, classOf, classes } = moves
  const layers = moves.moves > 0 ? classOf.length / moves.moves : 1
  const of = slabRates(o)

  // rates by site in a complete binary tree; leaves from `leaf` on
  let leaf = 1
  while (leaf < sites) leaf *= 2
  const tree = new Float64Array(2 * leaf)

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
    for (let k = base + start[u]; k < base + start[u + 1]; k++) rates[k] = of.rate(k, false)
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

  const stale = new Uint8Array(layers)
  const cellsOfLayer = cellsByLayer(layer, layers)

  return {
    total: () => tree[1],
    moveOn: of.moveOn,
    lower: of.lower,

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
      if (!of.seesContents(index, of.moveOn(index))) return 1
      return of.rate(index, true) / rates[index]
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
            rates[k] = of.rate(k, false)
          }
        }
      }
      for (let m = 0; m < many; m++) put(sitesSeen[m], sumOf(sitesSeen[m]))
    },

    contentsChanged() {
      let any = false
      const [lo, hi] = field.changed
      for (let c = 0; c < classes.length; c++) {
        if (!of.isStale(c, lo, hi)) continue
        of.renewClass(c)
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

    renew() {
      for (let c = 0; c < classes.length; c++) of.renewClass(c)
      for (let s = 0; s < sites; s++) {
        work(s)
        tree[leaf + s] = sumOf(s)
      }
      for (let node = leaf - 1; node >= 1; node--) tree[node] = tree[2 * node] + tree[2 * node + 1]
    },
  }
}

const cellsByLayer = (layer: Int32Array, layers: number): readonly Int32Array[] => {
  const many = new Int32Array(layers)
  for (const l of layer) many[l]++
  const cells = Array.from(many, count => new Int32Array(count))
  many.fill(0)
  for (let c = 0; c < layer.length; c++) cells[layer[c]][many[layer[c]]++] = c
  return cells
}
