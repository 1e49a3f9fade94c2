import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { readFrames } from '../../../src/crystal/formats/extxyz.ts'
import { readStructure } from '../../../src/crystal/formats/read-structure.ts'
import { writeStructure } from '../../../src/crystal/formats/write-structure.ts'
import { loadSymmetry } from '../../../src/crystal/load-symmetry.ts'
import { SimulationError } from '../../../src/error.ts'

loadSymmetry()

const cif = `data_salt
_cell_length_a 5.64(1)
_cell_length_b 5.64
_cell_length_c 5.64
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'F m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Na1 Na1+ 0 0 0 1
Cl1 Cl1- 0.5 0.5 0.5 1
`
const poscar = `salt
1.0
5.64 0 0
0 5.64 0
0 0 5.64
Na Cl
1 1
Direct
0 0 0
0.5 0.5 0.5
`
const xyz = `2
Lattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3 energy=-1.5 pbc="T T T"
Na 0 0 0
Cl 2.5 2.5 2.5
`
const pymatgen = writeStructure(readStructure(cif, { name: 'a.cif' }), 'pymatgen')
const optimade = JSON.stringify({
  meta: {},
  data: {
    id: 'x/1',
    type: 'structures',
    attributes: {
      lattice_vectors: [
        [5, 0, 0],
        [0, 5, 0],
        [0, 0, 5],
      ],
      dimension_types: [1, 1, 1],
      cartesian_site_positions: [
        [0, 0, 0],
        [2.5, 2.5, 2.5],
      ],
      species: [
        { name: 'Na', chemical_symbols: ['Na', 'vacancy'], concentration: [0.7, 0.3] },
        { name: 'Cl', chemical_symbols: ['Cl'], concentration: [1] },
      ],
      species_at_sites: ['Na', 'Cl'],
    },
  },
})

/** Name, text, and what the message must say. */
type Case = readonly [string, string | Uint8Array, RegExp]

const edited = (name: string, text: string, from: string | RegExp, to: string, says: RegExp): Case => {
  const changed = text.replace(from, to)
  assert.notEqual(changed, text, `${from} is in the file`)
  return [name, changed, says]
}

const cases: readonly Case[] = [
  ['a.cif', '', /^a\.cif: the file is empty$/],
  ['a.cif', 'hello world', /^a\.cif, line 1: got "hello" where a data name/],
  edited('a.cif', cif, 'data_salt\n', '', /line 1: a data name before the first data_ block/),
  edited(
    'a.cif',
    cif,
    '_cell_length_b 5.64\n',
    '',
    /line 1: data block "salt" has no _cell_length_b: the cell is missing/,
  ),
  edited('a.cif', cif, '5.64(1)', '5,64', /line 2: _cell_length_a: got "5,64", allowed: a number > 0/),
  edited('a.cif', cif, '5.64(1)', '-5', /line 2: _cell_length_a: got "-5"/),
  edited('a.cif', cif, '_cell_angle_gamma 90', '_cell_angle_gamma 180', /line 7: _cell_angle_gamma.*less than 180/),
  edited('a.cif', cif, '_cell_angle_gamma 90', '_cell_angle_gamma 1e-9', /volume|thin/),
  edited(
    'a.cif',
    cif,
    /_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90/,
    '_cell_angle_alpha 30\n_cell_angle_beta 30\n_cell_angle_gamma 120',
    /angles 30, 30, 120 degrees span no cell: its volume is zero/,
  ),
  edited('a.cif', cif, "'F m -3 m'", "'F m -3 x'", /space group: got "F m -3 x"/),
  edited('a.cif', cif, "'F m -3 m'", "'F m -3 m", /line 8: a quoted string that is not closed/),
  edited('a.cif', cif, '_atom_site_fract_z\n', '', /values: its last row is incomplete|has no atoms/),
  edited(
    'a.cif',
    cif,
    '0.5 0.5 0.5 1\n',
    '0.5 0.5',
    /line 17: the loop of line 9 has 6 names and 10 values: its last row is incomplete \(is the file cut off\?\)/,
  ),
  edited('a.cif', cif, /loop_[\s\S]*/, '', /line 1: data block "salt" has no atoms: a loop with _atom_site_fract_x/),
  edited(
    'a.cif',
    cif,
    'Cl1 Cl1- 0.5',
    'Cl1 Cl1- abc',
    /line 17: Cl1: _atom_site_fract_x: got "abc", allowed: a number, \? or \./,
  ),
  edited(
    'a.cif',
    cif,
    'Cl1 Cl1-',
    'Cl1 Ci1-',
    /line 17: _atom_site_type_symbol of Cl1: got "Ci1-", allowed: the symbol of an element, did you mean "C/,
  ),
  edited('a.cif', cif, 'Cl1 Cl1-', 'Xx1 Xx', /line 17: .*the symbol of an element/),
  edited('a.cif', cif, '0.5 0.5 0.5 1', '0.01 0 0 1', /Cl1 \(line 17\) and Na1 \(line 16\) overlap: 0\.056 Å|overlap/),
  edited(
    'a.cif',
    cif,
    '0.5 0.5 0.5 1',
    '0.5 0.5 0.5 1.5',
    /line 17: _atom_site_occupancy: got "1\.5", allowed: a number from 0 to 1/,
  ),
  edited(
    'a.cif',
    cif,
    '_cell_length_c 5.64',
    '_cell_length_c 5.64\n_cell_length_c 5.65',
    /line 5: _cell_length_c stands twice in one data block \(first in line 4\)/,
  ),
  edited(
    'a.cif',
    cif,
    '_cell_length_c 5.64',
    '_cell_length_c\n_cell_length_d 1',
    /line 4: _cell_length_c has no value/,
  ),
  edited('a.cif', cif, 'data_salt', 'data_salt\n;never closed', /line 2: a text field \(;\) that is never closed/),
  ['a.cif', Uint8Array.of(0x1f, 0x8b, 8, 0), /the file is packed \(gzip\)/],
  ['a.cif', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0), /the file is binary/],
  ['a.cif', `${cif}\u0000`, /line 18: a zero byte/],
  edited('POSCAR', poscar, '0 5.64 0', '0 abc 0', /^POSCAR, line 4: cell vector 2: got "abc", allowed: a number/),
  edited('POSCAR', poscar, '0 5.64 0', '5.64 0 0', /line 3: the cell has no volume/),
  edited('POSCAR', poscar, '1.0\n', '0\n', /line 2: the scale: got "0"/),
  edited(
    'POSCAR',
    poscar,
    'Na Cl',
    'Na Clx',
    /line 6: element: got "Clx", allowed: the symbol of an element, did you mean "Cl"/,
  ),
  edited('POSCAR', poscar, 'Na Cl\n', '', /line 6: this file of VASP 4 names no elements, and its comment "salt"/),
  edited('POSCAR', poscar, '1 1\n', '1 1 2\n', /line 7: 2 elements and 3 numbers of atoms/),
  edited('POSCAR', poscar, '1 1\n', '1 x\n', /line 7: number of atoms: got "x"/),
  edited(
    'POSCAR',
    poscar,
    '1 1\n',
    '1 999999999\n',
    /line 7: number of atoms: got "1000000000", allowed: 1 to 1000000/,
  ),
  edited(
    'POSCAR',
    poscar,
    'Direct',
    'Xirect',
    /line 8: kind of coordinates: got "Xirect", allowed: Direct or Cartesian/,
  ),
  edited(
    'POSCAR',
    poscar,
    '0.5 0.5 0.5\n',
    '',
    /line 10: coordinates of atom 2 of 2 should stand here: the file is cut off/,
  ),
  edited('POSCAR', poscar, '0.5 0.5 0.5', '0.01 0 0', /Cl \(line 10\) and Na \(line 9\) overlap: 0\.056 Å apart/),
  edited('a.xyz', xyz, 'Cl 2.5 2.5 2.5\n', '', /^a\.xyz, line 3: the file ends after 1 of 2 atoms/),
  edited('a.xyz', xyz, 'Cl 2.5 2.5', 'Cl 2.5 x', /line 4: pos of atom 2: got "x", allowed: a number/),
  edited('a.xyz', xyz, 'Cl 2.5 2.5 2.5', 'Cm2 2.5 2.5 2.5', /line 4: element of atom 2: got "Cm2"/),
  edited('a.xyz', xyz, 'Cl 2.5 2.5 2.5', 'Cl 2.5 2.5', /line 4: atom 2 has 3 columns, allowed: 4/),
  edited('a.xyz', xyz, '5 0 0 0 5', '5 0 0 0', /line 2: Lattice: got .* nine numbers/),
  edited('a.xyz', xyz, '0 5 0 0 0 5"', '5 0 0 0 0 5"', /line 2: the cell has no volume/),
  edited('a.xyz', xyz, 'pbc="T T T"', 'pbc="T T"', /line 2: pbc: got "T T"/),
  edited(
    'a.xyz',
    xyz,
    'pbc="T T T"',
    'pbc="T T T',
    /line 2: the comment line has a quote or bracket that is not closed/,
  ),
  edited('a.xyz', xyz, 'species:S:1:pos:R:3', 'species:S:1:pos:R', /line 2: Properties: got/),
  edited('a.xyz', xyz, 'energy=-1.5', 'energy=abc', /line 2: energy: got "abc", allowed: a number \[eV\]/),
  edited('a.xyz', xyz, 'energy=-1.5', 'stress="1 2 3"', /line 2: stress: got "1 2 3", allowed: nine numbers, or six/),
  edited('a.xyz', xyz, /^2/, 'two', /line 1: number of atoms: got "two"/),
  edited('a.xyz', xyz, /^2/, '99999999999', /line 1: number of atoms/),
  edited('a.xyz', xyz, '2.5 2.5 2.5', '0 0 0.1', /overlap: 0\.100 Å/),
  edited('a.json', pymatgen, '"occu":1', '"occu":2', /sites\[0\]\.species\[0\]\.occu: got "2"/),
  edited(
    'a.json',
    pymatgen,
    '"element":"Na"',
    '"element":"Nq"',
    /sites\[0\]\.species\[0\]\.element: got "Nq", allowed: the symbol of an element, did you mean "N/,
  ),
  edited('a.json', pymatgen, /"abc":\[0,/, '"abc":["0",', /sites\[0\]\.abc\[0\]: got .* allowed: a number/),
  ['a.json', pymatgen.slice(0, 300), /^a\.json, line 1: this is no JSON/],
  ['a.json', '{"a": 1}', /this JSON is no structure of pymatgen .* and no answer of OPTIMADE/],
  edited('a.json', optimade, '"Na","Cl"]}', '"Na"]}', /species_at_sites has 1 and cartesian_site_positions 2 entries/),
  edited(
    'a.json',
    optimade,
    '"species_at_sites":["Na"',
    '"species_at_sites":["K"',
    /species_at_sites\[0\]: got "K", allowed: a name from species/,
  ),
  edited('a.json', optimade, '[[5,0,0]', '[[null,0,0]', /lattice_vectors\[0\]\[0\]: got "null"/),
  edited(
    'a.json',
    optimade,
    '[0.7,0.3]',
    '[0.7]',
    /species\[0\]\.concentration: got "a list of 1", allowed: 2 numbers/,
  ),
  ['a.json', '{"data": [], "meta": {}}', /the answer holds no structure/],
  [
    'a.json',
    '{"errors": [{"detail": "no such thing"}], "meta": {}, "data": null}',
    /the server answers with an error: no such thing/,
  ],
  ['what', 'some words\nand more', /neither its name nor its content tells a format, allowed: cif, poscar/],
]

test('malformed files are refused with file, line and reason', () => {
  for (const [name, text, says] of cases) {
    assert.throws(
      () => readStructure(text, { name }),
      (error: unknown) => {
        assert.ok(error instanceof SimulationError, `${name}: ${(error as Error).stack}`)
        assert.equal(error.code, 'input')
        assert.ok(error.message.startsWith(name), error.message)
        assert.match(error.message, says)
        return true
      },
      `${says}`,
    )
  }
  // the files that were broken are good ones
  for (const [name, text] of [
    ['a.cif', cif],
    ['POSCAR', poscar],
    ['a.xyz', xyz],
    ['a.json', pymatgen],
    ['b.json', optimade],
    ['no-name', cif],
    ['no-name', poscar],
    ['no-name', xyz],
  ] as const)
    assert.ok(readStructure(text, { name }).species.length >= 2)
})

test('a file cut off anywhere is read whole or refused, never a crash', () => {
  const files = [
    ['a.cif', cif],
    ['POSCAR', poscar],
    ['a.xyz', xyz],
    ['a.json', pymatgen],
    ['a.json', optimade],
    ['a.cif', readFileSync(new URL('../../reference/structures/files/diffpy_TeI.cif', import.meta.url), 'utf8')],
  ] as const
  for (const [name, text] of files) {
    for (let end = 0; end < text.length; end++) {
      try {
        readStructure(text.slice(0, end), { name })
      } catch (error) {
        assert.ok(error instanceof SimulationError, `${name} cut at ${end}: ${(error as Error).stack}`)
      }
    }
  }
})

test('files with a few letters changed anywhere are read or refused, never a crash', () => {
  const files = [
    ['a.cif', cif],
    ['POSCAR', poscar],
    ['a.xyz', xyz],
    ['a.json', pymatgen],
    ['a.json', optimade],
  ] as const
  const change = fc.tuple(
    fc.nat(),
    fc.nat(8),
    fc.constantFrom('', '0', '-', '1e9', 'x', '\n', ' ', "'", '"', '_', 'loop_', '[', '}', 'null', ';', '\n;'),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      ([name, text], changes) => {
        let changed = text
        for (const [where, length, by] of changes) {
          const at = where % changed.length
          changed = changed.slice(0, at) + by + changed.slice(at + length)
          if (changed === '') return
        }
        try {
          readStructure(changed, { name })
        } catch (error) {
          assert.ok(error instanceof SimulationError, `${(error as Error).stack}`)
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test('files made to be slow are not: their cost is counted in atoms they may hold', () => {
  // ten thousand atoms on one place: told by the first two
  const crowd = `${cif}${'Cl1 Cl1- 0.25 0.25 0.25 0.0001\n'.repeat(10_000)}`
  assert.throws(() => readStructure(crowd, { name: 'a.cif' }), /more than 64 atoms lie within 0\.05 Å/)
  // the same atom ten thousand times is one atom
  const twice: string[] = []
  const again = `${cif}${'Cl1 Cl1- 0.5 0.5 0.5 1\n'.repeat(10_000)}`
  assert.equal(readStructure(again, { name: 'a.cif', note: text => twice.push(text) }).species.length, 8)
  assert.match(twice.join(), /40000 atoms stand on the place of another/)
  // a configuration that promises a million atoms takes no memory before they come
  assert.throws(
    () => [...readFrames(['1000000\n', 'comment\n', 'H 0 0 0\n'], 'a.xyz')],
    /ends after 1 of 1000000 atoms/,
  )
  // words without end, digits without end, blocks without end
  const long = '1'.repeat(300_000)
  assert.throws(() => readStructure(cif.replace('Cl1-', `Q${long}x`), { name: 'a.cif' }), /_atom_site_type_symbol/)
  assert.throws(() => readStructure(cif.replace('5.64(1)', `${long}x`), { name: 'a.cif' }), /_cell_length_a/)
  assert.equal(readStructure('data_x\n'.repeat(200_000) + cif, { name: 'a.cif' }).species.length, 8)
  assert.throws(() => [...readFrames(['x'.repeat(2_000_000)], 'a.xyz')], /a line of more than 1000000 characters/)
})

test('what a format cannot hold is refused when it is written', () => {
  const partial = readStructure(optimade, { name: 'a.json' })
  assert.throws(() => writeStructure(partial, 'poscar'), /occupancy\[0\]: got 0\.7, allowed: 1/)
  assert.throws(
    () => writeStructure(partial, 'optimade' as never),
    /format: got "optimade", allowed: cif, poscar, extxyz, pymatgen/,
  )
})
