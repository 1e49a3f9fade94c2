import { type CurrentSign, tableValue } from '../quantities.ts'
import { type Columns, tableColumns } from './table.ts'

/** Rows in one piece of text: long results are written piece by piece, never held as one string. */
const rowsPerPiece = 2000

/** A cell of a table: the shortest decimal number that reads back as the same one; nothing where there is no number. */
const cellText = (value: number): string => (Number.isNaN(value) ? '' : String(value))

/** Pieces of a CSV file with the headers of the Battery Data Format (RFC 4180, `\n` line ends). */
export function* csvPieces(
  columns: Columns,
  o: { readonly currentSign?: CurrentSign } = {},
): Generator<string, void, undefined> {
  const table = tableColumns(columns)
  const sign = o.currentSign ?? 'discharge'
  yield `${table.map(column => column.header).join(',')}\n`
  const rows = table[0]?.values.length ?? 0
  for (let start = 0; start < rows; start += rowsPerPiece) {
    let piece = ''
    for (let i = start; i < Math.min(rows, start + rowsPerPiece); i++) {
      for (let k = 0; k < table.length; k++) {
        piece += (k === 0 ? '' : ',') + cellText(tableValue(table[k].quantity, table[k].values[i], sign))
      }
      piece += '\n'
    }
    yield piece
  }
}

/**
 * A result as CSV in the Battery Data Format, one row for each moment.
 *
 * @param columns      columns of a solution, named as in `quantities.ts`
 * @param currentSign  direction of the current that is positive (default discharge)
 */
export const toCsv = (columns: Columns, o: { readonly currentSign?: CurrentSign } = {}): string =>
  [...csvPieces(columns, o)].join('')

/**
 * An impedance spectrum as CSV: `Frequency / Hz`, `Zre / Ohm`, `Zim / Ohm`; Z″ is negative for a capacitive cell.
 */
export const impedanceCsv = (spectrum: {
  readonly frequency: ArrayLike<number>
  readonly real: ArrayLike<number>
  readonly imaginary: ArrayLike<number>
}): string =>
  toCsv({ frequency: spectrum.frequency, impedanceReal: spectrum.real, impedanceImaginary: spectrum.imaginary })
