import type { Plan } from '../../src/claims/plan.ts'
import type { CycleRow, Displacement, Jam, Plating, TableRow, VerdictColumn } from '../../src/claims/report.ts'
import { baseWords } from '../../src/claims/survey.ts'
import { claims, claimTitle } from '../../src/claims/thresholds.ts'
import type { Verdict } from '../../src/claims/verdicts.ts'
import { textTable } from '../table.ts'

export const fixed = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1') : '–'

/** `C/5` */
export const cRate = ({ rate }: Plan): string => (rate < 1 ? `C/${Number((1 / rate).toPrecision(3))}` : `${rate}C`)

/** The discharges as a table. */
export const tableText = (rows: readonly TableRow[], plan: Plan): string => {
  const text = textTable([
    [
      `cell at ${cRate(plan)}`,
      'barriers',
      'pair',
      'mAh/g',
      'Wh/kg host',
      'Li',
      'Mg',
      'Wh/kg cell',
      '/ graphite',
      'ended by',
    ],
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

/** The claims against what came out: outcomes and numbers. */
export const verdictTable = (columns: readonly VerdictColumn[]): string => {
  const head = ['claim', ...columns.map(({ cell, reading }) => `${cell}, ${reading}`)]
  const rows = claims.map(({ name, title }) => [
    title,
    ...columns.map(({ verdicts }) => {
      const verdict = verdicts.find(v => v.claim === name)!
      return `${verdict.outcome} (${numberText(verdict)})`
    }),
  ])
  return textTable([head, ...rows])
}

/** The same with what each claim means, and why each verdict is as it is. */
export const verdictText = (columns: readonly VerdictColumn[]): string => {
  let text = verdictTable(columns)
  for (const { title, words } of claims) text += `  ${title}: ${words}\n`
  text += '\n'
  for (const { cell, reading, verdicts } of columns) {
    text += `${baseWords({ cell, reading })}\n`
    for (const verdict of verdicts) text += `  ${claimTitle(verdict.claim)}: ${verdict.outcome}. ${verdict.reason}\n`
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

/** Inventory over the cycles: fresh, first and last. */
export const cyclesText = (label: string, rows: readonly CycleRow[]): string => {
  const shown = [rows[0], rows[1], rows[rows.length - 1]].filter(
    (row, k, all) => row !== undefined && all.indexOf(row) === k,
  )
  return textTable([
    [
      `${label}: cycle`,
      'mAh/g',
      'charged/discharged',
      'Li, Mg when full',
      'Li, Mg left in the cathode',
      'Li, Mg on the anode',
      'Li, Mg in the electrolyte (mol/m³)',
      'Li, Mg in all',
    ],
    ...shown.map(row => [
      row.cycle === 0 ? 'fresh' : String(row.cycle),
      fixed(row.capacity, 2),
      fixed(row.recovered, 5),
      `${fixed(row.LiFull, 3)}, ${fixed(row.MgFull, 3)}`,
      `${fixed(row.LiLeft, 4)}, ${fixed(row.MgLeft, 4)}`,
      `${fixed(row.LiMetal, 3)}, ${fixed(row.MgMetal, 3)}`,
      `${fixed(row.LiDissolved, 3)}, ${fixed(row.MgDissolved, 3)} (${fixed(row.LiBath, 0)}, ${fixed(row.MgBath, 0)})`,
      `${fixed(row.LiTotal, 3)}, ${fixed(row.MgTotal, 3)}`,
    ]),
  ])
}

const span = (seconds: number): string =>
  seconds < 90
    ? `${fixed(seconds, 0)} s`
    : seconds < 5400
      ? `${fixed(seconds / 60, 0)} min`
      : `${fixed(seconds / 3600, 1)} h`

/** What happens at the anode beside the current, and in which order the metals come back. */
export const anodeText = (label: string, moved: Displacement, plating: Plating | undefined): string => {
  const displaced =
    `Li displaces Mg at the anode (${label}): ${fixed(moved.Mg, 3)} Mg per Mo6S8 beyond the fresh anode's, for twice as much Li, ` +
    `half of it after ${span(moved.half)}, all after ${span(moved.all)} of the discharge; Mg plates at ` +
    `${fixed(moved.second, 1)} times the current of the cell a second after the start, at ${fixed(moved.minute, 1)} times after a minute\n`
  if (!plating) return displaced
  const second = plating.first === 'Mg' ? 'Li' : 'Mg'
  const order = Number.isNaN(plating.second)
    ? `${plating.first} alone plates`
    : `${plating.first} plates first, ${second} from ${fixed(100 * plating.second, 1)} % of the charge on; both at once over ` +
      `${fixed(100 * plating.overlap, 1)} % of it`
  return `${displaced}On charge (${label}) ${order}; Mg takes ${fixed(100 * plating.Mg, 1)} % of the charge\n`
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
