/** Whether a number that says `computed` leads to the run of an engine, from record to record by their hashes. */
import { refuse, SimulationError } from '../../error.ts'
import type { Inputs } from '../../lattice/model/model.ts'
import type { Provenance } from '../../lattice/model/provenance.ts'
import { inFile } from './foreign-events.ts'

/**
 * What a stamp may lead to: JSON that names its `engine` beside what that gave, JSON whose `inputs` name further records by
 * their hashes, or a plain list of such hashes, one a line.
 */
export type LatticeRecord = { readonly name: string; readonly content: string | Uint8Array }

/** The record whose bytes have a SHA-256, undefined where there is none. What it gives is hashed again by the reader. */
export type RecordOf = (sha256: string) => LatticeRecord | undefined | Promise<LatticeRecord | undefined>

/** Records that are at hand, by their names, as `RecordOf`. */
export const recordsAmong = (files: Readonly<Record<string, string | Uint8Array>>): RecordOf => {
  let known: Promise<ReadonlyMap<string, LatticeRecord>> | undefined
  const hashed = async () =>
    new Map(
      await Promise.all(
        Object.entries(files).map(async ([name, content]) => [await sha256Of(content), { name, content }] as const),
      ),
    )
  return async sha256 => {
    known ??= hashed()
    return (await known).get(sha256)
  }
}

/**
 * Holds every number whose basis is `computed` against the records of a model.
 *
 * @param records  undefined where no records are at hand: then nothing is known to be computed
 * @throws SimulationError (`input`) where a stamp leads to no run of the engine it names
 */
export const checkChain = async (
  provenance: readonly Provenance[],
  records: RecordOf | undefined,
  fileName: string,
): Promise<void> => {
  const ends = new Map<string, Promise<End>>()
  const endOf = (sha256: string): Promise<End> => {
    const end = ends.get(sha256) ?? endsOf(sha256, records, endOf)
    ends.set(sha256, end)
    return end
  }
  for (const { field, basis, inputs } of provenance) {
    if (basis !== 'computed' || inputs === undefined) continue
    try {
      refuseLoose(field === '' ? 'inputs' : `${field}.inputs`, inputs, await endOf(inputs.sha256))
    } catch (error) {
      throw error instanceof SimulationError ? inFile(error, fileName) : error
    }
  }
}

/** Engines that records name in the end, each with the record that does; or why they lead nowhere. */
type End =
  | { readonly engines: readonly { readonly engine: string; readonly name: string }[] }
  | { readonly why: string }

const refuseLoose = (field: string, { sha256, engine }: Inputs, end: End): void => {
  const otherwise = '; a number without one says assumed or screening'
  if ('why' in end) {
    const allowed = 'for basis computed the SHA-256 of a record that leads to the engine’s run'
    refuse(`${field}.sha256`, sha256, `${allowed}: ${end.why}${otherwise}`)
  } else
    for (const one of end.engines)
      if (one.engine !== engine)
        refuse(`${field}.engine`, engine, `the engine that the record ${one.name} names, ${one.engine}${otherwise}`)
}

const endsOf = async (
  sha256: string,
  records: RecordOf | undefined,
  further: (sha256: string) => Promise<End>,
): Promise<End> => {
  const record = await records?.(sha256)
  if (record === undefined)
    return { why: records ? `no record beside the model has ${short(sha256)}` : 'no records are at hand here' }
  if ((await sha256Of(record.content)) !== sha256)
    return { why: `${record.name} has not the bytes of ${short(sha256)}` }
  const { name } = record
  const read = readRecord(record.content)
  if (read.engine !== undefined)
    return read.results ? { engines: [{ engine: read.engine, name }] } : { why: `${name} has no results of the engine` }
  if (read.inputs.length === 0) return { why: `${name} names no engine, and no record that does` }
  const engines = []
  for (const input of read.inputs) {
    const end = await further(input)
    if ('why' in end) return { why: `${name} rests on ${short(input)}, and ${end.why}` }
    engines.push(...end.engines)
  }
  return { engines }
}

const short = (sha256: string): string => `${sha256.slice(0, 12)}…`

type ReadRecord = { readonly engine?: string; readonly results: boolean; readonly inputs: readonly string[] }

const hash = /^[0-9a-f]{64}$/

const readRecord = (content: string | Uint8Array): ReadRecord => {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content)
  const lines = text.trim().split('\n')
  if (lines.every(line => hash.test(line))) return { results: false, inputs: lines }
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return { results: false, inputs: [] }
  }
  if (typeof data !== 'object' || data === null) return { results: false, inputs: [] }
  const { engine, inputs, ...rest } = data as { engine?: unknown; inputs?: unknown }
  if (typeof engine === 'string' && engine.trim() !== '')
    return { engine, results: Object.values(rest).some(filled), inputs: [] }
  const named = typeof inputs === 'object' && inputs !== null ? Object.values(inputs) : []
  return { results: false, inputs: named.filter(one => typeof one === 'string' && hash.test(one)) }
}

/** A list or an object that holds something. */
const filled = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length > 0

/** SHA-256 as 64 hexadecimal digits, with what browsers and Node both have. */
const sha256Of = async (content: string | Uint8Array): Promise<string> => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content)
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
}
