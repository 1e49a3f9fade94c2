/** How the host is filled for the engine, and the arrangements that are relaxed. */
import * as z from 'zod'
import { quantity, text, whole } from '../../file/validate.ts'
import { byCarrier, matrix, seed } from './words.ts'

export const fillingSchema = z
  .strictObject({
    metals: byCarrier('Energy of an atom of each metal on the scale of the engine', 'eV'),
    metalsSource: text('where they come from'),
    formulaUnits: whole('Formula units of a primitive cell; 1 where absent', 1, 1000).optional(),
    exclusion: quantity('Å', 'Sites closer than this are not both filled', { min: 0, max: 30 }),
    limit: z.strictObject({
      weights: byCarrier('weights', '–', { min: 0 }),
      max: quantity('per formula unit', 'Σ weights·x at most', { above: 0 }),
    }),
    forceTolerance: quantity('eV/Å', 'Largest force of relaxed states; 0.02 where absent', { above: 0 }).optional(),
    large: matrix.describe('Supercell in which an ion does not see its images, rows are new vectors in old ones'),
  })
  .describe('How the host is filled for the engine')
  .optional()

export const arrangementsSchema = z
  .strictObject({
    sizes: z.array(
      z.strictObject({
        cells: whole('primitive cells', 1, 64),
        count: z.union([whole('arrangements', 1, 1e5), z.literal('all', { error: 'a whole number, or all' })], {
          error: 'a whole number, or all',
        }),
      }),
      { error: 'a list of sizes: cells, count' },
    ),
    pairs: quantity('Å', 'Longest pair that is to be told apart', { above: 0, max: 30 }),
    heldOn: z.array(text('a sublattice'), { error: 'a list of sublattices' }).optional(),
    seed,
  })
  .describe('Relaxed energies of arrangements')
  .optional()
