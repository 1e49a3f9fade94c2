import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bandOfInverse, factorBand, solveBand } from '../../src/math/band-cholesky.ts'
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'
import { random } from '../../src/math/random.ts'

/** A random positive definite band matrix, dense and as a lower band. */
const randomBand = (size: number, band: number, seed: number) => {
  const { normal } = random(seed)
  const dense = new Float64Array(size * size)
  const packed = new Float64Array(size * (band + 1))
  for (let i = 0; i < size; i++)
    for (let j = Math.max(0, i - band); j <= i; j++) {
      const value = i === j ? 3 * (band + 1) + normal() : normal()
      dense[i * size + j] = value
      dense[j * size + i] = value
      packed[i * (band + 1) + band - i + j] = value
    }
  return { dense, packed }
}

for (const [size, band] of [
  [1, 0],
  [7, 6],
  [23, 5],
  [40, 9],
] as const) {
  test(`band Cholesky of ${size} with band ${band}: solves as dense LU, and has the same inverse within its band`, () => {
    const { dense, packed } = randomBand(size, band, size)
    const lu = Float64Array.from(dense)
    const pivot = new Int32Array(size)
    assert.ok(factorDense(lu, size, pivot))
    const l = Float64Array.from(packed)
    assert.ok(factorBand(l, size, band))
    const z = bandOfInverse(l, size, band)
    for (let column = 0; column < size; column++) {
      const b = new Float64Array(size)
      b[column] = 1
      const exact = Float64Array.from(b)
      solveDense(lu, size, pivot, exact)
      solveBand(l, size, band, b)
      for (let i = 0; i < size; i++) {
        // Diagonally dominant, so condition below 10: round-off only.
        assert.ok(Math.abs(b[i] - exact[i]) < 1e-14)
        if (i >= column && i - column <= band)
          assert.ok(Math.abs(z[i * (band + 1) + band - i + column] - exact[i]) < 1e-14)
      }
    }
  })
}

test('a matrix that is not positive definite is refused', () => {
  assert.equal(factorBand(Float64Array.of(0, 1, 2, 1), 2, 1), false) // [[1, 2], [2, 1]]
  assert.equal(factorBand(Float64Array.of(Number.NaN), 1, 0), false)
})
