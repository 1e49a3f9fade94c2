import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { F, kBeV } from '../../src/units.ts'
import { dualion, executable } from './dualion.ts'
import { scratch } from './scratch.ts'

const path = (name: string) => join(scratch, name)
const read = (name: string) => readFileSync(path(name), 'utf8')
const json = (name: string) => JSON.parse(read(name))
const write = (name: string, data: unknown) => writeFileSync(path(name), JSON.stringify(data))

const gas = { format: 'dualion-lattice', name: 'gas', lattice: 'simple-cubic', spacing: 3, carriers: ['Li', 'Mg'] }
write('langmuir.json', {
  ...gas,
  siteEnergies: [
    { carrier: 'Li', energy: -2 },
    { carrier: 'Mg', energy: -2.6 },
  ],
})
write('gas.json', {
  ...gas,
  siteEnergies: [
    { carrier: 'Li', energy: -2 },
    { carrier: 'Mg', energy: -2.6 },
  ],
  pairEnergies: [{ carriers: ['Li', 'Li'], energy: 0.02 }],
  hops: [{ carriers: ['Li', 'Mg'], barrier: 0.3 }],
  pairHops: [{ kind: 'follow', leader: 'Li', follower: 'Mg', straight: true, barrier: 0.25 }],
})

const refused = (words: readonly string[], pattern: RegExp) => {
  const { status, stderr } = dualion(...words)
  assert.match(stderr, pattern)
  assert.equal(status, 2, stderr)
  assert.doesNotMatch(stderr, /\bat .*\.(js|ts):\d+|node:internal|undefined/)
}

test('isotherm: Langmuir’s, each carrier beside the other, as CSV, JSON and SVG', () => {
  const words = ['isotherm', 'langmuir.json', '--carriers', 'Mg,Li', '--amount', 'Li=0.3', '--temperature', '400']
  const { status, stdout, stderr } = dualion(
    ...words,
    '--points',
    '5',
    '--csv',
    'i.csv',
    '--json',
    'i.json',
    '--svg',
    'i.svg',
  )
  assert.equal(status, 0, stderr)
  assert.match(stdout, /gas \([0-9a-f]{12}\): 1 sites a cell, Li, Mg; assumed: site energies/)
  const { points, model, outcome } = json('i.json')
  assert.equal(outcome, 'finished')
  assert.equal(model.provenance[0].basis, 'assumed')
  assert.equal(points.length, 10)
  for (const { carrier, amount, voltage, mu } of points) {
    const [energy, z, own] = carrier === 'Li' ? [-2, 1, 0] : [-2.6, 2, 1]
    // F(N + 1) − F(N) of ideal sites, exact at any size: N + 1 of 512 − others − N places
    const N = 512 * amount[own] - 0.5
    const exact = -(energy + kBeV * 400 * Math.log((N + 1) / (512 - 512 * amount[1 - own] - N))) / z
    assert.ok(Math.abs(voltage - exact) < 1e-9, `${carrier} ${amount}: ${voltage} ${exact}`)
    assert.ok(Math.abs(mu + z * voltage * F) < 1e-6)
  }
  const [head, ...rows] = read('i.csv').trim().split('\n')
  assert.match(head, /^Temperature \/ K,Carrier \/ 1,Li Amount \/ 1,Mg Amount \/ 1,Chemical Potential \/ J\/mol,/)
  assert.equal(rows.length, 10)
  assert.match(read('i.svg'), /Potential against its own metal \(V\)/)
  assert.ok(!existsSync(path('i.json.run')))
})

test('isotherm: interrupted and gone on with, it is what it is when it runs through', async () => {
  const words = [
    'isotherm',
    'gas.json',
    '--carriers',
    'Li',
    '--size',
    '6x6x6',
    '--points',
    '40',
    '--error',
    '1e-6',
    '--sweeps',
    '200',
  ]
  const whole = dualion(...words, '--csv', 'whole.csv')
  assert.equal(whole.status, 0, whole.stderr)
  const child = spawn(process.execPath, [executable, ...words, '--csv', 'part.csv'], { cwd: scratch })
  let errors = ''
  child.stderr.on('data', piece => {
    errors += piece
  })
  const code = await new Promise<number | null>(resolve => {
    const look = setInterval(() => {
      // a few points are on record
      if (existsSync(path('part.csv.run')) && read('part.csv.run').split('\n').length > 6) {
        clearInterval(look)
        child.kill('SIGINT')
      }
    }, 20)
    child.on('exit', status => {
      clearInterval(look)
      resolve(status)
    })
  })
  assert.equal(code, 130, errors)
  assert.match(errors, /interrupted; go on with --resume \(record: part\.csv\.run\)/)
  const rows = read('part.csv').trim().split('\n').length
  assert.ok(rows > 3 && rows < 41, `${rows}`)
  // the record of another run is not taken
  refused(
    ['isotherm', 'gas.json', '--seed', '2', '--csv', 'part.csv', '--resume'],
    /part\.csv\.run: got "the record of another run/,
  )
  const rest = dualion(...words, '--csv', 'part.csv', '--resume')
  assert.equal(rest.status, 0, rest.stderr)
  assert.equal(read('part.csv'), read('whole.csv'))
})

test('slab: the second ion alone, after the first, and both; one potential for all', () => {
  const { status, stdout, stderr } = dualion(
    ...['slab', 'gas.json', '--size', '4x4x8', '--exchange', 'Li=1e8,Mg=1e8', '--metal', 'Li=0,Mg=0.7'],
    ...['--compare', 'at 1.85 V for 2e-7 s', '--first', 'at 1.95 V until Li=0.3', '--pairs', 'both'],
    ...['--csv', 's.csv', '--json', 's.json', '--svg', 's.svg'],
  )
  assert.equal(status, 0, stderr)
  assert.match(stdout, /Mg after Li, pair hops off +Li at 1\.95 V until Li=0\.3 +finished/)
  const { runs } = json('s.json')
  assert.deepEqual(
    runs.map((run: { name: string }) => run.name),
    ['Mg alone', 'Mg after Li', 'both together']
      .flatMap((name, _, all) => (all.length ? [name] : []))
      .concat(['Mg alone', 'Mg after Li', 'both together'].map(name => `${name}, pair hops off`)),
  )
  const [alone, after] = runs
  assert.ok(alone.stages[0].amount[1] > 0)
  assert.equal(alone.stages[0].amount[0], 0)
  assert.ok(Math.abs(after.stages[0].amount[0] - 0.3) < 0.01)
  assert.match(read('s.csv'), /^Run \/ 1,Test Time \/ s,Potential \/ V,Li Amount \/ 1,/)
  assert.match(read('s.svg'), /Depth below the open face at the end \(nm\)/)
})

test('slab: a current with its cut-off', () => {
  const { status, stdout, stderr } = dualion(
    ...[
      'slab',
      'gas.json',
      '--size',
      '4x4x6',
      '--exchange',
      'Li=1e5',
      '--stage',
      'Li at 1e5 e/s to 0.5 V until Li=0.5',
    ],
    ...['--json', '-'],
  )
  assert.equal(status, 0, stderr)
  const { runs } = JSON.parse(stdout)
  const [stage] = runs[0].stages
  // 0.5 ions a formula unit at 1e5 a second: 5e-6 s, to the noise of 48 single ions, 1/√48 = 14 %, three times
  assert.ok(Math.abs(stage.end - 5e-6) < 2.2e-6, `${stage.end}`)
})

test('refused: carriers, amounts, sizes, sentences, models', () => {
  refused(['isotherm', 'none.json'], /none\.json: there is no such file/)
  refused(
    ['isotherm', 'gas.json', '--carriers', 'Mgg'],
    /--carriers: got "Mgg", allowed: carriers of the model: Li, Mg, did you mean "Mg"/,
  )
  refused(['isotherm', 'gas.json', '--amount', 'Li=2'], /--amount Li: got 2, allowed: at most 1 per formula unit/)
  refused(['isotherm', 'gas.json', '--amount', 'Li'], /--amount: got "Li", allowed: carrier=number/)
  refused(['isotherm', 'gas.json', '--temperature', '0'], /--temperature: got "0"/)
  refused(['isotherm', 'gas.json', '--size', '8x8'], /--size: got "8x8", allowed: 3 whole numbers/)
  refused(['isotherm', 'gas.json', '--size', '8x8x0'], /--size: got "8x8x0"/)
  refused(['isotherm', 'gas.json', '--csv', 'nowhere/x.csv'], /nowhere\/x\.csv/)
  refused(['slab', 'gas.json'], /--exchange/)
  refused(['slab', 'gas.json', '--exchange', 'Li=1'], /--stage: got "none"/)
  refused(
    ['slab', 'gas.json', '--exchange', 'Li=1', '--stage', 'Li at noon'],
    /--stage: got "Li at noon", allowed: CARRIERS at NUMBER V/,
  )
  refused(
    ['slab', 'langmuir.json', '--exchange', 'Li=1', '--stage', 'Li at 1 V for 1 s'],
    /allowed: a lattice with events/,
  )
  write('bad.json', { ...gas, hops: [{ carrier: 'Li', barrier: -1 }] })
  refused(['isotherm', 'bad.json'], /bad\.json: hops\.0\.barrier: got -1, allowed: a number ≥ 0/)
})
