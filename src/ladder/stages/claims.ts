import { claims } from '../../claims/thresholds.ts'
import type { HostTable } from '../../laws/table/table.ts'
import { deviation } from '../../math/spread.ts'
import { weakest } from '../basis.ts'
import type { Stage } from '../stage.ts'
import { type ClaimRow, claimRows, numberOf, slowOn, splitOfRung, type TrialCells } from '../trial.ts'
import type { DischargeRung } from './discharge.ts'
import { hostOfRung } from './host-of-rung.ts'
import type { SpreadRung } from './spread.ts'

/** A verdict with what the statistical errors of the samples leave of it. */
export type HeldClaim = ClaimRow & {
  /** Standard deviation of the number over the draws; null where a draw has none. */
  readonly spread: number | null
  /** In how many draws the verdict is the same. */
  readonly same: number
  readonly draws: number
}

export type ClaimsRung = { readonly verdicts: readonly HeldClaim[] }

/**
 * The claims of the press release beside what came out on the computed host: the dual cell with all hops and with single ones
 * alone, the cell of the second ion alone, and both infinitely slowly.
 */
export const claimsStage = (cells: TrialCells, o: { readonly recipe: unknown }): Stage<ClaimsRung> => ({
  name: 'claims',
  title: 'Claims: the press release beside what came out',
  version: 4,
  needs: ['host', 'host-second', 'discharge', 'discharge-singles', 'discharge-second', 'spread'],
  settings: { recipe: o.recipe, claims: claims.map(one => one.words) },
  *run({ inputs }) {
    yield { kind: 'progress', fraction: 0.1, doing: 'infinitely slow discharges' }
    const slowDual = slowOn(cells.dual, hostOfRung(inputs.host as HostTable))
    yield { kind: 'progress', fraction: 0.6, doing: 'infinitely slow discharges' }
    const slowMgOnly = slowOn(cells.second, hostOfRung(inputs['host-second'] as HostTable))
    const split = (name: string) => splitOfRung(inputs[name] as DischargeRung)
    const rows = claimRows({
      dual: split('discharge'),
      dualWithoutPair: split('discharge-singles'),
      mgOnly: split('discharge-second'),
      slowDual,
      slowMgOnly,
    })
    const { draws } = inputs.spread as SpreadRung
    return {
      verdicts: rows.map((row, k) => {
        const drawn = draws.map(({ verdicts }) => verdicts[k])
        const values = drawn.flatMap(({ value }) => value ?? [])
        return {
          ...row,
          spread: values.length === drawn.length && values.length > 1 ? deviation(values) : null,
          same: drawn.filter(({ outcome }) => outcome === row.outcome).length,
          draws: drawn.length,
        }
      }),
    }
  },
  report: ({ verdicts }) => ({
    basis: weakest(['assumed']),
    why: 'Thresholds are ours and fixed; the discharges rest on all rungs below. Move a barrier with --shift to see how a verdict takes it.',
    lines: [
      '`thermodynamic`: seen, and an infinitely slow discharge shows it too, so rates and pairs are not needed for it',
      '±: standard deviation of the number over tables drawn anew within the errors of their samples; in how many of them the verdict is the same',
    ],
    table: [
      ['claim', 'in numbers', 'verdict', 'number', 'same in', 'how'],
      ...verdicts.map(verdict => {
        const { title, words } = claims.find(one => one.name === verdict.claim)!
        return [title, words, verdict.outcome, spreadWords(verdict), sameWords(verdict), verdict.reason]
      }),
    ],
  }),
})

/** The number of a verdict with its statistical error. */
export const spreadWords = (verdict: HeldClaim): string => {
  const { claim, value, spread } = verdict
  const number = numberOf(verdict)
  if (value === null || spread === null || number.includes('over')) return number
  return claim === 'nearEqual'
    ? `${number} ± ${Number(spread.toPrecision(2))}`
    : number.replace(' %', ` ± ${Number((100 * spread).toPrecision(2))} %`)
}

export const sameWords = ({ same, draws }: HeldClaim): string => `${same} of ${draws} draws`
