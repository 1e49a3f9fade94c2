import type { AceBasis } from '../engine/ace/basis.ts'
import { blocksOf } from '../engine/ace/basis.ts'
import { packedLength } from '../math/cholesky.ts'
import { addEquations, type NormalEquations, normalEquations, residualSquares } from './normal-equations.ts'
import { type SmoothnessPrior, solveSmooth } from './solve-smooth.ts'

/** Degree of every coefficient: the sum of n + l over the blocks of its term; −1 for constants. */
export const coefficientDegrees = (basis: AceBasis): Int32Array =>
  Int32Array.from(
    basis.terms.flatMap((terms, s) => {
      const blocks = blocksOf(basis, s)
      return [
        -1,
        ...Array.from({ length: terms.count }, (_, t) =>
          [0, 1, 2].reduce((sum, k) => {
            const block = terms.blocks[3 * t + k]
            return block < 0 ? sum : sum + blocks[block].n + blocks[block].l
          }, 0),
        ),
      ]
    }),
  )

/** One prior tried on all folds. */
export type Trial = {
  readonly prior: SmoothnessPrior
  /** Root mean square of the weighted residuals on the fold left out [–], over all folds. */
  readonly error: number
}

export type CrossValidated = {
  readonly trials: readonly Trial[]
  readonly prior: SmoothnessPrior
  /** Fitted to all folds. */
  readonly coefficients: Float64Array
  /** Fitted to all folds but one each, with the prior chosen: where these disagree, the data do not decide. */
  readonly committee: readonly Float64Array[]
}

/**
 * Chooses the prior by leaving out one fold after the other, and fits with it. The errors come from the normal equations of
 * the folds alone: no row is looked at again.
 *
 * Yields each trial as it is done. Memory: two matrices besides those of the folds; cost (folds·priors + 1) Cholesky factors.
 *
 * @param folds   normal equations of disjoint groups of frames, at least 2
 * @param priors  to choose from, in the order they are tried
 */
export function* crossValidateSteps(
  folds: readonly NormalEquations[],
  degrees: ArrayLike<number>,
  priors: readonly SmoothnessPrior[],
): Generator<Trial, CrossValidated> {
  const { size } = folds[0]
  const total = normalEquations(size)
  for (const fold of folds) addEquations(total, fold, 1)
  const work = new Float64Array(packedLength(size))
  const trials: Trial[] = []
  let best: { trial: Trial; committee: Float64Array[] } | undefined
  for (const prior of priors) {
    let squares = 0
    const committee: Float64Array[] = []
    for (const fold of folds) {
      addEquations(total, fold, -1)
      const c = solveSmooth(total, degrees, prior, work)
      addEquations(total, fold, 1)
      squares += residualSquares(fold, c)
      committee.push(c)
    }
    const trial = { prior, error: Math.sqrt(squares / total.rows) }
    trials.push(trial)
    yield trial
    if (!best || trial.error < best.trial.error) best = { trial, committee }
  }
  const { trial, committee } = best!
  return { trials, prior: trial.prior, coefficients: solveSmooth(total, degrees, trial.prior, work), committee }
}
