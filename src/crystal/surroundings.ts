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

/**
 * Lookup of the atoms within `reach` of a point; cost is that of the atoms within reach of the whole cell, so meant for
 * small cells.
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
  const all = Float64Array.from(images)
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
    for (let k = 0; k < owner.length; k++) {
      const dx = all[3 * k] - x
      const dy = all[3 * k + 1] - y
      const dz = all[3 * k + 2] - z
      const squared = dx * dx + dy * dy + dz * dz
      if (squared > limit) continue
      if (count === result.index.length) {
        const index = new Int32Array(2 * count)
        const distance = new Float64Array(2 * count)
        const vector = new Float64Array(6 * count)
        index.set(result.index)
        distance.set(result.distance)
        vector.set(result.vector)
        result = { index, distance, vector, count }
      }
      result.index[count] = owner[k]
      result.distance[count] = Math.sqrt(squared)
      result.vector[3 * count] = dx
      result.vector[3 * count + 1] = dy
      result.vector[3 * count + 2] = dz
      count++
    }
    result.count = count
    return result
  }
}
