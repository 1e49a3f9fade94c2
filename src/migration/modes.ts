import { type Structure, withPositions } from '../crystal/structure.ts'
import { evaluated, type Search } from '../engine/search.ts'
import { symmetricEigen } from '../math/symmetric-eigen.ts'
import { dot } from '../solve/stepper.ts'
import { springModel } from './precondition.ts'
import { fixedMask, usualCurvature } from './relax.ts'

/** Vectors of the subspace at which it is cut back to the best few. */
const widest = 40

export type ModesOptions = {
  /** How many of the lowest modes. */
  readonly count?: number
  /** Atoms that stay where they are. */
  readonly fixed?: readonly number[]
  /** Directions to begin with, [3n] each: a tangent, the steps of movers. */
  readonly guesses?: readonly Float64Array[]
  /** Orthonormal directions to leave out: translations of the whole. */
  readonly exclude?: readonly Float64Array[]
  /** Displacement of the difference quotients [Å]; error of a curvature O(δ²) from both sides, O(δ) from one. */
  readonly displacement?: number
  /** Forces at the structure itself, [3n]: one structure a direction is asked for instead of two. */
  readonly forces?: Float64Array
  /** Largest residual |H v − λ v| of a mode that is done [eV/Å²]. */
  readonly tolerance?: number
  /** Most directions along which forces are asked for. */
  readonly maxDirections?: number
}

export type Modes = {
  /** Lowest curvatures λ [eV/Å²], ascending. */
  readonly curvatures: Float64Array
  /** Their directions, unit vectors [3n]. */
  readonly directions: readonly Float64Array[]
  /** |H v − λ v| of each [eV/Å²]: an eigenvalue of H lies at most this far from λ. */
  readonly residuals: Float64Array
  readonly forceCalls: number
  readonly outcome: 'converged' | 'step-limit'
}

/**
 * The lowest curvatures of the energy and their directions, from forces alone, by Davidson's method: Rayleigh–Ritz on a
 * growing subspace,
 *
 *   H v ≈ −(F(r + δv) − F(r − δv))/2δ
 *
 * widened by the residual of the worst mode wanted, softened by a model of springs between neighbours. A few dozen forces in
 * place of the 6n of the whole Hessian.
 *
 * Source: computed: Rayleigh–Ritz values bound the eigenvalues from above, residuals from both sides
 */
export function* lowestModes<P = never>(structure: Structure, o: ModesOptions = {}): Search<P, Modes> {
  const { displacement = 0.01, tolerance = 0.05, maxDirections = 120, exclude = [] } = o
  const size = structure.positions.length
  const fixed = fixedMask(structure, o.fixed)
  const free = (fixed ? size - fixed.reduce((sum, is) => sum + is, 0) : size) - exclude.length
  const count = Math.min(o.count ?? 2, free)
  const precondition = springModel(structure, usualCurvature, fixed)
  let V: Float64Array[] = []
  let HV: Float64Array[] = []
  const queue = firstDirections(structure, o.guesses ?? [], count, fixed)
  let forceCalls = 0
  let directions = 0
  for (;;) {
    // new directions, orthogonal to what is known
    const fresh: Float64Array[] = []
    for (const guess of queue) {
      const v = guess.slice()
      if (fixed) for (let k = 0; k < size; k++) if (fixed[k]) v[k] = 0
      if (orthonormalise(v, [...exclude, ...V, ...fresh])) fresh.push(v)
    }
    if (fresh.length > 0) {
      const moved = (v: Float64Array, by: number) =>
        withPositions(
          structure,
          structure.positions.map((x, k) => x + by * v[k]),
        )
      const oneSided = o.forces !== undefined
      const answers = yield* evaluated<P>(
        fresh.flatMap(v => (oneSided ? [moved(v, displacement)] : [moved(v, displacement), moved(v, -displacement)])),
      )
      forceCalls += answers.length
      directions += fresh.length
      fresh.forEach((v, k) => {
        const ahead = oneSided ? answers[k].forces : answers[2 * k].forces
        const behind = oneSided ? o.forces! : answers[2 * k + 1].forces
        const scale = -1 / (oneSided ? displacement : 2 * displacement)
        V.push(v)
        HV.push(ahead.map((f, i) => (fixed?.[i] ? 0 : scale * (f - behind[i]))))
      })
    }
    const { values, vectors } = rayleighRitz(V, HV)
    const wanted = Math.min(count, V.length)
    const ritz = (W: readonly Float64Array[], j: number) => combined(W, vectors, V.length, j)
    const residuals = new Float64Array(wanted)
    let worst: Float64Array | undefined
    for (let j = 0; j < wanted; j++) {
      const u = ritz(V, j)
      const r = ritz(HV, j).map((h, k) => h - values[j] * u[k])
      residuals[j] = Math.sqrt(dot(r, r))
      if (worst === undefined && residuals[j] > tolerance) worst = r
    }
    const whole = V.length >= free
    const exhausted = fresh.length === 0 || directions >= maxDirections
    if (worst === undefined || whole || exhausted)
      return {
        curvatures: values.slice(0, wanted),
        directions: Array.from({ length: wanted }, (_, j) => ritz(V, j)),
        residuals,
        forceCalls,
        outcome: worst === undefined || whole ? 'converged' : 'step-limit',
      }
    if (V.length >= widest) {
      const keep = Array.from({ length: Math.min(2 * count + 4, V.length) }, (_, j) => j)
      ;[V, HV] = [keep.map(j => ritz(V, j)), keep.map(j => ritz(HV, j))]
    }
    queue.length = 0
    queue.push(worst)
    if (precondition) precondition(worst)
  }
}

/** Guesses, and as many directions as are wanted that depend on the numbers of the atoms alone. */
const firstDirections = (
  { positions }: Structure,
  guesses: readonly Float64Array[],
  count: number,
  fixed: Uint8Array | undefined,
): Float64Array[] => {
  const scattered = Array.from({ length: Math.max(guesses.length > 0 ? 0 : 1, count - guesses.length) }, (_, m) =>
    positions.map((_x, k) => (fixed?.[k] ? 0 : Math.sin((m + 1) * 12.9898 + (k + 1) * (m + 1) * 78.233))),
  )
  return [...guesses.map(g => g.slice()), ...scattered]
}

/** Gram–Schmidt, twice; false where nothing new is left. */
const orthonormalise = (v: Float64Array, basis: readonly Float64Array[]): boolean => {
  const before = Math.sqrt(dot(v, v))
  if (!(before > 0)) return false
  for (let k = 0; k < v.length; k++) v[k] /= before
  for (let pass = 0; pass < 2; pass++)
    for (const b of basis) {
      const share = dot(v, b)
      for (let k = 0; k < v.length; k++) v[k] -= share * b[k]
    }
  const length = Math.sqrt(dot(v, v))
  if (!(length > 1e-6)) return false
  for (let k = 0; k < v.length; k++) v[k] /= length
  return true
}

/** Eigenvalues, ascending, and eigenvectors (columns) of Vᵀ H V, made symmetric. */
const rayleighRitz = (V: readonly Float64Array[], HV: readonly Float64Array[]) => {
  const m = V.length
  const T = new Float64Array(m * m)
  for (let i = 0; i < m; i++)
    for (let j = 0; j <= i; j++) T[i * m + j] = T[j * m + i] = (dot(V[i], HV[j]) + dot(V[j], HV[i])) / 2
  const Q = new Float64Array(m * m)
  symmetricEigen(T, m, Q)
  const order = Array.from({ length: m }, (_, i) => i).sort((a, b) => T[a * m + a] - T[b * m + b])
  return {
    values: Float64Array.from(order, i => T[i * m + i]),
    vectors: Float64Array.from({ length: m * m }, (_, k) => Q[Math.floor(k / m) * m + order[k % m]]),
  }
}

/** Σ_i W_i Q_ij. */
const combined = (W: readonly Float64Array[], Q: Float64Array, m: number, j: number): Float64Array => {
  const out = new Float64Array(W[0].length)
  for (let i = 0; i < m; i++) {
    const share = Q[i * m + j]
    for (let k = 0; k < out.length; k++) out[k] += share * W[i][k]
  }
  return out
}
