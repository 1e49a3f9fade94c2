import { kBeV, R, roomTemperature } from '../units.ts'

/**
 * Rate of a thermally activated hop: k = ν₀ exp(−E_b/k_B T).
 *
 * @param o.barrier           E_b [eV]
 * @param o.attemptFrequency  ν₀ [1/s]
 * @returns k(T) [1/s]
 * @throws RangeError for a negative barrier or a frequency that is not positive
 * Source: Vineyard1957
 */
export const hopRate = (o: {
  readonly barrier: number
  readonly attemptFrequency: number
}): ((T: number) => number) => {
  if (!(o.barrier >= 0)) throw new RangeError(`hopRate: barrier must be ≥ 0 eV, got ${o.barrier}`)
  if (!(o.attemptFrequency >= 0))
    throw new RangeError(`hopRate: attemptFrequency must be ≥ 0, got ${o.attemptFrequency}`)
  return T => o.attemptFrequency * Math.exp(-o.barrier / (kBeV * T))
}

/**
 * Factor exp[−(E/R)(1/T − 1/T⁰)] by which a coefficient known at T⁰ changes.
 *
 * @param activationEnergy      E [J/mol]
 * @param T                     [K]
 * @param referenceTemperature  T⁰ [K]
 */
export const arrheniusFactor = (activationEnergy: number, T: number, referenceTemperature = roomTemperature): number =>
  activationEnergy === 0 ? 1 : Math.exp((-activationEnergy / R) * (1 / T - 1 / referenceTemperature))

/** exp[(E_a/R)(1/T_ref − 1/T)], remembering the last T: in a cell it is the same for all points. */
export const arrheniusAt = (activationEnergy: number, referenceTemperature: number): ((T: number) => number) => {
  if (activationEnergy === 0) return () => 1
  let lastT = Number.NaN
  let last = 1
  return T => {
    if (T !== lastT) {
      last = Math.exp((activationEnergy / R) * (1 / referenceTemperature - 1 / T))
      lastT = T
    }
    return last
  }
}
