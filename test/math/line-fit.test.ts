import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineFit } from '../../src/math/line-fit.ts'
import { random } from '../../src/math/random.ts'

test('a line through exact points, whatever their errors', () => {
  const x = [0, 1, 2.5, 4]
  const { intercept, slope, reducedChiSquare } = lineFit(
    x,
    x.map(at => 3 - 2 * at),
    [0.1, 0.3, 0.2, 1],
  )
  // round-off of a few numbers of the size of 5
  assert.ok(Math.abs(intercept - 3) < 1e-13 && Math.abs(slope + 2) < 1e-13 && reducedChiSquare < 1e-24)
})

test('errors are those that repeated draws show', () => {
  const dice = random(5)
  const x = [1, 2, 3, 5]
  const errors = [0.1, 0.2, 0.1, 0.4]
  const draws = Array.from({ length: 2000 }, () =>
    lineFit(
      x,
      x.map((at, k) => 1 + at + errors[k] * dice.normal()),
      errors,
    ),
  )
  const spread = (of: (fit: (typeof draws)[number]) => number) => {
    const values = draws.map(of)
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1))
  }
  // a spread of 2000 draws is known to 1/√4000 = 1.6 %: four of these
  assert.ok(Math.abs(spread(fit => fit.slope) / draws[0].slopeError - 1) < 0.064)
  assert.ok(Math.abs(spread(fit => fit.intercept) / draws[0].interceptError - 1) < 0.064)
  const chi = draws.reduce((sum, fit) => sum + fit.reducedChiSquare, 0) / draws.length
  // two degrees of freedom: variance 1 of the reduced χ², 1/√2000 = 0.022 of its mean
  assert.ok(Math.abs(chi - 1) < 0.09, `${chi}`)
})

test('one point, or points at one x, are no line', () => {
  assert.throws(() => lineFit([1, 1], [2, 3], [1, 1]), /two of different x/)
  assert.throws(() => lineFit([1, 2], [2, 3], [1, 0]), /error 0, must be > 0/)
})
