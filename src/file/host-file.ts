/** A host made of tables, as a file of its own: read, checked, written, and made into the record that a cell takes. */
import { refuse, SimulationError } from '../error.ts'
import { hostFromTable, type TableHost } from '../laws/table/from-table.ts'
import { checkTable, type HostTable } from '../laws/table/table.ts'
import type { Carrier } from '../scales.ts'
import { carriersBySymbol } from './carriers.ts'
import { decoded } from './decoded.ts'
import { hostFileFormat, hostFileSchema, hostFileVersion } from './host-schema.ts'
import { parseJson } from './json.ts'
import { validated } from './validate.ts'

/** Largest host file that is read [bytes]. */
const largest = 20_000_000

/**
 * The table of a host file.
 *
 * @param text     JSON
 * @param fileName for messages
 * @throws SimulationError (`input`) with file, field, value and what is allowed
 */
export const readHostText = (text: string, fileName: string): HostTable => {
  const {
    format: _,
    formatVersion: _version,
    ...table
  } = validated(hostFileSchema, parseJson(text, fileName), fileName)
  checkTable(table, fileName)
  return table
}

/** The text of a host file: a sample a line. Reading it back gives the same table to the last bit. */
export const hostText = (table: HostTable): string => {
  checkTable(table)
  const { thermodynamics, transport, ...plain } = table
  const lines = (samples: readonly object[]): string =>
    `[\n${samples.map(s => `    ${JSON.stringify(s)}`).join(',\n')}\n  ]`
  const head = Object.entries({ format: hostFileFormat, formatVersion: hostFileVersion, ...plain })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  return `{\n${[...head, `  "thermodynamics": ${lines(thermodynamics)}`, `  "transport": ${lines(transport)}`].join(',\n')}\n}\n`
}

/** The host of a table, its ions from the library. */
export const hostOfTable = (table: HostTable): TableHost =>
  hostFromTable(
    table,
    table.carriers.map((symbol): Carrier => carriersBySymbol[symbol]),
  )

/**
 * A host from a host file (Node only).
 *
 * @param file   its path
 * @param at     the field that names it, for messages
 * @throws SimulationError (`input`) for what cannot be read, or is no host file
 */
export const hostFromFile = async (file: string, at: string): Promise<TableHost> => {
  const { readFile, stat } = await import('node:fs/promises')
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) return refuse(at, file, 'a host file (JSON) that exists, its path relative to the cell file')
  if (found.size > largest) refuse(at, `${file} of ${found.size} bytes`, `at most ${largest} bytes`)
  const table = readHostText(decoded(await readFile(file), file), file)
  try {
    return hostOfTable(table)
  } catch (error) {
    if (error instanceof SimulationError || !(error instanceof RangeError)) throw error
    throw new SimulationError(`${file}: ${error.message}`, { code: 'input', at, cause: error })
  }
}
