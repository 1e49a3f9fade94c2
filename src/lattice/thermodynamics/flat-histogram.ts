import { refuse, SimulationError } from '../../error.ts'
import { random, resumeRandom } from '../../math/random.ts'
import { finish } from '../../run.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import { type Ensemble, ensembleOf, type Reservoir } from './ensemble.ts'
import { insertionPotential, type SweepTrials, type Walker, type WalkerState, walkerOf } from './walker.ts'

export type FlatHistogramOptions = {
  readonly H: Hamiltonian
  readonly temperature: number
  /** Index of the carrier whose amount is walked through. */
  readonly carrier: number
  /** Its amounts [per formula unit], from and to. */
  readonly range: readonly [number, number]
  /** How the others are set; the entry of the carrier itself is not used. */
  readonly reservoirs: readonly Reservoir[]
  readonly seed: number
  readonly stream?: number
  /** Sweeps to learn the weights (default: a third of `sweeps`, once more to climb the range) and to measure. */
  readonly learn?: number
  readonly sweeps: number
  readonly trials?: SweepTrials
  /** A run that was kept, to be gone on with: same H, range, reservoirs and trials. */
  readonly resume?: FlatHistogramState
  readonly every?: number
}

export type FlatHistogramSnapshot = {
  readonly phase: FlatHistogramState['phase']
  /** Done of this phase: counts climbed, or sweeps. */
  readonly done: number
  /** The carrier's amount as it is. */
  readonly amount: number
  /** The whole run as it stands, for JSON. */
  readonly keep: () => FlatHistogramState
}

export type FlatHistogramState = {
  readonly format: 'dualion flat histogram'
  readonly formatVersion: 1
  readonly phase: 'climbing' | 'learning' | 'measuring'
  readonly done: number
  readonly random: readonly [number, number, number, number]
  readonly walker: WalkerState
  readonly trial: readonly number[]
  readonly weight: readonly number[]
  readonly push: readonly number[]
  readonly sums: readonly number[]
  readonly parts: readonly (readonly number[])[]
  readonly visits: readonly number[]
  readonly crossings: number
  readonly end: number
}

/** Free energy over the amount of one carrier. */
export type FreeEnergyCurve = {
  readonly temperature: number
  /** Ions N, [m], and what the next ion costs, F(N + 1) − F(N) [eV], [m − 1], with standard errors. */
  readonly counts: Int32Array
  readonly mu: Float64Array
  readonly muError: Float64Array
  /** The same with each stretch of the run left out, [stretches][m − 1]: the jackknife's errors of what follows from the curve. */
  readonly without: readonly Float64Array[]
  /** Walks from one end of the range to the other. */
  readonly crossings: number
  /** Samples at each N, [m]. */
  readonly visits: Float64Array
}

/** Stretches that a run is cut into for its errors. */
const stretchCount = 16
/** A learned weight takes its past for this many samples. */
const memory = 50

/** `flatHistogramSteps` to its end. */
export const flatHistogram = (options: FlatHistogramOptions): FreeEnergyCurve => finish(flatHistogramSteps(options))

/**
 * Free energy of one carrier's amount through phase separation: weights that make all amounts in a range equally likely are learned
 * from acceptance ratios, then kept while F(N + 1) − F(N) is measured by the same ratios,
 *
 *   F(N + 1) − F(N) = C_N − k_BT ln(⟨Σ_empty 1/(1 + e^{(Δ − C_N)/k_BT})⟩_N / ⟨Σ_ions 1/(1 + e^{(C_N − Δ)/k_BT})⟩_{N+1})
 *
 * @yields the state of the run every few sweeps
 * @throws SimulationError (`input`) for a range that does not fit
 */
export function* flatHistogramSteps(options: FlatHistogramOptions): Generator<FlatHistogramSnapshot, FreeEnergyCurve> {
  const { H, carrier, range, sweeps, seed, stream = 0, every = 100, resume } = options
  const learn = options.learn ?? Math.ceil(sweeps / 3)
  const N = H.run.formulaUnits
  const lower = Math.round(range[0] * N)
  const upper = Math.round(range[1] * N)
  if (!(lower >= 0 && upper > lower)) refuse('range', range.join(' to '), 'amounts from low to high, 0 or more')
  const reservoirs = options.reservoirs.map((one, i): Reservoir => (i === carrier ? { mu: 0 } : one))
  const plain = ensembleOf(H, { ...options, reservoirs })
  if (upper > plain.upper[carrier]) refuse('range', range[1], `at most ${plain.upper[carrier] / N} per formula unit`)
  const m = upper - lower + 1
  const weight = Float64Array.from(resume?.weight ?? new Float64Array(m))
  const ensemble: Ensemble = {
    ...plain,
    lower: plain.lower.map((low, i) => (i === carrier ? lower : low)),
    upper: plain.upper.map((high, i) => (i === carrier ? upper : high)),
    weight: plain.weight.map((table, i) => (i === carrier ? weight : table)),
  }
  const dice = resume ? resumeRandom(resume.random) : random(seed, stream)
  const walker = walkerOf({
    H,
    ensemble,
    random: dice,
    start: resume?.walker,
    ...(options.trials ? { trials: options.trials } : {}),
  })
  const { kT } = ensemble
  /** C_N, and sums at N and N + 1: samples and ratios, [m − 1, 4]. */
  const trial = Float64Array.from(resume?.trial ?? new Float64Array(m - 1))
  const sums = Float64Array.from(resume?.sums ?? new Float64Array(4 * (m - 1)))
  const push = Float64Array.from(resume?.push ?? new Float64Array(m))
  const parts = Array.from({ length: stretchCount }, (_, k) =>
    Float64Array.from(resume?.parts[k] ?? new Float64Array(4 * (m - 1))),
  )
  const visits = Float64Array.from(resume?.visits ?? new Float64Array(m))
  let crossings = resume?.crossings ?? 0
  let end = resume?.end ?? -1
  const snapshot = (phase: FlatHistogramState['phase'], done: number): FlatHistogramSnapshot => ({
    phase,
    done,
    amount: walker.counts[carrier] / N,
    keep: () => ({
      format: 'dualion flat histogram',
      formatVersion: 1,
      phase,
      done,
      random: dice.state(),
      walker: walker.keep(),
      trial: Array.from(trial),
      weight: Array.from(weight),
      push: Array.from(push),
      sums: Array.from(sums),
      parts: parts.map(part => Array.from(part)),
      visits: Array.from(visits),
      crossings,
      end,
    }),
  })
  /** What a kept run has done of a phase: nothing of one that it had not reached, `all` of one that was behind it. */
  const phases = ['climbing', 'learning', 'measuring'] as const
  const doneOf = (phase: (typeof phases)[number], all: number): number => {
    if (!resume) return 0
    const ahead = phases.indexOf(resume.phase) - phases.indexOf(phase)
    return ahead > 0 ? all : ahead < 0 ? 0 : resume.done
  }

  const add = (): void => {
    const k = walker.counts[carrier] - lower
    if (k < m - 1) {
      sums[4 * k] += 1
      sums[4 * k + 1] += walker.insertion(carrier, trial[k])
    }
    if (k > 0) {
      sums[4 * k - 2] += 1
      sums[4 * k - 1] += walker.removal(carrier, trial[k - 1])
    }
  }
  /** What C_N should have been, by the sums. */
  const found = (k: number, from: Float64Array): number => {
    const [lows, insertion, highs, removal] = from.subarray(4 * k, 4 * k + 4)
    return lows > 0 && highs > 0 && insertion > 0 && removal > 0
      ? trial[k] - kT * Math.log(insertion / lows / (removal / highs))
      : Number.NaN
  }
  const reweigh = (): void => {
    for (let k = 0; k < m - 1; k++) {
      const better = found(k, sums)
      if (Number.isNaN(better)) continue
      trial[k] = better
      const kept = Math.min(1, memory / (sums[4 * k] + sums[4 * k + 2]))
      // the ratios as they would be at the better value are equal: only how often they were seen is kept
      const mean = Math.sqrt((sums[4 * k + 1] / sums[4 * k]) * (sums[4 * k + 3] / sums[4 * k + 2]))
      sums[4 * k] *= kept
      sums[4 * k + 2] *= kept
      sums[4 * k + 1] = mean * sums[4 * k]
      sums[4 * k + 3] = mean * sums[4 * k + 2]
    }
    // w(N + 1) − w(N) = −C_N, and what pushes off where the walk has been
    weight[0] = push[0]
    for (let k = 0; k < m - 1; k++) weight[k + 1] = weight[k] - push[k] - trial[k] + push[k + 1]
    walker.enter(ensemble)
  }

  // first up the range, one more ion at a time
  const climb = Math.max(4, Math.ceil(learn / (2 * m)))
  const climbed = doneOf('climbing', m - 1)
  for (let k = climbed; k < m - 1; k++) {
    trial[k] = insertionPotential(walker, carrier)
    for (let sweep = 0; sweep < climb; sweep++) {
      enterWindow(walker, ensemble, carrier, lower + k, trial[k])
      walker.sweep()
      add()
      const better = found(k, sums)
      if (Number.isNaN(better) || sweep + 1 < climb / 2) continue
      trial[k] = better
      sums.fill(0)
    }
    sums.fill(0)
    // and on to N + 1 in any case
    for (let push = 4; walker.counts[carrier] !== lower + k + 1; push *= 2) {
      if (push > 1e6)
        throw new SimulationError(`no room found for ${lower + k + 1} ions of ${H.lattice.carriers[carrier].symbol}`, {
          code: 'method',
          at: 'range',
        })
      enterWindow(walker, ensemble, carrier, lower + k, trial[k] + push * kT)
      walker.sweep()
    }
    if (k % 10 === 9) yield snapshot('climbing', k + 1)
  }
  const learned = doneOf('learning', learn)
  if (learned === 0) reweigh()
  // then to and fro
  for (let sweep = learned + 1; sweep <= learn; sweep++) {
    walker.sweep()
    add()
    // by Wang and Landau's rule with a step that falls as 1/t: an order that climbing missed leaves C_N wrong, and the walk stuck
    push[walker.counts[carrier] - lower] += kT * Math.min(1, m / sweep)
    if (sweep % 10 === 0 || sweep === learn) reweigh()
    if (sweep % every === 0) yield snapshot('learning', sweep)
  }

  for (let sweep = doneOf('measuring', sweeps); sweep < sweeps; sweep++) {
    if (sweep === 0) sums.fill(0)
    const part = Math.floor((sweep * stretchCount) / sweeps)
    walker.sweep()
    add()
    const at = walker.counts[carrier] - lower
    visits[at]++
    if (at === 0 || at === m - 1) {
      if (end >= 0 && end !== at) crossings++
      end = at
    }
    if (Math.floor(((sweep + 1) * stretchCount) / sweeps) > part) {
      parts[part].set(sums)
      sums.fill(0)
    }
    if ((sweep + 1) % every === 0) yield snapshot('measuring', sweep + 1)
  }
  return curveOf({ parts, found, m, lower, temperature: options.temperature, crossings, visits })
}

/** Let the carrier come and go between N and N + 1, at the chemical potential given. */
const enterWindow = (walker: Walker, ensemble: Ensemble, carrier: number, count: number, mu: number): void => {
  const put = (table: Int32Array, value: number) => table.map((one, i) => (i === carrier ? value : one))
  walker.enter({
    ...ensemble,
    lower: put(ensemble.lower, count),
    upper: put(ensemble.upper, count + 1),
    weight: ensemble.weight.map((table, i) => (i === carrier ? Float64Array.of(0, -mu) : table)),
  })
}

/** Jackknife over the stretches: each leaves one of them out. */
const curveOf = (o: {
  readonly parts: readonly Float64Array[]
  readonly found: (k: number, from: Float64Array) => number
  readonly m: number
  readonly lower: number
  readonly temperature: number
  readonly crossings: number
  readonly visits: Float64Array
}): FreeEnergyCurve => {
  const { parts, found, m } = o
  const total = new Float64Array(4 * (m - 1))
  for (const part of parts) for (let k = 0; k < total.length; k++) total[k] += part[k]
  const all = (from: Float64Array) => Float64Array.from({ length: m - 1 }, (_, k) => found(k, from))
  const mu = all(total)
  const without = parts.map(part => all(total.map((sum, k) => sum - part[k])))
  const B = parts.length
  const muError = Float64Array.from({ length: m - 1 }, (_, k) =>
    Math.sqrt(((B - 1) / B) * without.reduce((sum, one) => sum + (one[k] - mu[k]) ** 2, 0)),
  )
  return {
    temperature: o.temperature,
    counts: Int32Array.from({ length: m }, (_, k) => o.lower + k),
    mu,
    muError,
    without,
    crossings: o.crossings,
    visits: o.visits,
  }
}
