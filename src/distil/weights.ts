import type { Labelled } from './labelled.ts'

/**
 * How well each number of a frame is to be met: the standard deviation it is given in the fit. What is hot and strained
 * counts less, by the root mean square f of its forces [eV/Å], so that relaxed structures and their small differences come
 * out best.
 */
export type Noise = {
  /** Of the energy per atom: constant [eV] and its growth with f [Å]. */
  readonly energy: readonly [number, number]
  /** Of a force component: constant [eV/Å] and its growth with f [–]. */
  readonly force: readonly [number, number]
  /** Of a component of V·σ per atom: constant [eV] and its growth with f [Å]. */
  readonly virial: readonly [number, number]
}

/** Source: assumed (chosen on held-out windows, see the potential's card) */
export const usualNoise: Noise = { energy: [3e-4, 1e-3], force: [0.03, 0.1], virial: [0.01, 0.02] }

/** 1/σ of each row of a frame's linear problem (energy, forces, six of the virial), [1 + 3n + 6]; 0 where there is no label. */
export const rowWeights = (frame: Labelled, noise: Noise): Float64Array => {
  const { forces, stress } = frame
  const n = frame.structure.species.length
  let squares = 0
  for (let k = 0; k < 3 * n; k++) squares += forces[k] * forces[k]
  const f = Math.sqrt(squares / (3 * n))
  const weights = new Float64Array(1 + 3 * n + 6)
  weights[0] = 1 / (n * (noise.energy[0] + noise.energy[1] * f))
  weights.fill(1 / (noise.force[0] + noise.force[1] * f), 1, 1 + 3 * n)
  if (stress) weights.fill(1 / (n * (noise.virial[0] + noise.virial[1] * f)), 1 + 3 * n)
  return weights
}
