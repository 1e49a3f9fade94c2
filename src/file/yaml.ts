/** YAML read strictly: keys twice, unknown tags, alias bombs and more than one document are refused, with the line. */
import { SimulationError } from '../error.ts'
import { forbiddenKeys } from './json.ts'

/** Most aliases a document may expand to; a cell file needs a handful. */
const mostAliases = 50
/** Most anchors of a document. */
const mostAnchors = 1000
/** Longest YAML text [characters]; the library composes slowly, and a cell file is a page. */
const longest = 150_000
/** Most colons that may end a key: the library holds each key of a section against all others of it. */
const mostKeys = 5000
/** Deepest nesting of the result. */
const deepest = 64
/** Most brackets open at once, those in texts counted too: far more than can be meant, far fewer than what is slow. */
const mostOpen = 500

/**
 * Parse YAML 1.2. The library is loaded on the first call.
 *
 * @throws SimulationError (`input`) with the line and what is wrong there
 */
export const parseYaml = async (text: string, fileName: string): Promise<unknown> => {
  const fail = (why: string): never => {
    throw new SimulationError(`${fileName}: ${why}`, { code: 'input', at: fileName })
  }
  if (text.length > longest) fail(`${text.length} characters of YAML, allowed: at most ${longest} (JSON may be longer)`)
  const anchors = text.match(/(?:^|[\s,[{])&[^\s,\]}]/gm)?.length ?? 0
  if (anchors > mostAnchors) fail(`${anchors} anchors (&name), allowed: at most ${mostAnchors}`)
  if ((text.match(/:(?=\s)/g)?.length ?? 0) > mostKeys) fail(`more than ${mostKeys} keys (JSON may have more)`)
  if (openBrackets(text) > mostOpen) fail(`nested deeper than ${deepest}`)
  const { parseDocument } = await import('yaml')
  let data: unknown
  try {
    // `error`: told to be silent, the library takes the first of several documents and says nothing.
    const document = parseDocument(text, { uniqueKeys: true, logLevel: 'error' })
    const problem = document.errors[0] ?? document.warnings[0]
    if (problem?.code === 'MULTIPLE_DOCS') fail('more than one document (a line ---), allowed: one')
    if (problem) {
      if (/call stack/.test(problem.message)) fail(`nested deeper than ${deepest}`)
      const place = problem.linePos?.[0]
      const why = problem.message.split('\n')[0].replace(/ at line \d+, column \d+:?$/, '')
      fail(`${place ? `line ${place.line}, column ${place.col}: ` : ''}${why}`)
    }
    data = document.toJS({ maxAliasCount: mostAliases })
  } catch (error) {
    if (error instanceof SimulationError) throw error
    const unknown = /Unresolved alias[^:]*: (\S+)/.exec((error as Error).message)
    if (unknown) fail(`the alias *${unknown[1].slice(0, 80)} has no anchor &${unknown[1].slice(0, 80)} before it`)
    if (error instanceof ReferenceError) fail(`more than ${mostAliases} aliases`)
    fail(error instanceof RangeError ? `nested deeper than ${deepest}` : 'not readable as YAML')
  }
  const forbidden = findForbidden(data, 0)
  if (forbidden) fail(forbidden)
  return data
}

const openBrackets = (text: string): number => {
  let open = 0
  let most = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open += bracket === '[' || bracket === '{' ? 1 : -1
    if (open > most) most = open
  }
  return most
}

const findForbidden = (value: unknown, depth: number): string | undefined => {
  if (value === null || typeof value !== 'object') return undefined
  if (depth > deepest) return `nested deeper than ${deepest}`
  for (const key of Object.keys(value)) {
    if (forbiddenKeys.includes(key)) return `the key ${JSON.stringify(key)} is not allowed`
    const found = findForbidden((value as Record<string, unknown>)[key], depth + 1)
    if (found) return found
  }
  return undefined
}
