import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { claims } from '../../src/claims/thresholds.ts'
import { type Climbed, climb, troubleOf } from '../../src/ladder/climb.ts'
import { ladderReport } from '../../src/ladder/report.ts'
import { shifted } from '../../src/ladder/shift.ts'
import type { Stage } from '../../src/ladder/stage.ts'
import type { ClaimsRung } from '../../src/ladder/stages/claims.ts'
import { type DischargeRung, type DischargeSettings, dischargeStage } from '../../src/ladder/stages/discharge.ts'
import type { SensitivityRung } from '../../src/ladder/stages/sensitivity.ts'
import type { SpreadRung } from '../../src/ladder/stages/spread.ts'
import type { ThermodynamicsRung } from '../../src/ladder/stages/thermodynamics.ts'
import type { TransportRung, Walker } from '../../src/ladder/stages/transport.ts'
import { stagesOf } from '../../src/ladder/stages-of.ts'
import { mapStore, type Store } from '../../src/ladder/store.ts'
import { ladderStudyOf } from '../../src/ladder/study-file.ts'
import { type LatticeModel, latticeFormat } from '../../src/lattice/model/model.ts'
import type { HostTable } from '../../src/laws/table/table.ts'
import { deviation } from '../../src/math/spread.ts'
import { F, kBeV, R } from '../../src/units.ts'

const folder = mkdtempSync(join(tmpdir(), 'dualion-rungs-'))
after(() => rmSync(folder, { recursive: true }))

/** A lattice gas that takes Li at 2.1 V and Mg at 1.1 V against their metals, slopes of repulsion. */
const model: LatticeModel = {
  format: latticeFormat,
  name: 'gas',
  lattice: 'simple-cubic',
  spacing: 4,
  carriers: ['Li', 'Mg'],
  siteEnergies: [
    { carrier: 'Li', energy: -2.1 },
    { carrier: 'Mg', energy: -2.2 },
  ],
  pairEnergies: [
    { carriers: ['Li', 'Li'], energy: 0.01 },
    { carriers: ['Mg', 'Mg'], energy: 0.01 },
  ],
  hops: [
    { carrier: 'Li', barrier: 0.3 },
    { carrier: 'Mg', barrier: 0.4 },
  ],
}
writeFileSync(join(folder, 'gas.json'), JSON.stringify(model))

const study = ladderStudyOf(
  {
    title: 'A gas',
    lattice: { model: 'gas.json' },
    thermodynamics: {
      temperatures: [298.15],
      amounts: { Li: [0, 0.1, 0.3, 0.5, 0.8], Mg: [0, 0.1, 0.3, 0.45] },
      size: [5, 5, 5],
      sweeps: 600,
      error: 0.005,
    },
    transport: { temperatures: [298.15], amounts: { Li: [0, 0.1, 0.4, 0.8], Mg: [0, 0.1, 0.4] }, size: [4, 4, 4] },
    host: { formula: 'G', molarMass: 100, kinetics: { exchangeCurrent: { Li: 1, Mg: 0.1 } } },
    discharge: {
      cell: 'li-mg-mo6s8-beaker',
      protocol: ['Discharge at 1C for 20 minutes or until 0.4 V'],
      amount: { Li: 0.01, Mg: 0.01 },
      model: 'spm',
      mesh: [6, 8],
    },
  },
  'study.yaml',
)

/** In the place of a walk: ions that do not see each other, L = (a²ν₀/RTV_m) e^{−E/k_BT} x_i x_v, to 1 %. */
const lonely: Walker = function* (lattice, { T, x }, { stream }) {
  yield 0.5
  const n = x.length
  const L = new Array<number>(n * n).fill(0)
  const molarVolume = lattice.volume * 1e-30 * 6.02214076e23
  for (const { movers, Ekra, attemptFrequency } of lattice.events) {
    const i = movers[0].carrier
    const rate = (attemptFrequency * Math.exp(-Ekra / (kBeV * T))) / 3
    L[i * n + i] += ((rate * 16e-20) / (R * T * molarVolume)) * x[i] * (1 - x[0] - x[1])
  }
  return {
    x,
    T,
    L,
    LError: L.map(l => Math.max(0.01 * l, 1e-30)),
    tracer: x.map(y => (y > 0 ? 1e-14 : null)),
    tracerError: x.map(() => null),
    exits: x.map(() => 1000),
    events: stream,
  }
}

const climbed = async (
  store: Store,
  shifts: Record<string, number> = {},
): Promise<{ result: Climbed; cached: string[] }> => {
  const { stages } = await stagesOf(study, { folder, walker: lonely, shifts })
  const steps = climb(stages, { store, program: 'test' })
  const cached: string[] = []
  for (;;) {
    const next = await steps.next()
    if (next.done) return { result: next.value, cached }
    if (next.value.kind === 'end' && next.value.cached) cached.push(next.value.stage.name)
  }
}

test('from the lattice model to the discharge; a barrier moved by 50 meV moves the digits above it, and only those', async () => {
  const store = mapStore()
  const { result } = await climbed(store)
  assert.deepEqual([...result.keys()], ['lattice', 'energies', 'thermodynamics', 'transport', 'host', 'discharge'])

  const { samples } = result.get('thermodynamics')!.output as ThermodynamicsRung
  assert.equal(samples.length, 5 * 4 - 1 - 2) // without the empty host, and without 0.8 beside 0.3 and 0.45
  const low = samples.find(({ x }) => Math.abs(x[0] - 0.1) < 0.02 && x[1] === 0)!
  // ideal sites in a mean field: −2.1 eV + 6·0.01 x + kT ln(x/(1 − x)), to 3 kJ/mol at these sizes
  const ideal = 96485 * (-2.1 + 0.06 * low.x[0]) + R * 298.15 * Math.log(low.x[0] / (1 - low.x[0]))
  assert.ok(Math.abs(low.mu[0]! - ideal) < 3000, `${low.mu[0]} ${ideal}`)

  const before = result.get('discharge')!.output as DischargeRung
  assert.ok(before.capacity > 0 && before.amount.Li[1] + before.amount.Mg[1] > 0.03)

  const moved = await climbed(store, { 'Mg hop': 0.05 })
  assert.deepEqual(moved.cached, ['thermodynamics'])
  for (const name of ['lattice', 'transport', 'host', 'discharge'])
    assert.notEqual(moved.result.get(name)!.outputHash, result.get(name)!.outputHash, name)
  const after50 = moved.result.get('discharge')!.output as DischargeRung
  assert.notDeepEqual(after50.columns.voltage, before.columns.voltage)
  const table = moved.result.get('host')!.output as { inputs: Record<string, string> }
  assert.equal(table.inputs.lattice, moved.result.get('lattice')!.outputHash)

  const again = await climbed(store)
  assert.equal(again.cached.length, 6)
  assert.deepEqual([...again.result], [...result])

  const { stages } = await stagesOf(study, { folder, walker: lonely })
  const { markdown, figures } = await ladderReport(stages, result, { title: 'A gas', program: 'test' })
  assert.match(markdown, /assumed: site energies, pair energies/)
  // σ = F² z² L of the first sample, Mg alone; H_R = z² c D* F²/(RT σ) with c = x/(64 Å³ N_A)
  const { samples: walks } = result.get('transport')!.output as TransportRung
  const [walk] = walks
  const sigma = F * F * 4 * walk.L[3]!
  const haven = (4 * (walk.x[1] / (64e-30 * 6.02214076e23)) * walk.tracer[1]! * F * F) / (R * 298.15) / sigma
  assert.ok(markdown.includes(`| ${sigma.toExponential(2)} | ${haven.toFixed(2)} |`), `${sigma} ${haven}`)
  assert.match(markdown, /\| Mg hop \| 3 \| 0\.400 \| 1\.0e\+13 \|/)
  assert.deepEqual(figures.map(figure => figure.name).sort(), ['discharge', 'diffusivities', 'voltages'].sort())
  for (const { svg } of figures) assert.match(svg, /^<svg/)
})

test('shifts: by family, by one carrier of several, refused where there is none or a barrier would be negative', () => {
  const several: LatticeModel = { ...model, hops: [{ name: 'exit', carriers: ['Li', 'Mg'], barrier: 0.3 }] }
  const both = shifted(several, { exit: 0.05 }).hops!
  assert.deepEqual([both.length, both[0].barrier], [1, 0.35])
  const one = shifted(several, { 'Mg exit': 0.05 }).hops!
  assert.deepEqual(
    one.map(hop => [hop.name, hop.carrier, hop.barrier]),
    [
      ['Li exit', 'Li', 0.3],
      ['Mg exit', 'Mg', 0.35],
    ],
  )
  assert.equal(one[1].basis, 'assumed')
  assert.throws(() => shifted(several, { 'Mg exits': 0.05 }), /families of hops: exit.*did you mean/)
  assert.throws(() => shifted(model, { 'Li hop': -0.4 }), /at least −0\.3/)
})

test('studies are refused by field', () => {
  const refused = (data: unknown, message: RegExp) => assert.throws(() => ladderStudyOf(data, 's.yaml'), message)
  refused({}, /s\.yaml: lattice: missing/)
  refused({ lattice: { model: 'm.json' }, thermodynamic: {} }, /unknown key, did you mean "thermodynamics"/)
  refused({ lattice: { model: 'm.json' }, model: 'x' }, /model: unknown key; the model file stands under lattice/)
  refused(
    { lattice: { model: 'm.json' }, thermodynamics: { temperatures: [0], amounts: {}, size: [4] } },
    /temperatures\.0: got 0/,
  )
})

test('a rung without those it rests on is refused, and contents that no host holds', async () => {
  const of = (change: object) => stagesOf({ ...study, ...change } as typeof study, { folder, walker: lonely })
  await assert.rejects(of({ transport: undefined }), /host: .*thermodynamics and transport before it/)
  await assert.rejects(of({ host: undefined }), /discharge: .*a host before it/)
  await assert.rejects(
    of({ discharge: { ...study.discharge, cell: 'li-mg-mo6s8-beeker' } }),
    /did you mean "li-mg-mo6s8-beaker"/,
  )
  // before anything is climbed, as the lattice is given
  await assert.rejects(
    of({ thermodynamics: { ...study.thermodynamics, amounts: { Li: [1.5] } } }),
    /thermodynamics\.amounts: got "no combination"/,
  )
  await assert.rejects(
    of({ transport: { ...study.transport, amounts: { Na: [0.5] } } }),
    /transport\.amounts\.Na: got "Na", allowed: carriers of the lattice/,
  )
})

const claimed = {
  ...study,
  claims: { second: 'mg-mo6s8', draws: 3 },
  sensitivity: {
    families: ['Mg hop'],
    interaction: 0.02,
    amounts: { Li: [0, 0.1, 0.4], Mg: [0, 0.1, 0.4] },
    seeds: [2],
    rates: [0.1],
    cell: { particleRadius: [2.5e-6] },
  },
} as typeof study
/** What the climb with claims left in its store. */
const withClaims = new Map<string, string>()

test('claims: the same discharge with single hops alone, of Mg alone, and infinitely slowly; a verdict for each', async () => {
  const { stages } = await stagesOf(claimed, { folder, walker: lonely })
  const steps = climb(stages, { store: mapStore(withClaims), program: 'test' })
  let next = await steps.next()
  while (!next.done) next = await steps.next()
  const result = next.value
  assert.deepEqual([...result.keys()].slice(-10), [
    'discharge',
    'singles',
    'transport-singles',
    'host-singles',
    'discharge-singles',
    'host-second',
    'discharge-second',
    'spread',
    'claims',
    'sensitivity',
  ])
  // there are no pair hops in this lattice: what differs is the stream of nothing, so the discharges are the same
  const of = (name: string) => (result.get(name)!.output as DischargeRung).columns
  assert.deepEqual(of('discharge-singles'), of('discharge'))
  const alone = result.get('discharge-second')!.output as DischargeRung
  assert.deepEqual(Object.keys(alone.amount), ['Mg'])
  const { verdicts } = result.get('claims')!.output as ClaimsRung
  assert.deepEqual(
    verdicts.map(one => one.claim),
    claims.map(one => one.name),
  )
  const promoted = verdicts[1]
  assert.equal(promoted.withoutPair, promoted.value)
  const { markdown } = await ladderReport(stages, result, { title: 'A gas', program: 'test' })
  for (const { title, words } of claims) assert.ok(markdown.includes(`| ${title} | ${words} |`), title)

  // the draws: each its own, and as many as there are seeds; the claims count in how many a verdict is the same
  const { draws } = result.get('spread')!.output as SpreadRung
  assert.deepEqual(
    draws.map(({ seed }) => seed),
    [1, 2, 3],
  )
  assert.equal(new Set(draws.map(({ along }) => along.voltage[5])).size, 3)
  for (const [k, { outcome, same, draws: of }] of verdicts.entries()) {
    assert.equal(of, 3)
    assert.equal(same, draws.filter(draw => draw.verdicts[k].outcome === outcome).length)
  }
  assert.match(markdown, /3 draws, seeds 1 to 3/)
  assert.match(markdown, /!\[discharge-spread\]/)

  // inputs moved: walks of moved barriers against walks with nothing moved, then the host, then the cell
  const { rows } = result.get('sensitivity')!.output as SensitivityRung
  assert.deepEqual(
    rows.map(({ kind, input, moved }) => [kind, input, moved]),
    [
      ['walks', 'short walks', 'nothing moved'],
      ['walks', 'short walks', 'seed 2'],
      ['barrier', 'Mg hop', '+50 meV'],
      ['barrier', 'Mg hop', '−50 meV'],
      ['host', 'Li–Mg interaction', '+20 meV'],
      ['host', 'Li–Mg interaction', '−20 meV'],
      ['cell', 'rate', '0.1C'],
      ['cell', 'particle radius of the host', '2.5e-6 m'],
    ],
  )
  for (const { trouble, verdicts: moved } of rows) {
    assert.equal(trouble, undefined)
    assert.equal(moved.length, claims.length)
  }
  // as long as the discharge is the same the slow path is that of the host: only what moves the host moves it
  const slow = (k: number) => rows[k].verdicts.map(verdict => verdict.slow)
  assert.deepEqual(slow(2), slow(0))
  assert.notDeepEqual(slow(4), slow(0))
  assert.match(markdown, /\| Mg hop \| \+50 meV \|/)
  await assert.rejects(
    stagesOf({ ...study, discharge: undefined, claims: { second: 'mg-mo6s8' } } as typeof study, {
      folder,
      walker: lonely,
    }),
    /claims: .*a discharge before them/,
  )
})

test('a discharge that no accuracy computes says so and why; the climb goes on, and verdicts on it are not computed', async () => {
  // a cell whose electrolyte has no potential for its metals: no step of the method converges
  const dual = make()
  const { stages } = await stagesOf(claimed, { folder, walker: lonely })
  const broken = dischargeStage(stages.find(({ name }) => name === 'discharge')!.settings as DischargeSettings, {
    cell: { ...dual, electrolyte: { ...dual.electrolyte, standardPotential: { Li: Number.NaN, Mg: Number.NaN } } },
    protocol: parseProtocol(study.discharge!.protocol, { carriers: ['Li', 'Mg'] }),
  })
  const all = stages.map(stage => (stage.name === 'discharge' ? (broken as unknown as Stage) : stage))
  // what stands below it is that of the climb before
  const below = new Map(
    [...withClaims].filter(([name]) => !/discharge-[0-9a-f]{16}\.json|spread|claims|sensitivity/.test(name)),
  )
  const steps = climb(all, { store: mapStore(below), program: 'test' })
  let next = await steps.next()
  while (!next.done) next = await steps.next()
  const { outcome, reason } = next.value.get('discharge')!.output as DischargeRung
  assert.equal(outcome, 'not computed')
  assert.ok(reason.length > 10, reason)
  assert.deepEqual(troubleOf(all, next.value), [`stage discharge: ${reason}`])
  const { verdicts } = next.value.get('claims')!.output as ClaimsRung
  assert.deepEqual(
    verdicts.map(one => one.outcome),
    claims.map(() => 'not computed'),
  )
  const { markdown } = await ladderReport(all, next.value, { title: 'A gas', program: 'test' })
  assert.ok(markdown.includes(`**not computed: ${reason}**`))
})

test('noise in proportion: samples three times as unsure scatter what comes of them three times as far', async () => {
  const { stages } = await stagesOf(claimed, { folder, walker: lonely })
  const from = (name: string) =>
    [...withClaims].find(([file]) => new RegExp(`/${name}-[0-9a-f]{16}\\.json$`).test(file))![1]
  const stage = stages.find(({ name }) => name === 'spread')! as Stage<SpreadRung>
  const spread = (factor: number) => {
    const times = (errors: readonly (number | null)[]) => errors.map(error => (error === null ? null : factor * error))
    const host = (name: string): HostTable => {
      const table = JSON.parse(from(name)).output as HostTable
      return {
        ...table,
        thermodynamics: table.thermodynamics.map(s => ({
          ...s,
          muError: times(s.muError),
          thetaError: times(s.thetaError!),
        })),
        transport: table.transport.map(s => ({ ...s, LError: times(s.LError) })),
      }
    }
    const inputs = { host: host('host'), 'host-singles': host('host-singles'), 'host-second': host('host-second') }
    const run = stage.run({ inputs, hashes: {} })
    let next = run.next()
    while (!next.done) next = run.next()
    const { draws } = next.value
    return deviation(draws.map(one => one.along.voltage[5]))
  }
  // the errors of the rungs, hundreds of J/mol on these few sweeps, are beyond what is linear: a tenth of them, and 0.3
  const [small, large] = [spread(0.1), spread(0.3)]
  assert.ok(small > 1e-6, `${small}`)
  // the same seeds, so ×3 but for what is not linear in the errors, and for the smoothness, which each scale chooses
  assert.ok(large / small > 2 && large / small < 4.5, `${small} ${large}`)
})
