import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complexBlockTridiagonal } from '../../src/math/complex-block-tridiagonal.ts'
import { complexSqrt, cylinderAdmittance, plateAdmittance, sphereAdmittance } from '../../src/math/complex-diffusion.ts'
import { cholesky, symmetricEigen } from '../../src/math/symmetric-eigen.ts'

/** Deterministic numbers in (−1, 1). */
const noise = (seed: number): number => 2 * ((Math.sin(seed * 12.9898) * 43758.5453) % 1)

/**
 * f = q² S₁/S₀ of Bessel-like series: Σ (q²/4)^k/(k! (ν+1)_k), the power series of the three shapes, with ν = ½, 0, −½. Good
 * to |q| ~ 6 in double precision (the terms reach e^|q|, the sum e^Re q).
 */
const bySeries = (qRe: number, qIm: number, nu: number): [number, number] => {
  const uRe = (qRe * qRe - qIm * qIm) / 4
  const uIm = (qRe * qIm) / 2
  const series = (order: number): [number, number] => {
    let [tRe, tIm] = [1, 0]
    let [sRe, sIm] = [1, 0]
    for (let k = 1; k < 60; k++) {
      const d = k * (k + order)
      ;[tRe, tIm] = [(tRe * uRe - tIm * uIm) / d, (tRe * uIm + tIm * uRe) / d]
      sRe += tRe
      sIm += tIm
    }
    return [sRe, sIm]
  }
  // q I_{ν+1}(q)/I_ν(q) = 2u/(ν+1) · series(ν+1)/series(ν), u = q²/4
  const [aRe, aIm] = series(nu + 1)
  const [bRe, bIm] = series(nu)
  const square = bRe * bRe + bIm * bIm
  const rRe = (aRe * bRe + aIm * bIm) / square
  const rIm = (aIm * bRe - aRe * bIm) / square
  const w = 2 / (nu + 1)
  return [w * (uRe * rRe - uIm * rIm), w * (uRe * rIm + uIm * rRe)]
}

for (const [shape, f, nu] of [
  ['sphere', sphereAdmittance, 0.5],
  ['cylinder', cylinderAdmittance, 0],
  ['plate', plateAdmittance, -0.5],
] as const) {
  test(`diffusion into a ${shape}: the power series, from q = 1e-4 to 6, real and complex`, () => {
    const out = new Float64Array(2)
    for (const size of [1e-4, 3e-3, 0.0099, 0.0101, 0.099, 0.101, 0.5, 1, 3, 6])
      for (const angle of [0, Math.PI / 8, Math.PI / 4]) {
        const [re, im] = [size * Math.cos(angle), size * Math.sin(angle)]
        f(re, im, out)
        const want = bySeries(re, im, nu)
        const error = Math.hypot(out[0] - want[0], out[1] - want[1]) / Math.hypot(...want)
        assert.ok(error < 5e-12, `|q| = ${size}, angle ${angle}: ${error}`) // cancellation near the switch to the series
      }
  })

  test(`diffusion into a ${shape}: the flat wall q + … as q → ∞, continuous where the formula changes`, () => {
    const out = new Float64Array(2)
    const w = Math.SQRT1_2
    f(1e6 * w, 1e6 * w, out)
    // f → q − g/2 with g = 2, 1, 0 the exponent of the shape; next term 1/q
    const g = { sphere: 2, cylinder: 1, plate: 0 }[shape]
    assert.ok(Math.abs(out[0] - (1e6 * w - g / 2)) < 1e-5 && Math.abs(out[1] - 1e6 * w) < 1e-5, `${out}`)
    f(29.999 * w, 29.999 * w, out)
    const below = Float64Array.from(out)
    f(30.001 * w, 30.001 * w, out)
    // Slope 1 within 1/q²: 0.002·w more in both parts.
    assert.ok(Math.hypot(out[0] - below[0] - 0.002 * w, out[1] - below[1] - 0.002 * w) < 3e-6, `${out} ${below}`)
  })
}

test('complex square root: square is the number, real part not negative', () => {
  const out = new Float64Array(2)
  for (const [re, im] of [
    [4, 0],
    [0, 2],
    [-4, 0],
    [-1, 1e-20],
    [3, -4],
    [0, 0],
  ]) {
    complexSqrt(re, im, out)
    assert.ok(out[0] >= 0)
    assert.ok(Math.abs(out[0] * out[0] - out[1] * out[1] - re) <= 1e-15 * Math.hypot(re, im))
    assert.ok(Math.abs(2 * out[0] * out[1] - im) <= 1e-15 * Math.hypot(re, im))
  }
})

test('block tridiagonal: what it solves, it solves (residual of the unreduced system at round-off)', () => {
  const [count, b, columns] = [7, 3, 2]
  const block = b * b
  const lower = Float64Array.from({ length: count * block }, (_, k) => noise(k + 1))
  const upper = Float64Array.from({ length: count * block }, (_, k) => noise(k + 500))
  const matrix = complexBlockTridiagonal(count, b, lower, upper, columns)
  const re = Float64Array.from({ length: count * block }, (_, k) => noise(k + 900) + (k % 4 === 0 ? 4 : 0))
  const im = Float64Array.from({ length: count * block }, (_, k) => noise(k + 1300))
  matrix.re.set(re)
  matrix.im.set(im)
  for (let k = 0; k < matrix.rhs.length; k++) matrix.rhs[k] = noise(k + 77)
  assert.ok(matrix.solve(0))
  const u = (part: Float64Array, p: number, i: number, column: number): number =>
    p < 0 || p >= count ? 0 : part[(p * b + i) * matrix.width + matrix.offset + column]
  let worst = 0
  for (let p = 0; p < count; p++)
    for (let i = 0; i < b; i++)
      for (let column = 0; column < columns; column++) {
        let sumRe = -matrix.rhs[(p * b + i) * columns + column]
        let sumIm = 0
        for (let j = 0; j < b; j++) {
          const k = p * block + i * b + j
          const [xRe, xIm] = [u(matrix.uRe, p, j, column), u(matrix.uIm, p, j, column)]
          sumRe += re[k] * xRe - im[k] * xIm
          sumIm += re[k] * xIm + im[k] * xRe
          sumRe += lower[k] * u(matrix.uRe, p - 1, j, column) + upper[k] * u(matrix.uRe, p + 1, j, column)
          sumIm += lower[k] * u(matrix.uIm, p - 1, j, column) + upper[k] * u(matrix.uIm, p + 1, j, column)
        }
        worst = Math.max(worst, Math.hypot(sumRe, sumIm))
      }
  assert.ok(worst < 1e-13, `${worst}`)
  matrix.re.fill(0)
  matrix.im.fill(0)
  assert.equal(matrix.solve(0), false)
})

test('symmetric eigenvalues and Cholesky: A = QΛQᵀ = CCᵀ, also with entries from 1e-8 to 1e4', () => {
  const n = 4
  const C = Float64Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n]
    return j > i ? 0 : (i === j ? 1 : 0.3 * noise(k + 3)) * 10 ** (2 - 2 * i)
  })
  const A = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) A[i * n + j] += C[i * n + k] * C[j * n + k]
  const factor = A.slice()
  assert.ok(cholesky(factor, n))
  for (let k = 0; k < n * n; k++) assert.ok(Math.abs(factor[k] - C[k]) <= 1e-12 * Math.abs(C[k]), `${k}`)
  const values = A.slice()
  const Q = new Float64Array(n * n)
  symmetricEigen(values, n, Q)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k < n; k++) sum += Q[i * n + k] * values[k * n + k] * Q[j * n + k]
      assert.ok(Math.abs(sum - A[i * n + j]) <= 1e-13 * Math.sqrt(A[i * n + i] * A[j * n + j]) * 100, `${i} ${j}`)
    }
  // The product of the eigenvalues is the determinant, Π C_ii²: the small ones are right too.
  const determinant = [0, 1, 2, 3].reduce((d, k) => d * values[k * n + k], 1)
  assert.ok(Math.abs(determinant / [0, 1, 2, 3].reduce((d, k) => d * C[k * n + k] ** 2, 1) - 1) < 1e-10)
  assert.equal(cholesky(Float64Array.of(1, 2, 2, 1), 2), false)
})
