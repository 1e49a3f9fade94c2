import { inverse } from '../math/mat3.ts'
import { faceDistances } from './lattice.ts'
import type { Structure } from './structure.ts'

/**
 * Every atom's neighbours within a cutoff, periodic images included, as flat arrays: those of atom i stand at
 * start[i] … start[i + 1]. Each pair appears twice, once from either side. Buffers are at least as long as needed.
 */
export type NeighbourList = {
  /** [n + 1] */
  start: Int32Array
  /** Index of the neighbour within the cell, [pairs]. */
  index: Int32Array
  /** r_j − r_i of that image [Å], [pairs, 3]. */
  delta: Float64Array
  /** |r_j − r_i| [Å], [pairs]. */
  distance: Float64Array
}

/**
 * Neighbours by cells of linked atoms: cost linear in the atoms. Exact for cells of any shape, also where the cutoff is
 * longer than the cell (an atom is then its own neighbour through its images).
 *
 * @param cutoff  [Å], > 0
 * @param reuse   a list whose buffers are filled again (hot loops pass the last one)
 * @param only    1 for atoms whose neighbours are asked for, [n]; those of the others are left out
 */
export const neighbourList = (
  structure: Structure,
  cutoff: number,
  reuse?: NeighbourList,
  only?: Uint8Array,
): NeighbourList => {
  if (!(cutoff > 0 && cutoff < 1e3)) throw new RangeError(`neighbourList: cutoff ${cutoff} Å, must be > 0`)
  const { lattice: A, positions, periodic = [true, true, true] } = structure
  const n = structure.species.length
  const list: NeighbourList =
    reuse && reuse.start.length === n + 1
      ? reuse
      : {
          start: new Int32Array(n + 1),
          index: new Int32Array(64 * n),
          delta: new Float64Array(192 * n),
          distance: new Float64Array(64 * n),
        }
  const grid = binsOf(A, positions, cutoff, periodic)
  const { bins, reach, binOf, shift, first, next } = grid
  const [n0, n1, n2] = bins
  const limit = cutoff * cutoff
  let { index, delta, distance } = list
  let count = 0
  for (let i = 0; i < n; i++) {
    list.start[i] = count
    if (only && only[i] === 0) continue
    const xi = positions[3 * i]
    const yi = positions[3 * i + 1]
    const zi = positions[3 * i + 2]
    const [b0, b1, b2] = [binOf[3 * i], binOf[3 * i + 1], binOf[3 * i + 2]]
    for (let d0 = -reach[0]; d0 <= reach[0]; d0++) {
      const w0 = Math.floor((b0 + d0) / n0)
      if (w0 !== 0 && !periodic[0]) continue
      for (let d1 = -reach[1]; d1 <= reach[1]; d1++) {
        const w1 = Math.floor((b1 + d1) / n1)
        if (w1 !== 0 && !periodic[1]) continue
        for (let d2 = -reach[2]; d2 <= reach[2]; d2++) {
          const w2 = Math.floor((b2 + d2) / n2)
          if (w2 !== 0 && !periodic[2]) continue
          const bin = (b0 + d0 - w0 * n0 + n0 * (b1 + d1 - w1 * n1)) * n2 + (b2 + d2 - w2 * n2)
          for (let j = first[bin]; j >= 0; j = next[j]) {
            // images of both atoms within the cell, and the whole cells between their bins
            const s0 = w0 + shift[3 * j] - shift[3 * i]
            const s1 = w1 + shift[3 * j + 1] - shift[3 * i + 1]
            const s2 = w2 + shift[3 * j + 2] - shift[3 * i + 2]
            const dx = positions[3 * j] - xi + s0 * A[0] + s1 * A[3] + s2 * A[6]
            const dy = positions[3 * j + 1] - yi + s0 * A[1] + s1 * A[4] + s2 * A[7]
            const dz = positions[3 * j + 2] - zi + s0 * A[2] + s1 * A[5] + s2 * A[8]
            const squared = dx * dx + dy * dy + dz * dz
            if (squared > limit || (i === j && s0 === 0 && s1 === 0 && s2 === 0)) continue
            if (count === index.length) {
              index = list.index = longer(index, Int32Array)
              delta = list.delta = longer(delta, Float64Array)
              distance = list.distance = longer(distance, Float64Array)
            }
            index[count] = j
            delta[3 * count] = dx
            delta[3 * count + 1] = dy
            delta[3 * count + 2] = dz
            distance[count] = Math.sqrt(squared)
            count++
          }
        }
      }
    }
  }
  list.start[n] = count
  return list
}

const longer = <T extends Int32Array | Float64Array>(old: T, Type: { new (length: number): T }): T => {
  const grown = new Type(2 * old.length)
  grown.set(old)
  return grown
}

/** Atoms in bins at least as wide as the cutoff where the cell allows, else as many bins around as the cutoff reaches. */
const binsOf = (A: Float64Array, positions: Float64Array, cutoff: number, periodic: readonly boolean[]) => {
  const n = positions.length / 3
  const toFraction = inverse(A)
  const width = faceDistances(A)
  const most = Math.max(1, Math.ceil(Math.cbrt(n)))
  const bins = width.map(w => Math.max(1, Math.min(Math.floor(w / cutoff), most)))
  const reach = width.map((w, d) => Math.ceil((cutoff * bins[d]) / w - 1e-12))
  const binOf = new Int32Array(3 * n)
  const shift = new Int32Array(3 * n)
  const first = new Int32Array(bins[0] * bins[1] * bins[2]).fill(-1)
  const next = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < 3; d++) {
      const f =
        positions[3 * i] * toFraction[d] +
        positions[3 * i + 1] * toFraction[3 + d] +
        positions[3 * i + 2] * toFraction[6 + d]
      // the image that lies in the cell is r + shift·A; where the cell does not repeat, end bins hold what is outside
      const cell = periodic[d] ? Math.floor(f) : 0
      shift[3 * i + d] = -cell
      binOf[3 * i + d] = Math.min(bins[d] - 1, Math.max(0, Math.floor((f - cell) * bins[d])))
    }
    const bin = (binOf[3 * i] + bins[0] * binOf[3 * i + 1]) * bins[2] + binOf[3 * i + 2]
    next[i] = first[bin]
    first[bin] = i
  }
  return { bins, reach, binOf, shift, first, next }
}
