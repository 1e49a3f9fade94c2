import { type CurrentSign, columnOf, header, type Quantity, quantities, tableValue } from '../quantities.ts'

/** Named columns of equal length: the part of a result that becomes a table. */
export type Columns = Readonly<Record<string, ArrayLike<number>>>

export type TableColumn = {
  readonly name: string
  readonly header: string
  readonly quantity: Quantity
  readonly values: ArrayLike<number>
}

/**
 * The columns of a result as a table has them: those of the cell first, in the order of `quantities.ts`
 * (`Test Time / s`, `Voltage / V`, `Current / A`, …), those of ions and regions after them in the order of the result.
 *
 * @throws RangeError where a column has no row in `quantities.ts` or the lengths differ
 */
export const tableColumns = (columns: Columns): readonly TableColumn[] => {
  const rank = Object.keys(quantities)
  const table = Object.entries(columns).map(([name, values]) => {
    const { quantity, of } = columnOf(name)
    return { name, header: header(name), quantity, values, place: of.length === 0 ? rank.indexOf(name) : rank.length }
  })
  const rows = table[0]?.values.length ?? 0
  for (const column of table) {
    if (column.values.length !== rows) {
      throw new RangeError(
        `tableColumns: ${column.name} has ${column.values.length} rows, ${table[0].name} has ${rows}`,
      )
    }
  }
  return table.sort((a, b) => a.place - b.place)
}

/** Values of one column in the unit and sign of its header. */
export const tableValues = (column: TableColumn, currentSign: CurrentSign): Float64Array =>
  Float64Array.from(column.values, value => tableValue(column.quantity, value, currentSign))
