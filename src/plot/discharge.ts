import * as Plot from '@observablehq/plot'
import { type Axis, axisLabel, extent, inUnit, type Numbers } from './axis.ts'
import { compose, type FigureOptions, panel } from './figure.ts'
import { curve, halo, unitOf } from './line.ts'
import { everyRow, type Point, pointsOf } from './points.ts'
import { ink, ionColour, stroke } from './theme.ts'

/** A discharge as it is drawn: one row for each moment. */
export type DischargeData = {
  /** Along the x axis: capacity, or time. */
  readonly x: Numbers
  readonly voltage: Numbers
  /** Content of the cathode [per formula unit] by ion, in the order they are stacked from below. */
  readonly content: Readonly<Record<string, Numbers>>
  /** Another voltage curve beside it, dashed: the equilibrium path, a measured one. */
  readonly beside?: readonly { readonly x: Numbers; readonly voltage: Numbers; readonly label: string }[]
}

/**
 * Voltage against capacity with, under it on the same axis, the content of each ion stacked: who carried the charge.
 *
 * @throws RangeError where columns differ in length
 */
export const discharge = (data: DischargeData, o: FigureOptions & { readonly x?: Axis } = {}): string => {
  const width = o.width ?? 600
  const height = o.height ?? 460
  const { axis, unit } = unitOf(o.x ?? 'capacity', [data.x])
  const x = inUnit(data.x, unit)
  const others = (data.beside ?? []).map(one => ({ ...one, x: inUnit(one.x, unit) }))
  const shared = { label: axisLabel(axis), domain: extent([x, ...others.map(one => one.x)]) }
  const ions = Object.keys(data.content)
  const upper = panel({
    width,
    height: Math.round(ions.length === 0 ? height : height * 0.5),
    x: shared,
    y: 'voltage',
    xLabelled: ions.length === 0,
    plot: { ...(ions.length === 0 ? {} : { marginBottom: 8 }), insetTop: 6, insetBottom: 6, y: { nice: true } },
    marks: [
      ...others.flatMap(one => {
        const points = pointsOf(one.x, one.voltage)
        return [curve(points, ink.muted, true), note(flattest(points), one.label, ink.muted)]
      }),
      curve(pointsOf(x, data.voltage), ink.line),
    ],
  })
  if (ions.length === 0) return compose([upper], { ...o, width })
  const lower = panel({
    width,
    height: Math.round(height * 0.5) - (o.title === undefined ? 10 : 34),
    x: shared,
    y: 'amount',
    plot: { marginTop: 8, insetTop: 4, y: { nice: true, zero: true } },
    marks: stacked(x, data.content, { total: true }),
  })
  return compose([upper, lower], { ...o, width })
}

/**
 * Columns stacked on one another as coloured bands, each named inside where it is widest.
 *
 * @param total  draws the upper edge of the stack as a line
 */
export const stacked = (
  x: Numbers,
  content: Readonly<Record<string, Numbers>>,
  o: { readonly total?: boolean; readonly colour?: (name: string) => string } = {},
): Plot.Markish[] => {
  const names = Object.keys(content)
  const rows = everyRow(x.length)
  const below = new Float64Array(rows.length)
  const marks: Plot.Markish[] = []
  const words: Plot.Markish[] = []
  for (const name of names) {
    const values = content[name]
    if (values.length !== x.length) {
      throw new RangeError(`plot: x has ${x.length} values, ${name} has ${values.length}`)
    }
    const colour = o.colour?.(name) ?? ionColour(name, names)
    const band = rows.map((row, k) => ({ x: x[row], y1: below[k], y2: below[k] + values[row] }))
    for (const [k, one] of band.entries()) below[k] = one.y2
    marks.push(Plot.areaY(band, { x: 'x', y1: 'y1', y2: 'y2', fill: colour, fillOpacity: 0.75 }))
    marks.push(Plot.lineY(band, { x: 'x', y: 'y2', stroke: ink.paper, strokeWidth: stroke.thin }))
    words.push(...bandName(band, name, colour))
  }
  if (o.total)
    marks.push(
      Plot.line(
        rows.map((row, k) => ({ x: x[row], y: below[k] })),
        { x: 'x', y: 'y', stroke: ink.line, strokeWidth: stroke.thin },
      ),
    )
  return [...marks, ...words]
}

/** Share of the whole height that a band needs for its name to stand inside it. */
const roomForName = 0.12

/** Name of a band: inside its widest part, kept off the sides; beside the end of the stack where it is too thin. */
const bandName = (
  band: readonly { readonly x: number; readonly y1: number; readonly y2: number }[],
  name: string,
  colour: string,
): Plot.Markish[] => {
  if (band.length === 0) return []
  const top = Math.max(...band.map(one => one.y2))
  const [left, right] = extent([band.map(one => one.x)])
  const inside = band.filter(one => one.x >= left + 0.1 * (right - left) && one.x <= right - 0.1 * (right - left))
  const widest = (inside.length > 0 ? inside : band).reduce((a, b) => (b.y2 - b.y1 > a.y2 - a.y1 ? b : a))
  if (widest.y2 - widest.y1 > roomForName * top) {
    return [word({ x: widest.x, y: (widest.y1 + widest.y2) / 2 }, name, ink.paper)]
  }
  return [note({ x: widest.x, y: widest.y2 }, name, colour)]
}

const word = (at: { readonly x: number; readonly y: number }, text: string, fill: string): Plot.Markish =>
  Plot.text([at], { x: 'x', y: 'y', text: () => text, fill, fontWeight: 700, fontSize: 14 })

/** Words above a point of a curve, readable over it. */
export const note = (
  at: { readonly x: number; readonly y: number } | undefined,
  text: string,
  fill: string,
): Plot.Markish =>
  at === undefined
    ? null
    : Plot.text([at], { x: 'x', y: 'y', text: () => text, fill, dy: -9, fontWeight: 600, ...halo })

/** The point of a curve about which it changes least: where a word above it does not cross it. */
const flattest = (points: readonly Point[]): Point | undefined => {
  const half = Math.max(1, Math.floor(points.length * 0.08))
  let best = points[Math.floor(points.length / 2)]
  let least = Number.POSITIVE_INFINITY
  for (let k = half; k + half < points.length; k++) {
    const change = Math.abs(points[k + half].y - points[k - half].y)
    if (change < least) {
      least = change
      best = points[k]
    }
  }
  return best
}
