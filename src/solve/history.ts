/**
 * The past of a BDF integration: modified divided differences and the coefficients of one step.
 *
 *   predictor   y⁽⁰⁾ = Σ_{j=0..k} φ*_j,   ẏ⁽⁰⁾ = Σ_{j=1..k} γ_j φ*_j,   φ*_j = β_j φ_j
 *   corrector   y = y⁽⁰⁾ + e,  ẏ = ẏ⁽⁰⁾ + α e,   α = (Σ_{j=1..k} 1/j)/h      (fixed leading coefficient)
 *   update      φ_k ← φ*_k + e,  φ_j ← φ*_j + φ_{j+1}
 *
 * Every component has the same coefficients, so a linear invariant of the equations stays exact. The φ are read only
 * until a step is accepted: a rejected step has nothing to undo but `psi`.
 *
 * Source: Brenan1996; Hindmarsh2005
 */

import { type BdfVectors, highestOrder } from './bdf-loops.ts'

export type History = {
  readonly size: number
  /** Where all vectors are; φ_0 … φ_{k+1} are `phi` too, [size] each. */
  readonly vectors: BdfVectors
  readonly phi: readonly Float64Array[]
  /** ψ_j = t_n − t_{n−j−1} [s]. */
  readonly psi: Float64Array
  readonly psiBefore: Float64Array
  readonly alpha: Float64Array
  readonly beta: Float64Array
  readonly gamma: Float64Array
  /** σ_j scales the norm of φ_{j+1} to the error of order j. */
  readonly sigma: Float64Array
  /** Order and size of the step to come [s]. */
  order: number
  h: number
  /** Order and size of the last accepted step; 0 before the first. */
  orderUsed: number
  stepUsed: number
  /** Steps taken at this order and size, this one included. */
  constant: number
  /** Steps accepted at the last order, and since the start. */
  held: number
  depth: number
  /** α = −α_s/h of the step to come [1/s]. */
  leading: number
  /** Factor from the norm of e to the local error: of the corrector and of the interpolant, whichever is larger. */
  errorFactor: number
}

export const historyOf = (vectors: BdfVectors): History => {
  const { size, entries, history, beta, gamma } = vectors
  return {
    size,
    vectors,
    phi: Array.from({ length: highestOrder + 2 }, (_, j) => history.subarray(j * entries, j * entries + size)),
    psi: new Float64Array(highestOrder + 2),
    psiBefore: new Float64Array(highestOrder + 2),
    alpha: new Float64Array(highestOrder + 2),
    beta,
    gamma,
    sigma: new Float64Array(highestOrder + 2),
    order: 1,
    h: 0,
    orderUsed: 0,
    stepUsed: 0,
    constant: 0,
    held: 0,
    depth: 0,
    leading: 0,
    errorFactor: 1,
  }
}

/** Sets the history to the two values known at the start, y and ẏ, for a first step of size h [s]. */
export const startHistory = (s: History, y: Float64Array, yp: Float64Array, h: number): void => {
  s.phi[0].set(y)
  const slope = s.phi[1]
  for (let i = 0; i < s.size; i++) slope[i] = h * yp[i]
  s.order = 1
  s.h = h
  s.orderUsed = 0
  s.stepUsed = 0
  s.constant = 0
  s.held = 0
  s.depth = 0
  s.psi.fill(0)
  s.beta.fill(1)
  s.psi[0] = h
}

/** Coefficients of the step (order, h). Undone by `dropStep`. */
export const setCoefficients = (s: History): void => {
  const { psi, psiBefore, alpha, beta, gamma, sigma, order: k, h } = s
  psiBefore.set(psi)
  if (h !== s.stepUsed || k !== s.orderUsed) s.constant = 0
  s.constant = Math.min(s.constant + 1, s.orderUsed + 2)
  if (k + 1 >= s.constant) {
    beta[0] = 1
    alpha[0] = 1
    gamma[0] = 0
    sigma[0] = 1
    let span = h
    for (let i = 1; i <= k; i++) {
      const before = psi[i - 1]
      psi[i - 1] = span
      beta[i] = (beta[i - 1] * span) / before
      span = before + h
      alpha[i] = h / span
      sigma[i] = i * sigma[i - 1] * alpha[i]
      gamma[i] = gamma[i - 1] + alpha[i - 1] / h
    }
    // One order more than the step needs, for the estimate of the error at the next order.
    const before = psi[k]
    psi[k] = span
    beta[k + 1] = (beta[k] * span) / before
    sigma[k + 1] = ((k + 1) * sigma[k] * h) / (before + h)
  }
  // Differences of order < `constant` were formed with this very step size.
  for (let i = 0; i < s.constant && i <= k; i++) beta[i] = 1
  let alphaS = 0
  let alpha0 = 0
  for (let i = 0; i < k; i++) {
    alphaS -= 1 / (i + 1)
    alpha0 -= alpha[i]
  }
  s.leading = -alphaS / h
  s.errorFactor = Math.max(Math.abs(alpha[k] + alphaS - alpha0), alpha[k])
}

/** Takes a rejected step back; order and h may be changed after. */
export const dropStep = (s: History): void => {
  s.psi.set(s.psiBefore)
}

/** Fills y⁽⁰⁾ and ẏ⁽⁰⁾ of the step whose coefficients are set, and e = 0. */
export const predict = ({ vectors, order }: History): void => {
  const { entries, history, beta, gamma, y, yp, e, loops } = vectors
  loops.predict[order](entries, history.byteOffset, beta.byteOffset, gamma.byteOffset, y.byteOffset, yp.byteOffset)
  e.fill(0)
}

/**
 * Takes the correction e of an accepted step of order k and size h into the differences; e is kept as φ_{k+1} for a
 * raise of the order. (`order` and `h` may already be those of the next step.)
 */
export const acceptStep = (s: History, k: number, h: number): void => {
  const { entries, history, beta, e, loops } = s.vectors
  loops.accept[k](entries, history.byteOffset, beta.byteOffset, e.byteOffset)
  s.held = k === s.orderUsed ? s.held + 1 : 1
  s.depth++
  s.orderUsed = k
  s.stepUsed = h
}

/**
 * Fills y (and ẏ), the unknowns `from` on, at `delay` = t − t_n ≤ 0 from the polynomial through the last k + 1 accepted values.
 * Error: that of the integration, for every unknown alike.
 */
export const interpolateHistory = (s: History, delay: number, y: Float64Array, yp?: Float64Array, from = 0): void => {
  const { size, vectors, psi } = s
  const { entries, history, within, loops } = vectors
  const { value, slope } = within
  const k = Math.max(1, s.orderUsed)
  let c = 1
  let d = 0
  let gamma = delay / psi[0]
  for (let j = 1; j <= k; j++) {
    d = d * gamma + c / psi[j - 1]
    c *= gamma
    gamma = (delay + psi[j - 1]) / psi[j]
    value[j] = c
    slope[j] = d
  }
  if (!yp) {
    for (let i = from; i < size; i++) {
      let sum = history[i]
      for (let j = 1, at = i + entries; j <= k; j++, at += entries) sum += value[j] * history[at]
      y[i] = sum
    }
    return
  }
  loops.interpolate[k](
    entries,
    history.byteOffset,
    value.byteOffset,
    slope.byteOffset,
    within.y.byteOffset,
    within.yp.byteOffset,
  )
  y.set(within.y)
  yp.set(within.yp)
}
