import { refuse } from '../../error.ts'
import type { Arrangement } from './enumerate.ts'
import type { SiteGroup, SiteSupercell } from './site-group.ts'

/** A carrier on a site of some cell: `[site, a, b, c, carrier]`, carriers from 1. */
export type Decorated = readonly [number, number, number, number, number]

/** Clusters of filled sites that the space group maps on one another: they share one energy. */
export type ClusterTerm = {
  /** `Li A`, `Li A–Mg B 2.691`, `Li A–Li B–Mg B 3.130`; of several such the second ends in `#2`. */
  readonly label: string
  readonly order: number
  /** Longest distance in it [Å], 0 for one site. */
  readonly length: number
  /** Every member of a primitive cell once, the first place in the home cell. */
  readonly members: readonly (readonly Decorated[])[]
}

export type ClusterOptions = {
  /** Names of the carriers, in their order. */
  readonly carriers: readonly string[]
  /** Names of the sublattices. */
  readonly sublattices: readonly string[]
  /** Longest pair [Å]. */
  readonly pairs: number
  /** Longest distance within a triplet [Å]; none where absent. */
  readonly triplets?: number
  /** Sites closer than this are never both filled [Å]: no term. */
  readonly exclusion?: number
  /** Which carriers may sit on which sublattice; all where absent. */
  readonly allowed?: (sublattice: number, carrier: number) => boolean
}

type Neighbour = {
  readonly site: number
  readonly image: readonly [number, number, number]
  readonly distance: number
  readonly vector: readonly number[]
}

/** All places up to a distance from each site of the home cell. */
export const neighboursOf = ({ cell: A, fractional: f }: SiteGroup, cutoff: number): Neighbour[][] => {
  const n = f.length / 3
  const widths = [0, 1, 2].map(i => Math.hypot(A[3 * i], A[3 * i + 1], A[3 * i + 2]))
  const reach = widths.map(w => Math.ceil(cutoff / w) + 2)
  const out: Neighbour[][] = Array.from({ length: n }, () => [])
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let a = -reach[0]; a <= reach[0]; a++)
        for (let b = -reach[1]; b <= reach[1]; b++)
          for (let c = -reach[2]; c <= reach[2]; c++) {
            const [u, v, w] = [
              f[3 * j] - f[3 * i] + a,
              f[3 * j + 1] - f[3 * i + 1] + b,
              f[3 * j + 2] - f[3 * i + 2] + c,
            ]
            const vector = [0, 1, 2].map(d => u * A[d] + v * A[3 + d] + w * A[6 + d])
            const distance = Math.hypot(vector[0], vector[1], vector[2])
            if (distance > 1e-6 && distance <= cutoff) out[i].push({ site: j, image: [a, b, c], distance, vector })
          }
  return out
}

/**
 * Site terms, pairs by shell and species and, where asked, triplets: orbits of decorated clusters under the space group, site
 * terms first, then by order and length.
 */
export const clusterTerms = (group: SiteGroup, o: ClusterOptions): ClusterTerm[] => {
  const { carriers, exclusion = 0, allowed = () => true } = o
  if (!(o.pairs >= 0 && o.pairs <= 30)) refuse('pairs', o.pairs, 'a number ≥ 0 and ≤ 30 [Å]')
  const n = group.fractional.length / 3
  const longest = Math.max(o.pairs, o.triplets ?? 0)
  const near = neighboursOf(group, longest)
  const kinds = carriers.map((_, k) => k + 1)
  const may = (site: number, carrier: number) => allowed(group.sublattice[site], carrier)
  const seen = new Set<string>()
  const found: { members: Decorated[][]; lengths: number[] }[] = []
  const add = (cluster: readonly Decorated[], lengths: readonly number[]): void => {
    if (seen.has(keyOf(cluster))) return
    const members = new Map<string, Decorated[]>()
    for (let op = 0; op < group.operations.length; op++) {
      const image = sorted(cluster.map(place => moved(group, op, place)))
      members.set(keyOf(image), image)
    }
    for (const key of members.keys()) seen.add(key)
    found.push({ members: [...members.values()], lengths: [...lengths].sort((x, y) => x - y) })
  }
  for (let i = 0; i < n; i++)
    for (const carrier of kinds) {
      if (!may(i, carrier)) continue
      const home: Decorated = [i, 0, 0, 0, carrier]
      add([home], [])
      for (const one of near[i]) {
        if (one.distance < exclusion) continue
        for (const second of kinds) {
          if (!may(one.site, second)) continue
          const other: Decorated = [one.site, ...one.image, second]
          if (one.distance <= o.pairs) add([home, other], [one.distance])
          if (o.triplets === undefined || one.distance > o.triplets) continue
          for (const two of near[i]) {
            if (two.distance < exclusion || two.distance > o.triplets) continue
            const between = Math.hypot(...two.vector.map((x, d) => x - one.vector[d]))
            if (between < Math.max(exclusion, 1e-6) || between > o.triplets) continue
            for (const third of kinds)
              if (may(two.site, third))
                add([home, other, [two.site, ...two.image, third]], [one.distance, two.distance, between])
          }
        }
      }
    }
  const named = found.map(({ members, lengths }) => {
    const names = members[0].map(([site, , , , c]) => `${carriers[c - 1]} ${o.sublattices[group.sublattice[site]]}`)
    const length = Math.max(0, ...lengths)
    return {
      label: [[...names].sort().join('–'), ...lengths.map(d => d.toFixed(3))].join(' '),
      order: names.length,
      length,
      members,
    }
  })
  named.sort((a, b) => a.order - b.order || Math.round(1e3 * (a.length - b.length)) || (a.label < b.label ? -1 : 1))
  const count = new Map<string, number>()
  return named.map(term => {
    const k = (count.get(term.label) ?? 0) + 1
    count.set(term.label, k)
    return k === 1 ? term : { ...term, label: `${term.label} #${k}` }
  })
}

const moved = ({ operations, action }: SiteGroup, op: number, [site, a, b, c, carrier]: Decorated): Decorated => {
  const W = operations[op].rotation
  const at = op * action.sites + site
  const n = (d: number) => a * W[d] + b * W[3 + d] + c * W[6 + d] + action.shift[3 * at + d]
  return [action.index[at], n(0), n(1), n(2), carrier]
}

/** One text for a cluster and all its translates. */
const keyOf = (cluster: readonly Decorated[]): string =>
  sorted(cluster)
    .map(place => place.join())
    .join(' ')

/** Places in an order that does not depend on where the cluster lies, the first in the home cell. */
const sorted = (cluster: readonly Decorated[]): Decorated[] => {
  let best: Decorated[] | undefined
  let text = ''
  for (const [, x, y, z] of cluster) {
    const here = cluster
      .map(([site, a, b, c, carrier]): Decorated => [site, a - x + 0, b - y + 0, c - z + 0, carrier])
      .sort((p, q) => {
        const k = p.findIndex((value, d) => value !== q[d])
        return k < 0 ? 0 : p[k] - q[k]
      })
    // the first place must be the one at home: only then is it a standard form
    const first = here.findIndex(([, a, b, c]) => a === 0 && b === 0 && c === 0)
    const turned = [here[first], ...here.slice(0, first), ...here.slice(first + 1)]
    const own = turned.map(place => place.join()).join(' ')
    if (best === undefined || own < text) {
      best = turned
      text = own
    }
  }
  return best!
}

/**
 * How often each term occurs in arrangements, per primitive cell: the rows of the linear problem.
 *
 * @returns  sigma → counts [terms]
 */
export const clusterCounts = (terms: readonly ClusterTerm[], cell: SiteSupercell) => {
  const { cells, sites, points, cellAt } = cell
  // by site and carrier of the first place, so that only filled sites are looked at
  const starts = new Map<number, { term: number; rest: readonly Decorated[] }[]>()
  terms.forEach(({ members }, term) => {
    for (const [[site, , , , carrier], ...rest] of members) {
      const key = 16 * site + carrier
      starts.set(key, [...(starts.get(key) ?? []), { term, rest }])
    }
  })
  const known = new Map<string, number>()
  const placeIndex = (c: number, [site, x, y, z]: Decorated): number => {
    const key = `${c} ${x} ${y} ${z}`
    let other = known.get(key)
    if (other === undefined) {
      other = cellAt(points[3 * c] + x, points[3 * c + 1] + y, points[3 * c + 2] + z)
      known.set(key, other)
    }
    return other * sites + site
  }
  const flat = new Map<number, { term: number; at: Int32Array; carriers: Int32Array }[]>()
  for (let c = 0; c < cells; c++)
    for (const [key, list] of starts) {
      const site = Math.floor(key / 16)
      flat.set(
        16 * (c * sites + site) + (key % 16),
        list.map(({ term, rest }) => ({
          term,
          at: Int32Array.from(rest, place => placeIndex(c, place)),
          carriers: Int32Array.from(rest, place => place[4]),
        })),
      )
    }
  return (sigma: Arrangement): Float64Array => {
    const counts = new Float64Array(terms.length)
    for (let i = 0; i < sigma.length; i++) {
      if (sigma[i] === 0) continue
      for (const { term, at, carriers } of flat.get(16 * i + sigma[i]) ?? []) {
        let all = true
        for (let k = 0; all && k < at.length; k++) all = sigma[at[k]] === carriers[k]
        if (all) counts[term] += 1 / cells
      }
    }
    return counts
  }
}
