/** Voltages held in the well-mixed model, which has no losses in electrolyte and solid: jumps ask for any current. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cell } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as graphiteNmc } from '../../src/cells/graphite-nmc811.ts'
import { make as full } from '../../src/cells/li-mg-mo6s8-full.ts'

const mesh = { points: 8, shells: 10 }

const holds = (cell: Cell, voltages: readonly number[]) => {
  const sentences = voltages.map(v => `Hold at ${v} V for 20 minutes`)
  return cycle(modelOf(cell, { fidelity: 'spm', mesh }), parseProtocol(sentences), { rtol: 1e-3 })
}

/** Every hold lasts its time at its voltage, and nothing is lost: 1e-10 is what is promised of the sums. */
const held = (cell: Cell, voltages: readonly number[]) => {
  const solution = holds(cell, voltages)
  const { steps, columns, conservation } = solution
  assert.equal(steps.length, voltages.length)
  steps.forEach((step, k) => {
    assert.equal(step.outcome, 'time')
    for (let row = step.start; row <= step.end; row++)
      assert.ok(Math.abs(columns.voltage[row] - voltages[k]) < 1e-5, `${columns.voltage[row]} V at row ${row}`)
  })
  for (const [name, lost] of Object.entries(conservation)) assert.ok(lost < 1e-10, `${name} ${lost}`)
  return solution
}

test('an ion that is used up: particles that lack a trace of Mg take it from pores that have none', () => {
  // What entered these pores from nowhere stopped all steps at −1e-9 mol/m³, though the metal kept its potential.
  const warm = { ...full(), temperature: 333.15, ambientTemperature: 333.15 }
  const { statistics } = held(warm, [1.94, 1.06, 2.6])
  assert.ok(statistics.steps < 10_000, `${statistics.steps} steps`)
})

test('double layers that hold every potential: what charges them in the first moment is a ramp', () => {
  const cell = graphiteNmc()
  const charged: Cell = {
    ...cell,
    cathode: { ...cell.cathode, doubleLayer: 0.2 },
    anode: cell.anode.kind === 'porous' ? { ...cell.anode, doubleLayer: 0.2 } : cell.anode,
  }
  const { columns, steps } = held(charged, [3.69, 3.2])
  // A second later the double layers are charged: the charge is that of the cell without them, to the charge they took.
  const plain = holds(cell, [3.69, 3.2])
  const last = steps.at(-1)!.end
  const difference = columns.capacity[last] - plain.columns.capacity.at(-1)!
  assert.ok(Math.abs(difference) < 2e-3 * cell.nominalCapacity, `${difference} A·h`)
})
