/** A cell that is filled, emptied, held and left at rest comes through at any tolerance, in any model. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Cell } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as fullCell } from '../../src/cells/li-mg-mo6s8-full.ts'
import { make as liCell } from '../../src/cells/li-mo6s8.ts'
import { make as mgCell } from '../../src/cells/mg-mo6s8.ts'
import { readCellText } from '../../src/file/read.ts'

const slow = process.env.DUALION_SLOW === '1'
const fidelities = ['spm', 'spme', 'dfn'] as const
const mesh = { points: 8, shells: 10 }

const fromFile = async (name: string): Promise<Cell> => {
  const path = fileURLToPath(new URL(`../reference/pybamm/cells/${name}.json`, import.meta.url))
  return (await readCellText(readFileSync(path), path)).cell
}

/** Down to the lower limit, up to the upper one, held there, at rest, down again, at rest. */
const throughAll = (cell: Cell, rate: string): string[] => {
  const [lower, upper] = cell.voltageLimits
  return [
    `Discharge at ${rate} until ${lower} V`,
    `Charge at ${rate} until ${upper} V`,
    `Hold at ${upper} V until C/50`,
    'Rest for 1 hour',
    `Discharge at ${rate} until ${lower} V`,
    'Rest for 1 hour',
  ]
}

const comesThrough = (cell: Cell, sentences: readonly string[], tolerances: readonly number[]) => {
  for (const fidelity of fidelities) {
    const model = modelOf(cell, { fidelity, mesh })
    const ends = tolerances.map(rtol => {
      const { outcome, columns, conservation } = cycle(model, parseProtocol(sentences), { rtol })
      assert.equal(outcome, 'time', `${fidelity} at ${rtol}`)
      // The bar of the project, at the loosest tolerance too: sums are kept by the method, not by its accuracy.
      for (const lost of Object.values(conservation))
        assert.ok(Math.abs(lost) < 1e-10, `${fidelity} at ${rtol}: ${lost}`)
      return { rtol, voltage: columns.voltage!.at(-1)! }
    })
    const best = ends.at(-1)!.voltage
    // After an hour of rest a volt shows what charge went through: errors of the steps before add up, each within rtol.
    for (const { rtol, voltage } of ends)
      assert.ok(Math.abs(voltage - best) < 30 * rtol, `${fidelity} at ${rtol}: ${voltage} V, ${best} V at the tightest`)
  }
}

describe('lithium-ion cells from 1e-3 to 1e-6', () => {
  for (const name of ['chen2020', 'lfp-cooled'])
    it(name, async () => {
      const cell = await fromFile(name)
      comesThrough(cell, throughAll(cell, '1C'), [1e-3, 1e-4, 1e-5, 1e-6])
    })
})

describe('cells of Mo6S8, whose surfaces fill to the last site', () => {
  for (const [name, cell] of [
    ['Mg', mgCell()],
    ['Li and Mg', fullCell()],
    ['Li', liCell()],
  ] as const)
    it(name, () => {
      const sentences = throughAll(cell, '1C')
      for (const fidelity of slow ? fidelities : fidelities.slice(0, 2))
        for (const rtol of slow ? [1e-3, 1e-4, 1e-5, 1e-6] : [1e-3, 1e-5]) {
          const { outcome, conservation } = cycle(modelOf(cell, { fidelity, mesh }), parseProtocol(sentences), { rtol })
          assert.equal(outcome, 'time', `${fidelity} at ${rtol}`)
          for (const lost of Object.values(conservation))
            assert.ok(Math.abs(lost) < 1e-10, `${fidelity} at ${rtol}: ${lost}`)
        }
    })
})

test('an ion that a metal displaces from the electrolyte does not fall below nothing', () => {
  // Li of the anode takes the place of all Mg in the separator within 0.1 s: what is left of it decides the anode's potential.
  const lacking = [1e-3, 1e-4].map(rtol => {
    const model = modelOf(fullCell(), { fidelity: 'spm', mesh })
    const { outcome, columns, conservation } = cycle(model, parseProtocol(['Discharge at C/2 until 0.4 V']), { rtol })
    assert.equal(outcome, 'cut-off')
    for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10)
    return -Math.min(...columns['lowest[Mg]'])
  })
  // Particles that lack 1e-11 of their Mg, a 1e-8th of the tolerance, take 1e-6 mol/m³ out of the pores (measured: 5.9e-7, and
  // 1e-10 at the tighter one); more would be a metal that strips what is not there.
  assert.ok(lacking[0] < 1e-5 && lacking[1] < 1e-8, String(lacking))
})
