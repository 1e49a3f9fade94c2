/** Sites and hops. */
import * as z from 'zod'
import { quantity, text } from '../../file/validate.ts'

export const networkSchema = z
  .strictObject({
    carriers: z.array(text('a carrier'), { error: 'a list of carriers' }).min(1, { error: 'at least one carrier' }),
    places: z
      .record(
        z.string(),
        z
          .array(z.number({ error: 'a number' }), { error: 'three fractional coordinates' })
          .length(3, { error: 'three fractional coordinates' }),
        {
          error: 'a place of each kind of site by its name, as { inner: [0.1, 0, 0] }',
        },
      )
      .describe('A place of each kind of site [fractional], by name'),
    merge: quantity('Å', 'Places closer than this are one site; 0.4 where absent', { above: 0, max: 3 }).optional(),
    cutoff: quantity('Å', 'Longest hop', { above: 0, max: 30 }),
  })
  .describe('Sites and hops')
  .optional()
