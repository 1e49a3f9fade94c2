import type { Electrolyte } from '../../electrolyte/electrolyte.ts'

/** Concentration [mol/m³] at which an ion is scarce: a thousandth of the salt's fresh one. */
export const scarceBelow = (electrolyte: Electrolyte): number => 1e-3 * Math.max(...electrolyte.concentration)
/** An electrode with this share of the scarce concentration on average no longer tells its cells apart: below it round-off of c would. */
const blurred = 0.1
/** Far below this share of the scarce concentration everywhere the reaction is even: there is nothing to spread. */
const negligible = 1e-3
/** Contrast from which on cells are told apart: what c̄ and p do to it is nothing. */
const sharp = 0.999

/**
 * How the reaction of an ion is spread over the electrolyte cells of its electrode: evenly, but not where the ion is used up
 * while there is some elsewhere,
 *
 *   j_i(q) = even_i·local_q,   local_q = (ĉ_q² + ε²)/(ĉ_q² + c₀²)  (ĉ_q = 0 below zero),   even_i = j_i/Σ_q w_q local_q,
 *   ĉ_q = c̄ + (c_q − c̄) p²/(p² + (0.1 c₀)²),   c̄ = Σ_q w_q c_q,   p = Σ_q w_q max(c_q, 0),
 *
 * with c₀ where an ion is scarce. While there is enough of it the reaction is even to (c₀/c)², 1e-6; where
 * it runs out, ions still enter the rest of the electrode; and where it is scarce everywhere the reaction is even again.
 */
export type ReactionShare = {
  /** local_q, [n, cells]; Σ_q w_q local_q, [n]; even_i [A/m²], [n], of the last `evaluate`. */
  readonly local: Float64Array
  readonly whole: Float64Array
  readonly even: Float64Array
  /** ∂local_q/∂c_q at fixed c̄ and p [m³/mol], [n, cells]. */
  readonly slope: Float64Array
  /** ∂local_q/∂c̄ and ∂local_q/∂p [m³/mol], [n, cells] each, and ∂p/∂c_q, where `blurs` [n] is 1; elsewhere next to nothing. */
  readonly byMean: Float64Array
  readonly byPresent: Float64Array
  readonly presence: Float64Array
  readonly blurs: Uint8Array
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
  const floor = negligible * limit
  const local = new Float64Array(n * cells).fill(1)
  const slope = new Float64Array(n * cells)
  const byMean = new Float64Array(n * cells)
  const byPresent = new Float64Array(n * cells)
  const presence = new Float64Array(n * cells)
  const blurs = new Uint8Array(n)
  const whole = new Float64Array(n).fill(1)
  const even = new Float64Array(n)

  const spread = (y: Float64Array, at: number, stride: number, i: number): void => {
    let mean = 0
    let present = 0
    for (let q = 0; q < cells; q++) {
      const part = weight[q] * y[at + q * stride + species[i]]
      mean += part
      if (part > 0) present += part
    }
    const contrast = (present * present) / (present * present + blur * blur)
    const contrastByPresent = (2 * present * blur * blur) / (present * present + blur * blur) ** 2
    blurs[i] = contrast < sharp ? 1 : 0
    let sum = 0
    for (let q = 0; q < cells; q++) {
      const c = y[at + q * stride + species[i]]
      const seen = mean + contrast * (c - mean)
      const square = seen > 0 ? seen * seen : 0
      const scale = square + limit * limit
      const share = (square + floor * floor) / scale
      local[i * cells + q] = share
      const bySeen = seen > 0 ? (2 * seen * (limit * limit - floor * floor)) / (scale * scale) : 0
      slope[i * cells + q] = contrast * bySeen
      if (blurs[i] === 1) {
        byMean[i * cells + q] = (1 - contrast) * bySeen
        byPresent[i * cells + q] = contrastByPresent * (c - mean) * bySeen
        presence[i * cells + q] = c > 0 ? weight[q] : 0
      }
      sum += weight[q] * share
    }
    whole[i] = sum
  }

  return {
    local,
    whole,
    even,
    slope,
    byMean,
    byPresent,
    presence,
    blurs,
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
