/** NMC811 of the LG M50 cell. Convention of this folder: see `mo6s8.ts`. */
import bpx from '../cells/bpx/chen2020.json' with { type: 'json' }
import { readBpx } from '../file/bpx.ts'
import { type Overrides, type Parameter, sourcesOf, valuesOf } from '../laws/parameter.ts'
import type { HostMaterial } from '../scales.ts'

export const name = 'nmc811'

export const parameters = {
  molarMass: {
    value: 0.8 * 58.6934 + 0.1 * 54.938043 + 0.1 * 58.933194 + 2 * 15.999,
    range: [
      0.8 * 58.6934 + 0.1 * 54.938043 + 0.1 * 58.933194 + 2 * 15.999,
      0.8 * 58.6934 + 0.1 * 54.938043 + 0.1 * 58.933194 + 2 * 15.999,
    ],
    bounds: [0.1, 1e4],
    unit: 'g/mol',
    meaning: 'molar mass of Ni0.8Mn0.1Co0.1O2, the empty host',
    source: 'IUPAC2021 (Ni 58.6934, Mn 54.938043, Co 58.933194, O 15.999)',
  },
} as const satisfies Record<string, Parameter>

/**
 * @throws input error for an unknown parameter
 * Source: Chen2020
 */
export const make = (overrides: Overrides<typeof parameters> = {}): HostMaterial => {
  const { molarMass } = valuesOf(name, parameters, overrides)
  const { host } = readBpx(bpx, 'chen2020.json').cell.cathode
  return {
    ...host,
    name: 'Ni0.8Mn0.1Co0.1O2',
    formula: 'Ni0.8Mn0.1Co0.1O2',
    molarMass,
    notes: (host.notes ?? []).filter(note => !note.includes('molar mass')),
    sources: { ...host.sources, ...sourcesOf(parameters, overrides), '*': 'Chen2020' },
  }
}
