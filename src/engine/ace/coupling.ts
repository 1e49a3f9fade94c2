import { realHarmonics } from './harmonics.ts'

/** Products of three harmonics whose weighted sum does not turn with the axes: Σ_t weight[t] a[m1[t]] b[m2[t]] c[m3[t]]. */
export type Coupling = {
  /** Positions m + l within each degree, [terms]. */
  readonly m1: Int32Array
  readonly m2: Int32Array
  readonly m3: Int32Array
  /** Σ weight² = 1, [terms]. */
  readonly weight: Float64Array
}

/**
 * The one invariant of three sets of real harmonics of degrees l1, l2, l3 that is also even under inversion:
 * weight ∝ ∫ C_l1m1 C_l2m2 C_l3m3 dΩ, which is Wigner's 3j symbol on real harmonics up to a factor. It exists for |l1 − l2| ≤ l3 ≤ l1 + l2 with an even sum.
 *
 * The integral is exact: Gauss–Legendre points in z, evenly spaced ones around, both beyond the degree l1 + l2 + l3.
 * Source: computed
 */
export const coupling = (l1: number, l2: number, l3: number): Coupling => {
  const degree = Math.max(l1, l2, l3)
  const total = l1 + l2 + l3
  const { points, weights } = gaussLegendre(Math.floor(total / 2) + 1)
  const around = total + 2
  const widths = [2 * l1 + 1, 2 * l2 + 1, 2 * l3 + 1]
  const tensor = new Float64Array(widths[0] * widths[1] * widths[2])
  const Y = new Float64Array((degree + 1) ** 2)
  const slopes = new Float64Array(3 * (degree + 1) ** 2)
  const harmonics = realHarmonics(degree)
  for (let a = 0; a < points.length; a++)
    for (let b = 0; b < around; b++) {
      const phi = (2 * Math.PI * (b + 0.25)) / around
      const sine = Math.sqrt(1 - points[a] ** 2)
      harmonics(sine * Math.cos(phi), sine * Math.sin(phi), points[a], Y, slopes)
      for (let i = 0, at = 0; i < widths[0]; i++)
        for (let j = 0; j < widths[1]; j++)
          for (let k = 0; k < widths[2]; k++, at++)
            tensor[at] += weights[a] * Y[l1 * l1 + i] * Y[l2 * l2 + j] * Y[l3 * l3 + k]
    }
  const size = Math.sqrt(tensor.reduce((sum, t) => sum + t * t, 0))
  if (!(size > 1e-10)) throw new RangeError(`coupling: degrees ${l1}, ${l2}, ${l3} have no even invariant`)
  const m1: number[] = []
  const m2: number[] = []
  const m3: number[] = []
  const weight: number[] = []
  for (let i = 0, at = 0; i < widths[0]; i++)
    for (let j = 0; j < widths[1]; j++)
      for (let k = 0; k < widths[2]; k++, at++) {
        if (Math.abs(tensor[at]) < 1e-10 * size) continue
        m1.push(i)
        m2.push(j)
        m3.push(k)
        weight.push(tensor[at] / size)
      }
  return {
    m1: Int32Array.from(m1),
    m2: Int32Array.from(m2),
    m3: Int32Array.from(m3),
    weight: Float64Array.from(weight),
  }
}

/** Points and weights on [−1, 1], exact for polynomials up to degree 2n − 1: Newton's method on P_n. Source: computed */
const gaussLegendre = (n: number) => {
  const points = new Float64Array(n)
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let z = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    let slope = 1
    for (let pass = 0; pass < 50; pass++) {
      let p = 1
      let before = 0
      for (let k = 1; k <= n; k++) {
        const next = ((2 * k - 1) * z * p - (k - 1) * before) / k
        before = p
        p = next
      }
      slope = (n * (before - z * p)) / (1 - z * z)
      const step = p / slope
      z -= step
      if (Math.abs(step) < 1e-15) break
    }
    points[i] = z
    weights[i] = 2 / ((1 - z * z) * slope * slope)
  }
  return { points, weights }
}
