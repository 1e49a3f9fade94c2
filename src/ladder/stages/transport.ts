import type { Lattice } from '../../lattice/lattice.ts'
import type { TransportSample } from '../../laws/table/table.ts'
import { line } from '../../plot/line.ts'
import { ionColour } from '../../plot/theme.ts'
import { F, NA, R } from '../../units.ts'
import { restsOn } from '../basis.ts'
import { type Grid, type GridPoint, gridPoints, type MorePoints } from '../compositions.ts'
import { relayed, type Stage, type StageFigure } from '../stage.ts'
import { latticeOfRung } from './lattice.ts'

export type TransportSettings = Grid & {
  readonly size: readonly [number, number, number]
  /** Most events of a sample. */
  readonly events: number
  readonly seed: number
  /** False: the same without hops of two ions. */
  readonly pairHops: boolean
  /** A walk too short for a diffusivity is made longer up to so many times; 16 where absent. */
  readonly times?: number | undefined
  /** A walk at the pace of each carrier, see `paceOf`; fast moves inside groups of sites are slowed instead where absent. */
  readonly crossings?: number | undefined
  /** Points beside the grid. */
  readonly more?: readonly MorePoints[] | undefined
}

/** What one walk is asked for. */
export type WalkSettings = Omit<TransportSettings, 'more'> & { readonly stream: number }

/** A sample with what else its walk tells. */
export type WalkedSample = TransportSample & {
  /** Tracer diffusivities [m²/s] by carrier and their errors; null where not determined. */
  readonly tracer: readonly (number | null)[]
  readonly tracerError: readonly (number | null)[]
  /** Exits from their group of sites per ion, by carrier; null where not there. */
  readonly exits: readonly (number | null)[]
  readonly events: number
}

export type TransportRung = { readonly samples: readonly WalkedSample[] }

/** One walk: says how far it is [–], gives its sample. */
export type Walker = (lattice: Lattice, point: GridPoint, settings: WalkSettings) => Generator<number, WalkedSample>

/** L over contents and temperatures, by kinetic Monte Carlo. */
export const transportStage = (
  settings: TransportSettings,
  walker: Walker,
  o: { readonly name?: string; readonly lattice?: string; readonly of?: string } = {},
): Stage<TransportRung> => ({
  name: o.name ?? 'transport',
  title: `Transport: Onsager coefficients by kinetic Monte Carlo${settings.pairHops ? '' : ', single hops alone'}`,
  version: 2,
  needs: [o.lattice ?? 'lattice'],
  settings,
  *run({ inputs, kept }) {
    const { lattice } = latticeOfRung(inputs[o.lattice ?? 'lattice'])
    const points = walksOf(lattice, settings)
    const samples: WalkedSample[] = [...((kept as WalkedSample[] | undefined) ?? [])]
    for (let k = samples.length; k < points.length; k++) {
      const { point, asked } = points[k]
      const doing = `L at x = ${point.x.join(', ')}, ${point.T} K`
      const steps = walker(lattice, point, { ...asked, stream: k })
      samples.push(yield* relayed(steps, part => ({ fraction: (k + part) / points.length, doing })))
      yield { kind: 'keep', state: samples }
    }
    return { samples }
  },
  report: ({ samples }, { inputs }) => {
    const { lattice, provenance } = latticeOfRung(inputs[o.lattice ?? 'lattice'])
    const symbols = lattice.carriers.map(carrier => carrier.symbol)
    const open = samples.filter(({ x, tracer }) => x.some((y, i) => y > 0 && tracer[i] === null)).length
    const first = samples.filter(sample => sample.T === samples[0].T)
    const { more = [] } = settings
    return {
      ...restsOn(provenance),
      lines: [
        `${samples.length} walks on ${settings.size.join(' × ')} cells at ${settings.temperatures.join(', ')} K${settings.pairHops ? '' : ', **hops of two ions off**'}`,
        ...more.map(
          one =>
            `beside the grid ${Object.entries(one.amounts)
              .map(([symbol, list]) => `${symbol} ${list.join(', ')}`)
              .join(
                ' × ',
              )} on ${(one.size ?? settings.size).join(' × ')} cells at ${(one.temperatures ?? settings.temperatures).join(', ')} K`,
        ),
        ...pacesOf(lattice, settings),
        ...(open > 0 ? [`${open} of them with too few exits of some ion for its diffusivity: that is left out`] : []),
      ],
      table: [
        [
          'x',
          'T / K',
          ...symbols.map(symbol => `D*(${symbol}) / m²/s`),
          'L / mol²/(J·m·s)',
          'σ / S/m',
          'H_R',
          'exits an ion',
        ],
        ...samples.map(({ x, T, tracer, tracerError, L, exits }) => {
          const { conductivity, haven } = conductionOf(lattice, { x, T, tracer, L })
          return [
            x.map(y => y.toFixed(2)).join(' '),
            String(T),
            ...tracer.map((D, i) =>
              [D?.toExponential(2) ?? '–', tracerError[i]?.toExponential(0) ?? []].flat().join(' ± '),
            ),
            L.map(l => l?.toExponential(2) ?? '–').join(' '),
            conductivity?.toExponential(2) ?? '–',
            haven?.toFixed(2) ?? '–',
            exits.map(count => count?.toFixed(0) ?? '–').join(' '),
          ]
        }),
      ],
      figures: tracerFigure(
        first,
        symbols,
        o.of ?? lattice.name,
        o.name === undefined ? 'diffusivities' : `diffusivities-${o.name}`,
      ),
    }
  },
})

/** Points of the grid and beside it, each with what its walk is asked for. */
export const walksOf = (lattice: Lattice, { more = [], ...settings }: TransportSettings) => [
  ...gridPoints(lattice, settings, 'transport').map(point => ({ point, asked: settings })),
  ...more.flatMap(({ temperatures, amounts, size, events, times, crossings }, k) => {
    const asked = {
      ...settings,
      amounts,
      temperatures: temperatures ?? settings.temperatures,
      size: size ?? settings.size,
      events: events ?? settings.events,
      times: times ?? settings.times,
      crossings,
    }
    return gridPoints(lattice, asked, `transport.more.${k}`).map(point => ({ point, asked }))
  }),
]

/** Walks at the pace of each carrier, by how often moves are crossed. */
const pacesOf = (lattice: Lattice, settings: TransportSettings): string[] => {
  const asked = walksOf(lattice, settings).map(({ asked: { crossings } }) => crossings)
  return [...new Set(asked)]
    .filter(crossings => crossings !== undefined)
    .map(
      crossings =>
        `${asked.filter(one => one === crossings).length} of them at the pace of each carrier: an ion crosses each kind of move at most about ${crossings} times to and fro for one exit of it`,
    )
}

/** Tracer diffusivities over all that is in the host; none where none is known. */
const tracerFigure = (
  samples: readonly WalkedSample[],
  symbols: readonly string[],
  name: string,
  file: string,
): StageFigure[] => {
  const curves = symbols
    .map((symbol, i) => {
      const own = samples
        .filter(({ tracer }) => (tracer[i] ?? 0) > 0)
        .map(({ x, tracer }) => ({ all: x.reduce((sum, y) => sum + y, 0), D: tracer[i]! }))
        .sort((a, b) => a.all - b.all)
      return {
        x: own.map(({ all }) => all),
        y: own.map(({ D }) => D),
        points: true,
        label: symbol,
        colour: ionColour(symbol, symbols),
      }
    })
    .filter(one => one.x.length > 0)
  if (curves.length === 0) return []
  const svg = line(curves, {
    title: `Tracer diffusivities in ${name}, ${samples[0].T} K`,
    x: { label: 'All ions per formula unit' },
    y: { label: 'Tracer diffusivity (m²/s)', log: true },
  })
  return [{ name: file, svg }]
}

/**
 * σ = F² Σ_ij z_i z_j L_ij [S/m] and H_R = (F²/RT) Σ_i z_i² c_i D*_i/σ [–]; undefined where an ion that is there has no diffusivity.
 */
const conductionOf = (
  { carriers, volume, formulaUnits }: Lattice,
  { x, T, tracer, L }: Pick<WalkedSample, 'x' | 'T' | 'tracer' | 'L'>,
): { readonly conductivity?: number; readonly haven?: number } => {
  const n = x.length
  let [sigma, alone] = [0, 0]
  for (let i = 0; i < n; i++) {
    if (x[i] === 0) continue
    const D = tracer[i]
    if (D === null) return {}
    const concentration = (x[i] * formulaUnits) / (volume * 1e-30 * NA)
    alone += (carriers[i].charge ** 2 * concentration * D * F * F) / (R * T)
    for (let j = 0; j < n; j++)
      sigma += x[j] > 0 ? F * F * carriers[i].charge * carriers[j].charge * (L[i * n + j] ?? Number.NaN) : 0
  }
  return sigma > 0 ? { conductivity: sigma, haven: alone / sigma } : {}
}
