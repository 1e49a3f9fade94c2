/** The primitive radial functions of a potential. */
export type Primitives = {
  /** r_c [Å]: functions and slopes are 0 from here on. */
  readonly cutoff: number
  /** Distance at which the polynomials resolve best, near a bond length [Å]. */
  readonly bond: number
  /** How many. */
  readonly count: number
}

/**
 * Radial functions g_k of a distance and their slopes.
 *
 *   g_k(r) = T_k(x) f_c(r),   x = 2 (y − y_c)/(1 − y_c) − 1,   y = 1/(1 + (r/r_0)²),   f_c = (1 − (r/r_c)²)²
 *
 * T_k Chebyshev's polynomials. y packs the resolution around the bond length and is flat at r = 0; x stays within [−1, 1].
 *
 * @returns  fills values and slopes [count] from `at` on for r < r_c; allocates nothing
 * Source: computed
 */
export const primitives = ({ cutoff, bond, count }: Primitives) => {
  const yc = 1 / (1 + (cutoff / bond) ** 2)
  const scale = 2 / (1 - yc)
  const inverse = 1 / (bond * bond)
  const inverseCutoff = 1 / (cutoff * cutoff)
  return (r: number, values: Float64Array, slopes: Float64Array, at = 0): void => {
    const y = 1 / (1 + r * r * inverse)
    const x = scale * (y - yc) - 1
    const dx = -2 * r * inverse * y * y * scale
    const u = 1 - r * r * inverseCutoff
    const f = u * u
    const df = -4 * r * inverseCutoff * u
    let [t0, t1, d0, d1] = [1, x, 0, 1]
    for (let k = 0; k < count; k++) {
      values[at + k] = t0 * f
      slopes[at + k] = d0 * dx * f + t0 * df
      const t2 = 2 * x * t1 - t0
      const d2 = 2 * t1 + 2 * x * d1 - d0
      t0 = t1
      t1 = t2
      d0 = d1
      d1 = d2
    }
  }
}
