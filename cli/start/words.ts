import type { Plan } from '../../src/claims/plan.ts'
import type { CycleRow, Jam, TableRow, VerdictColumn } from '../../src/claims/report.ts'
import { baseWords } from '../../src/claims/survey.ts'
import { claims } from '../../src/claims/thresholds.ts'
import type { Verdict } from '../../src/claims/verdicts.ts'
import { textTable } from '../table.ts'

const fixed = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1') : '–'

/** The discharges as a table. */
export const tableText = (rows: readonly TableRow[], { rate }: Plan): string => {
  const cRate = rate < 1 ? `C/${Number((1 / rate).toPrecision(3))}` : `${rate}C`
  const text = textTable([
    [`cell at ${cRate}`, 'barriers', 'pair', 'mAh/g', 'Wh/kg host', 'Li', 'Mg', 'Wh/kg cell', '/ graphite', 'ended by'],
    ...rows.map(row => [
      row.title,
      row.reading,
      row.pair,
      fixed(row.capacity, 1),
      fixed(row.hostEnergy, 0),
      fixed(row.Li, 3),
      fixed(row.Mg, 3),
      fixed(row.specificEnergy, 0),
      fixed(row.againstGraphite, 2),
      row.outcome,
    ]),
  ])
  return `${text}\nmAh/g and Wh/kg host: per mass of the empty cathode host. Li, Mg: per Mo6S8 at the end.\nBarriers: lattice, as computed for the bare host; effective, as high as the remembered diffusivities need. Pair: whether Li and Mg hop together.\n`
}

/** The claims against what came out. */
export const verdictText = (columns: readonly VerdictColumn[]): string => {
  const head = ['claim', ...columns.map(({ cell, reading }) => `${cell}, ${reading}`)]
  const rows = claims.map(({ name, title }) => [
    title,
    ...columns.map(({ verdicts }) => {
      const verdict = verdicts.find(v => v.claim === name)!
      return `${verdict.outcome} (${numberText(verdict)})`
    }),
  ])
  let text = textTable([head, ...rows])
  for (const { title, words } of claims) text += `  ${title}: ${words}\n`
  text += '\n'
  for (const { cell, reading, verdicts } of columns) {
    text += `${baseWords({ cell, reading })}\n`
    for (const verdict of verdicts)
      text += `  ${claims.find(c => c.name === verdict.claim)!.title}: ${verdict.outcome}. ${verdict.reason}\n`
  }
  return text
}

/** The number of a verdict. */
const numberText = ({ claim, value, withoutPair }: Verdict): string => {
  if (Number.isNaN(value)) return 'no number'
  if (claim === 'nearEqual') return value > 1000 ? 'Li/Mg > 1000' : `Li/Mg ${value.toFixed(2)}`
  const percent = (share: number) => (Number.isFinite(share) ? `${fixed(100 * share, 1)} %` : 'no number')
  return claim === 'mgPromoted' ? `${percent(value)}, off ${percent(withoutPair ?? Number.NaN)}` : percent(value)
}

/** Inventory over the cycles, first and last. */
export const cyclesText = (label: string, rows: readonly CycleRow[]): string => {
  const shown = [rows[0], rows[rows.length - 1]].filter((row, k, all) => row !== undefined && all.indexOf(row) === k)
  return textTable([
    [
      `${label}: cycle`,
      'mAh/g',
      'charged/discharged',
      'Li, Mg when full',
      'Li, Mg left in the cathode',
      'Li, Mg on the anode',
      'Li, Mg in the electrolyte (mol/m³)',
    ],
    ...shown.map(row => [
      String(row.cycle),
      fixed(row.capacity, 2),
      fixed(row.recovered, 5),
      `${fixed(row.LiFull, 3)}, ${fixed(row.MgFull, 3)}`,
      `${fixed(row.LiLeft, 4)}, ${fixed(row.MgLeft, 4)}`,
      `${fixed(row.LiMetal, 3)}, ${fixed(row.MgMetal, 3)}`,
      `${fixed(row.LiBath, 0)}, ${fixed(row.MgBath, 0)}`,
    ]),
  ])
}

/** Least difference between surface and mean of a particle that is called a jam [per formula unit]: a tenth of full. */
const jam = 0.2

/** What the Mg-only particles do. */
export const jamText = (jams: readonly Jam[]): string =>
  jams
    .map(
      ({ run, excess, mean }) =>
        `surface of the Mg-only particles (${run}): at most ${fixed(excess, 3)} Mg above the mean of ${fixed(mean, 2)}: ${excess >= jam ? 'a jam' : 'no jam'}\n`,
    )
    .join('')
