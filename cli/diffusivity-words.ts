/** The runs of `dualion diffusivity` for a reader: summary, rows of a table, figure. */
import type { Estimate } from '../src/lattice/thermodynamics/averages.ts'
import type { Arrhenius } from './arrhenius.ts'
import type { DiffusivityRun } from './diffusivity-run.ts'
import { withError } from './lattice-model.ts'
import { textTable } from './table.ts'

const words = (one: Estimate | null): string => (one === null ? 'not determined' : withError(one.value, one.error))

/** Diffusivities, matrices, events, activation energies. */
export const summary = (
  runs: readonly DiffusivityRun[],
  arrhenius: readonly Arrhenius[],
  size: readonly number[],
): string => {
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

/** Tracer diffusivities over 1/T, as SVG. */
export const figureOf = async (runs: readonly DiffusivityRun[], title: string): Promise<string> => {
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

/** A row of CSV. */
export const rowOf = (run: DiffusivityRun): Record<string, number | string> => ({
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
