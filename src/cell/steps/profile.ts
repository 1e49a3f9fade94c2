import { refuse } from '../../error.ts'
import type { Drive, ProtocolStep } from '../protocol.ts'
import { limitsOf } from './limits.ts'
import { type StepOptions, stepOf, untilOf } from './step-of.ts'

export type ProfileQuantity = Extract<Drive, { kind: 'profile' }>['quantity']

/** Rows of a profile: two columns, or pairs [time, value]. Time [s] from 0, strictly increasing. */
export type ProfileRows =
  | { readonly time: ArrayLike<number>; readonly value: ArrayLike<number> }
  | readonly (readonly [time: number, value: number])[]

/** Rows of a profile that is repeated to fill a longer time: more would only fill the memory. */
const mostRows = 10_000_000

/**
 * A drive cycle, linear between its rows, held to their order: every refusal names the row, counted from 1.
 *
 * @param rows      [n] time [s] and value [A], [1/h], [V], [W] or [Ω]; n ≥ 2, time from 0, strictly increasing
 * @param quantity  what the values are; currents, rates and powers positive on discharge
 * @param duration  [s]; a longer one than the rows' own repeats them, one first interval apart (as PyBaMM does)
 */
export const profileDrive = (
  rows: ProfileRows,
  o: { readonly quantity?: ProfileQuantity; readonly duration?: number; readonly field?: string } = {},
): Extract<Drive, { kind: 'profile' }> => {
  const { quantity = 'current', duration, field = 'profile' } = o
  const [time, value] = columnsOf(rows, field)
  const n = time.length
  if (n < 2) refuse(field, `${n} rows`, 'at least two rows')
  for (let k = 0; k < n; k++) {
    if (!Number.isFinite(time[k])) refuse(`${field}, row ${k + 1}, time`, time[k], 'a finite number of seconds')
    if (!Number.isFinite(value[k])) refuse(`${field}, row ${k + 1}, ${quantity}`, value[k], 'a finite number')
    if (k === 0 && time[0] !== 0) refuse(`${field}, row 1, time`, time[0], '0 (a profile starts at time 0)')
    if (quantity === 'resistance' && !(value[k] * value[0] > 0))
      refuse(`${field}, row ${k + 1}, ${quantity}`, value[k], 'a number other than 0, of one sign throughout')
    if (k > 0 && time[k] === time[k - 1])
      refuse(`${field}, row ${k + 1}, time`, time[k], `more than ${time[k - 1]} s of the row before (it is the same)`)
    if (k > 0 && !(time[k] > time[k - 1]))
      refuse(`${field}, row ${k + 1}, time`, time[k], `more than ${time[k - 1]} s of the row before (rows in order)`)
  }
  const repeated = duration === undefined ? 1 : Math.ceil(duration / time[n - 1])
  if (repeated <= 1) return { kind: 'profile', quantity, time, value }
  if (!(repeated * n <= mostRows)) refuse(`${field}, duration`, duration, `at most ${mostRows} rows in all`)
  const gap = time[1]
  return {
    kind: 'profile',
    quantity,
    time: Float64Array.from({ length: repeated * n }, (_, k) => Math.floor(k / n) * (time[n - 1] + gap) + time[k % n]),
    value: Float64Array.from({ length: repeated * n }, (_, k) => value[k % n]),
  }
}

const columnsOf = (rows: ProfileRows, field: string): [Float64Array, Float64Array] => {
  if ('time' in rows) {
    if (rows.time.length !== rows.value.length)
      refuse(field, `${rows.time.length} times and ${rows.value.length} values`, 'as many values as times')
    return [Float64Array.from(rows.time), Float64Array.from(rows.value)]
  }
  const time = new Float64Array(rows.length)
  const value = new Float64Array(rows.length)
  for (let k = 0; k < rows.length; k++) {
    if (rows[k].length !== 2)
      refuse(`${field}, row ${k + 1}`, `${rows[k].length} columns`, 'two columns: time and value')
    time[k] = rows[k][0]
    value[k] = rows[k][1]
  }
  return [time, value]
}

/** An imposed profile: `profile({ rows, quantity: 'current', until: { voltage: 2.5 } })`. Ends with its last row. */
export const profile = (
  o: { readonly rows: ProfileRows; readonly quantity?: ProfileQuantity } & StepOptions,
): ProtocolStep => {
  const until = untilOf(o)
  const drive = profileDrive(o.rows, {
    ...(o.quantity ? { quantity: o.quantity } : {}),
    ...(until.time === undefined ? {} : { duration: until.time }),
  })
  return stepOf({ ...o, drive, until: limitsOf(until) })
}
