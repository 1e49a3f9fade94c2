/** A sentence with what PyBaMM's `pybamm.step.string` takes beside it, as plain data: for cell files. */
import { placed, refuse, SimulationError } from '../error.ts'
import { temperatureRange } from './cell.ts'
import type { ProtocolStep, StepDirection } from './protocol.ts'
import { type Scanner, takeEnd, takeQuantity, unexpected } from './sentence-scan.ts'
import { takeStart } from './sentence-start.ts'
import { withCrossing } from './steps/limits.ts'
import { stepOf } from './steps/step-of.ts'

/** What is said beside a sentence holds for every step it makes; the start time for the first of them. */
export type SentenceRecord = {
  /** The sentence, or several with `;` between them. */
  readonly step: string
  /** [s], or `5 minutes`. */
  readonly period?: number | string
  /** [K], or `25 oC`. */
  readonly temperature?: number | string
  readonly tags?: string | readonly string[]
  /** [s] since the begin of the run, or `2 hours`, or `2026-01-31 08:00`. */
  readonly startTime?: number | string
  readonly skipOk?: boolean
  readonly direction?: StepDirection
}

/**
 * A quantity as a number in SI or as text with its unit.
 *
 * @throws SimulationError 'input' with the text and a caret under what is wrong
 */
export const quantityOf = (value: number | string, dimension: 'time' | 'temperature', field: string): number => {
  const example = dimension === 'time' ? '5 minutes' : '25 oC'
  const allowed = `a ${dimension}, such as ${example}${dimension === 'time' ? ' or 300 [s]' : ' or 298.15 [K]'}`
  const checked = (number: number): number => {
    if (!Number.isFinite(number) || !(number > 0)) return refuse(field, value, allowed)
    if (dimension === 'time' || (number >= temperatureRange[0] && number <= temperatureRange[1])) return number
    const hint = typeof value === 'number' && value < temperatureRange[0] ? `; did you mean ${value} oC?` : ''
    return refuse(field, value, `≥ ${temperatureRange[0]} and ≤ ${temperatureRange[1]} K, or a text as 25 oC${hint}`)
  }
  if (typeof value === 'number') return checked(value)
  if (typeof value !== 'string') return refuse(field, value, allowed)
  const s: Scanner = { text: value, at: 0 }
  return within(field, () => {
    const q = takeQuantity(s) ?? unexpected(s, [], allowed)
    takeEnd(s)
    return q.dimension === dimension ? checked(q.value) : refuse(field, value, allowed)
  })
}

/** Says where a text stands that is refused. */
const within = <T>(field: string, make: () => T): T => {
  try {
    return make()
  } catch (error) {
    throw error instanceof SimulationError && error.at === field ? error : placed(error, field)
  }
}

const startOf = (value: number | string): number => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return refuse('startTime', value, 'seconds, a time or a date')
  const s: Scanner = { text: value, at: 0 }
  return within('startTime', () => {
    const start = takeStart(s)
    takeEnd(s)
    return start
  })
}

const directions: readonly string[] = ['charge', 'discharge', 'rest']

/** The steps of a sentence with what stands beside it; `first` where they begin with the record. */
export const recordSteps = (record: SentenceRecord, steps: readonly ProtocolStep[], first: boolean): ProtocolStep[] => {
  const { direction, skipOk } = record
  if (direction !== undefined && !directions.includes(direction)) refuse('direction', direction, directions.join(', '))
  if (skipOk !== undefined && typeof skipOk !== 'boolean') refuse('skipOk', skipOk, 'true or false')
  const period = record.period === undefined ? undefined : quantityOf(record.period, 'time', 'period')
  const temperature =
    record.temperature === undefined ? undefined : quantityOf(record.temperature, 'temperature', 'temperature')
  const start = record.startTime === undefined ? undefined : startOf(record.startTime)
  const tags = typeof record.tags === 'string' ? [record.tags] : record.tags
  return steps.map((step, k) => {
    const startTime = first && k === 0 ? start : undefined
    const given = { period, temperature, startTime, skipOk }
    for (const [field, value] of Object.entries(given))
      if (value !== undefined && step[field as keyof typeof given] !== undefined)
        refuse(field, record[field as keyof typeof given], 'it once: beside the sentence or in it')
    const added = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const until = step.until.map(limit => withCrossing(step.drive, limit, direction))
    const all = tags === undefined ? {} : { tags: [...(step.tags ?? []), ...tags] }
    return { ...step, ...stepOf({ ...step, ...added, ...all, until }), cycle: step.cycle }
  })
}
