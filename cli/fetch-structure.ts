import { largestText } from '../src/crystal/formats/text.ts'
import { writeStructure } from '../src/crystal/formats/write-structure.ts'
import { refuse, SimulationError } from '../src/error.ts'
import { outputFormat, say } from './convert.ts'
import { structureOfText } from './structure.ts'
import { checkOutput, piecesToFile } from './structure-output.ts'
import { structureSentence } from './structure-sentence.ts'

export type FetchOptions = {
  readonly out?: string
  /** Longest wait for the server [s]. */
  readonly timeout: number
}

/**
 * `dualion fetch-structure URL ID`: one structure of an OPTIMADE server, as a file.
 *
 * @param base  address of the server, with or without its version (…/v1)
 */
export const fetchStructure = async (base: string, id: string, o: FetchOptions): Promise<void> => {
  const output = o.out ?? `${id.replace(/[^\w.-]+/g, '_')}.cif`
  const format = outputFormat(output, undefined)
  const addresses = addressesOf(base, id)
  await checkOutput(output)
  const { text, address } = await firstAnswer(addresses, o.timeout)
  const { structure, notes } = await structureOfText(text, address, { from: 'optimade' })
  await piecesToFile(output, [writeStructure(structure, format)])
  say(output, [
    structureSentence(structure),
    ...notes.map(note => `note: ${note}`),
    `from ${address}`,
    ...(output === '-' ? [] : [`wrote ${output}`]),
  ])
}

/** Where the structure may be: the server's address names a version, or the versioned base lies below it. */
const addressesOf = (base: string, id: string): readonly string[] => {
  let url: URL
  try {
    url = new URL(base)
  } catch {
    return refuse('URL', base, 'the address of an OPTIMADE server, as https://host/optimade')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    refuse('URL', base, 'an address that begins with http:// or https://')
  if (id.trim() === '') refuse('ID', id, 'the identifier of a structure on that server')
  const root = `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/structures$/, '')}`
  const entry = `structures/${encodeURIComponent(id)}`
  return /\/v\d+(\.\d+){0,2}$/.test(root) ? [`${root}/${entry}`] : [`${root}/v1/${entry}`, `${root}/${entry}`]
}

/** The first of the addresses that has the structure. */
const firstAnswer = async (
  addresses: readonly string[],
  timeout: number,
): Promise<{ text: string; address: string }> => {
  let missing = ''
  for (const address of addresses) {
    const { status, text } = await answerOf(address, timeout)
    if (status === 200) return { text, address }
    if (status !== 404)
      throw new SimulationError(`${address}: the server answers ${status}${detailOf(text)}`, {
        code: 'input',
        at: address,
      })
    missing = `${address}: the server has no such structure (404)${detailOf(text)}`
  }
  throw new SimulationError(missing, { code: 'input', at: addresses[0] })
}

/** What a server says of an error, if it speaks OPTIMADE. */
const detailOf = (text: string): string => {
  try {
    const first = (JSON.parse(text) as { errors?: readonly { detail?: unknown; title?: unknown }[] }).errors?.[0]
    const detail = first?.detail ?? first?.title
    return typeof detail === 'string' ? `: ${detail.slice(0, 200)}` : ''
  } catch {
    return ''
  }
}

const answerOf = async (address: string, timeout: number): Promise<{ status: number; text: string }> => {
  const fail = (reason: string): never => {
    throw new SimulationError(`${address}: ${reason}`, { code: 'input', at: address })
  }
  const signal = AbortSignal.timeout(timeout * 1000)
  try {
    const response = await fetch(address, {
      signal,
      headers: { accept: 'application/vnd.api+json, application/json' },
    })
    const pieces: Uint8Array[] = []
    let size = 0
    for await (const piece of response.body ?? []) {
      size += (piece as Uint8Array).length
      if (size > largestText) fail(`the answer is longer than ${largestText} bytes`)
      pieces.push(piece as Uint8Array)
    }
    return { status: response.status, text: Buffer.concat(pieces).toString('utf8') }
  } catch (error) {
    if (error instanceof SimulationError) throw error
    if (signal.aborted) return fail(`no answer within ${timeout} s`)
    const cause = (error as { cause?: { code?: string; message?: string } }).cause
    return fail(`the server cannot be reached (${cause?.code || cause?.message || (error as Error).message})`)
  }
}
