/** Small lattices put together by hand for the tests, with every term a lattice may have. */
import type { Cluster, Lattice, LatticeEvent, Place } from '../../src/lattice/lattice.ts'
import { kBeV } from '../../src/units.ts'

type Image = readonly [number, number, number]

export const shapes = {
  chain: { dimension: 1, links: [[1, 0, 0]] },
  square: {
    dimension: 2,
    links: [
      [1, 0, 0],
      [0, 1, 0],
    ],
  },
  triangular: {
    dimension: 2,
    links: [
      [1, 0, 0],
      [0, 1, 0],
      [-1, 1, 0],
    ],
  },
  cubic: {
    dimension: 3,
    links: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  },
} as const satisfies Record<string, { dimension: 1 | 2 | 3; links: readonly Image[] }>

export type TinyOptions = {
  readonly shape: keyof typeof shapes
  readonly carriers?: readonly string[]
  readonly charges?: readonly number[]
  /** [K]; rates are given at this temperature. */
  readonly temperature?: number
  /** w_i [1/s]: rate of a single hop of each carrier, without energies. */
  readonly rates: readonly number[]
  /** E_KRA of all events [eV]; their ν₀ makes the rates what they are asked to be. */
  readonly Ekra?: number
  /** Rate [1/s] of a follower (second) behind a leader (first), `[[leader, follower, w], …]`, every ordered pair by itself. */
  readonly follow?: readonly (readonly [number, number, number])[]
  /** Rate [1/s] of two neighbours that step sideways together. */
  readonly together?: readonly (readonly [number, number, number])[]
  /** Nearest-neighbour energy [eV], [n, n] */
  readonly pair?: readonly number[]
  /** Energy of three on a corner [eV], [n, n, n]. */
  readonly triplet?: readonly number[]
  /** Energy that a filled site next to the way of a single hop adds to E_KRA [eV], [n]. */
  readonly surroundings?: readonly number[]
  readonly meanField?: Lattice['meanField']
  readonly limits?: Lattice['limits']
  readonly byAmount?: readonly number[]
  /** Two sites in a cell, the second in the middle of the first link with another energy [eV], [n]: links become two hops. */
  readonly secondSite?: readonly number[]
  /** Only hops along this link. */
  readonly onlyAlong?: number
}

/** A lattice with cell edges of 1 Å (triangular: 60° apart). */
export const tinyLattice = (o: TinyOptions): Lattice => {
  const { dimension, links } = shapes[o.shape]
  const carriers = o.carriers ?? o.rates.map((_, i) => 'ABCD'[i])
  const n = carriers.length
  const kT = kBeV * (o.temperature ?? 300)
  const Ekra = o.Ekra ?? 0
  const boost = Math.exp(Ekra / kT)
  const at = (image: Image = [0, 0, 0], site = 0): Place => ({ site, image })
  const plus = (a: Image, b: Image): Image => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
  const minus = (a: Image): Image => [-a[0], -a[1], -a[2]]
  const around = [...links, ...links.map(minus)]
  const event = (
    family: string,
    rate: number,
    movers: LatticeEvent['movers'],
    surroundings: Image[] = [],
  ): LatticeEvent => ({
    family,
    movers,
    Ekra,
    attemptFrequency: rate * boost,
    surroundings: surroundings.map(image => ({ place: at(image), energy: Float64Array.from(o.surroundings ?? []) })),
    byAmount: Float64Array.from(o.byAmount ?? new Array(n).fill(0)),
    inside: false,
  })
  const events: LatticeEvent[] = []
  const key = (image: Image) => image.join()
  o.rates.forEach((rate, i) => {
    for (const [l, link] of links.entries()) {
      if (rate === 0 || (o.onlyAlong ?? l) !== l) continue
      if (o.secondSite && l === 0) {
        events.push(event(carriers[i], rate, [{ carrier: i, from: at(), to: at([0, 0, 0], 1) }]))
        events.push(event(carriers[i], rate, [{ carrier: i, from: at([0, 0, 0], 1), to: at(link) }]))
        continue
      }
      // neighbours of both ends, as of a hop through a window
      const beside = o.surroundings
        ? around
            .filter(other => key(other) !== key(link) && key(other) !== key(minus(link)))
            .flatMap(other => [other, plus(link, other)])
        : []
      events.push(event(carriers[i], rate, [{ carrier: i, from: at(), to: at(link) }], beside))
    }
  })
  for (const [leader, follower, rate] of o.follow ?? [])
    for (const [a, ahead] of around.entries())
      for (const [b, behind] of around.entries()) {
        // same ions: (a, b) is the reverse of (b, a); other ions: the reverse has the other in the lead
        if (a === b || (leader === follower && b < a)) continue
        events.push(
          event(`${carriers[follower]} follows ${carriers[leader]}`, rate, [
            { carrier: leader, from: at(), to: at(ahead) },
            { carrier: follower, from: at(behind), to: at() },
          ]),
        )
      }
  for (const [one, other, rate] of o.together ?? [])
    for (const link of one === other ? links : around)
      for (const side of links) {
        if (key(side) === key(link) || key(side) === key(minus(link))) continue
        events.push(
          event(`${carriers[one]} with ${carriers[other]}`, rate, [
            { carrier: one, from: at(), to: at(side) },
            { carrier: other, from: at(link), to: at(plus(link, side)) },
          ]),
        )
      }
  const clusters: Cluster[] = []
  if (o.pair)
    for (const link of links)
      clusters.push({ label: 'first', places: [at(), at(link)], energy: Float64Array.from(o.pair) })
  if (o.triplet)
    clusters.push({
      label: 'corner',
      places: [at(), at(links[0]), at(links[1] ?? [2, 0, 0])],
      energy: Float64Array.from(o.triplet),
    })
  const half = links[0].map(c => c / 2) as unknown as Image
  const h = Math.sqrt(3) / 2
  return {
    name: o.shape,
    cell: Float64Array.from(o.shape === 'triangular' ? [1, 0, 0, 0.5, h, 0, 0, 0, 1] : [1, 0, 0, 0, 1, 0, 0, 0, 1]),
    dimension,
    formulaUnits: 1,
    volume: o.shape === 'triangular' ? h : 1,
    carriers: carriers.map((symbol, i) => ({ symbol, charge: o.charges?.[i] ?? 1 })),
    sublattices: o.secondSite ? ['corner', 'middle'] : ['site'],
    sites: [{ sublattice: 0, position: [0, 0, 0] }, ...(o.secondSite ? [{ sublattice: 1, position: half }] : [])],
    siteEnergy: Float64Array.from([...new Array(n).fill(0), ...(o.secondSite ?? [])]),
    clusters,
    meanField: o.meanField ?? [],
    limits: o.limits ?? [],
    events,
  }
}
