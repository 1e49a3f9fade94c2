import { SimulationError } from '../../error.ts'
import { arrheniusFit } from '../../lattice/kinetics/arrhenius-fit.ts'
import type { Lattice } from '../../lattice/lattice.ts'
import type { Estimate } from '../../lattice/thermodynamics/averages.ts'
import { restsOn } from '../basis.ts'
import { gridPoints } from '../compositions.ts'
import { type Conduction, conductionOf } from '../conduction.ts'
import { longEnough, usualTimes } from '../long-enough.ts'
import { relayed, type Stage } from '../stage.ts'
import { arrheniusFigure, plusMinus } from './conduction-figure.ts'
import { latticeOfRung } from './lattice.ts'

export type ConductionSettings = {
  /** [K] */
  readonly temperatures: readonly number[]
  /** Contents by carrier [per formula unit], one walk of each at each temperature. */
  readonly contents: readonly Readonly<Record<string, number>>[]
  readonly size: readonly [number, number, number]
  /** Events of a walk. */
  readonly events: number
  /** Fast moves inside groups of sites while an ion makes one exit. */
  readonly inside: number
  /** Exits of an ion while a window lasts. */
  readonly window: number
  readonly seed: number
}

/** D = D₀ exp(−E_a/k_BT) through the temperatures of one content. */
export type ActivationFit = {
  /** Contents [per formula unit], [n]. */
  readonly x: readonly number[]
  /** `D*(Li)`, or `D_σ`: that of the charge of all ions. */
  readonly of: string
  /** [eV], [m²/s] */
  readonly Ea: Estimate
  readonly D0: Estimate
  readonly chi2: number
  readonly temperatures: number
}

export type ConductionRung = { readonly samples: readonly Conduction[]; readonly fits: readonly ActivationFit[] }

/**
 * How ions of one content conduct, over temperature: tracer diffusivities, that of charge, Haven ratio and conductivity of the
 * same walk, so that their errors are those of the ratio; and what activates them.
 */
export const conductionStage = (settings: ConductionSettings): Stage<ConductionRung> => ({
  name: 'conduction',
  title: 'Conduction: tracer and collective diffusivity, Haven ratio, conductivity',
  version: 1,
  needs: ['lattice'],
  settings,
  *run({ inputs, kept }) {
    const { lattice } = latticeOfRung(inputs.lattice)
    const { temperatures, contents, size, seed, events, inside, window } = settings
    const points = contents.flatMap((content, k) => {
      const amounts = Object.fromEntries(Object.entries(content).map(([symbol, x]) => [symbol, [x]]))
      return gridPoints(lattice, { temperatures, amounts }, `conduction.contents.${k}`)
    })
    const samples: Conduction[] = [...((kept as Conduction[] | undefined) ?? [])]
    for (let k = samples.length; k < points.length; k++) {
      const { T, x } = points[k]
      const doing = `conduction at x = ${x.join(', ')}, ${T} K`
      // a stream of its own for each, so that a climb that was stopped gives the same samples
      const steps = longEnough({
        ...{ lattice, size, temperature: T, amounts: x, seed, stream: k },
        ...{ events, most: usualTimes * events, inside: { ratio: inside }, window },
      })
      try {
        const found = yield* relayed(steps, ({ done }) => ({ fraction: (k + done) / points.length, doing }))
        samples.push(
          conductionOf(
            found,
            lattice.carriers.map(({ charge }) => charge),
          ),
        )
      } catch (error) {
        if (!(error instanceof SimulationError && error.code === 'method')) throw error
        throw new SimulationError(`${doing}: ${error.message}`, { code: 'method', at: error.at, cause: error })
      }
      yield { kind: 'keep', state: samples }
    }
    return { samples, fits: fitsOf(samples, lattice) }
  },
  report: ({ samples, fits }, { inputs }) => {
    const { lattice, provenance } = latticeOfRung(inputs.lattice)
    const symbols = lattice.carriers.map(carrier => carrier.symbol)
    const there = symbols.flatMap((_, i) => (samples.some(({ x }) => x[i] > 0) ? [i] : []))
    const open = samples.filter(({ x, tracer }) => x.some((y, i) => y > 0 && tracer[i] === null)).length
    const pairs = samples.some(({ pairShare }) => pairShare.some(share => (share?.value ?? 0) !== 0))
    return {
      ...restsOn(provenance),
      lines: [
        `${samples.length} walks on ${settings.size.join(' × ')} cells at ${settings.temperatures.join(', ')} K`,
        'D_σ = σRT/(F² Σ z² c), the diffusivity of charge; H_R = Σ z² c D*/(Σ z² c D_σ), so that σ = F² Σ z² c D*/(RT H_R)',
        ...(open > 0 ? [`${open} of them with too few exits of some ion for its diffusivity: that is left out`] : []),
        ...fits.map(
          ({ x, of, Ea, D0, chi2, temperatures }) =>
            `${contentWords(x, symbols)}: ${of} = (${plusMinus(D0)} m²/s) exp(−(${Ea.value.toFixed(4)} ± ${Ea.error.toFixed(4)} eV)/k_BT), χ² ${chi2.toFixed(1)} with ${temperatures - 2} degrees of freedom`,
        ),
        ...samples.flatMap(({ x, T, notes }) => notes.map(note => `${contentWords(x, symbols)}, ${T} K: ${note}`)),
      ],
      table: [
        [
          'content',
          'T / K',
          ...there.map(i => `D*(${symbols[i]}) / m²/s`),
          'D_σ / m²/s',
          'H_R',
          'σ / S/m',
          ...(pairs ? ['share of hops of two'] : []),
          'exits an ion',
        ],
        ...samples.map(sample => [
          contentWords(sample.x, symbols),
          String(sample.T),
          ...there.map(i => plusMinus(sample.tracer[i])),
          plusMinus(sample.charge),
          sample.haven === null ? '–' : `${sample.haven.value.toFixed(3)} ± ${sample.haven.error.toFixed(3)}`,
          plusMinus(sample.conductivity),
          ...(pairs
            ? [there.flatMap(i => (sample.pairShare[i] ? [sample.pairShare[i].value.toFixed(2)] : [])).join(' ')]
            : []),
          there.flatMap(i => (sample.x[i] > 0 ? [sample.exits[i].toFixed(0)] : [])).join(' '),
        ]),
      ],
      figures: arrheniusFigure(samples, fits, lattice.name, symbols),
    }
  },
})

const contentWords = (x: readonly number[], symbols: readonly string[]): string =>
  x.flatMap((y, i) => (y > 0 ? [`${symbols[i]} ${Number(y.toFixed(3))}`] : [])).join(', ')

/** Where two temperatures or more are known: of each carrier, and of the charge. */
const fitsOf = (samples: readonly Conduction[], { carriers }: Lattice): ActivationFit[] => {
  const contents = [...new Set(samples.map(({ x }) => x.join()))]
  return contents.flatMap(key => {
    const own = samples.filter(({ x }) => x.join() === key)
    const { x } = own[0]
    const fit = (of: string, pick: (one: Conduction) => Estimate | null): ActivationFit[] => {
      const points = own.flatMap(one => {
        const known = pick(one)
        return known && known.value > 0 && known.error > 0 ? [{ temperature: one.T, ...known }] : []
      })
      const temperatures = new Set(points.map(({ temperature }) => temperature)).size
      return temperatures < 2 ? [] : [{ x, of, ...arrheniusFit(points), temperatures }]
    }
    return [
      ...carriers.flatMap(({ symbol }, i) => (x[i] > 0 ? fit(`D*(${symbol})`, one => one.tracer[i]) : [])),
      // charge that one lone ion carries moves as the ion does
      ...(own.every(({ haven }) => haven !== null && Math.abs(haven.value - 1) < 1e-9)
        ? []
        : fit('D_σ', one => one.charge)),
    ]
  })
}
