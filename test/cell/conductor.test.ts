import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { discharge } from '../../src/cell/steps/index.ts'
import { make } from '../../src/cells/graphite-nmc811.ts'

test('a solid that conducts as well as you like is a potential without a drop, not one lost in round-off', () => {
  const cell = make()
  const end = (conductivity: number) => {
    const anode = cell.anode.kind === 'porous' ? { ...cell.anode, conductivity } : cell.anode
    const model = modelOf({ ...cell, anode }, { fidelity: 'dfn', mesh: { points: 10, shells: 10 } })
    const { columns, conservation } = cycle(model, [discharge({ rate: 1, until: { voltage: 2.5 } })])
    const last = columns.time.length - 1
    return { time: columns.time[last], voltage: columns.voltage[1], conservation }
  }
  const good = end(1e6)
  // 1e9 S/m took minutes and 1e8 lost 1e-4 of the anion: fluxes were differences of equal potentials.
  for (const conductivity of [1e9, 1e300]) {
    const best = end(conductivity)
    // The drop at 1e6 S/m is 50 A/m² · 85 µm / 1e6 S/m, 4 nV, and the end is as steep as 1 mV a second.
    assert.ok(Math.abs(best.time / good.time - 1) < 1e-5, `${best.time} ${good.time}`)
    assert.ok(Math.max(...Object.values(best.conservation)) < 1e-10, JSON.stringify(best.conservation))
  }
})
