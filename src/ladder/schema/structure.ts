/** The empty host of a ladder that begins at its atoms. */
import * as z from 'zod'
import { quantity, text } from '../../file/validate.ts'

export const structureSchema = z
  .strictObject({
    file: text('CIF, POSCAR, extended XYZ or pymatgen JSON of the empty host'),
    forceTolerance: quantity('eV/Å', 'Largest force of the relaxed host; 0.001 where absent', {
      above: 0,
    }).optional(),
    stressTolerance: quantity('eV/Å³', 'Largest stress of it; 2e-5 where absent', { above: 0 }).optional(),
    cell: z.boolean({ error: 'true or false' }).describe('The cell relaxes too; true where absent').optional(),
  })
  .describe('The empty host')
  .optional()
