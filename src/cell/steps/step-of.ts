import { SimulationError } from '../../error.ts'
import type { Drive, ProtocolStep, StopLimit } from '../protocol.ts'
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
}

/** Longest duration of a step that says none [s]: 10 000 h. Reached, it means that the step's end never comes. */
export const longestStep = 3.6e7

const refuseStep = (label: string, why: string): never => {
  throw new SimulationError(`${label}: ${why}`, { code: 'input', at: label })
}

/** Names of the numbers of a drive or limit, with their ranges: what is allowed, and whether a value is. */
type Range = readonly [allowed: string, holds: (value: number) => boolean]
const positive: Range = ['a number > 0', v => v > 0]
const any: Range = ['a finite number', () => true]
const ranges: Readonly<Record<string, Range>> = {
  time: positive,
  current: positive,
  rate: positive,
  capacity: positive,
  amount: ['a number ≥ 0', v => v >= 0],
  temperature: ['a temperature > 0 K', v => v > 0],
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
export const stepOf = (o: {
  readonly drive: Drive
  readonly until: readonly StopLimit[]
  readonly period?: number | undefined
  readonly temperature?: number | undefined
  readonly label?: string | undefined
}): ProtocolStep => {
  const { drive, period, temperature } = o
  const until = o.until.map(limit => withCrossing(drive, limit))
  const plain = {
    drive,
    until,
    ...(period === undefined ? {} : { period }),
    ...(temperature === undefined ? {} : { temperature }),
  }
  const label = o.label ?? stepText(plain)
  const check = (field: string, value: unknown, [allowed, holds]: Range): void => {
    if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value))
      refuseStep(label, `${field}: got ${String(value)}, allowed: ${allowed}`)
  }
  for (const [field, value] of Object.entries(drive)) {
    if (field === 'rate' && drive.kind === 'sweep') check('sweep rate', value, positive)
    else if (Object.hasOwn(driveRanges, field) && value !== undefined) check(field, value, driveRanges[field])
  }
  for (const limit of until)
    check(`until ${limit.kind}`, (limit as Readonly<Record<string, unknown>>)[limit.kind], ranges[limit.kind])
  if (period !== undefined) check('period', period, positive)
  if (temperature !== undefined) check('temperature', temperature, ranges.temperature)
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

/** `until` and `duration` of a typed step as one record. */
export const untilOf = (o: StepOptions): Until =>
  o.duration === undefined
    ? (o.until ?? {})
    : { ...o.until, time: Math.min(o.duration, o.until?.time ?? Number.POSITIVE_INFINITY) }
