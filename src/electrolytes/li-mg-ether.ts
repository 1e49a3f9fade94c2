/**
 * LiTFSI and Mg(TFSI)2 in a glyme-like ether, dilute Nernst–Planck. Convention of this folder: see `hosts/mo6s8.ts`.
 *
 * A salt at 0 leaves its cation out, so the Li-salt and Mg-salt baths (`li-ether`, `mg-ether`) are the same law. The
 * potentials of the two metals in this bath are an input: `gap` is the aqueous value unless given, ethers differ.
 */
import { type DiluteSpecies, diluteElectrolyte } from '../electrolyte/dilute.ts'
import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { refuse } from '../error.ts'
import { type Overrides, type Parameter, sourcesOf, type Values, valuesOf } from '../laws/parameter.ts'

export const name = 'li-mg-ether'

const diffusivitySource =
  'assumed: effective, so that 0.5 M of each salt conducts 5 mS/cm; He2017 has over 8.5, Kang2017 1.1 mS/cm for Mg salts in ethers'

export const parameters = {
  LiTFSI: {
    value: 500,
    range: [0, 1000],
    bounds: [0, 2e4],
    unit: 'mol/m³',
    meaning: 'LiTFSI in the fresh bath; 0 leaves Li out',
    source: 'assumed: equal parts',
  },
  'Mg(TFSI)2': {
    value: 500,
    range: [0, 1000],
    bounds: [0, 2e4],
    unit: 'mol/m³',
    meaning: 'Mg(TFSI)2 in the fresh bath; 0 leaves Mg out',
    source: 'assumed: equal parts',
  },
  gap: {
    value: 0.67,
    range: [0.3, 1],
    bounds: [0, 2],
    unit: 'V',
    meaning: 'standard potential of Mg above that of Li in this bath',
    source: 'PMC5234091, aqueous −2.37 and −3.04 V; assumed to hold in the ether, range assumed',
  },
  activityLi: {
    value: 1,
    range: [1e-8, 10],
    bounds: [1e-20, 1e6],
    unit: '1',
    meaning: 'activity coefficient of Li⁺: what a ligand or ion pairing leaves free, as a shift of E°(Li)',
    source: 'assumed: ideal',
  },
  diffusivityLi: {
    value: 4e-11,
    range: [1e-11, 2e-10],
    bounds: [1e-18, 1e-5],
    unit: 'm²/s',
    meaning: 'D of Li⁺ at 25 °C',
    source: diffusivitySource,
  },
  diffusivityMg: {
    value: 2e-11,
    range: [5e-12, 1e-10],
    bounds: [1e-18, 1e-5],
    unit: 'm²/s',
    meaning: 'D of Mg²⁺ at 25 °C',
    source: diffusivitySource,
  },
  diffusivityTFSI: {
    value: 5e-11,
    range: [1e-11, 2e-10],
    bounds: [1e-18, 1e-5],
    unit: 'm²/s',
    meaning: 'D of TFSI⁻ at 25 °C',
    source: diffusivitySource,
  },
  activationEnergy: {
    value: 15e3,
    range: [10e3, 25e3],
    bounds: [0, 300e3],
    unit: 'J/mol',
    meaning: 'activation energy of all diffusivities',
    source: 'assumed: usual size for an ether',
  },
  density: {
    value: 1100,
    range: [950, 1300],
    bounds: [1, 1e5],
    unit: 'kg/m³',
    meaning: 'density of the solution',
    source: 'assumed: a glyme with 1 M of salt',
  },
} as const satisfies Record<string, Parameter>

export type EtherOverrides = Overrides<typeof parameters>

/** c⁰ of unit activity [mol/m³]: one mole per litre, the usual standard state. */
const standardConcentration = 1000

/** The bath of the two salts, or of the one whose concentration is not 0. */
export const etherElectrolyte = (
  label: string,
  p: Values<typeof parameters>,
  overrides: EtherOverrides,
): Electrolyte => {
  for (const key of ['LiTFSI', 'Mg(TFSI)2'] as const)
    if (!(p[key] >= 0)) refuse(`${label}.${key}`, p[key], '≥ 0 mol/m³')
  if (!(p.activityLi > 0)) refuse(`${label}.activityLi`, p.activityLi, '> 0')
  const [Li, Mg] = [p.LiTFSI, p['Mg(TFSI)2']]
  if (!(Li + Mg > 0)) refuse(`${label}.LiTFSI`, Li, 'some salt: both concentrations are zero')
  const species: DiluteSpecies[] = []
  if (Li > 0) species.push({ name: 'Li', charge: 1, diffusivity: p.diffusivityLi })
  if (Mg > 0) species.push({ name: 'Mg', charge: 2, diffusivity: p.diffusivityMg })
  species.push({ name: 'TFSI', charge: -1, diffusivity: p.diffusivityTFSI })
  const ideal = diluteElectrolyte({
    name: `${[Li > 0 ? `${Li} mol/m³ LiTFSI` : '', Mg > 0 ? `${Mg} mol/m³ Mg(TFSI)2` : ''].filter(Boolean).join(' + ')} in ether`,
    species,
    concentration: [...(Li > 0 ? [Li] : []), ...(Mg > 0 ? [Mg] : []), Li + 2 * Mg],
    referenceConcentration: standardConcentration,
    activationEnergy: p.activationEnergy,
    standardPotential: { ...(Li > 0 ? { Li: 0 } : {}), ...(Mg > 0 ? { Mg: p.gap } : {}) },
    density: p.density,
    sources: sourcesOf(parameters, overrides),
  })
  if (!(Li > 0) || p.activityLi === 1) return ideal
  // A constant coefficient moves ln a of Li (species 0) and leaves its gradients, so 𝓛 and D stay as they are.
  const lnCoefficient = Math.log(p.activityLi)
  return {
    ...ideal,
    lnActivity(c, T, out) {
      ideal.lnActivity(c, T, out)
      out[0] += lnCoefficient
      return out
    },
    activity(c, T, out) {
      ideal.activity!(c, T, out)
      out[0] *= p.activityLi
    },
  }
}

/**
 * The dual-salt bath.
 *
 * @throws input error for an unknown parameter, a negative concentration, or no salt at all
 */
export const make = (overrides: EtherOverrides = {}): Electrolyte =>
  etherElectrolyte(name, valuesOf(name, parameters, overrides), overrides)
