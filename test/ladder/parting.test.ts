import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { make } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { climb } from '../../src/ladder/climb.ts'
import { ladderReport } from '../../src/ladder/report.ts'
import type { DischargeRung } from '../../src/ladder/stages/discharge.ts'
import { onlyCarriers } from '../../src/ladder/stages/host.ts'
import { hostOfRung } from '../../src/ladder/stages/host-of-rung.ts'
import { walked } from '../../src/ladder/stages/walked.ts'
import { stagesOf } from '../../src/ladder/stages-of.ts'
import { mapStore } from '../../src/ladder/store.ts'
import { ladderStudyOf } from '../../src/ladder/study-file.ts'
import { latticeFormat } from '../../src/lattice/model/model.ts'
import { stabilityOf } from '../../src/laws/table/stability.ts'
import type { HostTable } from '../../src/laws/table/table.ts'
import { F } from '../../src/units.ts'

const folder = mkdtempSync(join(tmpdir(), 'dualion-parting-'))
after(() => rmSync(folder, { recursive: true }))

// kT_c = 1.128 ε on the simple cubic lattice (truth of the Ising model, 4.5115/4): at 298 K 0.0228 eV part
const attraction = -0.026
writeFileSync(
  join(folder, 'gas.json'),
  JSON.stringify({
    format: latticeFormat,
    name: 'gas',
    lattice: 'simple-cubic',
    spacing: 3,
    carriers: ['Li', 'Mg'],
    siteEnergies: [
      { carrier: 'Li', energy: -2 },
      { carrier: 'Mg', energy: -2.6 },
    ],
    pairEnergies: [{ carriers: ['Li', 'Li'], energy: attraction }],
    hops: [{ carriers: ['Li', 'Mg'], barrier: 0.3 }],
  }),
)

/** One store for all: what they share is computed once. */
const store = mapStore()
const climbed = async (host: object, shells: number) => {
  const study = ladderStudyOf(
    {
      title: 'A gas that parts',
      lattice: { model: 'gas.json' },
      thermodynamics: {
        temperatures: [298.15],
        size: [4, 4, 4],
        amounts: { Li: [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9], Mg: [0, 0.1, 0.3] },
        sweeps: 800,
      },
      transport: {
        temperatures: [298.15],
        size: [3, 3, 3],
        amounts: { Li: [0, 0.1, 0.5, 0.8], Mg: [0, 0.15] },
        events: 20_000,
      },
      host: { formula: 'G', molarMass: 100, kinetics: { exchangeCurrent: { Li: 1, Mg: 0.1 } }, ...host },
      discharge: {
        cell: 'li-mg-mo6s8-beaker',
        protocol: ['Discharge at C/2 for 80 minutes or until 0.4 V'],
        amount: { Li: 0.05, Mg: 0.02 },
        model: 'spm',
        mesh: [6, shells],
      },
    },
    'study.yaml',
  )
  const { stages } = await stagesOf(study, { folder, walker: walked })
  const steps = climb(stages, { program: 'test 1', store })
  for (;;) {
    const next = await steps.next()
    if (next.done) return { stages, climbed: next.value }
  }
}
const pair = (a: string, b: string, K: number) => ({ carriers: [a, b], K })

test('a host that parts climbs to its discharge with gradient coefficients; without, or on too coarse a mesh, it is said', async () => {
  await assert.rejects(climbed({}, 8), {
    code: 'input',
    message: /not convex at Li .* there are no gradient coefficients/,
  })
  await assert.rejects(climbed({ convex: false }, 8), { code: 'input', message: /there are no gradient coefficients/ })
  const gradient = { pairs: [pair('Li', 'Li', 3e-12)], source: 'assumed: an interface of some 40 nm' }
  await assert.rejects(climbed({ gradient }, 8), {
    code: 'input',
    message: /mesh\.shells.*got 8, allowed: at least \d+/,
  })

  const { stages, climbed: rungs } = await climbed({ gradient }, 64)
  const table = rungs.get('host')!.output as HostTable
  assert.deepEqual(table.gradient, [3e-12, 0, 0, 0])
  assert.deepEqual(onlyCarriers(table, ['Mg']).gradient, [0])
  const host = hostOfRung(table)
  const stability = stabilityOf(table, host.thermodynamics, 298.15)
  assert.ok(!stability.convex && stability.phases)
  const { outcome, capacity, amount, columns } = rungs.get('discharge')!.output as DischargeRung
  assert.equal(outcome, 'time')
  // the mean content has gone from the poor phase to where a uniform host would be unstable
  const theta = host.thermodynamics.potentialJacobian(Float64Array.of(amount.Li[1], amount.Mg[1]), 298.15)
  assert.ok(theta[0] < 0, `∂μ/∂x of Li at ${amount.Li[1]}: ${theta[0]}`)
  // charge is ions, to the 1e-4 that the amounts are written down with
  const { area, cathode } = make()
  const units = (area * cathode.thickness * cathode.activeFraction) / table.molarVolume
  const charge = F * units * (amount.Li[1] - amount.Li[0] + 2 * (amount.Mg[1] - amount.Mg[0]))
  assert.ok(Math.abs(charge / (3600 * capacity) - 1) < 1e-3, `${charge} C for ${3600 * capacity}`)
  assert.ok(columns.voltage.every(V => V !== null && V > 0.4))
  const { markdown } = await ladderReport(stages, rungs, { title: 'A gas that parts', program: 'test' })
  assert.match(markdown, /Not convex at 298\.15 K over/)
  assert.match(markdown, /Gradient coefficients: assumed \(assumed: an interface of some 40 nm\)/)
})

test('gradient coefficients that cannot be are refused by their place in the study', async () => {
  const bad = (pairs: unknown, message: RegExp) =>
    assert.rejects(climbed({ gradient: { pairs } }, 64), { code: 'input', message })
  await bad([pair('Li', 'Na', 1e-12)], /host\.gradient\.pairs\.0\.carriers.*"Na".*Li, Mg/)
  await bad([pair('Li', 'Mg', 1e-12), pair('Mg', 'Li', 1e-12)], /host\.gradient\.pairs\.1\.carriers.*each pair/)
  await bad([], /host\.gradient\.pairs/)
  await bad([pair('Mg', 'Mg', 1e-12)], /K do not stabilise/)
})
