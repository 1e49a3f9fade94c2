/** Grows the columns of a solution: one Float64Array a column, doubled when full; a row costs no allocation. */
import { refuse } from '../error.ts'
import type { AcceptedStep } from '../solve/bdf.ts'
import { secondsPerHour } from '../units.ts'
import type { Model } from './model.ts'

/** Rows that fit before the columns grow. */
const firstCapacity = 256
/** A line between two rows stays within this of the curve: voltage [V], and current relative to the nominal one. */
const voltageTolerance = 5e-5
const currentTolerance = 1e-3
/** Rows added within one step of the solver, at most. */
const mostPieces = 16

/** Rows of one result, at most: 1 GB for a cell with 30 columns. */
export const mostRows = 4_000_000

/** Columns before the model's own. */
const ownColumns = [
  'time',
  'stepTime',
  'voltage',
  'current',
  'capacity',
  'energy',
  'temperature',
  'cycle',
  'step',
] as const

export type Recorder = {
  /** Rows so far. */
  rows(): number
  /** Energy drawn up to the end of the last accepted step [W·h]. */
  energy(): number
  /** Energy [W·h] drawn between two steps of the protocol. */
  draw(energy: number): void
  /** Begins a step of the protocol: adds the row of its first state. */
  begin(o: {
    time: number
    step: number
    cycle: number
    period: number | undefined
    y: Float64Array
    yp: Float64Array
  }): void
  /** Adds the row of a step that is not done, a copy of an earlier one but for its time, step and cycle. */
  again(row: number, o: { time: number; step: number; cycle: number }): void
  /** Adds the rows of an accepted step of the solver. */
  accept(accepted: AcceptedStep): void
  /** Ends the step: its last row, if it is not there yet. */
  finish(y: Float64Array, yp: Float64Array): void
  /** A copy of the columns. */
  columns(): Record<string, Float64Array>
}

/**
 * @param outputs  `all`: the model's own columns too; `terminal`: without them
 * @param rows     `smooth`: rows between the solver's steps where a straight line would miss the curve; `steps`: the solver's
 *                 own; `ends`: the first and last of each protocol step
 */
export const recorderOf = (
  model: Model,
  o: { readonly rows: 'smooth' | 'steps' | 'ends'; readonly outputs: 'all' | 'terminal' },
): Recorder => {
  const { rows } = o
  const { seenFrom = 0 } = model
  const all = o.outputs === 'all'
  const names = all ? [...ownColumns, ...model.columns] : [...ownColumns]
  const own = ownColumns.length
  let data = names.map(() => new Float64Array(firstCapacity))
  let count = 0
  let offset = 0
  let stepNumber = 0
  let cycle = 0
  let period: number | undefined
  let periods = 0
  let energy = 0
  // The state at the end of the last accepted step, and of the last row.
  let t0 = 0
  let power0 = 0
  let voltage0 = 0
  let current0 = 0
  let lastRow = Number.NaN
  const y = new Float64Array(model.size)
  const yp = new Float64Array(model.size)
  const out = new Float64Array(names.length - own)
  const nominal = model.cell.nominalCapacity

  const tooMany = () => refuse('period', period ?? 'none', `seconds that make at most ${mostRows} rows in all`)

  const room = (): void => {
    if (count === mostRows) tooMany()
    if (count < data[0].length) return
    data = data.map(column => {
      const grown = new Float64Array(2 * count)
      grown.set(column)
      return grown
    })
  }

  const push = (t: number, state: Float64Array, slope: Float64Array, drawn: number): void => {
    room()
    if (all) model.row(t, state, slope, out)
    const at = model.at(t, state)
    data[0][count] = offset + t
    data[1][count] = t
    data[2][count] = at.voltage
    data[3][count] = at.current
    data[4][count] = at.capacity
    data[5][count] = drawn
    data[6][count] = at.temperature
    data[7][count] = cycle
    data[8][count] = stepNumber
    for (let k = 0; k < out.length; k++) data[own + k][count] = out[k]
    count++
    lastRow = t
  }

  const powerAt = (step: AcceptedStep, t: number): number => {
    step.interpolate(t, y, undefined, seenFrom)
    const at = model.at(t, y)
    return at.voltage * at.current
  }

  /** Energy from the last accepted step to t [W·h], by Simpson's rule on the dense output. */
  const drawnTo = (step: AcceptedStep, t: number, power: number): number =>
    ((t - t0) * (power0 + 4 * powerAt(step, 0.5 * (t0 + t)) + power)) / 6 / secondsPerHour

  const pushInside = (step: AcceptedStep, t: number): void => {
    const drawn = drawnTo(step, t, powerAt(step, t))
    step.interpolate(t, y, yp)
    push(t, y, yp, energy + drawn)
  }

  return {
    rows: () => count,
    energy: () => energy,
    draw(drawn) {
      energy += drawn
    },
    begin(o) {
      offset = o.time
      stepNumber = o.step
      cycle = o.cycle
      period = o.period
      periods = 1
      t0 = 0
      const at = model.at(0, o.y)
      power0 = at.voltage * at.current
      voltage0 = at.voltage
      current0 = at.current
      push(0, o.y, o.yp, energy)
    },
    again(row, o) {
      room()
      for (const column of data) column[count] = column[row]
      data[0][count] = o.time
      data[5][count] = energy
      data[7][count] = o.cycle
      data[8][count] = o.step
      count++
    },
    accept(step) {
      const { t } = step
      const h = t - t0
      const at = model.at(t, step.y)
      const { voltage, current } = at
      const middle = 0.5 * (t0 + t)
      step.interpolate(middle, y, undefined, seenFrom)
      const half = model.at(middle, y)
      const middlePower = half.voltage * half.current
      const bend = Math.abs(half.voltage - 0.5 * (voltage0 + voltage)) / voltageTolerance
      const bendCurrent = Math.abs(half.current - 0.5 * (current0 + current)) / (currentTolerance * nominal)
      if (period !== undefined && rows !== 'ends') {
        // Said before the rows are made, not a gigabyte later.
        if (!(t / period - periods < mostRows - count)) tooMany()
        for (; periods * period < t; periods++) pushInside(step, periods * period)
      } else if (rows === 'smooth') {
        const pieces = Math.min(mostPieces, Math.ceil(Math.sqrt(Math.max(bend, bendCurrent))))
        for (let j = 1; j < pieces; j++) pushInside(step, t0 + (j * h) / pieces)
      }
      const power = voltage * current
      energy += (h * (power0 + 4 * middlePower + power)) / 6 / secondsPerHour
      t0 = t
      power0 = power
      voltage0 = voltage
      current0 = current
      if (period === undefined && rows !== 'ends') push(t, step.y, step.yp, energy)
    },
    finish(state, slope) {
      if (lastRow !== t0) push(t0, state, slope, energy)
    },
    columns: () => Object.fromEntries(names.map((name, k) => [name, data[k].slice(0, count)])),
  }
}
