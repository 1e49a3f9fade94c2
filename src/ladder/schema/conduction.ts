/** Kinetic Monte Carlo of a conductor. */
import * as z from 'zod'
import { quantity, whole } from '../../file/validate.ts'
import { byCarrier, grid, seed, size } from './words.ts'

export const conductionSchema = z
  .strictObject({
    temperatures: grid.temperatures,
    contents: z
      .array(byCarrier('Content', 'per formula unit', { min: 0 }), {
        error: 'a list of contents by carrier, as [{ Li: 7 }]',
      })
      .min(1, { error: 'at least one content' }),
    size,
    events: whole('Events of a walk; more where its ions make too few exits; 2e6 where absent', 1000, 1e12).optional(),
    inside: quantity('–', 'Fast moves inside a group of sites for one exit from it; 50 where absent', {
      min: 1,
    }).optional(),
    window: quantity('–', 'Exits of an ion while a window lasts; 10 where absent', { above: 0 }).optional(),
    seed,
  })
  .describe('Kinetic Monte Carlo: tracer and collective diffusivity, Haven ratio, conductivity, over temperature')
  .optional()
