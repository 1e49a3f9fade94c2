import * as Plot from '@observablehq/plot'
import { type Axis, axisLabel, isLog, type Numbers } from './axis.ts'
import { compose, type FigureOptions, margins, panel } from './figure.ts'
import { halo } from './line.ts'
import { ink, stroke } from './theme.ts'

/** A value on a grid of two parameters. */
export type MapData = {
  /** [n] and [m]; evenly spaced, or evenly spaced in their logarithm on a log axis. */
  readonly x: Numbers
  readonly y: Numbers
  /** value[j·n + i] at x_i, y_j. */
  readonly value: Numbers
  readonly valueLabel: string
  /** Colour range; the range of the values where absent. */
  readonly range?: readonly [number, number]
  /** Lines where a value crosses a threshold: the border of a verdict. */
  readonly borders?: readonly {
    readonly value: Numbers
    readonly at: number
    readonly label: string
    readonly colour?: string
  }[]
  /** A point of special meaning: the parameters as they are. */
  readonly mark?: { readonly x: number; readonly y: number; readonly label: string }
}

/** Colours of contours, apart from the map's own blue-green-yellow scale. */
const borderColours = ['#ffffff', '#d55e00', '#000000', '#cc79a7'] as const

/**
 * Heat map of a value over two parameters, with the borders inside which a verdict holds.
 *
 * @throws RangeError where the number of values is not n·m
 */
export const heatMap = (data: MapData, o: FigureOptions & { readonly x: Axis; readonly y: Axis }): string => {
  const width = o.width ?? 560
  const n = data.x.length
  const m = data.y.length
  if (data.value.length !== n * m) {
    throw new RangeError(`heatMap: value has ${data.value.length} entries, ${n} × ${m} points need ${n * m}`)
  }
  const across = edges(data.x, isLog(o.x))
  const up = edges(data.y, isLog(o.y))
  const cells = Array.from({ length: n * m }, (_, k) => ({
    x1: across[k % n],
    x2: across[(k % n) + 1],
    y1: up[Math.floor(k / n)],
    y2: up[Math.floor(k / n) + 1],
    value: data.value[k],
  }))
  const finite = Array.from(data.value).filter(Number.isFinite)
  const range = data.range ?? [Math.min(...finite), Math.max(...finite)]
  const marks: Plot.Markish[] = [
    Plot.rect(cells, { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: 'value', inset: -0.3 }),
    ...(data.borders ?? []).flatMap((border, k) => borderMarks(data, border, border.colour ?? borderColours[k % 4])),
  ]
  if (data.mark) {
    marks.push(Plot.dot([data.mark], { x: 'x', y: 'y', r: 5, fill: ink.paper, stroke: ink.line, strokeWidth: 1.5 }))
    marks.push(
      Plot.text([data.mark], { x: 'x', y: 'y', text: 'label', dy: -13, fontWeight: 600, fill: ink.line, ...halo }),
    )
  }
  const height = o.height ?? 400
  const drawing = panel({
    width,
    height,
    x: { label: axisLabel(o.x), domain: [across[0], across[n]], log: isLog(o.x) },
    y: { label: axisLabel(o.y), domain: [up[0], up[m]], log: isLog(o.y) },
    plot: { color: { scheme: 'viridis', domain: [...range], clamp: true }, marginRight: 30 },
    marks,
  })
  return compose([scaleBar(width, range, data.valueLabel), drawing], { ...o, width })
}

/** Borders of grid cells around their points. */
const edges = (points: Numbers, log: boolean): Float64Array => {
  const n = points.length
  const at = (k: number) => (log ? Math.log(points[k]) : points[k])
  const out = new Float64Array(n + 1)
  for (let k = 0; k <= n; k++) {
    const value =
      n === 1
        ? at(0) + (k - 0.5) * (log ? 1 : Math.abs(at(0)) || 1)
        : k === 0
          ? 1.5 * at(0) - 0.5 * at(1)
          : k === n
            ? 1.5 * at(n - 1) - 0.5 * at(n - 2)
            : (at(k - 1) + at(k)) / 2
    out[k] = log ? Math.exp(value) : value
  }
  return out
}

/** The line value = at, as short straight pieces through the triangles of the grid, with a name. */
const borderMarks = (
  data: MapData,
  border: { readonly value: Numbers; readonly at: number; readonly label: string },
  colour: string,
): Plot.Markish[] => {
  const n = data.x.length
  const pieces: { x1: number; y1: number; x2: number; y2: number }[] = []
  const corner = (i: number, j: number) => ({ x: data.x[i], y: data.y[j], v: border.value[j * n + i] - border.at })
  for (let j = 0; j + 1 < data.y.length; j++) {
    for (let i = 0; i + 1 < n; i++) {
      const [a, b, c, d] = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)]
      for (const triangle of [
        [a, b, c],
        [a, c, d],
      ]) {
        const crossings: { x: number; y: number }[] = []
        for (let k = 0; k < 3; k++) {
          const p = triangle[k]
          const q = triangle[(k + 1) % 3]
          if (p.v < 0 === q.v < 0 || !Number.isFinite(p.v + q.v)) continue
          const t = p.v / (p.v - q.v)
          crossings.push({ x: p.x + t * (q.x - p.x), y: p.y + t * (q.y - p.y) })
        }
        if (crossings.length === 2)
          pieces.push({ x1: crossings[0].x, y1: crossings[0].y, x2: crossings[1].x, y2: crossings[1].y })
      }
    }
  }
  const middle = pieces[Math.floor(pieces.length / 2)]
  if (middle === undefined) return []
  const look = { x1: 'x1', y1: 'y1', x2: 'x2', y2: 'y2', strokeLinecap: 'round' } as const
  return [
    Plot.link(pieces, { ...look, stroke: ink.line, strokeWidth: stroke.line + 1.6 }),
    Plot.link(pieces, { ...look, stroke: colour, strokeWidth: stroke.line }),
    Plot.text([middle], {
      x: 'x1',
      y: 'y1',
      text: () => border.label,
      dy: -9,
      fontWeight: 600,
      fill: ink.line,
      ...halo,
    }),
  ]
}

/** The colours of the map as a bar with its own axis. */
const scaleBar = (width: number, range: readonly [number, number], label: string): string => {
  const steps = 64
  const cells = Array.from({ length: steps }, (_, k) => {
    const at = (share: number) => range[0] + (share / steps) * (range[1] - range[0])
    return { x1: at(k), x2: at(k + 1), value: at(k + 0.5) }
  })
  return panel({
    width,
    height: 50,
    x: { label, domain: range[1] > range[0] ? range : [range[0], range[0] + 1] },
    y: { label: '', domain: [0, 1] },
    yShown: false,
    plot: {
      marginTop: 0,
      marginBottom: 38,
      marginRight: 30,
      marginLeft: Math.max(margins.left, width * 0.45),
      color: { scheme: 'viridis', domain: [...range] },
    },
    marks: [Plot.rect(cells, { x1: 'x1', x2: 'x2', y1: () => 0, y2: () => 1, fill: 'value', inset: -0.3 })],
  })
}
