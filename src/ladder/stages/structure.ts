import { atomCount, composition, type Structure, volume } from '../../crystal/structure.ts'
import { relax } from '../../migration/relax.ts'
import { fromSearch } from '../from-search.ts'
import type { Stage } from '../stage.ts'

export type StructureSettings = {
  /** Largest force [eV/Å] and stress [eV/Å³] of the relaxed host. */
  readonly forceTolerance: number
  readonly stressTolerance: number
  /** The cell relaxes with its atoms; false for engines without stresses. */
  readonly cell: boolean
  /** The engine's stamp: what it is and what it was made from. */
  readonly engine: string
}

/** The relaxed host as plain data. */
export type StructureRung = {
  readonly species: readonly string[]
  readonly lattice: readonly number[]
  readonly positions: readonly number[]
  /** Of the cell [eV]. */
  readonly energy: number
  readonly engine: string
}

/** The empty host at the minimum of the engine's energy. */
export const structureStage = (host: Structure, settings: StructureSettings): Stage<StructureRung> => ({
  name: 'structure',
  title: 'Structure: the empty host, relaxed',
  version: 1,
  needs: [],
  settings: {
    ...settings,
    host: { species: host.species, lattice: [...host.lattice], positions: [...host.positions] },
  },
  recordsAnswers: false,
  *run() {
    const { cell, forceTolerance, stressTolerance, engine } = settings
    const { structure, energy } = yield* fromSearch(
      relax(host, { cell, forceTolerance, ...(cell ? { stressTolerance } : {}) }),
      ({ step, largestForce }) => ({
        fraction: 0,
        doing: `step ${step}, largest force ${largestForce.toPrecision(3)} eV/Å`,
      }),
    )
    const { species, lattice, positions } = structure
    return { species, lattice: [...lattice], positions: [...positions], energy, engine }
  },
  report: output => {
    const structure = structureOfRung(output)
    return {
      basis: 'computed',
      why: `Relaxed by ${output.engine}.`,
      lines: [
        `${Object.entries(composition(structure))
          .map(([symbol, n]) => `${symbol}${n}`)
          .join(
            ' ',
          )}, ${atomCount(structure)} atoms, ${volume(structure).toFixed(2)} Å³ (${((100 * volume(structure)) / volume(host) - 100).toFixed(2)} % from the file)`,
        `${output.energy.toFixed(4)} eV`,
      ],
    }
  },
})

export const structureOfRung = ({ species, lattice, positions }: StructureRung): Structure => ({
  species,
  lattice: Float64Array.from(lattice),
  positions: Float64Array.from(positions),
})
