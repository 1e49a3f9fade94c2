/** Hard cores under a fitted potential: where they end for each pair of kinds. */
export type Repulsion = {
  /** Strength E_0 [eV]. */
  readonly strength: number
  /** r_s [Å] of each pair of kinds, [kinds, kinds]; 0 for none. */
  readonly range: readonly number[]
}

/**
 * Energy [eV] and slope [eV/Å] of one pair, 0 from r_s on with three continuous derivatives.
 *
 *   V(r) = E_0 (r_s/r) (1 − r/r_s)⁴
 *
 * It ends just under the shortest distance of the training data, so that it says nothing where the data speak, and keeps
 * relaxations from falling into depths that no datum forbids. Source: assumed
 */
export const repulsionOf = (r: number, range: number, strength: number, out: Float64Array): void => {
  if (r >= range) {
    out[0] = 0
    out[1] = 0
    return
  }
  const q = range / r
  const u = 1 - 1 / q
  const cube = u * u * u
  out[0] = strength * q * cube * u
  out[1] = (-strength * cube * (q * q * u + 4 * q)) / range
}
