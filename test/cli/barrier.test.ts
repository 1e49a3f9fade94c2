import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { dualion } from './dualion.ts'
import { scratch } from './scratch.ts'

const fixed = Array.from({ length: 16 }, (_, i) => i)
const engine = {
  kind: 'morse',
  cutoff: 6,
  pairs: {
    'S-S': { depth: 1.2, steepness: 1.4, length: 3.6 },
    'Li-S': { depth: 0.5, steepness: 1.3, length: 2.7 },
    'Mg-S': { depth: 0.8, steepness: 1.3, length: 2.6 },
    'Li-Mg': { depth: 0.02, steepness: 1, length: 6 },
  },
}
const study = {
  title: 'a pair through a cubic host',
  host: { file: 'cubic.vasp', supercell: [4, 2, 2], fixed },
  engine,
  move: {
    leader: { ion: 'Li', from: [1.5, 0.5, 0.5], to: [2.5, 0.5, 0.5] },
    follower: { ion: 'Mg', from: [0.5, 0.5, 0.5], to: [1.5, 0.5, 0.5] },
  },
  mechanisms: ['concerted', 'alone'],
}
const write = (name: string, text: string) => writeFileSync(join(scratch, name), text)
const read = (name: string) => readFileSync(join(scratch, name), 'utf8')
write('cubic.vasp', 'cubic\n1\n3.6 0 0\n0 3.6 0\n0 0 3.6\nS\n1\nDirect\n0 0 0\n')
write('pair.json', JSON.stringify(study))

test('barrier: table, JSON, figure, extended XYZ and reaction path; the record goes when it is finished', () => {
  const files = ['--json', 'b.json', '--svg', 'b.svg', '--extxyz', 'b.extxyz', '--reaction-path', 'b-path.json']
  const { status, stdout, stderr } = dualion('barrier', 'pair.json', ...files)
  assert.equal(status, 0, stderr)
  assert.match(stdout, /concerted +both at once .* first order +converged/)
  assert.match(stdout, /phase shift/)
  assert.match(stderr, /alone: leader alone: step \d+, largest force/)
  const result = JSON.parse(read('b.json'))
  assert.equal(result.outcome, 'finished')
  assert.deepEqual(
    result.rows.map((row: { mechanism: string }) => row.mechanism),
    ['concerted', 'alone', 'alone'],
  )
  for (const row of result.rows) {
    assert.ok(row.barrier > 0.1 && row.verified)
    assert.equal(row.profile.s.length, row.profile.energy.length)
  }
  assert.match(read('b.svg'), /Distance of the ions/)
  const frames = JSON.parse(read('b-path.json')).frames
  assert.equal(read('b.extxyz').match(/Lattice=/g)!.length, frames.length)
  assert.ok(frames.every((frame: { metadata: { energy: number } }) => Number.isFinite(frame.metadata.energy)))
  assert.ok(!existsSync(join(scratch, 'b.json.evaluations')))
  // without a record to go on from it says so and gives the same numbers
  const again = dualion('barrier', 'pair.json', '--json', 'c.json', '--resume')
  assert.match(again.stderr, /no record/)
  assert.deepEqual(JSON.parse(read('c.json')).rows, result.rows)
})

test('barrier: what is wrong in a study is named with its field, and nothing is computed', () => {
  const refused = (change: object, pattern: RegExp) => {
    write('wrong.json', JSON.stringify({ ...study, ...change }))
    const { status, stderr } = dualion('barrier', 'wrong.json')
    assert.equal(status, 2, stderr)
    assert.match(stderr, pattern)
  }
  refused({ mechanism: ['alone'] }, /unknown key, did you mean "mechanisms"\?/)
  refused({ path: { images: 2 } }, /path\.images: got 2, allowed: .* ≥ 3/)
  refused({ move: { leader: { ion: 'Xx', from: [0, 0, 0], to: [1, 0, 0] } } }, /move\.leader\.ion: got "Xx"/)
  refused({ host: { file: 'nowhere.cif' } }, /nowhere\.cif/)
  refused({ mechanisms: ['together'] }, /mechanisms/)
})

test('relax: atoms and cell, the structure written back', () => {
  const words = JSON.stringify({
    kind: 'morse',
    cutoff: 5,
    pairs: { 'S-S': { depth: 1, steepness: 1.4, length: 3.4 } },
  })
  const { status, stdout, stderr } = dualion(
    'relax',
    'cubic.vasp',
    '--engine',
    words,
    '--cell',
    '--out',
    'r.cif',
    '--json',
    'r.json',
  )
  assert.equal(status, 0, stderr)
  assert.match(stdout, /converged: energy -?\d+\.\d+ eV, largest force/)
  assert.match(read('r.cif'), /_cell_length_a/)
  const result = JSON.parse(read('r.json'))
  assert.ok(result.largestForce <= 0.01 && result.largestStress <= 2e-4)
  assert.equal(dualion('relax', 'cubic.vasp', '--engine', 'nonsense').status, 2)
  assert.match(dualion('relax', 'cubic.vasp', '--engine', words, '--out', 'r.abc').stderr, /--out: got "r.abc"/)
})
