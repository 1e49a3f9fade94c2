import { inverse } from '../math/mat3.ts'
import { neighbourList } from './neighbours.ts'
import type { SiteSet } from './sites.ts'

/** Two sites, the second in the cell `image` [whole cells of the primitive cell]. */
export type SitePair = {
  readonly from: number
  readonly to: number
  readonly image: readonly [number, number, number]
}

/** Pairs of sites that the space group maps on one another. */
export type PairOrbit = {
  /** Index of the sublattice at either end. */
  readonly from: number
  readonly to: number
  /** [Å] */
  readonly distance: number
  /** One for each pair of a primitive cell, each counted once; the first stands for all. */
  readonly pairs: readonly SitePair[]
  /** Partners of a site of `from`, and of `to`: pairs = count·perFrom, or half of it where both are the same kind. */
  readonly perFrom: number
  readonly perTo: number
  /** Whether an operation exchanges the two sites. */
  readonly symmetric: boolean
}

const keyOf = (i: number, j: number, a: number, b: number, c: number): string => `${i} ${j} ${a} ${b} ${c}`

export const pairKey = ({ from, to, image: [a, b, c] }: SitePair): string => keyOf(from, to, a, b, c)

export const reversed = ({ from, to, image: [a, b, c] }: SitePair): SitePair => ({
  from: to,
  to: from,
  image: [-a + 0, -b + 0, -c + 0],
})

/** A pair under operation `o`, moved so that its first site lies in the home cell. */
export const pairImage = (sites: SiteSet, o: number, { from, to, image: [a, b, c] }: SitePair): SitePair => {
  const { index, shift } = sites.action
  const W = sites.symmetry.operations[o].rotation
  const at = o * sites.action.sites
  const [i, j] = [at + from, at + to]
  const n = (d: number) => a * W[d] + b * W[3 + d] + c * W[6 + d] + shift[3 * j + d] - shift[3 * i + d] + 0
  return { from: index[i], to: index[j], image: [n(0), n(1), n(2)] }
}

/** All pairs of sites up to a distance, by orbit, shortest first. */
export const pairOrbits = (sites: SiteSet, cutoff: number): PairOrbit[] => {
  const { positions, sublattice, sublattices, symmetry } = sites
  const n = sublattice.length
  const list = neighbourList(
    { species: new Array<string>(n).fill('*'), lattice: symmetry.primitive.lattice, positions },
    cutoff,
  )
  const cellOf = imageFinder(sites)
  const seen = new Set<string>()
  const orbits: PairOrbit[] = []
  for (let i = 0; i < n; i++) {
    for (let k = list.start[i]; k < list.start[i + 1]; k++) {
      const first: SitePair = { from: i, to: list.index[k], image: cellOf(i, list.index[k], list.delta, 3 * k) }
      if (seen.has(pairKey(first))) continue
      const pairs: SitePair[] = []
      let symmetric = false
      const backKey = pairKey(reversed(first))
      for (let o = 0; o < symmetry.operations.length; o++) {
        const pair = pairImage(sites, o, first)
        if (pairKey(pair) === backKey) symmetric = true
        if (seen.has(pairKey(pair))) continue
        seen.add(pairKey(pair))
        seen.add(pairKey(reversed(pair)))
        pairs.push(pair)
      }
      const [from, to] = [sublattice[i], sublattice[list.index[k]]]
      const ends = (s: number) => pairs.length * ((from === s ? 1 : 0) + (to === s ? 1 : 0))
      orbits.push({
        from,
        to,
        distance: list.distance[k],
        pairs,
        perFrom: ends(from) / sublattices[from].count,
        perTo: ends(to) / sublattices[to].count,
        symmetric,
      })
    }
  }
  return orbits
    .map(orbit => (orbit.from <= orbit.to ? orbit : turned(orbit)))
    .sort((a, b) =>
      Math.abs(a.distance - b.distance) > 1e-6 ? a.distance - b.distance : a.from - b.from || a.to - b.to,
    )
}

const turned = (orbit: PairOrbit): PairOrbit => ({
  ...orbit,
  from: orbit.to,
  to: orbit.from,
  perFrom: orbit.perTo,
  perTo: orbit.perFrom,
  pairs: orbit.pairs.map(reversed),
})

/** Which cell a neighbour's vector reaches: n = f_i + δ·A⁻¹ − f_j. */
const imageFinder = (sites: SiteSet) => {
  const { fractional } = sites
  const toFraction = inverse(sites.symmetry.primitive.lattice)
  return (i: number, j: number, delta: Float64Array, at: number): [number, number, number] => {
    const n = (d: number) =>
      Math.round(
        fractional[3 * i + d] -
          fractional[3 * j + d] +
          delta[at] * toFraction[d] +
          delta[at + 1] * toFraction[3 + d] +
          delta[at + 2] * toFraction[6 + d],
      ) + 0
    return [n(0), n(1), n(2)]
  }
}

/** r_to − r_from [Å]. */
export const pairVector = (sites: SiteSet, { from, to, image }: SitePair): [number, number, number] => {
  const A = sites.symmetry.primitive.lattice
  const r = sites.positions
  const v = (d: number) => r[3 * to + d] - r[3 * from + d] + image[0] * A[d] + image[1] * A[3 + d] + image[2] * A[6 + d]
  return [v(0), v(1), v(2)]
}
