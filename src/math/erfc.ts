/** Where the series for erf gives way to the continued fraction for erfc, and how deep that goes for the last digit. */
const change = 2.5
const depth = 80

/**
 * Complementary error function, erfc x = (2/√π) ∫_x^∞ e^{−t²} dt, for x ≥ 0: below 2.5 from the series
 * erf x = (2/√π) e^{−x²} Σ 2ᵏ x^{2k+1}/(2k+1)!!, above from Laplace's continued fraction
 * √π e^{x²} erfc x = 1/(x + ½/(x + 1/(x + 1½/(x + …)))). Good to 1e-15, above 2.5 also relative to itself (1e-14).
 */
export const erfc = (x: number): number => {
  if (!(x >= 0)) throw new RangeError(`erfc: got ${x}, must be ≥ 0`)
  const gauss = Math.exp(-x * x)
  if (x < change) {
    let term = x
    let series = x
    for (let k = 1; term > 1e-17 * series; k++) {
      term *= (2 * x * x) / (2 * k + 1)
      series += term
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * gauss * series
  }
  let fraction = x
  for (let k = depth; k > 0; k--) fraction = x + k / (2 * fraction)
  return gauss / (Math.sqrt(Math.PI) * fraction)
}
