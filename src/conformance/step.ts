import type { Cell } from '../cell/cell.ts'
import type { At } from '../cell/model.ts'
import type { ProtocolStep } from '../cell/protocol.ts'
import { resolveStep } from '../cell/step.ts'
import { type Check, within } from './check.ts'

/** Times within the step at which its control is tried, as fractions of a span that every step reaches [s]. */
const span = 100
const samples = 25

/**
 * The laws every protocol step must obey, held against a cell: it says what it is, it ends (a limit, or a sweep or profile
 * of its own length), its numbers are finite, its control is finite and strictly monotone in the quantity it steers (power
 * and resistance excepted: they take the branch of the higher voltage, where their control rises with V), and each limit is
 * either not met at the start or says so by being ≤ 0 there.
 *
 * @param step   made by a step maker or a sentence
 * @param start  the cell's view just before the step
 */
export const checkStep = (step: ProtocolStep, o: { readonly cell: Cell; readonly start: At }): readonly Check[] => {
  const { cell, start } = o
  const carriers = cell.cathode.host.carriers.map(c => c.symbol)
  const resolved = resolveStep(step, { cell, carriers, voltage: start.voltage, rtol: 1e-4 })
  const ends = step.until.length > 0 || step.drive.kind === 'sweep' || step.drive.kind === 'profile'
  const steered = steeredBy(step)
  let [broken, flat] = [0, 0]
  for (let k = 0; k < samples; k++) {
    const at = { ...start, time: (Math.min(span, resolved.end) * k) / samples }
    const scale = Math.max(Math.abs(at[steered]), 1e-3)
    const values = [-1, 0, 1].map(shift => resolved.control({ ...at, [steered]: at[steered] + shift * 0.1 * scale }))
    if (!values.every(Number.isFinite)) broken++
    const [down, up] = [values[1] - values[0], values[2] - values[1]]
    if (!(down * up > 0)) flat++
  }
  const limits = resolved.limits(start).map(limit => limit.value(start))
  return [
    within('has a label', step.label.length > 0 ? 0 : 1, 0),
    within('cycle counts from 1', Number.isInteger(step.cycle) && step.cycle >= 1 ? 0 : 1, 0),
    within('ends by a limit or by itself', ends ? 0 : 1, 0),
    within('longest duration > 0 and finite', resolved.end > 0 && Number.isFinite(resolved.end) ? 0 : 1, 0),
    within('control finite', broken, 0),
    within(`control monotone in ${steered}`, flat, 0),
    within('limits finite at the start', limits.filter(v => !Number.isFinite(v)).length, 0),
    within('stops ascend to the end', unordered(resolved.stops), 0),
  ]
}

/** What the step's control steers. */
const steeredBy = ({ drive }: ProtocolStep): 'voltage' | 'current' => {
  if (drive.kind === 'profile') return drive.quantity === 'current' ? 'current' : 'voltage'
  return drive.kind === 'current' || drive.kind === 'rate' || drive.kind === 'rest' ? 'current' : 'voltage'
}

const unordered = (times: Float64Array): number => {
  let count = 0
  for (let k = 1; k < times.length; k++) if (!(times[k] > times[k - 1])) count++
  return count
}
