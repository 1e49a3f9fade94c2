import * as Plot from '@observablehq/plot'
import { extent, type Numbers } from './axis.ts'
import { compose, type FigureOptions, margins, panel } from './figure.ts'
import { curve, halo } from './line.ts'
import { pointsOf } from './points.ts'
import { ink, seriesColours, stroke } from './theme.ts'

/** One way from state to state. */
export type EnergyProfile = {
  readonly label: string
  /** Path coordinate of the images [Å]. */
  readonly s: Numbers
  /** Their energies [eV]. */
  readonly energy: Numbers
  /** The curve fitted through them. */
  readonly fitted?: { readonly s: Numbers; readonly energy: Numbers }
  /** Distance of the two ions at each image [Å]. */
  readonly separation?: Numbers
  readonly colour?: string
}

/**
 * Energy along paths: images as points, the fitted curve through them, every path named; under it on the same axis the
 * distance of the two ions, where there are two.
 *
 * @returns SVG document
 * @throws RangeError where columns differ in length
 */
export const energyProfile = (
  profiles: readonly EnergyProfile[],
  o: FigureOptions & { readonly y?: string } = {},
): string => {
  const width = o.width ?? 640
  const height = o.height ?? 480
  // colours that come round again are told apart by dashes
  const coloured = profiles.map((one, k) => ({
    ...one,
    colour: one.colour ?? seriesColours[k % seriesColours.length],
    dashed: Math.floor(k / seriesColours.length) % 2 === 1,
    label: Math.floor(k / seriesColours.length) % 2 === 1 ? `${one.label} (dashed)` : one.label,
  }))
  const apart = coloured.filter(one => one.separation !== undefined)
  const x = { label: 'Path coordinate (Å)', domain: extent(profiles.map(one => one.s)) }
  const room = { marginRight: margins.right + 6.8 * Math.max(0, ...coloured.map(one => one.label.length)) }
  const upperHeight = Math.round(apart.length === 0 ? height : height * 0.66)
  const upper = panel({
    width,
    height: upperHeight,
    x,
    y: { label: o.y ?? 'Energy (eV)' },
    xLabelled: apart.length === 0,
    plot: { ...room, ...(apart.length === 0 ? {} : { marginBottom: 8 }), inset: 6, y: { nice: true } },
    marks: [
      Plot.ruleY([0], { stroke: ink.rule, strokeWidth: stroke.rule }),
      ...coloured.flatMap(one => [
        curve(
          one.fitted ? pointsOf(one.fitted.s, one.fitted.energy) : pointsOf(one.s, one.energy),
          one.colour,
          one.dashed,
        ),
        imagesOf(one.s, one.energy, one.colour),
      ]),
      ...names(coloured, upperHeight - margins.top - (apart.length === 0 ? margins.bottom : 8) - 12),
    ],
  })
  if (apart.length === 0) return compose([upper], { ...o, width })
  const lower = panel({
    width,
    height: Math.round(height * 0.34),
    x,
    y: { label: 'Distance of the ions (Å)' },
    plot: { ...room, marginTop: 8, inset: 6, y: { nice: true } },
    marks: apart.flatMap(one => [
      curve(pointsOf(one.s, one.separation!), one.colour, one.dashed),
      imagesOf(one.s, one.separation!, one.colour),
    ]),
  })
  return compose([upper, lower], { ...o, width })
}

const imagesOf = (x: Numbers, y: Numbers, colour: string): Plot.Markish =>
  Plot.dot(pointsOf(x, y), { x: 'x', y: 'y', r: 3, stroke: colour, fill: ink.paper, strokeWidth: 1.4 })

/** Height of a name with the room about it [px]. */
const nameHeight = 16

/** Names beside the frame, those that would touch moved apart, all of them beside it where it is high enough. */
const names = (profiles: readonly (EnergyProfile & { readonly colour: string })[], height: number): Plot.Markish[] => {
  const [low, high] = extent(profiles.flatMap(one => (one.fitted ? [one.energy, one.fitted.energy] : [one.energy])))
  const step = ((high - low || 1) * nameHeight) / height
  const right = Math.max(...profiles.map(one => one.s[one.s.length - 1]))
  const rows = profiles
    .map(one => ({ label: one.label, colour: one.colour, x: right, y: one.energy[one.energy.length - 1] }))
    .sort((a, b) => a.y - b.y)
  for (let k = 1; k < rows.length; k++) rows[k].y = Math.max(rows[k].y, rows[k - 1].y + step)
  let ceiling = Math.max(high, low + (rows.length - 1) * step)
  for (let k = rows.length - 1; k >= 0; k--) {
    rows[k].y = Math.min(rows[k].y, ceiling)
    ceiling = rows[k].y - step
  }
  return rows.map(one =>
    Plot.text([one], {
      x: 'x',
      y: 'y',
      text: 'label',
      fill: one.colour,
      textAnchor: 'start',
      dx: 12,
      fontWeight: 600,
      ...halo,
    }),
  )
}
