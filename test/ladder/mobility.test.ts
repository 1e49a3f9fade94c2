import assert from 'node:assert/strict'
import { test } from 'node:test'
import { togetherOf, togetherWords } from '../../src/ladder/mobility.ts'

const sample = (x: readonly number[], L: readonly (number | null)[], error = 0.1) => ({
  x,
  T: 300,
  L,
  LError: L.map(value => (value === null ? null : error * Math.abs(value))),
})

test('an ion beside another is compared with itself alone at the same content; what both do together is a share of 1', () => {
  const samples = [
    sample([0, 0.5], [null, null, null, 5e-12]),
    sample([0, 0.1], [null, null, null, 1e-12]),
    sample([1, 0.1], [1e-9, 1e-11, 1e-11, 4e-12]),
    sample([2, 0.1], [4e-9, 6e-11, 6e-11, 9e-12], 0.05),
    { ...sample([3, 0.1], [4e-9, 0, 0, 9e-9]), determined: false },
    // at another temperature: no comparison
    { ...sample([2, 0.1], [4e-7, 6e-9, 6e-9, 9e-10], 0.01), T: 400 },
  ]
  const together = togetherOf(samples)!
  assert.equal(together.beside.value / together.alone.value, 9)
  assert.deepEqual(together.beside.x, [2, 0.1])
  // 6e-11/√(4e-9·9e-12), known to 5 %
  assert.ok(Math.abs(together.common!.value - 6e-11 / Math.sqrt(3.6e-20)) < 1e-12)
  assert.match(
    togetherWords(['Li', 'Mg'], together),
    /^Mg moves 9 ± 1 times as fast at Li 2, Mg 0\.1 as at Li 0, Mg 0\.1/,
  )
})

test('without a sample of the ion alone there is nothing to compare', () => {
  assert.equal(togetherOf([sample([1, 0.1], [1e-9, 1e-11, 1e-11, 4e-12])]), undefined)
})
