/** A cell in words: what `dualion check` prints. */
import type { Cell, PorousElectrode } from '../cell/cell.ts'
import { shellsNeeded } from '../cell/phase-stability.ts'
import { conductivity } from '../electrolyte/electrolyte.ts'
import type { Amount, Sources } from '../scales.ts'
import { F, R, secondsPerHour } from '../units.ts'

/** Content that stands for none in an estimate of the potential [per formula unit]. */
const traceContent = 1e-6

/**
 * Equilibrium potential of one ion on an electrode at the cell's start [V], on the electrolyte's common scale.
 *
 *   U_i = E°_i − μ_i/(z_i F) + (RT/(z_i F)) ln a_i
 */
export const startPotential = (cell: Cell, electrode: PorousElectrode, symbol: string): number => {
  const { host, amount } = electrode
  const i = host.carriers.findIndex(c => c.symbol === symbol)
  const x = host.carriers.map(c => Math.max(amount[c.symbol] ?? 0, traceContent))
  const mu = host.thermodynamics.potential(x, cell.temperature)[i]
  return dissolved(cell, symbol, host.carriers[i].charge) - mu / (host.carriers[i].charge * F)
}

const dissolved = (cell: Cell, symbol: string, charge: number): number => {
  const { electrolyte, temperature } = cell
  const lnA = new Float64Array(electrolyte.species.length)
  electrolyte.lnActivity(Float64Array.from(electrolyte.concentration), temperature, lnA)
  const k = electrolyte.species.findIndex(s => s.name === symbol)
  return electrolyte.standardPotential[symbol] + ((R * temperature) / (charge * F)) * lnA[k]
}

/** Host in an electrode [mol of formula units per m² of cell]. */
export const hostPerArea = ({ activeFraction, thickness, host }: PorousElectrode): number =>
  (activeFraction * thickness) / host.molarVolume

/** Charge that would fill the host's room with one carrier [A·h/m²]. */
const fullCharge = (electrode: PorousElectrode, symbol: string): number => {
  const { host } = electrode
  const limits = host.limits.filter(l => (l.weights[symbol] ?? 0) > 0)
  const room = Math.min(...limits.map(l => l.max / l.weights[symbol]))
  const z = host.carriers.find(c => c.symbol === symbol)!.charge
  return (room * z * F * hostPerArea(electrode)) / secondsPerHour
}

/** A readable account of a cell: electrodes, inventory, electrolyte, rate, first voltage, sources. */
export const explainCell = (cell: Cell): string => {
  const lines = [cell.name, '']
  const row = (name: string, text: string) => lines.push(`  ${name.padEnd(22)}${text}`)
  const { anode, cathode, separator, electrolyte } = cell
  if (anode.kind === 'porous') lines.push('anode', ...porousRows(anode, cell))
  else {
    lines.push('anode')
    const metals = anode.metals.map(m => `${m.carrier.symbol} ${digits(anode.amount[m.carrier.symbol] ?? 0)} mol/m²`)
    row('metal', `${metals.join(', ')} (${anode.mixing})`)
    const moles = hostPerArea(cathode)
    const each = anode.metals.map(
      ({ carrier: { symbol } }) => `${symbol} ${digits((anode.amount[symbol] ?? 0) / moles)}`,
    )
    row('', `${each.join(', ')} per formula unit of ${cathode.host.name}`)
    const charge = anode.metals.reduce((sum, m) => sum + m.carrier.charge * (anode.amount[m.carrier.symbol] ?? 0), 0)
    row('capacity', `${digits((charge * F) / secondsPerHour / 10)} mAh/cm²`)
    if (anode.doubleLayer > 0) row('double layer', `${digits(anode.doubleLayer)} F/m² of its face`)
  }
  lines.push('cathode', ...porousRows(cathode, cell))
  const usable = usableCapacity(cell)
  if (usable !== undefined) lines.push('state of charge 0 to 1', `  ${'moves'.padEnd(22)}${usable}`)
  lines.push('separator')
  row('thickness', `${micro(separator.thickness)}, porosity ${digits(separator.porosity)}`)
  lines.push('electrolyte')
  row('name', electrolyte.name)
  row(
    'composition',
    electrolyte.species.map((s, k) => `${s.name} ${digits(electrolyte.concentration[k])} mol/m³`).join(', '),
  )
  const { kappa, transference, couplings } = transportAtStart(cell)
  row('conductivity', `${digits(kappa)} S/m; of the current ${transference}`)
  if (couplings !== '') row('couplings', `${couplings} (𝓛_kl/√(𝓛_kk 𝓛_ll))`)
  row('in the cell', perHost(cell))
  lines.push('cell')
  row('area', `${digits(cell.area)} m²`)
  const ratio = balance(cell)
  if (ratio !== undefined) row('N/P ratio', `${digits(ratio)} (whole electrodes)`)
  row('1C', `${digits(cell.nominalCapacity)} A = ${digits(cell.nominalCapacity / cell.area / 10)} mA/cm²`)
  row('voltage limits', `${digits(cell.voltageLimits[0])} to ${digits(cell.voltageLimits[1])} V`)
  row('first voltage', firstVoltage(cell))
  row('temperature', `${cell.temperature} K, ${cell.thermal ? 'lumped heat balance' : 'isothermal'}`)
  const notes = [cathode.host, ...(anode.kind === 'porous' ? [anode.host] : [])].flatMap(h => h.notes ?? [])
  if (notes.length > 0) lines.push('notes', ...notes.map(note => `  ${note}`))
  lines.push('sources', ...sourceRows(cell))
  return lines.join('\n')
}

/** κ [S/m], the part of the current that each ion carries where nothing differs but the potential, and what ions drag of each other. */
const transportAtStart = ({ electrolyte, temperature }: Cell) => {
  const { species } = electrolyte
  const K = species.length
  const c = Float64Array.from(electrolyte.concentration)
  const s = new Float64Array(K)
  electrolyte.flux(c, temperature, new Float64Array(K * K), s)
  const kappa = conductivity(species, s, F)
  const L = electrolyte.onsager(c, temperature, new Float64Array(K * K))
  const couplings = species.flatMap((a, k) =>
    species.slice(k + 1).flatMap((b, m) => {
      const l = k + 1 + m
      const part = L[k * K + l] / Math.sqrt(L[k * K + k] * L[l * K + l])
      return Math.abs(part) > uncoupled ? [`${a.name}–${b.name} ${digits(part)}`] : []
    }),
  )
  return {
    kappa,
    transference: species.map(({ name, charge }, k) => `${name} ${digits((F * charge * s[k]) / kappa)}`).join(', '),
    couplings: couplings.join(', '),
  }
}

/** A coupling below this is round-off. */
const uncoupled = 1e-9

const porousRows = (e: PorousElectrode, cell: Cell): string[] => {
  const { host } = e
  const rows: [string, string][] = [
    ['host', host.formula === 'host' ? host.name : `${host.name} (${host.formula})`],
    ['thickness', `${micro(e.thickness)}, porosity ${digits(e.porosity)}, active ${digits(e.activeFraction)}`],
    ['particles', `${e.shape}, radius ${micro(e.particleRadius)}`],
    [
      'capacity',
      host.carriers.map(c => `${digits(fullCharge(e, c.symbol) / 10)} mAh/cm² full of ${c.symbol}`).join(', '),
    ],
    [
      'at the start',
      amounts(
        e.amount,
        host.carriers.map(c => c.symbol),
      ),
    ],
    ...(e.doubleLayer > 0
      ? [['double layer', `${digits(e.doubleLayer)} F/m² of particle surface`] as [string, string]]
      : []),
    ...phases(e, cell),
    ['potential', host.carriers.map(c => `${c.symbol} ${startPotential(cell, e, c.symbol).toFixed(3)} V`).join(', ')],
  ]
  return rows.map(([name, text]) => `  ${name.padEnd(22)}${text}`)
}

/** The mesh that the interface between a host's phases asks for. */
const phases = (e: PorousElectrode, { temperature, cathode }: Cell): [string, string][] => {
  const shells = shellsNeeded(e, e === cathode ? 'cathode' : 'anode', temperature)
  return shells === undefined
    ? []
    : [['phases', `part; at least ${shells} shells a particle, as in --mesh 20x${shells}`]]
}

/** Charge between state of charge 0 and 1, cathode and anode. */
const usableCapacity = ({ stateOfCharge, anode, cathode }: Cell): string | undefined => {
  if (!stateOfCharge) return undefined
  const symbol = cathode.host.carriers[0].symbol
  const moved = (e: PorousElectrode, [empty, full]: readonly [number, number]) => {
    const z = e.host.carriers.find(c => c.symbol === symbol)?.charge ?? 1
    const charge = (Math.abs(full - empty) * z * F * hostPerArea(e)) / secondsPerHour / 10
    return `${digits(charge)} mAh/cm² (${symbol} ${digits(empty)} to ${digits(full)})`
  }
  const sides = [`cathode ${moved(cathode, stateOfCharge.cathode)}`]
  if (stateOfCharge.anode && anode.kind === 'porous') sides.unshift(`anode ${moved(anode, stateOfCharge.anode)}`)
  return sides.join(', ')
}

const amounts = (amount: Amount, symbols: readonly string[]): string =>
  `${symbols.map(s => `${s} ${digits(amount[s] ?? 0)}`).join(', ')} per formula unit`

/** Dissolved species per formula unit of the cathode's host, pores and reservoir together: where an ion's supply ends. */
const perHost = (cell: Cell): string => {
  const { anode, separator, cathode, electrolyte } = cell
  const pores =
    separator.thickness * separator.porosity +
    cathode.thickness * cathode.porosity +
    (anode.kind === 'porous' ? anode.thickness * anode.porosity : 0) +
    cell.reservoir
  const host = hostPerArea(cathode)
  const list = electrolyte.species.map((s, k) => `${s.name} ${digits((pores * electrolyte.concentration[k]) / host)}`)
  return `${list.join(', ')} per formula unit of ${cathode.host.name} (${digits(pores * 1000)} L/m²)`
}

/** Capacity of the anode over that of the cathode, for the cathode's first carrier. */
const balance = ({ anode, cathode }: Cell): number | undefined => {
  const symbol = cathode.host.carriers[0].symbol
  if (anode.kind === 'porous') {
    if (!anode.host.carriers.some(c => c.symbol === symbol)) return undefined
    return fullCharge(anode, symbol) / fullCharge(cathode, symbol)
  }
  const charge = anode.metals.reduce((sum, m) => sum + m.carrier.charge * (anode.amount[m.carrier.symbol] ?? 0), 0)
  return (charge * F) / secondsPerHour / fullCharge(cathode, symbol)
}

const firstVoltage = (cell: Cell): string => {
  const { anode, cathode } = cell
  const against = (symbol: string): number => {
    if (cell.reference !== undefined) return dissolved(cell, cell.reference, chargeOf(cell, cell.reference))
    if (anode.kind === 'porous') return startPotential(cell, anode, symbol)
    // The least noble metal that is there sets the anode's potential.
    const there = anode.metals.filter(m => (anode.amount[m.carrier.symbol] ?? 0) > 0)
    const present = there.length > 0 ? there : anode.metals
    return Math.min(...present.map(m => dissolved(cell, m.carrier.symbol, m.carrier.charge)))
  }
  const volts = cathode.host.carriers
    .filter(c => anode.kind === 'metal' || anode.host.carriers.some(a => a.symbol === c.symbol))
    .map(c => `${(startPotential(cell, cathode, c.symbol) - against(c.symbol)).toFixed(3)} V by ${c.symbol}`)
  const bare = anode.kind === 'metal' && anode.metals.every(m => !((anode.amount[m.carrier.symbol] ?? 0) > 0))
  const versus = cell.reference === undefined ? '' : ` against ${cell.reference}`
  return `${volts.join(', ')}${versus} (equilibrium, estimate${bare ? '; as if there were metal on the anode' : ''})`
}

const chargeOf = (cell: Cell, symbol: string): number =>
  cell.electrolyte.species.find(s => s.name === symbol)?.charge ?? 1

/** A number that a part states and the cell repeats stands once, with the part. */
const sourceRows = (cell: Cell): string[] => {
  const { anode, cathode, electrolyte } = cell
  const parts: [part: string, sources: Sources][] = [
    ['cathode.host', cathode.host.sources],
    ...(anode.kind === 'porous'
      ? [['anode.host', anode.host.sources] as [string, Sources]]
      : anode.metals.map((metal): [string, Sources] => [`anode.${metal.carrier.symbol}`, metal.sources])),
    ['electrolyte', electrolyte.sources],
  ]
  const said = new Set(
    parts.flatMap(([, sources]) => Object.entries(sources).map(([field, source]) => `${field} ${source}`)),
  )
  const own = Object.entries(cell.sources).filter(
    ([field, source]) => !said.has(`${field.slice(field.lastIndexOf('.') + 1)} ${source}`) || field === '*',
  )
  const rows = [['cell', Object.fromEntries(own)] as [string, Sources], ...parts].flatMap(([part, sources]) =>
    Object.entries(sources).map(([field, source]) => [field === '*' ? part : `${part}.${field}`, source]),
  )
  const width = Math.max(...rows.map(([field]) => field.length))
  return rows.map(([field, source]) => `  ${field.padEnd(width)}  ${source}`)
}

const digits = (value: number): string => String(Number(value.toPrecision(4)))
const micro = (length: number): string => `${digits(length * 1e6)} µm`
