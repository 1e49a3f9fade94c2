/** The part of a study that fills slabs: its schema, and the stage with the models it names read from their files. */
import * as z from 'zod'
import { quantity, text, whole } from '../file/validate.ts'
import { usualCrossings } from '../lattice/slab/throttle.ts'
import { latticeFileOf } from './lattice-file.ts'
import { slabStage } from './stages/slab.ts'

const byCarrier = (about: string, unit: string, bounds = {}) =>
  z
    .record(z.string(), quantity(unit, about, bounds), { error: `values by carrier [${unit}], as { Li: 1 }` })
    .describe(`${about}, by carrier [${unit}]`)

export const slabSchema = z
  .strictObject({
    temperature: quantity('K', 'Temperature', { above: 0, max: 10_000 }),
    size: z
      .array(whole('cells', 1, 1000), { error: 'cells along the vectors, as [3, 3, 8]' })
      .min(1, { error: 'one number for each direction that repeats' })
      .max(3, { error: 'at most three numbers' })
      .describe('Cells along the vectors, the last into the depth'),
    exchange: byCarrier('k⁰ at each site of the face', '1/s', { min: 0 }),
    metals: byCarrier('Potential of each metal on the scale of the slab', 'V'),
    potential: quantity('V', 'Potential at which slabs are filled'),
    time: quantity('s', 'For how long', { above: 0 }),
    first: z
      .strictObject({
        potential: quantity('V', 'Potential at which the first carrier goes in before'),
        amount: quantity('per formula unit', 'How much of it', { above: 0 }),
      })
      .describe('Before the second carrier goes in'),
    amounts: z
      .array(quantity('per formula unit', 'Content', { above: 0 }), { error: 'a list of contents' })
      .describe('Contents of the second carrier whose times are told'),
    seeds: whole('Runs of each kind, which give the spread', 2, 1000),
    seed: whole('First seed; 1 where absent', 0, 4e9).optional(),
    crossings: quantity('–', 'How often a place is crossed to and fro while a slab grows as old again', { min: 10 })
      .describe('See `throttle`; the check has a third of it; 1000 where absent')
      .optional(),
    beside: z
      .array(z.strictObject({ name: text('what it is called'), model: text('model file') }), {
        error: 'a list of models: name, model',
      })
      .describe('Other models of the same carriers that are filled in the same way')
      .optional(),
  })
  .describe('Slabs at one potential for all ions: the second carrier alone, after the first, both together')

export type SlabStudy = z.output<typeof slabSchema>

export const slabStageOf = async (
  study: SlabStudy,
  o: { readonly folder: string; readonly size: readonly [number, number, number] },
) => {
  const { beside = [], crossings = usualCrossings, seed = 1, ...settings } = study
  const models = []
  for (const { name, model } of beside) {
    models.push({ name, model: (await latticeFileOf(model, o.folder)).model })
  }
  return slabStage({ ...settings, size: o.size, crossings, seed, beside: models })
}
