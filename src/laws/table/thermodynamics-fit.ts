import { type PenalisedProblem, penalisedFits, type Row, type Smoothing } from '../../math/penalised-fit.ts'
import { stencilAt, type TensorSpline } from '../../math/tensor-spline.ts'
import { R } from '../../units.ts'
import { type Free, heldAsItIs, heldConvex } from './held-convex.ts'
import { addIdealJacobian, addIdealPotential, freeShare, type Room } from './room.ts'
import {
  axesOf,
  type MostCells,
  mostCommon,
  type Powers,
  powersOf,
  readTogether,
  roughness,
  rowOf,
  type SplineAxes,
  spaceFor,
} from './space.ts'
import type { HostTable, ThermodynamicSample } from './table.ts'

/** Cells along the axes at most, by number of carriers. */
const mostCells: readonly MostCells[] = [
  [0, 0],
  [160, 0],
  [96, 20],
  [6, 4],
]
/** Finer first axes that are tried where χ² per degree of freedom is above `missed`. */
const finer = [1.5, 2.25] as const
const missed = 1.3
/** Errors that are given as 0 (an exact sample) are read as this [J/mol], and as this share of Θ. */
const leastPotentialError = 0.1
const leastJacobianError = 1e-4
/** One value of a sample as a row of the fit, and what to call it. */
type Labelled = { readonly row: Row; readonly sample: number; readonly value: string }
export type Fitted = Free & {
  readonly axes: SplineAxes
  /** Factor on the cells of the first axis. */
  readonly fineness: number
  readonly labelled: readonly Labelled[]
}

/** What a fit had to search for: given again, another table of the same samples is fitted in one step. */
export type FitShape = {
  readonly axes: SplineAxes
  readonly fineness: number
  readonly powers: number
  /** λ along each axis, as they were in the end. */
  readonly smoothing: readonly number[]
}

export type FittedThermodynamics = {
  readonly base: Float64Array
  readonly fitted: Fitted
  readonly raised: number
  readonly smoothed: number
}

/**
 * Fits the excess of the free energy, Σ e_i x_i + Σ_p t^p S_p(x), to the samples of μ and Θ of a table.
 *
 * @param shape of another fit, where its axes, cells and smoothness are to be these too
 * @returns e [J/mol], [n]; the splines; at how many contents noise was lifted; how many times it was smoothed tenfold to be convex
 */
export const fitThermodynamics = (table: HostTable, room: Room, shape?: FitShape): FittedThermodynamics => {
  const base = baseOf(table, room)
  if (shape) return fitAs(table, room, base, shape)
  const better = (a: Fitted, b: Fitted): Fitted => (b.fit.score() < a.fit.score() ? b : a)
  const temperatures = table.thermodynamics.map(s => s.T)
  const powers = (most: number): Powers => temperaturePowers(table, most)
  // Axes are compared where most samples are: at one temperature.
  const busiest = mostCommon(temperatures)
  const atOne = { ...table, thermodynamics: table.thermodynamics.filter(s => s.T === busiest) }
  const along = axesOf(room)
    .map(axes => fitAlong(atOne, room, axes, powers(0), base, 'coarse'))
    .reduce(better)
  const fitted = [1, 2]
    .slice(0, Math.max(1, new Set(temperatures).size - 1))
    .map(most =>
      refine((fineness, about) => fitAlong(table, room, along.axes, powers(most), base, { about }, fineness), along),
    )
    .reduce(better)
  const { fit, raised, smoothed } = heldConvex(table, room, fitted)
  return { base, fitted: { ...fitted, fit }, raised, smoothed }
}

const temperaturePowers = (table: HostTable, most: number): Powers =>
  powersOf(
    table.thermodynamics.map(s => s.T),
    { of: T => T, slope: () => 1 },
    most,
  )

/** A fit whose axes, cells and λ are known; held convex as the other was, at that λ. */
const fitAs = (table: HostTable, room: Room, base: Float64Array, shape: FitShape): FittedThermodynamics => {
  const powers = temperaturePowers(table, shape.powers - 1)
  const free = fitAlong(table, room, shape.axes, powers, base, { fixed: shape.smoothing }, shape.fineness)
  const { fit, raised, stable } = heldAsItIs(table, room, free)
  return { base, fitted: stable ? { ...free, fit } : free, raised: stable ? raised : 0, smoothed: 0 }
}

/** Finer cells where the samples are missed by more than their errors, as long as cross-validation prefers them. */
const refine = (fitWith: (fineness: number, about: readonly number[]) => Fitted, along: Fitted): Fitted => {
  let best = fitWith(1, along.fit.smoothing)
  for (const fineness of finer) {
    if (best.fit.chiSquare < missed * (best.labelled.length - best.fit.effective())) break
    const next = fitWith(fineness, best.fit.smoothing)
    if (next.space.size <= best.space.size || !(next.fit.score() < best.fit.score())) break
    best = next
  }
  return best
}

/** e_i: mean of μ_i less its ideal part, so that the spline holds only what changes. */
const baseOf = ({ thermodynamics }: HostTable, room: Room): Float64Array => {
  const sum = new Float64Array(room.n)
  const count = new Float64Array(room.n)
  for (const sample of thermodynamics) {
    const ideal = new Float64Array(room.n)
    addIdealPotential(room, sample.x, R * sample.T, ideal)
    for (let i = 0; i < room.n; i++) {
      if (!usable(room, sample, i)) continue
      sum[i] += sample.mu[i]! - ideal[i]
      count[i]++
    }
  }
  return sum.map((s, i) => (count[i] > 0 ? s / count[i] : 0))
}

/** μ_i of a sample says something: it is there, and neither the ion nor the room is used up. */
const usable = (room: Room, { x, mu }: ThermodynamicSample, i: number): boolean =>
  mu[i] !== null && x[i] > 0 && roomy(room, x)
const roomy = (room: Room, x: readonly number[]): boolean =>
  room.vacancySites.every((m, k) => m === 0 || freeShare(room, k, x) > 0)

const fitAlong = (
  table: HostTable,
  room: Room,
  axes: SplineAxes,
  powers: Powers,
  base: Float64Array,
  smoothing: Smoothing | undefined,
  fineness = 1,
): Fitted => {
  const space = spaceFor(
    room,
    axes,
    table.thermodynamics.map(s => s.x),
    mostCells[room.n],
    fineness,
  )
  const labelled = table.thermodynamics.flatMap((sample, s) => rowsOf(room, space, powers, base, sample, s))
  if (labelled.length === 0) throw new RangeError(`${table.name}: no sample of μ lies inside the room`)
  const fits = penalisedFits(problemOf({ space, powers, labelled }))
  return { axes, fineness, powers, space, labelled, values: labelled.length, fits, fit: fits.fit(smoothing) }
}

/**
 * g of the empty host is 0, for each power of T: samples of derivatives say nothing of it. About as firm as a sample of μ over one
 * cell, so that no unknown is far less sure than the others.
 */
const zeroOf = ({ space, powers, labelled }: Pick<Fitted, 'space' | 'powers' | 'labelled'>): Row[] => {
  const stencil = stencilAt(space, new Float64Array(space.n))
  const error = Math.min(...labelled.map(({ row }) => row.error)) / space.perWidth[0]
  return Array.from({ length: powers.count }, (_, p) =>
    rowOf(
      stencil,
      stencil.value,
      Array.from({ length: powers.count }, (_, t) => (t === p ? 1 : 0)),
      0,
      error,
    ),
  )
}

const problemOf = (o: Pick<Fitted, 'space' | 'powers' | 'labelled'>): PenalisedProblem => ({
  size: o.space.size * o.powers.count,
  rows: o.labelled.map(l => l.row),
  held: zeroOf(o),
  penalties: roughness(o.space, o.powers.count, 3),
  together: readTogether(o.space, o.powers.count),
})

const rowsOf = (
  room: Room,
  space: TensorSpline,
  powers: Powers,
  base: Float64Array,
  sample: ThermodynamicSample,
  s: number,
): Labelled[] => {
  const { n } = room
  const { x, T, mu, muError, theta, thetaError } = sample
  const stencil = stencilAt(space, x)
  const t = powers.at(T)
  const RT = R * T
  const rows: Labelled[] = []
  const ideal = new Float64Array(n)
  addIdealPotential(room, x, RT, ideal)
  for (let i = 0; i < n; i++) {
    if (!usable(room, sample, i)) continue
    const error = Math.max(muError[i] ?? 0, leastPotentialError)
    const row = rowOf(stencil, stencil.gradient[i], t, mu[i]! - ideal[i] - base[i], error)
    rows.push({ row, sample: s, value: `μ[${room.carriers[i]}]` })
  }
  if (!theta || !thetaError || !roomy(room, x)) return rows
  const stiff = new Float64Array(n * n)
  addIdealJacobian(room, x, RT, stiff)
  for (let i = 0; i < n; i++)
    for (let j = i; j < n; j++) {
      const [a, b] = [theta[i * n + j], theta[j * n + i]]
      const [errorA, errorB] = [thetaError[i * n + j], thetaError[j * n + i]]
      if (a === null || b === null || errorA === null || errorB === null || !(x[i] > 0 && x[j] > 0)) continue
      const value = (a + b) / 2
      const error = Math.max((errorA + errorB) / 2, leastJacobianError * Math.max(Math.abs(value), RT))
      const row = rowOf(stencil, stencil.hessian[i * n + j], t, value - stiff[i * n + j], error)
      rows.push({ row, sample: s, value: `Θ[${room.carriers[i]}, ${room.carriers[j]}]` })
    }
  return rows
}
