import { type Row, residualOf } from '../../math/penalised-fit.ts'
import { spreadOut, stencilAt } from '../../math/tensor-spline.ts'
import { splineValues } from '../../math/tensor-spline-value.ts'
import type { Thermodynamics } from '../../scales.ts'
import { R } from '../../units.ts'
import { bendAlong } from './held-convex.ts'
import { type FitReport, reportOf } from './report.ts'
import { addIdealJacobian, addIdealPotential, idealEnergy, type Room, roomOf, withinReach } from './room.ts'
import { type Powers, rowOf } from './space.ts'
import { checkTable, type HostTable } from './table.ts'
import { type FitShape, type FittedThermodynamics, fitThermodynamics } from './thermodynamics-fit.ts'

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
  /** What the fit searched for, for tables of the same samples drawn anew. */
  readonly shape: FitShape
  readonly notes: readonly string[]
}

/**
 * Thermodynamics of a host from Monte Carlo samples: one free energy per formula unit,
 *
 *   g(x, T) = RT[Σ x_i ln(x_i/m) + Σ_k m_k v_k ln v_k] + Σ_i e_i x_i + Σ_p t^p S_p(x),   t ∝ T − T_mean
 *
 * S_p quartic tensor splines, fitted to μ = ∂g/∂x and Θ = ∂²g/∂x² at once, weighted by their errors, the smoothness by
 * cross-validation. μ, Θ and s are its exact derivatives, so Maxwell's relation holds to the last bit; g is three times
 * continuously differentiable inside, the logarithms are those of the sites. Two temperatures give g = h − T s, three or more a
 * quadratic in T where cross-validation prefers it. Where noise alone makes g concave, so that a convex fit meets the samples as
 * well as chance allows, it is held convex.
 *
 * @param shape of the fit of a table with the same samples: this one is then fitted alike, without a search
 * @returns the record; no allocation when `out` is given
 * @throws SimulationError (`input`) as `checkTable`
 */
export const thermodynamicsFromTable = (table: HostTable, shape?: FitShape): TableThermodynamics => {
  checkTable(table)
  const room = roomOf(table)
  const fit = fitThermodynamics(table, room, shape)
  return recordOf(table, room, fit)
}

const recordOf = (
  table: HostTable,
  room: Room,
  { base, fitted, raised, smoothed }: FittedThermodynamics,
): TableThermodynamics => {
  const { axes, fineness, powers, space, labelled, fit } = fitted
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
    for (let t = 0; t < stored.length; t++) for (let k = 0; k < into.length; k++) into[k] += weights[t] * stored[t][k]
  }
  /** The content to read at, the spline being that of T. */
  const at = (x: ArrayLike<number>, T: number): ArrayLike<number> => {
    if (T !== known) {
      combine(powers.at(T), energy)
      known = T
    }
    return withinReach(room, x, scratch)
  }
  const deviations = labelled.map(({ row, sample, value }) => {
    const deviation = residualOf(row, fit.coefficients)
    return { sample, value, deviation, difference: value.startsWith('μ') ? deviation * row.error : 0 }
  })
  const report = reportOf(deviations, fit.effective(), axes, space, fit.smoothing)
  // Where the samples scatter more than their errors say, so does what comes of them.
  const scatter = Math.sqrt(Math.max(1, report.reducedChiSquare))
  const errorOf = (row: Row): number => scatter * fit.standardError(row.unknowns, row.weights)
  return {
    carriers: room.carriers,
    sources: table.sources,
    report,
    shape: { axes, fineness, powers: powers.count, smoothing: fit.smoothing },
    notes: notesOf(table, powers, raised, smoothed),
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
      return Float64Array.from({ length: n }, (_, i) =>
        errorOf(rowOf(stencil, stencil.gradient[i], powers.at(T), 0, 1)),
      )
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

const notesOf = (table: HostTable, powers: Powers, raised: number, smoothed: number): string[] => {
  const [low, high] = powers.range
  return [
    powers.count === 1
      ? `Samples of μ at ${low} K only: the entropy is that of the ideal sites, energies do not change with temperature.`
      : `μ from ${low} to ${high} K, ${powers.count === 2 ? 'linear' : 'quadratic'} in T beside the ideal sites.`,
    ...(raised > 0 ? ['Held convex where noise alone bent it: the samples do not object.'] : []),
    ...(smoothed > 0
      ? [
          `Smoothed ${10 ** smoothed}-fold beyond what cross-validation chose, so that it is convex${table.convex ? ', as the table says' : ': the samples do not object'}.`,
        ]
      : []),
    ...(table.thermodynamics.some(s => s.theta && !s.thetaError)
      ? ['Some Θ are given without errors and were left out.']
      : []),
  ]
}
