import { quarticSplines, splineReach } from './b-spline.ts'
import type { TensorSpline } from './tensor-spline.ts'
import type { SplineValues } from './tensor-spline-value.ts'

/**
 * Evaluation for any number of variables, straight from the coefficients: products of the five splines that reach a cell along
 * each axis, 5ⁿ of them. Patches, as for two variables, would be 125 numbers a cell for three.
 */
export const generalValues = ({ n, axes, start, perWidth, cells, strides }: TensorSpline): SplineValues => {
  const count = splineReach ** n
  const block = 3 * splineReach
  const basis = new Float64Array(n * block)
  const one = new Float64Array(block)
  const digit = new Int32Array(n)
  const slope = new Float64Array(n)
  const bend = new Float64Array(n * n)

  /** Fills the splines of the cell that holds x with their derivatives; returns its first coefficient. */
  const locate = (x: ArrayLike<number>): number => {
    let base = 0
    for (let a = 0; a < n; a++) {
      let u = -start[a]
      for (let i = 0; i < n; i++) u += axes[a * n + i] * x[i]
      u *= perWidth[a]
      const cell = u > 0 ? Math.min(u | 0, cells[a] - 1) : 0
      quarticSplines(u - cell, one)
      for (let k = 0; k < splineReach; k++) {
        basis[a * block + k] = one[k]
        basis[a * block + splineReach + k] = one[splineReach + k] * perWidth[a]
        basis[a * block + 2 * splineReach + k] = one[2 * splineReach + k] * perWidth[a] * perWidth[a]
      }
      base += cell * strides[a]
    }
    digit.fill(0)
    return base
  }
  const offset = (): number => {
    let sum = 0
    for (let a = 0; a < n; a++) sum += digit[a] * strides[a]
    return sum
  }
  const next = (): void => {
    for (let a = n - 1; a >= 0 && ++digit[a] === splineReach; a--) digit[a] = 0
  }
  /** Product of the splines of this place, differentiated along axes a and b (−1: not). */
  const product = (a: number, b: number): number => {
    let result = 1
    for (let c = 0; c < n; c++)
      result *= basis[c * block + splineReach * ((c === a ? 1 : 0) + (c === b ? 1 : 0)) + digit[c]]
    return result
  }

  return {
    stored(coefficients) {
      const fields = coefficients.length
      const out = new Float64Array(coefficients[0].length * fields)
      for (let f = 0; f < fields; f++)
        for (let k = 0; k < coefficients[f].length; k++) out[k * fields + f] = coefficients[f][k]
      return out
    },
    values(c, fields, x, out) {
      const base = locate(x)
      for (let f = 0; f < fields; f++) out[f] = 0
      for (let k = 0; k < count; k++, next()) {
        const weight = product(-1, -1)
        const at = (base + offset()) * fields
        for (let f = 0; f < fields; f++) out[f] += weight * c[at + f]
      }
    },
    gradient(c, x, out) {
      const base = locate(x)
      slope.fill(0)
      for (let k = 0; k < count; k++, next()) {
        const value = c[base + offset()]
        for (let a = 0; a < n; a++) slope[a] += value * product(a, -1)
      }
      for (let i = 0; i < n; i++) {
        out[i] = 0
        for (let a = 0; a < n; a++) out[i] += axes[a * n + i] * slope[a]
      }
    },
    hessian(c, x, out) {
      const base = locate(x)
      bend.fill(0)
      for (let k = 0; k < count; k++, next()) {
        const value = c[base + offset()]
        for (let a = 0; a < n; a++) for (let b = a; b < n; b++) bend[a * n + b] += value * product(a, b)
      }
      for (let i = 0; i < n; i++)
        for (let j = i; j < n; j++) {
          let sum = 0
          for (let a = 0; a < n; a++)
            for (let b = 0; b < n; b++) sum += axes[a * n + i] * axes[b * n + j] * bend[a <= b ? a * n + b : b * n + a]
          out[i * n + j] = sum
          out[j * n + i] = sum
        }
    },
  }
}
