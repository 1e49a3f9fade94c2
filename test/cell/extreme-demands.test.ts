import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Fidelity } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as liMgCell } from '../../src/cells/li-mg-mo6s8-full.ts'
import { withStateOfCharge } from '../../src/file/amounts.ts'
import { parseJson } from '../../src/file/json.ts'
import { readCellData } from '../../src/file/read.ts'

const text = readFileSync(new URL('../../src/cells/bpx/chen2020.json', import.meta.url), 'utf8')
type Section = Record<string, number>
const chen2020 = async (change: (sections: Record<string, Section>) => void = () => {}) => {
  const data = parseJson(text, 'chen2020.json') as { Parameterisation: Record<string, Section> }
  change(data.Parameterisation)
  return (await readCellData(data, 'chen2020.json')).cell
}
const mesh = { points: 8, shells: 8 }
const run = (cell: Awaited<ReturnType<typeof chen2020>>, fidelity: Fidelity, sentence: string) =>
  cycle(modelOf(cell, { fidelity, mesh }), parseProtocol([sentence]))

test('voltages far outside a cell’s limits end where the cell ends, or are said to be beyond it', async () => {
  const half = withStateOfCharge(await chen2020(), 0.5)
  for (const fidelity of ['spm', 'dfn'] as const) {
    for (const sentence of ['Hold at 1 V for 10 s', 'Hold at 10 V for 10 s', 'Sweep from 4 V to 0 V at 1 V/s']) {
      const { outcome, reason, columns } = run(half, fidelity, sentence)
      // A full surface has a potential at any voltage: diffusion into the particle sets the current.
      if (outcome === 'swept' || outcome === 'time') {
        const asked = sentence.startsWith('Sweep') ? 0 : Number(sentence.split(' ')[2])
        assert.ok(Math.abs(columns.voltage.at(-1)! - asked) < 1e-4)
        continue
      }
      assert.match(outcome, /^(beyond the cell|host full|host empty|electrolyte depleted)$/)
      assert.match(reason, /outside the cell's limits, 2\.5 to 4\.2 V|surface of|electrolyte has/)
    }
    // Inside the limits nothing is taken for physics that is not.
    assert.equal(run(half, fidelity, 'Hold at 3.7 V for 10 s').outcome, 'time')
  }
})

test('absurd currents, powers and loads meet the voltage limit on the way there', async () => {
  const half = withStateOfCharge(await chen2020(), 0.5)
  for (const fidelity of ['spm', 'dfn'] as const) {
    const discharge = run(half, fidelity, 'Discharge at 1e300 C until 2.5 V')
    assert.equal(discharge.outcome, 'voltage below cut-off at once')
    assert.match(discharge.reason, /A already take the voltage to .* beyond voltage 2\.5 V; 5e\+300 A were asked for/)
    const charge = run(half, fidelity, 'Charge at 1e-9 Ohm for 10 s')
    assert.equal(charge.outcome, 'voltage above limit at once')
    assert.match(
      run(half, fidelity, 'Discharge at 1e9 W for 10 s').outcome,
      /maximum power exceeded|below cut-off at once/,
    )
  }
})

test('reactions or an electrolyte that hardly are: the voltage lies below the cut-off at once, in every model', async () => {
  const slow = await chen2020(sections => {
    // j0 of 1e-12 A/m² on both electrodes.
    for (const name of ['Negative electrode', 'Positive electrode'])
      sections[name]['Reaction rate constant [mol.m-2.s-1]'] *= 2.5e-17
  })
  for (const fidelity of ['spm', 'spme', 'dfn'] as const)
    assert.equal(run(slow, fidelity, 'Discharge at 1C until 2.5 V').outcome, 'voltage below cut-off at once')
  for (const kappa of [1e-15, 1e-30]) {
    const cell = await chen2020(sections => {
      sections.Electrolyte['Conductivity [S.m-1]'] = kappa
    })
    for (const fidelity of ['spme', 'dfn'] as const)
      assert.equal(run(cell, fidelity, 'Discharge at 1C until 2.5 V').outcome, 'voltage below cut-off at once')
  }
})

test('a hold that empties the electrolyte of the cathode ends as that, or holds to its end', async () => {
  const recipe = {
    from: 'li-mg-mo6s8-beaker',
    cathode: { thickness: 30e-6, particleRadius: 2.5e-7, amount: { Li: 0.1 } },
    electrolyte: { concentration: { Li: 250, TFSI: 1250 } },
  }
  const { cell } = await readCellData(recipe, 'thin.yaml')
  const protocol = parseProtocol(['Hold at 0.4 V for 100 s'])
  const { outcome, reason, columns } = cycle(modelOf(cell, { fidelity: 'spme' }), protocol)
  assert.match(outcome, /^(electrolyte depleted|time)$/)
  if (outcome === 'electrolyte depleted')
    assert.match(reason, /of its Li and Mg left .*; the limiting current was followed to here/)
  assert.ok(columns.time.length > 10 && columns.current[0] > 0)
})

test('a sweep that begins 0.7 V from rest has a first state, found by degrees', () => {
  const model = modelOf(liMgCell(), { mesh })
  const { outcome, columns, conservation } = cycle(model, parseProtocol(['Sweep from 2.6 V to 2.59 V at 0.01 V/s']))
  assert.equal(outcome, 'swept')
  // The jump charges: by e^13 times the exchange current, less what the electrolyte takes.
  assert.ok(Math.abs(columns.voltage[0] - 2.6) < 1e-6 && columns.current[0] < 0, `${columns.current[0]} A`)
  for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10)
})
