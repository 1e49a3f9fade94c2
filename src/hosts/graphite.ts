/** Graphite taking Li, as in the LFP | graphite 18650 cell of the BPX standard's own example. Convention of this folder: see `mo6s8.ts`. */
import bpx from '../cells/bpx/lfp-18650.json' with { type: 'json' }
import { readBpx } from '../file/bpx.ts'
import { type Overrides, type Parameter, sourcesOf, valuesOf } from '../laws/parameter.ts'
import type { HostMaterial } from '../scales.ts'

export const name = 'graphite'

export const parameters = {
  molarMass: {
    value: 6 * 12.011,
    range: [6 * 12.011, 6 * 12.011],
    bounds: [0.1, 1e4],
    unit: 'g/mol',
    meaning: 'molar mass of C6, the empty host',
    source: 'IUPAC2021 (C 12.011)',
  },
} as const satisfies Record<string, Parameter>

/**
 * @throws input error for an unknown parameter
 * Source: BpxLfp18650
 */
export const make = (overrides: Overrides<typeof parameters> = {}): HostMaterial => {
  const { molarMass } = valuesOf(name, parameters, overrides)
  const { anode } = readBpx(bpx, 'lfp-18650.json').cell
  if (anode.kind !== 'porous') throw new RangeError('graphite: the BPX file has no porous anode')
  const { host } = anode
  return {
    ...host,
    name: 'C6',
    formula: 'C6',
    molarMass,
    notes: (host.notes ?? []).filter(note => !note.includes('molar mass')),
    sources: { ...host.sources, ...sourcesOf(parameters, overrides), '*': 'BpxLfp18650' },
  }
}
