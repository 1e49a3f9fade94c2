/**
 * The reactions of two carriers at many surfaces at once, in the law of `even-reaction.ts`: α_a = α_c = ½, the activity in the rate of
 * entering alone, no film, and no surface nearly full. One that is empty of an ion, or a pore without its salt, is as in `reaction.ts`.
 *
 *   j_i = j0_i (o_i e_i − l_i a_i/e_i),   e_i = exp[α (z_i F (Δ − E°_i) + μ_i)/RT]
 *
 * o_i = x_i/linearBelow and l_i = c_i/depletedBelow of what lies below these, where j0, μ and a are those of the limits, else 1.
 * A loop for each part of the law, and one evaluation of the host for μ and Θ where both are asked.
 */
import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { exponentials } from '../math/exponentials.ts'
import type { Thermodynamics } from '../scales.ts'
import { F, R } from '../units.ts'
import type { PorousElectrode } from './cell.ts'
import type { EvenReaction } from './even-reaction.ts'
import { exchangeSlopes } from './exchange-slopes.ts'
import { activitiesOf, depletedBelow, linearBelow, speciesIndex, standardPotentialOf } from './reaction.ts'

/** μ [count, 2], and Θ [count, 2, 2] where asked, by the record's own law of many contents or one after the other. */
const potentialsOf = (thermodynamics: Thermodynamics): NonNullable<Thermodynamics['potentials']> => {
  if (thermodynamics.potentials) return thermodynamics.potentials
  const content = new Float64Array(2)
  const potential = new Float64Array(2)
  const slopes = new Float64Array(4)
  return (x, count, T, mu, theta) => {
    for (let p = 0; p < count; p++) {
      content[0] = x[2 * p]
      content[1] = x[2 * p + 1]
      thermodynamics.potential(content, T, potential)
      mu[2 * p] = potential[0]
      mu[2 * p + 1] = potential[1]
      if (!theta) continue
      thermodynamics.potentialJacobian(content, T, slopes)
      for (let k = 0; k < 4; k++) theta[4 * p + k] = slopes[k]
    }
  }
}

export type EvenPairReaction = EvenReaction & {
  /** Set by the caller with the contents, which are no less than `linearBelow`: o_i, [count, 2]. */
  readonly emptiness: Float64Array
}

// The loops stand by themselves, their vectors given: those of a closure cost a load at every use once there is a second model.

/** l_i of every surface. */
const leftOf = (
  count: number,
  c: Float64Array,
  K: number,
  species0: number,
  species1: number,
  left: Float64Array,
): void => {
  for (let p = 0; p < count; p++) {
    const first = c[p * K + species0]
    const second = c[p * K + species1]
    left[2 * p] = first < depletedBelow ? first / depletedBelow : 1
    left[2 * p + 1] = second < depletedBelow ? second / depletedBelow : 1
  }
}

/** Exponents of e_i. */
const driveOf = (
  count: number,
  delta: Float64Array,
  mu: Float64Array,
  zF: Float64Array,
  standard: Float64Array,
  perRT: number,
  e: Float64Array,
): void => {
  for (let p = 0; p < count; p++) {
    const d = delta[p]
    e[2 * p] = (zF[0] * d - standard[0] + mu[2 * p]) * perRT
    e[2 * p + 1] = (zF[1] * d - standard[1] + mu[2 * p + 1]) * perRT
  }
}

/** j_i and its two parts; false where one is not finite. */
const currentsOf = (
  count: number,
  rate: Float64Array,
  e: Float64Array,
  activity: Float64Array,
  emptiness: Float64Array,
  left: Float64Array,
  leaving: Float64Array,
  entering: Float64Array,
  j: Float64Array,
): boolean => {
  let sum = 0
  for (let q = 0; q < count; q++) {
    const out = rate[q] * e[q]
    const into = (rate[q] * activity[q]) / e[q]
    const net = emptiness[q] * out - left[q] * into
    leaving[q] = out
    entering[q] = into
    j[q] = net
    sum += 0 * net
  }
  return sum === 0
}

/** undefined where the electrode has another law. */
export const evenPairReaction = (
  { host, filmResistance }: PorousElectrode,
  electrolyte: Electrolyte,
  where: string,
  count: number,
): EvenPairReaction | undefined => {
  const { kinetics, thermodynamics } = host
  const alpha = 0.5
  const isEven = (values: ArrayLike<number>): boolean => values.length === 2 && values[0] === 0.5 && values[1] === 0.5
  const even = isEven(kinetics.alphaAnodic) && isEven(kinetics.alphaCathodic) && isEven(kinetics.electrolyteOrder)
  if (host.carriers.length !== 2 || !even || filmResistance !== 0) return undefined
  const K = electrolyte.species.length
  const last = K - 1
  const [species0, species1] = speciesIndex(electrolyte, kinetics.carriers, where)
  const share = Float64Array.from(electrolyte.species, s => s.charge / electrolyte.species[last].charge)
  const zF = Float64Array.from(host.carriers, c => c.charge * F)
  const standard = Float64Array.from(
    host.carriers,
    c => c.charge * F * standardPotentialOf(electrolyte, c.symbol, where),
  )
  const potentials = potentialsOf(thermodynamics)
  const activityOf = electrolyte.activity ?? activitiesOf(electrolyte).plain
  const slopes = exchangeSlopes(kinetics)
  const x = new Float64Array(2 * count)
  const delta = new Float64Array(count)
  const c = new Float64Array(count * K)
  const mu = new Float64Array(2 * count)
  const theta = new Float64Array(4 * count)
  const rate = new Float64Array(2 * count)
  const activity = new Float64Array(2 * count)
  const emptiness = new Float64Array(2 * count)
  const left = new Float64Array(2 * count)
  const leaving = new Float64Array(2 * count)
  const entering = new Float64Array(2 * count)
  const j = new Float64Array(2 * count)
  let thetaKnown = false
  // Of one surface.
  const content = new Float64Array(2)
  const potential = new Float64Array(2)
  const exchange = new Float64Array(2)
  const lnByX = new Float64Array(4)
  const lnByMu = new Float64Array(4)
  const compositions = Array.from({ length: count }, (_, p) => c.subarray(p * K, (p + 1) * K))
  const a = new Float64Array(K)
  const lnAByC = new Float64Array(K * K)

  return {
    x,
    delta,
    c,
    j,
    emptiness,
    evaluate(T, linearised = false) {
      potentials(x, count, T, mu, linearised ? theta : undefined)
      thetaKnown = linearised
      if (kinetics.exchangeCurrents) kinetics.exchangeCurrents(x, mu, count, T, rate)
      else
        for (let p = 0; p < 2 * count; p += 2) {
          content[0] = x[p]
          content[1] = x[p + 1]
          potential[0] = mu[p]
          potential[1] = mu[p + 1]
          kinetics.exchangeCurrent(content, potential, T, exchange)
          rate[p] = exchange[0]
          rate[p + 1] = exchange[1]
        }
      leftOf(count, c, K, species0, species1, left)
      for (let k = 0; k < c.length; k++) if (c[k] < depletedBelow) c[k] = depletedBelow
      for (let p = 0; p < count; p++) {
        activityOf(compositions[p], T, a)
        activity[2 * p] = a[species0]
        activity[2 * p + 1] = a[species1]
      }
      const all = exponentials(2 * count)
      driveOf(count, delta, mu, zF, standard, alpha / (R * T), all.values)
      all.exp(2 * count)
      return currentsOf(2 * count, rate, all.values, activity, emptiness, left, leaving, entering, j)
    },
    linearise(T, byX, byField) {
      const perRT = 1 / (R * T)
      if (!thetaKnown) potentials(x, count, T, mu, theta)
      thetaKnown = true
      for (let p = 0; p < count; p++) {
        const q = 2 * p
        content[0] = x[q]
        content[1] = x[q + 1]
        potential[0] = mu[q]
        potential[1] = mu[q + 1]
        exchange[0] = rate[q]
        exchange[1] = rate[q + 1]
        slopes(content, potential, T, exchange, lnByX, lnByMu)
        if (emptiness[q] !== 1) theta[4 * p] = 0
        if (emptiness[q + 1] !== 1) theta[4 * p + 3] = 0
        electrolyte.lnActivityJacobian(compositions[p], T, lnAByC)
        for (let i = 0; i < 2; i++) {
          const net = j[q + i]
          const enters = entering[q + i]
          const into = left[q + i] * enters
          const slope = alpha * (net + 2 * into) // ∂j_i/∂(ln e_i/α)
          const own = slope * perRT
          const byMu0 = lnByMu[2 * i] * net + (i === 0 ? own : 0)
          const byMu1 = lnByMu[2 * i + 1] * net + (i === 0 ? 0 : own)
          const at = 4 * p
          byX[at + 2 * i] = lnByX[2 * i] * net + byMu0 * theta[at] + byMu1 * theta[at + 2]
          byX[at + 2 * i + 1] = lnByX[2 * i + 1] * net + byMu0 * theta[at + 1] + byMu1 * theta[at + 3]
          if (emptiness[q + i] !== 1) byX[at + 3 * i] += leaving[q + i] / linearBelow
          const row = (i === 0 ? species0 : species1) * K
          const field = (q + i) * K
          const lastOfRow = lnAByC[row + last]
          if (left[q + i] === 1)
            for (let m = 0; m < last; m++) byField[field + m] = -into * (lnAByC[row + m] - share[m] * lastOfRow)
          else for (let m = 0; m < last; m++) byField[field + m] = m * K === row ? -enters / depletedBelow : 0
          byField[field + last] = slope * zF[i] * perRT
        }
      }
    },
  }
}
