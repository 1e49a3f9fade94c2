import {
  type PenalisedFit,
  type PenalisedProblem,
  penalisedFit,
  type Row,
  type Smoothing,
} from '../../math/penalised-fit.ts'
import { symmetricEigen } from '../../math/symmetric-eigen.ts'
import { type Stencil, stencilAt, type TensorSpline } from '../../math/tensor-spline.ts'
import { R } from '../../units.ts'
import { addIdealJacobian, addIdealPotential, curvaturePlaces, freeShare, type Room } from './room.ts'
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
/** Standard deviations of χ² by which a convex fit may exceed its degrees of freedom and still be one of chance. */
const deviations = 3
/** How often a free energy that may be convex is smoothed tenfold, and one that is said to be. */
const triedSmoothed = 2
const mostSmoothed = 6
/** Curvature that a convex free energy has at least, in RT per formula unit². */
const lifted = 0.05
/** The same where the table says that phases do not part: between the contents that are looked at nothing may fall below 0. */
const liftedFirmly = 0.5
const liftRounds = 12
/** Contents between those, along each axis, that are looked at once nothing is negative; rounds of them; carriers at most. */
const betweenLines = 3
const betweenRounds = 4
const mostBetween = 2
/** How firmly: the error of such a curvature, in parts of it. */
const firmness = 0.1

/** One value of a sample as a row of the fit, and what to call it. */
type Labelled = { readonly row: Row; readonly sample: number; readonly value: string }
export type Fitted = {
  readonly axes: SplineAxes
  /** Factor on the cells of the first axis. */
  readonly fineness: number
  readonly powers: Powers
  readonly space: TensorSpline
  readonly labelled: readonly Labelled[]
  readonly fit: PenalisedFit
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
  const better = (a: Fitted, b: Fitted): Fitted => (b.fit.score < a.fit.score ? b : a)
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
      refine(fine =>
        fitAlong(
          table,
          room,
          along.axes,
          powers(most),
          base,
          fine === 1 ? { about: along.fit.smoothing } : undefined,
          fine,
        ),
      ),
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
  const states = statesOf(table, room, free)
  const holding = (at: readonly State[]) => {
    const tried = held(free, at, room.n)
    return tried.stable ? tried : held(free, at, room.n, { keep: true })
  }
  const { fit, raised, stable } = betweenToo(table, room, free, states, holding)
  return { base, fitted: stable ? { ...free, fit } : free, raised: stable ? raised : 0, smoothed: 0 }
}

/** Finer cells where the samples are missed by more than their errors; the ones that cross-validation prefers. */
const refine = (fitWith: (fineness: number) => Fitted): Fitted => {
  let best = fitWith(1)
  for (const fineness of finer) {
    if (best.fit.chiSquare < missed * (best.labelled.length - best.fit.effective())) break
    const next = fitWith(fineness)
    if (next.space.size > best.space.size && next.fit.score < best.fit.score) best = next
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
  return {
    axes,
    fineness,
    powers,
    space,
    labelled,
    fit: penalisedFit(problemOf({ space, powers, labelled }), smoothing),
  }
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

const problemOf = (
  o: Pick<Fitted, 'space' | 'powers' | 'labelled'>,
  convex: readonly Row[] = [],
): PenalisedProblem => ({
  size: o.space.size * o.powers.count,
  rows: o.labelled.map(l => l.row),
  held: [...zeroOf(o), ...convex],
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

/**
 * The same fit held convex where the samples do not object: rows hold g at a small positive curvature wherever it would fall
 * below (an active set), on fits that are smoothed tenfold at a time, and the first is kept whose χ² is one that chance may
 * give. Else phases part and the free fit says where, unless the table says `convex`: then the one that meets the samples
 * best is taken.
 *
 * @returns raised: at how many contents g is held; smoothed: how many times tenfold
 */
const heldConvex = (
  table: HostTable,
  room: Room,
  free: Fitted,
): { readonly fit: PenalisedFit; readonly raised: number; readonly smoothed: number } => {
  const convexAt = (states: readonly State[]) => convexFrom(table, room, free, states)
  return betweenToo(table, room, free, statesOf(table, room, free), convexAt)
}

/**
 * What holds a fit at some contents may leave it to bend the other way between them: those where it does join the others, until
 * there are none. A fit that is not held at all is left alone.
 */
const betweenToo = <H extends { readonly fit: PenalisedFit; readonly stable: boolean }>(
  table: HostTable,
  room: Room,
  free: Fitted,
  states: readonly State[],
  holding: (states: readonly State[]) => H,
): H => {
  let found = holding(states)
  if (!found.stable || room.n > mostBetween) return found
  const between = statesOf(table, room, free, betweenLines)
  const all = [...states]
  for (let round = 0; round < betweenRounds; round++) {
    const stray = between.filter(state => softestOf(state, found.fit, room.n).value < 0)
    if (stray.length === 0) break
    all.push(...stray)
    const next = holding(all)
    if (!next.stable) break
    found = next
  }
  return found
}

/** The same at a set of contents. */
const convexFrom = (
  table: HostTable,
  room: Room,
  free: Fitted,
  states: readonly State[],
): { readonly fit: PenalisedFit; readonly raised: number; readonly smoothed: number; readonly stable: boolean } => {
  if (states.every(state => softestOf(state, free.fit, room.n).value >= 0))
    return { fit: free.fit, raised: 0, smoothed: 0, stable: true }
  const degreesOf = (fit: PenalisedFit): number => Math.max(free.labelled.length - fit.effective(), 1)
  // Where the spline misses its samples by more than their errors, the errors are taken for larger.
  const scatter = Math.max(1, free.fit.chiSquare / degreesOf(free.fit))
  const acceptable = (fit: PenalisedFit): boolean =>
    fit.chiSquare <= scatter * (degreesOf(fit) + deviations * Math.sqrt(2 * degreesOf(fit)))
  let best = { fit: free.fit, raised: 0, smoothed: 0, chiSquare: Number.POSITIVE_INFINITY, stable: false }
  for (let smoothed = 0; smoothed <= (table.convex ? mostSmoothed : triedSmoothed); smoothed++) {
    const start = smoothed === 0 ? free.fit : smoother(free, smoothed)
    const tried = held({ ...free, fit: start }, states, room.n)
    const { fit, raised, stable } =
      tried.stable || !table.convex ? tried : held({ ...free, fit: start }, states, room.n, { keep: true })
    if (!stable || fit.chiSquare >= best.chiSquare) continue
    const good = acceptable(fit)
    if (table.convex || good) best = { fit, raised, smoothed, chiSquare: fit.chiSquare, stable }
    if (good) break
  }
  return best
}

const smoother = (free: Fitted, times: number): PenalisedFit =>
  penalisedFit(problemOf(free), { fixed: free.fit.smoothing.map(l => l * 10 ** times) })

/** A content and temperature at which curvature is looked at. */
type State = {
  readonly stencil: Stencil
  readonly ideal: Float64Array
  readonly t: readonly number[]
  /** Curvature that a convex free energy has here at least [J/mol]. */
  readonly least: number
}

const statesOf = (table: HostTable, room: Room, { space, powers }: Fitted, fineness = 1): State[] => {
  const places = curvaturePlaces(room, fineness).map(x => ({ x, stencil: stencilAt(space, x) }))
  return [...new Set(table.thermodynamics.map(s => s.T))].flatMap(T =>
    places.map(({ x, stencil }) => {
      const ideal = new Float64Array(room.n ** 2)
      addIdealJacobian(room, x, R * T, ideal)
      return { stencil, ideal, t: powers.at(T), least: (table.convex ? liftedFirmly : lifted) * R * T }
    }),
  )
}

const softestOf = ({ stencil, ideal, t }: State, fit: PenalisedFit, n: number) =>
  softest(
    Float64Array.from(ideal, (v, ij) => v + combined(stencil, stencil.hessian[ij], t, fit.coefficients)),
    n,
  )

/** d·Θ d of the excess as a row. */
const bendRow = ({ stencil, t }: State, direction: Float64Array, n: number): Row =>
  rowOf(stencil, bendAlong(stencil.hessian, direction, n), t, 0, 1)

/** Rounds of the active set, until nothing is negative; with `keep` what was held once stays so, which ends where sets would alternate. */
const held = (
  start: Fitted,
  states: readonly State[],
  n: number,
  { keep = false }: { readonly keep?: boolean } = {},
): { readonly fit: PenalisedFit; readonly raised: number; readonly stable: boolean } => {
  let { fit } = start
  let raised = 0
  const kept: Row[] = []
  for (let round = 0; round <= liftRounds; round++) {
    const rows: Row[] = keep ? kept : []
    let negative = false
    for (const state of states) {
      const { value, direction } = softestOf(state, fit, n)
      if (value >= state.least) continue
      negative ||= value < 0
      let known = 0
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) known += direction[i] * state.ideal[i * n + j] * direction[j]
      rows.push({ ...bendRow(state, direction, n), target: state.least - known, error: firmness * state.least })
    }
    if (!negative) return { fit, raised, stable: true }
    if (round === liftRounds) break
    raised = rows.length
    fit = penalisedFit(problemOf(start, rows), { fixed: start.fit.smoothing })
  }
  return { fit, raised, stable: false }
}

/** Σ weights·coefficients of a stencil, over the powers of the temperature. */
const combined = ({ unknowns }: Stencil, weights: Float64Array, powers: readonly number[], c: Float64Array): number => {
  let sum = 0
  for (let k = 0; k < unknowns.length; k++)
    for (let t = 0; t < powers.length; t++) sum += weights[k] * powers[t] * c[unknowns[k] * powers.length + t]
  return sum
}

/** Weights of Σ d_i d_j ∂²/∂x_i∂x_j. */
export const bendAlong = (hessian: readonly Float64Array[], d: ArrayLike<number>, n: number): Float64Array => {
  const out = new Float64Array(hessian[0].length)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < out.length; k++) out[k] += d[i] * d[j] * hessian[i * n + j][k]
  return out
}
