import { invertSmall } from '../../math/small-matrix.ts'
import { addToBlocks, type Blocks, blockMeans, meanOf, pseudoValues } from '../../math/time-series.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import type { Ensemble } from './ensemble.ts'
import type { Walker } from './walker.ts'

/** A number with its standard error; NaN where the run is too short to tell. */
export type Estimate = { readonly value: number; readonly error: number }

/** What one run says of its ensemble, per formula unit. */
export type Averages = {
  /** x_i, [n]; of a carrier held between N and N + 1 ions the middle, which its μ = F(N + 1) − F(N) belongs to. */
  readonly amount: readonly Estimate[]
  /** μ_i [eV], [n]; of an open carrier as given, of a fixed amount (no reservoir) NaN. */
  readonly mu: readonly Estimate[]
  /** Error of x_i put into μ_i at that x: Σ_j Θ_ij δx_j [eV], [n]; what a sample (x, μ) of a free energy is good to. */
  readonly muError: Float64Array
  /** H/N [eV]. */
  readonly energy: Estimate
  /** Filled share of each sublattice by carrier, [sublattices, n]. */
  readonly occupancy: readonly Estimate[]
  /** Θ_ij = ∂μ_i/∂x_j [eV] at the other amounts and T, from fluctuations, [n, n]; NaN for amounts that do not fluctuate. */
  readonly theta: readonly Estimate[]
  /** −∂μ_i/∂T [eV/K] at fixed amounts, [n]; NaN as above. */
  readonly partialEntropy: readonly Estimate[]
  /** Longest integrated autocorrelation time of amounts and energy [samples]. */
  readonly tau: number
  readonly samples: number
}

/** How a carrier's amount is let vary. */
const isOpen = (ensemble: Ensemble, i: number): boolean => ensemble.upper[i] - ensemble.lower[i] > 1
const isBetween = (ensemble: Ensemble, i: number): boolean => ensemble.upper[i] - ensemble.lower[i] === 1

/** Observables of a sample: N_i and H from `origin`, filled sites by sublattice, products of the first, acceptance ratios. */
export const sampleWidth = (H: Hamiltonian): number => {
  const n = H.lattice.carriers.length
  return n + 1 + H.lattice.sublattices.length * n + ((n + 1) * (n + 2)) / 2 + 3 * n
}

/**
 * Add the present occupation to the sums.
 *
 * @param origin  of the counts and H, [n + 1]: near the means, so that the products keep their digits
 * @param trial   chemical potentials at which carriers held between two counts are asked, [n]
 */
export const addSample = (
  walker: Walker,
  blocks: Blocks,
  o: { readonly origin: Float64Array; readonly trial: Float64Array; readonly sample: Float64Array },
): void => {
  const { origin, trial, sample } = o
  const { counts, occupancy } = walker
  const ensemble = walker.ensemble()
  const n = counts.length
  for (let i = 0; i < n; i++) sample[i] = counts[i] - origin[i]
  sample[n] = walker.energy() - origin[n]
  let at = n + 1
  for (let k = 0; k < occupancy.length; k++) sample[at++] = occupancy[k]
  for (let i = 0; i <= n; i++) for (let j = 0; j <= i; j++) sample[at++] = sample[i] * sample[j]
  for (let i = 0; i < n; i++, at += 3) {
    sample[at] = sample[at + 1] = sample[at + 2] = 0
    if (!isBetween(ensemble, i)) continue
    const low = counts[i] === ensemble.lower[i]
    sample[at] = low ? 1 : 0
    if (low) sample[at + 1] = walker.insertion(i, trial[i])
    else sample[at + 2] = walker.removal(i, trial[i])
  }
  addToBlocks(blocks, sample)
}

/**
 * Averages of the full blocks with standard errors: each result is a function of means, its jackknife pseudo-values a series
 * whose autocorrelation gives the error.
 *
 *   Θ = N k_BT C⁻¹ − k,   s_i = (Σ_j cov(H, N_j) C⁻¹_ji − μ_i)/T,   C_ij = cov(N_i, N_j) over what is open
 *
 * k the springs; μ of a spring −k (x − amount), of a carrier held between N and N + 1 the acceptance ratio
 * trial − k_BT ln(⟨insertion⟩_N/⟨removal⟩_{N+1}), which joins insertion and removal with the least error.
 * Source: computed: fluctuation formulas of the grand-canonical ensemble
 */
export const averagesOf = (
  H: Hamiltonian,
  ensemble: Ensemble,
  blocks: Blocks,
  o: { readonly origin: Float64Array; readonly trial: Float64Array },
): Averages => {
  const n = H.lattice.carriers.length
  const N = H.run.formulaUnits
  const groups = H.lattice.sublattices.length * n
  const { kT, temperature } = ensemble
  const open = Array.from({ length: n }, (_, i) => i).filter(i => isOpen(ensemble, i))
  const m = open.length
  const products = n + 1 + groups
  const ratios = products + ((n + 1) * (n + 2)) / 2
  const sitesOf = H.lattice.sublattices.map(
    (_, g) => H.run.cells * H.lattice.sites.filter(site => site.sublattice === g).length,
  )
  const product = (i: number, j: number) => products + (i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i)
  // amounts, energy, occupancies, μ, Θ, entropies
  const width = n + 1 + groups + n + n * n + n
  const C = new Float64Array(m * m)
  const mu = n + 1 + groups
  const results = (means: Float64Array): Float64Array => {
    const out = new Float64Array(width).fill(Number.NaN)
    for (let i = 0; i < n; i++) out[i] = (isBetween(ensemble, i) ? ensemble.lower[i] + 0.5 : means[i] + o.origin[i]) / N
    out[n] = (means[n] + o.origin[n]) / N
    for (let k = 0; k < groups; k++) out[n + 1 + k] = means[n + 1 + k] / sitesOf[Math.floor(k / n)]
    for (let i = 0; i < n; i++) {
      const at = ratios + 3 * i
      if (isBetween(ensemble, i)) {
        const [low, insertion, removal] = [means[at], means[at + 1], means[at + 2]]
        out[mu + i] = o.trial[i] - kT * Math.log(insertion / low / (removal / (1 - low)))
      } else if (isOpen(ensemble, i)) {
        out[mu + i] = ensemble.mu[i] - ensemble.spring[i] * (out[i] - ensemble.near[i])
      }
    }
    if (m === 0) return out
    for (let p = 0; p < m; p++)
      for (let q = 0; q < m; q++) C[p * m + q] = means[product(open[p], open[q])] - means[open[p]] * means[open[q]]
    if (!invertSmall(C, 0, m)) return out
    for (let p = 0; p < m; p++) {
      const i = open[p]
      let energy = 0
      for (let q = 0; q < m; q++) {
        const j = open[q]
        energy += (means[product(n, j)] - means[n] * means[j]) * C[q * m + p]
        out[mu + n + i * n + j] = N * kT * C[p * m + q] - (p === q ? ensemble.spring[i] : 0)
      }
      out[mu + n + n * n + i] = (energy - out[mu + i]) / temperature
    }
    return out
  }

  const { values, series } = pseudoValues(blockMeans(blocks), blocks.count, results)
  const errors = series.map((one, k) => (Number.isNaN(values[k]) ? { error: Number.NaN, tau: 0 } : meanOf(one)))
  const estimate = (k: number): Estimate => ({ value: values[k], error: errors[k].error })
  const many = (from: number, count: number) => Array.from({ length: count }, (_, k) => estimate(from + k))
  // what the amounts' errors are as one of μ_i
  const muError = new Float64Array(n).fill(Number.NaN)
  for (let i = 0; i < n; i++) {
    if (isBetween(ensemble, i)) muError[i] = errors[mu + i].error
    if (!isOpen(ensemble, i)) continue
    const joined = new Float64Array(blocks.count)
    for (const j of open) {
      let theta = values[mu + n + i * n + j]
      if (i === j) theta += ensemble.spring[i]
      for (let b = 0; b < blocks.count; b++) joined[b] += theta * series[j][b]
    }
    muError[i] = meanOf(joined).error
  }
  // τ from the error and the variance of single samples: blocks longer than τ do not hide it
  const samples = blocks.count * blocks.length
  let tau = 0.5
  for (let k = 0; k <= n; k++) {
    const first = meanOver(blocks, k)
    const variance = meanOver(blocks, product(k, k)) - first * first
    if (variance > 0) tau = Math.max(tau, ((errors[k].error * N) ** 2 * samples) / (2 * variance))
  }
  return {
    amount: many(0, n),
    energy: estimate(n),
    occupancy: many(n + 1, groups),
    mu: many(mu, n),
    muError,
    theta: many(mu + n, n * n),
    partialEntropy: many(mu + n + n * n, n),
    tau,
    samples,
  }
}

/** Mean of an observable over the full blocks. */
const meanOver = (blocks: Blocks, k: number): number => {
  let sum = 0
  for (let b = 0; b < blocks.count; b++) sum += blocks.sums[b * blocks.width + k]
  return sum / (blocks.count * blocks.length)
}
