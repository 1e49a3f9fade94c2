/** The stages that a study asks for, with what they need read from files: the model, the cell. */
import { defaultMesh } from '../cell/model-of.ts'
import { parseProtocol } from '../cell/sentence.ts'
import { refuse } from '../error.ts'
import { bottom, type Ground, type LadderEngine } from './bottom.ts'
import { cellFor } from './cell-for.ts'
import { checkPoints } from './check-points.ts'
import { claimsOf } from './claims-of.ts'
import { recordedPhases } from './recorded-phases.ts'
import { slabStageOf } from './slab-study.ts'
import type { Stage } from './stage.ts'
import { coexistenceStage } from './stages/coexistence.ts'
import { conductionStage } from './stages/conduction.ts'
import { dischargeStage } from './stages/discharge.ts'
import { hostStage } from './stages/host.ts'
import { energiesStage } from './stages/lattice.ts'
import { stabilityStage } from './stages/stability.ts'
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
  checkPoints(study, ground)
  const { stability, coexistence, thermodynamics, transport, conduction, host, discharge, claims } = study
  if (stability) {
    const { volumes = [], products = [], basis = 'computed', notes: remarks = [] } = stability
    add(
      stabilityStage({
        ...(await recordedPhases(stability, folder)),
        ...{ volumes: volumes.map(([from, to]) => [from, to] as const), products, basis, notes: remarks },
      }),
    )
  }
  if (thermodynamics || coexistence) add(energiesStage)
  if (coexistence)
    add(
      coexistenceStage({
        carrier: coexistence.carrier,
        temperatures: coexistence.temperatures,
        voltages: [coexistence.voltages[0], coexistence.voltages[1]],
        points: coexistence.points ?? 100,
        size: sizeFor(ground, coexistence.size, 'coexistence.size'),
        sweeps: coexistence.sweeps ?? 400,
        seed: coexistence.seed ?? 1,
      }),
    )
  if (thermodynamics)
    add(
      thermodynamicsStage(
        {
          temperatures: thermodynamics.temperatures,
          amounts: thermodynamics.amounts,
          size: sizeFor(ground, thermodynamics.size, 'thermodynamics.size'),
          sweeps: thermodynamics.sweeps ?? usual.sweeps,
          error: thermodynamics.error ?? usual.error,
          seed: thermodynamics.seed ?? 1,
          ...(thermodynamics.more ? { more: thermodynamics.more } : {}),
        },
        { of: ground.name },
      ),
    )
  const transportSettings = transport && {
    temperatures: transport.temperatures,
    amounts: transport.amounts,
    size: sizeFor(ground, transport.size, 'transport.size'),
    events: transport.events ?? usual.events,
    pairHops: transport.pairHops ?? true,
    seed: transport.seed ?? 1,
    ...(transport.times ? { times: transport.times } : {}),
    ...(transport.crossings ? { crossings: transport.crossings } : {}),
    ...(transport.more
      ? {
          more: transport.more.map(({ size, ...one }, k) => ({
            ...one,
            ...(size ? { size: sizeFor(ground, size, `transport.more.${k}.size`) } : {}),
          })),
        }
      : {}),
  }
  if (transportSettings) add(transportStage(transportSettings, walker))
  if (study.slab) add(await slabStageOf(study.slab, { folder, size: sizeFor(ground, study.slab.size, 'slab.size') }))
  if (conduction)
    add(
      conductionStage({
        temperatures: conduction.temperatures,
        contents: conduction.contents,
        size: sizeFor(ground, conduction.size, 'conduction.size'),
        events: conduction.events ?? usual.events,
        inside: conduction.inside ?? 50,
        window: conduction.window ?? 10,
        seed: conduction.seed ?? 1,
      }),
    )
  if (host && (!thermodynamics || !transport)) refuse('host', 'a host', 'thermodynamics and transport before it')
  const hostSettings = host && {
    name: host.name ?? ground.name,
    formula: host.formula,
    molarMass: host.molarMass,
    ...(host.limits ? { limits: host.limits } : {}),
    ...(host.convex ? { convex: host.convex } : {}),
    ...(host.gradient
      ? {
          gradient: {
            pairs: host.gradient.pairs,
            source: host.gradient.source ?? 'assumed',
            basis: host.gradient.basis ?? ('assumed' as const),
          },
        }
      : {}),
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
    if (claims)
      await claimsOf(study, {
        ...{ folder, walker, add, notes, ground },
        transport: transportSettings!,
        host: hostSettings!,
        discharge: settings,
        dual: cell,
      })
  }
  if (claims && !discharge) refuse('claims', 'claims', 'a discharge before them')
  if (study.sensitivity && !claims) refuse('sensitivity', 'a sensitivity', 'claims before it')
  return { stages, notes }
}

export const sizeFor = ({ dimension }: Ground, size: readonly number[], at: string): [number, number, number] => {
  if (size.length !== dimension && size.length !== 3) refuse(at, size.join(', '), `${dimension} numbers of cells`)
  return [size[0], size[1] ?? 1, size[2] ?? 1]
}

/** Shifts of both by name, `__proto__` a name like any other. */
const sums = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> => {
  const of = (c: Readonly<Record<string, number>>, name: string) => (Object.hasOwn(c, name) ? c[name] : 0)
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map(name => [name, of(a, name) + of(b, name)]),
  )
}
