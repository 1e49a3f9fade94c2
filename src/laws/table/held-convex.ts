/**
 * A fitted free energy held convex where the samples do not object: rows hold g at a small positive curvature wherever it would
 * fall below (an active set), on fits that are smoothed tenfold at a time.
 */
import type { PenalisedFit, PenalisedFits, Row } from '../../math/penalised-fit.ts'
import { symmetricEigen } from '../../math/symmetric-eigen.ts'
import { type Stencil, spreadOut, stencilAt, type TensorSpline } from '../../math/tensor-spline.ts'
import { splineValues } from '../../math/tensor-spline-value.ts'
import { R } from '../../units.ts'
import { addIdealJacobian, curvaturePlaces, type Room } from './room.ts'
import { type Powers, rowOf } from './space.ts'
import type { HostTable } from './table.ts'

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
/** Two fits in turn that differ by less in χ² are one: what holds them no longer changes. */
const unchanged = 1e-12
/** A fit on the way that misses its samples by so much more than one at hand, in χ², is not led to its end. */
const hopeless = 1.2
/** Contents between those, along each axis, that are looked at once nothing is negative; rounds of them; carriers at most. */
const betweenLines = 3
const betweenRounds = 4
const mostBetween = 2
/** How firmly: the error of such a curvature, in parts of it. */
const firmness = 0.1

/** A free fit, and what others in its cells are made from. */
export type Free = {
  readonly space: TensorSpline
  readonly powers: Powers
  /** How many values of samples it goes through. */
  readonly values: number
  readonly fits: PenalisedFits
  readonly fit: PenalisedFit
}

export type Convex = {
  readonly fit: PenalisedFit
  /** At how many contents g is held. */
  readonly raised: number
  /** How many times it was smoothed tenfold. */
  readonly smoothed: number
  readonly stable: boolean
}

/**
 * The first fit is kept, the least smoothed, whose χ² is one that chance may give. Else phases part and the free fit says where,
 * unless the table says `convex`: then the one that meets the samples best is taken.
 */
export const heldConvex = (table: HostTable, room: Room, free: Free): Convex => {
  const holding = holder(table, room, free)
  return betweenToo(table, room, free, holding)
}

/** The same at the λ of the free fit alone. */
export const heldAsItIs = (table: HostTable, room: Room, free: Free): Convex =>
  betweenToo(table, room, free, states => {
    const tried = held(free, free.fit, states, room.n)
    const one = tried.stable ? tried : held(free, free.fit, states, room.n, { keep: true })
    return { ...one, smoothed: 0 }
  })

/**
 * What holds a fit at some contents may leave it to bend the other way between them: those where it does join the others, until
 * there are none. A fit that is not held at all is left alone.
 */
const betweenToo = (
  table: HostTable,
  room: Room,
  free: Free,
  holding: (states: readonly State[]) => Convex,
): Convex => {
  const states = statesOf(table, room, free)
  let found = holding(states)
  if (!found.stable || room.n > mostBetween) return found
  const between = curvaturePlaces(room, betweenLines)
  const all = [...states]
  for (let round = 0; round < betweenRounds; round++) {
    const stray = negativeAt(table, room, free, found.fit, between)
    if (stray.length === 0) break
    all.push(...stray)
    const next = holding(all)
    if (!next.stable) break
    found = next
  }
  return found
}

/** What earlier fits say of those at more contents: they miss their samples no less, and sets that alternate do so again. */
type Known = { free?: PenalisedFit; least: number; alternates: boolean }

/** Holds a fit at one set of contents after the other, each with all of the one before. */
const holder = (table: HostTable, { n }: Room, free: Free): ((states: readonly State[]) => Convex) => {
  const degreesOf = (fit: PenalisedFit): number => Math.max(free.values - fit.effective(), 1)
  // Where the spline misses its samples by more than their errors, the errors are taken for larger.
  let scatter: number | undefined
  const acceptable = (fit: PenalisedFit): boolean => {
    scatter ??= Math.max(1, free.fit.chiSquare / degreesOf(free.fit))
    // There are at most as many degrees of freedom as values.
    const most = (degrees: number): number => scatter! * (degrees + deviations * Math.sqrt(2 * degrees))
    return fit.chiSquare <= most(free.values) && fit.chiSquare <= most(degreesOf(fit))
  }
  const known = Array.from(
    { length: 1 + (table.convex ? mostSmoothed : triedSmoothed) },
    (): Known => ({ least: 0, alternates: false }),
  )
  const startOf = (smoothed: number): PenalisedFit => {
    const one = known[smoothed]
    one.free ??= smoothed === 0 ? free.fit : free.fits.fit({ fixed: free.fit.smoothing.map(l => l * 10 ** smoothed) })
    one.least = Math.max(one.least, one.free.chiSquare)
    return one.free
  }
  let first = 0
  return states => {
    const bends = bendsOf(free.powers, free.fit, n)
    if (states.every(state => bends(state) >= 0)) return { fit: free.fit, raised: 0, smoothed: 0, stable: true }
    let best: Convex = { fit: free.fit, raised: 0, smoothed: 0, stable: false }
    let least = Number.POSITIVE_INFINITY
    const others = known.map((_, smoothed) => smoothed).filter(smoothed => smoothed !== first)
    for (const smoothed of [first, ...others]) {
      const start = startOf(smoothed)
      const one = known[smoothed]
      if (one.least >= least || (one.alternates && !table.convex)) continue
      const most = hopeless * least
      let tried = one.alternates ? undefined : held(free, start, states, n, { most })
      if (!tried?.stable && !(tried && tried.fit.chiSquare > most)) {
        one.alternates = true
        if (table.convex) tried = held(free, start, states, n, { most, keep: true })
      }
      if (!tried?.stable) continue
      const { fit, raised } = tried
      one.least = Math.max(one.least, fit.chiSquare)
      if (fit.chiSquare >= least) continue
      const good = acceptable(fit)
      if (table.convex || good) {
        best = { fit, raised, smoothed, stable: true }
        least = fit.chiSquare
      }
      if (good) break
    }
    if (best.stable) first = best.smoothed
    return best
  }
}

/** A content and temperature at which curvature is looked at. */
type State = {
  readonly stencil: Stencil
  /** Those of the stencil, all powers of the temperature beside each other. */
  readonly unknowns: Int32Array
  readonly ideal: Float64Array
  readonly T: number
  readonly t: readonly number[]
  /** Curvature that a convex free energy has here at least [J/mol]. */
  readonly least: number
}

const temperaturesOf = (table: HostTable): number[] => [...new Set(table.thermodynamics.map(s => s.T))]

const statesOf = (table: HostTable, room: Room, { space, powers }: Free): State[] => {
  const places = curvaturePlaces(room).map(x => ({ x, stencil: stencilAt(space, x) }))
  return temperaturesOf(table).flatMap(T => places.map(place => stateAt(table, room, powers, { ...place, T })))
}

const stateAt = (
  table: HostTable,
  room: Room,
  powers: Powers,
  { x, T, stencil }: { readonly x: Float64Array; readonly T: number; readonly stencil: Stencil },
): State => {
  const ideal = new Float64Array(room.n ** 2)
  addIdealJacobian(room, x, R * T, ideal)
  const { unknowns } = rowOf(stencil, stencil.value, powers.at(T), 0, 1)
  return { stencil, unknowns, ideal, T, t: powers.at(T), least: (table.convex ? liftedFirmly : lifted) * R * T }
}

/** Contents, of many, at which a fit is not convex. */
const negativeAt = (
  table: HostTable,
  room: Room,
  { space, powers }: Free,
  fit: PenalisedFit,
  places: readonly Float64Array[],
): State[] => {
  const spline = splineValues(space)
  const theta = new Float64Array(room.n ** 2)
  return temperaturesOf(table).flatMap(T => {
    const c = coefficientsAt(powers, fit, T)
    const stored = spline.stored([spreadOut(space, u => c[u])])
    return places.flatMap(x => {
      spline.hessian(stored, x, theta)
      addIdealJacobian(room, x, R * T, theta)
      return smallest(theta, room.n) < 0 ? [stateAt(table, room, powers, { x, T, stencil: stencilAt(space, x) })] : []
    })
  })
}

/** Coefficients of the spline at one temperature. */
const coefficientsAt = (powers: Powers, { coefficients }: PenalisedFit, T: number): Float64Array => {
  const t = powers.at(T)
  const c = new Float64Array(coefficients.length / t.length)
  for (let u = 0; u < c.length; u++) for (let p = 0; p < t.length; p++) c[u] += t[p] * coefficients[u * t.length + p]
  return c
}

/** The smallest eigenvalue of Θ of a fit at a state, its direction left in `direction`. */
const bendsOf = (
  powers: Powers,
  fit: PenalisedFit,
  n: number,
  direction?: Float64Array,
): ((state: State) => number) => {
  const byTemperature = new Map<number, Float64Array>()
  const theta = new Float64Array(n * n)
  return ({ stencil: { unknowns, hessian }, ideal, T }) => {
    let c = byTemperature.get(T)
    if (c === undefined) {
      c = coefficientsAt(powers, fit, T)
      byTemperature.set(T, c)
    }
    for (let i = 0; i < n; i++)
      for (let j = i; j < n; j++) {
        const weights = hessian[i * n + j]
        let sum = ideal[i * n + j]
        for (let k = 0; k < unknowns.length; k++) sum += weights[k] * c[unknowns[k]]
        theta[i * n + j] = sum
        theta[j * n + i] = sum
      }
    return smallest(theta, n, direction)
  }
}

/** Smallest eigenvalue of Θ, which may be overwritten, its direction left in `direction`. */
const smallest = (theta: Float64Array, n: number, direction?: Float64Array): number => {
  if (n === 1) {
    direction?.fill(1)
    return theta[0]
  }
  if (n > 2) {
    const found = softest(theta, n)
    direction?.set(found.direction)
    return found.value
  }
  const half = (theta[0] - theta[3]) / 2
  const across = theta[1]
  const radius = Math.sqrt(half * half + across * across)
  if (direction) {
    // Θ − λ is [[radius + half, across], [across, radius − half]]: its larger row stands across the soft direction.
    const x = half > 0 ? -across : radius - half
    const y = half > 0 ? radius + half : -across
    const size = Math.sqrt(x * x + y * y)
    direction[0] = size > 0 ? x / size : 1
    direction[1] = size > 0 ? y / size : 0
  }
  return (theta[0] + theta[3]) / 2 - radius
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

/** d·Θ d of the excess as a row that holds Θ there at what it is to have at least. */
const boundAlong = (
  { stencil: { hessian }, unknowns, t, ideal, least }: State,
  d: ArrayLike<number>,
  n: number,
): Row => {
  const powers = t.length
  const weights = new Float64Array(unknowns.length)
  let known = 0
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const scale = d[i] * d[j]
      const bend = hessian[i * n + j]
      known += scale * ideal[i * n + j]
      for (let k = 0; k < bend.length; k++) weights[k * powers] += scale * bend[k]
    }
  for (let k = 0; k < unknowns.length; k += powers)
    for (let p = powers - 1; p >= 0; p--) weights[k + p] = t[p] * weights[k]
  return { unknowns, weights, target: least - known, error: firmness * least }
}

/** Weights of Σ d_i d_j ∂²/∂x_i∂x_j. */
export const bendAlong = (hessian: readonly Float64Array[], d: ArrayLike<number>, n: number): Float64Array => {
  const out = new Float64Array(hessian[0].length)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const scale = d[i] * d[j]
      const weights = hessian[i * n + j]
      for (let k = 0; k < out.length; k++) out[k] += scale * weights[k]
    }
  return out
}

/** Rounds of the active set, until nothing is negative; with `keep` what was held once stays so, which ends where sets would alternate. */
const held = (
  { fits, powers }: Free,
  start: PenalisedFit,
  states: readonly State[],
  n: number,
  { keep = false, most = Number.POSITIVE_INFINITY }: { readonly keep?: boolean; readonly most?: number } = {},
): { readonly fit: PenalisedFit; readonly raised: number; readonly stable: boolean } => {
  let fit = start
  let raised = 0
  const kept: Row[] = []
  const direction = new Float64Array(n)
  for (let round = 0; round <= liftRounds; round++) {
    const rows: Row[] = keep ? kept : []
    const bends = bendsOf(powers, fit, n, direction)
    let negative = false
    for (const state of states) {
      const value = bends(state)
      if (value >= state.least) continue
      negative ||= value < 0
      rows.push(boundAlong(state, direction, n))
    }
    if (!negative) return { fit, raised, stable: true }
    if (round === liftRounds) break
    const before = { raised, chiSquare: fit.chiSquare }
    raised = rows.length
    fit = fits.fit({ fixed: start.smoothing }, [...rows])
    const same = raised === before.raised && Math.abs(fit.chiSquare - before.chiSquare) <= unchanged * fit.chiSquare
    if (same || fit.chiSquare > most) break
  }
  return { fit, raised, stable: false }
}
