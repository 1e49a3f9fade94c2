import type { Cell } from '../cell/cell.ts'
import { hostFromTable } from '../laws/from-table.ts'
import type { HostTable } from '../laws/table.ts'
import { restrictTable } from '../laws/table-restrict.ts'

/**
 * A cell with a computed host in its cathode, for the ions that the cell has; the same particles and thickness, so that what
 * differs is the host. The nominal capacity becomes that of the host's own room.
 */
export const withComputedHost = (cell: Cell, table: HostTable): Cell => {
  const { cathode } = cell
  const own = cathode.host
  const symbols = own.carriers.map(carrier => carrier.symbol)
  const restricted = restrictTable(table, symbols)
  const host = hostFromTable(
    restricted,
    restricted.carriers.map(symbol => own.carriers[symbols.indexOf(symbol)]),
  )
  return {
    ...cell,
    cathode: { ...cathode, host },
    nominalCapacity: (cell.nominalCapacity * own.molarVolume) / host.molarVolume,
  }
}
