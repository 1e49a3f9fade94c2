import { refuse } from '../src/error.ts'
import { longEnough } from '../src/ladder/long-enough.ts'
import { arrheniusFit } from '../src/lattice/kinetics/arrhenius-fit.ts'
import type { Transport } from '../src/lattice/kinetics/diffusion.ts'
import type { Lattice } from '../src/lattice/lattice.ts'
import { requireMobile } from '../src/lattice/model/network-notes.ts'
import type { Estimate } from '../src/lattice/thermodynamics/averages.ts'
import { amountsOf, checkAmounts, sizeOf, withError } from './lattice-model.ts'
import type { RunRecord } from './lattice-record.ts'
import { type LatticeFiles, latticeFor, latticeRun } from './lattice-run.ts'
import type { Step } from './steps.ts'
import { textTable } from './table.ts'

/** Least sites of a run where no size is asked for. */
const usualSites = 500
/** Events where none are asked for, and the most that a slow carrier makes of them. */
const [usualEvents, mostEvents] = [2e6, 1.3e8]

export type DiffusivityOptions = LatticeFiles & {
  readonly amount: string
  readonly temperature: readonly number[]
  readonly size?: readonly number[]
  readonly events?: number
  readonly pairs: 'on' | 'off' | 'both'
  readonly inside: number | 'plain'
  readonly crossings?: number
  readonly seed: number
}

/** One temperature, with or without hops of two ions. */
export type DiffusivityRun = {
  readonly temperature: number
  readonly pairHops: boolean
  readonly carriers: readonly {
    readonly symbol: string
    /** [per formula unit] */
    readonly amount: number
    readonly ions: number
    /** Exits from a group of sites (hops, where there are none) per ion; under 100 nothing is determined. */
    readonly exits: number
    readonly determined: boolean
    /** [m²/s] and [–]; null where not determined. */
    readonly tracer: Estimate | null
    readonly jump: Estimate | null
    readonly correlation: Estimate | null
    readonly haven: Estimate | null
  }[]
  /** L_ij [mol²/(J·m·s)], rows; null where a carrier is not there, or not determined. */
  readonly L: readonly (readonly (Estimate | null)[])[]
  /** Part of L_ij that hops of two ions carry [–]. */
  readonly pairShare: readonly (readonly (Estimate | null)[])[]
  /** [S/m] */
  readonly conductivity: Estimate
  readonly families: Readonly<Record<string, number>>
  /** Walks at the pace of single carriers; empty where all share one. */
  readonly paces: Transport['paces']
  /** Factor on the rates of fast moves inside groups of sites, by family; empty where all are made as they are. */
  readonly slowed: Readonly<Record<string, number>>
  readonly events: number
  /** Time that passed in the host [s]. */
  readonly time: number
  /** Of CPU time. */
  readonly stepsPerSecond: number
  /** Windows of half the length against the whole, in standard errors: beyond 3 they are too short, and notes say so. */
  readonly drift: Readonly<Record<keyof Transport['drift'], readonly (number | null)[]>>
  readonly notes: readonly string[]
}

/** `dualion diffusivity MODEL --amount …`: tracer, jump and Onsager coefficients at equilibrium, with errors. */
export const diffusivityCommand = async (file: string, o: DiffusivityOptions): Promise<void> => {
  const open = await latticeFor(file, o)
  const { lattice } = open
  const amounts = amountsOf('--amount', o.amount, lattice).map(x => x ?? 0)
  checkAmounts('--amount', lattice, amounts)
  if (amounts.every(x => x === 0)) refuse('--amount', o.amount, 'at least one carrier with a content above 0')
  requireMobile(
    lattice,
    amounts.flatMap((x, i) => (x > 0 ? [i] : [])),
  )
  const size = sizeOf(lattice, o.size, usualSites)
  const plan = planOf(o)
  await latticeRun(file, open, o, {
    format: 'dualion diffusivity',
    id: [size],
    steps: record => allRuns(lattice, { ...o, amounts, size, plan, record }),
    output: record => {
      const runs = plan.flatMap(({ name }) => (record.done.get(name) as DiffusivityRun | undefined) ?? [])
      const arrhenius = arrheniusOf(runs)
      return {
        summary: summary(runs, arrhenius, size),
        notes: runs.flatMap(({ temperature, pairHops, notes }) =>
          notes.map(note => `${temperature} K, pair hops ${pairHops ? 'on' : 'off'}: ${note}`),
        ),
        rows: () => runs.map(rowOf),
        json: () => ({ size, seed: o.seed, arrhenius, runs }),
        ...(runs.some(run => run.carriers.some(one => (one.tracer?.value ?? 0) > 0))
          ? { figure: () => figureOf(runs, lattice.name) }
          : {}),
      }
    },
  })
}

type PlannedRun = { readonly name: string; readonly temperature: number; readonly pairHops: boolean }

const planOf = ({ temperature, pairs }: DiffusivityOptions): PlannedRun[] =>
  (pairs === 'both' ? [true, false] : [pairs === 'on']).flatMap(pairHops =>
    temperature.map(T => ({ name: `${T} K, pair hops ${pairHops ? 'on' : 'off'}`, temperature: T, pairHops })),
  )

function* allRuns(
  lattice: Lattice,
  o: DiffusivityOptions & {
    readonly amounts: readonly number[]
    readonly size: readonly [number, number, number]
    readonly plan: readonly PlannedRun[]
    readonly record: RunRecord
  },
): Generator<Step, true> {
  const { plan, record, amounts, size } = o
  for (const [k, { name, temperature, pairHops }] of plan.entries()) {
    if (record.done.has(name)) continue
    const steps = longEnough({
      lattice,
      size,
      temperature,
      amounts,
      events: o.events ?? usualEvents,
      most: o.events ?? mostEvents,
      seed: o.seed,
      // a stream of its own for each, so that a part that was stopped comes out the same again
      stream: k,
      pairHops,
      ...(o.crossings === undefined
        ? { inside: o.inside === 'plain' ? ('plain' as const) : { ratio: o.inside } }
        : { throttle: { crossings: o.crossings } }),
    })
    let measured = process.cpuUsage()
    let next = steps.next()
    while (!next.done) {
      if (next.value.phase === 'settling') measured = process.cpuUsage()
      yield { fraction: (k + next.value.done) / plan.length, doing: `${name}, ${next.value.phase}` }
      next = steps.next()
    }
    const { user, system } = process.cpuUsage(measured)
    const seconds = (user + system) / 1e6
    record.keep(name, runOf(next.value, pairHops, seconds))
  }
  return true
}

const runOf = (found: Transport, pairHops: boolean, seconds: number): DiffusivityRun => {
  const { carriers, determined } = found
  const n = carriers.length
  const known = (i: number, one: Estimate): Estimate | null =>
    determined[i] && Number.isFinite(one.value) ? one : null
  const square = (values: readonly Estimate[]) =>
    carriers.map((_, i) =>
      carriers.map((_, j) => (determined[i] && determined[j] ? known(i, values[i * n + j]) : null)),
    )
  return {
    temperature: found.temperature,
    pairHops,
    carriers: carriers.map((symbol, i) => ({
      symbol,
      amount: found.amounts[i],
      ions: found.ions[i],
      exits: found.exits[i],
      determined: determined[i],
      tracer: known(i, found.Dtr[i]),
      jump: known(i, found.Dj[i]),
      correlation: known(i, found.f[i]),
      haven: known(i, found.HR[i]),
    })),
    L: square(found.L),
    pairShare: square(found.pairShare),
    conductivity: found.conductivity,
    families: found.families,
    slowed: found.inside.families,
    paces: found.paces,
    events: found.events,
    time: found.time,
    stepsPerSecond: found.events / seconds,
    // as a record on file has it, so that a run that was gone on with says the same
    drift: { L: found.drift.L.map(finite), Dtr: found.drift.Dtr.map(finite) },
    notes: found.notes,
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

type Arrhenius = {
  readonly carrier: string
  readonly pairHops: boolean
  /** E of D* = D₀ exp(−E/k_BT) [eV], D₀ [m²/s]. */
  readonly activationEnergy: Estimate
  readonly prefactor: number
  /** Of ln D₀. */
  readonly prefactorLogError: number
  readonly reducedChiSquare: number
}

/** ln D* against 1/k_BT of each carrier, where two temperatures or more are known. */
const arrheniusOf = (runs: readonly DiffusivityRun[]): Arrhenius[] => {
  const first = runs[0]
  if (first === undefined) return []
  return [...new Set(runs.map(run => run.pairHops))].flatMap(pairHops =>
    first.carriers.flatMap(({ symbol }, i) => {
      const points = runs.flatMap(({ pairHops: hops, temperature, carriers }) => {
        const tracer = hops === pairHops ? carriers[i].tracer : null
        return tracer && tracer.value > 0 && tracer.error > 0 ? [{ temperature, ...tracer }] : []
      })
      if (points.length < 2) return []
      const { Ea, D0, chi2 } = arrheniusFit(points)
      return [
        {
          carrier: symbol,
          pairHops,
          activationEnergy: Ea,
          prefactor: D0.value,
          prefactorLogError: D0.error / D0.value,
          reducedChiSquare: chi2 / (points.length - 2),
        },
      ]
    }),
  )
}

const words = (one: Estimate | null): string => (one === null ? 'not determined' : withError(one.value, one.error))

const summary = (runs: readonly DiffusivityRun[], arrhenius: readonly Arrhenius[], size: readonly number[]): string => {
  if (runs.length === 0) return ''
  const several = new Set(runs.map(run => run.pairHops)).size > 1
  const rows = runs.flatMap(run =>
    run.carriers
      .filter(one => one.ions > 0)
      .map(one => [
        String(run.temperature),
        ...(several ? [run.pairHops ? 'on' : 'off'] : []),
        one.symbol,
        one.amount.toFixed(4),
        words(one.tracer),
        words(one.correlation),
        words(one.jump),
        words(one.haven),
        one.exits.toPrecision(3),
      ]),
  )
  const matrices = runs.flatMap(run => [
    `\n${run.temperature} K${several ? `, pair hops ${run.pairHops ? 'on' : 'off'}` : ''}: L / mol²/(J·m·s)\n`,
    textTable(
      [
        ['', ...run.carriers.map(one => one.symbol)],
        ...run.carriers.map((one, i) => [
          one.symbol,
          ...run.L[i].map(l => (l === null ? '–' : withError(l.value, l.error))),
        ]),
      ],
      { indent: 2 },
    ),
    `  ${run.events} events in ${run.time.toExponential(3)} s, ${(run.stepsPerSecond / 1e6).toFixed(2)} M events a second: ${Object.entries(
      run.families,
    )
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}\n`,
    ...run.paces.map(
      ({ carriers, events, time, saved }) =>
        `  at the pace of ${carriers.map(i => run.carriers[i].symbol).join(' and ')}: ${events} events in ${time.toExponential(3)} s, for ${Math.max(1, saved).toPrecision(3)} times as many\n`,
    ),
    ...Object.entries(run.slowed).flatMap(([name, factor]) =>
      factor < 1 ? [`  ${name} slowed to ${factor.toPrecision(2)} of its rate, at equilibrium between exits\n`] : [],
    ),
  ])
  const fits = arrhenius.map(
    one =>
      `${one.carrier}${several ? (one.pairHops ? ', pair hops on' : ', pair hops off') : ''}: D* = ${one.prefactor.toExponential(2)} m²/s exp(−E/kT), E = ${withError(one.activationEnergy.value, one.activationEnergy.error)} eV\n`,
  )
  return [
    `${size.join(' × ')} cells\n\n`,
    textTable([
      ['T / K', ...(several ? ['pair hops'] : []), '', 'x', 'D* / m²/s', 'f', 'D_J / m²/s', 'H_R', 'exits an ion'],
      ...rows,
    ]),
    ...matrices,
    ...(fits.length > 0 ? ['\n', ...fits] : []),
    '\n',
  ].join('')
}

const figureOf = async (runs: readonly DiffusivityRun[], title: string): Promise<string> => {
  const { line } = await import('../src/plot/line.ts')
  const { ionColour } = await import('../src/plot/theme.ts')
  const symbols = runs[0].carriers.map(one => one.symbol)
  const curves = [true, false].flatMap(pairHops =>
    symbols.flatMap((symbol, i) => {
      const own = runs
        .filter(run => run.pairHops === pairHops && (run.carriers[i].tracer?.value ?? 0) > 0)
        .sort((a, b) => b.temperature - a.temperature)
      const curve = {
        x: own.map(run => 1000 / run.temperature),
        y: own.map(run => run.carriers[i].tracer!.value),
        colour: ionColour(symbol, symbols),
      }
      if (own.length === 0) return []
      const label = pairHops ? symbol : `${symbol}, pair hops off`
      return [
        { ...curve, points: true },
        { ...curve, label, dashed: !pairHops },
      ]
    }),
  )
  return line(curves, {
    title,
    x: { label: '1000 / T (1/K)' },
    y: { label: 'Tracer diffusivity (m²/s)', log: true },
  })
}

const rowOf = (run: DiffusivityRun): Record<string, number | string> => ({
  'Temperature / K': run.temperature,
  'Pair Hops / 1': run.pairHops ? 'on' : 'off',
  ...Object.fromEntries(
    run.carriers.flatMap(one => {
      const cells = (name: string, unit: string, value: Estimate | null): [string, number][] => [
        [`${one.symbol} ${name} / ${unit}`, value?.value ?? Number.NaN],
        [`${one.symbol} ${name} Error / ${unit}`, value?.error ?? Number.NaN],
      ]
      return [
        [`${one.symbol} Amount / 1`, one.amount] as [string, number],
        ...cells('Tracer Diffusivity', 'm2/s', one.tracer),
        ...cells('Correlation Factor', '1', one.correlation),
        ...cells('Jump Diffusivity', 'm2/s', one.jump),
        ...cells('Haven Ratio', '1', one.haven),
        [`${one.symbol} Exits / 1`, one.exits] as [string, number],
      ]
    }),
  ),
  ...Object.fromEntries(
    run.carriers.flatMap((a, i) =>
      run.carriers.flatMap((b, j) => [
        [`L ${a.symbol} ${b.symbol} / mol2/(J m s)`, run.L[i][j]?.value ?? Number.NaN],
        [`L ${a.symbol} ${b.symbol} Error / mol2/(J m s)`, run.L[i][j]?.error ?? Number.NaN],
      ]),
    ),
  ),
  'Events / 1': run.events,
})
