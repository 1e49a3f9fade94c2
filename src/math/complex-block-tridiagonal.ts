/**
 * A complex block tridiagonal matrix of `count` square blocks of width b whose off-diagonal blocks and right-hand sides
 * are real,
 *
 *   L_p u_{p−1} + D_p u_p + U_p u_{p+1} = r_p
 *
 * as the linearised equations of a cell in the frequency domain: capacities stand on the diagonal. Eliminated from block 0
 * on, with partial pivoting inside a block. Cost O(count·b²·(b + columns)), linear in the number of blocks.
 */
export type ComplexBlockTridiagonal = {
  /** Real and imaginary part of the diagonal blocks [count, b, b]; written before `solve`, which overwrites them. */
  readonly re: Float64Array
  readonly im: Float64Array
  /** Right-hand sides [count, b, columns]; kept. */
  readonly rhs: Float64Array
  /**
   * Solves for all columns; of u only the blocks from `from` on are filled (others cost a substitution back to them).
   * False where a pivot is zero or not finite.
   */
  solve(from: number): boolean
  /** u: entry (p, i) of a column at (p·b + i)·width + offset + column. */
  readonly uRe: Float64Array
  readonly uIm: Float64Array
  readonly width: number
  readonly offset: number
}

/**
 * @param lower, upper  real off-diagonal blocks [count, b, b], read at every `solve`
 * @param columns       number of right-hand sides
 */
export const complexBlockTridiagonal = (
  count: number,
  b: number,
  lower: Float64Array,
  upper: Float64Array,
  columns: number,
): ComplexBlockTridiagonal => {
  const bb = b * b
  const width = b + columns
  const block = b * width
  const re = new Float64Array(count * bb)
  const im = new Float64Array(count * bb)
  const rhs = new Float64Array(count * b * columns)
  // Of each block D'⁻¹ [U | r], D' the diagonal after elimination; then u in place of the last columns.
  const uRe = new Float64Array(count * block)
  const uIm = new Float64Array(count * block)

  /** Takes L_p times what stands in the block before from the diagonal and the right-hand sides of block p. */
  const eliminate = (p: number): void => {
    const before = (p - 1) * block
    for (let i = 0; i < b; i++) {
      const row = p * bb + i * b
      const right = p * block + i * width
      for (let l = 0; l < b; l++) {
        const f = lower[row + l]
        if (f === 0) continue
        const from = before + l * width
        for (let j = 0; j < b; j++) {
          re[row + j] -= f * uRe[from + j]
          im[row + j] -= f * uIm[from + j]
        }
        for (let j = b; j < width; j++) {
          uRe[right + j] -= f * uRe[from + j]
          uIm[right + j] -= f * uIm[from + j]
        }
      }
    }
  }

  return {
    re,
    im,
    rhs,
    uRe,
    uIm,
    width,
    offset: b,
    solve(from) {
      for (let p = 0; p < count; p++) {
        for (let i = 0; i < b; i++) {
          const row = p * block + i * width
          for (let j = 0; j < b; j++) uRe[row + j] = upper[p * bb + i * b + j]
          for (let j = 0; j < columns; j++) uRe[row + b + j] = rhs[(p * b + i) * columns + j]
          uIm.fill(0, row, row + width)
        }
        if (p > 0) eliminate(p)
        if (!solveComplex(re, im, p * bb, b, uRe, uIm, p * block, width)) return false
      }
      for (let p = count - 2; p >= from; p--)
        for (let i = 0; i < b; i++) {
          const row = p * block + i * width
          for (let l = 0; l < b; l++) {
            const aRe = uRe[row + l]
            const aIm = uIm[row + l]
            const next = (p + 1) * block + l * width
            for (let j = b; j < width; j++) {
              uRe[row + j] -= aRe * uRe[next + j] - aIm * uIm[next + j]
              uIm[row + j] -= aRe * uIm[next + j] + aIm * uRe[next + j]
            }
          }
        }
      return true
    },
  }
}

/**
 * Solves A X = B for a complex A [n, n] at `at` of (re, im) and B [n, m] at `from` of (xRe, xIm), both in place: Gauss
 * elimination with row pivoting by |re| + |im|. For n ≤ about 12.
 *
 * @returns false where a pivot is zero or not finite
 */
export const solveComplex = (
  re: Float64Array,
  im: Float64Array,
  at: number,
  n: number,
  xRe: Float64Array,
  xIm: Float64Array,
  from: number,
  m: number,
): boolean => {
  for (let k = 0; k < n; k++) {
    const rowK = at + k * n
    let best = k
    let largest = Math.abs(re[rowK + k]) + Math.abs(im[rowK + k])
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(re[at + i * n + k]) + Math.abs(im[at + i * n + k])
      if (size > largest) {
        largest = size
        best = i
      }
    }
    if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return false
    if (best !== k) {
      swapRows(re, at + best * n, rowK, n)
      swapRows(im, at + best * n, rowK, n)
      swapRows(xRe, from + best * m, from + k * m, m)
      swapRows(xIm, from + best * m, from + k * m, m)
    }
    const pRe = re[rowK + k]
    const pIm = im[rowK + k]
    const square = pRe * pRe + pIm * pIm
    const invRe = pRe / square
    const invIm = -pIm / square
    re[rowK + k] = invRe
    im[rowK + k] = invIm
    for (let i = k + 1; i < n; i++) {
      const row = at + i * n
      const aRe = re[row + k]
      const aIm = im[row + k]
      if (aRe === 0 && aIm === 0) continue
      const fRe = aRe * invRe - aIm * invIm
      const fIm = aRe * invIm + aIm * invRe
      for (let j = k + 1; j < n; j++) {
        const uRe = re[rowK + j]
        const uIm = im[rowK + j]
        re[row + j] -= fRe * uRe - fIm * uIm
        im[row + j] -= fRe * uIm + fIm * uRe
      }
      for (let j = 0; j < m; j++) {
        const bRe = xRe[from + k * m + j]
        const bIm = xIm[from + k * m + j]
        xRe[from + i * m + j] -= fRe * bRe - fIm * bIm
        xIm[from + i * m + j] -= fRe * bIm + fIm * bRe
      }
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    const row = at + k * n
    const invRe = re[row + k]
    const invIm = im[row + k]
    for (let j = 0; j < m; j++) {
      let sumRe = xRe[from + k * m + j]
      let sumIm = xIm[from + k * m + j]
      for (let l = k + 1; l < n; l++) {
        const vRe = xRe[from + l * m + j]
        const vIm = xIm[from + l * m + j]
        sumRe -= re[row + l] * vRe - im[row + l] * vIm
        sumIm -= re[row + l] * vIm + im[row + l] * vRe
      }
      xRe[from + k * m + j] = sumRe * invRe - sumIm * invIm
      xIm[from + k * m + j] = sumRe * invIm + sumIm * invRe
    }
  }
  return true
}

const swapRows = (a: Float64Array, i: number, k: number, length: number): void => {
  for (let j = 0; j < length; j++) {
    const swap = a[i + j]
    a[i + j] = a[k + j]
    a[k + j] = swap
  }
}
