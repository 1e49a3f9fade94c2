import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bandWidth, factorBanded, solveBanded } from '../../src/math/banded-lu.ts'
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'

/** A fixed pseudo-random sequence in (−1, 1). */
const entry = (k: number) => Math.sin(12.9898 * (k + 1) + 78.233 * Math.sin(k))

describe('banded LU', () => {
  for (const [lower, upper] of [
    [0, 0],
    [1, 1],
    [2, 0],
    [0, 3],
    [3, 2],
  ]) {
    it(`equals the dense one, ${lower} below and ${upper} above the diagonal`, () => {
      const n = 30
      const width = bandWidth(lower, upper)
      const dense = new Float64Array(n * n)
      const banded = new Float64Array(n * width)
      for (let i = 0; i < n; i++) {
        for (let j = Math.max(0, i - lower); j <= Math.min(n - 1, i + upper); j++) {
          // A zero diagonal now and then, so that rows must be exchanged; triangular bands have only the diagonal.
          const value = i === j && i % 3 === 0 && lower > 0 && upper > 0 ? 0 : entry(i * n + j)
          dense[i * n + j] = value
          banded[i * width + j - i + lower] = value
        }
      }
      const right = Float64Array.from({ length: n }, (_, i) => entry(5000 + i))
      const product = new Float64Array(n)
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) product[i] += dense[i * n + j] * right[j]
      const x = product.slice()
      const y = product.slice()
      const pivot = new Int32Array(n)
      assert.ok(factorBanded(banded, { size: n, lower, upper }, pivot))
      solveBanded(banded, { size: n, lower, upper }, pivot, x)
      assert.ok(factorDense(dense, n, pivot))
      solveDense(dense, n, pivot, y)
      // The same pivots, the same sums up to their order: round-off times the condition number, which the dense error shows.
      const denseError = y.reduce((w, v, i) => Math.max(w, Math.abs(v - right[i])), 0)
      const worst = x.reduce((w, v, i) => Math.max(w, Math.abs(v - right[i])), 0)
      assert.ok(worst <= 100 * denseError + 1e-12, `${worst}, dense ${denseError}`)
    })
  }
  it('a singular matrix is reported', () => {
    assert.equal(
      factorBanded(Float64Array.of(0, 1, 0, 0, 0, 0, 1, 0), { size: 2, lower: 1, upper: 1 }, new Int32Array(2)),
      false,
    )
  })
})
