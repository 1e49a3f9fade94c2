import {
  type Envelope,
  envelopeMatrix,
  envelopeOf,
  factorEnvelope,
  inverseInEnvelope,
  solveEnvelope,
  solveLower,
} from './envelope-cholesky.ts'
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
  /** Rows that are to be met beside the others but are no data. */
  readonly held?: readonly Row[]
  /** The errors of the rows are their own and all there is: smoothness is chosen by them, not by the scatter. */
  readonly errorsKnown?: boolean
  /** Sets of unknowns that bounds are about, or whose standard error will be asked for together, beyond those of the rows. */
  readonly together?: readonly Int32Array[]
}

export type PenalisedFit = {
  /** [size] */
  readonly coefficients: Float64Array
  /** λ of each penalty relative to tr(A)/tr(P). */
  readonly smoothing: readonly number[]
  /** Σ (residual/error)². */
  readonly chiSquare: number
  /** GCV, or the expected χ² where errors are known: the lower the better, also between different spaces. */
  score(): number
  /** tr[(A + Σ λ P)⁻¹ A]: unknowns that the data decide. The first call, of this or of `standardError`, costs two factorisations. */
  effective(): number
  /** Standard error of Σ weights·c, the unknowns those of a row or of a set of `together`. */
  standardError(unknowns: Int32Array, weights: ArrayLike<number>): number
  /** The same for any unknowns, each call a solution: cheaper for a few. */
  standardErrorOf(unknowns: Int32Array, weights: ArrayLike<number>): number
}

/** Powers of ten that λ is looked for in. */
const leastSmoothing = -5
const mostSmoothing = 3
/** Steps of log λ: along all penalties together, then of each alone; then finer ones. */
const coarseStep = 2
const fineSteps = [1] as const
/** Each effective unknown counts a little more than one, against fits that follow the noise. Source: assumed: 1.4 */
const inflation = 1.4
/** Random signs of the trace during the search; the same ones for every λ. */
const probes = 6
/** What keeps unknowns that nothing decides from floating, relative to tr(A)/size. */
const leastRidge = 1e-13
const mostRidge = 1e-5

/** λ given, or where to look for it: over all decades coarsely, or finely about a place. */
export type Smoothing = { readonly fixed: readonly number[] } | { readonly about: readonly number[] } | 'coarse'

/** A problem made ready: fits of it at one λ after the other, and with one set of bounds after the other, share all but a factor. */
export type PenalisedFits = {
  /**
   * @param smoothing  λ relative to tr(A)/tr(P), one each, or how to look for them; coarsely, then finely where absent
   * @param bounds     rows that are to be met beside the data, the unknowns of each those of a row or of a set of `together`
   */
  fit(smoothing?: Smoothing, bounds?: readonly Row[]): PenalisedFit
}

/**
 * Penalised least squares min Σ ((a·c − y)/σ)² + Σ_k λ_k |P_k c|², the λ_k by generalised cross-validation,
 *
 *   GCV = M Σ r²/(M − γ tr[(A + λP)⁻¹A])²
 *
 * or, where the errors of the rows are known, by χ² + 2 tr[(A + λP)⁻¹A], what χ² of as many new samples would be on average, less M;
 * and the standard errors those of the posterior covariance (A + λP)⁻¹, which count what smoothing may have bent.
 *
 * @param smoothing  as of `PenalisedFits`
 * @throws RangeError where no unknown is decided by the rows
 * Cost of each λ tried: a factorisation within the envelope of the unknowns.
 * Source: EilersMarx1996 (differences of B-spline coefficients as penalty), CravenWahba1979 (cross-validation)
 */
export const penalisedFit = (problem: PenalisedProblem, smoothing?: Smoothing): PenalisedFit =>
  penalisedFits(problem).fit(smoothing)

/** The same made ready for more than one fit. */
export const penalisedFits = (problem: PenalisedProblem): PenalisedFits => {
  const { size, rows, penalties, held = [] } = problem
  if (rows.length === 0) throw new RangeError('penalisedFit: at least one row is needed, got none')
  const envelope = envelopeFor(problem)
  const A = normalOf(rows, envelope)
  const traceA = traceOf(A, envelope)
  const roughness = penalties.map(group => normalOf(group, envelope))
  const units = roughness.map(p => traceA / Math.max(traceOf(p, envelope), Number.MIN_VALUE))
  const P = roughness.map(filledOf)
  /** The matrix of the fit that was solved last, factored. */
  const matrix = envelopeMatrix(envelope)
  const S = matrix.values
  let factored: object | undefined
  const right = new Float64Array(size)
  addRight(rows, right)
  addRight(held, right)
  const summed = sumOf(envelope)
  let probed: Float64Array[] | undefined
  const z = new Float64Array(size)

  const factor = (lambda: readonly number[], bounds: readonly Row[]): void => {
    for (let ridge = leastRidge; ridge <= mostRidge; ridge *= 100) {
      if (bounds.length > 0) {
        const H = summed(bounds)
        for (let e = 0; e < S.length; e++) S[e] = A[e] + H[e]
      } else S.set(A)
      addNormal(held, envelope, S)
      for (let k = 0; k < P.length; k++) {
        const { at, value } = P[k]
        const scale = lambda[k] * units[k]
        for (let e = 0; e < at.length; e++) S[at[e]] += scale * value[e]
      }
      for (let i = 0; i < size; i++) S[envelope.start[i] + i] += (ridge * traceA) / size
      if (factorEnvelope(matrix)) return
    }
    throw new RangeError('penalisedFit: the rows and penalties leave the fit undetermined')
  }
  const scoreOf = (chiSquare: number, effective: number): number => {
    if (problem.errorsKnown) return chiSquare + 2 * effective
    const free = rows.length - inflation * effective
    return free > 0 ? (rows.length * chiSquare) / (free * free) : Number.POSITIVE_INFINITY
  }
  /** Score with the last factor. */
  const score = (chiSquare: number): number => {
    // tr[(A + λP)⁻¹A] = ⟨v·(A + λP)⁻¹v⟩ over random signs of the rows, A = ⟨v vᵀ⟩: never negative, and never more than there are rows
    probed ??= signsOf(rows.length).map(signs => signedSum(rows, signs, size))
    let effective = 0
    for (const v of probed) {
      z.set(v)
      solveLower(matrix, z)
      for (let i = 0; i < size; i++) effective += (z[i] * z[i]) / probes
    }
    return scoreOf(chiSquare, effective)
  }
  const fit = (smoothing?: Smoothing, bounds: readonly Row[] = []): PenalisedFit => {
    const full = bounds.length > 0 ? Float64Array.from(right) : right
    addRight(bounds, full)
    const solved = (): Float64Array => {
      const c = Float64Array.from(full)
      solveEnvelope(matrix, c)
      return c
    }
    const tried = new Map<string, number>()
    const trial = (logs: readonly number[]): number => {
      const key = logs.join()
      let found = tried.get(key)
      if (found === undefined) {
        factored = undefined
        factor(
          logs.map(l => 10 ** l),
          bounds,
        )
        found = score(chiSquareOf(rows, solved()))
        tried.set(key, found)
      }
      return found
    }
    const chosen =
      smoothing && typeof smoothing === 'object' && 'fixed' in smoothing
        ? smoothing.fixed
        : descend(trial, P.length, smoothing).map(l => 10 ** l)
    const own = {}
    /** The matrix may be that of another fit by now. */
    const again = (): void => {
      if (factored === own) return
      factored = undefined
      factor(chosen, bounds)
      factored = own
    }
    again()
    const coefficients = solved()
    const chiSquare = chiSquareOf(rows, coefficients)
    let known = tried.get(chosen.map(Math.log10).join())
    let inverse: Float64Array | undefined
    const inverted = (): Float64Array => {
      if (inverse) return inverse
      again()
      inverse = inverseInEnvelope(matrix)
      return inverse
    }
    return {
      coefficients,
      smoothing: chosen,
      chiSquare,
      score() {
        if (known === undefined) {
          again()
          known = score(chiSquare)
        }
        return known
      },
      effective() {
        const B = inverted()
        let sum = 0
        for (let e = 0; e < B.length; e++) sum += 2 * A[e] * B[e]
        for (let i = 0; i < size; i++) sum -= A[envelope.start[i] + i] * B[envelope.start[i] + i]
        return sum
      },
      standardErrorOf(unknowns, weights) {
        again()
        z.fill(0)
        for (let k = 0; k < unknowns.length; k++) z[unknowns[k]] += weights[k]
        solveLower(matrix, z)
        let variance = 0
        for (let i = 0; i < size; i++) variance += z[i] * z[i]
        return Math.sqrt(variance)
      },
      standardError(unknowns, weights) {
        const B = inverted()
        let variance = 0
        for (let a = 0; a < unknowns.length; a++)
          for (let b = 0; b < unknowns.length; b++) {
            const [i, j] = unknowns[a] > unknowns[b] ? [unknowns[a], unknowns[b]] : [unknowns[b], unknowns[a]]
            if (j >= envelope.first[i]) variance += weights[a] * weights[b] * B[envelope.start[i] + j]
          }
        return Math.sqrt(Math.max(variance, 0))
      },
    }
  }
  return { fit }
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

/** Rows begin at the first unknown that shares a row or a penalty with theirs. */
const envelopeFor = ({ size, rows, penalties, held = [], together = [] }: PenalisedProblem): Envelope => {
  const first = Int32Array.from({ length: size }, (_, i) => i)
  const couple = (unknowns: Int32Array): void => {
    let low = size
    for (let k = 0; k < unknowns.length; k++) if (unknowns[k] < low) low = unknowns[k]
    for (let k = 0; k < unknowns.length; k++) if (low < first[unknowns[k]]) first[unknowns[k]] = low
  }
  for (const group of [rows, held, ...penalties]) for (const { unknowns } of group) couple(unknowns)
  for (const unknowns of together) couple(unknowns)
  return envelopeOf(first)
}

/** Σ a aᵀ/σ² of rows. */
const normalOf = (rows: readonly Row[], envelope: Envelope): Float64Array => {
  const a = new Float64Array(envelope.length)
  addNormal(rows, envelope, a)
  return a
}

/** The sum of a list of rows; of one that begins with the rows of the list before only what is new is added. */
const sumOf = (envelope: Envelope): ((rows: readonly Row[]) => Float64Array) => {
  let before: readonly Row[] = []
  let sum: Float64Array | undefined
  return rows => {
    sum ??= new Float64Array(envelope.length)
    const longer = before.length <= rows.length && before.every((row, k) => row === rows[k])
    if (!longer) sum.fill(0)
    addNormal(longer ? rows.slice(before.length) : rows, envelope, sum)
    before = rows
    return sum
  }
}

const addNormal = (rows: readonly Row[], { first, start }: Envelope, a: Float64Array): void => {
  for (const { unknowns, weights, error } of rows) {
    const scale = 1 / (error * error)
    const count = unknowns.length
    let rising = true
    for (let k = 1; k < count; k++) if (unknowns[k] <= unknowns[k - 1]) rising = false
    for (let k = 0; k < count; k++) {
      if (weights[k] === 0) continue
      const i = unknowns[k]
      const at = start[i]
      const w = weights[k] * scale
      if (rising) {
        if (unknowns[0] < first[i]) throw apart()
        for (let l = 0; l <= k; l++) a[at + unknowns[l]] += w * weights[l]
      } else
        for (let l = 0; l < count; l++) {
          const j = unknowns[l]
          if (j > i) continue
          if (j < first[i]) throw apart()
          a[at + j] += w * weights[l]
        }
    }
  }
}
const apart = (): RangeError =>
  new RangeError('penalisedFit: bounds on unknowns that no row and no set brings together')

/** Adds Σ a y/σ² of rows, [size]. */
const addRight = (rows: readonly Row[], right: Float64Array): void => {
  for (const { unknowns, weights, target, error } of rows)
    for (let k = 0; k < unknowns.length; k++) right[unknowns[k]] += (weights[k] * target) / (error * error)
}

/** Where a matrix is not 0, and what it is there: a row of differences has few neighbours. */
const filledOf = (a: Float64Array): { readonly at: Int32Array; readonly value: Float64Array } => {
  let count = 0
  for (let e = 0; e < a.length; e++) if (a[e] !== 0) count++
  const at = new Int32Array(count)
  for (let e = 0, k = 0; e < a.length; e++) if (a[e] !== 0) at[k++] = e
  return { at, value: Float64Array.from(at, e => a[e]) }
}

const traceOf = (a: Float64Array, { size, start }: Envelope): number => {
  let trace = 0
  for (let i = 0; i < size; i++) trace += a[start[i] + i]
  return trace
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

const signsOf = (count: number): Float64Array[] => {
  const { uniform } = random(1)
  return Array.from({ length: probes }, () => Float64Array.from({ length: count }, () => (uniform() < 0.5 ? -1 : 1)))
}

/** Σ ± a/σ of rows, [size]. */
const signedSum = (rows: readonly Row[], signs: Float64Array, size: number): Float64Array => {
  const v = new Float64Array(size)
  for (const [r, { unknowns, weights, error }] of rows.entries())
    for (let k = 0; k < unknowns.length; k++) v[unknowns[k]] += (signs[r] * weights[k]) / error
  return v
}
