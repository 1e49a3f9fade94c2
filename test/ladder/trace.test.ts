import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { hostOfRung } from '../../src/ladder/stages/host-of-rung.ts'
import type { HostTable } from '../../src/laws/table/table.ts'
import { R, roomTemperature } from '../../src/units.ts'

const stages = fileURLToPath(new URL('../../lattices/mo6s8/rungs/stages/', import.meta.url))
const file = readdirSync(stages).find(name => /^host-[0-9a-f]+\.json$/.test(name))!
const table: HostTable = JSON.parse(readFileSync(join(stages, file), 'utf8')).output
const T = roomTemperature

test('the shipped host of Li and Mg, held convex, is so beside a trace of Li, where Mg alone parts in the samples', () => {
  const { thermodynamics } = hostOfRung(table)
  for (const li of [1e-9, 1e-5, 1e-3, 4e-3, 0.01])
    for (let mg = 0.01; mg < 1.9; mg += 0.002) {
      const [liLi, across, , mgMg] = thermodynamics.potentialJacobian([li, mg], T)
      const bend = (mgMg - (across * across) / liLi) / (R * T)
      // Looked at every 0.015 of Mg; half of an interval cannot take back what the ideal sites alone give, 0.1 RT. Before traces were
      // looked at: −0.033 RT at Mg 0.44.
      assert.ok(bend > 0, `Li ${li}, Mg ${mg}: ${bend} RT`)
    }
})

test('Li⁺ of activity 1e-8: the beaker discharges from an empty host, Mg alone as a trace of Li leaves it', {
  skip: process.env.DUALION_SLOW === '1' ? false : 'seconds, DUALION_SLOW=1 runs it',
}, () => {
  const cell = make({ 'electrolyte.activityLi': 1e-8 })
  const host = hostOfRung(table)
  const model = modelOf({ ...cell, cathode: { ...cell.cathode, host, amount: { Li: 0, Mg: 0 } } })
  const protocol = parseProtocol(['Discharge at C/5 until 0.4 V'], { carriers: ['Li', 'Mg'] })
  const { columns, outcome, statistics } = cycle(model, protocol, { rtol: 1e-5 })
  const last = columns.time.length - 1
  assert.ok(outcome === 'host full' || outcome === 'cut-off', outcome)
  assert.ok(columns['amount[Mg]'][last] > 1.9 && columns['amount[Li]'][last] < 0.01)
  // With a spinodal beside the trace the front went from shell to shell in 21,000 steps; 1,100 now.
  assert.ok(statistics.steps < 5000, `${statistics.steps} steps`)
})
