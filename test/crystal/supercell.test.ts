import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toFractional } from '../../src/crystal/lattice.ts'
import { neighbourList } from '../../src/crystal/neighbours.ts'
import { composition, volume } from '../../src/crystal/structure.ts'
import { cellsWithin, integerMatrix, strained, supercell } from '../../src/crystal/supercell.ts'
import { determinant, inverse } from '../../src/math/mat3.ts'
import { chevrel, rockSalt } from './prototypes.ts'

const matrices = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: 9, maxLength: 9 })
  .filter(M => Math.abs(determinant(M)) > 0.5 && Math.abs(determinant(M)) < 30)

test('a supercell holds |det M| old cells, each lattice point once', () => {
  fc.assert(
    fc.property(matrices, M => {
      const cells = cellsWithin(M)
      const count = Math.abs(determinant(M))
      assert.equal(cells.length, 3 * Math.round(count))
      assert.deepEqual([...cells.slice(0, 3)], [0, 0, 0])
      // modulo the new lattice all are different and none is left out
      const f = toFractional(Float64Array.from(cells), Float64Array.from(M))
      const classes = new Set<string>()
      for (let k = 0; k < f.length; k += 3) {
        const inside = [0, 1, 2].map(d => f[k + d] - Math.floor(f[k + d] + 1e-9))
        assert.ok([0, 1, 2].every(d => f[k + d] > -1e-9 && f[k + d] < 1))
        classes.add(inside.map(x => Math.round(x * count)).join(' '))
      }
      assert.equal(classes.size, cells.length / 3)
    }),
    { numRuns: 200 },
  )
})

test('a supercell is the same crystal: volume, composition and every neighbour distance', () => {
  const host = chevrel()
  const M = [3, 0, 0, 1, 1, 1, 0, 1, -1] // 84 atoms
  const big = supercell(host, M)
  assert.equal(big.species.length, 84)
  assert.ok(Math.abs(volume(big) - 6 * volume(host)) < 1e-9 * volume(big))
  assert.deepEqual(composition(big), { Mo: 36, S: 48 })
  const distances = (list: ReturnType<typeof neighbourList>, i: number) =>
    [...list.distance.slice(list.start[i], list.start[i + 1])].sort((a, b) => a - b)
  const [small, large] = [neighbourList(host, 5), neighbourList(big, 5)]
  for (let i = 0; i < 84; i++) {
    const [a, b] = [distances(small, i % 14), distances(large, i)]
    assert.equal(a.length, b.length)
    for (const [k, d] of a.entries()) assert.ok(Math.abs(d - b[k]) < 1e-9)
  }
})

test('strain moves the cell and the atoms alike', () => {
  const epsilon = [0.01, 0.002, 0, 0.002, -0.005, 0.001, 0, 0.001, 0.02]
  const before = rockSalt()
  const after = strained(before, epsilon)
  const [f, g] = [before, after].map(s => toFractional(s.positions, s.lattice))
  for (const [k, x] of f.entries()) assert.ok(Math.abs(x - g[k]) < 1e-12)
  const F = epsilon.map((e, k) => e + (k % 4 === 0 ? 1 : 0))
  assert.ok(Math.abs(volume(after) / volume(before) - determinant(F)) < 1e-12)
  // undone by the inverse of 1 + ε
  const back = strained(
    after,
    inverse(F).map((x, k) => x - (k % 4 === 0 ? 1 : 0)),
  )
  for (const [k, r] of before.positions.entries()) assert.ok(Math.abs(r - back.positions[k]) < 1e-12)
})

test('what is no matrix of whole numbers is refused, with the place', () => {
  assert.deepEqual([...integerMatrix([2, 3, 4])], [2, 0, 0, 0, 3, 0, 0, 0, 4])
  assert.throws(() => integerMatrix([1, 2]), /supercell: got 2, allowed: three whole numbers/)
  assert.throws(() => integerMatrix([1, 2.5, 1]), /supercell\[1\]: got 2.5/)
  assert.throws(() => integerMatrix([1, 0, 0, 1, 0, 0, 0, 0, 1]), /got 0, allowed: a determinant/)
  assert.throws(() => integerMatrix([1, Number.NaN, 1]), /supercell\[1\]: got NaN/)
  const slab = { ...rockSalt(), periodic: [true, true, false] as const }
  assert.throws(() => supercell(slab, [1, 0, 1, 0, 1, 0, 0, 0, 1]), /does not mix directions/)
  assert.equal(supercell(slab, [2, 1, 0, 0, 1, 0, 0, 0, 1]).species.length, 16)
  assert.throws(() => strained(rockSalt(), [-1, 0, 0, 0, 0, 0, 0, 0, 0]), /det\(1 \+ ε\) > 0/)
})
