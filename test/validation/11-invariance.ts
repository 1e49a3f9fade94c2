import type { Cell } from '../../src/cell/cell.ts'
import { F, R } from '../../src/units.ts'
import { bath, cellOf, idealHost, ion, porous, twoIonCell } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'

export const title = 'At rest nothing moves; names and order do not matter'
export const claim =
  'Equal electrodes without current stay at rest for good; the result does not depend on which species is eliminated, nor on the order of ions, also with a double layer.'
export const source = 'derived: symmetry of the equations'
export const equation = `
I = 0, equal electrodes: ẏ = 0;   (X, Y) → (Y, X), (A, B) → (B, A): same V(t)`
export const why =
  'At rest round-off is all there is (1e-12). Permuted systems are the same up to rounding and the error test of another set of unknowns: integrated at 1e-9, 1e-7 V asked. It would catch a double-layer current given to the eliminated species, a source term forgotten for it, and carriers indexed by position instead of by name.'

const A = ion('A', 1)
const B = ion('B', 2)
const cations = [
  { name: 'A', charge: 1, c: 500, D: 2e-10 },
  { name: 'B', charge: 2, c: 500, D: 1e-10 },
]
const anions = [
  { name: 'X', charge: -1, c: 700, D: 3e-10 },
  { name: 'Y', charge: -2, c: 400, D: 1e-10 },
]

const restDrift = (): number => {
  const host = idealHost({
    carriers: [A, B],
    potential: [2, 1.8],
    diffusivity: [1e-14, 2e-15],
    coupling: [1e-14, 1e-14, 1e-14, 2e-14],
  })
  const x = 0.2
  const electrode = porous(host, { A: x, B: 0.1 })
  const cell = cellOf({ ...electrode }, electrode, bath([...cations, ...anions], { A: 0, B: equalPotential(x, 0.1) }))
  const run = hold(cell, { control: at => at.current, times: [0, 1e5] })
  return run.y.reduce((w, value, i) => Math.max(w, Math.abs(value - run.samples[0][i]) / run.model.scale[i]), 0)
}

/** E° of B that puts both ions of the host at one potential against the bath, so that nothing exchanges. */
const equalPotential = (xA: number, xB: number): number => {
  const RTF = (R * 298.15) / F
  const v = 1 - xA - xB
  const UA = 2 - RTF * Math.log(xA / v) + RTF * Math.log(0.5)
  const UB = 1.8 - 0.5 * RTF * Math.log(xB / v) + 0.5 * RTF * Math.log(0.5)
  return UA - UB
}

const layered = (order: { cations?: typeof cations; anions?: typeof anions; swapHost?: boolean }): Cell => {
  const base = twoIonCell()
  const host = order.swapHost
    ? idealHost({
        carriers: [B, A],
        potential: [1.4, 2],
        diffusivity: [2e-15, 1e-14],
        coupling: [2e-14, 1e-14, 1e-14, 1e-14],
        exchangeCurrent: [0.3, 1],
      })
    : base.cathode.host
  return {
    ...base,
    electrolyte: bath([...(order.cations ?? cations), ...(order.anions ?? anions)], { A: 0, B: 0.5 }),
    cathode: { ...base.cathode, host, doubleLayer: 0.2, filmResistance: 1e-3 },
  }
}

export const run = (): readonly ValidationRow[] => {
  const times = [0.01, 1, 100, 1000]
  const V = (cell: Cell) => hold(cell, { control: at => at.current - cell.nominalCapacity, times, rtol: 1e-9 }).voltage
  const plain = V(layered({}))
  const apart = (cell: Cell) => V(cell).reduce((w, v, k) => Math.max(w, Math.abs(v - plain[k])), 0)
  const row = (quantity: string, dualion: number, tolerance: number, unit?: string): ValidationRow => ({
    quantity,
    ...(unit ? { unit } : {}),
    theory: 0,
    dualion,
    tolerance,
  })
  return [
    row('drift of a cell at rest with two ions in 1e5 s, in natural units', restDrift(), 1e-12),
    row('anions permuted: largest voltage difference', apart(layered({ anions: [anions[1], anions[0]] })), 1e-7, 'V'),
    row('cations permuted', apart(layered({ cations: [cations[1], cations[0]] })), 1e-7, 'V'),
    row('carriers of the host permuted', apart(layered({ swapHost: true })), 1e-7, 'V'),
  ]
}
