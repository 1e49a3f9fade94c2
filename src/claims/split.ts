/** Who carried the charge of a discharge, and what can be read off that. */
import type { Solution } from '../cell/solution.ts'

/** A discharge, one row for each moment: all per formula unit of host and counted from its start. */
export type Split = {
  /** Elementary charges passed, Σ z_i x_i [–]. */
  readonly charge: Float64Array
  readonly voltage: Float64Array
  /** Ions inserted [–]; zeros where the cell has no such ion. */
  readonly Li: Float64Array
  readonly Mg: Float64Array
}

/** Charge numbers of the two ions. */
const zLi = 1
const zMg = 2

export const splitOf = (voltage: Float64Array, Li: Float64Array, Mg: Float64Array): Split => {
  const charge = Float64Array.from(voltage, (_, k) => zLi * (Li[k] - Li[0]) + zMg * (Mg[k] - Mg[0]))
  return { charge, voltage, Li: Li.map(x => x - Li[0]), Mg: Mg.map(x => x - Mg[0]) }
}

/** The first step of a solution as a split. */
export const splitOfSolution = ({ columns, steps, carriers }: Solution): Split => {
  const { start, end } = steps[0]
  const rows = (name: string): Float64Array => columns[name].subarray(start, end + 1)
  const voltage = rows('voltage')
  const content = (ion: string) => (carriers.includes(ion) ? rows(`amount[${ion}]`) : new Float64Array(voltage.length))
  return splitOf(voltage, content('Li'), content('Mg'))
}

/** Elementary charges per formula unit from start to end. */
export const capacityOf = ({ charge }: Split): number => charge[charge.length - 1]

/** Li and Mg per formula unit at the end. */
export const endOf = ({ Li, Mg }: Split): { readonly Li: number; readonly Mg: number } => ({
  Li: Li[Li.length - 1],
  Mg: Mg[Mg.length - 1],
})

/** First row, as a fraction of rows, at which a column reaches a value; NaN where it never does. */
const firstReach = (column: Float64Array, value: number): number => {
  for (let k = 0; k < column.length; k++) {
    if (column[k] < value) continue
    return k === 0 ? 0 : k - 1 + (value - column[k - 1]) / (column[k] - column[k - 1])
  }
  return Number.NaN
}

/** A column at a fractional row. */
const at = (column: Float64Array, row: number): number => {
  const k = Math.min(Math.floor(row), column.length - 1)
  return k === column.length - 1 ? column[k] : column[k] + (row - k) * (column[k + 1] - column[k])
}

/** Mg's share of all charge until Li has reached a content; NaN where Li never reaches it. */
export const mgShareUntil = (split: Split, li: number): number => {
  const row = firstReach(split.Li, li)
  if (Number.isNaN(row)) return Number.NaN
  const mg = zMg * at(split.Mg, row)
  return mg / (zLi * li + mg)
}

export type Peak = {
  /** Mg's largest share of the charge in any stretch; NaN where there is no such stretch. */
  readonly share: number
  /** Li per formula unit where that stretch begins. */
  readonly li: number
}

/**
 * The stretch of a discharge in which Mg carried most: 2 Δx_Mg/Δq over `window` charges, among those that begin when Li has
 * reached `li` or later.
 *
 * @throws RangeError where the window is not > 0
 */
export const peakMgShare = (split: Split, o: { readonly window: number; readonly li: number }): Peak => {
  if (!(o.window > 0)) throw new RangeError(`peakMgShare: window must be > 0, got ${o.window}`)
  const { charge, Li, Mg } = split
  let peak: Peak = { share: Number.NaN, li: Number.NaN }
  const first = firstReach(Li, o.li)
  if (Number.isNaN(first)) return peak
  let ahead = 0
  const consider = (row: number): void => {
    const target = at(charge, row) + o.window
    while (ahead < charge.length && charge[ahead] < target) ahead++
    if (ahead >= charge.length) return
    const before = Math.max(0, ahead - 1)
    const fraction = ahead === before ? 0 : (target - charge[before]) / (charge[ahead] - charge[before])
    const mg = Mg[before] + fraction * (Mg[ahead] - Mg[before])
    const share = (zMg * (mg - at(Mg, row))) / o.window
    if (!(share <= peak.share)) peak = { share, li: at(Li, row) }
  }
  consider(first)
  for (let k = Math.ceil(first); k < charge.length; k++) consider(k)
  // The stretch that ends with the discharge begins between two rows.
  const last = firstReach(charge, capacityOf(split) - o.window)
  if (last >= first) {
    ahead = 0
    consider(last)
  }
  return peak
}

/** Energy per formula unit ∫ V dq [eV]. */
export const energyOf = ({ charge, voltage }: Split): number => {
  let sum = 0
  for (let k = 1; k < charge.length; k++) sum += 0.5 * (voltage[k] + voltage[k - 1]) * (charge[k] - charge[k - 1])
  return sum
}
