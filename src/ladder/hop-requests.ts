/** Which moves of a network are looked at, alone and with ions about them. */
import type { HopOrbit, Network } from '../crystal/network.ts'
import { neighboursOf } from '../lattice/fit/cluster-terms.ts'
import { type SiteGroup, siteSupercell } from '../lattice/fit/site-group.ts'
import { allPairMoves, type Move } from '../migration/moves.ts'
import { type HopRequest, type PlaceIndex, positionOf, siteAt } from './hop-barriers.ts'

const homePlace = (site: number): PlaceIndex => [site, 0, 0, 0]

/** A hop of the network from the home cell. */
const endsOf = (hop: HopOrbit): readonly [PlaceIndex, PlaceIndex] => {
  const { from, to, image } = hop.pairs[0]
  return [homePlace(from), [to, ...image]]
}

/** Every distinct hop of one ion, for each carrier. */
export const singleRequests = (
  network: Network,
  carriers: readonly string[],
  matrix: readonly number[],
  prefactorWithin?: number,
): HopRequest[] =>
  carriers.flatMap((symbol, c) =>
    network.hops.map((hop): HopRequest => {
      const [from, to] = endsOf(hop)
      return {
        label: `${symbol} ${hop.label}`,
        matrix,
        movers: [{ carrier: c + 1, from, to }],
        others: [],
        ...(prefactorWithin === undefined ? {} : { prefactorWithin }),
      }
    }),
  )

/** Every distinct move of two ions at once whose ions are in a window of separations [Å] at both ends. */
export const pairRequests = (
  network: Network,
  carriers: readonly string[],
  matrix: readonly number[],
  separation: readonly [number, number],
): HopRequest[] =>
  allPairMoves(network, { separation }).map((move: Move): HopRequest => {
    const place = ({ site, image }: Move['movers'][number]['from']): PlaceIndex => [site, ...image]
    return {
      label: `${move.kind}: ${move.label}`,
      matrix,
      movers: move.movers.map(({ carrier, from, to }) => ({
        carrier: carriers.indexOf(carrier) + 1,
        from: place(from),
        to: place(to),
      })),
      others: [],
    }
  })

/** Places about the middle of a hop, one of each class of the operations that keep the hop or turn it round. */
export const placesAbout = (
  group: SiteGroup,
  [from, to]: readonly [PlaceIndex, PlaceIndex],
  reach: number,
): { readonly places: readonly (readonly PlaceIndex[])[]; readonly distances: readonly number[] } => {
  const [a, b] = [positionOf(group, from), positionOf(group, to)]
  const middle = [0, 1, 2].map(d => (a[d] + b[d]) / 2)
  const longest = Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2])
  const near = neighboursOf(group, reach + longest)
    [from[0]].map(
      (one): PlaceIndex => [one.site, one.image[0] + from[1], one.image[1] + from[2], one.image[2] + from[3]],
    )
    .map(place => {
      const r = positionOf(group, place)
      return { place, distance: Math.hypot(r[0] - middle[0], r[1] - middle[1], r[2] - middle[2]) }
    })
    .filter(({ place, distance }) => distance <= reach && place.join() !== to.join())
    .sort((p, q) => p.distance - q.distance)
  const keep = keepingHop(group, from, to)
  const seen = new Set<string>()
  const places: PlaceIndex[][] = []
  const distances: number[] = []
  for (const { place, distance } of near) {
    if (seen.has(place.join())) continue
    const orbit = new Map(keep.map(map => map(place)).map(image => [image.join(), image]))
    for (const key of orbit.keys()) seen.add(key)
    places.push([...orbit.values()])
    distances.push(distance)
  }
  return { places, distances }
}

/** Operations, with the translation that goes with them, that map a hop on itself or on its reverse. */
const keepingHop = (group: SiteGroup, from: PlaceIndex, to: PlaceIndex) => {
  const { operations, action } = group
  return operations.flatMap(({ rotation: W }, o) => {
    const image = ([site, ...t]: PlaceIndex): PlaceIndex => {
      const at = o * action.sites + site
      const n = (d: number) => t[0] * W[d] + t[1] * W[3 + d] + t[2] * W[6 + d] + action.shift[3 * at + d]
      return [action.index[at], n(0), n(1), n(2)]
    }
    const [p, q] = [image(from), image(to)]
    return [
      [from, to],
      [to, from],
    ].flatMap(([first, second]) => {
      const by = [1, 2, 3].map(d => first[d] - p[d])
      const fits = p[0] === first[0] && q[0] === second[0] && [1, 2, 3].every(d => q[d] + by[d - 1] === second[d])
      if (!fits) return []
      return [
        (place: PlaceIndex): PlaceIndex => {
          const [site, x, y, z] = image(place)
          return [site, x + by[0], y + by[1], z + by[2]]
        },
      ]
    })
  })
}

/** A hop with one ion at each kind of place about it, for every two carriers. Places that exclude an end are left out. */
export const surroundingRequests = (
  group: SiteGroup,
  hop: HopOrbit,
  carriers: readonly string[],
  matrix: readonly number[],
  o: { readonly reach: number; readonly exclusion: number },
): HopRequest[] => {
  const ends = endsOf(hop)
  const cell = siteSupercell(group, matrix)
  const taken = ends.map(end => siteAt(cell, end))
  return placesAbout(group, ends, o.reach).places.flatMap(([place]) => {
    const r = positionOf(group, place)
    const apart = ends.map(end => {
      const e = positionOf(group, end)
      return Math.hypot(r[0] - e[0], r[1] - e[1], r[2] - e[2])
    })
    if (Math.min(...apart) < o.exclusion || taken.includes(siteAt(cell, place))) return []
    return carriers.flatMap((mover, c) =>
      carriers.map(
        (other, k): HopRequest => ({
          label: `${mover} ${hop.label}, ${other} at ${place.join(' ')}`,
          matrix,
          movers: [{ carrier: c + 1, from: ends[0], to: ends[1] }],
          others: [{ carrier: k + 1, at: place }],
          hold: true,
        }),
      ),
    )
  })
}

/** A hop in a host whose other cells each hold ions on given sites, the cells that the hop starts and ends in left empty. */
export const amountRequests = (
  group: SiteGroup,
  hop: HopOrbit,
  carriers: readonly string[],
  matrix: readonly number[],
  fillings: readonly { readonly carrier: number; readonly sites: readonly number[]; readonly cells: number }[],
): HopRequest[] => {
  const ends = endsOf(hop)
  const cell = siteSupercell(group, matrix)
  // the cells of the hop's ends by their cavities: a site is counted to the cell whose corner it is nearest to
  const own = new Set(ends.map(end => nearestCorner(group, cell, end)))
  return fillings.flatMap(({ carrier, sites, cells }) =>
    carriers.map((mover, c): HopRequest => {
      const free = Array.from({ length: cell.cells }, (_, k) => k).filter(k => !own.has(k))
      const used = free.slice(0, cells)
      return {
        label: `${mover} ${hop.label}, ${carriers[carrier - 1]} ${sites.length} in ${used.length} other cells`,
        matrix,
        movers: [{ carrier: c + 1, from: ends[0], to: ends[1] }],
        others: used.flatMap(k => sites.map(site => ({ carrier, at: cornerPlace(group, cell, k, site) }))),
      }
    }),
  )
}

/** Cell of the supercell whose corner (the middle of its cavity) is nearest to a place. */
const nearestCorner = (
  group: SiteGroup,
  cell: ReturnType<typeof siteSupercell>,
  [site, a, b, c]: PlaceIndex,
): number => {
  const at = [a, b, c].map((n, d) => n + Math.round(group.fractional[3 * site + d]))
  return cell.cellAt(at[0], at[1], at[2])
}

/** The place of a site about the corner of cell k. */
const cornerPlace = (group: SiteGroup, cell: ReturnType<typeof siteSupercell>, k: number, site: number): PlaceIndex => {
  const n = (d: number) => cell.points[3 * k + d] - Math.round(group.fractional[3 * site + d])
  return [site, n(0), n(1), n(2)]
}
