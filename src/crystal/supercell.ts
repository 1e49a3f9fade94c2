import { refuse } from '../error.ts'
import { determinant, identity, inverse, multiply } from '../math/mat3.ts'
import type { Structure } from './structure.ts'

/** Most cells a supercell may hold: beyond, the matrix is a slip of the hand. */
const mostCells = 1e6

/**
 * An integer 3×3 matrix, [9], from nine whole numbers or the three of a diagonal.
 *
 * @param field  what to call it in the message
 * @throws SimulationError (`input`) for other lengths, numbers that are not whole, a determinant of 0 or a huge one
 */
export const integerMatrix = (matrix: ArrayLike<number>, field = 'supercell'): Int32Array => {
  const values = Array.from(matrix)
  if (values.length !== 3 && values.length !== 9)
    refuse(field, values.length, 'three whole numbers (a diagonal) or nine (rows of new cell vectors in old ones)')
  const bad = values.findIndex(value => !Number.isInteger(value) || Math.abs(value) > 1000)
  if (bad >= 0) refuse(`${field}[${bad}]`, values[bad], 'a whole number between -1000 and 1000')
  const M = Int32Array.from(values.length === 9 ? values : [values[0], 0, 0, 0, values[1], 0, 0, 0, values[2]])
  const cells = Math.abs(determinant(M))
  if (cells < 1 || cells > mostCells) refuse(field, cells, `a determinant, in size, from 1 to ${mostCells}`)
  return M
}

/**
 * All lattice points of the old cell within one new cell A' = M·A, as whole numbers of old cell vectors, [|det M|, 3]; the
 * origin first.
 */
export const cellsWithin = (matrix: ArrayLike<number>): Int32Array => {
  const M = integerMatrix(matrix)
  const H = upperTriangular(M)
  const points: number[] = []
  // every class of lattice points modulo the rows of H has one member within the box of its diagonal
  for (let i = 0; i < H[0]; i++) for (let j = 0; j < H[4]; j++) for (let k = 0; k < H[8]; k++) points.push(i, j, k)
  const toNew = inverse(M)
  for (let p = 0; p < points.length; p += 3) {
    const [i, j, k] = [points[p], points[p + 1], points[p + 2]]
    for (let row = 0; row < 3; row++) {
      const n = Math.floor(i * toNew[row] + j * toNew[3 + row] + k * toNew[6 + row] + 1e-9)
      for (let d = 0; d < 3; d++) points[p + d] -= n * M[3 * row + d]
    }
  }
  return Int32Array.from(points)
}

/** Of the lattice spanned by the rows: upper triangular, diagonal > 0; entries above the diagonal are not reduced. */
export const upperTriangular = (M: Int32Array): Int32Array => {
  const H = Int32Array.from(M)
  const add = (to: number, from: number, times: number) => {
    for (let d = 0; d < 3; d++) H[3 * to + d] += times * H[3 * from + d]
  }
  for (let column = 0; column < 3; column++) {
    for (let row = column + 1; row < 3; row++) {
      while (H[3 * row + column] !== 0) {
        add(column, row, -Math.trunc(H[3 * column + column] / H[3 * row + column]))
        for (let d = 0; d < 3; d++) {
          const kept = H[3 * column + d]
          H[3 * column + d] = H[3 * row + d]
          H[3 * row + d] = kept
        }
      }
    }
    if (H[4 * column] < 0) add(column, column, -2)
  }
  return H
}

/**
 * Supercell with cell vectors A' = M·A. The atoms of the old cell come first, then those of the next cell, and so on, as
 * `cellsWithin` orders them: atom i of cell c is c·n + i.
 *
 * @param matrix  whole numbers, [3] for a diagonal or [9], rows are new cell vectors in old ones
 */
export const supercell = (structure: Structure, matrix: ArrayLike<number>): Structure => {
  const M = integerMatrix(matrix)
  const {
    lattice: A,
    positions,
    species,
    labels,
    occupancy,
    oxidation,
    fixed,
    periodic = [true, true, true],
  } = structure
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++)
      if (periodic[j] !== periodic[i] && M[3 * i + j] !== 0)
        refuse('supercell', Array.from(M).join(' '), 'a matrix that does not mix directions that repeat with open ones')
  const cells = cellsWithin(M)
  const n = species.length
  const count = cells.length / 3
  const all = new Float64Array(3 * n * count)
  for (let c = 0; c < count; c++) {
    for (let i = 0; i < n; i++) {
      for (let d = 0; d < 3; d++) {
        all[3 * (c * n + i) + d] =
          positions[3 * i + d] + cells[3 * c] * A[d] + cells[3 * c + 1] * A[3 + d] + cells[3 * c + 2] * A[6 + d]
      }
    }
  }
  const repeat = <T>(values: ArrayLike<T>): T[] => Array.from({ length: n * count }, (_, k) => values[k % n])
  return {
    ...structure,
    species: repeat(species),
    lattice: multiply(M, A),
    positions: all,
    ...(labels ? { labels: repeat(labels) } : {}),
    ...(occupancy ? { occupancy: Float64Array.from(repeat(occupancy)) } : {}),
    ...(oxidation ? { oxidation: Float64Array.from(repeat(oxidation)) } : {}),
    ...(fixed ? { fixed: Uint8Array.from(all, (_, k) => fixed[k % (3 * n)]) } : {}),
  }
}

/**
 * The crystal homogeneously strained, A' = A·(1 + ε), r' = r·(1 + ε).
 *
 * @param strain  ε [–], [9], symmetric for a pure strain; 0.01 on the diagonal stretches by 1 %
 */
export const strained = (structure: Structure, strain: ArrayLike<number>): Structure => {
  if (strain.length !== 9) refuse('strain', strain.length, 'nine numbers, the rows of ε')
  const F = identity().map((one, k) => one + strain[k])
  if (!(determinant(F) > 0)) refuse('strain', determinant(F), 'a matrix with det(1 + ε) > 0')
  const positions = new Float64Array(structure.positions.length)
  for (let k = 0; k < positions.length; k += 3)
    for (let d = 0; d < 3; d++)
      positions[k + d] =
        structure.positions[k] * F[d] + structure.positions[k + 1] * F[3 + d] + structure.positions[k + 2] * F[6 + d]
  return { ...structure, lattice: multiply(structure.lattice, F), positions }
}
