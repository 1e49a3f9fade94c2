/** Monte Carlo: the plateau between two phases. */
import * as z from 'zod'
import { quantity, text, whole } from '../../file/validate.ts'
import { grid, seed, size } from './words.ts'

export const coexistenceSchema = z
  .strictObject({
    carrier: text('the ion that is scanned'),
    temperatures: grid.temperatures,
    voltages: z
      .array(quantity('V', 'Potential against the metal'), { error: '[highest, lowest] in V' })
      .length(2, { error: '[highest, lowest] in V' })
      .describe('From an all but empty host to a full one [V against the metal]'),
    points: whole('Points of a scan; 100 where absent', 3, 1e5).optional(),
    size,
    sweeps: whole('Sweeps of a point; 400 where absent', 10, 1e8).optional(),
    seed,
  })
  .describe('Monte Carlo: scans that fill and empty the host, and the plateau between two phases')
  .optional()
