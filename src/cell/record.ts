/** Grows the columns of a solution: one Float64Array a column, doubled when full; a row costs no allocation. */
import { refuse } from '../error.ts'
import type { AcceptedStep } from '../solve/bdf.ts'
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
  draw(energy: number, y: Float64Array): void
  /** Takes back the rows from `row` on. */
  rewind(row: number): void
  /** Begins a step of the protocol: adds the row of its first state. */
  begin(o: {
    time: number
    step: number
    cycle: number
    period: number | undefined
    /** The voltage that the step holds [V]. */
    held: number | undefined
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
 * ∫ V dQ over a stretch from both at its ends and in its middle, each a parabola: exact where one of them is straight, and at a held
 * voltage whatever the current did meanwhile: that of a jump falls a thousandfold in one step, inside which dense output knows nothing
 * of it.
 */
const workOf = (v0: number, middleV: number, v1: number, q0: number, middleQ: number, q1: number): number =>
  (v0 * (4 * middleQ - 3 * q0 - q1) + 4 * middleV * (q1 - q0) + v1 * (q0 - 4 * middleQ + 3 * q1)) / 6

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
  let held: number | undefined
  let periods = 0
  let energy = 0
  // The state at the end of the last accepted step, and of the last row.
  let t0 = 0
  let capacity0 = 0
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

  /** Energy from the last accepted step to a state of its capacity and voltage at t [W·h]. */
  const drawnTo = (step: AcceptedStep, t: number, voltage: number, capacity: number): number => {
    step.interpolate(0.5 * (t0 + t), y, undefined, seenFrom)
    const middle = model.at(0.5 * (t0 + t), y)
    return workOf(voltage0, held ?? middle.voltage, voltage, capacity0, middle.capacity, capacity)
  }

  const pushInside = (step: AcceptedStep, t: number): void => {
    step.interpolate(t, y, undefined, seenFrom)
    const { voltage, capacity } = model.at(t, y)
    const drawn = drawnTo(step, t, voltage, capacity)
    step.interpolate(t, y, yp)
    push(t, y, yp, energy + drawn)
  }

  const from = (state: Float64Array): void => {
    const at = model.at(0, state)
    capacity0 = at.capacity
    voltage0 = at.voltage
    current0 = at.current
  }

  return {
    rows: () => count,
    energy: () => energy,
    draw(drawn, state) {
      energy += drawn
      from(state)
    },
    rewind(row) {
      count = row
    },
    begin(o) {
      offset = o.time
      stepNumber = o.step
      cycle = o.cycle
      period = o.period
      held = o.held
      periods = 1
      t0 = 0
      from(o.y)
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
      const { voltage, current, capacity } = at
      const middle = 0.5 * (t0 + t)
      step.interpolate(middle, y, undefined, seenFrom)
      const half = model.at(middle, y)
      const drawn = workOf(voltage0, held ?? half.voltage, voltage, capacity0, half.capacity, capacity)
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
      energy += drawn
      t0 = t
      capacity0 = capacity
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
