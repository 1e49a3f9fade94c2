import type { Cell } from '../../src/cell/cell.ts'
import { fullElectrolyte } from '../../src/electrolyte/full.ts'
import { integrateSteps } from '../../src/solve/bdf.ts'
import { consistentInitial } from '../../src/solve/consistent.ts'
import type { Dae } from '../../src/solve/dae.ts'
import { R } from '../../src/units.ts'
import { cellOf, idealHost, ion, metalOf, planar, porous } from '../cell/cells.ts'
import { hold } from '../cell/run.ts'
import type { ValidationRow } from './case.ts'
import { plainCell } from './plain-cell.ts'
import { columnsAt } from './setup.ts'

export const title = 'Three cations, two anions, full Onsager matrices, against plain equations'
export const claim =
  'A cell with every coupling there is runs as the same equations, written a second time without any structure, run in a dense solver.'
export const source = 'derived: the equations of the cell, written twice'
export const equation = `
N_k = −(ε/τ) Σ_l 𝓛_kl ∂(RT ln a_l + z_l F φ_e)/∂x,   J_i = −Σ_j L_ij ∂μ_j/∂r,
j_i = j0_i [exp(α_a z_i F η_i/RT) − exp(−α_c z_i F η_i/RT)],   η_i = Δ − U_i − R_f Σ j`
export const why =
  'Cations +1, +2, +3, anions −1, −2, random symmetric positive definite 𝓛 (5×5) and L (3×3), a film, a double layer, three metals; all numbers from a fixed sequence. Both integrate at a relative tolerance of 1e-9, which leaves 1e-7 after some hundred steps; 1e-6 is asked. What the two share is not tested here: the meshes’ geometry, Simpson’s mean of D over a face, the records of host and electrolyte, and the integrator; orders and closed forms elsewhere hold those. It would catch a wrong sign, a transposed matrix, a coupling left out, a mistake in the elimination of particles, surfaces, points or the last species, and charge numbers that only hold for ±1.'

/** Numbers between −1 and 1 by a fixed linear congruence (Numerical Recipes' constants are not needed: any full period does). */
const sequence = (): (() => number) => {
  let state = 12345
  return () => {
    state = (1103515245 * state + 12345) % 2147483648
    return (2 * state) / 2147483648 - 1
  }
}

/** A random symmetric positive definite matrix with diagonal about 1. */
const positive = (n: number, next: () => number): number[] => {
  const G = Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0.6 * next()))
  return Array.from({ length: n * n }, (_, ij) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum += G[Math.floor(ij / n) * n + k] * G[(ij % n) * n + k]
    return sum
  })
}

const next = sequence()
const mobility = positive(5, next)
const coupling = positive(3, next).map(v => 1e-14 * v)

const electrolyte = fullElectrolyte({
  name: 'five ions',
  species: [
    { name: 'A', charge: 1 },
    { name: 'B', charge: 2 },
    { name: 'C', charge: 3 },
    { name: 'X', charge: -1 },
    { name: 'Y', charge: -2 },
  ],
  concentration: [400, 300, 200, 600, 500],
  referenceConcentration: 1000,
  onsager(c, T, out) {
    for (let k = 0; k < 5; k++)
      for (let l = 0; l < 5; l++) out[k * 5 + l] = (2e-10 / (R * T)) * mobility[k * 5 + l] * Math.sqrt(c[k] * c[l])
    return out
  },
  standardPotential: { A: 0, B: 0.05, C: 0.1 },
  sources: { all: 'assumed' },
})

const ions = [ion('A', 1), ion('B', 2), ion('C', 3)]

/** The cell; thin particles and points so that a dense matrix stays small. */
export const cell: Cell = cellOf(
  planar(
    ions.map(one => metalOf(one, 2)),
    { A: 0.5, B: 0.4, C: 0.3 },
  ),
  porous(
    idealHost({
      carriers: ions,
      potential: [2, 1.95, 1.9],
      diffusivity: [1e-14, 4e-15, 2e-15],
      coupling,
      exchangeCurrent: [1, 0.5, 0.3],
    }),
    { A: 0.1, B: 0.1, C: 0.05 },
    { filmResistance: 2e-3, doubleLayer: 0.2 },
  ),
  electrolyte,
)

const mesh = { points: 4, shells: 4 }
const rtol = 1e-9
export const times = [1, 30, 300, 900]

const integrate = (dae: Dae, y: Float64Array, visit: (t: number, y: Float64Array) => void): void => {
  const yp = new Float64Array(dae.size)
  consistentInitial(dae, 0, y, yp, { rtol: 1e-11 })
  const at = new Float64Array(dae.size)
  let k = 0
  for (const step of integrateSteps(dae, { y, yp, start: 0, end: times[times.length - 1], rtol }))
    for (; k < times.length && times[k] <= step.t; k++) {
      step.interpolate(times[k], at)
      visit(times[k], at)
    }
}

export const run = (): readonly ValidationRow[] => {
  const I = cell.nominalCapacity
  const ours = hold(cell, { control: at => at.current - I, times, rtol, mesh })
  const { model } = ours
  // Both start from what rests: the same uniform cell, electrodes at their mixed potentials.
  const rest = new Float64Array(model.size)
  model.start(rest, new Float64Array(model.size))
  const { phiE, electrodes } = model.profiles(0, rest)
  const plain = plainCell(cell, mesh, I / cell.area)
  const rows: ValidationRow[] = []
  let k = 0
  integrate(plain.dae, plain.start(phiE[0], electrodes[0].phiS[0] - phiE[0]), (t, y) => {
    const mine = ours.samples[k]
    const profiles = model.profiles(t, mine)
    rows.push({
      quantity: `voltage at ${t} s`,
      unit: 'V',
      theory: plain.voltage(y),
      dualion: ours.voltage[k],
      tolerance: 1e-6,
    })
    const lastPoint = profiles.x.length - 1
    if (k === times.length - 1) {
      const c = plain.concentration(y, lastPoint)
      electrolyte.species.forEach((s, i) => {
        rows.push({
          quantity: `${s.name} at the far collector`,
          unit: 'mol/m³',
          theory: c[i],
          dualion: profiles.concentration[s.name][lastPoint],
          tolerance: 1e-6,
        })
      })
      const surface = plain.content(y, 0, mesh.shells)
      const core = plain.content(y, 0, 0)
      const metal = columnsAt(model, mine)
      ions.forEach(({ symbol }, i) => {
        const content = profiles.electrodes[0].content[symbol]
        rows.push({
          quantity: `${symbol} at the surface of the first particle`,
          theory: surface[i],
          dualion: content[mesh.shells],
          tolerance: 1e-6,
        })
        rows.push({ quantity: `${symbol} in its core`, theory: core[i], dualion: content[0], tolerance: 1e-6 })
        rows.push({
          quantity: `${symbol} metal left`,
          unit: 'mol/m²',
          theory: plain.metal(y)[i],
          dualion: metal[`metal[${symbol}]`],
          tolerance: 1e-6,
        })
      })
    }
    k++
  })
  return rows
}
