/** Where results of stages are kept: a folder, or a map in a test. */
import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { canonicalJson, hashOf } from './canonical.ts'

export type Store = {
  /** Undefined where there is none. */
  read(name: string): Promise<string | undefined>
  /** The whole or nothing: a reader never sees half of it. */
  write(name: string, text: string): Promise<void>
  append(name: string, text: string): Promise<void>
  remove(name: string): Promise<void>
}

export const folderStore = (folder: string): Store => ({
  read: async name =>
    readFile(join(folder, name), 'utf8').catch(error => {
      if (error?.code === 'ENOENT') return undefined
      throw error
    }),
  write: async (name, text) => {
    const file = join(folder, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.new`, text)
    await rename(`${file}.new`, file)
  },
  append: async (name, text) => {
    const file = join(folder, name)
    await mkdir(dirname(file), { recursive: true })
    await appendFile(file, text)
  },
  remove: name => rm(join(folder, name), { force: true }),
})

/** A store that lives as long as its map. */
export const mapStore = (files = new Map<string, string>()): Store => ({
  read: async name => files.get(name),
  write: async (name, text) => void files.set(name, text),
  append: async (name, text) => void files.set(name, (files.get(name) ?? '') + text),
  remove: async name => void files.delete(name),
})

/** A store beside others that are only read: what comes along, where nothing newer is there. */
export const withShipped = (own: Store, ...shipped: readonly Pick<Store, 'read'>[]): Store => ({
  ...own,
  read: async name => {
    for (const store of [own, ...shipped]) {
      const text = await store.read(name)
      if (text !== undefined) return text
    }
    return undefined
  },
})

export const stageFormat = 'dualion-ladder-stage'

/** The record of a stage: what went in by hash, what came out. */
export type StageRecord = {
  readonly format: typeof stageFormat
  readonly stage: string
  readonly version: number
  readonly program: string
  readonly settings: unknown
  /** SHA-256 of what each needed stage gave. */
  readonly inputs: Readonly<Record<string, string>>
  /** SHA-256 of stage, version, settings and inputs. */
  readonly inputsHash: string
  /** SHA-256 of the output. */
  readonly outputHash: string
  readonly output: unknown
}

export const recordName = (stage: string, inputsHash: string): string =>
  `stages/${stage}-${inputsHash.slice(0, 16)}.json`
export const keptName = (stage: string, inputsHash: string): string =>
  `stages/${stage}-${inputsHash.slice(0, 16)}.kept.json`
export const answersName = (stage: string, inputsHash: string): string =>
  `stages/${stage}-${inputsHash.slice(0, 16)}.evaluations`

/** The record as its file holds it. */
export const recordText = (record: StageRecord): string => `${canonicalJson(record)}\n`

/**
 * A record, or why it cannot be used: cut off, changed by hand, of other inputs.
 */
export const recordOf = (text: string, inputsHash: string): StageRecord | string => {
  let record: StageRecord
  try {
    record = JSON.parse(text)
  } catch {
    return 'it is not readable'
  }
  if (record?.format !== stageFormat) return 'it is no record of a stage'
  if (record.inputsHash !== inputsHash) return 'it belongs to other inputs'
  return hashOf(record.output) === record.outputHash ? record : 'its output is not what its hash says'
}
