/**
 * The host file: samples of lattice runs as JSON, from which a host is made (`laws/table.ts` says what each field means). SI per
 * formula unit; `dualion ladder` writes it, a cell file names it.
 */
import * as z from 'zod'
import { type Bounds, quantity } from './validate.ts'

const positive: Bounds = { above: 0 }
const notNegative: Bounds = { min: 0 }
const text = (about: string) => z.string({ error: `a text: ${about}` }).describe(about)
const list = (unit: string, about: string, bounds: Bounds = {}) =>
  z.array(quantity(unit, about, bounds), { error: 'a list of numbers' }).describe(`${about} [${unit}]`)
const known = (unit: string, about: string, bounds: Bounds = {}) =>
  z
    .array(quantity(unit, `${about}, or null where not determined`, bounds).nullable(), {
      error: 'a list of numbers (null where not determined)',
    })
    .describe(`${about} [${unit}]`)
const texts = (about: string) =>
  z.record(z.string(), z.string({ error: 'a text' }), { error: 'fields with a text each' }).describe(about)

const state = {
  x: list('per formula unit', 'contents', notNegative),
  T: quantity('K', 'temperature', positive),
}
const thermodynamicSample = z.strictObject({
  ...state,
  mu: known('J/mol', 'chemical potential of each carrier against its metal'),
  muError: known('J/mol', 'standard errors of mu', notNegative),
  theta: known('J/mol', '∂μ_i/∂x_j by rows').optional(),
  thetaError: known('J/mol', 'standard errors of theta', notNegative).optional(),
})
const transportSample = z.strictObject({
  ...state,
  L: known('mol²/(J·m·s)', 'Onsager coefficients by rows'),
  LError: known('mol²/(J·m·s)', 'standard errors of L', notNegative),
  determined: z.boolean({ error: 'true or false' }).optional().describe('false: too few exits, left out'),
})

export const hostFileFormat = 'dualion host'
export const hostFileVersion = 1

export const hostFileSchema = z.strictObject({
  format: z.literal(hostFileFormat),
  formatVersion: z.literal(hostFileVersion),
  name: text('name of the host'),
  formula: text('formula of the empty host, as Mo6S8'),
  carriers: z.array(z.enum(['Li', 'Na', 'Mg', 'Zn', 'Al'], { error: 'Li, Na, Mg, Zn or Al' }), {
    error: 'a list of ions',
  }),
  molarMass: quantity('g/mol', 'of empty formula units', positive),
  molarVolume: quantity('m³/mol', 'of formula units', positive),
  limits: z
    .array(
      z.strictObject({
        weights: z.record(z.string(), quantity('–', 'weight of the ion', notNegative), {
          error: 'ions with a weight each',
        }),
        max: quantity('per formula unit', 'Σ weights·x at most', positive),
      }),
      { error: 'a list of limits' },
    )
    .min(1, { error: 'one limit at least' }),
  ideal: z.strictObject({
    sublattices: z.array(
      z.strictObject({ name: text('sublattice'), sites: quantity('per formula unit', 'sites', positive) }),
      {
        error: 'a list of sublattices',
      },
    ),
    vacancySites: list('per formula unit', 'sites that are the vacancies of each limit', notNegative).optional(),
  }),
  thermodynamics: z.array(thermodynamicSample, { error: 'a list of samples' }),
  transport: z.array(transportSample, { error: 'a list of samples' }),
  kinetics: z.strictObject({
    exchangeCurrent: list('A/m²', 'z F k by carrier', notNegative),
    activationEnergy: list('J/mol', 'of the exchange currents'),
    alpha: list('–', 'anodic transfer coefficients', { above: 0, below: 1 }),
    referenceTemperature: quantity('K', 'of the exchange currents; 298.15 where absent', positive).optional(),
    reference: list('J/mol', 'μ° of the exchange currents').optional(),
  }),
  convex: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe('true: known not to part into phases; smoothed until convex'),
  gradient: list('J·m²/mol', 'K_ij by rows').optional(),
  notes: z.array(text('a sentence'), { error: 'a list of texts' }).optional(),
  sources: texts('where the numbers come from'),
  inputs: texts('hash of each input').optional(),
})
