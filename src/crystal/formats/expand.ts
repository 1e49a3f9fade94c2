import { determinant, rowsTimes } from '../../math/mat3.ts'
import { faceDistances } from '../lattice.ts'
import { minimumImage } from '../minimum-image.ts'
import type { Operation } from '../symmetry.ts'
import { mostAtoms, type Place, rejectFile } from './text.ts'

/** One row of the sites of a file: a place in the cell, fractional, which the operations repeat. */
export type Site = { readonly fractional: readonly [number, number, number] }

export type Orbits = {
  /** Fractional coordinates of all atoms in [0, 1), [n, 3]. */
  readonly fractional: Float64Array
  /** Site of each atom, [n]. */
  readonly site: Int32Array
}

/** Images of a site closer than this are one atom on a special position [Å]: files round to three or four digits. */
export const specialWithin = 0.05

/**
 * All atoms of a cell from the sites of a file and its operations. A site within `tolerance` of a special position is put on
 * it (the mean over the operations that bring it back), so that rounded thirds do not split. O(sites · operations), times
 * operations once more in comparisons that nearly all end at the first coordinate.
 *
 * @param lattice    A [Å], [9]
 * @param tolerance  [Å]
 */
export const expandSites = (
  sites: readonly Site[],
  operations: readonly Operation[],
  lattice: Float64Array,
  place: Place,
  tolerance = specialWithin,
): Orbits => {
  const shortest = minimumImage(lattice)
  const [reach0, reach1, reach2] = faceDistances(lattice).map(width => tolerance / width)
  const fractional: number[] = []
  const owner: number[] = []
  const delta = new Float64Array(3)
  const near = (ax: number, ay: number, az: number, x: number, y: number, z: number): boolean => {
    const dx = apart(ax - x)
    if (dx > reach0 || dx < -reach0) return false
    const dy = apart(ay - y)
    if (dy > reach1 || dy < -reach1) return false
    const dz = apart(az - z)
    if (dz > reach2 || dz < -reach2) return false
    delta[0] = dx * lattice[0] + dy * lattice[3] + dz * lattice[6]
    delta[1] = dx * lattice[1] + dy * lattice[4] + dz * lattice[7]
    delta[2] = dx * lattice[2] + dy * lattice[5] + dz * lattice[8]
    shortest(delta)
    return delta[0] * delta[0] + delta[1] * delta[1] + delta[2] * delta[2] < tolerance * tolerance
  }
  // operations as flat rows of twelve: rotation, translation
  const flat = Float64Array.from(
    operations.flatMap(({ rotation, translation }) => [...Array.from(rotation), ...Array.from(translation)]),
  )

  sites.forEach(({ fractional: [x, y, z] }, k) => {
    let [sx, sy, sz, count] = [0, 0, 0, 0]
    for (let p = 0; p < flat.length; p += 12) {
      const gx = x * flat[p] + y * flat[p + 3] + z * flat[p + 6] + flat[p + 9]
      const gy = x * flat[p + 1] + y * flat[p + 4] + z * flat[p + 7] + flat[p + 10]
      const gz = x * flat[p + 2] + y * flat[p + 5] + z * flat[p + 8] + flat[p + 11]
      if (!near(x, y, z, gx, gy, gz)) continue
      sx += apart(gx - x)
      sy += apart(gy - y)
      sz += apart(gz - z)
      count++
    }
    const [u, v, w] = count > 1 ? [x + sx / count, y + sy / count, z + sz / count] : [x, y, z]
    const first = fractional.length
    for (let p = 0; p < flat.length; p += 12) {
      const gx = inCell(u * flat[p] + v * flat[p + 3] + w * flat[p + 6] + flat[p + 9])
      const gy = inCell(u * flat[p + 1] + v * flat[p + 4] + w * flat[p + 7] + flat[p + 10])
      const gz = inCell(u * flat[p + 2] + v * flat[p + 5] + w * flat[p + 8] + flat[p + 11])
      let known = false
      for (let m = first; m < fractional.length && !known; m += 3)
        known = near(fractional[m], fractional[m + 1], fractional[m + 2], gx, gy, gz)
      if (known) continue
      fractional.push(gx, gy, gz)
      owner.push(k)
    }
    if (owner.length > mostAtoms)
      rejectFile(place, `the cell holds more than ${mostAtoms} atoms after ${operations.length} symmetry operations`)
  })
  return { fractional: Float64Array.from(fractional), site: Int32Array.from(owner) }
}

/** Difference of two fractional coordinates, in [−½, ½]. */
const apart = (value: number): number => value - Math.round(value)

/** A fractional coordinate in [0, 1); what round-off puts at −1e-17 or 1 − 1e-12 is 0. */
const inCell = (value: number): number => {
  const inside = value - Math.floor(value)
  return inside >= 1 - 1e-9 || inside < 1e-12 ? 0 : inside
}

/** Longest cell vector that is taken [Å]: beyond, fractions no longer tell atoms apart to the tolerance of symmetry. */
export const longestVector = 1e5

/** Cell of a file refused where it has no volume or is too thin for any atom. */
export const checkCell = (lattice: Float64Array, place: Place): void => {
  const volume = Math.abs(determinant(lattice))
  if (!lattice.every(Number.isFinite) || !(volume > 1e-3))
    rejectFile(
      place,
      `the cell has no volume (${Number(volume.toPrecision(3))} Å³): its vectors must be finite and not in one plane`,
    )
  const longest = Math.max(...[0, 1, 2].map(i => Math.hypot(lattice[3 * i], lattice[3 * i + 1], lattice[3 * i + 2])))
  if (longest > longestVector)
    rejectFile(
      place,
      `a cell vector is ${Number(longest.toPrecision(3))} Å long, allowed: up to ${longestVector} Å (are its lengths in Å?)`,
    )
  const thinnest = Math.min(...faceDistances(lattice))
  if (!(thinnest > 0.2))
    rejectFile(place, `the cell is ${Number(thinnest.toPrecision(3))} Å thin, allowed: more than 0.2 Å`)
}

/** Cartesian positions [Å]. */
export const positionsOf = (fractional: Float64Array, lattice: Float64Array): Float64Array =>
  rowsTimes(fractional, lattice)
