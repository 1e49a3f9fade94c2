import { refuse, SimulationError } from '../../error.ts'
import { finish } from '../../run.ts'
import { brentRoot } from '../../solve/root.ts'
import { kBeV } from '../../units.ts'
import type { Estimate } from './averages.ts'
import { type FlatHistogramOptions, type FreeEnergyCurve, flatHistogramSteps } from './flat-histogram.ts'

/** Two phases at one chemical potential. */
export type Coexistence = {
  /** [eV] */
  readonly mu: Estimate
  /** Ions per formula unit of both phases, the mean on either side of the valley. */
  readonly poor: Estimate
  readonly rich: Estimate
  /** Free energy of the valley above the mean of both peaks [k_BT]: grows with the cross-section, vanishes at a critical point. */
  readonly barrier: Estimate
}

/** A valley shallower than this [k_BT] is no sign of two phases. */
const shallowest = 1

/**
 * Coexistence from a free-energy curve: the chemical potential at which both sides of the valley weigh the same,
 *
 *   Σ_{N ≤ N_valley} e^{−(F(N) − μN)/k_BT} = Σ_{N ≥ N_valley} e^{−(F(N) − μN)/k_BT}
 *
 * which for a large cell is the common tangent of F (equal areas under μ(x)). The valley is where F lies highest above its convex
 * hull. Errors by the jackknife over the run's stretches.
 *
 * @param formulaUnits of the run
 * @returns undefined where F is convex, or all but
 * @throws SimulationError (`method`) where the run did not see all amounts
 */
export const coexistence = (curve: FreeEnergyCurve, formulaUnits: number): Coexistence | undefined => {
  const kT = kBeV * curve.temperature
  if (!curve.mu.every(Number.isFinite)) {
    const known = curve.mu.reduce((count, mu) => count + (Number.isFinite(mu) ? 1 : 0), 0)
    throw new SimulationError(
      `coexistence: the walk joined ${known} of ${curve.mu.length} neighbouring amounts; more sweeps, a narrower range or tempering`,
      { code: 'method', at: `${curve.temperature} K`, partial: curve },
    )
  }
  const gap = widestGap(freeEnergy(curve.mu))
  if (gap === undefined || gap.height < shallowest * kT) return undefined
  const solve = (mu: Float64Array) => equalWeights(freeEnergy(mu), curve.counts, gap.at, kT, gap.slope)
  const value = solve(curve.mu)
  if (value === undefined || value[3] < shallowest) return undefined
  const without = curve.without.map(solve)
  const B = without.length
  const estimate = (k: number, scale = 1): Estimate => ({
    value: value[k] * scale,
    error:
      scale *
      Math.sqrt(((B - 1) / B) * without.reduce((sum, one) => sum + ((one?.[k] ?? Number.NaN) - value[k]) ** 2, 0)),
  })
  return {
    mu: estimate(0),
    poor: estimate(1, 1 / formulaUnits),
    rich: estimate(2, 1 / formulaUnits),
    barrier: estimate(3),
  }
}

/** F(N) − F(N_0) [eV] from its differences. */
const freeEnergy = (mu: Float64Array): Float64Array => {
  const F = new Float64Array(mu.length + 1)
  for (let k = 0; k < mu.length; k++) F[k + 1] = F[k] + mu[k]
  return F
}

/** Where F lies highest above its lower convex hull. */
const widestGap = (F: Float64Array): { at: number; height: number; slope: number } | undefined => {
  const hull: number[] = []
  for (let k = 0; k < F.length; k++) {
    for (; hull.length > 1; hull.pop()) {
      const [a, b] = hull.slice(-2)
      if ((F[b] - F[a]) * (k - a) < (F[k] - F[a]) * (b - a)) break
    }
    hull.push(k)
  }
  let widest: { at: number; height: number; slope: number } | undefined
  for (let h = 1; h < hull.length; h++) {
    const [a, b] = [hull[h - 1], hull[h]]
    const slope = (F[b] - F[a]) / (b - a)
    for (let k = a + 1; k < b; k++) {
      const height = F[k] - F[a] - slope * (k - a)
      if (height > (widest?.height ?? 0)) widest = { at: k, height, slope }
    }
  }
  return widest
}

/** μ, mean counts on both sides of the valley, and its height [k_BT]. */
const equalWeights = (
  F: Float64Array,
  counts: Int32Array,
  valley: number,
  kT: number,
  near: number,
): readonly [number, number, number, number] | undefined => {
  const side = (mu: number, from: number, to: number) => {
    let top = -Infinity
    for (let k = from; k < to; k++) top = Math.max(top, (mu * k - F[k]) / kT)
    let weight = 0
    let count = 0
    for (let k = from; k < to; k++) {
      // the valley itself belongs to both
      const w = (k === valley ? 0.5 : 1) * Math.exp((mu * k - F[k]) / kT - top)
      weight += w
      count += w * counts[k]
    }
    return { ln: top + Math.log(weight), mean: count / weight, top }
  }
  const difference = (mu: number) => side(mu, valley, F.length).ln - side(mu, 0, valley + 1).ln
  let width = kT
  while (!(difference(near - width) < 0 && difference(near + width) > 0)) {
    width *= 2
    if (width > 1e6 * kT) return undefined
  }
  const mu = brentRoot({ f: difference, lower: near - width, upper: near + width, tolerance: 1e-12 * kT })
  const poor = side(mu, 0, valley + 1)
  const rich = side(mu, valley, F.length)
  return [mu, poor.mean, rich.mean, (poor.top + rich.top) / 2 - (mu * valley - F[valley]) / kT]
}

export type PhaseBoundaryPoint = {
  readonly temperature: number
  /** `not determined`: the walk never went through the whole range and back. */
  readonly outcome: 'one phase' | 'two phases' | 'not determined'
  readonly coexistence: Coexistence | undefined
  readonly curve: FreeEnergyCurve
}

export type PhaseBoundaryOptions = Omit<FlatHistogramOptions, 'temperature'> & {
  readonly temperatures: readonly number[]
}

/** `phaseBoundarySteps` to its end. */
export const phaseBoundary = (options: PhaseBoundaryOptions): PhaseBoundaryPoint[] =>
  finish(phaseBoundarySteps(options))

/**
 * The amounts of both phases over temperature, a flat histogram at each: the binodal of one carrier in its host, the others as
 * their reservoirs say.
 *
 * @yields each temperature as it is done
 */
export function* phaseBoundarySteps(
  options: PhaseBoundaryOptions,
): Generator<PhaseBoundaryPoint, PhaseBoundaryPoint[]> {
  const { temperatures, stream = 0, ...rest } = options
  const points: PhaseBoundaryPoint[] = []
  for (const [k, temperature] of temperatures.entries()) {
    const curve = finish(flatHistogramSteps({ ...rest, temperature, stream: stream + k }))
    const determined = curve.crossings >= 2 && curve.mu.every(Number.isFinite)
    const both = determined ? coexistence(curve, options.H.run.formulaUnits) : undefined
    const outcome = !determined ? 'not determined' : both ? 'two phases' : 'one phase'
    const point: PhaseBoundaryPoint = { temperature, outcome, coexistence: both, curve }
    points.push(point)
    yield point
  }
  return points
}

/** One point of a scan, as far as hysteresis is told from it. */
type ScanPoint = { readonly mu: number; readonly amount: Estimate }

/** A stretch of μ where a scan up and a scan down hold different phases. */
export type HysteresisLoop = {
  /** [eV]: the lowest and the highest μ at which both differ. */
  readonly from: number
  readonly to: number
  /** Amounts at the middle of it, on the way up and on the way down. */
  readonly up: number
  readonly down: number
}

/**
 * Loops between scans over the same chemical potentials: neighbouring points where the amounts differ by more than 4 standard
 * errors and by more than `least` per formula unit.
 *
 * @throws SimulationError (`input`) for scans over different μ
 */
export const hysteresisOf = (
  up: readonly ScanPoint[],
  down: readonly ScanPoint[],
  least = 0.02,
): readonly HysteresisLoop[] => {
  const back = down.toSorted((a, b) => a.mu - b.mu)
  const forth = up.toSorted((a, b) => a.mu - b.mu)
  if (forth.length !== back.length || forth.some(({ mu }, k) => mu !== back[k].mu))
    refuse('down', back.length, 'a scan over the chemical potentials of the scan up')
  const differs = forth.map(({ amount }, k) => {
    const apart = Math.abs(amount.value - back[k].amount.value)
    // a run too short for an error is taken at its word
    const error = Math.hypot(amount.error || 0, back[k].amount.error || 0)
    return apart > least && apart > 4 * error
  })
  const loops: HysteresisLoop[] = []
  for (let k = 0; k < differs.length; k++) {
    if (!differs[k]) continue
    const first = k
    while (differs[k + 1]) k++
    const middle = (first + k) >> 1
    loops.push({
      from: forth[first].mu,
      to: forth[k].mu,
      up: forth[middle].amount.value,
      down: back[middle].amount.value,
    })
  }
  return loops
}
