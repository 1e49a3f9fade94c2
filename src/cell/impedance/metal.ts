import { solveComplex } from '../../math/complex-block-tridiagonal.ts'
import { loadConcentrations } from '../parts.ts'
import type { CellState } from './state.ts'

/** A planar metal linearised, its states condensed: δj = Y(s) δ(c_1 … c_{K−1}, φ_e) at its face. */
export type LinearMetal = {
  readonly metals: number
  readonly species: Int32Array
  /** Fills ∂j_m/∂(c_1 … c_{K−1}, φ_e) [m, K]. False: singular. */
  response(sRe: number, sIm: number): boolean
  readonly re: Float64Array
  readonly im: Float64Array
}

/** From δj = A δn + B δf and s δn = P δn + Q δf:  Y = B + A (s − P)⁻¹ Q. */
export const linearMetal = ({ parts, y, temperature }: CellState): LinearMetal | undefined => {
  const { metal, layout, K, z } = parts
  if (!metal) return undefined
  const { metals, states } = metal
  const c = new Float64Array(K)
  loadConcentrations(y, layout.fields, z, c)
  metal.linearise(y.slice(layout.metal, layout.metal + states), c, y[layout.fields + layout.phiE], temperature)
  const { byState, byField, rateByState, rateByField } = metal
  const re = new Float64Array(metals * K)
  const im = new Float64Array(metals * K)
  const aRe = new Float64Array(states * states)
  const aIm = new Float64Array(states * states)
  const xRe = new Float64Array(states * K)
  const xIm = new Float64Array(states * K)
  return {
    metals,
    species: parts.metalSpecies,
    re,
    im,
    response(sRe, sIm) {
      for (let k = 0; k < states * states; k++) {
        aRe[k] = -rateByState[k]
        aIm[k] = 0
      }
      for (let l = 0; l < states; l++) {
        aRe[l * states + l] += sRe
        aIm[l * states + l] += sIm
      }
      xRe.set(rateByField)
      xIm.fill(0)
      if (!solveComplex(aRe, aIm, 0, states, xRe, xIm, 0, K)) return false
      for (let m = 0; m < metals; m++)
        for (let f = 0; f < K; f++) {
          let sumRe = byField[m * K + f]
          let sumIm = 0
          for (let l = 0; l < states; l++) {
            sumRe += byState[m * states + l] * xRe[l * K + f]
            sumIm += byState[m * states + l] * xIm[l * K + f]
          }
          re[m * K + f] = sumRe
          im[m * K + f] = sumIm
        }
      return true
    },
  }
}
