import { faceDistances, toCartesian, toFractional } from './lattice.ts'
import { minimumImage } from './minimum-image.ts'
import { onSpecialPosition, orbitOf } from './site-orbits.ts'
import { type Structure, withAtoms } from './structure.ts'
import { supercell } from './supercell.ts'
import { latticeDistance, type Symmetry } from './symmetry.ts'

/** Host cells a single ion is relaxed in are at least this wide [Å]. Source: assumed */
const relaxWidth = 9

/** Equivalent places, fractional, and the carriers that the file has there. */
export type Orbit = { readonly points: readonly number[][]; readonly occupants: Set<string> }

/** One ion for each kind of site, in a cell wide enough that it does not see itself. */
export const relaxedOrbits = (
  orbits: readonly Orbit[],
  symmetry: Symmetry,
  carrier: string,
  merge: number,
  relax: (structure: Structure) => Structure,
  notes: string[],
): Orbit[] => {
  const { primitive, operations } = symmetry
  const A = primitive.lattice
  const big = supercell(
    primitive,
    faceDistances(A).map(width => Math.max(1, Math.ceil(relaxWidth / width))),
  )
  const shortest = minimumImage(big.lattice)
  const out: Orbit[] = []
  for (const { points, occupants } of orbits) {
    const start = toCartesian(points[0], A)
    const after = relax(withAtoms(big, [carrier], start)).positions
    const last = 3 * big.species.length
    const shift = new Float64Array(3)
    const drift = new Float64Array(3)
    const v = new Float64Array(3)
    for (let i = 0; i <= big.species.length; i++) {
      const before = i === big.species.length ? start : big.positions.subarray(3 * i, 3 * i + 3)
      for (let d = 0; d < 3; d++) v[d] = after[3 * i + d] - before[d]
      shortest(v)
      for (let d = 0; d < 3; d++)
        if (3 * i === last) shift[d] = v[d]
        else drift[d] += v[d] / big.species.length
    }
    for (let d = 0; d < 3; d++) shift[d] -= drift[d]
    const f = onSpecialPosition(
      Array.from(
        toFractional(
          start.map((x, d) => x + shift[d]),
          A,
        ),
      ),
      operations,
      A,
      merge,
    )
    const twin = out.find(orbit => orbit.points.some(p => latticeDistance(p, 0, f, 0, A) < merge))
    if (twin) {
      notes.push(`a site moved ${Math.hypot(...shift).toFixed(2)} Å onto another when it was relaxed`)
      for (const one of occupants) twin.occupants.add(one)
    } else out.push({ points: orbitOf(f, operations, A, merge / 4), occupants })
  }
  return out
}
