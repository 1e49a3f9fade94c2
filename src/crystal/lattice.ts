import { determinant, inverse, rowsTimes } from '../math/mat3.ts'
import type { Structure } from './structure.ts'

/** Fractional coordinates [n, 3] of cartesian ones [Å], f = r·A⁻¹. */
export const toFractional = (positions: ArrayLike<number>, lattice: ArrayLike<number>, out?: Float64Array) =>
  rowsTimes(positions, inverse(lattice), out)

/** Cartesian coordinates [Å], [n, 3], of fractional ones, r = f·A. */
export const toCartesian = (fractional: ArrayLike<number>, lattice: ArrayLike<number>, out?: Float64Array) =>
  rowsTimes(fractional, lattice, out)

export const fractionalPositions = (structure: Structure): Float64Array =>
  toFractional(structure.positions, structure.lattice)

/** Lengths a, b, c [Å] and angles α, β, γ [degrees] of a cell. */
export type CellParameters = {
  readonly lengths: readonly [number, number, number]
  readonly angles: readonly [number, number, number]
}

export const cellParameters = (A: ArrayLike<number>): CellParameters => {
  const dot = (i: number, j: number) => A[3 * i] * A[3 * j] + A[3 * i + 1] * A[3 * j + 1] + A[3 * i + 2] * A[3 * j + 2]
  const length = [0, 1, 2].map(i => Math.sqrt(dot(i, i)))
  const angle = (i: number, j: number) =>
    (Math.acos(Math.min(1, Math.max(-1, dot(i, j) / (length[i] * length[j])))) * 180) / Math.PI
  return { lengths: [length[0], length[1], length[2]], angles: [angle(1, 2), angle(0, 2), angle(0, 1)] }
}

/**
 * Cell matrix [9] of lengths [Å] and angles [degrees]: a along x, b in the plane x–y, right-handed.
 *
 * @throws RangeError where no cell has these angles
 */
export const latticeOf = ({ lengths: [a, b, c], angles }: CellParameters): Float64Array => {
  const [ca, cb, cg] = angles.map(cosine)
  const sg = Math.sqrt(1 - cg * cg)
  const cx = cb
  const cy = (ca - cb * cg) / sg
  const cz = Math.sqrt(1 - cx * cx - cy * cy)
  if (!(cz > 0)) throw new RangeError(`latticeOf: angles ${angles.join(', ')} degrees span no cell`)
  return Float64Array.of(a, 0, 0, b * cg, b * sg, 0, c * cx, c * cy, c * cz)
}

/** cos of an angle in degrees, exact at right angles and multiples of 60. */
const cosine = (degrees: number): number => {
  const exact: Readonly<Record<number, number>> = { 60: 0.5, 90: 0, 120: -0.5 }
  return exact[degrees] ?? Math.cos((degrees * Math.PI) / 180)
}

/** Distances between opposite faces of the cell [Å]: V/|b×c|, V/|c×a|, V/|a×b|. */
export const faceDistances = (A: ArrayLike<number>): readonly [number, number, number] => {
  const V = Math.abs(determinant(A))
  const area = (i: number, j: number) =>
    Math.hypot(
      A[3 * i + 1] * A[3 * j + 2] - A[3 * i + 2] * A[3 * j + 1],
      A[3 * i + 2] * A[3 * j] - A[3 * i] * A[3 * j + 2],
      A[3 * i] * A[3 * j + 1] - A[3 * i + 1] * A[3 * j],
    )
  return [V / area(1, 2), V / area(2, 0), V / area(0, 1)]
}
