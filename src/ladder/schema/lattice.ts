/** The lattice model of a ladder: given, or fitted to the rungs below. */
import * as z from 'zod'
import { quantity, text, whole } from '../../file/validate.ts'
import { byCarrier } from './words.ts'

export const latticeSchema = z
  .strictObject({
    model: text(
      'model file of the lattice, from the folder of this file; fitted to the rungs below where absent',
    ).optional(),
    shift: byCarrier('E_KRA added to families of hops by their names', 'eV').optional(),
    name: text('what a fitted lattice is called').optional(),
    about: text('what should be known of it').optional(),
    pairs: quantity('Å', 'Longest pair of the fit', { above: 0, max: 30 }).optional(),
    triplets: quantity('Å', 'Longest distance in a triplet; none where absent', { above: 0, max: 30 }).optional(),
    meanField: z
      .array(
        z.strictObject({
          label: text('name of the term'),
          weights: z.array(z.number({ error: 'a number' }), { error: 'weights by carrier' }),
          power: whole('power of n', 1, 8),
        }),
        { error: 'a list of terms: label, weights, power' },
      )
      .optional(),
    diluteWeight: quantity('–', 'Weight of lone ions; 4 where absent', { above: 0 }).optional(),
    attemptFrequency: z
      .strictObject({ value: quantity('1/s', 'ν₀', { above: 0, max: 1e20 }), source: text('where from') })
      .optional(),
    insideOf: z
      .array(text('a sublattice'), { error: 'a list of sublattices' })
      .describe('Moves among these that stay in one cell are fast moves inside a group; what is left leads out of it')
      .optional(),
  })
  .describe('The lattice model, given or fitted, and barriers moved to see what rests on them')
