/** A cell from the text of a file, BPX or our own, JSON or YAML, whatever is in it. */
import type { Cell } from '../cell/cell.ts'
import { SimulationError } from '../error.ts'
import { type BpxOptions, isBpx, readBpx } from './bpx.ts'
import { cellFrom } from './cell-file.ts'
import { checkCell } from './check-cell.ts'
import { parseJson } from './json.ts'
import { parseYaml } from './yaml.ts'

/** Largest file that is read [bytes]. */
const largest = 20_000_000

export type CellFile = {
  readonly cell: Cell
  readonly kind: 'bpx' | 'cell'
  /** What was assumed, moved or left out. */
  readonly notes: readonly string[]
  /** The parsed data: what a worker needs to rebuild the cell by `readCellData`. */
  readonly data: unknown
  /** Sentences of the file's own protocol. */
  readonly steps?: readonly string[]
  /** The model that a BPX header names. */
  readonly fidelity?: 'spm' | 'spme' | 'dfn'
  /** Set where the file holds too little for other models. */
  readonly only?: 'spm'
}

/**
 * Read a cell file.
 *
 * @param text     text or bytes (UTF-8)
 * @param fileName for messages; `.yaml` and `.yml` are read as YAML, else what begins with { or [ is JSON
 * @throws SimulationError (`input`) whose message has file, field, value and what is allowed
 */
export const readCellText = async (
  text: string | Uint8Array,
  fileName: string,
  options: BpxOptions = {},
): Promise<CellFile> => {
  const plain = decoded(text, fileName)
  const yaml = /\.ya?ml$/i.test(fileName) || !/^\s*[[{]/.test(plain)
  return readCellData(yaml ? await parseYaml(plain, fileName) : parseJson(plain, fileName), fileName, options)
}

/** The same from parsed data. */
export const readCellData = async (data: unknown, fileName: string, options: BpxOptions = {}): Promise<CellFile> => {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) {
    const shown =
      typeof data === 'string' ? JSON.stringify(data.slice(0, 60)) : Array.isArray(data) ? 'a list' : String(data)
    throw new SimulationError(
      `${fileName}: got ${shown}, allowed: a BPX file (Header, Parameterisation) or a cell file (cell, anode, cathode … or from)`,
      { code: 'input', at: fileName },
    )
  }
  if (isBpx(data)) {
    const result = readBpx(data, fileName, options)
    const notes = [...result.notes, ...checkCell(result.cell, fileName)]
    return { ...result, kind: 'bpx', data, notes }
  }
  const result = await cellFrom(data, fileName)
  const notes = [...result.notes, ...checkCell(result.cell, fileName)]
  return { ...result, kind: 'cell', data, notes }
}

/**
 * Text of bytes.
 *
 * @throws SimulationError (`input`) for what is empty, too long, UTF-16, or no text
 */
export const decoded = (text: string | Uint8Array, fileName: string): string => {
  const fail = (why: string): never => {
    throw new SimulationError(`${fileName}: ${why}`, { code: 'input', at: fileName })
  }
  if (text.length > largest)
    fail(`${text.length} ${typeof text === 'string' ? 'characters' : 'bytes'}, allowed: at most ${largest}`)
  let plain: string
  if (typeof text === 'string') plain = text
  else {
    const utf16 =
      (text[0] === 0xff && text[1] === 0xfe) ||
      (text[0] === 0xfe && text[1] === 0xff) ||
      text.subarray(0, 64).includes(0)
    if (utf16) fail('the text is UTF-16 (or not a text at all), allowed: UTF-8; save it again as UTF-8')
    try {
      plain = new TextDecoder('utf-8', { fatal: true }).decode(text)
    } catch {
      return fail('the text is not UTF-8; save it again as UTF-8')
    }
  }
  if (plain.startsWith('\uFEFF')) plain = plain.slice(1)
  if (plain.slice(0, 64).includes('\u0000') || plain.startsWith('\uFFFD\uFFFD')) {
    fail('the text is UTF-16 (or not a text at all), allowed: UTF-8; save it again as UTF-8')
  }
  if (plain.trim() === '') fail('the file is empty')
  return plain
}
