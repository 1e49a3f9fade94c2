import type { Cell } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { F } from '../../src/units.ts'
import { bath, idealHost, ion, metalOf, planar, porous, twoIonCell } from '../cell/cells.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Energy: heat, work and what is stored'
export const claim =
  'Heat and electrical work together are what the cell’s contents lose: the first law holds with two ions, films, ohmic and electrolyte losses, over discharge and rest.'
export const source = 'derived: first law; mixing makes no heat, in particles or electrolyte'
export const equation = `
∫ q dt + ∫ I V dt = −ΔH_host − ΔH_electrolyte,
H_host = −Σ z_i F U°_i x_i (ideal lattice gas),   H_e = Σ_k z_k F E°_k c_k (ideal solution)`
export const why =
  'The host’s solid diffusion is fast (its dissipation is a heat of mixing, 1e-4 of the whole here), its enthalpy linear in the contents because all entropy is of mixing. Heat is summed from rows a second apart, 1e-5. The rows of the discharge must not be a sum of zeros: heat is a tenth of the work. A missing i_e ∂φ_e, dissipation by mixing counted as heat (0.5 % here), film heat counted twice, an entropic term of the wrong sign or per ion instead of per charge: percents to tens of percents.'

const A = ion('A', 1)
const B = ion('B', 2)
const U0 = [2, 1.4]
const E0 = { A: 0, B: 0.3 }
const host = idealHost({ carriers: [A, B], potential: U0, diffusivity: [1e-10, 1e-10], exchangeCurrent: [0.5, 0.2] })
const base = twoIonCell({ anode: planar([metalOf(B, 3), metalOf(A, 3)], { A: 1, B: 2 }, { filmResistance: 2e-3 }) })
const cell: Cell = {
  ...base,
  cathode: porous(host, { A: 0.1, B: 0.1 }, { filmResistance: 5e-3, conductivity: 1 }),
  electrolyte: bath(
    [
      { name: 'A', charge: 1, c: 500, D: 2e-10 },
      { name: 'B', charge: 2, c: 500, D: 1e-10 },
      { name: 'X', charge: -1, c: 1500, D: 3e-10 },
    ],
    E0,
  ),
  contactResistance: 0.2,
}

/** Integral of a column by the trapezoidal rule, steps apart. */
const over = (time: Float64Array, value: ArrayLike<number>): number => {
  let sum = 0
  for (let k = 1; k < time.length; k++) sum += 0.5 * (value[k] + value[k - 1]) * (time[k] - time[k - 1])
  return sum
}

export const run = (): readonly ValidationRow[] => {
  const model = modelOf(cell, { mesh: { points: 10, shells: 4 } })
  const y = new Float64Array(model.size)
  model.start(y, new Float64Array(model.size))
  const rows: ValidationRow[] = []
  for (const [name, sentences] of [
    ['discharge', ['Discharge at 1C for 30 minutes']],
    [
      'discharge, rest, charge',
      ['Discharge at 1C for 20 minutes', 'Rest for 10 minutes', 'Charge at C/2 for 20 minutes'],
    ],
  ] as const) {
    const solution = cycle(
      model,
      parseProtocol(sentences).map(step => ({ ...step, period: 1 })),
      { rtol: 1e-6, profilesAt: 'steps' },
    )
    const { columns } = solution
    const end = columns.time.length - 1
    const heat = over(columns.time, columns.heat)
    const work = over(
      columns.time,
      columns.voltage.map((v, k) => v * columns.current[k]),
    )
    const { cathode, separator, area, electrolyte } = cell
    const hosts =
      ((cathode.areaDensity * cathode.thickness * cathode.particleRadius) / 3 / cathode.host.molarVolume) * area
    let lost = 0
    ;['A', 'B'].forEach((symbol, i) => {
      const change = columns[`amount[${symbol}]`][end] - columns[`amount[${symbol}]`][0]
      lost += hosts * change * (i + 1) * F * U0[i]
    })
    // Enthalpy of the electrolyte from the final profile; points stand for their volumes.
    const profile = solution.profiles.at(-1)!
    const widths = volumes(profile.x, separator, cathode)
    const H = (c: number, k: number): number => {
      const { name: species, charge } = electrolyte.species[k]
      return c * charge * F * (E0[species as 'A'] ?? 0)
    }
    electrolyte.species.forEach((s, k) => {
      for (let p = 1; p < profile.x.length; p++)
        lost -= widths[p] * area * (H(profile.concentration[s.name][p], k) - H(electrolyte.concentration[k], k))
    })
    rows.push({
      quantity: `${name}: heat + work`,
      unit: 'J',
      theory: lost,
      dualion: heat + work,
      tolerance: 2e-3 * Math.abs(heat),
      absolute: true,
    })
    rows.push({
      quantity: `${name}: heat as what is left of it`,
      unit: 'J',
      theory: lost - work,
      dualion: heat,
      tolerance: 2e-3,
    })
  }
  return rows
}

/** Volume of electrolyte of each point per area [m], from the positions of the centres: 0 for the metal's face. */
const volumes = (
  x: Float64Array,
  separator: { thickness: number; porosity: number },
  cathode: { thickness: number; porosity: number },
): number[] => {
  const out = [0]
  let edge = 0
  for (let p = 1; p < x.length; p++) {
    const width = 2 * (x[p] - edge)
    out.push(width * (x[p] < separator.thickness ? separator.porosity : cathode.porosity))
    edge += width
  }
  return out
}
