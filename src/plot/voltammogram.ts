import * as Plot from '@observablehq/plot'
import { type Numbers, readable } from './axis.ts'
import { compose, type FigureOptions, panel } from './figure.ts'
import { curve, halo } from './line.ts'
import { pointsOf } from './points.ts'
import { ink, shades, stroke } from './theme.ts'

/** One sweep there and back. */
export type VoltammogramCycle = {
  readonly voltage: Numbers
  /** [A], positive on discharge, as everywhere in the program. */
  readonly current: Numbers
  readonly label?: string
}

/**
 * Cyclic voltammogram: current against voltage, cycles from light to dark, with arrows along the sweep.
 * Drawn with the sign of the electrochemical convention: oxidation of the host (charge) points up.
 */
export const voltammogram = (cycles: readonly VoltammogramCycle[], o: FigureOptions = {}): string => {
  const width = o.width ?? 520
  const colours = shades(ink.line, cycles.length)
  const { label, unit } = readable(
    'current',
    cycles.map(cycle => cycle.current),
  )
  const up = (current: Numbers) => Float64Array.from(current, value => -value / unit)
  const last = cycles[cycles.length - 1]
  const drawing = panel({
    width,
    height: o.height ?? 360,
    x: 'voltage',
    y: { label: `${label}, charge up` },
    plot: { inset: 8, y: { nice: true } },
    marks: [
      Plot.ruleY([0], { stroke: ink.rule, strokeWidth: stroke.rule }),
      ...cycles.flatMap((cycle, k) => {
        const points = pointsOf(cycle.voltage, up(cycle.current), 6000)
        if (cycle.label === undefined) return [curve(points, colours[k])]
        // a key in the corner where a sweep towards oxidation starts: the curves are low there
        const place = { frameAnchor: 'top-left', textAnchor: 'start', dx: 8, dy: 8 + 16 * k, fontWeight: 600 } as const
        return [
          curve(points, colours[k]),
          Plot.text([cycle.label], { ...place, text: String, fill: colours[k], ...halo }),
        ]
      }),
      ...(last === undefined ? [] : arrows(last.voltage, up(last.current))),
    ],
  })
  return compose([drawing], { ...o, width })
}

/** Two small arrows along a closed curve, a quarter and three quarters of the way. */
const arrows = (x: Numbers, y: Numbers): Plot.Markish[] => {
  const at = [0.25, 0.75].map(share => Math.round(share * (x.length - 1)))
  const step = Math.max(1, Math.round(x.length / 60))
  const data = at
    .filter(i => i + step < x.length && x.length > 8)
    .map(i => ({ x1: x[i], y1: y[i], x2: x[i + step], y2: y[i + step] }))
  return [
    Plot.arrow(data, {
      x1: 'x1',
      y1: 'y1',
      x2: 'x2',
      y2: 'y2',
      stroke: ink.line,
      strokeWidth: stroke.line,
      headLength: 9,
      headAngle: 50,
    }),
  ]
}
