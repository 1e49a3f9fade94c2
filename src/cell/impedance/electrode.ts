import type { Electrolyte } from '../../electrolyte/electrolyte.ts'
import { solveComplex } from '../../math/complex-block-tridiagonal.ts'
import type { PorousElectrode } from '../cell.ts'
import { electrodeOf } from '../electrode.ts'
import type { Reaction } from '../reaction.ts'
import { speciesIndex } from '../reaction.ts'
import type { ParticleAdmittances } from './mesh-admittance.ts'
import type { LocalStates } from './state.ts'

/** A porous electrode linearised at every point, its particles condensed: δj = Y(s) δ(c_1 … c_{K−1}, Δ). */
export type LinearElectrode = {
  readonly spec: PorousElectrode
  readonly n: number
  /** Fields of the reaction, Δ last. */
  readonly fields: number
  /** Species of each carrier. */
  readonly species: Int32Array
  /** All points alike: `response` of point 0 holds for every point. */
  readonly same: boolean
  /** Fills ∂j_i/∂fields of point p at frequency s, [n, fields]. False: singular. */
  response(p: number, sRe: number, sIm: number): boolean
  readonly re: Float64Array
  readonly im: Float64Array
}

/**
 * Condenses reaction and particle of each point: with δj = A δu + B δf and S(s) δu = scale δj for the surface unknowns u,
 *
 *   Y = B + A (S − scale A)⁻¹ scale B.
 *
 * @param o.law  another reaction than the local one, with its number of fields
 */
export const linearElectrode = (o: {
  readonly spec: PorousElectrode
  readonly electrolyte: Electrolyte
  readonly where: 'anode' | 'cathode'
  readonly states: LocalStates
  readonly temperature: number
  readonly admittance: ParticleAdmittances
  readonly law?: { readonly law: Reaction; readonly fields: number }
}): LinearElectrode => {
  const { spec, electrolyte, states, admittance, where } = o
  const K = electrolyte.species.length
  const { count } = states
  const electrode = electrodeOf(spec, electrolyte, where, {
    base: 0,
    first: 0,
    count,
    shells: states.stations - 1,
    ...(o.law ? { reaction: o.law } : {}),
  })
  const perPoint = states.c.length / states.delta.length
  const c = new Float64Array(perPoint)
  electrode.jacobian(states.particles, o.temperature, {
    c,
    delta: p => states.delta[p],
    load: p => {
      for (let k = 0; k < perPoint; k++) c[k] = states.c[p * perPoint + k]
    },
  })
  const { n, bySurface, byField } = electrode
  const { width, reaction: scale } = electrode.particles
  const fields = o.law?.fields ?? K
  const re = new Float64Array(n * fields)
  const im = new Float64Array(n * fields)
  const wRe = new Float64Array(width * width)
  const wIm = new Float64Array(width * width)
  const xRe = new Float64Array(width * fields)
  const xIm = new Float64Array(width * fields)
  return {
    spec,
    n,
    fields,
    species: speciesIndex(electrolyte, spec.host.kinetics.carriers, where),
    same: states.same,
    re,
    im,
    response(p, sRe, sIm) {
      admittance(p, sRe, sIm, wRe, wIm)
      const a = p * n * width
      const f = p * n * fields
      xRe.fill(0)
      xIm.fill(0)
      for (let i = 0; i < n; i++) {
        for (let l = 0; l < width; l++) wRe[i * width + l] -= scale[i] * bySurface[a + i * width + l]
        for (let m = 0; m < fields; m++) xRe[i * fields + m] = scale[i] * byField[f + i * fields + m]
      }
      if (!solveComplex(wRe, wIm, 0, width, xRe, xIm, 0, fields)) return false
      for (let i = 0; i < n; i++)
        for (let m = 0; m < fields; m++) {
          let sumRe = byField[f + i * fields + m]
          let sumIm = 0
          for (let l = 0; l < width; l++) {
            sumRe += bySurface[a + i * width + l] * xRe[l * fields + m]
            sumIm += bySurface[a + i * width + l] * xIm[l * fields + m]
          }
          re[i * fields + m] = sumRe
          im[i * fields + m] = sumIm
        }
      return true
    },
  }
}
