import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { F, R } from '../units.ts'
import { type ElectrolyteFlux, type FaceGeometry, leastConcentration } from './electrolyte-face.ts'
import { upwinding, upwindingSlope } from './upwind.ts'

/**
 * The last species conducts as if no less of it were there [mol/m³]: the potential of an emptied pore stays a number, and one that does
 * not hang on how fast the last traces of a salt die away (from 1e-4 on it did, for 60 000 steps of a hold). What that moves is nothing,
 * 1e-5 of the fresh salt's, and takes nothing below zero: the last species follows from the others.
 */
const emptied = 1e-2

/**
 * Fluxes of `electrolyte-flux` where every ion drifts and diffuses alone (`Electrolyte.constantDiffusivity`),
 *
 *   N_k = −g_f D_k [ θ Δc_k + (z_k F/RT) c_k Δφ_e ],
 *
 * c_k at the face, θ as in `upwinding`: faces over which φ_e changes by more than RT/zF lean to the side the ion comes from, so
 * that no pore gives what it has not. The inner loop of every cell of several ions.
 *
 * @param inside  false where a concentration of y lies clearly below zero
 */
export const driftFlux = (
  electrolyte: Electrolyte,
  geometry: FaceGeometry,
  base: number,
  stride: number,
  inside: (y: Float64Array) => boolean,
): ElectrolyteFlux => {
  const K = electrolyte.species.length
  const z = Float64Array.from(electrolyte.species, s => s.charge)
  const last = K - 1
  const { conductance: geometric, weightAfter } = geometry
  const faces = geometric.length
  const N = new Float64Array(faces * K)
  const current = new Float64Array(faces)
  const conductance = new Float64Array(faces)
  const before = new Float64Array(faces * K * K)
  const after = new Float64Array(faces * K * K)
  const c = new Float64Array(K)
  const dc = new Float64Array(K)
  // D_k and z_k D_k F/RT at the last temperature seen.
  const D = new Float64Array(K)
  const mobility = new Float64Array(K)
  /** z_k F/RT */
  const perVolt = new Float64Array(K)
  const perLast = Float64Array.from(z, charge => charge / z[last])
  const matrix = new Float64Array(K * K)
  const s = new Float64Array(K)
  let known = Number.NaN
  const prepare = (T: number): void => {
    if (T === known) return
    known = T
    electrolyte.flux(Float64Array.from(electrolyte.concentration), T, matrix, s)
    for (let k = 0; k < K; k++) {
      D[k] = matrix[k * K + k]
      mobility[k] = (z[k] * D[k] * F) / (R * T)
      perVolt[k] = (z[k] * F) / (R * T)
    }
  }

  /** Δφ_e of the face at hand, what is missing there of the last species, and its slopes by that at either end (a captured number is boxed). */
  const here = new Float64Array(4)
  /** What is missing of the last species at a point: no more of it below zero, so that an empty pore has a conductance that nothing moves. */
  const lackOf = (content: number): number => emptied - Math.min(Math.max(content, 0), emptied)
  /** Loads c and Δc of all species at face f. */
  const face = (y: Float64Array, f: number): void => {
    const p = base + f * stride
    const q = p + stride
    const w = weightAfter[f]
    let left = 0
    let right = 0
    for (let k = 0; k < last; k++) {
      const first = y[p + k]
      const step = y[q + k] - first
      const middle = first + w * step
      c[k] = Math.max(middle, leastConcentration)
      dc[k] = step
      left -= perLast[k] * first
      right -= perLast[k] * y[q + k]
    }
    const middle = left + w * (right - left)
    c[last] = Math.max(middle, leastConcentration)
    dc[last] = right - left
    here[0] = y[q + last] - y[p + last]
    here[1] = (1 - w) * lackOf(left) + w * lackOf(right)
    here[2] = left >= 0 && left < emptied ? w - 1 : 0
    here[3] = right >= 0 && right < emptied ? -w : 0
  }

  /** Flux, current and conductance of a face. */
  const evaluateFace = (y: Float64Array, f: number): void => {
    face(y, f)
    const dphi = here[0]
    const missing = here[1]
    const g = geometric[f]
    let i = 0
    let kappa = 0
    for (let k = 0; k < K; k++) {
      const sk = mobility[k] * c[k]
      const drift = sk * dphi
      const still = D[k] * c[k]
      let sum = drift + D[k] * dc[k]
      let conducts = sk
      if (2 * drift > still || -2 * drift > still) {
        sum += (upwinding(drift / still, weightAfter[f]) - 1) * D[k] * dc[k]
        conducts += sk * ((upwindingSlope(drift / still, weightAfter[f]) * dc[k]) / c[k])
      }
      if (k === last && missing > 0) {
        sum += mobility[last] * missing * dphi
        conducts += mobility[last] * missing
      }
      const flux = -g * sum
      N[f * K + k] = flux
      i += z[k] * flux
      kappa += z[k] * conducts
    }
    current[f] = F * i
    conductance[f] = F * g * kappa
  }

  /** The same of all faces between three species, in locals; faces that lean, or beside an emptied pore, one by one. */
  const evaluateThree = (y: Float64Array): void => {
    const steep = 1 / (2 * Math.max(Math.abs(perVolt[0]), Math.abs(perVolt[1]), Math.abs(perVolt[2])))
    let at = base
    let a = y[at]
    let b = y[at + 1]
    let phi = y[at + 2]
    let last = -perLast[0] * a - perLast[1] * b
    for (let f = 0; f < faces; f++) {
      at += stride
      const nextA = y[at]
      const nextB = y[at + 1]
      const nextPhi = y[at + 2]
      const next = -perLast[0] * nextA - perLast[1] * nextB
      const dphi = nextPhi - phi
      if (dphi > steep || -dphi > steep || last < emptied || next < emptied) evaluateFace(y, f)
      else {
        const w = weightAfter[f]
        const g = geometric[f]
        const dA = nextA - a
        const dB = nextB - b
        const dLast = next - last
        const s0 = mobility[0] * Math.max(a + w * dA, leastConcentration)
        const s1 = mobility[1] * Math.max(b + w * dB, leastConcentration)
        const s2 = mobility[2] * Math.max(last + w * dLast, leastConcentration)
        const flux0 = -g * (s0 * dphi + D[0] * dA)
        const flux1 = -g * (s1 * dphi + D[1] * dB)
        const flux2 = -g * (s2 * dphi + D[2] * dLast)
        N[3 * f] = flux0
        N[3 * f + 1] = flux1
        N[3 * f + 2] = flux2
        current[f] = F * (z[0] * flux0 + z[1] * flux1 + z[2] * flux2)
        conductance[f] = F * g * (z[0] * s0 + z[1] * s1 + z[2] * s2)
      }
      a = nextA
      b = nextB
      phi = nextPhi
      last = next
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
      prepare(T)
      if (K === 3) evaluateThree(y)
      else for (let f = 0; f < faces; f++) evaluateFace(y, f)
      return true
    },
    linearise(y, T) {
      if (!inside(y)) return false
      prepare(T)
      before.fill(0)
      after.fill(0)
      for (let f = 0; f < faces; f++) {
        face(y, f)
        const dphi = here[0]
        const missing = here[1]
        const g = geometric[f]
        const w = weightAfter[f]
        const at = f * K * K
        const charge = at + last * K
        const lastSlope = mobility[last] * dphi
        const lastDrift = lastSlope / D[last]
        const lastDirect = D[last] * upwinding(lastDrift, w)
        const lastFree = c[last] > leastConcentration ? lastSlope : 0 // what is held does not change with c
        for (let m = 0; m < last; m++) {
          // By c_m, the last species giving way.
          const slope = mobility[m] * dphi
          const direct = D[m] * upwinding(slope / D[m], w)
          const free = c[m] > leastConcentration ? slope : 0
          const dBefore = -g * ((1 - w) * free - direct)
          const dAfter = -g * (direct + w * free)
          const lackBefore = -lastSlope * here[2]
          const lackAfter = -lastSlope * here[3]
          const share = -perLast[m]
          const lastBefore = -g * share * ((1 - w) * lastFree - lastDirect - lackBefore)
          const lastAfter = -g * share * (lastDirect + w * lastFree - lackAfter)
          before[at + m * K + m] = dBefore
          after[at + m * K + m] = dAfter
          before[charge + m] = F * (z[m] * dBefore + z[last] * lastBefore)
          after[charge + m] = F * (z[m] * dAfter + z[last] * lastAfter)
        }
        // By φ_e.
        let i = 0
        for (let k = 0; k < K; k++) {
          const drift = (mobility[k] * dphi) / D[k]
          let d = -g * mobility[k] * (c[k] + upwindingSlope(drift, w) * dc[k])
          if (k === last) d -= g * mobility[last] * missing
          i += z[k] * d
          if (k < last) {
            before[at + k * K + last] = -d
            after[at + k * K + last] = d
          }
        }
        before[charge + last] = -F * i
        after[charge + last] = F * i
      }
      return true
    },
  }
}
