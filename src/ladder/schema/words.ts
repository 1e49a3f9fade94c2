/** What several rungs of a study say in the same way. */
import * as z from 'zod'
import { quantity, whole } from '../../file/validate.ts'

export const byCarrier = (about: string, unit: string, bounds = {}) =>
  z
    .record(z.string(), quantity(unit, about, bounds), { error: `values by carrier [${unit}], as { Li: 1 }` })
    .describe(`${about}, by carrier [${unit}]`)
export const seed = whole('Seed of the random numbers; 1 where absent', 0, 4e9).optional()
export const size = z
  .array(whole('cells', 1, 1000), { error: 'cells along the vectors, as [4, 4, 4]' })
  .min(1, { error: 'one number for each direction that repeats' })
  .max(3, { error: 'at most three numbers' })
  .describe('Cells along the vectors')
export const grid = {
  temperatures: z
    .array(quantity('K', 'Temperature', { above: 0, max: 10_000 }), { error: 'a list of temperatures [K]' })
    .min(1, { error: 'at least one temperature [K]' }),
  amounts: z
    .record(
      z.string(),
      z.array(quantity('per formula unit', 'Content', { min: 0 }), { error: 'a list of contents [per formula unit]' }),
      { error: 'lists of contents by carrier, as { Li: [0, 0.5, 1] }' },
    )
    .describe('Contents by carrier: all combinations that the host has room for are sampled'),
}

export const more = z
  .strictObject({
    temperatures: grid.temperatures.optional(),
    amounts: grid.amounts,
  })
  .describe('More points beside the grid; what is not said is as there')

export const matrix = z
  .array(z.number({ error: 'a whole number' }).int({ error: 'a whole number' }), {
    error: 'nine whole numbers, rows first',
  })
  .length(9, { error: 'nine whole numbers, rows first' })
