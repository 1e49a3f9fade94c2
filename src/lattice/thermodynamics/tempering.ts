import { refuse } from '../../error.ts'
import { random, resumeRandom } from '../../math/random.ts'
import { blocksFrom, emptyBlocks, type KeptBlocks, keepBlocks } from '../../math/time-series.ts'
import { finish } from '../../run.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import { type Averages, addSample, averagesOf, sampleWidth } from './averages.ts'
import { type Ensemble, ensembleOf, type Reservoir } from './ensemble.ts'
import { type SweepTrials, type Walker, type WalkerState, walkerOf } from './walker.ts'

export type TemperingOptions = {
  readonly H: Hamiltonian
  /** Ensembles in a row, neighbours near enough that their occupations overlap: a ladder in T, in μ, or of springs. */
  readonly rungs: readonly { readonly temperature: number; readonly reservoirs: readonly Reservoir[] }[]
  readonly seed: number
  readonly warmUp?: number
  readonly sweeps: number
  readonly trials?: SweepTrials
  /** An occupation that every rung starts from. */
  readonly start?: Uint8Array
  /** A run that was kept, to be gone on with: same H, rungs and trials. */
  readonly resume?: TemperingState
  readonly every?: number
}

export type TemperingSnapshot = {
  readonly sweeps: number
  /** By rung and carrier. */
  readonly amount: readonly (readonly number[])[]
  /** The whole run as it stands, for JSON. */
  readonly keep: () => TemperingState
}

export type TemperingState = {
  readonly format: 'dualion tempering'
  readonly formatVersion: 1
  readonly sweep: number
  readonly dice: RandomState
  /** By walker. */
  readonly walkers: readonly { readonly walker: WalkerState; readonly random: RandomState; readonly end: number }[]
  /** Walker of each rung. */
  readonly holder: readonly number[]
  readonly tried: readonly number[]
  readonly accepted: readonly number[]
  readonly roundTrips: number
  readonly blocks: readonly KeptBlocks[]
  readonly origins: readonly (readonly number[])[]
}

type RandomState = readonly [number, number, number, number]

export type TemperingResult = {
  /** By rung. */
  readonly rungs: readonly Averages[]
  /** Accepted share of exchanges between a rung and the next, [rungs − 1]. */
  readonly exchanged: readonly number[]
  /** Times that an occupation went from the first rung to the last and back. */
  readonly roundTrips: number
}

/** `temperingSteps` to its end. */
export const tempering = (options: TemperingOptions): TemperingResult => finish(temperingSteps(options))

/**
 * Replica exchange: one walker a rung; after each sweep neighbouring rungs try to exchange their walkers,
 *
 *   min(1, exp(−[u_k(σ_l) + u_l(σ_k) − u_k(σ_k) − u_l(σ_l)])),   u_k = (H + Σ w_k,i(N_i))/k_BT_k
 *
 * so that an occupation stuck in one rung goes round by another where it is not.
 *
 * @throws SimulationError (`input`) for fewer than two rungs, and for carriers held between two counts (they are for one run)
 */
export function* temperingSteps(options: TemperingOptions): Generator<TemperingSnapshot, TemperingResult> {
  const { H, rungs, seed, sweeps, warmUp = 200, every = 100 } = options
  if (rungs.length < 2) refuse('rungs', rungs.length, 'at least two')
  const ensembles = rungs.map(rung => ensembleOf(H, rung))
  for (const { lower, upper } of ensembles)
    if (lower.some((low, i) => upper[i] - low === 1 || low !== ensembles[0].lower[i]))
      refuse(
        'rungs',
        'amounts held between counts, or different ones',
        'amounts that are open, near, or the same in all',
      )
  const { resume } = options
  const n = H.lattice.carriers.length
  /** Walker of each rung, and the end of the ladder where each walker was last: 1 the last rung, 2 back at the first. */
  const holder = rungs.map((_, k) => resume?.holder[k] ?? k)
  const ends = Uint8Array.from(rungs, (_, h) => resume?.walkers[h].end ?? 0)
  const streams = rungs.map((_, h) => (resume ? resumeRandom(resume.walkers[h].random) : random(seed, h + 1)))
  const walkers = rungs.map((_, h) =>
    walkerOf({
      H,
      ensemble: ensembles[holder.indexOf(h)],
      random: streams[h],
      start: resume?.walkers[h].walker ?? options.start,
      ...(options.trials ? { trials: options.trials } : {}),
    }),
  )
  const dice = resume ? resumeRandom(resume.dice) : random(seed)
  let roundTrips = resume?.roundTrips ?? 0
  const tried = Float64Array.from(resume?.tried ?? new Float64Array(rungs.length - 1))
  const accepted = Float64Array.from(resume?.accepted ?? new Float64Array(rungs.length - 1))
  const blocks = rungs.map((_, k) => (resume ? blocksFrom(resume.blocks[k]) : emptyBlocks(sampleWidth(H))))
  const origins = rungs.map((_, k) => Float64Array.from(resume?.origins[k] ?? new Float64Array(n + 1)))
  const trial = new Float64Array(n)
  const sample = new Float64Array(sampleWidth(H))
  const keep = (sweep: number) => (): TemperingState => ({
    format: 'dualion tempering',
    formatVersion: 1,
    sweep,
    dice: dice.state(),
    walkers: walkers.map((walker, h) => ({ walker: walker.keep(), random: streams[h].state(), end: ends[h] })),
    holder: holder.slice(),
    tried: Array.from(tried),
    accepted: Array.from(accepted),
    roundTrips,
    blocks: blocks.map(keepBlocks),
    origins: origins.map(one => Array.from(one)),
  })

  for (let sweep = (resume?.sweep ?? 0) + 1; sweep <= warmUp + sweeps; sweep++) {
    for (const walker of walkers) walker.sweep()
    for (let k = sweep % 2; k + 1 < rungs.length; k += 2) {
      const [low, high] = [walkers[holder[k]], walkers[holder[k + 1]]]
      const cost =
        reduced(low, ensembles[k + 1]) +
        reduced(high, ensembles[k]) -
        reduced(low, ensembles[k]) -
        reduced(high, ensembles[k + 1])
      tried[k]++
      if (!(cost <= 0 || dice.uniform() < Math.exp(-cost))) continue
      accepted[k]++
      low.enter(ensembles[k + 1])
      high.enter(ensembles[k])
      const held = holder[k]
      holder[k] = holder[k + 1]
      holder[k + 1] = held
    }
    const [first, last] = [holder[0], holder[rungs.length - 1]]
    if (ends[first] === 1) roundTrips++
    ends[first] = 2
    if (ends[last] === 2) ends[last] = 1
    if (sweep > warmUp) {
      for (let k = 0; k < rungs.length; k++) {
        const walker = walkers[holder[k]]
        if (sweep === warmUp + 1) {
          for (let i = 0; i < n; i++) origins[k][i] = walker.counts[i]
          origins[k][n] = walker.energy()
        }
        addSample(walker, blocks[k], { origin: origins[k], trial, sample })
      }
    }
    if (sweep % every === 0)
      yield {
        sweeps: sweep,
        amount: holder.map(h => Array.from(walkers[h].counts, N => N / H.run.formulaUnits)),
        keep: keep(sweep),
      }
  }
  return {
    rungs: rungs.map((_, k) => averagesOf(H, ensembles[k], blocks[k], { origin: origins[k], trial })),
    exchanged: Array.from(accepted, (count, k) => count / Math.max(1, tried[k])),
    roundTrips,
  }
}

/** u = (H + Σ w_i(N_i))/k_BT of a walker's occupation in an ensemble [–]. */
const reduced = (walker: Walker, ensemble: Ensemble): number => {
  const { counts } = walker
  let sum = walker.energy()
  for (let i = 0; i < counts.length; i++) {
    const at = counts[i] - ensemble.lower[i]
    if (at < 0 || at >= ensemble.weight[i].length) return Infinity
    sum += ensemble.weight[i][at]
  }
  return sum / ensemble.kT
}
