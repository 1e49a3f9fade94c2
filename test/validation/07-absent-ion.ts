import type { Cell, Fidelity } from '../../src/cell/cell.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { bath, idealHost, ion, metalOf, planar, twoIonCell } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Two ions, one of them absent'
export const claim =
  'As the second ion’s content in host and bath goes to zero, the two-ion cell becomes the one-ion cell.'
export const source = 'derived: limit of the equations'
export const equation = `
|V(x_B) − V(no B)| ∝ x_B,   x_B = 1e-3 … 1e-6 per formula unit, c_B = x_B · 1 mol/m³`
export const why =
  'B has its own charge, rate and coupling to A. A trace of it takes room x_B and leaves for the bath, some 2 x_B volts in all: the difference must fall in proportion, to 4e-6 V at the least content a host starts with (1e-6); proportionality bends by the second order, 5 % at 1e-3. Integrated at 1e-8. A term of B that stays behind at x_B → 0 (a j0 that does not vanish, L_AB > 0, 1/0) shows as a floor.'

const host = (both: boolean) =>
  idealHost({
    carriers: both ? [ion('A', 1), ion('B', 2)] : [ion('A', 1)],
    potential: both ? [2, 1.4] : [2],
    diffusivity: both ? [1e-14, 2e-15] : [1e-14],
    coupling: both ? [1e-14, 1e-14, 1e-14, 2e-14] : [1e-14],
    exchangeCurrent: both ? [1, 0.3] : [1],
  })

const cellWith = (x: number | undefined): Cell => {
  const base = twoIonCell({ anode: planar([metalOf(ion('A', 1))], { A: 5 }) })
  const B = x === undefined ? [] : [{ name: 'B', charge: 2, c: x, D: 1e-10 }]
  return {
    ...base,
    cathode: { ...base.cathode, host: host(x !== undefined), amount: x === undefined ? { A: 0.2 } : { A: 0.2, B: x } },
    electrolyte: bath(
      [{ name: 'A', charge: 1, c: 1000 }, ...B, { name: 'X', charge: -1, c: 1000 + 2 * (x ?? 0), D: 3e-10 }],
      x === undefined ? { A: 0 } : { A: 0, B: 0 },
    ),
  }
}

const times = [10, 100, 1000]
const voltages = (x: number | undefined, fidelity: Fidelity): readonly number[] => {
  const cell = cellWith(x)
  const model = modelOf(cell, { fidelity, mesh: { points: 8, shells: 10 } })
  const I = 0.5 * cell.nominalCapacity
  return hold(cell, { control: at => at.current - I, times, rtol: 1e-8, model }).voltage
}

export const run = (): readonly ValidationRow[] =>
  (['dfn', 'spme', 'spm'] as const).flatMap(fidelity => {
    const alone = voltages(undefined, fidelity)
    const worst = (x: number) => Math.max(...voltages(x, fidelity).map((V, k) => Math.abs(V - alone[k])))
    const [much, some, least] = [1e-3, 1e-4, 1e-6].map(worst)
    return [
      {
        quantity: `${fidelity}: ratio of the differences at x_B = 1e-3 and 1e-4`,
        theory: 10,
        dualion: much / some,
        tolerance: 0.05,
      },
      {
        quantity: `${fidelity}: voltage difference at x_B = 1e-6`,
        unit: 'V',
        theory: 0,
        dualion: least,
        tolerance: 4e-6,
      },
    ]
  })
