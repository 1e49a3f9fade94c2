import { type Structure, volume, withPositions } from '../../crystal/structure.ts'
import { multiply, rowsTimes, transpose } from '../../math/mat3.ts'
import type { Evaluation } from '../engine.ts'

/** A structure turned for an engine, and the way back for what it answers. */
export type Oriented = {
  readonly structure: Structure
  back(evaluation: Evaluation): Evaluation
}

/**
 * The same structure with the first cell vector along +x, the second in the plane x–y with y > 0 and the third with z > 0:
 * the only cells that some engines (LAMMPS) take. With A = L Q, L lower triangular and Q orthogonal, r′ = r Qᵀ, F = F′ Q,
 * σ = Qᵀ σ′ Q. A left-handed cell is mirrored, which no energy sees.
 */
export const oriented = (structure: Structure): Oriented => {
  const A = structure.lattice
  if (A[1] === 0 && A[2] === 0 && A[5] === 0 && A[0] > 0 && A[4] > 0 && A[8] > 0)
    return { structure, back: evaluation => evaluation }
  const Q = new Float64Array(9)
  const L = new Float64Array(9)
  for (let i = 0; i < 3; i++) {
    const row = A.slice(3 * i, 3 * i + 3)
    for (let pass = 0; pass < 2; pass++) {
      // twice: what round-off left of the earlier directions in a flat cell
      for (let j = 0; j < i; j++) {
        const along = row[0] * Q[3 * j] + row[1] * Q[3 * j + 1] + row[2] * Q[3 * j + 2]
        L[3 * i + j] += along
        for (let d = 0; d < 3; d++) row[d] -= along * Q[3 * j + d]
      }
    }
    L[4 * i] = Math.hypot(row[0], row[1], row[2])
    for (let d = 0; d < 3; d++) Q[3 * i + d] = row[d] / L[4 * i]
  }
  if (!(volume({ ...structure, lattice: L }) > 0)) throw new RangeError('oriented: a cell without volume')
  return {
    structure: withPositions(structure, rowsTimes(structure.positions, transpose(Q)), L),
    back: ({ forces, stress, ...rest }) => ({
      ...rest,
      forces: rowsTimes(forces, Q),
      ...(stress ? { stress: multiply(multiply(transpose(Q), stress), Q) } : {}),
    }),
  }
}
