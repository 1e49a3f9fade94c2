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

/** The highest order that is stable. */
export const highestOrder = 5

export type History = {
  readonly size: number
  /** φ_0 … φ_{k+1}, [size] each, one after the other in `flat`: a loop over one array is twice as fast as one over six. */
  readonly phi: readonly Float64Array[]
  readonly flat: Float64Array
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

export const historyOf = (size: number): History => {
  const flat = new Float64Array((highestOrder + 2) * size)
  return {
    ...empty(size),
    flat,
    phi: Array.from({ length: highestOrder + 2 }, (_, j) => flat.subarray(j * size, (j + 1) * size)),
  }
}

const empty = (size: number): Omit<History, 'phi' | 'flat'> => ({
  size,
  psi: new Float64Array(highestOrder + 2),
  psiBefore: new Float64Array(highestOrder + 2),
  alpha: new Float64Array(highestOrder + 2),
  beta: new Float64Array(highestOrder + 2).fill(1),
  gamma: new Float64Array(highestOrder + 2),
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
})

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

/** Fills y⁽⁰⁾ and ẏ⁽⁰⁾ of the step whose coefficients are set. One fused loop for each order: this is a hot loop. */
export const predict = (s: History, y: Float64Array, yp: Float64Array): void => {
  const { size: n, flat: f, beta, gamma, order: k } = s
  const n2 = 2 * n
  const n3 = 3 * n
  const n4 = 4 * n
  const n5 = 5 * n
  const b1 = beta[1]
  const b2 = beta[2]
  const b3 = beta[3]
  const b4 = beta[4]
  const b5 = beta[5]
  const g1 = gamma[1]
  const g2 = gamma[2]
  const g3 = gamma[3]
  const g4 = gamma[4]
  const g5 = gamma[5]
  if (k === 1) {
    for (let i = 0; i < n; i++) {
      const d1 = b1 * f[i + n]
      y[i] = f[i] + d1
      yp[i] = g1 * d1
    }
  } else if (k === 2) {
    for (let i = 0; i < n; i++) {
      const d1 = b1 * f[i + n]
      const d2 = b2 * f[i + n2]
      y[i] = f[i] + d1 + d2
      yp[i] = g1 * d1 + g2 * d2
    }
  } else if (k === 3) {
    for (let i = 0; i < n; i++) {
      const d1 = b1 * f[i + n]
      const d2 = b2 * f[i + n2]
      const d3 = b3 * f[i + n3]
      y[i] = f[i] + d1 + d2 + d3
      yp[i] = g1 * d1 + g2 * d2 + g3 * d3
    }
  } else if (k === 4) {
    for (let i = 0; i < n; i++) {
      const d1 = b1 * f[i + n]
      const d2 = b2 * f[i + n2]
      const d3 = b3 * f[i + n3]
      const d4 = b4 * f[i + n4]
      y[i] = f[i] + d1 + d2 + d3 + d4
      yp[i] = g1 * d1 + g2 * d2 + g3 * d3 + g4 * d4
    }
  } else {
    for (let i = 0; i < n; i++) {
      const d1 = b1 * f[i + n]
      const d2 = b2 * f[i + n2]
      const d3 = b3 * f[i + n3]
      const d4 = b4 * f[i + n4]
      const d5 = b5 * f[i + n5]
      y[i] = f[i] + d1 + d2 + d3 + d4 + d5
      yp[i] = g1 * d1 + g2 * d2 + g3 * d3 + g4 * d4 + g5 * d5
    }
  }
}

/**
 * Takes the correction e of an accepted step of order k and size h into the differences; e is kept as φ_{k+1} for a
 * raise of the order. (`order` and `h` may already be those of the next step.)
 */
export const acceptStep = (s: History, e: Float64Array, k: number, h: number): void => {
  const { size: n, flat: f, beta } = s
  const n2 = 2 * n
  const n3 = 3 * n
  const n4 = 4 * n
  const n5 = 5 * n
  const b1 = beta[1]
  const b2 = beta[2]
  const b3 = beta[3]
  const b4 = beta[4]
  const b5 = beta[5]
  if (k < highestOrder) s.phi[k + 1].set(e)
  if (k === 1) {
    for (let i = 0; i < n; i++) {
      const d1 = b1 * f[i + n] + e[i]
      f[i + n] = d1
      f[i] += d1
    }
  } else if (k === 2) {
    for (let i = 0; i < n; i++) {
      const d2 = b2 * f[i + n2] + e[i]
      const d1 = b1 * f[i + n] + d2
      f[i + n2] = d2
      f[i + n] = d1
      f[i] += d1
    }
  } else if (k === 3) {
    for (let i = 0; i < n; i++) {
      const d3 = b3 * f[i + n3] + e[i]
      const d2 = b2 * f[i + n2] + d3
      const d1 = b1 * f[i + n] + d2
      f[i + n3] = d3
      f[i + n2] = d2
      f[i + n] = d1
      f[i] += d1
    }
  } else if (k === 4) {
    for (let i = 0; i < n; i++) {
      const d4 = b4 * f[i + n4] + e[i]
      const d3 = b3 * f[i + n3] + d4
      const d2 = b2 * f[i + n2] + d3
      const d1 = b1 * f[i + n] + d2
      f[i + n4] = d4
      f[i + n3] = d3
      f[i + n2] = d2
      f[i + n] = d1
      f[i] += d1
    }
  } else {
    for (let i = 0; i < n; i++) {
      const d5 = b5 * f[i + n5] + e[i]
      const d4 = b4 * f[i + n4] + d5
      const d3 = b3 * f[i + n3] + d4
      const d2 = b2 * f[i + n2] + d3
      const d1 = b1 * f[i + n] + d2
      f[i + n5] = d5
      f[i + n4] = d4
      f[i + n3] = d3
      f[i + n2] = d2
      f[i + n] = d1
      f[i] += d1
    }
  }
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
  const { size, flat, psi } = s
  const k = Math.max(1, s.orderUsed)
  let c = 1
  let d = 0
  let gamma = delay / psi[0]
  for (let i = from; i < size; i++) y[i] = flat[i]
  yp?.fill(0)
  for (let j = 1; j <= k; j++) {
    d = d * gamma + c / psi[j - 1]
    c *= gamma
    gamma = (delay + psi[j - 1]) / psi[j]
    const at = j * size
    for (let i = from; i < size; i++) y[i] += c * flat[at + i]
    if (yp) for (let i = 0; i < size; i++) yp[i] += d * flat[at + i]
  }
}
