/** The runs of `dualion slab` for a reader: summary, rows of a table, figure. */
import type { SlabResult } from '../src/lattice/slab/slab.ts'
import type { SlabPlan } from './slab-stages.ts'
import { textTable } from './table.ts'

/** A run as far as it came. */
export type Done = { readonly plan: SlabPlan; readonly result: SlabResult }

/** Stages with their times and contents, surface jams, events. */
export const summary = (done: readonly Done[]): string => {
  if (done.length === 0) return ''
  const { carriers } = done[0].result
  const rows = done.flatMap(({ plan, result }) =>
    result.stages.map(stage => [
      plan.name,
      stage.label,
      stage.outcome,
      (stage.end - stage.start).toExponential(3),
      ...stage.amount.map(x => x.toFixed(4)),
      stage.potential[1].toFixed(4),
      String(stage.events),
    ]),
  )
  const jams = done.map(({ plan, result }) => {
    const { jam, time } = result.columns
    const pairs = result.families.map(
      ({ family, events, unthrottled, depth }) =>
        `${family} ${events}${unthrottled > 1.01 * events ? ` for ${Math.round(unthrottled)}` : ''} (${depth > 0 ? '+' : ''}${depth} layers)`,
    )
    return `${plan.name}: ${result.outcome}, ${result.reason}; jam ${jam[jam.length - 1]?.toFixed(3) ?? '–'} after ${time[time.length - 1]?.toExponential(3)} s; ${pairs.join(', ')}\n`
  })
  return `\n${textTable([['run', 'stage', 'ended', 'time / s', ...carriers.map(c => `x(${c})`), 'φ / V', 'events'], ...rows])}\n${jams.join('')}\n`
}

/** Contents over time, and over depth at the end, as SVG. */
export const figureOf = async (done: readonly Done[], title: string): Promise<string> => {
  const { slabFigure } = await import('../src/plot/slab.ts')
  return slabFigure(
    done.map(({ plan, result }) => ({
      ...result,
      name: plan.name,
      time: result.columns.time,
      amount: result.columns.amount,
    })),
    { title },
  )
}

/** Rows of CSV: contents, currents and potential over time. */
export const rowsOf = ({ plan, result }: Done): Record<string, number | string>[] =>
  Array.from(result.columns.time, (time, k) => ({
    'Run / 1': plan.name,
    'Test Time / s': time,
    'Potential / V': result.columns.potential[k],
    ...Object.fromEntries(
      result.carriers.flatMap((symbol, i) => [
        [`${symbol} Amount / 1`, result.columns.amount[i][k]],
        [`${symbol} Current / e/s`, result.columns.current[i][k]],
      ]),
    ),
    'Surface Jam / 1': result.columns.jam[k],
  }))
