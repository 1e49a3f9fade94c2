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
  /** Solves in place, right-hand side at r[start …], which is zero before block `first` (0 where absent). */
  solve(r: Float64Array, start: number, first?: number): void
}

/**
 * @param alone  by block, not 0 where the last unknown and its row stand alone and no other row of the block has a part of the last
 *               unknown of a block beside it: less work where b = 4
 */
export const blockTridiagonal = (count: number, b: number, alone = new Uint8Array(count)): BlockTridiagonal => {
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
      if (b === 3) return factorThree(count, lower, diagonal, upper, scaled)
      if (b === 4) return factorFour(count, lower, diagonal, upper, scaled, alone)
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
    solve(r, start, first = 0) {
      if (b === 3) {
        solveThree(r, start, count, lower, diagonal, scaled)
        return
      }
      if (b === 4) {
        solveFour(r, start, count, lower, diagonal, scaled, alone, first)
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

/**
 * `factor` for blocks of three, written out in locals: one ion in a binary electrolyte.
 */
const factorThree = (
  count: number,
  lower: Float64Array,
  diagonal: Float64Array,
  upper: Float64Array,
  scaled: Float64Array,
): boolean => {
  // pivot⁻¹ U of the block before, row by row.
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let s4 = 0
  let s5 = 0
  let s6 = 0
  let s7 = 0
  let s8 = 0
  for (let at = 0; at < count * 9; at += 9) {
    for (let row = at; row < at + 9; row += 3) {
      const a = lower[row]
      const b = lower[row + 1]
      const c = lower[row + 2]
      diagonal[row] -= a * s0 + b * s3 + c * s6
      diagonal[row + 1] -= a * s1 + b * s4 + c * s7
      diagonal[row + 2] -= a * s2 + b * s5 + c * s8
    }
    if (!invertSmall(diagonal, at, 3)) return false
    const u0 = upper[at]
    const u1 = upper[at + 1]
    const u2 = upper[at + 2]
    const u3 = upper[at + 3]
    const u4 = upper[at + 4]
    const u5 = upper[at + 5]
    const u6 = upper[at + 6]
    const u7 = upper[at + 7]
    const u8 = upper[at + 8]
    const d0 = diagonal[at]
    const d1 = diagonal[at + 1]
    const d2 = diagonal[at + 2]
    const d3 = diagonal[at + 3]
    const d4 = diagonal[at + 4]
    const d5 = diagonal[at + 5]
    const d6 = diagonal[at + 6]
    const d7 = diagonal[at + 7]
    const d8 = diagonal[at + 8]
    scaled[at] = s0 = d0 * u0 + d1 * u3 + d2 * u6
    scaled[at + 1] = s1 = d0 * u1 + d1 * u4 + d2 * u7
    scaled[at + 2] = s2 = d0 * u2 + d1 * u5 + d2 * u8
    scaled[at + 3] = s3 = d3 * u0 + d4 * u3 + d5 * u6
    scaled[at + 4] = s4 = d3 * u1 + d4 * u4 + d5 * u7
    scaled[at + 5] = s5 = d3 * u2 + d4 * u5 + d5 * u8
    scaled[at + 6] = s6 = d6 * u0 + d7 * u3 + d8 * u6
    scaled[at + 7] = s7 = d6 * u1 + d7 * u4 + d8 * u7
    scaled[at + 8] = s8 = d6 * u2 + d7 * u5 + d8 * u8
  }
  return true
}

/** `solve` for the same: one ion in a binary electrolyte. */
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

/** `factor` for blocks of four: two ions beside an anion. A row of L is mostly shorter, or empty (no ion moves by what is left between phases). */
const factorFour = (
  count: number,
  lower: Float64Array,
  diagonal: Float64Array,
  upper: Float64Array,
  scaled: Float64Array,
  alone: Uint8Array,
): boolean => {
  for (let at = 0; at < count * 16; at += 16) {
    if (alone[at >> 4] !== 0) {
      if (!factorThreeOfFour(at, lower, diagonal, upper, scaled)) return false
      continue
    }
    if (at > 0) {
      const b = at - 16
      for (let row = at; row < at + 16; row += 4) {
        const f0 = lower[row]
        const f1 = lower[row + 1]
        const f2 = lower[row + 2]
        const f3 = lower[row + 3]
        if (f0 !== 0 || f1 !== 0 || f2 !== 0) {
          diagonal[row] -= f0 * scaled[b] + f1 * scaled[b + 4] + f2 * scaled[b + 8]
          diagonal[row + 1] -= f0 * scaled[b + 1] + f1 * scaled[b + 5] + f2 * scaled[b + 9]
          diagonal[row + 2] -= f0 * scaled[b + 2] + f1 * scaled[b + 6] + f2 * scaled[b + 10]
          diagonal[row + 3] -= f0 * scaled[b + 3] + f1 * scaled[b + 7] + f2 * scaled[b + 11]
        }
        if (f3 === 0) continue
        diagonal[row] -= f3 * scaled[b + 12]
        diagonal[row + 1] -= f3 * scaled[b + 13]
        diagonal[row + 2] -= f3 * scaled[b + 14]
        diagonal[row + 3] -= f3 * scaled[b + 15]
      }
    }
    if (!invertSmall(diagonal, at, 4)) return false
    const u0 = upper[at]
    const u1 = upper[at + 1]
    const u2 = upper[at + 2]
    const u3 = upper[at + 3]
    const u4 = upper[at + 4]
    const u5 = upper[at + 5]
    const u6 = upper[at + 6]
    const u7 = upper[at + 7]
    const u8 = upper[at + 8]
    const u9 = upper[at + 9]
    const u10 = upper[at + 10]
    const u11 = upper[at + 11]
    for (let row = at; row < at + 16; row += 4) {
      const d0 = diagonal[row]
      const d1 = diagonal[row + 1]
      const d2 = diagonal[row + 2]
      const d3 = diagonal[row + 3]
      scaled[row] = d0 * u0 + d1 * u4 + (d2 * u8 + d3 * upper[at + 12])
      scaled[row + 1] = d0 * u1 + d1 * u5 + (d2 * u9 + d3 * upper[at + 13])
      scaled[row + 2] = d0 * u2 + d1 * u6 + (d2 * u10 + d3 * upper[at + 14])
      scaled[row + 3] = d0 * u3 + d1 * u7 + (d2 * u11 + d3 * upper[at + 15])
    }
  }
  return true
}

/** One block of `factorFour` whose last unknown is alone. */
const factorThreeOfFour = (
  at: number,
  lower: Float64Array,
  diagonal: Float64Array,
  upper: Float64Array,
  scaled: Float64Array,
): boolean => {
  const b = at - 16
  for (let row = at, k = 0; row < at + 12; row += 4, k += 3) {
    let d0 = diagonal[row]
    let d1 = diagonal[row + 1]
    let d2 = diagonal[row + 2]
    const f0 = lower[row]
    const f1 = lower[row + 1]
    const f2 = lower[row + 2]
    if (at > 0 && (f0 !== 0 || f1 !== 0 || f2 !== 0)) {
      d0 -= f0 * scaled[b] + f1 * scaled[b + 4] + f2 * scaled[b + 8]
      d1 -= f0 * scaled[b + 1] + f1 * scaled[b + 5] + f2 * scaled[b + 9]
      d2 -= f0 * scaled[b + 2] + f1 * scaled[b + 6] + f2 * scaled[b + 10]
    }
    three[k] = d0
    three[k + 1] = d1
    three[k + 2] = d2
  }
  const own = 1 / diagonal[at + 15]
  if (!(invertSmall(three, 0, 3) && Number.isFinite(own))) return false
  diagonal[at + 15] = own
  for (let row = at, k = 0; row < at + 12; row += 4, k += 3) {
    const d0 = three[k]
    const d1 = three[k + 1]
    const d2 = three[k + 2]
    diagonal[row] = d0
    diagonal[row + 1] = d1
    diagonal[row + 2] = d2
    scaled[row] = d0 * upper[at] + d1 * upper[at + 4] + d2 * upper[at + 8]
    scaled[row + 1] = d0 * upper[at + 1] + d1 * upper[at + 5] + d2 * upper[at + 9]
    scaled[row + 2] = d0 * upper[at + 2] + d1 * upper[at + 6] + d2 * upper[at + 10]
  }
  return true
}
const three = new Float64Array(9)

/** `solve` for the same, from block `first` on; products in pairs, which wait less for each other than one after the other. */
const solveFour = (
  r: Float64Array,
  start: number,
  count: number,
  lower: Float64Array,
  inverse: Float64Array,
  scaled: Float64Array,
  alone: Uint8Array,
  first: number,
): void => {
  let w = 0
  let x = 0
  let y = 0
  let z = 0
  let k = start + 4 * first
  for (let p = first, a = 16 * first; p < count; p++, a += 16, k += 4) {
    if (alone[p] !== 0) {
      const s = r[k] - (lower[a] * w + lower[a + 1] * x + lower[a + 2] * y)
      const t = r[k + 1] - (lower[a + 4] * w + lower[a + 5] * x + lower[a + 6] * y)
      const u = r[k + 2] - (lower[a + 8] * w + lower[a + 9] * x + lower[a + 10] * y)
      r[k] = w = inverse[a] * s + inverse[a + 1] * t + inverse[a + 2] * u
      r[k + 1] = x = inverse[a + 4] * s + inverse[a + 5] * t + inverse[a + 6] * u
      r[k + 2] = y = inverse[a + 8] * s + inverse[a + 9] * t + inverse[a + 10] * u
      r[k + 3] = z = inverse[a + 15] * r[k + 3]
      continue
    }
    const s = r[k] - (lower[a] * w + lower[a + 1] * x + (lower[a + 2] * y + lower[a + 3] * z))
    const t = r[k + 1] - (lower[a + 4] * w + lower[a + 5] * x + (lower[a + 6] * y + lower[a + 7] * z))
    const u = r[k + 2] - (lower[a + 8] * w + lower[a + 9] * x + (lower[a + 10] * y + lower[a + 11] * z))
    const v = r[k + 3] - (lower[a + 12] * w + lower[a + 13] * x + (lower[a + 14] * y + lower[a + 15] * z))
    r[k] = w = inverse[a] * s + inverse[a + 1] * t + (inverse[a + 2] * u + inverse[a + 3] * v)
    r[k + 1] = x = inverse[a + 4] * s + inverse[a + 5] * t + (inverse[a + 6] * u + inverse[a + 7] * v)
    r[k + 2] = y = inverse[a + 8] * s + inverse[a + 9] * t + (inverse[a + 10] * u + inverse[a + 11] * v)
    r[k + 3] = z = inverse[a + 12] * s + inverse[a + 13] * t + (inverse[a + 14] * u + inverse[a + 15] * v)
  }
  k -= 8
  for (let a = (count - 2) * 16; a >= 0; a -= 16, k -= 4) {
    if (alone[a >> 4] !== 0) {
      const s = r[k] - (scaled[a] * w + scaled[a + 1] * x + scaled[a + 2] * y)
      const t = r[k + 1] - (scaled[a + 4] * w + scaled[a + 5] * x + scaled[a + 6] * y)
      const u = r[k + 2] - (scaled[a + 8] * w + scaled[a + 9] * x + scaled[a + 10] * y)
      r[k] = w = s
      r[k + 1] = x = t
      r[k + 2] = y = u
      z = r[k + 3]
      continue
    }
    const s = r[k] - (scaled[a] * w + scaled[a + 1] * x + (scaled[a + 2] * y + scaled[a + 3] * z))
    const t = r[k + 1] - (scaled[a + 4] * w + scaled[a + 5] * x + (scaled[a + 6] * y + scaled[a + 7] * z))
    const u = r[k + 2] - (scaled[a + 8] * w + scaled[a + 9] * x + (scaled[a + 10] * y + scaled[a + 11] * z))
    const v = r[k + 3] - (scaled[a + 12] * w + scaled[a + 13] * x + (scaled[a + 14] * y + scaled[a + 15] * z))
    r[k] = w = s
    r[k + 1] = x = t
    r[k + 2] = y = u
    r[k + 3] = z = v
  }
}
