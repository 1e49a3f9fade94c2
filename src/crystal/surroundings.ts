import { inverse } from '../math/mat3.ts'
import { faceDistances, fractionalPositions } from './lattice.ts'
import type { Structure } from './structure.ts'

/**
 * Atoms about any point of a periodic crystal, as buffers that the next call overwrites: index of the atom, distance [Å] and
 * the vector from the point to that image [Å]. Sorted in no way.
 */
export type Surroundings = {
  readonly index: Int32Array
  readonly distance: Float64Array
  /** [count, 3] */
  readonly vector: Float64Array
  readonly count: number
}

/** Least width of the boxes that images are sorted into [Å], and the most of them along one axis. */
const narrowest = 3
const mostAlong = 128

/**
 * Lookup of the atoms within `reach` of a point; cost of a call is that of the atoms nearby, whatever the size of the cell.
 *
 * @param reach  [Å], > 0
 * @returns      a function of a cartesian point r[at…at+2] [Å]
 */
export const surroundingsOf = (
  structure: Structure,
  reach: number,
): ((r: ArrayLike<number>, at?: number) => Surroundings) => {
  const { lattice: A } = structure
  const f = fractionalPositions(structure)
  const toFraction = inverse(A)
  const margin = faceDistances(A).map(width => reach / width)
  const images: number[] = []
  const owner: number[] = []
  for (let i = 0; i < structure.species.length; i++) {
    const base = [0, 1, 2].map(d => f[3 * i + d] - Math.floor(f[3 * i + d]))
    const range = base.map((b, d) => [Math.ceil(-margin[d] - b - 1e-9), Math.floor(1 + margin[d] - b + 1e-9)])
    for (let a = range[0][0]; a <= range[0][1]; a++)
      for (let b = range[1][0]; b <= range[1][1]; b++)
        for (let c = range[2][0]; c <= range[2][1]; c++) {
          const [x, y, z] = [base[0] + a, base[1] + b, base[2] + c]
          for (let d = 0; d < 3; d++) images.push(x * A[d] + y * A[3 + d] + z * A[6 + d])
          owner.push(i)
        }
  }
  const { all, owners, boxes, box, low, first } = boxed(images, owner)
  const limit = reach * reach
  let result = { index: new Int32Array(64), distance: new Float64Array(64), vector: new Float64Array(192), count: 0 }
  return (r, at = 0) => {
    let x = r[at]
    let y = r[at + 1]
    let z = r[at + 2]
    const n0 = Math.floor(x * toFraction[0] + y * toFraction[3] + z * toFraction[6])
    const n1 = Math.floor(x * toFraction[1] + y * toFraction[4] + z * toFraction[7])
    const n2 = Math.floor(x * toFraction[2] + y * toFraction[5] + z * toFraction[8])
    x -= n0 * A[0] + n1 * A[3] + n2 * A[6]
    y -= n0 * A[1] + n1 * A[4] + n2 * A[7]
    z -= n0 * A[2] + n1 * A[5] + n2 * A[8]
    let count = 0
    const i0 = Math.max(0, Math.floor((x - reach - low[0]) / box[0]))
    const i1 = Math.min(boxes[0] - 1, Math.floor((x + reach - low[0]) / box[0]))
    const j0 = Math.max(0, Math.floor((y - reach - low[1]) / box[1]))
    const j1 = Math.min(boxes[1] - 1, Math.floor((y + reach - low[1]) / box[1]))
    const k0 = Math.max(0, Math.floor((z - reach - low[2]) / box[2]))
    const k1 = Math.min(boxes[2] - 1, Math.floor((z + reach - low[2]) / box[2]))
    for (let i = i0; i <= i1; i++)
      for (let j = j0; j <= j1; j++) {
        // boxes along the last axis follow one another
        const row = (i * boxes[1] + j) * boxes[2]
        for (let m = first[row + k0]; m < first[row + k1 + 1]; m++) {
          const dx = all[3 * m] - x
          const dy = all[3 * m + 1] - y
          const dz = all[3 * m + 2] - z
          const squared = dx * dx + dy * dy + dz * dz
          if (squared > limit) continue
          if (count === result.index.length) result = longer(result)
          result.index[count] = owners[m]
          result.distance[count] = Math.sqrt(squared)
          result.vector[3 * count] = dx
          result.vector[3 * count + 1] = dy
          result.vector[3 * count + 2] = dz
          count++
        }
      }
    result.count = count
    return result
  }
}

const longer = (old: Surroundings) => {
  const size = 2 * old.index.length
  const grown = {
    index: new Int32Array(size),
    distance: new Float64Array(size),
    vector: new Float64Array(3 * size),
    count: old.count,
  }
  grown.index.set(old.index)
  grown.distance.set(old.distance)
  grown.vector.set(old.vector)
  return grown
}

/** Images sorted by boxes: those of box (i, j, k) are first[b] … first[b + 1], b = (i·boxes[1] + j)·boxes[2] + k. */
const boxed = (images: readonly number[], owner: readonly number[]) => {
  const n = owner.length
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const high = low.map(value => -value)
  for (let k = 0; k < 3 * n; k++) {
    low[k % 3] = Math.min(low[k % 3], images[k])
    high[k % 3] = Math.max(high[k % 3], images[k])
  }
  // wider where the cell is mostly empty, so that memory goes with the atoms
  const box = low.map((from, d) => Math.max(narrowest, (high[d] - from) / mostAlong))
  const boxes = low.map((from, d) => Math.floor((high[d] - from) / box[d]) + 1)
  const boxOf = Int32Array.from({ length: n }, (_, m) => {
    const [i, j, k] = [0, 1, 2].map(d => Math.floor((images[3 * m + d] - low[d]) / box[d]))
    return (i * boxes[1] + j) * boxes[2] + k
  })
  const first = new Int32Array(boxes[0] * boxes[1] * boxes[2] + 1)
  for (const b of boxOf) first[b + 1]++
  for (let b = 1; b < first.length; b++) first[b] += first[b - 1]
  const next = first.slice()
  const all = new Float64Array(3 * n)
  const owners = new Int32Array(n)
  for (let m = 0; m < n; m++) {
    const to = next[boxOf[m]]++
    for (let d = 0; d < 3; d++) all[3 * to + d] = images[3 * m + d]
    owners[to] = owner[m]
  }
  return { all, owners, boxes, box, low, first }
}
