import { invertSmall } from '../math/small-matrix.ts'
import { F } from '../units.ts'
import type { MetalFace } from './metal-face.ts'

/**
 * The planar metal's own states condensed into the first point of the electrolyte: dn = M (r + ∂rate/∂f df) with
 * M = (α − ∂rate/∂n)⁻¹. The point's rows carry the metal by its own balance, −ṅ for j/(z F): exchange between metals may
 * be a million times the net current, and ions are conserved to round-off of the net. dn acts on the point's fields
 * f = (c_1 … c_{K−1}, φ_e) alone.
 */
export type CondensedMetal = {
  /** Adds dṅ of ions and charge to the block of the first point, row-major with rows of length `width`. False: singular. */
  factor(alpha: number, block: Float64Array, width: number): boolean
  /** Adds what the right-hand side of the metal states at `states` drives to the rows of the first point at `row`. */
  reduce(rhs: Float64Array, states: number, row: number): void
  /** The states' increments from the fields' increments at `row`. */
  expand(rhs: Float64Array, states: number, row: number): void
}

/**
 * @param K      species; the rows of a point are K − 1 ions, then charge
 * @param z      charge numbers, [K]
 * @param index  species of each metal
 */
export const condensedMetal = (metal: MetalFace, K: number, z: Float64Array, index: Int32Array): CondensedMetal => {
  const { states, metals, rateByState, rateByField } = metal
  const last = K - 1
  const inverse = new Float64Array(states * states)
  const work = new Float64Array(states)
  let lastAlpha = 1
  return {
    factor(alpha, block, width) {
      for (let i = 0; i < states * states; i++) inverse[i] = -rateByState[i]
      for (let l = 0; l < states; l++) inverse[l * states + l] += alpha
      if (!invertSmall(inverse, 0, states)) return false
      lastAlpha = alpha
      for (let m = 0; m < metals; m++) {
        const k = index[m]
        for (let f = 0; f < K; f++) {
          let moved = 0
          for (let r = 0; r < states; r++) moved += inverse[m * states + r] * rateByField[r * K + f]
          const slope = -z[k] * F * alpha * moved
          if (k < last) block[k * width + f] -= slope / (z[k] * F)
          block[last * width + f] -= slope
        }
      }
      return true
    },
    reduce(rhs, at, row) {
      for (let m = 0; m < metals; m++) {
        const k = index[m]
        let moved = 0
        for (let r = 0; r < states; r++) moved += inverse[m * states + r] * rhs[at + r]
        const driven = -z[k] * F * lastAlpha * moved
        if (k < last) rhs[row + k] += driven / (z[k] * F)
        rhs[row + last] += driven
      }
    },
    expand(rhs, at, row) {
      for (let r = 0; r < states; r++) {
        let sum = rhs[at + r]
        for (let f = 0; f < K; f++) sum += rateByField[r * K + f] * rhs[row + f]
        work[r] = sum
      }
      for (let l = 0; l < states; l++) {
        let sum = 0
        for (let r = 0; r < states; r++) sum += inverse[l * states + r] * work[r]
        rhs[at + l] = sum
      }
    },
  }
}
