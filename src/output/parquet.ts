import type { CurrentSign } from '../quantities.ts'
import { type Columns, tableColumns, tableValues } from './table.ts'

/**
 * A result as a Parquet file: the columns of the CSV, DOUBLE or INT32, snappy-compressed.
 * The writer is loaded on the first call.
 *
 * @param metadata  key → text kept in the file's footer (name of the cell, program and version)
 */
export const toParquet = async (
  columns: Columns,
  o: { readonly currentSign?: CurrentSign; readonly metadata?: Readonly<Record<string, string>> } = {},
): Promise<Uint8Array> => {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const table = tableColumns(columns)
  const buffer = parquetWriteBuffer({
    columnData: table.map(column => {
      const values = tableValues(column, o.currentSign ?? 'discharge')
      return column.quantity.whole
        ? { name: column.header, data: Int32Array.from(values), type: 'INT32' as const }
        : { name: column.header, data: values, type: 'DOUBLE' as const }
    }),
    kvMetadata: Object.entries(o.metadata ?? {}).map(([key, value]) => ({ key, value })),
  })
  return new Uint8Array(buffer)
}
