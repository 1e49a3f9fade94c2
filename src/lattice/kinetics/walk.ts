/** A walk: the state of a kinetic Monte Carlo run, from an occupation or from a state that was kept. */
import { refuse, SimulationError } from '../../error.ts'
import { type Random, resumeRandom } from '../../math/random.ts'
import { kBeV } from '../../units.ts'
import type { EventTables } from './events.ts'
import { classOfIon, type IonLists, ionListsOf } from './ion-lists.ts'
import { advanceByIons } from './ion-loop.ts'
import { emptySlots, type Slots } from './slots.ts'
import {
  at,
  classes,
  clockSize,
  inClass,
  look,
  rounding,
  type SlotArrays,
  tolerance,
  type WalkArrays,
} from './walk-arrays.ts'
import { advance } from './walk-loop.ts'

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

export type WalkOptions = {
  /** [K] */
  readonly temperature: number
  /** Factor on ν₀ of each event of the lattice, both directions, [events]; 1 where absent. */
  readonly slowing?: Float64Array
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

/** Rates of one class are within this factor of each other, where rates change with the surroundings. */
const width = 2

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
  if (resumed) enterKept(listsOf(how), start)
  else if ('ions' in how) enterIons(w, how.ions)
  else enterMoves(how.moves)
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
      if (!advanceByIons(w, how.ions, generator.uniform, events, until)) return clock[at.pendingClass] >= 0
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

/** Rate under which nothing happens [1/s], where rates change with the surroundings. */
const slowest = ({ bound }: WalkArrays): number => bound[0] * width ** -classes

const listsOf = (how: { readonly ions: IonLists } | { readonly moves: SlotArrays }): Slots =>
  'ions' in how ? how.ions.lists : how.moves.slots

const enterKept = (lists: Slots, { slots, classSizes }: WalkState): void => {
  let k = 0
  for (let c = 0; c < classSizes.length; c++) for (let m = 0; m < classSizes[c]; m++) lists.enter(slots[k++], c)
}

const enterIons = (w: WalkArrays, ions: IonLists): void => {
  for (let s = 0; s < w.tables.run.sites; s++) {
    const c = w.sigma[s] > 0 ? classOfIon(w, ions, s) : -1
    if (c >= 0) ions.lists.enter(s, c)
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

/**
 * Refuses a supercell with more slots than a word of the lists can name: before ions are brought to equilibrium in it.
 *
 * @throws SimulationError (`input`)
 */
export const checkSlots = ({ run, perSite }: EventTables): void => {
  const slots = run.sites * perSite
  if (slots > inClass)
    refuse('size', `${run.size.join(' × ')} with ${slots} ways out of sites`, `at most ${inClass} of them`)
}

const arraysOf = (tables: EventTables, occupation: Uint8Array, { temperature, slowing }: WalkOptions): WalkArrays => {
  const { lattice, run, energies, channels, moves } = tables
  const n = lattice.carriers.length
  const { perCell: S, sites } = run
  if (occupation.length !== sites) refuse('occupation', occupation.length, `${sites} sites`)
  if (occupation.some(state => state > n)) refuse('occupation', Math.max(...occupation), `states from 0 to ${n}`)
  const { interacting } = tables
  const { sigma, fields } = fieldsOf(tables, occupation)
  const content = contentOf(tables, sigma)
  const special = Uint8Array.from({ length: moves }, (_, m) =>
    tables.nearStart[m + 1] > tables.nearStart[m] || tables.gainStart[m + 1] > tables.gainStart[m] ? 1 : 0,
  )
  const alone = !interacting && special.every(flag => flag === 0)
  const levels = levelsOf(tables, sigma, temperature, slowing, alone)
  // more rates than classes are sorted by their levels, in fields that are 0
  const fixed = levels.classOfMove.length > 0
  checkSlots(tables)
  const newcomers = tables.mostEntries
  return {
    tables,
    sigma,
    fields: interacting || fixed ? fields : new Float64Array(sigma.length * n),
    ion: new Int32Array(sites + S).fill(-1),
    displacement: new Float64Array(3 * sigma.reduce((sum, state) => sum + (state > 0 ? 1 : 0), 0)),
    counts: new Float64Array(moves),
    content,
    interacting,
    fixed,
    ...levels,
    special,
    simple: tables.plain.every(flag => flag === 1) && special.every(flag => flag === 0),
    onlyPairs: energies.tables.pairEnd.every((end, u) => end === energies.tables.memberStart[u + 1]),
    newcomers,
    limitWeight: Float64Array.from(lattice.limits.flatMap(({ weights }) => [...weights])),
    limitMax: Float64Array.from(lattice.limits, ({ max }) => max),
    forbids: energies.forbids,
    wrap: wrapOf(tables),
    around: new Int32Array(longest(tables.aroundStart, channels)),
    own: new Int32Array(longest(tables.readStart, channels)),
    clock: new Float64Array(clockSize),
  }
}

const longest = (starts: Int32Array, rows: number): number => {
  let most = 0
  for (let k = 0; k < rows; k++) most = Math.max(most, starts[k + 1] - starts[k])
  return most
}

/** Occupation and fields with one cell more: what lies beyond open faces, vacant and closed. */
const fieldsOf = ({ lattice, run, energies, interacting }: EventTables, occupation: Uint8Array) => {
  const n = lattice.carriers.length
  const sigma = new Uint8Array(run.sites + run.perCell)
  sigma.set(occupation)
  if (energies.energy(sigma) === Infinity)
    refuse('occupation', 'ions that exclude each other, or on forbidden sites', 'a finite energy')
  const fields = new Float64Array(interacting ? sigma.length * n : 0)
  if (interacting) {
    energies.fields(sigma, fields)
    fields.fill(energies.tables.forbidden, run.sites * n)
  }
  return { sigma, fields }
}

/** Ions by cell and carrier; refuses more than the limits allow. */
const contentOf = ({ lattice, run }: EventTables, sigma: Uint8Array): Int32Array => {
  const n = lattice.carriers.length
  const content = new Int32Array((run.cells + 1) * n)
  for (let s = 0; s < run.sites; s++) if (sigma[s] > 0) content[Math.floor(s / run.perCell) * n + sigma[s] - 1]++
  for (const { weights, max, per } of lattice.limits) {
    let all = 0
    for (let cell = 0; cell < run.cells; cell++) {
      const sum = weights.reduce((total, weight, i) => total + weight * content[cell * n + i], 0)
      if (per === 'cell' && sum > max + tolerance) refuse('occupation', sum, `at most ${max} in a cell`)
      all += sum
    }
    const mean = all / run.formulaUnits
    if (per === 'formula unit' && mean > max + tolerance) refuse('occupation', mean, `at most ${max} per formula unit`)
  }
  return content
}

/** Rates as levels: ln(bound₀/k)/ln width. Where rates are fixed, classes are the rates there are. */
const levelsOf = (
  tables: EventTables,
  sigma: Uint8Array,
  temperature: number,
  slowing: Float64Array | undefined,
  alone: boolean,
) => {
  const { lattice, run, moves, byAmount, eventOf, energy } = tables
  const n = lattice.carriers.length
  const beta = 1 / (kBeV * temperature)
  const amount = new Float64Array(n)
  for (const state of sigma) if (state > 0) amount[state - 1] += 1 / run.formulaUnits
  const lnFrequency = tables.logFrequency.slice()
  const lnKra = new Float64Array(moves)
  const lnRate = new Float64Array(moves)
  for (let m = 0; m < moves; m++) {
    let Ekra = tables.Ekra[m]
    for (let i = 0; i < n; i++) Ekra += byAmount[m * n + i] * amount[i]
    if (slowing) lnFrequency[m] += Math.log(slowing[eventOf[m]])
    lnKra[m] = lnFrequency[m] - beta * Ekra
    // as if the fields of both ends were alike
    const dE = tables.interacting ? 0 : energy[m]
    lnRate[m] = lnFrequency[m] - beta * Math.max(Ekra + dE / 2, 0, dE)
  }
  const lnWidth = Math.log(width)
  const rates = [...new Set(lnRate)].sort((a, b) => b - a)
  if (alone && rates.length <= classes) {
    const classOfMove = Int32Array.from(lnRate, ln => rates.indexOf(ln))
    const bound = Float64Array.from({ length: classes }, (_, c) => (c < rates.length ? Math.exp(rates[c]) : 0))
    return { bound, classOfMove, levels: lnKra, perEnergy: 0, lnWidth }
  }
  // the fastest of them on the bound of a class, so that it is never thinned
  const fastest = rates[0]
  const most = lnFrequency.reduce((a, b) => Math.max(a, b), -Infinity)
  const top = fastest + Math.ceil((most - fastest) / lnWidth) * lnWidth
  return {
    bound: Float64Array.from({ length: classes }, (_, c) => Math.exp(top - c * lnWidth)),
    classOfMove: new Int32Array(0),
    levels: Float64Array.from({ length: 3 * moves }, (_, k) => {
      const m = Math.floor(k / 3)
      return k % 3 === 0 ? energy[m] : (top - (k % 3 === 1 ? lnKra[m] : lnFrequency[m])) / lnWidth
    }),
    perEnergy: beta / lnWidth,
    lnWidth,
  }
}

const wrapOf = ({ run, aroundCell, readCell }: EventTables): WalkArrays['wrap'] => {
  const { size, periodic } = run
  const stride = [size[1] * size[2], size[2], 1]
  const far = [aroundCell, readCell].reduce((most, cells) => cells.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0)
  const beyond = -(2 ** 28)
  const [x, y, z] = size.map((a, d) =>
    Int32Array.from({ length: a + 2 * far }, (_, k) => {
      const to = k - far
      if (periodic[d]) return (((to % a) + a) % a) * stride[d]
      return to < 0 || to >= a ? beyond : to * stride[d]
    }),
  )
  return { x, y, z, pad: [far, far, far] }
}
