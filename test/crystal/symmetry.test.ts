import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fractionalPositions } from '../../src/crystal/lattice.ts'
import { siteAction } from '../../src/crystal/site-orbits.ts'
import { findSites } from '../../src/crystal/sites.ts'
import { volume } from '../../src/crystal/structure.ts'
import { supercell } from '../../src/crystal/supercell.ts'
import { cartesianOperation, symmetryOf } from '../../src/crystal/symmetry.ts'
import { determinant } from '../../src/math/mat3.ts'
import { chevrel, layeredOxide, rockSalt } from './prototypes.ts'

const reference = JSON.parse(readFileSync(new URL('../reference/symmetry/symmetry.json', import.meta.url), 'utf8')) as {
  crystals: Record<
    string,
    {
      species: string[]
      lattice: number[]
      positions: number[]
      number: number
      international: string
      pointGroup: string
      wyckoff: string[]
      orbits: number[]
      primitiveAtoms: number
      operations: number
    }
  >
}

/** A partition as text: which items share a class, whatever the classes are called. */
const partition = (classes: ArrayLike<unknown>): string => {
  const names = Array.from(classes)
  return names.map(name => names.indexOf(name)).join(' ')
}

for (const [name, one] of Object.entries(reference.crystals)) {
  test(`space group, orbits and primitive cell are spglib's: ${name}`, () => {
    const structure = {
      species: one.species,
      lattice: Float64Array.from(one.lattice),
      positions: Float64Array.from(one.positions),
    }
    const found = symmetryOf(structure, { tolerance: 1e-3 })
    assert.equal(found.number, one.number)
    assert.equal(found.symbol.replaceAll(' ', ''), one.international)
    assert.equal(found.pointGroup, one.pointGroup)
    assert.equal(found.primitive.species.length, one.primitiveAtoms)
    assert.equal(found.operations.length, one.operations)
    // which atoms are equivalent; letters depend on the choice of origin, so only which ones share one
    assert.equal(partition(found.orbits), partition(one.orbits))
    const orbitLetters = (letters: readonly string[], orbits: ArrayLike<number>) =>
      [...new Set(Array.from(orbits, (o, i) => `${o} ${letters[i]}`))].length
    assert.equal(orbitLetters(found.wyckoff, found.orbits), new Set(one.orbits).size)
    const ratio = volume(structure) / volume(found.primitive)
    assert.ok(Math.abs(ratio - one.species.length / one.primitiveAtoms) < 1e-6, `${ratio}`)
    // every operation maps the primitive cell's atoms onto atoms: siteAction throws where one has no partner
    const { primitive, operations } = found
    const action = siteAction(fractionalPositions(primitive), operations, primitive.lattice, 0.01)
    for (const [k, image] of action.index.entries())
      assert.equal(primitive.species[image], primitive.species[k % primitive.species.length])
    for (const operation of operations) {
      const { rotation: R } = cartesianOperation(operation, primitive.lattice)
      assert.ok(Math.abs(Math.abs(determinant(R)) - 1) < 1e-6)
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) {
          const dot = R[3 * i] * R[3 * j] + R[3 * i + 1] * R[3 * j + 1] + R[3 * i + 2] * R[3 * j + 2]
          assert.ok(Math.abs(dot - (i === j ? 1 : 0)) < 1e-6, 'a rotation keeps lengths')
        }
      }
    }
  })
}

test('the primitive cell keeps orientation and origin: its atoms are atoms of the crystal', () => {
  const big = supercell(chevrel(), [3, 0, 0, 1, 1, 1, 0, 1, -1])
  const { primitive, toPrimitive, operations } = symmetryOf(big)
  assert.equal(operations.length, 6, 'all operations of R-3, not only those that keep the supercell')
  const inPrimitive = fractionalPositions({ ...big, lattice: primitive.lattice })
  const f = fractionalPositions(primitive)
  for (let i = 0; i < big.species.length; i++) {
    for (let d = 0; d < 3; d++) {
      const difference = inPrimitive[3 * i + d] - f[3 * toPrimitive[i] + d]
      assert.ok(Math.abs(difference - Math.round(difference)) < 1e-9)
    }
  }
})

test('letters and site symmetries of textbook structures', () => {
  const found = symmetryOf(chevrel())
  assert.equal(found.symbol, 'R -3')
  assert.equal(found.crystalSystem, 'Trigonal')
  assert.equal(found.centring, 3)
  const kinds = new Set(chevrel().species.map((s, i) => `${s} ${found.wyckoff[i]} ${found.siteSymmetry[i]}`))
  assert.deepEqual([...kinds], ['Mo f 1', 'S f 1', 'S c 3.'])
  assert.equal(new Set(found.orbits).size, 3)
})

test('occupancies tell atoms apart', () => {
  const structure = { ...rockSalt(), occupancy: new Float64Array(8).fill(1) }
  structure.occupancy[0] = 0.5
  assert.equal(symmetryOf(structure).number, 221)
})

test('atoms that share a place are one place', () => {
  const plain = layeredOxide()
  const metal = plain.species.flatMap((symbol, i) => (symbol === 'Co' ? [i] : []))
  const mixed = {
    species: [...plain.species.map(symbol => (symbol === 'Co' ? 'Ni' : symbol)), ...metal.map(() => 'Mn')],
    lattice: plain.lattice,
    positions: Float64Array.from([
      ...plain.positions,
      ...metal.flatMap(i => [...plain.positions.slice(3 * i, 3 * i + 3)]),
    ]),
    occupancy: Float64Array.from([
      ...plain.species.map(symbol => (symbol === 'Co' ? 0.8 : 1)),
      ...metal.map(() => 0.2),
    ]),
  }
  const found = symmetryOf(mixed)
  assert.equal(found.number, 166)
  assert.deepEqual(found.primitive.species, ['Li', 'Ni', 'O', 'O', 'Mn'])
  assert.deepEqual([...found.wyckoff.slice(-3)], ['a', 'a', 'a'])
  // the two metals are not equivalent though they share letters
  assert.equal(new Set(found.orbits).size, 4)
  const sites = findSites(mixed, { carriers: ['Li'] })
  assert.deepEqual(
    sites.sublattices.map(one => one.wyckoff),
    ['3b'],
  )
})

test('what has no space group is refused', () => {
  const structure = rockSalt()
  assert.throws(() => symmetryOf({ ...structure, periodic: [true, true, false] }), /repeats in all three directions/)
  assert.throws(() => symmetryOf(structure, { tolerance: 0 }), /tolerance: got 0/)
  const overlapping = { ...structure, positions: structure.positions.slice() }
  overlapping.positions.copyWithin(3, 0, 3)
  assert.throws(() => symmetryOf(overlapping), /no space group at a tolerance of 0.01/)
})
