/** Harmonics up to l = L in one flat array: degree l, order m stands at l² + l + m; (L + 1)² of them. */
export const harmonicCount = (degree: number): number => (degree + 1) * (degree + 1)

/**
 * Real spherical harmonics of a direction and their slopes, in Racah's normalisation (Σ_m C_lm² = 1 for every l).
 *
 *   C_lm(u) = n_lm Π_l^|m|(u_z) · {Re, Im} (u_x + i u_y)^|m|,   Π_l^m = d^m P_l/dz^m
 *
 * The slopes are those of the polynomial in u as written; along the sphere their radial part drops out:
 * ∂C/∂r = (∇_u C − u (u·∇_u C))/r.
 *
 * @param degree  L
 * @returns       fills values [(L+1)²] and slopes [(L+1)², 3] from `at` on; allocates nothing
 * Source: computed (recurrences of Legendre's polynomials and their derivatives)
 */
export const realHarmonics = (degree: number) => {
  const width = degree + 2
  const legendre = new Float64Array((degree + 1) * width)
  const c = new Float64Array(degree + 1)
  const s = new Float64Array(degree + 1)
  const norm = new Float64Array((degree + 1) * (degree + 1))
  for (let l = 0; l <= degree; l++)
    for (let m = 0; m <= l; m++) {
      let ratio = m === 0 ? 1 : 2
      for (let k = l - m + 1; k <= l + m; k++) ratio /= k
      norm[l * (degree + 1) + m] = Math.sqrt(ratio)
    }
  return (x: number, y: number, z: number, values: Float64Array, slopes: Float64Array, at = 0): void => {
    c[0] = 1
    s[0] = 0
    for (let m = 1; m <= degree; m++) {
      c[m] = x * c[m - 1] - y * s[m - 1]
      s[m] = x * s[m - 1] + y * c[m - 1]
    }
    let double = 1
    for (let m = 0; m <= degree; m++) {
      if (m > 0) double *= 2 * m - 1
      legendre[m * width + m] = double
      if (m < degree) legendre[(m + 1) * width + m] = (2 * m + 1) * z * double
      for (let l = m + 2; l <= degree; l++)
        legendre[l * width + m] =
          ((2 * l - 1) * z * legendre[(l - 1) * width + m] - (l + m - 1) * legendre[(l - 2) * width + m]) / (l - m)
    }
    for (let l = 0; l <= degree; l++)
      for (let m = 0; m <= l; m++) {
        const n = norm[l * (degree + 1) + m]
        const p = n * legendre[l * width + m]
        const dp = m < l ? n * legendre[l * width + m + 1] : 0
        const plus = at + l * l + l + m
        values[plus] = p * c[m]
        slopes[3 * plus] = m > 0 ? p * m * c[m - 1] : 0
        slopes[3 * plus + 1] = m > 0 ? -p * m * s[m - 1] : 0
        slopes[3 * plus + 2] = dp * c[m]
        if (m === 0) continue
        const minus = at + l * l + l - m
        values[minus] = p * s[m]
        slopes[3 * minus] = p * m * s[m - 1]
        slopes[3 * minus + 1] = p * m * c[m - 1]
        slopes[3 * minus + 2] = dp * s[m]
      }
  }
}
