import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { readCellText } from '../../src/file/read.ts'
import { F } from '../../src/units.ts'

const text = readFileSync(new URL('../../examples/cells/li-lfp-half-cell.yaml', import.meta.url), 'utf8')
/** The half cell with a film of 0.1 mol/m² of Li, 0.24 A·h, in place of a foil. */
const { cell } = await readCellText(text.replace('Li: 15', 'Li: 0.1'), 'thin.yaml')
const film = (0.1 * F * cell.area) / 3600
const mesh = { points: 8, shells: 8 }

for (const fidelity of ['spm', 'spme', 'dfn'] as const) {
  test(`${fidelity}: a metal used up while stripping ends the discharge by what was there, and plates again`, () => {
    const steps = ['Discharge at C/5 until 0.1 V', 'Rest for 1 h', 'Charge at C/5 until 3.8 V']
    const { steps: done, columns, conservation } = cycle(modelOf(cell, { fidelity, mesh }), parseProtocol(steps))
    assert.equal(done[0].outcome, 'cut-off')
    assert.match(done[0].reason, /the Li of the anode is stripped away/)
    // Charge passed = film: what is left, or drawn too much, is the trace 1e-6 of the law's end.
    assert.ok(Math.abs(done[0].capacity / film - 1) < 2e-6, `${done[0].capacity} of ${film}`)
    assert.equal(done[2].outcome, 'cut-off')
    // 0.214 A·h of the 0.240 go back at C/5: the cathode's slowest particles keep the rest.
    assert.ok(done[2].capacity < -0.8 * film && done[2].capacity > -film)
    const metal = columns['metal[Li]']
    assert.ok(Math.min(...metal) > -1e-6 * 0.1)
    for (const error of Object.values(conservation)) assert.ok(error < 1e-12)
  })

  test(`${fidelity}: a voltammogram strips the film to nothing and plates it again, three times`, () => {
    const sentence = 'Cyclic voltammetry between 3.8 V and 2.5 V at 1 mV/s for 3 cycles'
    const { steps, columns } = cycle(modelOf(cell, { fidelity, mesh }), parseProtocol([sentence]))
    assert.equal(steps.length, 6)
    for (const step of steps) assert.equal(step.outcome, 'swept')
    // Every cathodic sweep after the first takes back what the sweep before it plated, all of it.
    for (const k of [2, 4]) assert.ok(Math.abs(steps[k].capacity / steps[k - 1].capacity + 1) < 1e-4)
    assert.ok(Math.min(...columns['metal[Li]']) > -1e-6 * 0.1)
  })
}
