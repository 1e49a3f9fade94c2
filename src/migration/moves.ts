import type { Network } from '../crystal/network.ts'
import { pairOrbits, pairVector, reversed, type SitePair } from '../crystal/site-pairs.ts'
import { refuse } from '../error.ts'

/** A site in a certain cell. */
export type Place = {
  readonly site: number
  /** [whole cells of the primitive cell] */
  readonly image: readonly [number, number, number]
  /** [Å], in the frame of the structure that the sites were found in. */
  readonly position: readonly [number, number, number]
}

export type Mover = { readonly carrier: string; readonly from: Place; readonly to: Place }

/**
 * `single`: one ion; `follow`: one ion into the site that the other leaves; `exchange`: both swap sites; `together`: both at
 * once between four sites.
 */
export type MoveKind = 'single' | 'follow' | 'exchange' | 'together'

/** A change from one arrangement of one or two ions to another; it and its reverse are one move. */
export type Move = {
  readonly kind: MoveKind
  /** Ions, kinds of site, lengths of the hops and separations [Å]; no two of a list are the same. */
  readonly label: string
  /** Of a pair the leader first: the one ahead in the direction that both move in. */
  readonly movers: readonly Mover[]
  /** How many such moves a primitive cell has, a move and its reverse counted once. */
  readonly multiplicity: number
  /** Whether an operation turns the move into its reverse: its barrier is the same both ways. */
  readonly symmetric: boolean
  /** Distance of the two ions [Å] at both ends, and the least and most of it where both move straight and in step. */
  readonly separation?: {
    readonly before: number
    readonly after: number
    readonly least: number
    readonly most: number
  }
  /** Cosine of the angle between the two displacements [–]. */
  readonly alignment?: number
}

/** All distinct hops of one ion, for each carrier, shortest first. */
export const singleMoves = (network: Network, carriers = network.sites.carriers): Move[] =>
  carriers.flatMap(carrier =>
    network.hops.map((hop): Move => {
      const [pair] = hop.pairs
      const mover = moverOf(network, carrier, pair)
      return {
        kind: 'single',
        label: `${carrier} ${hop.label}`,
        movers: [mover],
        multiplicity: hop.pairs.length,
        symmetric: hop.symmetric,
      }
    }),
  )

export type PairOptions = {
  /** The two ions; the first one leads where one is ahead. */
  readonly carriers: readonly [string, string]
  /** Least and most distance of the two [Å], at both ends. */
  readonly separation: readonly [number, number]
  /** Also all along the way, both moving straight and in step. */
  readonly held?: boolean
  /** Only pairs that move as one, both by the same vector. */
  readonly rigid?: boolean
  readonly kinds?: readonly Exclude<MoveKind, 'single'>[]
  /** Is told how many arrangements were looked at, of how many. */
  readonly progress?: (done: number, total: number) => void
}

/** Most arrangements of two hops that are compared: some 10 µs each. */
const mostArrangements = 4e6

/** Displacements that differ by less than this are the same [Å]. */
const sameVector = 1e-3

/** Hops of two ions, each of them a pair of sites, the second's cells counted from the same origin as the first's. */
type Event = { readonly one: readonly [number[], number[]]; readonly two: readonly [number[], number[]] }

/**
 * All distinct moves of two ions at once along hops of the network, by orbits of the space group, a move and its reverse (and,
 * of like ions, their exchange) counted as one. Shortest separation first.
 *
 * @throws SimulationError (`input`) for windows that hold so many that no one would read them
 */
export const pairMoves = (network: Network, o: PairOptions): Move[] => {
  const [least, most] = o.separation
  if (!(least > 0 && most >= least && most <= 30))
    refuse('separation', `${least}:${most}`, 'least:most in Å with 0 < least ≤ most ≤ 30')
  const like = o.carriers[0] === o.carriers[1]
  const inWindow = (d: number) => d >= least - 1e-6 && d <= most + 1e-6
  let total = 0
  for (const _ of arrangements(network, o))
    if (++total > mostArrangements)
      refuse(
        'separation',
        `${least}:${most}`,
        `what holds at most ${mostArrangements} arrangements of two hops; this holds more. A narrower window, shorter hops (cutoff), hops between neighbours only (no passing) or fewer sublattices hold less`,
      )
  const seen = new Set<string>()
  const moves: Move[] = []
  let done = 0
  for (const event of arrangements(network, o)) {
    o.progress?.(done++, total)
    const kind = kindOf(event)
    if ((like && kind === 'exchange') || (o.kinds && !o.kinds.includes(kind))) continue
    if (seen.has(variants(event, like, true)[0])) continue
    const orbit = orbitOfEvent(network, event, like)
    for (const key of orbit.keys) seen.add(key)
    const move = asMove(network, event, kind, o.carriers, orbit)
    const { least: closest, most: farthest } = move.separation!
    if (!o.held || (inWindow(closest) && inWindow(farthest))) moves.push(move)
  }
  return distinct(moves)
}

/** Two hops at once whose ions are in the window at both ends, one of each orbit of first hops, either way. */
function* arrangements(network: Network, o: Pick<PairOptions, 'separation' | 'rigid'>): Generator<Event> {
  const [least, most] = o.separation
  const inWindow = (d: number) => d >= least - 1e-6 && d <= most + 1e-6
  const starts = hopsFrom(network).map(pairs => pairs.map(pair => ({ pair, vector: pairVector(network.sites, pair) })))
  const neighbours = placesAround(network, most).map(places =>
    places.filter(place => inWindow(Math.hypot(...place.vector))),
  )
  for (const hop of network.hops)
    for (const lead of hop.symmetric ? [hop.pairs[0]] : [hop.pairs[0], reversed(hop.pairs[0])]) {
      const [x, y, z] = pairVector(network.sites, lead)
      for (const place of neighbours[lead.from])
        for (const { pair: second, vector: d } of starts[place.site]) {
          const [dx, dy, dz] = [d[0] - x, d[1] - y, d[2] - z]
          if (o.rigid && Math.hypot(dx, dy, dz) > sameVector) continue
          const [a, b, c] = place.vector
          if (!inWindow(Math.hypot(a + dx, b + dy, c + dz))) continue
          yield {
            one: [
              [lead.from, 0, 0, 0],
              [lead.to, ...lead.image],
            ],
            two: [
              [place.site, ...place.image],
              [second.to, ...second.image.map((n, k) => n + place.image[k])],
            ],
          }
        }
    }
}

/** Shortest separation first; labels that tell moves apart. */
const distinct = (moves: Move[]): Move[] => {
  const order = ({ separation, alignment, multiplicity }: Move) => [
    Math.round(1e3 * (separation!.before + separation!.after)),
    Math.round(1e3 * separation!.least),
    -Math.round(1e3 * alignment!),
    multiplicity,
  ]
  const compare = (a: Move, b: Move): number => {
    const [p, q] = [order(a), order(b)]
    const k = p.findIndex((value, i) => value !== q[i])
    return k >= 0 ? p[k] - q[k] : a.label < b.label ? -1 : a.label > b.label ? 1 : 0
  }
  const counts = new Map<string, number>()
  return moves.sort(compare).map(move => {
    const count = (counts.get(move.label) ?? 0) + 1
    counts.set(move.label, count)
    return count === 1 ? move : { ...move, label: `${move.label} #${count}` }
  })
}

/** Pair moves of every two of the carriers, like ones included. */
export const allPairMoves = (network: Network, o: Omit<PairOptions, 'carriers'>): Move[] => {
  const { carriers } = network.sites
  return carriers.flatMap((first, i) =>
    carriers.slice(i).flatMap(second => pairMoves(network, { ...o, carriers: [first, second] })),
  )
}

/** Numbers of moves, from 1 for each choice of ions: what a study of barriers chooses by. */
export const moveNumbers = (moves: readonly Move[]): number[] => {
  const counts = new Map<string, number>()
  return moves.map(({ movers }) => {
    const ions = movers.map(mover => mover.carrier).join(' ')
    counts.set(ions, (counts.get(ions) ?? 0) + 1)
    return counts.get(ions)!
  })
}

/** Hops out of each site of the home cell, both ways of every pair. */
const hopsFrom = ({ sites, hops }: Network): SitePair[][] => {
  const out: SitePair[][] = Array.from({ length: sites.sublattice.length }, () => [])
  const add = (pair: SitePair) => out[pair.from].push(pair)
  for (const { pairs } of hops)
    for (const pair of pairs) {
      add(pair)
      add(reversed(pair))
    }
  return out
}

const placesAround = ({ sites }: Network, most: number) => {
  const out: { site: number; image: readonly number[]; vector: readonly number[] }[][] = Array.from(
    { length: sites.sublattice.length },
    () => [],
  )
  const add = (pair: SitePair) =>
    out[pair.from].push({ site: pair.to, image: pair.image, vector: pairVector(sites, pair) })
  for (const { pairs } of pairOrbits(sites, most + 1e-6))
    for (const pair of pairs) {
      add(pair)
      add(reversed(pair))
    }
  return out
}

const same = (a: readonly number[], b: readonly number[]): boolean => a.every((n, k) => n === b[k])

const kindOf = ({ one: [a1, a2], two: [b1, b2] }: Event): Exclude<MoveKind, 'single'> => {
  const into = same(b2, a1)
  const from = same(a2, b1)
  return into && from ? 'exchange' : into || from ? 'follow' : 'together'
}

/** Text of four places, moved so that the first lies in the home cell. */
const textOf = (places: readonly (readonly number[])[]): string => {
  const [, x, y, z] = places[0]
  return places.map(([site, a, b, c]) => `${site},${a - x},${b - y},${c - z}`).join(' ')
}

/** The ways to write down one event, the canonical one first: like ions exchanged; with `both`, also backwards. */
const variants = ({ one: [a1, a2], two: [b1, b2] }: Event, like: boolean, both: boolean): string[] => {
  const all = [textOf([a1, a2, b1, b2])]
  if (like) all.push(textOf([b1, b2, a1, a2]))
  if (both) all.push(textOf([a2, a1, b2, b1]))
  if (like && both) all.push(textOf([b2, b1, a2, a1]))
  return all.sort()
}

type EventOrbit = { readonly keys: ReadonlySet<string>; readonly symmetric: boolean }

const orbitOfEvent = (network: Network, event: Event, like: boolean): EventOrbit => {
  const { action, symmetry } = network.sites
  const keys = new Set<string>()
  const { one, two } = event
  const backward = variants({ one: [one[1], one[0]], two: [two[1], two[0]] }, like, false)[0]
  let symmetric = false
  symmetry.operations.forEach(({ rotation: W }, o) => {
    const image = ([site, a, b, c]: readonly number[]): number[] => {
      const at = o * action.sites + site
      const n = (d: number) => a * W[d] + b * W[3 + d] + c * W[6 + d] + action.shift[3 * at + d]
      return [action.index[at], n(0), n(1), n(2)]
    }
    const moved: Event = { one: [image(one[0]), image(one[1])], two: [image(two[0]), image(two[1])] }
    keys.add(variants(moved, like, true)[0])
    if (!symmetric && variants(moved, like, false)[0] === backward) symmetric = true
  })
  return { keys, symmetric }
}

const placeOf = ({ sites }: Network, [site, a, b, c]: readonly number[]): Place => {
  const A = sites.symmetry.primitive.lattice
  const x = (d: number) => sites.positions[3 * site + d] + a * A[d] + b * A[3 + d] + c * A[6 + d]
  return { site, image: [a, b, c], position: [x(0), x(1), x(2)] }
}

const moverOf = (network: Network, carrier: string, { from, to, image }: SitePair): Mover => ({
  carrier,
  from: placeOf(network, [from, 0, 0, 0]),
  to: placeOf(network, [to, ...image]),
})

const asMove = (
  network: Network,
  { one, two }: Event,
  kind: Exclude<MoveKind, 'single'>,
  [first, second]: readonly [string, string],
  { keys, symmetric }: EventOrbit,
): Move => {
  let a: Mover = { carrier: first, from: placeOf(network, one[0]), to: placeOf(network, one[1]) }
  let b: Mover = { carrier: second, from: placeOf(network, two[0]), to: placeOf(network, two[1]) }
  // who leads changes with the direction of the move: it is written so that the first carrier leads
  const lead = ahead(a, b)
  if (lead < -1e-9) {
    if (first === second) [a, b] = [b, a]
    else [a, b] = [backwards(a), backwards(b)]
  }
  const before = between(a.from, b.from)
  const after = between(a.to, b.to)
  const { least, most } = straightSeparation(before, after)
  const [da, db] = [a, b].map(mover => between(mover.from, mover.to))
  const label = [a, b]
    .map(({ carrier, from, to }, k) => {
      const [start, end] = [from, to].map(place => kindName(network, place))
      return `${carrier} ${start}→${end} ${Math.hypot(...[da, db][k]).toFixed(3)}`
    })
    .join(' + ')
  return {
    kind,
    label: `${label}, apart ${Math.hypot(...before).toFixed(3)}→${Math.hypot(...after).toFixed(3)}`,
    movers: [a, b],
    multiplicity: keys.size,
    symmetric,
    separation: { before: Math.hypot(...before), after: Math.hypot(...after), least, most },
    alignment: dot(da, db) / (Math.hypot(...da) * Math.hypot(...db)),
  }
}

const kindName = ({ sites }: Network, { site }: Place): string => sites.sublattices[sites.sublattice[site]].label

const between = (a: Place, b: Place): number[] => [0, 1, 2].map(d => b.position[d] - a.position[d])

const dot = (a: readonly number[], b: readonly number[]): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

const backwards = ({ carrier, from, to }: Mover): Mover => ({ carrier, from: to, to: from })

/** > 0 where a stands ahead of b, seen in the direction of both displacements together, at both ends. */
const ahead = (a: Mover, b: Mover): number => {
  const way = between(a.from, a.to).map((c, d) => c + between(b.from, b.to)[d])
  return dot(between(b.from, a.from), way) + dot(between(b.to, a.to), way)
}

/** Least and most of |before + t(after − before)|, t from 0 to 1: both ions move straight and in step. */
const straightSeparation = (before: readonly number[], after: readonly number[]) => {
  const change = before.map((c, d) => after[d] - c)
  const squared = dot(change, change)
  const t = squared === 0 ? 0 : Math.min(1, Math.max(0, -dot(before, change) / squared))
  return {
    least: Math.hypot(...before.map((c, d) => c + t * change[d])),
    most: Math.max(Math.hypot(...before), Math.hypot(...after)),
  }
}
