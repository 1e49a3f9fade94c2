/** What a rung of slabs says: contents and times of each filling, their spread, what the throttle changes. */
import type { Lattice } from '../lattice/lattice.ts'
import type { Provenance } from '../lattice/model/provenance.ts'
import { deviation, mean } from '../math/spread.ts'
import { fillingsFigure } from '../plot/slab-fillings.ts'
import { restsOn } from './basis.ts'
import type { StageReport } from './stage.ts'
import type { Filling, SlabCase, SlabRun, SlabRung, SlabSettings } from './stages/slab.ts'

type Spread = { readonly value: number; readonly error: number }

/** Mean over runs and its standard error. */
const spread = (values: readonly number[]): Spread => ({
  value: mean(values),
  error: deviation(values) / Math.sqrt(values.length),
})

const over = (runs: readonly SlabRun[], of: (run: SlabRun) => number): Spread => spread(runs.map(of))
const words = ({ value, error }: Spread, digits = 2): string => `${value.toFixed(digits)} ± ${error.toFixed(digits)}`

/** Geometric mean of times and the factor that is their standard error; said where some runs never came so far. */
const timeWords = (times: readonly (number | null)[]): string => {
  const known = times.filter(time => time !== null).filter(time => time > 0)
  if (known.length < times.length) return known.length === 0 ? 'never' : `${known.length} of ${times.length} runs`
  const { value, error } = spread(known.map(Math.log))
  return `${Math.exp(value).toExponential(1)} ×/÷ ${Math.exp(error).toFixed(2)}`
}

/** `second alone` with the symbols of the carriers. */
export const fillingWords = (filling: Filling, [lead, second]: readonly string[]): string =>
  filling === 'second alone'
    ? `${second} alone`
    : filling === 'second after first'
      ? `${second} after ${lead}`
      : 'both together'

export const slabReport = (
  rung: SlabRung,
  settings: SlabSettings,
  { lattice, provenance }: { readonly lattice: Lattice; readonly provenance: readonly Provenance[] },
): StageReport => {
  const { carriers, cases, times } = rung
  const [, second] = carriers
  const { size, potential, metals, exchange, first, temperature, seeds, crossings, time } = settings
  const own = cases.filter(one => one.crossings === crossings)
  const list = (values: Readonly<Record<string, number>>, unit: string) =>
    Object.entries(values)
      .map(([symbol, value]) => `${symbol} ${value}`)
      .join(', ') + unit
  const half = times.findLastIndex(t => t <= time / 30)
  return {
    ...restsOn(provenance),
    lines: [
      `${size.join(' × ')} cells, ${size[lattice.dimension - 1]} layers of ${(rung.thickness / 10).toFixed(2)} nm, open at one face, ${temperature} K, held at ${potential} V for ${time} s; metals at ${list(metals, ' V')}; k⁰ ${list(exchange, ' /s')} a site of the face. Potentials, k⁰ and times are chosen (assumed), not measured`,
      `${second} after ${carriers[0]}: ${carriers[0]} alone at ${first.potential} V until there is ${first.amount} of it, then ${second} alone passes the face. Times count from when ${second} is let in`,
      `Means of ${seeds} runs with their standard errors; places are crossed to and fro at most ${crossings} times while a slab grows as old again, in the check ${(crossings / 3).toFixed(0)}`,
      ...speedWords(own, settings.amounts, carriers),
      ...sameWords(own),
      ...checkWords(rung, settings),
      stepWords(own),
    ],
    table: [
      [
        'filling',
        'model',
        ...carriers.map(symbol => `x(${symbol}) after ${times[half].toExponential(0)} s`),
        ...carriers.map(symbol => `x(${symbol}) at the end`),
        `x(${second}) in the deeper half after ${times[half].toExponential(0)} s`,
        ...settings.amounts.map(x => `s until x(${second}) = ${x}`),
        'jam then, at the end',
      ],
      ...own.map(({ filling, variant, runs }) => [
        fillingWords(filling, carriers),
        variant,
        ...carriers.map((_, i) => words(over(runs, run => run.amount[i][half]))),
        ...carriers.map((_, i) => words(over(runs, run => run.amount[i][times.length - 1]))),
        words(over(runs, run => run.deep[half])),
        ...settings.amounts.map((_, k) => timeWords(runs.map(run => run.reached[k]))),
        [1, 2].map(k => words(over(runs, run => run.jam[k]))).join(', '),
      ]),
    ],
    figures: [{ name: 'slabs', svg: figureOf(rung, own) }],
  }
}

/** How much sooner the second carrier is in after the first than alone, or later. */
const speedWords = (cases: readonly SlabCase[], amounts: readonly number[], carriers: readonly string[]): string[] =>
  [...new Set(cases.map(one => one.variant))].flatMap(variant => {
    const runsOf = (filling: Filling) => cases.find(one => one.variant === variant && one.filling === filling)!.runs
    const alone = runsOf('second alone')
    return (['second after first', 'both together'] as const).map(filling => {
      const runs = runsOf(filling)
      const each = amounts.map((x, k) => {
        const what = `x(${carriers[1]}) = ${x}`
        if (![alone, runs].every(all => all.every(run => (run.reached[k] ?? 0) > 0)))
          return `${what} is not reached by all runs`
        const [a, b] = [alone, runs].map(all => spread(all.map(run => Math.log(run.reached[k]!))))
        const ratio = Math.exp(a.value - b.value)
        const factor = Math.exp(Math.hypot(a.error, b.error)).toFixed(2)
        return `${what} comes ${Math.max(ratio, 1 / ratio).toFixed(2)} times (×/÷ ${factor}) ${ratio >= 1 ? 'sooner' : 'later'}`
      })
      return `${variant}, ${fillingWords(filling, carriers)}, beside ${carriers[1]} alone: ${each.join(', ')}`
    })
  })

/** Models beside whose moves of their own were never made: the same runs come out to the last digit. */
const sameWords = (cases: readonly SlabCase[]): string[] => {
  const [first, ...others] = [...new Set(cases.map(one => one.variant))]
  const runsOf = (variant: string) =>
    JSON.stringify(cases.filter(one => one.variant === variant).map(({ runs }) => runs))
  return others
    .filter(variant => runsOf(variant) === runsOf(first))
    .map(
      variant =>
        `${variant}: every run is that of ${first} to the last digit, as the hops that it has more were never made`,
    )
}

/** Contents at the begin, the end and between with a third of the crossings beside those with all, in standard errors. */
const checkWords = ({ cases, carriers, times }: SlabRung, { crossings }: SlabSettings): string[] => {
  const differences = cases
    .filter(one => one.crossings !== crossings)
    .flatMap(check => {
      const main = cases.find(
        one => one.crossings === crossings && one.variant === check.variant && one.filling === check.filling,
      )!
      return carriers.flatMap((_, i) =>
        [0, 1, 2, 3, 4].flatMap(quarter => {
          const k = Math.round((quarter / 4) * (times.length - 1))
          const [a, b] = [main, check].map(({ runs }) => over(runs, run => run.amount[i][k]))
          const error = Math.hypot(a.error, b.error)
          return error > 0 ? [{ z: Math.abs(a.value - b.value) / error, x: Math.abs(a.value - b.value) }] : []
        }),
      )
    })
  if (differences.length === 0) return []
  const worst = differences.reduce((most, one) => (one.z > most.z ? one : most))
  const root = Math.sqrt(differences.reduce((sum, { x }) => sum + x * x, 0) / differences.length)
  return [
    `A third of the crossings changes contents by ${root.toFixed(3)} per formula unit (root mean square of ${differences.length}), ${worst.z.toFixed(1)} standard errors at most`,
  ]
}

const stepWords = (cases: readonly SlabCase[]): string => {
  const sum = (of: (run: SlabRun) => number) =>
    cases.reduce((all, { runs }) => all + runs.reduce((s, run) => s + of(run), 0), 0)
  const made = sum(run => run.events)
  return `${(made / 1e6).toFixed(0)} million steps; every one made, it would have been ${(sum(run => run.unthrottled) / 1e6).toFixed(0)} million`
}

const figureOf = (rung: SlabRung, cases: readonly SlabCase[]): string => {
  const { carriers, times, told, thickness } = rung
  const fillings = [...new Set(cases.map(one => one.filling))]
  const variants = [...new Set(cases.map(one => one.variant))]
  return fillingsFigure(
    fillings.map(filling => {
      const own = variants.map(variant => cases.find(one => one.filling === filling && one.variant === variant)!)
      const means = (of: (run: SlabRun, k: number) => number, length: number, { runs }: SlabCase) =>
        Array.from({ length }, (_, k) => over(runs, run => of(run, k)).value)
      return {
        title: fillingWords(filling, carriers),
        models: own.map(one => ({
          name: one.variant,
          amount: carriers.map((_, i) => means((run, k) => run.amount[i][k], times.length, one)),
        })),
        profiles: told.map((k, p) => ({
          label: `${times[k].toExponential(0)} s`,
          x: carriers.map((_, i) =>
            means((run, l) => run.profiles[p][i][l], own[0].runs[0].profiles[p][i].length, own[0]),
          ),
        })),
      }
    }),
    {
      ...{ carriers, times, thickness },
      title: `Slabs: solid ${variants[0]}${variants
        .slice(1)
        .map((name, k) => `, dashed ${'and paler '.repeat(k)}${name}`)
        .join('')}`,
    },
  )
}
