import { invertSmall } from './small-matrix.ts'

/**
 * A block tridiagonal matrix of `count` square blocks of width b, factored without pivoting between blocks:
 *
 *   L_p u_{p−1} + D_p u_p + U_p u_{p+1} = r_p
 *
 * Cost O(count·b³) to factor, 3·count·b² to solve; linear in the number of blocks.
 */
export type BlockTridiagonal = {
  /** Blocks [count, b, b]; written by the caller before `factor`, which overwrites `diagonal` alone. */
  readonly lower: Float64Array
  readonly diagonal: Float64Array
  readonly upper: Float64Array
  /** False where a pivot block is singular. */
  factor(): boolean
  /** Solves in place, right-hand side at r[start …]. */
  solve(r: Float64Array, start: number): void
}

export const blockTridiagonal = (count: number, b: number): BlockTridiagonal => {
  const bb = b * b
  const lower = new Float64Array(count * bb)
  const diagonal = new Float64Array(count * bb)
  const upper = new Float64Array(count * bb)
  const scaled = new Float64Array(count * bb) // pivot⁻¹ U
  const work = new Float64Array(b)
  return {
    lower,
    diagonal,
    upper,
    factor() {
      for (let p = 0; p < count; p++) {
        const at = p * bb
        if (p > 0) {
          const before = at - bb
          for (let i = 0; i < b; i++)
            for (let l = 0; l < b; l++) {
              const f = lower[at + i * b + l]
              if (f === 0) continue
              for (let j = 0; j < b; j++) diagonal[at + i * b + j] -= f * scaled[before + l * b + j]
            }
        }
        if (!invertSmall(diagonal, at, b)) return false
        for (let i = 0; i < b; i++)
          for (let j = 0; j < b; j++) {
            let sum = 0
            for (let l = 0; l < b; l++) sum += diagonal[at + i * b + l] * upper[at + l * b + j]
            scaled[at + i * b + j] = sum
          }
      }
      return true
    },
    solve(r, start) {
      for (let p = 0; p < count; p++) {
        const at = p * bb
        const k = start + p * b
        if (p > 0)
          for (let i = 0; i < b; i++) {
            let sum = r[k + i]
            for (let j = 0; j < b; j++) sum -= lower[at + i * b + j] * r[k - b + j]
            r[k + i] = sum
          }
        for (let i = 0; i < b; i++) {
          let sum = 0
          for (let j = 0; j < b; j++) sum += diagonal[at + i * b + j] * r[k + j]
          work[i] = sum
        }
        for (let i = 0; i < b; i++) r[k + i] = work[i]
      }
      for (let p = count - 2; p >= 0; p--) {
        const at = p * bb
        const k = start + p * b
        for (let i = 0; i < b; i++) {
          let sum = r[k + i]
          for (let j = 0; j < b; j++) sum -= scaled[at + i * b + j] * r[k + b + j]
          r[k + i] = sum
        }
      }
    },
  }
}
