/** The stages that a study asks for, with what they need read from files: the model, the cell. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Cell } from '../cell/cell.ts'
import { defaultMesh } from '../cell/model-of.ts'
import { parseProtocol } from '../cell/sentence.ts'
import { refuse } from '../error.ts'
import { libraryEntry, madeFromLibrary } from '../file/library.ts'
import { readCellText } from '../file/read.ts'
import { bottom, type Ground, type LadderEngine } from './bottom.ts'
import { sha256 } from './canonical.ts'
import { slabStageOf } from './slab-study.ts'
import type { Stage } from './stage.ts'
import { claimsStage } from './stages/claims.ts'
import { dischargeStage } from './stages/discharge.ts'
import { hostStage } from './stages/host.ts'
import { energiesStage } from './stages/lattice.ts'
import { thermodynamicsStage } from './stages/thermodynamics.ts'
import { transportStage, type Walker } from './stages/transport.ts'
import type { LadderStudy } from './study-file.ts'

/** Sweeps, error of contents and events where a study names none. */
const usual = { sweeps: 4000, error: 0.002, events: 2e6 }

export type StagesOfOptions = {
  /** Of the study, for the files that it names. */
  readonly folder: string
  readonly walker: Walker
  /** For the rungs below the lattice. */
  readonly engine?: LadderEngine
  /** Barriers moved beside those of the study [eV]. */
  readonly shifts?: Readonly<Record<string, number>>
}

export const stagesOf = async (
  study: LadderStudy,
  { folder, walker, shifts, engine }: StagesOfOptions,
): Promise<{ readonly stages: Stage[]; readonly notes: readonly string[] }> => {
  const stages: Stage[] = []
  const notes: string[] = []
  const add = <O>(stage: Stage<O>) => stages.push(stage as unknown as Stage)
  const ground = await bottom(study, {
    folder,
    shifts: sums(study.lattice.shift ?? {}, shifts ?? {}),
    add,
    notes,
    ...(engine ? { engine } : {}),
  })
  const { thermodynamics, transport, host, discharge, claims } = study
  if (thermodynamics) {
    add(energiesStage)
    add(
      thermodynamicsStage({
        temperatures: thermodynamics.temperatures,
        amounts: thermodynamics.amounts,
        size: sizeFor(ground, thermodynamics.size, 'thermodynamics.size'),
        sweeps: thermodynamics.sweeps ?? usual.sweeps,
        error: thermodynamics.error ?? usual.error,
        seed: thermodynamics.seed ?? 1,
      }),
    )
  }
  const transportSettings = transport && {
    temperatures: transport.temperatures,
    amounts: transport.amounts,
    size: sizeFor(ground, transport.size, 'transport.size'),
    events: transport.events ?? usual.events,
    pairHops: transport.pairHops ?? true,
    seed: transport.seed ?? 1,
  }
  if (transportSettings) add(transportStage(transportSettings, walker))
  if (study.slab) add(await slabStageOf(study.slab, { folder, size: sizeFor(ground, study.slab.size, 'slab.size') }))
  if (host && (!thermodynamics || !transport)) refuse('host', 'a host', 'thermodynamics and transport before it')
  const hostSettings = host && {
    name: host.name ?? ground.name,
    formula: host.formula,
    molarMass: host.molarMass,
    ...(host.limits ? { limits: host.limits } : {}),
    ...(host.convex ? { convex: host.convex } : {}),
    kinetics: {
      ...host.kinetics,
      source: host.kinetics.source ?? 'assumed',
      basis: host.kinetics.basis ?? ('assumed' as const),
    },
  }
  if (hostSettings) add(hostStage(hostSettings))
  if (discharge) {
    if (!host) return refuse('discharge', 'a discharge', 'a host before it')
    const { cell, recipe } = await cellFor(discharge, folder, notes)
    const { symbols } = ground
    const common = {
      sentences: discharge.protocol,
      fidelity: discharge.model ?? 'dfn',
      mesh: discharge.mesh ? { points: discharge.mesh[0], shells: discharge.mesh[1] } : defaultMesh,
    } as const
    const amountOf = (carriers: readonly string[]) =>
      Object.fromEntries(carriers.map(symbol => [symbol, discharge.amount?.[symbol] ?? 0]))
    const settings = { ...common, cell: recipe, amount: amountOf(symbols) }
    const protocol = parseProtocol(discharge.protocol, { carriers: symbols })
    add(dischargeStage(settings, { cell, protocol }))
    if (claims) {
      if (symbols.join() !== 'Li,Mg')
        refuse('claims', symbols.join(', '), 'a lattice of Li and Mg, as the press release is of them')
      const singles = { ...transportSettings!, pairHops: false }
      add(transportStage(singles, walker, 'transport-singles'))
      const without = 'Host without hops of two ions'
      add(hostStage(hostSettings!, { name: 'host-singles', title: without, transport: 'transport-singles' }))
      const off = 'Discharge without hops of two ions'
      add(dischargeStage(settings, { cell, protocol, name: 'discharge-singles', title: off, host: 'host-singles' }))
      const second = [symbols[1]]
      const title = `Host for ${second[0]} alone`
      add(hostStage(hostSettings!, { name: 'host-second', title, transport: 'transport', carriers: second }))
      const other = await cellFor({ ...discharge, cell: claims.second, parameters: {} }, folder, notes)
      add(
        dischargeStage(
          { ...common, cell: other.recipe, amount: amountOf(second) },
          {
            cell: other.cell,
            protocol: parseProtocol(discharge.protocol, { carriers: second }),
            name: 'discharge-second',
            title: `Discharge of ${second[0]} alone`,
            host: 'host-second',
          },
        ),
      )
      add(claimsStage({ dual: cell, second: other.cell, recipe: [recipe, other.recipe] }))
    }
  }
  if (claims && !discharge) refuse('claims', 'claims', 'a discharge before them')
  return { stages, notes }
}

/** The cell, and as plain data what it is made from. */
const cellFor = async (
  { cell: name, parameters = {} }: NonNullable<LadderStudy['discharge']>,
  folder: string,
  notes: string[],
): Promise<{ readonly cell: Cell; readonly recipe: unknown }> => {
  if (!/\.(ya?ml|json)$/i.test(name)) {
    const cell = await madeFromLibrary('cells', name, parameters, 'discharge.cell', notes)
    const entry = await libraryEntry('cells', name, 'discharge.cell')
    const values = Object.fromEntries(Object.entries(entry.parameters).map(([key, { value }]) => [key, value]))
    return { cell, recipe: { name, values: { ...values, ...parameters } } }
  }
  if (Object.keys(parameters).length > 0)
    refuse('discharge.parameters', parameters, 'a cell of the library; a file holds its own')
  const file = resolve(folder, name)
  const bytes = await readFile(file)
  const read = await readCellText(bytes, file)
  return { cell: read.cell, recipe: { file: sha256(bytes) } }
}

const sizeFor = ({ dimension }: Ground, size: readonly number[], at: string): [number, number, number] => {
  if (size.length !== dimension && size.length !== 3) refuse(at, size.join(', '), `${dimension} numbers of cells`)
  return [size[0], size[1] ?? 1, size[2] ?? 1]
}

const sums = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> => {
  const out: Record<string, number> = { ...a }
  for (const [name, value] of Object.entries(b)) out[name] = (out[name] ?? 0) + value
  return out
}
