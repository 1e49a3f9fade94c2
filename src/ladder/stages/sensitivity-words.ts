/** What a sensitivity says: which inputs change a verdict, beside what chance alone does to it; a row for each. */
import { claims, claimTitle } from '../../claims/thresholds.ts'
import { type ClaimRow, numberOf } from '../trial.ts'
import type { ClaimsRung } from './claims.ts'
import type { SensitivityRow } from './sensitivity.ts'

/** The row that others of its kind are held against. */
const baseOf = (row: SensitivityRow, rows: readonly SensitivityRow[], { verdicts }: ClaimsRung): readonly ClaimRow[] =>
  row.kind === 'barrier' ? (rows.find(({ kind }) => kind === 'walks')?.verdicts ?? verdicts) : verdicts

/** What an input is called, without what is said of it. */
const inputWords = ({ input }: SensitivityRow): string => input.split(':')[0]

/** Numbers of a claim in the short walks with nothing moved, least and most: what chance and shortness do; none where one has none. */
const chanceOf = (rows: readonly SensitivityRow[], k: number): readonly [ClaimRow, ClaimRow] | undefined => {
  const walks = rows.flatMap(row => (row.kind === 'walks' && row.verdicts[k] ? [row.verdicts[k]] : []))
  if (walks.length < 2 || walks.some(({ value }) => value === null)) return undefined
  const sorted = walks.toSorted((a, b) => a.value! - b.value!)
  return [sorted[0], sorted[sorted.length - 1]]
}

const chanceWords = (chance: readonly [ClaimRow, ClaimRow] | undefined): string => {
  if (chance === undefined) return '–'
  const [least, most] = chance.map(numberOf)
  return least === most ? least : `${least} to ${most}`
}

/** For each claim which inputs change its verdict, and in what, beside what chance alone does to it (`o.chance` false: without). */
export const sensitivityWords = (
  rows: readonly SensitivityRow[],
  base: ClaimsRung,
  o: { readonly chance?: boolean } = {},
): string[] => [
  ...base.verdicts.map(({ claim, outcome }, k) => {
    const chance = chanceOf(rows, k)
    const beyond = rows.filter(({ kind, verdicts }) => {
      const value = verdicts[k]?.value
      return (
        kind === 'barrier' &&
        chance &&
        typeof value === 'number' &&
        (value < chance[0].value! || value > chance[1].value!)
      )
    })
    const barriers = rows.filter(({ kind }) => kind === 'barrier').length
    const noise =
      o.chance === false || chance === undefined || barriers === 0
        ? ''
        : `; short walks with nothing moved give ${chanceWords(chance)} by chance alone, ${barriers - beyond.length} of ${barriers} moved barriers no more than that`
    const changed = rows.flatMap(row => {
      const now = row.verdicts[k]
      const before = baseOf(row, rows, base)[k]
      if (row.kind === 'walks' || !now || !before || now.outcome === before.outcome) return []
      return [`${now.outcome} with ${inputWords(row)} ${row.moved}${now.value === null ? '' : ` (${numberOf(now)})`}`]
    })
    return `${claimTitle(claim)}: ${outcome}; ${changed.length === 0 ? 'the same in every row' : changed.join('; ')}${noise}`
  }),
  ...rows.flatMap(row => (row.trouble ? [`${inputWords(row)} ${row.moved}: not tried, ${row.trouble}`] : [])),
]

/** Rows of the table, the head first: the number of each claim, and its verdict where it is another than without the move. */
export const sensitivityTable = (rows: readonly SensitivityRow[], base: ClaimsRung): string[][] => [
  ['input', 'moved', ...claims.map(({ title }) => title)],
  ['as it is', '', ...base.verdicts.map(verdict => `${numberOf(verdict)}, ${verdict.outcome}`)],
  ...(rows.some(({ kind }) => kind === 'walks')
    ? [['chance', 'short walks, least to most', ...claims.map((_, k) => chanceWords(chanceOf(rows, k)))]]
    : []),
  ...rows.map(row => [
    inputWords(row),
    row.moved,
    ...claims.map((_, k) => {
      const verdict = row.verdicts[k]
      if (verdict === undefined) return 'not computed'
      const before = baseOf(row, rows, base)[k]
      return before && before.outcome === verdict.outcome
        ? numberOf(verdict)
        : `${numberOf(verdict)}, ${verdict.outcome}`
    }),
  ]),
]
