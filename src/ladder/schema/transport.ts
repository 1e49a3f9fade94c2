/** Kinetic Monte Carlo: Onsager coefficients. */
import * as z from 'zod'
import { quantity } from '../../file/validate.ts'
import { grid, more, seed, size } from './words.ts'

export const transportSchema = z
  .strictObject({
    ...grid,
    size,
    events: quantity('–', 'Most events of a walk; 2e6 where absent', { min: 1000, max: 1e12 }).optional(),
    times: quantity('–', 'A walk too short for a diffusivity is made longer up to so many times; 16 where absent', {
      min: 1,
      max: 1e6,
    }).optional(),
    pairHops: z.boolean({ error: 'true or false' }).describe('false: without hops of two ions').optional(),
    more: z
      .array(
        more.extend({
          size: size.optional(),
          events: quantity('–', 'Most events of a walk', { min: 1000, max: 1e12 }).optional(),
        }),
        { error: 'a list of points: amounts, temperatures, size, events' },
      )
      .optional(),
    seed,
  })
  .describe('Kinetic Monte Carlo: Onsager coefficients over contents and temperatures')
  .optional()
