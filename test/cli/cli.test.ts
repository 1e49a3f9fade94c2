import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { run } from '../../cli/run.ts'
import type { SimulationError } from '../../src/error.ts'
import { chen2020, dualion, executable, root, thinCell } from './dualion.ts'
import { scratch } from './scratch.ts'

const short = 'Discharge at 1C for 60 seconds'
const quick = ['--mesh', '5x5', '--step', short]
const file = (name: string) => readFileSync(join(scratch, name), 'utf8')

/** A clean refusal: exit code 2, one message, nothing of the program's inside. */
const refused = (words: readonly string[], pattern: RegExp) => {
  const { status, stderr, stdout } = dualion(...words)
  assert.match(stderr, pattern)
  assert.equal(status, 2, stderr)
  assert.doesNotMatch(stderr, /\bat .*\.(js|ts):\d+|node:internal|Newton|undefined/)
  assert.equal(stdout, '')
}

test('help and version: exit 0, every command and an example named', () => {
  const { status, stdout } = dualion('--help')
  assert.equal(status, 0)
  for (const word of ['run', 'impedance', 'check', 'schema', 'hosts', 'cite', 'validate', 'Examples:', 'Exit codes']) {
    assert.match(stdout, new RegExp(word))
  }
  assert.match(dualion('--version').stdout, /^\d+\.\d+\.\d+\n$/)
  assert.match(dualion('run', '--help').stdout, /--current-sign/)
})

test('a misspelt command or option is refused with the nearest one', () => {
  refused(['rnu', thinCell], /Did you mean run\?/)
  refused(['run', thinCell, '--cvs', 'x'], /Did you mean --csv\?/)
  refused(['run'], /missing required argument/)
})

test('run: a table in the Battery Data Format with ion columns after it, and what came out in words', () => {
  const { status, stdout, stderr } = dualion('run', thinCell, ...quick, '--csv', 'thin.csv')
  assert.equal(status, 0, stderr)
  const [head, ...rows] = file('thin.csv').trimEnd().split('\n')
  assert.match(head, /^Test Time \/ s,Voltage \/ V,Current \/ A,/)
  for (const column of ['Li Amount / 1', 'Mg Amount / 1', 'Li Share Of Current / 1', 'Mg Partial Current / A']) {
    assert.ok(head.split(',').indexOf(column) > 5, `${column} is missing or stands before the cell's own columns`)
  }
  const first = rows[0].split(',').map(Number)
  const last = rows[rows.length - 1].split(',').map(Number)
  assert.equal(first[0], 0)
  assert.equal(last[0], 60)
  assert.ok(last[2] > 0) // discharge is positive
  assert.match(stdout, /Discharge at 1C for 60 seconds +time/)
  assert.match(stdout, /Mg per formula unit/)
  assert.match(stdout, /wrote thin\.csv/)
})

test('run: --current-sign charge turns the current over and leaves the voltage', () => {
  dualion('run', chen2020, ...quick, '--csv', 'discharge.csv')
  dualion('run', chen2020, ...quick, '--csv', 'charge.csv', '--current-sign', 'charge')
  const last = (name: string) => file(name).trimEnd().split('\n').at(-1)!.split(',').map(Number)
  const [a, b] = [last('discharge.csv'), last('charge.csv')]
  assert.deepEqual(b.slice(0, 2), a.slice(0, 2))
  assert.equal(b[2], -a[2])
})

test('run: - is standard output, and nothing else goes there', () => {
  const { status, stdout, stderr } = dualion('run', chen2020, ...quick, '--csv', '-')
  assert.equal(status, 0)
  assert.match(stdout.split('\n')[0], /^Test Time/)
  assert.ok(
    stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .every(line => /^[-\d.,e+]*$/.test(line)),
  )
  assert.match(stderr, /Discharge at 1C/)
})

test('run: JSON that cites its sources, Parquet with the same rows, a figure', async () => {
  const { status, stderr } = dualion(
    'run',
    thinCell,
    ...quick,
    '--json',
    'r.json',
    '--parquet',
    'r.parquet',
    '--svg',
    'r.svg',
  )
  assert.equal(status, 0, stderr)
  const result = JSON.parse(file('r.json'))
  assert.equal(result.steps[0].label, short)
  assert.ok(result.notes.length > 0)
  assert.ok(Object.keys(result.references).length > 0)
  const bytes = readFileSync(join(scratch, 'r.parquet'))
  const table = await parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
  })
  assert.deepEqual(
    table.map(row => row['Voltage / V']),
    result.columns.voltage.values,
  )
  assert.match(file('r.svg'), /^<svg/)
  const cited = dualion('cite', 'r.json')
  assert.equal(cited.status, 0)
  assert.match(cited.stdout, /\[\w+\] .+\(\d{4}\)/)
  assert.match(cited.stdout, /assumed, not taken from a source:/)
  refused(['cite', thinCell], /this is not JSON; allowed: a file that `dualion run --json` wrote/)
})

test('run: a drive cycle from a file, its current in the chosen sign', () => {
  writeFileSync(join(scratch, 'drive.csv'), 'Test Time / s,Current / A\n0,-1\n10,-1\n20,-2\n')
  const words = [
    'run',
    chen2020,
    '--mesh',
    '5x5',
    '--step',
    'Profile drive.csv',
    '--current-sign',
    'charge',
    '--csv',
    'd.csv',
  ]
  const { status, stderr } = dualion(...words)
  assert.equal(status, 0, stderr)
  const last = file('d.csv').trimEnd().split('\n').at(-1)!.split(',').map(Number)
  assert.equal(last[0], 20)
  assert.ok(Math.abs(last[2] + 2) < 1e-6)
})

test('run: what it is given is refused at the shell with one message and exit code 2', () => {
  refused(['run', 'nowhere.yaml'], /nowhere\.yaml: there is no such file/)
  refused(['run', thinCell, '--mesh', '0x20'], /--mesh: got "0x20"/)
  refused(['run', thinCell, '--step', 'Discarge at 1C'], /did you mean "Discharge"\?.*\n *Discarge at 1C\n *\^/)
})

test('run: what cannot be is refused before anything is computed, with what is allowed', async () => {
  const options = { step: [], mesh: { points: 5, shells: 5 }, rtol: 1e-4, currentSign: 'discharge' }
  const says = async (given: object, pattern: RegExp, cell = thinCell) => {
    await assert.rejects(run(cell, { ...options, ...given }), error => {
      assert.match(String(error), pattern)
      assert.equal((error as SimulationError).code, 'input')
      return true
    })
  }
  await says({}, /got "a folder", allowed: a file/, scratch)
  await says({}, /got "a device", allowed: a file/, '/dev/null')
  await says({ csv: join(scratch, 'no/such/folder/x.csv') }, /--csv: got .*a file in a folder that exists/)
  await says({ csv: scratch }, /--csv: got .*this is a folder/)
  await says({ csv: 'x', json: 'x' }, /--json: got "x", allowed: another file than --csv/)
  await says({ csv: '-', json: '-' }, /can take one of/)
  await says({ soc: 0.5 }, /give each amount/)
  await says({ amount: 'Na=1' }, /Na/)
  await says({ soc: 0.5, amount: 'Li=0.5' }, /one of them/, chen2020)
  await says({ model: 'p2d' }, /spm, spme, dfn/)
  await says({ currentSign: 'positive' }, /--current-sign: got "positive", allowed: discharge, charge/)
})

test('run: Ctrl-C leaves what was computed written and exits with 130', async () => {
  const long = 'Repeat 4000 times: Discharge at 1C for 60 seconds; Charge at 1C for 60 seconds' // a minute
  const words = ['run', chen2020, '--soc', '0.5', '--step', long, '--csv', 'partial.csv']
  const child = spawn(process.execPath, [executable, ...words], { cwd: scratch })
  let said = ''
  child.stderr.on('data', piece => {
    said += piece
  })
  child.stdout.resume()
  setTimeout(() => child.kill('SIGINT'), 2500) // a cold start takes a tenth of this on a quiet machine
  const status = await new Promise(resolve => child.on('close', resolve))
  assert.equal(status, 130, said)
  const rows = file('partial.csv').trimEnd().split('\n')
  assert.ok(rows.length > 10)
  assert.equal(new Set(rows.map(row => row.split(',').length)).size, 1) // no row is cut
  assert.match(said, /interrupted/)
})

test('a disk that is full is one message', { skip: !existsSync('/dev/full') }, () => {
  const { status, stderr } = dualion('run', chen2020, ...quick, '--csv', '/dev/full')
  assert.equal(stderr, 'dualion: /dev/full: no space left on the disk\n')
  assert.equal(status, 2)
})

test('a step that no memory can write down, a folder as a profile, a temperature in °C', () => {
  const step = (sentence: string) => ['run', chen2020, '--mesh', '5x5', '--step', sentence]
  refused(step('Discharge at 1C until 3 V (1e-300 s period)'), /period: got 1e-300, allowed: ≥ 1e-6 s/)
  refused(step('Profile .'), /got a folder, allowed: a file/)
  refused(step('Rest for 1e99 h'), /until time: got .*, allowed: ≤ 10000 h/)
  writeFileSync(join(scratch, 'warm.yaml'), 'from: graphite-nmc811\ntemperature: 25\n')
  refused(['check', 'warm.yaml'], /warm\.yaml: temperature: got 25, allowed: .*K/)
})

test('impedance: the three columns, as many rows as asked for, a capacitive cell below the axis', () => {
  const words = [
    'impedance',
    chen2020,
    '--soc',
    '0.5',
    '--frequencies',
    '1e-2:1e3:6',
    '--csv',
    'z.csv',
    '--svg',
    'z.svg',
  ]
  const { status, stdout, stderr } = dualion(...words)
  assert.equal(status, 0, stderr)
  const [head, ...rows] = file('z.csv').trimEnd().split('\n')
  assert.equal(head, 'Frequency / Hz,Zre / Ohm,Zim / Ohm')
  assert.equal(rows.length, 6)
  for (const row of rows) {
    const [, real, imaginary] = row.split(',').map(Number)
    assert.ok(real > 0 && imaginary < 0, row)
  }
  assert.match(stdout, /double layer of 0\.2 F\/m²/) // the default is said
  refused(['impedance', chen2020, '--frequencies', '1:2'], /from:to:count/)
})

test('impedance of a cell with a metal anode: its double layer has a default and an option of its own, both said', () => {
  const half = join(root, 'examples', 'cells', 'li-lfp-half-cell.yaml')
  const imaginary = (...words: string[]): [number, string] => {
    const run = dualion('impedance', half, '--frequencies', '1000:2000:2', '--csv', 'metal.csv', ...words)
    assert.equal(run.status, 0, run.stderr)
    return [Number(file('metal.csv').split('\n')[1].split(',')[2]), run.stdout]
  }
  const [usual, said] = imaginary()
  assert.match(said, /double layer of 0\.2 F\/m² of metal face taken: anode/)
  const [none, unsaid] = imaginary('--metal-double-layer', '0')
  assert.doesNotMatch(unsaid, /metal face/)
  const [particles] = imaginary('--double-layer', '0')
  // Without one the metal is a resistance: what is left is the particles'.
  assert.ok(usual < 2 * none && particles > usual, `${usual}, ${none}, ${particles}`)
  refused(['impedance', half, '--metal-double-layer', '-1'], /--metal-double-layer/)
})

test('a host that parts into phases: checked, refused on a coarse mesh with the mesh it needs, run on a fine one', () => {
  const parting = (name: string, radius: string): string => {
    writeFileSync(
      join(scratch, name),
      `from: li-mg-mo6s8-beaker\ncathode: { host: mo6s8-phase-separating, particleRadius: ${radius} }\n`,
    )
    return name
  }
  const coarse = parting('parting.yaml', '5e-7')
  const checked = dualion('check', coarse)
  assert.equal(checked.status, 0, checked.stderr)
  const shells = checked.stdout.match(/at least (\d+) shells/)?.[1]
  assert.match(checked.stdout, /Mg [\d.]+ per formula unit of Mo6S8/)
  refused(['run', coarse, ...quick], new RegExp(`at least ${shells}, as in --mesh 5x${shells}`))
  const small = parting('parting-small.yaml', '1e-7')
  const done = dualion('run', small, '--mesh', '4x20', '--step', 'Discharge at C/5 for 60 seconds')
  assert.equal(done.status, 0, done.stderr)
})

test('check, schema, hosts: a file explained, a schema that is one, every entry with its sources', () => {
  const checked = dualion('check', thinCell)
  assert.equal(checked.status, 0)
  assert.match(checked.stdout, /valid[\s\S]*Mo6S8/)
  writeFileSync(join(scratch, 'bad.yaml'), `${readFileSync(thinCell, 'utf8')}\nseperator: {}\n`)
  refused(['check', 'bad.yaml'], /bad\.yaml[\s\S]*separator/)
  const schema = JSON.parse(dualion('schema').stdout)
  assert.match(schema.$schema, /json-schema\.org/)
  const [study, recipe] = ['study', 'recipe'].map(of => JSON.parse(dualion('schema', of).stdout))
  for (const key of ['host', 'engine', 'move', 'mechanisms', 'path', 'output']) assert.ok(study.properties[key], key)
  assert.equal(study.properties.move.anyOf.length, 2)
  // what the recipe of the shipped potential says is in it
  const shipped = JSON.parse(readFileSync(join(root, 'potentials/mo-s-li-mg/recipe.json'), 'utf8'))
  for (const key of Object.keys(shipped)) assert.ok(recipe.properties[key], key)
  for (const key of Object.keys(shipped.size)) assert.ok(recipe.properties.size.properties[key], key)
  refused(['schema', 'stduy'], /schema: got "stduy".*did you mean "study"\?/)
  const listed = dualion('hosts')
  assert.equal(listed.status, 0, listed.stderr)
  assert.match(listed.stdout, /mo6s8 +Mo6S8 +\d+ numbers, \d+ assumed/)
  assert.equal(listed.stderr, '')
  assert.match(dualion('hosts', 'mo6s8').stdout, /barrierMg = [\d.]+ \(.*\) eV\n.*\n *source: /)
  refused(['hosts', 'mo6s9'], /did you mean "mo6s8"/)
})

test('validate finds its cases beside the compiled code, and names them where a part fits none', () => {
  const nernst = dualion('validate', '14')
  assert.equal(nernst.status, 0, nernst.stderr)
  assert.match(nernst.stdout, /^14-nernst {2}.*\n[\s\S]*holds\n[\s\S]*1 cases, \d+ rows, 0 broken/)
  const none = dualion('validate', 'no-such-case')
  assert.equal(none.status, 2)
  assert.match(none.stderr, /got "no-such-case", allowed: a part of 01-dfn-chen2020, /)
})
