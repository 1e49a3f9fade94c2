import type { Cell } from '../../src/cell/cell.ts'
import { binaryElectrolyte } from '../../src/electrolyte/binary.ts'
import { F } from '../../src/units.ts'
import { cellOf, idealHost, ion, metalOf, planar, porous } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'
import { logarithmic } from './setup.ts'

export const title = 'Sand’s time and Cottrell’s current in the electrolyte'
export const claim =
  'At a plating metal the salt falls with the square root of time to zero at Sand’s time; under a potential that empties the face the current falls as Cottrell’s.'
export const source = 'NewmanThomasAlyea2004 (semi-infinite diffusion at constant flux and at constant concentration)'
export const equation = `
c(0, t) = c₀ − (2 (1 − t₊) i/F) √(t/(π ε B D)),   τ = π ε B D [c₀ F/(2 (1 − t₊) i)]²
i(t) = (F c₀/(1 − t₊)) √(ε B D/(π t))`
export const why =
  'Separator so thick that nothing comes back (√(Dt/…)/ℓ < 1/5), ε and B different, t₊ = 0.3. The first cell is a few micrometres against a layer of hundreds: 0.1 % by second order (0.3 % for the current, which also starts from an ohmic and kinetic limit). A transference of 1 − t₊ with the wrong sign or ε and B exchanged is tens of per cent.'

const [c0, D, tPlus] = [1000, 3e-10, 0.3]
const [porosity, efficiency, thickness] = [0.5, 0.3, 4e-3]

const cell: Cell = {
  ...cellOf(
    planar([metalOf(ion('A', 1), 1e4)], { A: 10 }),
    porous(
      idealHost({ carriers: [ion('A', 1)], potential: [3], diffusivity: [1e-10], exchangeCurrent: [1e4] }),
      { A: 0.5 },
      { conductivity: 1e5, thickness: 2e-3 },
    ),
    binaryElectrolyte({
      name: 'constant coefficients',
      cation: { name: 'A', charge: 1 },
      anion: { name: 'X', charge: -1 },
      concentration: c0,
      referenceConcentration: c0,
      conductivity: () => 1e4,
      diffusivity: () => D,
      transference: () => tPlus,
      standardPotential: { A: 0 },
      sources: { all: 'assumed' },
    }),
  ),
  separator: { thickness, porosity, transportEfficiency: efficiency },
}
const mesh = { points: 800, shells: 2 }
const effective = porosity * efficiency * D
const sandTime = 400
const i = (F * c0 * Math.sqrt((Math.PI * effective) / sandTime)) / (2 * (1 - tPlus))

/** Concentration at the metal's face at each time [s] while it is plated at i. */
const faceConcentration = (times: readonly number[]): number[] => {
  const run = hold(cell, { control: at => at.current + i * cell.area, times, rtol: 1e-7, mesh })
  return run.samples.map((y, k) => run.model.profiles(times[k], y).concentration.A[0])
}

/** Current density at each time under a voltage 0.3 V beyond rest. */
const cottrell = (times: readonly number[]): number[] => {
  const rest = hold(cell, { control: at => at.current, times: [0, 1], mesh }).voltage[0]
  const run = hold(cell, { control: at => at.voltage - rest - 0.3, times, rtol: 1e-6, mesh })
  return run.samples.map((y, k) => -run.model.at(times[k], y).current / cell.area)
}

const exactCurrent = (t: number): number => ((F * c0) / (1 - tPlus)) * Math.sqrt(effective / (Math.PI * t))

export const run = (): readonly ValidationRow[] => {
  const shares = [0.1, 0.4, 0.8, 0.98]
  const c = faceConcentration(shares.map(s => s * sandTime))
  const times = [100, 300, 900]
  const currents = cottrell(times)
  return [
    ...shares.map((s, k) => ({
      quantity: `c(0) at ${s} of Sand’s time`,
      unit: 'mol/m³',
      theory: c0 * (1 - Math.sqrt(s)),
      dualion: c[k],
      tolerance: 1e-3 * c0,
      absolute: true,
    })),
    ...times.map((t, k) => ({
      quantity: `Cottrell’s current at ${t} s`,
      unit: 'A/m²',
      theory: exactCurrent(t),
      dualion: currents[k],
      tolerance: 3e-3,
    })),
  ]
}

export const figure = async (): Promise<string> => {
  const { line } = await import('../../src/plot/index.ts')
  const times = logarithmic(10, 1000, 60)
  return line(
    [
      { x: times, y: cottrell(times), points: true, label: 'dualion' },
      { x: times, y: times.map(exactCurrent), dashed: true },
    ],
    {
      x: { label: 'time / s', log: true },
      y: { label: 'current density / A m⁻² (dashed: Cottrell)', log: true },
      title,
    },
  )
}
