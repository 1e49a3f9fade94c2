import type { Cell } from '../../src/cell/cell.ts'
import { F, R } from '../../src/units.ts'
import { bath, cellOf, idealHost, ion, metalOf, planar, porous } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'
import { columnsAt, logarithmic } from './setup.ts'

export const title = 'Displacement: a base metal in the bath of a nobler one'
export const claim =
  'At open circuit a Li-like metal in a bath with Mg-like ions rests at a mixed potential where its dissolution pays for their plating, until diffusion limits the rate.'
export const source = 'derived: Σ j = 0 of two Butler–Volmer reactions; NewmanThomasAlyea2004 (semi-infinite diffusion)'
export const equation = `
j_A(φ) + j_B(φ) = 0 at I = 0, single j_m ≠ 0;   −dn_A/dt = 2 dn_B/dt;   traces of B in a salt of A:  n_B → 2 c_B √(ε B D_B t/π)`
export const why =
  'The mixed potential is found by hand from the two laws by bisection: round-off. B is a trace (5 of 1000 mol/m³) in a salt of A, so it only diffuses; migration through its share of κ and the mesh leave 0.1 %, 0.5 % is asked from 10 s on, when a layer of tens of micrometres stands. A model that forbids currents at I = 0, or takes one rest potential a metal, shows no exchange at all.'

const [A, B] = [ion('A', 1), ion('B', 2)]
const E0 = { A: -0.5, B: 0 }
const T = 298.15
const [porosity, efficiency, DB] = [0.5, 0.3, 1e-10]
const iA = 5
const iB = 2
/** [mol/m³] */
const trace = 5

const cellWith = (o: { cB: number; thickness: number; reservoir: number }): Cell => ({
  ...cellOf(
    planar([metalOf(B, iB), metalOf(A, iA)], { A: 2, B: 0 }),
    porous(
      idealHost({ carriers: [A, B], potential: [2, 1.4], diffusivity: [1e-16, 1e-16], exchangeCurrent: [1e-3, 1e-3] }),
      { A: 0.5, B: 0.1 },
    ),
    bath(
      [
        { name: 'A', charge: 1, c: 1000, D: 2e-10 },
        { name: 'B', charge: 2, c: o.cB, D: DB },
        { name: 'X', charge: -1, c: 1000 + 2 * o.cB, D: 2e-10 },
      ],
      E0,
    ),
  ),
  reservoir: o.reservoir,
  separator: { thickness: o.thickness, porosity, transportEfficiency: efficiency },
})

/** The two currents at a metal potential φ against the electrolyte, by hand; `a` of A⁺, b of B²⁺, layers of B in n_mono. */
const byHand = (phi: number, a: number, b: number): [number, number] => {
  const f = F / (R * T)
  const jA = iA * ((2 / (2 + 1e-5)) * Math.exp(0.5 * f * (phi - E0.A)) - a * Math.exp(-0.5 * f * (phi - E0.A)))
  const jB = iB * -b * Math.exp(-0.5 * 2 * f * (phi - E0.B)) // none plated yet: nothing dissolves
  return [jA, jB]
}

const thick = cellWith({ cB: trace, thickness: 1e-3, reservoir: 0 })
const mesh = { points: 400, shells: 2 }
/** What diffusion alone has brought [mol/m²]. */
const platedBy = (t: number): number => 2 * trace * Math.sqrt((porosity * efficiency * DB * t) / Math.PI)

export const run = (): readonly ValidationRow[] => {
  const fresh = cellWith({ cB: 500, thickness: 25e-6, reservoir: 1e-3 })
  const start = hold(fresh, { control: at => at.current, times: [0, 1e-9] })
  const { phiE } = start.model.profiles(0, start.samples[0])
  const [a, b] = [1, 0.5] // a well-mixed bath stands at the face: its fresh activities
  let [low, high] = [-2, 1]
  for (let k = 0; k < 200; k++) {
    const middle = 0.5 * (low + high)
    const [jA, jB] = byHand(middle, a, b)
    if (jA + jB > 0) high = middle
    else low = middle
  }
  const [jA] = byHand(low, a, b)
  const first = columnsAt(start.model, start.samples[0], start.slopes[0])
  const rows: ValidationRow[] = [
    {
      quantity: 'mixed potential of the metal against the electrolyte',
      unit: 'V',
      theory: low,
      dualion: -phiE[0],
      tolerance: 1e-8,
      absolute: true,
    },
    {
      quantity: 'current of A there',
      unit: 'A/m²',
      theory: jA,
      dualion: first['anodeCurrent[A]'] / fresh.area,
      tolerance: 1e-5,
    },
    {
      quantity: 'current of B, its opposite',
      unit: 'A/m²',
      theory: -jA,
      dualion: first['anodeCurrent[B]'] / fresh.area,
      tolerance: 1e-5,
    },
  ]
  const times = [10, 100, 400]
  const later = hold(thick, { control: at => at.current, times, rtol: 1e-7, mesh })
  times.forEach((t, k) => {
    rows.push({
      quantity: `B plated after ${t} s`,
      unit: 'mol/m²',
      theory: platedBy(t),
      dualion: columnsAt(later.model, later.samples[k])['metal[B]'],
      tolerance: 5e-3,
    })
  })
  const [plated, dissolved] = [later.y, later.samples[0]].map(y => columnsAt(later.model, y))
  rows.push({
    quantity: 'A dissolved for each B plated',
    theory: 2,
    dualion: (dissolved['metal[A]'] - plated['metal[A]']) / (plated['metal[B]'] - dissolved['metal[B]']),
    tolerance: 1e-6,
  })
  return rows
}

export const figure = async (): Promise<string> => {
  const { line } = await import('../../src/plot/index.ts')
  const times = logarithmic(1, 1000, 40)
  const { model, samples } = hold(thick, { control: at => at.current, times, rtol: 1e-6, mesh })
  return line(
    [
      { x: times, y: samples.map(y => 1e6 * columnsAt(model, y)['metal[B]']), points: true, label: 'dualion' },
      { x: times, y: times.map(t => 1e6 * platedBy(t)), dashed: true },
    ],
    {
      x: { label: 'time / s', log: true },
      y: { label: 'B plated / µmol m⁻² (dashed: diffusion limit)', log: true },
      title,
    },
  )
}
