import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'
import {
  type Envelope,
  envelopeOf,
  factorEnvelope,
  inverseInEnvelope,
  solveEnvelope,
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
] as const) {
  test(`envelope Cholesky of ${size} reaching back ${band}: solves as dense LU, and has the same inverse inside`, () => {
    const { envelope, dense, a } = randomMatrix(size, band, size)
    const lu = Float64Array.from(dense)
    const pivot = new Int32Array(size)
    assert.ok(factorDense(lu, size, pivot))
    const l = Float64Array.from(a)
    assert.ok(factorEnvelope(l, envelope))
    const z = inverseInEnvelope(l, envelope)
    for (let column = 0; column < size; column++) {
      const unit = new Float64Array(size)
      unit[column] = 1
      const exact = Float64Array.from(unit)
      solveDense(lu, size, pivot, exact)
      const own = Float64Array.from(unit)
      solveEnvelope(l, envelope, own)
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
  assert.equal(factorEnvelope(Float64Array.of(1, 2, 1), envelopeOf(Int32Array.of(0, 0))), false) // [[1, 2], [2, 1]]
  assert.equal(factorEnvelope(Float64Array.of(Number.NaN), envelopeOf(Int32Array.of(0))), false)
})
