/**
 * Symmetric matrices packed by the rows of their lower triangle: a[i (i + 1)/2 + j] for j ≤ i. Half the memory of a full one,
 * and rows stand one after another, which is how both functions here run through it.
 */
export const packedLength = (n: number): number => (n * (n + 1)) / 2

/** Width of the blocks of columns: three rows of it fit in the innermost cache. */
const blockWidth = 96

/**
 * A = L·Lᵀ in place.
 *
 * Blocked left-looking by columns: every entry is a difference of an inner product of two rows, sixteen of them at a time.
 * Cost n³/3 operations.
 *
 * @param a  [n (n + 1)/2], positive definite; holds L at return
 * @returns  the first row whose pivot is not positive, or −1 where all went well (a is then L)
 */
export const choleskyFactor = (a: Float64Array, n: number): number => {
  for (let from = 0; from < n; from += blockWidth) {
    const to = Math.min(n, from + blockWidth)
    // columns from … to of all rows below, less what the columns before contribute
    for (let i = from; i < n; i += 4) {
      const rows = Math.min(4, n - i)
      for (let j = from; j < Math.min(to, i + rows); j += 4) subtractBlock(a, i, rows, j, Math.min(4, to - j), from)
    }
    for (let j = from; j < to; j++) {
      const rowJ = packedLength(j)
      let pivot = a[rowJ + j]
      for (let k = from; k < j; k++) pivot -= a[rowJ + k] * a[rowJ + k]
      if (!(pivot > 0)) return j
      const root = Math.sqrt(pivot)
      a[rowJ + j] = root
      const inverse = 1 / root
      for (let i = j + 1; i < n; i++) {
        const rowI = packedLength(i)
        let sum = a[rowI + j]
        for (let k = from; k < j; k++) sum -= a[rowI + k] * a[rowJ + k]
        a[rowI + j] = sum * inverse
      }
    }
  }
  return -1
}

/** a[i…, j…] −= Σ_{k < end} a[i…, k] a[j…, k] for up to four rows i and four rows j, entries above the diagonal left out. */
const subtractBlock = (a: Float64Array, i: number, rows: number, j: number, columns: number, end: number): void => {
  if (end === 0) return
  if (rows === 4 && columns === 4 && j + 3 <= i) {
    const i0 = packedLength(i)
    const i1 = i0 + i + 1
    const i2 = i1 + i + 2
    const i3 = i2 + i + 3
    const j0 = packedLength(j)
    const j1 = j0 + j + 1
    const j2 = j1 + j + 2
    const j3 = j2 + j + 3
    let [s00, s01, s02, s03] = [0, 0, 0, 0]
    let [s10, s11, s12, s13] = [0, 0, 0, 0]
    let [s20, s21, s22, s23] = [0, 0, 0, 0]
    let [s30, s31, s32, s33] = [0, 0, 0, 0]
    for (let k = 0; k < end; k++) {
      const b0 = a[j0 + k]
      const b1 = a[j1 + k]
      const b2 = a[j2 + k]
      const b3 = a[j3 + k]
      const c0 = a[i0 + k]
      s00 += c0 * b0
      s01 += c0 * b1
      s02 += c0 * b2
      s03 += c0 * b3
      const c1 = a[i1 + k]
      s10 += c1 * b0
      s11 += c1 * b1
      s12 += c1 * b2
      s13 += c1 * b3
      const c2 = a[i2 + k]
      s20 += c2 * b0
      s21 += c2 * b1
      s22 += c2 * b2
      s23 += c2 * b3
      const c3 = a[i3 + k]
      s30 += c3 * b0
      s31 += c3 * b1
      s32 += c3 * b2
      s33 += c3 * b3
    }
    a[i0 + j] -= s00
    a[i0 + j + 1] -= s01
    a[i0 + j + 2] -= s02
    a[i0 + j + 3] -= s03
    a[i1 + j] -= s10
    a[i1 + j + 1] -= s11
    a[i1 + j + 2] -= s12
    a[i1 + j + 3] -= s13
    a[i2 + j] -= s20
    a[i2 + j + 1] -= s21
    a[i2 + j + 2] -= s22
    a[i2 + j + 3] -= s23
    a[i3 + j] -= s30
    a[i3 + j + 1] -= s31
    a[i3 + j + 2] -= s32
    a[i3 + j + 3] -= s33
    return
  }
  for (let r = i; r < i + rows; r++)
    for (let c = j; c < j + columns && c <= r; c++) {
      const rowR = packedLength(r)
      const rowC = packedLength(c)
      let sum = 0
      for (let k = 0; k < end; k++) sum += a[rowR + k] * a[rowC + k]
      a[rowR + c] -= sum
    }
}

/** Solves L·Lᵀ x = b in place with the factor of `choleskyFactor`. */
export const choleskySolve = (l: Float64Array, n: number, b: Float64Array): void => {
  for (let i = 0, row = 0; i < n; row += ++i) {
    let sum = b[i]
    for (let k = 0; k < i; k++) sum -= l[row + k] * b[k]
    b[i] = sum / l[row + i]
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = packedLength(i)
    const x = b[i] / l[row + i]
    b[i] = x
    for (let k = 0; k < i; k++) b[k] -= x * l[row + k]
  }
}
