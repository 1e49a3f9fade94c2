import type { Sources, Thermodynamics } from '../scales.ts'
import { R } from '../units.ts'
import { pairPotentials } from './site-pair.ts'

/**
 * A rise of the chemical potentials where the ions have filled one kind of site: from 0 to `height`·`direction` as
 * ξ = direction·x passes `position`, over a few `width`.
 */
export type SiteStep = {
  /** n_s [–], one per carrier. */
  readonly direction: readonly number[]
  /** ξ_s [per formula unit]. */
  readonly position: number
  /** A_s [J/mol]; ≥ 0 keeps the free energy convex. */
  readonly height: number
  /** w_s [per formula unit]. */
  readonly width: number
}

/** One free energy of ions on the sites of a host, as plain data. */
export type SiteFreeEnergy = {
  readonly carriers: readonly string[]
  /** μ°_i [J/mol], [n]. */
  readonly standard: readonly number[]
  /** Weight ω_i of a carrier in the shared room Σ ω_i x_i ≤ max [–], [n]. */
  readonly weights: readonly number[]
  /** [per formula unit of weight] */
  readonly max: number
  /** Transport sites m per formula unit: the ideal part counts x̂_i = x_i/m. */
  readonly sites: number
  readonly steps: readonly SiteStep[]
  /** Regular-solution energies J_ij [J/mol], [n, n], symmetric. */
  readonly interaction: readonly number[]
}

/** Content is read as at least this [per formula unit], and vacancy as at least this share, inside logarithms. */
export const floorContent = 1e-14

/** exp(ξ/w) of a step must stay far from overflow, also squared. */
const steepest = 150

/**
 * Thermodynamics of a host from one free energy per formula unit,
 *
 *   g(x, T) = Σ μ°_i x_i + RT m (Σ x̂_i ln x̂_i + x_v ln x_v) + Σ_s A_s w_s ln(1 + exp((n_s·x − ξ_s)/w_s)) + ½ Σ J_ij x_i x_j
 *
 * x̂_i = x_i/m, x_v = 1 − Σ ω_i x_i/max, so μ_i = ∂g/∂x_i, Θ = ∂²g/∂x² and s = −∂μ/∂T are exact and Maxwell's relation
 * holds. Convex wherever all A_s ≥ 0 and J is positive semidefinite: every term is.
 *
 * @param law [J/mol] and [per formula unit], see the type
 * @returns g [J/mol], μ [n], Θ [n, n] row-major, s [n]; no allocation when `out` is given
 * @throws RangeError where arrays do not fit or a step is too steep to evaluate
 * Source: computed: the lattice-gas entropy is exact for ideal sites, the steps are its smoothed site energies
 */
export const siteThermodynamics = (law: SiteFreeEnergy, sources: Sources): Thermodynamics => {
  const n = checkSiteFreeEnergy(law)
  const { sites, max } = law
  const standard = Float64Array.from(law.standard)
  const weights = Float64Array.from(law.weights)
  const J = Float64Array.from(law.interaction)
  const groups = groupSteps(law)
  /** ∂x_v/∂x_i · −m = m ω_i/max: how many ideal sites an ion takes away. */
  const taken = Float64Array.from(weights, w => (sites * w) / max)

  const vacancy = (x: ArrayLike<number>): number => {
    let v = 1
    for (let i = 0; i < n; i++) v -= (weights[i] * x[i]) / max
    return Math.max(v, floorContent)
  }

  const potential: Thermodynamics['potential'] = (x, T, out = new Float64Array(n)) => {
    const RT = R * T
    const lnVacancy = 1 + Math.log(vacancy(x))
    for (let i = 0; i < n; i++) {
      let mu = standard[i] + RT * (1 + Math.log(Math.max(x[i], floorContent) / sites) - taken[i] * lnVacancy)
      for (let j = 0; j < n; j++) mu += J[i * n + j] * x[j]
      out[i] = mu
    }
    for (let g = 0; g < groups.length; g++) {
      const { direction, inverseWidth, heights, factors } = groups[g]
      let xi = 0
      for (let i = 0; i < n; i++) xi += direction[i] * x[i]
      const decay = Math.exp(-xi * inverseWidth)
      let rise = 0
      for (let s = 0; s < heights.length; s++) rise += heights[s] / (1 + decay * factors[s])
      for (let i = 0; i < n; i++) out[i] += direction[i] * rise
    }
    return out
  }

  const potentialJacobian: Thermodynamics['potentialJacobian'] = (x, T, out = new Float64Array(n * n)) => {
    const RT = R * T
    const room = RT / (sites * vacancy(x))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) out[i * n + j] = J[i * n + j] + room * (taken[i] * taken[j])
      out[i * n + i] += RT / Math.max(x[i], floorContent)
    }
    for (let g = 0; g < groups.length; g++) {
      const { direction } = groups[g]
      const slope = slopeOf(groups[g], x, n)
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] += slope * (direction[i] * direction[j])
    }
    return out
  }

  return {
    carriers: law.carriers,
    sources,
    potential,
    potentialJacobian,
    ...(n === 2 ? { potentials: pairPotentials(law, groups, floorContent) } : {}),

    freeEnergy(x, T) {
      let energy = 0
      let ideal = 0
      for (let i = 0; i < n; i++) {
        energy += standard[i] * x[i]
        const fraction = x[i] / sites
        if (fraction > 0) ideal += fraction * Math.log(fraction)
        for (let j = 0; j < n; j++) energy += 0.5 * J[i * n + j] * x[i] * x[j]
      }
      const v = vacancy(x)
      ideal += v * Math.log(v)
      for (const { direction, position, height, width } of law.steps) {
        let u = -position
        for (let i = 0; i < n; i++) u += direction[i] * x[i]
        u /= width
        energy += height * width * (Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))))
      }
      return energy + R * T * sites * ideal
    },

    entropy(x, _T, out = new Float64Array(n)) {
      const lnVacancy = 1 + Math.log(vacancy(x))
      for (let i = 0; i < n; i++) {
        out[i] = -R * (1 + Math.log(Math.max(x[i], floorContent) / sites) - taken[i] * lnVacancy)
      }
      return out
    },
  }
}

/** The same free energy where only some of the carriers can enter: the face of the simplex on which the others are 0. */
export const onlyCarriers = (law: SiteFreeEnergy, carriers: readonly string[]): SiteFreeEnergy => {
  const kept = carriers.map(c => law.carriers.indexOf(c))
  if (kept.includes(-1)) {
    throw new RangeError(`onlyCarriers: got ${carriers.join(', ')}, the law has ${law.carriers.join(', ')}`)
  }
  const n = law.carriers.length
  return {
    ...law,
    carriers,
    standard: kept.map(i => law.standard[i]),
    weights: kept.map(i => law.weights[i]),
    steps: law.steps.map(s => ({ ...s, direction: kept.map(i => s.direction[i]) })),
    interaction: kept.flatMap(i => kept.map(j => law.interaction[i * n + j])),
  }
}

/** Steps that share direction and width share one exponential: σ_s = 1/(1 + exp(−ξ/w)·exp(ξ_s/w)). */
export type StepGroup = {
  readonly direction: Float64Array
  readonly inverseWidth: number
  readonly heights: Float64Array
  /** exp(ξ_s/w) */
  readonly factors: Float64Array
}

/** The steps in groups of one exponential each; steps of zero height are dropped. */
export const groupSteps = (law: SiteFreeEnergy): readonly StepGroup[] => {
  const groups = new Map<string, SiteStep[]>()
  for (const step of law.steps) {
    if (step.height === 0) continue
    const key = `${step.width}|${step.direction.join()}`
    groups.set(key, [...(groups.get(key) ?? []), step])
  }
  return [...groups.values()].map(steps => ({
    direction: Float64Array.from(steps[0].direction),
    inverseWidth: 1 / steps[0].width,
    heights: Float64Array.from(steps, s => s.height),
    factors: Float64Array.from(steps, s => Math.exp(s.position / s.width)),
  }))
}

/** Σ_s (A_s/w) σ_s (1 − σ_s) of one group [J/mol]: its part of Θ is slope · n nᵀ. */
const slopeOf = ({ direction, inverseWidth, heights, factors }: StepGroup, x: ArrayLike<number>, n: number): number => {
  let xi = 0
  for (let i = 0; i < n; i++) xi += direction[i] * x[i]
  const decay = Math.exp(-xi * inverseWidth)
  let slope = 0
  for (let s = 0; s < heights.length; s++) {
    const q = decay * factors[s]
    slope += (heights[s] * q) / ((1 + q) * (1 + q))
  }
  return slope * inverseWidth
}

/** Refuses a law whose arrays do not fit each other; returns the number of carriers. */
export const checkSiteFreeEnergy = (law: SiteFreeEnergy): number => {
  const n = law.carriers.length
  const fits =
    law.standard.length === n &&
    law.weights.length === n &&
    law.interaction.length === n * n &&
    law.steps.every(s => s.direction.length === n)
  if (!fits)
    throw new RangeError(`siteThermodynamics: every vector must have ${n} entries and the interaction ${n * n}`)
  if (!(law.sites > 0 && law.max > 0)) {
    throw new RangeError(`siteThermodynamics: sites and max must be > 0, got ${law.sites} and ${law.max}`)
  }
  for (const { position, width, direction } of law.steps) {
    const farthest = Math.max(...direction.map((d, i) => Math.abs(d) * (law.max / law.weights[i])), Math.abs(position))
    if (!(width > 0 && farthest / width < steepest)) {
      throw new RangeError(`siteThermodynamics: step width must be > ${farthest / steepest}, got ${width}`)
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (law.interaction[i * n + j] !== law.interaction[j * n + i]) {
        throw new RangeError('siteThermodynamics: the interaction matrix must be symmetric')
      }
    }
  }
  return n
}
