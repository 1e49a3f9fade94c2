import { secondsPerHour } from '../../units.ts'
import type { Drive, ProtocolStep, StopLimit } from '../protocol.ts'
import { defaultCrossing, directionOf } from './limits.ts'

/** 1/rate within this of a whole number is written C/n. */
const wholeTolerance = 1e-9

/** A C-rate as it is written: `C/5`, `2C`. */
export const rateText = (rate: number): string => {
  const inverse = 1 / rate
  const whole = Math.round(inverse)
  return rate < 1 && Math.abs(inverse - whole) < wholeTolerance * whole ? `C/${whole}` : `${rate}C`
}

/** A duration in the largest unit that divides it: `2 h`, `10 min`, `45 s`. */
export const timeText = (seconds: number): string => {
  if (seconds > 0 && seconds % secondsPerHour === 0) return `${seconds / secondsPerHour} h`
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}

/** A limit as the sentence has it: `3 V`, `C/50`, `1 Li per formula unit`. */
export const limitText = (limit: StopLimit): string => {
  switch (limit.kind) {
    case 'time':
      return timeText(limit.time)
    case 'voltage':
      return `${limit.voltage} V`
    case 'current':
      return `${limit.current} A`
    case 'rate':
      return limit.rate > 0 ? rateText(limit.rate) : `${limit.rate} C`
    case 'capacity':
      return `${limit.capacity} Ah`
    case 'amount':
      return `${limit.amount} ${limit.carrier} per formula unit`
    case 'temperature':
      return `${limit.temperature} K`
    case 'custom':
      return limit.label
  }
}

/** What is done, as a sentence without its end: `Discharge at C/5`. */
export const driveText = (drive: Drive): string => {
  const verb = directionOf(drive) === 'charge' ? 'Charge' : 'Discharge'
  switch (drive.kind) {
    case 'current':
      return `${verb} at ${Math.abs(drive.current)} A`
    case 'rate':
      return `${verb} at ${rateText(Math.abs(drive.rate))}`
    case 'power':
      return `${verb} at ${Math.abs(drive.power)} W`
    case 'resistance':
      return `${verb} at ${Math.abs(drive.resistance)} Ohm`
    case 'voltage':
      return `Hold at ${drive.voltage} V`
    case 'rest':
      return 'Rest'
    case 'sweep': {
      const from = drive.from === undefined ? '' : `from ${drive.from} V `
      return `Sweep ${from}to ${drive.to} V at ${drive.rate} V/s`
    }
    case 'profile':
      return `Profile of ${drive.quantity}, ${drive.time.length} rows`
    case 'custom':
      return drive.label
  }
}

/** The sentence of a step; `parseProtocol` reads it back (a profile excepted, whose rows no sentence holds, and functions). */
export const stepText = (step: Omit<ProtocolStep, 'label' | 'cycle'>): string => {
  const { drive, until, period, temperature, startTime, tags = [], skipOk } = step
  const times = until.filter(limit => limit.kind === 'time').map(limit => `for ${limitText(limit)}`)
  const others = until
    .filter(limit => limit.kind !== 'time')
    .map(limit => {
      if ('signed' in limit && limit.signed) return `${limit.crossing === 'below' ? '<' : '>'} ${limitText(limit)}`
      const side = 'crossing' in limit && limit.crossing !== defaultCrossing(drive, limit) ? `${limit.crossing} ` : ''
      return side + limitText(limit)
    })
  const parts = [driveText(drive)]
  if (temperature !== undefined) parts.push(`at ${temperature} K`)
  parts.push(...times)
  if (others.length > 0) parts.push(`${times.length > 0 ? 'or ' : ''}until ${others.join(' or ')}`)
  if (startTime !== undefined) parts.push(`starting at ${timeText(startTime)}`)
  if (period !== undefined) parts.push(`(${timeText(period)} period)`)
  if (tags.length > 0) parts.push(`(tags ${tags.join(', ')})`)
  if (skipOk === false) parts.push('(not skipped)')
  return parts.join(' ')
}
