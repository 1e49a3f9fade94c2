import type { Numbers } from './axis.ts'

/** A point of a drawing. */
export type Point = { readonly x: number; readonly y: number }

/** Points a curve may have before its picture no longer changes: about two for each pixel of width. */
const mostPoints = 1200

/**
 * The finite points of a curve, thinned to what a picture can show: of each run of neighbours the lowest and the highest
 * stay, so no spike is lost.
 *
 * @throws RangeError where x and y differ in length
 */
export const pointsOf = (x: Numbers, y: Numbers, most: number = mostPoints): readonly Point[] => {
  if (x.length !== y.length) throw new RangeError(`plot: x has ${x.length} values, y has ${y.length}`)
  const points: Point[] = []
  const run = Math.max(1, Math.ceil((2 * x.length) / most))
  for (let start = 0; start < x.length; start += run) {
    const end = Math.min(x.length, start + run)
    let low = -1
    let high = -1
    for (let i = start; i < end; i++) {
      if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue
      if (low < 0 || y[i] < y[low]) low = i
      if (high < 0 || y[i] > y[high]) high = i
    }
    if (low < 0) continue
    const first = Math.min(low, high)
    const second = Math.max(low, high)
    points.push({ x: x[first], y: y[first] })
    if (second !== first) points.push({ x: x[second], y: y[second] })
  }
  if (points.length > 0) {
    const last = x.length - 1
    const end = points[points.length - 1]
    if (Number.isFinite(x[last]) && Number.isFinite(y[last]) && (end.x !== x[last] || end.y !== y[last])) {
      points.push({ x: x[last], y: y[last] })
    }
  }
  return points
}

/**
 * Every k-th index of n rows, first and last always: for curves that are drawn on top of each other (stacked areas) and so
 * must share their x.
 */
export const everyRow = (rows: number, most: number = mostPoints): readonly number[] => {
  const step = Math.max(1, Math.ceil(rows / most))
  const out: number[] = []
  for (let i = 0; i < rows; i += step) out.push(i)
  if (rows > 0 && out[out.length - 1] !== rows - 1) out.push(rows - 1)
  return out
}
