/**
 * A complete `Dae` from a residual alone: Jacobian by forward differences, dense LU. For tests, oracles and small models;
 * a large model brings its own structure.
 *
 *   ∂F/∂y_j ≈ (F(y + d_j) − F(y))/d_j,  d_j = √ε max(|y_j|, scale_j)
 *
 * ∂F/∂ẏ is taken with large increments, since F of a model is linear in ẏ (exact then, and free of round-off).
 * Error of the Jacobian ~ 1e-8 relative; cost 2 n residuals and n³/3.
 */
import { factorDense, solveDense } from '../math/dense-lu.ts'
import type { Dae } from './dae.ts'

const increment = Math.sqrt(Number.EPSILON)

export const denseDae = (o: {
  size: number
  /** [size], 1 differential, 0 algebraic; default all differential. */
  differential?: ArrayLike<number>
  /** [size]; default 1. */
  scale?: ArrayLike<number>
  residual(t: number, y: Float64Array, yp: Float64Array, out: Float64Array): boolean | undefined
  inside?: (y: Float64Array) => boolean
  name?: (i: number) => string
}): Dae => {
  const { size: n, name = (i: number) => `y[${i}]` } = o
  const differential = o.differential ? Uint8Array.from(o.differential) : new Uint8Array(n).fill(1)
  const scale = o.scale ? Float64Array.from(o.scale) : new Float64Array(n).fill(1)
  const stiffness = new Float64Array(n * n)
  const mass = new Float64Array(n * n)
  const matrix = new Float64Array(n * n)
  const pivot = new Int32Array(n)
  const base = new Float64Array(n)
  const moved = new Float64Array(n)
  const y1 = new Float64Array(n)
  const residual: Dae['residual'] = (t, y, yp, out) => o.residual(t, y, yp, out) !== false

  /** Column j of ∂F/∂(of); `of` is y1 itself for ẏ and y alike. */
  const column = (out: Float64Array, j: number, d: number): void => {
    for (let i = 0; i < n; i++) out[i * n + j] = (moved[i] - base[i]) / d
  }

  const jacobian: Dae['jacobian'] = (t, y, yp) => {
    if (!residual(t, y, yp, base)) return false
    y1.set(y)
    for (let j = 0; j < n; j++) {
      let d = increment * Math.max(Math.abs(y[j]), scale[j])
      y1[j] = y[j] + d
      if (!residual(t, y1, yp, moved)) {
        // At the edge of the allowed range: look the other way.
        d = -d
        y1[j] = y[j] + d
        if (!residual(t, y1, yp, moved)) return false
      }
      column(stiffness, j, y1[j] - y[j])
      y1[j] = y[j]
    }
    y1.set(yp)
    for (let j = 0; j < n; j++) {
      if (differential[j] === 0) continue
      y1[j] = yp[j] + Math.max(Math.abs(yp[j]), scale[j])
      if (!residual(t, y, y1, moved)) return false
      column(mass, j, y1[j] - yp[j])
      y1[j] = yp[j]
    }
    return true
  }

  return {
    size: n,
    differential,
    scale,
    residual,
    ...(o.inside && { inside: o.inside }),
    jacobian,
    factor(alpha) {
      for (let i = 0; i < n * n; i++) matrix[i] = stiffness[i] + alpha * mass[i]
      return factorDense(matrix, n, pivot)
    },
    solve(rhs) {
      solveDense(matrix, n, pivot, rhs)
    },
    name,
  }
}
