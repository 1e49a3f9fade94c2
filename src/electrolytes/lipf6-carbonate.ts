/**
 * LiPF6 in EC:EMC 3:7, the binary electrolyte of the lithium-ion cells here. Convention of this folder: see `hosts/mo6s8.ts`.
 *
 *   κ = 0.1297 y³ − 2.51 y^1.5 + 3.329 y [S/m],  D = (8.794 y² − 39.72 y + 48.62)·1e-11 [m²/s],  y = c/(1000 mol/m³)
 */
import { binaryElectrolyte } from '../electrolyte/binary.ts'
import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { arrheniusFactor } from '../laws/arrhenius.ts'
import { type Overrides, type Parameter, sourcesOf, valuesOf } from '../laws/parameter.ts'

export const name = 'lipf6-carbonate'

export const parameters = {
  LiPF6: {
    value: 1000,
    range: [500, 1500],
    bounds: [1e-3, 1e4],
    unit: 'mol/m³',
    meaning: 'LiPF6 in the fresh bath',
    source: 'BpxLfp18650, initial concentration',
  },
  transference: {
    value: 0.259,
    range: [0.2, 0.4],
    bounds: [0, 1],
    unit: '–',
    meaning: 't₊',
    source: 'BpxLfp18650, after Nyman2008; range assumed',
  },
  activationEnergy: {
    value: 17100,
    range: [15000, 20000],
    bounds: [0, 300e3],
    unit: 'J/mol',
    meaning: 'activation energy of κ and D',
    source: 'BpxLfp18650; range assumed',
  },
  density: {
    value: 1200,
    range: [1150, 1300],
    bounds: [1, 1e5],
    unit: 'kg/m³',
    meaning: 'density of the solution',
    source: 'assumed: a carbonate with 1 M of salt',
  },
} as const satisfies Record<string, Parameter>

/** Bounds of the fit: above, D of the polynomial turns upwards past its minimum at y = 2.26 [mol/m³]. */
const highest = 2250

/**
 * LiPF6 in carbonate.
 *
 * @throws input error for an unknown parameter or a concentration that is not positive
 * Source: Nyman2008, as written in the BPX example BpxLfp18650
 */
export const make = (overrides: Overrides<typeof parameters> = {}): Electrolyte => {
  const p = valuesOf(name, parameters, overrides)
  return binaryElectrolyte({
    name: `${p.LiPF6} mol/m³ LiPF6 in carbonate`,
    cation: { name: 'Li', charge: 1 },
    anion: { name: 'PF6', charge: -1 },
    concentration: p.LiPF6,
    referenceConcentration: p.LiPF6,
    conductivity: (c, T) => {
      const y = c / 1000
      return arrheniusFactor(p.activationEnergy, T) * (0.1297 * y * y * y - 2.51 * y * Math.sqrt(y) + 3.329 * y)
    },
    diffusivity: (c, T) => {
      const y = Math.min(c, highest) / 1000
      return arrheniusFactor(p.activationEnergy, T) * (8.794e-11 * y * y - 3.972e-10 * y + 4.862e-10)
    },
    transference: () => p.transference,
    standardPotential: { Li: 0 },
    density: p.density,
    sources: { ...sourcesOf(parameters, overrides), '*': 'Nyman2008, κ and D as in BpxLfp18650' },
  })
}
