/** The claims of the press release, and what moves them. */
import * as z from 'zod'
import { quantity, text, whole } from '../../file/validate.ts'
import { grid, more } from './words.ts'

export const claimsSchema = z
  .strictObject({
    second: text('cell of the second ion alone: of the library, or a cell file'),
    draws: whole('Tables drawn anew within the errors of their samples; 8 where absent', 2, 1000).optional(),
  })
  .describe(
    'The press release beside what comes out: the same discharge without pair hops, and of the second ion alone',
  )
  .optional()

export const sensitivitySchema = z
  .strictObject({
    shift: quantity('eV', 'Barriers of each family of hops moved up and down; 0.05 where absent', {
      above: 0,
      max: 2,
    }).optional(),
    families: z
      .array(text('a family of hops'), { error: 'a list of families of hops' })
      .describe('Families that are moved; all where absent, none where empty')
      .optional(),
    interaction: quantity('eV', 'Mean-field energy of the two ions beside each other, added and taken off', {
      min: 0,
      max: 5,
    }).optional(),
    amounts: grid.amounts,
    events: quantity('–', 'Most events of a short walk; 1e5 where absent', { min: 1000, max: 1e12 }).optional(),
    more: z.array(more.omit({ temperatures: true }), { error: 'a list of points: amounts' }).optional(),
    seeds: z
      .array(whole('a seed', 0, 4e9), { error: 'a list of seeds' })
      .describe('Seeds of short walks with nothing moved, to see what chance does')
      .optional(),
    cell: z
      .record(z.string(), z.array(z.number({ error: 'a number' }), { error: 'a list of values' }), {
        error: 'lists of values by parameter, as { particleRadius: [2.5e-6] }',
      })
      .describe('Parameters of library cells and the values that they are moved to')
      .optional(),
    rates: z
      .array(quantity('1/h', 'a C-rate', { above: 0, max: 1000 }), { error: 'a list of C-rates' })
      .describe('C-rates in the place of that of the protocol')
      .optional(),
  })
  .describe('Each input moved alone, and what the claims make of it')
  .optional()
