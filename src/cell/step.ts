/**
 * One protocol step met with a cell: the control equation that closes the model, the limits as functions of the state,
 * the longest duration.
 *
 *   current  I − I₀ = 0        power       V I − P = 0      (the branch of the higher voltage)
 *   voltage  V − V₀ = 0        resistance  V − R I = 0
 *   sweep    V − (V₀ ± v t) = 0
 *
 * A limit is positive until it is met.
 */

import { refuse, SimulationError } from '../error.ts'
import { nearest } from '../file/nearest.ts'
import type { Cell } from './cell.ts'
import type { At, Control } from './model.ts'
import { averagedProfile, kinksOf, mostPieces, profileValue } from './profile-value.ts'
import type { Drive, Protocol, ProtocolStep, StopLimit } from './protocol.ts'
import { mostRows } from './record.ts'
import type { Outcome } from './solution.ts'
import { checkStartTimes } from './start-times.ts'
import { limitText } from './steps/label.ts'
import { directionOf, endsByItself, neverMet } from './steps/limits.ts'
import { checkSweepTime, longestStep } from './steps/step-of.ts'

/** A limit as a function of the state. */
export type ResolvedLimit = {
  /** `voltage 3 V`. */
  readonly label: string
  /** What the step's outcome is called when this ends it. */
  readonly outcome: Outcome
  /** False for the cell's own voltage limits, which guard steps that say none: they end the run. */
  readonly own: boolean
  /** Positive until met. */
  value(at: At): number
}

export type ResolvedStep = {
  readonly control: Control
  /** Ambient temperature [K]. */
  readonly ambient: number
  /** Longest duration [s]. */
  readonly end: number
  /** What the end of that time means; `never`: a limit should have come first. */
  readonly endsBy: 'time' | 'sweep' | 'profile' | 'never'
  /** Times at which the control has a kink [s], the end included; integration stops there. */
  readonly stops: Float64Array
  /** Said to the user. */
  readonly notes: readonly string[]
  /** The limits, their sides taken from the state just after the step's start. */
  limits(start: At): readonly ResolvedLimit[]
}

/** A sweep this near its end has arrived [V]: the step before may have ended there, within its tolerance. */
const arrived = 1e-6

const finiteText = (value: number): string => String(Number(value.toPrecision(6)))

/** Control equation of a drive; `voltage` is the one that the cell has before the step. */
const controlOf = (drive: Drive, cell: Cell, voltage: number): Control => {
  switch (drive.kind) {
    case 'rest':
      return at => at.current
    case 'current': {
      const { current } = drive
      return at => at.current - current
    }
    case 'rate': {
      const current = drive.rate * cell.nominalCapacity
      return at => at.current - current
    }
    case 'voltage': {
      const held = drive.voltage
      return at => at.voltage - held
    }
    case 'power': {
      const { power } = drive
      return at => at.voltage * at.current - power
    }
    case 'resistance': {
      const { resistance } = drive
      return at => at.voltage - resistance * at.current
    }
    case 'sweep': {
      const from = drive.from ?? voltage
      const slope = drive.to > from ? drive.rate : -drive.rate
      return at => at.voltage - from - slope * at.time
    }
    case 'profile': {
      const value = profileValue(drive.time, drive.value)
      const { nominalCapacity } = cell
      if (drive.quantity === 'voltage') return at => at.voltage - value(at.time)
      if (drive.quantity === 'power') return at => at.voltage * at.current - value(at.time)
      if (drive.quantity === 'resistance') return at => at.voltage - value(at.time) * at.current
      if (drive.quantity === 'rate') return at => at.current - value(at.time) * nominalCapacity
      return at => at.current - value(at.time)
    }
    case 'custom':
      return drive.control
  }
}

const kindOutcome: Readonly<Record<StopLimit['kind'], Outcome>> = {
  time: 'time',
  voltage: 'cut-off',
  current: 'current',
  rate: 'current',
  capacity: 'capacity',
  amount: 'amount reached',
  temperature: 'temperature',
  custom: 'condition',
}

type Crossed = Exclude<StopLimit, { kind: 'time' | 'custom' }>

/** The observed quantity of a limit and its target. */
const observed = (limit: Crossed, cell: Cell, carriers: readonly string[], start: At) => {
  switch (limit.kind) {
    case 'voltage':
      return { target: limit.voltage, of: (at: At) => at.voltage }
    case 'current':
      return { target: limit.current, of: limit.signed ? (at: At) => at.current : (at: At) => Math.abs(at.current) }
    case 'rate':
      return {
        target: limit.rate * cell.nominalCapacity,
        of: limit.signed ? (at: At) => at.current : (at: At) => Math.abs(at.current),
      }
    case 'temperature':
      return { target: limit.temperature, of: (at: At) => at.temperature }
    case 'amount': {
      const i = carriers.indexOf(limit.carrier)
      return { target: limit.amount, of: (at: At) => at.amount[i] }
    }
    case 'capacity': {
      const first = start.capacity
      return { target: limit.capacity, of: (at: At) => Math.abs(at.capacity - first) }
    }
  }
}

const resolveLimit = (
  limit: Exclude<StopLimit, { kind: 'time' }>,
  cell: Cell,
  carriers: readonly string[],
  start: At,
): ResolvedLimit => {
  if (limit.kind === 'custom') return { label: limit.label, outcome: kindOutcome.custom, own: true, value: limit.value }
  const { target, of } = observed(limit, cell, carriers, start)
  const stated = limit.kind === 'capacity' ? 'above' : limit.crossing
  const below = stated === undefined ? of(start) > target : stated === 'below'
  return {
    label: `${limit.kind} ${limitText(limit)}`,
    outcome: kindOutcome[limit.kind],
    own: true,
    value: below ? at => of(at) - target : at => target - of(at),
  }
}

/** The cell's voltage limits where a current or power flows and the step says none in its direction. */
const guards = (step: ProtocolStep, cell: Cell, start: At): ResolvedLimit[] => {
  const { drive, until } = step
  const [lower, upper] = cell.voltageLimits
  const direction = directionOf(drive)
  const imposed = drive.kind === 'custom' || (drive.kind === 'profile' && drive.quantity !== 'voltage')
  const stated = (side: 'below' | 'above') =>
    until.some(limit => limit.kind === 'voltage' && (limit.crossing ?? side) === side)
  const found: ResolvedLimit[] = []
  // A profile may start outside the limits; it is then only held to the one it is inside of.
  if ((direction === 'discharge' || (imposed && start.voltage > lower)) && !stated('below'))
    found.push({
      label: `the cell's lower limit ${lower} V`,
      outcome: 'cut-off',
      own: false,
      value: at => at.voltage - lower,
    })
  if ((direction === 'charge' || (imposed && start.voltage < upper)) && !stated('above'))
    found.push({
      label: `the cell's upper limit ${upper} V`,
      outcome: 'cut-off',
      own: false,
      value: at => upper - at.voltage,
    })
  return found
}

/**
 * Resolves a step against a cell.
 *
 * @param step  as made by a step maker or a sentence, and passed by `checkProtocol`
 * @param o     carriers in the order of `At.amount`; the voltage [V] the cell has before the step; rtol of the run
 */
export const resolveStep = (
  step: ProtocolStep,
  o: { readonly cell: Cell; readonly carriers: readonly string[]; readonly voltage: number; readonly rtol: number },
): ResolvedStep => {
  const { cell, carriers, voltage, rtol } = o
  const { until } = step
  let { drive } = step
  const notes: string[] = []
  const times = until.filter(limit => limit.kind === 'time').map(limit => limit.time)
  const own = Math.min(...times, Number.POSITIVE_INFINITY)
  let end = Math.min(own, longestStep)
  let endsBy: ResolvedStep['endsBy'] = own <= longestStep ? 'time' : 'never'
  let stops: Float64Array | undefined
  if (drive.kind === 'sweep') {
    const distance = Math.abs(drive.to - (drive.from ?? voltage))
    if (until.length === 0) checkSweepTime(step.label, drive, drive.from ?? voltage)
    const length = distance > arrived ? distance / drive.rate : 0
    if (length <= end) {
      end = length
      endsBy = 'sweep'
    }
  } else if (drive.kind === 'profile') {
    const length = drive.time[drive.time.length - 1]
    if (length <= end) {
      end = length
      endsBy = 'profile'
    }
    stops = kinksOf(drive.time, drive.value, { tolerance: rtol, end })
    if (stops.length > mostPieces) {
      notes.push(
        `${step.label}: the profile bends ${stops.length} times; its ${drive.time.length} rows were averaged to ${mostPieces}, which keeps their integral`,
      )
      drive = { ...drive, ...averagedProfile(drive.time, drive.value, mostPieces) }
      stops = kinksOf(drive.time, drive.value, { tolerance: rtol, end })
    }
  }
  return {
    control: controlOf(drive, cell, voltage),
    ambient: step.temperature ?? cell.ambientTemperature,
    end,
    endsBy,
    stops: stops ?? Float64Array.of(end),
    notes,
    limits: start => [
      ...until
        .filter(limit => limit.kind !== 'time')
        .filter(limit => neverMet(drive, limit, cell.nominalCapacity) === undefined)
        .map(limit => resolveLimit(limit, cell, carriers, start)),
      ...guards(step, cell, start),
    ],
  }
}

/** Why a limit is never met in this cell; undefined where it may be. */
const neverMetIn = (step: ProtocolStep, limit: StopLimit, cell: Cell): string | undefined => {
  if (limit.kind !== 'temperature' || cell.thermal) return neverMet(step.drive, limit, cell.nominalCapacity)
  const T = step.temperature ?? cell.ambientTemperature
  const met = limit.crossing === 'below' ? T <= limit.temperature : limit.crossing === 'above' && T >= limit.temperature
  return met ? undefined : `the cell has no heat balance and stays at ${finiteText(T)} K`
}

/** Rows that a step is known to make before it is run: those of its period, where only time can end it. */
const knownRows = ({ drive, until, period }: ProtocolStep, usual: number | undefined): number => {
  const interval = period ?? usual
  if (interval === undefined || until.some(limit => limit.kind !== 'time')) return 0
  const times = until.map(limit => (limit.kind === 'time' ? limit.time : 0))
  if (drive.kind === 'profile') times.push(drive.time[drive.time.length - 1])
  if (drive.kind === 'sweep' && drive.from !== undefined) times.push(Math.abs(drive.to - drive.from) / drive.rate)
  return times.length === 0 ? 0 : Math.min(...times) / interval
}

/**
 * Holds a protocol against a cell before anything is computed.
 *
 * @throws SimulationError 'input' on an ion the cell has not, an amount its host cannot hold, an end that never comes
 */
export const checkProtocol = (protocol: Protocol, cell: Cell, o: { readonly period?: number } = {}): void => {
  const { host } = cell.cathode
  const carriers = host.carriers.map(c => c.symbol)
  if (protocol.length === 0) refuse('protocol', 'no steps', 'at least one step')
  checkStartTimes(protocol)
  const seen = new Set<readonly StopLimit[]>()
  let rows = 0
  for (const step of protocol) {
    rows += knownRows(step, o.period)
    if (!(rows <= mostRows))
      refuse(
        `${step.label}: period`,
        step.period ?? o.period,
        `seconds that make at most ${mostRows} rows in all; the protocol makes ${finiteText(rows)} and more`,
      )
    if (seen.has(step.until)) continue
    seen.add(step.until)
    for (const limit of step.until) {
      if (limit.kind !== 'amount') continue
      if (!carriers.includes(limit.carrier)) {
        const guess = nearest(limit.carrier, carriers)
        refuse(`${step.label}: ion`, limit.carrier, `${carriers.join(', ')}${guess ? ` (did you mean ${guess}?)` : ''}`)
      }
      const most = Math.min(...host.limits.map(l => l.max / (l.weights[limit.carrier] || Number.MIN_VALUE)))
      if (!(limit.amount >= 0 && limit.amount <= most))
        refuse(
          `${step.label}: ${limit.carrier} per formula unit`,
          limit.amount,
          `0 … ${finiteText(most)} (${host.formula})`,
        )
    }
    if (endsByItself(step.drive)) continue
    const reasons = step.until.map(limit => neverMetIn(step, limit, cell))
    if (reasons.every(reason => reason !== undefined))
      throw new SimulationError(`${step.label}: the step can never end: ${[...new Set(reasons)].join('; ')}`, {
        code: 'input',
        at: step.label,
      })
  }
}
