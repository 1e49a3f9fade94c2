import { hamiltonian } from '../../lattice/hamiltonian.ts'
import type { Lattice } from '../../lattice/lattice.ts'
import { latticeSupercell } from '../../lattice/supercell.ts'
import { type PotentialSample, potentialMapSteps } from '../../lattice/thermodynamics/potential-map.ts'
import { compose } from '../../plot/figure.ts'
import { linePanel } from '../../plot/line.ts'
import { ionColour, shades } from '../../plot/theme.ts'
import { F } from '../../units.ts'
import { restsOn } from '../basis.ts'
import { type Grid, gridPoints, type MorePoints } from '../compositions.ts'
import type { Stage, StageFigure } from '../stage.ts'
import { latticeOfRung } from './lattice.ts'

export type ThermodynamicsSettings = Grid & {
  readonly size: readonly [number, number, number]
  /** Most sweeps of a sample. */
  readonly sweeps: number
  /** Standard errors of amounts [per formula unit] at which a sample is done. */
  readonly error: number
  readonly seed: number
  /** Points beside the grid, on cells of the same size. */
  readonly more?: readonly Pick<MorePoints, 'temperatures' | 'amounts'>[] | undefined
}

export type ThermodynamicsRung = { readonly samples: readonly PotentialSample[] }

/** μ and Θ over contents and temperatures, by Monte Carlo. */
export const thermodynamicsStage = (
  settings: ThermodynamicsSettings,
  o: { readonly of?: string } = {},
): Stage<ThermodynamicsRung> => ({
  name: 'thermodynamics',
  title: 'Thermodynamics: chemical potentials by Monte Carlo',
  version: 2,
  needs: ['energies'],
  settings,
  *run({ inputs, kept }) {
    const { lattice } = latticeOfRung(inputs.energies)
    const points = [
      ...gridPoints(lattice, settings, 'thermodynamics'),
      ...(settings.more ?? []).flatMap(({ temperatures, amounts }, k) => {
        const grid = { temperatures: temperatures ?? settings.temperatures, amounts }
        return gridPoints(lattice, grid, `thermodynamics.more.${k}`)
      }),
    ]
    const H = hamiltonian(lattice, latticeSupercell(lattice, settings.size))
    const samples: PotentialSample[] = [...((kept as PotentialSample[] | undefined) ?? [])]
    for (let k = samples.length; k < points.length; k++) {
      const { T, x } = points[k]
      yield { kind: 'progress', fraction: k / points.length, doing: `μ at x = ${x.join(', ')}, ${T} K` }
      // each point has a stream of its own, so a climb that was stopped gives the same samples
      const steps = potentialMapSteps({
        H,
        temperatures: [T],
        amounts: [x],
        seed: settings.seed,
        stream: k,
        sweeps: settings.sweeps,
        wanted: { amount: settings.error },
      })
      for (const sample of steps) samples.push(sample)
      yield { kind: 'keep', state: samples }
    }
    return { samples }
  },
  report: ({ samples }, { inputs }) => {
    const { lattice, provenance } = latticeOfRung(inputs.energies)
    const errors = samples.flatMap(sample => sample.muError.flatMap(error => error ?? [])).sort((a, b) => a - b)
    const held = samples.filter(sample => sample.ensemble === 'held').length
    return {
      ...restsOn(provenance),
      lines: [
        `${samples.length} samples of μ and Θ on ${settings.size.join(' × ')} cells at ${[...new Set(samples.map(sample => sample.T))].join(', ')} K`,
        `standard error of μ: median ${median(errors).toFixed(1)}, largest ${(errors[errors.length - 1] ?? 0).toFixed(1)} J/mol`,
        ...(held > 0 ? [`${held} samples lie where the host parts into phases, and were held there`] : []),
      ],
      figures: voltageFigure(samples, o.of === undefined ? lattice : { ...lattice, name: o.of }),
    }
  },
})

/** U_i over x_i at the first temperature, a panel for each carrier, from light to dark the more there is of the others. */
const voltageFigure = (samples: readonly PotentialSample[], { name, carriers }: Lattice): StageFigure[] => {
  const symbols = carriers.map(carrier => carrier.symbol)
  const first = samples.filter(sample => sample.T === samples[0].T)
  const panels = carriers.flatMap(({ symbol, charge }, i) => {
    const groups = groupsBeside(first, i, symbols)
    if (groups.length === 0) return []
    const colours = shades(ionColour(symbol, symbols), groups.length)
    const curves = groups.map(({ beside: others, own }, k) => ({
      x: own.map(sample => sample.x[i]),
      y: own.map(sample => -(sample.mu[i] ?? Number.NaN) / (charge * F)),
      colour: colours[k],
      // the first and the last are enough to read the others by
      ...(others !== '' && (k === 0 || k === groups.length - 1) ? { label: `beside ${others}` } : {}),
    }))
    return [
      linePanel(curves, {
        width: 560,
        height: 280,
        x: { label: `${symbol} per formula unit` },
        y: { label: `Potential against ${symbol} (V)` },
      }),
    ]
  })
  if (panels.length === 0) return []
  const svg = compose(panels, { width: 560, title: `Equilibrium potentials of ${name}, ${samples[0].T} K` })
  return [{ name: 'voltages', svg }]
}

/** Samples of a carrier by the contents of the others, poorest first, each in the order of its own content. */
const groupsBeside = (samples: readonly PotentialSample[], i: number, symbols: readonly string[]) => {
  const groups = new Map<string, { beside: string; others: number; own: PotentialSample[] }>()
  for (const sample of samples) {
    if (!(sample.x[i] > 0)) continue
    const rest = symbols.flatMap((name, j) => (j === i ? [] : [`${name} ${sample.x[j].toFixed(2)}`]))
    const others = sample.x.reduce((sum, x, j) => (j === i ? sum : sum + x), 0)
    const group = groups.get(rest.join(' ')) ?? { beside: rest.join(' '), others, own: [] }
    group.own.push(sample)
    groups.set(rest.join(' '), group)
  }
  return [...groups.values()]
    .filter(group => group.own.length > 1)
    .sort((a, b) => a.others - b.others)
    .map(group => ({ ...group, own: group.own.toSorted((a, b) => a.x[i] - b.x[i]) }))
}

const median = (sorted: readonly number[]): number => (sorted.length === 0 ? 0 : sorted[sorted.length >> 1])
