import * as Plot from '@observablehq/plot'
import { type Axis, inUnit, isLog, type Numbers, readable } from './axis.ts'
import { compose, type FigureOptions, margins, panel } from './figure.ts'
import { pointsOf } from './points.ts'
import { ink, seriesColours, stroke } from './theme.ts'

/** One curve. */
export type Series = {
  readonly x: Numbers
  readonly y: Numbers
  /** Written at the end of the curve. */
  readonly label?: string
  readonly colour?: string
  /** Measured or reference values are drawn as points, others as a line. */
  readonly points?: boolean
  readonly dashed?: boolean
}

export type LineOptions = FigureOptions & { readonly x: Axis; readonly y: Axis }

/**
 * Curves over one pair of axes, each named where it ends: no legend to look up.
 *
 * @param series  curves; x and y of one curve have the same length
 * @returns       SVG document
 * @throws        RangeError where x and y differ in length
 */
export const line = (series: readonly Series[], o: LineOptions): string =>
  compose([linePanel(series, o)], { ...o, width: o.width ?? 560 })

/** The same without its document, to stand among other panels. */
export const linePanel = (series: readonly Series[], o: LineOptions & { readonly xLabelled?: boolean }): string => {
  const width = o.width ?? 560
  const x = unitOf(
    o.x,
    series.map(one => one.x),
  )
  const y = unitOf(
    o.y,
    series.map(one => one.y),
  )
  const named = series.some(one => one.label !== undefined)
  const marks: Plot.Markish[] = []
  const labels: { x: number; y: number; label: string; fill: string }[] = []
  for (const [k, one] of series.entries()) {
    const colour = one.colour ?? seriesColours[k % seriesColours.length]
    const points = pointsOf(inUnit(one.x, x.unit), inUnit(one.y, y.unit))
    if (one.points)
      marks.push(Plot.dot(points, { x: 'x', y: 'y', r: 2.2, stroke: colour, fill: ink.paper, strokeWidth: 1 }))
    // one point is a place for a name
    else if (points.length !== 1 || one.label === undefined) marks.push(curve(points, colour, one.dashed ?? false))
    const end = points[points.length - 1]
    if (one.label !== undefined && end) labels.push({ ...end, label: one.label, fill: colour })
  }
  marks.push(...endLabels(labels))
  const longest = Math.max(0, ...labels.map(one => one.label.length))
  return panel({
    width,
    height: o.height ?? 340,
    xLabelled: o.xLabelled ?? true,
    x: x.axis,
    y: y.axis,
    marks,
    plot: {
      ...(o.xLabelled === false ? { marginBottom: 10 } : {}),
      // `1e-16` is longer than the numbers of a linear axis
      ...(isLog(o.y) ? { marginLeft: margins.left + 12 } : {}),
      marginRight: named ? margins.right + 6.6 * longest : margins.right,
      inset: 6,
      y: isLog(o.y) ? {} : { nice: true },
    },
  })
}

/** An axis in a unit in which its numbers are easy to read. */
export const unitOf = (axis: Axis, columns: readonly Numbers[]): { readonly axis: Axis; readonly unit: number } => {
  const { label, unit } = readable(axis, columns)
  return { axis: typeof axis === 'string' ? { label } : axis, unit }
}

/** A curve in one colour. */
export const curve = (points: readonly { x: number; y: number }[], colour: string, dashed = false): Plot.Markish =>
  Plot.line(points, {
    x: 'x',
    y: 'y',
    stroke: colour,
    strokeWidth: stroke.line,
    strokeLinejoin: 'round',
    strokeLinecap: 'round',
    ...(dashed ? { strokeDasharray: '5,3' } : {}),
  })

/** Names at the ends of curves, in the curves' colours. */
const endLabels = (labels: readonly { x: number; y: number; label: string; fill: string }[]): Plot.Markish[] =>
  labels.map(one =>
    Plot.text([one], {
      x: 'x',
      y: 'y',
      text: 'label',
      fill: one.fill,
      textAnchor: 'start',
      dx: 6,
      fontWeight: 600,
      ...halo,
    }),
  )

/** Words stay readable where they cross a curve. */
export const halo = { stroke: ink.paper, strokeWidth: 3, strokeLinejoin: 'round', paintOrder: 'stroke' } as const
