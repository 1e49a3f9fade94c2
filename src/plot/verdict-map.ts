import * as Plot from '@observablehq/plot'
import { type Axis, axisLabel, type Numbers } from './axis.ts'
import { beside, escaped, type FigureOptions, panel } from './figure.ts'
import { ink, stroke } from './theme.ts'

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
const side = { left: 74, right: 8 } as const

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
  const across = names(data.x, data.tickX ?? String, inner)
  const up = names(data.y, data.tickY ?? String, Number.POSITIVE_INFINITY)
  const panels = data.panels.map(({ title, answer }, k) => {
    if (answer.length !== n * data.y.length)
      throw new RangeError(
        `verdictMap: ${title} has ${answer.length} answers, ${n} × ${data.y.length} points need ${n * data.y.length}`,
      )
    const cells = Array.from(answer, (value, at) => ({
      x: across[at % n],
      y: up[Math.floor(at / n)],
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
        x: { ...band, domain: across },
        y: { ...band, domain: up, reverse: true },
      },
      marks: [
        Plot.cell(cells, { x: 'x', y: 'y', fill: 'fill', stroke: ink.rule, strokeWidth: stroke.rule, rx: 2 }),
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
  return withKey(beside(panels, o), data)
}

/** Width of a character and the gap between two names [px]. */
const letter = 6.6
const gap = 8

/** Names of the values of a band axis, all different; where there is no room only every k-th is to be seen. */
const names = (values: Numbers, words: (value: number) => string, width: number): readonly string[] => {
  const all = Array.from(values, words)
  const longest = Math.max(...all.map(name => name.length))
  const every = Math.max(1, Math.ceil(((letter * longest + gap) * all.length) / width))
  return all.map((name, k) => (k % every === 0 ? name : '\u200b'.repeat(k)))
}

/** Appends the key below a figure. */
const withKey = (svg: string, { answers }: VerdictMap): string => {
  const height = Number(/ height="([\d.]+)"/.exec(svg)?.[1])
  let x: number = side.left
  let key = ''
  for (const { label, colour } of answers) {
    key += `<rect x="${x}" y="${height + 6}" width="13" height="13" rx="2" fill="${colour}" stroke="${ink.rule}"/>`
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
}
