import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeStructure } from '../../src/crystal/formats/write-structure.ts'
import { supercell } from '../../src/crystal/supercell.ts'
import { chevrel, olivine } from '../crystal/prototypes.ts'
import { dualion } from './dualion.ts'
import { scratch } from './scratch.ts'

writeFileSync(join(scratch, 'host.cif'), writeStructure(chevrel(), 'cif'))
writeFileSync(join(scratch, 'POSCAR'), writeStructure(supercell(olivine(), [1, 2, 1]), 'poscar'))

const json = (name: string) => JSON.parse(readFileSync(join(scratch, name), 'utf8'))

const refused = (words: readonly string[], pattern: RegExp) => {
  const { status, stderr, stdout } = dualion(...words)
  assert.match(stderr, pattern)
  assert.equal(status, 2, stderr)
  assert.doesNotMatch(stderr, /\bat .*\.(js|ts):\d+|node:internal|undefined/)
  assert.equal(stdout, '')
}

test('symmetry: group, primitive cell, kinds of atoms; operations as JSON', () => {
  const { status, stdout, stderr } = dualion('symmetry', 'POSCAR', '--json', 'olivine.json')
  assert.equal(status, 0, stderr)
  assert.match(stdout, /P n m a \(no\. 62\), orthorhombic, point group mmm, Pearson oP28; 8 operations/)
  assert.match(stdout, /primitive cell: 28 atoms, .*; the file holds 2 of them/)
  assert.match(stdout, /Li +Li +4a +-1 +8/)
  const found = json('olivine.json')
  assert.equal(found.format, 'dualion symmetry')
  assert.equal(found.operations.length, 8)
  assert.equal(found.primitive.species.length, 28)
  assert.equal(found.atoms.length, 56)
})

test('network: sites, hops, dimension, bottlenecks', () => {
  const { status, stdout, stderr } = dualion('network', 'host.cif', '--carriers', 'Li,Mg', '--json', 'network.json')
  assert.equal(status, 0, stderr)
  assert.match(stdout, /host R -3 \(no\. 148\); sites found as voids/)
  assert.match(stdout, /A +18f +1 +6 .* 4 S 2\.565/)
  assert.match(stdout, /B +18f +1 +6 .* 4 S 2\.365/)
  assert.match(stdout, /B–B +2\.255 +3 +1 +1 +yes/)
  assert.match(stdout, /hops up to 2\.255 Å: 3-dimensional, along a, b, c/)
  assert.match(stdout, /not filled together: A–A 0\.826/)
  const found = json('network.json')
  assert.equal(found.sites.length, 12)
  assert.deepEqual(
    found.hops.map((hop: { multiplicity: number }) => hop.multiplicity),
    [6, 6, 6, 3],
  )
  assert.equal(found.percolation.dimension, 3)
  for (const d of found.longestHopNeeded) assert.ok(Math.abs(d - 2.255) < 1e-3)
  const channels = dualion('network', 'POSCAR', '--carriers', 'Li', '--cutoff', '4')
  assert.match(channels.stdout, /1-dimensional with all hops \(along b of the cell in the file\), 2 parts/)
  // a direction without end is a word in JSON, and the tables go to the other stream where JSON has the standard output
  const piped = dualion('network', 'POSCAR', '--carriers', 'Li', '--cutoff', '4', '--json', '-')
  assert.equal(JSON.parse(piped.stdout).longestHopNeeded[0], 'Infinity')
  assert.match(piped.stderr, /1-dimensional/)
})

test('moves: singles and pairs with multiplicities', () => {
  const words = ['moves', 'host.cif', '--carriers', 'Li,Mg', '--separation', '3.5:4.5', '--cutoff', '2.4']
  const { status, stdout, stderr } = dualion(...words, '--json', 'moves.json')
  assert.equal(status, 0, stderr)
  assert.match(stdout, /Mg B–B 2\.255 +3 +yes/)
  assert.match(stdout, /10 moves of two ions 3\.5–4\.5 Å apart at both ends/)
  assert.match(stdout, /together +Li B→A 1\.666 +Mg A→B 1\.666 +3\.664→3\.664/)
  assert.match(stdout, /note: in the cell of the file an ion is 6\.5 Å from its own image/)
  const { moves } = json('moves.json')
  assert.equal(moves.length, 18)
  assert.ok(moves.every((move: { multiplicity: number }) => move.multiplicity === 3 || move.multiplicity === 6))
  // from cavity to cavity as one
  const rigid = dualion(
    'moves',
    'host.cif',
    '--carriers',
    'Mg',
    '--separation',
    '3.6:3.7',
    '--cutoff',
    '6.6',
    '--passing',
    '--rigid',
  )
  assert.match(rigid.stdout, /moving as one/)
  assert.match(rigid.stdout, /Mg [AB]→[AB] 6\.494 +Mg [AB]→[AB] 6\.494 +3\.664→3\.664 +3\.664 +1\.00/)
})

test('what is refused, and how', () => {
  refused(['network', 'host.cif', '--carriers', 'Mgg'], /--carriers: got "Mgg".*did you mean "Mg"\?/)
  refused(['network', 'host.cif'], /required option '--carriers/)
  refused(['network', 'host.cif', '--carriers', 'Mo,S'], /carriers: got "Mo,S".*nothing is left/)
  refused(['network', 'host.cif', '--carriers', 'Mg', '--sites', 'file'], /carriers that the file holds/)
  refused(['network', 'host.cif', '--carriers', 'Mg', '--sites', 'hole'], /--sites.*Allowed choices are file, voids/)
  refused(
    ['network', 'host.cif', '--carriers', 'Mg', '--clearance', '4'],
    /no void of the host takes a ball of 4\.00 Å/,
  )
  refused(['network', 'host.cif', '--carriers', 'Mg', '--sublattices', 'Z'], /sublattices: got "Z", allowed: A, B/)
  refused(['moves', 'host.cif', '--carriers', 'Mg', '--separation', '4.5:3.5'], /--separation: got "4\.5:3\.5"/)
  refused(['symmetry', 'host.cif', '--tolerance', 'x'], /--tolerance: got "x"/)
  refused(['symmetry', 'absent.cif'], /absent\.cif: there is no such file/)
  refused(['symmetry', 'host.cif', '--json', 'no/such/folder.json'], /--json/)
})
