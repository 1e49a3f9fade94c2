import { minimumImage } from '../crystal/minimum-image.ts'
import { type Structure, withAtoms, withPositions } from '../crystal/structure.ts'
import { evaluated, type Search } from '../engine/search.ts'
import { inverse, multiply, rowsTimes } from '../math/mat3.ts'
import { type Decomposition, decompose } from './decomposition.ts'
import { type Relaxation, relax } from './relax.ts'
import { relaxRoute } from './relax-route.ts'
import { extrapolationOf, joined, type Route, type RouteOptions, type RouteProgress, sameState } from './route.ts'
import { named } from './stages.ts'

/** An ion and where it goes, cartesian [Å]. */
export type IonMove = {
  readonly species: string
  readonly from: readonly [number, number, number]
  readonly to: readonly [number, number, number]
}

/**
 * - `concerted`: both at once.
 * - `leader first`, `follower first`: one after the other, over the relaxed state between.
 * - `alone`: each ion in the host without the other.
 * - `other still`: each ion while the other stays in its first site.
 * - `strained`: each ion alone in the cell that the other one relaxes to.
 * - `beside`: each ion alone with a neighbour site filled.
 */
export const mechanisms = [
  'concerted',
  'leader first',
  'follower first',
  'alone',
  'other still',
  'strained',
  'beside',
] as const
export type Mechanism = (typeof mechanisms)[number]

export type MechanismOptions = Omit<RouteOptions, 'movers' | 'from' | 'ends' | 'name'> & {
  readonly mechanisms?: readonly Mechanism[]
  /** Ions that fill a neighbour site, for `beside`. */
  readonly beside?: readonly { readonly species: string; readonly position: readonly [number, number, number] }[]
  /** Largest force of relaxed states [eV/Å]. */
  readonly stateTolerance?: number
}

export type MechanismRow = {
  readonly mechanism: Mechanism
  readonly label: string
  /** `site taken`: an ion would step into the other; `no state between`: the state between falls into an end state. */
  readonly outcome: Route['outcome'] | 'site taken' | 'no state between'
  /** Highest saddle above the state that the mechanism starts from [eV]. */
  readonly barrier?: number
  /** The same above the lowest known state of the same ions: apart, or together. */
  readonly barrierFromGround?: number
  readonly backward?: number
  /** E_KRA [eV]. */
  readonly kineticallyResolved?: number
  /** True where every saddle of the route is a first-order saddle without force. */
  readonly verified?: boolean
  readonly why?: string
  /** Largest extrapolation of its states and final images [–]: over 1 the potential was asked outside its training. */
  readonly extrapolation?: number
  readonly route?: Route
  readonly profile?: Profile
}

/** Energy and separation along a route. */
export type Profile = {
  /** Path coordinate [Å]. */
  readonly s: Float64Array
  /** Above the first state [eV]. */
  readonly energy: Float64Array
  /** Distance of the two ions, nearest images [Å]; of one ion none. */
  readonly separation?: Float64Array
  readonly images: readonly Structure[]
}

export type MechanismTable = {
  readonly rows: readonly MechanismRow[]
  /** Energies of states [eV]: the pair at the start, the lowest pair state, and the two ions apart (E_A + E_B − E_host). */
  readonly reference: {
    readonly pair?: number
    readonly ground?: number
    readonly apart?: number
    readonly host?: number
  }
  /** The pair's barrier against each lone ion's, in parts; where both were computed. */
  readonly decomposition: readonly Decomposition[]
  /** Largest extrapolation of all that the table rests on [–]; absent where the engine does not say. */
  readonly extrapolation?: number
  readonly forceCalls: number
}

export type MechanismProgress = {
  readonly mechanism: Mechanism
  readonly rows: readonly MechanismRow[]
} & RouteProgress

/** Mechanisms in which both ions are there. */
const ofPair: readonly Mechanism[] = ['concerted', 'leader first', 'follower first', 'other still']
/** Two ions nearer than this [Å] are on one site. */
const oneSite = 1

/**
 * The ways in which two ions get from the same end states to the same end states, and what each of them does alone: one
 * table. Which is lowest is a result, never assumed.
 *
 * @param host      relaxed or not, without the two ions
 * @param leader    [Å]
 * @param follower  [Å]
 */
export function* compareMechanisms(
  host: Structure,
  leader: IonMove,
  follower: IonMove,
  o: MechanismOptions = {},
): Search<MechanismProgress, MechanismTable> {
  const { mechanisms: wanted = mechanisms, stateTolerance = 0.01, beside = [], ...options } = o
  const fixed = o.fixed ? { fixed: o.fixed } : {}
  const n = host.species.length
  const rows: MechanismRow[] = []
  const states = new Map<string, Relaxation>()
  const routes = new Map<string, Route>()
  let forceCalls = 0
  let now: Mechanism = wanted[0]
  const ions = { leader, follower } as const
  type Who = keyof typeof ions
  const other = (who: Who): Who => (who === 'leader' ? 'follower' : 'leader')

  const during = <R>(search: Search<RouteProgress, R>): Search<MechanismProgress, R> =>
    tagged(search, () => ({ mechanism: now, rows: [...rows] }))
  function* state(name: string, build: () => Structure, cell = false): Search<MechanismProgress, Relaxation> {
    const known = states.get(name)
    if (known) return known
    const relaxed = yield* during(
      named(
        'state',
        name,
        relax(build(), { forceTolerance: stateTolerance, ...fixed, ...(cell ? { cell: true } : {}) }),
      ),
    )
    forceCalls += relaxed.forceCalls
    states.set(name, relaxed)
    return relaxed
  }
  function* route(name: string, a: Relaxation, b: Relaxation): Search<MechanismProgress, Route> {
    const known = routes.get(name)
    if (known) return known
    const movers = a.structure.species.map((_, i) => i).slice(n)
    const found = yield* during(relaxRoute(a, b, { ...options, movers, name }))
    forceCalls += found.forceCalls
    routes.set(name, found)
    return found
  }

  const place = (who: Who, end: 'from' | 'to') => ions[who][end]
  const pair = (a: 'from' | 'to', b: 'from' | 'to') =>
    state(`pair, leader ${a}, follower ${b}`, () =>
      withAtoms(host, [leader.species, follower.species], [...place('leader', a), ...place('follower', b)]),
    )
  const lone = (who: Who, end: 'from' | 'to', cell: Structure = host, where = '') =>
    state(`${who} ${end}${where}`, () => withAtoms(cell, [ions[who].species], inCell(host, cell, ions[who][end])))
  const distance = separationIn(host)
  const taken = (a: 'from' | 'to', b: 'from' | 'to') => distance(place('leader', a), place('follower', b)) < oneSite

  const add = (label: string, found: Route): void => {
    rows.push(rowOf(now, label, found, ofPair.includes(now) ? [n, n + 1] : undefined))
  }
  /** One hop of a pair while the other ion stays at `end` of its way. */
  function* leg(who: Who, end: 'from' | 'to'): Search<MechanismProgress, Route | 'site taken' | 'no state between'> {
    const at = (own: 'from' | 'to') => (who === 'leader' ? ([own, end] as const) : ([end, own] as const))
    if (taken(...at('from')) || taken(...at('to'))) return 'site taken'
    const a = yield* pair(...at('from'))
    const b = yield* pair(...at('to'))
    if (sameState(a.structure, b.structure)) return 'no state between'
    return yield* route(`${who}, the other ${end === 'from' ? 'waiting' : 'ahead'}`, a, b)
  }
  function* stepwise(first: Who, label: string): Search<MechanismProgress, void> {
    const one = yield* leg(first, 'from')
    const two = typeof one === 'string' ? one : yield* leg(other(first), 'to')
    if (typeof one === 'string' || typeof two === 'string')
      rows.push({ mechanism: now, label, outcome: typeof one === 'string' ? one : (two as 'site taken') })
    else add(label, { ...joined([one, two]), forceCalls: one.forceCalls + two.forceCalls })
  }

  for (const mechanism of mechanisms.filter(one => wanted.includes(one))) {
    now = mechanism
    if (mechanism === 'concerted')
      add('both at once', yield* route('concerted', yield* pair('from', 'from'), yield* pair('to', 'to')))
    else if (mechanism === 'leader first') yield* stepwise('leader', `${leader.species}, then ${follower.species}`)
    else if (mechanism === 'follower first') yield* stepwise('follower', `${follower.species}, then ${leader.species}`)
    else if (mechanism === 'alone' || mechanism === 'other still')
      for (const who of ['leader', 'follower'] as const) {
        const { species } = ions[who]
        if (mechanism === 'alone')
          add(
            `${species} alone (${who})`,
            yield* route(`${who} alone`, yield* lone(who, 'from'), yield* lone(who, 'to')),
          )
        else {
          const found = yield* leg(who, 'from')
          const label = `${species} (${who}), ${ions[other(who)].species} still`
          if (typeof found === 'string') rows.push({ mechanism: now, label, outcome: found })
          else add(label, found)
        }
      }
    else if (mechanism === 'strained')
      for (const who of ['leader', 'follower'] as const) {
        const empty = yield* state('host, cell relaxed', () => host, true)
        const filled = yield* state(
          `${other(who)}, cell relaxed`,
          () => withAtoms(host, [ions[other(who)].species], place(other(who), 'from')),
          true,
        )
        // the strain that the other ion adds to the relaxed host, on the cell in use
        const strain = multiply(inverse(empty.structure.lattice), filled.structure.lattice)
        const cell = withPositions(host, rowsTimes(host.positions, strain), multiply(host.lattice, strain))
        const a = yield* lone(who, 'from', cell, ', strained cell')
        const b = yield* lone(who, 'to', cell, ', strained cell')
        add(
          `${ions[who].species} (${who}) in the cell of ${ions[other(who)].species}`,
          yield* route(`${who}, strained cell`, a, b),
        )
      }
    else if (beside.length > 0)
      for (const who of ['leader', 'follower'] as const) {
        const full = withAtoms(
          host,
          beside.map(one => one.species),
          beside.flatMap(one => [...one.position]),
        )
        const a = yield* lone(who, 'from', full, ', neighbour filled')
        const b = yield* lone(who, 'to', full, ', neighbour filled')
        const names = [...new Set(beside.map(one => one.species))].join(' and ')
        add(`${ions[who].species} (${who}) beside ${names}`, yield* route(`${who}, neighbour filled`, a, b))
      }
  }

  // the ground state of the two ions: the lowest pair state met, or the two far apart
  const energies = (prefix: string) =>
    [...states].filter(([name]) => name.startsWith(prefix) && !name.includes('cell')).map(([, found]) => found.energy)
  const between = rows
    .filter(row => row.route && row.profile?.separation)
    .flatMap(row => row.route!.states.map(s => s.energy))
  const pairStates = [...energies('pair'), ...between]
  let apart: number | undefined
  let empty: Relaxation | undefined
  if (routes.has('leader alone') && routes.has('follower alone')) {
    empty = yield* state('host', () => host)
    const least = (who: Who) => Math.min(...routes.get(`${who} alone`)!.states.map(one => one.energy))
    apart = least('leader') + least('follower') - empty.energy
  }
  const ground = Math.min(...pairStates, apart ?? Number.POSITIVE_INFINITY)
  const start = states.get('pair, leader from, follower from')?.energy
  const decomposition: Decomposition[] = []
  const concerted = rows.find(row => row.mechanism === 'concerted')?.route
  if (concerted && apart !== undefined) {
    const images = concerted.paths.flatMap(path => path.images)
    const ends = (['leader', 'follower'] as const).map(who => endsOf(routes.get(`${who} alone`)!))
    const asked = [
      ...[[n + 1], [n], [n, n + 1]].flatMap(gone => images.map(image => removed(image, gone))),
      ...ends.flat().map(image => removed(image, [n])),
    ]
    const answers = yield* evaluated<MechanismProgress>(asked)
    forceCalls += asked.length
    const m = images.length
    const energiesOf = (k: number) => Float64Array.from({ length: m }, (_, i) => answers[k * m + i].energy)
    const along = {
      both: Float64Array.from(concerted.paths.flatMap(path => [...path.energies])),
      leader: energiesOf(0),
      follower: energiesOf(1),
      host: energiesOf(2),
    }
    ;(['leader', 'follower'] as const).forEach((who, k) => {
      const grades = answers.flatMap(answer => answer.extrapolation ?? [])
      const rise = answers[3 * m + 2 * k + 1].energy - answers[3 * m + 2 * k].energy
      decomposition.push({
        ...decompose(who, along, { barrier: routes.get(`${who} alone`)!.forward, host: rise }),
        ...graded(grades.length > 0 ? Math.max(...grades) : undefined),
      })
    })
  }
  const rests = [...rows, ...decomposition].flatMap(one => one.extrapolation ?? [])
  if (empty) rests.push(...[empty.evaluation.extrapolation ?? []].flat())
  return {
    rows: rows.map(row => {
      if (!row.route) return row
      const own = row.route.states[0].energy
      const floor = row.profile?.separation ? ground : Math.min(...row.route.states.map(s => s.energy))
      return { ...row, barrierFromGround: row.barrier! + own - floor }
    }),
    reference: {
      ...(start === undefined ? {} : { pair: start }),
      ...(Number.isFinite(ground) ? { ground } : {}),
      ...(apart === undefined ? {} : { apart }),
      ...(empty === undefined ? {} : { host: empty.energy }),
    },
    decomposition,
    ...graded(rests.length > 0 ? Math.max(...rests) : undefined),
    forceCalls,
  }
}

/** A finished route as a row of the table. */
export const rowOf = (
  mechanism: Mechanism,
  label: string,
  route: Route,
  ions?: readonly [number, number],
): MechanismRow => {
  const first = route.states[0].energy
  const last = route.states[route.states.length - 1].energy
  const looked = route.saddles.filter(one => one !== undefined)
  const why = looked.filter(one => !one.verified).map(one => one.why)
  return {
    mechanism,
    label,
    outcome: route.outcome,
    barrier: route.forward,
    backward: route.backward,
    kineticallyResolved: route.forward + first - (first + last) / 2,
    ...(looked.length > 0 ? { verified: why.length === 0 } : {}),
    ...(why.length > 0 ? { why: [...new Set(why)].join('; ') } : {}),
    ...graded(extrapolationOf(route)),
    route,
    profile: profileOf(route, ions),
  }
}

const graded = (extrapolation: number | undefined): { readonly extrapolation?: number } =>
  extrapolation === undefined ? {} : { extrapolation }

/** Energy and separation along the images of all paths of a route; where two paths meet there is one image. */
export const profileOf = (route: Route, ions?: readonly [number, number]): Profile => {
  const images: Structure[] = []
  const s: number[] = []
  const energy: number[] = []
  const zero = route.paths[0].energies[0]
  let offset = 0
  route.paths.forEach((path, p) => {
    path.images.forEach((image, i) => {
      if (p > 0 && i === 0) return
      images.push(image)
      s.push(offset + path.s[i])
      energy.push(path.energies[i] - zero)
    })
    offset += path.s[path.s.length - 1]
  })
  const distance = separationIn(images[0])
  return {
    s: Float64Array.from(s),
    energy: Float64Array.from(energy),
    ...(ions
      ? {
          separation: Float64Array.from(images, ({ positions }) =>
            distance(
              positions.subarray(3 * ions[0], 3 * ions[0] + 3),
              positions.subarray(3 * ions[1], 3 * ions[1] + 3),
            ),
          ),
        }
      : {}),
    images,
  }
}

/** Distance of two places, nearest images [Å]. */
const separationIn = ({ lattice, periodic }: Structure) => {
  const nearest = minimumImage(lattice, periodic)
  const v = new Float64Array(3)
  return (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    for (let d = 0; d < 3; d++) v[d] = b[d] - a[d]
    nearest(v)
    return Math.hypot(...v)
  }
}

/** A place of one cell at the same fractional place of another. */
const inCell = (host: Structure, cell: Structure, r: readonly [number, number, number]): Float64Array =>
  rowsTimes(r, multiply(inverse(host.lattice), cell.lattice))

/** First image of a route and the highest of all. */
const endsOf = ({ paths }: Route): readonly [Structure, Structure] => {
  let best = { energy: Number.NEGATIVE_INFINITY, image: paths[0].images[0] }
  for (const path of paths)
    path.energies.forEach((energy, i) => {
      if (energy > best.energy) best = { energy, image: path.images[i] }
    })
  return [paths[0].images[0], best.image]
}

const removed = (structure: Structure, gone: readonly number[]): Structure => {
  const kept = structure.species.map((_, i) => i).filter(i => !gone.includes(i))
  const { labels: _labels, occupancy: _occupancy, oxidation: _oxidation, ...rest } = structure
  return {
    ...rest,
    species: kept.map(i => structure.species[i]),
    positions: Float64Array.from(kept.flatMap(i => [...structure.positions.subarray(3 * i, 3 * i + 3)])),
  }
}

/** Progress with what else there is to say at that moment. */
function* tagged<A, B, R>(search: Search<A, R>, more: () => B): Search<B & A, R> {
  let next = search.next()
  for (;;) {
    if (next.done) return next.value
    if (next.value.kind === 'evaluate') next = search.next(yield next.value)
    else {
      yield { kind: 'progress', progress: { ...more(), ...next.value.progress } }
      next = search.next()
    }
  }
}
