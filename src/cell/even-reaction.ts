/**
 * The reaction of one carrier at many surfaces at once, in the law that most cells have (see `reaction.ts`): α_a = α_c = ½, the activity
 * in the rate of entering alone, no film, and nothing out of the ordinary at any surface.
 *
 *   j = j0 (e − a/e),   e = exp[α (z F (Δ − E°) + μ)/RT]
 *
 * A loop for each part of the law: one surface after the other would wait for the potential, the exponential and the quotient of each.
 */
import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { F, R } from '../units.ts'
import type { PorousElectrode } from './cell.ts'
import { exchangeSlopes } from './exchange-slopes.ts'
import { activitiesOf, speciesIndex, standardPotentialOf } from './reaction.ts'

export type EvenReaction = {
  /** Set by the caller: contents [count, n], Δ [count], concentrations [count, K]. */
  readonly x: Float64Array
  readonly delta: Float64Array
  readonly c: Float64Array
  /** j of the last `evaluate` [A/m²], [count, n]. */
  readonly j: Float64Array
  /** False: not finite. `linearised`: `linearise` follows. */
  evaluate(T: number, linearised?: boolean): boolean
  /** After `evaluate`: ∂j/∂x with μ(x) [count, n, n], ∂j/∂(c_1 … c_{K−1}, Δ) [count, n, K], the last species eliminated. */
  linearise(T: number, byX: Float64Array, byField: Float64Array): void
}

/** undefined where the electrode has another law. */
export const evenReaction = (
  { host, filmResistance }: PorousElectrode,
  electrolyte: Electrolyte,
  where: string,
  count: number,
): EvenReaction | undefined => {
  const { kinetics, thermodynamics } = host
  const alpha = kinetics.alphaAnodic[0]
  const even = alpha === 0.5 && kinetics.alphaCathodic[0] === 0.5 && kinetics.electrolyteOrder[0] === 0.5
  if (host.carriers.length !== 1 || !even || filmResistance !== 0) return undefined
  const K = electrolyte.species.length
  const last = K - 1
  const [species] = speciesIndex(electrolyte, kinetics.carriers, where)
  const charges = Float64Array.from(electrolyte.species, s => s.charge)
  const zF = host.carriers[0].charge * F
  const E0 = standardPotentialOf(electrolyte, host.carriers[0].symbol, where)
  const activityOf = electrolyte.activity ?? activitiesOf(electrolyte).plain
  const slopes = exchangeSlopes(kinetics)
  const x = new Float64Array(count)
  const delta = new Float64Array(count)
  const c = new Float64Array(count * K)
  const mu = new Float64Array(count)
  const rate = new Float64Array(count)
  const activity = new Float64Array(count)
  const e = new Float64Array(count)
  const cathodic = new Float64Array(count)
  const j = new Float64Array(count)
  // Of one surface.
  const content = new Float64Array(1)
  const potential = new Float64Array(1)
  const exchange = new Float64Array(1)
  const theta = new Float64Array(1)
  const lnByX = new Float64Array(1)
  const lnByMu = new Float64Array(1)
  const compositions = Array.from({ length: count }, (_, p) => c.subarray(p * K, (p + 1) * K))
  const a = new Float64Array(K)
  const lnAByC = new Float64Array(K * K)

  return {
    x,
    delta,
    c,
    j,
    evaluate(T) {
      for (let p = 0; p < count; p++) {
        content[0] = x[p]
        thermodynamics.potential(content, T, potential)
        mu[p] = potential[0]
      }
      for (let p = 0; p < count; p++) {
        content[0] = x[p]
        potential[0] = mu[p]
        kinetics.exchangeCurrent(content, potential, T, exchange)
        rate[p] = exchange[0]
      }
      for (let p = 0; p < count; p++) {
        activityOf(compositions[p], T, a)
        activity[p] = a[species]
      }
      const perRT = alpha / (R * T)
      const standard = zF * E0
      for (let p = 0; p < count; p++) e[p] = Math.exp((zF * delta[p] - standard + mu[p]) * perRT)
      let sum = 0
      for (let p = 0; p < count; p++) {
        const into = (rate[p] * activity[p]) / e[p]
        cathodic[p] = into
        j[p] = rate[p] * e[p] - into
        sum += 0 * j[p]
      }
      return sum === 0
    },
    linearise(T, byX, byField) {
      const perRT = 1 / (R * T)
      for (let p = 0, at = 0; p < count; p++, at += K) {
        const into = cathodic[p]
        const slope = alpha * (j[p] + 2 * into) // ∂j/∂(ln e/α)
        content[0] = x[p]
        potential[0] = mu[p]
        exchange[0] = rate[p]
        thermodynamics.potentialJacobian(content, T, theta)
        slopes(content, potential, T, exchange, lnByX, lnByMu)
        byX[p] = lnByX[0] * j[p] + (slope * perRT + lnByMu[0] * j[p]) * theta[0]
        electrolyte.lnActivityJacobian(compositions[p], T, lnAByC)
        const row = species * K
        for (let m = 0; m < last; m++)
          byField[at + m] = -into * (lnAByC[row + m] - (charges[m] / charges[last]) * lnAByC[row + last])
        byField[at + last] = slope * zF * perRT
      }
    },
  }
}
