/**
 * Symmetric positive definite band matrices: the lower band by rows, entry (i, j) at i·(band + 1) + j − i + band for
 * i − band ≤ j ≤ i. Entries before column 0 are there and stay zero.
 */

/**
 * A = L·Lᵀ in place. Cost size·band².
 *
 * @returns false where a pivot is not positive to working accuracy
 */
export const factorBand = (a: Float64Array, size: number, band: number): boolean => {
  const width = band + 1
  for (let i = 0; i < size; i++) {
    const rowI = i * width + band - i
    const first = Math.max(0, i - band)
    for (let j = first; j <= i; j++) {
      const rowJ = j * width + band - j
      let k = Math.max(first, j - band)
      // Four sums at a time: one would wait for itself.
      let s0 = a[rowI + j]
      let s1 = 0
      let s2 = 0
      let s3 = 0
      for (; k + 3 < j; k += 4) {
        s0 -= a[rowI + k] * a[rowJ + k]
        s1 -= a[rowI + k + 1] * a[rowJ + k + 1]
        s2 -= a[rowI + k + 2] * a[rowJ + k + 2]
        s3 -= a[rowI + k + 3] * a[rowJ + k + 3]
      }
      for (; k < j; k++) s0 -= a[rowI + k] * a[rowJ + k]
      const sum = s0 + s1 + (s2 + s3)
      if (j < i) a[rowI + j] = sum * a[rowJ + j]
      else {
        if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) return false
        // The diagonal holds 1/L_ii until all is done: one division a row.
        a[rowI + i] = 1 / Math.sqrt(sum)
      }
    }
  }
  for (let i = 0; i < size; i++) a[i * width + band] = 1 / a[i * width + band]
  return true
}

/** Solves L·Lᵀ x = b in place with the factor of `factorBand`. */
export const solveBand = (l: Float64Array, size: number, band: number, b: Float64Array): void => {
  const width = band + 1
  for (let i = 0; i < size; i++) {
    const row = i * width + band - i
    let sum = b[i]
    for (let k = Math.max(0, i - band); k < i; k++) sum -= l[row + k] * b[k]
    b[i] = sum / l[row + i]
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = i * width + band - i
    const x = b[i] / l[row + i]
    b[i] = x
    for (let k = Math.max(0, i - band); k < i; k++) b[k] -= x * l[row + k]
  }
}

/**
 * The entries of A⁻¹ within the band, from the factor, without the rest of it. Cost size·band².
 *
 *   (A⁻¹)_ij = δ_ij/L_ii² − (1/L_ii) Σ_(k > i) L_ki (A⁻¹)_kj,   j ≥ i, backwards
 *
 * @returns the lower band, laid out as the matrix
 * Source: computed: Lᵀ A⁻¹ = L⁻¹, read row by row where the right side is known
 */
export const bandOfInverse = (l: Float64Array, size: number, band: number): Float64Array => {
  const width = band + 1
  const z = new Float64Array(size * width)
  const column = new Float64Array(width)
  for (let i = size - 1; i >= 0; i--) {
    const last = Math.min(size - 1, i + band)
    const inverse = 1 / l[i * width + band]
    for (let k = i + 1; k <= last; k++) column[k - i] = l[k * width + i - k + band]
    for (let j = last; j >= i; j--) {
      const rowJ = j * width + band - j
      let sum = j === i ? inverse : 0
      for (let k = i + 1; k <= j; k++) sum -= column[k - i] * z[rowJ + k]
      for (let k = j + 1; k <= last; k++) sum -= column[k - i] * z[k * width + band - k + j]
      z[rowJ + i] = sum * inverse
    }
  }
  return z
}
