import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exponentials } from '../../src/math/exponentials.ts'

/** Of one number, at an odd place among others. */
const of = (kind: 'exp' | 'ln', a: number): number => {
  const all = exponentials(11)
  all.values.fill(1, 0, 16)
  all.values[9] = a
  all[kind](11)
  return all.values[9]
}

test('exp is that of the machine to 2⁻⁵¹, from where it vanishes to where it overflows', () => {
  fc.assert(
    fc.property(fc.double({ min: -707.9, max: 709, noNaN: true }), a => {
      const exact = Math.exp(a)
      assert.ok(Math.abs(of('exp', a) - exact) <= 2 ** -51 * exact, `${a}`)
    }),
    { numRuns: 2000 },
  )
  assert.equal(of('exp', 0), 1)
  assert.equal(of('exp', 720), Number.POSITIVE_INFINITY)
  assert.equal(of('exp', Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY)
  assert.equal(of('exp', -720), 0)
  assert.equal(of('exp', Number.NaN), Number.NaN)
})

test('ln is that of the machine to 2⁻⁵¹, next to 1 too', () => {
  const near = (a: number): void => {
    const exact = Math.log(a)
    assert.ok(Math.abs(of('ln', a) - exact) <= 2 ** -51 * Math.abs(exact), `${a}`)
  }
  fc.assert(
    fc.property(
      fc.double({ min: -700, max: 700, noNaN: true }),
      fc.double({ min: 0.6, max: 1.5, noNaN: true }),
      (e, a) => {
        near(Math.exp(e))
        near(a)
      },
    ),
    { numRuns: 2000 },
  )
  assert.equal(of('ln', 1), 0)
  assert.equal(of('ln', Number.NaN), Number.NaN)
})
