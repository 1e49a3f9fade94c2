import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'
import {
  type Envelope,
  envelopeMatrix,
  envelopeOf,
  factorEnvelope,
  inverseInEnvelope,
  solveEnvelope,
  solveLower,
} from '../../src/math/envelope-cholesky.ts'
import { random } from '../../src/math/random.ts'

/** A random positive definite matrix whose rows reach back at most `band`, each as far as it happens to. */
const randomMatrix = (size: number, band: number, seed: number) => {
  const { normal, uniform } = random(seed)
  const first = Int32Array.from({ length: size }, (_, i) => Math.max(0, i - Math.floor(uniform() * (band + 1))))
  const envelope = envelopeOf(first)
  const dense = new Float64Array(size * size)
  const a = new Float64Array(envelope.length)
  for (let i = 0; i < size; i++)
    for (let j = first[i]; j <= i; j++) {
      const value = i === j ? 3 * (band + 1) + normal() : normal()
      dense[i * size + j] = value
      dense[j * size + i] = value
      a[envelope.start[i] + j] = value
    }
  return { envelope, dense, a }
}

/** y = A x. */
const timesEnvelope = (a: Float64Array, { size, first, start }: Envelope, x: Float64Array): Float64Array => {
  const y = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const row = start[i]
    y[i] += a[row + i] * x[i]
    for (let j = first[i]; j < i; j++) {
      y[i] += a[row + j] * x[j]
      y[j] += a[row + j] * x[i]
    }
  }
  return y
}

for (const [size, band] of [
  [1, 0],
  [7, 6],
  [23, 5],
  [60, 19],
  [61, 33],
  [122, 90],
] as const) {
  test(`envelope Cholesky of ${size} reaching back ${band}: solves as dense LU, and has the same inverse inside`, () => {
    const { envelope, dense, a } = randomMatrix(size, band, size)
    const lu = Float64Array.from(dense)
    const pivot = new Int32Array(size)
    assert.ok(factorDense(lu, size, pivot))
    const matrix = envelopeMatrix(envelope)
    matrix.values.set(a)
    assert.ok(factorEnvelope(matrix))
    const z = inverseInEnvelope(matrix)
    for (let column = 0; column < size; column++) {
      const unit = new Float64Array(size)
      unit[column] = 1
      const exact = Float64Array.from(unit)
      solveDense(lu, size, pivot, exact)
      const own = Float64Array.from(unit)
      solveEnvelope(matrix, own)
      const lower = Float64Array.from(unit)
      solveLower(matrix, lower)
      const square = lower.reduce((sum, y) => sum + y * y, 0)
      assert.ok(Math.abs(square - exact[column]) < 1e-14)
      const back = timesEnvelope(a, envelope, own)
      for (let i = 0; i < size; i++) {
        // Diagonally dominant, so condition below 10: round-off only.
        assert.ok(Math.abs(own[i] - exact[i]) < 1e-14)
        assert.ok(Math.abs(back[i] - unit[i]) < 1e-13)
        if (i >= column && column >= envelope.first[i])
          assert.ok(Math.abs(z[envelope.start[i] + column] - exact[i]) < 1e-14)
      }
    }
  })
}

test('the inverse of a stiff matrix keeps its digits: third powers of a chain of springs', () => {
  // K = tridiag(−1, 2, −1), K⁻¹_ij = i (n + 1 − j)/(n + 1) for i ≤ j, and K⁻³ are sums of positive numbers: exact to round-off.
  for (const size of [30, 61, 122]) {
    const K = (i: number, j: number): number => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)
    const inverse = (i: number, j: number): number => ((Math.min(i, j) + 1) * (size - Math.max(i, j))) / (size + 1)
    const cube = (of: (i: number, j: number) => number, i: number, j: number, reach: number): number => {
      let sum = 0
      for (let k = Math.max(0, i - reach); k <= Math.min(size - 1, i + reach); k++)
        for (let l = Math.max(0, j - reach); l <= Math.min(size - 1, j + reach); l++)
          sum += of(i, k) * of(k, l) * of(l, j)
      return sum
    }
    const envelope = envelopeOf(Int32Array.from({ length: size }, (_, i) => Math.max(0, i - 3)))
    const matrix = envelopeMatrix(envelope)
    for (let i = 0; i < size; i++)
      for (let j = Math.max(0, i - 3); j <= i; j++) matrix.values[envelope.start[i] + j] = cube(K, i, j, 1)
    assert.ok(factorEnvelope(matrix))
    const z = inverseInEnvelope(matrix)
    for (let i = 0; i < size; i += 7) {
      const exact = cube(inverse, i, i, size)
      // The condition is (2 (n + 1)/π)⁶/2: 2e7, 2e9 and 1e11; errors of 1e-16 of the factor grow by it at most.
      const most = 1e-16 * (0.64 * (size + 1)) ** 6
      assert.ok(Math.abs(z[envelope.start[i] + i] / exact - 1) < most, `${z[envelope.start[i] + i]} ${exact}`)
    }
  }
})

test('a matrix that is not positive definite is refused', () => {
  const filled = (begin: readonly number[], entries: readonly (readonly [number, number, number])[]) => {
    const envelope = envelopeOf(Int32Array.from(begin))
    const matrix = envelopeMatrix(envelope)
    for (const [i, j, value] of entries) matrix.values[envelope.start[i] + j] = value
    return matrix
  }
  const entries = [
    [0, 0, 1],
    [1, 0, 2],
  ] as const
  assert.equal(factorEnvelope(filled([0, 0], [...entries, [1, 1, 1]])), false)
  assert.equal(factorEnvelope(filled([0, 0], [...entries, [1, 1, 5]])), true)
  assert.equal(factorEnvelope(filled([0], [[0, 0, Number.NaN]])), false)
})
