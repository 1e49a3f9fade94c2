/** The records that a lattice model in a folder rests on. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { LatticeRecord, RecordOf } from '../file/lattice/chain.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import { stageFormat } from './store.ts'

/** Larger files are no records [bytes], and no more files than this are looked through. */
const largest = 50_000_000
const most = 2000

/**
 * Looks for records in the folder of a model (`*.json`, `*.sha256`), among the files that `SHA256SUMS` there names, as
 * `sha256sum` writes it, and in `stages`, where a ladder keeps what its rungs gave: a record there goes by the hash of that.
 *
 * @param model  path of the model's file
 */
export const recordsBeside = (model: string): RecordOf => {
  const folder = dirname(model)
  let known: ReadonlyMap<string, string> | undefined
  return async wanted => {
    known ??= await hashesOf(
      (await filesOf(folder, /\.(json|sha256)$/)).filter(file => file !== join(folder, basename(model))),
    )
    const file = known.get(wanted)
    const content = file === undefined ? undefined : await bytesOf(file)
    if (file !== undefined && content) return { name: basename(file), content }
    return (await listed(folder, wanted)) ?? (await stageOutput(folder, wanted))
  }
}

/** Files by the SHA-256 of their bytes. */
const hashesOf = async (files: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const known = new Map<string, string>()
  for (const file of files) {
    const content = await bytesOf(file)
    if (content) known.set(sha256(content), file)
  }
  return known
}

const listed = async (folder: string, wanted: string): Promise<LatticeRecord | undefined> => {
  const list = await bytesOf(join(folder, 'SHA256SUMS'))
  for (const line of list === undefined ? [] : new TextDecoder().decode(list).split('\n')) {
    const [, sum, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line.trimEnd()) ?? []
    if (sum !== wanted) continue
    const content = await bytesOf(resolve(folder, name))
    if (content && sha256(content) === wanted) return { name, content }
  }
  return undefined
}

const stageOutput = async (folder: string, wanted: string): Promise<LatticeRecord | undefined> => {
  for (const file of await filesOf(join(folder, 'stages'), /-[0-9a-f]{16}\.json$/)) {
    const bytes = await bytesOf(file)
    const text = bytes === undefined ? '' : new TextDecoder().decode(bytes)
    if (!text.includes(`"outputHash":"${wanted}"`)) continue
    try {
      const { format, outputHash, output } = JSON.parse(text)
      const content = canonicalJson(output)
      if (format === stageFormat && outputHash === wanted && sha256(content) === wanted)
        return { name: relative(folder, file), content }
    } catch {} // cut off or changed by hand: no record
  }
  return undefined
}

const filesOf = async (folder: string, ending: RegExp): Promise<readonly string[]> => {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter(name => ending.test(name))
    .sort()
    .slice(0, most)
    .map(name => join(folder, name))
}

/** Undefined for what is no file, too large, or not to be read. */
const bytesOf = async (file: string): Promise<Uint8Array | undefined> => {
  const found = await stat(file).catch(() => undefined)
  if (found === undefined || !found.isFile() || found.size > largest) return undefined
  return readFile(file).catch(() => undefined)
}
