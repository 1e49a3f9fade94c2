import type { AcceptedStep } from '../solve/bdf.ts'
import type { At, Model } from './model.ts'
import type { ResolvedLimit } from './step.ts'

/**
 * Steps spent on the last millionth of a host's room, where the voltage falls as the logarithm of the time left: most
 * cut-offs are met by then, and no charge worth the name is left.
 */
const lastRoom = 2e-6
const stepsInLastRoom = 15
/** A limit that is so few more steps away, each as far as the last, is met all the same. */
const stepsToLimit = 10
/** A step is short beside the longest before it: amounts are asked for no sooner. */
const shortStep = 0.03

const isFull = (model: Model, amount: Float64Array): boolean =>
  model.cell.cathode.host.limits.some(({ weights, max }) => {
    let used = 0
    for (let i = 0; i < model.carriers.length; i++) used += (weights[model.carriers[i]] ?? 0) * amount[i]
    return used > max * (1 - lastRoom)
  })

/**
 * Whether a discharge by force is over because its host is full but for `lastRoom`, asked of every step: it is once so many steps were
 * spent there and no limit is near.
 *
 * @param first  values of the limits at the begin of the step
 */
export const lastRoomWatch = (
  model: Model,
  limits: readonly ResolvedLimit[],
  first: readonly number[],
): ((accepted: AcceptedStep, at: At) => boolean) => {
  const left = first.slice()
  let steps = 0
  let longest = 0
  /** Whether what is left of a limit is met in a few more steps like the last, or was met in it. */
  const near = (value: number, i: number): boolean => {
    const soon = value < stepsToLimit * (left[i] - value)
    left[i] = value
    return soon || value <= 0
  }
  return ({ h }, at) => {
    longest = Math.max(longest, h)
    steps = at.current > 0 && h < shortStep * longest && isFull(model, at.amount) ? steps + 1 : 0
    return steps > stepsInLastRoom && !limits.map((limit, i) => near(limit.value(at), i)).includes(true)
  }
}
