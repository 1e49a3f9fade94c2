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
import type { BdfVectors } from './bdf-loops.ts'
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

/**
 * Error left in e by the iteration, in units of the error tolerance. A tenth costs little more than the customary third, and
 * gives smoother steps on the discharges of `bench/`.
 */
const newtonTolerance = 0.1
/** The same where the steepest slopes are new with every factor (`relinearise`): the customary third is smooth enough then. */
const newtonToleranceRenewed = 0.3
/** Iterations with one Jacobian before it is called too old. */
const iterationLimit = 4
/** Iterations more for an iterate that is within the tolerance but outside the model, and the most of them in all. */
const polishing = 4
const mostPolished = 12
/** A contraction above this is no convergence. */
const slowestContraction = 0.9
/** A first correction this much smaller than the tolerance needs no second. */
const negligible = 1e-4
/** The same where a potential is steep: a thousandth of the correction that the tolerance leaves. */
const settled = 1e-4
/**
 * α may move by this factor before J is factored again; beyond it the contraction by s alone is worse than 1/4. Where a factor
 * costs less than the second iteration it saves, it may hardly move.
 */
const leadingDrift = 1.67
const cheapDrift = 1.05
/** A contraction measured on the last step that calls for a new Jacobian on the next. */
const poorContraction = 0.1
/**
 * Steps after which a Jacobian is renewed when a factorisation is due anyway, and when none is. Where only the reactions are renewed in
 * between (`relinearise`) 3, 4 or 5 is the same to 2 %; from 8 on a discharge of two ions may creep.
 */
const ageAtFactor = 5
const ageLimit = 20
/** The carried contraction grows by this factor on every step which did not measure it, so that one soon does. */
const forgetting = 1.3
/** Smallest first correction, in tolerances, that a contraction is taken to be measured at. */
const leastMeasured = 1e-3
/** Contraction assumed before one was measured. */
const firstContraction = 0.5
/** Smallest contraction believed: below it round-off is what was measured. */
const leastContraction = 1e-3
/**
 * Jacobians that one step takes on its way, beyond the first: at the edge of the range 25 steps of 27 which get there at all do so in
 * three, and those that do not are the dearest ones of a run.
 */
const jacobiansOnTheWay = 4
/** Factor by which a correction may change what is left at an edge, and a prediction. */
const mostBent = 10
export const mostPredicted = 4
/** Iterations where an update had to be cut, and halvings of one update: 2⁻²⁰ of a correction is no progress. */
const cutIterationLimit = 12
const halvings = 20

export const outcome = { converged: 0, slow: 1, outside: 2, singular: 3 } as const
export type Outcome = (typeof outcome)[keyof typeof outcome]

export type Newton = {
  readonly dae: Dae
  readonly statistics: Statistics
  /** Where all vectors are; those used here once more: */
  readonly vectors: BdfVectors
  /** Iterates of the step, [size]. */
  readonly y: Float64Array
  readonly yp: Float64Array
  /** Total correction e, [size]. */
  readonly e: Float64Array
  /** Residual, then correction of one iteration, [size]; in turn, so that the last correction is still known. */
  readonly delta: Float64Array
  readonly deltaNext: Float64Array
  /** The iterate before the last correction, but for the first: that one is the guess. */
  readonly kept: { readonly y: Float64Array; readonly yp: Float64Array; readonly e: Float64Array }
  readonly edge: Edge
  /** 1/(tolerance) of each unknown, [size]. */
  readonly weight: Float64Array
  /** Error that may be left in e, in units of the error tolerance. */
  readonly tolerance: number
  /** α in the last factor; NaN before the first. */
  leading: number
  /** Steps since the last Jacobian. */
  age: number
  /** Contraction per iteration, carried, and the first correction of the iteration that measured it, in tolerances. */
  contraction: number
  measured: number
  /** The last Jacobian has failed its step: renew it. */
  stale: boolean
  /** Iterations completed in the last attempt, and whether its corrections became smaller. */
  iterations: number
  nearer: boolean
  /** The last attempt ended where an iterate was kept inside. */
  cut: boolean
  /** The iterate is still the one that was linearised last. */
  linearised: boolean
}

/** Takes a new Jacobian at the iterate (when asked) and factors with α. */
const prepare = (n: Newton, t: number, leading: number, renew: boolean): Outcome => {
  const { dae, statistics } = n
  if (renew) {
    statistics.jacobians++
    if (!dae.jacobian(t, n.y, n.yp)) return outcome.outside
    n.age = 0
    n.stale = false
  } else if (dae.relinearise && !dae.relinearise(n.y)) return outcome.outside
  statistics.factorisations++
  n.leading = Number.NaN
  if (!dae.factor(leading)) return outcome.singular
  n.leading = leading
  n.linearised = true
  return outcome.converged
}

/** e ← e − s δ, and y and ẏ with it; returns the weighted rms of s δ. */
const update = ({ vectors }: Newton, delta: Float64Array, leading: number, scale: number): number => {
  const { size, entries, e, y, yp, weight, sums, loops } = vectors
  loops.update(
    entries,
    delta.byteOffset,
    e.byteOffset,
    y.byteOffset,
    yp.byteOffset,
    weight.byteOffset,
    sums.byteOffset,
    scale,
    leading,
  )
  return Math.sqrt(sums[0] / size)
}

/**
 * The last correction led outside: half of it instead, half of that, until the residual exists. Each from the iterate
 * kept before it: taking back a huge correction would leave its round-off behind, and with it the invariants.
 */
const backOff = (
  n: Newton,
  t: number,
  delta: Float64Array,
  out: Float64Array,
  leading: number,
  scale: number,
  guess: (() => void) | undefined,
): boolean => {
  let part = scale
  for (let k = 0; k < halvings; k++) {
    part *= 0.5
    if (guess) guess()
    else {
      n.y.set(n.kept.y)
      n.yp.set(n.kept.yp)
      n.e.set(n.kept.e)
    }
    update(n, delta, leading, part)
    n.statistics.residuals++
    if (n.dae.residual(t, n.y, n.yp, out, false)) return true
  }
  return false
}

/** A state within the tolerance but outside the model is not there yet: what is out of range by less than an error is polished. */
const isInside = ({ dae, y }: Newton, leading: number): boolean => dae.inside === undefined || dae.inside(y, leading)

/** Whether a first correction is the last: where a potential is steep a contraction of earlier steps says nothing of this one. */
const settles = ({ dae, y }: Newton, norm: number, delta: Float64Array, scale: number): boolean =>
  norm <= settled || !(dae.steep?.(y, delta, scale) ?? false)

/**
 * Takes back what an iterate has lost at the edges of the range, beyond a factor `most` of what was left in the state `before`; true:
 * something was. What is given back counts in y, ẏ and e.
 */
export const confined = (
  { dae, y, edge }: Newton,
  most: number,
  leading: number,
  before: (i: number) => number,
): boolean => {
  if (!dae.confine) return false
  edge.numbers[0] = leading
  return dae.confine(y, most, before, edge.give)
}

/** What `confined` calls back, made once: α of the step, the scale of the last correction, and that correction. */
type Edge = {
  readonly numbers: Float64Array
  correction: Float64Array
  readonly give: (i: number, change: number) => void
  /** An unknown before the last correction. */
  readonly uncorrected: (i: number) => number
}
const edgeOf = ({ y, yp, e, delta }: BdfVectors): Edge => {
  const numbers = new Float64Array(2)
  const edge: Edge = {
    numbers,
    correction: delta,
    give: (i, change) => {
      y[i] += change
      e[i] += change
      yp[i] += numbers[0] * change
    },
    uncorrected: i => y[i] + numbers[1] * edge.correction[i],
  }
  return edge
}

/**
 * @param guess  restores the iterate begun from; undefined: it is kept
 */
const iterate = (n: Newton, t: number, leading: number, guess: (() => void) | undefined): Outcome => {
  const { dae, statistics, y, yp, tolerance } = n
  const ratio = leading / n.leading
  const scale = ratio === 1 ? 1 : 2 / (1 + ratio)
  // What a moved α alone does to the contraction.
  let contraction = Math.max(n.contraction, Math.abs(ratio - 1) / (ratio + 1))
  n.nearer = false
  n.cut = false
  let first = 0
  let since = 0
  let limit = iterationLimit
  let delta = n.delta
  let before = n.deltaNext
  for (let m = 0; m < limit; m++, since++) {
    n.iterations = m
    statistics.residuals++
    const known = dae.residual(t, y, yp, delta, n.linearised)
    n.linearised = false
    if (!known) {
      if (m === 0 || !backOff(n, t, before, delta, leading, scale, m === 1 ? guess : undefined)) return outcome.outside
      // The iteration begins anew from here, with nothing known of its contraction.
      limit = cutIterationLimit
      since = 0
      contraction = 1
    }
    dae.solve(delta)
    statistics.newtonIterations++
    if (m > 0 || !guess) {
      n.kept.y.set(y)
      n.kept.yp.set(yp)
      n.kept.e.set(n.e)
    }
    const norm = update(n, delta, leading, scale)
    if (!(norm < Number.POSITIVE_INFINITY)) return outcome.outside
    const used = delta
    n.edge.numbers[1] = scale
    n.edge.correction = used
    const cut = confined(n, mostBent, leading, n.edge.uncorrected)
    delta = before
    before = used
    if (cut && norm > settled) {
      // Another Jacobian from here: the equations bend between where it was taken and the edge.
      n.iterations = m + 1
      n.nearer = true
      n.cut = true
      return outcome.slow
    }
    if (since === 0) {
      first = norm
      // What bends the equations makes the contraction grow with the correction: the carried one holds up to its size.
      const grown = contraction * Math.max(1, norm / n.measured)
      const near =
        norm <= negligible * tolerance || (grown <= slowestContraction && (norm * grown) / (1 - grown) <= tolerance)
      if (near && !isInside(n, leading)) limit = Math.max(limit, m + polishing)
      else if (near && !settles(n, norm, used, scale)) continue
      else if (near) {
        n.contraction = Math.min(slowestContraction, n.contraction * forgetting)
        return outcome.converged
      }
    } else {
      contraction = (norm / first) ** (1 / since)
      n.nearer = norm < first
      if (!(contraction <= slowestContraction)) return outcome.slow
      // At this pace the iterations that are left would not do.
      if ((norm * contraction ** (limit - m)) / (1 - contraction) > tolerance) return outcome.slow
      n.contraction = Math.max(contraction, leastContraction)
      n.measured = Math.max(first, leastMeasured)
      if ((norm * contraction) / (1 - contraction) <= tolerance) {
        if (isInside(n, leading)) {
          if (contraction > poorContraction) n.stale = true
          return outcome.converged
        }
        // Where there is nothing left to polish the solution itself is outside.
        if (norm <= negligible * tolerance) return outcome.slow
        limit = Math.min(Math.max(limit, m + 2), mostPolished)
      }
    }
  }
  return outcome.slow
}

/** After a failed step: a new Jacobian, and no step with a single iteration until the contraction is measured again. */
export const distrust = (n: Newton): void => {
  n.stale = true
  n.contraction = firstContraction
  n.measured = 1
}

/** First guesses of a step's solution, each filling y, ẏ and e = y − y⁽⁰⁾. */
export type Guess = {
  /** The predictor, e = 0. */
  predicted(): void
  /** The last accepted y: always inside the range of the model, which an extrapolation is not. */
  last(): void
}

/**
 * Solves for e of one step; on `converged` y and ẏ hold the step.
 *
 * @param n        buffers and the carried Jacobian
 * @param t        new time [s]
 * @param leading  α of the step [1/s]
 * @param guess    where to begin: the predictor, again with a new Jacobian, then the last y where the predictor is outside
 */
export const correct = (n: Newton, t: number, leading: number, guess: Guess): Outcome => {
  const drift = leading / n.leading
  const most = n.dae.cheapFactor ? cheapDrift : leadingDrift
  const factor = !(drift < most && drift * most > 1)
  guess.predicted()
  n.linearised = false
  let renewed = n.stale || n.age >= (factor ? ageAtFactor : ageLimit) || (n.dae.outdated?.(n.y) ?? false)
  let result: Outcome = factor || renewed ? prepare(n, t, leading, renewed) : outcome.converged
  if (result === outcome.converged) result = iterate(n, t, leading, guess.predicted)
  if (result !== outcome.converged && !renewed && !n.cut && !(result === outcome.outside && n.iterations === 0)) {
    // The Jacobian was an old one.
    renewed = true
    n.contraction = firstContraction
    guess.predicted()
    result = prepare(n, t, leading, true)
    if (result === outcome.converged) result = iterate(n, t, leading, guess.predicted)
  }
  // Slow with a new Jacobian: the equations bend on the way. As long as it leads nearer, another one from where it has come.
  for (let more = 0; result === outcome.slow && n.nearer && more < jacobiansOnTheWay; more++) {
    n.contraction = firstContraction
    result = prepare(n, t, leading, true)
    if (result === outcome.converged) result = iterate(n, t, leading, undefined)
  }
  if (result === outcome.outside) {
    n.contraction = firstContraction
    guess.last()
    if (
      prepare(n, t, leading, true) === outcome.converged &&
      iterate(n, t, leading, guess.last) === outcome.converged
    ) {
      result = outcome.converged
    }
  }
  if (result === outcome.converged) n.age++
  else distrust(n)
  return result
}

export const newtonOf = (dae: Dae, vectors: BdfVectors, statistics: Statistics): Newton => {
  const { y, yp, e, delta, deltaNext, kept, weight } = vectors
  return {
    dae,
    statistics,
    vectors,
    y,
    yp,
    e,
    delta,
    deltaNext,
    kept,
    edge: edgeOf(vectors),
    weight,
    tolerance: dae.relinearise ? newtonToleranceRenewed : newtonTolerance,
    leading: Number.NaN,
    age: 0,
    contraction: firstContraction,
    measured: 1,
    stale: true,
    iterations: 0,
    nearer: false,
    cut: false,
    linearised: false,
  }
}
