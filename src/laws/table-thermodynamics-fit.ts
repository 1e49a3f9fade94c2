import {
  type PenalisedFit,
  type PenalisedProblem,
  penalisedFit,
  type Row,
  type Smoothing,
} from '../math/penalised-fit.ts'
import { symmetricEigen } from '../math/symmetric-eigen.ts'
import { stencilAt, type TensorSpline } from '../math/tensor-spline.ts'
import { R } from '../units.ts'
import type { HostTable, ThermodynamicSample } from './table.ts'
import { addIdealJacobian, addIdealPotential, contentsIn, freeShare, type Room } from './table-room.ts'
import {
  axesOf,
  type MostCells,
  type Powers,
  powersOf,
  roughness,
  rowOf,
  type SplineAxes,
  spaceFor,
} from './table-space.ts'

/** Cells along the axes at most, by number of carriers. */
const mostCells: readonly MostCells[] = [
  [0, 0],
  [120, 0],
  [72, 20],
  [10, 5],
]
/** Finer first axes that are tried where χ² per degree of freedom is above `missed`. */
const finer = [1.5, 2.25] as const
const missed = 1.3
/** Errors that are given as 0 (an exact sample) are read as this [J/mol], and as this share of Θ. */
const leastPotentialError = 0.1
const leastJacobianError = 1e-4
/** A negative curvature of fewer standard errors than this is taken for noise and lifted. */
const noise = 3
/** Curvature that noise is lifted to, in RT per formula unit². */
const lifted = 0.05
const liftRounds = 12
/** How firmly: the error of a lifted curvature in parts of its own standard error. */
const firmness = 0.1

/** One value of a sample as a row of the fit, and what to call it. */
type Labelled = { readonly row: Row; readonly sample: number; readonly value: string }
export type Fitted = {
  readonly axes: SplineAxes
  readonly powers: Powers
  readonly space: TensorSpline
  readonly labelled: readonly Labelled[]
  readonly fit: PenalisedFit
}

/**
 * Fits the excess of the free energy, Σ e_i x_i + Σ_p t^p S_p(x), to the samples of μ and Θ of a table.
 *
 * @returns e [J/mol], [n]; the splines; how often a curvature that noise made negative was lifted
 */
export const fitThermodynamics = (
  table: HostTable,
  room: Room,
): { readonly base: Float64Array; readonly fitted: Fitted; readonly raised: number } => {
  const base = baseOf(table, room)
  const better = (a: Fitted, b: Fitted): Fitted => (b.fit.score < a.fit.score ? b : a)
  const temperatures = table.thermodynamics.map(s => s.T)
  const powers = (most: number): Powers => powersOf(temperatures, { of: T => T, slope: () => 1 }, most)
  // Axes are compared where most samples are: at one temperature.
  const busiest = temperatures.reduce((a, b) => (countOf(temperatures, b) > countOf(temperatures, a) ? b : a))
  const atOne = { ...table, thermodynamics: table.thermodynamics.filter(s => s.T === busiest) }
  const along = axesOf(room)
    .map(axes => fitAlong(atOne, room, axes, powers(0), base, 'coarse'))
    .reduce(better)
  const fitted = [1, 2]
    .slice(0, Math.max(1, new Set(temperatures).size - 1))
    .map(most =>
      refine(fine => fitAlong(table, room, along.axes, powers(most), base, { about: along.fit.smoothing }, fine)),
    )
    .reduce(better)
  const { fit, raised } = lift(table, room, fitted)
  return { base, fitted: { ...fitted, fit }, raised }
}

/** Finer cells while the samples are missed by more than their errors and cross-validation gains by it. */
const refine = (fitWith: (fineness: number) => Fitted): Fitted => {
  let best = fitWith(1)
  for (const fineness of finer) {
    if (best.fit.chiSquare < missed * (best.labelled.length - best.fit.effective)) break
    const next = fitWith(fineness)
    if (!(next.fit.score < best.fit.score)) break
    best = next
  }
  return best
}

const countOf = (list: readonly number[], value: number): number => list.filter(v => v === value).length

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
  smoothing: Smoothing,
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
  return { axes, powers, space, labelled, fit: penalisedFit(problemOf({ space, powers, labelled }), smoothing) }
}

const problemOf = (o: Omit<Fitted, 'axes' | 'fit'>, extra: readonly Row[] = []): PenalisedProblem => ({
  size: o.space.size * o.powers.count,
  rows: [...o.labelled.map(l => l.row), ...extra],
  penalties: roughness(o.space, o.powers.count),
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

/** Smallest eigenvalue of Θ and its direction; `theta` is overwritten. */
export const softest = (
  theta: Float64Array,
  n: number,
): { readonly value: number; readonly direction: Float64Array } => {
  const q = new Float64Array(n * n)
  symmetricEigen(theta, n, q)
  let k = 0
  for (let i = 1; i < n; i++) if (theta[i * n + i] < theta[k * n + k]) k = i
  return { value: theta[k * n + k], direction: Float64Array.from({ length: n }, (_, i) => q[i * n + k]) }
}

/** Adds rows that make g convex where only noise made it concave, and fits again until it is. */
const lift = (
  table: HostTable,
  room: Room,
  fitted: Fitted,
): { readonly fit: PenalisedFit; readonly raised: number } => {
  const { n } = room
  const { space, powers } = fitted
  const temperatures = [...new Set(table.thermodynamics.map(s => s.T))]
  const places = contentsIn(room, n === 1 ? 400 : 1000, 0.01).map(x => ({ x, stencil: stencilAt(space, x) }))
  const extra: Row[] = []
  let { fit } = fitted
  for (let round = 0; round < liftRounds; round++) {
    const before = extra.length
    for (const T of temperatures) {
      const t = powers.at(T)
      const target = lifted * R * T
      for (const { x, stencil } of places) {
        const ideal = new Float64Array(n * n)
        addIdealJacobian(room, x, R * T, ideal)
        const theta = Float64Array.from(
          ideal,
          (v, ij) => v + weighted(rowOf(stencil, stencil.hessian[ij], t, 0, 1), fit.coefficients),
        )
        const { value, direction } = softest(theta, n)
        if (value >= 0) continue
        const along = bendAlong(stencil.hessian, direction, n)
        const { unknowns, weights } = rowOf(stencil, along, t, 0, 1)
        const error = fit.standardError(unknowns, weights)
        if (value < -noise * error) continue
        let known = 0
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) known += direction[i] * ideal[i * n + j] * direction[j]
        extra.push({ unknowns, weights, target: target - known, error: firmness * Math.max(error, 1e-3 * target) })
      }
    }
    if (extra.length === before) break
    fit = penalisedFit(problemOf(fitted, extra), { fixed: fitted.fit.smoothing })
  }
  return { fit, raised: extra.length }
}

const weighted = ({ unknowns, weights }: Row, c: Float64Array): number => {
  let sum = 0
  for (let k = 0; k < unknowns.length; k++) sum += weights[k] * c[unknowns[k]]
  return sum
}

/** Weights of Σ d_i d_j ∂²/∂x_i∂x_j. */
export const bendAlong = (hessian: readonly Float64Array[], d: ArrayLike<number>, n: number): Float64Array => {
  const out = new Float64Array(hessian[0].length)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < out.length; k++) out[k] += d[i] * d[j] * hessian[i * n + j][k]
  return out
}
