/**
 * Mo6S8 as a regular solution that separates into phases: one attraction between guests in place of the smoothed steps,
 * with Cahn–Hilliard gradient energy. A second host beside `mo6s8` (same crystal, hops and interface), outside the speed
 * bars. Convention of this folder: see `mo6s8.ts`.
 *
 *   g = Σ μ°_i x_i + RT m (Σ x̂ ln x̂ + x_v ln x_v) + ½ J (Σ ω_i x_i)²,  J = g_F RT⁰/max,  K_ij = κ ω_i ω_j
 *
 * In the filling θ = Σ ω x/max of one ion this is Frumkin's isotherm ln(θ/(1 − θ)) + g_F θ with its spinodal at g_F < −4.
 */
import { type Overrides, type Parameter, sourcesOf, valuesOf } from '../laws/parameter.ts'
import type { HostMaterial } from '../scales.ts'
import { F, R, roomTemperature } from '../units.ts'
import { type GuestIons, latticeParameters, mo6s8From } from './mo6s8.ts'

export const name = 'mo6s8-phase-separating'

export const parameters = {
  meanLi: {
    value: 2.06,
    range: [1.96, 2.16],
    bounds: [0.3, 4],
    unit: 'V',
    meaning: 'mean potential of Li from 0 to 4, against Li',
    source: 'assumed: mean of the remembered stages 2.4, 2.075 twice, 1.7 V',
  },
  meanMg: {
    value: 1.1,
    range: [0.95, 1.25],
    bounds: [0.3, 4],
    unit: 'V',
    meaning: 'mean potential of Mg from 0 to 2, against Mg',
    source: 'assumed: mean of the remembered stages 1.2 and 1.0 V',
  },
  frumkin: {
    value: -5,
    range: [-5.5, -3],
    bounds: [-100, 100],
    unit: '1',
    meaning: 'Frumkin interaction g of the filling at 25 °C; phases separate below −4',
    source: 'assumed: remembered −3 to −5 for Li in Mo6S8, weak',
  },
  gradientEnergy: {
    value: 2e-13,
    range: [2e-14, 2e-12],
    bounds: [0, 1e-6],
    unit: 'J·m²/mol',
    meaning: 'gradient coefficient κ of the filling; the interface is about 50 nm wide',
    source: 'assumed: wide enough that shells of 10 nm put five cells across the interface',
  },
  ...latticeParameters,
} as const satisfies Record<string, Parameter>

/**
 * Mo6S8 with Li and Mg that phase-separates.
 *
 * @throws input error for an unknown parameter or a value that is not finite
 */
export const make = (overrides: Overrides<typeof parameters> = {}, guests: GuestIons = ['Li', 'Mg']): HostMaterial => {
  const p = valuesOf(name, parameters, overrides)
  const weights = { Li: 1, Mg: 2 }
  const J = (p.frumkin * R * roomTemperature) / p.capacity
  // ½ J (Σ ω x)² adds ½ J max ω to the mean potential of each ion; the full host has lost no site entropy but 2:1 of Mg.
  const lattice = R * roomTemperature * p.sites * (0.5 * Math.log(0.5))
  const law = {
    carriers: ['Li', 'Mg'],
    standard: [-p.meanLi * F - 0.5 * J * p.capacity, -2 * p.meanMg * F - J * p.capacity - lattice / 2],
    weights: [weights.Li, weights.Mg],
    max: p.capacity,
    sites: p.sites,
    steps: [],
    interaction: [J, 2 * J, 2 * J, 4 * J],
  }
  return {
    name: 'Mo6S8, phase-separating',
    ...mo6s8From(law, p, sourcesOf(parameters, overrides), guests),
    gradient: Float64Array.from(guests.flatMap(a => guests.map(b => p.gradientEnergy * weights[a] * weights[b]))),
    notes: ['One regular solution: it has a phase split but none of the stages of Mo6S8.'],
  }
}
