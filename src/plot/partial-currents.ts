import * as Plot from '@observablehq/plot'
import { type Numbers, readable } from './axis.ts'
import { compose, type FigureOptions, margins, panel } from './figure.ts'
import { curve, halo } from './line.ts'
import { pointsOf } from './points.ts'
import { ink, ionColour, stroke } from './theme.ts'

/** A voltammogram with the part of each ion in the current. */
export type PartialCurrents = {
  readonly voltage: Numbers
  /** [A], positive on discharge. */
  readonly current: Numbers
  /** [A] by ion, positive where the ion enters the host; they sum to the current. */
  readonly partial: Readonly<Record<string, Numbers>>
}

/** Points along a sweep: peaks of 10 mV stay sharp over 1.5 V. */
const mostPoints = 4000

/**
 * Cyclic voltammogram with what each ion carries, drawn as electrochemists do: oxidation (charge) points up.
 *
 * @throws RangeError where columns differ in length
 */
export const partialCurrents = (data: PartialCurrents, o: FigureOptions = {}): string => {
  const width = o.width ?? 600
  const ions = Object.keys(data.partial)
  const { label, unit } = readable('current', [data.current, ...Object.values(data.partial)])
  const up = (values: Numbers) => Float64Array.from(values, value => -value / unit)
  const key = [{ name: 'total', colour: ink.muted }, ...ions.map(ion => ({ name: ion, colour: ionColour(ion, ions) }))]
  const drawing = panel({
    width,
    height: o.height ?? 380,
    x: 'voltage',
    y: { label: `${label}, charge up` },
    plot: { inset: 8, y: { nice: true }, marginRight: margins.right },
    marks: [
      Plot.ruleY([0], { stroke: ink.rule, strokeWidth: stroke.rule }),
      // The total lies beneath, pale and wide: an ion that carries all of it is seen on it.
      Plot.line(pointsOf(data.voltage, up(data.current), mostPoints), {
        x: 'x',
        y: 'y',
        stroke: ink.rule,
        strokeWidth: 3 * stroke.line,
        strokeLinejoin: 'round',
      }),
      ...ions.map(ion => curve(pointsOf(data.voltage, up(data.partial[ion]), mostPoints), ionColour(ion, ions))),
      ...key.map(({ name, colour }, k) =>
        Plot.text([name], {
          frameAnchor: 'top-left',
          textAnchor: 'start',
          dx: 10,
          dy: 10 + 16 * k,
          fontWeight: 600,
          text: String,
          fill: colour,
          ...halo,
        }),
      ),
    ],
  })
  return compose([drawing], { ...o, width })
}
