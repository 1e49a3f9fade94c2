import { type AceBasis, blocksOf, kindsOfTerm } from './basis.ts'
import { couplings } from './invariants.ts'

/** Terms of one kind of centre that need the same kinds of neighbours, as lists that run from front to back. */
export type TermGroup = {
  /** Kinds of neighbours without which all are zero, as bits. */
  readonly kinds: number
  /** Two bodies: channel and coefficient. */
  readonly one: Int32Array
  readonly oneWeight: Float64Array
  /** Three bodies: first channels of two blocks and their width, [pairs, 3], with a coefficient each. */
  readonly two: Int32Array
  readonly twoWeight: Float64Array
  /**
   * Four bodies: pairs of channels (a, b), [pairs, 2]; the third channels of pair p stand at threeStart[p] … threeStart[p + 1]
   * with their weights.
   */
  readonly pairs: Int32Array
  readonly threeStart: Int32Array
  readonly third: Int32Array
  readonly threeWeight: Float64Array
}

/** A potential as its engine runs it: constants and groups of terms, by kind of centre. */
export type Compiled = { readonly constant: Float64Array; readonly groups: readonly (readonly TermGroup[])[] }

/**
 * Coefficients of invariants → coefficients of products of channels. Products that several terms share are one, and terms
 * are grouped by the kinds they need: what is not there costs nothing.
 *
 * @param coefficients  for each kind its constant, then its terms
 */
export const compile = (basis: AceBasis, coefficients: ArrayLike<number>): Compiled => {
  const couplingOf = couplings()
  const constant = new Float64Array(basis.species.length)
  let offset = 0
  const groups = basis.species.map((_, s) => {
    const blocks = blocksOf(basis, s)
    const terms = basis.terms[s]
    constant[s] = coefficients[offset]
    const byKinds = new Map<number, number[]>()
    for (let t = 0; t < terms.count; t++) {
      if (coefficients[offset + 1 + t] === 0) continue
      const kinds = kindsOfTerm(terms, t, blocks)
      const group = byKinds.get(kinds)
      if (group) group.push(t)
      else byKinds.set(kinds, [t])
    }
    const at = offset + 1
    offset += 1 + terms.count
    return [...byKinds].map(([kinds, members]): TermGroup => {
      const one: number[] = []
      const oneWeight: number[] = []
      const two: number[] = []
      const twoWeight: number[] = []
      const products = new Map<number, Map<number, number>>()
      for (const t of members) {
        const c = coefficients[at + t]
        const [b1, b2, b3] = [0, 1, 2].map(k => blocks[terms.blocks[3 * t + k]])
        if (!b2) {
          one.push(b1.at)
          oneWeight.push(c)
        } else if (!b3) {
          two.push(b1.at, b2.at, 2 * b1.l + 1)
          twoWeight.push(c)
        } else {
          const { m1, m2, m3, weight } = couplingOf(b1.l, b2.l, b3.l)
          for (let k = 0; k < weight.length; k++) {
            const [i, j, l] = [b1.at + m1[k], b2.at + m2[k], b3.at + m3[k]].sort((a, b) => a - b)
            const pair = i * 65536 + j
            let row = products.get(pair)
            if (!row) {
              row = new Map()
              products.set(pair, row)
            }
            row.set(l, (row.get(l) ?? 0) + c * weight[k])
          }
        }
      }
      const pairs: number[] = []
      const threeStart = [0]
      const third: number[] = []
      const threeWeight: number[] = []
      for (const [pair, row] of [...products].sort((a, b) => a[0] - b[0])) {
        pairs.push(Math.floor(pair / 65536), pair % 65536)
        for (const [l, w] of [...row].sort((a, b) => a[0] - b[0])) {
          third.push(l)
          threeWeight.push(w)
        }
        threeStart.push(third.length)
      }
      return {
        kinds,
        one: Int32Array.from(one),
        oneWeight: Float64Array.from(oneWeight),
        two: Int32Array.from(two),
        twoWeight: Float64Array.from(twoWeight),
        pairs: Int32Array.from(pairs),
        threeStart: Int32Array.from(threeStart),
        third: Int32Array.from(third),
        threeWeight: Float64Array.from(threeWeight),
      }
    })
  })
  return { constant, groups }
}

/**
 * Energy of one density [eV] and its slopes with respect to the channels, added to `slope`.
 *
 * @param groups   of the kind of the centre
 * @param present  kinds of neighbours that are there, as bits
 */
export const energyOf = (
  groups: readonly TermGroup[],
  present: number,
  A: Float64Array,
  slope: Float64Array,
): number => {
  let energy = 0
  for (let g = 0; g < groups.length; g++) {
    const { kinds, one, oneWeight, two, twoWeight, pairs, threeStart, third, threeWeight } = groups[g]
    if ((kinds & ~present) !== 0) continue
    for (let t = 0; t < one.length; t++) {
      energy += oneWeight[t] * A[one[t]]
      slope[one[t]] += oneWeight[t]
    }
    for (let t = 0, at = 0; t < twoWeight.length; t++, at += 3) {
      const i = two[at]
      const j = two[at + 1]
      const wide = two[at + 2]
      const c = twoWeight[t]
      for (let m = 0; m < wide; m++) {
        const a = A[i + m]
        const b = c * A[j + m]
        energy += a * b
        slope[i + m] += b
        slope[j + m] += c * a
      }
    }
    for (let p = 0, at = 0; at < pairs.length; p++, at += 2) {
      const a = A[pairs[at]]
      const b = A[pairs[at + 1]]
      const ab = a * b
      let sum = 0
      const end = threeStart[p + 1]
      for (let t = threeStart[p]; t < end; t++) {
        const w = threeWeight[t]
        const c = third[t]
        sum += w * A[c]
        slope[c] += w * ab
      }
      energy += ab * sum
      slope[pairs[at]] += b * sum
      slope[pairs[at + 1]] += a * sum
    }
  }
  return energy
}
