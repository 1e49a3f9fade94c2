import type { Transport } from '../scales.ts'
import { R } from '../units.ts'
import { riseTable } from './rise-table.ts'
import type { SiteFreeEnergy, StepGroup } from './site-free-energy.ts'

/**
 * D̃ of `meanFieldTransport` for one carrier, the slope of its steps from a table, good to 1e-10 of it: the inner loop of every
 * Li | Mo6S8 and Mg | Mo6S8 cell.
 *
 *   D̃ = a² λ [ x_v + (m/RT) x̂ Q ],   λ = w + 4 w_pair x̂,   Q = RT m ω²/max² + x_v (J + Σ_s slope_s n_s²)
 *
 * @param o.w        w [1/s], filled by `prepare`
 * @param o.p        4 w_pair [1/s], filled by `prepare`
 * @param o.prepare  sets the rates at a temperature [K]
 */
export const singleDiffusivity = (o: {
  readonly law: SiteFreeEnergy
  readonly groups: readonly StepGroup[]
  readonly a2: number
  readonly w: Float64Array
  readonly p: Float64Array
  prepare(T: number): void
}): Required<Pick<Transport, 'diffusivity'>> => {
  const { law, a2, w, p, prepare } = o
  const rises = o.groups.map(group => riseTable(group, law))
  // J, 1/m and ω/max, in an array for the reason given at `Rise`.
  const numbers = Float64Array.of(law.interaction[0], 1 / law.sites, law.weights[0] / law.max)
  return {
    diffusivity(x, T, out = new Float64Array(1)) {
      prepare(T)
      const content = x[0]
      const perSite = numbers[1]
      const share = numbers[2]
      const vacancy = 1 - share * content
      const v = vacancy > 0 ? vacancy : 0
      const h = content > 0 ? content * perSite : 0
      let P = numbers[0]
      for (let g = 0; g < rises.length; g++) {
        const { line, last, cells } = rises[g]
        const d = line[0]
        const t = (d * content - line[2]) * line[3]
        const cell = t < 0 ? 0 : t < last ? t | 0 : last
        const at = 4 * cell
        const u = t - cell
        P += d * d * (cells[at] + u * (cells[at + 1] + u * (cells[at + 2] + u * cells[at + 3])))
      }
      const RT = R * T
      const Q = (RT * share * share) / perSite + v * P
      out[0] = a2 * (w[0] + p[0] * h) * (v + (h * Q) / (RT * perSite))
      return out
    },
  }
}
