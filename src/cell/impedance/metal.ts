import { solveComplex } from '../../math/complex-block-tridiagonal.ts'
import { F } from '../../units.ts'
import { loadConcentrations } from '../parts.ts'
import type { CellState } from './state.ts'

/** A planar metal linearised, its states condensed: δj = Y(s) δ(c_1 … c_{K−1}, φ_e) at its face. */
export type LinearMetal = {
  /**
   * Takes the metal's currents, and what charges its double layer, from the rows of the first point (ions c_1 … c_{K−1}, then charge), whose block stands at the
   * start of (re, im) with rows of length `width`. False: singular.
   */
  add(sRe: number, sIm: number, re: Float64Array, im: Float64Array, width: number): boolean
}

/** From δj = A δn + B δf and s δn = P δn + Q δf:  Y = B + A (s − P)⁻¹ Q. */
export const linearMetal = ({ parts, y, temperature }: CellState): LinearMetal | undefined => {
  const { metal, metalLayer, layout, K, z } = parts
  if (!metal) return undefined
  const { metals, states } = metal
  const c = new Float64Array(K)
  loadConcentrations(y, layout.fields, z, c)
  metal.linearise(y.slice(layout.metal, layout.metal + states), c, y[layout.fields + layout.phiE], temperature)
  const species = parts.metalSpecies
  const { byState, byField, rateByState, rateByField } = metal
  const aRe = new Float64Array(states * states)
  const aIm = new Float64Array(states * states)
  const xRe = new Float64Array(states * K)
  const xIm = new Float64Array(states * K)
  return {
    add(sRe, sIm, re, im, width) {
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
          const k = species[m]
          if (k < K - 1) {
            re[k * width + f] -= sumRe / (z[k] * F)
            im[k * width + f] -= sumIm / (z[k] * F)
          }
          re[(K - 1) * width + f] -= sumRe
          im[(K - 1) * width + f] -= sumIm
        }
      if (metalLayer)
        for (let f = 0; f < K; f++) {
          re[f * width + K - 1] += sRe * metalLayer[f]
          im[f * width + K - 1] += sIm * metalLayer[f]
        }
      return true
    },
  }
}
