import type { Solution } from '../../src/cell/solution.ts'
import { make as fullCell } from '../../src/cells/li-mg-mo6s8-full.ts'
import type { ValidationRow } from './case.ts'
import { runOf } from './setup.ts'

export const title = 'One full cycle of the Li–Mg | Mo6S8 cell'
export const claim =
  'Both ions enter the cathode on discharge; on charge both leave it again and both metals are plated; what entered is what the charge says, ion by ion.'
export const source =
  'derived: balances of charge and ions over a run; parameters of the cell: assumed and cited in its record'
export const equation = `
F Σ z_i Δx_i n_host = ∫I dt,   Σ z_i F Δn_i = −∫I dt at the anode,   inventory of each ion = const`
export const why =
  'Balances close to 1e-10 at the default rtol 1e-5 (1e-11 seen; at 1e-3 and 1e-4 this cell misses it, see case 10); shares are by sign only. A partial current of the wrong sign, an ion counted with the wrong charge or a step that starts from another state breaks one of them.'

const sentences = ['Discharge at C/5 until 0.4 V', 'Rest for 1 hour', 'Charge at C/5 until 2.2 V', 'Rest for 1 hour']
let solution: Solution | undefined
const solved = (): Solution => {
  solution ??= runOf(fullCell(), sentences)
  return solution
}

export const run = (): readonly ValidationRow[] => {
  const { columns, steps, conservation } = solved()
  const change = (name: string, step: number): number =>
    columns[name][steps[step].end] - columns[name][steps[step].start]
  return [
    ...(['Li', 'Mg'] as const).flatMap(ion => [
      {
        quantity: `${ion} enters on discharge (1: yes)`,
        theory: 1,
        dualion: change(`amount[${ion}]`, 0) > 0.1 ? 1 : 0,
        tolerance: 0,
      },
      {
        quantity: `${ion} leaves on charge (1: yes)`,
        theory: 1,
        dualion: change(`amount[${ion}]`, 2) < -0.1 ? 1 : 0,
        tolerance: 0,
      },
      {
        quantity: `${ion} is plated on charge (1: yes)`,
        theory: 1,
        dualion: change(`metal[${ion}]`, 2) > 0 ? 1 : 0,
        tolerance: 0,
      },
    ]),
    ...Object.entries(conservation).map(([name, error]) => ({
      quantity: `${name}: relative error`,
      theory: 0,
      dualion: Math.abs(error),
      tolerance: 1e-10,
    })),
  ]
}

export const figure = async (): Promise<string> => {
  const { line } = await import('../../src/plot/index.ts')
  const { columns, steps } = solved()
  const hours = (from: number, to: number) => Array.from(columns.time.slice(from, to + 1), t => t / 3600)
  const [first, last] = [steps[0].start, steps[steps.length - 1].end]
  const series = (['Li', 'Mg'] as const).flatMap(ion => [
    { x: hours(first, last), y: columns[`amount[${ion}]`].slice(first, last + 1), label: `${ion} in Mo6S8` },
  ])
  return line(series, { x: { label: 'time / h' }, y: { label: 'content per formula unit' }, title })
}
