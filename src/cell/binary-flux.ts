import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { F } from '../units.ts'
import { type ElectrolyteFlux, type FaceGeometry, leastConcentration } from './electrolyte-flux.ts'

/** Step of the difference quotients by c, relative to c and at least `smallest` mol/m³. */
const difference = 1e-6
const smallest = 1e-3

/**
 * Fluxes of `electrolyte-flux` for one salt, in its short form (see `Electrolyte.binary`), Δc of the first species:
 *
 *   N_1 = −g_f [ d̄ Δc + s(c_f) Δφ_e ],   i_e = −g_f F [ w̄ Δc + k(c_f) Δφ_e ],
 *
 * d̄, w̄ Simpson's means of d and w over the two points and the face. Four numbers a place in place of a matrix: the inner loop
 * of every lithium-ion cell.
 *
 * @param inside  false where a concentration of y lies clearly below zero
 */
export const binaryFlux = (
  electrolyte: Electrolyte,
  geometry: FaceGeometry,
  base: number,
  stride: number,
  inside: (y: Float64Array) => boolean,
): ElectrolyteFlux => {
  const law = electrolyte.binary!
  const [z1, z2] = electrolyte.species.map(s => s.charge)
  const { conductance: g, weightAfter } = geometry
  const faces = g.length
  const N = new Float64Array(2 * faces)
  const current = new Float64Array(faces)
  const conductance = new Float64Array(faces)
  const before = new Float64Array(4 * faces)
  const after = new Float64Array(4 * faces)
  // d and w at the points, and their slopes by c.
  const d = new Float64Array(faces + 1)
  const w = new Float64Array(faces + 1)
  const slopeD = new Float64Array(faces + 1)
  const slopeW = new Float64Array(faces + 1)
  // d, w, s, k at one place, and a little further.
  const here = new Float64Array(4)
  const next = new Float64Array(4)
  const kept = (c: number): number => (c > leastConcentration ? c : leastConcentration)

  return {
    N,
    current,
    conductance,
    before,
    after,
    evaluate(y, T) {
      if (!inside(y)) return false
      let left = y[base]
      let phi = y[base + 1]
      law(kept(left), T, here)
      let dLeft = here[0]
      let wLeft = here[1]
      for (let f = 0, at = base + stride; f < faces; f++, at += stride) {
        const right = y[at]
        const phiRight = y[at + 1]
        const dc = right - left
        law(kept(left + weightAfter[f] * dc), T, here)
        const dFace = here[0]
        const wFace = here[1]
        const s = here[2]
        const k = here[3]
        law(kept(right), T, here)
        const dRight = here[0]
        const wRight = here[1]
        const gc = (g[f] * dc) / 6
        const drift = g[f] * (phiRight - phi)
        const first = -gc * (dLeft + 4 * dFace + dRight) - s * drift
        const charge = -gc * (wLeft + 4 * wFace + wRight) - k * drift
        N[2 * f] = first
        N[2 * f + 1] = (charge - z1 * first) / z2
        current[f] = F * charge
        conductance[f] = F * g[f] * k
        left = right
        phi = phiRight
        dLeft = dRight
        wLeft = wRight
      }
      return true
    },
    linearise(y, T) {
      if (!inside(y)) return false
      for (let p = 0; p <= faces; p++) {
        const c = kept(y[base + p * stride])
        const step = difference * Math.max(c, smallest)
        law(c, T, here)
        law(c + step, T, next)
        d[p] = here[0]
        w[p] = here[1]
        slopeD[p] = (next[0] - here[0]) / step
        slopeW[p] = (next[1] - here[1]) / step
      }
      for (let f = 0; f < faces; f++) {
        const p = base + f * stride
        const dc = y[p + stride] - y[p]
        const dphi = y[p + stride + 1] - y[p + 1]
        const share = weightAfter[f]
        const c = kept(y[p] + share * dc)
        const step = difference * Math.max(c, smallest)
        law(c, T, here)
        law(c + step, T, next)
        const sixth = dc / 6
        const meanD = (d[f] + 4 * here[0] + d[f + 1]) / 6
        const meanW = (w[f] + 4 * here[1] + w[f + 1]) / 6
        const byFaceD = (4 * sixth * (next[0] - here[0]) + dphi * (next[2] - here[2])) / step
        const byFaceW = (4 * sixth * (next[1] - here[1]) + dphi * (next[3] - here[3])) / step
        const at = 4 * f
        const gF = F * g[f]
        before[at] = -g[f] * (-meanD + (1 - share) * byFaceD + sixth * slopeD[f])
        after[at] = -g[f] * (meanD + share * byFaceD + sixth * slopeD[f + 1])
        before[at + 1] = g[f] * here[2]
        after[at + 1] = -g[f] * here[2]
        before[at + 2] = -gF * (-meanW + (1 - share) * byFaceW + sixth * slopeW[f])
        after[at + 2] = -gF * (meanW + share * byFaceW + sixth * slopeW[f + 1])
        before[at + 3] = gF * here[3]
        after[at + 3] = -gF * here[3]
      }
      return true
    },
  }
}
