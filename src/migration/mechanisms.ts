import { nearestDistance } from '../crystal/minimum-image.ts'
import { type Structure, withAtoms, withPositions } from '../crystal/structure.ts'
import type { Search } from '../engine/search.ts'
import { inverse, multiply, rowsTimes } from '../math/mat3.ts'
import { type Decomposition, decomposed } from './decomposition.ts'
import { graded, type Mechanism, type MechanismRow, type MechanismTable, mechanisms, rowOf } from './mechanism-table.ts'
import { type Relaxation, relax } from './relax.ts'
import { relaxRoute } from './relax-route.ts'
import { joined, type Route, type RouteOptions, type RouteProgress, sameState } from './route.ts'
import { named, tagged } from './stages.ts'

/** An ion and where it goes, cartesian [Å]. */
export type IonMove = {
  readonly species: string
  readonly from: readonly [number, number, number]
  readonly to: readonly [number, number, number]
}

export type MechanismOptions = Omit<RouteOptions, 'movers' | 'from' | 'ends' | 'name'> & {
  readonly mechanisms?: readonly Mechanism[]
  /** Ions that fill a neighbour site, for `beside`. */
  readonly beside?: readonly { readonly species: string; readonly position: readonly [number, number, number] }[]
  /** Largest force of relaxed states [eV/Å]. */
  readonly stateTolerance?: number
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
  const distance = nearestDistance(host)
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
    // which of two like ions arrives where is for the shorter way to say: one may push the other on
    const to = leader.species === follower.species ? shorterOf(a, b, n) : b
    return yield* route(`${who}, the other ${end === 'from' ? 'waiting' : 'ahead'}`, a, to)
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
  let decomposition: readonly Decomposition[] = []
  const concerted = rows.find(row => row.mechanism === 'concerted')?.route
  if (concerted && apart !== undefined) {
    const alone = { leader: routes.get('leader alone')!, follower: routes.get('follower alone')! }
    const parts = yield* decomposed<MechanismProgress>(concerted, alone, n)
    decomposition = parts.decomposition
    forceCalls += parts.forceCalls
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

/** A place of one cell at the same fractional place of another. */
const inCell = (host: Structure, cell: Structure, r: readonly [number, number, number]): Float64Array =>
  rowsTimes(r, multiply(inverse(host.lattice), cell.lattice))

/** The end `b` with the ions n and n + 1 in each other's place, where their ways from `a` are then shorter (sum of squares). */
const shorterOf = (a: Relaxation, b: Relaxation, n: number): Relaxation => {
  const distance = nearestDistance(a.structure)
  const ion = (k: number) => a.structure.positions.slice(3 * (n + k), 3 * (n + k) + 3)
  const way = (i: number, j: number) => distance(ion(i), b.structure.positions, 3 * (n + j)) ** 2
  if (way(0, 0) + way(1, 1) <= way(0, 1) + way(1, 0)) return b
  const swapped = (v: Float64Array): Float64Array => {
    const w = v.slice()
    for (let d = 0; d < 3; d++) [w[3 * n + d], w[3 * n + 3 + d]] = [v[3 * n + 3 + d], v[3 * n + d]]
    return w
  }
  return {
    ...b,
    structure: withPositions(b.structure, swapped(b.structure.positions)),
    evaluation: { ...b.evaluation, forces: swapped(b.evaluation.forces) },
  }
}
