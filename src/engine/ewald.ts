import { type NeighbourList, neighbourList } from '../crystal/neighbours.ts'
import { type Structure, volume } from '../crystal/structure.ts'
import { refuse } from '../error.ts'
import { erfc } from '../math/erfc.ts'
import { inverse } from '../math/mat3.ts'
import { coulomb } from '../units.ts'
import type { Engine } from './engine.ts'
import { mustKnow } from './pairs.ts'

/** Cost of one term in space to one of the reciprocal sum (measured: a pair costs an erfc, a wave a table look-up). */
const pairCost = 4

/**
 * Coulomb energy of point charges in a periodic cell, by Ewald's two sums,
 *
 *   U = ½ Σ' q_i q_j erfc(αr)/r + (2π/V) Σ_{k≠0} e^{−k²/4α²}/k² |S(k)|² − (α/√π) Σ q_i² − π Q²/(2 V α²)
 *
 * in units of e²/4πε₀, S(k) = Σ q_i e^{ik·r_i}, around which the cell sees a conductor. The last term is the even background
 * that a charged cell needs: it is refused unless asked for by name, and the engine's name then says so.
 * α balances the cost of the two sums and both are cut where their terms are below `accuracy` of the first; cost n^1.5.
 *
 * @param charges     [e], by element
 * @param accuracy    of energies, relative to those of neighbouring ions [–]
 * @param background  'even' for cells with a net charge
 * @returns           energies, forces, stress; only for cells periodic in all directions
 */
export const ewald = (o: {
  readonly charges: Readonly<Record<string, number>>
  readonly accuracy?: number
  readonly background?: 'even'
}): Engine => {
  const { charges, accuracy = 1e-11, background } = o
  if (!(accuracy >= 1e-14 && accuracy < 0.1)) refuse('ewald.accuracy', accuracy, '1e-14 to 0.1')
  const reach = Math.sqrt(-Math.log(accuracy))
  let list: NeighbourList | undefined
  return {
    name: background ? 'Ewald, charged cells in an even background' : 'Ewald',
    elements: Object.keys(charges),
    evaluate(structure) {
      mustKnow('ewald', Object.keys(charges), structure)
      if (structure.periodic?.includes(false))
        refuse('ewald.periodic', 'an open cell', 'a cell that repeats in all three directions')
      const q = Float64Array.from(structure.species, symbol => charges[symbol])
      const net = q.reduce((total, charge) => total + charge, 0)
      if (Math.abs(net) > 1e-9 * q.length && !background)
        refuse('ewald.charges', net, "charges [e] of a cell that add to 0, or background: 'even'")
      const V = volume(structure)
      const n = q.length
      const alpha = Math.sqrt(Math.PI) * ((pairCost * n) / (V * V)) ** (1 / 6)
      const forces = new Float64Array(3 * n)
      const stress = new Float64Array(9)
      list = neighbourList(structure, reach / alpha, list)
      const energy =
        nearby(q, list, alpha, forces, stress) +
        waves(q, structure, alpha, 2 * alpha * reach, forces, stress) -
        (alpha / Math.sqrt(Math.PI)) * q.reduce((total, charge) => total + charge * charge, 0)
      const even = (Math.PI * net * net) / (2 * V * alpha * alpha)
      for (let d = 0; d < 9; d++) stress[d] = (coulomb * (stress[d] + (d % 4 === 0 ? even : 0))) / V
      for (let i = 0; i < forces.length; i++) forces[i] *= coulomb
      return { energy: coulomb * (energy - even), forces, stress }
    },
  }
}

/** ½ Σ' q_i q_j erfc(αr)/r over neighbours; adds its forces and V σ. */
const nearby = (q: Float64Array, list: NeighbourList, alpha: number, forces: Float64Array, stress: Float64Array) => {
  const { start, index, delta, distance } = list
  const gauss = (2 * alpha) / Math.sqrt(Math.PI)
  let energy = 0
  for (let i = 0; i < q.length; i++) {
    for (let k = start[i]; k < start[i + 1]; k++) {
      const r = distance[k]
      const product = q[i] * q[index[k]]
      const screened = (product * erfc(alpha * r)) / r
      energy += 0.5 * screened
      const over = -(screened + product * gauss * Math.exp(-alpha * alpha * r * r)) / (r * r)
      for (let d = 0; d < 3; d++) {
        const x = delta[3 * k + d]
        forces[3 * i + d] += over * x
        for (let e = 0; e < 3; e++) stress[3 * d + e] += 0.5 * over * x * delta[3 * k + e]
      }
    }
  }
  return energy
}

/** (2π/V) Σ e^{−k²/4α²}/k² |S|² over half the reciprocal lattice, twice; adds its forces and V σ. */
const waves = (
  q: Float64Array,
  structure: Structure,
  alpha: number,
  longest: number,
  forces: Float64Array,
  stress: Float64Array,
): number => {
  const { lattice: A, positions } = structure
  const V = volume(structure)
  const n = q.length
  const toFraction = inverse(A)
  // m_d = k·a_d/2π, so |m_d| ≤ |k||a_d|/2π
  const most = [0, 1, 2].map(d =>
    Math.floor((longest * Math.hypot(A[3 * d], A[3 * d + 1], A[3 * d + 2])) / (2 * Math.PI)),
  )
  const cosines = most.map(m => new Float64Array((m + 1) * n))
  const sines = most.map(m => new Float64Array((m + 1) * n))
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < 3; d++) {
      const f =
        positions[3 * i] * toFraction[d] +
        positions[3 * i + 1] * toFraction[3 + d] +
        positions[3 * i + 2] * toFraction[6 + d]
      const phase = 2 * Math.PI * (f - Math.floor(f))
      for (let m = 0; m <= most[d]; m++) {
        cosines[d][m * n + i] = Math.cos(m * phase)
        sines[d][m * n + i] = Math.sin(m * phase)
      }
    }
  }
  const re = new Float64Array(n)
  const im = new Float64Array(n)
  const k = new Float64Array(3)
  let energy = 0
  for (let m0 = 0; m0 <= most[0]; m0++) {
    for (let m1 = m0 === 0 ? 0 : -most[1]; m1 <= most[1]; m1++) {
      for (let m2 = m0 === 0 && m1 === 0 ? 1 : -most[2]; m2 <= most[2]; m2++) {
        for (let d = 0; d < 3; d++)
          k[d] = 2 * Math.PI * (m0 * toFraction[3 * d] + m1 * toFraction[3 * d + 1] + m2 * toFraction[3 * d + 2])
        const squared = k[0] * k[0] + k[1] * k[1] + k[2] * k[2]
        if (squared > longest * longest) continue
        let sumRe = 0
        let sumIm = 0
        const [at1, sign1] = [Math.abs(m1) * n, m1 < 0 ? -1 : 1]
        const [at2, sign2] = [Math.abs(m2) * n, m2 < 0 ? -1 : 1]
        for (let i = 0; i < n; i++) {
          const c0 = cosines[0][m0 * n + i]
          const s0 = sines[0][m0 * n + i]
          const c1 = cosines[1][at1 + i]
          const s1 = sign1 * sines[1][at1 + i]
          const c2 = cosines[2][at2 + i]
          const s2 = sign2 * sines[2][at2 + i]
          const c01 = c0 * c1 - s0 * s1
          const s01 = s0 * c1 + c0 * s1
          sumRe += re[i] = q[i] * (c01 * c2 - s01 * s2)
          sumIm += im[i] = q[i] * (s01 * c2 + c01 * s2)
        }
        const weight = ((4 * Math.PI) / V) * (Math.exp(-squared / (4 * alpha * alpha)) / squared)
        const part = weight * (sumRe * sumRe + sumIm * sumIm)
        energy += part
        const fall = 2 / squared + 1 / (2 * alpha * alpha)
        for (let d = 0; d < 3; d++) {
          for (let e = 0; e < 3; e++) stress[3 * d + e] += part * (fall * k[d] * k[e] - (d === e ? 1 : 0))
        }
        for (let i = 0; i < n; i++) {
          const pull = 2 * weight * (im[i] * sumRe - re[i] * sumIm)
          forces[3 * i] += pull * k[0]
          forces[3 * i + 1] += pull * k[1]
          forces[3 * i + 2] += pull * k[2]
        }
      }
    }
  }
  return energy
}
