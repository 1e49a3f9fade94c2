import { SimulationError } from '../src/error.ts'
import { readInput } from '../src/study/read-input.ts'

/** Largest result that is read [bytes]: one string in memory. */
const largestResult = 400_000_000

/** `dualion cite RESULT.json`: what a result rests on, references first, then what was assumed. */
export const cite = async (file: string): Promise<void> => {
  const result = parsed(new TextDecoder().decode(await readInput(file, largestResult)), file)
  const { references, sources } = result
  const lines = Object.entries(references).map(([key, reference]) => `[${key}] ${citation(reference)}`)
  const assumed = Object.entries(sources).filter(([, source]) => source.startsWith('assumed'))
  let text =
    lines.length > 0 ? `${lines.join('\n')}\n` : 'no reference: nothing in this result was taken from a paper\n'
  if (assumed.length > 0) {
    text += `\nassumed, not taken from a source:\n${assumed.map(([path, why]) => `  ${path}: ${why}`).join('\n')}\n`
  }
  process.stdout.write(text)
}

type Reference = string | { readonly citation?: string; readonly doi?: string; readonly where?: string }
type Result = {
  readonly references: Readonly<Record<string, Reference>>
  readonly sources: Readonly<Record<string, string>>
}

const parsed = (text: string, file: string): Result => {
  const fail = (why: string): never => {
    throw new SimulationError(`${file}: ${why}; allowed: a file that \`dualion run --json\` wrote`, {
      code: 'input',
      at: file,
    })
  }
  let data: { format?: unknown; references?: unknown; sources?: unknown } | null = null
  try {
    data = JSON.parse(text)
  } catch {
    fail('this is not JSON')
  }
  if (data?.format !== 'dualion result') return fail('this is not a result of dualion')
  /** A section by key, each of its values of the right kind. */
  const section = <V>(key: 'references' | 'sources', what: string, holds: (value: unknown) => value is V) => {
    const value = data[key] ?? fail(`${key}: got ${key in data ? 'null' : 'nothing'}, needed: ${what}`)
    if (!isRecord(value)) return fail(`${key}: got ${kindOf(value)}, needed: ${what}`)
    for (const [name, one] of Object.entries(value))
      if (!holds(one)) fail(`${key} > ${name.slice(0, 80)}: got ${kindOf(one)}, needed: ${what}`)
    return value as Record<string, V>
  }
  return {
    references: section('references', 'a citation for each key', isReference),
    sources: section('sources', 'a text for each part of the cell', one => typeof one === 'string'),
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const isReference = (value: unknown): value is Reference =>
  typeof value === 'string' ||
  (isRecord(value) &&
    (['citation', 'doi', 'where'] as const).every(key => value[key] === undefined || typeof value[key] === 'string'))

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`

const citation = (reference: Reference): string => {
  if (typeof reference === 'string') return reference
  const { citation: words, doi, where } = reference
  return `${words ?? ''}${doi ? `, https://doi.org/${doi}` : where ? ` (${where})` : ''}`
}
