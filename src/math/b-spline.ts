/** Coefficients of a quartic spline that reach into one cell, along one axis. */
export const splineReach = 5

/**
 * Quartic B-splines on equal cells: those five that are not zero in a cell, and their first and second derivatives.
 *
 *   B^p_j(u) = [(u + p − j) B^(p−1)_(j−1)(u) + (j + 1 − u) B^(p−1)_j(u)]/p,   dB^p_j/du = B^(p−1)_(j−1) − B^(p−1)_j
 *
 * Three times continuously differentiable, so that second derivatives have no corners.
 *
 * @param u    place within the cell, 0 to 1 (beyond, the polynomials of the cell go on)
 * @param out  [15]: values, ∂/∂u and ∂²/∂u² of B_0 … B_4
 */
export const quarticSplines = (u: number, out: Float64Array): void => {
  const v = 1 - u
  // quadratic, cubic, quartic
  const q0 = 0.5 * v * v
  const q2 = 0.5 * u * u
  const q1 = 1 - q0 - q2
  const c0 = (v * q0) / 3
  const c1 = ((u + 2) * q0 + (2 - u) * q1) / 3
  const c3 = (u * q2) / 3
  const c2 = 1 - c0 - c1 - c3
  const b0 = 0.25 * v * c0
  const b1 = 0.25 * ((u + 3) * c0 + (2 - u) * c1)
  const b2 = 0.25 * ((u + 2) * c1 + (3 - u) * c2)
  const b4 = 0.25 * u * c3
  out[0] = b0
  out[1] = b1
  out[2] = b2
  out[3] = 1 - b0 - b1 - b2 - b4
  out[4] = b4
  out[5] = -c0
  out[6] = c0 - c1
  out[7] = c1 - c2
  out[8] = c2 - c3
  out[9] = c3
  out[10] = q0
  out[11] = q1 - 2 * q0
  out[12] = q0 - 2 * q1 + q2
  out[13] = q1 - 2 * q2
  out[14] = q2
}
