import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { F } from '../units.ts'
import type { ElectrolyteFlux, FaceGeometry } from './electrolyte-face.ts'

/** Step of the difference quotients by c, relative to c and at least `smallest` mol/m³. */
const difference = 1e-6
const smallest = 1e-3
/**
 * The coefficients are those of no less than this concentration [mol/m³]: in a pore emptied at a limiting current φ_e stays a
 * number, where it would be the ratio of a vanishing current to a vanishing conductivity. Ions drift out of such a pore as if they were
 * there, and more would take it too far below zero (at 1e-2 jumps of a held voltage crept).
 */
const emptied = 3e-3

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
  const places = 2 * faces + 1
  const N = new Float64Array(2 * faces)
  const current = new Float64Array(faces)
  const conductance = new Float64Array(faces)
  const before = new Float64Array(4 * faces)
  const after = new Float64Array(4 * faces)
  // Points and faces in turn: c; d, w, s, k there; the same a little further.
  const c = new Float64Array(places)
  const here = new Float64Array(4 * places)
  const next = new Float64Array(4 * places)
  const perStep = new Float64Array(places)

  const load = (y: Float64Array): void => {
    let left = y[base]
    c[0] = Math.max(left, emptied)
    for (let f = 0, at = base + stride; f < faces; f++, at += stride) {
      const right = y[at]
      const middle = left + weightAfter[f] * (right - left)
      c[2 * f + 1] = Math.max(middle, emptied)
      c[2 * f + 2] = Math.max(right, emptied)
      left = right
    }
  }

  return {
    N,
    current,
    conductance,
    before,
    after,
    evaluate(y, T) {
      if (!inside(y)) return false
      load(y)
      law(c, T, here)
      let at = base
      for (let f = 0, k = 0; f < faces; f++, k += 8, at += stride) {
        const sixth = (g[f] * (y[at + stride] - y[at])) / 6
        const drift = g[f] * (y[at + stride + 1] - y[at + 1])
        const first = -sixth * (here[k] + 4 * here[k + 4] + here[k + 8]) - here[k + 6] * drift
        const charge = -sixth * (here[k + 1] + 4 * here[k + 5] + here[k + 9]) - here[k + 7] * drift
        N[2 * f] = first
        N[2 * f + 1] = (charge - z1 * first) / z2
        current[f] = F * charge
        conductance[f] = F * g[f] * here[k + 7]
      }
      return true
    },
    linearise(y, T) {
      if (!inside(y)) return false
      load(y)
      law(c, T, here)
      for (let p = 0; p < places; p++) {
        const step = difference * Math.max(c[p], smallest)
        perStep[p] = c[p] === emptied ? 0 : 1 / step // what is held there does not change with c
        c[p] += step
      }
      law(c, T, next)
      for (let f = 0, k = 0; f < faces; f++, k += 8) {
        const p = base + f * stride
        const sixth = (y[p + stride] - y[p]) / 6
        const dphi = y[p + stride + 1] - y[p + 1]
        const share = weightAfter[f]
        const meanD = (here[k] + 4 * here[k + 4] + here[k + 8]) / 6
        const meanW = (here[k + 1] + 4 * here[k + 5] + here[k + 9]) / 6
        const left = sixth * perStep[2 * f]
        const middle = perStep[2 * f + 1]
        const right = sixth * perStep[2 * f + 2]
        const leftD = left * (next[k] - here[k])
        const leftW = left * (next[k + 1] - here[k + 1])
        const rightD = right * (next[k + 8] - here[k + 8])
        const rightW = right * (next[k + 9] - here[k + 9])
        const faceD = middle * (4 * sixth * (next[k + 4] - here[k + 4]) + dphi * (next[k + 6] - here[k + 6]))
        const faceW = middle * (4 * sixth * (next[k + 5] - here[k + 5]) + dphi * (next[k + 7] - here[k + 7]))
        const at = 4 * f
        const gF = F * g[f]
        before[at] = -g[f] * (-meanD + (1 - share) * faceD + leftD)
        after[at] = -g[f] * (meanD + share * faceD + rightD)
        before[at + 1] = g[f] * here[k + 6]
        after[at + 1] = -g[f] * here[k + 6]
        before[at + 2] = -gF * (-meanW + (1 - share) * faceW + leftW)
        after[at + 2] = -gF * (meanW + share * faceW + rightW)
        before[at + 3] = gF * here[k + 7]
        after[at + 3] = -gF * here[k + 7]
      }
      return true
    },
  }
}
