/** The file of a ladder: from which rung to which, with how many samples, into which cell. */
import * as z from 'zod'
import { quantity, text, validated, whole } from '../file/validate.ts'
import { bases } from '../lattice/model/model.ts'
import { engineSchema } from '../study/engine-spec.ts'
import { slabSchema } from './slab-study.ts'

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

const matrix = z
  .array(z.number({ error: 'a whole number' }).int({ error: 'a whole number' }), {
    error: 'nine whole numbers, rows first',
  })
  .length(9, { error: 'nine whole numbers, rows first' })

/** From an engine to energies and barriers: the rungs below the lattice. */
const below = {
  engine: engineSchema.optional(),
  structure: z
    .strictObject({
      file: text('CIF, POSCAR, extended XYZ or pymatgen JSON of the empty host'),
      forceTolerance: quantity('eV/Å', 'Largest force of the relaxed host; 0.001 where absent', {
        above: 0,
      }).optional(),
      stressTolerance: quantity('eV/Å³', 'Largest stress of it; 2e-5 where absent', { above: 0 }).optional(),
      cell: z.boolean({ error: 'true or false' }).describe('The cell relaxes too; true where absent').optional(),
    })
    .describe('The empty host')
    .optional(),
  network: z
    .strictObject({
      carriers: z.array(text('a carrier'), { error: 'a list of carriers' }).min(1, { error: 'at least one carrier' }),
      places: z
        .record(
          z.string(),
          z
            .array(z.number({ error: 'a number' }), { error: 'three fractional coordinates' })
            .length(3, { error: 'three fractional coordinates' }),
          {
            error: 'a place of each kind of site by its name, as { inner: [0.1, 0, 0] }',
          },
        )
        .describe('A place of each kind of site [fractional], by name'),
      merge: quantity('Å', 'Places closer than this are one site; 0.4 where absent', { above: 0, max: 3 }).optional(),
      cutoff: quantity('Å', 'Longest hop', { above: 0, max: 30 }),
    })
    .describe('Sites and hops')
    .optional(),
  filling: z
    .strictObject({
      metals: byCarrier('Energy of an atom of each metal on the scale of the engine', 'eV'),
      metalsSource: text('where they come from'),
      formulaUnits: whole('Formula units of a primitive cell; 1 where absent', 1, 1000).optional(),
      exclusion: quantity('Å', 'Sites closer than this are not both filled', { min: 0, max: 30 }),
      limit: z.strictObject({
        weights: byCarrier('weights', '–', { min: 0 }),
        max: quantity('per formula unit', 'Σ weights·x at most', { above: 0 }),
      }),
      forceTolerance: quantity('eV/Å', 'Largest force of relaxed states; 0.02 where absent', { above: 0 }).optional(),
      large: matrix.describe('Supercell in which an ion does not see its images, rows are new vectors in old ones'),
    })
    .describe('How the host is filled for the engine')
    .optional(),
  arrangements: z
    .strictObject({
      sizes: z.array(
        z.strictObject({
          cells: whole('primitive cells', 1, 64),
          count: z.union([whole('arrangements', 1, 1e5), z.literal('all', { error: 'a whole number, or all' })], {
            error: 'a whole number, or all',
          }),
        }),
        { error: 'a list of sizes: cells, count' },
      ),
      pairs: quantity('Å', 'Longest pair that is to be told apart', { above: 0, max: 30 }),
      heldOn: z.array(text('a sublattice'), { error: 'a list of sublattices' }).optional(),
      seed,
    })
    .describe('Relaxed energies of arrangements')
    .optional(),
  barriers: z
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
    .optional(),
}

export const ladderSchema = z.strictObject({
  title: text('what the study is called').optional(),
  shipped: text(
    'folder whose stages are taken where their inputs are the same, from the folder of this file',
  ).optional(),
  ...below,
  lattice: z
    .strictObject({
      model: text(
        'model file of the lattice, from the folder of this file; fitted to the rungs below where absent',
      ).optional(),
      shift: byCarrier('E_KRA added to families of hops by their names', 'eV').optional(),
      name: text('what a fitted lattice is called').optional(),
      about: text('what should be known of it').optional(),
      pairs: quantity('Å', 'Longest pair of the fit', { above: 0, max: 30 }).optional(),
      triplets: quantity('Å', 'Longest distance in a triplet; none where absent', { above: 0, max: 30 }).optional(),
      meanField: z
        .array(
          z.strictObject({
            label: text('name of the term'),
            weights: z.array(z.number({ error: 'a number' }), { error: 'weights by carrier' }),
            power: whole('power of n', 1, 8),
          }),
          { error: 'a list of terms: label, weights, power' },
        )
        .optional(),
      diluteWeight: quantity('–', 'Weight of lone ions; 4 where absent', { above: 0 }).optional(),
      attemptFrequency: z
        .strictObject({ value: quantity('1/s', 'ν₀', { above: 0, max: 1e20 }), source: text('where from') })
        .optional(),
      insideOf: z
        .array(text('a sublattice'), { error: 'a list of sublattices' })
        .describe('Moves among these that stay in one cell are fast moves inside a group; what is left leads out of it')
        .optional(),
    })
    .describe('The lattice model, given or fitted, and barriers moved to see what rests on them'),
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
      convex: z
        .boolean({ error: 'true or false' })
        .describe('true: phases do not part in the particles of the cell; loops of small samples are smoothed away')
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
  slab: slabSchema.optional(),
  claims: z
    .strictObject({
      second: text('cell of the second ion alone: of the library, or a cell file'),
    })
    .describe(
      'The press release beside what comes out: the same discharge without pair hops, and of the second ion alone',
    )
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
export const ladderJsonSchema = (): object => z.toJSONSchema(ladderSchema, { io: 'input' })
