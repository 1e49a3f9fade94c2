/**
 * What a limit means for a drive: the side on which it is met, and whether it can be met at all.
 *
 * Sides follow PyBaMM's experiments: voltage below on discharge and above on charge, magnitude of the current below;
 * power, resistance, sweeps and profiles take whichever side the step does not start on.
 */
import type { Amount } from '../../scales.ts'
import type { At } from '../model.ts'
import type { Drive, StepDirection, StopLimit } from '../protocol.ts'

/** Limits of a typed step; the first that is met ends it. */
export type Until = {
  /** [s] */
  readonly time?: number
  /** [V] */
  readonly voltage?: number
  /** Magnitude [A]. */
  readonly current?: number
  /** Magnitude [1/h]. */
  readonly rate?: number
  /** Charge passed in the step, magnitude [A·h]. */
  readonly capacity?: number
  /** Mean content of ions in the cathode [per formula unit]. */
  readonly amount?: Amount
  /** [K] */
  readonly temperature?: number
  /** Limits of your own: functions, positive until they are met. */
  readonly custom?: readonly { readonly label: string; readonly value: (at: At) => number }[]
}

/** The limits of a typed step as a list. */
export const limitsOf = (until: Until): StopLimit[] => {
  const { time, voltage, current, rate, capacity, amount, temperature, custom = [] } = until
  const limits: StopLimit[] = []
  if (time !== undefined) limits.push({ kind: 'time', time })
  if (voltage !== undefined) limits.push({ kind: 'voltage', voltage })
  if (current !== undefined) limits.push({ kind: 'current', current })
  if (rate !== undefined) limits.push({ kind: 'rate', rate })
  if (capacity !== undefined) limits.push({ kind: 'capacity', capacity })
  for (const [carrier, x] of Object.entries(amount ?? {})) limits.push({ kind: 'amount', carrier, amount: x })
  if (temperature !== undefined) limits.push({ kind: 'temperature', temperature })
  for (const { label, value } of custom) limits.push({ kind: 'custom', label, value })
  return limits
}

export type Direction = 'discharge' | 'charge' | undefined

/** Direction that a drive forces on the current; undefined where it does not. */
export const directionOf = (drive: Drive): Direction => {
  const value =
    drive.kind === 'current'
      ? drive.current
      : drive.kind === 'rate'
        ? drive.rate
        : drive.kind === 'power'
          ? drive.power
          : drive.kind === 'resistance'
            ? drive.resistance
            : 0
  return value > 0 ? 'discharge' : value < 0 ? 'charge' : undefined
}

/** True where the drive ends by itself. */
export const endsByItself = (drive: Drive): boolean => drive.kind === 'sweep' || drive.kind === 'profile'

/** The side on which a limit without a stated one is met; undefined: away from the start. */
export const defaultCrossing = (drive: Drive, limit: StopLimit): 'below' | 'above' | undefined => {
  const direction = directionOf(drive)
  if (limit.kind === 'voltage') return direction && (direction === 'discharge' ? 'below' : 'above')
  if (limit.kind === 'amount') return direction && (direction === 'discharge' ? 'above' : 'below')
  if (limit.kind === 'current' || limit.kind === 'rate')
    return drive.kind === 'voltage' || drive.kind === 'current' || drive.kind === 'rate' ? 'below' : undefined
  return undefined
}

/** A limit with its side filled in; a voltage by the direction where the drive has none. */
export const withCrossing = (drive: Drive, limit: StopLimit, direction?: StepDirection): StopLimit => {
  if (limit.kind === 'time' || limit.kind === 'capacity' || limit.kind === 'custom' || limit.crossing) return limit
  const stated = limit.kind === 'voltage' && direction !== 'rest' ? direction : undefined
  const crossing = defaultCrossing(drive, limit) ?? (stated && (stated === 'discharge' ? 'below' : ('above' as const)))
  return crossing ? { ...limit, crossing } : limit
}

const format = (value: number, unit: string): string => `${Number(value.toPrecision(6))} ${unit}`

/**
 * Why a limit is never met during a drive; undefined where it may be.
 *
 * @param nominalCapacity  [A·h], to compare currents with rates; without it they are not compared
 */
export const neverMet = (drive: Drive, limit: StopLimit, nominalCapacity?: number): string | undefined => {
  if (limit.kind === 'voltage' && drive.kind === 'voltage')
    return `the voltage is held at ${format(drive.voltage, 'V')}, so it never becomes ${format(limit.voltage, 'V')}`
  if (drive.kind === 'rest' && (limit.kind === 'current' || limit.kind === 'rate' || limit.kind === 'capacity'))
    return limit.kind === 'capacity' ? 'no charge passes in a rest' : 'no current flows in a rest'
  if (limit.kind !== 'current' && limit.kind !== 'rate') return undefined
  const flowing = steadyCurrent(drive, limit.signed === true, nominalCapacity)
  const wanted = limit.kind === 'current' ? limit.current : limit.rate * (nominalCapacity ?? Number.NaN)
  if (flowing === undefined || Number.isNaN(wanted)) {
    if (drive.kind !== 'rate' || limit.kind !== 'rate') return undefined
    return sideNeverMet(limit.signed ? drive.rate : Math.abs(drive.rate), limit.rate, limit.crossing, 'C')
  }
  return sideNeverMet(flowing, wanted, limit.crossing, 'A')
}

const steadyCurrent = (drive: Drive, signed: boolean, nominalCapacity?: number): number | undefined => {
  const size = (value: number): number => (signed ? value : Math.abs(value))
  if (drive.kind === 'current') return size(drive.current)
  if (drive.kind === 'rate' && nominalCapacity !== undefined) return size(drive.rate) * nominalCapacity
  return undefined
}

const sideNeverMet = (
  flowing: number,
  wanted: number,
  crossing: 'below' | 'above' | undefined,
  unit: string,
): string | undefined => {
  if (crossing === 'above' ? flowing >= wanted : flowing <= wanted) return undefined
  const side = crossing === 'above' ? 'above' : 'below'
  return `the current is constant at ${format(flowing, unit)}, so it never falls ${side} ${format(wanted, unit)}`.replace(
    'falls above',
    'rises above',
  )
}
