/** Where a scalar function of the state changes sign within an accepted step. */
import type { DaeEvent } from './dae.ts'
import { brentRoot } from './root.ts'

/** Relative accuracy of an event's time. */
const eventAccuracy = 1e-13

/** The span of one accepted step and its dense output. */
type Span = {
  readonly t: number
  readonly h: number
  readonly y: Float64Array
  interpolate(t: number, y: Float64Array): void
}

/**
 * Time (on the far side of the root) and index of the earliest sign change in the step, if any. `values` are the events' at its
 * begin; they are updated to its end. A value of zero at the begin has no sign to change.
 * @throws RangeError when an event is not a number
 */
export const findEvent = (
  events: readonly DaeEvent[],
  values: Float64Array,
  step: Span,
  scratch: Float64Array,
): { t: number; event: number } | undefined => {
  let found: { t: number; event: number } | undefined
  for (let k = 0; k < events.length; k++) {
    const before = values[k]
    const after = events[k].value(step.t, step.y)
    if (Number.isNaN(after))
      throw new RangeError(`integrate: event '${events[k].label}' is not a number at t = ${step.t}`)
    values[k] = after
    const crossed = before > 0 ? after <= 0 : before < 0 && after >= 0
    if (!crossed) continue
    const f = (at: number): number => {
      step.interpolate(at, scratch)
      return events[k].value(at, scratch)
    }
    const begin = step.t - step.h
    const first = f(begin)
    // Algebraic unknowns that were solved again for this step may have changed the sign at its very begin.
    const crossedAtOnce = before > 0 ? first <= 0 : first >= 0
    const t = crossedAtOnce
      ? begin
      : brentRoot({
          f,
          lower: begin,
          upper: step.t,
          tolerance: eventAccuracy * Math.max(Math.abs(step.t), step.h),
          side: 'upper',
        })
    if (!found || t < found.t) found = { t, event: k }
  }
  return found
}
