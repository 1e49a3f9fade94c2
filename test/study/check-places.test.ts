import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Structure } from '../../src/crystal/structure.ts'
import { checkPlaces } from '../../src/study/check-places.ts'

/** One atom in a cube of 6 Å. */
const cell: Structure = {
  species: ['X'],
  lattice: Float64Array.of(6, 0, 0, 0, 6, 0, 0, 0, 6),
  positions: Float64Array.of(0, 0, 0),
}
const move = (field: string, from: readonly [number, number, number], to: readonly [number, number, number]) => ({
  field,
  from,
  to,
})

test('places that no search can start from are refused by field, across the border of the cell too', () => {
  const good = move('a', [3, 0, 0], [3, 3, 0])
  assert.doesNotThrow(() => checkPlaces(cell, [good, move('b', [0, 3, 3], [3, 0, 0])])) // one after the other is no clash
  for (const [moves, message] of [
    [[move('a', [5.7, 0, 0], [3, 3, 0])], /a\.from: got "0\.30 Å from atom 0 \(X\)/],
    [[move('a', [3, 0, 0], [0.2, 6.1, 0])], /a\.to: .*atom 0/],
    [[move('a', [3, 0, 0], [9, 6, 0])], /a\.to: .*place of `from`, or its image/],
    [[good, move('b', [3, 5.8, 0], [0, 3, 0])], /b\.from: got "the site of a\.from"/],
    [[good, move('b', [0, 3, 0], [3, 3, 6.2])], /b\.to: got "the site of a\.to"/],
  ] as const)
    assert.throws(() => checkPlaces(cell, moves), message)
})
