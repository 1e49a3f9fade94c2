import { hostFromTable, type TableHost } from '../../laws/table/from-table.ts'
import { resample } from '../../laws/table/resample.ts'
import type { HostTable } from '../../laws/table/table.ts'
import { thermodynamicsFromTable } from '../../laws/table/thermodynamics.ts'
import { deviation, mean } from '../../math/spread.ts'
import { line } from '../../plot/line.ts'
import { ink } from '../../plot/theme.ts'
import { type Stage, telling } from '../stage.ts'
import { type ClaimRow, type TrialCells, trial } from '../trial.ts'
import type { DischargeRung } from './discharge.ts'
import { onlyCarriers } from './host.ts'
import { hostOfRung } from './host-of-rung.ts'

/** Draws of the tables where a study names no number. */
export const usualDraws = 8
/** Seeds of the walks without hops of two ions begin here, so that they are draws of their own. */
const singlesSeed = 1_000_000
/** Rows of a discharge that are kept for the figure. */
const mostRows = 80

/** What came of one draw. */
export type Draw = {
  readonly seed: number
  readonly verdicts: readonly ClaimRow[]
  readonly outcome: string
  /** [A·h] */
  readonly capacity: number
  /** [per formula unit] at the end of the discharge, by carrier. */
  readonly amount: Readonly<Record<string, number>>
  /** [A·h], [V] along the discharge. */
  readonly along: { readonly capacity: readonly number[]; readonly voltage: readonly number[] }
}

export type SpreadRung = { readonly draws: readonly Draw[] }

/**
 * The statistical error of the samples carried on: tables drawn anew within the errors of their samples, each fitted as the first
 * one was, and the same discharges and claims on each.
 */
export const spreadStage = (
  settings: { readonly draws: number; readonly recipe: unknown },
  cells: TrialCells,
): Stage<SpreadRung> => ({
  name: 'spread',
  title: 'Spread: the same on tables drawn anew within their errors',
  version: 2,
  needs: ['host', 'host-singles', 'host-second', 'discharge'],
  settings,
  *run({ inputs, kept }) {
    const [table, singles, second] = ['host', 'host-singles', 'host-second'].map(name => inputs[name] as HostTable)
    const draws: Draw[] = [...((kept as Draw[] | undefined) ?? [])]
    for (let k = draws.length; k < settings.draws; k++) {
      const doing = `draw ${k + 1} of ${settings.draws}`
      yield { kind: 'progress', fraction: k / settings.draws, doing }
      const drawn = resample(table, k + 1)
      const dual = like(drawn, hostOfRung(table))
      const alone = like(onlyCarriers(drawn, second.carriers), hostOfRung(second))
      const { verdicts, dual: run } = yield* telling(
        trial(cells, {
          dual,
          second: alone,
          *singles() {
            yield { kind: 'progress', fraction: 0, doing: 'without hops of two ions' }
            return hostFromTable(resample(singles, singlesSeed + k + 1), dual.carriers, dual.thermodynamics)
          },
        }),
        k / settings.draws,
        doing,
      )
      draws.push({
        seed: k + 1,
        verdicts,
        outcome: run.outcome,
        capacity: run.capacity,
        amount: Object.fromEntries(Object.entries(run.amount).map(([ion, [, end]]) => [ion, end])),
        along: thinned(run),
      })
      yield { kind: 'keep', state: draws }
    }
    return { draws }
  },
  report: ({ draws }, { inputs }) => {
    const base = inputs.discharge as DischargeRung
    const ends = draws.map(draw => draw.amount)
    return {
      basis: 'assumed',
      why: 'Errors of samples are taken as independent and normal; the smoothness of the fit is not drawn anew. What the fit misses of its samples, and what the lattice model misses of the host, is not in it.',
      lines: [
        `${draws.length} draws, seeds 1 to ${draws.length}`,
        `${(1000 * base.capacity).toPrecision(5)} mA·h as sampled, ${words(draws.map(draw => 1000 * draw.capacity))} mA·h over the draws`,
        ...Object.entries(base.amount).map(
          ([ion, [, end]]) =>
            `${ion} at the end ${end.toFixed(4)}, ${words(ends.map(amount => amount[ion] ?? Number.NaN))} over the draws`,
        ),
        ...voltageWords(draws),
      ],
      figures: [{ name: 'discharge-spread', svg: figure(base, draws, cells.dual.cell.name) }],
    }
  },
})

/** The host of a table drawn anew, its free energy fitted as that of the other. */
const like = (table: HostTable, { carriers, thermodynamics }: TableHost): TableHost =>
  hostFromTable(table, carriers, thermodynamicsFromTable(table, thermodynamics.shape))

const words = (values: readonly number[]): string =>
  `${mean(values).toPrecision(5)} ± ${deviation(values).toPrecision(2)}`

/** Places along a discharge at which voltages of draws are compared, in parts of the shortest of them. */
const places = [0.25, 0.5, 0.75]

const voltageWords = (draws: readonly Draw[]): string[] => {
  const along = draws.map(draw => draw.along).filter(({ capacity }) => capacity.length > 1)
  if (along.length < 2) return []
  const shortest = Math.min(...along.map(({ capacity }) => capacity[capacity.length - 1]))
  const at = places.map(place => {
    const values = along.map(curve => interpolated(curve.capacity, curve.voltage, place * shortest))
    return `${mean(values).toFixed(3)} ± ${(1000 * deviation(values)).toFixed(1)} mV`
  })
  return [`voltage a quarter, half and three quarters through: ${at.join(', ').replaceAll(' ± ', ' V ± ')}`]
}

const interpolated = (x: readonly number[], y: readonly number[], at: number): number => {
  const k = Math.max(
    1,
    x.findIndex(value => value >= at),
  )
  const share = x[k] > x[k - 1] ? (at - x[k - 1]) / (x[k] - x[k - 1]) : 0
  return y[k - 1] + share * (y[k] - y[k - 1])
}

const thinned = ({ columns: { capacity, voltage } }: DischargeRung): Draw['along'] => {
  const rows = capacity.flatMap((q, k) => {
    const V = voltage[k]
    return q === null || V === null ? [] : [[q, V] as const]
  })
  const every = Math.max(1, Math.ceil(rows.length / mostRows))
  const kept = rows.filter((_, k) => k % every === 0 || k === rows.length - 1)
  return { capacity: kept.map(([q]) => q), voltage: kept.map(([, V]) => V) }
}

/** Voltages of all draws, light, and of the samples as they are. */
const figure = (base: DischargeRung, draws: readonly Draw[], name: string): string => {
  const own = thinned(base)
  return line(
    [
      ...draws.map(({ along }) => ({ x: along.capacity, y: along.voltage, colour: ink.rule })),
      { x: own.capacity, y: own.voltage, colour: ink.line, label: 'as sampled' },
    ],
    {
      title: `${name}: ${draws.length} draws within the errors of the samples`,
      x: 'capacity',
      y: 'voltage',
    },
  )
}
