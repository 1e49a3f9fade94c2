import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readFrames } from '../../../src/crystal/formats/extxyz.ts'
import { writeFrame } from '../../../src/crystal/formats/extxyz-write.ts'
import { readStructure } from '../../../src/crystal/formats/read-structure.ts'
import { type WriteFormat, writeStructure } from '../../../src/crystal/formats/write-structure.ts'
import { cellParameters, fractionalPositions, toCartesian } from '../../../src/crystal/lattice.ts'
import { neighbourList } from '../../../src/crystal/neighbours.ts'
import type { Structure } from '../../../src/crystal/structure.ts'
import { determinant } from '../../../src/math/mat3.ts'

/** Numbers spread evenly, with digits down to the last. */
const number = (min: number, max: number) =>
  fc.integer({ min: 0, max: 2 ** 31 - 1 }).map(k => min + ((max - min) * k) / (2 ** 31 - 1))
const symbols = ['Li', 'Mg', 'Mo', 'S', 'H', 'Cl', 'O']

/** Cells of any shape and hand, a few atoms that do not overlap, with and without what a site may carry. */
const structures = (o: { partial: boolean; open: boolean }): fc.Arbitrary<Structure> =>
  fc
    .record({
      cell: fc.array(number(-12, 12), { minLength: 9, maxLength: 9 }),
      atoms: fc.array(
        fc.tuple(fc.constantFrom(...symbols), fc.tuple(number(-0.5, 1.5), number(-0.5, 1.5), number(-0.5, 1.5))),
        {
          minLength: 1,
          maxLength: 6,
        },
      ),
      shares: fc.array(number(0.1, 1), { minLength: 6, maxLength: 6 }),
      charges: fc.array(fc.constantFrom(-2, -1, 0, 1, 2, 3.5), { minLength: 6, maxLength: 6 }),
      periodic: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      partial: fc.boolean(),
      charged: fc.boolean(),
      open: fc.boolean(),
    })
    .filter(({ cell }) => Math.abs(determinant(cell)) > 100)
    .map(({ cell, atoms, ...rest }) => {
      const n = atoms.length
      const lattice = Float64Array.from(cell)
      return {
        species: atoms.map(([symbol]) => symbol),
        lattice,
        positions: toCartesian(
          atoms.flatMap(([, f]) => f),
          lattice,
        ),
        labels: atoms.map(([symbol], i) => `${symbol}${i + 1}`),
        ...(o.partial && rest.partial ? { occupancy: Float64Array.from(rest.shares.slice(0, n)) } : {}),
        ...(o.partial && rest.charged ? { oxidation: Float64Array.from(rest.charges.slice(0, n)) } : {}),
        ...(o.open && rest.open && !rest.periodic.every(Boolean) ? { periodic: rest.periodic } : {}),
        name: 'made',
      }
    })
    .filter(structure => neighbourList(structure, 0.6).start.at(-1) === 0)

const names: Readonly<Record<WriteFormat, string>> = {
  cif: 'a.cif',
  poscar: 'POSCAR',
  extxyz: 'a.xyz',
  pymatgen: 'a.json',
}

/**
 * Round-off of fractional ↔ Cartesian: some 1e-16 times the coordinates, times the condition of the cell, which the filter on
 * the volume keeps below 1e3 or so.
 */
const tolerance = 1e-10

const sameAtoms = (a: Structure, b: Structure): void => {
  assert.deepEqual(b.species, a.species)
  const f = fractionalPositions(a)
  const g = fractionalPositions(b)
  f.forEach((value, k) => {
    const d = value - g[k]
    assert.ok(Math.abs(d - Math.round(d)) < tolerance, `coordinate ${k}: ${value} came back as ${g[k]}`)
  })
  const { lengths, angles } = cellParameters(a.lattice)
  const back = cellParameters(b.lattice)
  for (let k = 0; k < 3; k++) {
    assert.ok(Math.abs(lengths[k] - back.lengths[k]) < tolerance)
    assert.ok(
      Math.abs(angles[k] - back.angles[k]) < 1e-6,
      'angles: the arc cosine loses half the digits near 0 and 180°',
    )
  }
}

for (const format of ['extxyz', 'pymatgen'] as const) {
  test(`${format}: what is written is read back, open directions, shares, charges and labels too`, () => {
    fc.assert(
      fc.property(structures({ partial: true, open: true }), structure => {
        const { name, ...back } = readStructure(writeStructure(structure, format), { name: names[format] })
        sameAtoms(structure, back)
        assert.deepEqual(back.lattice, structure.lattice)
        for (const field of ['labels', 'occupancy', 'oxidation', 'periodic'] as const)
          assert.deepEqual(back[field], structure[field], field)
        if (format === 'extxyz') assert.deepEqual(back.positions, structure.positions)
      }),
      { numRuns: 100 },
    )
  })
}

test('poscar: what is written is read back', () => {
  fc.assert(
    fc.property(structures({ partial: false, open: false }), structure => {
      const back = readStructure(writeStructure(structure, 'poscar'), { name: 'POSCAR' })
      sameAtoms(structure, back)
      assert.deepEqual(back.lattice, structure.lattice)
    }),
    { numRuns: 100 },
  )
})

test('cif: what is written is read back in the frame of its lengths and angles, shares, charges and labels too', () => {
  fc.assert(
    fc.property(structures({ partial: true, open: false }), structure => {
      const back = readStructure(writeStructure(structure, 'cif'), { name: 'a.cif' })
      // a left-handed cell comes back by its negatives: the same distances between the atoms
      const flip = determinant(structure.lattice) < 0
      const mirrored = flip ? { ...structure, lattice: structure.lattice.map(value => -value) } : structure
      sameAtoms(mirrored, back)
      assert.ok(determinant(back.lattice) > 0)
      for (const field of ['labels', 'occupancy', 'oxidation'] as const)
        assert.deepEqual(back[field], structure[field], field)
    }),
    { numRuns: 100 },
  )
})

test('every format to every other and back leaves the crystal', () => {
  const formats = ['cif', 'poscar', 'extxyz', 'pymatgen'] as const
  fc.assert(
    fc.property(
      structures({ partial: false, open: false }),
      fc.shuffledSubarray([...formats], { minLength: 2 }),
      (structure, chain) => {
        let here = structure
        for (const format of chain) here = readStructure(writeStructure(here, format), { name: names[format] })
        const mirrored = determinant(structure.lattice) * determinant(here.lattice) < 0
        sameAtoms(mirrored ? { ...structure, lattice: structure.lattice.map(value => -value) } : structure, here)
      },
    ),
    { numRuns: 60 },
  )
})

test('extended XYZ: energies, forces, stress, words and columns of many configurations, in pieces of any size', () => {
  const frame = fc.record({
    structure: structures({ partial: true, open: true }),
    energy: number(-1e4, 1e4),
    stress: fc.array(number(-1, 1), { minLength: 9, maxLength: 9 }),
    word: fc
      .string()
      .filter(
        text => !/[\r\n]/.test(text) && /[^\s\d.TFtfaln+-]/.test(text) && !/^[[{]/.test(text) && text.trim() === text,
      ),
    list: fc.array(number(-9, 9), { minLength: 2, maxLength: 5 }),
    flag: fc.boolean(),
    whole: fc.integer({ min: -99, max: 99 }),
  })
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 50 }), (frames, size) => {
      const written = frames.map(({ structure, energy, stress, ...info }) => ({
        structure,
        energy,
        forces: structure.positions.map(value => Math.sin(value)),
        stress: Float64Array.from(stress),
        info,
        columns: {
          group: { width: 1, values: Float64Array.from(structure.species, (_, i) => i), whole: true },
          moved: { width: 2, values: structure.species.flatMap((_, i) => [i % 2 === 0, true]) },
          tag: { width: 1, values: structure.species.map(symbol => `${symbol}:a`) },
        },
      }))
      const text = written.map(writeFrame).join('')
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, k) =>
        text.slice(k * size, (k + 1) * size),
      )
      assert.deepEqual([...readFrames(pieces, 'a.xyz')], written)
    }),
    { numRuns: 60 },
  )
})

test('extended XYZ: words that every object has a member of are words', () => {
  for (const word of ['valueOf', 'constructor', 'toString', 'hasOwnProperty']) {
    const [{ info }] = readFrames(`1\nLattice="5 0 0 0 5 0 0 0 5" config=${word}\nS 0 0 0\n`, 'a.xyz')
    assert.equal(info.config, word)
    assert.throws(
      () => [...readFrames(`1\nLattice="5 0 0 0 5 0 0 0 5" pbc="T T ${word}"\nS 0 0 0\n`, 'a.xyz')],
      /pbc: got/,
    )
  }
})
