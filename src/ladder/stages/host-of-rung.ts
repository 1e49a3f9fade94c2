import { carriersBySymbol } from '../../file/carriers.ts'
import { hostFromTable, type TableHost } from '../../laws/table/from-table.ts'
import type { HostTable } from '../../laws/table/table.ts'
import { type TableThermodynamics, thermodynamicsFromTable } from '../../laws/table/thermodynamics.ts'
import { hashOf } from '../canonical.ts'

const made = new WeakMap<HostTable, TableHost>()

/** Free energies by the hash of what they are fitted to; the last few. */
const fitted = new Map<string, TableThermodynamics>()
const mostFitted = 4

/**
 * The host of a rung's table. The fit takes seconds and several rungs ask for the same one: it is made once, and its free energy
 * once for all tables with the same samples of it.
 */
export const hostOfRung = (table: HostTable): TableHost => {
  const known = made.get(table)
  if (known) return known
  const carriers = table.carriers.map(symbol => carriersBySymbol[symbol])
  const host = hostFromTable(table, carriers, freeEnergyOf(table))
  made.set(table, host)
  return host
}

const freeEnergyOf = (table: HostTable): TableThermodynamics => {
  const { transport: _t, kinetics: _k, inputs: _i, gradient: _g, ...own } = table
  const key = hashOf(own)
  const known = fitted.get(key)
  if (known) return known
  const made = thermodynamicsFromTable(table)
  fitted.set(key, made)
  if (fitted.size > mostFitted) fitted.delete(fitted.keys().next().value!)
  return made
}
