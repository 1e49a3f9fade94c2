import assert from 'node:assert/strict'
import { test } from 'node:test'
import { erfc } from '../../src/math/erfc.ts'

/** By the C library (Python's math.erfc). */
const values = [
  [0.01, 0.9887165844441503],
  [0.5, 0.4795001221869535],
  [1, 0.15729920705028513],
  [1.7, 0.016209541409225436],
  [2.499, 0.0004091357557446054],
  [2.5, 0.0004069520174449589],
  [2.6, 0.00023603441652934908],
  [3, 2.2090496998585438e-5],
  [5, 1.5374597944280351e-12],
  [8, 1.1224297172982928e-29],
]

test('erfc on both sides of the change of method', () => {
  assert.equal(erfc(0), 1)
  for (const [x, exact] of values) {
    // series: the round-off of 1 − erf; fraction: a few roundings and those of x² in the exponent
    const allowed = x < 2.5 ? 1e-15 : (4 + x * x) * 4e-16 * exact
    assert.ok(Math.abs(erfc(x) - exact) < allowed, `${x}: ${erfc(x) / exact - 1}`)
  }
  assert.throws(() => erfc(-1), /≥ 0/)
  assert.throws(() => erfc(Number.NaN), /≥ 0/)
})
