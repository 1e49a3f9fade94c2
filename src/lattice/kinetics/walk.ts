/** A walk: the state of a kinetic Monte Carlo run, from an occupation or from a state that was kept. */
import { refuse, SimulationError } from '../../error.ts'
import { type Random, resumeRandom } from '../../math/random.ts'
import type { EventTables } from './events.ts'
import { beginIons, classOfIon, type IonLists, ionListsOf, tellIons } from './ion-lists.ts'
import { advanceByIons } from './ion-loop.ts'
import { emptySlots, inClass, type Slots } from './slots.ts'
import { at, classes, look, rounding, type SlotArrays, type WalkArrays } from './walk-arrays.ts'
import { advance } from './walk-loop.ts'
import { arraysOf, slowest, type WalkOptions } from './walk-start.ts'

/** All that a walk is, as plain arrays. A walk that goes on from it gives the bits of one that never stopped. */
export type WalkState = {
  /** 0 = vacant, i + 1 = carrier i, [sites]. */
  readonly occupation: Uint8Array
  /** Number of the ion on a site, −1 on a vacant one, [sites]. */
  readonly ion: Int32Array
  /** Unwrapped displacement of each ion since the start [Å], [ions, 3]. */
  readonly displacement: Float64Array
  /** How often each move of the tables was made, [moves]. */
  readonly counts: Float64Array
  /** What the lists are of: ions (their sites), or possible moves (their slots); class by class, and how many each class holds. */
  readonly by: 'ions' | 'moves'
  readonly slots: Int32Array
  readonly classSizes: Int32Array
  readonly random: readonly [number, number, number, number]
  /** Time, and time of the next trial, drawn already [s]. */
  readonly time: number
  readonly next: number
  readonly events: number
  readonly trials: number
  /** Of a walk by ions: the hop at `next`, and the window of trials (see `at`). */
  readonly pending: readonly number[]
}

export type Walk = {
  readonly tables: EventTables
  readonly temperature: number
  readonly ions: number
  /** By ion, [ions]. */
  readonly carrier: Uint8Array
  /** Of the state as it stands: read, do not write. */
  readonly occupation: Uint8Array
  readonly ion: Int32Array
  readonly displacement: Float64Array
  readonly counts: Float64Array
  /** Time [s], events made, trials (events, and those thinned out). */
  readonly time: () => number
  readonly events: () => number
  readonly trials: () => number
  /**
   * Makes up to `events` events, no later than `until` [s]. True where the time was reached.
   *
   * @throws SimulationError (`method`) where no time is given and nothing can move any more
   */
  readonly advance: (events: number, until?: number) => boolean
  /** Rate of a slot as things are [1/s], 0 where it is not possible; looked up anew, as `totalRate` is. */
  readonly rate: (slot: number) => number
  /** Σk of all possible moves [1/s]. */
  readonly totalRate: () => number
  /** Slots in a class that does not fit their rate: 0, or the lists are wrong. */
  readonly misplaced: () => number
  readonly state: () => WalkState
}

/**
 * Rejection-free kinetic Monte Carlo over the tables of `compileEvents`.
 *
 * Possible moves are listed in classes of like rate. Where each move has one rate for all time a class is one rate; else moves
 * with rates in (2^−c−1, 2^−c] of a bound share class c. A trial picks a class by count·bound, a member at random, and makes its
 * move with probability rate/bound; trials are a Poisson process of rate Σ count·bound, so the moves made are one of rate Σk, and
 * the time between them is −ln(u)/Σk in law. Where nothing happens but hops of one ion, and few trials are lost, a trial picks an
 * ion and one of its ways out instead (see `IonLists`): the law is the same, and there is less to keep up. Only whole numbers are
 * counted up and down: no sum of rates can drift. Fields are exact (see `HamiltonianTables`), and so are displacements. Where
 * nothing can move any more, time passes without events.
 * Source: computed
 *
 * @throws SimulationError (`input`) for a temperature that is not above 0, an occupation that cannot be, no possible event
 */
export const startWalk = (
  tables: EventTables,
  start: WalkState | { readonly occupation: Uint8Array; readonly random: Random },
  options: WalkOptions,
): Walk => {
  const { temperature } = options
  if (!(temperature > 0 && temperature < Infinity)) refuse('temperature', temperature, 'above 0 K, and finite')
  const { run, channelAt, perSite: K } = tables
  const { sites } = run
  const { kind } = tables.energies.tables
  const resumed = 'slots' in start
  const w = arraysOf(tables, start.occupation, options)
  const { sigma, clock, ion, counts, displacement } = w
  const ions = displacement.length / 3
  if (resumed) {
    ion.set(start.ion)
    counts.set(start.counts)
    displacement.set(start.displacement)
    clock[at.time] = start.time
    clock[at.next] = start.next
    clock[at.events] = start.events
    clock[at.trials] = start.trials
    clock.set(start.pending, at.pendingClass)
  } else {
    let k = 0
    for (let s = 0; s < sites; s++) if (sigma[s] > 0) ion[s] = k++
    clock[at.pendingClass] = -1
  }
  const carrier = new Uint8Array(ions)
  for (let s = 0; s < sites; s++) if (sigma[s] > 0) carrier[ion[s]] = sigma[s] - 1
  const generator = resumed ? resumeRandom(start.random) : start.random

  const rate: Walk['rate'] = slot => {
    if (channelAt[kind[Math.floor(slot / K)] * K + (slot % K)] < 0) return 0
    const move = look(w, slot)
    if (move < 0) return 0
    if (w.fixed) return w.bound[w.classOfMove[move]]
    const level = clock[at.level]
    return level < classes ? w.bound[0] * Math.exp(-level * w.lnWidth) : 0
  }
  const possible = (): boolean => {
    for (let slot = 0; slot < sites * K; slot++) if (rate(slot) > 0) return true
    return false
  }
  if (!possible())
    refuse(
      'events',
      `none possible at ${options.temperature} K`,
      `ions with a vacancy that an event leads to, at ${w.fixed ? 'a rate above 0' : `more than ${slowest(w).toPrecision(1)} a second`}`,
    )

  const byIons = resumed && start.by === 'moves' ? undefined : ionListsOf(w)
  let how: { readonly ions: IonLists } | { readonly moves: SlotArrays } = byIons
    ? { ions: byIons }
    : { moves: { ...w, slots: emptySlots(sites * K, classes, w.newcomers) } }
  if (resumed) enterKept(listsOf(how), start, ion)
  else if ('ions' in how) enterIons(w, how.ions)
  else enterMoves(how.moves)
  if ('ions' in how) beginIons(w, how.ions)
  if ('moves' in how) {
    clock[at.total] = boundsOf(how.moves)
    if (!resumed) clock[at.next] = -Math.log(1 - generator.uniform()) / clock[at.total]
  }

  const go = (events: number, until: number): boolean => {
    const last = clock[at.events] + events
    const reached = goOn(events, until)
    if (clock[at.total] > 0 || clock[at.events] >= last) return reached
    // all ions have come to where nothing leads away: time passes, and no more
    if (until === Infinity)
      throw new SimulationError(
        `events: after ${clock[at.events]} in ${clock[at.time].toExponential(3)} s no ion can move at ${options.temperature} K; ask for a time`,
        { code: 'method', at: 'events' },
      )
    clock[at.time] = until
    return true
  }
  const goOn = (events: number, until: number): boolean => {
    if ('ions' in how) {
      const before = clock[at.events]
      const slow = advanceByIons(w, how.ions, generator.uniform, events, until)
      tellIons(w, how.ions)
      if (!slow) return clock[at.pendingClass] >= 0
      events -= clock[at.events] - before
      how = { moves: { ...w, slots: emptySlots(sites * K, classes, w.newcomers) } }
      enterMoves(how.moves)
      clock[at.total] = boundsOf(how.moves)
      clock[at.next] -= Math.log(1 - generator.uniform()) / clock[at.total]
    }
    return advance(how.moves, generator.uniform, events, until)
  }

  return {
    tables,
    temperature,
    ions,
    carrier,
    occupation: sigma.subarray(0, sites),
    ion: ion.subarray(0, sites),
    displacement,
    counts,
    time: () => clock[at.time],
    events: () => clock[at.events],
    trials: () => clock[at.trials],
    advance: (events, until = Infinity) => go(events, until),
    rate,
    totalRate: () => {
      let sum = 0
      for (let slot = 0; slot < sites * K; slot++) sum += rate(slot)
      return sum
    },
    misplaced: () => ('ions' in how ? misplacedIons(w, how.ions) : misplacedMoves(how.moves)),
    state: () => {
      const slots = listsOf(how)
      let last = slots.range[1]
      while (slots.end[last] === slots.begin[last]) last--
      const members = Array.from({ length: last + 1 }, (_, c) => slots.list[0].subarray(slots.begin[c], slots.end[c]))
      const classSizes = Int32Array.from(members, list => list.length)
      const all = new Int32Array(classSizes.reduce((a, b) => a + b, 0))
      let k = 0
      for (const list of members) {
        all.set(list, k)
        k += list.length
      }
      return {
        occupation: sigma.slice(0, sites),
        ion: ion.slice(0, sites),
        displacement: displacement.slice(),
        counts: counts.slice(),
        by: 'ions' in how ? 'ions' : 'moves',
        slots: all,
        classSizes,
        random: generator.state(),
        time: clock[at.time],
        next: clock[at.next],
        events: clock[at.events],
        trials: clock[at.trials],
        pending: Array.from(clock.subarray(at.pendingClass)),
      }
    },
  }
}

const listsOf = (how: { readonly ions: IonLists } | { readonly moves: SlotArrays }): Slots =>
  'ions' in how ? how.ions.lists : how.moves.slots

const enterKept = (lists: Slots, { slots, classSizes }: WalkState, ion: Int32Array): void => {
  let k = 0
  for (let c = 0; c < classSizes.length; c++)
    for (let m = 0; m < classSizes[c]; m++, k++) lists.enter(slots[k], c, ion[slots[k]])
}

const enterIons = (w: WalkArrays, ions: IonLists): void => {
  for (let s = 0; s < w.tables.run.sites; s++) {
    const c = w.sigma[s] > 0 ? classOfIon(w, ions, s) : -1
    if (c >= 0) ions.lists.enter(s, c, w.ion[s])
  }
}

const enterMoves = (w: SlotArrays): void => {
  for (let slot = 0; slot < w.tables.run.sites * w.tables.perSite; slot++) {
    const c = classNow(w, slot)
    if (c >= 0) w.slots.enter(slot, c)
  }
}

/** Σ count·bound [1/s]. */
const boundsOf = ({ slots, bound }: SlotArrays): number => {
  let sum = 0
  for (let c = slots.range[0]; c <= slots.range[1]; c++) sum += (slots.end[c] - slots.begin[c]) * bound[c]
  return sum
}

/** Whether a member of a class stands where its word says. */
const listed = ({ place, list, begin }: Slots, member: number): boolean =>
  place[member] >= 0 && list[0][begin[place[member] >> 24] + (place[member] & inClass)] === member

const misplacedMoves = (w: SlotArrays): number => {
  const { slots, fixed, tables } = w
  let wrong = 0
  for (let slot = 0; slot < tables.run.sites * tables.perSite; slot++) {
    const c = classNow(w, slot)
    const was = slots.place[slot] >> 24
    if (c < 0 ? slots.place[slot] >= 0 : !listed(slots, slot) || was > c || was < c - (fixed ? 0 : 1)) wrong++
  }
  return wrong
}

/** Ions out of place, and those with a move that is faster than the bound of their class. */
const misplacedIons = (w: WalkArrays, ions: IonLists): number => {
  const { place, list, begin, end, range } = ions.lists
  if (ions.still) {
    place.fill(-1)
    for (let c = range[0]; c <= range[1]; c++)
      for (let k = begin[c]; k < end[c]; k++) place[list[0][k]] = (c << 24) | (k - begin[c])
  }
  let wrong = 0
  for (let s = 0; s < w.tables.run.sites; s++)
    if (place[s] < 0) wrong += w.sigma[s] > 0 && classOfIon(w, ions, s) >= 0 ? 1 : 0
    else if (w.sigma[s] === 0 || !listed(ions.lists, s)) wrong++
    else {
      const c = classOfIon(w, ions, s)
      if (c >= 0 && place[s] >> 24 > c) wrong++
    }
  return wrong
}

/** Class of a slot as things are, −1 for none. */
const classNow = (w: WalkArrays, slot: number): number => {
  const { perSite, channelAt, energies } = w.tables
  const from = Math.floor(slot / perSite)
  if (channelAt[energies.tables.kind[from] * perSite + slot - from * perSite] < 0) return -1
  const move = look(w, slot)
  if (move < 0) return -1
  if (w.fixed) return w.classOfMove[move]
  const level = w.clock[at.level]
  return level < classes ? Math.floor(level + rounding) : -1
}
