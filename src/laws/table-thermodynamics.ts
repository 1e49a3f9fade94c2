import { type PenalisedFit, type PenalisedProblem, penalisedFit, type Row, residualOf, type Smoothing } from '../math/penalised-fit.ts'
import { symmetricEigen } from '../math/symmetric-eigen.ts'
import { spreadOut, stencilAt, type TensorSpline } from '../math/tensor-spline.ts'
import { splineValues } from '../math/tensor-spline-value.ts'
import type { Thermodynamics } from '../scales.ts'
import { R } from '../units.ts'
import { checkTable, type HostTable, type ThermodynamicSample } from './table.ts'
import { addIdealJacobian, addIdealPotential, contentsIn, freeShare, idealEnergy, type Room, roomOf, withinReach } from './table-room.ts'
import { axesOf, type MostCells, type Powers, powersOf, rowOf, roughness, type SplineAxes, spaceFor } from './table-space.ts'

/** How a fit meets its samples. */
export type FitReport = {
  /** Σ (residual/error)² over the degrees of freedom: 1 where the errors are right and the spline fits. */
  readonly reducedChiSquare: number
  readonly values: number
  /** Unknowns that the samples decided. */
  readonly effective: number
  /** The value that fits worst: its sample, what it is, and (fit − sample)/error. */
  readonly worst: { readonly sample: number; readonly value: string; readonly deviation: number }
  /** What the spline runs along, cells along each, λ along each. */
  readonly axes: string
  readonly cells: readonly number[]
  readonly smoothing: readonly number[]
}

export type TableThermodynamics = Thermodynamics & {
  readonly report: FitReport
  /** Fills Θ less the part of the ideal sites [J/mol], [n, n]: finite at every end. */
  excess(x: ArrayLike<number>, T: number, out: Float64Array): void
  /** Standard errors of μ(x, T) [J/mol], [n], from those of the samples. */
  standardError(x: ArrayLike<number>, T: number): Float64Array
  /** Standard error of d·Θ d [J/mol] for a direction d. */
  curvatureError(x: ArrayLike<number>, T: number, direction: ArrayLike<number>): number
  /** The limit of μ_i − RT ln(x_i/m) in the empty host [J/mol], [n]. */
  standard(T: number): Float64Array
  readonly notes: readonly string[]
}

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

/**
 * Thermodynamics of a host from Monte Carlo samples: one free energy per formula unit,
 *
 *   g(x, T) = RT[Σ x_i ln(x_i/m) + Σ_k m_k v_k ln v_k] + Σ_i e_i x_i + Σ_p t^p S_p(x),   t ∝ T − T_mean
 *
 * S_p quartic tensor splines, fitted to μ = ∂g/∂x and Θ = ∂²g/∂x² at once, weighted by their errors, the smoothness by
 * cross-validation. μ, Θ and s are its exact derivatives, so Maxwell's relation holds to the last bit; g is three times
 * continuously differentiable inside, the logarithms are those of the sites. Two temperatures give g = h − T s, three or more a
 * quadratic in T where cross-validation prefers it. Where noise alone makes g concave (under three standard errors) it is lifted to convex.
 *
 * @returns the record; no allocation when `out` is given
 * @throws SimulationError (`input`) as `checkTable`
 */
export const thermodynamicsFromTable = (table: HostTable): TableThermodynamics => {
  checkTable(table)
  const room = roomOf(table)
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
    .map(most => refine(fine => fitAlong(table, room, along.axes, powers(most), base, { about: along.fit.smoothing }, fine)))
    .reduce(better)
  const { fit, raised } = lift(table, room, fitted)
  return recordOf(table, room, base, { ...fitted, fit }, raised)
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

type Labelled = { readonly row: Row; readonly sample: number; readonly value: string }
type Fitted = {
  readonly axes: SplineAxes
  readonly powers: Powers
  readonly space: TensorSpline
  readonly labelled: readonly Labelled[]
  readonly fit: PenalisedFit
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
export const softest = (theta: Float64Array, n: number): { readonly value: number; readonly direction: Float64Array } => {
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
        const theta = Float64Array.from(ideal, (v, ij) => v + valueOf(rowOf(stencil, stencil.hessian[ij], t, 0, 1), fit.coefficients))
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

const valueOf = ({ unknowns, weights }: Row, c: Float64Array): number => {
  let sum = 0
  for (let k = 0; k < unknowns.length; k++) sum += weights[k] * c[unknowns[k]]
  return sum
}

/** Weights of Σ d_i d_j ∂²/∂x_i∂x_j. */
const bendAlong = (hessian: readonly Float64Array[], d: ArrayLike<number>, n: number): Float64Array => {
  const out = new Float64Array(hessian[0].length)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = 0; k < out.length; k++) out[k] += d[i] * d[j] * hessian[i * n + j][k]
  return out
}

const recordOf = (
  table: HostTable,
  room: Room,
  base: Float64Array,
  { axes, powers, space, labelled, fit }: Fitted,
  raised: number,
): TableThermodynamics => {
  const { n } = room
  const spline = splineValues(space)
  const out = new Float64Array(n)
  const scratch = new Float64Array(n)
  const empty = new Float64Array(n)
  // What evaluation reads, at the last temperature seen: a cell changes T once per step, not once per face.
  const stored = Array.from({ length: powers.count }, (_, t) => {
    const coefficients = spreadOut(space, u => fit.coefficients[u * powers.count + t])
    spline.values(spline.stored([coefficients]), 1, empty, out)
    const start = out[0]
    return spline.stored([spreadOut(space, u => fit.coefficients[u * powers.count + t] - start)])
  })
  const energy = new Float64Array(stored[0].length)
  const warmth = new Float64Array(stored[0].length)
  let known = Number.NaN
  let knownWarmth = Number.NaN
  const combine = (weights: readonly number[], into: Float64Array): void => {
    into.fill(0)
    for (let t = 0; t < stored.length; t++)
      for (let k = 0; k < into.length; k++) into[k] += weights[t] * stored[t][k]
  }
  /** The content to read at, the spline being that of T. */
  const at = (x: ArrayLike<number>, T: number): ArrayLike<number> => {
    if (T !== known) {
      combine(powers.at(T), energy)
      known = T
    }
    return withinReach(room, x, scratch)
  }
  const report = reportOf(space, axes, labelled, fit)
  // Where the samples scatter more than their errors say, so does what comes of them.
  const scatter = Math.sqrt(Math.max(1, report.reducedChiSquare))
  const errorOf = (row: Row): number => scatter * fit.standardError(row.unknowns, row.weights)
  return {
    carriers: room.carriers,
    sources: table.sources,
    report,
    notes: notesOf(table, powers, report, raised),
    freeEnergy(x, T) {
      const place = at(x, T)
      spline.values(energy, 1, place, out)
      let sum = out[0] + idealEnergy(room, place, T)
      for (let i = 0; i < n; i++) sum += base[i] * place[i]
      return sum
    },
    potential(x, T, mu = new Float64Array(n)) {
      spline.gradient(energy, at(x, T), mu)
      for (let i = 0; i < n; i++) mu[i] += base[i]
      addIdealPotential(room, x, R * T, mu)
      return mu
    },
    potentialJacobian(x, T, theta = new Float64Array(n * n)) {
      spline.hessian(energy, at(x, T), theta)
      addIdealJacobian(room, x, R * T, theta)
      return theta
    },
    excess(x, T, bend) {
      spline.hessian(energy, at(x, T), bend)
    },
    entropy(x, T, s = new Float64Array(n)) {
      if (T !== knownWarmth) {
        combine(powers.slopes(T), warmth)
        knownWarmth = T
      }
      spline.gradient(warmth, withinReach(room, x, scratch), s)
      for (let i = 0; i < n; i++) s[i] = -s[i]
      addIdealPotential(room, x, -R, s)
      return s
    },
    standardError(x, T) {
      const stencil = stencilAt(space, withinReach(room, x, scratch))
      return Float64Array.from({ length: n }, (_, i) => errorOf(rowOf(stencil, stencil.gradient[i], powers.at(T), 0, 1)))
    },
    curvatureError(x, T, direction) {
      const stencil = stencilAt(space, withinReach(room, x, scratch))
      return errorOf(rowOf(stencil, bendAlong(stencil.hessian, direction, n), powers.at(T), 0, 1))
    },
    standard(T) {
      const limit = new Float64Array(n)
      spline.gradient(energy, at(empty, T), limit)
      // What the ideal part holds in the empty host beyond RT ln(x/m).
      for (let i = 0; i < n; i++) {
        limit[i] += base[i] + R * T
        for (let k = 0; k < room.vacancySites.length; k++)
          limit[i] -= R * T * room.vacancySites[k] * room.share[k * n + i]
      }
      return limit
    },
  }
}

const reportOf = (
  space: TensorSpline,
  axes: SplineAxes,
  labelled: readonly Labelled[],
  fit: PenalisedFit,
): FitReport => {
  const deviations = labelled.map(({ row }) => residualOf(row, fit.coefficients))
  const chiSquare = deviations.reduce((sum, d) => sum + d * d, 0)
  const worst = deviations.reduce((k, d, l) => (Math.abs(d) > Math.abs(deviations[k]) ? l : k), 0)
  return {
    reducedChiSquare: chiSquare / Math.max(labelled.length - fit.effective, 1),
    values: labelled.length,
    effective: fit.effective,
    worst: { sample: labelled[worst].sample, value: labelled[worst].value, deviation: deviations[worst] },
    axes: axes.name,
    cells: [...space.cells],
    smoothing: fit.smoothing,
  }
}

/** χ² above which a fit does not meet its errors, and a deviation that is no accident. */
const poorFit = 2
const farOut = 5

const notesOf = (table: HostTable, powers: Powers, report: FitReport, raised: number): string[] => {
  const { reducedChiSquare, worst } = report
  const [low, high] = powers.range
  return [
    powers.count === 1
      ? `Samples of μ at ${low} K only: the entropy is that of the ideal sites, energies do not change with temperature.`
      : `μ from ${low} to ${high} K, ${powers.count === 2 ? 'linear' : 'quadratic'} in T beside the ideal sites.`,
    ...(reducedChiSquare > poorFit || Math.abs(worst.deviation) > farOut
      ? [
          `The free energy misses its samples: χ² ${three(reducedChiSquare)} per degree of freedom, worst ${worst.value} of sample ${worst.sample}, ${three(worst.deviation)} standard errors.`,
        ]
      : []),
    ...(raised > 0
      ? ['Curvatures that were negative within three standard errors were lifted to convex.']
      : []),
    ...(table.thermodynamics.some(s => s.theta && !s.thetaError)
      ? ['Some Θ are given without errors and were left out.']
      : []),
  ]
}

const three = (value: number): string => String(Number(value.toPrecision(3)))
