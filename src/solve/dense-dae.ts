/**
 * A complete `Dae` from a residual alone: Jacobian by forward differences, dense or banded LU. For tests, oracles and small
 * models; a large model brings its own structure.
 *
 *   ∂F/∂y_j ≈ (F(y + d_j) − F(y))/d_j,  d_j = √ε max(|y_j|, scale_j)
 *
 * ∂F/∂ẏ is taken with large increments, since F of a model is linear in ẏ (exact then, and free of round-off). Columns
 * further apart than the band are moved together (Curtis, Powell and Reid's grouping).
 * Error of the Jacobian ~ 1e-8 relative; cost 2 n residuals and n³/3, or 2 (lower + upper + 1) residuals with a band.
 */
import { type Band, bandWidth, factorBanded, solveBanded } from '../math/banded-lu.ts'
import { factorDense, solveDense } from '../math/dense-lu.ts'
import type { Dae } from './dae.ts'

const increment = Math.sqrt(Number.EPSILON)

export const denseDae = (o: {
  size: number
  /** [size], 1 differential, 0 algebraic; default all differential. */
  differential?: ArrayLike<number>
  /** [size]; default 1. */
  scale?: ArrayLike<number>
  /** F_i depends on y_j and ẏ_j for i − lower ≤ j ≤ i + upper only; absent: on all. */
  bandwidth?: { lower: number; upper: number }
  residual(t: number, y: Float64Array, yp: Float64Array, out: Float64Array): boolean | undefined
  inside?: (y: Float64Array) => boolean
  name?: (i: number) => string
}): Dae => {
  const { size: n, bandwidth, name = (i: number) => `y[${i}]` } = o
  const differential = o.differential ? Uint8Array.from(o.differential) : new Uint8Array(n).fill(1)
  const scale = o.scale ? Float64Array.from(o.scale) : new Float64Array(n).fill(1)
  const band: Band | undefined = bandwidth && { size: n, ...bandwidth }
  const { lower, upper } = bandwidth ?? { lower: n - 1, upper: n - 1 }
  const width = band ? bandWidth(lower, upper) : n
  const groups = Math.min(n, lower + upper + 1)
  const stiffness = new Float64Array(n * width)
  const mass = new Float64Array(n * width)
  const matrix = new Float64Array(n * width)
  const pivot = new Int32Array(n)
  const base = new Float64Array(n)
  const moved = new Float64Array(n)
  const shifted = new Float64Array(n)
  const residual: Dae['residual'] = (t, y, yp, out) => o.residual(t, y, yp, out) !== false

  /** Columns of one group into `out`, from `moved` and `base`; then `shifted` is put back to `from`. */
  const columns = (out: Float64Array, group: number, from: Float64Array): void => {
    for (let j = group; j < n; j += groups) {
      const d = shifted[j] - from[j]
      if (d === 0) continue
      const end = Math.min(n - 1, j + lower)
      for (let i = Math.max(0, j - upper); i <= end; i++) {
        out[band ? i * width + j - i + lower : i * n + j] = (moved[i] - base[i]) / d
      }
      shifted[j] = from[j]
    }
  }

  const jacobian: Dae['jacobian'] = (t, y, yp) => {
    if (!residual(t, y, yp, base)) return false
    shifted.set(y)
    const shift = (group: number, sign: number): boolean => {
      for (let j = group; j < n; j += groups) shifted[j] = y[j] + sign * increment * Math.max(Math.abs(y[j]), scale[j])
      return residual(t, shifted, yp, moved)
    }
    for (let group = 0; group < groups; group++) {
      // At the edge of the allowed range: look the other way.
      if (!shift(group, 1) && !shift(group, -1)) return false
      columns(stiffness, group, y)
    }
    shifted.set(yp)
    for (let group = 0; group < groups; group++) {
      for (let j = group; j < n; j += groups) {
        if (differential[j] === 1) shifted[j] = yp[j] + Math.max(Math.abs(yp[j]), scale[j])
      }
      if (!residual(t, y, shifted, moved)) return false
      columns(mass, group, yp)
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
      for (let i = 0; i < matrix.length; i++) matrix[i] = stiffness[i] + alpha * mass[i]
      return band ? factorBanded(matrix, band, pivot) : factorDense(matrix, n, pivot)
    },
    solve(rhs) {
      if (band) solveBanded(matrix, band, pivot, rhs)
      else solveDense(matrix, n, pivot, rhs)
    },
    name,
  }
}
