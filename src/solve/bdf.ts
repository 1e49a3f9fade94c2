/**
 * Variable-order (1–5), variable-step backward differentiation for F(t, y, ẏ) = 0 of index 1, in fixed-leading-coefficient
 * form: the method of DASSL and IDA, with their choice of order and step.
 *
 * Local error of every step ≤ 1 in the norm  ‖v‖ = √(mean (v_i/(rtol (|y_i| + scale_i)))²); dense output of the same order.
 *
 * Source: Brenan1996; Hindmarsh2005
 */
import { SimulationError } from '../error.ts'
import { vectorMemory } from '../math/vector-loop.ts'
import { finish } from '../run.ts'
import { bdfEntries, bdfVectorsOf, highestOrder } from './bdf-loops.ts'
import { consistentInitial } from './consistent.ts'
import type { Dae, DaeEvent } from './dae.ts'
import { findEvent } from './event.ts'
import {
  acceptStep,
  dropStep,
  type History,
  historyOf,
  interpolateHistory,
  predict,
  setCoefficients,
  startHistory,
} from './history.ts'
import {
  confined,
  correct,
  distrust,
  type Guess,
  mostPredicted,
  type Newton,
  newStatistics,
  newtonOf,
  type Outcome,
  outcome,
  type Statistics,
} from './newton.ts'
import { chooseNext, type Errors, retry, setTolerances, setWeights, testError } from './step-control.ts'

export { newStatistics, type Statistics } from './newton.ts'

/** One accepted step. The object and its arrays are reused: read them before the next step is asked for. */
export type AcceptedStep = {
  /** End of the step and its length [s]; at an event both end there. */
  t: number
  h: number
  order: number
  readonly y: Float64Array
  readonly yp: Float64Array
  /** Fills y (and ẏ), the unknowns `from` on, at any time of the step, t − h … t. */
  interpolate(t: number, y: Float64Array, yp?: Float64Array, from?: number): void
}

export type IntegrationEnd = {
  reason: 'end' | 'event'
  t: number
  /** Index of the event, −1 at the end of time. */
  event: number
}

export type IntegrateOptions = {
  /** Consistent at the start; hold the last accepted state when the integration ends, however it ends. */
  y: Float64Array
  yp: Float64Array
  start: number
  /** Hit exactly: nothing is evaluated beyond it. */
  end: number
  rtol: number
  /** The earliest sign change ends the integration. One that is zero at the start takes its sign from the first step. */
  events?: readonly DaeEvent[]
  firstStep?: number
  maxStep?: number
  maxOrder?: number
  /** Steps after which to give up; 100 000. */
  maxSteps?: number
  /** Algebraic unknowns take part in the error test (default), so that their dense output is good too. */
  algebraicError?: boolean
  /** Counts are added to it. */
  statistics?: Statistics
}

/**
 * Fraction of the span tried first, and the weighted change of y allowed in it; where a factor is cheap, and a first step that is too
 * long costs little, more: its error is then about what is allowed.
 */
const firstFraction = 1e-3
const firstChange = 0.5
const boldChange = 4
/** Trials of one step, each at most ¼ of the last after the third: 1e-15 of the step first tried. */
const trialLimit = 26
/** Failed trials after which the algebraic unknowns are solved again, and to what part of the tolerance. */
const restartTrial = 6
/** The same once iterations have failed over steps that became shorter and shorter by this factor, none of them for long. */
const troubledPart = 1e-4
const restartAccuracy = 1e-3
const defaultMaxSteps = 100_000
/**
 * So many steps that together are less than this part of the span, and less than that of the time before them, get nowhere: their end
 * would take 1e14 of them.
 */
const stalledSteps = 250
const stalledPart = 1e-12
const stalledGrowth = 1e-6
/** Steps between two looks at the conserved sums: where something was lost, and at most. */
const leastUnseen = 2
const mostUnseen = 8
/** Remaining time within this factor of the step is taken in one step. */
const stretch = 1.01

/**
 * Begins anew from the last accepted y_d. The algebraic unknowns of an accepted step may be off by the tolerance; where
 * they depend steeply on the others, what is left of that does not shrink with the step, and only this removes it.
 */
const restart = (r: Run, t: number): void => {
  const { dae, history: s, newton, statistics } = r
  const { y, yp } = newton
  interpolateHistory(s, 0, y, yp)
  try {
    consistentInitial(dae, t, y, yp, { rtol: restartAccuracy * r.rtol, statistics })
  } catch (error) {
    if (error instanceof SimulationError) return
    throw error
  }
  r.anew = r.first
  startHistory(s, y, yp, s.h)
  r.raising = true
}

/**
 * Whether the differential unknowns alone pass the error test of a first step that begins anew. What relaxes in 1e-15 s (a trace that a
 * metal takes) may stand off its quasi-steady value by a tolerance, which is nothing to it and all to the algebraic unknowns: they
 * then jump in the first step, however short.
 */
const passesAnew = ({ anew, history: s, errors, dae }: Run): boolean => {
  if (!anew || s.orderUsed !== 0) return false
  const { e, weight } = s.vectors
  let sum = 0
  let count = 0
  for (let i = 0; i < dae.size; i++) {
    if (dae.differential[i] === 0) continue
    sum += (e[i] * weight[i]) ** 2
    count++
  }
  errors.tested = s.errorFactor * Math.sqrt(sum / Math.max(1, count))
  return errors.tested <= 1
}

/** After a failed trial: order and size of the next. */
const shorten = (r: Run, t: number, result: Outcome): void => {
  const { history: s, errors } = r
  dropStep(s)
  r.raising = false
  let factor = 0.25
  if (result === outcome.converged) {
    r.failedTests++
    if (r.failedTests <= 2) factor = retry(s, errors)
    else s.order = 1
  }
  if (++r.trials > trialLimit || !(factor * s.h > 4 * Number.EPSILON * Math.abs(t))) giveUp(r, t, result)
  s.h *= factor
  if (result !== outcome.converged || r.failedTests > 1) distrust(r.newton)
  if (result !== outcome.converged) r.troubledStep = Math.max(r.troubledStep, s.h)
  if (r.trials === restartTrial || s.h < troubledPart * r.troubledStep) {
    r.troubledStep = 0
    restart(r, t)
  } else if (s.orderUsed === 0) {
    // Before the first step φ_1 is h ẏ.
    const slope = s.phi[1]
    for (let i = 0; i < s.size; i++) slope[i] *= factor
    s.psi[0] = s.h
  }
}

/** Shifts the step and its past alike by what its conserved sums have lost: no slope, no difference changes. */
const shift = ({ newton }: Run): void => {
  const { entries, y, history, deltaNext, loops } = newton.vectors
  loops.shift(entries, y.byteOffset, history.byteOffset, deltaNext.byteOffset)
}

/**
 * Whether the conserved sums have lost something, which `deltaNext` then holds. What was lost in none of the last steps is looked
 * for after twice as many, and at an end.
 */
const seeLost = (r: Run): boolean => {
  if (!r.lost || --r.unseen > 0) return false
  const found = r.lost(r.newton.y, r.newton.deltaNext)
  r.seenEvery = found ? leastUnseen : Math.min(2 * r.seenEvery, mostUnseen)
  r.unseen = r.seenEvery
  return found
}

/** The same for the caller's state, where an integration ends at an event, fails or is left between two looks. */
const takeBack = ({ lost, accepted: { y }, newton: { deltaNext } }: Run): void => {
  if (lost?.(y, deltaNext)) for (let i = 0; i < y.length; i++) y[i] += deltaNext[i]
}

/** Takes one step from t, shortening it until it passes. */
const takeStep = (r: Run, t: number, end: number): number => {
  const { history: s, newton, errors, statistics } = r
  r.trials = 0
  r.failedTests = 0
  for (;;) {
    const remaining = end - t
    const last = remaining <= stretch * s.h
    if (last) s.h = remaining
    const next = last ? end : t + s.h
    setCoefficients(s)
    const result = correct(newton, next, s.leading, r.guess)
    if (result === outcome.converged) {
      if (testError(s, errors) <= 1 || passesAnew(r)) {
        r.anew = false
        r.first = false
        if (s.h >= r.troubledStep) r.troubledStep = 0
        if (last) r.unseen = 1 // what follows counts from here
        r.shifted = seeLost(r)
        return next
      }
      statistics.rejected++
    } else statistics.newtonFailures++
    shorten(r, t, result)
  }
}

/** Unknown of the largest weighted entry of v, or the first that is not finite. */
const worstOf = (v: Float64Array, weight: Float64Array): number => {
  const broken = v.findIndex(x => !Number.isFinite(x))
  if (broken >= 0) return broken
  let worst = 0
  for (let i = 1; i < v.length; i++) if (Math.abs(v[i]) * weight[i] > Math.abs(v[worst]) * weight[worst]) worst = i
  return worst
}

/** Restores the last accepted state and says which unknown stood in the way of the trial that failed last. */
const giveUp = (r: Run, t: number, result: Outcome): never => {
  const { history: s, newton, dae } = r
  const { y, yp, delta, e, weight } = newton
  let blamed = result === outcome.converged ? e : delta
  let what = result === outcome.singular ? 'the equations are singular' : 'the state leaves the range of the model'
  let at = `t = ${t} s`
  let inside = true
  if (result === outcome.outside || result === outcome.singular) {
    setCoefficients(s)
    r.guess.predicted()
    dropStep(s)
    inside = dae.residual(t + s.h, y, yp, delta)
    blamed = delta
  }
  const worst = worstOf(blamed, weight)
  const size = Math.abs(blamed[worst]) * weight[worst]
  const iterated = result === outcome.converged || result === outcome.slow
  if (inside && (iterated || !Number.isFinite(size))) {
    what = `largest residual in ${dae.name(worst)} (${Number.isFinite(size) ? `${size.toExponential(1)} tolerances` : 'not finite'})`
    at = `${at}, ${dae.name(worst)}`
  }
  interpolateHistory(s, 0, r.accepted.y, r.accepted.yp)
  throw new SimulationError(`integrate: step size fell below ${s.h.toExponential(1)} s at t = ${t} s; ${what}`, {
    code: 'method',
    at,
  })
}

/** The steps have become so short that they lead nowhere; the unknown that changes most in the last of them is to blame. */
const stalled = ({ newton, dae, history }: Run, t: number): never => {
  const worst = worstOf(history.phi[1], newton.weight)
  throw new SimulationError(
    `integrate: steps of ${history.h.toExponential(1)} s lead nowhere at t = ${t} s; ${dae.name(worst)}`,
    {
      code: 'method',
      at: `t = ${t} s, ${dae.name(worst)}`,
    },
  )
}

/** All that one integration works with. */
type Run = {
  readonly dae: Dae
  readonly history: History
  readonly newton: Newton
  readonly errors: Errors
  readonly statistics: Statistics
  readonly guess: Guess
  readonly rtol: number
  /** The caller's state, [size]. */
  readonly accepted: { readonly y: Float64Array; readonly yp: Float64Array }
  /** Order and step still grow from the start. */
  raising: boolean
  /** Trials and failed error tests of the step at hand. */
  trials: number
  failedTests: number
  /** Longest step whose iteration has failed since steps were as long [s]; 0: none. */
  troubledStep: number
  /** No step has been accepted yet; and the first begins anew. */
  first: boolean
  anew: boolean
  /** What the conserved sums have lost since the start. */
  readonly lost: ((y: Float64Array, correction: Float64Array) => boolean) | undefined
  /** Steps until the next look at them, and from one to the next. */
  unseen: number
  seenEvery: number
  /** `deltaNext` holds what the conserved sums of the step have lost. */
  shifted: boolean
}

/**
 * History and vectors of the last integration of a model that has ended, undefined while one goes on: a protocol of many steps
 * needs them but once.
 */
const idle = new WeakMap<Dae, History | undefined>()

const runOf = (dae: Dae, o: IntegrateOptions): Run => {
  const { rtol, algebraicError = true } = o
  const statistics = o.statistics ?? newStatistics()
  let history = idle.get(dae)
  if (!history) {
    // A model's own memory has room for one integration; one begun before that has ended gets another.
    const memory = (idle.has(dae) ? undefined : dae.memory) ?? vectorMemory(bdfEntries(dae.size))
    history = historyOf(bdfVectorsOf(dae.size, memory))
    setTolerances(dae, history.vectors)
  }
  idle.set(dae, undefined)
  const { vectors } = history
  const newton = newtonOf(dae, vectors, statistics)
  const { y, yp, e } = vectors
  y.set(o.y)
  yp.set(o.yp)
  const weight = algebraicError ? vectors.weight : vectors.errorWeight
  const count = algebraicError
    ? dae.size
    : Math.max(
        1,
        dae.differential.reduce((sum, d) => sum + d, 0),
      )
  setWeights(dae, rtol, vectors, y, weight)
  const [accepted] = history.phi
  const acceptedAt = (i: number): number => accepted[i]
  const predicted = () => {
    predict(history)
    confined(newton, mostPredicted, history.leading, acceptedAt)
  }
  const last = () => {
    predicted()
    const before = history.phi[0]
    for (let i = 0; i < dae.size; i++) {
      const change = before[i] - y[i]
      e[i] += change
      y[i] = before[i]
      yp[i] += history.leading * change
    }
  }
  return {
    dae,
    history,
    newton,
    errors: {
      weight,
      count,
      cheap: dae.cheapFactor === true,
      same: 0,
      lower: 0,
      proposed: 1,
      tested: 0,
      stepBefore: 0,
      testedBefore: 1,
    },
    statistics,
    guess: { predicted, last },
    rtol,
    accepted: o,
    raising: true,
    trials: 0,
    failedTests: 0,
    troubledStep: 0,
    first: true,
    anew: false,
    lost: dae.conserving?.(y),
    unseen: 1,
    seenEvery: 1,
    shifted: false,
  }
}

const firstStepOf = (dae: Dae, o: IntegrateOptions, weight: Float64Array): number => {
  const span = o.end - o.start
  let sum = 0
  for (let i = 0; i < dae.size; i++) sum += (o.yp[i] * weight[i]) ** 2
  const speed = Math.sqrt(sum / dae.size)
  const h = o.firstStep ?? Math.min(firstFraction * span, (dae.cheapFactor ? boldChange : firstChange) / speed)
  return Math.min(h, span, o.maxStep ?? Number.POSITIVE_INFINITY)
}

const checkOptions = (dae: Dae, o: IntegrateOptions): void => {
  const { y, yp, start, end, rtol, maxOrder = highestOrder, firstStep = 1, maxStep = 1 } = o
  const bad = (what: string): never => {
    throw new RangeError(`integrate: ${what}`)
  }
  if (y.length !== dae.size || yp.length !== dae.size) bad(`y and yp must have ${dae.size} entries`)
  if (!(Number.isFinite(start) && Number.isFinite(end) && end >= start))
    bad(`end must be ≥ start, got ${start} … ${end}`)
  if (!(rtol > 0 && rtol < 1)) bad(`rtol must be in (0, 1), got ${rtol}`)
  if (!(maxOrder >= 1 && maxOrder <= highestOrder)) bad(`maxOrder must be in 1 … ${highestOrder}, got ${maxOrder}`)
  if (!(firstStep > 0 && maxStep > 0)) bad(`steps must be > 0, got firstStep ${firstStep}, maxStep ${maxStep}`)
  const i = y.findIndex((v, j) => !Number.isFinite(v) || !Number.isFinite(yp[j]))
  if (i >= 0) bad(`the start is not finite in ${dae.name(i)}: ${y[i]}, slope ${yp[i]}`)
}

/**
 * Integrates from `start` to `end` or to the first event, yielding every accepted step.
 *
 * @param dae  the model; its last Jacobian and factor are overwritten
 * @param o    state, span, tolerance; `y` and `yp` are the live state of the integration
 * @returns    why and when it ended; `y`, `yp` hold that state. At an event they lie on its far side, within 1e-13 of its step
 * Order 1–5; error per step ≤ rtol (|y_i| + scale_i) in the rms; cost per step one or two residuals and solves, and a
 * factor whenever α has moved by 1.67 (or at all, see `cheapFactor`).
 * @throws SimulationError 'method' when the step size vanishes, naming time and unknown; RangeError on wrong arguments
 */
export function* integrateSteps(dae: Dae, o: IntegrateOptions): Generator<AcceptedStep, IntegrationEnd> {
  checkOptions(dae, o)
  if (o.end === o.start) return { reason: 'end', t: o.start, event: -1 }
  const r = runOf(dae, o)
  try {
    return yield* acceptedSteps(r, o)
  } finally {
    takeBack(r)
    idle.set(dae, r.history)
  }
}

function* acceptedSteps(r: Run, o: IntegrateOptions): Generator<AcceptedStep, IntegrationEnd> {
  const { y, yp, start, end, events = [], maxOrder = highestOrder, maxSteps = defaultMaxSteps } = o
  const maxStep = o.maxStep ?? Number.POSITIVE_INFINITY
  const { dae, history: s, newton, errors, statistics } = r
  startHistory(s, y, yp, firstStepOf(dae, o, newton.weight))
  const values = Float64Array.from(events, event => event.value(start, y))
  const within = (delay: number, out: Float64Array, from?: number): void =>
    interpolateHistory(s, delay, out, undefined, from)
  const step: AcceptedStep = {
    t: start,
    h: 0,
    order: 1,
    y,
    yp,
    interpolate: (at, out, outp, from) => interpolateHistory(s, at - t, out, outp, from),
  }
  let t = start
  let mark = start
  for (let count = 0; count < maxSteps; count++) {
    if (count > 0 && count % stalledSteps === 0) {
      if (!(t - mark > stalledPart * (end - start) || t - mark > stalledGrowth * (mark - start))) stalled(r, t)
      mark = t
    }
    const before = t
    t = takeStep(r, t, end)
    statistics.steps++
    const { order, h } = s
    if (errors.proposed === order - 1 || order >= maxOrder) r.raising = false
    if (!r.raising) chooseNext(s, errors, maxOrder, maxStep)
    else if (count > 0) {
      s.order = order + 1
      s.h = Math.min(2 * h, maxStep)
    }
    acceptStep(s, order, h)
    if (r.shifted) shift(r)
    step.t = t
    step.h = t - before
    step.order = order
    y.set(newton.y)
    yp.set(newton.yp)
    const found = events.length > 0 ? findEvent(events, values, { t, h, y, within }, newton.delta) : undefined
    if (found) {
      step.t = t + found.delay
      step.h = step.t - before
      interpolateHistory(s, found.delay, y, yp)
      takeBack(r)
      yield step
      return { reason: 'event', t: step.t, event: found.event }
    }
    yield step
    if (t === end) return { reason: 'end', t, event: -1 }
    setWeights(dae, o.rtol, s.vectors, s.phi[0], errors.weight)
  }
  throw new SimulationError(`integrate: ${maxSteps} steps taken, t = ${t} s of ${end} s`, {
    code: 'method',
    at: `t = ${t} s`,
  })
}

/** `integrateSteps` to its end. */
export const integrate = (dae: Dae, o: IntegrateOptions): IntegrationEnd => finish(integrateSteps(dae, o))
