import { bondValenceParameter, electronegativity, mayBeNegative } from './bond-valence-parameters.ts'
import { elementOf } from './elements.ts'
import { neighbourList } from './neighbours.ts'
import type { Structure } from './structure.ts'
import type { Surroundings } from './surroundings.ts'

/** Softness b of bond valences [Å], the usual one for all pairs. Source: assumed (0.37 Å, "typically", as reference works on the method state) */
const softness = 0.37

/** Atoms closer than this many sums of covalent radii are bonded [–]. Source: assumed */
const bonded = 1.25

/**
 * Which atoms are negative ions, [n]: elements that may be and whose bonded neighbours are all no more electronegative. An
 * atom at the middle of an oxo-anion is not, one that only metals surround is.
 */
export const negativeIons = (structure: Structure): boolean[] => {
  const { species } = structure
  const radius = species.map(symbol => elementOf(symbol)?.covalentRadius ?? 1.5)
  const reach = 2 * bonded * Math.max(...radius)
  const list = neighbourList(structure, reach)
  return species.map((symbol, i) => {
    if (!mayBeNegative(symbol)) return false
    for (let k = list.start[i]; k < list.start[i + 1]; k++) {
      const j = list.index[k]
      const close = list.distance[k] < bonded * (radius[i] + radius[j])
      if (close && electronegativity(species[j]) > electronegativity(symbol) + 0.05) return false
    }
    return true
  })
}

/** Elements that stay negative whatever surrounds them: carriers among them sit between positive ions. */
export const isNegativeCarrier = (symbol: string): boolean => mayBeNegative(symbol) && electronegativity(symbol) >= 2.3

export type BondValence = {
  /** V = Σ s [e]: near the charge of an ion that fits. */
  readonly sum: number
  /** |Σ s û| [e]: 0 where the bonds balance. */
  readonly imbalance: number
}

/**
 * Bond-valence sum of an ion at a point, s = exp((R₁₂ − d)/b) over the atoms of opposite kind, and the length of its vector
 * sum. Screening only: good for finding and ranking sites, not for energies.
 *
 * @param opposite  atoms that count, [n]
 * @returns         undefined where the table of parameters lacks the pair
 * Source: OKeeffeBrese1991 (R₁₂)
 */
export const bondValence = (
  structure: Structure,
  near: Surroundings,
  carrier: string,
  opposite: readonly boolean[],
): BondValence | undefined => {
  let sum = 0
  const vector = [0, 0, 0]
  const R = new Map<string, number>()
  for (let k = 0; k < near.count; k++) {
    const i = near.index[k]
    if (!opposite[i]) continue
    const symbol = structure.species[i]
    let r = R.get(symbol)
    if (r === undefined) {
      r = bondValenceParameter(carrier, symbol)
      if (r === undefined) return undefined
      R.set(symbol, r)
    }
    const s = Math.exp((r - near.distance[k]) / softness)
    sum += s
    for (let d = 0; d < 3; d++) vector[d] += (s * near.vector[3 * k + d]) / Math.max(near.distance[k], 1e-9)
  }
  return { sum, imbalance: Math.hypot(...vector) }
}
