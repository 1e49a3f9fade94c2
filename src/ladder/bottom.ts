/** Where a ladder begins: at a lattice model that is given, or at the structure of a host and an engine. */
import { resolve } from 'node:path'
import { readStructure } from '../crystal/formats/read-structure.ts'
import { loadSymmetry } from '../crystal/load-symmetry.ts'
import { refuse } from '../error.ts'
import type { Lattice } from '../lattice/lattice.ts'
import { readInput } from '../study/read-input.ts'
import { latticeFileOf } from './lattice-file.ts'
import { type Shifts, shifted } from './shift.ts'
import type { Stage } from './stage.ts'
import { arrangementsStage, type FilledHost } from './stages/arrangements.ts'
import { barriersStage } from './stages/barriers.ts'
import { fittedLatticeStage } from './stages/fitted-lattice.ts'
import { givenLatticeStage } from './stages/lattice.ts'
import { networkStage } from './stages/network.ts'
import { structureStage } from './stages/structure.ts'
import type { LadderStudy } from './study-file.ts'

/** An engine as a ladder knows it: what it is and what it was made from. */
export type LadderEngine = { readonly stamp: string }

/** What the rungs above must know of the lattice before it is there. */
export type Ground = {
  readonly name: string
  readonly symbols: readonly string[]
  readonly dimension: number
  /** Where it is given; one that is fitted is not there yet. */
  readonly lattice?: Lattice
}

/** Largest structure file [bytes]. */
const largestStructure = 20_000_000

/** ν₀ where nothing else is known. */
const usualFrequency = { value: 1e13, source: 'assumed: the usual order of magnitude' }

export const bottom = async (
  study: LadderStudy,
  o: {
    readonly folder: string
    readonly shifts: Shifts
    readonly add: <O>(stage: Stage<O>) => unknown
    readonly notes: string[]
    readonly engine?: LadderEngine
  },
): Promise<Ground> => {
  const { lattice } = study
  if (lattice.model === undefined) return fromEngine(study, o)
  for (const key of ['structure', 'network', 'filling', 'arrangements', 'barriers'] as const)
    if (study[key] !== undefined) refuse(key, 'a rung below', 'either lattice.model, or the rungs below it')
  const read = await latticeFileOf(lattice.model, o.folder)
  shifted(read.model, o.shifts) // refused now, not when the climb comes to it
  o.add(givenLatticeStage(read.model, { file: lattice.model, shifts: o.shifts }))
  o.notes.push(...read.notes)
  return {
    name: read.lattice.name,
    symbols: read.lattice.carriers.map(carrier => carrier.symbol),
    dimension: read.lattice.dimension,
    lattice: read.lattice,
  }
}

const fromEngine = async (
  { lattice, structure, network, filling, arrangements, barriers }: LadderStudy,
  { folder, shifts, add, engine, notes }: Parameters<typeof bottom>[1],
): Promise<Ground> => {
  const needed = { structure, network, filling, arrangements, barriers }
  for (const [key, value] of Object.entries(needed))
    if (value === undefined)
      refuse(key, 'nothing', 'lattice.model, or all of structure, network, filling, arrangements and barriers')
  if (engine === undefined) return refuse('engine', 'nothing', 'an engine, for the rungs below the lattice')
  loadSymmetry()
  const { stamp } = engine
  const file = resolve(folder, structure!.file)
  const host = readStructure(await readInput(file, largestStructure, { name: structure!.file }), {
    name: structure!.file,
    note: note => notes.push(`${structure!.file}: ${note}`),
  })
  const { carriers } = network!
  for (const symbol of carriers)
    if (filling!.metals[symbol] === undefined)
      refuse(`filling.metals.${symbol}`, 'nothing', 'the energy of an atom of the metal [eV]')
  const filled: FilledHost = { ...filling!, formulaUnits: filling!.formulaUnits ?? 1, cell: structure!.cell ?? true }
  add(
    structureStage(host, {
      forceTolerance: structure!.forceTolerance ?? 0.001,
      stressTolerance: structure!.stressTolerance ?? 2e-5,
      cell: structure!.cell ?? true,
      engine: stamp,
    }),
  )
  add(networkStage({ carriers, places: network!.places, merge: network!.merge ?? 0.4, cutoff: network!.cutoff }))
  const { sizes, pairs, seed = 1, heldOn = [] } = arrangements!
  add(arrangementsStage({ ...filled, sizes, pairs, seed, heldOn, engine: stamp }))
  const { separation, ...others } = barriers!
  add(
    barriersStage({
      ...filled,
      ...others,
      ...(separation ? { separation: [separation[0], separation[1]] } : {}),
      engine: stamp,
    }),
  )
  const name = lattice.name ?? host.name ?? structure!.file
  add(
    fittedLatticeStage({
      name,
      about: lattice.about ?? `Fitted to ${stamp}.`,
      pairs: lattice.pairs ?? pairs,
      triplets: lattice.triplets,
      meanField: lattice.meanField ?? [],
      diluteWeight: lattice.diluteWeight ?? 4,
      usualFrequency: lattice.attemptFrequency ?? usualFrequency,
      insideOf: lattice.insideOf ?? [],
      shifts,
    }),
  )
  return { name, symbols: carriers, dimension: 3 }
}
