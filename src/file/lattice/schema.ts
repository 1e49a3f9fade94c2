/** The model file of a lattice as a schema: shapes, units and meanings. What fits together is checked where it is expanded. */
import * as z from 'zod'
import { bases, latticeFormat, latticeFormatVersion, plainKinds } from '../../lattice/model/model.ts'
import { text as anyText, quantity, whole } from '../validate.ts'

const text = (about: string) =>
  anyText(about)
    .max(2000, { error: `a text of at most 2000 characters: ${about}` })
    .describe(about)
const words = (about: string) => z.array(text(about), { error: `a list: ${about}` }).describe(about)
const numbers = (about: string, unit: string) =>
  z
    .array(z.number({ error: `a number [${unit}]` }), { error: `numbers [${unit}]: ${about}` })
    .describe(`${about} [${unit}]`)
const byCarrier = (about: string, unit: string) =>
  z
    .record(z.string(), z.number({ error: `a number [${unit}]` }), {
      error: `values by carrier [${unit}], as { Li: 1 }`,
    })
    .describe(`${about}, by carrier [${unit}]`)

const sourced = {
  source: text('where the numbers come from; that of the whole model where absent').optional(),
  basis: z
    .enum(bases, { error: bases.join(', ') })
    .describe('How they came about; `computed` needs `inputs`')
    .optional(),
  inputs: z
    .strictObject({
      sha256: text('SHA-256 of the record of the engine’s run, which lies beside the model'),
      engine: text('stamp of the engine'),
    })
    .describe('The run of an engine that the numbers come from')
    .optional(),
}
const name = text('what the family is called in results').optional()
const tolerance = quantity('Å', 'Half width of a distance; 0.05 where absent', { above: 0, max: 2 }).optional()
const apart = {
  shell: whole('The n-th distance that there is among these sites', 1, 50).optional(),
  distance: quantity('Å', 'Distance of the sites', { above: 0 }).optional(),
  tolerance,
}
const carriers = words('carriers')
const sublattices = words('sublattices')
const allowedEnergy = 'a number [eV], or forbidden'
const energy = z
  .union([z.number({ error: allowedEnergy }), z.literal('forbidden', { error: allowedEnergy })], {
    error: allowedEnergy,
  })
  .describe('Energy [eV]; `forbidden` is +∞')
const siteName = z.union(
  [
    text('name of a site'),
    z.number({ error: 'a number of a site, from 0' }).int({ error: 'a number of a site, from 0' }),
  ],
  { error: 'the name of a site, or its number from 0' },
)
const place = z
  .strictObject({
    site: siteName,
    image: numbers('Cells away from the home cell', 'cells').length(3, { error: 'three whole numbers' }).optional(),
  })
  .describe('A site of a cell')
const neighbours = z
  .array(z.strictObject({ place, energy: byCarrier('What an ion there adds to E_KRA', 'eV') }), {
    error: 'a list of places with energies',
  })
  .optional()

const rate = {
  ...sourced,
  name,
  barrier: quantity('eV', 'E_KRA: the saddle above the mean of both ends', { min: 0, max: 100 }),
  attemptFrequency: z
    .union(
      [
        quantity('1/s', 'ν₀', { above: 0, max: 1e20 }),
        z.strictObject({ ...sourced, value: quantity('1/s', 'ν₀', { above: 0, max: 1e20 }) }),
      ],
      { error: 'a number > 0 [1/s], or value with source and basis' },
    )
    .describe('ν₀ [1/s]; 1e13, assumed, where absent')
    .optional(),
  surroundings: z
    .array(
      z.strictObject({
        ...sourced,
        of: z.enum(['middle', 'ends'], { error: 'middle or ends' }).optional(),
        distance: quantity('Å', 'From the middle of the move, or from any end of its hops', { min: 0 }),
        tolerance,
        sublattices: sublattices.optional(),
        energy: byCarrier('What each ion there adds to E_KRA', 'eV'),
      }),
      { error: 'a list of distances with energies' },
    )
    .describe('What ions nearby add to E_KRA')
    .optional(),
  byAmount: z
    .strictObject({ ...sourced, energy: byCarrier('per ion a formula unit', 'eV') })
    .describe('What the mean content adds to E_KRA')
    .optional(),
  inside: z.boolean({ error: 'true or false' }).describe('Fast moves inside a group of sites').optional(),
}
const ends = { from: place, to: place }
/** Only while a file is read: the reader puts the moves in its place. */
const events = z
  .strictObject({
    format: z.enum(['casm', 'kmcpy'], { error: 'casm or kmcpy' }),
    file: text('OccEvent JSON of CASM or events.json of kMCpy, from the folder of this file'),
    sites: z
      .array(siteName.nullable(), { error: 'a list of sites, null for those that are none of the model' })
      .describe('casm: the site of each basis index of its primitive cell; the same number where absent')
      .optional(),
  })
  .describe('Explicit moves from another program')
  .optional()

const hop = z.strictObject({
  ...rate,
  ...apart,
  events,
  carrier: text('the carrier that hops').optional(),
  carriers: carriers.optional(),
  sublattices: sublattices.optional(),
  moves: z
    .array(z.strictObject({ ...ends, surroundings: neighbours }), { error: 'a list of moves: from, to' })
    .describe('Explicit moves, which stand for their images under the symmetry')
    .optional(),
})

const pairHop = z.strictObject({
  ...rate,
  ...apart,
  events,
  kind: z
    .enum(['follow', 'together', 'moves'], { error: 'follow, together or moves' })
    .describe('The follower goes into the leader’s site; both between four sites; explicit moves'),
  leader: text('the carrier that goes ahead'),
  follower: text('the carrier behind'),
  distances: numbers('Lengths of the leader’s and the follower’s hop', 'Å').optional(),
  sublattices: sublattices.optional(),
  straight: z
    .boolean({ error: 'true or false' })
    .describe('follow: along a straight line; together: both by the same vector')
    .optional(),
  separation: z
    .union([quantity('Å', 'Distance of the ions', { above: 0 }), numbers('Least and most', 'Å')], {
      error: 'a distance [Å], or [least, most]',
    })
    .describe('together: distance of the two ions at both ends [Å], or [least, most]')
    .optional(),
  moves: z
    .array(z.strictObject({ leader: z.strictObject(ends), follower: z.strictObject(ends), surroundings: neighbours }), {
      error: 'a list of moves: leader, follower, each from, to',
    })
    .optional(),
})

const several = <S extends z.ZodType>(schema: S, about: string) =>
  z
    .array(schema, { error: `a list: ${about}` })
    .describe(about)
    .optional()

export const latticeSchema = z.strictObject({
  format: z.literal(latticeFormat, { error: latticeFormat }),
  formatVersion: z.literal(latticeFormatVersion, { error: String(latticeFormatVersion) }).optional(),
  name: text('what the lattice is called').optional(),
  about: z.string({ error: 'a text' }).max(20_000, { error: 'at most 20000 characters' }).optional(),
  ...sourced,
  lattice: z
    .enum(plainKinds, { error: plainKinds.join(', ') })
    .describe('A plain lattice, instead of cell and sites')
    .optional(),
  spacing: quantity('Å', 'Distance of nearest neighbours of a plain lattice', { min: 0.01, max: 100 }).optional(),
  cell: z
    .array(numbers('a vector of the cell', 'Å').length(3, { error: 'three numbers [Å]' }), { error: 'three rows [Å]' })
    .length(3, { error: 'three rows [Å]' })
    .describe('Vectors of the cell as rows [Å]')
    .optional(),
  dimension: whole('Repeats along the first so many vectors; 3 where absent', 1, 3).optional(),
  formulaUnits: whole('Formula units of one cell; 1 where absent, of a plain lattice its sites', 1, 10_000).optional(),
  symmetry: words('an operation on fractional coordinates, as -x, -y, -z').optional(),
  sites: several(
    z.strictObject({
      name: text('name of the site').optional(),
      sublattice: text('kind of site').optional(),
      position: numbers('Fractional place', '–').length(3, { error: 'three fractional coordinates' }),
    }),
    'sites of the cell',
  ),
  carriers: z
    .array(
      z.union(
        [
          text('symbol of a carrier'),
          z.strictObject({ symbol: text('symbol of a carrier'), charge: whole('Charge number', 1, 8).optional() }),
        ],
        { error: 'a symbol, or symbol and charge' },
      ),
      { error: 'a list of carriers, as [Li, Mg]' },
    )
    .min(1, { error: 'at least one carrier' })
    .max(8, { error: 'at most 8 carriers' }),
  siteEnergies: several(
    z.strictObject({
      ...sourced,
      name,
      carrier: text('the carrier').optional(),
      carriers: carriers.optional(),
      sublattice: text('kind of site').optional(),
      sublattices: sublattices.optional(),
      sites: z.array(siteName, { error: 'a list of sites' }).optional(),
      energy,
    }),
    'energies of carriers on sites',
  ),
  pairEnergies: several(
    z.strictObject({
      ...sourced,
      ...apart,
      name,
      carriers,
      sublattices: sublattices.optional(),
      places: z.array(place, { error: 'two places' }).optional(),
      energy,
    }),
    'energies of pairs',
  ),
  tripletEnergies: several(
    z.strictObject({
      ...sourced,
      name,
      carriers,
      sublattices: sublattices.optional(),
      distances: numbers('First–second, second–third, first–third', 'Å').optional(),
      tolerance,
      places: z.array(place, { error: 'three places' }).optional(),
      energy,
    }),
    'energies of three carriers',
  ),
  exclusions: several(
    z.strictObject({
      ...sourced,
      name,
      carriers: carriers.optional(),
      sublattices: sublattices.optional(),
      within: quantity('Å', 'Sites this near are not filled together', { above: 0 }),
    }),
    'sites too near for both to be filled',
  ),
  limits: several(
    z.strictObject({
      ...sourced,
      name,
      weights: byCarrier('weights', '–'),
      max: quantity('–', 'Σ weights·ions at most', { above: 0 }),
      per: z.enum(['cell', 'formula unit'], { error: 'cell or formula unit' }),
    }),
    'limits of the contents',
  ),
  meanField: several(
    z.strictObject({
      ...sourced,
      name: text('what the term is called'),
      weights: byCarrier('weights', '–'),
      coefficients: numbers('of n⁰, n¹, n² …, n = Σ weights·x', 'eV per formula unit'),
    }),
    'terms of the mean content: strain, electrons',
  ),
  hops: several(hop, 'hops of one ion'),
  pairHops: several(pairHop, 'hops of two ions at once'),
})

/** JSON Schema of the model file. */
export const latticeJsonSchema = (): object => z.toJSONSchema(latticeSchema, { io: 'input' })
