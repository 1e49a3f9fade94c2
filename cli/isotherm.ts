import { refuse } from '../src/error.ts'
import { hamiltonianSteps } from '../src/lattice/hamiltonian.ts'
import type { Lattice } from '../src/lattice/lattice.ts'
import { latticeSupercell } from '../src/lattice/supercell.ts'
import { metropolisBreaths, usualWarmUp } from '../src/lattice/thermodynamics/metropolis.ts'
import { saying } from '../src/run.ts'
import { F } from '../src/units.ts'
import { amountsOf, carriersOf, checkAmounts, mostAmount, sizeOf, withError } from './lattice-model.ts'
import type { RunRecord } from './lattice-record.ts'
import { type LatticeFiles, latticeFor, latticeRun } from './lattice-run.ts'
import type { Step } from './steps.ts'
import { textTable } from './table.ts'

/** Least sites of a run where no size is asked for. */
const usualSites = 500

/** Trials from one sign of life to the next: a tenth of a second in the largest lattice. */
const trialsABreath = 5e4

export type IsothermOptions = LatticeFiles & {
  readonly carriers?: readonly string[]
  readonly temperature: readonly number[]
  readonly amount?: string
  readonly points: number
  readonly size?: readonly number[]
  readonly sweeps: number
  readonly error: number
  readonly seed: number
}

/** One point of a curve, in SI. */
export type IsothermPoint = {
  readonly temperature: number
  readonly carrier: string
  /** [per formula unit], [n] */
  readonly amount: readonly number[]
  /** Of the scanned carrier [J/mol], against its own metal, and its standard error. */
  readonly mu: number
  readonly muError: number
  /** U = −μ/(zF) [V], and its standard error. */
  readonly voltage: number
  readonly voltageError: number
  /** H/N [J/mol of formula units] and its standard error. */
  readonly energy: number
  readonly energyError: number
  /** Filled share by sublattice and carrier. */
  readonly occupancy: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly sweeps: number
  readonly outcome: string
}

/** `dualion isotherm MODEL`: μ and voltage of each carrier over its amount, the others held at theirs. */
export const isothermCommand = async (file: string, o: IsothermOptions): Promise<void> => {
  const open = await latticeFor(file, o)
  const { lattice } = open
  const scanned = carriersOf(lattice, o.carriers)
  const held = amountsOf('--amount', o.amount, lattice).map(x => x ?? 0)
  for (const i of scanned)
    checkAmounts(
      '--amount',
      lattice,
      held.map((x, j) => (j === i ? 0 : x)),
    )
  const size = sizeOf(lattice, o.size, usualSites)
  const plan = planOf(lattice, { ...o, scanned, held, size })
  await latticeRun(file, open, o, {
    format: 'dualion isotherm',
    id: [size],
    steps: record => isothermSteps(lattice, { ...o, size, plan, record }),
    output: record => {
      const points = plan.flatMap(({ name }) => (record.done.get(name) as IsothermPoint | undefined) ?? [])
      return {
        summary: summary(points, plan.length, size),
        rows: () => points.map(point => rowOf(point, lattice.carriers)),
        json: () => ({ size, seed: o.seed, points }),
        figure: () => figureOf(points, lattice),
      }
    },
  })
}

type PlannedPoint = {
  readonly name: string
  readonly temperature: number
  readonly carrier: number
  readonly amount: readonly number[]
}

/** Points of every curve in the middles of even stretches: at the very ends μ runs away, and single ions count. */
const planOf = (
  lattice: Lattice,
  o: {
    readonly scanned: readonly number[]
    readonly held: readonly number[]
    readonly temperature: readonly number[]
    readonly points: number
    readonly size: readonly number[]
  },
): PlannedPoint[] => {
  const units = lattice.formulaUnits * o.size[0] * o.size[1] * o.size[2]
  return o.temperature.flatMap(temperature =>
    o.scanned.flatMap(carrier => {
      const symbol = lattice.carriers[carrier].symbol
      const most = mostAmount(lattice, carrier, o.held)
      // whole ions, and room for one more
      const full = Math.floor(most * units + 1e-9) - 1
      if (full < 1) refuse(`--amount`, `no room for ${symbol}`, 'less of the others, or a larger --size')
      const counts = Array.from({ length: o.points }, (_, k) => Math.floor((full * (k + 0.5)) / o.points))
      return [...new Set(counts)].map(count => ({
        name: `${temperature} ${symbol} ${count}`,
        temperature,
        carrier,
        amount: o.held.map((x, i) => (i === carrier ? count / units : x)),
      }))
    }),
  )
}

/** All points, each on record when it is done. Every one has its own stream, so one that was stopped comes out the same again. */
function* isothermSteps(
  lattice: Lattice,
  o: IsothermOptions & {
    readonly size: readonly [number, number, number]
    readonly plan: readonly PlannedPoint[]
    readonly record: RunRecord
  },
): Generator<Step, true> {
  const { plan, record } = o
  const share = 1 / plan.length
  const begin: Step = { fraction: 0, doing: 'setting up' }
  yield begin
  const H = yield* saying(begin, hamiltonianSteps(lattice, latticeSupercell(lattice, o.size)))
  for (const [k, { name, temperature, carrier, amount }] of plan.entries()) {
    if (record.done.has(name)) continue
    const doing = `${lattice.carriers[carrier].symbol} ${amount[carrier].toFixed(3)} at ${temperature} K, point ${k + 1} of ${plan.length}`
    const run = metropolisBreaths(
      {
        H,
        temperature,
        reservoirs: amount.map((x, i) => (i === carrier ? { between: x } : { amount: x })),
        seed: o.seed,
        stream: k + 1,
        sweeps: o.sweeps,
        wanted: { mu: o.error },
        // a sign of life often enough for a signal to be heard, however large the lattice
        every: Math.max(1, Math.min(100, Math.ceil(trialsABreath / H.run.sites))),
      },
      trialsABreath,
    )
    let next = run.next()
    // of all that a point may take; signs of life within a sweep count as parts of it
    const most = usualWarmUp + o.sweeps
    const breaths = Math.max(1, (2 * H.run.sites) / trialsABreath)
    let through = 0
    while (!next.done) {
      if (next.value === undefined) through += 1 / breaths / most
      else through = ((next.value.phase === 'measuring' ? usualWarmUp : 0) + next.value.sweeps) / most
      yield { fraction: share * (k + Math.min(1, through)), doing }
      next = run.next()
    }
    const { charge, symbol } = lattice.carriers[carrier]
    const { mu, muError, energy, occupancy, sweeps, outcome, amount: mean } = next.value
    const point: IsothermPoint = {
      temperature,
      carrier: symbol,
      amount: mean.map(one => one.value),
      mu: mu[carrier].value * F,
      muError: muError[carrier] * F,
      voltage: -mu[carrier].value / charge,
      voltageError: muError[carrier] / charge,
      energy: energy.value * F,
      energyError: energy.error * F,
      occupancy: Object.fromEntries(
        lattice.sublattices.map((kind, g) => [
          kind,
          Object.fromEntries(
            lattice.carriers.map((one, i) => [one.symbol, occupancy[g * lattice.carriers.length + i].value]),
          ),
        ]),
      ),
      sweeps,
      outcome,
    }
    record.keep(name, point)
    yield { fraction: share * (k + 1), doing }
  }
  return true
}

const summary = (points: readonly IsothermPoint[], planned: number, size: readonly number[]): string => {
  const shown = points.length <= 24 ? points : points.filter((_, k) => k % Math.ceil(points.length / 24) === 0)
  const slow = points.filter(point => point.outcome !== 'settled').length
  return [
    `${points.length} of ${planned} points on ${size.join(' × ')} cells${slow > 0 ? `; ${slow} ended before the wanted error was reached` : ''}\n\n`,
    textTable([
      ['T / K', 'carrier', 'x', 'μ / kJ/mol', 'U / V'],
      ...shown.map(({ temperature, carrier, amount, mu, muError, voltage, voltageError }) => [
        String(temperature),
        carrier,
        amount.map(x => x.toFixed(3)).join(' '),
        withError(mu / 1000, muError / 1000),
        withError(voltage, voltageError),
      ]),
    ]),
    '\n',
  ].join('')
}

const figureOf = async (points: readonly IsothermPoint[], { name, carriers }: Lattice): Promise<string> => {
  const { line } = await import('../src/plot/line.ts')
  const { ionColour } = await import('../src/plot/theme.ts')
  const symbols = carriers.map(one => one.symbol)
  const curves = [...new Set(points.map(point => `${point.carrier} ${point.temperature}`))].map(key => {
    const own = points.filter(point => `${point.carrier} ${point.temperature}` === key)
    const [{ carrier, temperature }] = own
    return {
      x: own.map(point => point.amount[symbols.indexOf(carrier)]),
      y: own.map(point => point.voltage),
      label: `${carrier} ${temperature} K`,
      colour: ionColour(carrier, symbols),
    }
  })
  return line(curves, {
    title: name,
    x: { label: 'Content of the carrier per formula unit' },
    y: { label: 'Potential against its own metal (V)' },
  })
}

const rowOf = (point: IsothermPoint, carriers: Lattice['carriers']): Record<string, number | string> => ({
  'Temperature / K': point.temperature,
  'Carrier / 1': point.carrier,
  ...Object.fromEntries(carriers.map(({ symbol }, i) => [`${symbol} Amount / 1`, point.amount[i]])),
  'Chemical Potential / J/mol': point.mu,
  'Chemical Potential Error / J/mol': point.muError,
  'Voltage / V': point.voltage,
  'Voltage Error / V': point.voltageError,
  'Energy / J/mol': point.energy,
  'Energy Error / J/mol': point.energyError,
  ...Object.fromEntries(
    Object.entries(point.occupancy).flatMap(([kind, filled]) =>
      Object.entries(filled).map(([symbol, share]) => [`${symbol} On ${kind} / 1`, share]),
    ),
  ),
  'Sweeps / 1': point.sweeps,
  'Outcome / 1': point.outcome,
})
