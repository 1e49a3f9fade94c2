/** Cavities on a square: two sites in each, fast between them, slow from one cavity to the next; ions can pass each other. */
import type { Lattice } from '../../src/lattice/lattice.ts'
import { tinyLattice } from './tiny.ts'

/**
 * @param insideBarrier  E_KRA inside a cavity [eV], of B 0.02 more
 * @param out            E_KRA from one to the next of A and B, and of B that follows A [eV]
 */
export const cavities = (insideBarrier: number, out: readonly [number, number, number] = [0.3, 0.4, 0.28]): Lattice => {
  const home = (site: number, x = 0, y = 0) => ({ site, image: [x, y, 0] as const })
  const event = (family: string, movers: Lattice['events'][number]['movers'], Ekra: number, inside: boolean) => ({
    family,
    movers,
    Ekra,
    attemptFrequency: 1e13,
    surroundings: [],
    byAmount: Float64Array.of(0, 0),
    inside,
  })
  const pair = Float64Array.of(0.05, 0.01, 0.01, 0.08)
  return {
    ...tinyLattice({ shape: 'square', rates: [1, 1] }),
    name: 'cavities',
    cell: Float64Array.of(6, 0, 0, 0, 6, 0, 0, 0, 1),
    volume: 36,
    sublattices: ['left', 'right'],
    sites: [
      { sublattice: 0, position: [0, 0, 0] },
      { sublattice: 1, position: [2, 0, 0] },
    ],
    siteEnergy: Float64Array.of(0, 0, 0.02, -0.03),
    clusters: [
      { label: 'inside', places: [home(0), home(1)], energy: Float64Array.of(0.3, 0.2, 0.2, 0.3) },
      { label: 'next', places: [home(1), home(0, 1)], energy: pair },
      { label: 'next', places: [home(1), home(0, 0, 1)], energy: pair },
    ],
    events: [0, 1]
      .flatMap(carrier => {
        const name = 'AB'[carrier]
        return [
          event(`${name} inside`, [{ carrier, from: home(0), to: home(1) }], insideBarrier + 0.02 * carrier, true),
          event(`${name} out`, [{ carrier, from: home(1), to: home(0, 1) }], out[carrier], false),
          event(`${name} out`, [{ carrier, from: home(1), to: home(0, 0, 1) }], out[carrier], false),
        ]
      })
      .concat([
        event(
          'B follows A',
          [
            { carrier: 0, from: home(0, 1), to: home(1, 1) },
            { carrier: 1, from: home(1), to: home(0, 1) },
          ],
          out[2],
          false,
        ),
      ]),
  }
}
