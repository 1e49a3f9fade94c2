/**
 * Every quantity a result can hold: name → symbol, unit, label, column header. The only home of axis labels, CSV headers
 * and table heads; CONVENTIONS.md prints this table.
 *
 * A column is a quantity, with the ion or region it belongs to in brackets where it has one: `voltage`, `share[Li]`,
 * `loss[kinetic]`. Headers follow the Battery Data Format (`Voltage / V`) where it names the quantity;
 * ours are put together the same way (`Li Share Of Current / 1`).
 */
import { zeroCelsius } from './units.ts'

export type Quantity = {
  /** Symbol in the equations. */
  readonly symbol: string
  /** Unit inside the program and in JSON; `1` for a pure number. */
  readonly unit: string
  /** Words on an axis, without unit. */
  readonly label: string
  /** Words of the column header, without unit. */
  readonly header: string
  /** Unit in the header, where a table is written in another one than `unit`. */
  readonly headerUnit?: string
  /** Added to a value when it goes into a table: the zero of `headerUnit`. */
  readonly offset?: number
  /** True where the value follows the direction of the cell current and turns over with `--current-sign charge`. */
  readonly directed?: boolean
  /** True where tables hold whole numbers. */
  readonly whole?: boolean
}

const q = (symbol: string, unit: string, label: string, header: string, more: Partial<Quantity> = {}): Quantity => ({
  symbol,
  unit,
  label,
  header,
  ...more,
})

/** In the order of the columns of a table. */
export const quantities = {
  time: q('t', 's', 'Time', 'Test Time'),
  voltage: q('V', 'V', 'Voltage', 'Voltage'),
  current: q('I', 'A', 'Current', 'Current', { directed: true }),
  capacity: q('Q', 'Ah', 'Capacity', 'Net Capacity', { directed: true }),
  energy: q('E', 'Wh', 'Energy', 'Net Energy', { directed: true }),
  temperature: q('T', 'K', 'Temperature', 'Surface Temperature', { headerUnit: 'degC', offset: -zeroCelsius }),
  cycle: q('', '1', 'Cycle', 'Cycle Count', { whole: true }),
  step: q('', '1', 'Step', 'Step Index', { whole: true }),
  stepTime: q('t', 's', 'Time in step', 'Step Time'),
  // one of each for every ion
  amount: q('x_i', '1', 'Content per formula unit', 'Amount'),
  surface: q('x_i,s', '1', 'Surface content per formula unit', 'Surface Amount'),
  share: q('s_i', '1', 'Share of the current', 'Share Of Current'),
  partialCurrent: q('I_i', 'A', 'Partial current', 'Partial Current', { directed: true }),
  anodeAmount: q('x_i', '1', 'Anode content per formula unit', 'Anode Amount'),
  metal: q('n_i', 'mol/m2', 'Metal on the anode', 'Metal On Anode'),
  anodeCurrent: q('I_i', 'A', 'Partial current at the anode', 'Anode Partial Current', { directed: true }),
  concentration: q('c_i', 'mol/m3', 'Mean electrolyte concentration', 'Mean Concentration'),
  lowest: q('c_i', 'mol/m3', 'Lowest electrolyte concentration', 'Lowest Concentration'),
  // of the whole cell: equilibrium − Σ losses = voltage
  equilibrium: q('U', 'V', 'Equilibrium voltage', 'Equilibrium Voltage'),
  loss: q('η', 'V', 'Voltage loss', 'Voltage Loss'),
  heat: q('q', 'W', 'Heat', 'Heat'),
  // axes of figures, impedance
  specificCapacity: q('Q', 'mAh/g', 'Capacity per mass of host', 'Specific Capacity'),
  specificEnergy: q('', 'Wh/kg', 'Specific energy', 'Specific Energy'),
  energyDensity: q('', 'Wh/L', 'Energy density', 'Energy Density'),
  frequency: q('f', 'Hz', 'Frequency', 'Frequency'),
  impedanceReal: q('Z′', 'Ohm', 'Real impedance', 'Zre'),
  impedanceImaginary: q('Z″', 'Ohm', 'Imaginary impedance', 'Zim'),
} as const satisfies Readonly<Record<string, Quantity>>

export type QuantityName = keyof typeof quantities

export type Column = {
  readonly name: string
  readonly quantity: Quantity
  /** What stands in the brackets: ions, regions. */
  readonly of: readonly string[]
}

/**
 * The quantity behind a column name: `share[Li]` → share, of Li.
 *
 * @throws RangeError for a name that is not in the table: give it a row above.
 */
export const columnOf = (name: string): Column => {
  const open = name.indexOf('[')
  const word = open < 0 ? name : name.slice(0, open)
  if (!Object.hasOwn(quantities, word)) throw new RangeError(`quantities: no quantity is named ${JSON.stringify(word)}`)
  const of = open < 0 ? [] : name.slice(open + 1, name.lastIndexOf(']')).split(',')
  return { name, quantity: quantities[word as QuantityName], of: of.map(part => part.trim()) }
}

/** Column header: `share[Li]` → `Li Share Of Current / 1`. */
export const header = (name: string): string => {
  const { quantity, of } = columnOf(name)
  return `${[...of.map(capital), quantity.header].join(' ')} / ${quantity.headerUnit ?? quantity.unit}`
}

/** Axis label: `partialCurrent[Li]` → `Li partial current (A)`; a pure number has no bracket. */
export const label = (name: string): string => {
  const { quantity, of } = columnOf(name)
  const words = of.length === 0 ? quantity.label : `${of.map(capital).join(' ')} ${quantity.label.toLowerCase()}`
  return quantity.unit === '1' ? words : `${words} (${shownUnit(quantity.unit)})`
}

/** Value of a table cell: unit of the header, sign of the chosen direction of current. */
export const tableValue = (quantity: Quantity, value: number, currentSign: CurrentSign): number =>
  quantity.directed && currentSign === 'charge' ? 0 - value : value + (quantity.offset ?? 0)

/** Which direction of the current is positive in a table. */
export type CurrentSign = 'discharge' | 'charge'

/** A unit as it stands on an axis: `mol/m3` → `mol/m³`. */
export const shownUnit = (unit: string): string =>
  unit.replace('Ohm', 'Ω').replace(/Ah/, 'A·h').replace(/Wh/, 'W·h').replace(/m2/, 'm²').replace(/m3/, 'm³')

/** First letter large, unless it is an ion's symbol already. */
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
