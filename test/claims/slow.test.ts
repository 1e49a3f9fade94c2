import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellOf } from '../../src/claims/recipe.ts'
import { slowPath } from '../../src/claims/slow.ts'
import { capacityOf, endOf } from '../../src/claims/split.ts'
import { F } from '../../src/units.ts'

test('one ion: the slow path is the host isotherm against its metal', () => {
  const cell = cellOf('mgOnly', {})
  const { charge, voltage, Mg } = slowPath(cell)!
  for (let k = 1; k < charge.length - 1; k += 7) {
    const x = charge[k] / 2
    // Metal and bath meet the same ion: its activity drops out, and the monolayer's ln(1 + n_mono/n) is below 1e-4 RT/F.
    const U = -cell.cathode.host.thermodynamics.potential([x + 1e-4], cell.temperature)[0] / (2 * F)
    assert.ok(Math.abs(voltage[k] - U) < 2e-3, `${x}: ${voltage[k]} against ${U}`)
    assert.ok(Math.abs(Mg[k] - x) < 1e-12)
  }
})

test('the path ends where the cut-off is, not at the next of its states', () => {
  const cell = { ...cellOf('liOnly', {}), voltageLimits: [2, 2.7] as const }
  const path = slowPath(cell)!
  // Twenty halvings of 4/60 charges; the isotherm is nowhere steeper than 10 V per charge between its ends.
  assert.ok(Math.abs(path.voltage[path.voltage.length - 1] - 2) < 1e-5)
  assert.ok(capacityOf(path) < 3.5 && capacityOf(path) > 1)
})

test('single-salt voltages and plenty of Li: the beaker takes Li only, infinitely slowly', () => {
  const { Li, Mg } = endOf(slowPath(cellOf('beaker', {}))!)
  assert.ok(Li > 3.9 && Mg < 0.01, `Li ${Li}, Mg ${Mg}`)
})

test('the full cell ends with as much Li as anode and electrolyte hold, and Mg for the rest', () => {
  const cell = cellOf('full', {})
  const path = slowPath(cell)!
  const { Li, Mg } = endOf(path)
  assert.ok(Math.abs(Li + 2 * Mg - capacityOf(path)) < 1e-9)
  assert.ok(Li > 2 && Li < 2.1 && Mg > 0.9, `Li ${Li}, Mg ${Mg}`)
})
