/** A cell whose numbers are in place but impossible is refused here, before any solver meets it. */
import { type Cell, type MetalElectrode, type PorousElectrode, temperatureRange } from '../cell/cell.ts'
import { refuseUnstable } from '../cell/phase-stability.ts'
import { smallestAmount } from '../cell/rest.ts'
import { type Electrolyte, netCharge } from '../electrolyte/electrolyte.ts'
import { SimulationError } from '../error.ts'
import type { HostMaterial } from '../scales.ts'
import { F } from '../units.ts'
import { suggestion } from './nearest.ts'

/** Round-off of typed numbers: sums may exceed their limit by this. */
const roundOff = 1e-9
/** Equilibrium potentials beyond this [V] are those of a fit outside its range, not of a host. */
const largestPotential = 20
/**
 * Numbers far beyond any cell, by their unit: outside, arithmetic ends before physics does (5e-324, 1e300). Stiff extremes
 * lie inside. Source: assumed
 */
const outermost = {
  m: [1e-12, 10],
  'm²': [1e-12, 1e6],
  '1/m': [1e-6, 1e15],
  A·h: [1e-12, 1e9],
  'S/m': [1e-20, 1e20],
  'm²/s': [1e-300, 1],
  'A/m²': [1e-200, 1e12],
  'm³/mol': [1e-9, 1e3],
  'J/K': [1e-12, 1e15],
} as const
/** Least share of a volume that can be meant. */
const leastShare = 1e-9
/** Salt at the start [mol/m³], counted in charges: least and most. */
const saltRange = [1e-6, 1e6] as const
/** Share of the room at which a host's laws are looked at, besides the start. */
const sampled = [0.1, 0.3, 0.5, 0.7, 0.9]

/**
 * Refuses a cell that cannot be: volume fractions above 1, lengths of zero, an electrolyte that is not neutral or does not
 * conduct, an over-full host, diffusivities that are not positive, phases that part without gradient coefficients, reversed limits, NaN anywhere. Stiff extremes pass.
 *
 * @returns notes: what is allowed but worth knowing
 * @throws SimulationError (`input`) with file, field, value and what is allowed
 */
export const checkCell = (cell: Cell, fileName: string): string[] => {
  const notes: string[] = []
  const check = checksOf(fileName)
  if (cell.anode.kind === 'porous') checkPorous(cell.anode, 'anode', cell, check, notes)
  else checkMetal(cell.anode, check)
  checkPorous(cell.cathode, 'cathode', cell, check, notes)
  const { thickness, porosity, transportEfficiency } = cell.separator
  check.positive('separator.thickness', thickness, 'm')
  check.share('separator.porosity', porosity)
  check.share('separator.transportEfficiency', transportEfficiency)
  checkElectrolyte(cell.electrolyte, cell.temperature, check)
  checkReach(cell.electrolyte, cell.temperature, check, notes)
  checkCarriers(cell, check)
  check.positive('area', cell.area, 'm²')
  check.positive('nominalCapacity', cell.nominalCapacity, 'A·h')
  check.temperature('temperature', cell.temperature)
  check.temperature('ambientTemperature', cell.ambientTemperature)
  check.atLeastZero('contactResistance', cell.contactResistance, 'Ω')
  check.atLeastZero('reservoir', cell.reservoir, 'm')
  check.atLeastZero('inactiveMass', cell.inactiveMass, 'kg/m²')
  check.atLeastZero('inactiveVolume', cell.inactiveVolume, 'm')
  if (cell.thermal) {
    check.positive('thermal.heatCapacity', cell.thermal.heatCapacity, 'J/K')
    check.atLeastZero('thermal.coolingConductance', cell.thermal.coolingConductance, 'W/K')
  }
  const [lower, upper] = cell.voltageLimits
  if (!Number.isFinite(lower)) check.fail('voltageLimits: lower', lower, 'a number [V]')
  if (!Number.isFinite(upper)) check.fail('voltageLimits: upper', upper, 'a number [V]')
  if (!(lower < upper)) check.fail('voltageLimits', `${lower} V to ${upper} V`, 'the lower limit below the upper one')
  return notes
}

type Checks = ReturnType<typeof checksOf>

const checksOf = (fileName: string) => {
  const fail = (field: string, got: number | string, allowed: string): never => {
    throw new SimulationError(`${fileName}: ${field}: got ${got}, allowed: ${allowed}`, {
      code: 'input',
      at: `${fileName}: ${field}`,
    })
  }
  return {
    fail,
    positive: (field: string, value: number, unit: keyof typeof outermost) => {
      const [least, most] = outermost[unit]
      if (!(value > 0 && value < Number.POSITIVE_INFINITY)) fail(field, value, `a finite number > 0 [${unit}]`)
      if (!(value >= least && value <= most)) fail(field, value, `≥ ${least} and ≤ ${most} ${unit}`)
    },
    atLeastZero: (field: string, value: number, unit: string) => {
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) fail(field, value, `a finite number ≥ 0 [${unit}]`)
    },
    temperature: (field: string, value: number) => {
      const [coldest, hottest] = temperatureRange
      if (!(value >= coldest && value <= hottest))
        fail(field, value, `≥ ${coldest} and ≤ ${hottest} K (25 °C are 298.15 K)`)
    },
    /** Runs a check that knows nothing of files; its refusal gets the file's name. */
    inFile: (run: () => void) => {
      try {
        run()
      } catch (error) {
        if (!(error instanceof SimulationError)) throw error
        throw new SimulationError(`${fileName}: ${error.message}`, { code: error.code, at: `${fileName}: ${error.at}` })
      }
    },
    /** A share of a volume. */
    share: (field: string, value: number) => {
      if (!(value > 0 && value <= 1)) fail(field, value, '> 0 and ≤ 1')
      if (value < leastShare) fail(field, value, `≥ ${leastShare} and ≤ 1`)
    },
  }
}

const checkPorous = (
  e: PorousElectrode,
  name: 'anode' | 'cathode',
  cell: Cell,
  check: Checks,
  notes: string[],
): void => {
  check.positive(`${name}.thickness`, e.thickness, 'm')
  check.share(`${name}.porosity`, e.porosity)
  check.share(`${name}.activeFraction`, e.activeFraction)
  const solid = e.porosity + e.activeFraction
  if (solid > 1 + roundOff) {
    check.fail(
      `${name}.porosity + activeFraction`,
      `${e.porosity} + ${significant(e.activeFraction)} = ${significant(solid)}`,
      '≤ 1 (the volume fractions share one volume; in BPX the active fraction is surface area per volume × radius / 3)',
    )
  }
  check.share(`${name}.transportEfficiency`, e.transportEfficiency)
  check.positive(`${name}.conductivity`, e.conductivity, 'S/m')
  check.positive(`${name}.particleRadius`, e.particleRadius, 'm')
  check.positive(`${name}.areaDensity`, e.areaDensity, '1/m')
  check.atLeastZero(`${name}.filmResistance`, e.filmResistance, 'Ω·m²')
  check.atLeastZero(`${name}.doubleLayer`, e.doubleLayer, 'F/m²')
  checkAmount(e, `${name}.amount`, check, notes)
  const window = cell.stateOfCharge?.[name]
  for (const [soc, x] of window?.entries() ?? []) {
    const room = roomFor(e.host, e.host.carriers[0].symbol)
    if (!(x >= 0 && x <= room * (1 + roundOff)))
      check.fail(`stateOfCharge.${name} at ${soc}`, x, `≥ 0 and ≤ ${room} per formula unit`)
  }
  check.inFile(() => refuseUnstable(e.host, name, cell.temperature))
  checkHostLaws(e, `${name}.host (${e.host.name})`, cell.temperature, check)
}

const checkAmount = ({ host, amount }: PorousElectrode, field: string, check: Checks, notes: string[]): void => {
  const symbols = host.carriers.map(c => c.symbol)
  for (const [symbol, value] of Object.entries(amount)) {
    if (!symbols.includes(symbol)) {
      check.fail(
        `${field}.${symbol}`,
        value,
        `an ion of ${host.name}: ${symbols.join(', ')}${suggestion(symbol, symbols)}`,
      )
    }
    check.atLeastZero(`${field}.${symbol}`, value, 'per formula unit')
  }
  for (const { weights, max } of host.limits) {
    const filled = Object.entries(weights).reduce((sum, [symbol, weight]) => sum + weight * (amount[symbol] ?? 0), 0)
    if (filled > max * (1 + roundOff)) {
      const room = Object.entries(weights).map(([symbol, w]) => `${w === 1 ? '' : `${w}·`}${symbol}`)
      check.fail(field, `${room.join(' + ')} = ${significant(filled)}`, `≤ ${max} per formula unit of ${host.name}`)
    }
  }
  for (const symbol of symbols) {
    if ((amount[symbol] ?? 0) === 0) notes.push(`${field}.${symbol} is 0 per formula unit at the start`)
  }
}

const checkHostLaws = ({ host, amount }: PorousElectrode, field: string, T: number, check: Checks): void => {
  const n = host.carriers.length
  check.positive(`${field}.molarVolume`, host.molarVolume, 'm³/mol')
  check.atLeastZero(`${field}.molarMass`, host.molarMass, 'g/mol')
  // A run starts this far from an empty host and a full one.
  const start = host.carriers.map(c => Math.max(amount[c.symbol] ?? 0, smallestAmount))
  const inside = sampled.map(share => host.carriers.map(c => (share * roomFor(host, c.symbol)) / n))
  // At the very end μ may be infinite and L zero: only contents that are inside are looked at.
  const contents = isFull(host, start) ? inside : [start, ...inside]
  for (const x of contents) {
    const at = `at ${host.carriers.map((c, i) => `${c.symbol} ${significant(x[i])}`).join(', ')}`
    const mu = host.thermodynamics.potential(x, T)
    const D = host.transport.diffusivity?.(x, T)
    const L = host.transport.onsager(x, T)
    const j0 = host.kinetics.exchangeCurrent(x, mu, T)
    // Between the phases of a host that parts D̃ = L Θ V_m is negative: that is how they part. Of several ions one entry of the
    // diagonal may be below 0 anywhere, as one ion draws another; the eigenvalues may not, and so their sum.
    if (D && n > 1 && !host.gradient) {
      let trace = 0
      for (let i = 0; i < n; i++) trace += D[i * n + i]
      check.positive(`${field}: sum of the diffusivities ${at}`, trace, 'm²/s')
    }
    host.carriers.forEach(({ symbol }, i) => {
      const of = n === 1 ? at : `of ${symbol} ${at}`
      if (!Number.isFinite(mu[i])) check.fail(`${field}: chemical potential ${of}`, mu[i], 'a finite number [J/mol]')
      const U = -mu[i] / (host.carriers[i].charge * F)
      if (!(Math.abs(U) <= largestPotential))
        check.fail(`${field}: equilibrium potential ${of}`, significant(U), `within ±${largestPotential} V`)
      if (D && n === 1 && !host.gradient) check.positive(`${field}: diffusivity ${of}`, D[0], 'm²/s')
      check.atLeastZero(`${field}: Onsager coefficient ${of}`, L[i * n + i], 'mol²/(J·m·s)')
      check.positive(`${field}: exchange current ${of}`, j0[i], 'A/m²')
    })
  }
}

/** Largest content of one carrier alone. */
const roomFor = (host: HostMaterial, symbol: string): number =>
  Math.min(...host.limits.filter(l => (l.weights[symbol] ?? 0) > 0).map(l => l.max / l.weights[symbol]))

const isFull = (host: HostMaterial, x: readonly number[]): boolean =>
  host.limits.some(
    ({ weights, max }) =>
      host.carriers.reduce((sum, c, i) => sum + (weights[c.symbol] ?? 0) * x[i], 0) >= max * (1 - roundOff),
  )

const checkMetal = (e: MetalElectrode, check: Checks): void => {
  const symbols = e.metals.map(m => m.carrier.symbol)
  if (symbols.length === 0) check.fail('anode.metals', 'none', 'at least one metal')
  for (const [symbol, value] of Object.entries(e.amount)) {
    if (!symbols.includes(symbol))
      check.fail(`anode.amount.${symbol}`, value, `a metal of the anode: ${symbols.join(', ')}`)
    check.atLeastZero(`anode.amount.${symbol}`, value, 'mol/m²')
  }
  if (e.mixing === 'solid-solution') check.positive('anode.surfaceLayer', e.surfaceLayer, 'm')
  check.atLeastZero('anode.filmResistance', e.filmResistance, 'Ω·m²')
  check.atLeastZero('anode.doubleLayer', e.doubleLayer, 'F/m²')
}

const checkElectrolyte = (electrolyte: Electrolyte, T: number, check: Checks): void => {
  const { species, concentration, name } = electrolyte
  const field = `electrolyte (${name})`
  species.forEach((s, k) => {
    check.atLeastZero(`${field}: concentration of ${s.name}`, concentration[k], 'mol/m³')
  })
  const charge = netCharge(species, concentration)
  const scale = species.reduce((sum, s, k) => sum + Math.abs(s.charge) * concentration[k], 0) / 2
  if (!(scale > 0)) check.fail(`${field}: concentration`, 'no salt at all', 'some salt')
  if (!(scale >= saltRange[0] && scale <= saltRange[1]))
    check.fail(
      `${field}: concentration`,
      significant(scale),
      `≥ ${saltRange[0]} and ≤ ${saltRange[1]} mol/m³ of charges`,
    )
  if (!(Math.abs(charge) <= roundOff * scale)) {
    check.fail(
      `${field}: charge Σ z c`,
      `${significant(charge)} mol/m³ (${significant((100 * Math.abs(charge)) / scale)} % too much ${charge > 0 ? 'positive' : 'negative'} charge)`,
      '0: as much positive as negative charge',
    )
  }
  const K = species.length
  const D = new Float64Array(K * K)
  const s = new Float64Array(K)
  electrolyte.flux(Float64Array.from(concentration), T, D, s)
  const kappa = species.reduce((sum, { charge: z }, k) => sum + F * z * s[k], 0)
  if (!(kappa > 0 && kappa < Number.POSITIVE_INFINITY)) {
    check.fail(`${field}: conductivity at the start`, kappa, 'a finite number > 0 [S/m]: with none no current can pass')
  }
  for (let k = 0; k < K; k++) {
    if (!Number.isFinite(D[k * K + k]))
      check.fail(`${field}: diffusivity of ${species[k].name}`, D[k * K + k], 'finite [m²/s]')
  }
  if (K !== 2) return
  if (Math.max(D[0], D[3]) > outermost['m²/s'][1])
    check.fail(`${field}: diffusivity`, significant(Math.max(D[0], D[3])), `≤ ${outermost['m²/s'][1]} m²/s`)
  const transference = (F * species[0].charge * s[0]) / kappa
  if (!(transference >= -roundOff && transference <= 1 + roundOff)) {
    check.fail(`${field}: transference number of ${species[0].name}`, transference, 'between 0 and 1')
  }
  const salt = saltDiffusivity(electrolyte, D, s)
  if (!(salt > roundOffDiffusion * Math.abs(D[0]))) {
    check.fail(
      `${field}: diffusivity of the salt at the start`,
      salt < -roundOffDiffusion * Math.abs(D[0]) ? significant(salt) : 0,
      'a finite number > 0 [m²/s]',
    )
  }
}

/**
 * Concentrations, relative to the start, that any discharge reaches, and those that a hard one may: a law must hold in the
 * first, and is said not to in the second.
 */
const reached = [0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.98, 1.02, 1.1, 1.25, 1.5, 2] as const
const mayBeReached = [0.01, 0.03, 3, 4, 5] as const

/** Conductivity, and diffusivity of one salt, where the concentration goes; beyond the start itself. */
const checkReach = (electrolyte: Electrolyte, T: number, check: Checks, notes: string[]): void => {
  const { species, concentration, name } = electrolyte
  const K = species.length
  const D = new Float64Array(K * K)
  const s = new Float64Array(K)
  const broken = (share: number): [string, number, string] | undefined => {
    const c = Float64Array.from(concentration, value => share * value)
    electrolyte.flux(c, T, D, s)
    const kappa = species.reduce((sum, { charge: z }, k) => sum + F * z * s[k], 0)
    if (!(kappa > 0 && kappa < Number.POSITIVE_INFINITY)) return ['conductivity', kappa, 'S/m']
    if (K !== 2) return undefined
    const salt = saltDiffusivity({ ...electrolyte, concentration: [...c] }, D, s)
    return salt > 0 && salt < Number.POSITIVE_INFINITY ? undefined : ['diffusivity', salt, 'm²/s']
  }
  const place = (share: number): string =>
    `at ${significant(share)} of the concentration at the start (${species[0].name} ${significant(share * concentration[0])} mol/m³)`
  for (const share of reached) {
    const found = broken(share)
    if (found)
      check.fail(
        `electrolyte (${name}): ${found[0]} ${place(share)}`,
        significant(found[1]),
        `a finite number > 0 [${found[2]}] from 0.1 to 2 times the concentration at the start, which discharges reach`,
      )
  }
  for (const share of mayBeReached) {
    const found = broken(share)
    if (found)
      notes.push(
        `electrolyte (${name}): ${found[0]} ${place(share)} is ${significant(found[1])} ${found[2]}, and the law ends before it`,
      )
  }
}

/** Diffusivity below this share of D_11 is what round-off leaves of zero. */
const roundOffDiffusion = 1e-14

/** D of one salt from the flux law: N_1 = −ν_1 D ∂c/∂x where no current flows. */
const saltDiffusivity = ({ species, concentration }: Electrolyte, D: Float64Array, s: Float64Array): number => {
  const ratio = concentration[1] / concentration[0]
  const [z1, z2] = [species[0].charge, species[1].charge]
  const [first, second] = [D[0] + D[1] * ratio, D[2] + D[3] * ratio]
  return first - (s[0] * (z1 * first + z2 * second)) / (z1 * s[0] + z2 * s[1])
}

/** Every ion that reacts must be in the electrolyte with a standard potential. */
const checkCarriers = (cell: Cell, check: Checks): void => {
  const dissolved = cell.electrolyte.species.map(s => s.name)
  const anode = cell.anode.kind === 'porous' ? cell.anode.host.carriers : cell.anode.metals.map(m => m.carrier)
  for (const { symbol, charge } of [...anode, ...cell.cathode.host.carriers]) {
    const ion = cell.electrolyte.species.find(s => s.name === symbol)
    if (ion && ion.charge !== charge)
      check.fail(
        `electrolyte (${cell.electrolyte.name}): charge of ${symbol}`,
        ion.charge,
        `${charge}, as in the electrodes`,
      )
    if (!dissolved.includes(symbol)) {
      check.fail(
        `electrolyte (${cell.electrolyte.name})`,
        dissolved.join(', '),
        `an electrolyte that holds ${symbol} too`,
      )
    }
    if (!Number.isFinite(cell.electrolyte.standardPotential[symbol])) {
      check.fail(`electrolyte (${cell.electrolyte.name}): standardPotential.${symbol}`, 'none', 'a number [V]')
    }
  }
  if (cell.reference !== undefined && !Number.isFinite(cell.electrolyte.standardPotential[cell.reference])) {
    check.fail(
      'reference',
      cell.reference,
      `a metal of the electrolyte: ${Object.keys(cell.electrolyte.standardPotential).join(', ')}`,
    )
  }
}

/** Six digits: enough to find the number in a file. */
const significant = (value: number): string => String(Number(value.toPrecision(6)))
