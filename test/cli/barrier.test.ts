import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { structureOfText } from '../../cli/structure.ts'
import { parseYaml } from '../../src/file/yaml.ts'
import { chosenMoves } from '../../src/study/chosen-moves.ts'
import { studyOf } from '../../src/study/study-file.ts'
import { dualion, executable } from './dualion.ts'
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
write('off.xyz', '2\nLattice="8 0 0 0 8 0 0 0 8" Properties=species:S:1:pos:R:3\nMg 1.5 0.3 -0.2\nS -1.9 1.1 0.7\n')

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
  refused({ host: { ...study.host, supercell: [1, 0, 2] } }, /wrong\.json: host\.supercell: got \[1, 0, 2\]/)
  const leader = { ...study.move.leader, ion: 'li' }
  refused({ move: { leader } }, /move\.leader\.ion: got "li".*did you mean "Li"\?/)
  refused({ engine: { ...engine, kind: 'mors' } }, /engine\.kind: got "mors", allowed: .*did you mean "morse"\?/)
  refused({ leader }, /leader: unknown key; it stands under `move`/)
})

test('barrier: files that are no study are refused for what they are, and no record is left', () => {
  const words = JSON.stringify(study)
  for (const [content, pattern] of [
    ['', /the file is empty/],
    ['# to be written\n', /nothing but remarks/],
    [Buffer.from(`\ufeff${words}`, 'utf16le'), /UTF-16/],
    [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]), /UTF-16 \(or not a text at all\)/],
    [Buffer.from([0xff, 0x80, 0x81, 0x90]), /not UTF-8/],
  ] as const) {
    writeFileSync(join(scratch, 'odd.yaml'), content)
    const { status, stderr } = dualion('barrier', 'odd.yaml')
    assert.equal(status, 2)
    assert.match(stderr, pattern)
  }
  // forces that are no slopes: refused once it is asked, and the study leaves no record behind
  const client = fileURLToPath(new URL('../engine/fake-client.mjs', import.meta.url))
  const command = `"${process.execPath}" "${client}" {socket} "forces do not fit"`
  write('unfit.json', JSON.stringify({ ...study, engine: { kind: 'ipi', command } }))
  const { status, stderr } = dualion('barrier', 'unfit.json')
  assert.equal(status, 2, stderr)
  assert.match(stderr, /its forces do not fit its energies.*probe: warn/)
  assert.ok(!existsSync(join(scratch, 'unfit.json.evaluations')))
})

test('the `move:` that `moves` prints is the choice of the same moves in a study', async () => {
  const options = ['--carriers', 'Li,Mg', '--separation', '3.5:3.7', '--cutoff', '4', '--sublattices', 'A', '--rigid']
  const { stdout, status } = dualion('moves', 'cubic.vasp', ...options)
  assert.equal(status, 0)
  const lines = [...stdout.matchAll(/^ {2}(move: \{.*\})$/gm)].map(match => match[1])
  assert.equal(lines.length, 2)
  const { structure } = await structureOfText(read('cubic.vasp'), 'cubic.vasp')
  for (const line of lines) {
    const { move } = (await parseYaml(line, 'line')) as { move: object }
    const all = studyOf({ ...study, move: { ...move, number: 'all' } }, 'study')
    const { parts } = chosenMoves(structure, all)
    for (const { label } of parts) {
      const [ions] = label!.replace(/^#\d+ /, '').split(', apart')
      for (const words of ions.split(' + ')) assert.ok(stdout.includes(words), words)
    }
    assert.ok(parts.length > 0)
  }
})

test('barrier: a move chosen by its number is the one that `dualion moves` prints, and its barrier that of the same places', () => {
  const options = ['--carriers', 'Li,Mg', '--separation', '3.5:3.7', '--cutoff', '4', '--sublattices', 'A', '--rigid']
  const { stdout: table } = dualion('moves', 'cubic.vasp', ...options)
  const line = /^ *(\d+) +follow +Li (\S+ \S+) +Mg/m.exec(table)!
  const host = { file: 'cubic.vasp', supercell: [3, 3, 3], fixed: Array.from({ length: 27 }, (_, i) => i) }
  const choice = { separation: [3.5, 3.7], cutoff: 4, sublattices: ['A'] }
  const move = { carriers: ['Li', 'Mg'], ...choice, rigid: true, number: Number(line[1]) }
  write('chosen.json', JSON.stringify({ ...study, host, move, mechanisms: ['concerted'] }))
  const chosen = dualion('barrier', 'chosen.json', '--json', 'chosen-result.json')
  assert.equal(chosen.status, 0, chosen.stderr)
  assert.match(chosen.stdout, new RegExp(`move #${line[1]} Li ${line[2]} \\+ Mg`))
  write('explicit.json', JSON.stringify({ ...study, host, mechanisms: ['concerted'] }))
  dualion('barrier', 'explicit.json', '--json', 'explicit-result.json')
  const barrier = (name: string) => JSON.parse(read(name)).rows[0].barrier
  // the same move by symmetry along whichever axis of a cubic cell: what is left is the force tolerance, 0.05 eV/Å, squared
  // over curvatures of 1 eV/Å² and more
  assert.ok(Math.abs(barrier('chosen-result.json') - barrier('explicit-result.json')) < 2.5e-3)

  // all moves of one ion in one table
  write('all.json', JSON.stringify({ ...study, move: { carrier: 'Li', cutoff: 6, number: 'all' } }))
  const all = dualion('barrier', 'all.json', '--json', 'all-result.json')
  assert.equal(all.status, 0, all.stderr)
  const singles = dualion('moves', 'cubic.vasp', '--carriers', 'Li').stdout.match(/^ +\d+ +Li/gm)!
  const { rows } = JSON.parse(read('all-result.json'))
  assert.deepEqual(
    rows.map((row: { move: string }) => row.move.split(' ')[0]),
    singles.map((_, i) => `#${i + 1}`),
  )
  const refused = (change: object, pattern: RegExp) => {
    write('wrong-choice.json', JSON.stringify({ ...study, move: { ...move, ...change } }))
    const { status, stderr } = dualion('barrier', 'wrong-choice.json')
    assert.equal(status, 2, stderr)
    assert.match(stderr, pattern)
  }
  refused({ number: 99 }, /move\.number: got 99, allowed: a number from 1 to \d+, or all:\n +1 +\w+ +Li /)
  refused({ number: 0 }, /move\.number/)
  refused({ carrier: 'Li' }, /either carrier: one ion, or carriers: two/)
  refused({ separation: undefined }, /move\.separation/)
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

/** Runs to the moment at which something is said that fits, then Ctrl-C. */
const interrupted = async (words: readonly string[], when: () => boolean) => {
  const run = spawn(process.execPath, [executable, ...words], { cwd: scratch })
  let [stdout, stderr] = ['', '']
  run.stdout.on('data', piece => {
    stdout += piece
  })
  run.stderr.on('data', piece => {
    stderr += piece
  })
  const ended = once(run, 'close')
  const watch = setInterval(() => {
    if (when()) {
      clearInterval(watch)
      run.kill('SIGINT')
    }
  }, 5)
  const [status] = await ended
  clearInterval(watch)
  return { status, stdout, stderr }
}
const lines = (name: string): number => (existsSync(join(scratch, name)) ? read(name).split('\n').length - 1 : 0)

test('barrier: Ctrl-C writes what there is and ends with 130; --resume arrives at the same numbers', async () => {
  // the states take a few evaluations, each step of the path 39 and many steps: it is still at work long after 20
  const long = { ...study, mechanisms: ['concerted'], path: { images: 41, forceTolerance: 1e-4, parts: 0 } }
  write('long.json', JSON.stringify(long))
  const words = ['barrier', 'long.json', '--json', 'l.json', '--extxyz', 'l.extxyz']
  const { status, stdout, stderr } = await interrupted(words, () => lines('l.json.evaluations') > 20)
  assert.equal(status, 130, stderr)
  assert.match(stderr, /interrupted; go on with --resume/)
  assert.match(stdout, /mechanism +way/)
  const part = JSON.parse(read('l.json'))
  assert.equal(part.outcome, 'interrupted')
  assert.ok(existsSync(join(scratch, 'l.extxyz')))
  const kept = lines('l.json.evaluations')
  assert.ok(kept > 20)

  const resumed = dualion(...words, '--resume')
  assert.equal(resumed.status, 0, resumed.stderr)
  assert.match(resumed.stderr, new RegExp(`going on from ${kept - 1} evaluations`))
  const whole = dualion('barrier', 'long.json', '--json', 'w.json')
  assert.equal(whole.status, 0, whole.stderr)
  assert.deepEqual(JSON.parse(read('l.json')), JSON.parse(read('w.json')))
  assert.ok(!existsSync(join(scratch, 'l.json.evaluations')))
})

test('relax: Ctrl-C does not wait for an engine at work, writes the structure that it had come to and ends with 130', async () => {
  const client = fileURLToPath(new URL('../engine/fake-client.mjs', import.meta.url))
  const command = `"${process.execPath}" "${client}" {socket} "hangs later" "${join(scratch, 'hangs')}"`
  const { status, stdout, stderr } = await interrupted(
    // springs from every coordinate to the origin: three answers come, the fourth never does
    ['relax', 'off.xyz', '--engine', JSON.stringify({ kind: 'ipi', command, probe: false })].concat([
      '--force-tolerance',
      '1e-8',
      '--json',
      'p.json',
      '--out',
      'p.vasp',
    ]),
    () => existsSync(join(scratch, 'hangs')),
  )
  assert.equal(status, 130, stderr)
  assert.match(stdout, /interrupted: energy -?\d+\.\d+ eV/)
  const result = JSON.parse(read('p.json'))
  assert.equal(result.outcome, 'interrupted')
  assert.ok(result.largestForce > 1e-8)
  assert.match(read('p.vasp'), /direct/i)
})
