/** The split of the voltage: ohmic takes what is left, so a sum says nothing of its parts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { F, R } from '../../src/units.ts'
import { bath, cellOf, idealHost, ion, metalOf, planar, porous } from './cells.ts'

const A = ion('A', 1)
const cellWith = (exchangeCurrent: number, reference: boolean) =>
  cellOf(
    planar([metalOf(A, exchangeCurrent)], { A: 5 }),
    porous(idealHost({ carriers: [A], potential: [3], diffusivity: [1e-14] }), { A: 0.2 }),
    bath(
      [
        { name: 'A', charge: 1, c: 1000, D: 2e-10 },
        { name: 'X', charge: -1, c: 1000, D: 3e-10 },
      ],
      { A: 0 },
    ),
    reference ? { reference: 'A', reservoir: 1e-3 } : { reservoir: 1e-3 },
  )
const parts = ['equilibrium', 'loss[kinetic]', 'loss[ohmic]', 'loss[electrolyte]', 'loss[solid]'] as const
const rowOf = (exchangeCurrent: number, reference: boolean, fidelity: 'dfn' | 'spme') => {
  const model = modelOf(cellWith(exchangeCurrent, reference), { fidelity, mesh: { points: 8, shells: 10 } })
  const { columns, steps } = cycle(model, parseProtocol(['Discharge at 1C for 20 minutes']), { rtol: 1e-7 })
  const end = steps[0].end
  return { ...Object.fromEntries(parts.map(p => [p, columns[p][end]])), current: columns.current[end] } as Record<
    (typeof parts)[number] | 'current',
    number
  >
}

for (const fidelity of ['dfn', 'spme'] as const)
  test(`${fidelity}: against a reference electrode no loss knows the anode; without one its overpotential is kinetic`, () => {
    const [slow, fast] = [0.5, 50].map(i0 => rowOf(i0, true, fidelity))
    // The anode has no say in what is between reference and cathode; two runs at rtol 1e-7.
    for (const part of parts)
      assert.ok(Math.abs(slow[part] - fast[part]) < 1e-6, `${part}: ${slow[part]}, ${fast[part]}`)
    assert.ok(fast['loss[kinetic]'] > 1e-3 && fast['loss[ohmic]'] > 1e-3, 'there is something to lose')
    const whole = rowOf(0.5, false, fidelity)
    // Tafel's overpotential of the metal at this current density: asinh(i/2 i0) 2RT/F at unit activity; the reservoir is a
    // millimetre of salt, so that its concentration moves by a thousandth.
    const eta = ((2 * R * 298.15) / F) * Math.asinh(whole.current / 0.01 / (2 * 0.5))
    assert.ok(eta > 0.05)
    const anode = whole['loss[kinetic]'] - slow['loss[kinetic]']
    assert.ok(Math.abs(anode / eta - 1) < 0.01, `${anode} and ${eta} V`)
  })
