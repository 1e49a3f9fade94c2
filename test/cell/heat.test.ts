/** Heat and losses are two books of the same power: what is kept in each must agree, row by row. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cell } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as nmc } from '../../src/cells/graphite-nmc811.ts'
import type { HostMaterial } from '../../src/scales.ts'
import { F } from '../../src/units.ts'

const protocol = parseProtocol(['Discharge at 2C for 10 minutes', 'Rest for 5 minutes', 'Charge at 1C for 5 minutes'])

for (const fidelity of ['dfn', 'spme', 'spm'] as const)
  test(`${fidelity}: heat is the current times the kinetic, ohmic and electrolyte losses, where potentials know no temperature`, () => {
    // No ∂U/∂T in this cell. Particles mix without heat: `solid` is stored, not lost.
    const { columns, steps } = cycle(modelOf(nmc(), { fidelity }), protocol)
    let rows = 0
    for (const step of [steps[0], steps[2]])
      for (let k = step.start; k <= step.end; k++) {
        const current = columns.current[k]
        const lost =
          current * (columns['loss[kinetic]'][k] + columns['loss[ohmic]'][k] + columns['loss[electrolyte]'][k])
        // Exact for exact balances: a Newton tolerance of 1e-6 is left.
        assert.ok(Math.abs(columns.heat[k] - lost) < 1e-5 * lost, `row ${k}: ${columns.heat[k]} W and ${lost} W`)
        rows++
      }
    assert.ok(rows > 50)
  })

test('reversible heat is −I T ∂U/∂T of the cell', () => {
  const rise = (host: HostMaterial, perKelvin: number): HostMaterial => ({
    ...host,
    thermodynamics: {
      ...host.thermodynamics,
      // Of an isothermal run nothing else depends on it.
      entropy: (_x, _T, out = new Float64Array(1)) => out.fill(F * perKelvin),
    },
  })
  const plain = nmc()
  assert.ok(plain.anode.kind === 'porous')
  const risen: Cell = {
    ...plain,
    anode: { ...plain.anode, host: rise(plain.anode.host, 2e-4) },
    cathode: { ...plain.cathode, host: rise(plain.cathode.host, 5e-4) },
  }
  for (const fidelity of ['dfn', 'spme', 'spm'] as const) {
    const [without, withIt] = [plain, risen].map(cell => cycle(modelOf(cell, { fidelity }), protocol).columns)
    assert.equal(without.time.length, withIt.time.length)
    for (let k = 0; k < without.time.length; k++) {
      const want = -without.current[k] * plain.temperature * (5e-4 - 2e-4)
      // Net currents at the 1e-10 that a step leaves of the current.
      assert.ok(Math.abs(withIt.heat[k] - without.heat[k] - want) < 1e-8 * Math.abs(plain.nominalCapacity), `${k}`)
    }
  }
})
