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
