/** The start of a cell, changed: amounts of several ions, or the state of charge of one. */
import type { Cell } from '../cell/cell.ts'
import { SimulationError } from '../error.ts'
import type { Amount } from '../scales.ts'
import { checkCell } from './check-cell.ts'
import { suggestion } from './nearest.ts'

const fail = (field: string, got: string, allowed: string): never => {
  throw new SimulationError(`${field}: got ${got}, allowed: ${allowed}`, { code: 'input', at: field })
}

/**
 * `Li=0.1,Mg=0` as an amount.
 *
 * @throws SimulationError (`input`) for what is not `ion=number`, or an ion given twice
 */
export const parseAmount = (text: string): Amount => {
  const amount: Record<string, number> = {}
  for (const part of text.split(',')) {
    const match = /^\s*([A-Z][a-z]?)\s*=\s*(\S+)\s*$/.exec(part)
    if (!match) fail('--amount', JSON.stringify(part), 'ion=number, as in Li=0.1,Mg=0')
    const [, symbol, number] = match as unknown as [string, string, string]
    const value = Number(number)
    if (!Number.isFinite(value) || value < 0)
      fail(`--amount ${symbol}`, number, 'a finite number ≥ 0 [per formula unit]')
    if (Object.hasOwn(amount, symbol)) fail(`--amount ${symbol}`, 'two values', 'each ion once')
    amount[symbol] = value
  }
  return amount
}

/**
 * The cell with other contents of its cathode at the start; ions that are not named keep theirs.
 *
 * @param amount [per formula unit of the cathode's host]
 * @throws SimulationError (`input`) for an ion the host does not take, a negative amount or an over-full host
 */
export const withAmount = (cell: Cell, amount: Amount): Cell => {
  const symbols = cell.cathode.host.carriers.map(c => c.symbol)
  for (const symbol of Object.keys(amount)) {
    if (!symbols.includes(symbol)) {
      fail(
        `amount ${symbol}`,
        String(amount[symbol]),
        `an ion of ${cell.cathode.host.name}: ${symbols.join(', ')}${suggestion(symbol, symbols)}`,
      )
    }
  }
  const changed: Cell = { ...cell, cathode: { ...cell.cathode, amount: { ...cell.cathode.amount, ...amount } } }
  checkCell(changed, cell.name)
  return changed
}

/**
 * The cell at a state of charge s: each electrode at x = x(0) + s [x(1) − x(0)] of the cell's own window; a metal anode
 * keeps its amount. Where a cell with one ion and a metal anode states no window, s = 0 is the full cathode, 1 the empty one.
 *
 * @param soc s in [0, 1]
 * @throws SimulationError (`input`) outside [0, 1], or where several ions make the state of charge meaningless
 */
export const withStateOfCharge = (cell: Cell, soc: number): Cell => {
  if (!(soc >= 0 && soc <= 1)) fail('state of charge', String(soc), 'a number ≥ 0 and ≤ 1')
  const { host } = cell.cathode
  if (host.carriers.length !== 1) {
    const ions = host.carriers.map(c => c.symbol)
    fail(
      'state of charge',
      String(soc),
      `none for a host of ${ions.join(' and ')}: give each amount, ${ions.map(s => `${s}=0.1`).join(',')}`,
    )
  }
  const symbol = host.carriers[0].symbol
  const window = cell.stateOfCharge ?? naturalWindow(cell, symbol)
  const between = ([empty, full]: readonly [number, number]): Amount => ({ [symbol]: empty + soc * (full - empty) })
  const anode =
    cell.anode.kind === 'porous' && window.anode ? { ...cell.anode, amount: between(window.anode) } : cell.anode
  return { ...cell, anode, cathode: { ...cell.cathode, amount: between(window.cathode) } }
}

const naturalWindow = (cell: Cell, symbol: string): NonNullable<Cell['stateOfCharge']> => {
  if (cell.anode.kind === 'porous') {
    fail(
      'state of charge',
      'a cell that does not say what 0 and 1 mean',
      'a cell with stateOfCharge: { anode: [x at 0, x at 1], cathode: [x at 0, x at 1] }',
    )
  }
  const limits = cell.cathode.host.limits.filter(l => (l.weights[symbol] ?? 0) > 0)
  return { cathode: [Math.min(...limits.map(l => l.max / l.weights[symbol])), 0] }
}
