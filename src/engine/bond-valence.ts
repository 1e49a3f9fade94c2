import { bondValenceParameter, mayBeNegative } from '../crystal/bond-valence-parameters.ts'
import { type NeighbourList, neighbourList } from '../crystal/neighbours.ts'
import { type Structure, volume } from '../crystal/structure.ts'
import type { Engine } from './engine.ts'
import { ofPair } from './pairs.ts'

/** Where bonds end, and the width over which they do [Å]. Source: assumed */
const usualCutoff = 6
const taper = 1

/** Softness b of bond valences [Å]. Source: assumed (0.37 Å, the usual one for all pairs) */
const usualSoftness = 0.37

/** What a valence unit off costs [eV/e²]. Source: assumed */
const usualCost = 1

/**
 * How badly carriers fit their surroundings, from bond valences,
 *
 *   U = k Σ_i (V_i − z_i)²,  V_i = Σ_j exp((R_ij − r_ij)/b) over the negative ions
 *
 * with forces and stress. For finding sites, first guesses and ranking only: as a barrier it is wrong by more than a factor
 * of two (it knows no host that gives way and no electrons), and `screening` says so. Elements that may be negative count as
 * negative; pairs the table does not know do not count.
 *
 * @param charges   z [e] by carrier; other positive ions are not asked
 * @param lengths     R [Å] by pair carrier–negative ion, { 'Mg-S': 2.18 }; atoms without a pair do not count
 * @param softness  b [Å]
 * @param cost      k [eV/e²]
 * @param cutoff    where bonds end [Å]
 * Source: OKeeffeBrese1991 (R_ij)
 */
export const bondValence = (o: {
  readonly charges: Readonly<Record<string, number>>
  readonly lengths?: Readonly<Record<string, number>>
  readonly softness?: number
  readonly cost?: number
  readonly cutoff?: number
}): Engine => {
  const { charges, softness: b = usualSoftness, cost = usualCost, cutoff = usualCutoff } = o
  if (!(b > 0 && cost > 0 && cutoff > taper))
    throw new RangeError(`bondValence: softness ${b}, cost ${cost} and cutoff ${cutoff} must be > 0, 0 and ${taper}`)
  const known = new Map<string, number | undefined>()
  const lengthOf = (carrier: string, other: string): number | undefined => {
    const pair = `${carrier} ${other}`
    if (!known.has(pair)) {
      const tabulated = mayBeNegative(other) ? bondValenceParameter(carrier, other) : undefined
      known.set(pair, ofPair(o.lengths ?? {}, carrier, other) ?? tabulated)
    }
    return known.get(pair)
  }
  let list: NeighbourList | undefined
  return {
    name: 'bond valence (screening)',
    elements: ['*'],
    screening: true,
    evaluate(structure: Structure) {
      list = neighbourList(structure, cutoff, list)
      const { start, index, delta, distance } = list
      const { species } = structure
      const forces = new Float64Array(3 * species.length)
      const stress = new Float64Array(9)
      const perVolume = 1 / volume(structure)
      let energy = 0
      /** s and ds/dr of the bond at k, NaN where there is none. */
      const bond = (i: number, k: number): readonly [number, number] => {
        const R = lengthOf(species[i], species[index[k]])
        if (R === undefined) return [Number.NaN, 0]
        const s = Math.exp((R - distance[k]) / b)
        const t = (distance[k] - cutoff) / taper + 1
        if (t <= 0) return [s, -s / b]
        const end = 1 - t * t * t * (10 - 15 * t + 6 * t * t)
        return [s * end, (-s / b) * end - (s * 30 * t * t * (1 - t) * (1 - t)) / taper]
      }
      for (let i = 0; i < species.length; i++) {
        const z = charges[species[i]]
        if (z === undefined) continue
        let off = -z
        for (let k = start[i]; k < start[i + 1]; k++) {
          const [s] = bond(i, k)
          if (!Number.isNaN(s)) off += s
        }
        energy += cost * off * off
        for (let k = start[i]; k < start[i + 1]; k++) {
          const [s, slope] = bond(i, k)
          if (Number.isNaN(s)) continue
          const over = (2 * cost * off * slope) / distance[k]
          for (let d = 0; d < 3; d++) {
            const x = delta[3 * k + d]
            forces[3 * i + d] += over * x
            forces[3 * index[k] + d] -= over * x
            for (let e = 0; e < 3; e++) stress[3 * d + e] += perVolume * over * x * delta[3 * k + e]
          }
        }
      }
      return { energy, forces, stress }
    },
  }
}
