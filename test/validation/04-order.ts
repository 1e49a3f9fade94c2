import type { Mesh } from '../../src/cell/cell.ts'
import { cellOf, idealHost, ion, oneIonCell, porous } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Order of convergence in x and r'
export const claim =
  'Halving the cells along x, or the shells along r, divides the error by four: both are of second order.'
export const source = 'derived: finite volumes, harmonic at the interfaces of regions'
export const equation = `
p = log₂ |V_N − V_2N| / |V_2N − V_4N|,   N = 10, 20 (10 … 80 points or shells), V at a fixed time of a smooth discharge`
export const why =
  'A smooth made-up cell (two porous electrodes, a jump of porosity at each interface, diffusivities that depend on the content) at 1C, after 60 s, integrated at 1e-10: what remains is the mesh. At least 1.9 is asked, of the coarse three too; a higher order passes. An arithmetic instead of a harmonic flux at the separator, or a surface content taken as that of the last shell, is of first order.'

/** D of both hosts depends on the content, and the time lies within the transient of the particles (R²/D up to 1000 s). */
const A = ion('A', 1)
const cell = cellOf(
  porous(idealHost({ carriers: [A], potential: [0.2], diffusivity: [2e-15], coupling: [3e-15] }), { A: 0.8 }),
  porous(idealHost({ carriers: [A], potential: [3.5], diffusivity: [1e-15], coupling: [2e-15] }), { A: 0.2 }),
  oneIonCell().electrolyte,
)
const moment = 60
const at = (mesh: Mesh): number =>
  hold(cell, { control: c => c.current - cell.nominalCapacity, times: [moment], rtol: 1e-10, mesh }).voltage[0]

const counts = [10, 20, 40, 80]

/** Voltages on each mesh, along x or along r. */
export const series = (along: 'x' | 'r'): number[] =>
  counts.map(n => at(along === 'x' ? { points: n, shells: 8 } : { points: 6, shells: n }))

export const run = (): readonly ValidationRow[] =>
  (['x', 'r'] as const).flatMap(along => {
    const V = series(along)
    return [0, 1].map(k => ({
      quantity: `order in ${along} from ${counts.slice(k, k + 3).join(', ')} (2 where higher)`,
      theory: 2,
      dualion: Math.min(2, Math.log2(Math.abs((V[k] - V[k + 1]) / (V[k + 1] - V[k + 2])))),
      tolerance: 0.1,
      absolute: true,
    }))
  })

export const figure = async (): Promise<string> => {
  const { line } = await import('../../src/plot/index.ts')
  const curve = (along: 'x' | 'r') => {
    const V = series(along)
    const limit = V[3] + (V[3] - V[2]) / 3
    return { x: counts, y: V.map(v => 1e6 * Math.abs(v - limit)), label: along === 'x' ? 'points a region' : 'shells' }
  }
  return line([curve('x'), curve('r')], {
    x: { label: 'cells', log: true },
    y: { label: 'error of the voltage / µV', log: true },
    title,
  })
}
