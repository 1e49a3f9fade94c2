import { SimulationError } from '../error.ts'
import { choleskyFactor, choleskySolve, packedLength } from '../math/cholesky.ts'
import type { NormalEquations } from './normal-equations.ts'

/** Prior on the coefficients: rough terms are to be small. */
export type SmoothnessPrior = {
  /** λ [–]. */
  readonly strength: number
  /** p. */
  readonly power: number
}

/** Prior of the constants of the kinds: as good as none. */
const constantPrior = 1e-8

/**
 * Coefficients that minimise |y − X c|² + λ Σ_t (1 + d_t)^p (XᵀX)_tt c_t², d_t the degree of a term (sum of n + l over its
 * blocks): ridge regression on columns of unit length, with a strength that grows with the roughness of the term.
 *
 * @param degrees  d_t, −1 for constants, [size]
 * @param work     [size (size + 1)/2], written over
 * @returns        c [size]; terms that no row knows are 0
 * @throws SimulationError (`method`) where the matrix is not positive definite at this λ
 * Cost size³/3 operations. Source: computed
 */
export const solveSmooth = (
  { size, matrix, right }: NormalEquations,
  degrees: ArrayLike<number>,
  { strength, power }: SmoothnessPrior,
  work: Float64Array,
): Float64Array => {
  const scale = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const diagonal = matrix[packedLength(i) + i]
    scale[i] = diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0
  }
  for (let i = 0, at = 0; i < size; i++) {
    for (let j = 0; j < i; j++, at++) work[at] = matrix[at] * scale[i] * scale[j]
    work[at++] = 1 + (degrees[i] < 0 ? constantPrior : strength * (1 + degrees[i]) ** power)
  }
  const failed = choleskyFactor(work, size)
  if (failed >= 0)
    throw new SimulationError(
      `fit: the normal equations are singular at coefficient ${failed} of ${size} with a prior of ${strength}: take a stronger one or a smaller basis`,
      { code: 'method', at: `coefficient ${failed}` },
    )
  const c = Float64Array.from(right, (value, i) => value * scale[i])
  choleskySolve(work, size, c)
  for (let i = 0; i < size; i++) c[i] *= scale[i]
  return c
}
