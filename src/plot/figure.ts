import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { type Axis, axisLabel, isLog } from './axis.ts'
import { fontFamily, ink, stroke, type } from './theme.ts'

/** Options that every figure takes. */
export type FigureOptions = {
  /** [px] */
  readonly width?: number
  /** [px] */
  readonly height?: number
  readonly title?: string
}

/** The scale of an axis: domain and kind. */
const scale = (of: Axis): Plot.ScaleOptions =>
  typeof of === 'string'
    ? {}
    : { ...(of.domain ? { domain: [...of.domain] } : {}), ...(isLog(of) ? { type: 'log' as const } : {}) }

/** Room around the drawing [px]; panels that are stacked share the left and right of it. */
export const margins = { left: 58, right: 22, top: 14, bottom: 44 } as const

export type PanelOptions = {
  readonly x: Axis
  readonly y: Axis
  readonly width: number
  readonly height: number
  readonly marks: readonly Plot.Markish[]
  /** False where the panel below carries the x axis. */
  readonly xLabelled?: boolean
  /** False where the y axis says nothing. */
  readonly yShown?: boolean
  /** Everything else Plot takes, scales merged into ours. */
  readonly plot?: Plot.PlotOptions
}

/** One drawing area with its axes outside a thin frame, as an `svg` element's text. */
export const panel = (o: PanelOptions): string => {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const { x, y, ...more } = o.plot ?? {}
  const labelled = o.xLabelled ?? true
  const element = Plot.plot({
    document: document as never,
    width: o.width,
    height: o.height,
    marginLeft: margins.left,
    marginRight: margins.right,
    marginTop: margins.top,
    marginBottom: margins.bottom,
    ...more,
    x: { ...scale(o.x), ...x },
    y: { ...scale(o.y), ...(o.yShown === false ? { axis: null } : {}), ...y },
    marks: [
      Plot.frame({ stroke: ink.rule, strokeWidth: stroke.rule }),
      Plot.axisX({
        ...axisLook,
        ...(isLog(o.x) ? decades : {}),
        label: labelled ? axisLabel(o.x) : null,
        labelOffset: 38,
        ...(labelled ? {} : { tickFormat: () => '' }),
      }),
      o.yShown === false
        ? null
        : Plot.axisY({
            ...axisLook,
            ...(isLog(o.y) ? decades : {}),
            label: axisLabel(o.y),
            labelOffset: (more.marginLeft ?? margins.left) - 10,
          }),
      ...o.marks,
    ],
  })
  return element.outerHTML
}

/** Whole decades carry a number on a log axis. */
const decades = {
  tickFormat: (value: number) => (Math.abs(Math.log10(value) % 1) < 1e-9 ? String(value) : ''),
} as const

const axisLook = { tickSize: 4, tickPadding: 4, labelAnchor: 'center', labelArrow: 'none' } as const

/** Panels one below the other in one SVG document on white, with a title above. Heights [px] are read off the panels. */
export const compose = (panels: readonly string[], o: FigureOptions & { readonly width: number }): string => {
  let y = o.title === undefined ? 6 : 24
  let body = ''
  for (const svg of panels) {
    const height = sizeOf(svg, 'height')
    body += nested(svg, 0, y)
    y += height
  }
  return documentOf(body, { ...o, height: y + 4 })
}

/** Panels side by side. */
export const beside = (panels: readonly string[], o: FigureOptions): string => {
  const top = o.title === undefined ? 6 : 24
  let x = 0
  let height = 0
  let body = ''
  for (const svg of panels) {
    body += nested(svg, x, top)
    x += sizeOf(svg, 'width')
    height = Math.max(height, sizeOf(svg, 'height'))
  }
  return documentOf(body, { ...o, width: x, height: top + height + 4 })
}

const documentOf = (
  body: string,
  o: { readonly title?: string; readonly width: number; readonly height: number },
): string => {
  const { width, height } = o
  const heading =
    o.title === undefined
      ? ''
      : `<title>${escaped(o.title)}</title><text x="${margins.left}" y="20" font-weight="600" font-size="${type.title}">${escaped(o.title)}</text>`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${fontFamily}" font-size="${type.text}" fill="${ink.text}">` +
    `<rect width="100%" height="100%" fill="${ink.paper}"/>${heading}${body}</svg>\n`
  )
}

/**
 * A panel as a nested `svg` at a place. What Plot adds for web pages (a style sheet, a class, its own type) is dropped, so
 * that the outer document's look holds; lengths are cut to a hundredth of a pixel.
 */
const nested = (svg: string, x: number, y: number): string =>
  svg
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/^<svg [^>]*>/, open => open.replace(/ (class|font-family|font-size|style)="[^"]*"/g, ''))
    .replace('<svg ', `<svg x="${x}" y="${y}" overflow="visible" `)
    .replace(/="[^"]*"/g, value => value.replace(/(\d\.\d\d)\d+/g, '$1'))
    .replaceAll('currentColor', ink.text)

const sizeOf = (svg: string, side: 'width' | 'height'): number =>
  Number(new RegExp(` ${side}="([\\d.]+)"`).exec(svg)?.[1] ?? 0)

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
