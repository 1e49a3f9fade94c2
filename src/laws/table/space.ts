import type { Row } from '../../math/penalised-fit.ts'
import {
  cellUnknowns,
  differencesAlong,
  differenceWeights,
  type Stencil,
  type TensorSpline,
  tensorSpline,
} from '../../math/tensor-spline.ts'
import { type Room, reach } from './room.ts'

/** Axes that a spline may run along: a name for reports and one linear form of x each. */
export type SplineAxes = { readonly name: string; readonly forms: readonly (readonly number[])[] }

/** Two contents that differ by less are one, in parts of the range of an axis. */
const sameContent = 1e-3

/**
 * Axes worth trying. Ions that fill one set of sites, or give their electrons to one band, raise μ in steps along the number
 * of ions or of charges, whichever ions they are: splines along the contents themselves would need fine cells everywhere.
 */
export const axesOf = (room: Room): readonly SplineAxes[] => {
  const { n, order, carriers } = room
  const contents = order.map(i => carriers.map((_, j) => (i === j ? 1 : 0)))
  if (n === 1) return [{ name: carriers[0], forms: contents }]
  const rest = contents.slice(1)
  const ions = carriers.map(() => 1)
  const weights = Array.from({ length: n }, (_, i) => room.share[i] / Math.max(...room.share.subarray(0, n)))
  const names = order.map(i => carriers[i]).join(', ')
  const found: SplineAxes[] = [
    { name: names, forms: contents },
    { name: 'ions, then contents', forms: [ions, ...rest] },
  ]
  const distinct = weights.some(w => w !== weights[0]) && weights[order[0]] > 0
  return distinct ? [...found, { name: 'room taken, then contents', forms: [weights, ...rest] }] : found
}

/** Cells along the first axis and along each of the others, for n carriers, at most. */
export type MostCells = readonly [first: number, other: number]

/**
 * A spline on the room with cells about as fine as the samples stand along each axis: twice as fine along the first one, where
 * slopes of μ are samples too and steps are sharp. (The first axis is also the one along which cells cost least.)
 *
 * @param samples  contents
 * @param fineness factor on the cells of the first axis
 */
export const spaceFor = (
  room: Room,
  axes: SplineAxes,
  samples: readonly (readonly number[])[],
  most: MostCells,
  fineness = 1,
): TensorSpline =>
  tensorSpline({
    axes: axes.forms,
    cells: axes.forms.map((form, a) =>
      cellsFor(form, room, samples, a === 0 ? 2 * fineness : 1, most[a === 0 ? 0 : 1]),
    ),
    faces: room.faces,
    vertices: room.vertices,
    margin: reach,
  })

const cellsFor = (
  form: readonly number[],
  { vertices, n }: Room,
  samples: readonly (readonly number[])[],
  fineness: number,
  most: number,
): number => {
  const along = (x: readonly number[]): number => form.reduce((sum, w, i) => sum + w * x[i], 0)
  const ends = vertices.map(along)
  const range = Math.max(...ends) - Math.min(...ends)
  const keyOf = (v: number): number => Math.round(v / (sameContent * range))
  const steps = new Set(samples.map(x => keyOf(along(x))))
  // Scattered samples differ along every axis; then their number says how fine they stand.
  const scattered = new Set(samples.map(x => x.map(keyOf).join())).size ** (1 / n)
  return Math.max(3, Math.min(most, Math.ceil(fineness * Math.min(steps.size - 1, 1.7 * scattered))))
}

/** A row over unknowns that have one coefficient for each power of the temperature (or of 1/T) beside each other. */
export const rowOf = (
  stencil: Stencil,
  weights: Float64Array,
  powers: readonly number[],
  target: number,
  error: number,
): Row => {
  const c = powers.length
  const unknowns = new Int32Array(weights.length * c)
  const all = new Float64Array(weights.length * c)
  for (let k = 0; k < weights.length; k++)
    for (let t = 0; t < c; t++) {
      unknowns[k * c + t] = stencil.unknowns[k] * c + t
      all[k * c + t] = weights[k] * powers[t]
    }
  return { unknowns, weights: all, target, error }
}

/** Roughness along each axis, of all powers of the temperature alike, by differences of an order. */
export const roughness = (space: TensorSpline, powers: number, order: 1 | 2 | 3): Row[][] =>
  Array.from({ length: space.n }, (_, axis) =>
    differencesAlong(space, axis, order).flatMap(line =>
      Array.from({ length: powers }, (_, t) => ({
        unknowns: line.map(u => u * powers + t),
        weights: Float64Array.from(differenceWeights[order]),
        target: 0,
        error: 1,
      })),
    ),
  )

/** The unknowns of each cell, all powers of the temperature beside each other: what a value or a derivative reads together. */
export const readTogether = (space: TensorSpline, powers: number): Int32Array[] =>
  cellUnknowns(space).map(cell =>
    Int32Array.from({ length: cell.length * powers }, (_, k) => cell[Math.floor(k / powers)] * powers + (k % powers)),
  )

/** The value that stands most often in a list, the first of those. */
export const mostCommon = (list: readonly number[]): number => {
  const counts = new Map<number, number>()
  for (const value of list) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0]
}

/** Powers 1, t, t² … of a scaled variable of the temperature, |t| ≤ 1 over the samples. */
export type Powers = {
  readonly count: number
  readonly at: (T: number) => number[]
  /** d/dT of each. */
  readonly slopes: (T: number) => number[]
  readonly range: readonly [number, number]
}

/**
 * @param variable of T, monotone: T itself for energies, 1/T for rates
 * @param most     highest power
 */
export const powersOf = (
  temperatures: readonly number[],
  variable: { readonly of: (T: number) => number; readonly slope: (T: number) => number },
  most: number,
): Powers => {
  const distinct = [...new Set(temperatures)]
  const range = [Math.min(...distinct), Math.max(...distinct)] as const
  const ends = range.map(variable.of)
  const middle = (ends[0] + ends[1]) / 2
  const half = Math.abs(ends[1] - ends[0]) / 2 || 1
  const count = Math.min(distinct.length - 1, most) + 1
  return {
    count,
    range,
    at: T => Array.from({ length: count }, (_, k) => ((variable.of(T) - middle) / half) ** k),
    slopes: T =>
      Array.from({ length: count }, (_, k) =>
        k === 0 ? 0 : (k * ((variable.of(T) - middle) / half) ** (k - 1) * variable.slope(T)) / half,
      ),
  }
}
