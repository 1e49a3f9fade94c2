/**
 * LU factors of a dense matrix with partial pivoting, in place: P A = L U.
 *
 * @param a      A [n, n], row-major; holds L (unit diagonal) and U at return
 * @param pivot  [n], the row exchanged with row k at stage k
 * @returns      false when a pivot is zero or not finite: the matrix is singular to working accuracy
 * Cost n³/3 multiplications.
 */
export const factorDense = (a: Float64Array, n: number, pivot: Int32Array): boolean => {
  for (let k = 0; k < n; k++) {
    const rowK = k * n
    let p = k
    let largest = Math.abs(a[rowK + k])
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(a[i * n + k])
      if (size > largest) {
        largest = size
        p = i
      }
    }
    pivot[k] = p
    if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return false
    if (p !== k) {
      const rowP = p * n
      for (let j = 0; j < n; j++) {
        const swap = a[rowK + j]
        a[rowK + j] = a[rowP + j]
        a[rowP + j] = swap
      }
    }
    const inverse = 1 / a[rowK + k]
    for (let i = k + 1; i < n; i++) {
      const row = i * n
      const factor = a[row + k] * inverse
      a[row + k] = factor
      if (factor !== 0) for (let j = k + 1; j < n; j++) a[row + j] -= factor * a[rowK + j]
    }
  }
  return true
}

/** Solves A x = b in place with the factors of `factorDense`; b [n], from `offset` on. */
export const solveDense = (a: Float64Array, n: number, pivot: Int32Array, b: Float64Array, offset = 0): void => {
  for (let k = 0; k < n; k++) {
    const p = offset + pivot[k]
    const swap = b[offset + k]
    b[offset + k] = b[p]
    b[p] = swap
  }
  for (let i = 1; i < n; i++) {
    const row = i * n
    let sum = b[offset + i]
    for (let j = 0; j < i; j++) sum -= a[row + j] * b[offset + j]
    b[offset + i] = sum
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n
    let sum = b[offset + i]
    for (let j = i + 1; j < n; j++) sum -= a[row + j] * b[offset + j]
    b[offset + i] = sum / a[row + i]
  }
}
