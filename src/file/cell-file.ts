/** Our own cell file → a cell: a recipe of plain data that can be sent to a worker and rebuilt there. */
import type { Cell, MetalElectrode, ParticleShape, PorousElectrode } from '../cell/cell.ts'
import { refuse } from '../error.ts'
import { fickianHost } from '../laws/fickian.ts'
import type { HostMaterial, Metal, Sources } from '../scales.ts'
import { roomTemperature } from '../units.ts'
import { carriersBySymbol } from './carriers.ts'
import {
  type CellFrom,
  type FileProtocol,
  fileProtocolOf,
  fromSchema,
  metalSchema,
  porousSchema,
  type WholeCell,
  wholeCellSchema,
} from './cell-schema.ts'
import { curveOf } from './curve.ts'
import { electrolyteOf } from './electrolyte-file.ts'
import { hostFromFile } from './host-file.ts'
import { madeFromLibrary } from './library.ts'
import { checkPotentialCurve } from './potential-curve.ts'
import { validated } from './validate.ts'

/** Bruggeman's exponent, ε/τ = ε^1.5, where no transport efficiency is given. */
const bruggeman = 1.5

/** Contents at which a stated exchange current has to be positive. */
const exchangeLookedAt = [0.1, 0.3, 0.5, 0.7, 0.9]

export type CellFileResult = {
  readonly cell: Cell
  readonly notes: readonly string[]
  /** The file's own protocol. */
  readonly protocol?: FileProtocol
}

/** `sources` are those of the whole file. */
type Context = { readonly fileName: string; readonly notes: string[]; readonly sources: Sources }
type PorousRecipe = WholeCell['cathode']
type MetalRecipe = Extract<WholeCell['anode'], { kind: 'metal' }>
type HostRecipe = PorousRecipe['host']

/**
 * A cell from a recipe: written out, or `from` a cell of the library with differences. Deterministic: a worker that is
 * sent the recipe rebuilds the same cell.
 *
 * @param recipe   parsed YAML or JSON
 * @param fileName for messages
 * @throws SimulationError (`input`) naming file, field, value and what is allowed
 */
export const cellFrom = async (recipe: unknown, fileName: string): Promise<CellFileResult> => {
  const notes: string[] = []
  if (recipe !== null && typeof recipe === 'object' && 'from' in recipe) return changedCell(recipe, fileName, notes)
  const whole = validated(wholeCellSchema, recipe, fileName)
  const context: Context = { fileName, notes, sources: whole.sources ?? { '*': `assumed: ${fileName}` } }
  const temperature = whole.temperature ?? roomTemperature
  const cell: Cell = {
    name: whole.cell,
    anode:
      whole.anode.kind === 'porous'
        ? await porousOf(whole.anode, 'anode', context, whole.stateOfCharge?.anode)
        : await metalOf(whole.anode, context),
    separator: {
      ...whole.separator,
      transportEfficiency: whole.separator.transportEfficiency ?? whole.separator.porosity ** bruggeman,
    },
    cathode: await porousOf(whole.cathode, 'cathode', context, whole.stateOfCharge?.cathode),
    electrolyte: await electrolyteOf(whole.electrolyte, undefined, electrolyteContext(context)),
    area: whole.area,
    contactResistance: whole.contactResistance ?? 0,
    nominalCapacity: whole.nominalCapacity,
    voltageLimits: whole.voltageLimits,
    ...(whole.stateOfCharge ? { stateOfCharge: windowOf(whole.stateOfCharge) } : {}),
    temperature,
    ambientTemperature: whole.ambientTemperature ?? temperature,
    ...(whole.thermal ? { thermal: whole.thermal } : {}),
    reservoir: whole.reservoir ?? 0,
    ...(whole.reference === undefined ? {} : { reference: whole.reference }),
    inactiveMass: whole.inactiveMass ?? 0,
    inactiveVolume: whole.inactiveVolume ?? 0,
    sources: context.sources,
  }
  return { cell, notes, ...(whole.protocol ? { protocol: fileProtocolOf(whole.protocol) } : {}) }
}

const changedCell = async (recipe: object, fileName: string, notes: string[]): Promise<CellFileResult> => {
  const { from, parameters = {}, anode: anodeData } = recipe as { from: unknown; parameters?: unknown; anode?: unknown }
  if (typeof from !== 'string') return refuse(`${fileName}: from`, from, 'the name of a cell of the library')
  const numbers = parameters !== null && typeof parameters === 'object' ? (parameters as Record<string, number>) : {}
  const base = await madeFromLibrary('cells', from, numbers, `${fileName}: from`, notes)
  const kind = kindOf(anodeData) ?? base.anode.kind
  const changes: CellFrom = validated(fromSchema(kind), recipe, fileName)
  const {
    from: _from,
    parameters: _parameters,
    cell: name,
    anode,
    separator,
    cathode,
    electrolyte,
    sources,
    stateOfCharge,
    protocol,
    description: _,
    ...plain
  } = changes
  // Sources of the host that is replaced would speak of numbers that are no longer there.
  const kept = Object.entries(base.sources).filter(([key]) => cathode?.host === undefined || !key.startsWith('host.'))
  const context: Context = { fileName, notes, sources: { ...Object.fromEntries(kept), ...sources } }
  const resized = [cathode?.thickness, cathode?.activeFraction, cathode?.host, plain.area].some(
    change => change !== undefined,
  )
  if (resized && plain.nominalCapacity === undefined) {
    notes.push(`nominalCapacity stays ${Number(base.nominalCapacity.toPrecision(6))} A·h, C-rates refer to it`)
  }
  const cell: Cell = {
    ...base,
    ...defined(plain),
    ...(plain.temperature !== undefined && plain.ambientTemperature === undefined
      ? { ambientTemperature: plain.temperature }
      : {}),
    ...(name === undefined ? {} : { name }),
    ...(stateOfCharge ? { stateOfCharge: windowOf(stateOfCharge) } : {}),
    anode: await changedAnode(base.anode, anode, kind, context),
    cathode: await changedPorous(base.cathode, defined(cathode ?? {}), 'cathode', context),
    separator: changedPores(base.separator, defined(separator ?? {}), 'separator', notes),
    electrolyte:
      electrolyte === undefined
        ? base.electrolyte
        : await electrolyteOf(electrolyte, base.electrolyte, electrolyteContext(context)),
    sources: context.sources,
  }
  return { cell, notes, ...(protocol ? { protocol: fileProtocolOf(protocol) } : {}) }
}

const kindOf = (anode: unknown): 'porous' | 'metal' | undefined => {
  const kind = anode !== null && typeof anode === 'object' ? (anode as { kind?: unknown }).kind : undefined
  return kind === 'porous' || kind === 'metal' ? kind : undefined
}

const changedAnode = async (
  base: Cell['anode'],
  changes: CellFrom['anode'],
  kind: 'porous' | 'metal',
  context: Context,
): Promise<Cell['anode']> => {
  if (!changes) return base
  if (kind === 'porous') {
    if (base.kind === 'porous') return changedPorous(base, changes as Partial<PorousRecipe>, 'anode', context)
    return porousOf(validated(porousSchema, changes, `${context.fileName}: anode`), 'anode', context)
  }
  if (base.kind !== 'metal') return metalOf(validated(metalSchema, changes, `${context.fileName}: anode`), context)
  const { metals, amount, ...plain } = changes as Partial<MetalRecipe>
  const made = metals ? await metalsOf(metals, context) : base.metals
  const amounts = metals ? (amount ?? base.amount) : { ...base.amount, ...amount }
  return { ...base, ...defined(plain), metals: made, amount: amounts }
}

const changedPorous = async (
  base: PorousElectrode,
  changes: Partial<PorousRecipe>,
  where: string,
  context: Context,
): Promise<PorousElectrode> => {
  const { host, amount, kind: _, ...plain } = changes
  const made =
    host === undefined
      ? base.host
      : await hostOf(host, where, contentsOf(undefined, amount ?? base.amount, host), context)
  const next = changedPores({ ...base, host: made }, defined(plain), where, context.notes)
  const resized = plain.particleRadius !== undefined || plain.activeFraction !== undefined || plain.shape !== undefined
  const areaDensity = resized && plain.areaDensity === undefined ? geometricArea(next) : next.areaDensity
  if (areaDensity !== next.areaDensity)
    context.notes.push(`${where}.areaDensity follows from radius, fraction and shape`)
  return { ...next, areaDensity, amount: host === undefined ? { ...base.amount, ...amount } : (amount ?? base.amount) }
}

/** Pores changed in porosity without a transport efficiency keep their tortuosity law: B ∝ ε^1.5. */
const changedPores = <P extends { readonly porosity: number; readonly transportEfficiency: number }>(
  base: P,
  changes: Partial<P>,
  where: string,
  notes: string[],
): P => {
  if (changes.porosity === undefined || changes.transportEfficiency !== undefined) return { ...base, ...changes }
  notes.push(`${where}.transportEfficiency follows the porosity as porosity^1.5`)
  const transportEfficiency = base.transportEfficiency * (changes.porosity / base.porosity) ** bruggeman
  return { ...base, ...changes, transportEfficiency }
}

const porousOf = async (
  r: PorousRecipe,
  where: string,
  context: Context,
  window?: readonly [number, number],
): Promise<PorousElectrode> => {
  const shape: ParticleShape = r.shape ?? 'sphere'
  return {
    kind: 'porous',
    host: await hostOf(r.host, where, contentsOf(window, r.amount, r.host), context),
    thickness: r.thickness,
    porosity: r.porosity,
    activeFraction: r.activeFraction,
    transportEfficiency: r.transportEfficiency ?? r.porosity ** bruggeman,
    conductivity: r.conductivity,
    particleRadius: r.particleRadius,
    shape,
    areaDensity:
      r.areaDensity ?? geometricArea({ shape, activeFraction: r.activeFraction, particleRadius: r.particleRadius }),
    filmResistance: r.filmResistance ?? 0,
    doubleLayer: r.doubleLayer ?? 0,
    amount: r.amount,
  }
}

/** a = (n + 1) ε_s/R_p, n = 2, 1, 0 for sphere, cylinder, plate. */
const geometricArea = (e: Pick<PorousElectrode, 'shape' | 'activeFraction' | 'particleRadius'>): number =>
  (({ sphere: 3, cylinder: 2, plate: 1 })[e.shape] * e.activeFraction) / e.particleRadius

const metalOf = async (r: MetalRecipe, context: Context): Promise<MetalElectrode> => ({
  kind: 'metal',
  mixing: r.mixing ?? 'separate',
  metals: await metalsOf(r.metals, context),
  amount: r.amount,
  surfaceLayer: r.surfaceLayer ?? 0,
  filmResistance: r.filmResistance ?? 0,
  doubleLayer: r.doubleLayer ?? 0,
})

const metalsOf = async (list: MetalRecipe['metals'], { fileName, notes }: Context): Promise<Metal[]> => {
  const made: Metal[] = []
  const names = list.map(item => (typeof item === 'string' ? item : item.name).toLowerCase())
  const twice = names.findIndex((name, i) => names.indexOf(name) < i)
  if (twice >= 0) refuse(`${fileName}: anode.metals[${twice}]`, names[twice], 'each metal once')
  for (const [i, item] of list.entries()) {
    const { name, parameters } = typeof item === 'string' ? { name: item, parameters: undefined } : item
    made.push(
      await madeFromLibrary('metals', name.toLowerCase(), parameters ?? {}, `${fileName}: anode.metals[${i}]`, notes),
    )
  }
  return made
}

/** The sources that speak of one part: `cathode` → `*`, `cathode.diffusivity` → `diffusivity`. */
const sourcesOf = (where: string, { fileName, sources }: Context): Sources => {
  const own = Object.entries(sources).filter(([key]) => key === where || key.startsWith(`${where}.`))
  if (own.length === 0) return { '*': sources['*'] ?? `assumed: ${fileName}` }
  return Object.fromEntries(own.map(([key, source]) => [key === where ? '*' : key.slice(where.length + 1), source]))
}

const electrolyteContext = (context: Context): Context => ({ ...context, sources: sourcesOf('electrolyte', context) })

/** Contents that an electrode runs through: its window, else those from the empty host to the full one that a table names. */
const contentsOf = (
  stated: readonly [number, number] | undefined,
  amount: Readonly<Record<string, number>> | undefined,
  host: HostRecipe,
): [number, number] => {
  if (stated) return [Math.min(...stated), Math.max(...stated)]
  if (typeof host === 'string' || !('kind' in host)) return [0, 1]
  const { potential } = host
  const start = amount?.[host.carrier] ?? 0
  if (typeof potential !== 'object') return [0, 1]
  return [Math.min(start, ...potential.x), Math.max(start, ...potential.x)]
}

const hostOf = async (
  r: HostRecipe,
  where: string,
  window: [number, number],
  context: Context,
): Promise<HostMaterial> => {
  const { fileName, notes } = context
  const at = `${fileName}: ${where}.host`
  if (typeof r === 'string' && !r.endsWith('.json')) return madeFromLibrary('hosts', r, {}, at, notes)
  if (typeof r === 'string' || 'file' in r) {
    const host = await hostFromFile(await besideFile(fileName, r), at)
    notes.push(...host.certainty.map(note => `${where}.host (${host.name}): ${note}`))
    return host
  }
  if (!('kind' in r)) return madeFromLibrary('hosts', r.name, r.parameters ?? {}, at, notes)
  const { kind: _, carrier, potential, entropicChange, diffusivity, exchangeCurrent, ...plain } = r
  if ((plain.rateConstant === undefined) === (exchangeCurrent === undefined))
    refuse(at, exchangeCurrent === undefined ? 'neither' : 'both', 'one of rateConstant and exchangeCurrent')
  const curve = (key: string, value: Parameters<typeof curveOf>[0] & {}, floor: number) =>
    curveOf(value, {
      at: `${at}.${key}`,
      range: [0, 1],
      floor,
      notes,
      ...(typeof value === 'object' && 'interpolation' in value
        ? { interpolation: value.interpolation as 'linear' | 'pchip' }
        : {}),
    })
  const U = curve('potential', potential, 1)
  checkPotentialCurve(potential, U, window, `${at}.potential`, notes)
  const j0 = exchangeCurrent === undefined ? undefined : curve('exchangeCurrent', exchangeCurrent, 0)
  for (const x of exchangeLookedAt)
    if (j0 && !(j0.value(x) > 0)) refuse(`${at}.exchangeCurrent at x = ${x}`, j0.value(x), '> 0 [A/m²]')
  return fickianHost({
    ...defined(plain),
    carrier: carriersBySymbol[carrier],
    potential: U,
    ...(entropicChange === undefined
      ? {}
      : { entropicChange: curve('entropicChange', entropicChange, 1 / roomTemperature) }),
    diffusivity: curve('diffusivity', diffusivity, 0),
    ...(j0 === undefined ? {} : { exchangeCurrent: j0 }),
    sources: sourcesOf(where, context),
  } as Parameters<typeof fickianHost>[0])
}

/** A path that a cell file names, seen from that file. */
const besideFile = async (fileName: string, r: string | { readonly file: string }): Promise<string> => {
  const { dirname, resolve } = await import('node:path')
  return resolve(dirname(fileName), typeof r === 'string' ? r : r.file)
}

const windowOf = (w: NonNullable<WholeCell['stateOfCharge']>): NonNullable<Cell['stateOfCharge']> => ({
  cathode: w.cathode,
  ...(w.anode ? { anode: w.anode } : {}),
})

/** The record without keys that are undefined (an optional key that is absent must not overwrite). */
const defined = <T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never
