/** Where a scalar function of the state changes sign within an accepted step. */
import type { DaeEvent } from './dae.ts'
import { brentRoot } from './root.ts'

/** Accuracy of an event's time relative to its step. */
const eventAccuracy = 1e-13

/** The span of one accepted step and its dense output, by the delay from its end, −h … 0. */
type Span = {
  readonly t: number
  readonly h: number
  readonly y: Float64Array
  /** Fills the unknowns `from` on. */
  within(delay: number, y: Float64Array, from?: number): void
}

/**
 * Delay from the end of the step (on the far side of the root) and index of the earliest sign change in it, if any. `values` are the
 * events' at its begin; they are updated to its end. A value of zero at the begin has no sign to change. A delay, since a voltage
 * that falls off a full host passes its limit in less than round-off of a time of hours.
 * @throws RangeError when an event is not a number
 */
export const findEvent = (
  events: readonly DaeEvent[],
  values: Float64Array,
  step: Span,
  scratch: Float64Array,
): { delay: number; event: number } | undefined => {
  let found: { delay: number; event: number } | undefined
  for (let k = 0; k < events.length; k++) {
    const before = values[k]
    const after = events[k].value(step.t, step.y)
    if (Number.isNaN(after))
      throw new RangeError(`integrate: event '${events[k].label}' is not a number at t = ${step.t}`)
    values[k] = after
    const crossed = before > 0 ? after <= 0 : before < 0 && after >= 0
    if (!crossed) continue
    const f = (delay: number): number => {
      step.within(delay, scratch, events[k].seenFrom)
      return events[k].value(step.t + delay, scratch)
    }
    const first = f(-step.h)
    // Algebraic unknowns that were solved again for this step may have changed the sign at its very begin.
    const crossedAtOnce = before > 0 ? first <= 0 : first >= 0
    const delay = crossedAtOnce
      ? -step.h
      : brentRoot({ f, lower: -step.h, upper: 0, tolerance: eventAccuracy * step.h, side: 'upper' })
    if (!found || delay < found.delay) found = { delay, event: k }
  }
  return found
}
