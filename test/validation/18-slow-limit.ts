import type { Cell } from '../../src/cell/cell.ts'
import { equilibriumAfter, equilibriumSystemOf, equilibriumVoltage } from '../../src/cell/equilibrium.ts'
import { F, R } from '../../src/units.ts'
import { ion, metalOf, oneIonCell, planar, twoIonCell } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Infinitely slow: the open-circuit curve and the two-ion equilibrium path'
export const claim =
  'As the rate goes to zero the voltage becomes the open-circuit curve, and with two ions the contents follow the path of lowest free energy.'
export const source = 'derived: limit of the equations; minimum of one free energy at each charge passed'
export const equation = `
V(rate → 0) = U_c(x̄_c) − U_a(x̄_a);   two ions: μ_i(x) + z_i F (φ − E°_i) = RT ln a_i for all i at once`
export const why =
  'One ion at C/1000: losses fall in proportion, 0.1 mV at 1C/1000 for tens of millivolts at C/1. Two ions at C/2000 against the equilibrium solver, which shares no equation with the time stepping but the host’s μ: contents to 1e-3 per formula unit, voltage to 0.2 mV. An exchange between ions that does not vanish at equal potentials, or a free energy that does not belong to μ, splits the two.'

const oneIon = (): ValidationRow[] => {
  const cell = oneIonCell()
  const RTF = (R * 298.15) / F
  return [200, 1000].map(n => {
    const run = hold(cell, {
      control: at => at.current - cell.nominalCapacity / n,
      times: [0.5 * 3600 * n],
      rtol: 1e-7,
    })
    const out = run.model.at(0, run.y)
    const [xc, xa] = [out.amount[0], 0.8 + 0.2 - out.amount[0]] // equal electrodes: what one gains the other loses
    const U = (U0: number, x: number) => U0 - RTF * Math.log(x / (1 - x))
    return {
      quantity: `one ion, C/${n} after half the capacity`,
      unit: 'V',
      theory: U(3.5, xc) - U(0.2, xa),
      dualion: run.voltage[0],
      tolerance: 0.1 / n,
      absolute: true,
    }
  })
}

const twoIons = (): ValidationRow[] => {
  const cell: Cell = twoIonCell({
    anode: planar([metalOf(ion('B', 2)), metalOf(ion('A', 1))], { A: 0.3, B: 2 }),
    reservoir: 1e-3,
  })
  const system = equilibriumSystemOf(cell)
  const n = 2000
  const hours = [0.2, 0.6]
  return hours.flatMap(share => {
    const run = hold(cell, {
      control: at => at.current - cell.nominalCapacity / n,
      times: [share * 3600 * n],
      rtol: 1e-6,
    })
    const out = run.model.at(0, run.y)
    // The charge of the run, in elementary charges per formula unit of host.
    const charge = share
    const path = equilibriumAfter(system, charge)
    return [
      {
        quantity: `two ions, charge ${share}: content of A`,
        theory: path.amount.A,
        dualion: out.amount[0],
        tolerance: 1e-3,
        absolute: true,
      },
      {
        quantity: `two ions, charge ${share}: content of B`,
        theory: path.amount.B,
        dualion: out.amount[1],
        tolerance: 1e-3,
        absolute: true,
      },
      {
        quantity: `two ions, charge ${share}: voltage`,
        unit: 'V',
        theory: equilibriumVoltage(system, path),
        dualion: run.voltage[0],
        tolerance: 5e-4,
        absolute: true,
      },
    ]
  })
}

export const run = (): readonly ValidationRow[] => [...oneIon(), ...twoIons()]
