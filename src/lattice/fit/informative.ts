import { refuse } from '../../error.ts'
import { choleskyFactor, choleskySolve, packedLength } from '../../math/cholesky.ts'

export type InformativeOptions = {
  /** How many are chosen. */
  readonly count: number
  /** Rows that are in the fit already, [terms] each. */
  readonly known?: readonly ArrayLike<number>[]
  /** Prior variance of a coefficient over that of an energy [–], > 0; 100 where absent. */
  readonly prior?: number
}

/**
 * Which arrangements to compute next: the ones whose energy the others leave open the most, one after the other,
 *
 *   next = argmax x_kᵀ M⁻¹ x_k,   M = 1/prior + Σ_chosen x xᵀ,
 *
 * which is the greedy way to a large det M (D-optimal): each step multiplies det M by 1 + x_kᵀ M⁻¹ x_k. The inverse is updated
 * by Sherman and Morrison's formula; columns are scaled to unit largest value first. Ties go to the earlier row.
 *
 * @param rows  counts of the terms in each candidate, [terms]
 * @returns     indices, in the order chosen, and the leverage x_kᵀ M⁻¹ x_k of each when it was chosen
 * Cost candidates·terms² for each chosen one. Source: computed
 */
export const chooseInformative = (
  rows: readonly ArrayLike<number>[],
  { count, known = [], prior = 100 }: InformativeOptions,
): { readonly index: readonly number[]; readonly leverage: readonly number[] } => {
  if (!(prior > 0)) refuse('prior', prior, 'a number > 0')
  const first = rows[0] ?? known[0]
  if (first === undefined) return { index: [], leverage: [] }
  const n = first.length
  const scale = new Float64Array(n)
  for (const row of [...rows, ...known]) for (let t = 0; t < n; t++) scale[t] = Math.max(scale[t], Math.abs(row[t]))
  const scaled = (row: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: n }, (_, t) => (scale[t] > 0 ? row[t] / scale[t] : 0))
  const candidates = rows.map(scaled)
  const inverse = inverseOf(known.map(scaled), n, prior)
  // x M⁻¹ x of all, lowered by (x M⁻¹ v)²/(1 + v M⁻¹ v) with each v chosen: no pass over the matrix for each candidate
  const leverage = candidates.map(x => quadratic(inverse, x))
  const index: number[] = []
  const chosen: number[] = []
  const v = new Float64Array(n)
  for (let step = 0; step < Math.min(count, rows.length); step++) {
    let best = -1
    for (let k = 0; k < leverage.length; k++)
      if (leverage[k] >= 0 && (best < 0 || leverage[k] > leverage[best] * (1 + 1e-9))) best = k
    const value = leverage[best]
    index.push(best)
    chosen.push(value)
    const x = candidates[best]
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let j = 0; j < n; j++) sum += inverse[i * n + j] * x[j]
      v[i] = sum
    }
    for (let k = 0; k < candidates.length; k++) {
      if (leverage[k] < 0) continue
      let sum = 0
      for (let i = 0; i < n; i++) sum += candidates[k][i] * v[i]
      leverage[k] = Math.max(0, leverage[k] - (sum * sum) / (1 + value))
    }
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) inverse[i * n + j] -= (v[i] * v[j]) / (1 + value)
    leverage[best] = -1
  }
  return { index, leverage: chosen }
}

const inverseOf = (rows: readonly Float64Array[], n: number, prior: number): Float64Array => {
  const inverse = new Float64Array(n * n)
  if (rows.length === 0) {
    for (let i = 0; i < n; i++) inverse[i * n + i] = prior
    return inverse
  }
  const packed = new Float64Array(packedLength(n))
  for (const x of rows) for (let i = 0, at = 0; i < n; i++) for (let j = 0; j <= i; j++, at++) packed[at] += x[i] * x[j]
  for (let i = 0; i < n; i++) packed[packedLength(i) + i] += 1 / prior
  choleskyFactor(packed, n)
  const column = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    column.fill(0)
    column[j] = 1
    choleskySolve(packed, n, column)
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i]
  }
  return inverse
}

const quadratic = (M: Float64Array, x: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) {
    if (x[i] === 0) continue
    let row = 0
    for (let j = 0; j < x.length; j++) row += M[i * x.length + j] * x[j]
    sum += x[i] * row
  }
  return sum
}
