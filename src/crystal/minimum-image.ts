import { identity, inverse } from '../math/mat3.ts'
import type { Structure } from './structure.ts'

/** Turns a difference of two positions into the shortest of its periodic images, in place: v[at…at+2] [Å]. */
export type MinimumImage = (v: Float64Array, at?: number) => void

/**
 * Shortest periodic image, exact for a cell of any shape.
 *
 * The cell is first made short (Minkowski's reduction: no vector gets shorter by adding any sum of the others), for which the nearest lattice point of any vector lies within one step of the rounded one in every direction;
 * the 27 of them are compared only where the rounded one is longer than half the shortest lattice vector.
 *
 * @param lattice   A [Å], [9]
 * @param periodic  which cell vectors repeat
 */
export const minimumImage = (
  lattice: ArrayLike<number>,
  periodic: readonly [boolean, boolean, boolean] = [true, true, true],
): MinimumImage => {
  const B = shortBasis(lattice, periodic)
  const inverseB = inverse(B.vectors)
  const { vectors, repeats } = B
  const shifts = combinations(vectors, repeats)
  let shortest = Number.POSITIVE_INFINITY
  for (let k = 0; k < shifts.length; k += 3)
    shortest = Math.min(shortest, shifts[k] ** 2 + shifts[k + 1] ** 2 + shifts[k + 2] ** 2)
  const surely = shortest / 4

  return (v, at = 0) => {
    let x = v[at]
    let y = v[at + 1]
    let z = v[at + 2]
    if (x * x + y * y + z * z <= surely) return
    for (let i = 0; i < 3; i++) {
      if (!repeats[i]) continue
      const n = Math.round(x * inverseB[i] + y * inverseB[3 + i] + z * inverseB[6 + i])
      if (n === 0) continue
      x -= n * vectors[3 * i]
      y -= n * vectors[3 * i + 1]
      z -= n * vectors[3 * i + 2]
    }
    let best = x * x + y * y + z * z
    let [bx, by, bz] = [x, y, z]
    if (best > surely) {
      for (let k = 0; k < shifts.length; k += 3) {
        const sx = x + shifts[k]
        const sy = y + shifts[k + 1]
        const sz = z + shifts[k + 2]
        const length = sx * sx + sy * sy + sz * sz
        if (length < best - 1e-12) {
          best = length
          bx = sx
          by = sy
          bz = sz
        }
      }
    }
    v[at] = bx
    v[at + 1] = by
    v[at + 2] = bz
  }
}

/** All sums of −1, 0 or 1 times each repeating vector, without zero itself, [26 or fewer, 3]. */
const combinations = (vectors: Float64Array, repeats: readonly boolean[]): Float64Array => {
  const range = (i: number) => (repeats[i] ? [-1, 0, 1] : [0])
  const out: number[] = []
  for (const i of range(0))
    for (const j of range(1))
      for (const k of range(2))
        if (i !== 0 || j !== 0 || k !== 0)
          for (let d = 0; d < 3; d++) out.push(i * vectors[d] + j * vectors[3 + d] + k * vectors[6 + d])
  return Float64Array.from(out)
}

/** A basis of the same lattice with the shortest vectors. */
const shortBasis = (A: ArrayLike<number>, periodic: readonly boolean[]) => {
  const v = [0, 1, 2].map(i => [A[3 * i], A[3 * i + 1], A[3 * i + 2]])
  const dot = (a: number[], b: number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
  const free = [0, 1, 2].filter(i => periodic[i])
  const sums =
    free.length < 2 ? [] : free.length === 2 ? [[1], [-1]] : [-1, 0, 1].flatMap(a => [-1, 0, 1].map(b => [a, b]))
  for (let pass = 0, changed = true; changed && pass < 1000; pass++) {
    changed = false
    for (const i of free) {
      const others = free.filter(j => j !== i)
      for (const j of others) {
        const n = Math.round(dot(v[i], v[j]) / dot(v[j], v[j]))
        if (n !== 0) v[i] = v[i].map((c, d) => c - n * v[j][d])
      }
      for (const sum of sums) {
        const trial = v[i].map((c, d) => c + sum.reduce((total, n, k) => total + n * v[others[k]][d], 0))
        if (dot(trial, trial) < dot(v[i], v[i]) * (1 - 1e-12)) {
          v[i] = trial
          changed = true
        }
      }
    }
  }
  // vectors that do not repeat give way to ones across the rest: coordinates along those that do are then a projection
  const across = (a: number[], b: number[]) =>
    [0, 1, 2].map(d => a[(d + 1) % 3] * b[(d + 2) % 3] - a[(d + 2) % 3] * b[(d + 1) % 3])
  if (free.length === 2) {
    const open = [0, 1, 2].find(i => !periodic[i])!
    v[open] = across(v[free[0]], v[free[1]])
  } else if (free.length === 1) {
    const kept = v[free[0]]
    const flattest = [0, 1, 2].reduce((a, b) => (Math.abs(kept[b]) < Math.abs(kept[a]) ? b : a))
    const first = across(
      kept,
      [0, 1, 2].map(d => (d === flattest ? 1 : 0)),
    )
    v[(free[0] + 1) % 3] = first
    v[(free[0] + 2) % 3] = across(kept, first)
  } else if (free.length === 0) return { vectors: identity(), repeats: periodic }
  return { vectors: Float64Array.from(v.flat()), repeats: periodic }
}

/** Distance of a place from the one at b[at…at+2], nearest images [Å], in the cell of a structure. */
export const nearestDistance = ({ lattice, periodic }: Structure) => {
  const nearest = minimumImage(lattice, periodic)
  const v = new Float64Array(3)
  return (a: ArrayLike<number>, b: ArrayLike<number>, at = 0): number => {
    for (let d = 0; d < 3; d++) v[d] = b[at + d] - a[d]
    nearest(v)
    return Math.hypot(...v)
  }
}
