import { readFileSync, statSync } from 'node:fs'
import { SimulationError } from '../src/error.ts'
import type { CurrentSign } from '../src/quantities.ts'
import { endBySignal } from './exit.ts'

/** Rows of a drive cycle and what they are. */
export type DriveCycle = {
  readonly time: Float64Array
  readonly value: Float64Array
  readonly quantity?: 'current' | 'power' | 'voltage' | 'resistance'
}

/** Largest drive cycle that is read [bytes]. */
const largest = 200_000_000

const bad = (where: string, got: string, allowed: string): never => {
  throw new SimulationError(`${where}: got ${got}, allowed: ${allowed}`, { code: 'input', at: where })
}

/**
 * A drive cycle from a CSV file: time [s] and a current [A], power [W], voltage [V] or resistance [Ohm]; comma, semicolon or tab between them.
 * The first line may name the columns (`Test Time / s, Current / A`); the named ones are taken wherever they stand, else the
 * first two. Lines that start with # are comments. With `currentSign` charge, currents and powers are turned over.
 *
 * @throws SimulationError (`input`) with file and row
 */
export const readDriveCycle = (file: string, currentSign: CurrentSign = 'discharge'): DriveCycle => {
  const kind = statSync(file)
  if (kind.isDirectory()) bad(file, 'a folder', 'a file')
  if (!kind.isFile() && !kind.isFIFO()) bad(file, 'a device', 'a file')
  if (kind.isFIFO()) endBySignal()
  if (kind.size > largest) bad(file, `${kind.size} bytes`, `at most ${largest} bytes`)
  const bytes = readFileSync(file)
  if (
    bytes.subarray(0, 64).includes(0) ||
    (bytes[0] === 0xff && bytes[1] === 0xfe) ||
    (bytes[0] === 0xfe && bytes[1] === 0xff)
  )
    bad(file, 'UTF-16, or no text at all', 'UTF-8; save it again as UTF-8')
  const text = bytes.toString('utf8')
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n|\r/)
  let row = 0
  while (row < lines.length && (lines[row].trim() === '' || lines[row].startsWith('#'))) row++
  if (row === lines.length) bad(file, 'no rows', 'two columns: time [s] and a current, power or voltage')
  const separator = lines[row].includes('\t') ? '\t' : lines[row].includes(';') ? ';' : ','
  const first = lines[row].split(separator)
  const named = Number.isNaN(Number(first[0]))
  const head = named ? headOf(first, file) : { time: 0, value: 1 }
  if (named) row++
  const time = new Float64Array(lines.length - row)
  const value = new Float64Array(lines.length - row)
  const turn = currentSign === 'charge' && head.quantity !== 'voltage' ? -1 : 1
  let n = 0
  for (; row < lines.length; row++) {
    const line = lines[row]
    if (line.trim() === '' || line.startsWith('#')) continue
    const cells = line.split(separator)
    time[n] = numberIn(cells[head.time], file, row)
    value[n] = turn * numberIn(cells[head.value], file, row)
    n++
  }
  return {
    time: time.subarray(0, n),
    value: value.subarray(0, n),
    ...(head.quantity === undefined ? {} : { quantity: head.quantity }),
  }
}

const decimal = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i

const numberIn = (cell: string | undefined, file: string, row: number): number => {
  const value = cell !== undefined && decimal.test(cell) ? Number(cell) : Number.NaN
  if (Number.isFinite(value)) return value
  const point = /^\s*[-+]?\d+,\d+\s*$/.test(cell ?? '') ? ', with a decimal point' : ''
  return bad(`${file}, line ${row + 1}`, JSON.stringify(cell ?? ''), `a finite number${point}`)
}

/** Words of a column's name that say another unit than the one taken. */
const otherUnits = {
  time: /^([mun]s|µs|m|mins?|minutes?|h|hrs?|hours?|d|days?)$/i,
  current: /^([mukMG]A|µA|c|rate|density|[mc]?m2|g)$/i,
  power: /^([mukMG]W|µW|density|[mc]?m2|k?g)$/i,
  voltage: /^([mukMG]V|µV)$/i,
  resistance: /^([mukMG]Ohms?|[mukMG]Ω|[mc]?m2)$/i,
} as const

const unitOf = { time: 'seconds', current: 'A', power: 'W', voltage: 'V', resistance: 'Ohm' } as const

/** Refuses a column whose name says another unit, `time_h`, `Current / mA`, `Time (minutes)`. */
const checkUnit = (cell: string, quantity: keyof typeof otherUnits, file: string): void => {
  const words = cell.replace('²', '2').split(/[^A-Za-z0-9µΩ]+/)
  if (words.some(word => otherUnits[quantity].test(word)))
    bad(`${file}, first line`, JSON.stringify(cell), `${quantity} in ${unitOf[quantity]}`)
}

const headOf = (
  cells: readonly string[],
  file: string,
): { time: number; value: number; quantity?: DriveCycle['quantity'] } => {
  const find = (word: RegExp) => cells.findIndex(cell => word.test(cell))
  const time = find(/time/i)
  if (time < 0) bad(`${file}, first line`, JSON.stringify(cells.join(', ').slice(0, 80)), 'a column named time')
  checkUnit(cells[time], 'time', file)
  for (const quantity of ['current', 'power', 'voltage', 'resistance'] as const) {
    const value = find(new RegExp(quantity, 'i'))
    if (value < 0) continue
    checkUnit(cells[value], quantity, file)
    return { time, value, quantity }
  }
  return bad(
    `${file}, first line`,
    JSON.stringify(cells.join(', ').slice(0, 80)),
    'a column named current, power, voltage or resistance',
  )
}
