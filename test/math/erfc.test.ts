import assert from 'node:assert/strict'
import { test } from 'node:test'
import { erfc } from '../../src/math/erfc.ts'

/** Simpson's rule over t from x to x + 8, 16,000 pieces: h⁴ of it is 1e-14 of the integrand. */
const integral = (x: number): number => {
  const pieces = 16_000
  const h = 8 / pieces
  let sum = 0
  for (let i = 0; i <= pieces; i++)
    sum += (i === 0 || i === pieces ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-((x + i * h) ** 2) + x * x)
  return ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum * h) / 3
}

test('erfc is its integral, on both sides of the change of method', () => {
  assert.equal(erfc(0), 1)
  for (const x of [0.01, 0.5, 1, 1.7, 2.499, 2.5, 2.6, 3, 5, 8]) {
    const exact = integral(x)
    const allowed = x < 2.5 ? 1e-15 : 2e-14 * exact // series: absolute; fraction: relative; Simpson 1e-14
    assert.ok(Math.abs(erfc(x) - exact) < allowed + 2e-14 * exact, `${x}: ${erfc(x) / exact - 1}`)
  }
  assert.throws(() => erfc(-1), /≥ 0/)
  assert.throws(() => erfc(Number.NaN), /≥ 0/)
})
