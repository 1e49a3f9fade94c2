import { faceDistances, fractionalPositions } from '../lattice.ts'
import { minimumImage } from '../minimum-image.ts'
import type { Structure } from '../structure.ts'
import { type Place, rejectFile } from './text.ts'

/** Atoms closer than this cannot both be there [Å]; the shortest bond, H–H, is 0.74 Å. */
export const tooClose = 0.5

/** By how much occupancies that share a place may add up to more than one: 3 × 0.334. */
const roundedOccupancy = 0.02

/** Most species on one place. */
const mostShared = 64

/**
 * Pairs of atoms within `cutoff` [Å], each once, by bins; where `visit` says true the later atom i meets nobody else. Linear
 * where no place is crowded.
 */
const closePairs = (
  structure: Structure,
  cutoff: number,
  visit: (i: number, j: number, distance: number) => boolean,
): void => {
  const { lattice, positions, periodic = [true, true, true] } = structure
  const n = structure.species.length
  const shortest = minimumImage(lattice, periodic)
  const f = fractionalPositions(structure)
  const most = Math.max(1, Math.ceil(Math.cbrt(n)))
  const bins = faceDistances(lattice).map(width => Math.max(1, Math.min(Math.floor(width / cutoff), most)))
  const range = [0, 1, 2].map(d => {
    let low = 0
    let high = 1
    if (!periodic[d]) {
      low = Number.POSITIVE_INFINITY
      high = Number.NEGATIVE_INFINITY
      for (let i = 0; i < n; i++) {
        low = Math.min(low, f[3 * i + d])
        high = Math.max(high, f[3 * i + d])
      }
      bins[d] = Math.max(1, Math.min(most, Math.floor(((high - low) * faceDistances(lattice)[d]) / cutoff)))
    }
    return { low, width: Math.max(high - low, 1e-12) }
  })
  const first = new Int32Array(bins[0] * bins[1] * bins[2]).fill(-1)
  const next = new Int32Array(n)
  const delta = new Float64Array(3)
  const bin = [0, 0, 0]
  atoms: for (let i = 0; i < n; i++) {
    for (let d = 0; d < 3; d++) {
      const x = periodic[d] ? f[3 * i + d] - Math.floor(f[3 * i + d]) : (f[3 * i + d] - range[d].low) / range[d].width
      bin[d] = Math.max(0, Math.min(bins[d] - 1, Math.floor(x * bins[d])))
    }
    // each neighbouring bin once, also where the cell is fewer than three bins wide
    const around = (d: number) =>
      bins[d] < 3 ? Array.from({ length: bins[d] }, (_, b) => b) : [bin[d] - 1, bin[d], bin[d] + 1]
    for (const a of around(0)) {
      for (const b of around(1)) {
        for (const c of around(2)) {
          const cell = [a, b, c].map((value, d) => (periodic[d] ? (value + bins[d]) % bins[d] : value))
          if (cell.some((value, d) => value < 0 || value >= bins[d])) continue
          for (let j = first[(cell[0] * bins[1] + cell[1]) * bins[2] + cell[2]]; j >= 0; j = next[j]) {
            for (let d = 0; d < 3; d++) delta[d] = positions[3 * j + d] - positions[3 * i + d]
            shortest(delta)
            const distance = Math.hypot(delta[0], delta[1], delta[2])
            if (distance < cutoff && visit(i, j, distance)) continue atoms
          }
        }
      }
    }
    const own = (bin[0] * bins[1] + bin[1]) * bins[2] + bin[2]
    next[i] = first[own]
    first[own] = i
  }
}

/**
 * Atoms that a file lists twice are kept once: the same species on the same place whose shares would be more than one.
 *
 * @returns  which atoms to keep, [n]
 */
export const repeatedAtoms = (structure: Structure, within: number): Uint8Array => {
  const { species, occupancy, oxidation } = structure
  const keep = new Uint8Array(species.length).fill(1)
  closePairs(structure, within, (i, j) => {
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
  const company = new Int32Array(species.length)
  closePairs(structure, tooClose, (i, j, distance) => {
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
    company[i]++
    if (++company[j] > mostShared || company[i] > mostShared)
      rejectFile(place, `more than ${mostShared} atoms lie within ${tooClose} Å of ${name(j)}`)
    return false
  })
}
