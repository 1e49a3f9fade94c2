import { minimumImage } from '../crystal/minimum-image.ts'
import { neighbourList } from '../crystal/neighbours.ts'
import { type Structure, withAtoms } from '../crystal/structure.ts'
import { supercell } from '../crystal/supercell.ts'
import { refuse } from '../error.ts'
import type { IonMove } from './mechanisms.ts'
import type { Move } from './moves.ts'

/** An ion closer to an atom of the host than this stands on it [Å]. */
const onAtom = 0.7

export type EndStates = {
  readonly initial: Structure
  /** The same atoms in the same order; a mover has gone straight, not around through a face of the cell. */
  readonly final: Structure
  /** Index of each mover among the atoms: they come last. */
  readonly movers: readonly number[]
  /** From a mover to its own nearest image [Å]: below some 8 Å it feels itself. */
  readonly imageDistance: number
}

/**
 * The two ends of a move in a cell of the host: the host's atoms, then the movers.
 *
 * @param host       the host without carriers, in the orientation and about the origin of the structure that the sites were
 *   found in: that structure, its primitive cell, or a cell of either
 * @param multiples  supercell of that host, [3] or [9]
 * @throws SimulationError (`input`) where a mover stands on an atom: the host is another one, or turned
 */
export const endStates = (move: Move, host: Structure, multiples: ArrayLike<number> = [1, 1, 1]): EndStates => {
  const big = supercell(host, multiples)
  const carriers = move.movers.map(mover => mover.carrier)
  const at = (end: 'from' | 'to') => move.movers.flatMap(mover => [...mover[end].position])
  const shortest = minimumImage(big.lattice)
  const v = new Float64Array(3)
  for (const end of ['from', 'to'] as const) {
    const r = at(end)
    for (let m = 0; m < carriers.length; m++)
      for (let i = 0; i < big.species.length; i++) {
        for (let d = 0; d < 3; d++) v[d] = r[3 * m + d] - big.positions[3 * i + d]
        shortest(v)
        if (Math.hypot(...v) < onAtom)
          refuse(
            'host',
            `${carriers[m]} of ${move.label} ${Math.hypot(...v).toFixed(2)} Å from atom ${i} (${big.species[i]})`,
            'the structure in which the sites were found, without carriers, or a cell of it',
          )
      }
  }
  return {
    initial: withAtoms(big, carriers, at('from')),
    final: withAtoms(big, carriers, at('to')),
    movers: carriers.map((_, m) => big.species.length + m),
    imageDistance: shortestVector(big),
  }
}

/** The ions of a move and where they go, leader first, as `compareMechanisms` takes them. */
export const ionMoves = (move: Move): IonMove[] =>
  move.movers.map(({ carrier, from, to }) => ({ species: carrier, from: from.position, to: to.position }))

/** Length of the shortest lattice vector [Å]. */
const shortestVector = ({ lattice }: Structure): number => {
  const longest = Math.max(...[0, 1, 2].map(i => Math.hypot(...lattice.subarray(3 * i, 3 * i + 3))))
  const alone: Structure = { species: ['*'], lattice, positions: new Float64Array(3) }
  const list = neighbourList(alone, longest * (1 + 1e-9))
  return Math.min(...list.distance.subarray(0, list.start[1]))
}
