/** The file of a ladder: from which rung to which, with how many samples, into which cell. */
import * as z from 'zod'
import { quantity, validated } from '../file/validate.ts'
import { bases } from '../lattice/model.ts'

const text = (about: string) =>
  z
    .string({ error: `a text: ${about}` })
    .min(1, { error: `a text: ${about}` })
    .describe(about)
const whole = (about: string, min: number, max: number) =>
  quantity('–', about, { min, max }).int({ error: `a whole number ≥ ${min} and ≤ ${max}` })
const byCarrier = (about: string, unit: string, bounds = {}) =>
  z
    .record(z.string(), quantity(unit, about, bounds), { error: `values by carrier [${unit}], as { Li: 1 }` })
    .describe(`${about}, by carrier [${unit}]`)
const seed = whole('Seed of the random numbers; 1 where absent', 0, 4e9).optional()
const size = z
  .array(whole('cells', 1, 1000), { error: 'cells along the vectors, as [4, 4, 4]' })
  .min(1, { error: 'one number for each direction that repeats' })
  .max(3, { error: 'at most three numbers' })
  .describe('Cells along the vectors')
const grid = {
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

export const ladderSchema = z.strictObject({
  title: text('what the study is called').optional(),
  lattice: z
    .strictObject({
      model: text('model file of the lattice, from the folder of this file'),
      shift: byCarrier('E_KRA added to families of hops by their names', 'eV').optional(),
    })
    .describe('The lattice model, and barriers moved to see what rests on them'),
  thermodynamics: z
    .strictObject({
      ...grid,
      size,
      sweeps: whole('Most sweeps of a sample; 4000 where absent', 100, 1e8).optional(),
      error: quantity('per formula unit', 'Standard error of contents at which a sample is done; 0.002 where absent', {
        above: 0,
      }).optional(),
      seed,
    })
    .describe('Monte Carlo: chemical potentials over contents and temperatures')
    .optional(),
  transport: z
    .strictObject({
      ...grid,
      size,
      events: quantity('–', 'Most events of a walk; 2e6 where absent', { min: 1000, max: 1e12 }).optional(),
      pairHops: z.boolean({ error: 'true or false' }).describe('false: without hops of two ions').optional(),
      seed,
    })
    .describe('Kinetic Monte Carlo: Onsager coefficients over contents and temperatures')
    .optional(),
  host: z
    .strictObject({
      name: text('name of the host').optional(),
      formula: text('formula of the empty host'),
      molarMass: quantity('g/mol', 'of empty formula units', { above: 0 }),
      limits: z
        .array(
          z.strictObject({
            weights: byCarrier('weights', '–', { min: 0 }),
            max: quantity('per formula unit', 'Σ weights·x at most', { above: 0 }),
          }),
          { error: 'a list of limits' },
        )
        .describe('Room that ions share; that of the lattice where absent')
        .optional(),
      kinetics: z.strictObject({
        exchangeCurrent: byCarrier('z F k of the insertion', 'A/m²', { above: 0 }),
        activationEnergy: byCarrier('of the exchange currents; 0 where absent', 'J/mol', { min: 0 }).optional(),
        alpha: byCarrier('anodic transfer coefficient; 0.5 where absent', '–', { above: 0, below: 1 }).optional(),
        source: text('where these come from; assumed where absent').optional(),
        basis: z.enum(bases, { error: bases.join(', ') }).optional(),
      }),
    })
    .describe('The record that a cell takes')
    .optional(),
  discharge: z
    .strictObject({
      cell: text('a cell of the library by its name, or a cell file'),
      parameters: z
        .record(z.string(), z.number({ error: 'a number' }), { error: 'numbers by name' })
        .describe('Numbers of a library cell that are changed')
        .optional(),
      protocol: z
        .array(text('a sentence'), { error: 'a list of sentences' })
        .min(1, { error: 'at least one sentence' }),
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
    .optional(),
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
export const ladderJsonSchema = (): unknown => z.toJSONSchema(ladderSchema, { io: 'input' })
