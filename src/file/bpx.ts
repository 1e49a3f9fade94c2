/**
 * BPX, the Battery Parameter eXchange format, 0.x and 1.x: a lithium-ion cell of two porous electrodes as a `Cell`.
 *
 * Meaning as in the standard and in PyBaMM: conductivities of electrodes are effective as they stand, the transport
 * efficiency is B = ε/τ, ε_s = a R_p/3, j0 = F k √((c_e/c_e0) x (1 − x)), tables are piecewise linear, the equilibrium
 * potential is Newman's (U at c_e0), parameters follow Arrhenius from the reference temperature, and the state of charge
 * runs over the stoichiometry window: x_n = x_n,min + s (x_n,max − x_n,min), x_p = x_p,max − s (x_p,max − x_p,min).
 * Source: BPX1
 */
import { li } from '../carriers/li.ts'
import type { Cell, PorousElectrode, Thermal } from '../cell/cell.ts'
import { binaryElectrolyte } from '../electrolyte/binary.ts'
import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { refuse } from '../error.ts'
import { fickianHost } from '../laws/fickian.ts'
import type { Curve } from '../math/spline.ts'
import type { Sources } from '../scales.ts'
import { R, roomTemperature } from '../units.ts'
import { type Bpx, type BpxElectrode, type BpxSpm, bpxHints, bpxSchema, bpxSpmSchema } from './bpx-schema.ts'
import { curveOf } from './curve.ts'
import { checkPotentialCurve } from './potential-curve.ts'
import { fieldName, validated } from './validate.ts'

/** Salt concentration where a file gives none [mol/m³], as PyBaMM takes it. */
const usualConcentration = 1000
/** Fast tables of the electrolyte reach from 0 to this many times the initial concentration. */
const concentrationReach = 5
/** Below this [V] the error of a potential's fast table is absolute. */
const potentialFloor = 1

export type BpxResult = {
  readonly cell: Cell
  /** Said to the user: what was assumed, moved or left out. */
  readonly notes: readonly string[]
  /** The model named in the header. */
  readonly fidelity: 'spm' | 'spme' | 'dfn'
  /** Set where the file holds too little for the other fidelities. */
  readonly only?: 'spm'
}

export type BpxOptions = {
  /** Leave the heat balance out even where the file has what it needs. */
  readonly isothermal?: boolean
}

/** True of data that means to be BPX. */
export const isBpx = (data: unknown): boolean =>
  data !== null && typeof data === 'object' && ('Header' in data || 'Parameterisation' in data)

/**
 * A cell from BPX data.
 *
 * @param data     parsed JSON
 * @param fileName for messages and sources
 * @throws SimulationError (`input`) naming file, field, value and what is allowed
 */
export const readBpx = (data: unknown, fileName: string, options: BpxOptions = {}): BpxResult => {
  const notes: string[] = []
  const moved = asVersion1(data, fileName, notes)
  refuseBlended(moved, fileName)
  const only = isSpmOnly(moved) ? 'spm' : undefined
  const bpx = only
    ? withPores(validated(bpxSpmSchema, moved, fileName, bpxHints), notes)
    : validated(bpxSchema, moved, fileName, bpxHints)
  refuseDegraded(bpx, fileName)
  noteUnused(bpx, notes)
  return {
    cell: cellOf(bpx, fileName, notes, options),
    notes,
    fidelity: only ?? (bpx.Header.Model.toLowerCase() as 'spm' | 'spme' | 'dfn'),
    ...(only ? { only } : {}),
  }
}

const cellOf = (bpx: Bpx, fileName: string, notes: string[], options: BpxOptions): Cell => {
  const { Cell: p, Separator: s } = bpx.Parameterisation
  const initial = bpx.State?.['Initial conditions']
  const stated = p['Reference temperature [K]']
  if (stated === undefined) notes.push(`no reference temperature: ${roomTemperature} K assumed`)
  const reference = stated ?? roomTemperature
  const soc = initial?.['Initial state-of-charge'] ?? 1
  const [lower, upper] = [p['Lower voltage cut-off [V]'], p['Upper voltage cut-off [V]']]
  const title = bpx.Header.Title ?? fileName
  const context: Context = { bpx, fileName, notes, reference, sources: { '*': `BPX file: ${title}` } }
  const anode = electrodeOf('Negative electrode', soc, context)
  const cathode = electrodeOf('Positive electrode', 1 - soc, context)
  const area = p['Electrode area [m2]'] * p['Number of electrode pairs connected in parallel to make a cell']
  const thermal = thermalOf(bpx, notes, options.isothermal === true)
  const temperature = initial?.['Initial temperature [K]'] ?? reference
  return {
    name: title,
    anode,
    separator: {
      thickness: s['Thickness [m]'],
      porosity: s.Porosity,
      transportEfficiency: s['Transport efficiency'],
    },
    cathode,
    electrolyte: electrolyteOf(context),
    area,
    contactResistance: 0,
    nominalCapacity: p['Nominal cell capacity [A.h]'],
    voltageLimits: [lower, upper],
    stateOfCharge: {
      anode: windowOf('Negative electrode', bpx, fileName),
      cathode: windowOf('Positive electrode', bpx, fileName).toReversed() as [number, number],
    },
    temperature,
    ambientTemperature: bpx.State?.['Thermal environment']?.['Ambient temperature [K]'] ?? reference,
    ...(thermal ? { thermal } : {}),
    reservoir: 0,
    ...massesOf(bpx, area),
    sources: context.sources,
  }
}

type Section = 'Negative electrode' | 'Positive electrode'
type Context = {
  readonly bpx: Bpx
  readonly fileName: string
  readonly notes: string[]
  readonly reference: number
  readonly sources: Sources
}

const electrodeOf = (
  section: Section,
  filling: number,
  { bpx, fileName, notes, reference, sources }: Context,
): PorousElectrode => {
  const p: BpxElectrode = bpx.Parameterisation[section]
  const at = (key: string) => `${fileName}: ${fieldName(['Parameterisation', section, key])}`
  const curve = (
    key: 'OCP [V]' | 'Diffusivity [m2.s-1]' | 'Entropic change coefficient [V.K-1]',
    floor: number,
  ): Curve => curveOf(p[key] ?? 0, { at: at(key), range: [0, 1], floor, notes })
  const [min, max] = windowOf(section, bpx, fileName)
  const radius = p['Particle radius [m]']
  const areaDensity = p['Surface area per unit volume [m-1]']
  const potential = curve('OCP [V]', potentialFloor)
  checkPotentialCurve(p['OCP [V]'], potential, [min, max], at('OCP [V]'), notes)
  const host = fickianHost({
    name: section.toLowerCase(),
    formula: 'host',
    carrier: li,
    maximumConcentration: p['Maximum concentration [mol.m-3]'],
    potential,
    entropicChange: curve('Entropic change coefficient [V.K-1]', potentialFloor / reference),
    referenceTemperature: reference,
    diffusivity: curve('Diffusivity [m2.s-1]', 0),
    diffusivityActivationEnergy: p['Diffusivity activation energy [J.mol-1]'] ?? 0,
    rateConstant: p['Reaction rate constant [mol.m-2.s-1]'],
    rateActivationEnergy: p['Reaction rate constant activation energy [J.mol-1]'] ?? 0,
    sources,
  })
  return {
    kind: 'porous',
    host,
    thickness: p['Thickness [m]'],
    porosity: p.Porosity,
    activeFraction: (areaDensity * radius) / 3,
    transportEfficiency: p['Transport efficiency'],
    conductivity: p['Conductivity [S.m-1]'],
    particleRadius: radius,
    shape: 'sphere',
    areaDensity,
    filmResistance: 0,
    doubleLayer: 0,
    amount: { Li: min + filling * (max - min) },
  }
}

const windowOf = (section: Section, bpx: Bpx, fileName: string): [min: number, max: number] => {
  const { 'Minimum stoichiometry': min, 'Maximum stoichiometry': max } = bpx.Parameterisation[section]
  const field = `${fileName}: ${fieldName(['Parameterisation', section, 'Minimum stoichiometry'])}`
  if (!(min < max)) refuse(field, min, `less than the maximum stoichiometry, ${max}`)
  return [min, max]
}

const electrolyteOf = ({ bpx, fileName, notes, reference, sources }: Context): Electrolyte => {
  const p = bpx.Parameterisation.Electrolyte
  const stated = bpx.State?.['Initial conditions']?.['Initial electrolyte concentration [mol.m-3]']
  if (stated == null) notes.push(`no electrolyte concentration: ${usualConcentration} mol/m³ assumed`)
  const c0 = stated ?? usualConcentration
  const law = (key: 'Conductivity [S.m-1]' | 'Diffusivity [m2.s-1]', activationEnergy: number) => {
    const at = `${fileName}: ${fieldName(['Parameterisation', 'Electrolyte', key])}`
    const { value, constant } = curveOf(p[key], { at, range: [0, concentrationReach * c0], notes })
    const slope = activationEnergy / R
    if (slope === 0) return constant === undefined ? (c: number) => value(c) : () => constant
    let lastT = Number.NaN
    let factor = 1
    return (c: number, T: number) => {
      if (T !== lastT) {
        factor = Math.exp(slope * (1 / reference - 1 / T))
        lastT = T
      }
      return factor * value(c)
    }
  }
  const transference = p['Cation transference number']
  return binaryElectrolyte({
    name: 'electrolyte',
    cation: { name: 'Li', charge: 1 },
    anion: { name: 'anion', charge: -1 },
    concentration: c0,
    referenceConcentration: c0,
    conductivity: law('Conductivity [S.m-1]', p['Conductivity activation energy [J.mol-1]'] ?? 0),
    diffusivity: law('Diffusivity [m2.s-1]', p['Diffusivity activation energy [J.mol-1]'] ?? 0),
    transference: () => transference,
    standardPotential: { Li: 0 },
    sources,
  })
}

const thermalOf = (bpx: Bpx, notes: string[], isothermal: boolean): Thermal | undefined => {
  const { Cell: p } = bpx.Parameterisation
  const density = p['Density [kg.m-3]']
  const specific = p['Specific heat capacity [J.K-1.kg-1]']
  const volume = p['Volume [m3]']
  const surface = p['External surface area [m2]']
  const h = bpx.State?.['Thermal environment']?.['Heat transfer coefficient [W.m-2.K-1]']
  if (density === undefined || specific === undefined || volume === undefined || surface === undefined || h == null) {
    return undefined
  }
  const has = 'the file has density, heat capacity, volume, surface and heat transfer coefficient'
  notes.push(isothermal ? `${has}, left out of an isothermal run` : `${has}: a lumped heat balance is solved`)
  if (isothermal) return undefined
  return { heatCapacity: density * specific * volume, coolingConductance: h * surface }
}

/** The cell's whole mass stands as inactive mass, since BPX gives no mass of the parts; the volume beyond the layers too. */
const massesOf = (bpx: Bpx, area: number): { inactiveMass: number; inactiveVolume: number } => {
  const { Cell: p, Separator: s, 'Negative electrode': n, 'Positive electrode': q } = bpx.Parameterisation
  const volume = (p['Volume [m3]'] ?? 0) / area
  const layers = s['Thickness [m]'] + n['Thickness [m]'] + q['Thickness [m]']
  return { inactiveMass: (p['Density [kg.m-3]'] ?? 0) * volume, inactiveVolume: Math.max(0, volume - layers) }
}

/** Cell-level keys of 0.x moved to where 1.x has them; the state of charge of a 0.x file is 1. */
const asVersion1 = (data: unknown, fileName: string, notes: string[]): unknown => {
  if (!isObject(data) || !isObject(data.Header)) return data
  const version = data.Header.BPX
  if (!/^\s*0\b/.test(String(version)) || !isObject(data.Parameterisation)) return data
  if (data.State !== undefined)
    refuse(`${fileName}: State`, data.State, `no State section in BPX ${version} (1.0 brought it)`)
  const { Cell: cell, Electrolyte: electrolyte, ...rest } = data.Parameterisation
  const initial: Record<string, unknown> = { 'Initial state-of-charge': 1 }
  const thermal: Record<string, unknown> = {}
  const parameterisation: Record<string, unknown> = { ...rest }
  if (isObject(cell)) {
    const {
      'Initial temperature [K]': start,
      'Ambient temperature [K]': ambient,
      'Thermal conductivity [W.m-1.K-1]': _,
      ...kept
    } = cell
    parameterisation.Cell = kept
    thermal['Ambient temperature [K]'] = ambient ?? kept['Reference temperature [K]'] ?? roomTemperature
    initial['Initial temperature [K]'] = start ?? thermal['Ambient temperature [K]']
    if (_ !== undefined) notes.push('thermal conductivity is not used (the heat balance is lumped)')
  } else if (cell !== undefined) parameterisation.Cell = cell
  if (isObject(electrolyte)) {
    const { 'Initial concentration [mol.m-3]': concentration, ...kept } = electrolyte
    parameterisation.Electrolyte = kept
    if (concentration !== undefined) initial['Initial electrolyte concentration [mol.m-3]'] = concentration
  } else if (electrolyte !== undefined) parameterisation.Electrolyte = electrolyte
  return {
    ...data,
    Parameterisation: parameterisation,
    State: { 'Initial conditions': initial, 'Thermal environment': thermal },
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** A file for single-particle models: no electrolyte, no separator, electrodes without pores. */
const isSpmOnly = (data: unknown): boolean => {
  if (!isObject(data) || !isObject(data.Header) || !isObject(data.Parameterisation)) return false
  const p = data.Parameterisation
  return data.Header.Model === 'SPM' && p.Electrolyte === undefined && p.Separator === undefined
}

/** Neutral stand-ins for what a single-particle model never looks at. */
const withPores = (file: BpxSpm, notes: string[]): Bpx => {
  notes.push('the file holds no electrolyte: only the single-particle model (spm) can run it')
  const filled = (e: BpxSpm['Parameterisation']['Negative electrode']): BpxElectrode => {
    const solid = (e['Surface area per unit volume [m-1]'] * e['Particle radius [m]']) / 3
    const pores = Math.max(1 - solid, 0.01)
    return { ...e, Porosity: pores, 'Transport efficiency': pores, 'Conductivity [S.m-1]': 100 }
  }
  const p = file.Parameterisation
  return {
    ...file,
    Parameterisation: {
      ...p,
      'Negative electrode': filled(p['Negative electrode']),
      'Positive electrode': filled(p['Positive electrode']),
      Separator: { 'Thickness [m]': 2e-5, Porosity: 0.5, 'Transport efficiency': 0.5 },
      Electrolyte: { 'Cation transference number': 0.5, 'Diffusivity [m2.s-1]': 1e-9, 'Conductivity [S.m-1]': 1 },
    },
  } as Bpx
}

/** Said before the schema counts every key that a blended electrode has in its materials. */
const refuseBlended = (data: unknown, fileName: string): void => {
  if (!isObject(data) || !isObject(data.Parameterisation)) return
  for (const [section, electrode] of Object.entries(data.Parameterisation)) {
    if (!isObject(electrode) || !isObject(electrode.Particle)) continue
    const materials = Object.keys(electrode.Particle).join(', ')
    const allowed = 'one material in each electrode (blended electrodes cannot be run here)'
    refuse(`${fileName}: ${fieldName(['Parameterisation', section, 'Particle'])}`, materials, allowed)
  }
}

const refuseDegraded = (bpx: Bpx, fileName: string): void => {
  const degradation = bpx.State?.Degradation
  if (!degradation) return
  for (const [key, value] of Object.entries(degradation)) {
    const losses = value !== null && typeof value === 'object' ? Object.values(value) : [value ?? 0]
    if (losses.some(loss => loss !== 0)) {
      refuse(
        `${fileName}: State > Degradation > ${key}`,
        value,
        '0 (past degradation is not applied here; write the aged parameters)',
      )
    }
  }
}

const noteUnused = (bpx: Bpx, notes: string[]): void => {
  const p = bpx.Parameterisation
  if (p['User-defined'] !== undefined) notes.push('the section User-defined is not used')
  if (bpx.Validation) notes.push('the section Validation is not used')
  const branches = ['OCP (lithiation) [V]', 'OCP (delithiation) [V]', 'OCP hysteresis decay constant'] as const
  const hysteresis = [p['Negative electrode'], p['Positive electrode']].some(e =>
    branches.some(key => e[key] !== undefined),
  )
  if (hysteresis) notes.push('hysteresis of the open-circuit potential is not modelled: OCP [V] is used')
}
