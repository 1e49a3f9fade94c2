/**
 * Entries of the material library by name: `src/hosts/mo6s8.ts` is `mo6s8` of `hosts`. Every entry exports `name`,
 * `parameters` and `make(overrides)`; adding one is adding a file. Loaded when asked for, so a run pays only for its own.
 */
import type { Cell } from '../cell/cell.ts'
import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { SimulationError } from '../error.ts'
import { allowedNumber, type Parameters, takes } from '../laws/parameter.ts'
import type { HostMaterial, Metal } from '../scales.ts'
import { withGiven } from './given.ts'
import { suggestion } from './nearest.ts'

/** What each folder of the library holds. */
export type Library = {
  readonly hosts: HostMaterial
  readonly electrolytes: Electrolyte
  readonly metals: Metal
  readonly cells: Cell
}

export type LibraryEntry<K extends keyof Library> = {
  readonly name: string
  readonly parameters: Parameters
  make(overrides: Readonly<Record<string, number>>): Library[K]
}

const namePattern = /^[a-z0-9][a-z0-9-]*$/

/** Names in one folder of the library, sorted. */
export const libraryNames = async (folder: keyof Library): Promise<string[]> => {
  const { readdir } = await import('node:fs/promises')
  const files = await readdir(new URL(`../${folder}/`, import.meta.url))
  const names = files
    .filter(file => /\.(ts|js)$/.test(file) && !file.endsWith('.d.ts'))
    .map(file => file.replace(/\.(ts|js)$/, ''))
  return [...new Set(names)].filter(name => name !== 'index').sort()
}

/**
 * One entry of the library.
 *
 * @param at file and field, for messages
 * @throws SimulationError (`input`) for a name that does not exist, with the nearest one
 */
export const libraryEntry = async <K extends keyof Library>(
  folder: K,
  name: string,
  at: string,
): Promise<LibraryEntry<K>> => {
  const known = await libraryNames(folder)
  if (!namePattern.test(name) || !known.includes(name)) {
    const message = `${at}: got ${JSON.stringify(name.slice(0, 80))}, allowed: ${known.length > 0 ? known.join(', ') : `nothing, the library holds no ${folder}`}${suggestion(name, known)}`
    throw new SimulationError(message, { code: 'input', at })
  }
  const file = new URL(`../${folder}/${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
  const module = (await import(file.href)) as Partial<LibraryEntry<K>>
  if (typeof module.make !== 'function') throw new RangeError(`${folder}/${name}: the file exports no make(overrides)`)
  return { name, parameters: module.parameters ?? {}, make: module.make }
}

/**
 * An entry made with some of its numbers changed; a number outside its stated spread is allowed and noted.
 *
 * @throws SimulationError (`input`) for an unknown parameter, with the nearest one
 */
export const madeFromLibrary = async <K extends keyof Library>(
  folder: K,
  name: string,
  overrides: Readonly<Record<string, number>>,
  at: string,
  notes: string[],
): Promise<Library[K]> => {
  const entry = await libraryEntry(folder, name, at)
  const known = Object.keys(entry.parameters)
  for (const [key, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(entry.parameters, key)) {
      const hint = suggestion(key, known) || `; parameters of ${name}: ${known.join(', ')}`
      throw new SimulationError(`${at} > parameters > ${key}: unknown parameter of ${name}${hint}`, {
        code: 'input',
        at,
      })
    }
    const { range, unit } = entry.parameters[key]
    if (!takes(entry.parameters[key], value)) {
      const seen = typeof value === 'number' ? value : JSON.stringify(value)
      const message = `${at} > parameters > ${key}: got ${seen}, allowed: ${allowedNumber(entry.parameters[key])}`
      throw new SimulationError(message, { code: 'input', at })
    }
    if (range && (value < range[0] || value > range[1])) {
      notes.push(`${name}: ${key} = ${value} lies outside its stated spread, ${range[0]} to ${range[1]} ${unit}`)
    }
  }
  try {
    return withGiven(entry.make(overrides), Object.keys(overrides), `assumed: ${at} > parameters`)
  } catch (error) {
    // Numbers that are good one by one and impossible together; without overrides it would be our own mistake.
    const given = Object.entries(overrides).map(([key, value]) => `${key} = ${value}`)
    if (given.length === 0 || !(error instanceof SimulationError || error instanceof RangeError)) throw error
    const message = `${at} > parameters: ${given.join(', ')}: ${error.message}`
    throw new SimulationError(message, { code: 'input', at, cause: error })
  }
}
