import * as Plot from '@observablehq/plot'
import { inUnit, type Numbers, readable } from './axis.ts'
import { compose, type FigureOptions, margins, panel } from './figure.ts'
import { curve, halo } from './line.ts'
import { pointsOf } from './points.ts'
import { ink, seriesColours } from './theme.ts'

/** An impedance spectrum [Hz], [Ω], [Ω]; Z″ < 0 where the cell is capacitive. */
export type Spectrum = {
  readonly frequency: Numbers
  readonly real: Numbers
  readonly imaginary: Numbers
  readonly label?: string
}

/** Nyquist diagram: −Z″ against Z′ with one scale for both, decades of frequency marked. */
export const nyquist = (spectra: readonly Spectrum[], o: FigureOptions = {}): string => {
  const width = o.width ?? 560
  const { unit } = readable(
    'impedanceReal',
    spectra.map(one => one.real),
  )
  const ohm = unit === 1 ? 'Ω' : unit === 1e-3 ? 'mΩ' : 'µΩ'
  const marks: Plot.Markish[] = []
  const box = { x: [Infinity, -Infinity], y: [0, -Infinity] }
  for (const [k, one] of spectra.entries()) {
    const colour = seriesColours[(spectra.length > 1 ? k + 1 : k) % seriesColours.length]
    const x = inUnit(one.real, unit)
    const y = Float64Array.from(one.imaginary, value => -value / unit)
    const points = pointsOf(x, y)
    for (const point of points) {
      box.x = [Math.min(box.x[0], point.x), Math.max(box.x[1], point.x)]
      box.y = [Math.min(box.y[0], point.y), Math.max(box.y[1], point.y)]
    }
    marks.push(curve(points, colour))
    const decades = decadesOf(one.frequency).map(({ i, exponent }) => ({
      x: x[i],
      y: y[i],
      text: frequencyName(exponent),
    }))
    marks.push(Plot.dot(decades, { x: 'x', y: 'y', r: 2.8, fill: ink.paper, stroke: colour, strokeWidth: 1.5 }))
    marks.push(
      Plot.text(apart(decades), { x: 'x', y: 'y', text: 'text', dy: -10, fontSize: 10, fill: colour, ...halo }),
    )
    if (one.label !== undefined) {
      const end = points.reduce((a, b) => (b.x > a.x ? b : a), points[0])
      marks.push(
        Plot.text([end], {
          x: 'x',
          y: 'y',
          text: () => one.label ?? '',
          textAnchor: 'end',
          dy: 18,
          fill: colour,
          fontWeight: 600,
          ...halo,
        }),
      )
    }
  }
  const pad = 0.06 * Math.max(box.x[1] - box.x[0], box.y[1] - box.y[0], Number.MIN_VALUE)
  const wide = box.x[1] - box.x[0] + 2 * pad
  const tall = box.y[1] - box.y[0] + 2 * pad
  // one scale for both axes: the height follows from the width, within what a page takes; then the x axis reaches further
  const across = width - margins.left - margins.right
  const room = margins.top + margins.bottom
  const height = Math.round(o.height ?? room + Math.min(460, Math.max(150, (across * tall) / wide)))
  const perPixel = Math.max(wide / across, tall / (height - room))
  const drawing = panel({
    width,
    height,
    x: { label: `Z′ (${ohm})`, domain: [box.x[0] - pad, box.x[0] - pad + perPixel * across] },
    y: { label: `−Z″ (${ohm})`, domain: [box.y[0] - pad, box.y[0] - pad + perPixel * (height - room)] },
    marks: [Plot.ruleY([0], { stroke: ink.rule }), ...marks],
  })
  return compose([drawing], { ...o, width })
}

/** Indices of the values nearest to whole decades, each decade once. */
const decadesOf = (frequency: Numbers): { readonly i: number; readonly exponent: number }[] => {
  const best = new Map<number, { i: number; off: number }>()
  for (let i = 0; i < frequency.length; i++) {
    const exponent = Math.round(Math.log10(frequency[i]))
    const off = Math.abs(Math.log10(frequency[i]) - exponent)
    const seen = best.get(exponent)
    if (off < 0.2 && (seen === undefined || off < seen.off)) best.set(exponent, { i, off })
  }
  return [...best].map(([exponent, { i }]) => ({ i, exponent }))
}

const frequencyName = (exponent: number): string =>
  exponent >= 3 ? `${10 ** (exponent - 3)} kHz` : exponent >= 0 ? `${10 ** exponent} Hz` : `${10 ** (exponent + 3)} mHz`

/** Those of the marks that are far enough from the one before for their words not to overlap. */
const apart = <T extends { readonly x: number; readonly y: number }>(marks: readonly T[]): readonly T[] => {
  const reach = Math.max(...marks.map(one => one.x)) - Math.min(...marks.map(one => one.x))
  const kept: T[] = []
  for (const one of marks) {
    if (kept.every(other => Math.hypot(other.x - one.x, other.y - one.y) > 0.06 * reach)) kept.push(one)
  }
  return kept
}
