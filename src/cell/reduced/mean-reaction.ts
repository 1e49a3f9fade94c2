import type { Electrolyte } from '../../electrolyte/electrolyte.ts'
import { F, R } from '../../units.ts'
import type { PorousElectrode } from '../cell.ts'
import { exchangeSlopes } from '../exchange-slopes.ts'
import { currentThroughFilm } from '../film.ts'
import {
  activitiesOf,
  depletedBelow,
  mostReversed,
  type Reaction,
  speciesIndex,
  standardPotentialOf,
} from '../reaction.ts'
import { butlerVolmer, butlerVolmerSlope, overpotentialOf } from './overpotential.ts'
import { scarceBelow } from './reaction-share.ts'

/** The mean overpotential is met to this [RT/zF]; below it round-off of the mean rules. */
const tolerance = 1e-14
const maximumSteps = 50

/**
 * Butler–Volmer reactions of a whole electrode that runs evenly: one j_i everywhere, the mean of the local overpotentials
 * that j_i needs at the local concentrations equal to what the mean potential offers,
 *
 *   Σ_p w_p η_i(j_i, c_p) = Δ̄ − U_i(x_s) − Σ_p w_p (RT/z_iF) ln a_i(c_p) − R_f Σ_k j_k,      Σ_p w_p = 1
 *
 * (the mean of asinh, not asinh of the mean). The scalar equation of each ion is solved inside `evaluate`, so j_i stays an
 * explicit function of (x_s, Δ̄, c) as in `reaction.ts`, regular where the ion is nearly absent. With one point it is that
 * reaction. As there, the rate of entering fades in proportion where an ion is nearly absent, here by its mean concentration.
 * `c` holds the compositions of all points, [points, K]; `byC` is [n, points·(K − 1)].
 *
 * Where a species is scarce (c₀ of `reaction-share.ts`) an even reaction has nothing to tell its cells apart by, and the mean of
 * ln c would follow the emptiest of them: the concentrations seen are c̄ + (c_p − c̄) c̄²/(c̄² + c₀²).
 *
 * @param weight  w_p, [points]
 * Source: Marquis2019 (the mean of the overpotential over an evenly reacting electrode; here for several ions)
 */
export const meanReaction = (
  electrode: PorousElectrode,
  electrolyte: Electrolyte,
  where: string,
  weight: Float64Array,
): Reaction => {
  const { host, filmResistance } = electrode
  const { kinetics } = host
  const points = weight.length
  const n = host.carriers.length
  const K = electrolyte.species.length
  const last = K - 1
  const index = speciesIndex(electrolyte, kinetics.carriers, where)
  const z = Float64Array.from(host.carriers, c => c.charge)
  const charges = Float64Array.from(electrolyte.species, s => s.charge)
  const E0 = Float64Array.from(host.carriers, c => standardPotentialOf(electrolyte, c.symbol, where))
  const alphaA = Float64Array.from(kinetics.alphaAnodic as ArrayLike<number>)
  const alphaC = Float64Array.from(kinetics.alphaCathodic as ArrayLike<number>)
  const order = Float64Array.from(kinetics.electrolyteOrder as ArrayLike<number>)
  const j = new Float64Array(n)
  const emptiness = new Float64Array(n).fill(1)
  const byEmptiness = new Float64Array(n)
  const room = new Float64Array(1).fill(1)
  const byRoom = new Float64Array(n)
  const filmShare = new Float64Array(n)
  const byDelta = new Float64Array(n)
  const byMu = new Float64Array(n * n)
  const byX = new Float64Array(n * n)
  const byC = new Float64Array(n * points * last)
  const exchange = new Float64Array(n)
  const slopes = exchangeSlopes(kinetics)
  const lnByX = new Float64Array(n * n)
  const lnByMu = new Float64Array(n * n)
  const cPoint = new Float64Array(K)
  const lnPoint = new Float64Array(K)
  const lnByC = new Float64Array(K * K)
  const { clamped, left, fill: fillActivities } = activitiesOf(electrolyte)
  /** Mean concentration of each ion over the fading limit, at most 1; the rate of entering without it. */
  const remaining = new Float64Array(n)
  const entering = new Float64Array(n)
  /** ln a_i of the point less its mean, [n, points], and e^{−order·that}; mean ln a of every species, [K]. */
  const spread = new Float64Array(n * points)
  const dilution = new Float64Array(n * points)
  const lnA = new Float64Array(K)
  /** Of each ion: j0 at the mean ln a, the h at which j = that · S(h), and ∂j/∂v̄. */
  const prefactor = new Float64Array(n)
  const even = new Float64Array(n)
  const byPotential = new Float64Array(n)

  const limit = scarceBelow(electrolyte)
  const mean = new Float64Array(last)
  /** c̄²/(c̄² + c₀²) of every species but the last. */
  const contrast = new Float64Array(last)

  const means = (c: Float64Array): void => {
    for (let k = 0; k < last; k++) {
      let sum = 0
      for (let p = 0; p < points; p++) sum += weight[p] * c[p * K + k]
      mean[k] = sum
      contrast[k] = sum > 0 ? (sum * sum) / (sum * sum + limit * limit) : 0
    }
  }
  /** The composition that the reaction sees at point p, into `cPoint`. */
  const see = (c: Float64Array, p: number): void => {
    let charge = 0
    for (let k = 0; k < last; k++) {
      cPoint[k] = points === 1 ? c[k] : mean[k] + contrast[k] * (c[p * K + k] - mean[k])
      charge += charges[k] * cPoint[k]
    }
    cPoint[last] = -charge / charges[last]
  }
  /** Turns ∂j/∂(seen c) in `byC` into ∂j/∂c. */
  const unsee = (c: Float64Array): void => {
    if (points === 1) return
    for (let i = 0; i < n; i++)
      for (let k = 0; k < last; k++) {
        const w = contrast[k]
        const slope = w > 0 ? (2 * w * (1 - w)) / mean[k] : 0
        let sum = 0
        for (let p = 0; p < points; p++)
          sum += byC[(i * points + p) * last + k] * (1 - w + slope * (c[p * K + k] - mean[k]))
        for (let p = 0; p < points; p++) {
          const at = (i * points + p) * last + k
          byC[at] = w * byC[at] + weight[p] * sum
        }
      }
  }

  const activities = (c: Float64Array, T: number): void => {
    means(c)
    lnA.fill(0)
    remaining.fill(0)
    for (let p = 0; p < points; p++) {
      see(c, p)
      fillActivities(cPoint, T, lnPoint)
      for (let k = 0; k < K; k++) lnA[k] += weight[p] * lnPoint[k]
      for (let i = 0; i < n; i++) {
        spread[i * points + p] = lnPoint[index[i]]
        remaining[i] += (weight[p] * cPoint[index[i]]) / depletedBelow
      }
    }
    for (let i = 0; i < n; i++) {
      if (remaining[i] > 1) remaining[i] = 1
      for (let p = 0; p < points; p++) {
        const at = i * points + p
        spread[at] -= lnA[index[i]]
        dilution[at] = Math.exp(-order[i] * spread[at])
      }
    }
  }

  /** h with Σ_p w_p S⁻¹(S(h) d_p) = mean, by Newton's method; concave on each side of 0, so it does not run away. */
  const evenOverpotential = (i: number, mean: number): number => {
    if (points === 1) return mean
    const a = alphaA[i]
    const b = alphaC[i]
    let h = mean
    for (let step = 0; step < maximumSteps; step++) {
      const s = butlerVolmer(h, a, b)
      let value = 0
      let slope = 0
      for (let p = 0; p < points; p++) {
        const d = dilution[i * points + p]
        const local = s * d
        if (a === b) {
          value += weight[p] * Math.asinh(0.5 * local)
          slope += (weight[p] * d) / Math.sqrt(local * local + 4)
        } else {
          const hLocal = overpotentialOf(local, a, b)
          value += weight[p] * hLocal
          slope += (weight[p] * d) / butlerVolmerSlope(hLocal, a, b)
        }
      }
      if (a === b) {
        value /= a
        slope /= a
      }
      const change = (value - mean) / (slope * butlerVolmerSlope(h, a, b))
      if (!Number.isFinite(change)) return h
      h = (h - change) * mean < 0 ? 0.5 * h : h - change
      if (Math.abs(change) <= tolerance * (1 + Math.abs(h))) break
    }
    return h
  }

  /** Σ j at a film drop R_f·s, filling j. */
  const currents = (mu: Float64Array, delta: number, T: number, s: number): number => {
    const RT = R * T
    let total = 0
    for (let i = 0; i < n; i++) {
      const v = (z[i] * F * (delta - filmResistance * s - E0[i]) + mu[i]) / RT
      const lna = lnA[index[i]]
      prefactor[i] = exchange[i] * Math.exp(order[i] * lna)
      const h = evenOverpotential(i, v - lna)
      even[i] = h
      byEmptiness[i] = prefactor[i] * Math.exp(alphaA[i] * h)
      entering[i] = prefactor[i] * Math.exp(-alphaC[i] * h)
      byRoom[i] = -remaining[i] * entering[i]
      j[i] = emptiness[i] * byEmptiness[i] + room[0] * byRoom[i]
      total += j[i]
    }
    return total
  }

  /** ∂j_i/∂v̄, and in `byC` ∂j_i/∂ln a_p at [i, p, 0]. At fixed v̄, j_i is proportional to j0. */
  const slopesOfMean = (i: number): void => {
    const a = alphaA[i]
    const b = alphaC[i]
    const h = even[i]
    const s = butlerVolmer(h, a, b)
    let G = 0
    for (let p = 0; p < points; p++) {
      const d = dilution[i * points + p]
      const slope = butlerVolmerSlope(points === 1 ? h : overpotentialOf(s * d, a, b), a, b)
      G += (weight[p] * d) / slope
      byC[(i * points + p) * last] = (order[i] * s * d) / slope
    }
    // j = P [θ e^{a h} − λ e^{−b h}], θ the emptiness, λ what remains of it and of the room, P = j0 e^{order·mean ln a}; G dS(h) = dv̄ − d(mean ln a) + ….
    const emptied = a * emptiness[i] * byEmptiness[i] + b * remaining[i] * room[0] * entering[i]
    const gain = emptied / butlerVolmerSlope(h, a, b)
    byPotential[i] = gain / G
    for (let p = 0; p < points; p++) {
      const at = (i * points + p) * last
      byC[at] = weight[p] * (order[i] * (j[i] - gain * s) + byPotential[i] * (byC[at] - 1))
    }
  }

  return {
    n,
    j,
    emptiness,
    byEmptiness,
    room,
    byRoom,
    filmShare,
    byDelta,
    byMu,
    byX,
    byC,
    settled() {
      let rising = 0
      let falling = 0
      for (let i = 0; i < n; i++) {
        const enter = -z[i] * alphaC[i] * room[0] * byRoom[i]
        rising += z[i] * alphaA[i] * emptiness[i] * byEmptiness[i] + Math.max(enter, 0)
        falling -= Math.min(enter, 0)
      }
      return falling <= mostReversed * rising
    },
    evaluate(x, mu, delta, c, T) {
      activities(c, T)
      kinetics.exchangeCurrent(x, mu, T, exchange)
      let total = 0
      if (filmResistance > 0) {
        currentThroughFilm(
          s => {
            total = currents(mu, delta, T, s)
            return total
          },
          () => {
            let rate = 0
            for (let i = 0; i < n; i++) rate += z[i] * prefactor[i] * butlerVolmerSlope(even[i], alphaA[i], alphaC[i])
            return (rate * filmResistance * F) / (R * T)
          },
        )
      } else total = currents(mu, delta, T, 0)
      return Number.isFinite(total)
    },
    linearise(x, mu, _delta, c, T) {
      const FRT = F / (R * T)
      slopes(x, mu, T, exchange, lnByX, lnByMu)
      let stiffness = 1
      for (let i = 0; i < n; i++) {
        slopesOfMean(i)
        byDelta[i] = byPotential[i] * z[i] * FRT
        stiffness += filmResistance * byDelta[i]
        for (let l = 0; l < n; l++) {
          byX[i * n + l] = j[i] * lnByX[i * n + l]
          byMu[i * n + l] = j[i] * lnByMu[i * n + l]
        }
        byMu[i * n + i] += byPotential[i] / (R * T)
      }
      for (let p = 0; p < points; p++) {
        see(c, p)
        fillActivities(cPoint, T, lnPoint)
        electrolyte.lnActivityJacobian(clamped, T, lnByC)
        for (let i = 0; i < n; i++) {
          const at = (i * points + p) * last
          const byLnA = byC[at]
          const k = index[i]
          for (let m = 0; m < last; m++)
            byC[at + m] =
              left[k] === 1 ? byLnA * (lnByC[k * K + m] - (charges[m] / charges[last]) * lnByC[k * K + last]) : 0
          if (remaining[i] < 1 && k < last) byC[at + k] -= (room[0] * entering[i] * weight[p]) / depletedBelow
        }
      }
      unsee(c)
      if (filmResistance > 0) {
        for (let i = 0; i < n; i++) filmShare[i] = (filmResistance * byDelta[i]) / stiffness
        throughFilm(byMu, n)
        throughFilm(byX, n)
        throughFilm(byC, points * last)
        throughFilm(byDelta, 1, byDelta.slice())
      }
      // j_i = f_i(…, s), s = Σ_k j_k: each column loses byDelta_i R_f Σ_k column_k/(1 + R_f Σ byDelta).
      function throughFilm(matrix: Float64Array, columns: number, response: Float64Array = byDelta): void {
        for (let m = 0; m < columns; m++) {
          let sum = 0
          for (let i = 0; i < n; i++) sum += matrix[i * columns + m]
          const drop = (filmResistance * sum) / stiffness
          for (let i = 0; i < n; i++) matrix[i * columns + m] -= response[i] * drop
        }
      }
    },
  }
}
