import type { Electrolyte } from '../../electrolyte/electrolyte.ts'
import { solveComplex } from '../../math/complex-block-tridiagonal.ts'
import { F } from '../../units.ts'
import type { PorousElectrode } from '../cell.ts'
import { reactionOf, speciesIndex } from '../reaction.ts'
import type { ParticleAdmittances } from './mesh-admittance.ts'
import type { LocalStates } from './state.ts'

/** A porous electrode linearised at every point, its particles condensed: δj = Y(s) δ(c_1 … c_{K−1}, Δ). */
export type LinearElectrode = {
  readonly spec: PorousElectrode
  readonly n: number
  /** Species of each carrier. */
  readonly species: Int32Array
  /** All points alike: `response` of point 0 holds for every point. */
  readonly same: boolean
  /** ∂j_i/∂(c_1 … c_{K−1}, Δ) of point p at frequency s, [n, K]. False: singular. */
  response(p: number, sRe: number, sIm: number): boolean
  readonly re: Float64Array
  readonly im: Float64Array
}

/**
 * Condenses reaction and particle of each point: with δj = A δx_s + B δf and S(s) δx_s = scale δj,
 *
 *   Y = B + A (S − scale A)⁻¹ scale B.
 */
export const linearElectrode = (o: {
  readonly spec: PorousElectrode
  readonly electrolyte: Electrolyte
  readonly where: 'anode' | 'cathode'
  readonly states: LocalStates
  readonly temperature: number
  readonly admittance: ParticleAdmittances
}): LinearElectrode => {
  const { spec, electrolyte, states, temperature: T, admittance } = o
  const { host } = spec
  const n = host.carriers.length
  const K = electrolyte.species.length
  const reaction = reactionOf(spec, electrolyte, o.where)
  const species = speciesIndex(electrolyte, host.kinetics.carriers, o.where)
  const { count, stations, content } = states
  const scale = Float64Array.from(host.carriers, ({ charge }) => host.molarVolume / (charge * F))
  const bySurface = new Float64Array(count * n * n)
  const byField = new Float64Array(count * n * K)
  const x = new Float64Array(n)
  const mu = new Float64Array(n)
  const theta = new Float64Array(n * n)
  const c = new Float64Array(K)
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < n; i++) x[i] = content[(p * stations + stations - 1) * n + i]
    for (let k = 0; k < K; k++) c[k] = states.c[p * K + k]
    host.thermodynamics.potential(x, T, mu)
    host.thermodynamics.potentialJacobian(x, T, theta)
    reaction.evaluate(x, mu, states.delta[p], c, T)
    reaction.linearise(x, mu, states.delta[p], c, T)
    for (let i = 0; i < n; i++) {
      for (let l = 0; l < n; l++) {
        let slope = reaction.byX[i * n + l]
        for (let m = 0; m < n; m++) slope += reaction.byMu[i * n + m] * theta[m * n + l]
        bySurface[(p * n + i) * n + l] = slope
      }
      for (let m = 0; m < K - 1; m++) byField[(p * n + i) * K + m] = reaction.byC[i * (K - 1) + m]
      byField[(p * n + i) * K + K - 1] = reaction.byDelta[i]
    }
  }
  const re = new Float64Array(n * K)
  const im = new Float64Array(n * K)
  const wRe = new Float64Array(n * n)
  const wIm = new Float64Array(n * n)
  const xRe = new Float64Array(n * K)
  const xIm = new Float64Array(n * K)
  return {
    spec,
    n,
    species,
    same: states.same,
    re,
    im,
    response(p, sRe, sIm) {
      admittance(p, sRe, sIm, wRe, wIm)
      const a = p * n * n
      const f = p * n * K
      for (let i = 0; i < n; i++) {
        for (let l = 0; l < n; l++) wRe[i * n + l] -= scale[i] * bySurface[a + i * n + l]
        for (let m = 0; m < K; m++) {
          xRe[i * K + m] = scale[i] * byField[f + i * K + m]
          xIm[i * K + m] = 0
        }
      }
      if (!solveComplex(wRe, wIm, 0, n, xRe, xIm, 0, K)) return false
      for (let i = 0; i < n; i++)
        for (let m = 0; m < K; m++) {
          let sumRe = byField[f + i * K + m]
          let sumIm = 0
          for (let l = 0; l < n; l++) {
            sumRe += bySurface[a + i * n + l] * xRe[l * K + m]
            sumIm += bySurface[a + i * n + l] * xIm[l * K + m]
          }
          re[i * K + m] = sumRe
          im[i * K + m] = sumIm
        }
      return true
    },
  }
}
