/** The stages that hold the claims against a study: the discharges beside its own, the spread, the verdicts, their sensitivity. */
import type { Cell } from '../cell/cell.ts'
import { parseProtocol } from '../cell/sentence.ts'
import { refuse } from '../error.ts'
import { libraryEntry } from '../file/library.ts'
import { suggestion } from '../file/nearest.ts'
import type { Ground } from './bottom.ts'
import { cellFor } from './cell-for.ts'
import type { Stage } from './stage.ts'
import { claimsStage } from './stages/claims.ts'
import { type DischargeSettings, dischargeStage } from './stages/discharge.ts'
import { type HostSettings, hostStage } from './stages/host.ts'
import { singlesStage } from './stages/lattice.ts'
import { type CellMove, sensitivityStage } from './stages/sensitivity.ts'
import { spreadStage, usualDraws } from './stages/spread.ts'
import { type TransportSettings, transportStage, type Walker } from './stages/transport.ts'
import type { LadderStudy } from './study-file.ts'
import type { TrialCells } from './trial.ts'

/** Barriers and short walks of the sensitivity, where a study names none: eV, events, times. */
const usual = { shift: 0.05, interaction: 0, events: 1e5, times: 8 }
/** A C-rate of a protocol's sentence. */
const cRate = /\bC\/\d+(?:\.\d+)?\b|\b\d+(?:\.\d+)?C\b/

/** 2.5e-6, not 0.0000025. */
const shortNumber = (value: number): string =>
  value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6) ? String(value) : value.toExponential()

type Below = {
  readonly folder: string
  readonly walker: Walker
  readonly add: <O>(stage: Stage<O>) => unknown
  readonly notes: string[]
  readonly ground: Ground
  readonly transport: TransportSettings
  readonly host: HostSettings
  readonly discharge: DischargeSettings
  readonly dual: Cell
}

export const claimsOf = async (study: LadderStudy, o: Below): Promise<void> => {
  const { add, ground, walker, discharge } = o
  const { symbols } = ground
  if (symbols.join() !== 'Li,Mg')
    refuse('claims', symbols.join(', '), 'a lattice of Li and Mg, as the press release is of them')
  add(singlesStage)
  const singles = { name: 'transport-singles', lattice: 'singles', of: ground.name }
  add(transportStage({ ...o.transport, pairHops: false }, walker, singles))
  const without = 'Host without hops of two ions'
  add(hostStage(o.host, { name: 'host-singles', title: without, transport: 'transport-singles' }))
  const { sentences } = discharge
  const off = { name: 'discharge-singles', title: 'Discharge without hops of two ions', host: 'host-singles' }
  add(dischargeStage(discharge, { cell: o.dual, protocol: parseProtocol(sentences, { carriers: symbols }), ...off }))
  const second = [symbols[1]]
  const title = `Host for ${second[0]} alone`
  add(hostStage(o.host, { name: 'host-second', title, transport: 'transport', carriers: second }))
  const cells = await cellsOf(study, o, {})
  const alone = { name: 'discharge-second', title: `Discharge of ${second[0]} alone`, host: 'host-second' }
  add(
    dischargeStage({ ...discharge, cell: cells.recipe[1], amount: cells.second.amount }, { ...cells.second, ...alone }),
  )
  const { recipe } = cells
  const settings = { recipe, sentences, amount: discharge.amount, fidelity: discharge.fidelity, mesh: discharge.mesh }
  add(spreadStage({ draws: study.claims!.draws ?? usualDraws, recipe: settings }, cells))
  add(claimsStage(cells, { recipe }))
  if (study.sensitivity) add(await sensitivityOf(study, o, cells, settings))
}

type Moved = { readonly parameters?: Readonly<Record<string, number>>; readonly rate?: number }

/** Both cells, with numbers of them changed, each where it knows them. */
const cellsOf = async (
  study: LadderStudy,
  { folder, notes, discharge, ground: { symbols } }: Below,
  { parameters = {}, rate }: Moved,
): Promise<TrialCells & { readonly recipe: readonly unknown[] }> => {
  const { fidelity, mesh, amount } = discharge
  const sentences =
    rate === undefined ? discharge.sentences : discharge.sentences.map(one => one.replace(cRate, `${rate}C`))
  const made = async (name: string, own: Readonly<Record<string, number>>, carriers: readonly string[]) => {
    const known =
      Object.keys(parameters).length === 0 ? {} : (await libraryEntry('cells', name, 'sensitivity.cell')).parameters
    const changed = Object.fromEntries(Object.entries(parameters).filter(([key]) => Object.hasOwn(known, key)))
    const { cell, recipe } = await cellFor({ cell: name, parameters: { ...own, ...changed } }, folder, notes)
    const start = Object.fromEntries(carriers.map(symbol => [symbol, amount[symbol] ?? 0]))
    return { cell: { cell, protocol: parseProtocol(sentences, { carriers }), amount: start }, recipe }
  }
  const [dual, second] = [
    await made(study.discharge!.cell, study.discharge!.parameters ?? {}, symbols),
    await made(study.claims!.second, {}, [symbols[1]]),
  ]
  return { fidelity, mesh, dual: dual.cell, second: second.cell, recipe: [dual.recipe, second.recipe] }
}

const sensitivityOf = async (study: LadderStudy, o: Below, cells: TrialCells, base: unknown) => {
  const {
    shift,
    families,
    interaction,
    amounts,
    events,
    more = [],
    seeds = [],
    cell = {},
    rates = [],
  } = study.sensitivity!
  const { transport } = o
  const moves: (CellMove & { readonly recipe: unknown })[] = []
  for (const rate of rates) moves.push(await moved('rate', `${rate}C`, { rate }))
  for (const [name, values] of Object.entries(cell)) {
    const { parameters } = await libraryEntry('cells', study.discharge!.cell, 'sensitivity.cell')
    if (!Object.hasOwn(parameters, name))
      refuse(
        'sensitivity.cell',
        name,
        `parameters of ${study.discharge!.cell}${suggestion(name, Object.keys(parameters))}`,
      )
    const { unit, meaning } = parameters[name]
    for (const value of values)
      moves.push(
        await moved(meaning, `${shortNumber(value)}${unit === '1' || unit === '–' ? '' : ` ${unit}`}`, {
          parameters: { [name]: value },
        }),
      )
  }
  return sensitivityStage(
    {
      shift: shift ?? usual.shift,
      ...(families ? { families } : {}),
      interaction: interaction ?? usual.interaction,
      walks: {
        temperatures: [transport.temperatures[0]],
        amounts,
        size: transport.size,
        events: events ?? usual.events,
        times: usual.times,
        seed: transport.seed,
        more,
      },
      seeds,
      recipe: [base, moves.map(({ recipe }) => recipe)],
    },
    { cells, moves, walker: o.walker },
  )

  async function moved(input: string, words: string, change: Moved) {
    const other = await cellsOf(study, o, change)
    return { input, moved: words, cells: other, recipe: [change, other.recipe] }
  }
}
