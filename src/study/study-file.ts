/** The file of a study of barriers: which host, which ions, where they go, which engine says what it costs. */
import * as z from 'zod'
import { elementOf, elementSuggestion } from '../crystal/elements.ts'
import { quantity, text, validated, whole } from '../file/validate.ts'
import { determinant } from '../math/mat3.ts'
import { mechanisms } from '../migration/mechanism-table.ts'
import { engineSchema } from './engine-spec.ts'

const place = z
  .array(z.number({ error: 'a number [fractional]' }), { error: 'three numbers [fractional]' })
  .length(3, { error: 'three numbers [fractional]' })
  .describe('Fractional place in the cell of the host file, or of the supercell where `frame` says so [–]')

const symbol = z.string({ error: 'an element symbol' }).refine(word => elementOf(word) !== undefined, {
  error: ({ input }) => `an element symbol${elementSuggestion(String(input))}`,
})

const ion = z.strictObject({
  ion: symbol.describe('Element symbol of the ion'),
  from: place,
  to: place,
})

const explicitMove = z.strictObject({
  leader: ion.describe('The ion that goes ahead'),
  follower: ion.describe('The one behind; one ion alone where absent').optional(),
  beside: z
    .array(z.strictObject({ ion: symbol, at: place }), { error: 'a list of ions with their places' })
    .describe('Ions that fill neighbour sites, for the mechanism `beside`')
    .optional(),
})
const symbols = (about: string) => z.array(symbol, { error: about }).describe(about)
const yes = (about: string) => z.boolean({ error: 'true or false' }).describe(about).optional()

const moveChoice = z
  .strictObject({
    carrier: symbol.describe('Element symbol of the one ion that moves').optional(),
    carriers: symbols('the two ions that move, the one that leads first').length(2, { error: 'two ions' }).optional(),
    separation: z
      .array(quantity('Å', 'Least and most distance of the two at both ends', { above: 0, max: 30 }), {
        error: 'least and most [Å]',
      })
      .length(2, { error: 'least and most [Å]' })
      .optional(),
    number: z
      .union([z.literal('all'), whole('Which', 1, 1e6)], { error: 'a whole number ≥ 1, or all' })
      .describe(
        'Which of the distinct moves of these ions, as `dualion moves` counts them; `all` for one table of all',
      ),
    held: yes('Only pairs that stay in the window on the way'),
    rigid: yes('Only pairs that move as one'),
    mobile: symbols('further ions of the file that are no part of the host').optional(),
    sites: z
      .enum(['file', 'voids', 'bond-valence'], { error: 'file, voids or bond-valence' })
      .describe('Where ions sit; as in the file where it holds them, else voids')
      .optional(),
    relaxSites: yes('An ion is relaxed at each kind of site by the engine, and the sites follow it'),
    clearance: quantity('Å', 'Least room at a void', { min: 0, max: 10 }).optional(),
    tolerance: quantity('Å', 'Distance to which atoms coincide; 0.01 where absent', { above: 0, max: 0.9 }).optional(),
    sublattices: z
      .array(text('a label, as A'), { error: 'a list of labels, as A, B' })
      .describe('Only these kinds of site, as A, B')
      .optional(),
    cutoff: quantity('Å', 'Longest hop; 6 where absent', { above: 0, max: 30 }).optional(),
    window: quantity('Å', 'Least room on the way of a hop', { min: -10, max: 10 }).optional(),
    exclusion: quantity('Å', 'Sites closer than this are not filled together; 1.9 where absent', {
      min: 0,
      max: 30,
    }).optional(),
    passing: yes('Also hops that pass other sites'),
  })
  .refine(one => (one.carrier === undefined) !== (one.carriers === undefined), {
    error: 'either carrier: one ion, or carriers: two',
  })
  .refine(one => one.carriers === undefined || one.separation !== undefined, {
    error: 'a separation [least, most] in Å where two ions move',
    path: ['separation'],
  })

const chooses = (move: unknown): boolean =>
  typeof move === 'object' && move !== null && ('number' in move || 'carrier' in move || 'carriers' in move)
/** Explicit places, or a choice among the moves of the host: each checked by its own rules, so that a message fits. */
const move = z.unknown().transform((data, context): ExplicitMove | MoveChoice => {
  const checked = (chooses(data) ? moveChoice : explicitMove).safeParse(data)
  if (checked.success) return checked.data
  for (const issue of checked.error.issues) context.addIssue(issue as never)
  return z.NEVER
})

export type ExplicitMove = z.output<typeof explicitMove>
export type MoveChoice = z.output<typeof moveChoice>

export const studySchema = z.strictObject({
  title: text('what the study is called').optional(),
  host: z.strictObject({
    file: text(
      'CIF, POSCAR, extended XYZ or pymatgen JSON of the host without the moving ions, from the folder of this file',
    ),
    supercell: z
      .array(z.number({ error: 'a whole number' }).int({ error: 'a whole number' }), {
        error: 'three multiples, or nine numbers, rows first',
      })
      .refine(list => list.length === 3 || list.length === 9, { error: 'three multiples, or nine numbers, rows first' })
      .refine(list => (list.length === 9 ? determinant(list) !== 0 : list.every(n => n !== 0)), {
        error: 'multiples other than 0, or a matrix whose rows span a cell (determinant not 0)',
      })
      .describe('Multiples of the cell [3], or the integer matrix [9]; rows are the new cell vectors')
      .optional(),
    relax: z
      .enum(['none', 'atoms', 'cell'], { error: 'none, atoms or cell' })
      .describe('What of the host is relaxed before ions are put in; none where absent')
      .optional(),
    fixed: z
      .union(
        [
          z.literal('all'),
          z.array(whole('Atom of the supercell that does not move, from 0', 0, 1e6), {
            error: 'a list of atoms, from 0',
          }),
        ],
        { error: 'all, or a list of atoms of the supercell, from 0' },
      )
      .describe('Atoms of the host that do not move: all, or a list from 0')
      .optional(),
  }),
  engine: engineSchema,
  frame: z
    .enum(['host', 'supercell'], { error: 'host or supercell' })
    .describe('Whose cell fractional places are of')
    .optional(),
  move,
  mechanisms: z
    .array(z.enum(mechanisms, { error: mechanisms.join(', ') }), { error: `a list of: ${mechanisms.join(', ')}` })
    .min(1, { error: `at least one of: ${mechanisms.join(', ')}` })
    .optional(),
  path: z
    .strictObject({
      images: whole('Images in all, the two end states included; 7 where absent', 3, 200).optional(),
      climb: z.boolean({ error: 'true or false' }).describe('The highest image climbs to the saddle').optional(),
      method: z.enum(['neb', 'string'], { error: 'neb or string' }).optional(),
      optimiser: z.enum(['lbfgs', 'fire'], { error: 'lbfgs or fire' }).optional(),
      forceTolerance: quantity('eV/Å', 'Largest force of the band at the end; 0.05 where absent', {
        above: 0,
      }).optional(),
      stateTolerance: quantity('eV/Å', 'Largest force of relaxed states; 0.01 where absent', { above: 0 }).optional(),
      spring: quantity('eV/Å²', 'Spring between images; 0.1 where absent', { above: 0 }).optional(),
      maxSteps: whole('Most steps of one search', 1, 1e6).optional(),
      maxStep: quantity('Å', 'Furthest that an atom moves in one step; 0.2 where absent', {
        above: 0,
        max: 2,
      }).optional(),
      depth: quantity('eV', 'A minimum between counts where both ways out rise by this; 0.026 where absent', {
        min: 0,
      }).optional(),
      parts: whole('How often a path may be parted at minima between; 2 where absent', 0, 8).optional(),
      verify: z.boolean({ error: 'true or false' }).describe('Count the modes downhill at every saddle').optional(),
    })
    .optional(),
  prefactor: z
    .strictObject({
      within: quantity('Å', 'Atoms this near to a mover at the saddle vibrate with it', { above: 0, max: 20 }),
    })
    .describe('Attempt frequencies from partial Hessians')
    .optional(),
  output: z
    .strictObject({
      json: text('everything, as JSON').optional(),
      svg: text('figure of the energy profiles').optional(),
      extxyz: text('images of all paths, extended XYZ').optional(),
      reactionPath: text('images and energies as JSON that MatterViz opens').optional(),
    })
    .optional(),
})

export type BarrierStudy = z.output<typeof studySchema>

/** A study's data, checked; `fileName` for messages. */
export const studyOf = (data: unknown, fileName: string): BarrierStudy =>
  validated(studySchema, data, fileName, {
    ions: 'ions stand under `move`',
    leader: 'it stands under `move`',
    follower: 'it stands under `move`',
    images: 'images stand under `path`',
  })

/** JSON Schema of a study, for editors and `dualion schema study`. */
export const studyJsonSchema = (): object => ({
  ...z.toJSONSchema(studySchema.extend({ move: z.union([explicitMove, moveChoice]) })),
  title: 'dualion study of barriers',
})
