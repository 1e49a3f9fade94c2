import { extent, type Numbers } from './axis.ts'
import { beside, compose, type FigureOptions } from './figure.ts'
import { linePanel, type Series } from './line.ts'
import { ionColour, shades } from './theme.ts'

/** One way of filling a slab, by several models. */
export type FillingCurves = {
  readonly title: string
  readonly models: readonly {
    readonly name: string
    /** [n, times] [per formula unit] */
    readonly amount: readonly Numbers[]
  }[]
  /** Of the first model at some times: [n, layers] [per formula unit]. */
  readonly profiles: readonly { readonly label: string; readonly x: readonly Numbers[] }[]
}

/**
 * Fillings beside each other, a column for each: contents over time above, a line for each ion and model (the first solid, others
 * dashed and paler); contents over depth below by the first model, paler at earlier times. A jam is a profile that falls steeply
 * behind the face.
 */
export const fillingsFigure = (
  fillings: readonly FillingCurves[],
  o: FigureOptions & {
    readonly carriers: readonly string[]
    /** [s] */
    readonly times: Numbers
    /** [Å] */
    readonly thickness: number
  },
): string => {
  const { carriers, times, thickness } = o
  const width = 360
  const most = extent(fillings.flatMap(({ models }) => models.flatMap(({ amount }) => [...amount])))[1]
  const deepest = extent(fillings.flatMap(({ profiles }) => profiles.flatMap(({ x }) => [...x])))[1]
  const coloursOf = (i: number, count: number) => shades(ionColour(carriers[i], carriers), count)
  return beside(
    fillings.map(({ title, models, profiles }) => {
      const shown = (columns: readonly Numbers[]) =>
        carriers.flatMap((_, i) => (columns[i] && extent([columns[i]])[1] > 0 ? [i] : []))
      const curves = models.flatMap(({ amount }, m): Series[] =>
        shown(amount).map(i => ({
          ...{ x: times, y: amount[i], colour: coloursOf(i, models.length)[models.length - 1 - m], dashed: m > 0 },
          ...(m === 0 ? { label: carriers[i] } : {}),
        })),
      )
      const depths = profiles.flatMap(({ x }, p): Series[] =>
        shown(x).map(i => ({
          x: Float64Array.from(x[i], (_, l) => ((l + 0.5) * thickness) / 10),
          ...{ y: x[i], colour: coloursOf(i, profiles.length)[p] },
          ...(p === profiles.length - 1 ? { label: carriers[i] } : {}),
        })),
      )
      const y = 'Ions per formula unit'
      return compose(
        [
          linePanel(curves, {
            ...{ width, height: 270 },
            x: { label: 'Time (s)', log: true },
            y: { label: y, domain: [0, 1.05 * most] },
          }),
          linePanel(depths, {
            ...{ width, height: 240 },
            x: { label: `Depth (nm), at ${profiles.map(({ label }) => label).join(', ')}` },
            y: { label: y, domain: [0, 1.05 * deepest] },
          }),
        ],
        { width, title },
      )
    }),
    o,
  )
}
