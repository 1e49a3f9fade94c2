import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { F } from '../units.ts'
import { binaryFlux } from './binary-flux.ts'
import { driftFlux } from './drift-flux.ts'
import { type ElectrolyteFlux, leastConcentration } from './electrolyte-face.ts'
import type { Points } from './points.ts'

/** Step of the difference quotients for ∂D/∂c, ∂s/∂c, relative to c and at least `smallest` mol/m³. */
const difference = 1e-6
const smallest = 1e-3
/** An iterate further below zero than this share of the fresh concentration is outside the model. */
const furthestBelowZero = 0.02

/**
 * Fluxes of all species between neighbouring points,
 *
 *   N_k = −g_f [ Σ_m D_km Δc_m + s_k(c_f) Δφ_e ],   g_f = 1/(d_p/B_p + d_{p+1}/B_{p+1}),
 *
 * with s at the face, D its Simpson mean over the concentrations between the two points (which keeps the 1/c of a
 * concentrated electrolyte second order where c changes severalfold), and c_f interpolated where the face lies in the series of the two half cells d/B (second order across a change of
 * porosity too), and the ionic current i_e = F Σ z_k N_k. Fields of point p stand at `base + p·stride`: c_1 … c_{K−1},
 * then φ_e; the last species follows from electroneutrality. Where each ion drifts and diffuses alone: `drift-flux`.
 */
export const electrolyteFlux = (
  electrolyte: Electrolyte,
  points: Points,
  base: number,
  stride: number,
): ElectrolyteFlux => {
  const K = electrolyte.species.length
  const z = Float64Array.from(electrolyte.species, s => s.charge)
  const last = K - 1
  const faces = points.count - 1
  const geometry = new Float64Array(faces)
  const weightAfter = new Float64Array(faces)
  for (let f = 0; f < faces; f++) {
    const r0 = points.resistanceAfter[f]
    const r1 = points.resistanceBefore[f + 1]
    geometry[f] = 1 / (r0 + r1)
    weightAfter[f] = r0 / (r0 + r1)
  }
  const lowest = Float64Array.from(electrolyte.concentration, fresh => -furthestBelowZero * fresh - leastConcentration)
  const inside = (y: Float64Array): boolean => {
    for (let p = 0; p < points.count; p++) {
      let charge = 0
      for (let k = 0; k < last; k++) {
        const value = y[base + p * stride + k]
        if (!(value > lowest[k])) return false
        charge -= z[k] * value
      }
      if (!(charge / z[last] > lowest[last])) return false
    }
    return true
  }
  if (K === 2 && electrolyte.binary)
    return binaryFlux(electrolyte, { conductance: geometry, weightAfter }, base, stride, inside)
  if (electrolyte.constantDiffusivity)
    return driftFlux(electrolyte, { conductance: geometry, weightAfter }, base, stride, inside)

  const N = new Float64Array(faces * K)
  const current = new Float64Array(faces)
  const conductance = new Float64Array(faces)
  const before = new Float64Array(faces * K * K)
  const after = new Float64Array(faces * K * K)
  const c = new Float64Array(K)
  const dc = new Float64Array(K)
  const D = new Float64Array(K * K)
  const s = new Float64Array(K)
  const D1 = new Float64Array(K * K)
  const D2 = new Float64Array(K * K)
  const s2 = new Float64Array(K)
  const gradient = new Float64Array(K)

  const KK = K * K
  // D of every point [points, K, K] and its slopes by the concentrations [points, K − 1, K, K], for the means.
  const pointD = new Float64Array(points.count * KK)
  const pointSlope = new Float64Array(points.count * last * KK)

  const loadPoint = (y: Float64Array, p: number): void => {
    const at = base + p * stride
    let charge = 0
    for (let k = 0; k < last; k++) {
      const value = y[at + k]
      charge -= z[k] * value
      c[k] = value > leastConcentration ? value : leastConcentration
    }
    c[last] = Math.max(charge / z[last], leastConcentration)
  }

  const diffusivities = (y: Float64Array, T: number, slopes: boolean): void => {
    for (let p = 0; p < points.count; p++) {
      loadPoint(y, p)
      electrolyte.flux(c, T, D, s)
      for (let i = 0; i < KK; i++) pointD[p * KK + i] = D[i]
      if (!slopes) continue
      for (let m = 0; m < last; m++) {
        const step = difference * Math.max(c[m], smallest)
        const share = (z[m] / z[last]) * step
        c[m] += step
        c[last] -= share
        electrolyte.flux(c, T, D2, s2)
        c[m] -= step
        c[last] += share
        for (let i = 0; i < KK; i++) pointSlope[(p * last + m) * KK + i] = (D2[i] - D[i]) / step
      }
    }
  }

  /** Simpson's mean of D over face f, from D at c_f. */
  const average = (f: number): void => {
    for (let i = 0; i < KK; i++) D[i] = (pointD[f * KK + i] + 4 * D[i] + pointD[(f + 1) * KK + i]) / 6
  }

  const face = (y: Float64Array, f: number): number => {
    const p = base + f * stride
    const q = p + stride
    const w = weightAfter[f]
    c[last] = 0
    dc[last] = 0
    for (let k = 0; k < last; k++) {
      const left = y[p + k]
      const right = y[q + k]
      c[k] = left + w * (right - left)
      dc[k] = right - left
      c[last] -= z[k] * c[k]
      dc[last] -= z[k] * dc[k]
    }
    c[last] = Math.max(c[last] / z[last], leastConcentration)
    dc[last] /= z[last]
    for (let k = 0; k < last; k++) if (c[k] < leastConcentration) c[k] = leastConcentration
    return y[q + last] - y[p + last]
  }

  return {
    N,
    current,
    conductance,
    before,
    after,
    evaluate(y, T) {
      if (!inside(y)) return false
      diffusivities(y, T, false)
      for (let f = 0; f < faces; f++) {
        const dphi = face(y, f)
        electrolyte.flux(c, T, D, s)
        const g = geometry[f]
        average(f)
        let i = 0
        let kappa = 0
        for (let k = 0; k < K; k++) {
          const drift = s[k] * dphi
          let sum = drift
          for (let m = 0; m < K; m++) sum += D[k * K + m] * dc[m]
          const flux = -g * sum
          N[f * K + k] = flux
          i += z[k] * flux
          kappa += z[k] * s[k]
        }
        current[f] = F * i
        conductance[f] = F * g * kappa
      }
      return true
    },
    linearise(y, T) {
      if (!inside(y)) return false
      diffusivities(y, T, true)
      const middle = 2 / 3
      for (let f = 0; f < faces; f++) {
        const dphi = face(y, f)
        electrolyte.flux(c, T, D, s)
        D1.set(D)
        average(f)
        const g = geometry[f]
        const w = weightAfter[f]
        const at = f * K * K
        for (let m = 0; m < K; m++) {
          // Column m: concentration of species m (the last species gives way), or φ_e for m = last.
          if (m < last) {
            const step = difference * Math.max(c[m], smallest)
            const share = z[m] / z[last]
            c[m] += step
            c[last] -= share * step
            electrolyte.flux(c, T, D2, s2)
            c[m] -= step
            c[last] += share * step
            for (let k = 0; k < K; k++) {
              let slope = (s2[k] - s[k]) * dphi
              for (let l = 0; l < K; l++) slope += middle * (D2[k * K + l] - D1[k * K + l]) * dc[l]
              gradient[k] = slope / step
            }
            let iBefore = 0
            let iAfter = 0
            for (let k = 0; k < K; k++) {
              const direct = D[k * K + m] - share * D[k * K + last]
              let slopeBefore = (1 - w) * gradient[k]
              let slopeAfter = w * gradient[k]
              for (let l = 0; l < K; l++) {
                slopeBefore += (pointSlope[(f * last + m) * KK + k * K + l] * dc[l]) / 6
                slopeAfter += (pointSlope[((f + 1) * last + m) * KK + k * K + l] * dc[l]) / 6
              }
              const dBefore = -g * (-direct + slopeBefore)
              const dAfter = -g * (direct + slopeAfter)
              iBefore += z[k] * dBefore
              iAfter += z[k] * dAfter
              if (k < last) {
                before[at + k * K + m] = dBefore
                after[at + k * K + m] = dAfter
              }
            }
            before[at + last * K + m] = F * iBefore
            after[at + last * K + m] = F * iAfter
          } else {
            let i = 0
            for (let k = 0; k < K; k++) {
              const d = -g * s[k]
              i += z[k] * d
              if (k < last) {
                before[at + k * K + last] = -d
                after[at + k * K + last] = d
              }
            }
            before[at + last * K + last] = -F * i
            after[at + last * K + last] = F * i
          }
        }
      }
      return true
    },
  }
}
