import { exponentials } from '../math/exponentials.ts'
import type { Thermodynamics } from '../scales.ts'
import { R } from '../units.ts'
import type { SiteFreeEnergy, StepGroup } from './site-free-energy.ts'

/**
 * μ and Θ of `siteThermodynamics` for two carriers, in locals and for many contents in a call: one exponential of a group of steps
 * serves both, and exponentials and logarithms are those of all contents at once.
 *
 * @param floorContent  least content and vacancy inside logarithms
 */
export const pairPotentials = (
  law: SiteFreeEnergy,
  groups: readonly StepGroup[],
  floorContent: number,
): NonNullable<Thermodynamics['potentials']> => {
  const { sites, max } = law
  const standard = Float64Array.from(law.standard)
  const weights = Float64Array.from(law.weights)
  const J = Float64Array.from(law.interaction)
  const taken = Float64Array.from(weights, w => (sites * w) / max)
  // Numbers come out of typed arrays: one that a sum begins from is boxed in every turn of a loop when it is a variable.
  const ofT = new Float64Array(3)
  const groupLines = groups.map(({ direction, inverseWidth }) => Float64Array.of(...direction, -inverseWidth))
  return (x, count, T, mu, theta) => {
    const RT = R * T
    ofT[0] = standard[0] + RT
    ofT[1] = standard[1] + RT
    ofT[2] = RT
    const all = exponentials(3 * count)
    const { values } = all
    for (let p = 0; p < count; p++) {
      const x0 = x[2 * p]
      const x1 = x[2 * p + 1]
      const room = 1 - (weights[0] * x0) / max - (weights[1] * x1) / max
      const v = Math.max(room, floorContent)
      const a = Math.max(x0, floorContent)
      const b = Math.max(x1, floorContent)
      values[3 * p] = v
      values[3 * p + 1] = a / sites
      values[3 * p + 2] = b / sites
      if (!theta) continue
      const left = ofT[2] / (sites * v)
      const across = J[1] + left * (taken[0] * taken[1])
      theta[4 * p] = J[0] + left * (taken[0] * taken[0]) + ofT[2] / a
      theta[4 * p + 1] = across
      theta[4 * p + 2] = across
      theta[4 * p + 3] = J[3] + left * (taken[1] * taken[1]) + ofT[2] / b
    }
    all.ln(3 * count)
    for (let p = 0; p < count; p++) {
      const x0 = x[2 * p]
      const x1 = x[2 * p + 1]
      const lnVacancy = 1 + values[3 * p]
      mu[2 * p] = ofT[0] + ofT[2] * (values[3 * p + 1] - taken[0] * lnVacancy) + J[0] * x0 + J[1] * x1
      mu[2 * p + 1] = ofT[1] + ofT[2] * (values[3 * p + 2] - taken[1] * lnVacancy) + J[1] * x0 + J[3] * x1
    }
    for (let g = 0; g < groups.length; g++) {
      const { heights, factors } = groups[g]
      const line = groupLines[g]
      for (let p = 0; p < count; p++) values[p] = (line[0] * x[2 * p] + line[1] * x[2 * p + 1]) * line[2]
      all.exp(count)
      for (let p = 0; p < count; p++) {
        const decay = values[p]
        let rise = 0
        let slope = 0
        for (let s = 0; s < heights.length; s++) {
          const q = decay * factors[s]
          const part = 1 / (1 + q)
          const one = heights[s] * part
          rise += one
          slope -= one * (q * part)
        }
        mu[2 * p] += line[0] * rise
        mu[2 * p + 1] += line[1] * rise
        if (!theta) continue
        const bend = slope * line[2]
        theta[4 * p] += bend * (line[0] * line[0])
        theta[4 * p + 1] += bend * (line[0] * line[1])
        theta[4 * p + 2] += bend * (line[0] * line[1])
        theta[4 * p + 3] += bend * (line[1] * line[1])
      }
    }
  }
}
