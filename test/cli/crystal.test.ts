import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeStructure } from '../../src/crystal/formats/write-structure.ts'
import { supercell } from '../../src/crystal/supercell.ts'
import { chevrel, olivine } from '../crystal/prototypes.ts'
import { dualion, executable } from './dualion.ts'
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

test('network: sites relaxed by the potential that comes along; the outer ring holds Li, and Mg falls from it to the inner one', () => {
  const kinds = (ion: string) => {
    const { status, stdout, stderr } = dualion('network', 'host.cif', '--carriers', ion, '--relax', 'ace')
    assert.equal(status, 0, stderr)
    assert.match(stdout, /sites found as voids between its ions, relaxed/)
    return { stdout, count: stdout.match(/^[A-Z] +18f /gm)!.length }
  }
  assert.equal(kinds('Li').count, 2)
  const mg = kinds('Mg')
  assert.equal(mg.count, 1)
  assert.match(mg.stdout, /note: sites are where Mg by mo-s-li-mg rests/)
  assert.match(mg.stdout, /note: a site moved 1\.\d+ Å onto another/)
  refused(['network', 'host.cif', '--carriers', 'Na', '--relax', 'ace'], /--carriers: got "Na", allowed: Mo, S, Li, Mg/)
  refused(
    ['network', 'host.cif', '--carriers', 'Li', '--relax', 'ipi:x {name}'],
    /--relax: .* an engine of this process/,
  )
  refused(['network', 'POSCAR', '--carriers', 'Li', '--relax', 'ace'], /element of atom \d+: got/)
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

test('a structure comes through a pipe of the shell as well', () => {
  const words = ['-c', `cat host.cif | "${process.execPath}" "${executable}" symmetry /dev/stdin`]
  const { status, stdout, stderr } = spawnSync('sh', words, { cwd: scratch, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  assert.match(stdout, /R -3 \(no\. 148\)/)
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

test('what a crystal must not be is refused by file, field and reason', () => {
  const cif = (length: string, ...atoms: readonly string[]) =>
    [
      'data_x',
      `_cell_length_a ${length}`,
      '_cell_length_b 5',
      '_cell_length_c 5',
      'loop_',
      ...['label', 'fract_x', 'fract_y', 'fract_z', 'occupancy'].map(name => `_atom_site_${name}`),
      ...atoms,
      '',
    ].join('\n')
  const put = (name: string, text: string) => writeFileSync(join(scratch, name), text)
  put('endless.cif', cif('1e999', 'S1 0 0 0 1'))
  put('metres.cif', cif('5e9', 'S1 0 0 0 1'))
  put('slab.xyz', '1\nLattice="5 0 0 0 5 0 0 0 15" pbc="T T F"\nS 0 0 0\n')
  put('nowhere.xyz', '2\nLattice="5 0 0 0 5 0 0 0 5"\nS 0 0 0\nS nan 2 2\n')
  put('vast.xyz', '1\nLattice="500 0 0 0 500 0 0 0 500"\nS 0 0 0\n')
  put('oxide.xyz', '2\nLattice="5 0 0 0 5 0 0 0 5"\nMo 0 0 0\nO 2 2 2\n')
  put('half.cif', cif('5', 'Mo1 0 0 0 1', 'S1 .5 .5 .5 0.5'))
  refused(['symmetry', 'endless.cif'], /endless\.cif, line 2: _cell_length_a: got "1e999", allowed: .* ≤ 100000 \[Å\]/)
  refused(['symmetry', 'metres.cif'], /line 2: _cell_length_a: got "5e9"/)
  refused(['network', 'slab.xyz', '--carriers', 'Li'], /slab\.xyz: got "a structure open along c", allowed: a crystal/)
  refused(['symmetry', 'nowhere.xyz'], /nowhere\.xyz, line 4: position of atom 2: got "NaN"/)
  refused(
    ['network', 'vast.xyz', '--carriers', 'Li'],
    /the cell: got "500\.0 × 500\.0 × 500\.0 Å", allowed: a cell of at most/,
  )
  refused(['relax', 'oxide.xyz', '--engine', 'ace'], /oxide\.xyz: element of atom 2: got "O", allowed: Mo, S, Li, Mg/)
  refused(['relax', 'half.cif', '--engine', 'ace'], /half\.cif: occupancy of S1: got 0\.5, allowed: 1/)
  refused(['relax', 'oxide.xyz', '--engine', 'ace:nope.json'], /ace: got "nope\.json", allowed: a file that is there/)
  refused(
    ['relax', 'oxide.xyz', '--engine', '{ kind: spring, stiffness: 1, anchors: [1] }'],
    /spring\.anchors: got 1, allowed: 6 numbers/,
  )
  refused(['relax', 'oxide.xyz', '--engine', 'ace', '--max-steps', '1.5'], /--max-steps: got "1\.5", allowed: a whole/)
  refused(
    ['convert', 'half.cif', 'half.xyz', '--to', 'xzy'],
    /--to: got "xzy", allowed: cif, poscar, extxyz, pymatgen\n/,
  )
  refused(['serve', 'ace', 'oxide.xyz'], /--unix: got "neither --unix nor --port"/)
})

test('a bad file leaves what stood under the name of the output', () => {
  writeFileSync(join(scratch, 'short.xyz'), '3\n\nS 0 0 0\nS 1 1 1\n')
  writeFileSync(join(scratch, 'empty.xyz'), '\n')
  writeFileSync(join(scratch, 'kept.xyz'), 'mine')
  refused(['convert', 'short.xyz', 'kept.xyz'], /short\.xyz, line 4: the file ends after 2 of 3 atoms/)
  refused(['convert', 'empty.xyz', 'kept.xyz'], /empty\.xyz: got "no configuration"/)
  assert.equal(readFileSync(join(scratch, 'kept.xyz'), 'utf8'), 'mine')
})

test('vacuum has no middle: sites end where no atom is near', () => {
  // a cavity of 20 Å: its inside is farther from every atom than the clearance is told apart
  writeFileSync(
    join(scratch, 'cavity.xyz'),
    `50\nLattice="20 0 0 0 20 0 0 0 25" Properties=species:S:1:pos:R:3\n${Array.from({ length: 50 }, (_, i) => `S ${(i % 5) * 4} ${(Math.floor(i / 5) % 5) * 4} ${Math.floor(i / 25) * 4}\n`).join('')}`,
  )
  const { status, stdout, stderr } = dualion('network', 'cavity.xyz', '--carriers', 'Li')
  assert.equal(status, 0, stderr)
  assert.doesNotMatch(stdout, /Infinity|NaN/)
})

test('an ion on a site that another fills in part; relax says where its potential does not reach', () => {
  writeFileSync(
    join(scratch, 'mixed.xyz'),
    '3\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3:occupancy:R:1\nNa 0 0 0 0.5\nLi 0 0 0 0.5\nCl 2.5 2.5 2.5 1\n',
  )
  const mixed = dualion('network', 'mixed.xyz', '--carriers', 'Li')
  assert.equal(mixed.status, 0, mixed.stderr)
  assert.match(mixed.stdout, /A +1[ab] +m-3m/)
  writeFileSync(join(scratch, 'pair.xyz'), '2\nLattice="9 0 0 0 9 0 0 0 9"\nS 0 0 0\nLi 0 0 2.4\n')
  const far = dualion('relax', 'pair.xyz', '--engine', 'ace', '--json', 'far.json')
  assert.equal(far.status, 0, far.stderr)
  assert.match(far.stdout, /note: outside the domain of the potential, extrapolation/)
  assert.ok(json('far.json').extrapolation > 1)
})

test('the help text has no marks of a merge; files are finished though nobody reads the words', () => {
  assert.doesNotMatch(dualion('--help').stdout, /^(<<<<<<<|=======|>>>>>>>)/m)
  const words = ['moves', 'host.cif', '--carriers', 'Li,Mg', '--separation', '3.5:4.5', '--json', 'unread.json']
  const shell = spawnSync('sh', ['-c', '"$0" "$@" 2>&1 | true', executable, ...words], {
    cwd: scratch,
    encoding: 'utf8',
  })
  assert.equal(shell.status, 0)
  assert.equal(json('unread.json').format, 'dualion moves')
})
