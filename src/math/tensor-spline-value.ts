import { quarticSplines, splineReach } from './b-spline.ts'
import type { TensorSpline } from './tensor-spline.ts'

/** Fills out = [f, ∂f/∂x (n), ∂²f/∂x² (n·n)] from coefficients in the full array of a space. Allocates nothing. */
export type Jet = (coefficients: Float64Array, x: ArrayLike<number>, out: Float64Array) => void

/** Length of a jet: value, gradient and Hessian. */
export const jetLength = (n: number): number => 1 + n + n * n

/** Value, gradient and Hessian of a tensor spline; for one and two variables written out. */
export const jetOf = (space: TensorSpline): Jet =>
  space.n === 1 ? oneJet(space) : space.n === 2 ? twoJet(space) : generalJet(space)

const oneJet = ({ axes, start, perWidth, cells }: TensorSpline): Jet => {
  const scale = axes[0] * perWidth[0]
  const shift = start[0] * perWidth[0]
  const last = cells[0] - 1
  const b = new Float64Array(3 * splineReach)
  return (c, x, out) => {
    const u = scale * x[0] - shift
    const cell = u > 0 ? (u < last ? u | 0 : last) : 0
    quarticSplines(u - cell, b)
    const c0 = c[cell]
    const c1 = c[cell + 1]
    const c2 = c[cell + 2]
    const c3 = c[cell + 3]
    const c4 = c[cell + 4]
    out[0] = c0 * b[0] + c1 * b[1] + c2 * b[2] + c3 * b[3] + c4 * b[4]
    out[1] = scale * (c0 * b[5] + c1 * b[6] + c2 * b[7] + c3 * b[8] + c4 * b[9])
    out[2] = scale * scale * (c0 * b[10] + c1 * b[11] + c2 * b[12] + c3 * b[13] + c4 * b[14])
  }
}

const twoJet = ({ axes, start, perWidth, cells, strides }: TensorSpline): Jet => {
  const [a00, a01] = [axes[0] * perWidth[0], axes[1] * perWidth[0]]
  const [a10, a11] = [axes[2] * perWidth[1], axes[3] * perWidth[1]]
  const shift0 = start[0] * perWidth[0]
  const shift1 = start[1] * perWidth[1]
  const last0 = cells[0] - 1
  const last1 = cells[1] - 1
  const stride = strides[0]
  const p = new Float64Array(3 * splineReach)
  const q = new Float64Array(3 * splineReach)
  return (c, x, out) => {
    const u = a00 * x[0] + a01 * x[1] - shift0
    const v = a10 * x[0] + a11 * x[1] - shift1
    const row = u > 0 ? (u < last0 ? u | 0 : last0) : 0
    const column = v > 0 ? (v < last1 ? v | 0 : last1) : 0
    quarticSplines(u - row, p)
    quarticSplines(v - column, q)
    const q0 = q[0]
    const q1 = q[1]
    const q2 = q[2]
    const q3 = q[3]
    const q4 = q[4]
    const d0 = q[5]
    const d1 = q[6]
    const d2 = q[7]
    const d3 = q[8]
    const d4 = q[9]
    const e0 = q[10]
    const e1 = q[11]
    const e2 = q[12]
    const e3 = q[13]
    const e4 = q[14]
    let f = 0
    let fu = 0
    let fv = 0
    let fuu = 0
    let fuv = 0
    let fvv = 0
    let at = row * stride + column
    for (let k = 0; k < splineReach; k++, at += stride) {
      const c0 = c[at]
      const c1 = c[at + 1]
      const c2 = c[at + 2]
      const c3 = c[at + 3]
      const c4 = c[at + 4]
      const value = c0 * q0 + c1 * q1 + c2 * q2 + c3 * q3 + c4 * q4
      const slope = c0 * d0 + c1 * d1 + c2 * d2 + c3 * d3 + c4 * d4
      const weight = p[k]
      const weightU = p[k + 5]
      f += weight * value
      fu += weightU * value
      fuu += p[k + 10] * value
      fv += weight * slope
      fuv += weightU * slope
      fvv += weight * (c0 * e0 + c1 * e1 + c2 * e2 + c3 * e3 + c4 * e4)
    }
    out[0] = f
    out[1] = a00 * fu + a10 * fv
    out[2] = a01 * fu + a11 * fv
    const cross = a00 * a01 * fuu + (a00 * a11 + a01 * a10) * fuv + a10 * a11 * fvv
    out[3] = a00 * a00 * fuu + 2 * a00 * a10 * fuv + a10 * a10 * fvv
    out[4] = cross
    out[5] = cross
    out[6] = a01 * a01 * fuu + 2 * a01 * a11 * fuv + a11 * a11 * fvv
  }
}

/** Any number of variables: the last axis is summed first, each sum a function of the axes before. */
const generalJet = ({ n, axes, start, perWidth, cells, strides }: TensorSpline): Jet => {
  const count = splineReach ** n
  const basis = new Float64Array(n * 3 * splineReach)
  const one = new Float64Array(3 * splineReach)
  const digit = new Int32Array(n)
  const slope = new Float64Array(n)
  const bend = new Float64Array(n * n)
  const block = 3 * splineReach
  return (c, x, out) => {
    let base = 0
    for (let a = 0; a < n; a++) {
      let u = -start[a]
      for (let i = 0; i < n; i++) u += axes[a * n + i] * x[i]
      u *= perWidth[a]
      const cell = u > 0 ? Math.min(u | 0, cells[a] - 1) : 0
      quarticSplines(u - cell, one)
      for (let k = 0; k < splineReach; k++) {
        basis[a * block + k] = one[k]
        basis[a * block + 5 + k] = one[5 + k] * perWidth[a]
        basis[a * block + 10 + k] = one[10 + k] * perWidth[a] * perWidth[a]
      }
      base += cell * strides[a]
    }
    let f = 0
    slope.fill(0)
    bend.fill(0)
    digit.fill(0)
    for (let k = 0; k < count; k++) {
      let at = base
      for (let a = 0; a < n; a++) at += digit[a] * strides[a]
      const value = c[at]
      let all = value
      for (let a = 0; a < n; a++) all *= basis[a * block + digit[a]]
      f += all
      for (let a = 0; a < n; a++) {
        let first = value * basis[a * block + 5 + digit[a]]
        let second = value * basis[a * block + 10 + digit[a]]
        for (let b = 0; b < n; b++) {
          if (b === a) continue
          const other = basis[b * block + digit[b]]
          first *= other
          second *= other
        }
        slope[a] += first
        bend[a * n + a] += second
        for (let b = a + 1; b < n; b++) {
          let mixed = value * basis[a * block + 5 + digit[a]] * basis[b * block + 5 + digit[b]]
          for (let d = 0; d < n; d++) if (d !== a && d !== b) mixed *= basis[d * block + digit[d]]
          bend[a * n + b] += mixed
        }
      }
      for (let a = n - 1; a >= 0 && ++digit[a] === splineReach; a--) digit[a] = 0
    }
    out[0] = f
    for (let i = 0; i < n; i++) {
      out[1 + i] = 0
      for (let a = 0; a < n; a++) out[1 + i] += axes[a * n + i] * slope[a]
    }
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let a = 0; a < n; a++)
          for (let b = 0; b < n; b++)
            sum += axes[a * n + i] * axes[b * n + j] * (a <= b ? bend[a * n + b] : bend[b * n + a])
        out[1 + n + i * n + j] = sum
      }
  }
}

/**
 * Several functions on one space at once, `fields` of them side by side in each entry of the coefficients: fills their values.
 */
export const valuesOf = (space: TensorSpline, fields: number): Jet => {
  const { n, axes, start, perWidth, cells, strides } = space
  const count = splineReach ** (n - 1)
  const basis = new Float64Array(n * 3 * splineReach)
  const one = new Float64Array(3 * splineReach)
  const block = 3 * splineReach
  const digit = new Int32Array(n)
  if (n === 2) return twoValues(space, fields)
  return (c, x, out) => {
    let base = 0
    for (let a = 0; a < n; a++) {
      let u = -start[a]
      for (let i = 0; i < n; i++) u += axes[a * n + i] * x[i]
      u *= perWidth[a]
      const cell = u > 0 ? Math.min(u | 0, cells[a] - 1) : 0
      quarticSplines(u - cell, one)
      for (let k = 0; k < splineReach; k++) basis[a * block + k] = one[k]
      base += cell * strides[a]
    }
    for (let f = 0; f < fields; f++) out[f] = 0
    digit.fill(0)
    for (let k = 0; k < count; k++) {
      let at = base
      let weight = 1
      for (let a = 0; a < n - 1; a++) {
        at += digit[a] * strides[a]
        weight *= basis[a * block + digit[a]]
      }
      at *= fields
      for (let j = 0; j < splineReach; j++, at += fields) {
        const here = weight * basis[(n - 1) * block + j]
        for (let f = 0; f < fields; f++) out[f] += here * c[at + f]
      }
      for (let a = n - 2; a >= 0 && ++digit[a] === splineReach; a--) digit[a] = 0
    }
  }
}

const twoValues = ({ axes, start, perWidth, cells, strides }: TensorSpline, fields: number): Jet => {
  const [a00, a01] = [axes[0] * perWidth[0], axes[1] * perWidth[0]]
  const [a10, a11] = [axes[2] * perWidth[1], axes[3] * perWidth[1]]
  const shift0 = start[0] * perWidth[0]
  const shift1 = start[1] * perWidth[1]
  const last0 = cells[0] - 1
  const last1 = cells[1] - 1
  const stride = strides[0] * fields
  const p = new Float64Array(3 * splineReach)
  const q = new Float64Array(3 * splineReach)
  const two = 2 * fields
  const three = 3 * fields
  const four = 4 * fields
  return (c, x, out) => {
    const u = a00 * x[0] + a01 * x[1] - shift0
    const v = a10 * x[0] + a11 * x[1] - shift1
    const row = u > 0 ? (u < last0 ? u | 0 : last0) : 0
    const column = v > 0 ? (v < last1 ? v | 0 : last1) : 0
    quarticSplines(u - row, p)
    quarticSplines(v - column, q)
    const q0 = q[0]
    const q1 = q[1]
    const q2 = q[2]
    const q3 = q[3]
    const q4 = q[4]
    const base = row * stride + column * fields
    for (let f = 0; f < fields; f++) {
      let sum = 0
      let at = base + f
      for (let k = 0; k < splineReach; k++, at += stride) {
        sum +=
          p[k] * (c[at] * q0 + c[at + fields] * q1 + c[at + two] * q2 + c[at + three] * q3 + c[at + four] * q4)
      }
      out[f] = sum
    }
  }
}
