import { SimulationError } from '../../error.ts'
import { invertSmall } from '../../math/small-matrix.ts'
import { finish } from '../../run.ts'
import { F, kBeV } from '../../units.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import type { Averages, Estimate } from './averages.ts'
import type { Reservoir } from './ensemble.ts'
import { type MetropolisResult, metropolis } from './metropolis.ts'

/** μ and Θ at one composition, in SI: what a host's table is made of. */
export type PotentialSample = {
  /** Amounts [per formula unit], [n]. */
  readonly x: readonly number[]
  /** [K] */
  readonly T: number
  /** μ_i [J/mol] against each carrier's own metal, [n], and standard errors at this x; null for an amount of 0. */
  readonly mu: readonly (number | null)[]
  readonly muError: readonly (number | null)[]
  /** Θ_ij = ∂μ_i/∂x_j [J/mol] and standard errors, [n, n]; null where an amount is 0. */
  readonly theta: readonly (number | null)[]
  readonly thetaError: readonly (number | null)[]
  /** −∂μ_i/∂T [J/(mol·K)] at fixed amounts, and standard errors, [n]. */
  readonly partialEntropy: readonly (number | null)[]
  readonly partialEntropyError: readonly (number | null)[]
  /** `open`: grand-canonical; `held` by springs, where open amounts would run away into another phase. */
  readonly ensemble: 'open' | 'held'
  readonly outcome: MetropolisResult['outcome']
}

export type PotentialMapOptions = {
  readonly H: Hamiltonian
  readonly temperatures: readonly number[]
  /** Compositions to be mapped [per formula unit], each [n]; an amount of 0 leaves that carrier out. */
  readonly amounts: readonly (readonly number[])[]
  readonly seed: number
  /** Number of the first stream: maps that are computed in parts take different ones. */
  readonly stream?: number
  /** Most sweeps of one sample; a fifth of them more find the chemical potentials. */
  readonly sweeps: number
  /** Standard errors to stop at: of amounts [per formula unit], of μ [J/mol]. */
  readonly wanted?: { readonly amount?: number; readonly mu?: number }
}

/** Springs of held samples, in k_BT: amounts vary by about 1/√N and less where the host is stiffer. */
const springs = 4
/** An open run that lands further away than this [per formula unit] and 6 standard deviations has left for another phase. */
const astray = 0.05

/** `potentialMapSteps` to its end. */
export const potentialMap = (options: PotentialMapOptions): PotentialSample[] => finish(potentialMapSteps(options))

/**
 * Chemical potentials over compositions. Each sample takes two runs: one with the wanted amounts fixed finds their μ, one that
 * is open at those μ measures x, Θ and entropies without bias. Where the open run leaves for another phase, or its Θ is not
 * positive, a run with springs is measured instead (`held`): inside a miscibility gap it follows the loop of the finite cell.
 *
 * @yields each sample as it is done
 */
export function* potentialMapSteps(options: PotentialMapOptions): Generator<PotentialSample, PotentialSample[]> {
  const { temperatures, amounts, seed, sweeps, stream = 0 } = options
  const samples: PotentialSample[] = []
  let number = stream
  for (const temperature of temperatures) {
    for (const x of amounts) {
      number++
      const sample = sampleAt({ ...options, temperature, x, seed, stream: number, sweeps })
      samples.push(sample)
      yield sample
    }
  }
  return samples
}

const sampleAt = (
  o: PotentialMapOptions & { readonly temperature: number; readonly x: readonly number[]; readonly stream: number },
): PotentialSample => {
  const { H, temperature, x, seed, stream, sweeps } = o
  const kT = kBeV * temperature
  const present = x.map(amount => amount > 0)
  const wanted = {
    ...(o.wanted?.amount === undefined ? {} : { amount: o.wanted.amount }),
    ...(o.wanted?.mu === undefined ? {} : { mu: o.wanted.mu / F }),
  }
  // at a limit one ion less of each, so that one may come and go
  const step = 1 / H.run.formulaUnits
  const full = H.lattice.limits.some(
    ({ weights, max, per }) =>
      x.reduce((sum, amount, i) => sum + weights[i] * (amount + (present[i] ? step : 0)), 0) >
      (per === 'cell' ? max / H.lattice.formulaUnits : max) + 1e-9,
  )
  const fixed = x.map((amount, i): Reservoir => {
    return present[i] ? { between: Math.max(0, amount - (full ? step : 0)) } : { amount: 0 }
  })
  const pilot = pilotOf(
    { H, temperature, reservoirs: fixed, seed, stream: 2 * stream, sweeps: Math.ceil(sweeps / 5) },
    present,
  )
  const open = pilot.mu.map(({ value }, i): Reservoir => (present[i] ? { mu: value } : { amount: 0 }))
  const common = { H, temperature, seed, stream: 2 * stream + 1, sweeps, wanted, start: pilot.sigma }
  const result = metropolis({ ...common, reservoirs: open })
  if (isSound(result, x, present)) return inSI(H, result, temperature, present, 'open')
  const held = x.map(
    (near, i): Reservoir => (present[i] ? { near, spring: springs * kT, mu: pilot.mu[i].value } : { amount: 0 }),
  )
  return inSI(H, metropolis({ ...common, reservoirs: held }), temperature, present, 'held')
}

/** A pilot that never saw one of two counts of a carrier cannot tell its μ: it is run again, longer. */
const longestPilot = 64

const pilotOf = (options: Parameters<typeof metropolis>[0], present: readonly boolean[]): MetropolisResult => {
  for (let times = 1; ; times *= 4) {
    const warmUp = 100 * times
    const pilot = metropolis({ ...options, warmUp, sweeps: options.sweeps * times })
    const unknown = pilot.mu.findIndex(({ value }, i) => present[i] && !Number.isFinite(value))
    if (unknown < 0) return pilot
    if (times >= longestPilot)
      throw new SimulationError(
        `potential map: no chemical potential of ${options.H.lattice.carriers[unknown].symbol} after ${pilot.sweeps} sweeps; a larger supercell, or other contents`,
        { code: 'method', at: 'sweeps' },
      )
  }
}

/** Near the wanted amounts, settled, and with a positive definite Θ. */
const isSound = (result: MetropolisResult, x: readonly number[], present: readonly boolean[]): boolean => {
  const { amount, theta, outcome } = result
  const n = x.length
  const there = x.map((_, i) => i).filter(i => present[i])
  const near = there.every(i => Math.abs(amount[i].value - x[i]) <= Math.max(astray, 6 * amount[i].error))
  // positive definite: all diagonals of the inverse and of Θ itself are positive (two carriers), or of Θ (more: as a first sign)
  const C = Float64Array.from(there.flatMap(i => there.map(j => theta[i * n + j].value)))
  const m = there.length
  const positive =
    there.every((_, p) => C[p * m + p] > 0) && invertSmall(C, 0, m) && there.every((_, p) => C[p * m + p] > 0)
  return outcome !== 'slow' && near && (m === 0 || positive)
}

const inSI = (
  H: Hamiltonian,
  result: Averages & Pick<MetropolisResult, 'outcome'>,
  T: number,
  present: readonly boolean[],
  ensemble: PotentialSample['ensemble'],
): PotentialSample => {
  const n = H.lattice.carriers.length
  const known = (i: number) => present[i % n] && present[Math.floor(i / n) % n]
  const values = (of: readonly Estimate[], pick: (one: Estimate) => number, is: (k: number) => boolean) =>
    of.map((one, k) => (is(k) && Number.isFinite(pick(one)) ? pick(one) * F : null))
  const value = (one: Estimate) => one.value
  const error = (one: Estimate) => one.error
  const single = (i: number) => present[i]
  return {
    x: result.amount.map(value),
    T,
    mu: values(result.mu, value, single),
    muError: Array.from(result.muError, (e, i) => (present[i] && Number.isFinite(e) ? e * F : null)),
    theta: values(result.theta, value, known),
    thetaError: values(result.theta, error, known),
    partialEntropy: values(result.partialEntropy, value, single),
    // the entropy is that of the true x: a first estimate of what the error of x adds
    partialEntropyError: values(
      result.partialEntropy.map((one, i) => ({ ...one, error: Math.hypot(one.error, result.muError[i] / T) })),
      error,
      single,
    ),
    ensemble,
    outcome: result.outcome,
  }
}
