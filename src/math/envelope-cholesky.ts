/**
 * Symmetric positive definite matrices whose rows begin somewhere: row i of the lower triangle holds columns first[i] … i
 * (an envelope, or skyline). Elimination fills nothing outside. Entry (i, j) stands at start[i] + j.
 */
export type Envelope = {
  readonly size: number
  /** First column of each row. */
  readonly first: Int32Array
  /** Place of column 0 of each row (before the row itself where first > 0). */
  readonly start: Int32Array
  /** Numbers in all. */
  readonly length: number
}

/** @param first column of the first entry of each row, ≤ the row */
export const envelopeOf = (first: Int32Array): Envelope => {
  const start = new Int32Array(first.length)
  let length = 0
  for (let i = 0; i < first.length; i++) {
    start[i] = length - first[i]
    length += i - first[i] + 1
  }
  return { size: first.length, first, start, length }
}

/**
 * A = L·Lᵀ in place. Cost Σ (i − first_i)²/2.
 *
 * @returns false where a pivot is not positive to working accuracy
 */
export const factorEnvelope = (a: Float64Array, { size, first, start }: Envelope): boolean => {
  for (let i = 0; i < size; i++) {
    const rowI = start[i]
    for (let j = first[i]; j <= i; j++) {
      const rowJ = start[j]
      let k = Math.max(first[i], first[j])
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
  for (let i = 0; i < size; i++) a[start[i] + i] = 1 / a[start[i] + i]
  return true
}

/** Solves L·Lᵀ x = b in place with the factor of `factorEnvelope`. */
export const solveEnvelope = (l: Float64Array, { size, first, start }: Envelope, b: Float64Array): void => {
  for (let i = 0; i < size; i++) {
    const row = start[i]
    let sum = b[i]
    for (let k = first[i]; k < i; k++) sum -= l[row + k] * b[k]
    b[i] = sum / l[row + i]
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = start[i]
    const x = b[i] / l[row + i]
    b[i] = x
    for (let k = first[i]; k < i; k++) b[k] -= x * l[row + k]
  }
}

/**
 * The entries of A⁻¹ within the envelope, from the factor, without the rest of it. Cost as that of the factor, twice.
 *
 *   (A⁻¹)_ij = δ_ij/L_ii² − (1/L_ii) Σ_(k > i) L_ki (A⁻¹)_kj,   j ≥ i, backwards
 *
 * @returns laid out as the matrix
 * Source: computed: Lᵀ A⁻¹ = L⁻¹, read row by row where the right side is known
 */
export const inverseInEnvelope = (l: Float64Array, { size, first, start, length }: Envelope): Float64Array => {
  const z = new Float64Array(length)
  // Rows that reach back to column i, in increasing order: those of i + 1 and what begins at i.
  const rows = new Int32Array(size)
  const column = new Float64Array(size)
  let reach = 0
  for (let i = 0; i < size; i++) reach = Math.max(reach, i - first[i])
  for (let i = size - 1; i >= 0; i--) {
    let count = 0
    for (let k = i + 1; k <= Math.min(size - 1, i + reach); k++)
      if (first[k] <= i) {
        rows[count] = k
        column[count++] = l[start[k] + i]
      }
    const inverse = 1 / l[start[i] + i]
    for (let b = count - 1; b >= -1; b--) {
      const j = b < 0 ? i : rows[b]
      let sum = b < 0 ? inverse : 0
      if (b < 0) for (let a = 0; a < count; a++) sum -= column[a] * z[start[rows[a]] + i]
      else {
        const rowJ = start[j]
        for (let a = 0; a <= b; a++) sum -= column[a] * z[rowJ + rows[a]]
        for (let a = b + 1; a < count; a++) sum -= column[a] * z[start[rows[a]] + j]
      }
      z[start[j] + i] = sum * inverse
    }
  }
  return z
}
