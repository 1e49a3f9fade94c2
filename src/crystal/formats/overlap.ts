import { faceDistances, fractionalPositions } from '../lattice.ts'
import { minimumImage } from '../minimum-image.ts'
import type { Structure } from '../structure.ts'
import { type Place, rejectFile } from './text.ts'

/** Atoms closer than this cannot both be there [Å]; the shortest bond, H–H, is 0.74 Å. */
export const tooClose = 0.5

/** By how much occupancies that share a place may add up to more than one: 3 × 0.334. */
const roundedOccupancy = 0.02

/** Most species on one place, and split ones around it. */
const mostShared = 64

/**
 * Pairs of atoms within `cutoff` [Å], each once, by bins; where `visit` says true the later atom i meets nobody else. Linear:
 * an atom that has too many so close ends it.
 */
const closePairs = (
  structure: Structure,
  cutoff: number,
  place: Place,
  visit: (i: number, j: number, distance: number) => boolean,
): void => {
  const { lattice, positions, periodic = [true, true, true] } = structure
  const n = structure.species.length
  const shortest = minimumImage(lattice, periodic)
  const { bins, binOf } = binsOf(structure, cutoff)
  const [n0, n1, n2] = bins
  const first = new Int32Array(n0 * n1 * n2).fill(-1)
  const next = new Int32Array(n)
  const delta = new Float64Array(3)
  // each neighbouring bin once, also where the cell is fewer than three bins wide
  const around = bins.map(count => (count === 1 ? [0] : count === 2 ? [0, 1] : [-1, 0, 1]))
  const turned = (value: number, d: number) =>
    periodic[d] ? (value + bins[d]) % bins[d] : value < bins[d] ? value : -1
  atoms: for (let i = 0; i < n; i++) {
    const [b0, b1, b2] = [binOf[3 * i], binOf[3 * i + 1], binOf[3 * i + 2]]
    let met = 0
    for (const s0 of around[0]) {
      const c0 = turned(b0 + s0, 0)
      if (c0 < 0) continue
      for (const s1 of around[1]) {
        const c1 = turned(b1 + s1, 1)
        if (c1 < 0) continue
        for (const s2 of around[2]) {
          const c2 = turned(b2 + s2, 2)
          if (c2 < 0) continue
          for (let j = first[(c0 * n1 + c1) * n2 + c2]; j >= 0; j = next[j]) {
            delta[0] = positions[3 * j] - positions[3 * i]
            delta[1] = positions[3 * j + 1] - positions[3 * i + 1]
            delta[2] = positions[3 * j + 2] - positions[3 * i + 2]
            shortest(delta)
            const squared = delta[0] * delta[0] + delta[1] * delta[1] + delta[2] * delta[2]
            if (squared >= cutoff * cutoff) continue
            if (visit(i, j, Math.sqrt(squared))) continue atoms
            if (++met > mostShared)
              rejectFile(
                place,
                `more than ${mostShared} atoms lie within ${cutoff} Å of atom ${i + 1} (${structure.species[i]})`,
              )
          }
        }
      }
    }
    const own = (b0 * n1 + b1) * n2 + b2
    next[i] = first[own]
    first[own] = i
  }
}

/** Bins at least as wide as the cutoff, no more than a few for each atom, and the bin of every atom along each vector, [n, 3]. */
const binsOf = (structure: Structure, cutoff: number): { bins: readonly number[]; binOf: Int32Array } => {
  const { lattice, periodic = [true, true, true] } = structure
  const f = fractionalPositions(structure)
  const n = structure.species.length
  const width = faceDistances(lattice)
  const low = [0, 0, 0]
  const span = [1, 1, 1]
  for (let d = 0; d < 3; d++) {
    if (periodic[d]) continue
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let i = 0; i < n; i++) {
      least = Math.min(least, f[3 * i + d])
      most = Math.max(most, f[3 * i + d])
    }
    low[d] = least
    span[d] = Math.max(most - least, 1e-9)
  }
  const bins = width.map((w, d) => Math.max(1, Math.min(1 << 20, Math.floor((w * span[d]) / cutoff))))
  while (bins[0] * bins[1] * bins[2] > 8 * n + 64) {
    const longest = bins.indexOf(Math.max(...bins))
    bins[longest] = Math.ceil(bins[longest] / 2)
  }
  const binOf = new Int32Array(3 * n)
  for (let k = 0; k < f.length; k++) {
    const d = k % 3
    const x = periodic[d] ? f[k] - Math.floor(f[k]) : (f[k] - low[d]) / span[d]
    binOf[k] = Math.max(0, Math.min(bins[d] - 1, Math.floor(x * bins[d])))
  }
  return { bins, binOf }
}

/**
 * Atoms that a file lists twice are kept once: the same species on the same place whose shares would be more than one.
 *
 * @returns  which atoms to keep, [n]
 */
export const repeatedAtoms = (structure: Structure, within: number, place: Place): Uint8Array => {
  const { species, occupancy, oxidation } = structure
  const keep = new Uint8Array(species.length).fill(1)
  closePairs(structure, within, place, (i, j) => {
    const share = (occupancy?.[i] ?? 1) + (occupancy?.[j] ?? 1)
    const same = species[i] === species[j] && oxidation?.[i] === oxidation?.[j]
    if (!same || share <= 1 + roundedOccupancy) return false
    keep[i] = 0
    return true
  })
  return keep
}

/**
 * Refuse atoms on top of each other: two closer than 0.5 Å whose occupancies add up to more than one, and places whose
 * species do. What is filled in part may be as close as it likes: the two are never there at once.
 *
 * @param name  what to call an atom in the message
 */
export const checkOverlap = (structure: Structure, place: Place, name: (i: number) => string): void => {
  const { species, occupancy } = structure
  const share = (i: number) => occupancy?.[i] ?? 1
  const total = Float64Array.from({ length: species.length }, (_, i) => share(i))
  closePairs(structure, tooClose, place, (i, j, distance) => {
    if (share(i) + share(j) > 1 + roundedOccupancy)
      rejectFile(
        place,
        `${name(i)} and ${name(j)} overlap: ${distance.toFixed(3)} Å apart and filled ${share(i)} + ${share(j)}, allowed: at least ${tooClose} Å, or occupancies that add up to 1`,
      )
    if (distance < 0.05) {
      total[i] += share(j)
      total[j] += share(i)
      if (Math.max(total[i], total[j]) > 1 + roundedOccupancy)
        rejectFile(
          place,
          `the species on the place of ${name(i)} fill it to ${Number(total[i].toFixed(4))}, allowed: at most 1`,
        )
    }
    return false
  })
}
