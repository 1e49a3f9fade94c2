import { SimulationError } from '../error.ts'
import { consistentInitial } from '../solve/consistent.ts'
import type { Model } from './model.ts'

/** Current tried first, relative to the nominal one: the search doubles it, from a state near rest. */
const firstRate = 0.01
/** Doublings of the current tried before the power is believed to have no maximum. */
const mostDoublings = 100
/** Narrowing steps of the golden section, 0.618^40 = 4e-9, and of the bisection. */
const narrowings = 40
const golden = (Math.sqrt(5) - 1) / 2

export type PowerPoint = { current: number; voltage: number; power: number }

/**
 * Power that a cell in a given state gives at a current: the algebraic unknowns follow, the differential ones stay.
 * `y` is left in the state of the current tried last.
 */
const powerAt = (
  model: Model,
  current: number,
  y: Float64Array,
  yp: Float64Array,
  ambient: number,
): PowerPoint | undefined => {
  model.drive(at => at.current - current, ambient)
  yp.fill(0)
  try {
    consistentInitial(model, 0, y, yp)
  } catch (error) {
    if (error instanceof SimulationError) return undefined
    throw error
  }
  const { voltage } = model.at(0, y)
  return { current, voltage, power: voltage * current }
}

/**
 * The largest power that a state can give: P(I) = I V(I) rises from rest, has one maximum, and falls as V goes to 0.
 *
 * @param state    [size], not changed
 * @param power    [W]
 * @returns        the maximum; and, where it lies above `power`, the current on the branch of the higher voltage
 * Golden section to 1e-8 of the current; about 100 solves of the algebraic equations
 */
export const maximumPower = (
  model: Model,
  state: Float64Array,
  power: number,
  ambient: number,
): { maximum: PowerPoint; current: number | undefined } => {
  const y = state.slice()
  const yp = new Float64Array(state.length)
  const at = (current: number): PowerPoint => {
    const point = powerAt(model, current, y, yp, ambient)
    if (!point) y.set(state)
    return point ?? { current, voltage: Number.NaN, power: Number.NEGATIVE_INFINITY }
  }
  at(0)
  let low = 0
  let high = Math.min(firstRate * model.cell.nominalCapacity, power)
  let best = at(high)
  for (let k = 0; k < mostDoublings; k++) {
    const next = at(2 * high)
    if (next.power <= best.power) {
      high *= 2
      break
    }
    low = high
    high *= 2
    best = next
  }
  let a = high - golden * (high - low)
  let b = low + golden * (high - low)
  let pa = at(a)
  let pb = at(b)
  for (let k = 0; k < narrowings; k++) {
    if (pa.power > pb.power) {
      high = b
      b = a
      pb = pa
      a = high - golden * (high - low)
      pa = at(a)
    } else {
      low = a
      a = b
      pa = pb
      b = low + golden * (high - low)
      pb = at(b)
    }
  }
  const maximum = [best, pa, pb].reduce((x, z) => (z.power > x.power ? z : x))
  if (!(maximum.power > power)) return { maximum, current: undefined }
  let below = 0
  let above = maximum.current
  for (let k = 0; k < narrowings; k++) {
    const middle = 0.5 * (below + above)
    if (at(middle).power < power) below = middle
    else above = middle
  }
  return { maximum, current: above }
}
