/**
 * The keys of a BPX 1.x file (0.x files are moved to this layout first), with what each may hold. Unknown keys are refused.
 * Source: BPX1
 */
import * as z from 'zod'
import { type Bounds, quantity } from './validate.ts'

const positive: Bounds = { above: 0 }
const fraction: Bounds = { above: 0, max: 1 }
const window: Bounds = { min: 0, max: 1 }
const energy = quantity('J/mol', 'Activation energy', {}).optional()

const table = z.strictObject(
  {
    x: z.array(z.number({ error: 'a number' }), { error: 'a list of numbers' }),
    y: z.array(z.number({ error: 'a number' }), { error: 'a list of numbers' }),
  },
  { error: 'a table { x: […], y: […] }' },
)

/** A constant, an expression of x or a table {x, y}: the three ways BPX writes a function. */
const curve = (unit: string) => {
  const allowed = `a number, an expression of x in quotation marks, or a table { "x": […], "y": […] } [${unit}]`
  return z.union([z.number(), z.string(), table], { error: allowed }).describe(allowed)
}
export type BpxCurve = number | string | { readonly x: readonly number[]; readonly y: readonly number[] }

const particle = {
  'Particle radius [m]': quantity('m', 'Particle radius', positive),
  'Surface area per unit volume [m-1]': quantity('1/m', 'Particle surface per volume of electrode', positive),
  'Diffusivity [m2.s-1]': curve('m²/s'),
  'Diffusivity activation energy [J.mol-1]': energy,
  'OCP [V]': curve('V'),
  'OCP (lithiation) [V]': curve('V').optional(),
  'OCP (delithiation) [V]': curve('V').optional(),
  'OCP hysteresis decay constant': quantity('–', 'Hysteresis decay', {}).optional(),
  'Entropic change coefficient [V.K-1]': curve('V/K').optional(),
  'Reaction rate constant [mol.m-2.s-1]': quantity('mol/(m²·s)', 'k of j0 = F k √(…)', positive),
  'Reaction rate constant activation energy [J.mol-1]': energy,
  'Minimum stoichiometry': quantity('–', 'Stoichiometry at the empty end', window),
  'Maximum stoichiometry': quantity('–', 'Stoichiometry at the full end', window),
  'Maximum concentration [mol.m-3]': quantity('mol/m³', 'Concentration of the full host', positive),
}

const pores = {
  'Thickness [m]': quantity('m', 'Thickness', positive),
  Porosity: quantity('–', 'Electrolyte volume fraction', fraction),
  'Transport efficiency': quantity('–', 'B = ε/τ', fraction),
}

const electrode = z.strictObject({
  ...pores,
  ...particle,
  'Conductivity [S.m-1]': quantity('S/m', 'Effective electronic conductivity', positive),
})

/** An electrode of a file for single-particle models: no pores, no conductivity. */
const electrodeSpm = z.strictObject({ 'Thickness [m]': pores['Thickness [m]'], ...particle })

const cell = z.strictObject({
  'Electrode area [m2]': quantity('m²', 'Electrode area of one pair', positive),
  'External surface area [m2]': quantity('m²', 'Surface that is cooled', positive).optional(),
  'Volume [m3]': quantity('m³', 'Volume of the cell', positive).optional(),
  'Number of electrode pairs connected in parallel to make a cell': quantity('–', 'Electrode pairs', {
    min: 1,
  }).int({ error: 'a whole number ≥ 1' }),
  'Lower voltage cut-off [V]': quantity('V', 'End of discharge', {}),
  'Upper voltage cut-off [V]': quantity('V', 'End of charge', {}),
  'Nominal cell capacity [A.h]': quantity('A·h', 'Capacity that a C-rate refers to', positive),
  'Reference temperature [K]': quantity('K', 'Temperature of the parameters', positive).optional(),
  'Density [kg.m-3]': quantity('kg/m³', 'Lumped density', positive).optional(),
  'Specific heat capacity [J.K-1.kg-1]': quantity('J/(kg·K)', 'Lumped heat capacity', positive).optional(),
})

const electrolyte = z.strictObject({
  'Cation transference number': quantity('–', 't₊', window),
  'Diffusivity [m2.s-1]': curve('m²/s'),
  'Diffusivity activation energy [J.mol-1]': energy,
  'Conductivity [S.m-1]': curve('S/m'),
  'Conductivity activation energy [J.mol-1]': energy,
})

const version = 'a version 0.x or 1.x, such as "1.0.0"'
const header = z.strictObject({
  BPX: z
    .union([z.string(), z.number()], { error: version })
    .refine(value => /^\s*[01](\.\d+){0,2}\s*$/.test(String(value)), { error: version }),
  Title: z.string({ error: 'a text' }).optional(),
  Description: z.string({ error: 'a text' }).optional(),
  References: z.string({ error: 'a text' }).optional(),
  Model: z.enum(['DFN', 'SPMe', 'SPM'], { error: '"DFN", "SPMe" or "SPM" (a partial file holds no whole cell)' }),
})

const perMaterial = z.union([z.number(), z.record(z.string(), z.number())], { error: 'a number' }).nullish()
const state = z.strictObject({
  'Initial conditions': z
    .strictObject({
      'Initial state-of-charge': quantity('–', 'State of charge at the start', window).nullish(),
      'Initial temperature [K]': quantity('K', 'Temperature at the start', positive).nullish(),
      'Initial electrolyte concentration [mol.m-3]': quantity('mol/m³', 'Salt concentration', positive).nullish(),
      'Initial hysteresis state: Positive electrode': perMaterial,
      'Initial hysteresis state: Negative electrode': perMaterial,
    })
    .nullish(),
  'Thermal environment': z
    .strictObject({
      'Ambient temperature [K]': quantity('K', 'Ambient temperature', positive).nullish(),
      'Heat transfer coefficient [W.m-2.K-1]': quantity('W/(m²·K)', 'Cooling', { min: 0 }).nullish(),
    })
    .nullish(),
  Degradation: z
    .strictObject({
      LLI: quantity('–', 'Loss of lithium inventory', {}),
      'LAM: Positive electrode': perMaterial,
      'LAM: Negative electrode': perMaterial,
    })
    .nullish(),
})

const series = z.array(z.number({ error: 'a number' }), { error: 'a list of numbers' })
const validation = z.record(
  z.string(),
  z.strictObject({
    'Time [s]': series,
    'Current [A]': series,
    'Voltage [V]': series,
    'Temperature [K]': series.optional(),
  }),
)

const file = <C extends z.ZodRawShape>(parameterisation: C) =>
  z.strictObject({
    Header: header,
    Parameterisation: z.strictObject(parameterisation, { error: 'the sections of a cell' }),
    State: state.nullish(),
    Validation: validation.nullish(),
  })

/** Sections are objects; `User-defined` holds anything. */
const shared = { Cell: cell, 'User-defined': z.unknown().optional() }

/** A file with pores and electrolyte: runs as DFN, SPMe and SPM. */
export const bpxSchema = file({
  ...shared,
  Electrolyte: electrolyte,
  'Negative electrode': electrode,
  'Positive electrode': electrode,
  Separator: z.strictObject(pores),
})
export type Bpx = z.output<typeof bpxSchema>
export type BpxElectrode = Bpx['Parameterisation']['Negative electrode']

/** A file for single-particle models only. */
export const bpxSpmSchema = file({ ...shared, 'Negative electrode': electrodeSpm, 'Positive electrode': electrodeSpm })
export type BpxSpm = z.output<typeof bpxSpmSchema>

/** Keys that stood elsewhere in 0.x, or stand elsewhere in the same file. */
export const bpxHints: Readonly<Record<string, string>> = {
  'Initial temperature [K]': 'since BPX 1.0 it stands in State > Initial conditions',
  'Ambient temperature [K]': 'since BPX 1.0 it stands in State > Thermal environment',
  'Initial concentration [mol.m-3]':
    'since BPX 1.0 it is "Initial electrolyte concentration [mol.m-3]" in State > Initial conditions',
  'Thermal conductivity [W.m-1.K-1]': 'BPX 1.0 dropped it; it may stand in Parameterisation > User-defined',
  Particle: 'blended electrodes (several materials in one electrode) cannot be run here, only one material each',
}
