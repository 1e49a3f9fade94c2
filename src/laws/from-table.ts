/**
 * The last step from atoms to the cell: samples of lattice runs (`table.ts`) → the record that a cell takes. The free energy is
 * fitted in `table-thermodynamics.ts`, transport in `table-transport.ts`; what is left is the interface and the notes.
 */

import { refuse } from '../error.ts'
import type { Carrier, HostMaterial } from '../scales.ts'
import { F, roomTemperature } from '../units.ts'
import { insertionKinetics } from './insertion-kinetics.ts'
import { checkTable, type HostTable } from './table.ts'
import { roomOf } from './table-room.ts'
import { type Stability, stabilityNote, stabilityOf } from './table-stability.ts'
import { type TableThermodynamics, thermodynamicsFromTable } from './table-thermodynamics.ts'
import { type TableTransport, transportFromTable } from './table-transport.ts'

/** A host made of a table: the record, with how well it meets its samples. */
export type TableHost = HostMaterial & {
  readonly thermodynamics: TableThermodynamics
  readonly transport: TableTransport
  /** At each temperature of the samples. */
  readonly stability: readonly Stability[]
}

/**
 * A host from tables of μ and L.
 *
 * @param table    samples with their standard errors, see `table.ts`
 * @param carriers the ions of `table.carriers`, in that order
 * @returns a host that a cell takes as any other; its notes say how well the samples are met, and where phases part
 * @throws SimulationError (`input`) as `checkTable`, or where the carriers are not those of the table
 */
export const hostFromTable = (table: HostTable, carriers: readonly Carrier[]): TableHost => {
  checkTable(table)
  if (carriers.map(c => c.symbol).join() !== table.carriers.join()) {
    refuse(`${table.name}: carriers`, carriers.map(c => c.symbol).join(', '), table.carriers.join(', '))
  }
  const thermodynamics = thermodynamicsFromTable(table)
  const transport = transportFromTable(table, thermodynamics)
  const stability = [...new Set(table.thermodynamics.map(s => s.T))]
    .sort((a, b) => a - b)
    .map(T => stabilityOf(table, thermodynamics, T))
  return {
    name: table.name,
    formula: table.formula,
    carriers,
    molarMass: table.molarMass,
    molarVolume: table.molarVolume,
    limits: table.limits,
    thermodynamics,
    transport,
    kinetics: kineticsOf(table, carriers, thermodynamics),
    ...(table.gradient ? { gradient: Float64Array.from(table.gradient) } : {}),
    stability,
    notes: [
      ...(table.notes ?? []),
      ...thermodynamics.notes,
      ...transport.notes,
      ...stability.map(s => stabilityNote(s, table.carriers)).filter(note => note !== ''),
      ...(table.limits.length > 1
        ? ['Exchange currents see the vacancies of the first limit only; the others act through μ.']
        : []),
    ],
    sources: table.sources,
  }
}

/** The insertion reaction on the first limit's vacancies, μ° those of the empty host where none are given. */
const kineticsOf = (
  table: HostTable,
  carriers: readonly Carrier[],
  { standard }: TableThermodynamics,
): HostMaterial['kinetics'] => {
  const { kinetics, limits } = table
  const { sites } = roomOf(table)
  const T = kinetics.referenceTemperature ?? roomTemperature
  const n = carriers.length
  return insertionKinetics({
    law: {
      carriers: table.carriers,
      standard: [...(kinetics.reference ?? standard(T))],
      weights: table.carriers.map(c => limits[0].weights[c] ?? 0),
      max: limits[0].max,
      sites,
      steps: [],
      interaction: Array.from({ length: n * n }, () => 0),
    },
    carriers,
    rateConstants: kinetics.exchangeCurrent.map((j, i) => j / (carriers[i].charge * F)),
    alphaAnodic: kinetics.alpha,
    alphaCathodic: kinetics.alpha.map(a => 1 - a),
    activationEnergies: kinetics.activationEnergy,
    referenceTemperature: T,
    sources: table.sources,
  })
}
