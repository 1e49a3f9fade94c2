import { bandOfInverse, factorBand, solveBand } from './band-cholesky.ts'
import { random } from './random.ts'

/** One linear equation in a few unknowns: Σ weights·c[unknowns] = target. A fit counts it (residual/error)². */
export type Row = {
  readonly unknowns: Int32Array
  readonly weights: Float64Array
  readonly target: number
  /** Standard error, in the unit of the target, > 0. */
  readonly error: number
}

/** A penalised least-squares problem: rows to be met, and groups of rows (target 0) that should be small. */
export type PenalisedProblem = {
  readonly size: number
  readonly rows: readonly Row[]
  readonly penalties: readonly (readonly Row[])[]
}

export type PenalisedFit = {
  /** [size] */
  readonly coefficients: Float64Array
  /** λ of each penalty relative to tr(A)/tr(P). */
  readonly smoothing: readonly number[]
  /** tr[(A + Σ λ P)⁻¹ A]: unknowns that the data decide. */
  readonly effective: number
  /** Σ (residual/error)². */
  readonly chiSquare: number
  /** Generalised cross-validation score: the lower the better, also between different spaces. */
  readonly score: number
  /** Standard error of Σ weights·c, all unknowns within one cell. */
  standardError(unknowns: Int32Array, weights: ArrayLike<number>): number
}

/** Powers of ten that λ is looked for in. */
const leastSmoothing = -5
const mostSmoothing = 3
/** Steps of log λ: along all penalties together, then of each alone; then finer ones. */
const coarseStep = 2
const fineSteps = [1, 0.5] as const
/** Each effective unknown counts a little more than one, against fits that follow the noise. Source: assumed: 1.4 */
const inflation = 1.4
/** Random signs of the trace during the search; the same ones for every λ. */
const probes = 6
/** What keeps unknowns that nothing decides from floating, relative to tr(A)/size. */
const leastRidge = 1e-13
const mostRidge = 1e-5

/** λ given, or where to look for it: over all decades coarsely, or finely about a place. */
export type Smoothing = { readonly fixed: readonly number[] } | { readonly about: readonly number[] } | 'coarse'

/**
 * Penalised least squares min Σ ((a·c − y)/σ)² + Σ_k λ_k |P_k c|², the λ_k by generalised cross-validation,
 *
 *   GCV = M Σ r²/(M − γ tr[(A + λP)⁻¹A])²
 *
 * and the standard errors those of the posterior covariance (A + λP)⁻¹, which count what smoothing may have bent.
 *
 * @param smoothing  λ relative to tr(A)/tr(P), one each, or how to look for them; coarsely, then finely where absent
 * @throws RangeError where no unknown is decided by the rows
 * Cost of each λ tried: size·band².
 * Source: EilersMarx1996 (differences of B-spline coefficients as penalty), CravenWahba1979 (cross-validation)
 */
export const penalisedFit = (problem: PenalisedProblem, smoothing?: Smoothing): PenalisedFit => {
  const { size, rows, penalties } = problem
  if (rows.length === 0) throw new RangeError('penalisedFit: at least one row is needed, got none')
  const band = bandOf(problem)
  const A = normalOf(rows, size, band)
  const right = new Float64Array(size)
  for (const { unknowns, weights, target, error } of rows)
    for (let k = 0; k < unknowns.length; k++) right[unknowns[k]] += (weights[k] * target) / (error * error)
  const P = penalties.map(group => normalOf(group, size, band))
  const traceA = traceOf(A, size, band)
  const units = P.map(p => traceA / Math.max(traceOf(p, size, band), Number.MIN_VALUE))
  const S = new Float64Array(A.length)
  const probed = signsOf(size).map(sign => ({ sign, product: productOf(A, size, band, sign) }))
  const z = new Float64Array(size)

  const factor = (lambda: readonly number[]): void => {
    for (let ridge = leastRidge; ridge <= mostRidge; ridge *= 100) {
      S.set(A)
      for (let k = 0; k < P.length; k++) {
        const scale = lambda[k] * units[k]
        for (let e = 0; e < S.length; e++) S[e] += scale * P[k][e]
      }
      for (let i = 0; i < size; i++) S[i * (band + 1) + band] += (ridge * traceA) / size
      if (factorBand(S, size, band)) return
    }
    throw new RangeError('penalisedFit: the rows and penalties leave the fit undetermined')
  }
  const solved = (): Float64Array => {
    const c = Float64Array.from(right)
    solveBand(S, size, band, c)
    return c
  }
  const scoreOf = (chiSquare: number, effective: number): number => {
    const free = rows.length - inflation * effective
    return free > 0 ? (rows.length * chiSquare) / (free * free) : Number.POSITIVE_INFINITY
  }
  const tried = new Map<string, number>()
  const trial = (logs: readonly number[]): number => {
    const key = logs.join()
    let score = tried.get(key)
    if (score === undefined) {
      factor(logs.map(l => 10 ** l))
      let effective = 0
      for (const { sign, product } of probed) {
        z.set(product)
        solveBand(S, size, band, z)
        for (let i = 0; i < size; i++) effective += (sign[i] * z[i]) / probes
      }
      score = scoreOf(chiSquareOf(rows, solved()), effective)
      tried.set(key, score)
    }
    return score
  }
  const chosen =
    smoothing && typeof smoothing === 'object' && 'fixed' in smoothing
      ? smoothing.fixed
      : descend(trial, P.length, smoothing).map(l => 10 ** l)
  factor(chosen)
  const coefficients = solved()
  const Z = bandOfInverse(S, size, band)
  let effective = 0
  for (let i = 0; i < size; i++)
    for (let k = 0; k <= band; k++) {
      const e = i * (band + 1) + k
      effective += (k === band ? 1 : 2) * A[e] * Z[e]
    }
  const chiSquare = chiSquareOf(rows, coefficients)
  return {
    coefficients,
    smoothing: chosen,
    effective,
    chiSquare,
    score: scoreOf(chiSquare, effective),
    standardError(unknowns, weights) {
      let variance = 0
      for (let a = 0; a < unknowns.length; a++)
        for (let b = 0; b < unknowns.length; b++) {
          const [i, j] = unknowns[a] > unknowns[b] ? [unknowns[a], unknowns[b]] : [unknowns[b], unknowns[a]]
          if (i - j <= band) variance += weights[a] * weights[b] * Z[i * (band + 1) + band - i + j]
        }
      return Math.sqrt(Math.max(variance, 0))
    },
  }
}

/** Coordinate descent in log λ on grids: all together first, then each alone, coarsely and then finely. */
const descend = (
  trial: (logs: readonly number[]) => number,
  count: number,
  smoothing: 'coarse' | { readonly about: readonly number[] } | undefined,
): number[] => {
  const about = smoothing !== undefined && smoothing !== 'coarse' ? smoothing.about.map(Math.log10) : undefined
  let best = about ?? Array.from({ length: count }, () => 0)
  let least = Number.POSITIVE_INFINITY
  const offer = (logs: number[]): boolean => {
    if (logs.some(l => l < leastSmoothing || l > mostSmoothing)) return false
    const score = trial(logs)
    if (!(score < least)) return false
    least = score
    best = logs
    return true
  }
  if (about) offer(about)
  else for (let l = leastSmoothing; l <= mostSmoothing; l += coarseStep) offer(best.map(() => l))
  const steps = [...(about || count < 2 ? [] : [coarseStep]), ...(smoothing === 'coarse' ? [] : fineSteps)]
  for (const step of steps) {
    let moved = true
    while (moved) {
      moved = false
      for (let k = 0; k < count; k++) {
        for (const sign of [-1, 1]) {
          while (offer(best.map((l, m) => (m === k ? l + sign * step : l)))) moved = true
        }
      }
    }
  }
  return best
}

const bandOf = ({ rows, penalties }: PenalisedProblem): number => {
  let band = 0
  for (const group of [rows, ...penalties])
    for (const { unknowns } of group) {
      let [low, high] = [Number.POSITIVE_INFINITY, 0]
      for (let k = 0; k < unknowns.length; k++) {
        low = Math.min(low, unknowns[k])
        high = Math.max(high, unknowns[k])
      }
      band = Math.max(band, high - low)
    }
  return band
}

/** Σ a aᵀ/σ² of rows as a lower band. */
const normalOf = (rows: readonly Row[], size: number, band: number): Float64Array => {
  const a = new Float64Array(size * (band + 1))
  for (const { unknowns, weights, error } of rows) {
    const scale = 1 / (error * error)
    for (let k = 0; k < unknowns.length; k++) {
      if (weights[k] === 0) continue
      const i = unknowns[k]
      const row = i * (band + 1) + band - i
      const w = weights[k] * scale
      for (let l = 0; l < unknowns.length; l++) if (unknowns[l] <= i) a[row + unknowns[l]] += w * weights[l]
    }
  }
  return a
}

const traceOf = (a: Float64Array, size: number, band: number): number => {
  let trace = 0
  for (let i = 0; i < size; i++) trace += a[i * (band + 1) + band]
  return trace
}

const productOf = (a: Float64Array, size: number, band: number, x: Float64Array): Float64Array => {
  const y = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const row = i * (band + 1) + band - i
    y[i] += a[row + i] * x[i]
    for (let j = Math.max(0, i - band); j < i; j++) {
      y[i] += a[row + j] * x[j]
      y[j] += a[row + j] * x[i]
    }
  }
  return y
}

const chiSquareOf = (rows: readonly Row[], c: Float64Array): number => {
  let sum = 0
  for (const row of rows) sum += residualOf(row, c) ** 2
  return sum
}

/** (Σ weights·c − target)/error of one row. */
export const residualOf = ({ unknowns, weights, target, error }: Row, c: ArrayLike<number>): number => {
  let value = -target
  for (let k = 0; k < unknowns.length; k++) value += weights[k] * c[unknowns[k]]
  return value / error
}

const signsOf = (size: number): Float64Array[] => {
  const { uniform } = random(1)
  return Array.from({ length: probes }, () => Float64Array.from({ length: size }, () => (uniform() < 0.5 ? -1 : 1)))
}
