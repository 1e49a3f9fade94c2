export { csvPieces, impedanceCsv, toCsv } from './csv.ts'
export { cited, jsonPieces, jsonSafe, toJson, type Writable } from './json.ts'
export { toParquet } from './parquet.ts'
export { type Columns, type TableColumn, tableColumns, tableValues } from './table.ts'
