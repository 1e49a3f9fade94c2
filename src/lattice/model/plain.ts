import type { Lattice } from '../lattice.ts'
import { expandLattice } from './expand.ts'
import { type LatticeModel, latticeFormat, type PlainKind } from './model.ts'

export type PlainOptions = Omit<
  LatticeModel,
  'format' | 'formatVersion' | 'lattice' | 'cell' | 'sites' | 'dimension' | 'symmetry' | 'carriers'
> & {
  /** Distance of nearest neighbours [Å]. */
  readonly spacing: number
  /** One carrier `A` where absent. */
  readonly carriers?: LatticeModel['carriers']
}

/**
 * A plain lattice gas: all sites alike, energies and hops by shells of neighbours, the nearest ones where none is named. The cell
 * is the smallest one, its formula unit one site.
 *
 *   plainLattice('square', { spacing: 3, carriers: ['A', 'B'], hops: [{ carriers: ['A', 'B'], barrier: 0.3 }] })
 */
export const plainLattice = (kind: PlainKind, o: PlainOptions): Lattice =>
  expandLattice({ carriers: ['A'], ...o, format: latticeFormat, lattice: kind }).lattice
