/** The record that a cell takes. */
import * as z from 'zod'
import { quantity, text } from '../../file/validate.ts'
import { bases } from '../../lattice/model/model.ts'
import { byCarrier } from './words.ts'

export const hostSchema = z
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
    gradient: z
      .strictObject({
        pairs: z
          .array(
            z.strictObject({
              carriers: z.tuple([text('a carrier'), text('a carrier')], { error: 'two carriers, as [Li, Mg]' }),
              K: quantity('J·m²/mol', 'gradient coefficient of the two'),
            }),
            { error: 'a list of { carriers, K }' },
          )
          .min(1, { error: 'at least one { carriers, K }' }),
        source: text('where these come from; assumed where absent').optional(),
        basis: z.enum(bases, { error: bases.join(', ') }).optional(),
      })
      .describe('K_ij of ½ Σ K_ij ∇x_i·∇x_j [J·m²/mol], 0 where not named: a cell needs them where phases part')
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
  .optional()
