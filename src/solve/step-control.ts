/**
 * Error test and choice of order and step of the BDF integrator.
 *
 * The local error of order j is σ_j ‖e + φ*_k + … + φ*_{j+1}‖; the order taken is the one whose Taylor term
 * h^{j+1} y^{(j+1)} ~ (j + 1) × error is smallest, and the step brings its error to half the tolerance.
 *
 * Source: Brenan1996; Hindmarsh2005
 */
import type { BdfVectors } from './bdf-loops.ts'
import type { Dae } from './dae.ts'
import type { History } from './history.ts'

export type Errors = {
  /** 1/(tolerance) for the error test, [size]. */
  readonly weight: Float64Array
  readonly count: number
  /** Estimated local error at order k, k−1, k+1. */
  same: number
  lower: number
  /** A factor is cheap: steps may change often. */
  readonly cheap: boolean
  /** Order proposed by the test of the step just tried, and its result. */
  proposed: number
  tested: number
  /** Size and result of the last accepted step [s]. */
  stepBefore: number
  testedBefore: number
}

/** 1 where the tolerance of an unknown grows with its size, 0 where it is absolute; and the absolute part of it, at rtol = 1. */
export const setTolerances = ({ size, absolute, scale }: Dae, vectors: BdfVectors): void => {
  vectors.scale.set(scale)
  for (let i = 0; i < size; i++) vectors.growth[i] = absolute?.[i] === 1 ? 0 : 1
}

/**
 * 1/(rtol (|y_i| + scale_i)), without |y_i| where the tolerance is absolute, times √n where an unknown counts by itself, and the
 * same for the error test with the algebraic unknowns left out.
 */
export const setWeights = (
  { size, differential, single = none }: Dae,
  rtol: number,
  { entries, growth, scale, weight, loops }: BdfVectors,
  y: Float64Array,
  errors: Float64Array,
): void => {
  loops.weigh(entries, y.byteOffset, growth.byteOffset, scale.byteOffset, weight.byteOffset, 1 / rtol)
  const alone = Math.sqrt(size)
  for (let k = 0; k < single.length; k++) weight[single[k]] *= alone
  if (errors !== weight) for (let i = 0; i < size; i++) errors[i] = differential[i] * weight[i]
}
const none: readonly number[] = []

/** Error test of the corrected step: returns errorFactor‖e‖ and sets the estimates at orders k and k−1. */
export const testError = (s: History, errors: Errors): number => {
  const { order: k, sigma, vectors } = s
  const { entries, history, beta, e, sums, loops } = vectors
  const { weight, count } = errors
  errors.proposed = k
  if (k === 1) loops.norm(entries, e.byteOffset, weight.byteOffset, sums.byteOffset)
  else
    loops.lowerNorms[k](entries, e.byteOffset, weight.byteOffset, sums.byteOffset, history.byteOffset, beta.byteOffset)
  const [same, lower, lowest] = [sums[0], sums[1], sums[2]]
  const norm = Math.sqrt(same / count)
  errors.same = sigma[k] * norm
  if (k > 1) {
    errors.lower = sigma[k - 1] * Math.sqrt(lower / count)
    const termSame = (k + 1) * errors.same
    const termLower = k * errors.lower
    if (k > 2) {
      const termLowest = (k - 1) * sigma[k - 2] * Math.sqrt(lowest / count)
      if (Math.max(termLower, termLowest) <= termSame) errors.proposed = k - 1
    } else if (termLower <= 0.5 * termSame) errors.proposed = 1
  }
  errors.tested = s.errorFactor * norm
  return errors.tested
}

/** Step factor which brings an error estimate of order k to half the tolerance. */
export const stepFactor = (error: number, order: number): number => (2 * error + 1e-4) ** (-1 / (order + 1))

/**
 * Size of the error of a step of order k and size h from the nodes t_n, t_n − ψ_1, …, per divided difference of order k + 1: the
 * correction h Π (h + ψ_i), i ≤ k, times the error constant.
 */
const errorShape = (psi: Float64Array, order: number, h: number): number => {
  let last = 1
  let sum = 1
  for (let i = 1; i <= order; i++) {
    last = h / (h + psi[i - 1])
    sum += (i < order ? last : 0) - 1 / i
  }
  return Math.max(Math.abs(last + sum), last) * correctionShape(psi, order, h)
}

const correctionShape = (psi: Float64Array, order: number, h: number): number => {
  let product = h
  for (let i = 0; i < order; i++) product *= h + psi[i]
  return product
}

/** Error aimed at by the trial after a failed one, and the factors it may be shortened by; found by so many halvings, to 1e-3. */
const retryAim = 0.7
const leastRetry = 0.1
const mostRetry = 0.9
const retryHalvings = 12

/** Factor on h, which failed, that brings an error of order k to what is aimed at. */
const retrySize = ({ psi, sigma, h }: History, error: number, order: number): number => {
  const difference = error / (sigma[order] * correctionShape(psi, order, h))
  let lower = leastRetry
  let upper = mostRetry
  for (let k = 0; k < retryHalvings; k++) {
    const middle = Math.sqrt(lower * upper)
    if (errorShape(psi, order, middle * h) * difference > retryAim) upper = middle
    else lower = middle
  }
  return lower
}

/**
 * Order and factor of the trial after one that failed its test, from the nodes as they were before it: they stay where they are,
 * so where steps have been shrinking (towards a metal used up, a host full) the error of a shorter one falls with little more than h,
 * not with h^{k+1}, and a trial by that power fails again, then comes out far too short.
 */
export const retry = (s: History, errors: Errors): number => {
  const { order: k } = s
  if (s.orderUsed === 0) return Math.max(0.25, Math.min(0.9, 0.9 * stepFactor(errors.same, k)))
  const same = retrySize(s, errors.same, k)
  const lower = k > 1 ? retrySize(s, errors.lower, k - 1) : 0
  if (lower > same) s.order = k - 1
  return Math.max(same, lower)
}

/** Error aimed at while steps shrink, and the least result that says anything of a trend. */
const aim = 0.65
const leastResult = 1e-3
/** A step this much shorter than the last is part of a trend. */
const shorter = 0.95
/** Shrinking steps are not lengthened by less than this, nor held, but cut once more by `leastCut`: held ones fail more often. */
const leastGrowth = 1.2
const leastCut = 0.9
/**
 * Steps grow by at least this, and by no more than 2; by less than 2 only where a factor is cheap and the last two were alike,
 * since the error right after a change of step says little.
 */
const leastCheapGrowth = 1.5
/** Part of the growth that the error allows which is taken: what is left of a change of step makes the next errors uneven. */
const caution = 0.9

/**
 * Towards a singular time (a metal used up, a host full) every step has to be shorter than the last by the same factor:
 * what held for the last step is expected to go on, else every second trial would fail.
 */
const trendFactor = (errors: Errors, h: number, order: number): number => {
  const now = Math.max(errors.tested, leastResult)
  const power = 1 / (order + 1)
  const factor = (h / errors.stepBefore) * ((errors.testedBefore / now) * (aim / now)) ** power
  return factor > 1 && factor < leastGrowth ? leastCut : factor
}

/**
 * β and σ of the difference one above the order just used: 1 and 1/(k + 2) after k + 1 like steps. After unlike ones they hold
 * once k steps were taken at this order; undefined until then.
 */
const nextDifference = (s: History, errors: Errors): { readonly beta: number; readonly sigma: number } | undefined => {
  const { order: k, constant, orderUsed, held, depth, beta, sigma } = s
  if (k + 1 < constant) return { beta: 1, sigma: 1 / (k + 2) }
  if (!errors.cheap) return undefined
  return k === orderUsed && held >= k && depth > k + 1 && s.h >= shorter * errors.stepBefore
    ? { beta: beta[k + 1], sigma: sigma[k + 1] }
    : undefined
}

/** Order and size of the next step, from the errors of the one about to be accepted. */
export const chooseNext = (s: History, errors: Errors, maxOrder: number, maxStep: number): void => {
  const { order: k, h } = s
  let error = errors.same
  const difference = k < maxOrder && k - s.orderUsed !== 1 ? nextDifference(s, errors) : undefined
  if (errors.proposed === k - 1) {
    s.order = k - 1
    error = errors.lower
  } else if (difference) {
    const { weight, count } = errors
    const { entries, e, sums, loops } = s.vectors
    const next = s.phi[k + 1]
    loops.higherNorm(entries, e.byteOffset, weight.byteOffset, sums.byteOffset, next.byteOffset, difference.beta)
    const higher = Math.sqrt(sums[0] / count) * difference.sigma
    const termHigher = (k + 2) * higher
    const termSame = (k + 1) * errors.same
    if (k === 1) {
      if (termHigher < 0.5 * termSame) {
        s.order = 2
        error = higher
      }
    } else if (k * errors.lower <= Math.min(termSame, termHigher)) {
      s.order = k - 1
      error = errors.lower
    } else if (termHigher < termSame) {
      s.order = k + 1
      error = higher
    }
  }
  const usual = stepFactor(error, s.order)
  const factor = h < shorter * errors.stepBefore ? Math.min(usual, trendFactor(errors, h, k)) : usual
  errors.stepBefore = h
  errors.testedBefore = Math.max(errors.tested, leastResult)
  if (factor >= 2 || (errors.cheap && factor >= leastCheapGrowth && s.constant > 1))
    s.h = Math.min(Math.min(2, errors.cheap ? caution * factor : 2) * h, maxStep)
  else if (factor < usual && factor > 1) s.h = Math.min(factor * h, maxStep)
  else if (factor <= 1) s.h = h * Math.max(0.25, Math.min(leastCut, factor))
}
