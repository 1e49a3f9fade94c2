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
const times = quantity('–', 'A walk too short for a diffusivity is made longer up to so many times; 16 where absent', {
  min: 1,
  max: 1e6,
})
const crossings = quantity(
  '–',
  'A walk at the pace of each carrier: what goes to and fro oftener for one exit of it is held at local equilibrium; where absent, only fast moves inside groups of sites are',
  { min: 2, max: 1e9 },
).optional()
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

const more = z
  .strictObject({
    temperatures: grid.temperatures.optional(),
    amounts: grid.amounts,
  })
  .describe('More points beside the grid; what is not said is as there')

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
  shipped: z
    .union([text('a folder'), z.array(text('a folder'), { error: 'a list of folders' })], {
      error: 'a folder, or a list of folders',
    })
    .describe('Folders whose stages are taken where their inputs are the same, from the folder of this file')
    .optional(),
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
      more: z.array(more, { error: 'a list of points: amounts, temperatures' }).optional(),
      seed,
    })
    .describe('Monte Carlo: chemical potentials over contents and temperatures')
    .optional(),
  transport: z
    .strictObject({
      ...grid,
      size,
      events: quantity('–', 'Most events of a walk; 2e6 where absent', { min: 1000, max: 1e12 }).optional(),
      times: times.optional(),
      pairHops: z.boolean({ error: 'true or false' }).describe('false: without hops of two ions').optional(),
      crossings,
      more: z
        .array(
          more.extend({
            size: size.optional(),
            events: quantity('–', 'Most events of a walk', { min: 1000, max: 1e12 }).optional(),
            times: times.optional(),
            crossings,
          }),
          { error: 'a list of points: amounts, temperatures, size, events, times, crossings' },
        )
        .optional(),
      seed,
    })
    .describe('Kinetic Monte Carlo: Onsager coefficients over contents and temperatures')
    .optional(),
  conduction: z
    .strictObject({
      temperatures: grid.temperatures,
      contents: z
        .array(byCarrier('Content', 'per formula unit', { min: 0 }), {
          error: 'a list of contents by carrier, as [{ Li: 7 }]',
        })
        .min(1, { error: 'at least one content' }),
      size,
      events: whole(
        'Events of a walk; more where its ions make too few exits; 2e6 where absent',
        1000,
        1e12,
      ).optional(),
      inside: quantity('–', 'Fast moves inside a group of sites for one exit from it; 50 where absent', {
        min: 1,
      }).optional(),
      window: quantity('–', 'Exits of an ion while a window lasts; 10 where absent', { above: 0 }).optional(),
      seed,
    })
    .describe('Kinetic Monte Carlo: tracer and collective diffusivity, Haven ratio, conductivity, over temperature')
    .optional(),
  stability: z
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
    .optional(),
  coexistence: z
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
      draws: whole('Tables drawn anew within the errors of their samples; 8 where absent', 2, 1000).optional(),
    })
    .describe(
      'The press release beside what comes out: the same discharge without pair hops, and of the second ion alone',
    )
    .optional(),
  sensitivity: z
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

/** Folders of results that come along with a study. */
export const shippedOf = ({ shipped = [] }: LadderStudy): readonly string[] =>
  typeof shipped === 'string' ? [shipped] : shipped
