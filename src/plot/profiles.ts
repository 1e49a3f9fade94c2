import * as Plot from '@observablehq/plot'
import { extent, type Numbers } from './axis.ts'
import { beside, type FigureOptions, panel } from './figure.ts'
import { curve, halo } from './line.ts'
import { pointsOf } from './points.ts'
import { ionColour, shades } from './theme.ts'

/** Content of one particle at one moment. */
export type ParticleProfile = {
  /** When: `10 min`, `x = 0.5`. */
  readonly label: string
  /** r/R_p, [shells]. */
  readonly radius: Numbers
  /** Content [per formula unit] by ion, [shells]. */
  readonly content: Readonly<Record<string, Numbers>>
}

/**
 * Content against radius of one particle, a panel for each ion, from light (early) to dark (late). A jam at the surface is a
 * curve that climbs steeply at r/R_p → 1 over an empty middle.
 *
 * @throws RangeError where radius and content differ in length
 */
export const particleProfiles = (moments: readonly ParticleProfile[], o: FigureOptions = {}): string => {
  const ions = Object.keys(moments[0]?.content ?? {})
  const width = Math.round((o.width ?? 300 * Math.max(1, ions.length) + 60) / Math.max(1, ions.length))
  const most = extent(ions.flatMap(ion => moments.map(moment => moment.content[ion])))[1]
  const panels = ions.map(ion => {
    const colours = shades(ionColour(ion, ions), moments.length)
    const names = shades(ionColour(ion, ions), moments.length, 0.72)
    const marks = moments.flatMap((moment, k) => {
      const points = pointsOf(moment.radius, moment.content[ion])
      // Up to the centre: a profile is even in r, so what stands at the innermost shell stands there too.
      return [curve(points.length > 0 ? [{ x: 0, y: points[0].y }, ...points] : points, colours[k])]
    })
    const ends = spread(
      moments.map(moment => moment.content[ion][moment.content[ion].length - 1]),
      most * 0.065,
    )
    const words = moments.map((moment, k) =>
      Plot.text([{ x: 1, y: ends[k] }], {
        x: 'x',
        y: 'y',
        text: () => moment.label,
        fill: names[k],
        textAnchor: 'start',
        dx: 6,
        fontWeight: 600,
        ...halo,
      }),
    )
    const longest = Math.max(0, ...moments.map(moment => moment.label.length))
    return panel({
      width,
      height: o.height ?? 300,
      x: { label: 'r / R of the particle', domain: [0, 1] },
      y: { label: `${ion} per formula unit`, domain: [0, most > 0 ? most * 1.05 : 1] },
      plot: { marginRight: 14 + 6.8 * longest },
      marks: [...marks, ...words],
    })
  })
  return beside(panels, o)
}

/** Places moved apart, in their order, until neighbours are `least` apart: words at the ends of curves do not overlap. */
const spread = (places: readonly number[], least: number): readonly number[] => {
  const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b])
  const out = [...places]
  for (let k = 1; k < order.length; k++) {
    out[order[k]] = Math.max(out[order[k]], out[order[k - 1]] + least)
  }
  const over = order.length === 0 ? 0 : out[order[order.length - 1]] - Math.max(...places)
  return out.map(place => place - over / 2)
}
