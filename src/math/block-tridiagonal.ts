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
      if (b === 3) {
        solveThree(r, start, count, lower, diagonal, scaled)
        return
      }
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

/** The same for blocks of three, written out in locals: one ion in a binary electrolyte. */
const solveThree = (
  r: Float64Array,
  start: number,
  count: number,
  lower: Float64Array,
  inverse: Float64Array,
  scaled: Float64Array,
): void => {
  let x = 0
  let y = 0
  let z = 0
  let k = start
  for (let p = 0, a = 0; p < count; p++, a += 9, k += 3) {
    const u = r[k] - lower[a] * x - lower[a + 1] * y - lower[a + 2] * z
    const v = r[k + 1] - lower[a + 3] * x - lower[a + 4] * y - lower[a + 5] * z
    const w = r[k + 2] - lower[a + 6] * x - lower[a + 7] * y - lower[a + 8] * z
    r[k] = x = inverse[a] * u + inverse[a + 1] * v + inverse[a + 2] * w
    r[k + 1] = y = inverse[a + 3] * u + inverse[a + 4] * v + inverse[a + 5] * w
    r[k + 2] = z = inverse[a + 6] * u + inverse[a + 7] * v + inverse[a + 8] * w
  }
  k -= 6
  for (let a = (count - 2) * 9; a >= 0; a -= 9, k -= 3) {
    const u = r[k] - scaled[a] * x - scaled[a + 1] * y - scaled[a + 2] * z
    const v = r[k + 1] - scaled[a + 3] * x - scaled[a + 4] * y - scaled[a + 5] * z
    const w = r[k + 2] - scaled[a + 6] * x - scaled[a + 7] * y - scaled[a + 8] * z
    r[k] = x = u
    r[k + 1] = y = v
    r[k + 2] = z = w
  }
}
