import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readFrames, readFramesAsync } from '../../../src/crystal/formats/extxyz.ts'
import { commentPairs, infoValue } from '../../../src/crystal/formats/extxyz-comment.ts'
import { optimadeStructure } from '../../../src/crystal/formats/optimade.ts'
import { readPoscar } from '../../../src/crystal/formats/poscar.ts'
import { writePoscar } from '../../../src/crystal/formats/poscar-write.ts'
import { pymatgenStructure } from '../../../src/crystal/formats/pymatgen.ts'
import { readStructure } from '../../../src/crystal/formats/read-structure.ts'
import { fractionalPositions } from '../../../src/crystal/lattice.ts'
import { volume, withAtoms } from '../../../src/crystal/structure.ts'
import { supercell } from '../../../src/crystal/supercell.ts'

const fixture = (name: string) =>
  readFileSync(new URL(`../../reference/structures/files/${name}`, import.meta.url), 'utf8')

/** Two atoms in the cell with these vectors and this line of the scale. */
const poscar = (scale: string, rest = 'Direct\n0 0 0\n0.5 0.5 0.5\n') =>
  `two atoms\n${scale}\n2 0 0\n0 3 0\n0.5 0 4\nMg S\n1 1\n${rest}`
const near = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 1e-12) => {
  assert.equal(a.length, b.length)
  for (let k = 0; k < a.length; k++) assert.ok(Math.abs(a[k] - b[k]) < tolerance, `${k}: ${a[k]} against ${b[k]}`)
}

test('poscar: one scale, a volume, three scales; Cartesian coordinates are scaled too', () => {
  near(readPoscar(poscar('2.0'), 'a').lattice, [4, 0, 0, 0, 6, 0, 1, 0, 8])
  const byVolume = readPoscar(poscar('-192'), 'a')
  near(byVolume.lattice, [4, 0, 0, 0, 6, 0, 1, 0, 8])
  assert.ok(Math.abs(volume(byVolume) - 192) < 1e-9)
  near(readPoscar(poscar('1 2 3'), 'a').lattice, [2, 0, 0, 0, 6, 0, 0.5, 0, 12])
  // the same two atoms in Cartesian coordinates of the unscaled cell
  const cartesian = poscar('2.0', 'Cartesian\n0 0 0\n1.25 1.5 2.0\n')
  near(fractionalPositions(readPoscar(cartesian, 'a')), [0, 0, 0, 0.5, 0.5, 0.5])
  near(readPoscar(cartesian.replace('Cartesian', 'kartesian'), 'a').positions, [0, 0, 0, 2.5, 3, 4])
})

test('poscar: selective dynamics, elements with suffixes, Fortran numbers, velocities that follow', () => {
  const text = poscar('1.0', 'Selective dynamics\nDirect\n0 0 0 T F T\n5.0D-1 0.5 0.5 F F F\n\n0.1 0.1 0.1\n0 0 0\n')
  const structure = readPoscar(text.replace('Mg S', 'Mg_pv S/a1b2'), 'a')
  assert.deepEqual(structure.species, ['Mg', 'S'])
  near(fractionalPositions(structure), [0, 0, 0, 0.5, 0.5, 0.5])
  assert.deepEqual([...structure.fixed!], [0, 1, 0, 1, 1, 1])
  assert.deepEqual(readPoscar(writePoscar(structure), 'b').fixed, structure.fixed)
  assert.deepEqual([...supercell(structure, [1, 2, 1]).fixed!], [0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1])
  assert.deepEqual([...withAtoms(structure, ['Li'], [1, 1, 1]).fixed!], [0, 1, 0, 1, 1, 1, 0, 0, 0])
  assert.throws(() => readPoscar(text.replace('T F T', 'T F'), 'a'), /a, line \d+: selective dynamics.*T or F/)
  assert.deepEqual(readPoscar(poscar('1.0').replace('Mg S\n', ''), 'a', { elements: ['Li', 'O'] }).species, ['Li', 'O'])
})

test('extended XYZ that ASE wrote: energy, forces, stress, words, lists, columns, a slab', async () => {
  const text = fixture('made-frames.extxyz')
  const frames = [...readFrames([text], 'made-frames.extxyz')]
  assert.equal(frames.length, 4)
  const [first, , third, slab] = frames
  assert.deepEqual(first.info, { step: 0, note: 'a "quoted" word', converged: true, weights: [1, 0.5] })
  assert.equal(first.energy, Number(/energy=(\S+)/.exec(text)![1]))
  assert.equal(first.structure.periodic, undefined)
  assert.equal(first.forces?.length, 24)
  // a force engine without a fixed point: the forces of EMT add up to nothing, the stress is symmetric
  for (const d of [0, 1, 2])
    assert.ok(Math.abs([0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, i) => sum + first.forces![3 * i + d], 0)) < 1e-7)
  const s = first.stress!
  assert.ok(s.length === 9 && s[1] === s[3] && s[2] === s[6] && s[5] === s[7])
  assert.deepEqual(first.columns.group, { width: 1, values: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7), whole: true })
  assert.deepEqual(first.columns.fixed.values, [true, false, true, false, true, false, true, false])
  assert.equal(third.info.step, 2)
  assert.deepEqual(slab.structure.periodic, [true, true, false])
  assert.equal(slab.energy, undefined)
  // the same as a stream, and one configuration of several
  const streamed = []
  for await (const frame of readFramesAsync(
    (async function* () {
      for (const piece of text.split(/(?<=e)/)) yield piece
    })(),
    'a',
  ))
    streamed.push(frame)
  assert.deepEqual(streamed, frames)
  const of = (frame: number) => readStructure(text, { name: 'a.xyz', frame })
  assert.deepEqual(of(0), first.structure)
  assert.deepEqual(of(-2), third.structure)
  assert.deepEqual(readStructure(text, { name: 'a.xyz' }), slab.structure)
})

test('extended XYZ: stress in six numbers, molecules, atomic numbers, plain XYZ', () => {
  const head = '1\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3'
  const six = [...readFrames([`${head} stress="1 2 3 4 5 6"\nH 0 0 0\n`], 'a')][0]
  assert.deepEqual([...six.stress!], [1, 6, 5, 6, 2, 4, 5, 4, 3]) // xx yy zz yz xz xy
  const plain = [...readFrames(['2\r\nwater = "wet"\r\nO 0 0 0 -0.8\r\nH 0 0 0.96 0.4\r\n'], 'a')][0]
  assert.deepEqual(plain.structure.periodic, [false, false, false])
  assert.deepEqual(plain.structure.species, ['O', 'H'])
  assert.deepEqual(plain.info, { comment: 'water = "wet"' })
  near(plain.structure.lattice, [10, 0, 0, 0, 10, 0, 0, 0, 10.96])
  const numbers = [...readFrames(['1\nProperties=Z:I:1:pos:R:3 pbc="F F F"\n42 0 0 0\n'], 'a')][0]
  assert.deepEqual(numbers.structure.species, ['Mo'])
  assert.throws(
    () => [...readFrames(['1\nProperties=Z:I:1:pos:R:3 pbc="T F F"\n42 0 0 0\n'], 'a')],
    /says pbc and has no Lattice/,
  )
})

test('comment lines in every spelling', () => {
  const line = `Lattice="1 0 0" e=-1.5 "my key"="a \\"b\\"" arr={1 2 3} n=[1, 2] m=[[1,2],[3,4]] flag s='x y' t=T u = 3 w="T F" empty=""`
  const values = Object.fromEntries([...commentPairs(line)!].map(([key, text]) => [key, infoValue(text)]))
  assert.deepEqual(values, {
    Lattice: [1, 0, 0],
    e: -1.5,
    'my key': 'a "b"',
    arr: [1, 2, 3],
    n: [1, 2],
    m: '[[1,2],[3,4]]',
    flag: true,
    s: 'x y',
    t: true,
    u: 3,
    w: [true, false],
    empty: '',
  })
  for (const open of ['a="b', "a='b", 'a={1 2', 'a=[1, 2']) assert.equal(commentPairs(open), undefined, open)
})

test('pymatgen JSON: several species on a site, oxidation numbers, open directions, labels', () => {
  const data = {
    '@class': 'Structure',
    lattice: {
      matrix: [
        [4, 0, 0],
        [0, 4, 0],
        [0, 0, 20],
      ],
      pbc: [true, true, false],
    },
    sites: [
      {
        species: [
          { element: 'Li', oxidation_state: 1, occu: 0.4 },
          { element: 'Mg', oxidation_state: 2, occu: 0.6 },
        ],
        abc: [0, 0, 0],
        label: 'A',
      },
      { species: [{ element: 'S', oxidation_state: -2, occu: 1 }], abc: [0.5, 0.5, 0.1] },
    ],
  }
  const structure = pymatgenStructure(data, 'a.json')
  assert.deepEqual(structure.species, ['Li', 'Mg', 'S'])
  assert.deepEqual(structure.labels, ['A', 'A', 'S'])
  assert.deepEqual([...structure.occupancy!], [0.4, 0.6, 1])
  assert.deepEqual([...structure.oxidation!], [1, 2, -2])
  assert.deepEqual(structure.periodic, [true, true, false])
  near(structure.positions, [0, 0, 0, 0, 0, 0, 2, 2, 2])
})

test('OPTIMADE: vacancies, directions without a vector, assemblies', () => {
  const attributes = {
    lattice_vectors: [
      [3, 0, 0],
      [0, 3, 0],
      [null, null, null],
    ],
    dimension_types: [1, 1, 0],
    cartesian_site_positions: [
      [0, 0, 0],
      [1.5, 1.5, 2],
    ],
    species: [
      { name: 'full', chemical_symbols: ['Mo'], concentration: [1] },
      { name: 'half', chemical_symbols: ['S', 'Se', 'vacancy'], concentration: [0.5, 0.3, 0.2] },
    ],
    species_at_sites: ['full', 'half'],
  }
  const structure = optimadeStructure({ id: 'x', attributes }, 'a')
  assert.deepEqual(structure.species, ['Mo', 'S', 'Se'])
  assert.deepEqual([...structure.occupancy!], [1, 0.5, 0.3])
  assert.deepEqual(structure.periodic, [true, true, false])
  near(structure.lattice, [3, 0, 0, 0, 3, 0, 0, 0, 12]) // the atoms reach 2 Å, with 5 Å of vacuum on either side
  const grouped = { ...attributes, assemblies: [{ sites_in_groups: [[0], [1]], group_probabilities: [0.5, 0.5] }] }
  assert.throws(() => optimadeStructure({ id: 'x', attributes: grouped }, 'a'), /assemblies .* which are not read/)
  assert.throws(
    () => optimadeStructure({ data: [{ id: 'x', attributes }] }, 'a', { id: 'y' }),
    /structure: got "y", allowed: one of x/,
  )
})
