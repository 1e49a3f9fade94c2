/**
 * Modified Newton iteration for the corrector of one BDF step: F(t, y⁽⁰⁾ + e, ẏ⁽⁰⁾ + α e) = 0 for e.
 *
 *   J δ = F,   e ← e − s δ,   s = 2/(1 + α/α_J)
 *
 * J = ∂F/∂y + α_J ∂F/∂ẏ is kept over many steps; s is the best common factor for an α that has moved on. The
 * contraction per iteration is carried from step to step, so one iteration is enough where the last steps showed that a
 * second would change nothing. The update is the same linear map for all unknowns: linear invariants stay exact.
 *
 * Source: Brenan1996; Hindmarsh2005
 */
import type { Dae } from './dae.ts'

/** Work done so far; one object may count over many integrations. */
export type Statistics = {
  steps: number
  rejected: number
  newtonIterations: number
  newtonFailures: number
  jacobians: number
  factorisations: number
  residuals: number
}

export const newStatistics = (): Statistics => ({
  steps: 0,
  rejected: 0,
  newtonIterations: 0,
  newtonFailures: 0,
  jacobians: 0,
  factorisations: 0,
  residuals: 0,
})

/** Error left in e by the iteration, in units of the error tolerance. */
const newtonTolerance = 0.33
/** Iterations with one Jacobian before it is called too old. */
const iterationLimit = 4
/** A contraction above this is no convergence. */
const slowestContraction = 0.9
/** A first correction this much smaller than the tolerance needs no second. */
const negligible = 1e-4
/** α may move by this factor before J is factored again; beyond it the contraction by s alone is worse than 1/4. */
const leadingDrift = 1.67
/** A contraction measured on the last step that calls for a new Jacobian on the next. */
const poorContraction = 0.3
/** Steps after which a Jacobian is renewed when a factorisation is due anyway, and when none is. */
const ageAtFactor = 8
const ageLimit = 40
/** The carried contraction grows by this factor on every step which did not measure it, so that one soon does. */
const forgetting = 1.3
/** Contraction assumed before one was measured. */
const firstContraction = 0.5
/** Smallest contraction believed: below it round-off is what was measured. */
const leastContraction = 1e-3

export const outcome = { converged: 0, slow: 1, outside: 2, singular: 3 } as const
export type Outcome = (typeof outcome)[keyof typeof outcome]

export type Newton = {
  readonly dae: Dae
  readonly statistics: Statistics
  /** Iterates of the step, [size]; live buffers of the caller. */
  readonly y: Float64Array
  readonly yp: Float64Array
  /** Total correction e, [size]. */
  readonly e: Float64Array
  /** Residual, then correction of one iteration, [size]. */
  readonly delta: Float64Array
  /** 1/(tolerance) of each unknown, [size]. */
  readonly weight: Float64Array
  /** α in the last factor; NaN before the first. */
  leading: number
  /** Steps since the last Jacobian. */
  age: number
  /** Contraction per iteration, carried. */
  contraction: number
  /** The last Jacobian has failed its step: renew it. */
  stale: boolean
  /** Iterations completed in the last attempt. */
  iterations: number
}

/** Takes a new Jacobian at the iterate (when asked) and factors with α. */
const prepare = (n: Newton, t: number, leading: number, renew: boolean): Outcome => {
  const { dae, statistics } = n
  if (renew) {
    statistics.jacobians++
    if (!dae.jacobian(t, n.y, n.yp)) return outcome.outside
    n.age = 0
    n.stale = false
  }
  statistics.factorisations++
  n.leading = Number.NaN
  if (!dae.factor(leading)) return outcome.singular
  n.leading = leading
  return outcome.converged
}

/** e ← e − s δ on all buffers; returns the weighted rms of s δ. */
const update = (n: Newton, leading: number, scale: number): number => {
  const { y, yp, e, delta, weight } = n
  const size = y.length
  let sum = 0
  for (let i = 0; i < size; i++) {
    const d = scale * delta[i]
    e[i] -= d
    y[i] -= d
    yp[i] -= leading * d
    const x = d * weight[i]
    sum += x * x
  }
  return Math.sqrt(sum / size)
}

const iterate = (n: Newton, t: number, leading: number): Outcome => {
  const { dae, statistics, y, yp, delta } = n
  const ratio = leading / n.leading
  const scale = ratio === 1 ? 1 : 2 / (1 + ratio)
  // What a moved α alone does to the contraction.
  let contraction = Math.max(n.contraction, Math.abs(ratio - 1) / (ratio + 1))
  let first = 0
  for (let m = 0; m < iterationLimit; m++) {
    n.iterations = m
    statistics.residuals++
    if (!dae.residual(t, y, yp, delta)) return outcome.outside
    dae.solve(delta)
    statistics.newtonIterations++
    const norm = update(n, leading, scale)
    if (!(norm < Number.POSITIVE_INFINITY)) return outcome.outside
    if (m === 0) {
      first = norm
      if (norm <= negligible * newtonTolerance) return outcome.converged
      if (contraction <= slowestContraction && (norm * contraction) / (1 - contraction) <= newtonTolerance) {
        n.contraction = Math.min(slowestContraction, n.contraction * forgetting)
        return outcome.converged
      }
    } else {
      contraction = (norm / first) ** (1 / m)
      if (!(contraction <= slowestContraction)) return outcome.slow
      n.contraction = Math.max(contraction, leastContraction)
      if ((norm * contraction) / (1 - contraction) <= newtonTolerance) {
        if (contraction > poorContraction) n.stale = true
        return outcome.converged
      }
    }
  }
  return outcome.slow
}

/**
 * Solves for e of one step. `y`, `yp` hold the predictor and `e` is zero on entry; on `converged` they hold the step.
 *
 * @param predict  restores the predictor and zeroes e, for a second try with a new Jacobian
 * @param n        buffers and the carried Jacobian
 * @param t        new time [s]
 * @param leading  α of the step [1/s]
 */
export const correct = (n: Newton, t: number, leading: number, predict: () => void): Outcome => {
  const drift = leading / n.leading
  const factor = !(drift < leadingDrift && drift * leadingDrift > 1)
  let renewed = n.stale || n.age >= (factor ? ageAtFactor : ageLimit)
  if (factor || renewed) {
    const prepared = prepare(n, t, leading, renewed)
    if (prepared === outcome.outside) return prepared
    if (prepared === outcome.singular && renewed) return prepared
  }
  for (;;) {
    const result = Number.isNaN(n.leading) ? outcome.singular : iterate(n, t, leading)
    // A predictor that is itself outside needs a shorter step, not another Jacobian.
    if (result === outcome.converged || renewed || (result === outcome.outside && n.iterations === 0)) {
      if (result !== outcome.converged) n.stale = true
      else n.age++
      return result
    }
    // The Jacobian was an old one: once more with a new one, at the predictor.
    renewed = true
    n.contraction = firstContraction
    predict()
    const prepared = prepare(n, t, leading, true)
    if (prepared !== outcome.converged) return prepared
  }
}

export const newtonOf = (o: { dae: Dae; y: Float64Array; yp: Float64Array; statistics: Statistics }): Newton => ({
  dae: o.dae,
  statistics: o.statistics,
  y: o.y,
  yp: o.yp,
  e: new Float64Array(o.dae.size),
  delta: new Float64Array(o.dae.size),
  weight: new Float64Array(o.dae.size),
  leading: Number.NaN,
  age: 0,
  contraction: firstContraction,
  stale: true,
  iterations: 0,
})
