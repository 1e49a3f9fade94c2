/** Saddles of hops and pair moves. */
import * as z from 'zod'
import { quantity, whole } from '../../file/validate.ts'

export const barriersSchema = z
  .strictObject({
    separation: z
      .array(quantity('Å', 'least and most', { above: 0, max: 30 }), { error: 'least and most [Å]' })
      .length(2, { error: 'least and most [Å]' })
      .optional(),
    surroundings: z
      .strictObject({
        hop: whole('number of the hop in the network, from 0', 0, 1e4),
        reach: quantity('Å', 'how far', { above: 0, max: 30 }),
      })
      .optional(),
    fillings: z
      .array(
        z.strictObject({
          carrier: whole('carrier, from 1', 1, 8),
          sites: z.array(whole('site of the cell, from 0', 0, 1e4), { error: 'a list of sites' }),
          cells: whole('how many other cells', 1, 64),
        }),
        { error: 'a list of fillings: carrier, sites, cells' },
      )
      .optional(),
    prefactorWithin: quantity('Å', 'Atoms this near to the ion vibrate with it', { above: 0, max: 20 }).optional(),
  })
  .describe('Saddles of hops and pair moves')
  .optional()
