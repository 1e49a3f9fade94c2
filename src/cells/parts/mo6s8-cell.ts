import type { Cell, MetalElectrode } from '../../cell/cell.ts'
import type { Electrolyte } from '../../electrolyte/electrolyte.ts'
import { refuse } from '../../error.ts'
import { type GuestIons, mo6s8, parameters as mo6s8Parameters } from '../../hosts/mo6s8.ts'
import {
  type Overrides,
  type Parameter,
  type Parameters,
  prefixed,
  sourcesOf,
  type Values,
  valuesOf,
  withPrefix,
} from '../../laws/parameter.ts'
import { make as liMetal, parameters as liMetalParameters } from '../../metals/li.ts'
import { make as mgMetal, parameters as mgMetalParameters } from '../../metals/mg.ts'
import { F, roomTemperature, secondsPerHour } from '../../units.ts'

const design = 'assumed: cell design'

/** Build of the laboratory cells around Mo6S8: one coated layer, a separator, metal on the other side. */
export const buildParameters = {
  thickness: {
    value: 60e-6,
    range: [20e-6, 120e-6],
    bounds: [1e-9, 1],
    unit: 'm',
    meaning: 'thickness of the coated cathode',
    source: design,
  },
  porosity: {
    value: 0.35,
    range: [0.25, 0.5],
    bounds: [0.01, 0.99],
    unit: '–',
    meaning: 'pores of the cathode',
    source: design,
  },
  activeFraction: {
    value: 0.5,
    range: [0.4, 0.65],
    bounds: [0.01, 0.99],
    unit: '–',
    meaning: 'volume fraction of host; the rest is binder and carbon',
    source: design,
  },
  particleRadius: {
    value: 0.5e-6,
    range: [0.1e-6, 2.5e-6],
    bounds: [1e-10, 1],
    unit: 'm',
    meaning: 'particle radius of the host',
    source: 'assumed: remembered particle sizes of 0.2–5 µm',
  },
  bruggeman: {
    value: 1.5,
    range: [1.5, 2.5],
    bounds: [0, 8],
    unit: '–',
    meaning: 'exponent of B = ε^b in cathode and separator',
    source: 'assumed: Bruggeman',
  },
  conductivity: {
    value: 10,
    range: [1, 100],
    bounds: [1e-12, 1e6],
    unit: 'S/m',
    meaning: 'effective electronic conductivity of the cathode',
    source: 'assumed: a metallic host (Thole2015) with carbon, no rate limit',
  },
  separatorThickness: {
    value: 25e-6,
    range: [15e-6, 200e-6],
    bounds: [1e-9, 1],
    unit: 'm',
    meaning: 'separator',
    source: design,
  },
  separatorPorosity: {
    value: 0.45,
    range: [0.4, 0.9],
    bounds: [0.01, 0.99],
    unit: '–',
    meaning: 'pores of the separator',
    source: design,
  },
  area: { value: 1e-4, range: [1e-4, 1], bounds: [1e-12, 1e6], unit: 'm²', meaning: 'electrode area', source: design },
  anodeLi: {
    value: 0,
    range: [0, 10],
    bounds: [0, 1e6],
    unit: '1',
    meaning: 'Li metal at the anode, per formula unit of host',
    source: design,
  },
  anodeMg: {
    value: 0,
    range: [0, 10],
    bounds: [0, 1e6],
    unit: '1',
    meaning: 'Mg metal at the anode, per formula unit of host',
    source: design,
  },
  surfaceLayer: {
    value: 0,
    range: [0, 1e-6],
    bounds: [0, 1],
    unit: 'm',
    meaning: 'mixed surface layer of the anode metals (ideal solid solution); 0: separate metals',
    source: 'assumed: separate until the alloy has a record of its own',
  },
  reservoir: {
    value: 0,
    range: [0, 0.1],
    bounds: [0, 1000],
    unit: 'm',
    meaning: 'well-stirred bath beside the anode, volume per electrode area',
    source: design,
  },
  inactiveMass: {
    value: 0.1,
    range: [0.05, 0.2],
    bounds: [0, 1e6],
    unit: 'kg/m²',
    meaning: 'collectors shared by two layers, separator, binder and carbon',
    source: design,
  },
  inactiveVolume: {
    value: 12.5e-6,
    range: [10e-6, 20e-6],
    bounds: [0, 1000],
    unit: 'm³/m²',
    meaning: 'collectors shared by two layers',
    source: design,
  },
  temperature: {
    value: roomTemperature,
    range: [273.15, 333.15],
    bounds: [200, 1000],
    unit: 'K',
    meaning: 'start and ambient temperature',
    source: design,
  },
} as const satisfies Record<string, Parameter>

/** Every number of such a cell: its build, and under `host.`, `electrolyte.`, `Li.`, `Mg.` those of its materials. */
export const cellParameters = <B extends Parameters>(build: B, electrolyte: Parameters): B & Parameters => ({
  ...build,
  ...prefixed('host', mo6s8Parameters),
  ...prefixed('electrolyte', electrolyte),
  ...prefixed('Li', liMetalParameters),
  ...prefixed('Mg', mgMetalParameters),
})

/** The names of the build, whatever their values. */
export type BuildParameters = { readonly [K in keyof typeof buildParameters]: Parameter }

/** What tells these cells apart besides their numbers. */
export type Mo6s8CellKind = {
  readonly name: string
  readonly title: string
  readonly parameters: BuildParameters & Parameters
  readonly guests: GuestIons
  readonly bath: (overrides: Overrides) => Electrolyte
  readonly voltageLimits: readonly [number, number]
  /** Metal of the reference electrode, where there is one. */
  readonly reference?: 'Li' | 'Mg'
}

/**
 * A cell of metal | electrolyte | Mo6S8.
 *
 * @param overrides flat numbers: the build's own names, and the materials' under their prefixes
 * @returns the cell; nominal capacity is four electrons per formula unit
 * @throws input error for an unknown parameter or one out of physical range, naming it
 */
export const mo6s8Cell = (kind: Mo6s8CellKind, overrides: Overrides): Cell => {
  const p: Values<BuildParameters> = valuesOf(kind.name, kind.parameters, overrides)
  checkBuild(kind.name, p)
  const host = mo6s8(withPrefix('host', overrides), kind.guests)
  const hosts = (p.thickness * p.activeFraction) / host.molarVolume
  return {
    name: kind.title,
    anode: metalAnode(kind, p, hosts, overrides),
    separator: {
      thickness: p.separatorThickness,
      porosity: p.separatorPorosity,
      transportEfficiency: p.separatorPorosity ** p.bruggeman,
    },
    cathode: {
      kind: 'porous',
      host,
      thickness: p.thickness,
      porosity: p.porosity,
      activeFraction: p.activeFraction,
      transportEfficiency: p.porosity ** p.bruggeman,
      conductivity: p.conductivity,
      particleRadius: p.particleRadius,
      shape: 'sphere',
      areaDensity: (3 * p.activeFraction) / p.particleRadius,
      filmResistance: 0,
      doubleLayer: 0,
      amount: Object.fromEntries(kind.guests.map(symbol => [symbol, 0])),
    },
    electrolyte: kind.bath(withPrefix('electrolyte', overrides)),
    area: p.area,
    contactResistance: 0,
    nominalCapacity: (hosts * host.limits[0].max * F * p.area) / secondsPerHour,
    voltageLimits: kind.voltageLimits,
    temperature: p.temperature,
    ambientTemperature: p.temperature,
    reservoir: p.reservoir,
    ...(kind.reference ? { reference: kind.reference } : {}),
    inactiveMass: p.inactiveMass,
    inactiveVolume: p.inactiveVolume,
    sources: sourcesOf(kind.parameters, overrides),
  }
}

const metalAnode = (
  kind: Mo6s8CellKind,
  p: Values<BuildParameters>,
  hosts: number,
  overrides: Overrides,
): MetalElectrode => {
  const make = { Li: liMetal, Mg: mgMetal }
  const amount = { Li: p.anodeLi * hosts, Mg: p.anodeMg * hosts }
  return {
    kind: 'metal',
    mixing: p.surfaceLayer > 0 ? 'solid-solution' : 'separate',
    metals: kind.guests.map(symbol => make[symbol](withPrefix(symbol, overrides))),
    amount: Object.fromEntries(kind.guests.map(symbol => [symbol, amount[symbol]])),
    surfaceLayer: p.surfaceLayer,
    filmResistance: 0,
    doubleLayer: 0,
  }
}

const checkBuild = (name: string, p: Values<BuildParameters>): void => {
  if (p.porosity + p.activeFraction > 1) {
    refuse(`${name}.activeFraction`, p.activeFraction, `at most 1 − porosity = ${1 - p.porosity}`)
  }
}
