import type { Cell } from '../../src/cell/cell.ts'
import { binaryElectrolyte } from '../../src/electrolyte/binary.ts'
import { F, R } from '../../src/units.ts'
import { cellOf, idealHost, ion, metalOf, planar, porous } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'
import { linear } from './setup.ts'

export const title = 'Steady state of a salt between two electrodes, and its concentration cell'
export const claim =
  'Under a steady current the salt settles to the profile in which its flux balances the anions’; the current cut, the cell shows the EMF of a concentration cell with transference.'
export const source = 'NewmanThomasAlyea2004 (concentrated binary electrolyte, concentration cell with transference)'
export const equation = `
steady   ∫_{c_a}^{c_c} D(c)/(1 − t₊(c)) dc = −i ℓ/(B F),   Δφ_e = −(i/B)∫dx/κ − (1/F)∫ [t₊ − (1 − t₊)] RT χ… dln c
cut      V − U = (2RT/F) ∫_{c_a}^{c_c} (1 − t₊) χ dln c`
export const why =
  'D, t₊ and χ all vary with c, the cathode is 1 µm thin and its particles fast, so that all of the difference lies in the separator. The quadratures are exact; 40 cells of second order leave 1e-4 of the EMF. It would catch χ left out of the flux or the potential (30 %), 1 − t₊ for 1 − 2t₊ of the quasi-electrostatic potential, and a wrong sign of the junction term (200 %).'

const D = (c: number): number => 3e-10 * (1 + 0.3 * (c / 1000))
const tPlus = (c: number): number => 0.25 + 0.1 * (c / 1000)
const chi = (c: number): number => 1 + 0.4 * (c / 1000)
const kappa = (c: number): number => 0.2 + 0.8 * (c / 1000)
const thickness = 100e-6
const efficiency = 0.03

const base = cellOf(
  planar([metalOf(ion('A', 1), 10)], { A: 10 }),
  porous(
    idealHost({ carriers: [ion('A', 1)], potential: [3], diffusivity: [1e-9], exchangeCurrent: [100] }),
    { A: 0.1 },
    { thickness: 1e-6, areaDensity: (3 * 0.5) / 1e-7, particleRadius: 1e-7 },
  ),
  binaryElectrolyte({
    name: 'concentrated',
    cation: { name: 'A', charge: 1 },
    anion: { name: 'X', charge: -1 },
    concentration: 1000,
    referenceConcentration: 1000,
    conductivity: kappa,
    diffusivity: D,
    transference: tPlus,
    thermodynamicFactor: chi,
    standardPotential: { A: 0 },
    sources: { all: 'assumed' },
  }),
)
const cell: Cell = { ...base, separator: { thickness, porosity: 0.05, transportEfficiency: efficiency } }
const mesh = { points: 40, shells: 3 }
/** [A/m²], for as long as the thin cathode takes it: eighteen times the slowest time of the salt. */
const i = 6
const settle = 100

/** ∫ f dc from a to b, Simpson on 400 panels. */
const integral = (f: (c: number) => number, a: number, b: number): number => {
  const n = 400
  const h = (b - a) / n
  let sum = f(a) + f(b)
  for (let k = 1; k < n; k++) sum += (k % 2 === 1 ? 4 : 2) * f(a + k * h)
  return (sum * h) / 3
}

export const run = (): readonly ValidationRow[] => {
  const run = hold(cell, { control: at => at.current - i * cell.area, times: [settle], rtol: 1e-8, mesh })
  const { model } = run
  const flowing = model.profiles(settle, run.y)
  const { A } = flowing.concentration
  // Faces of the separator: the metal's own point, and the interface with the cathode by the steady profile itself.
  const first = mesh.points + 1
  const across = (from: number, to: number): number => flowing.x[to] - flowing.x[from]
  const [near, far] = [1, mesh.points]
  const salt = integral(c => D(c) / (1 - tPlus(c)), A[near], A[far])
  const cut = hold(cell, { control: at => at.current, times: [0, 1e-9], from: run, rtol: 1e-8 })
  const still = model.profiles(0, cut.samples[0]).concentration.A
  const content = model.at(0, run.y).amount[0]
  const inCathode = still.slice(first).reduce((sum, c) => sum + c, 0) / mesh.points
  const RTF = (R * 298.15) / F
  const U = 3 - RTF * Math.log(content / (1 - content))
  // Potential drop in the steady state, from the metal's side to the cathode's: ohmic along the profile c(x), and by diffusion.
  const slope = (c: number): number => (-i * (1 - tPlus(c))) / (F * efficiency * D(c)) // dc/dx
  const ohmic = integral(c => -i / (efficiency * kappa(c)) / slope(c), A[near], A[far])
  // Σ (t_k/z_k) ∂ln a_k with ln a₊ = ln c + ∫(χ − 1)dln c the same for both ions: (2t₊ − 1) χ/c, as t₊ + t₋ weigh one coefficient each.
  const junction = -RTF * integral(c => ((2 * tPlus(c) - 1) * chi(c)) / c, A[near], A[far])
  return [
    {
      quantity: 'flux balance across the separator ∫D/(1 − t₊)dc',
      unit: 'mol/(m s)',
      theory: (-i * across(near, far)) / (efficiency * F),
      dualion: salt,
      tolerance: 1e-4,
    },
    {
      quantity: 'φ_e across it while the current flows',
      unit: 'V',
      theory: ohmic + junction,
      dualion: flowing.phiE[far] - flowing.phiE[near],
      tolerance: 1e-4,
    },
    {
      quantity: 'EMF of the concentration cell once the current is cut',
      unit: 'V',
      theory: 2 * RTF * integral(c => ((1 - tPlus(c)) * chi(c)) / c, still[0], inCathode),
      dualion: cut.voltage[0] - U,
      tolerance: 1e-3,
    },
  ]
}

export const figure = async (): Promise<string> => {
  const { line } = await import('../../src/plot/index.ts')
  const run = hold(cell, { control: at => at.current - i * cell.area, times: [settle], rtol: 1e-6, mesh })
  const { x, concentration } = run.model.profiles(settle, run.y)
  // Theory: c(x) by stepping dc/dx from the metal's face.
  const [c, X] = [[concentration.A[0]], linear(0, thickness, 401)]
  for (let k = 1; k < X.length; k++) {
    const h = X[k] - X[k - 1]
    const f = (v: number): number => (-i * (1 - tPlus(v))) / (F * efficiency * D(v))
    c.push(c[k - 1] + h * f(c[k - 1] + 0.5 * h * f(c[k - 1])))
  }
  const in6 = (v: ArrayLike<number>) => Array.from(v, one => 1e6 * one)
  return line(
    [
      { x: in6(X), y: c, dashed: true },
      { x: in6(x), y: concentration.A, points: true, label: 'dualion' },
    ],
    { x: { label: 'x / µm' }, y: { label: 'salt / mol m⁻³ (dashed: steady state)' }, title },
  )
}
