import assert from 'node:assert/strict'
import { it } from 'node:test'
import { expandAlike, reduceAlike } from '../../src/cell/particle-sweeps.ts'

const shells = 5
const size = shells + 1
const base = 2
const factor = (k: number): Float64Array => Float64Array.from({ length: shells }, (_, s) => Math.sin(k + 1.7 * s))
const [carry, pivot, back] = [factor(1), factor(2), factor(3)]

it('particles swept abreast are what each is by itself, however many there are, and nothing else is touched', () => {
  for (let count = 1; count <= 19; count++) {
    const r = Float64Array.from({ length: base + count * size + 1 }, (_, i) => Math.cos(i))
    const expected = r.slice()
    for (let a = base; a < base + count * size; a += size) {
      for (let s = 0; s < shells; s++) expected[a + s + 1] += carry[s] * expected[a + s]
      for (let s = shells - 1; s >= 0; s--) expected[a + s] = pivot[s] * expected[a + s] - back[s] * expected[a + s + 1]
    }
    reduceAlike(r, base, count, carry)
    expandAlike(r, base, count, pivot, back)
    // The same operations in the same order: the same bits.
    assert.deepEqual(r, expected)
  }
})
