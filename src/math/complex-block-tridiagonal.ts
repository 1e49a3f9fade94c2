/**
 * A complex block tridiagonal matrix of `count` square blocks of width b whose off-diagonal blocks are real,
 *
 *   L_p u_{p−1} + D_p u_p + U_p u_{p+1} = r_p,   r_p = 0 but for the last block,
 *
 * as the linearised equations of a cell in the frequency domain: capacities stand on the diagonal, and the current enters
 * at one end. Eliminated from block 0 on, with partial pivoting inside a block.
 * Cost O(count·b³), linear in the number of blocks.
 */
export type ComplexBlockTridiagonal = {
  /** Real and imaginary part of the diagonal blocks [count, b, b]; written before `factor`, which overwrites them. */
  readonly re: Float64Array
  readonly im: Float64Array
  /** False where a pivot is zero or not finite. */
  factor(): boolean
  /** Solves for a real right-hand side [b] of the last block: fills the last block of `xRe`, `xIm` [count, b]. */
  solveLast(r: ArrayLike<number>): void
  /** Goes on from `solveLast` down to block 0. */
  substitute(): void
  readonly xRe: Float64Array
  readonly xIm: Float64Array
}

/**
 * @param lower, upper  real off-diagonal blocks [count, b, b], read at every `factor`
 */
export const complexBlockTridiagonal = (
  count: number,
  b: number,
  lower: Float64Array,
  upper: Float64Array,
): ComplexBlockTridiagonal => {
  const bb = b * b
  const re = new Float64Array(count * bb)
  const im = new Float64Array(count * bb)
  // D'⁻¹ U of each block.
  const sRe = new Float64Array(count * bb)
  const sIm = new Float64Array(count * bb)
  const xRe = new Float64Array(count * b)
  const xIm = new Float64Array(count * b)

  return {
    re,
    im,
    xRe,
    xIm,
    factor() {
      for (let p = 0; p < count; p++) {
        const at = p * bb
        if (p > 0) {
          const before = at - bb
          for (let i = 0; i < b; i++)
            for (let l = 0; l < b; l++) {
              const f = lower[at + i * b + l]
              if (f === 0) continue
              for (let j = 0; j < b; j++) {
                re[at + i * b + j] -= f * sRe[before + l * b + j]
                im[at + i * b + j] -= f * sIm[before + l * b + j]
              }
            }
        }
        if (p === count - 1) return true
        for (let k = 0; k < bb; k++) {
          sRe[at + k] = upper[at + k]
          sIm[at + k] = 0
        }
        if (!solveComplex(re, im, at, b, sRe, sIm, at, b)) return false
      }
      return true
    },
    solveLast(r) {
      const at = (count - 1) * b
      for (let i = 0; i < b; i++) {
        xRe[at + i] = r[i]
        xIm[at + i] = 0
      }
      solveComplex(re, im, (count - 1) * bb, b, xRe, xIm, at, 1)
    },
    substitute() {
      for (let p = count - 2; p >= 0; p--)
        for (let i = 0; i < b; i++) {
          let sumRe = 0
          let sumIm = 0
          for (let j = 0; j < b; j++) {
            const aRe = sRe[p * bb + i * b + j]
            const aIm = sIm[p * bb + i * b + j]
            const vRe = xRe[(p + 1) * b + j]
            const vIm = xIm[(p + 1) * b + j]
            sumRe += aRe * vRe - aIm * vIm
            sumIm += aRe * vIm + aIm * vRe
          }
          xRe[p * b + i] = -sumRe
          xIm[p * b + i] = -sumIm
        }
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
