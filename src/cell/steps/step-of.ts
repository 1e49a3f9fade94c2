import { SimulationError } from '../../error.ts'
import { temperatureRange } from '../cell.ts'
import type { Drive, ProtocolStep, StepDirection, StopLimit } from '../protocol.ts'
import { limitText, stepText, timeText } from './label.ts'
import { endsByItself, neverMet, type Until, withCrossing } from './limits.ts'

/** What every kind of step may say besides what it does. */
export type StepOptions = {
  /** The first that is met ends the step. */
  readonly until?: Until
  /** Longest duration [s]; the same as `until.time`. */
  readonly duration?: number
  /** Interval of the output rows [s]; absent: as dense as a smooth curve needs. */
  readonly period?: number
  /** Ambient temperature during the step [K]. */
  readonly temperature?: number
  /** Words to find the step by, in `stepsTagged`. */
  readonly tags?: readonly string[]
  /** When it begins [s]; see `ProtocolStep`. */
  readonly startTime?: number
  /** False: refused, not left out, where it is over before it begins. */
  readonly skipOk?: boolean
  /** Which way a held voltage or a profile is meant to go: its voltage limits are met from below on charge. */
  readonly direction?: StepDirection
}

/** The options of a step that say neither what is done nor when it ends. */
export const aboutStep = (o: Omit<StepOptions, 'until' | 'duration'>) => ({
  ...(o.period === undefined ? {} : { period: o.period }),
  ...(o.temperature === undefined ? {} : { temperature: o.temperature }),
  ...(o.tags === undefined ? {} : { tags: o.tags }),
  ...(o.startTime === undefined ? {} : { startTime: o.startTime }),
  ...(o.skipOk === undefined ? {} : { skipOk: o.skipOk }),
})

/** Longest duration of a step that says none [s]: 10 000 h. Reached, it means that the step's end never comes. */
export const longestStep = 3.6e7

/** A temperature that would be one in °C. */
const celsiusHint = (field: string, value: unknown): string =>
  field.includes('temperature') && typeof value === 'number' && value > -60 && value < temperatureRange[0]
    ? `; did you mean ${value} °C?`
    : ''

const refuseStep = (label: string, why: string): never => {
  throw new SimulationError(`${label}: ${why}`, { code: 'input', at: label })
}

/** Names of the numbers of a drive or limit, with their ranges: what is allowed, and whether a value is. */
type Range = readonly [allowed: string, holds: (value: number) => boolean]
const positive: Range = ['a number > 0', v => v > 0]
/** A finer table would be one of round-off. */
const leastPeriod: Range = ['≥ 1e-6 s', v => v >= 1e-6]
/** A tag must be readable in a sentence. */
const tagPattern = /^[^,;()[\]\n"'“”]+$/
const any: Range = ['a finite number', () => true]
const ranges: Readonly<Record<string, Range>> = {
  time: positive,
  current: positive,
  rate: positive,
  capacity: positive,
  amount: ['a number ≥ 0', v => v >= 0],
  temperature: [
    `≥ ${temperatureRange[0]} and ≤ ${temperatureRange[1]} K (25 °C are 298.15 K)`,
    v => v >= temperatureRange[0] && v <= temperatureRange[1],
  ],
  voltage: any,
}
const driveRanges: Readonly<Record<string, Range>> = {
  current: any,
  rate: any,
  power: any,
  voltage: any,
  resistance: ['a number other than 0', v => v !== 0],
  from: any,
  to: any,
}

/**
 * Checks a step and fills in what follows: the side of every limit, the label. Every step is made here, typed or parsed.
 *
 * @throws SimulationError 'input' on a number out of range, no end, or an end that can never come
 */
export const stepOf = (
  o: Omit<StepOptions, 'until' | 'duration'> & {
    readonly drive: Drive
    readonly until: readonly StopLimit[]
    readonly label?: string | undefined
  },
): ProtocolStep => {
  const { drive, period, temperature, tags, startTime } = o
  const until = o.until.map(limit => withCrossing(drive, limit, o.direction))
  const plain = { drive, until, ...aboutStep(o) }
  const label = o.label ?? stepText(plain)
  const check = (field: string, value: unknown, [allowed, holds]: Range): void => {
    if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value))
      refuseStep(label, `${field}: got ${String(value)}, allowed: ${allowed}${celsiusHint(field, value)}`)
  }
  for (const [field, value] of Object.entries(drive)) {
    if (field === 'rate' && drive.kind === 'sweep') check('sweep rate', value, positive)
    else if (Object.hasOwn(driveRanges, field) && value !== undefined) check(field, value, driveRanges[field])
  }
  for (const limit of until) {
    if (limit.kind === 'custom') continue
    const signed = (limit.kind === 'current' || limit.kind === 'rate') && limit.signed
    const value = (limit as Readonly<Record<string, unknown>>)[limit.kind]
    check(`until ${limit.kind}`, value, signed ? any : ranges[limit.kind])
  }
  if (period !== undefined) check('period', period, leastPeriod)
  if (temperature !== undefined) check('temperature', temperature, ranges.temperature)
  if (startTime !== undefined) check('startTime', startTime, ['a number of seconds ≥ 0', v => v >= 0])
  for (const tag of tags ?? [])
    if (typeof tag !== 'string' || !tagPattern.test(tag))
      refuseStep(label, `tags: got ${JSON.stringify(tag)}, allowed: a text without , ; ( and )`)
  if (drive.kind === 'sweep' && drive.from !== undefined && until.length === 0) checkSweepTime(label, drive, drive.from)
  if (!endsByItself(drive)) {
    if (until.length === 0) refuseStep(label, 'the step says no end; add one, as in "for 1 hour" or "until 3 V"')
    if (until.every(limit => limit.kind === 'time' && limit.time > longestStep))
      refuseStep(
        label,
        `until time: got ${until.map(limit => limitText(limit)).join(', ')}, allowed: ≤ ${timeText(longestStep)}`,
      )
    const reasons = until.map(limit => neverMet(drive, limit))
    if (reasons.every(reason => reason !== undefined))
      refuseStep(label, `the step can never end: ${[...new Set(reasons)].join('; ')}`)
  }
  return { label, ...plain, cycle: 1 }
}

/** Refuses a sweep that would last longer than any step. */
export const checkSweepTime = (label: string, drive: Extract<Drive, { kind: 'sweep' }>, from: number): void => {
  const distance = Math.abs(drive.to - from)
  if (!(distance / drive.rate <= longestStep))
    refuseStep(
      label,
      `sweep rate: got ${drive.rate} V/s, allowed: ≥ ${Number((distance / longestStep).toPrecision(2))} V/s, so that the sweep over ${Number(distance.toPrecision(5))} V is over in ${timeText(longestStep)}`,
    )
}

/** `until` and `duration` of a typed step as one record. */
export const untilOf = (o: StepOptions): Until =>
  o.duration === undefined
    ? (o.until ?? {})
    : { ...o.until, time: Math.min(o.duration, o.until?.time ?? Number.POSITIVE_INFINITY) }
