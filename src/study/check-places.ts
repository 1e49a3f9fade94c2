import { nearestDistance } from '../crystal/minimum-image.ts'
import type { Structure } from '../crystal/structure.ts'
import { refuse } from '../error.ts'

/** Nearer than this [Å]: an ion on an atom of the host, two ions on one site, a move that goes nowhere. */
const [onAtom, oneSite, nowhere] = [0.7, 0.7, 0.1]

type Place = readonly [number, number, number]

/** An ion that moves, and what its fields are called in the study. */
export type NamedMove = { readonly field: string; readonly from: Place; readonly to: Place }

/**
 * Refuse places that no search can start from, before anything is evaluated: an ion on an atom of the host, two ions on one
 * site at the same end, an end that is the start or an image of it in this supercell.
 *
 * @param cell   the supercell of the host, without the ions
 * @param moves  [Å]
 */
export const checkPlaces = (cell: Structure, moves: readonly NamedMove[]): void => {
  const distance = nearestDistance(cell)
  for (const { field, from, to } of moves) {
    for (const [end, r] of [
      ['from', from],
      ['to', to],
    ] as const)
      cell.species.forEach((symbol, i) => {
        const apart = distance(r, cell.positions, 3 * i)
        if (apart < onAtom)
          refuse(
            `${field}.${end}`,
            `${apart.toFixed(2)} Å from atom ${i} (${symbol}) of the host`,
            `at least ${onAtom} Å from every atom`,
          )
      })
    if (distance(from, to) < nowhere)
      refuse(
        `${field}.to`,
        'the place of `from`, or its image in this supercell',
        'another place, in a supercell that holds both',
      )
  }
  const [one, other] = moves
  if (other === undefined) return
  for (const end of ['from', 'to'] as const)
    if (distance(one[end], other[end]) < oneSite)
      refuse(`${other.field}.${end}`, `the site of ${one.field}.${end}`, `at least ${oneSite} Å from it`)
}
