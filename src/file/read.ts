/** A cell from the text of a file, BPX or our own, JSON or YAML, whatever is in it. */
import type { Cell } from '../cell/cell.ts'
import { SimulationError } from '../error.ts'
import { type BpxOptions, isBpx, readBpx } from './bpx.ts'
import { cellFrom } from './cell-file.ts'
import type { FileProtocol } from './cell-schema.ts'
import { checkCell } from './check-cell.ts'
import { decoded } from './decoded.ts'
import { parseJson } from './json.ts'
import { parseYaml } from './yaml.ts'

export type CellFile = {
  readonly cell: Cell
  readonly kind: 'bpx' | 'cell'
  /** What was assumed, moved or left out. */
  readonly notes: readonly string[]
  /** The parsed data: what a worker needs to rebuild the cell by `readCellData`. */
  readonly data: unknown
  /** The file's own protocol. */
  readonly protocol?: FileProtocol
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
