/** An equilibrium potential of a file, held against the contents that the cell runs through before any law is made of it. */
import { refuse } from '../error.ts'
import type { Curve } from '../math/spline.ts'

/** Part of the window that a table may leave uncovered at each end: the digits in which people write both. */
const slack = 0.01
/** Contents at which a potential is looked at. */
const samples = 64
/** A rise with the content smaller than this [V] is noise of a measurement. */
const noise = 1e-3

type Table = { readonly x: readonly number[] }

/**
 * Refuses a potential that has no value somewhere in the window, a table that ends inside it, and one that rises from the
 * empty to the full end; notes one that rises in between, where a host would part into phases.
 *
 * @param value   what the file holds: a number, an expression or a table
 * @param window  contents from empty to full [per formula unit]
 * @param at      file and field, for messages
 */
export const checkPotentialCurve = (
  value: number | string | Table,
  curve: Curve,
  window: readonly [number, number],
  at: string,
  notes: string[],
): void => {
  const [from, to] = window
  if (typeof value === 'object') {
    const least = Math.min(value.x[0], value.x[value.x.length - 1])
    const most = Math.max(value.x[0], value.x[value.x.length - 1])
    const room = slack * (to - from)
    if (least > from + room || most < to - room)
      refuse(
        `${at}: x`,
        `${least} to ${most}`,
        `a table over the whole window of contents, ${digits(from)} to ${digits(to)}`,
      )
  }
  let fallen = Number.POSITIVE_INFINITY
  let rise = 0
  let where = 0
  for (let k = 0; k < samples; k++) {
    // The ends themselves may be poles of a law.
    const x = from + ((k + 0.5) / samples) * (to - from)
    const U = curve.value(x)
    if (!Number.isFinite(U)) refuse(`${at}: value at x = ${digits(x)}`, U, 'a finite number [V]')
    fallen = Math.min(fallen, U)
    if (U - fallen > rise) {
      rise = U - fallen
      where = x
    }
  }
  if (!(rise > noise)) return
  const [empty, full] = [from, to].map(x => curve.value(x + (x === from ? 0.5 : -0.5) * ((to - from) / samples)))
  if (full > empty)
    refuse(
      `${at}: potential`,
      `${digits(empty)} V at x = ${digits(from)} and ${digits(full)} V at x = ${digits(to)}`,
      'one that falls as the host fills (does x count the empty sites?)',
    )
  notes.push(
    `${at}: the potential rises by ${digits(rise)} V up to x = ${digits(where)}, where a host would part into phases`,
  )
}

const digits = (value: number): number => Number(value.toPrecision(5))
