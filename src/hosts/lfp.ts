/** Lithium iron phosphate, as in the LFP | graphite 18650 cell of the BPX standard's own example. Convention of this folder: see `mo6s8.ts`. */
import bpx from '../cells/bpx/lfp-18650.json' with { type: 'json' }
import { readBpx } from '../file/bpx.ts'
import { type Overrides, type Parameter, sourcesOf, valuesOf } from '../laws/parameter.ts'
import type { HostMaterial } from '../scales.ts'

export const name = 'lfp'

export const parameters = {
  molarMass: {
    value: 55.845 + 30.973761998 + 4 * 15.999,
    range: [55.845 + 30.973761998 + 4 * 15.999, 55.845 + 30.973761998 + 4 * 15.999],
    bounds: [0.1, 1e4],
    unit: 'g/mol',
    meaning: 'molar mass of FePO4, the empty host',
    source: 'IUPAC2021 (Fe 55.845, P 30.973761998, O 15.999)',
  },
} as const satisfies Record<string, Parameter>

/**
 * @throws input error for an unknown parameter
 * Source: BpxLfp18650
 */
export const make = (overrides: Overrides<typeof parameters> = {}): HostMaterial => {
  const { molarMass } = valuesOf(name, parameters, overrides)
  const { host } = readBpx(bpx, 'lfp-18650.json').cell.cathode
  return {
    ...host,
    name: 'FePO4',
    formula: 'FePO4',
    molarMass,
    notes: (host.notes ?? []).filter(note => !note.includes('molar mass')),
    sources: { ...host.sources, ...sourcesOf(parameters, overrides), '*': 'BpxLfp18650' },
  }
}
