/** Where the sites of a lattice are: distances between places, shells of neighbours. For setting up, not for hot loops. */
import { toCartesian } from '../../crystal/lattice.ts'
import { neighbourList } from '../../crystal/neighbours.ts'
import { inverse } from '../../math/mat3.ts'
import type { Place } from '../lattice.ts'

export type SiteGeometry = {
  /** Vectors of the cell as rows [Å], [9]. */
  readonly cell: Float64Array
  readonly dimension: 1 | 2 | 3
  /** [sites, 3] */
  readonly fractional: Float64Array
  /** [sites], indices into `sublattices`. */
  readonly sublattice: readonly number[]
  readonly sublattices: readonly string[]
  /** What messages call a site, [sites]. */
  readonly names: readonly string[]
}

export type Neighbour = Place & {
  /** From the site at its middle to here [Å]. */
  readonly vector: readonly [number, number, number]
  readonly distance: number
}

/** Distances nearer than this are one [Å]. */
export const sameDistance = 1e-3
/** Furthest that neighbours are looked for [Å]. */
export const furthest = 60

type Triple = readonly [number, number, number]

export const positionOf = ({ cell: A, fractional: f }: SiteGeometry, { site, image }: Place): Triple => {
  const n = (d: number) => f[3 * site + d] + image[d]
  const x = (d: number) => n(0) * A[d] + n(1) * A[3 + d] + n(2) * A[6 + d]
  return [x(0), x(1), x(2)]
}

/** Neighbours of each site of the home cell up to a distance [Å], nearest first, [sites][…]. */
export const neighboursOf = (geometry: SiteGeometry, cutoff: number): Neighbour[][] => {
  const { cell: A, fractional: f, sublattice, dimension } = geometry
  const list = neighbourList(
    {
      species: sublattice.map(() => '*'),
      lattice: A,
      positions: toCartesian(f, A),
      periodic: [true, dimension > 1, dimension > 2],
    },
    cutoff,
  )
  const toFraction = inverse(A)
  return sublattice.map((_, i) => {
    const out: Neighbour[] = []
    for (let k = list.start[i]; k < list.start[i + 1]; k++) {
      const j = list.index[k]
      const [x, y, z] = list.delta.subarray(3 * k, 3 * k + 3)
      const n = (d: number) =>
        Math.round(f[3 * i + d] - f[3 * j + d] + x * toFraction[d] + y * toFraction[3 + d] + z * toFraction[6 + d]) + 0
      out.push({ site: j, image: [n(0), n(1), n(2)], vector: [x, y, z], distance: list.distance[k] })
    }
    return out.sort((a, b) => a.distance - b.distance || a.site - b.site || compare(a.image, b.image))
  })
}

const compare = (a: Triple, b: Triple): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]

/**
 * Neighbours on demand: asked for a distance, it looks that far and no further.
 * Buffered, as many families ask for the same.
 */
export const neighbourhood = (geometry: SiteGeometry): ((cutoff: number) => Neighbour[][]) => {
  let reach = 0
  let all: Neighbour[][] = []
  return cutoff => {
    if (cutoff > reach) {
      reach = cutoff
      all = neighboursOf(geometry, cutoff)
    }
    return all
  }
}

/** The first `count` distances [Å] between sites of two kinds (any, where undefined), each once. */
export const shellDistances = (
  geometry: SiteGeometry,
  around: (cutoff: number) => Neighbour[][],
  kinds: readonly [number | undefined, number | undefined],
  count: number,
): number[] => {
  const fits = (i: number, j: number) =>
    (kinds[0] === undefined || geometry.sublattice[i] === kinds[0]) &&
    (kinds[1] === undefined || geometry.sublattice[j] === kinds[1])
  for (let cutoff = 4; ; cutoff *= 1.5) {
    const reach = Math.min(cutoff, furthest)
    const found = around(reach)
      .flatMap((list, i) => list.filter(one => one.distance <= reach && fits(i, one.site)).map(one => one.distance))
      .sort((a, b) => a - b)
    const distinct = found.filter((d, k) => k === 0 || d - found[k - 1] > sameDistance)
    if (distinct.length >= count || reach === furthest) return distinct.slice(0, count)
  }
}

/** A place moved by whole cells. */
export const shifted = ({ site, image }: Place, [a, b, c]: readonly number[]): Place => ({
  site,
  image: [image[0] + a + 0, image[1] + b + 0, image[2] + c + 0],
})

export const minus = ([a, b, c]: readonly number[]): Triple => [-a + 0, -b + 0, -c + 0]

export const samePlace = (a: Place, b: Place): boolean => a.site === b.site && compare(a.image, b.image) === 0

/** Text that tells places apart. */
export const placeKey = ({ site, image }: Place): string => `${site},${image[0]},${image[1]},${image[2]}`
