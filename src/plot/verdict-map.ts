import * as Plot from '@observablehq/plot'
import { type Axis, axisLabel, type Numbers } from './axis.ts'
import { beside, escaped, type FigureOptions, panel } from './figure.ts'
import { ink } from './theme.ts'

/** Answers over a grid of two parameters, a panel for each question. */
export type VerdictMap = {
  /** [n] and [m]. */
  readonly x: Numbers
  readonly y: Numbers
  readonly panels: readonly {
    readonly title: string
    /** answer[j·n + i] at x_i, y_j: an index into `answers`. */
    readonly answer: Numbers
  }[]
  /** The answers in words. */
  readonly answers: readonly { readonly label: string; readonly colour: string }[]
  /** How a tick is written. */
  readonly tickX?: (value: number) => string
  readonly tickY?: (value: number) => string
}

/** Height of the key [px]. */
const keyHeight = 30
const side = { left: 58, right: 8 } as const

/**
 * Small multiples: for each question the grid of two parameters, coloured by its answer; one key for all.
 *
 * @throws RangeError where a panel has not n·m answers
 */
export const verdictMap = (data: VerdictMap, o: FigureOptions & { readonly x: Axis; readonly y: Axis }): string => {
  const count = data.panels.length
  const inner = Math.round(((o.width ?? 880) - side.left - count * side.right) / count)
  const height = o.height ?? 260
  const n = data.x.length
  const panels = data.panels.map(({ title, answer }, k) => {
    if (answer.length !== n * data.y.length)
      throw new RangeError(
        `verdictMap: ${title} has ${answer.length} answers, ${n} × ${data.y.length} points need ${n * data.y.length}`,
      )
    const cells = Array.from(answer, (value, at) => ({
      x: data.x[at % n],
      y: data.y[Math.floor(at / n)],
      fill: data.answers[value]?.colour ?? ink.paper,
    }))
    const band = { type: 'band' as const, padding: 0.06 }
    return panel({
      width: inner + side.right + (k === 0 ? side.left : 0),
      height,
      x: { label: axisLabel(o.x) },
      y: { label: axisLabel(o.y) },
      yShown: k === 0,
      plot: {
        marginLeft: k === 0 ? side.left : 0,
        marginRight: side.right,
        marginTop: 30,
        x: { ...band, tickFormat: thinned(data.x, data.tickX ?? String, inner / 44) },
        y: { ...band, reverse: true, tickFormat: data.tickY ?? String },
      },
      marks: [
        Plot.cell(cells, { x: 'x', y: 'y', fill: 'fill', rx: 2 }),
        Plot.text([title], {
          frameAnchor: 'top',
          dy: -20,
          text: String,
          fontWeight: 600,
          fontSize: 13,
          fill: ink.text,
        }),
      ],
    })
  })
  return withKey(beside(panels, o), data, o)
}

/** Ticks of a band axis that leave room for each other. */
const thinned = (values: Numbers, words: (value: number) => string, room: number) => {
  const every = Math.max(1, Math.ceil(values.length / Math.max(2, room)))
  const shown = new Set(Array.from(values).filter((_, k) => k % every === 0))
  return (value: number): string => (shown.has(value) ? words(value) : '')
}

/** Appends the key below a figure. */
const withKey = (svg: string, { answers }: VerdictMap, o: FigureOptions): string => {
  const height = Number(/ height="([\d.]+)"/.exec(svg)?.[1])
  let x: number = side.left
  let key = ''
  for (const { label, colour } of answers) {
    key += `<rect x="${x}" y="${height + 6}" width="13" height="13" rx="2" fill="${colour}"/>`
    key += `<text x="${x + 19}" y="${height + 17}">${escaped(label)}</text>`
    x += 19 + 7 * label.length + 24
  }
  const taller = height + keyHeight
  return svg
    .replace(
      /(<svg [^>]*?) height="[\d.]+" viewBox="0 0 ([\d.]+) [\d.]+"/,
      `$1 height="${taller}" viewBox="0 0 $2 ${taller}"`,
    )
    .replace(/<\/svg>\s*$/, `${key}</svg>\n`)
    .replace('<title></title>', o.title ?? '')
}
