import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'

/** A fixed pseudo-random sequence in (−1, 1): sine of irrational multiples. */
const entry = (k: number) => Math.sin(12.9898 * (k + 1) + 78.233 * Math.sin(k))

describe('dense LU', () => {
  it('solves A x = b to round-off, with a zero on the diagonal', () => {
    for (const n of [1, 2, 5, 40]) {
      const a = Float64Array.from({ length: n * n }, (_, k) => entry(k))
      if (n > 1) a[0] = 0
      const x = Float64Array.from({ length: n }, (_, i) => entry(1000 + i))
      const b = new Float64Array(n)
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) b[i] += a[i * n + j] * x[j]
      const pivot = new Int32Array(n)
      assert.ok(factorDense(a, n, pivot))
      solveDense(a, n, pivot, b)
      const worst = b.reduce((w, v, i) => Math.max(w, Math.abs(v - x[i])), 0)
      // Condition of a random 40 × 40 matrix ~ 1e3, round-off 1e-16 · n.
      assert.ok(worst < 1e-11, `n = ${n}: ${worst}`)
    }
  })
  it('a singular or broken matrix is reported, not divided by', () => {
    assert.equal(factorDense(Float64Array.of(1, 2, 2, 4), 2, new Int32Array(2)), false)
    assert.equal(factorDense(Float64Array.of(Number.NaN), 1, new Int32Array(1)), false)
  })
})
