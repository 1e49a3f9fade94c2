/**
 * What ends a whole experiment, where the limits of its steps only end them: PyBaMM's `termination`.
 *
 *   80% capacity     a cycle discharges no more than 80 % of what the first one did
 *   4 Ah capacity    a cycle discharges no more than 4 A·h
 *   2.5 V            the voltage has been at 2.5 V or below in a cycle
 *   4 hours          that time is over
 *
 * Time ends the experiment where it is; the others are looked at when a cycle is over, a step outside repeats being one of its own.
 * Capacity is what a cycle discharges, as a cycler counts it; a cycle that discharges nothing says nothing of it. (PyBaMM's is that
 * between the two limits of voltage in equilibrium, which no rate and no trapped ion changes.)
 */
import { refuse } from '../error.ts'
import { numberText } from './in-words.ts'
import type { ProtocolStep } from './protocol.ts'
import {
  fail,
  type Scanner,
  skipSpace,
  take,
  takeEnd,
  takeIf,
  takeNumber,
  takeQuantity,
  takeSymbol,
  unexpected,
} from './sentence-scan.ts'

export type Termination = {
  /** Of a cycle's discharge [A·h]. */
  readonly capacity?: number
  /** The same as a share of the first cycle's, 0 … 1. */
  readonly capacityShare?: number
  /** Lowest voltage of a cycle [V]. */
  readonly voltage?: number
  /** Time of the run [s]. */
  readonly time?: number
}

const allowed = 'a capacity, a voltage or a time, such as 80 % capacity, 4 Ah capacity, 2.5 V or 100 hours'

/**
 * Reads conditions, each a sentence; of the same kind the first that is met counts.
 *
 * @throws SimulationError 'input' with the sentence, a caret under the column, and what would do
 */
export const parseTermination = (sentences: string | readonly string[]): Termination => {
  const list = typeof sentences === 'string' ? [sentences] : sentences
  let found: Termination = {}
  for (const [k, text] of list.entries()) {
    if (typeof text !== 'string') return refuse(`termination ${k + 1}`, text, allowed)
    found = merged(found, parseOne({ text, at: 0 }))
  }
  checkTermination(found)
  return found
}

/** Of two capacities, shares and voltages the larger comes first, of two times the shorter. */
const merged = (a: Termination, b: Termination): Termination => ({
  ...a,
  ...b,
  ...(a.capacity !== undefined && b.capacity !== undefined ? { capacity: Math.max(a.capacity, b.capacity) } : {}),
  ...(a.capacityShare !== undefined && b.capacityShare !== undefined
    ? { capacityShare: Math.max(a.capacityShare, b.capacityShare) }
    : {}),
  ...(a.voltage !== undefined && b.voltage !== undefined ? { voltage: Math.max(a.voltage, b.voltage) } : {}),
  ...(a.time !== undefined && b.time !== undefined ? { time: Math.min(a.time, b.time) } : {}),
})

const parseOne = (s: Scanner): Termination => {
  takeIf(s, 'until', 'at')
  skipSpace(s)
  const start = s.at
  const share = takeNumber(s)
  if (!Number.isNaN(share) && takeSymbol(s, '%')) {
    take(s, 'capacity')
    finish(s)
    if (!(share > 0 && share <= 100)) fail(s, start, s.at, 'a share of the capacity must be > 0 and ≤ 100 %')
    return { capacityShare: share / 100 }
  }
  s.at = start
  const q = takeQuantity(s)
  if (!q) return unexpected(s, [], allowed)
  if (q.dimension === 'charge') take(s, 'capacity')
  finish(s)
  if (q.dimension === 'voltage') return { voltage: q.value }
  if (q.dimension !== 'charge' && q.dimension !== 'time')
    return fail(s, q.start, q.end, `a ${q.dimension} does not end an experiment; expected ${allowed}`)
  if (!(q.value > 0)) fail(s, q.start, q.end, `a ${q.dimension} must be greater than 0`)
  return q.dimension === 'charge' ? { capacity: q.value } : { time: q.value }
}

const finish = (s: Scanner): void => takeEnd(s, 'the end; each condition is a text of its own')

/** @throws SimulationError 'input' on a number out of range */
export const checkTermination = ({ capacity, capacityShare, voltage, time }: Termination): void => {
  const check = (field: string, value: number | undefined, holds: (v: number) => boolean, words: string): void => {
    if (value !== undefined && !(Number.isFinite(value) && holds(value))) refuse(`termination.${field}`, value, words)
  }
  check('capacity', capacity, v => v > 0, 'a number of A·h > 0')
  check('capacityShare', capacityShare, v => v > 0 && v <= 1, 'a share > 0 and ≤ 1')
  check('voltage', voltage, () => true, 'a number of V')
  check('time', time, v => v > 0, 'seconds > 0')
}

/** A voltage is met within this: a step that ends at it does so within the accuracy of its root [V]. */
const met = 1e-6

export type TerminationWatch = {
  /** Takes a voltage on the way. */
  see(voltage: number): void
  /**
   * At the end of a step.
   *
   * @param next        the step that comes after it
   * @param discharged  so far in the cycle of this number [A·h]
   * @returns why the experiment ends here
   */
  end(step: ProtocolStep, next: ProtocolStep | undefined, discharged: number): string | undefined
}

/** Follows a run to the end that the experiment asks for. */
export const terminationWatch = ({ capacity, capacityShare, voltage }: Termination): TerminationWatch => {
  let lowest = Number.POSITIVE_INFINITY
  let first = Number.NaN
  /** What the present cycle had discharged before the part that is looked at. */
  let before = { cycle: 0, discharged: 0 }
  return {
    see(seen) {
      if (seen < lowest) lowest = seen
    },
    end(step, next, discharged) {
      if (step.repeated && next?.repeated && next.cycle === step.cycle) return undefined
      const drawn = before.cycle === step.cycle ? discharged - before.discharged : discharged
      before = { cycle: step.cycle, discharged }
      const least = lowest
      lowest = Number.POSITIVE_INFINITY
      if (drawn > 0) {
        if (Number.isNaN(first)) first = drawn
        if (capacity !== undefined && drawn <= capacity)
          return `${numberText(capacity)} A·h capacity: ${shown(step)} discharged ${numberText(drawn)} A·h`
        if (capacityShare !== undefined && drawn <= capacityShare * first)
          return `${numberText(100 * capacityShare)} % capacity: ${shown(step)} discharged ${numberText(drawn)} A·h, the first one ${numberText(first)} A·h`
      }
      if (voltage !== undefined && least <= voltage + met)
        return `${numberText(voltage)} V: ${shown(step)} came down to ${numberText(least)} V`
      return undefined
    },
  }
}

const shown = ({ repeated, cycle, label }: ProtocolStep): string => (repeated ? `cycle ${cycle}` : label)
