/**
 * LU factors of a banded matrix with partial pivoting, in place.
 *
 * Storage: entry (i, j) at i·width + j − i + lower, width = 2 lower + upper + 1; the last `lower` columns of each row take
 * the fill-in of the exchanges and must be zero on entry. Cost n·lower·(lower + upper).
 */

/** Length of a row in storage. */
export const bandWidth = (lower: number, upper: number): number => 2 * lower + upper + 1

export type Band = { readonly size: number; readonly lower: number; readonly upper: number }

/**
 * @param a      [size, width]; holds L (unit diagonal, multipliers in the place they were formed) and U at return
 * @param pivot  [size], the row exchanged with row k at stage k
 * @returns      false when a pivot is zero or not finite
 */
export const factorBanded = (a: Float64Array, band: Band, pivot: Int32Array): boolean => {
  const { size: n, lower, upper } = band
  const width = bandWidth(lower, upper)
  for (let k = 0; k < n; k++) {
    const end = Math.min(n - 1, k + lower)
    const reach = Math.min(n - 1, k + lower + upper)
    // Column j of row i is at shift(i) + j.
    const rowK = k * width - k + lower
    let p = k
    let largest = Math.abs(a[rowK + k])
    for (let i = k + 1; i <= end; i++) {
      const size = Math.abs(a[i * width - i + lower + k])
      if (size > largest) {
        largest = size
        p = i
      }
    }
    pivot[k] = p
    if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return false
    if (p !== k) {
      const rowP = p * width - p + lower
      for (let j = k; j <= reach; j++) {
        const swap = a[rowK + j]
        a[rowK + j] = a[rowP + j]
        a[rowP + j] = swap
      }
    }
    const inverse = 1 / a[rowK + k]
    for (let i = k + 1; i <= end; i++) {
      const row = i * width - i + lower
      const factor = a[row + k] * inverse
      a[row + k] = factor
      if (factor !== 0) for (let j = k + 1; j <= reach; j++) a[row + j] -= factor * a[rowK + j]
    }
  }
  return true
}

/** Solves A x = b in place with the factors of `factorBanded`. */
export const solveBanded = (a: Float64Array, band: Band, pivot: Int32Array, b: Float64Array): void => {
  const { size: n, lower, upper } = band
  const width = bandWidth(lower, upper)
  for (let k = 0; k < n; k++) {
    const p = pivot[k]
    const value = b[p]
    b[p] = b[k]
    b[k] = value
    const end = Math.min(n - 1, k + lower)
    for (let i = k + 1; i <= end; i++) b[i] -= a[i * width - i + lower + k] * value
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = i * width - i + lower
    const reach = Math.min(n - 1, i + lower + upper)
    let sum = b[i]
    for (let j = i + 1; j <= reach; j++) sum -= a[row + j] * b[j]
    b[i] = sum / a[row + i]
  }
}
