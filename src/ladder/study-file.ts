/** The file of a ladder: from which rung to which, with how many samples, into which cell. The rungs stand in `schema`. */
import * as z from 'zod'
import { text, validated } from '../file/validate.ts'
import { engineSchema } from '../study/engine-spec.ts'
import { arrangementsSchema, fillingSchema } from './schema/arrangements.ts'
import { barriersSchema } from './schema/barriers.ts'
import { claimsSchema, sensitivitySchema } from './schema/claims.ts'
import { coexistenceSchema } from './schema/coexistence.ts'
import { conductionSchema } from './schema/conduction.ts'
import { dischargeSchema } from './schema/discharge.ts'
import { hostSchema } from './schema/host.ts'
import { latticeSchema } from './schema/lattice.ts'
import { networkSchema } from './schema/network.ts'
import { stabilitySchema } from './schema/stability.ts'
import { structureSchema } from './schema/structure.ts'
import { thermodynamicsSchema } from './schema/thermodynamics.ts'
import { transportSchema } from './schema/transport.ts'
import { slabSchema } from './slab-study.ts'

export const ladderSchema = z.strictObject({
  title: text('what the study is called').optional(),
  shipped: z
    .union([text('a folder'), z.array(text('a folder'), { error: 'a list of folders' })], {
      error: 'a folder, or a list of folders',
    })
    .describe('Folders whose stages are taken where their inputs are the same, from the folder of this file')
    .optional(),
  engine: engineSchema.optional(),
  structure: structureSchema,
  network: networkSchema,
  filling: fillingSchema,
  arrangements: arrangementsSchema,
  barriers: barriersSchema,
  lattice: latticeSchema,
  thermodynamics: thermodynamicsSchema,
  transport: transportSchema,
  conduction: conductionSchema,
  stability: stabilitySchema,
  coexistence: coexistenceSchema,
  host: hostSchema,
  discharge: dischargeSchema,
  slab: slabSchema.optional(),
  claims: claimsSchema,
  sensitivity: sensitivitySchema,
})

export type LadderStudy = z.output<typeof ladderSchema>

/** A study's data, checked. */
export const ladderStudyOf = (data: unknown, fileName: string): LadderStudy =>
  validated(ladderSchema, data, fileName, {
    model: 'the model file stands under lattice',
    shift: 'shifts stand under lattice',
    kinetics: 'kinetics stand under host',
  })

/** JSON Schema of the study file. */
export const ladderJsonSchema = (): object => z.toJSONSchema(ladderSchema, { io: 'input' })

/** Folders of results that come along with a study. */
export const shippedOf = ({ shipped = [] }: LadderStudy): readonly string[] =>
  typeof shipped === 'string' ? [shipped] : shipped
