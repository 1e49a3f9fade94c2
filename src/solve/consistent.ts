/**
 * Consistent initial values of an index-1 system: F(t, y_d, y_a, ẏ_d) = 0 for the algebraic y_a and the slopes ẏ_d, with
 * the differential y_d as given.
 *
 *   (∂F/∂y + α ∂F/∂ẏ) δ = F,   y_a ← y_a − λ δ_a,   ẏ_d ← ẏ_d − λ α δ_d,   α = 1/h → ∞
 *
 * The matrix differs from the true one by O(h), so a small h makes this Newton's method with the integrator's own linear
 * algebra. λ by the natural monotonicity test  ‖J⁻¹F(x − λδ)‖ ≤ (1 − λ/4) ‖δ‖,  which does not depend on how the
 * equations are scaled; the matrix is kept while it contracts fast.
 *
 * Source: Brown1998 (the h of the matrix); Deuflhard2004 (damping by the natural monotonicity test)
 */
import { SimulationError } from '../error.ts'
import type { Dae } from './dae.ts'
import { newStatistics, type Statistics } from './newton.ts'

/** h of the matrix [s]: tried in turn. A trace at a surface relaxes in 1e-7 s and less; round-off eats the second. */
const steps = [1e-9, 1e-12, 1e-6, 1e-3]
/** Change of any algebraic unknown in one iteration, in units of |y| + scale: keeps exponentials finite. */
const largestChange = 100
/** Smallest and largest cut of λ after a failed test; cut when the trial was not even finite. */
const leastCut = 0.1
const mostCut = 0.5
const rangeCut = 0.25
/** λ below which the descent is given up. A current 1e17 times the exchange current needs 1e-17 from a bad guess. */
const leastDamping = 1e-24
/** Iterations in a row with λ below `crawlDamping` and not `crawlGrowth` times the last before the descent is called stuck. */
const crawlDamping = 1e-6
const crawlGrowth = 3
const crawlLimit = 6
/** Contraction at which the matrix is kept. */
const keepContraction = 0.25
/** Converged when a correction is this fraction of the tolerance: what is left is smaller still. */
const negligible = 0.1
/** Contraction at which a correction tells that the next, negligible one is the last, and at which slopes need but one solve. */
const fastContraction = 0.1
const slopesAtOnce = 0.01
/** Relative change of the slopes accepted, and the iterations spent on it once y_a stands. */
const slopeAccuracy = 1e-6
const slopeIterations = 4

/** Solves for the slopes of y_a; the second repairs a matrix that was kept. */
const slopeSolves = 2

export type ConsistentOptions = {
  /** Accuracy of y_a relative to |y| + scale; 1e-8. */
  rtol?: number
  maxIterations?: number
  /** h of the matrix tried first [s]. */
  step?: number
  /** Counts are added to it. */
  statistics?: Statistics
}

type Work = {
  readonly dae: Dae
  readonly t: number
  readonly y: Float64Array
  readonly yp: Float64Array
  readonly y0: Float64Array
  readonly yp0: Float64Array
  readonly delta: Float64Array
  readonly next: Float64Array
  readonly force: Float64Array
  readonly weight: Float64Array
  readonly algebraic: number
  readonly statistics: Statistics
  /** The matrix at hand contracts fast. */
  fast: boolean
}

/** (y, ẏ) ← (y0, ẏ0) − λ δ. */
const move = (w: Work, alpha: number, lambda: number): void => {
  const { y, yp, y0, yp0, delta, dae } = w
  const { size, differential } = dae
  for (let i = 0; i < size; i++) {
    if (differential[i] === 0) y[i] = y0[i] - lambda * delta[i]
    else yp[i] = yp0[i] - lambda * alpha * delta[i]
  }
}

const norm = (w: Work, v: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < v.length; i++) sum += (v[i] * w.weight[i]) ** 2
  return Math.sqrt(sum / w.algebraic)
}

/** Relative change of the slopes that δ means. */
const slopeChange = (w: Work, alpha: number, v: Float64Array): number => {
  const { dae, yp, weight } = w
  let change = 0
  let size = 0
  for (let i = 0; i < v.length; i++) {
    if (dae.differential[i] === 0) continue
    change += (alpha * v[i] * weight[i]) ** 2
    size += (yp[i] * weight[i]) ** 2
  }
  return change === 0 ? 0 : Math.sqrt(change / (size + change))
}

/** Residual at (y, ẏ) into `force`; false outside the range of the model or where it overflows. */
const evaluate = (w: Work): boolean => {
  w.statistics.residuals++
  const { force } = w
  if (!w.dae.residual(w.t, w.y, w.yp, force)) return false
  // A value that is not finite leaves no sum of products with zero.
  let sum = 0
  for (let i = 0; i < force.length; i++) sum += 0 * force[i]
  return sum === 0
}

/** `out` ← J⁻¹ force. */
const solveInto = (w: Work, out: Float64Array): void => {
  out.set(w.force)
  w.dae.solve(out)
  w.statistics.newtonIterations++
}

const linearise = (w: Work, alpha: number): boolean => {
  w.statistics.jacobians++
  w.statistics.factorisations++
  return w.dae.jacobian(w.t, w.y, w.yp) && w.dae.factor(alpha)
}

/** λ that keeps every algebraic unknown within `largestChange`. */
const bound = (w: Work): number => {
  const { dae, y, delta } = w
  let largest = 0
  for (let i = 0; i < dae.size; i++) {
    if (dae.differential[i] === 0) largest = Math.max(largest, Math.abs(delta[i]) / (Math.abs(y[i]) + dae.scale[i]))
  }
  return largest > largestChange ? largestChange / largest : 1
}

/** ‖v − (1 − λ) δ‖: how far the trial was from what a linear F would give. */
const curvature = (w: Work, lambda: number): number => {
  const { next, delta, weight } = w
  let sum = 0
  for (let i = 0; i < next.length; i++) sum += ((next[i] - (1 - lambda) * delta[i]) * weight[i]) ** 2
  return Math.sqrt(sum / w.algebraic)
}

/** Damped Newton with h = 1/α. Returns undefined when done, else why not; `delta` then holds the last correction. */
const descend = (w: Work, alpha: number, maxIterations: number): string | undefined => {
  const { y, yp, y0, yp0, delta, next } = w
  if (!evaluate(w)) return 'the start lies outside the range of the model'
  if (!linearise(w, alpha)) return 'the equations are singular'
  solveInto(w, delta)
  let size = norm(w, delta)
  let guess = 1
  let settled = 0
  let crawled = 0
  let crawling = 1
  let kept = false
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (!Number.isFinite(size)) return 'the equations are singular'
    y0.set(y)
    yp0.set(yp)
    let lambda = Math.min(1, guess, bound(w))
    let after = 0
    let stale = false
    for (;;) {
      move(w, alpha, lambda)
      if (evaluate(w)) {
        solveInto(w, next)
        after = norm(w, next)
        if (after <= size * (1 - lambda / 4) + 4 * Number.EPSILON * size || after <= negligible) break
        // A correction by the matrix of an earlier iterate need not descend, however short.
        stale = kept
        if (stale) break
        const fit = (0.5 * size * lambda * lambda) / curvature(w, lambda)
        lambda *= Math.max(leastCut, Math.min(mostCut, fit / lambda))
      } else lambda *= rangeCut
      if (!(lambda > leastDamping)) {
        move(w, alpha, 0)
        return 'no descent'
      }
    }
    if (stale) {
      kept = false
      guess = 1
      move(w, alpha, 0)
      if (!evaluate(w) || !linearise(w, alpha)) return 'the equations are singular'
      solveInto(w, delta)
      size = norm(w, delta)
      continue
    }
    if (!(lambda < crawlDamping)) crawled = 0
    else if (lambda < crawlGrowth * crawling) crawled++
    crawling = lambda
    if (crawled > crawlLimit) return 'no descent'
    if (lambda === 1 && after <= negligible && (size <= 1 || after < fastContraction * size)) {
      const change = slopeChange(w, alpha, next)
      delta.set(next)
      y0.set(y)
      yp0.set(yp)
      move(w, alpha, 1)
      if (change <= slopeAccuracy || ++settled >= slopeIterations || !evaluate(w)) {
        w.fast = after < slopesAtOnce * size
        return undefined
      }
      solveInto(w, delta)
      size = norm(w, delta)
      continue
    }
    if (lambda === 1 && after < keepContraction * size) {
      delta.set(next)
      size = after
      guess = 1
      kept = true
      continue
    }
    const contraction = after / size
    kept = false
    if (!linearise(w, alpha)) return 'the equations are singular'
    solveInto(w, delta)
    size = norm(w, delta)
    // Grow λ again as fast as the equations allow; a step that was nearly linear frees it altogether.
    guess = lambda === 1 || contraction < mostCut ? 1 : 10 * Math.max(lambda, lambda * contraction)
    if (!(guess > 0)) guess = 1
  }
  return `${maxIterations} iterations were not enough`
}

/**
 * ẏ_a: the change of y_a that keeps F = 0 while y_d moves on for a time τ = h, by Newton with the matrix at hand. One that would
 * change by more than its size in that time has no slope to speak of: 0.
 */
const algebraicSlopes = (w: Work, alpha: number): void => {
  const { dae, t, y, yp, y0, yp0, force, next } = w
  const { size, differential } = dae
  const tau = 1 / alpha
  for (let i = 0; i < size; i++) if (differential[i] === 0) yp[i] = 0
  w.statistics.residuals += w.fast ? slopeSolves : 1 + slopeSolves
  if (!dae.residual(t, y, yp, force)) return
  yp0.set(force)
  for (let solves = w.fast ? 1 : 0; solves < slopeSolves; solves++) {
    for (let i = 0; i < size; i++) y0[i] = y[i] + tau * yp[i]
    if (!dae.residual(t + tau, y0, yp, force)) return
    for (let i = 0; i < size; i++) force[i] -= yp0[i]
    solveInto(w, next)
    for (let i = 0; i < size; i++) {
      const slope = yp[i] - next[i] * alpha
      if (differential[i] === 0 && Number.isFinite(slope)) yp[i] = slope
    }
  }
  for (let i = 0; i < size; i++)
    if (differential[i] === 0 && !(Math.abs(tau * yp[i]) < Math.abs(y[i]) + dae.scale[i])) yp[i] = 0
}

type Buffers = Pick<Work, 'y0' | 'yp0' | 'delta' | 'next' | 'force' | 'weight' | 'algebraic'> & {
  readonly guess: { readonly y: Float64Array; readonly yp: Float64Array }
}

/** A protocol starts many times on one model: its buffers are made once. */
const known = new WeakMap<Dae, Buffers>()

const buffersOf = (dae: Dae): Buffers => {
  const before = known.get(dae)
  if (before) return before
  const { size, differential } = dae
  const buffer = () => new Float64Array(size)
  const buffers = {
    y0: buffer(),
    yp0: buffer(),
    delta: buffer(),
    next: buffer(),
    force: buffer(),
    weight: buffer(),
    guess: { y: buffer(), yp: buffer() },
    algebraic: Math.max(1, size - differential.reduce((sum, d) => sum + d, 0)),
  }
  known.set(dae, buffers)
  return buffers
}

/**
 * @param dae  the model; its last Jacobian and factor are overwritten
 * @param t    time [s]
 * @param y    [size], y_d as given (but for `dae.repair`), y_a a guess; y_a is solved in place
 * @param yp   [size], ẏ_d a guess (zero will do); filled, ẏ_a too
 * @throws SimulationError 'method' naming the unknown with the largest correction; y and yp are as they were
 */
export const consistentInitial = (
  dae: Dae,
  t: number,
  y: Float64Array,
  yp: Float64Array,
  o: ConsistentOptions = {},
): void => {
  const { rtol = 1e-8, maxIterations = 200, step, statistics = newStatistics() } = o
  const { size, scale } = dae
  if (y.length !== size || yp.length !== size) {
    throw new RangeError(`consistentInitial: y and yp must have ${size} entries, got ${y.length} and ${yp.length}`)
  }
  const buffers = buffersOf(dae)
  const { weight } = buffers
  dae.repair?.(y)
  for (let i = 0; i < size; i++) weight[i] = 1 / (rtol * (Math.abs(y[i]) + scale[i]))
  const { guess } = buffers
  guess.y.set(y)
  guess.yp.set(yp)
  buffers.delta.fill(0)
  buffers.force.fill(0)
  const w: Work = { ...buffers, dae, t, y, yp, statistics, fast: false }
  let why = ''
  let worst = 0
  let largest = 0
  for (const h of step === undefined ? steps : [step, ...steps]) {
    const reason = descend(w, 1 / h, maxIterations)
    if (reason === undefined) {
      algebraicSlopes(w, 1 / h)
      return
    }
    if (why === '') {
      why = reason
      for (let i = 0; i < size; i++) {
        const here = Math.abs(w.delta[i]) * weight[i]
        if (!(here <= largest)) {
          largest = here
          worst = i
        }
        if (Number.isNaN(here) || !Number.isFinite(w.force[i])) {
          worst = i
          largest = Number.NaN
          break
        }
      }
    }
    y.set(guess.y)
    yp.set(guess.yp)
  }
  const name = dae.name(worst)
  const size1 = (largest * rtol).toExponential(1)
  throw new SimulationError(`consistentInitial: ${why} at t = ${t} s; largest residual in ${name} (${size1})`, {
    code: 'method',
    at: `t = ${t} s, ${name}`,
  })
}
