/** What the sensitivity table and the maps say, in sentences made from their numbers. */
import { type ClaimMap, type FactorName, factorOf, type Row } from './study.ts'
import { type ClaimName, claims, claimTitle } from './thresholds.ts'
import type { Trial } from './trial.ts'
import { holds, type Verdict, type VerdictOutcome } from './verdicts.ts'

export type SurveyedRow = Row & { readonly trial: Trial }
export type SurveyedMap = ClaimMap & { readonly trials: readonly Trial[] }

export const verdictOf = ({ verdicts }: Trial, claim: ClaimName): Verdict => verdicts.find(v => v.claim === claim)!

/** A factor's value in the unit in which it is shown. */
export const shownValue = (name: FactorName, value: number): string => {
  const { unit, scale = 1 } = factorOf(name)
  const number = Number((value / scale).toPrecision(3))
  const size = Math.abs(number)
  const text = number !== 0 && (size < 1e-3 || size >= 1e5) ? number.toExponential().replace('e+', 'e') : String(number)
  return unit === '' ? text : `${text} ${unit}`
}

const readingWords = { lattice: 'lattice barriers', effective: 'effective barriers' } as const
const cellWords = { beaker: 'beaker cell', full: 'full cell' } as const

export const baseWords = ({ cell, reading }: Pick<Row, 'cell' | 'reading'>): string =>
  `${cellWords[cell]}, ${readingWords[reading]}`

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`

/** One sentence on a claim for one base: its verdict at the defaults, and which factors change it. */
const rowSentence = (claim: ClaimName, rows: readonly SurveyedRow[]): string => {
  const start = verdictOf(rows[0].trial, claim).outcome
  const changed = rows.slice(1).filter(row => {
    const { outcome } = verdictOf(row.trial, claim)
    return outcome !== start && outcome !== 'not computed'
  })
  if (changed.length === 0) return `${start} at the defaults and at either end of every range of the table`
  const outcomes = [...new Set(changed.map(row => verdictOf(row.trial, claim).outcome))]
  const parts = outcomes.map(outcome => {
    const where = changed
      .filter(row => verdictOf(row.trial, claim).outcome === outcome)
      .map(row => `${factorOf(row.factor!).label} ${shownValue(row.factor!, row.value)}`)
    return `${outcome} with ${listed(where)}`
  })
  return `${start} at the defaults; ${parts.join('; ')}`
}

/** One sentence on a claim in a map: in how many cells it holds, and between which values. */
const mapSentence = (claim: ClaimName, map: SurveyedMap): string => {
  const { xs, ys, x, y, trials } = map
  const where = trials.flatMap((trial, k) =>
    holds(verdictOf(trial, claim)) ? [{ x: xs[k % xs.length], y: ys[Math.floor(k / xs.length)] }] : [],
  )
  const unknown = trials.filter(trial => verdictOf(trial, claim).outcome === 'not computed').length
  const beside = unknown > 0 ? ` (${unknown} not computed)` : ''
  if (where.length === 0) return `in none of ${trials.length}${beside}`
  const only = trials.every(t => !holds(verdictOf(t, claim)) || verdictOf(t, claim).outcome === 'thermodynamic')
  const range = (name: FactorName, values: readonly number[]): string => {
    const [low, high] = [Math.min(...values), Math.max(...values)]
    const label = factorOf(name).label
    return low === high
      ? `${label} ${shownValue(name, low)}`
      : `${label} ${shownValue(name, low)} … ${shownValue(name, high)}`
  }
  return (
    `in ${where.length} of ${trials.length}${beside}, within ${range(
      x,
      where.map(w => w.x),
    )} and ` +
    `${range(
      y,
      where.map(w => w.y),
    )}${only ? ', always thermodynamic' : ''}`
  )
}

/** How many claims hold at a point. */
export const holding = (trial: Trial): number => trial.verdicts.filter(holds).length

/** Places that say the same, said once. */
const grouped = (parts: readonly { readonly where: string; readonly what: string }[]): readonly string[] =>
  [...new Set(parts.map(part => part.what))].map(
    what => `${listed(parts.filter(part => part.what === what).map(part => part.where))}: ${what}`,
  )

/** Where in the space that was tried each claim holds, made from the table and the maps; the last line is on all at once. */
export const surveySentences = (
  rows: readonly SurveyedRow[],
  maps: readonly SurveyedMap[],
): readonly { readonly claim: string; readonly lines: readonly string[] }[] => {
  const bases = [...new Set(rows.map(baseWords))]
  const each = claims.map(({ name, title }) => ({
    claim: title,
    lines: grouped([
      ...bases.map(base => ({
        where: base,
        what: rowSentence(
          name,
          rows.filter(row => baseWords(row) === base),
        ),
      })),
      ...maps.map(map => ({ where: `map ${map.name}`, what: mapSentence(name, map) })),
    ]),
  }))
  return [...each, { claim: 'all together', lines: [together(rows, maps)] }]
}

/** The most claims that hold at one point, and where. */
const together = (rows: readonly SurveyedRow[], maps: readonly SurveyedMap[]): string => {
  const tried = [
    ...rows.map(row => ({
      trial: row.trial,
      where: `${baseWords(row)}, ${row.factor ? `${factorOf(row.factor).label} ${shownValue(row.factor, row.value)}` : 'defaults'}`,
    })),
    ...maps.flatMap(map =>
      map.trials.map((trial, k) => ({
        trial,
        where:
          `map ${map.name}, ${factorOf(map.x).label} ${shownValue(map.x, map.xs[k % map.xs.length])}, ` +
          `${factorOf(map.y).label} ${shownValue(map.y, map.ys[Math.floor(k / map.xs.length)])}`,
      })),
    ),
  ]
  const most = Math.max(...tried.map(one => holding(one.trial)))
  const best = tried.filter(one => holding(one.trial) === most)
  const names = best[0].trial.verdicts.filter(holds).map(v => claimTitle(v.claim))
  const all = most === claims.length
  const numbers = ['no', 'one', 'two', 'three', 'all four'][most]
  return (
    `at one and the same of the ${tried.length} points tried, ${all ? numbers : `at most ${numbers} of the four`} ` +
    `${most === 1 ? 'claim holds' : 'claims hold'} (${best.length === 1 ? 'one point' : `${best.length} points`}); ` +
    `first ${best[0].where}: ${names.length > 0 ? listed(names) : 'none'}`
  )
}

/** Counts of each outcome of a claim over some trials. */
export const tally = (claim: ClaimName, trials: readonly Trial[]): Readonly<Record<VerdictOutcome, number>> => {
  const counts = { seen: 0, 'not seen': 0, thermodynamic: 0, 'not computed': 0 }
  for (const trial of trials) counts[verdictOf(trial, claim).outcome]++
  return counts
}
