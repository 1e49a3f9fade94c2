import { hamiltonian } from '../../lattice/hamiltonian.ts'
import type { Lattice } from '../../lattice/lattice.ts'
import { type PotentialSample, potentialMapSteps } from '../../lattice/potential-map.ts'
import { latticeSupercell } from '../../lattice/supercell.ts'
import { line } from '../../plot/line.ts'
import { ionColour } from '../../plot/theme.ts'
import { F } from '../../units.ts'
import { restsOn } from '../basis.ts'
import { type Grid, gridPoints } from '../compositions.ts'
import type { Stage, StageFigure } from '../stage.ts'
import { latticeOfRung } from './lattice.ts'

export type ThermodynamicsSettings = Grid & {
  readonly size: readonly [number, number, number]
  /** Most sweeps of a sample. */
  readonly sweeps: number
  /** Standard errors of amounts [per formula unit] at which a sample is done. */
  readonly error: number
  readonly seed: number
}

export type ThermodynamicsRung = { readonly samples: readonly PotentialSample[] }

/** μ and Θ over contents and temperatures, by Monte Carlo. */
export const thermodynamicsStage = (settings: ThermodynamicsSettings): Stage<ThermodynamicsRung> => ({
  name: 'thermodynamics',
  title: 'Thermodynamics: chemical potentials by Monte Carlo',
  version: 1,
  needs: ['energies'],
  settings,
  *run({ inputs, kept }) {
    const { lattice } = latticeOfRung(inputs.energies)
    const points = gridPoints(lattice, settings, 'thermodynamics')
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
        `${samples.length} samples of μ and Θ on ${settings.size.join(' × ')} cells at ${settings.temperatures.join(', ')} K`,
        `standard error of μ: median ${median(errors).toFixed(1)}, largest ${(errors[errors.length - 1] ?? 0).toFixed(1)} J/mol`,
        ...(held > 0 ? [`${held} samples lie where the host parts into phases, and were held there`] : []),
      ],
      figures: voltageFigure(samples, lattice),
    }
  },
})

const voltageFigure = (samples: readonly PotentialSample[], lattice: Lattice): StageFigure[] => {
  const curves = curvesOf(
    samples,
    lattice.carriers.map(carrier => carrier.symbol),
    lattice.carriers.map(carrier => carrier.charge),
  )
  if (curves.length === 0) return []
  const svg = line(curves, {
    title: `Equilibrium potentials of ${lattice.name}, ${samples[0].T} K`,
    x: { label: 'Content of the carrier per formula unit' },
    y: { label: 'Potential against its own metal (V)' },
  })
  return [{ name: 'voltages', svg }]
}

/** U_i over x_i at the first temperature, the others at each of their contents. */
const curvesOf = (samples: readonly PotentialSample[], symbols: readonly string[], charges: readonly number[]) => {
  const first = samples.filter(sample => sample.T === samples[0].T)
  return symbols.flatMap((symbol, i) => {
    const groups = new Map<string, PotentialSample[]>()
    for (const sample of first) {
      if (!(sample.x[i] > 0)) continue
      const others = symbols.flatMap((name, j) =>
        j === i || symbols.length === 1 ? [] : [`${name} ${sample.x[j].toFixed(1)}`],
      )
      const key = others.join(' ')
      groups.set(key, [...(groups.get(key) ?? []), sample])
    }
    return [...groups]
      .filter(([, group]) => group.length > 1)
      .map(([beside, group]) => {
        const own = group.toSorted((a, b) => a.x[i] - b.x[i])
        return {
          x: own.map(sample => sample.x[i]),
          y: own.map(sample => -(sample.mu[i] ?? Number.NaN) / (charges[i] * F)),
          label: beside === '' ? symbol : `${symbol} beside ${beside}`,
          colour: ionColour(symbol, symbols),
        }
      })
  })
}

const median = (sorted: readonly number[]): number => (sorted.length === 0 ? 0 : sorted[sorted.length >> 1])
