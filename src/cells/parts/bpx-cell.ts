import type { Cell } from '../../cell/cell.ts'
import { readBpx } from '../../file/bpx.ts'
import { type Overrides, type Parameter, sourcesOf, valuesOf } from '../../laws/parameter.ts'
import type { HostMaterial, Sources } from '../../scales.ts'
import { buildParameters } from './mo6s8-cell.ts'

/** The masses beside the layers are those of the Mo6S8 cells, so that specific energies compare like with like. */
export const massParameters = {
  inactiveMass: buildParameters.inactiveMass,
  inactiveVolume: buildParameters.inactiveVolume,
  density: {
    value: 1200,
    range: [1150, 1300],
    bounds: [1, 1e5],
    unit: 'kg/m³',
    meaning: 'density of the electrolyte',
    source: 'assumed: a carbonate with 1 M of salt',
  },
} as const satisfies Record<string, Parameter>

/**
 * A cell of two porous electrodes from a BPX file of the library, with the names and molar masses of its hosts, which
 * BPX does not hold; everything else is the file's.
 *
 * @throws input error for an unknown parameter
 */
export const bpxCell = (
  o: {
    readonly name: string
    readonly bpx: unknown
    readonly file: string
    readonly anode: HostMaterial
    readonly cathode: HostMaterial
    readonly source: string
  },
  overrides: Overrides<typeof massParameters>,
): Cell => {
  const { inactiveMass, inactiveVolume, density } = valuesOf(o.name, massParameters, overrides)
  const { cell } = readBpx(o.bpx, o.file)
  if (cell.anode.kind !== 'porous') throw new RangeError(`${o.name}: the BPX file has no porous anode`)
  const from = { '*': o.source }
  return {
    ...cell,
    anode: { ...cell.anode, host: weighed(cell.anode.host, o.anode, from) },
    cathode: { ...cell.cathode, host: weighed(cell.cathode.host, o.cathode, from) },
    electrolyte: { ...cell.electrolyte, density, sources: { ...cell.electrolyte.sources, ...from } },
    inactiveMass,
    inactiveVolume,
    sources: { ...sourcesOf(massParameters, overrides), '*': o.source },
  }
}

/** The file's host under its own name and molar mass: that one number is the library's, all others are the file's. */
const weighed = (
  host: HostMaterial,
  { name, formula, molarMass, sources }: HostMaterial,
  from: Sources,
): HostMaterial => ({
  ...host,
  name,
  formula,
  molarMass,
  notes: (host.notes ?? []).filter(note => !note.includes('molar mass')),
  thermodynamics: { ...host.thermodynamics, sources: { ...host.thermodynamics.sources, ...from } },
  transport: { ...host.transport, sources: { ...host.transport.sources, ...from } },
  sources: { ...sources, ...from },
})
