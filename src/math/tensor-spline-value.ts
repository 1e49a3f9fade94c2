import { splineReach } from './b-spline.ts'
import type { TensorSpline } from './tensor-spline.ts'
import { generalValues } from './tensor-spline-general.ts'

/**
 * Fast evaluation of functions on one space. `stored` is what evaluation reads, linear in the coefficients (so that powers of a
 * temperature can be summed in it); x may lie outside, where the polynomials of the nearest cell go on. Nothing allocates.
 */
export type SplineValues = {
  /** Coefficients in the full array, one list for each of the functions that are evaluated together. */
  stored(coefficients: readonly Float64Array[]): Float64Array
  /** Fills the values of the first `count` functions stored together. */
  values(stored: Float64Array, count: number, x: ArrayLike<number>, out: Float64Array): void
  /** Fills ∂f/∂x [n] of a function stored alone. */
  gradient(stored: Float64Array, x: ArrayLike<number>, out: Float64Array): void
  /** Fills ∂²f/∂x² [n, n] of a function stored alone. */
  hessian(stored: Float64Array, x: ArrayLike<number>, out: Float64Array): void
}

export const splineValues = (space: TensorSpline): SplineValues =>
  space.n === 1 ? oneVariable(space) : space.n === 2 ? twoVariables(space) : generalValues(space)

/** Quartic B-splines as polynomials of the place in a cell, times 24: [spline][power]. */
const powersOfSplines = [
  [1, -4, 6, -4, 1],
  [11, -12, -6, 12, -4],
  [11, 12, -6, -12, 6],
  [1, 4, 6, 4, -4],
  [0, 0, 0, 0, 1],
] as const
const scaleOfPowers = 1 / 24

/** One quartic for each cell and function, [cell, function, 5]. */
const oneVariable = ({ axes, start, perWidth, cells }: TensorSpline): SplineValues => {
  const scale = axes[0] * perWidth[0]
  const shift = start[0] * perWidth[0]
  const last = cells[0] - 1
  return {
    stored(coefficients) {
      const count = coefficients.length
      const out = new Float64Array(cells[0] * count * splineReach)
      for (let cell = 0; cell <= last; cell++)
        for (let f = 0; f < count; f++)
          for (let p = 0; p < splineReach; p++) {
            let sum = 0
            for (let j = 0; j < splineReach; j++) sum += coefficients[f][cell + j] * powersOfSplines[j][p]
            out[(cell * count + f) * splineReach + p] = scaleOfPowers * sum
          }
      return out
    },
    values(stored, count, x, out) {
      const at = scale * x[0] - shift
      const cell = at > 0 ? (at < last ? at | 0 : last) : 0
      const u = at - cell
      let k = cell * count * splineReach
      for (let f = 0; f < count; f++, k += splineReach)
        out[f] = stored[k] + u * (stored[k + 1] + u * (stored[k + 2] + u * (stored[k + 3] + u * stored[k + 4])))
    },
    gradient(c, x, out) {
      const at = scale * x[0] - shift
      const cell = at > 0 ? (at < last ? at | 0 : last) : 0
      const u = at - cell
      const k = cell * splineReach
      out[0] = scale * (c[k + 1] + u * (2 * c[k + 2] + u * (3 * c[k + 3] + u * 4 * c[k + 4])))
    },
    hessian(c, x, out) {
      const at = scale * x[0] - shift
      const cell = at > 0 ? (at < last ? at | 0 : last) : 0
      const u = at - cell
      const k = cell * splineReach
      out[0] = scale * scale * (2 * c[k + 2] + u * (6 * c[k + 3] + u * 12 * c[k + 4]))
    },
  }
}

/** Coefficients of a patch Σ c[5 i + j] uⁱ vʲ. */
const patch = splineReach * splineReach

/** One patch for each cell and function, [cell, function, 5, 5], summed from the innermost power out (Horner). */
const twoVariables = ({ axes, start, perWidth, cells, strides }: TensorSpline): SplineValues => {
  const [a00, a01] = [axes[0] * perWidth[0], axes[1] * perWidth[0]]
  const [a10, a11] = [axes[2] * perWidth[1], axes[3] * perWidth[1]]
  const shift0 = start[0] * perWidth[0]
  const shift1 = start[1] * perWidth[1]
  const last0 = cells[0] - 1
  const last1 = cells[1] - 1
  const columns = cells[1]
  return {
    stored(coefficients) {
      const count = coefficients.length
      const out = new Float64Array(cells[0] * columns * count * patch)
      const half = new Float64Array(patch)
      let at = 0
      for (let row = 0; row <= last0; row++)
        for (let column = 0; column <= last1; column++)
          for (let f = 0; f < count; f++, at += patch) {
            const c = coefficients[f]
            const base = row * strides[0] + column
            for (let a = 0; a < splineReach; a++)
              for (let p = 0; p < splineReach; p++) {
                let sum = 0
                for (let b = 0; b < splineReach; b++) sum += c[base + a * strides[0] + b] * powersOfSplines[b][p]
                half[a * splineReach + p] = sum
              }
            for (let q = 0; q < splineReach; q++)
              for (let p = 0; p < splineReach; p++) {
                let sum = 0
                for (let a = 0; a < splineReach; a++) sum += powersOfSplines[a][q] * half[a * splineReach + p]
                out[at + q * splineReach + p] = scaleOfPowers * scaleOfPowers * sum
              }
          }
      return out
    },
    values(c, count, x, out) {
      const s = a00 * x[0] + a01 * x[1] - shift0
      const t = a10 * x[0] + a11 * x[1] - shift1
      const row = s > 0 ? (s < last0 ? s | 0 : last0) : 0
      const column = t > 0 ? (t < last1 ? t | 0 : last1) : 0
      const u = s - row
      const v = t - column
      let k = (row * columns + column) * count * patch
      for (let f = 0; f < count; f++, k += patch) {
        const r0 = c[k] + v * (c[k + 1] + v * (c[k + 2] + v * (c[k + 3] + v * c[k + 4])))
        const r1 = c[k + 5] + v * (c[k + 6] + v * (c[k + 7] + v * (c[k + 8] + v * c[k + 9])))
        const r2 = c[k + 10] + v * (c[k + 11] + v * (c[k + 12] + v * (c[k + 13] + v * c[k + 14])))
        const r3 = c[k + 15] + v * (c[k + 16] + v * (c[k + 17] + v * (c[k + 18] + v * c[k + 19])))
        const r4 = c[k + 20] + v * (c[k + 21] + v * (c[k + 22] + v * (c[k + 23] + v * c[k + 24])))
        out[f] = r0 + u * (r1 + u * (r2 + u * (r3 + u * r4)))
      }
    },
    gradient(c, x, out) {
      const s = a00 * x[0] + a01 * x[1] - shift0
      const t = a10 * x[0] + a11 * x[1] - shift1
      const row = s > 0 ? (s < last0 ? s | 0 : last0) : 0
      const column = t > 0 ? (t < last1 ? t | 0 : last1) : 0
      const u = s - row
      const v = t - column
      const k = (row * columns + column) * patch
      const r1 = c[k + 5] + v * (c[k + 6] + v * (c[k + 7] + v * (c[k + 8] + v * c[k + 9])))
      const r2 = c[k + 10] + v * (c[k + 11] + v * (c[k + 12] + v * (c[k + 13] + v * c[k + 14])))
      const r3 = c[k + 15] + v * (c[k + 16] + v * (c[k + 17] + v * (c[k + 18] + v * c[k + 19])))
      const r4 = c[k + 20] + v * (c[k + 21] + v * (c[k + 22] + v * (c[k + 23] + v * c[k + 24])))
      const fu = r1 + u * (2 * r2 + u * (3 * r3 + u * 4 * r4))
      const d0 = c[k + 1] + v * (2 * c[k + 2] + v * (3 * c[k + 3] + v * 4 * c[k + 4]))
      const d1 = c[k + 6] + v * (2 * c[k + 7] + v * (3 * c[k + 8] + v * 4 * c[k + 9]))
      const d2 = c[k + 11] + v * (2 * c[k + 12] + v * (3 * c[k + 13] + v * 4 * c[k + 14]))
      const d3 = c[k + 16] + v * (2 * c[k + 17] + v * (3 * c[k + 18] + v * 4 * c[k + 19]))
      const d4 = c[k + 21] + v * (2 * c[k + 22] + v * (3 * c[k + 23] + v * 4 * c[k + 24]))
      const fv = d0 + u * (d1 + u * (d2 + u * (d3 + u * d4)))
      out[0] = a00 * fu + a10 * fv
      out[1] = a01 * fu + a11 * fv
    },
    hessian(c, x, out) {
      const s = a00 * x[0] + a01 * x[1] - shift0
      const t = a10 * x[0] + a11 * x[1] - shift1
      const row = s > 0 ? (s < last0 ? s | 0 : last0) : 0
      const column = t > 0 ? (t < last1 ? t | 0 : last1) : 0
      const u = s - row
      const v = t - column
      const k = (row * columns + column) * patch
      const r2 = c[k + 10] + v * (c[k + 11] + v * (c[k + 12] + v * (c[k + 13] + v * c[k + 14])))
      const r3 = c[k + 15] + v * (c[k + 16] + v * (c[k + 17] + v * (c[k + 18] + v * c[k + 19])))
      const r4 = c[k + 20] + v * (c[k + 21] + v * (c[k + 22] + v * (c[k + 23] + v * c[k + 24])))
      const fuu = 2 * r2 + u * (6 * r3 + u * 12 * r4)
      const d1 = c[k + 6] + v * (2 * c[k + 7] + v * (3 * c[k + 8] + v * 4 * c[k + 9]))
      const d2 = c[k + 11] + v * (2 * c[k + 12] + v * (3 * c[k + 13] + v * 4 * c[k + 14]))
      const d3 = c[k + 16] + v * (2 * c[k + 17] + v * (3 * c[k + 18] + v * 4 * c[k + 19]))
      const d4 = c[k + 21] + v * (2 * c[k + 22] + v * (3 * c[k + 23] + v * 4 * c[k + 24]))
      const fuv = d1 + u * (2 * d2 + u * (3 * d3 + u * 4 * d4))
      const e0 = 2 * c[k + 2] + v * (6 * c[k + 3] + v * 12 * c[k + 4])
      const e1 = 2 * c[k + 7] + v * (6 * c[k + 8] + v * 12 * c[k + 9])
      const e2 = 2 * c[k + 12] + v * (6 * c[k + 13] + v * 12 * c[k + 14])
      const e3 = 2 * c[k + 17] + v * (6 * c[k + 18] + v * 12 * c[k + 19])
      const e4 = 2 * c[k + 22] + v * (6 * c[k + 23] + v * 12 * c[k + 24])
      const fvv = e0 + u * (e1 + u * (e2 + u * (e3 + u * e4)))
      const cross = a00 * a01 * fuu + (a00 * a11 + a01 * a10) * fuv + a10 * a11 * fvv
      out[0] = a00 * a00 * fuu + 2 * a00 * a10 * fuv + a10 * a10 * fvv
      out[1] = cross
      out[2] = cross
      out[3] = a01 * a01 * fuu + 2 * a01 * a11 * fuv + a11 * a11 * fvv
    },
  }
}
