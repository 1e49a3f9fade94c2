import type { Kinetics } from '../scales.ts'
import { R } from '../units.ts'

/** Step of the difference quotient in x, relative to the content and at least `smallest` [per formula unit]. */
const difference = 1e-6
const smallest = 1e-10
/** Step of the central difference in μ, in RT: truncation 1e-11, round-off 1e-11. */
const centralDifference = 1e-5

/**
 * ∂ln j0_i/∂x_l at fixed μ and ∂ln j0_i/∂μ_l at fixed x [mol/J], both [n, n]; 0 where j0_i = 0.
 *
 * By the record's own `slopes` where it has them, else by differences.
 *
 * @param exchange  j0 at (x, μ), [n]
 */
export const exchangeSlopes = (
  kinetics: Kinetics,
): ((
  x: Float64Array,
  mu: Float64Array,
  T: number,
  exchange: Float64Array,
  byX: Float64Array,
  byMu: Float64Array,
) => void) => {
  const { slopes } = kinetics
  if (slopes) return (x, mu, T, _exchange, byX, byMu) => slopes(x, mu, T, byX, byMu)
  const n = kinetics.carriers.length
  const shifted = new Float64Array(n)
  const below = new Float64Array(n)
  return (x, mu, T, exchange, byX, byMu) => {
    for (let l = 0; l < n; l++) {
      const value = x[l]
      const step = -difference * Math.max(Math.abs(value), smallest) // away from a full host
      x[l] = value + step
      kinetics.exchangeCurrent(x, mu, T, shifted)
      x[l] = value
      for (let i = 0; i < n; i++) byX[i * n + l] = exchange[i] > 0 ? (shifted[i] - exchange[i]) / step / exchange[i] : 0
    }
    for (let l = 0; l < n; l++) {
      const value = mu[l]
      const step = centralDifference * R * T
      mu[l] = value + step
      kinetics.exchangeCurrent(x, mu, T, shifted)
      mu[l] = value - step
      kinetics.exchangeCurrent(x, mu, T, below)
      mu[l] = value
      for (let i = 0; i < n; i++)
        byMu[i * n + l] = exchange[i] > 0 ? (shifted[i] - below[i]) / (2 * step) / exchange[i] : 0
    }
  }
}
