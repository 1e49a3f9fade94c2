import assert from 'node:assert/strict'
import { test } from 'node:test'
import { random } from '../../src/math/random.ts'

test('the same seed gives the same numbers, another seed others', () => {
  const [a, b, c] = [1, 1, 2].map(seed => random(seed))
  for (let k = 0; k < 50; k++) {
    const x = a.uniform()
    assert.equal(x, b.uniform())
    assert.notEqual(x, c.uniform())
  }
})

test('uniform and normal deviates have the moments they should, within four standard errors', () => {
  const { uniform, normal } = random(3)
  const count = 100_000
  const mean = (draw: () => number) => {
    let sum = 0
    for (let k = 0; k < count; k++) sum += draw()
    return sum / count
  }
  const error = 4 / Math.sqrt(count)
  assert.ok(Math.abs(mean(uniform) - 1 / 2) < error * Math.sqrt(1 / 12))
  assert.ok(Math.abs(mean(() => (uniform() - 0.5) ** 2) - 1 / 12) < error * Math.sqrt(1 / 180))
  assert.ok(Math.abs(mean(normal)) < error)
  assert.ok(Math.abs(mean(() => normal() ** 2) - 1) < error * Math.SQRT2)
  assert.ok(Math.abs(mean(() => normal() ** 4) - 3) < error * Math.sqrt(96))
  // neighbours in the sequence know nothing of each other
  let last = uniform() - 0.5
  const lagged = mean(() => {
    const next = uniform() - 0.5
    const product = last * next
    last = next
    return product
  })
  assert.ok(Math.abs(lagged) < error / 12)
})
