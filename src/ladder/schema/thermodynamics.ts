/** Monte Carlo: chemical potentials. */
import * as z from 'zod'
import { quantity, whole } from '../../file/validate.ts'
import { grid, more, seed, size } from './words.ts'

export const thermodynamicsSchema = z
  .strictObject({
    ...grid,
    size,
    sweeps: whole('Most sweeps of a sample; 4000 where absent', 100, 1e8).optional(),
    error: quantity('per formula unit', 'Standard error of contents at which a sample is done; 0.002 where absent', {
      above: 0,
    }).optional(),
    more: z.array(more, { error: 'a list of points: amounts, temperatures' }).optional(),
    seed,
  })
  .describe('Monte Carlo: chemical potentials over contents and temperatures')
  .optional()
