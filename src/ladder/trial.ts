/** The claims tried on a host: the discharges that they rest on, the infinitely slow paths, and a row for each claim. */
import type { Cell } from '../cell/cell.ts'
import type { Protocol } from '../cell/protocol.ts'
import { slowPath } from '../claims/slow.ts'
import { peakMgShare, type Split, splitOf } from '../claims/split.ts'
import { type ClaimName, reading, thresholds } from '../claims/thresholds.ts'
import { type Evidence, verdictsOf } from '../claims/verdicts.ts'
import type { HostMaterial } from '../scales.ts'
import type { StageRun } from './stage.ts'
import { type Accuracy, type DischargeRung, discharged, notComputed, withHost } from './stages/discharge.ts'

/** A verdict as plain data; null where there is no number. */
export type ClaimRow = {
  readonly claim: ClaimName
  readonly outcome: string
  readonly value: number | null
  readonly slow: number | null
  readonly withoutPair: number | null
  readonly reason: string
}

/** A cell that a claim is tried in, and how it is discharged. */
export type TrialCell = { readonly cell: Cell; readonly protocol: Protocol; readonly amount: Cell['cathode']['amount'] }

export type TrialCells = Accuracy & { readonly dual: TrialCell; readonly second: TrialCell }

export type TrialHosts = {
  readonly dual: HostMaterial
  /** Without hops of two ions; asked for only where Mg's share passes, as a share that does not needs no second discharge. */
  readonly singles: () => StageRun<HostMaterial>
  readonly second: HostMaterial
}

export type Trial = { readonly verdicts: readonly ClaimRow[]; readonly dual: DischargeRung }

export const claimRows = (evidence: Evidence): ClaimRow[] => {
  const number = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null)
  return verdictsOf(evidence).map(({ claim, outcome, value, slow, withoutPair, reason }) => ({
    claim,
    outcome,
    value: number(value),
    slow: number(slow),
    withoutPair: number(withoutPair),
    reason,
  }))
}

/** A discharge of the ladder as the claims read it, all its rows; undefined where it was not computed. */
export const splitOfRung = ({ outcome, columns }: DischargeRung): Split | undefined => {
  if (outcome === notComputed) return undefined
  const rows = columns.voltage.length
  const column = (name: string) =>
    Float64Array.from(columns[name] ?? new Array<number>(rows).fill(0), value => value ?? Number.NaN)
  return splitOf(column('voltage'), column('amount[Li]'), column('amount[Mg]'))
}

/** The infinitely slow discharge of a cell on a host, from its amounts at the start. */
export const slowOn = ({ cell, amount }: TrialCell, host: HostMaterial): Split | undefined =>
  slowPath(withHost(cell, host, amount))

/** All claims tried on one set of hosts. */
export function* trial(cells: TrialCells, hosts: TrialHosts): StageRun<Trial> {
  const run = ({ cell, protocol, amount }: TrialCell, host: HostMaterial): StageRun<DischargeRung> =>
    discharged(withHost(cell, host, amount), cells, protocol)
  const dual = yield* run(cells.dual, hosts.dual)
  const split = splitOfRung(dual)
  const passes = split !== undefined && peakMgShare(split, reading).share > thresholds.mgPromoted.share
  const singles = passes ? yield* run(cells.dual, yield* hosts.singles()) : undefined
  const second = yield* run(cells.second, hosts.second)
  const verdicts = claimRows({
    dual: split,
    dualWithoutPair: singles && splitOfRung(singles),
    mgOnly: splitOfRung(second),
    slowDual: slowOn(cells.dual, hosts.dual),
    slowMgOnly: slowOn(cells.second, hosts.second),
  })
  return { verdicts, dual }
}

/** Beyond this a ratio of amounts only says that one ion hardly entered. */
const largeRatio = 1000

/** The number of a verdict in the unit of its claim. */
export const numberOf = ({ claim, value }: Pick<ClaimRow, 'claim' | 'value'>): string => {
  if (value === null) return '–'
  if (claim === 'nearEqual')
    return value > largeRatio ? `Li/Mg over ${largeRatio}` : `Li/Mg ${Number(value.toPrecision(3))}`
  return `${(100 * value).toFixed(1).replace(/^-0\.0$/, '0.0')} %`
}
