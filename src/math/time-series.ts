/**
 * Mean of a correlated series and its standard error,
 *
 *   σ² = (2τ/N) Var,   τ = ½ + Σ_{t=1}^{M} ρ(t),   M the first with M ≥ 5τ (a self-consistent window)
 *
 * The window cuts the noise of the tail; a bias of e^−5 of τ remains. Var and ρ are about the mean of the series itself, which
 * hides 2τ/N of the variance: it is given back.
 *
 * @param series  equally spaced in time, [N]
 * @returns mean; error [same unit], NaN where the window does not fit into a tenth of the series; τ [steps of the series]
 * Source: computed: integrated autocorrelation time with a self-consistent window
 */
export const meanOf = (series: ArrayLike<number>): { mean: number; error: number; tau: number } => {
  const N = series.length
  let mean = 0
  for (let k = 0; k < N; k++) mean += series[k] / N
  let variance = 0
  for (let k = 0; k < N; k++) variance += (series[k] - mean) ** 2 / N
  // round-off of a constant series, a jackknife's included, is no fluctuation
  if (N < 2 || variance <= (1e-12 * mean) ** 2) return { mean, error: N < 2 ? Number.NaN : 0, tau: 0.5 }
  let tau = 0.5
  for (let t = 1; t <= N / 10; t++) {
    let covariance = 0
    for (let k = t; k < N; k++) covariance += (series[k] - mean) * (series[k - t] - mean)
    tau += covariance / ((N - t) * variance)
    if (t >= window * tau) {
      // anticorrelated series can bring the sum to nothing by chance
      const kept = Math.max(tau, leastTau)
      const factor = (2 * kept) / N
      return { mean, error: Math.sqrt((factor * variance) / Math.max(1 - factor, factor)), tau: kept }
    }
  }
  return { mean, error: Number.NaN, tau: Math.max(tau, N / 10) }
}

/** Width of the window in τ. */
const window = 5
const leastTau = 0.05

/**
 * Series of the jackknife's pseudo-values f_b = f(all) + (B − 1)(f(all) − f(all but b)) of a function of means: its mean and
 * autocorrelation give the value and the standard error of f as `meanOf` does those of a mean.
 *
 * @param sums    sums of the m observables over each of B blocks of equal length, [B, m]
 * @param blocks  B
 * @param f       of the means over the blocks, [m] → [r]; must not keep its argument
 * @returns values f(all) [r] and pseudo-values, r series of [B]
 */
export const pseudoValues = (
  sums: Float64Array,
  blocks: number,
  f: (means: Float64Array) => ArrayLike<number>,
): { values: Float64Array; series: Float64Array[] } => {
  const m = sums.length / blocks
  const total = new Float64Array(m)
  for (let b = 0; b < blocks; b++) for (let k = 0; k < m; k++) total[k] += sums[b * m + k]
  const means = new Float64Array(m)
  for (let k = 0; k < m; k++) means[k] = total[k] / blocks
  const values = Float64Array.from(f(means))
  const series = Array.from(values, () => new Float64Array(blocks))
  for (let b = 0; b < blocks; b++) {
    for (let k = 0; k < m; k++) means[k] = (total[k] - sums[b * m + k]) / (blocks - 1)
    const without = f(means)
    for (let r = 0; r < values.length; r++) series[r][b] = values[r] + (blocks - 1) * (values[r] - without[r])
  }
  return { values, series }
}

/**
 * Sums over blocks of a long series, in bounded room: where 2 × `least` blocks are full, pairs of them become one and the
 * blocks twice as long.
 */
export type Blocks = {
  /** Observables m. */
  readonly width: number
  readonly least: number
  /** Samples of a block. */
  length: number
  /** Full blocks, and samples in the one that is filling. */
  count: number
  pending: number
  /** [2·least + 1, m]; the block at `count` is filling. */
  readonly sums: Float64Array
}

export const emptyBlocks = (width: number, least = 512): Blocks => ({
  width,
  least,
  length: 1,
  count: 0,
  pending: 0,
  sums: new Float64Array((2 * least + 1) * width),
})

/** Blocks as they stand in JSON, and back. */
export type KeptBlocks = Omit<Blocks, 'sums'> & { readonly sums: readonly number[] }
export const keepBlocks = (blocks: Blocks): KeptBlocks => ({ ...blocks, sums: Array.from(blocks.sums) })
export const blocksFrom = (kept: KeptBlocks): Blocks => ({ ...kept, sums: Float64Array.from(kept.sums) })

/** Add one sample, [m]. */
export const addToBlocks = (blocks: Blocks, sample: Float64Array): void => {
  const { sums, width } = blocks
  const at = blocks.count * width
  for (let k = 0; k < width; k++) sums[at + k] += sample[k]
  if (++blocks.pending < blocks.length) return
  blocks.pending = 0
  if (++blocks.count < 2 * blocks.least) return
  for (let b = 0; b < blocks.least; b++)
    for (let k = 0; k < width; k++) sums[b * width + k] = sums[2 * b * width + k] + sums[(2 * b + 1) * width + k]
  sums.fill(0, blocks.least * width)
  blocks.count = blocks.least
  blocks.length *= 2
}

/** Means over each full block, [count, m]. */
export const blockMeans = (blocks: Blocks): Float64Array => {
  const { sums, width, count, length } = blocks
  return Float64Array.from({ length: count * width }, (_, k) => sums[k] / length)
}
