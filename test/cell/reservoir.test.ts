/** The bath beside a beaker cell, and the reference that stands in it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equilibriumAfter, equilibriumSystemOf, equilibriumVoltage } from '../../src/cell/equilibrium.ts'
import { pointsOf } from '../../src/cell/points.ts'
import { F, R } from '../../src/units.ts'
import { twoIonCell } from './cells.ts'

test('the reservoir is the volume of the point at the metal, and thins what the electrodes exchange', () => {
  const volume = (reservoir: number): Float64Array =>
    pointsOf(twoIonCell({ reservoir }), { points: 4, shells: 4 }).volume
  assert.equal(volume(2e-3)[0], 2e-3)
  assert.equal(volume(0)[0], 0)
  assert.deepEqual(volume(2e-3).slice(1), volume(0).slice(1))
})

test('against a reference of charge z the slow voltage is E − E° − (RT/zF) ln a', () => {
  const system = equilibriumSystemOf(twoIonCell({ reservoir: 1e-3 }))
  const state = equilibriumAfter(system, 0.1)
  for (const [symbol, z, E0] of [
    ['A', 1, 0],
    ['B', 2, 0.5],
  ] as const) {
    const lnA = system.lnActivity[symbol] + Math.log(state.bath[symbol] / system.supply![symbol])
    const want = state.potential - E0 - ((R * system.temperature) / (z * F)) * lnA
    const got = equilibriumVoltage(system, state, symbol)
    assert.ok(Math.abs(lnA) > 0.1 && Math.abs(got - want) < 1e-12, `${symbol}: ${got}, ${want} V`)
  }
})
