import type { Engine } from './engine.ts'
import { elementsOfPairs, ofPair, pairEngine } from './pairs.ts'

/** One bond: depth D [eV], steepness a [1/Å], length r₀ [Å]. */
export type MorseBond = { readonly depth: number; readonly steepness: number; readonly length: number }

/**
 * Bonds by Morse's law, u(r) = D [(1 − e^{−a(r − r₀)})² − 1], smoothly cut. For tests and toys.
 *
 * @param pairs   by pair of elements, { 'Al-Al': { depth, steepness, length } }; pairs not named do not see each other
 * @param cutoff  [Å]
 */
export const morse = (o: { readonly pairs: Readonly<Record<string, MorseBond>>; readonly cutoff: number }): Engine =>
  pairEngine({
    name: 'Morse',
    elements: elementsOfPairs(o.pairs),
    cutoff: o.cutoff,
    law: (a, b) => {
      const bond = ofPair(o.pairs, a, b)
      if (!bond) return undefined
      const { depth, steepness, length } = bond
      return (r, out) => {
        const e = Math.exp(-steepness * (r - length))
        out[0] = depth * e * (e - 2)
        out[1] = 2 * depth * steepness * e * (1 - e)
      }
    },
  })
