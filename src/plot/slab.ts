import { extent, type Numbers } from './axis.ts'
import { beside, compose, type FigureOptions } from './figure.ts'
import { linePanel, type Series } from './line.ts'
import { ionColour, shades } from './theme.ts'

/** One run of a slab: contents over time, and over depth at its end. */
export type SlabCurves = {
  readonly name: string
  readonly carriers: readonly string[]
  /** [s] */
  readonly time: Numbers
  /** [per formula unit] by carrier, over time. */
  readonly amount: readonly Numbers[]
  /** How many, and their thickness [Å]. */
  readonly layers: { readonly count: number; readonly thickness: number }
  /** [rows, n, layers] [per formula unit] */
  readonly profiles: ArrayLike<number>
}

const units = [
  { name: 's', of: 1 },
  { name: 'ms', of: 1e-3 },
  { name: 'µs', of: 1e-6 },
  { name: 'ns', of: 1e-9 },
  { name: 'ps', of: 1e-12 },
] as const

/**
 * Runs beside each other, a column for each carrier: its content over time above, over depth at the end below, from light to dark
 * in the order of the runs. A jam at the surface is a profile that falls steeply behind the face.
 */
export const slabFigure = (runs: readonly SlabCurves[], o: FigureOptions = {}): string => {
  const carriers = [...new Set(runs.flatMap(run => run.carriers))]
  const longest = Math.max(0, ...runs.map(run => run.name.length))
  const width = o.width ?? 330 + 6.6 * longest
  const end = Math.max(...runs.map(run => run.time[run.time.length - 1] ?? 0))
  const unit = units.find(one => end >= one.of) ?? units[units.length - 1]
  const columns = carriers.map(carrier => {
    const own = runs.filter(run => run.carriers.includes(carrier))
    const lines = shades(ionColour(carrier, carriers), own.length)
    const words = shades(ionColour(carrier, carriers), own.length, 0.72)
    const named = (curves: readonly { readonly x: Numbers; readonly y: Numbers }[]): Series[] => {
      const most = extent(curves.map(curve => curve.y))[1]
      const at = apart(
        curves.map(({ y }) => y[y.length - 1] ?? 0),
        (most > 0 ? most : 1) * 0.07,
      )
      const right = Math.max(...curves.map(({ x }) => x[x.length - 1] ?? 0))
      return curves.flatMap((curve, k) => [
        { ...curve, colour: lines[k] },
        { x: [right], y: [at[k]], label: own[k].name, colour: words[k] },
      ])
    }
    const y = { label: `${carrier} per formula unit` }
    return compose(
      [
        linePanel(
          named(
            own.map(run => ({
              x: Float64Array.from(run.time, t => t / unit.of),
              y: run.amount[run.carriers.indexOf(carrier)],
            })),
          ),
          { width, height: 260, x: { label: `Time (${unit.name})` }, y },
        ),
        linePanel(named(own.map(run => lastProfile(run, carrier))), {
          width,
          height: 260,
          x: { label: 'Depth below the open face at the end (nm)' },
          y,
        }),
      ],
      { width },
    )
  })
  return beside(columns, o)
}

/** Content by depth [nm] at the end of a run. */
const lastProfile = ({ carriers, layers: { count, thickness }, profiles }: SlabCurves, carrier: string) => {
  const rows = profiles.length / (carriers.length * count)
  const from = ((rows - 1) * carriers.length + carriers.indexOf(carrier)) * count
  return {
    x: Float64Array.from({ length: count }, (_, l) => ((l + 0.5) * thickness) / 10),
    y: Float64Array.from({ length: count }, (_, l) => profiles[from + l]),
  }
}

/** Places moved apart, in their order, until neighbours are `least` apart: names at the ends of curves do not overlap. */
const apart = (places: readonly number[], least: number): number[] => {
  const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b])
  const out = [...places]
  for (let k = 1; k < order.length; k++) out[order[k]] = Math.max(out[order[k]], out[order[k - 1]] + least)
  return out
}
