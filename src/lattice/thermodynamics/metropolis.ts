import { refuse } from '../../error.ts'
import { type Random, random, resumeRandom } from '../../math/random.ts'
import { blocksFrom, emptyBlocks, type KeptBlocks, keepBlocks } from '../../math/time-series.ts'
import { finish, said } from '../../run.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import { type Averages, addSample, averagesOf, sampleWidth } from './averages.ts'
import { type Ensemble, ensembleOf, type Reservoir } from './ensemble.ts'
import { insertionPotentialSteps, type SweepTrials, type Walker, type WalkerState, walkerOfSteps } from './walker.ts'

export type MetropolisOptions = {
  readonly H: Hamiltonian
  /** [K] */
  readonly temperature: number
  /** How the amount of each carrier is set, [n]. */
  readonly reservoirs: readonly Reservoir[]
  readonly seed: number
  /** Number of the stream of random numbers: independent for each worker, point or replica (default 0). */
  readonly stream?: number
  /** Least sweeps before averages are taken (default 100); more are spent where the run turns out to be slow. */
  readonly warmUp?: number
  /** Most sweeps after that. */
  readonly sweeps: number
  /** Standard errors at which to stop: of amounts [per formula unit], of μ [eV], both of every carrier. */
  readonly wanted?: { readonly amount?: number; readonly mu?: number }
  readonly trials?: SweepTrials
  /** An occupation to start from. */
  readonly start?: Uint8Array
  /** A run that was kept, to be gone on with: same H, ensemble and trials. */
  readonly resume?: MetropolisState
  /** Sweeps from one snapshot to the next (default 100). */
  readonly every?: number
}

export type MetropolisSnapshot = {
  readonly phase: 'warming up' | 'measuring'
  /** Sweeps done in this phase. */
  readonly sweeps: number
  /** Amounts as they are, [n], and H/N [eV]. */
  readonly amount: readonly number[]
  readonly energy: number
  /** The whole run as it stands, for JSON; `resume` goes on from it to the same bits. */
  readonly keep: () => MetropolisState
}

export type MetropolisResult = Averages & {
  /** `settled`: the wanted errors are reached, or none were asked; `sweeps`: they were not; `slow`: no error can be given. */
  readonly outcome: 'settled' | 'sweeps' | 'slow'
  readonly warmUp: number
  readonly sweeps: number
  /** Accepted share of trials. */
  readonly accepted: { readonly flips: number; readonly near: number; readonly far: number }
  /** The last occupation: the next point of a scan starts from it. */
  readonly sigma: Uint8Array
}

export type MetropolisState = {
  readonly format: 'dualion metropolis'
  readonly formatVersion: 1
  readonly random: readonly [number, number, number, number]
  readonly walker: WalkerState
  readonly phase: MetropolisSnapshot['phase']
  readonly warmed: number
  readonly measured: number
  readonly nextCheck: number
  readonly trial: readonly number[]
  readonly origin: readonly number[]
  readonly batch: readonly number[]
  readonly blocks: KeptBlocks
}

/** Sweeps before averages are taken, where nothing is said. */
export const usualWarmUp = 100
/** Warm-up is at least so many autocorrelation times. */
const warmTimes = 20
const firstCheck = 200

/** `metropolisSteps` to its end. */
export const metropolis = (options: MetropolisOptions): MetropolisResult => finish(metropolisSteps(options))

/**
 * Monte Carlo of one ensemble by Metropolis's rule: grand-canonical, canonical, or some carriers of each. One sample a sweep;
 * stops when the wanted errors are reached. Where the warm-up turns out shorter than 20 autocorrelation times, what was measured
 * is counted as warm-up and the measuring begins anew.
 *
 * @yields the state of the run every few sweeps
 * @throws SimulationError (`input`) for what does not fit
 */
export const metropolisSteps = (options: MetropolisOptions): Generator<MetropolisSnapshot, MetropolisResult> =>
  said(metropolisBreaths(options))

/**
 * The same, with signs of life between: nothing is yielded where there is nothing to tell yet, so that no part takes long in a
 * lattice of any size.
 *
 * @param breath  trials from one to the next
 */
export function* metropolisBreaths(
  options: MetropolisOptions,
  breath = Infinity,
): Generator<MetropolisSnapshot | undefined, MetropolisResult> {
  const { H, sweeps, wanted = {}, warmUp = usualWarmUp, every = 100, resume } = options
  if (!(Number.isInteger(sweeps) && sweeps > 0)) refuse('sweeps', sweeps, 'a whole number above 0')
  if (!(Number.isInteger(warmUp) && warmUp >= 0)) refuse('warmUp', warmUp, 'a whole number, 0 or more')
  const dice: Random = resume ? resumeRandom(resume.random) : random(options.seed, options.stream)
  const ensemble = ensembleOf(H, options)
  const walker = yield* walkerOfSteps({
    H,
    ensemble,
    random: dice,
    start: resume?.walker ?? options.start,
    ...(options.trials ? { trials: options.trials } : {}),
  })
  const n = H.lattice.carriers.length
  const N = H.run.formulaUnits
  const width = sampleWidth(H)
  let phase: MetropolisSnapshot['phase'] = resume?.phase ?? 'warming up'
  let warmed = resume?.warmed ?? 0
  let measured = resume?.measured ?? 0
  let nextCheck = resume?.nextCheck ?? firstCheck
  let blocks = resume ? blocksFrom(resume.blocks) : emptyBlocks(width)
  const trial = Float64Array.from(resume?.trial ?? new Float64Array(n))
  const origin = Float64Array.from(resume?.origin ?? new Float64Array(n + 1))
  const batch = Float64Array.from(resume?.batch ?? new Float64Array(4 * n))
  const sample = new Float64Array(width)
  const between = Array.from({ length: n }, (_, i) => i).filter(i => ensemble.upper[i] - ensemble.lower[i] === 1)
  if (resume) weighBetween(walker, between, trial)
  else for (const i of between) trial[i] = yield* insertionPotentialSteps(walker, i)

  const keep = (): MetropolisState => ({
    format: 'dualion metropolis',
    formatVersion: 1,
    random: dice.state(),
    walker: walker.keep(),
    phase,
    warmed,
    measured,
    nextCheck,
    trial: Array.from(trial),
    origin: Array.from(origin),
    batch: Array.from(batch),
    blocks: keepBlocks(blocks),
  })
  const snapshot = (): MetropolisSnapshot => ({
    phase,
    sweeps: phase === 'measuring' ? measured : warmed,
    amount: Array.from(walker.counts, count => count / N),
    energy: walker.energy() / N,
    keep,
  })

  while (phase === 'warming up') {
    if (warmed >= warmUp) {
      phase = 'measuring'
      for (let i = 0; i < n; i++) origin[i] = walker.counts[i]
      origin[n] = walker.energy()
      break
    }
    yield* walker.sweepSteps(breath)
    warmed++
    if (between.length > 0)
      yield* seekBetween({ walker, between, trial, batch, last: warmed === warmUp, sweep: warmed })
    if (warmed % every === 0) yield snapshot()
  }
  const asked = wanted.amount !== undefined || wanted.mu !== undefined
  const reached = (averages: Averages): boolean => {
    if (!asked) return false
    const amounts = averages.amount.every(({ error }) => error <= (wanted.amount ?? Infinity))
    return amounts && averages.muError.every(error => Number.isNaN(error) || error <= (wanted.mu ?? Infinity))
  }
  let averages: Averages | undefined
  while (measured < sweeps) {
    yield* walker.sweepSteps(breath)
    addSample(walker, blocks, { origin, trial, sample })
    measured++
    if (measured >= nextCheck && blocks.pending === 0) {
      nextCheck = Math.ceil(measured * (asked ? 1.25 : 2))
      averages = averagesOf(H, ensemble, blocks, { origin, trial })
      const known = averages.amount.every(({ error }) => !Number.isNaN(error)) && !Number.isNaN(averages.energy.error)
      if (known && warmed < warmTimes * averages.tau && measured + warmed < sweeps) {
        warmed += measured
        measured = 0
        nextCheck = firstCheck
        blocks = emptyBlocks(width)
      } else if (known && reached(averages)) break
    }
    if (measured % every === 0) yield snapshot()
  }
  averages = averagesOf(H, ensemble, blocks, { origin, trial })
  const { amount, muError, tau } = averages
  const unknown = amount.some(({ error }) => Number.isNaN(error)) || between.some(i => Number.isNaN(muError[i]))
  const slow = unknown || warmed < warmTimes * tau
  const share = (k: number) => walker.accepted[k] / Math.max(1, walker.tried[k])
  return {
    ...averages,
    outcome: slow ? 'slow' : !asked || reached(averages) ? 'settled' : 'sweeps',
    warmUp: warmed,
    sweeps: measured,
    accepted: { flips: share(0), near: share(1), far: share(2) },
    sigma: walker.sigma.slice(),
  }
}

/** Give both counts of the carriers held between two the same weight, at the trial chemical potentials. */
const weighBetween = (walker: Walker, between: readonly number[], trial: Float64Array): void => {
  const ensemble: Ensemble = walker.ensemble()
  for (const i of between) ensemble.weight[i][1] = -trial[i]
  walker.enter(ensemble)
}

/** Sweeps between two corrections of the trial chemical potentials. */
const batchSweeps = 25

/** While warming up: the chemical potentials of carriers held between two counts, from acceptance ratios of a batch. */
function* seekBetween(o: {
  readonly walker: Walker
  readonly between: readonly number[]
  readonly trial: Float64Array
  readonly batch: Float64Array
  readonly last: boolean
  readonly sweep: number
}): Generator<undefined, void> {
  const { walker, between, trial, batch } = o
  const { lower, kT } = walker.ensemble()
  for (const i of between) {
    const low = walker.counts[i] === lower[i]
    batch[4 * i + (low ? 0 : 2)] += 1
    batch[4 * i + (low ? 1 : 3)] += low ? walker.insertion(i, trial[i]) : walker.removal(i, trial[i])
  }
  if (o.sweep % batchSweeps !== 0 && !o.last) return
  for (const i of between) {
    const [lows, insertion, highs, removal] = batch.subarray(4 * i, 4 * i + 4)
    if (lows > 0 && highs > 0 && insertion > 0 && removal > 0) {
      trial[i] -= kT * Math.log(insertion / lows / (removal / highs))
    } else if (highs === 0) trial[i] = yield* insertionPotentialSteps(walker, i)
    else trial[i] += (lows === 0 ? -1 : 1) * 2 * kT
  }
  batch.fill(0)
  weighBetween(walker, between, trial)
}
