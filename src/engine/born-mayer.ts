import type { Engine } from './engine.ts'
import { elementsOfPairs, ofPair, pairEngine } from './pairs.ts'

/** Repulsion A [eV] over a length ρ [Å], attraction C [eV Å⁶] (0 where absent). */
export type BornMayerPair = { readonly A: number; readonly rho: number; readonly C?: number }

/**
 * Overlap of closed shells by Born and Mayer, u(r) = A e^{−r/ρ} − C/r⁶ (Buckingham's form where C > 0), smoothly cut. The
 * charges are another engine: `sum([bornMayer(…), ewald(…)])`.
 *
 * @param pairs   by pair of elements, { 'Mg-O': { A, rho } }; pairs not named do not see each other
 * @param cutoff  [Å]
 */
export const bornMayer = (o: {
  readonly pairs: Readonly<Record<string, BornMayerPair>>
  readonly cutoff: number
}): Engine =>
  pairEngine({
    name: 'Born–Mayer',
    elements: elementsOfPairs(o.pairs),
    cutoff: o.cutoff,
    law: (a, b) => {
      const pair = ofPair(o.pairs, a, b)
      if (!pair) return undefined
      const { A, rho, C = 0 } = pair
      return (r, out) => {
        const repulsion = A * Math.exp(-r / rho)
        const attraction = C / r ** 6
        out[0] = repulsion - attraction
        out[1] = -repulsion / rho + (6 * attraction) / r
      }
    },
  })
