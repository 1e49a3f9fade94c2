import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readStructure } from '../../src/crystal/formats/read-structure.ts'
import { composition } from '../../src/crystal/structure.ts'
import { dualion, root } from './dualion.ts'
import { scratch } from './scratch.ts'

const fixture = (name: string) => join(root, 'test', 'reference', 'structures', 'files', name)
const read = (name: string) => readStructure(readFileSync(join(scratch, name)), { name })
const refused = (words: readonly string[], pattern: RegExp) => {
  const { status, stderr, stdout } = dualion(...words)
  assert.match(stderr, pattern)
  assert.equal(status, 2, stderr)
  assert.doesNotMatch(stderr, /\bat .*\.(js|ts):\d+|node:internal/)
  assert.equal(stdout, '')
}

test('convert: by the names of the files, with a sentence of what was read', () => {
  const { status, stdout, stderr } = dualion('convert', fixture('made-argyrodite.cif'), 'argyrodite.json')
  assert.equal(status, 0, stderr)
  assert.match(
    stdout,
    /^Li24P4S20\.02Cl3\.98: 84 atoms, 9\.857 × 9\.857 × 9\.857 Å, 90 90 90 degrees, sites filled in part, with oxidation numbers\n/,
  )
  assert.match(stdout, /wrote argyrodite\.json/)
  assert.equal(read('argyrodite.json').species.length, 84)
  // and on, to each other format and back
  const chain = ['layers.vasp', 'layers.xyz', 'layers.json', 'layers.cif']
  let from = fixture('made-layered.cif')
  for (const to of chain) {
    assert.equal(dualion('convert', from, to).status, 0)
    assert.deepEqual(composition(read(to)), { Li: 3, Co: 3, O: 6 })
    from = to
  }
})

test('convert: a CIF that only names its group, configurations, standard output', () => {
  assert.match(dualion('convert', fixture('diffpy_Ni_ref.cif'), 'ni.vasp').stdout, /^Ni4: 4 atoms/)
  const all = dualion('convert', fixture('made-frames.extxyz'), 'all.xyz')
  assert.match(all.stdout, /^4 configurations\nwrote all\.xyz/)
  assert.equal(readFileSync(join(scratch, 'all.xyz'), 'utf8').match(/Lattice=/g)?.length, 4)
  assert.match(dualion('convert', fixture('made-frames.extxyz'), 'first.cif', '--frame', '0').stdout, /^Au8: 8 atoms/)
  const last = dualion('convert', fixture('made-frames.extxyz'), 'last.cif').stdout
  assert.match(
    last,
    /^Al8: .*open in 1 direction\nnote: the file holds 4 configurations; the last is read\nnote: cif cannot hold which directions do not repeat/,
  )
  const piped = dualion('convert', fixture('made-layered.cif'), '-', '--to', 'poscar')
  assert.equal(piped.status, 0)
  assert.match(piped.stdout, /^[^\n]+\n1\.0\n/)
  assert.match(piped.stderr, /12 atoms/)
})

test('convert: what is refused, with file, line and reason', () => {
  writeFileSync(join(scratch, 'cut.cif'), readFileSync(fixture('made-garnet.cif'), 'utf8').slice(0, -40))
  refused(
    ['convert', 'cut.cif', 'x.vasp'],
    /cut\.cif, line \d+: the loop of line \d+ has \d+ names .* \(is the file cut off\?\)/,
  )
  refused(['convert', 'none.cif', 'x.vasp'], /none\.cif: there is no such file/)
  refused(
    ['convert', fixture('made-garnet.cif'), 'x.pdf'],
    /output: got "x\.pdf", allowed: a name that tells its format/,
  )
  refused(['convert', fixture('made-garnet.cif'), 'no-folder/x.cif'], /a file in a folder that exists/)
  refused(
    ['convert', fixture('made-garnet.cif'), 'x.vasp'],
    /occupancy\[0\]: got 0\.448, allowed: 1: POSCAR knows no sites/,
  )
  refused(['convert', fixture('made-frames.extxyz'), 'x.cif', '--frame', '4'], /frame: got "4", allowed: "?-4 to 3/)
  refused(
    ['convert', fixture('made-frames.extxyz'), 'x.cif', '--frame', 'a'],
    /--frame: got "a", allowed: a whole number/,
  )
  refused(['convert', fixture('made-layered.cif'), 'x.cif', '--from', 'pdb'], /--from: got "pdb", allowed: cif, poscar/)
  copyFileSync(fixture('made-layered.cif'), join(scratch, 'own.cif'))
  refused(['convert', 'own.cif', 'own.cif'], /output: got "own\.cif", allowed: another file than the input/)
})

test('convert: a file of 100 MB is refused with line and reason', () => {
  const file = join(scratch, 'huge.cif')
  writeFileSync(file, 'data_huge\n')
  truncateSync(file, 100_000_000) // zeros behind it
  refused(['convert', 'huge.cif', 'x.vasp'], /huge\.cif, line 2: a zero byte/)
  const rows = Buffer.alloc(100_000_000, 'Na1 0.123 0.456 0.789\n')
  rows.write('data_huge\nloop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n')
  writeFileSync(file, rows)
  refused(['convert', 'huge.cif', 'x.vasp'], /huge\.cif, line \d+: the file goes on beyond its first 64000000 bytes/)
})
