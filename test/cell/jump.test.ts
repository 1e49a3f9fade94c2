/** A held voltage far from the one the cell has, where a surface is full and no loss but the reactions' stands in the way. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { make as fullCell } from '../../src/cells/li-mg-mo6s8-full.ts'
import { make as mgCell } from '../../src/cells/mg-mo6s8.ts'

describe('a jump of the voltage held, from a full host', () => {
  for (const [name, cell] of [
    ['Mg | Mo6S8', mgCell()],
    ['Li–Mg beaker', beaker()],
    ['Li–Mg full cell', fullCell()],
  ] as const)
    it(`is met, and conserves: ${name}`, () => {
      const [lower, upper] = cell.voltageLimits
      const model = modelOf(cell, { fidelity: 'spm', mesh: { points: 4, shells: 6 } })
      const protocol = parseProtocol([`Discharge at 2C until ${lower} V`, `Hold at ${upper} V for 1 minute`])
      const { outcome, steps, columns, conservation, energy, notes } = cycle(model, protocol, { rtol: 1e-4 })
      assert.equal(outcome, 'time')
      const { start, end } = steps[1]
      // The jump is led: that is said, and the first row goes on into the rows after it (the current of the jump itself would not).
      assert.ok(notes.some(note => /^a jump of the voltage to .* was led there in 1 ms/.test(note)))
      assert.ok(Math.abs(columns.current[start] / columns.current[start + 1] - 1) < 0.2)
      // The current is held to the tolerance by itself, the voltage is exact but for it.
      for (let i = start + 1; i <= end; i++) assert.ok(Math.abs(columns.voltage[i] - upper) < 1e-4)
      assert.ok(columns.current[start + 1] < 0)
      for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10, `${lost}`)
      // Energy is what the charge was worth: what went in went in at no more than the upper limit, and what the surface gives before it got there (an eighth of a minute's charge) below it.
      const charged = -steps[1].capacity
      const drawn = steps[0].energy - energy
      assert.ok(drawn > 0.8 * charged * upper && drawn <= charged * upper * (1 + 1e-6), `${drawn}, ${charged * upper}`)
    })
})
