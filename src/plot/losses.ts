import * as Plot from '@observablehq/plot'
import { type Axis, inUnit, type Numbers } from './axis.ts'
import { stacked } from './discharge.ts'
import { compose, type FigureOptions, panel } from './figure.ts'
import { unitOf } from './line.ts'
import { everyRow } from './points.ts'
import { ink, stroke } from './theme.ts'

/** Colours of the losses, warm to cool from the particle outwards. */
const lossColours: Readonly<Record<string, string>> = {
  equilibrium: '#8c8c8c',
  solid: '#d55e00',
  kinetic: '#e69f00',
  film: '#f0c75e',
  ohmic: '#009e73',
  electrolyte: '#0072b2',
  contact: '#cc79a7',
}

/**
 * What keeps the voltage below its equilibrium: the parts of the loss [V], stacked.
 *
 * @param data.loss  parts of the loss by name, each [rows], positive where they lower the voltage on discharge
 */
export const losses = (
  data: { readonly x: Numbers; readonly loss: Readonly<Record<string, Numbers>> },
  o: FigureOptions & { readonly x?: Axis } = {},
): string => {
  const width = o.width ?? 600
  const names = Object.keys(data.loss)
  const { axis, unit } = unitOf(o.x ?? 'capacity', [data.x])
  const x = inUnit(data.x, unit)
  const total = everyRow(data.x.length).map(i => ({
    x: x[i],
    y: names.reduce((sum, name) => sum + data.loss[name][i], 0),
  }))
  const drawing = panel({
    width,
    height: o.height ?? 320,
    x: axis,
    y: { label: 'Voltage loss (V)' },
    plot: { y: { nice: true, zero: true } },
    marks: [
      ...stacked(x, data.loss, { colour: name => lossColours[name] ?? ink.muted }),
      Plot.line(total, { x: 'x', y: 'y', stroke: ink.line, strokeWidth: stroke.thin }),
    ],
  })
  return compose([drawing], { ...o, width })
}
