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

test('diffusivity: a lone ion’s D, both temperatures and their activation energy; L, exits, pair hops off', () => {
  write('lone.json', { ...gas, carriers: ['Li'], hops: [{ carrier: 'Li', barrier: 0.3 }] })
  const words = ['diffusivity', 'lone.json', '--amount', 'Li=0.02', '--temperature', '300,400', '--events', '4e5']
  const { status, stdout, stderr } = dualion(...words, '--json', 'd.json', '--csv', 'd.csv', '--svg', 'd.svg')
  assert.equal(status, 0, stderr)
  assert.match(stdout, /M events a second: Li hop/)
  const { runs, arrhenius, size } = json('d.json')
  assert.deepEqual(size, [8, 8, 8])
  for (const { temperature, carriers, L, conductivity } of runs) {
    const [li] = carriers
    // D = Γ a² (1 − c) f(c), f = 1 − O(c): Nakazato and Kitahara's 0.9946 at 10/512
    const lone = 9e-20 * 1e13 * Math.exp(-0.3 / (kBeV * temperature)) * (1 - li.amount) * 0.9946
    assert.ok(Math.abs(li.tracer.value - lone) < 4 * li.tracer.error, `${li.tracer.value} ± ${li.tracer.error} ${lone}`)
    assert.ok(li.tracer.error < 0.05 * lone && li.exits > 1000 && li.determined)
    assert.ok(L[0][0].value > 0 && conductivity.value > 0)
  }
  const [{ carrier, activationEnergy }] = arrhenius
  assert.equal(carrier, 'Li')
  assert.ok(Math.abs(activationEnergy.value - 0.3) < 4 * activationEnergy.error && activationEnergy.error < 0.01)
  assert.match(read('d.csv'), /^Temperature \/ K,Pair Hops \/ 1,Li Amount \/ 1,Li Tracer Diffusivity \/ m2\/s,/)
  assert.match(read('d.svg'), /Tracer diffusivity \(m²\/s\)/)
  // the same seed, the same digits; another seed, others
  const again = (seed: string) => {
    const end = dualion(
      'diffusivity',
      'gas.json',
      '--amount',
      'Li=0.5,Mg=0.1',
      '--size',
      '4x4x4',
      '--events',
      '2e5',
      '--temperature',
      '600',
      '--pairs',
      'both',
      '--seed',
      seed,
      '--json',
      '-',
    )
    assert.equal(end.status, 0, end.stderr)
    return JSON.parse(end.stdout).runs.map(({ stepsPerSecond: _, ...run }: Record<string, unknown>) => run)
  }
  const [one, other] = [again('1'), again('2')]
  assert.deepEqual(again('1'), one)
  assert.notDeepEqual(other, one)
  assert.ok(one[0].families['Mg follows Li'] > 0)
  assert.equal(one[1].pairHops, false)
  assert.ok(!(one[1].families['Mg follows Li'] > 0))
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

test('slab: interrupted and gone on with, it is what it is when it runs through', async () => {
  const words = [
    'slab',
    'gas.json',
    '--size',
    '6x6x12',
    '--exchange',
    'Li=1e8',
    '--stage',
    'Li at 1.95 V for 250000 events',
  ]
  const whole = dualion(...words, '--csv', 'slab-whole.csv')
  assert.equal(whole.status, 0, whole.stderr)
  const child = spawn(process.execPath, [executable, ...words, '--csv', 'slab-part.csv'], { cwd: scratch })
  let errors = ''
  child.stderr.on('data', piece => {
    errors += piece
  })
  // it has said what it runs on and is at work, for some seconds
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGINT'), 150))
  const code = await new Promise<number | null>(resolve => child.on('exit', resolve))
  assert.equal(code, 130, errors)
  assert.match(errors, /interrupted; go on with --resume/)
  assert.ok(read('slab-part.csv').length < read('slab-whole.csv').length)
  const rest = dualion(...words, '--csv', 'slab-part.csv', '--resume')
  assert.equal(rest.status, 0, rest.stderr)
  assert.match(rest.stderr, /going on from slab-part\.csv\.run/)
  assert.equal(read('slab-part.csv'), read('slab-whole.csv'))
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
  refused(['diffusivity', 'gas.json'], /--amount/)
  refused(['diffusivity', 'langmuir.json', '--amount', 'Li=0.5'], /hops: got "no possible event"/)
  refused(
    ['diffusivity', 'gas.json', '--amount', 'Li=1'],
    /^dualion: gas\.json: --amount: got 1, allowed: less than 1: a site left/m,
  )
  assert.ok(!existsSync(path('gas.json.run')), 'nothing to go on from')
  refused(['diffusivity', 'gas.json', '--amount', 'Li=0'], /at least one carrier with a content above 0/)
  refused(
    ['diffusivity', 'gas.json', '--amount', 'Li=0.8,Mg=0.8'],
    /--amount: got "Li=0\.8,Mg=0\.8", allowed: what fits together per formula unit: Li at most 0\.2 beside Mg=0\.8/,
  )
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
  refused(
    ['slab', 'gas.json', '--exchange', 'Li=1', '--stage', 'Mg at 1 V for 1 s'],
    /--exchange Mg: got "nothing", allowed: a rate above 0 \[1\/s\] for the stage "Mg at 1 V for 1 s"/,
  )
  refused(
    ['slab', 'gas.json', '--exchange', 'Li=1', '--stage', 'Li at 1 V for 1 s', '--window', '4'],
    /gas\.json: --window: got 4, allowed: an odd number of layers/,
  )
  refused(
    ['slab', 'gas.json', '--exchange', 'Li=1', '--stage', 'Li at 1 V for 1 s', '--size', '3x3x3', '--window', '99'],
    /gas\.json: --window: got 99, allowed: an odd number of layers, at most the 3 of the slab; left out, the whole slab/,
  )
  refused(
    ['slab', 'gas.json', '--exchange', 'Li=1', '--stage', 'Na at 1 V for 1 s'],
    /gas\.json: --stage 1, carriers: got "Na", allowed: Li, Mg/,
  )
  refused(['diffusivity', 'gas.json', '--amount', 'Li=0.1,Mg=5'], /--amount Mg: got 5, allowed: at most 1 per/)
  refused(
    ['slab', 'gas.json', '--exchange', 'Li=1e300', '--stage', 'Li at 1 V for 1 s'],
    /gas\.json: --exchange Li: got 1e\+300, allowed: 1\/s from 0 to/,
  )
  // more ways out of sites than lists can name: said before anything is made for each site
  refused(
    ['diffusivity', 'gas.json', '--amount', 'Li=0.1', '--size', '300x300x300'],
    /gas\.json: --size: got "300 × 300 × 300 with \d+ ways out of sites", allowed: at most 16777215/,
  )
  write('tiny.json', { ...gas, spacing: 1e-300 })
  refused(['isotherm', 'tiny.json'], /tiny\.json: spacing: got 1e-300, allowed: a number ≥ 0\.01 and ≤ 100/)
  const { lattice: _, spacing: __, ...rest } = gas
  write('flat.json', {
    ...rest,
    cell: [
      [4, 0, 0],
      [4, 0, 0],
      [0, 0, 4],
    ],
    sites: [{ position: [0, 0, 0] }],
  })
  refused(['isotherm', 'flat.json'], /flat\.json: cell: got "4 0 0; 4 0 0; 0 0 4", allowed: three vectors that span/)
  write('bad.json', { ...gas, hops: [{ carrier: 'Li', barrier: -1 }] })
  refused(['isotherm', 'bad.json'], /bad\.json: hops\.0\.barrier: got -1, allowed: a number ≥ 0/)
})

test('ladder: from a model to a discharge; stopped and gone on with; a barrier moved by 50 meV', async () => {
  write('quick.json', { ...json('gas.json'), hops: [{ carriers: ['Li', 'Mg'], name: 'hop', barrier: 0.3 }] })
  write('quick-study.json', {
    title: 'Quick',
    lattice: { model: 'quick.json' },
    thermodynamics: {
      temperatures: [298.15],
      size: [4, 4, 4],
      amounts: { Li: [0, 0.1, 0.5, 0.9], Mg: [0, 0.1, 0.5, 0.9] },
      sweeps: 400,
    },
    transport: {
      temperatures: [298.15],
      size: [3, 3, 3],
      amounts: { Li: [0, 0.1, 0.5], Mg: [0, 0.3] },
      events: 60000,
    },
    host: { formula: 'G', molarMass: 100, kinetics: { exchangeCurrent: { Li: 1, Mg: 0.1 } } },
    discharge: {
      cell: 'li-mg-mo6s8-beaker',
      protocol: ['Discharge at C/2 for 10 minutes or until 0.4 V'],
      amount: { Li: 0.05, Mg: 0.05 },
      model: 'spm',
      mesh: [6, 8],
    },
  })
  const words = ['ladder', 'quick-study.json', '--out', 'rungs']
  const child = spawn(process.execPath, [executable, ...words], { cwd: scratch })
  let said = ''
  let sent = false
  child.stdout.on('data', piece => {
    said += piece
    if (!sent && said.includes('4 of 6 transport: inputs')) sent = child.kill('SIGINT')
  })
  const code = await new Promise<number | null>(resolve => child.on('exit', resolve))
  assert.equal(code, 130, said)
  assert.match(read('rungs/report.md'), /\| 5\. Host: .* not reached/)
  const rest = dualion(...words)
  assert.equal(rest.status, 0, rest.stderr)
  assert.match(rest.stdout, /3 of 6 thermodynamics: inputs [0-9a-f]{64}, there already/)
  assert.match(rest.stdout, /6 of 6 discharge: done/)
  const whole = dualion('ladder', 'quick-study.json', '--out', 'whole')
  assert.equal(whole.status, 0, whole.stderr)
  assert.equal(read('rungs/report.md'), read('whole/report.md'))
  assert.match(read('whole/discharge.svg'), /^<svg/)

  const moved = dualion(...words, '--shift', 'Mg hop=0.05')
  assert.equal(moved.status, 0, moved.stderr)
  assert.match(moved.stdout, /thermodynamics: inputs [0-9a-f]{64}, there already/)
  assert.match(moved.stdout, /6 of 6 discharge: done/)
  assert.match(read('rungs/report.md'), /\*\*Mg hop moved by 0\.05 eV\*\*/)
  assert.notEqual(read('rungs/discharge.svg'), read('whole/discharge.svg'))
  refused([...words, '--shift', 'Mg hops=0.05'], /shift: got "Mg hops", .*did you mean/)
  refused([...words, '--shift', 'Mg hop'], /--shift: got "Mg hop", allowed: family=eV/)
})
