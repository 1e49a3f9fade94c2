import type { AceBasis } from './basis.ts'
import { type Block, blocksOf } from './basis.ts'
import { type Coupling, coupling } from './coupling.ts'

/** One invariant and its slopes with respect to the channels of its blocks. Buffers belong to whoever made it. */
export type InvariantSlopes = {
  value: number
  /** ∂B/∂A of each of up to three blocks, [3, 2L + 1]. */
  readonly slopes: readonly [Float64Array, Float64Array, Float64Array]
}

/** Couplings of the degrees that occur, made once each. */
export const couplings = () => {
  const known = new Map<number, Coupling>()
  return (l1: number, l2: number, l3: number): Coupling => {
    const key = (l1 * 64 + l2) * 64 + l3
    let found = known.get(key)
    if (!found) {
      found = coupling(l1, l2, l3)
      known.set(key, found)
    }
    return found
  }
}

/**
 * Values and slopes of single terms of a basis, as the fit needs them; the engine sums whole potentials instead.
 *
 *   two bodies A_b;  three Σ_m A_bm A_cm;  four Σ w_{m1 m2 m3} A_b,m1 A_c,m2 A_d,m3
 */
export const invariantsOf = (basis: AceBasis) => {
  const wide = 2 * basis.degree + 1
  const result: InvariantSlopes = {
    value: 0,
    slopes: [new Float64Array(wide), new Float64Array(wide), new Float64Array(wide)],
  }
  const couplingOf = couplings()
  const blocks: readonly (readonly Block[])[] = basis.species.map((_, s) => blocksOf(basis, s))
  const [s1, s2, s3] = result.slopes

  return (centre: number, term: number, A: Float64Array): InvariantSlopes => {
    const list = basis.terms[centre].blocks
    const b1 = blocks[centre][list[3 * term]]
    if (list[3 * term + 1] < 0) {
      result.value = A[b1.at]
      s1[0] = 1
      return result
    }
    const b2 = blocks[centre][list[3 * term + 1]]
    if (list[3 * term + 2] < 0) {
      let value = 0
      for (let m = 0; m <= 2 * b1.l; m++) {
        s1[m] = A[b2.at + m]
        s2[m] = A[b1.at + m]
        value += s1[m] * s2[m]
      }
      result.value = value
      return result
    }
    const b3 = blocks[centre][list[3 * term + 2]]
    const { m1, m2, m3, weight } = couplingOf(b1.l, b2.l, b3.l)
    s1.fill(0)
    s2.fill(0)
    s3.fill(0)
    let value = 0
    for (let t = 0; t < weight.length; t++) {
      const a1 = A[b1.at + m1[t]]
      const a2 = A[b2.at + m2[t]]
      const a3 = A[b3.at + m3[t]]
      const w = weight[t]
      s1[m1[t]] += w * a2 * a3
      s2[m2[t]] += w * a1 * a3
      s3[m3[t]] += w * a1 * a2
      value += w * a1 * a2 * a3
    }
    result.value = value
    return result
  }
}
