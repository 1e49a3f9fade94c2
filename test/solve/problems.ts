/** Test problems with known answers, shared by the tests of the integrator. */
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'
import type { Dae } from '../../src/solve/dae.ts'
import { denseDae } from '../../src/solve/dense-dae.ts'

/**
 * A linear index-1 pair with a smooth known solution: ẏ0 = −5 (y0 − sin t) + cos t + (y1 − 2 y0 − cos t), 0 = y1 − 2 y0 − cos t;
 * y0 = sin t, y1 = 2 sin t + cos t. Linear, so that Newton's method leaves no error of its own.
 */
export const linearPair = (): Dae =>
  denseDae({
    size: 2,
    differential: [1, 0],
    residual(t, y, yp, out) {
      const constraint = y[1] - 2 * y[0] - Math.cos(t)
      out[0] = yp[0] + 5 * (y[0] - Math.sin(t)) - Math.cos(t) - constraint
      out[1] = constraint
      return true
    },
  })

/** Robertson's reactions with the sum as algebraic equation; natural sizes 1, 1e-4 and 1, tolerances far below them. */
export const robertson = (small = 1e-6): Dae =>
  denseDae({
    size: 3,
    differential: [1, 1, 0],
    scale: [small, 1e-4 * small, small],
    residual(_, y, yp, out) {
      out[0] = yp[0] + 0.04 * y[0] - 1e4 * y[1] * y[2]
      out[1] = yp[1] - 0.04 * y[0] + 1e4 * y[1] * y[2] + 3e7 * y[1] * y[1]
      out[2] = y[0] + y[1] + y[2] - 1
      return true
    },
  })

/** The same reactions, all differential, with the exact Jacobian: every column sums to α, so that 1ᵀy is an exact invariant. */
export const closedNetwork = (): Dae => {
  const stiffness = new Float64Array(9)
  const matrix = new Float64Array(9)
  const pivot = new Int32Array(3)
  return {
    size: 3,
    differential: new Uint8Array(3).fill(1),
    scale: Float64Array.of(1, 1e-4, 1),
    residual(_, y, yp, out) {
      const r1 = 0.04 * y[0]
      const r2 = 3e7 * y[1] * y[1]
      const r3 = 1e4 * y[1] * y[2]
      out[0] = yp[0] + r1 - r3
      out[1] = yp[1] - r1 + r2 + r3
      out[2] = yp[2] - r2
      return true
    },
    jacobian(_, y) {
      const [, b, c] = y
      stiffness.set([0.04, -1e4 * c, -1e4 * b, -0.04, 6e7 * b + 1e4 * c, 1e4 * b, 0, -6e7 * b, 0])
      return true
    },
    factor(alpha) {
      matrix.set(stiffness)
      for (let i = 0; i < 9; i += 4) matrix[i] += alpha
      return factorDense(matrix, 3, pivot)
    },
    solve(rhs) {
      solveDense(matrix, 3, pivot, rhs)
    },
    name: i => ['A', 'B', 'C'][i],
  }
}

/** Van der Pol's oscillator, ẏ0 = y1, ẏ1 = μ ((1 − y0²) y1) − y0 in stiff time units: μ = 1e6 after scaling. */
export const vanDerPol = (epsilon: number): Dae =>
  denseDae({
    size: 2,
    residual(_, y, yp, out) {
      out[0] = yp[0] - y[1]
      out[1] = epsilon * yp[1] - (1 - y[0] * y[0]) * y[1] + y[0]
      return true
    },
  })
