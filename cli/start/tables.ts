import type { CycleRow, TableRow, VerdictColumn } from '../../src/claims/report.ts'
import { factorOf } from '../../src/claims/study.ts'
import type { SurveyedMap, SurveyedRow } from '../../src/claims/survey.ts'
import type { Trial } from '../../src/claims/trial.ts'
import { csvOf, type Output } from './files.ts'

/** The tables as CSV. */
export const writeTables = async (
  output: Output,
  o: {
    readonly table: readonly TableRow[]
    readonly columns: readonly VerdictColumn[]
    readonly rows: readonly SurveyedRow[]
    readonly maps: readonly SurveyedMap[]
    readonly cycles: Readonly<Record<string, readonly CycleRow[]>>
  },
): Promise<void> => {
  await output.write(
    'table.csv',
    csvOf(
      o.table.map(row => ({
        run: row.run,
        cell: row.title,
        barriers: row.reading,
        pair: row.pair,
        'capacity_mAh/g': row.capacity,
        'energy_Wh/kg_host': row.hostEnergy,
        mean_voltage_V: row.voltage,
        Li: row.Li,
        Mg: row.Mg,
        'energy_Wh/kg_cell': row.specificEnergy,
        against_graphite_nmc811: row.againstGraphite,
        outcome: row.outcome,
      })),
    ),
  )
  await output.write(
    'verdicts.csv',
    csvOf(
      o.columns.flatMap(({ cell, reading, verdicts }) =>
        verdicts.map(v => ({
          cell,
          barriers: reading,
          claim: v.claim,
          outcome: v.outcome,
          value: v.value,
          infinitely_slow: v.slow,
          without_pair: v.withoutPair ?? Number.NaN,
          reason: v.reason,
        })),
      ),
    ),
  )
  for (const [name, rows] of Object.entries(o.cycles)) await output.write(`${name}.csv`, csvOf(rows))
  if (o.rows.length > 0)
    await output.write(
      'sensitivity.csv',
      csvOf(
        o.rows.map(({ cell, reading, factor, side, value, trial }) => ({
          cell,
          barriers: reading,
          factor: factor ?? 'defaults',
          side: side ?? '',
          value,
          unit: factor ? factorOf(factor).unit : '',
          ...trialFields(trial),
        })),
      ),
    )
  const cells = o.maps.flatMap(map =>
    map.trials.map((trial, k) => ({
      map: map.name,
      x: map.x,
      x_value: map.xs[k % map.xs.length],
      y: map.y,
      y_value: map.ys[Math.floor(k / map.xs.length)],
      ...trialFields(trial),
    })),
  )
  if (cells.length > 0) await output.write('maps.csv', csvOf(cells))
}

const trialFields = ({ capacity, end, verdicts, trouble }: Trial) => ({
  charge_dual: capacity.dual,
  charge_pair_off: capacity.withoutPair,
  charge_Mg_only: capacity.mgOnly,
  Li: end.Li,
  Mg: end.Mg,
  ...Object.fromEntries(
    verdicts.flatMap(v => [
      [v.claim, v.outcome],
      [`${v.claim}_value`, v.value],
      [`${v.claim}_slow`, v.slow],
    ]),
  ),
  attempts_failed: trouble.length,
})
