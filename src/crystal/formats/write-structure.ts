import { refuse } from '../../error.ts'
import type { Structure } from '../structure.ts'
import type { Operation } from '../symmetry.ts'
import { writeCif } from './cif-write.ts'
import { writeFrame } from './extxyz-write.ts'
import { writePoscar } from './poscar-write.ts'
import { writePymatgen } from './pymatgen.ts'
import { structureFormats } from './read-structure.ts'

export type WriteFormat = 'cif' | 'poscar' | 'extxyz' | 'pymatgen'

/**
 * A crystal as the text of a file. What a format cannot hold is left out (labels and oxidation numbers in a POSCAR, which
 * cell vectors repeat in a CIF) except for sites that are filled in part, which only a POSCAR cannot hold and refuses.
 *
 * @param operations  symmetry operations for a CIF; all atoms in P 1 where absent
 */
export const writeStructure = (
  structure: Structure,
  format: WriteFormat,
  o: { readonly operations?: readonly Operation[] } = {},
): string => {
  switch (format) {
    case 'cif':
      return writeCif(structure, o)
    case 'poscar':
      return writePoscar(structure)
    case 'extxyz':
      return writeFrame({ structure })
    case 'pymatgen':
      return writePymatgen(structure)
    default:
      return refuse('format', format, structureFormats.filter(name => name !== 'optimade').join(', '))
  }
}
