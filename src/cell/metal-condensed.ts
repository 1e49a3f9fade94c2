import { invertSmall } from '../math/small-matrix.ts'
import { F } from '../units.ts'
import type { MetalFace } from './metal-face.ts'

/**
 * The planar metal's own states condensed into the first point of the electrolyte: dn = M (r + ∂rate/∂f df) with
 * M = (α − ∂rate/∂n)⁻¹. The point's rows carry the metal by its own balance, −ṅ for j/(z F). dn acts on the point's fields
 * f = (c_1 … c_{K−1}, φ_e) alone.
 *
 * Where an ion that would plate by a volt is not there, ∂rate/∂c is 1e14 m/s and more: a round-off of c is then any current. So the row
 * of charge is freed of the metals (charge − Σ_m z_m F ion_m, what the other species carry), and n_m follows from what the ions'
 * own rows leave for it, which no rate is in: ions and charge are conserved to round-off of the net.
 */
export type CondensedMetal = {
  /** Makes the row of charge, in rows of ions and charge from `at` on with `width` columns, that of the charge no metal carries. */
  free(rows: Float64Array, at: number, width: number): void
  /** Adds dṅ of the ions to the block of the first point, its charge freed, row-major with rows of length `width`. False: singular. */
  factor(alpha: number, block: Float64Array, width: number): boolean
  /** Adds what the right-hand side of the metal states at `states` drives to the ions' rows of the first point at `row`. */
  reduce(rhs: Float64Array, states: number, row: number): void
  /**
   * The states' increments from the fields' increments at `row`.
   *
   * @param left  of each metal what its ion's row has left for ṅ [mol/(m²·s)], [metals]
   */
  expand(rhs: Float64Array, states: number, row: number, left: Float64Array): void
}

/**
 * @param K      species; the rows of a point are K − 1 ions, then charge
 * @param z      charge numbers, [K]
 * @param index  species of each metal, none of them the last
 */
export const condensedMetal = (metal: MetalFace, K: number, z: Float64Array, index: Int32Array): CondensedMetal => {
  const { states, metals, rateByState, rateByField } = metal
  const last = K - 1
  const inverse = new Float64Array(states * states)
  const work = new Float64Array(states)
  let lastAlpha = 1
  return {
    free(rows, at, width) {
      for (let m = 0; m < metals; m++) {
        const k = index[m]
        for (let f = 0; f < width; f++) rows[at + last * width + f] -= z[k] * F * rows[at + k * width + f]
      }
    },
    factor(alpha, block, width) {
      for (let i = 0; i < states * states; i++) inverse[i] = -rateByState[i]
      for (let l = 0; l < states; l++) inverse[l * states + l] += alpha
      if (!invertSmall(inverse, 0, states)) return false
      lastAlpha = alpha
      for (let m = 0; m < metals; m++) {
        for (let f = 0; f < K; f++) {
          let moved = 0
          for (let r = 0; r < states; r++) moved += inverse[m * states + r] * rateByField[r * K + f]
          block[index[m] * width + f] += alpha * moved
        }
      }
      return true
    },
    reduce(rhs, at, row) {
      for (let m = 0; m < metals; m++) {
        let moved = 0
        for (let r = 0; r < states; r++) moved += inverse[m * states + r] * rhs[at + r]
        rhs[row + index[m]] -= lastAlpha * moved
      }
    },
    expand(rhs, at, row, left) {
      for (let r = 0; r < states; r++) {
        let sum = rhs[at + r]
        for (let f = 0; f < K; f++) sum += rateByField[r * K + f] * rhs[row + f]
        work[r] = sum
      }
      for (let l = 0; l < states; l++) {
        if (l < metals) {
          rhs[at + l] = left[l] / lastAlpha
          continue
        }
        let sum = 0
        for (let r = 0; r < states; r++) sum += inverse[l * states + r] * work[r]
        rhs[at + l] = sum
      }
    },
  }
}
