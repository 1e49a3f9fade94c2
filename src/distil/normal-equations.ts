import { packedLength } from '../math/cholesky.ts'
import { rankUpdate } from '../math/rank-update.ts'
import type { Design } from './design.ts'

/**
 * Everything a linear fit needs of its data, whatever their number: XᵀX (packed, see `math/cholesky.ts`), Xᵀy and yᵀy of the
 * weighted rows.
 */
export type NormalEquations = {
  readonly size: number
  /** XᵀX [size (size + 1)/2]. */
  readonly matrix: Float64Array
  /** Xᵀy [size]. */
  readonly right: Float64Array
  /** yᵀy. */
  squares: number
  /** Rows with a weight. */
  rows: number
}

export const normalEquations = (size: number): NormalEquations => ({
  size,
  matrix: new Float64Array(packedLength(size)),
  right: new Float64Array(size),
  squares: 0,
  rows: 0,
})

/**
 * Adds the rows of one design; the design is weighted in place.
 *
 * @param target   y, one for each row
 * @param weights  one for each row; rows with 0 count for nothing
 */
export const addRows = (
  equations: NormalEquations,
  { rows, active, columns }: Design,
  target: Float64Array,
  weights: Float64Array,
): void => {
  for (let r = 0; r < rows; r++) {
    if (weights[r] === 0) continue
    equations.squares += (weights[r] * target[r]) ** 2
    equations.rows++
  }
  for (let c = 0; c < active.length; c++) {
    let sum = 0
    for (let r = 0, at = c * rows; r < rows; r++, at++) {
      columns[at] *= weights[r]
      sum += columns[at] * weights[r] * target[r]
    }
    equations.right[active[c]] += sum
  }
  rankUpdate(equations.matrix, columns, rows, active)
}

/** a += factor·b. */
export const addEquations = (a: NormalEquations, b: NormalEquations, factor: number): void => {
  for (let k = 0; k < a.matrix.length; k++) a.matrix[k] += factor * b.matrix[k]
  for (let k = 0; k < a.size; k++) a.right[k] += factor * b.right[k]
  a.squares += factor * b.squares
  a.rows += factor * b.rows
}

/** Sum of the weighted squares |y − X c|² of the rows within, from the equations alone. */
export const residualSquares = ({ size, matrix, right, squares }: NormalEquations, c: Float64Array): number => {
  let sum = squares
  for (let i = 0, at = 0; i < size; i++) {
    sum -= 2 * right[i] * c[i]
    if (c[i] === 0) {
      at += i + 1
      continue
    }
    let row = 0
    for (let j = 0; j < i; j++) row += matrix[at + j] * c[j]
    sum += c[i] * (2 * row + matrix[at + i] * c[i])
    at += i + 1
  }
  return Math.max(0, sum)
}
