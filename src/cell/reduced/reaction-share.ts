import type { Electrolyte } from '../../electrolyte/electrolyte.ts'

/** Concentration [mol/m³] at which an ion is scarce: a thousandth of the salt's fresh one. */
export const scarceBelow = (electrolyte: Electrolyte): number => 1e-3 * Math.max(...electrolyte.concentration)
/** An electrode with this share of the scarce concentration on average no longer tells its cells apart: below it round-off of c would. */
const blurred = 0.1
/** Below this share of an even reaction everywhere, nothing is left to spread. */
const nothing = 1e-9

/**
 * How the reaction of an ion is spread over the electrolyte cells of its electrode: evenly, but not where the ion is used up
 * while there is some elsewhere,
 *
 *   j_i(q) = even_i·local_q,   local_q = ĉ_q/(ĉ_q + c*)  (0 below zero),   even_i = j_i/Σ_q w_q local_q,
 *   ĉ_q = c̄ + (c_q − c̄) c̄²/(c̄² + (0.1 c*)²),   c̄ = Σ_q w_q c_q,
 *
 * with c* where an ion is scarce. While there is enough of it the deviation from an even reaction is 1e-3 times that of 1/c; where
 * it runs out, ions still enter the rest of the electrode; and where it is scarce everywhere the reaction is even again.
 */
export type ReactionShare = {
  /** local_q, [n, cells]; Σ_q w_q local_q, [n]; even_i [A/m²], [n], of the last `evaluate`. */
  readonly local: Float64Array
  readonly whole: Float64Array
  readonly even: Float64Array
  /** ∂local_q/∂c_q at fixed c̄ [m³/mol], [n, cells]. That by c̄ is left out of the Jacobian, of particles and electrolyte alike. */
  readonly slope: Float64Array
  /** Concentrations of the electrode's cells stand at y[at + q·stride + k]. False: not finite. */
  evaluate(y: Float64Array, at: number, stride: number, j: Float64Array): boolean
}

/**
 * @param species  of each ion
 * @param weight   w_q, [cells]
 */
export const reactionShare = (electrolyte: Electrolyte, species: Int32Array, weight: Float64Array): ReactionShare => {
  const n = species.length
  const cells = weight.length
  const limit = scarceBelow(electrolyte)
  const blur = blurred * limit
  const local = new Float64Array(n * cells).fill(1)
  const slope = new Float64Array(n * cells)
  const whole = new Float64Array(n).fill(1)
  const even = new Float64Array(n)

  const spread = (y: Float64Array, at: number, stride: number, i: number): void => {
    let mean = 0
    for (let q = 0; q < cells; q++) mean += weight[q] * y[at + q * stride + species[i]]
    const contrast = mean > 0 ? (mean * mean) / (mean * mean + blur * blur) : 0
    let sum = 0
    for (let q = 0; q < cells; q++) {
      const seen = mean + contrast * (y[at + q * stride + species[i]] - mean)
      const share = seen > 0 ? seen / (seen + limit) : 0
      local[i * cells + q] = share
      slope[i * cells + q] = seen > 0 ? (contrast * (1 - share) * (1 - share)) / limit : 0
      sum += weight[q] * share
    }
    whole[i] = sum
    if (sum > nothing) return
    whole[i] = 1
    local.fill(1, i * cells, (i + 1) * cells)
    slope.fill(0, i * cells, (i + 1) * cells)
  }

  return {
    local,
    whole,
    even,
    slope,
    evaluate(y, at, stride, j) {
      let finite = 0
      for (let i = 0; i < n; i++) {
        if (cells > 1) spread(y, at, stride, i)
        even[i] = j[i] / whole[i]
        finite += even[i]
      }
      return Number.isFinite(finite)
    },
  }
}
