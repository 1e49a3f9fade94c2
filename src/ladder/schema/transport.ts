/** Kinetic Monte Carlo: Onsager coefficients. */
import * as z from 'zod'
import { quantity } from '../../file/validate.ts'
import { grid, more, seed, size } from './words.ts'

const times = quantity('–', 'A walk too short for a diffusivity is made longer up to so many times; 16 where absent', {
  min: 1,
  max: 1e6,
})
const crossings = quantity(
  '–',
  'A walk at the pace of each carrier: what goes to and fro oftener for one exit of it is held at local equilibrium; where absent, only fast moves inside groups of sites are',
  { min: 2, max: 1e9 },
).optional()

export const transportSchema = z
  .strictObject({
    ...grid,
    size,
    events: quantity('–', 'Most events of a walk; 2e6 where absent', { min: 1000, max: 1e12 }).optional(),
    times: times.optional(),
    pairHops: z.boolean({ error: 'true or false' }).describe('false: without hops of two ions').optional(),
    crossings,
    more: z
      .array(
        more.extend({
          size: size.optional(),
          events: quantity('–', 'Most events of a walk', { min: 1000, max: 1e12 }).optional(),
          times: times.optional(),
          crossings,
        }),
        { error: 'a list of points: amounts, temperatures, size, events, times, crossings' },
      )
      .optional(),
    seed,
  })
  .describe('Kinetic Monte Carlo: Onsager coefficients over contents and temperatures')
  .optional()
