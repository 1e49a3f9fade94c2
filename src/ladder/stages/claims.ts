import type { Cell } from '../../cell/cell.ts'
import { slowPath } from '../../claims/slow.ts'
import { type Split, splitOf } from '../../claims/split.ts'
import { type ClaimName, claims } from '../../claims/thresholds.ts'
import { verdictsOf } from '../../claims/verdicts.ts'
import type { HostTable } from '../../laws/table/table.ts'
import { weakest } from '../basis.ts'
import type { Stage } from '../stage.ts'
import { type DischargeRung, notComputed } from './discharge.ts'
import { hostOfRung } from './host-of-rung.ts'

export type ClaimRow = {
  readonly claim: ClaimName
  readonly outcome: string
  /** Null where there is no number. */
  readonly value: number | null
  readonly slow: number | null
  readonly withoutPair: number | null
  readonly reason: string
}

export type ClaimsRung = { readonly verdicts: readonly ClaimRow[] }

/**
 * The claims of the press release beside what came out on the computed host: the dual cell with all hops and with single ones
 * alone, the cell of the second ion alone, and both infinitely slowly.
 */
export const claimsStage = (o: {
  readonly dual: Cell
  readonly second: Cell
  readonly recipe: unknown
}): Stage<ClaimsRung> => ({
  name: 'claims',
  title: 'Claims: the press release beside what came out',
  version: 3,
  needs: ['host', 'host-second', 'discharge', 'discharge-singles', 'discharge-second'],
  settings: { recipe: o.recipe, claims: claims.map(one => one.words) },
  *run({ inputs }) {
    yield { kind: 'progress', fraction: 0.1, doing: 'infinitely slow discharges' }
    const on = (cell: Cell, table: unknown): Cell => ({
      ...cell,
      cathode: { ...cell.cathode, host: hostOfRung(table as HostTable), amount: empty(table as HostTable) },
    })
    const slowDual = slowPath(on(o.dual, inputs.host))
    yield { kind: 'progress', fraction: 0.6, doing: 'infinitely slow discharges' }
    const slowMgOnly = slowPath(on(o.second, inputs['host-second']))
    const split = (name: string) => splitOfRung(inputs[name] as DischargeRung)
    const number = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null)
    return {
      verdicts: verdictsOf({
        dual: split('discharge'),
        dualWithoutPair: split('discharge-singles'),
        mgOnly: split('discharge-second'),
        slowDual,
        slowMgOnly,
      }).map(({ claim, outcome, value, slow, withoutPair, reason }) => ({
        claim,
        outcome,
        value: number(value),
        slow: number(slow),
        withoutPair: number(withoutPair),
        reason,
      })),
    }
  },
  report: ({ verdicts }) => ({
    basis: weakest(['assumed']),
    why: 'Thresholds are ours and fixed; the discharges rest on all rungs below. Move a barrier with --shift to see how a verdict takes it.',
    lines: [
      '`thermodynamic`: seen, and an infinitely slow discharge shows it too, so rates and pairs are not needed for it',
    ],
    table: [
      ['claim', 'in numbers', 'verdict', 'how'],
      ...verdicts.map(({ claim, outcome, reason }) => {
        const { title, words } = claims.find(one => one.name === claim)!
        return [title, words, outcome, reason]
      }),
    ],
  }),
})

const empty = ({ carriers }: HostTable) => Object.fromEntries(carriers.map(symbol => [symbol, 0]))

/** A discharge of the ladder as the claims read it, all its rows; undefined where it was not computed. */
const splitOfRung = ({ outcome, columns }: DischargeRung): Split | undefined => {
  if (outcome === notComputed) return undefined
  const column = (name: string, rows: number) =>
    Float64Array.from(columns[name] ?? new Array<number>(rows).fill(0), value => value ?? Number.NaN)
  const rows = columns.voltage.length
  return splitOf(column('voltage', rows), column('amount[Li]', rows), column('amount[Mg]', rows))
}
