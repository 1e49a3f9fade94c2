import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type EquilibriumSystem,
  equilibriumAfter,
  equilibriumAt,
  equilibriumPath,
  equilibriumSystemOf,
  equilibriumVoltage,
} from '../../src/cell/equilibrium.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { make as fullCell } from '../../src/cells/li-mg-mo6s8-full.ts'
import { mo6s8 } from '../../src/hosts/mo6s8.ts'
import { make as separating } from '../../src/hosts/mo6s8-phase-separating.ts'
import { F, R } from '../../src/units.ts'

const T = 298.15
const charges = Array.from({ length: 39 }, (_, k) => 0.1 * (k + 1))
const open = (extra: Partial<EquilibriumSystem> = {}): EquilibriumSystem => ({
  host: mo6s8(),
  temperature: T,
  standardPotential: { Li: 0, Mg: 0.67 },
  lnActivity: { Li: 0, Mg: 0 },
  ...extra,
})

test('one ion: the path is the isotherm, and the content at a potential its inverse', () => {
  const host = mo6s8({}, ['Li'])
  const system: EquilibriumSystem = {
    host,
    temperature: T,
    standardPotential: { Li: 0.1 },
    lnActivity: { Li: Math.log(0.3) },
  }
  for (const state of equilibriumPath(system, charges)) {
    const exact = 0.1 - host.thermodynamics.potential([state.charge], T)[0] / F + ((R * T) / F) * Math.log(0.3)
    // Newton stops at 1e-10 RT.
    assert.ok(Math.abs(state.potential - exact) < 1e-11, `${state.charge}: ${state.potential} against ${exact}`)
    const back = equilibriumAt(system, state.potential)
    // The isotherm is flattest at RT/x: 1e-11 V is at most 1e-9 in content.
    assert.ok(Math.abs(back.amount.Li - state.charge) < 1e-8, `${back.amount.Li} against ${state.charge}`)
  }
})

test('two ions in an endless bath: each is in equilibrium with the same potential, and the potential falls with charge', () => {
  // A bath so poor in Li that both ions enter.
  const system = open({ lnActivity: { Li: Math.log(1e-8), Mg: 0 } })
  const { host } = system
  let last = Number.POSITIVE_INFINITY
  for (const { charge, amount, potential } of equilibriumPath(system, charges)) {
    const x = [amount.Li, amount.Mg]
    const mu = host.thermodynamics.potential(x, T)
    const U = [-mu[0] / F + ((R * T) / F) * Math.log(1e-8), 0.67 - mu[1] / (2 * F)]
    for (const [i, u] of U.entries())
      if (x[i] > 1e-13) assert.ok(Math.abs(u - potential) < 1e-10, `ion ${i} at ${charge}`)
    assert.ok(Math.abs(x[0] + 2 * x[1] - charge) < 1e-10)
    assert.ok(potential < last, 'a convex free energy has a falling potential')
    last = potential
  }
})

test('single-salt voltages and plenty of Li: equilibrium fills the host with Li, Mg stays out', () => {
  const cell = beaker()
  const system = equilibriumSystemOf(cell)
  const half = equilibriumAfter(system, 2)
  assert.ok(half.amount.Li > 1.99 && half.amount.Mg < 0.01, JSON.stringify(half.amount))
  // Against Mg in the bath, Li's second stage lies near 2.05 − 0.67 V.
  const voltage = equilibriumVoltage(system, half, cell.reference)
  assert.ok(Math.abs(voltage - 1.38) < 0.1, `${voltage} V`)
})

test('what the bath and the metals lose the host gains: every ion conserved, along a path that uses up the Li', () => {
  const system = equilibriumSystemOf(fullCell())
  const total = { Li: 2 + system.supply!.Li, Mg: 2 + system.supply!.Mg }
  for (const state of equilibriumPath(system, charges)) {
    for (const ion of ['Li', 'Mg'] as const) {
      const sum = state.amount[ion] + state.bath[ion] + state.metal[ion]
      assert.ok(Math.abs(sum - total[ion]) < 1e-10, `${ion} at ${state.charge}: ${sum} of ${total[ion]}`)
    }
    const left = state.metal.Li + 2 * state.metal.Mg
    assert.ok(Math.abs(state.charge + left - 6) < 1e-10, 'charge of the metals goes into the host')
    assert.ok(state.bath.Li > 0 && state.bath.Mg > 0)
  }
})

test('Li metal in a Mg bath: Mg²⁺ is displaced until one of them is gone', () => {
  const state = equilibriumAfter(equilibriumSystemOf(fullCell()), 0.1)
  // Nernst: both metals at one potential, a_Mg = a_Li² exp(−2F·0.67/RT) ~ 1e-23.
  assert.ok(state.bath.Mg < 1e-20, `${state.bath.Mg}`)
  assert.ok(state.metal.Mg > 2.08, 'the bath’s Mg now sits on the anode')
})

test('a supply that is never used up is the limit of a large one', () => {
  const endless = equilibriumAfter(open({ lnActivity: { Li: Math.log(1e-8), Mg: 0 } }), 2.5)
  const large = equilibriumAfter(open({ lnActivity: { Li: Math.log(1e-8), Mg: 0 }, supply: { Li: 1e7, Mg: 1e7 } }), 2.5)
  // Dilution by 2.5 in 1e7: RT ln(1 − 2.5e-7) = 6 nV; contents follow within x Δ/RT.
  assert.ok(Math.abs(endless.potential - large.potential) < 1e-8)
  assert.ok(Math.abs(endless.amount.Mg - large.amount.Mg) < 1e-6)
})

test('swept over its inputs, near and far starts agree', () => {
  for (const activityLi of [1, 1e-4, 1e-8]) {
    for (const pairEnergy of [0, -0.4]) {
      const system = equilibriumSystemOf(
        fullCell({ 'electrolyte.activityLi': activityLi, 'host.pairEnergy': pairEnergy, anodeLi: 0.5, anodeMg: 2.5 }),
      )
      const path = equilibriumPath(system, charges)
      for (const k of [3, 17, 30]) {
        const far = equilibriumAfter(system, charges[k])
        assert.ok(Math.abs(far.potential - path[k].potential) < 1e-8, `${activityLi}, ${pairEnergy}, ${charges[k]}`)
      }
    }
  }
})

test('refused: more charge than room or supply, a host that separates, an activity that is missing', () => {
  assert.throws(() => equilibriumAfter(open(), 4.5), /charge: got 4.5.*4/)
  assert.throws(() => equilibriumAfter(open({ supply: { Li: 0.2, Mg: 0.1 } }), 1), /charge: got 1/)
  assert.throws(() => equilibriumAfter(open({ host: separating() }), 1), /convex/)
  assert.throws(() => equilibriumAfter(open({ lnActivity: { Li: 0 } }), 1), /lnActivity\.Mg/)
})
