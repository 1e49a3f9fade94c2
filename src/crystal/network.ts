import { refuse } from '../error.ts'
import { inverse, multiply } from '../math/mat3.ts'
import { clearanceMap } from './clearance.ts'
import { type Component, components, goesAlong } from './percolation.ts'
import { type PairOrbit, pairOrbits, pairVector, type SitePair } from './site-pairs.ts'
import type { SiteSet } from './sites.ts'
import { volume } from './structure.ts'
import { windowOf } from './window.ts'

/** Hops longer than this are not looked for [Å]. Source: assumed */
const usualCutoff = 6

/** Sites closer than this cannot both be filled [Å]. Source: assumed (sites of one shared polyhedron) */
const usualExclusion = 1.9

/** Most pairs of sites of a primitive cell that are looked at: a kilobyte each. */
const mostPairs = 2e6

/** Hops between neighbouring sites that the space group maps on one another. */
export type HopOrbit = PairOrbit & {
  /** Kinds of site and length, `A–B 1.666`; of several such the second is `A–B 1.666 #2`, the wider window first. */
  readonly label: string
  /** Room at the narrowest point of the way [Å], min |r − r_i| − R_i with covalent radii. */
  readonly window: number
}

export type Network = {
  readonly sites: SiteSet
  /** Shortest first. */
  readonly hops: readonly HopOrbit[]
  /** Pairs of sites too close for both to be filled, shortest first. */
  readonly exclusions: readonly PairOrbit[]
  readonly exclusion: number
}

export type NetworkOptions = {
  /** Longest hop [Å], default 6. */
  readonly cutoff?: number
  /** Least room on the way [Å], default any. */
  readonly window?: number
  /** Sites closer than this exclude each other [Å], default 1.9. */
  readonly exclusion?: number
  /** Also hops that pass another site: every pair within the cutoff. */
  readonly passing?: boolean
  readonly radii?: Readonly<Record<string, number>>
  /** Is told how many kinds of hop have their window, of how many. */
  readonly progress?: (done: number, total: number) => void
}

/**
 * Hops between neighbouring sites. Two sites are neighbours where no third one lies in the ball whose diameter joins them
 * (Gabriel's graph: an ion on its way would stop there); the graph is the same for every choice of cell and keeps whatever
 * connects.
 */
export const findNetwork = (sites: SiteSet, o: NetworkOptions = {}): Network => {
  const cutoff = o.cutoff ?? usualCutoff
  const exclusion = o.exclusion ?? usualExclusion
  if (!(cutoff > 0 && cutoff <= 30)) refuse('cutoff', cutoff, 'a number > 0 and ≤ 30 [Å]')
  if (!(exclusion >= 0 && exclusion <= 30)) refuse('exclusion', exclusion, 'a number ≥ 0 and ≤ 30 [Å]')
  const reach = Math.max(cutoff, exclusion)
  const pairs = (sites.sublattice.length ** 2 * (2 / 3) * Math.PI * reach ** 3) / volume(sites.symmetry.primitive)
  if (pairs > mostPairs)
    refuse(
      cutoff >= exclusion ? 'cutoff' : 'exclusion',
      reach,
      `a distance within which a primitive cell has at most ${mostPairs} pairs of sites; here they would be some ${Math.round(pairs / 1e6)} million`,
    )
  const all = pairOrbits(sites, reach)
  const free = o.passing ? () => true : neighboursOnly(sites, all)
  const map = clearanceMap(sites.symmetry.primitive, o.radii)
  const hops = all
    .filter(orbit => orbit.distance <= cutoff && free(orbit.pairs[0]))
    .map((orbit, k, { length }): HopOrbit => {
      o.progress?.(k, length)
      const { from, to } = orbit.pairs[0]
      const ends = [from, to].map(i => sites.sublattices[sites.sublattice[i]].label)
      const start = sites.positions.subarray(3 * from, 3 * from + 3)
      return {
        ...orbit,
        label: `${ends[0]}–${ends[1]} ${orbit.distance.toFixed(3)}`,
        window: windowOf(map, start, pairVector(sites, orbit.pairs[0])),
      }
    })
    .filter(hop => o.window === undefined || hop.window >= o.window)
  return { sites, hops: distinct(hops), exclusions: all.filter(pair => pair.distance < exclusion), exclusion }
}

/** Labels that tell orbits apart. */
const distinct = (hops: readonly HopOrbit[]): HopOrbit[] => {
  const twins = new Map<string, HopOrbit[]>()
  for (const hop of hops) twins.set(hop.label, [...(twins.get(hop.label) ?? []), hop])
  return [...twins.values()].flatMap(same =>
    same
      .sort((a, b) => b.window - a.window)
      .map((hop, k) => (k === 0 ? hop : { ...hop, label: `${hop.label} #${k + 1}` })),
  )
}

/** Whether a pair's ball holds no third site, the surface counted as inside. */
const neighboursOnly = (sites: SiteSet, all: readonly PairOrbit[]) => {
  const partners: number[][][] = Array.from({ length: sites.sublattice.length }, () => [])
  for (const { pairs } of all)
    for (const pair of pairs) {
      const v = pairVector(sites, pair)
      partners[pair.from].push(v)
      partners[pair.to].push(v.map(c => -c))
    }
  return (pair: SitePair): boolean => {
    const [x, y, z] = pairVector(sites, pair)
    const limit = (x * x + y * y + z * z) * (1 + 1e-6)
    return partners[pair.from].every(([a, b, c]) => {
      const rest = (x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2
      // the other end itself leaves no rest
      return rest < 1e-6 || a * a + b * b + c * c + rest > limit
    })
  }
}

/** How a network hangs together, all hops of some orbits taken. */
export type Percolation = {
  /** Of the component that goes on in the most directions, 0 … 3. */
  readonly dimension: number
  /** Whether some component goes on along a, b and c of the cell that the sites were found in. */
  readonly along: readonly [boolean, boolean, boolean]
  readonly components: readonly Component[]
}

export const percolation = (
  network: Network,
  allowed: (hop: HopOrbit, index: number) => boolean = () => true,
): Percolation => {
  const { sites, hops } = network
  const parts = components(
    sites.sublattice.length,
    hops.filter(allowed).flatMap(hop => hop.pairs),
  )
  const along = cellDirections(sites).map(direction => parts.some(part => goesAlong(part, direction)))
  return {
    dimension: Math.max(...parts.map(part => part.dimension)),
    along: [along[0], along[1], along[2]],
    components: parts,
  }
}

/** Vectors of the cell as given, in whole primitive cell vectors. */
const cellDirections = ({ host, symmetry }: SiteSet): number[][] => {
  const M = multiply(host.lattice, inverse(symmetry.primitive.lattice))
  return [0, 1, 2].map(i => [0, 1, 2].map(d => Math.round(M[3 * i + d])))
}

/** Where the dimension or a direction first comes in when hops are let in by rising cost. */
export type Threshold = Percolation & {
  readonly cost: number
  /** Orbits of this cost. */
  readonly hops: readonly HopOrbit[]
}

/**
 * Hops let in by rising cost, and what percolates at each change: the cost there is the minimax cost (bottleneck) of what has
 * come in. Costs may be lengths, −window, or barriers [eV].
 *
 * @param costs  one for each orbit of `network.hops`; +∞ keeps an orbit out
 */
export const thresholds = (network: Network, costs: readonly number[]): Threshold[] => {
  if (costs.length !== network.hops.length || costs.some(Number.isNaN))
    throw new RangeError(`thresholds: ${costs.length} costs, must be ${network.hops.length} numbers`)
  const levels = [...new Set(costs)].filter(Number.isFinite).sort((a, b) => a - b)
  const stateAt = (level: number) => percolation(network, (_, k) => costs[k] <= levels[level])
  const sameReach = (a: Percolation, b: Percolation) =>
    a.dimension === b.dimension && a.along.every((is, d) => is === b.along[d])
  const out: Threshold[] = []
  let last: Percolation = percolation(network, () => false)
  let from = 0
  while (from < levels.length && last.dimension < 3) {
    // what has come in stays: the next change is found by halving
    let [low, high] = [from, levels.length - 1]
    let state = stateAt(high)
    if (sameReach(state, last)) break
    while (low < high) {
      const middle = (low + high) >> 1
      const there = stateAt(middle)
      if (sameReach(there, last)) low = middle + 1
      else {
        high = middle
        state = there
      }
    }
    out.push({ ...state, cost: levels[low], hops: network.hops.filter((_, k) => costs[k] === levels[low]) })
    last = state
    from = low + 1
  }
  return out
}

/** Minimax cost of going on for ever along a, b and c of the given cell; +∞ where nothing does. */
export const bottlenecks = (network: Network, costs: readonly number[]): readonly [number, number, number] => {
  const steps = thresholds(network, costs)
  const of = (d: number) => steps.find(step => step.along[d])?.cost ?? Number.POSITIVE_INFINITY
  return [of(0), of(1), of(2)]
}
