/** Events of a model, from its families of hops of one ion and of two. */
import { refuse, SimulationError } from '../../error.ts'
import type { LatticeEvent, Mover, Place } from '../lattice.ts'
import { eventKey, homed } from './event-key.ts'
import { between, distanceOf, fitsKind, homePlace, placeOf, type Setting } from './expand-energies.ts'
import { furthest, type Neighbour, positionOf, samePlace, shifted } from './geometry.ts'
import type { ModelHop, ModelNeighbour, ModelPairHop, ModelPlace, ModelRate } from './model.ts'
import { surroundingsOf } from './surroundings.ts'

/** ν₀ [1/s] where a family names none. Source: assumed */
export const usualFrequency = 1e13
/** Most events of one cell. */
const mostEvents = 200_000
/** Displacements are along one line where the cosine between them is above this: 5 degrees. */
const straightCosine = Math.cos((5 * Math.PI) / 180)
/** Displacements that differ by less are the same [Å]. */
const sameVector = 1e-2

/** A move before it has its numbers. */
type Candidate = {
  readonly movers: readonly Mover[]
  readonly near?: readonly { readonly place: Place; readonly energy: Float64Array }[]
  /** Which entry of the model it comes from, for messages. */
  readonly entry: string
}

/** All events of the model; `siteEnergy` [sites, carriers] says where carriers cannot sit. */
export const eventsOf = (setting: Setting, siteEnergy: Float64Array): LatticeEvent[] => {
  const { model, names } = setting
  const n = names.carriers.length
  const events: LatticeEvent[] = []
  const owner = new Map<string, { readonly name: string; readonly entry: string }>()
  const sits = ({ carrier, from, to }: Mover) =>
    siteEnergy[from.site * n + carrier] < Number.POSITIVE_INFINITY &&
    siteEnergy[to.site * n + carrier] < Number.POSITIVE_INFINITY
  const add = (field: string, name: string, rate: ModelRate, candidates: readonly Candidate[], explicit: boolean) => {
    const numbers = ratesOf(setting, field, rate)
    let kept = 0
    for (const { movers, near = [], entry } of candidates) {
      if (!movers.every(sits)) {
        if (explicit)
          refuse(entry, 'a site where the carrier is forbidden', 'sites with a finite energy of the carrier')
        continue
      }
      kept++
      const key = eventKey(movers)
      const before = owner.get(key)
      if (before !== undefined) {
        // families found by distance meet each move once from either end, symmetry meets it once for each operation that keeps it
        if (before.entry === entry) continue
        throw new SimulationError(
          `${entry}: ${JSON.stringify(name)} is, or is the reverse of, a move of ${JSON.stringify(before.name)} (${before.entry}), allowed: each move once, its reverse not listed`,
          { code: 'input', at: entry },
        )
      }
      if (events.length >= mostEvents) refuse(field, `more than ${mostEvents} events a cell`, 'shorter distances')
      owner.set(key, { name, entry })
      const placed = homed(movers)
      const back = placed[0].from.image.map((c, d) => c - movers[0].from.image[d])
      events.push({
        family: name,
        movers: placed,
        Ekra: numbers.Ekra,
        attemptFrequency: numbers.attemptFrequency,
        surroundings: surroundingsOf(
          setting,
          field,
          rate,
          placed,
          near.map(one => ({ ...one, place: shifted(one.place, back) })),
        ),
        byAmount: numbers.byAmount,
        inside: rate.inside ?? false,
      })
    }
    if (kept === 0)
      refuse(
        field,
        'a family without a move',
        candidates.length > 0
          ? 'hops between sites where the carriers may sit'
          : 'lengths, separation and kinds of site that some move has',
      )
  }
  model.hops?.forEach((family, f) => {
    const field = `hops.${f}`
    const carriers = names.oneOrMore(field, family.carrier, family.carriers)
    for (const carrier of carriers) {
      const symbol = names.carriers[carrier]
      const label = family.name ?? `${symbol} ${hopWords(setting, family)}`
      const name = family.name !== undefined && carriers.length > 1 ? `${symbol} ${label}` : label
      add(field, name, family, singleHops(setting, field, family, carrier), family.moves !== undefined)
    }
  })
  model.pairHops?.forEach((family, f) => {
    const field = `pairHops.${f}`
    const ions = [
      names.carrier(`${field}.leader`, family.leader),
      names.carrier(`${field}.follower`, family.follower),
    ] as const
    const { leader, follower } = family
    const name =
      family.name ?? (family.kind === 'follow' ? `${follower} follows ${leader}` : `${follower} with ${leader}`)
    const candidates = { follow: followHops, together: togetherHops, moves: explicitPairs }[family.kind]
    if (candidates === undefined) refuse(`${field}.kind`, family.kind, 'follow, together or moves')
    add(field, name, family, candidates(setting, field, family, ions), family.kind === 'moves')
  })
  return events
}

const hopWords = ({ model }: Setting, { sublattices, distance, shell, moves }: ModelHop): string =>
  [
    sublattices?.join('–'),
    distance !== undefined ? `${distance} Å` : shell !== undefined ? `shell ${shell}` : undefined,
    moves || (model.lattice && !sublattices && distance === undefined && shell === undefined) ? 'hop' : undefined,
  ]
    .filter(word => word !== undefined)
    .join(' ')

const ratesOf = ({ names }: Setting, field: string, rate: ModelRate) => {
  const { barrier, attemptFrequency = usualFrequency } = rate
  if (!(barrier >= 0 && barrier <= 100)) refuse(`${field}.barrier`, barrier, 'a number ≥ 0 and ≤ 100 [eV]')
  const frequency = typeof attemptFrequency === 'number' ? attemptFrequency : attemptFrequency.value
  if (!(frequency > 0 && frequency <= 1e20))
    refuse(`${field}.attemptFrequency`, frequency, 'a number > 0 and ≤ 1e20 [1/s]')
  return {
    Ekra: barrier,
    attemptFrequency: frequency,
    byAmount: names.byCarrier(`${field}.byAmount.energy`, rate.byAmount?.energy ?? {}),
  }
}

/** Explicit moves stand alone, without what finds moves by distance. */
const checkAlone = (field: string, family: ModelHop | ModelPairHop): void => {
  for (const key of ['distance', 'shell', 'tolerance', 'sublattices'] as const)
    if (family[key] !== undefined) refuse(`${field}.${key}`, family[key], 'explicit moves, or a distance, not both')
  if (family.moves?.length === 0) refuse(`${field}.moves`, 'none', 'at least one move')
}

const neighbourEnergies = ({ names }: Setting, field: string, near: readonly ModelNeighbour[] | undefined) =>
  near?.map(({ place, energy }, i) => ({
    place: names.place(`${field}.surroundings.${i}.place`, place),
    energy: names.byCarrier(`${field}.surroundings.${i}.energy`, energy),
  })) ?? []

const singleHops = (setting: Setting, field: string, family: ModelHop, carrier: number): Candidate[] => {
  const { geometry, names, around, maps } = setting
  if (family.moves) {
    checkAlone(field, family)
    return family.moves.flatMap((move, m) => {
      const entry = `${field}.moves.${m}`
      const [from, to] = [names.place(`${entry}.from`, move.from), names.place(`${entry}.to`, move.to)]
      if (samePlace(from, to)) refuse(`${entry}.to`, 'the place of from', 'another place')
      const near = neighbourEnergies(setting, entry, move.surroundings)
      return maps.map(map => ({
        movers: [{ carrier, from: map(from), to: map(to) }],
        near: near.map(one => ({ ...one, place: map(one.place) })),
        entry,
      }))
    })
  }
  const kinds = names.sublattices(`${field}.sublattices`, family.sublattices, 2)
  const { distance, tolerance } = distanceOf(setting, field, family, [kinds[0], kinds[1]])
  return around(distance + tolerance).flatMap((list, i) =>
    list
      .filter(one => Math.abs(one.distance - distance) <= tolerance && fitsKind(geometry, kinds, i, one.site))
      .map(one => ({ movers: [{ carrier, from: homePlace(i), to: placeOf(one) }], entry: field })),
  )
}

/** Lengths of the hops of leader and follower [Å]. */
const hopLengths = (
  setting: Setting,
  field: string,
  family: ModelPairHop,
  leader: readonly [number | undefined, number | undefined],
  follower: readonly [number | undefined, number | undefined],
) => {
  const { distances, tolerance } = family
  if (distances === undefined) {
    const [a, b] = [distanceOf(setting, field, family, leader), distanceOf(setting, field, family, follower)]
    return [a, b] as const
  }
  if (family.distance !== undefined || family.shell !== undefined)
    refuse(`${field}.distances`, distances, 'distances, distance or shell: one of them')
  if (distances.length !== 2)
    refuse(`${field}.distances`, distances, 'two lengths [Å]: the leader’s hop, the follower’s hop')
  return [leader, follower].map((kinds, k) =>
    distanceOf(setting, field, { distance: distances[k], tolerance }, kinds),
  ) as [ReturnType<typeof distanceOf>, ReturnType<typeof distanceOf>]
}

const along = (list: readonly Neighbour[], { distance, tolerance }: { distance: number; tolerance: number }) =>
  list.filter(one => Math.abs(one.distance - distance) <= tolerance)

const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** Follower a → b, leader b → c. */
const followHops = (
  setting: Setting,
  field: string,
  family: ModelPairHop,
  [leader, follower]: readonly [number, number],
): Candidate[] => {
  const { geometry, names, around } = setting
  if (family.separation !== undefined)
    refuse(`${field}.separation`, family.separation, 'a separation only with kind: together')
  if (family.moves) refuse(`${field}.moves`, family.moves, 'moves only with kind: moves')
  const [ka, kb, kc] = names.sublattices(`${field}.sublattices`, family.sublattices, 3)
  const [lead, follow] = hopLengths(setting, field, family, [kb, kc], [ka, kb])
  const reach = Math.max(lead.distance + lead.tolerance, follow.distance + follow.tolerance)
  return around(reach).flatMap((list, b) => {
    if (kb !== undefined && geometry.sublattice[b] !== kb) return []
    const starts = along(list, follow).filter(one => fitsKind(geometry, [ka], one.site))
    const ends = along(list, lead).filter(one => fitsKind(geometry, [kc], one.site))
    return starts.flatMap(a =>
      ends.flatMap(c => {
        if (samePlace(a, c)) return []
        if (family.straight && -dot(a.vector, c.vector) < straightCosine * a.distance * c.distance) return []
        const middle = homePlace(b)
        return [
          {
            movers: [
              { carrier: leader, from: middle, to: placeOf(c) },
              { carrier: follower, from: placeOf(a), to: middle },
            ],
            entry: field,
          },
        ]
      }),
    )
  })
}

/** Leader a → b, follower c → d, four sites. */
const togetherHops = (
  setting: Setting,
  field: string,
  family: ModelPairHop,
  [leader, follower]: readonly [number, number],
): Candidate[] => {
  const { geometry, names, around } = setting
  if (family.moves) refuse(`${field}.moves`, family.moves, 'moves only with kind: moves')
  const [ka, kb, kc, kd] = names.sublattices(`${field}.sublattices`, family.sublattices, 4)
  const [lead, follow] = hopLengths(setting, field, family, [ka, kb], [kc, kd])
  const [least, most] = windowOf(setting, field, family)
  const inWindow = (d: number) => d >= least && d <= most
  const lists = around(Math.max(lead.distance + lead.tolerance, follow.distance + follow.tolerance, most))
  return lists.flatMap((list, a) => {
    if (ka !== undefined && geometry.sublattice[a] !== ka) return []
    const ends = along(list, lead).filter(one => fitsKind(geometry, [kb], one.site))
    const beside = list.filter(one => inWindow(one.distance) && fitsKind(geometry, [kc], one.site))
    return ends.flatMap(b =>
      beside.flatMap(c =>
        along(lists[c.site], follow).flatMap(step => {
          if (!fitsKind(geometry, [kd], step.site)) return []
          const [from, to] = [homePlace(a), placeOf(b)]
          const [start, end] = [placeOf(c), shifted(step, c.image)]
          if (samePlace(start, to) || samePlace(end, from) || samePlace(end, to)) return []
          if (!inWindow(between(geometry, to, end))) return []
          const apart = Math.hypot(...b.vector.map((x, d) => step.vector[d] - x))
          if (family.straight && apart > sameVector) return []
          return [
            {
              movers: [
                { carrier: leader, from, to },
                { carrier: follower, from: start, to: end },
              ],
              entry: field,
            },
          ]
        }),
      ),
    )
  })
}

const windowOf = (
  { geometry, around }: Setting,
  field: string,
  { separation, tolerance = 0.05 }: ModelPairHop,
): readonly [number, number] => {
  const allowed = `the distance of the two ions at both ends [Å], or [least, most], > 0 and ≤ ${furthest}`
  if (separation === undefined) return refuse(`${field}.separation`, separation, allowed)
  const window = typeof separation === 'number' ? [separation - tolerance, separation + tolerance] : separation
  if (window.length !== 2 || !(window[0] > 0 && window[1] >= window[0] && window[1] <= furthest))
    refuse(`${field}.separation`, separation, allowed)
  const [least, most] = window
  if (!around(most).some(list => list.some(one => one.distance >= least && one.distance <= most)))
    refuse(
      `${field}.separation`,
      separation,
      `a distance that sites of ${geometry.names.length > 1 ? 'the model' : 'the lattice'} have`,
    )
  return [least, most]
}

const explicitPairs = (
  setting: Setting,
  field: string,
  family: ModelPairHop,
  [leader, follower]: readonly [number, number],
): Candidate[] => {
  const { names, maps } = setting
  checkAlone(field, family)
  if (family.moves === undefined) return refuse(`${field}.moves`, undefined, 'the moves of leader and follower')
  return family.moves.flatMap((move, m) => {
    const entry = `${field}.moves.${m}`
    const placesOf = (who: 'leader' | 'follower', { from, to }: { from: ModelPlace; to: ModelPlace }) =>
      [names.place(`${entry}.${who}.from`, from), names.place(`${entry}.${who}.to`, to)] as const
    const [a, b] = placesOf('leader', move.leader)
    const [c, d] = placesOf('follower', move.follower)
    if (samePlace(a, b) || samePlace(c, d)) refuse(entry, 'an ion that stays', 'two ions that move')
    if (samePlace(a, c)) refuse(`${entry}.follower.from`, 'the leader’s place', 'another place')
    if (samePlace(b, d)) refuse(`${entry}.follower.to`, 'the place that the leader goes to', 'another place')
    const near = neighbourEnergies(setting, entry, move.surroundings)
    return maps.map(map => ({
      movers: [
        { carrier: leader, from: map(a), to: map(b) },
        { carrier: follower, from: map(c), to: map(d) },
      ],
      near: near.map(one => ({ ...one, place: map(one.place) })),
      entry,
    }))
  })
}

/** Where a mover's ends are [Å]. */
export const endsOf = (geometry: Setting['geometry'], movers: readonly Mover[]) =>
  movers.flatMap(({ from, to }) => [positionOf(geometry, from), positionOf(geometry, to)])
