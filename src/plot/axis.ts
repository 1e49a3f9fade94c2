import { columnOf, label, shownUnit } from '../quantities.ts'

/** A set of numbers along an axis. */
export type Numbers = ArrayLike<number>

/** An axis: the name of a column of `quantities.ts`, or words of one's own. */
export type Axis =
  | string
  | { readonly label: string; readonly domain?: readonly [number, number]; readonly log?: boolean }

/** Words of an axis. */
export const axisLabel = (of: Axis): string => (typeof of === 'string' ? label(of) : of.label)

export const isLog = (axis: Axis): boolean => typeof axis !== 'string' && axis.log === true

/** Units that take a prefix where numbers are small. */
const prefixed = new Set(['A', 'Ah', 'W', 'Wh', 'Ohm', 'm'])
const prefixes = [
  { name: '', of: 1 },
  { name: 'm', of: 1e-3 },
  { name: 'µ', of: 1e-6 },
  { name: 'n', of: 1e-9 },
] as const

/**
 * The unit in which numbers of an axis are easy to read: A·h → mA·h where the largest is below 0.1 A·h.
 *
 * @returns  words of the axis, and the size of the unit; divide by it
 */
export const readable = (
  axis: Axis,
  columns: readonly Numbers[],
): { readonly label: string; readonly unit: number } => {
  if (typeof axis !== 'string') return { label: axis.label, unit: 1 }
  const { quantity } = columnOf(axis)
  if (!prefixed.has(quantity.unit)) return { label: label(axis), unit: 1 }
  const [low, high] = extent(columns)
  const size = Math.max(Math.abs(low), Math.abs(high))
  const prefix =
    size === 0 ? prefixes[0] : (prefixes.find(one => size >= 0.1 * one.of) ?? prefixes[prefixes.length - 1])
  const unit = shownUnit(quantity.unit)
  return { label: label(axis).replace(`(${unit})`, `(${prefix.name}${unit})`), unit: prefix.of }
}

/** Numbers in another unit. */
export const inUnit = (values: Numbers, unit: number): Numbers =>
  unit === 1 ? values : Float64Array.from(values, value => value / unit)

/** Least and largest finite value of some columns; [0, 1] where there is none. */
export const extent = (columns: readonly Numbers[]): [number, number] => {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      if (!Number.isFinite(column[i])) continue
      if (column[i] < low) low = column[i]
      if (column[i] > high) high = column[i]
    }
  }
  return high >= low ? [low, high] : [0, 1]
}
