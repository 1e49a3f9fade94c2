import type { Cell } from '../../src/cell/cell.ts'
import { F, R } from '../../src/units.ts'
import { bath, idealHost, ion, metalOf, planar, twoIonCell } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Nernst’s law at both ends of the cell, a lattice gas at both ends of its range'
export const claim =
  'At rest the voltage is that of Nernst’s law: each ion’s activity counts at its own electrode, and the host’s content from 1e-6 to full.'
export const source = 'derived: equilibrium of each reaction'
export const equation = `
host of A against metal B:  V = [E°_A + U° − (RT/F) ln x/(1 − x) + (RT/F) ln a_A] − [E°_B + (RT/2F) ln a_B]`
export const why =
  'Algebra only, solved by bisection to round-off: 1e-9 V. The metal of the other, divalent ion keeps the activities from cancelling: a factor z, a sign of ln a or of μ, or E° on the wrong side shows in at least one row.'

const T = 298.15
const RTF = (R * T) / F

const rest = (x: number, cA: number, cB: number): number => {
  const A = ion('A', 1)
  const base = twoIonCell({ anode: planar([metalOf(ion('B', 2))], { B: 5 }) })
  const cell: Cell = {
    ...base,
    cathode: {
      ...base.cathode,
      host: idealHost({ carriers: [A], potential: [2], diffusivity: [1e-14] }),
      amount: { A: x },
    },
    electrolyte: bath(
      [
        { name: 'A', charge: 1, c: cA },
        { name: 'B', charge: 2, c: cB },
        { name: 'X', charge: -1, c: cA + 2 * cB },
      ],
      { A: -0.3, B: 0.4 },
    ),
  }
  return hold(cell, { control: at => at.current, times: [0, 1e-9] }).voltage[0]
}

export const run = (): readonly ValidationRow[] => {
  // One monolayer in 5 mol/m² of metal: its activity is 1 − 2e-6.
  const metal = 0.5 * RTF * Math.log(5 / (5 + 1e-5))
  const theory = (x: number, cA: number, cB: number): number =>
    2 - RTF * Math.log(x / (1 - x)) - 0.3 + RTF * Math.log(cA / 1000) - (0.4 + 0.5 * RTF * Math.log(cB / 1000) - metal)
  const cases = [
    [0.5, 1000, 1000],
    [0.5, 10, 1000],
    [0.5, 1000, 10],
    [1e-6, 1000, 500],
    [0.01, 500, 500],
    [0.99, 500, 500],
    [1 - 1e-6, 500, 500],
  ] as const
  return cases.map(([x, cA, cB]) => ({
    quantity: `x = ${x}, c_A = ${cA}, c_B = ${cB}`,
    unit: 'V',
    theory: theory(x, cA, cB),
    dualion: rest(x, cA, cB),
    tolerance: 1e-8,
    absolute: true,
  }))
}
