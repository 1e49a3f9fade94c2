/** A walk at equilibrium measured: sums over windows, in blocks, until nothing drifts with the length of a window. */
import { type Coefficients, coefficientsOf } from './coefficients.ts'
import { blockSums, lags } from './displacements.ts'
import { exitsIn, exitsOf, ionsOf } from './inside.ts'
import type { Walk } from './walk.ts'

export type Measured = Coefficients & {
  /** Of an ion, by carrier, [n]. */
  readonly exits: readonly number[]
  readonly families: Readonly<Record<string, number>>
  /** [s] */
  readonly time: number
  readonly events: number
  readonly trials: number
  /** Events before. */
  readonly pilot: number
  readonly windows: number
  readonly window: number
  readonly doublings: number
  readonly notes: readonly string[]
  /** Again, with other things asked of the same sums. */
  readonly again: (o: { readonly own: readonly boolean[]; readonly haven: number }) => Coefficients
}

/** Events from one sign of life to the next. */
const breath = 50_000

/** A walk on by so many events, some at a time: the share that is made. */
export function* advanceSteps(walk: Walk, events: number): Generator<number, void> {
  for (let made = 0; made < events; made += breath) {
    yield made / events
    walk.advance(Math.min(breath, events - made))
  }
}

/**
 * Measures a walk from where it stands.
 *
 * @param o.told   carriers that it is to tell of: their exits make the windows, their drift makes them longer
 * @param o.own    L_ij that count for the conductivity, see `coefficientsOf`
 * @param o.known  events a second, and exits of an ion a second by carrier, where a pilot need not find them [1/s]
 * @param o.renewed  a walk elsewhere, for each block after the first: where others stand still while the carriers told of walk,
 *                    blocks see as many arrangements of theirs, and errors what these change
 * @returns the share that is done, block by block
 */
export function* measureSteps(
  first: Walk,
  o: {
    readonly events: number
    readonly window: number
    readonly blocks: number
    readonly told: readonly number[]
    readonly own?: readonly boolean[]
    readonly known?: { readonly perSecond: number; readonly exitRate: readonly number[] }
    readonly renewed?: () => Walk
  },
): Generator<number, Measured> {
  const { events, window, blocks, told } = o
  let walk = first
  const { lattice } = walk.tables
  const ions = ionsOf(walk)
  // a trial run tells how fast things go
  const pilot = o.known ? 0 : Math.max(200, Math.min(Math.ceil(0.05 * events), 20 * walk.ions))
  for (const _ of advanceSteps(walk, pilot)) yield 0
  const perSecond = o.known?.perSecond ?? walk.events() / walk.time()
  const exitRate = o.known?.exitRate ?? exitsOf(walk).map((count, i) => Math.max(count, 1) / (ions[i] * walk.time()))
  const slowest = Math.min(...told.map(i => exitRate[i]))
  const length = events / perSecond / blocks
  // a run too short for what is asked takes shorter windows, two to a block
  const samples = Math.max(2 * lags, Math.floor(length / (window / slowest / lags)))
  const delta = length / samples

  // the longest windows are still two to a block
  const levels = 1 + Math.min(mostDoublings, Math.floor(Math.log2(samples / (2 * lags))))
  let sums = blockSums(walk, delta, levels)
  const rows = Array.from({ length: levels }, (): Float64Array[] => [])
  let begin = { counts: walk.counts.slice(), events: walk.events(), trials: walk.trials(), time: walk.time() }
  const made = new Float64Array(walk.tables.moves)
  let [time, allEvents, trials] = [0, 0, 0]
  let origin = begin.time
  for (let b = 0; b < blocks; b++) {
    if (b > 0 && o.renewed) {
      walk = o.renewed()
      sums = blockSums(walk, delta, levels)
      begin = { counts: walk.counts.slice(), events: walk.events(), trials: walk.trials(), time: walk.time() }
      origin = begin.time - b * samples * delta
    }
    let seen = walk.events()
    for (let k = 0; k <= samples; k++) {
      walk.advance(Infinity, origin + (b * samples + k) * delta)
      sums.record()
      if (walk.events() - seen > breath) {
        seen = walk.events()
        yield (b + k / (samples + 1)) / blocks
      }
    }
    for (const [level, row] of sums.rows().entries()) rows[level].push(row)
    if (b + 1 === blocks || o.renewed) {
      for (let m = 0; m < made.length; m++) made[m] += walk.counts[m] - begin.counts[m]
      time += walk.time() - begin.time
      allEvents += walk.events() - begin.events
      trials += walk.trials() - begin.trials
    }
    yield (b + 1) / blocks
  }
  const families: Record<string, number> = Object.fromEntries(lattice.events.map(({ family }) => [family, 0]))
  made.forEach((count, m) => {
    const { family } = lattice.events[walk.tables.eventOf[m]]
    families[family] += count
  })
  const exits = exitsIn(walk.tables, made).map((count, i) => (ions[i] > 0 ? count / ions[i] : 0))
  const mine = o.own ? { own: o.own } : {}
  const of = (level: number) => onlyOf(coefficientsOf(walk, rows[level], mine), told)
  let doublings = 0
  let coefficients = of(0)
  while (drifts(coefficients) && doublings + 1 < levels) coefficients = of(++doublings)
  const windows = (blocks * samples) / (lags * 2 ** doublings)
  return {
    ...coefficients,
    exits,
    families,
    time,
    events: allEvents,
    trials,
    pilot,
    windows,
    window: Math.min(...told.map(i => exits[i])) / windows,
    doublings,
    notes: drifts(coefficients)
      ? [
          `drift: ${Math.abs(driftOf(coefficients)).toFixed(1)} standard errors from half a window to a whole one, and no longer window fits; ask for more events or a longer window`,
        ]
      : [],
    again: more => onlyOf(coefficientsOf(walk, rows[doublings], more), told),
  }
}

/** Windows grow at most so often: every ion's place is kept for all samples of the longest. */
const mostDoublings = 6

/** The largest of the drifts [–], which is what stands in errors; carriers that are absent have none. */
const driftOf = ({ drift }: Pick<Coefficients, 'drift'>): number =>
  [...drift.L, ...drift.Dtr].reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0)

const drifts = (found: Pick<Coefficients, 'drift'>): boolean => Math.abs(driftOf(found)) > mostDrift

/** Standard errors. */
const mostDrift = 3

/** Drifts of what is not told are none. */
const onlyOf = (all: Coefficients, told: readonly number[]): Coefficients => {
  const some = (values: readonly number[]) => values.map((value, i) => (told.includes(i) ? value : Number.NaN))
  return { ...all, drift: { L: some(all.drift.L), Dtr: some(all.drift.Dtr) } }
}

/** Exits of an ion below which a diffusivity is not determined. */
export const leastExits = 100
