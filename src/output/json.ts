/**
 * The JSON of a result. Layout (version 1):
 *
 *   format, formatVersion, program     'dualion result', 1, 'dualion 0.1.0'
 *   currentSign                        the direction in which directed columns are positive
 *   …                                  every field of the result as it is: cell, fidelity, mesh, outcome, reason, steps,
 *                                      profiles, inventory, notes, statistics, sources
 *   columns                            name → { header, label, unit, values }, in the unit named there (SI: K, not °C)
 *   references                         key → citation of everything `sources` names; `dualion cite` prints them
 *
 * JSON has no NaN and no infinity: they are written as the strings "NaN", "Infinity" and "-Infinity".
 */
import { type CurrentSign, label } from '../quantities.ts'
import { keysIn, type Reference, references } from '../references.ts'
import type { Sources } from '../scales.ts'
import { type Columns, tableColumns } from './table.ts'

/** What a result must have to be written; everything else in it is written as it is. */
export type Writable = { readonly columns: Columns; readonly sources?: Sources }

export type JsonOptions = {
  readonly currentSign?: CurrentSign
  /** Name and version of the program. */
  readonly program?: string
}

/** Values in one piece of text. */
const valuesPerPiece = 5000

/** Pieces of the JSON text of a result, the columns last. */
export function* jsonPieces(result: Writable, o: JsonOptions = {}): Generator<string, void, undefined> {
  const currentSign = o.currentSign ?? 'discharge'
  const { columns, ...rest } = result
  const head = {
    format: 'dualion result',
    formatVersion: 1,
    program: o.program ?? 'dualion',
    currentSign,
    ...rest,
    references: cited(result.sources ?? {}),
  }
  const opening = JSON.stringify(jsonSafe(head), undefined, 1)
  yield `${opening.slice(0, -2)},\n "columns": {`
  let first = true
  for (const column of tableColumns(columns)) {
    const about = { header: column.header, label: label(column.name), unit: column.quantity.unit }
    const start = `${JSON.stringify(column.name)}: ${JSON.stringify(about).slice(0, -1)},"values":[`
    yield `${first ? '' : ','}\n  ${start}`
    first = false
    const turn = column.quantity.directed === true && currentSign === 'charge'
    for (let i = 0; i < column.values.length; i += valuesPerPiece) {
      let piece = ''
      for (let k = i; k < Math.min(column.values.length, i + valuesPerPiece); k++) {
        const value = turn ? 0 - column.values[k] : column.values[k]
        piece += (k === 0 ? '' : ',') + (Number.isFinite(value) ? String(value) : `"${value}"`)
      }
      yield piece
    }
    yield ']}'
  }
  yield '\n }\n}\n'
}

/** A result as one JSON text; see the head of this file for its layout. */
export const toJson = (result: Writable, o: JsonOptions = {}): string => [...jsonPieces(result, o)].join('')

/** A copy that JSON can hold: typed arrays as lists, non-finite numbers as strings; functions left out. */
export const jsonSafe = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, jsonSafe)
  if (Array.isArray(value)) return value.map(jsonSafe)
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonSafe(item)]))
}

/** The references that `sources` name, each once, in alphabetical order. */
export const cited = (sources: Sources): Readonly<Record<string, Reference>> => {
  const keys = new Set(Object.values(sources).flatMap(keysIn))
  return Object.fromEntries([...keys].sort().map(key => [key, references[key]]))
}
