import { type Place, rejectValue } from './text.ts'

export type Plain = Readonly<Record<string, unknown>>

/** A value as the file has it; what stands there as 1e999 is read as infinite. */
export const shown = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : typeof value === 'string'
      ? value
      : typeof value === 'number' && !Number.isFinite(value)
        ? 'a number too large'
        : JSON.stringify(value)

/** An object of parsed JSON; anything else is refused by the field's name. */
export const recordAt = (value: unknown, place: Place, what: string): Plain =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Plain)
    : rejectValue(place, what, shown(value), 'an object')

export const listAt = (value: unknown, place: Place, what: string): readonly unknown[] =>
  Array.isArray(value) ? value : rejectValue(place, what, shown(value), 'a list')

/** A list of so many finite numbers. */
export const numbersAt = (value: unknown, count: number, place: Place, what: string): number[] => {
  const list = listAt(value, place, what)
  if (list.length !== count) rejectValue(place, what, `a list of ${list.length}`, `${count} numbers`)
  list.forEach((item, k) => {
    if (typeof item !== 'number' || !Number.isFinite(item)) rejectValue(place, `${what}[${k}]`, shown(item), 'a number')
  })
  return list as number[]
}
