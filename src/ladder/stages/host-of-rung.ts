import { hostOfTable } from '../../file/host-file.ts'
import type { TableHost } from '../../laws/table/from-table.ts'
import type { HostTable } from '../../laws/table/table.ts'

const made = new WeakMap<HostTable, TableHost>()

/** The host of a rung's table. The fit takes seconds and several rungs ask for the same one: it is made once. */
export const hostOfRung = (table: HostTable): TableHost => {
  const host = made.get(table) ?? hostOfTable(table)
  made.set(table, host)
  return host
}
