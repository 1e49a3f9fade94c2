/** What a host may turn into. */
import * as z from 'zod'
import { quantity, text } from '../../file/validate.ts'
import { bases } from '../../lattice/model/model.ts'

export const stabilitySchema = z
  .strictObject({
    records: z
      .record(z.string(), text('a record of energies, from the folder of this file'), {
        error: 'files by name, as { energies: energies.json }',
      })
      .describe('JSON files of energies and volumes by formula unit; each names its engine'),
    phases: z
      .record(
        z.string(),
        z
          .array(text('a key'), { error: 'where it stands, as [energies, metals, Zn]' })
          .min(2, { error: 'a record and a place in it' }),
        { error: 'places in the records by formula, as { Zn: [energies, metals, Zn] }' },
      )
      .describe('Phases by formula, words after it where one formula has several'),
    volumes: z
      .array(z.array(text('a phase')).length(2, { error: 'two phases' }), {
        error: 'pairs of phases, as [[Mo6S8, ZnMo6S8]]',
      })
      .describe('Filling: from which phase to which')
      .optional(),
    products: z
      .array(
        z.strictObject({
          of: text('a phase, as an intercalated one'),
          beside: z
            .record(z.string(), quantity('formula units', 'How much of a phase', { above: 0 }))
            .describe('What it turns with, as { Li: 8 }')
            .optional(),
          into: z.record(z.string(), quantity('formula units', 'How much of a phase', { above: 0 })),
        }),
        { error: 'a list of what a phase may turn into, as [{ of: ZnMo6S8, into: { Mo6S8: 1, Zn: 1 } }]' },
      )
      .describe('What an intercalated phase may turn into')
      .optional(),
    basis: z.enum(bases, { error: bases.join(', ') }).optional(),
    notes: z.array(text('a sentence without its full stop'), { error: 'a list of sentences' }).optional(),
  })
  .describe('Volume on filling, and what the host may turn into, above the intercalated phase')
  .optional()
