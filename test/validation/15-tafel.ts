import type { Cell } from '../../src/cell/cell.ts'
import type { Metal } from '../../src/scales.ts'
import { F, R } from '../../src/units.ts'
import { bath, cellOf, idealHost, ion, metalOf, planar, porous } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'
import { columnsAt } from './setup.ts'

export const title = 'Tafel slopes and the charge-transfer resistance'
export const claim =
  'Far from rest the overpotential of a reaction is Tafel’s line with slope RT ln 10/(α z F), anodic and cathodic each with its own α; near rest it is RT/(z F j0).'
export const source = 'derived: limits of the Butler–Volmer law'
export const equation = `
j ≫ j0:  dη/d log₁₀ j = RT ln 10/(α_a z F),  −RT ln 10/(α_c z F);   j ≪ j0:  η/j = RT/((α_a + α_c) z F j0)`
export const why =
  'At j/j0 from 1e4 to 1e5 the other branch is under 1e-5 of j; what the losses call kinetic holds 5 µV of the fast electrode, 1e-4 of a decade. Near rest ±j0/100 is averaged, which leaves the cubic, 1e-5. First states only. The wrong α on a branch, z left out of the exponent or the activity of a reaction order counted twice is tens of per cent.'

const z = 2
const [alphaA, alphaC] = [0.3, 0.7]
const j0 = 1e-3
const RTF = (R * 298.15) / F

/** A metal of two charges whose kinetics are slow before a host whose are fast. */
const metal: Metal = { ...metalOf(ion('B', z), j0), alphaAnodic: alphaA, alphaCathodic: alphaC }
const metalCell: Cell = cellOf(
  planar([metal], { B: 1e3 }),
  porous(idealHost({ carriers: [ion('B', z)], potential: [2], diffusivity: [1e-9], exchangeCurrent: [1e4] }), {
    B: 0.5,
  }),
  bath(
    [
      { name: 'B', charge: z, c: 1000, D: 1e-8 },
      { name: 'X', charge: -1, c: 2000, D: 1e-8 },
    ],
    { B: 0 },
  ),
)
/** The same law in a host, before a fast metal. */
const slowHost = (() => {
  const host = idealHost({ carriers: [ion('B', z)], potential: [2], diffusivity: [1e-9], exchangeCurrent: [2 * j0] })
  return {
    ...host,
    kinetics: { ...host.kinetics, alphaAnodic: [alphaA], alphaCathodic: [alphaC], electrolyteOrder: [alphaA] },
  }
})()
const hostCell: Cell = cellOf(
  planar([metalOf(ion('B', z), 1e5)], { B: 1e3 }),
  porous(slowHost, { B: 0.5 }, { conductivity: 1e5, thickness: 1e-6, areaDensity: 1e6 }),
  metalCell.electrolyte,
)

/** η [V] at a current density of the electrode [A/m²], positive where it dissolves: what the losses call kinetic. */
const overpotential = (cell: Cell, j: number, dissolves: 1 | -1): number => {
  const run = hold(cell, { control: at => at.current - j * cell.area, times: [0, 1e-9] })
  return dissolves * columnsAt(run.model, run.samples[0], run.slopes[0])['loss[kinetic]']
}

export const run = (): readonly ValidationRow[] => {
  const decade = (cell: Cell, j: number, sign: 1 | -1): number =>
    overpotential(cell, 10 * j, sign) - overpotential(cell, j, sign)
  const slope = (alpha: number): number => (RTF * Math.LN10) / (alpha * z)
  const near = (j: number): number => (overpotential(metalCell, j, 1) - overpotential(metalCell, -j, 1)) / (2 * j)
  const cathodicHost = decade(hostCell, 1e4 * j0, -1)
  return [
    {
      quantity: 'metal, anodic slope a decade',
      unit: 'V',
      theory: slope(alphaA),
      dualion: decade(metalCell, 1e4 * j0, 1),
      tolerance: 3e-4,
    },
    {
      quantity: 'metal, cathodic slope a decade',
      unit: 'V',
      theory: -slope(alphaC),
      dualion: decade(metalCell, -1e4 * j0, 1),
      tolerance: 3e-4,
    },
    {
      quantity: 'metal, η/j near rest',
      unit: 'Ω m²',
      theory: RTF / (z * j0),
      dualion: near(1e-2 * j0),
      tolerance: 1e-4,
    },
    {
      quantity: 'host, cathodic slope a decade',
      unit: 'V',
      theory: -slope(alphaC),
      dualion: cathodicHost,
      tolerance: 1e-3,
    },
    {
      quantity: 'host, anodic slope a decade',
      unit: 'V',
      theory: slope(alphaA),
      dualion: decade(hostCell, -1e4 * j0, -1),
      tolerance: 1e-3,
    },
  ]
}
