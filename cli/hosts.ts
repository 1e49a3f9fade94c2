import { SimulationError } from '../src/error.ts'
import { type LibraryEntry, libraryEntry, libraryNames } from '../src/file/library.ts'
import { suggestion } from '../src/file/nearest.ts'
import { keysIn } from '../src/references.ts'
import type { Sources } from '../src/scales.ts'

const folders = ['hosts', 'electrolytes', 'metals', 'cells'] as const

/** `dualion hosts [name]`: the material library; with a name, every number of that entry with its spread and source. */
export const hosts = async (name?: string): Promise<void> => {
  const known: string[] = []
  let text = ''
  for (const folder of folders) {
    const names = await libraryNames(folder)
    known.push(...names)
    if (name === undefined) {
      text += `${folder}\n`
      for (const entry of names) text += await summary(folder, entry)
      text += '\n'
    } else if (names.includes(name)) text += await inFull(folder, name)
  }
  if (text === '') {
    const allowed = `${known.join(', ')}${suggestion(name ?? '', known)}`
    throw new SimulationError(`hosts: got ${JSON.stringify(name)}, allowed: ${allowed}`, { code: 'input', at: 'hosts' })
  }
  process.stdout.write(text)
  if (name === undefined) process.stdout.write('dualion hosts NAME prints every number of an entry with its source.\n')
}

const summary = async (folder: (typeof folders)[number], name: string): Promise<string> => {
  const { made } = await madeOf(folder, name)
  const sources = Object.values(made.sources)
  const assumed = sources.filter(source => source.startsWith('assumed')).length
  const keys = [...new Set(sources.flatMap(keysIn))]
  const formula = 'formula' in made ? `${made.formula}  ` : ''
  const counted = `${sources.length} numbers, ${assumed} assumed`
  return `  ${name.padEnd(26)} ${formula}${counted}${keys.length > 0 ? `; ${keys.join(', ')}` : ''}\n`
}

const inFull = async (folder: (typeof folders)[number], name: string): Promise<string> => {
  const { entry, made } = await madeOf(folder, name)
  let text = `${folder}/${name}\n`
  for (const [key, { value, range, unit, meaning, source }] of Object.entries(entry.parameters)) {
    const spread = range === undefined ? '' : ` (${shown(range[0])} to ${shown(range[1])})`
    text += `  ${key} = ${shown(value)}${spread} ${unit}\n      ${meaning}\n      source: ${source}\n`
  }
  for (const [path, source] of Object.entries(made.sources)) {
    if (!Object.hasOwn(entry.parameters, path)) text += `  ${path}\n      source: ${source}\n`
  }
  const notes = 'notes' in made && made.notes ? made.notes : []
  return text + notes.map(note => `  note: ${note}\n`).join('')
}

/** Five digits tell the numbers of a material apart. */
const shown = (value: number): string => String(Number(value.toPrecision(5)))

const madeOf = async (
  folder: (typeof folders)[number],
  name: string,
): Promise<{
  entry: LibraryEntry<'hosts'>
  made: { sources: Sources; formula?: string; notes?: readonly string[] }
}> => {
  const entry = await libraryEntry(folder, name, folder)
  return { entry: entry as LibraryEntry<'hosts'>, made: entry.make({}) }
}
