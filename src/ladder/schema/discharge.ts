/** The cell that a ladder ends in. */
import * as z from 'zod'
import { text, whole } from '../../file/validate.ts'
import { byCarrier } from './words.ts'

export const dischargeSchema = z
  .strictObject({
    cell: text('a cell of the library by its name, or a cell file'),
    parameters: z
      .record(z.string(), z.number({ error: 'a number' }), { error: 'numbers by name' })
      .describe('Numbers of a library cell that are changed')
      .optional(),
    protocol: z.array(text('a sentence'), { error: 'a list of sentences' }).min(1, { error: 'at least one sentence' }),
    amount: byCarrier('Content of the host at the start; empty where absent', 'per formula unit', {
      min: 0,
    }).optional(),
    model: z.enum(['spm', 'spme', 'dfn'], { error: 'spm, spme or dfn' }).optional(),
    mesh: z
      .array(whole('points, shells', 3, 1000), { error: '[points per region, shells per particle]' })
      .length(2, { error: '[points per region, shells per particle]' })
      .optional(),
  })
  .describe('A cell with this host')
  .optional()
