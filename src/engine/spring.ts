import { refuse } from '../error.ts'
import type { Engine } from './engine.ts'

/**
 * Harmonic springs to fixed anchors, U = ½ k Σ |r − r₀|²: every mode is known. For tests of searches.
 *
 * @param stiffness  k [eV/Å²]
 * @param anchors    r₀ [Å], [n, 3]
 */
export const spring = (o: { readonly stiffness: number; readonly anchors: ArrayLike<number> }): Engine => ({
  name: 'spring',
  elements: ['*'],
  external: true,
  evaluate({ positions }) {
    if (positions.length !== o.anchors.length)
      refuse(
        'spring.anchors',
        o.anchors.length,
        `${positions.length} numbers [Å], three for each of ${positions.length / 3} atoms`,
      )
    const forces = new Float64Array(positions.length)
    let energy = 0
    for (let i = 0; i < positions.length; i++) {
      const off = positions[i] - o.anchors[i]
      energy += 0.5 * o.stiffness * off * off
      forces[i] = -o.stiffness * off
    }
    return { energy, forces }
  },
})
