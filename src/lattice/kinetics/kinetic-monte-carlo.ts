/** Kinetic Monte Carlo of a lattice: from amounts and a temperature to a walk that can be watched, stopped and gone on with. */
import { refuse } from '../../error.ts'
import { type Random, random } from '../../math/random.ts'
import { finish, saying } from '../../run.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import type { Lattice } from '../lattice.ts'
import { latticeSupercell } from '../supercell.ts'
import { ensembleOf } from '../thermodynamics/ensemble.ts'
import { walkerOfSteps } from '../thermodynamics/walker.ts'
import { compileEventsSteps, type EventTables } from './events.ts'
import { startWalk, type Walk, type WalkState } from './walk.ts'

export type KineticOptions = {
  readonly lattice: Lattice
  /** Cells along each vector. */
  readonly size: readonly [number, number, number]
  /** [K] */
  readonly temperature: number
  /** Ions per formula unit by carrier, [n]; rounded to whole ions. */
  readonly amounts?: readonly number[]
  /** An occupation to start from, [sites], in place of amounts. */
  readonly start?: Uint8Array
  /** A state that was kept: same lattice, size, temperature, pair hops and slowing. */
  readonly resume?: WalkState
  readonly seed: number
  /** Number of the stream of random numbers: independent for each worker or point (default 0). */
  readonly stream?: number
  /** False leaves out events of two ions; energies and events of one stay as they are (default true). */
  readonly pairHops?: boolean
  /** Sweeps of canonical Monte Carlo from a random filling, before the clock starts (default 50). */
  readonly sweeps?: number
  /** Factor on ν₀ of each event, [events of the lattice]: see `insideSlowing`. */
  readonly slowing?: Float64Array
  /** `count` lets a supercell be so small that sites meet over several ways, each counted (default `refuse`). */
  readonly images?: 'refuse' | 'count'
}

export type KineticRun = KineticOptions & {
  /** Where to stop: events made [–] and time [s], both since the start of the walk. One is needed. */
  readonly events?: number
  readonly time?: number
  /** Events from one snapshot to the next (default a hundredth of `events`, else 10⁵). */
  readonly every?: number
}

export type KineticSnapshot = {
  readonly events: number
  /** [s] */
  readonly time: number
  /** The walk itself: it goes on when the next snapshot is asked for. */
  readonly walk: Walk
}

export type KineticResult = KineticSnapshot & {
  readonly outcome: 'events' | 'time'
  /** Events by family. */
  readonly families: Readonly<Record<string, number>>
}

/**
 * Rejection-free kinetic Monte Carlo (see `startWalk`), one snapshot after another. Snapshots do not touch the walk: its bits do
 * not depend on `every`, nor on being kept (`walk.state()`) and gone on with (`resume`).
 *
 * @throws SimulationError (`input`) for amounts, temperatures, sizes or events that cannot be
 */
export function* kineticMonteCarloSteps(options: KineticRun): Generator<KineticSnapshot, KineticResult> {
  const { events = Infinity, time = Infinity } = options
  if (!(events > 0) || !(time > 0)) refuse(events > 0 ? 'time' : 'events', events > 0 ? time : events, 'above 0')
  if (events === Infinity && time === Infinity) refuse('events', undefined, 'a number of events, or a time')
  const every = options.every ?? (events < Infinity ? Math.ceil(events / 100) : 1e5)
  if (!(every >= 1)) refuse('every', every, 'at least 1 event')
  const walk = walkOf(options)
  const snapshot = (): KineticSnapshot => ({ events: walk.events(), time: walk.time(), walk })
  for (;;) {
    const reached = walk.advance(Math.min(every, events - walk.events()), time)
    if (reached || walk.events() >= events)
      return { ...snapshot(), outcome: reached ? 'time' : 'events', families: familiesOf(walk) }
    yield snapshot()
  }
}

/** The same, to its end. */
export const kineticMonteCarlo = (options: KineticRun): KineticResult => finish(kineticMonteCarloSteps(options))

/** A walk at its start: compiled events, ions placed at random and brought to equilibrium. */
export const walkOf = (options: KineticOptions): Walk => finish(walkOfSteps(options))

/** The same, sweep by sweep of its way to equilibrium: the share that is done. */
export function* walkOfSteps(options: KineticOptions): Generator<number, Walk> {
  const { lattice, size, pairHops = true, images = 'refuse', resume, temperature, slowing } = options
  const tables = yield* saying(
    0,
    compileEventsSteps(lattice, latticeSupercell(lattice, size, { images }), { pairHops }),
  )
  const walkOptions = { temperature, ...(slowing ? { slowing } : {}) }
  if (resume) return startWalk(tables, resume, walkOptions)
  const generator = random(options.seed, options.stream ?? 0)
  const occupation = yield* filled(tables, options, generator)
  return startWalk(tables, { occupation, random: generator }, walkOptions)
}

function* filled({ energies }: EventTables, options: KineticOptions, generator: Random): Generator<number, Uint8Array> {
  if (options.start) return options.start
  const { amounts, temperature, sweeps = 50 } = options
  if (!amounts) return refuse('amounts', undefined, 'amounts, a start, or a state to go on with')
  return yield* equilibratedSteps(energies, amounts, temperature, sweeps, generator)
}

/** Ions at random where exclusions and limits allow, then sweeps of canonical Monte Carlo: moves near and far, exchanges. */
export const equilibrated = (
  energies: Hamiltonian,
  amounts: readonly number[],
  temperature: number,
  sweeps: number,
  generator: Random,
): Uint8Array => finish(equilibratedSteps(energies, amounts, temperature, sweeps, generator))

function* equilibratedSteps(
  energies: Hamiltonian,
  amounts: readonly number[],
  temperature: number,
  sweeps: number,
  generator: Random,
): Generator<number, Uint8Array> {
  const { carriers } = energies.lattice
  if (amounts.length !== carriers.length) refuse('amounts', amounts.length, `${carriers.length}, one for each carrier`)
  for (const [i, amount] of amounts.entries())
    if (!(amount >= 0 && amount < Infinity)) refuse(`amounts.${carriers[i].symbol}`, amount, 'at least 0')
  const ensemble = ensembleOf(energies, { temperature, reservoirs: amounts.map(amount => ({ amount })) })
  const total = ensemble.lower.reduce((a, b) => a + b, 0)
  if (total === 0)
    refuse('amounts', amounts.join(', '), `at least one ion in ${energies.run.formulaUnits} formula units`)
  if (total >= energies.run.sites)
    refuse(
      'amounts',
      total / energies.run.formulaUnits,
      `less than ${energies.run.sites / energies.run.formulaUnits}: a site left to move into`,
    )
  const walker = yield* saying(0, walkerOfSteps({ H: energies, ensemble, random: generator }))
  for (let k = 0; k < sweeps; k++) {
    yield k / sweeps
    yield* saying(k / sweeps, walker.sweepSteps(trialsABreath))
  }
  return walker.sigma.slice(0, energies.run.sites)
}

/** Trials of Monte Carlo from one sign of life to the next. */
const trialsABreath = 5e4

/** Events made so far, by family of the lattice's events. */
export const familiesOf = ({ tables, counts }: Walk): Record<string, number> => {
  const families: Record<string, number> = {}
  for (const { family } of tables.lattice.events) families[family] ??= 0
  for (let m = 0; m < tables.moves; m++) families[tables.lattice.events[tables.eventOf[m]].family] += counts[m]
  return families
}
