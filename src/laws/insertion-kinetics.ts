import { exponentials } from '../math/exponentials.ts'
import type { Carrier, Kinetics, Sources } from '../scales.ts'
import { F, R } from '../units.ts'
import { arrheniusFactor } from './arrhenius.ts'
import { floorContent, type SiteFreeEnergy } from './site-free-energy.ts'

/**
 * Exchange current of inserting each ion into a host with chemical potential μ_i, at unit activity in the electrolyte.
 *
 *   j0_i = z_i F k_i A_i^{α_c} x_v^{α_a} exp[−(E_i/R)(1/T − 1/T⁰)],   A_i = x_v exp((μ_i − μ°_i)/RT)
 *
 * The cell multiplies by a_e,i^{α_a}. μ°_i is the carrier's own constant of the free energy (or `reference`), so one ideal ion (ω m = max)
 * has A = x̂ and j0 = z F k √(x̂ x_v) at α = ½. The insertion rate then depends on the host only through x_v, the
 * extraction rate on μ as well: both stay finite at x_i → 0 and x_v → 0.
 *
 * @param o.rateConstants      k_i [mol/(m²·s)] at T⁰, [n]
 * @param o.activationEnergies E_i [J/mol], [n]
 * @returns kinetics; j0 [A/m²], [n], no allocation when `out` is given
 * @throws RangeError where arrays do not fit or a rate constant is negative
 * Source: Bazant2013, insertion kinetics with an excluded-volume transition state
 */
export const insertionKinetics = (o: {
  readonly law: SiteFreeEnergy
  readonly carriers: readonly Carrier[]
  readonly rateConstants: readonly number[]
  readonly alphaAnodic: readonly number[]
  readonly alphaCathodic: readonly number[]
  readonly activationEnergies: readonly number[]
  readonly referenceTemperature: number
  /** μ°_i [J/mol], [n], where the law's own constants hold more than the plain first site. */
  readonly reference?: readonly number[]
  readonly sources: Sources
}): Kinetics => {
  const { law, alphaAnodic, alphaCathodic, activationEnergies, referenceTemperature } = o
  const n = law.carriers.length
  const arrays = [o.carriers, standardOf(o), o.rateConstants, alphaAnodic, alphaCathodic, activationEnergies]
  if (arrays.some(a => a.length !== n)) throw new RangeError(`insertionKinetics: every list must have ${n} entries`)
  if (o.rateConstants.some(k => !(k >= 0))) {
    throw new RangeError(`insertionKinetics: rate constants must be ≥ 0, got ${o.rateConstants.join(', ')}`)
  }
  const standard = Float64Array.from(standardOf(o))
  const share = Float64Array.from(law.weights, w => w / law.max)
  const prefactor = Float64Array.from(o.carriers, ({ charge }, i) => charge * F * o.rateConstants[i])
  const order = Float64Array.from(alphaAnodic, (a, i) => a + alphaCathodic[i])
  // Rates at the last temperature seen; a cell changes T once per step, not once per surface.
  const rate = new Float64Array(n)
  let known = Number.NaN
  const prepare = (T: number): void => {
    if (T === known) return
    known = T
    for (let i = 0; i < n; i++) rate[i] = prefactor[i] * arrheniusFactor(activationEnergies[i], T, referenceTemperature)
  }

  return {
    carriers: law.carriers,
    alphaAnodic,
    alphaCathodic,
    electrolyteOrder: alphaAnodic,
    sources: o.sources,
    exchangeCurrent(x, mu, T, out = new Float64Array(n)) {
      prepare(T)
      let v = 1
      for (let i = 0; i < n; i++) v -= share[i] * x[i]
      if (v < floorContent) v = floorContent
      for (let i = 0; i < n; i++) {
        const room = order[i] === 1 ? v : v ** order[i]
        out[i] = rate[i] * room * Math.exp((alphaCathodic[i] * (mu[i] - standard[i])) / (R * T))
      }
      return out
    },
    exchangeCurrents(x, mu, count, T, out) {
      prepare(T)
      const all = exponentials(n * count)
      const { values } = all
      for (let p = 0, q = 0; p < count; p++)
        for (let i = 0; i < n; i++, q++) values[q] = (alphaCathodic[i] * (mu[q] - standard[i])) / (R * T)
      all.exp(n * count)
      for (let p = 0; p < count; p++) {
        let v = 1
        for (let i = 0; i < n; i++) v -= share[i] * x[p * n + i]
        v = Math.max(v, floorContent)
        for (let i = 0, q = p * n; i < n; i++, q++) {
          const room = order[i] === 1 ? v : v ** order[i]
          out[q] = rate[i] * room * values[q]
        }
      }
    },
    slopes(x, _mu, T, byX, byMu) {
      let v = 1
      for (let i = 0; i < n; i++) v -= share[i] * x[i]
      for (let i = 0; i < n; i++) {
        for (let l = 0; l < n; l++) {
          byX[i * n + l] = v < floorContent ? 0 : (-order[i] * share[l]) / v
          byMu[i * n + l] = 0
        }
        byMu[i * n + i] = alphaCathodic[i] / (R * T)
      }
    },
  }
}

const standardOf = (o: { readonly law: SiteFreeEnergy; readonly reference?: readonly number[] }): readonly number[] =>
  o.reference ?? o.law.standard
