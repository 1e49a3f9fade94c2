/** The claims of `thresholds.ts` held against discharges: what came out, by which number. */
import { capacityOf, endOf, mgShareUntil, peakMgShare, type Split } from './split.ts'
import { type ClaimName, claims, reading, thresholds } from './thresholds.ts'

/**
 * `thermodynamic`: seen, and the infinitely slow path shows it too, so rates and pairs are not needed for it.
 * `not computed`: a discharge that it rests on could not be computed to its end; never said of what was computed.
 */
export type VerdictOutcome = 'seen' | 'not seen' | 'thermodynamic' | 'not computed'

export type Verdict = {
  readonly claim: ClaimName
  readonly outcome: VerdictOutcome
  /** The claim's number in the discharge; NaN where there is none. */
  readonly value: number
  /** The same along the infinitely slow path. */
  readonly slow: number
  /** *Mg promoted* only: the number without the pair term. */
  readonly withoutPair?: number
  /** How the numbers came about, for a reader. */
  readonly reason: string
}

/** The discharges a set of verdicts rests on; undefined where one could not be computed. */
export type Evidence = {
  readonly dual: Split | undefined
  /** The same without the pair term. */
  readonly dualWithoutPair: Split | undefined
  readonly mgOnly: Split | undefined
  /** Infinitely slow. */
  readonly slowDual: Split | undefined
  readonly slowMgOnly: Split | undefined
}

const outcomeOf = (known: boolean, holds: boolean, slowly: boolean): VerdictOutcome =>
  !known ? 'not computed' : !holds ? 'not seen' : slowly ? 'thermodynamic' : 'seen'

const none = 'could not be computed'
const percent = (share: number): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(1).replace(/^-0\.0$/, '0.0')} %` : 'no number'
const short = (value: number): string =>
  Number.isFinite(value) ? (Math.abs(value) < 0.001 ? '0' : String(Number(value.toPrecision(3)))) : 'without end'
const slowly = (known: Split | undefined, words: string): string => `infinitely slowly ${known ? words : none}`

/** Li/Mg of a discharge at its end; Infinity where no Mg entered. */
const ratioOf = (split: Split): number => {
  const { Li, Mg } = endOf(split)
  return Mg > 0 ? Math.max(0, Li) / Mg : Number.POSITIVE_INFINITY
}

const isEnough = (split: Split | undefined): split is Split =>
  split !== undefined && capacityOf(split) >= reading.charge

const liFirst = ({ dual, slowDual }: Evidence): Verdict => {
  const { share, li } = thresholds.liFirst
  const of = (split: Split | undefined): number => (isEnough(split) ? mgShareUntil(split, li) : Number.NaN)
  const [value, slow] = [of(dual), of(slowDual)]
  const reason = !dual
    ? none
    : Number.isNaN(value)
      ? `Li never reaches ${li}: it ends at ${short(endOf(dual).Li)}`
      : `Mg carries ${percent(value)} of the charge up to Li ${li}; ${slowly(slowDual, percent(slow))}`
  return { claim: 'liFirst', outcome: outcomeOf(dual !== undefined, value < share, slow < share), value, slow, reason }
}

const mgPromoted = ({ dual, dualWithoutPair, slowDual }: Evidence): Verdict => {
  const { share, fall } = thresholds.mgPromoted
  const of = (split: Split | undefined) =>
    isEnough(split) ? peakMgShare(split, reading) : { share: Number.NaN, li: Number.NaN }
  const [peak, off, slow] = [of(dual), of(dualWithoutPair), of(slowDual)]
  // Where Li never comes without the pair there is no share "after some Li content": the pair has made all of it.
  const without = Number.isNaN(off.share) ? 0 : Math.max(0, off.share)
  const passes = peak.share > share
  const falls = peak.share >= fall * without
  const reason = !dual
    ? none
    : Number.isNaN(peak.share)
      ? `Li never reaches ${reading.li}: it ends at ${short(endOf(dual).Li)}`
      : `share at most ${percent(peak.share)} (from Li ${short(peak.li)} on), without the pair ` +
        `${dualWithoutPair ? percent(off.share) : none}; ${slowly(slowDual, percent(slow.share))}`
  return {
    claim: 'mgPromoted',
    // A share that does not pass needs no second discharge.
    outcome: outcomeOf(
      dual !== undefined && (dualWithoutPair !== undefined || !passes),
      passes && falls,
      slow.share > share,
    ),
    value: peak.share,
    slow: slow.share,
    withoutPair: off.share,
    reason,
  }
}

const nearEqual = ({ dual, slowDual }: Evidence): Verdict => {
  const { low, high } = thresholds.nearEqual
  const inside = (value: number): boolean => value >= low && value <= high
  const of = (split: Split | undefined): number => (isEnough(split) ? ratioOf(split) : Number.NaN)
  const [value, slow] = [of(dual), of(slowDual)]
  const end = dual ? endOf(dual) : { Li: Number.NaN, Mg: Number.NaN }
  return {
    claim: 'nearEqual',
    outcome: outcomeOf(dual !== undefined, inside(value), inside(slow)),
    value,
    slow,
    reason: dual
      ? `Li ${short(end.Li)} and Mg ${short(end.Mg)} at the end: Li/Mg ${ratio(value)}; ${slowly(slowDual, ratio(slow))}`
      : none,
  }
}

/** Beyond this a ratio of amounts only says that one ion hardly entered. */
const largeRatio = 1000
const ratio = (value: number): string =>
  Number.isNaN(value) ? 'no number' : value > largeRatio ? `over ${largeRatio}` : short(value)

const mgStalls = ({ dual, mgOnly, slowDual, slowMgOnly }: Evidence): Verdict => {
  const { capacity } = thresholds.mgStalls
  const of = (alone: Split | undefined, both: Split | undefined): number =>
    alone && isEnough(both) ? capacityOf(alone) / capacityOf(both) : Number.NaN
  const [value, slow] = [of(mgOnly, dual), of(slowMgOnly, slowDual)]
  const known = mgOnly !== undefined && dual !== undefined
  return {
    claim: 'mgStalls',
    outcome: outcomeOf(known, value < capacity, slow < capacity),
    value,
    slow,
    reason: known
      ? `Mg alone gives ${percent(value)} of the dual cell's capacity; ${slowly(slowMgOnly && slowDual, percent(slow))}`
      : none,
  }
}

const judges: Readonly<Record<ClaimName, (evidence: Evidence) => Verdict>> = {
  liFirst,
  mgPromoted,
  nearEqual,
  mgStalls,
}

/** One verdict for each claim, in the order of `claims`. */
export const verdictsOf = (evidence: Evidence): readonly Verdict[] => claims.map(({ name }) => judges[name](evidence))

/** True where a claim holds, whatever its cause. */
export const holds = ({ outcome }: Verdict): boolean => outcome === 'seen' || outcome === 'thermodynamic'
