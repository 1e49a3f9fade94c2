/**
 * Our own cell file, YAML or JSON: a plain recipe that names entries of the library and says what is different. All
 * numbers are SI; the unit of each stands in its description and nowhere in its key. `dualion schema` prints this.
 */
import * as z from 'zod'
import { type Bounds, quantity } from './validate.ts'

const positive: Bounds = { above: 0 }
const notNegative: Bounds = { min: 0 }
const share: Bounds = { above: 0, max: 1 }
const text = (about: string) => z.string({ error: `a text: ${about}` }).describe(about)
const finite = z.number({ error: 'a finite number' })
const numbers = (about: string, bounds: Bounds = {}, unit = '–') =>
  z
    .record(z.string(), quantity(unit, about, bounds), { error: 'keys with a number each' })
    .describe(`${about} [${unit}]`)
const parameters = z
  .record(z.string(), finite, { error: 'parameter names with a number each' })
  .describe('Numbers of the library entry to change, by name, in the unit the library states')
const sources = z
  .record(z.string(), z.string({ error: 'a text' }), { error: 'fields with a text each' })
  .describe('Where the numbers of this file come from')

const entry = (folder: string, example: string) =>
  z.strictObject({
    name: text(`an entry of the library's ${folder}, as ${example}`),
    parameters: parameters.optional(),
  })

const curve = (unit: string, about: string, constant: z.ZodType<number> = z.number(), which = 'a number') => {
  const allowed = `${which}, an expression of x, or a table { x: […], y: […] } [${unit}]`
  const list = z.array(finite, { error: 'a list of numbers' })
  const table = z.strictObject({
    x: list,
    y: list,
    interpolation: z.enum(['linear', 'pchip'], { error: 'linear or pchip' }).optional(),
  })
  return z.union([constant, z.string(), table], { error: allowed }).describe(`${about}: ${allowed}`)
}

/** A host of one ion written out in the file. */
export const fickianSchema = z.strictObject({
  kind: z.literal('fickian').describe('One ion, measured potential, Fick’s law'),
  name: text('name of the host'),
  formula: text('formula of the empty host, as FePO4'),
  carrier: z.enum(['Li', 'Na', 'Mg', 'Zn', 'Al'], { error: 'Li, Na, Mg, Zn or Al' }),
  maximumConcentration: quantity('mol/m³', 'Concentration of the full host (x = 1)', positive),
  molarMass: quantity('g/mol', 'Molar mass of the empty host', positive).optional(),
  potential: curve('V', 'Equilibrium potential against the metal of the ion, x = content'),
  entropicChange: curve('V/K', '∂U/∂T').optional(),
  referenceTemperature: quantity('K', 'Temperature of these numbers; 298.15 where absent', positive).optional(),
  diffusivity: curve('m²/s', 'D of Fick’s law, x = content'),
  diffusivityActivationEnergy: quantity('J/mol', 'Arrhenius energy of D; 0 where absent').optional(),
  rateConstant: quantity(
    'mol/(m²·s)',
    'k of j0 = z F k √(x (1 − x) a_e), a_e = c_e/c_e0 where χ is 1; with alphaAnodic x^α_c (1 − x)^α_a; else exchangeCurrent',
    positive,
  ).optional(),
  exchangeCurrent: curve('A/m²', 'j0 at a_e = 1, x = content, where it is no such power law').optional(),
  alphaAnodic: quantity('–', 'Anodic transfer coefficient; 0.5 where absent', { above: 0, below: 1 }).optional(),
  alphaCathodic: quantity('–', 'Cathodic one; 1 − alphaAnodic where absent', { above: 0, max: 1 }).optional(),
  electrolyteOrder: quantity('–', 'Exponent of a_e in j0; alphaAnodic where absent', { min: 0, max: 1 }).optional(),
  rateActivationEnergy: quantity('J/mol', 'Arrhenius energy of j0; 0 where absent').optional(),
})

const hostFile = z.strictObject({ file: text('path of a host file (JSON), from this file on, as mo6s8-computed.json') })
const host = z.union([z.string(), entry('hosts', 'mo6s8'), hostFile, fickianSchema], {
  error:
    'a name of the library’s hosts, { name, parameters }, { file }, a path ending in .json, or { kind: fickian, … }',
})

const charge = (allowed: string, holds: (z: number) => boolean) =>
  z
    .number({ error: allowed })
    .int({ error: allowed })
    .refine(z => holds(z) && Math.abs(z) <= 8, { error: allowed })
const cationCharge = charge('a whole number ≥ 1 and ≤ 8', z => z > 0)
const anionCharge = charge('a whole number ≤ −1 and ≥ −8', z => z < 0)
const ionCharge = charge('a whole number other than 0, from −8 to 8', z => z !== 0)

const capacitiveShare = numbers(
  'Share of each species in what charges double layers, sum 1; the anions by their charge where absent',
  { min: 0, max: 1 },
).optional()

/** One salt, written out in the file; x in the expressions is the salt concentration [mol/m³]. */
export const binarySchema = z.strictObject({
  kind: z.literal('binary').describe('One salt, concentrated (Newman)'),
  name: text('name of the electrolyte'),
  cation: z.strictObject({ name: text('symbol of the ion'), charge: cationCharge }),
  anion: z.strictObject({ name: text('name of the anion'), charge: anionCharge }),
  concentration: quantity('mol/m³', 'Salt at the start', positive),
  referenceConcentration: quantity('mol/m³', 'Where activities are 1; the start where absent', positive).optional(),
  conductivity: curve('S/m', 'κ, x = salt concentration [mol/m³]'),
  diffusivity: curve('m²/s', 'D of the salt, x = salt concentration [mol/m³]'),
  transference: curve(
    '–',
    't₊ relative to the solvent, x = salt concentration [mol/m³]',
    z.number().min(0).max(1),
    'a number from 0 to 1',
  ),
  thermodynamicFactor: curve('–', 'χ = 1 + dln f±/dln c; 1 where absent').optional(),
  activationEnergy: quantity('J/mol', 'Arrhenius energy of κ and D from 298.15 K; 0 where absent').optional(),
  conductivityActivationEnergy: quantity('J/mol', 'The same of κ alone; activationEnergy where absent').optional(),
  diffusivityActivationEnergy: quantity('J/mol', 'The same of D alone; activationEnergy where absent').optional(),
  standardPotential: numbers('E° of the metal at activity 1, by ion', {}, 'V').optional(),
  capacitiveShare,
  density: quantity('kg/m³', 'Density of the solution', positive).optional(),
})

/** Any number of ions, each drifting and diffusing alone. */
export const diluteSchema = z.strictObject({
  kind: z.literal('dilute').describe('Nernst–Planck, any number of ions'),
  name: text('name of the electrolyte'),
  species: z
    .array(
      z.strictObject({
        name: text('symbol of the ion, or name of the anion'),
        charge: ionCharge,
        diffusivity: quantity('m²/s', 'D of this ion', positive),
        concentration: quantity('mol/m³', 'at the start', notNegative),
      }),
      { error: 'a list of ions' },
    )
    .min(2, { error: 'a cation and an anion at least' })
    .describe('Cations first, anions after; Σ z c = 0'),
  referenceConcentration: quantity('mol/m³', 'Where activities are 1', positive),
  activationEnergy: quantity('J/mol', 'Arrhenius energy of all D from 298.15 K; 0 where absent').optional(),
  standardPotential: numbers('E° of each metal on one common scale', {}, 'V'),
  capacitiveShare,
  density: quantity('kg/m³', 'Density of the solution', positive).optional(),
})

const matrix = <E extends z.ZodType>(element: E, about: string) =>
  z
    .array(z.array(element, { error: 'a row of numbers' }), { error: 'rows of a square matrix' })
    .describe(`${about}; rows and columns in the order of the species`)
const positiveCurve = (unit: string, about: string) => curve(unit, about, finite, 'a number')

/** Any number of ions whose motions are correlated: the full Onsager matrix, in one of three forms. */
export const fullSchema = z.strictObject({
  kind: z.literal('full').describe('Full Onsager matrix, any number of ions'),
  name: text('name of the electrolyte'),
  species: z
    .array(
      z.strictObject({
        name: text('symbol of the ion, or name of the anion'),
        charge: ionCharge,
        concentration: quantity('mol/m³', 'at the start', notNegative),
      }),
      { error: 'a list of ions' },
    )
    .min(2, { error: 'a cation and an anion at least' })
    .describe('Cations first, anions after; Σ z c = 0'),
  diffusivity: matrix(
    positiveCurve('m²/s', 'D_kl, x = Σ z c of the cations [mol/m³]'),
    'D_kl of 𝓛_kl = D_kl h_kl/RT, h_kl = 2 c_k c_l/(c_k + c_l): symmetric, positive semidefinite; diagonal is the dilute law',
  ).optional(),
  onsager: matrix(
    finite,
    '𝓛_kl at the start and 298.15 K [mol²/(J·m·s)], relative to the solvent; elsewhere by the D_kl of `diffusivity` that it means',
  ).optional(),
  stefanMaxwell: z
    .strictObject({
      solvent: quantity('mol/m³', 'Concentration of the solvent', positive),
      diffusivity: z
        .record(z.string(), positiveCurve('m²/s', '𝒟 of a pair, x = Σ z c of the cations [mol/m³]'), {
          error: 'pairs, as Li-PF6 or Li-solvent, with a 𝒟 each',
        })
        .describe('𝒟_kl of every pair of ions and of every ion with the solvent, as Li-PF6 or Li-solvent [m²/s]'),
    })
    .optional()
    .describe('Stefan–Maxwell diffusivities'),
  activityCoefficient: curve(
    '–',
    'g of ln f_k = z_k² g(I), x = I = ½ Σ z² c [mol/m³], as Debye and Hückel’s; 0 where absent',
  ).optional(),
  referenceConcentration: quantity('mol/m³', 'c⁰ of a_k = f_k c_k/c⁰', positive),
  activationEnergy: quantity('J/mol', 'Arrhenius energy of all D from 298.15 K; 0 where absent').optional(),
  standardPotential: numbers('E° of each metal on one common scale', {}, 'V'),
  capacitiveShare,
  density: quantity('kg/m³', 'Density of the solution', positive).optional(),
})

const electrolyteEntry = z.strictObject({
  name: text('an entry of the library’s electrolytes, as li-mg-ether').optional(),
  parameters: parameters.optional(),
  concentration: numbers(
    'Concentration of a species at the start; together they must be neutral',
    notNegative,
    'mol/m³',
  ).optional(),
  standardPotential: numbers('E° of each metal on one common scale', {}, 'V').optional(),
  capacitiveShare,
})
export const electrolyteSchema = z.union([z.string(), electrolyteEntry, binarySchema, diluteSchema, fullSchema], {
  error:
    'a name of the library’s electrolytes, { name, parameters, concentration }, { kind: binary, … }, { kind: dilute, … } or { kind: full, … }',
})

const porousShape = {
  kind: z.literal('porous').describe('A porous electrode of particles'),
  host,
  thickness: quantity('m', 'Thickness', positive),
  porosity: quantity('–', 'Electrolyte volume fraction', share),
  activeFraction: quantity('–', 'Host volume fraction', share),
  transportEfficiency: quantity('–', 'ε/τ of the pores; porosity^1.5 where absent', share).optional(),
  conductivity: quantity('S/m', 'Effective electronic conductivity', positive),
  particleRadius: quantity('m', 'Particle radius, half thickness of a plate', positive),
  shape: z.enum(['sphere', 'cylinder', 'plate'], { error: 'sphere, cylinder or plate' }).optional(),
  areaDensity: quantity(
    '1/m',
    'Particle surface per volume; from shape, fraction and radius where absent',
    positive,
  ).optional(),
  filmResistance: quantity('Ω·m²', 'Film on the particles; 0 where absent', notNegative).optional(),
  doubleLayer: quantity('F/m²', 'Double layer of the particles; 0 (none) where absent', notNegative).optional(),
  amount: numbers('Content at the start by ion', notNegative, 'per formula unit'),
}
const metalShape = {
  kind: z.literal('metal').describe('A planar electrode on which metals plate and strip'),
  metals: z
    .array(z.union([z.string(), entry('metals', 'mg')], { error: 'a name of the library’s metals' }), {
      error: 'a list of metals',
    })
    .min(1, { error: 'one metal at least' }),
  mixing: z.enum(['separate', 'solid-solution'], { error: 'separate or solid-solution' }).optional(),
  amount: numbers('Metal at the start by symbol', notNegative, 'mol/m²'),
  surfaceLayer: quantity('m', 'Thickness of the mixed surface layer (solid-solution)', notNegative).optional(),
  filmResistance: quantity('Ω·m²', 'Film on the metal; 0 where absent', notNegative).optional(),
  doubleLayer: quantity('F/m²', 'Double layer of the metal’s face; 0 (none) where absent', notNegative).optional(),
}
export const porousSchema = z.strictObject(porousShape)
export const metalSchema = z.strictObject(metalShape)
const cathodeSchema = z.strictObject({ ...porousShape, kind: porousShape.kind.optional() })

const separatorShape = {
  thickness: quantity('m', 'Thickness', positive),
  porosity: quantity('–', 'Electrolyte volume fraction', share),
  transportEfficiency: quantity('–', 'ε/τ of the pores; porosity^1.5 where absent', share).optional(),
}
const window = z
  .tuple(
    [
      quantity('per formula unit', 'content at 0', notNegative),
      quantity('per formula unit', 'content at 1', notNegative),
    ],
    {
      error: 'two contents, at state of charge 0 and 1',
    },
  )
  .refine(([empty, full]) => empty !== full, { error: 'two different contents, at state of charge 0 and 1' })
  .describe('Content at state of charge 0 and at 1 [per formula unit]')
const timeText = z.union([z.number(), z.string()], { error: 'a time: seconds, or a text as 5 minutes' })
const temperatureText = z.union([z.number(), z.string()], { error: 'a temperature: kelvin, or a text as 25 oC' })
const several = (what: string) =>
  z.union([z.string(), z.array(z.string())], { error: `a text or a list of texts: ${what}` }).describe(what)

/** A sentence with what may stand beside it. */
const sentenceRecord = z.strictObject({
  step: text('a sentence, as "Discharge at C/5 until 0.4 V"'),
  period: timeText.describe('Interval of the output rows [s, or a text as 5 minutes]').optional(),
  temperature: temperatureText.describe('Ambient temperature during the step [K, or a text as 25 oC]').optional(),
  tags: several('Words to find the step by in the results').optional(),
  startTime: z
    .union([z.number(), z.string()], { error: 'seconds, a time as 2 hours, or a date as 2026-01-31 08:00' })
    .describe(
      'When it begins: a time since the begin of the run, or a date; what runs before is cut off or rests until then',
    )
    .optional(),
  skipOk: z
    .boolean({ error: 'true or false' })
    .describe('false: refused instead of left out where it is over before it begins')
    .optional(),
  direction: z
    .enum(['charge', 'discharge', 'rest'], { error: 'charge, discharge or rest' })
    .describe('Which way a held voltage or a profile is meant to go: the side of its voltage limits')
    .optional(),
})
const steps = z.array(z.union([z.string(), sentenceRecord], { error: 'a sentence, or { step, tags, … }' }), {
  error: 'a list of sentences',
})
const experiment = z.strictObject({
  steps: steps.min(1, { error: 'one sentence at least' }).describe('Steps, one after the other'),
  period: timeText.describe('Interval of the output rows of steps that say none').optional(),
  temperature: temperatureText.describe('Ambient temperature of steps that say none').optional(),
  termination: several('What ends all of it, as 80 % capacity, 4 Ah capacity, 2.5 V, 100 hours').optional(),
})
const protocol = z
  .union([steps, experiment], { error: 'a list of sentences, or { steps, period, temperature, termination }' })
  .describe('Steps run where the command line gives none, as "Discharge at C/5 until 0.4 V"')

const optionalShape = {
  description: text('what the cell is').optional(),
  contactResistance: quantity('Ω', 'Contact resistance of the cell; 0 where absent', notNegative).optional(),
  stateOfCharge: z.strictObject({ anode: window.optional(), cathode: window }).optional(),
  temperature: quantity('K', 'Temperature at the start; 298.15 where absent', positive).optional(),
  ambientTemperature: quantity('K', 'Ambient temperature; the start’s where absent', positive).optional(),
  thermal: z
    .strictObject({
      heatCapacity: quantity('J/K', 'Heat capacity of the cell', positive),
      coolingConductance: quantity('W/K', 'h·A to the surroundings', notNegative),
    })
    .optional()
    .describe('Lumped heat balance; isothermal where absent'),
  reservoir: quantity(
    'm',
    'Well-mixed electrolyte beside the anode, volume per area; 0 where absent',
    notNegative,
  ).optional(),
  reference: text('metal of a reference electrode in the reservoir, as Mg').optional(),
  inactiveMass: quantity('kg/m²', 'Masses counted besides the model’s own; 0 where absent', notNegative).optional(),
  inactiveVolume: quantity('m', 'Volume per area of the inactive parts; 0 where absent', notNegative).optional(),
  sources: sources.optional(),
  protocol: protocol.optional(),
}
const cellShape = {
  area: quantity('m²', 'Electrode area, all parallel pairs together', positive),
  nominalCapacity: quantity('A·h', 'Capacity that a C-rate refers to', positive),
  voltageLimits: z
    .tuple([quantity('V', 'lower'), quantity('V', 'upper')], { error: 'two voltages, lower and upper [V]' })
    .describe('Usual end of discharge and of charge [V]'),
}
const anodeError = 'a metal anode { kind: metal, … } or a porous one { kind: porous, … }'

/** A cell written out. */
export const wholeCellSchema = z.strictObject({
  cell: text('name of the cell'),
  anode: z.discriminatedUnion('kind', [porousSchema, metalSchema], { error: anodeError }),
  separator: z.strictObject(separatorShape),
  cathode: cathodeSchema,
  electrolyte: electrolyteSchema,
  ...cellShape,
  ...optionalShape,
})
/** The protocol of a file: sentences, and what holds for all of them. */
export type FileProtocol = z.output<typeof experiment>
export const fileProtocolOf = (given: z.output<typeof protocol>): FileProtocol =>
  Array.isArray(given) ? { steps: given } : given

export type WholeCell = z.output<typeof wholeCellSchema>

/** A cell of the library and what is different: every key is optional but `from`. */
export const fromSchema = (anodeKind: 'porous' | 'metal') =>
  z.strictObject({
    from: text('an entry of the library’s cells, as li-mg-mo6s8-beaker'),
    parameters: parameters.optional(),
    cell: text('name of the cell').optional(),
    anode: (anodeKind === 'porous' ? porousSchema : metalSchema).partial().optional(),
    separator: z.strictObject(separatorShape).partial().optional(),
    cathode: cathodeSchema.partial().optional(),
    electrolyte: electrolyteSchema.optional(),
    ...z.strictObject(cellShape).partial().shape,
    ...optionalShape,
  })
export type CellFrom = z.output<ReturnType<typeof fromSchema>>

/** JSON Schema of the cell file, for editors and `dualion schema`. */
export const cellFileJsonSchema = (): object => ({
  ...z.toJSONSchema(z.union([wholeCellSchema, fromSchema('porous'), fromSchema('metal')])),
  title: 'dualion cell file',
})
