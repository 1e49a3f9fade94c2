import { refuse } from '../../error.ts'
import type { Estimate } from './averages.ts'

/** A point of a scan over chemical potentials: μ [eV] and the amount [per formula unit]. */
export type BranchPoint = { readonly mu: number; readonly amount: Estimate }

/** Two phases at one chemical potential, and how far either holds out beyond it. */
export type TwoBranches = {
  /** Of equal grand potentials [eV]. */
  readonly mu: Estimate
  /** Amounts of both there [per formula unit]. */
  readonly poor: number
  readonly rich: number
  /** Lowest and highest μ [eV] at which the scans hold different phases. */
  readonly loop: readonly [number, number]
}

/** Amounts that are further apart than this [per formula unit] are of two phases. */
const apart = 0.05

/**
 * Where two phases that do not turn into each other in a run are at equilibrium: the grand potential of each along its own scan,
 *
 *   ω(μ) = ω(μ_0) − ∫ x dμ,   ω(μ_1) = ω(μ_2)
 *
 * from an end where it is known: the poor phase from next to nothing, ω = −k_BT x (an ideal gas on its sites), the rich one from
 * the full host in its one arrangement, ω = E − μx. Trapezoids; with steps of k_BT and both ends flat what they miss is below the
 * errors of the amounts.
 *
 * @param up    scan from the lowest μ
 * @param down  scan from the highest μ, over the same μ
 * @param kT    [eV]
 * @param full  energy [eV per formula unit] at the highest μ, of the one arrangement there
 * @returns undefined where the scans do not differ anywhere
 * @throws SimulationError (`input`) for scans over different μ; where the poor end is not dilute; where the branches do not cross
 *   while both hold
 */
export const twoBranches = (
  up: readonly BranchPoint[],
  down: readonly BranchPoint[],
  { kT, full }: { readonly kT: number; readonly full: number },
): TwoBranches | undefined => {
  const poor = up.toSorted((a, b) => a.mu - b.mu)
  const rich = down.toSorted((a, b) => a.mu - b.mu)
  if (poor.length !== rich.length || poor.length < 2 || poor.some(({ mu }, k) => mu !== rich[k].mu))
    return refuse('down', rich.length, 'a scan over the chemical potentials of the scan up')
  if (poor[0].amount.value > dilute) refuse('up', poor[0].amount.value, `an end with at most ${dilute} a formula unit`)
  const m = poor.length
  const differ = poor.flatMap(({ amount }, k) => (rich[k].amount.value - amount.value > apart ? [k] : []))
  if (differ.length === 0) return undefined
  const [first, last] = [differ[0], differ[differ.length - 1]]
  // ω of either at every μ, and what an error of each amount does to it
  const ofPoor = new Float64Array(m)
  const ofRich = new Float64Array(m)
  ofPoor[0] = -kT * poor[0].amount.value
  for (let k = 1; k < m; k++) ofPoor[k] = ofPoor[k - 1] - area(poor, k)
  ofRich[m - 1] = full - rich[m - 1].mu * rich[m - 1].amount.value
  for (let k = m - 2; k >= 0; k--) ofRich[k] = ofRich[k + 1] + area(rich, k + 1)
  for (let k = first; k < last; k++) {
    const [here, next] = [ofRich[k] - ofPoor[k], ofRich[k + 1] - ofPoor[k + 1]]
    if (!(here > 0 && next <= 0)) continue
    const share = here / (here - next)
    const at = (of: readonly BranchPoint[]) =>
      of[k].amount.value + share * (of[k + 1].amount.value - of[k].amount.value)
    const error = Math.hypot(areaError(poor, 0, k + 1), areaError(rich, k, m - 1))
    const [x1, x2] = [at(poor), at(rich)]
    return {
      mu: { value: poor[k].mu + share * (poor[k + 1].mu - poor[k].mu), error: error / (x2 - x1) },
      poor: x1,
      rich: x2,
      loop: [poor[first].mu, poor[last].mu],
    }
  }
  return refuse(
    'up',
    'branches that do not cross',
    'a wider range of μ, a larger supercell or shorter runs: each phase has to hold out beyond equilibrium',
  )
}

/** Ions of an ideal gas do not see each other; k_BT x is its grand potential to second order. */
const dilute = 0.01

/** ∫ x dμ from point k − 1 to k. */
const area = (of: readonly BranchPoint[], k: number): number =>
  ((of[k].mu - of[k - 1].mu) * (of[k].amount.value + of[k - 1].amount.value)) / 2

/** Standard error of ∫ x dμ from point `from` to `to`. */
const areaError = (of: readonly BranchPoint[], from: number, to: number): number => {
  let sum = 0
  for (let k = from; k <= to; k++) {
    const width = ((of[Math.min(k + 1, to)].mu - of[Math.max(k - 1, from)].mu) / 2) * (of[k].amount.error || 0)
    sum += width * width
  }
  return Math.sqrt(sum)
}
