import type { Numbers } from './axis.ts'
import { compose, type FigureOptions } from './figure.ts'
import { linePanel, type Series } from './line.ts'
import { ionColour } from './theme.ts'

/** One run of a slab: contents over time, and over depth at its end. */
export type SlabCurves = {
  readonly name: string
  readonly carriers: readonly string[]
  /** [s] */
  readonly time: Numbers
  /** [per formula unit] by carrier, over time. */
  readonly amount: readonly Numbers[]
  readonly layers: { readonly count: number; readonly thickness: number }
  /** [rows, n, layers] [per formula unit] */
  readonly profiles: ArrayLike<number>
}

/** Line styles that tell runs apart; carriers have their colours. */
const dashedFrom = 1

/**
 * Runs beside each other: content of each carrier over time, then over depth at the end. A jam at the surface is a profile
 * that falls steeply behind the face.
 */
export const slabFigure = (runs: readonly SlabCurves[], o: FigureOptions = {}): string => {
  const width = o.width ?? 620
  const carriers = [...new Set(runs.flatMap(run => run.carriers))]
  const curves = (of: (run: SlabCurves, i: number) => { readonly x: Numbers; readonly y: Numbers }): Series[] =>
    runs.flatMap((run, k) =>
      run.carriers.flatMap((carrier, i) => {
        const { x, y } = of(run, i)
        const filled = Array.from(y as ArrayLike<number>).some(value => value > 0)
        return filled
          ? [
              {
                x,
                y,
                label: runs.length > 1 ? `${carrier}: ${run.name}` : carrier,
                colour: ionColour(carrier, carriers),
                dashed: k >= dashedFrom && k % 2 === 1,
              },
            ]
          : []
      }),
    )
  const over = { width, height: 300 }
  const content = 'Ions per formula unit'
  return compose(
    [
      linePanel(
        curves((run, i) => ({ x: run.time, y: run.amount[i] })),
        { ...over, x: { label: 'Time (s)' }, y: { label: content } },
      ),
      linePanel(
        curves((run, i) => {
          const { count, thickness } = run.layers
          const rows = run.profiles.length / (run.carriers.length * count)
          const from = ((rows - 1) * run.carriers.length + i) * count
          return {
            x: Float64Array.from({ length: count }, (_, l) => ((l + 0.5) * thickness) / 10),
            y: Float64Array.from({ length: count }, (_, l) => run.profiles[from + l]),
          }
        }),
        { ...over, x: { label: 'Depth below the open face at the end (nm)' }, y: { label: content } },
      ),
    ],
    { ...o, width },
  )
}
