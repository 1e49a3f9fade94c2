import type { SiteAction } from '../../crystal/site-orbits.ts'
import type { SiteSet } from '../../crystal/sites.ts'
import { cellsWithin, upperTriangular } from '../../crystal/supercell.ts'
import type { Operation } from '../../crystal/symmetry.ts'
import { refuse } from '../../error.ts'
import { inverse, multiply } from '../../math/mat3.ts'

/** Sites of a primitive cell and how the space group of the host permutes them: all that counting arrangements needs. */
export type SiteGroup = {
  /** Vectors of the cell as rows [Å], [3, 3]. */
  readonly cell: Float64Array
  /** In cells, [sites, 3]. */
  readonly fractional: Float64Array
  /** Index of the sublattice of each site, [sites]. */
  readonly sublattice: Int32Array
  readonly operations: readonly Operation[]
  readonly action: SiteAction
}

export const siteGroupOf = (sites: SiteSet): SiteGroup => ({
  cell: sites.symmetry.primitive.lattice,
  fractional: sites.fractional,
  sublattice: sites.sublattice,
  operations: sites.symmetry.operations,
  action: sites.action,
})

/** Hermite's normal form of the lattice spanned by the rows: upper triangular, 0 ≤ H_ij < H_jj above the diagonal. */
const hermite = (M: ArrayLike<number>): Int32Array => {
  const H = upperTriangular(Int32Array.from(M, Math.round))
  for (let row = 1; row >= 0; row--)
    for (let column = row + 1; column < 3; column++) {
      const times = Math.floor(H[3 * row + column] / H[4 * column])
      for (let d = column; d < 3; d++) H[3 * row + d] -= times * H[3 * column + d]
    }
  return H
}

/**
 * The distinct supercells of so many primitive cells, one matrix [9] (rows are new vectors in old ones) for each class that the
 * point group maps on one another. Without symmetry there are Σ_{d|n} d σ(d) of them.
 */
export const distinctSupercells = (operations: readonly Operation[], size: number): Int32Array[] => {
  if (!(Number.isInteger(size) && size >= 1 && size <= 64)) refuse('size', size, 'a whole number from 1 to 64')
  const found: Int32Array[] = []
  for (let a = 1; a <= size; a++)
    for (let b = 1; a * b <= size; b++) {
      if (size % (a * b) !== 0) continue
      const c = size / (a * b)
      for (let x = 0; x < b; x++)
        for (let y = 0; y < c; y++)
          for (let z = 0; z < c; z++) {
            const M = Int32Array.of(a, x, y, 0, b, z, 0, 0, c)
            const own = M.join()
            // the first of its class in the order of texts stands for all
            if (operations.every(({ rotation }) => hermite(multiply(M, rotation)).join() >= own)) found.push(M)
          }
    }
  return found
}

/** A supercell as arrangements see it: site `site` of cell `c` has the index c·sites + site, cells as `cellsWithin` orders them. */
export type SiteSupercell = {
  readonly matrix: Int32Array
  /** Cells in it. */
  readonly cells: number
  /** Sites of one cell. */
  readonly sites: number
  /** Whole numbers of old cell vectors, [cells, 3]. */
  readonly points: Int32Array
  /** Index of the cell that a lattice point falls in. */
  readonly cellAt: (a: number, b: number, c: number) => number
  /** What the operations and translations that keep the supercell do to its sites: site i goes to `permutations[g][i]`. */
  readonly permutations: readonly Int32Array[]
  /** The translations among them, the identity left out. */
  readonly translations: readonly Int32Array[]
}

/** The supercell of a matrix with its group. Order of the group: point operations that keep it times its cells, at most. */
export const siteSupercell = (group: SiteGroup, matrix: ArrayLike<number>): SiteSupercell => {
  const points = cellsWithin(matrix)
  const M = Int32Array.from(matrix.length === 9 ? matrix : [matrix[0], 0, 0, 0, matrix[1], 0, 0, 0, matrix[2]])
  const cells = points.length / 3
  const sites = group.fractional.length / 3
  const toNew = inverse(M)
  const inside = (p: readonly number[]): string => {
    const out = [...p]
    for (let row = 0; row < 3; row++) {
      const n = Math.floor(p[0] * toNew[row] + p[1] * toNew[3 + row] + p[2] * toNew[6 + row] + 1e-9)
      for (let d = 0; d < 3; d++) out[d] -= n * M[3 * row + d]
    }
    return out.join()
  }
  const index = new Map<string, number>()
  for (let c = 0; c < cells; c++) index.set(Array.from(points.subarray(3 * c, 3 * c + 3)).join(), c)
  const cellAt = (a: number, b: number, c: number): number => index.get(inside([a, b, c]))!
  const own = hermite(M).join()
  const kept = group.operations.flatMap(({ rotation }, o) => (hermite(multiply(M, rotation)).join() === own ? [o] : []))
  const permutations = new Map<string, Int32Array>()
  const translations: Int32Array[] = []
  for (let t = 0; t < cells; t++)
    for (const o of kept) {
      const { rotation: W } = group.operations[o]
      const to = new Int32Array(cells * sites)
      for (let c = 0; c < cells; c++)
        for (let s = 0; s < sites; s++) {
          const at = o * sites + s
          const n = (d: number) =>
            points[3 * c] * W[d] +
            points[3 * c + 1] * W[3 + d] +
            points[3 * c + 2] * W[6 + d] +
            group.action.shift[3 * at + d] +
            points[3 * t + d]
          to[c * sites + s] = cellAt(n(0), n(1), n(2)) * sites + group.action.index[at]
        }
      permutations.set(to.join(), to)
    }
  for (let t = 1; t < cells; t++)
    translations.push(
      Int32Array.from({ length: cells * sites }, (_, i) => {
        const c = Math.floor(i / sites)
        const n = (d: number) => points[3 * c + d] + points[3 * t + d]
        return cellAt(n(0), n(1), n(2)) * sites + (i % sites)
      }),
    )
  return { matrix: M, cells, sites, points, cellAt, permutations: [...permutations.values()], translations }
}
