import type { Cell, Fidelity } from '../../src/cell/cell.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { oneIonCell, twoIonCell } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Three fidelities, from 2C to nothing'
export const claim = 'spm, spme and dfn differ at 2C and agree as the rate goes to zero, with one ion and with two.'
export const source = 'Marquis2019 (reduced models as limits of the porous electrode)'
export const equation = `
V_dfn − V_spm = O(rate),   V_dfn − V_spme = O(rate) with a smaller coefficient,   after a quarter of the capacity`
export const why =
  'The neglected gradients are proportional to the current. At C/100 the differences must be at most a two-hundredth of those at 2C with a margin of two, and the models must not be one another: at 2C they differ by more than 0.05 mV. It would catch a reduced model whose open-circuit voltage, stoichiometry or exchange current is not the cell’s own.'

const voltage = (cell: Cell, fidelity: Fidelity, rate: number): number => {
  const model = modelOf(cell, { fidelity, mesh: { points: 8, shells: 10 } })
  const I = rate * cell.nominalCapacity
  return hold(cell, { control: at => at.current - I, times: [900 / rate], rtol: 1e-8, model }).voltage[0]
}

export const run = (): readonly ValidationRow[] => {
  const cells = [
    ['one ion', oneIonCell()],
    ['two ions', twoIonCell({ reservoir: 1e-4 })],
  ] as const
  return cells.flatMap(([name, cell]) => {
    const [fast, slow] = [2, 0.01].map(rate => {
      const dfn = voltage(cell, 'dfn', rate)
      return (['spm', 'spme'] as const).map(fidelity => Math.abs(voltage(cell, fidelity, rate) - dfn))
    })
    return (['spm', 'spme'] as const).flatMap((fidelity, k) => [
      {
        quantity: `${name}, ${fidelity}: differs at 2C by over 0.05 mV (1: yes)`,
        theory: 1,
        dualion: fast[k] > 5e-5 ? 1 : 0,
        tolerance: 0,
      },
      {
        quantity: `${name}, ${fidelity} − dfn at C/100`,
        unit: 'V',
        theory: 0,
        dualion: slow[k],
        tolerance: 0.01 * fast[k] + 2e-6,
      },
    ])
  })
}
