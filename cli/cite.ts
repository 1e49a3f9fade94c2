import { SimulationError } from '../src/error.ts'
import { readInput } from './input.ts'

/** Largest result that is read [bytes]: one string in memory. */
const largestResult = 400_000_000

/** `dualion cite RESULT.json`: what a result rests on, references first, then what was assumed. */
export const cite = async (file: string): Promise<void> => {
  const result = parsed(new TextDecoder().decode(await readInput(file, largestResult)), file)
  const { references = {}, sources = {} } = result
  const lines = Object.entries(references).map(([key, reference]) => `[${key}] ${citation(reference)}`)
  const assumed = Object.entries(sources).filter(([, source]) => source.startsWith('assumed'))
  let text =
    lines.length > 0 ? `${lines.join('\n')}\n` : 'no reference: nothing in this result was taken from a paper\n'
  if (assumed.length > 0) {
    text += `\nassumed, not taken from a source:\n${assumed.map(([path, why]) => `  ${path}: ${why}`).join('\n')}\n`
  }
  process.stdout.write(text)
}

type Result = { readonly references?: Record<string, unknown>; readonly sources?: Record<string, string> }

const parsed = (text: string, file: string): Result => {
  const fail = (why: string): never => {
    throw new SimulationError(`${file}: ${why}; allowed: a file that \`dualion run --json\` wrote`, {
      code: 'input',
      at: file,
    })
  }
  let data: { format?: unknown } | null = null
  try {
    data = JSON.parse(text)
  } catch {
    fail('this is not JSON')
  }
  return data?.format === 'dualion result' ? (data as Result) : fail('this is not a result of dualion')
}

const citation = (reference: unknown): string => {
  if (typeof reference === 'string') return reference
  const { citation: words, doi, where } = (reference ?? {}) as { citation?: string; doi?: string; where?: string }
  return `${words ?? ''}${doi ? `, https://doi.org/${doi}` : where ? ` (${where})` : ''}`
}
