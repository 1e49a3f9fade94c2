import type { Cell, Fidelity, Mesh } from '../../cell/cell.ts'
import { type CycleOptions, cycleSteps } from '../../cell/cycle.ts'
import { modelOf } from '../../cell/model-of.ts'
import type { Protocol } from '../../cell/protocol.ts'
import type { Solution } from '../../cell/solution.ts'
import { SimulationError } from '../../error.ts'
import type { HostTable } from '../../laws/table/table.ts'
import { discharge } from '../../plot/discharge.ts'
import type { Amount, HostMaterial } from '../../scales.ts'
import { relayed, type Stage, type StageRun } from '../stage.ts'
import { hostOfRung } from './host-of-rung.ts'

/** How finely a cell is computed. */
export type Accuracy = { readonly fidelity: Fidelity; readonly mesh: Mesh }

export type DischargeSettings = Accuracy & {
  /** What the cell is made from, as plain data: the hash must change with it. */
  readonly cell: unknown
  readonly sentences: readonly string[]
  readonly amount: Amount
}

/** What a discharge ended by where the method broke down at every accuracy. */
export const notComputed = 'not computed'

export type DischargeRung = {
  /** An outcome of a cycle, or `not computed`: then all that there is is how far the method came. */
  readonly outcome: string
  readonly reason: string
  /** [A·h], [W·h] */
  readonly capacity: number
  readonly energy: number
  /** [per formula unit] at the start and the end. */
  readonly amount: Readonly<Record<string, readonly [number, number]>>
  /** Rows by name, thinned out. */
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>
  readonly notes: readonly string[]
}

/** Rows of a result that are kept; a picture shows no more. */
const mostRows = 400
/** Tried in turn, where a discharge cannot be computed to its end. */
const accuracies = [1e-5, 1e-4, 1e-6] as const
const shown = ['time', 'voltage', 'current', 'capacity', 'equilibrium']

/** The cell, its host the one that was computed. */
export const dischargeStage = (
  settings: DischargeSettings,
  o: {
    readonly cell: Cell
    readonly protocol: Protocol
    readonly name?: string
    readonly title?: string
    /** The stage of its host. */
    readonly host?: string
  },
): Stage<DischargeRung> => ({
  name: o.name ?? 'discharge',
  title: o.title ?? 'Discharge: the cell on this host',
  version: 4,
  needs: [o.host ?? 'host'],
  settings,
  run: ({ inputs }) => {
    const host = hostOfRung(inputs[o.host ?? 'host'] as HostTable)
    return discharged(withHost(o.cell, host, settings.amount), settings, o.protocol)
  },
  trouble: ({ outcome, reason }) => (outcome === notComputed ? reason : undefined),
  report: ({ outcome, reason, capacity, energy, amount, columns, notes }) => {
    const column = (name: string) => Float64Array.from(columns[name] ?? [], value => value ?? Number.NaN)
    return {
      basis: 'assumed',
      why: 'The host rests on the rungs below; electrolyte, anode, interface and build are those of the cell’s own record, each number with its source there.',
      lines: [
        `${o.cell.name}, ${settings.sentences.join('; ')}`,
        outcome === notComputed ? `**not computed: ${reason}**` : `ended by ${outcome}: ${reason}`,
        `${(1000 * capacity).toPrecision(5)} mA·h, ${(1000 * energy).toPrecision(5)} mW·h`,
        ...Object.entries(amount).map(
          ([ion, [from, to]]) => `${ion} per formula unit ${from.toFixed(4)} → ${to.toFixed(4)}`,
        ),
        ...notes,
      ],
      figures:
        columns.voltage.length < 2
          ? []
          : [
              {
                name: o.name ?? 'discharge',
                svg: discharge(
                  {
                    x: column('capacity'),
                    voltage: column('voltage'),
                    content: Object.fromEntries(Object.keys(amount).map(ion => [ion, column(`amount[${ion}]`)])),
                  },
                  { title: `${o.cell.name} on the computed host` },
                ),
              },
            ],
    }
  },
})

/** A cell with another host in its cathode. */
export const withHost = (cell: Cell, host: HostMaterial, amount: Amount): Cell => ({
  ...cell,
  cathode: { ...cell.cathode, host, amount },
})

/** A run of a cell as plain data. */
export function* discharged(cell: Cell, accuracy: Accuracy, protocol: Protocol): StageRun<DischargeRung> {
  const { solution, trouble } = yield* computed(cell, accuracy, protocol)
  if (solution === undefined)
    return {
      outcome: notComputed,
      reason: trouble[0],
      capacity: 0,
      energy: 0,
      amount: {},
      columns: { time: [], voltage: [], capacity: [] },
      notes: trouble.slice(1),
    }
  const { columns, outcome, reason, energy, carriers, notes } = solution
  const names = Object.keys(columns).filter(name => shown.includes(name) || /^(amount|share)\[/.test(name))
  const rows = columns.time.length
  const every = Math.max(1, Math.ceil(rows / mostRows))
  const kept = Array.from({ length: rows }, (_, k) => k).filter(k => k % every === 0 || k === rows - 1)
  const ends = (name: string): readonly [number, number] => [columns[name][0], columns[name][rows - 1]]
  return {
    outcome: outcome === 'method failed' ? notComputed : outcome,
    reason: outcome === 'method failed' ? trouble[0] : reason,
    capacity: columns.capacity[rows - 1],
    energy,
    amount: Object.fromEntries(carriers.map(ion => [ion, ends(`amount[${ion}]`)])),
    columns: Object.fromEntries(
      names.map(name => [name, kept.map(k => (Number.isFinite(columns[name][k]) ? columns[name][k] : null))]),
    ),
    notes: [
      ...notes,
      ...(outcome === 'method failed' ? trouble.slice(1) : trouble.map(words => `tried again, since ${words}`)),
    ],
  }
}

/**
 * The run at the first accuracy that brings it to an end of its own, else what the first one came to, with a line for each that
 * failed; no solution where none took a step.
 */
function* computed(
  cell: Cell,
  { fidelity, mesh }: Accuracy,
  protocol: Protocol,
): StageRun<{ readonly solution: Solution | undefined; readonly trouble: readonly string[] }> {
  const trouble: string[] = []
  let farthest: Solution | undefined
  for (const rtol of accuracies) {
    const options: CycleOptions = { rtol }
    try {
      const steps = cycleSteps(modelOf(cell, { fidelity, mesh }), protocol, options)
      const solution = yield* relayed(steps, ({ fraction, voltage, step, of }) => ({
        fraction,
        doing: `step ${step} of ${of}, ${voltage.toFixed(3)} V`,
      }))
      return { solution, trouble }
    } catch (error) {
      if (!(error instanceof SimulationError) || error.code !== 'method') throw error
      trouble.push(`${error.message} (relative tolerance ${rtol})`)
      const partial = error.partial as Solution | undefined
      if (partial && partial.columns.time.length > 0) farthest ??= partial
    }
  }
  return { solution: farthest, trouble }
}
