import { neighbourList } from '../crystal/neighbours.ts'
import type { Structure } from '../crystal/structure.ts'
import { type AceBasis, type AceTerms, type Block, blocksOf } from '../engine/ace/basis.ts'
import { type Primitives, primitives } from '../engine/ace/radial.ts'
import { symmetricEigen } from '../math/symmetric-eigen.ts'
import { kindsOf } from './design.ts'

/** How large a basis is to be. Degrees: a block counts n + l, a term the sum over its blocks. */
export type BasisSize = {
  readonly primitives: Primitives
  /** Radial functions by degree l of the harmonics, for neighbours that are plentiful, [L + 1]. */
  readonly radial: readonly number[]
  /** The same for neighbours that are few (guests among guests). */
  readonly rare: readonly number[]
  /** Kinds of rare neighbours. */
  readonly guests: readonly string[]
  /** Highest degree of three-body terms. */
  readonly three: number
  /** Highest degree, angular degree and radial index of four-body terms; none where absent. */
  readonly four?: { readonly degree: number; readonly angular: number; readonly radial: number }
}

/**
 * Radial functions that resolve best the distances that occur: of all combinations of the primitives, those whose slopes
 * are largest over the pairs seen. For each pair of kinds and each l the leading eigenvectors of
 *
 *   C_kk' = ⟨ g_k' (r) g_k''(r) + (l(l+1) + 1) g_k(r) g_k'(r)/r² ⟩ over the pairs,
 *
 * scaled to unit mean square slope. Source: computed (a principal component analysis in the metric of the forces)
 */
export const radialFunctions = (
  structures: Iterable<Structure>,
  species: readonly string[],
  size: BasisSize,
): readonly Float64Array[] => {
  const K = size.primitives.count
  const L = size.radial.length - 1
  const kinds = species.length
  const functions = primitives(size.primitives)
  const g = new Float64Array(K)
  const dg = new Float64Array(K)
  const slopes = Array.from({ length: kinds * kinds }, () => new Float64Array(K * K))
  const values = Array.from({ length: kinds * kinds }, () => new Float64Array(K * K))
  const pairs = new Float64Array(kinds * kinds)
  for (const structure of structures) {
    const list = neighbourList(structure, size.primitives.cutoff)
    const kindOf = kindsOf(structure, species)
    for (let i = 0; i < kindOf.length; i++)
      for (let p = list.start[i]; p < list.start[i + 1]; p++) {
        const pair = kindOf[i] * kinds + kindOf[list.index[p]]
        const r = list.distance[p]
        functions(r, g, dg)
        pairs[pair]++
        for (let a = 0, at = 0; a < K; a++)
          for (let b = 0; b < K; b++, at++) {
            slopes[pair][at] += dg[a] * dg[b]
            values[pair][at] += (g[a] * g[b]) / (r * r)
          }
      }
  }
  const radial: Float64Array[] = []
  for (let s = 0; s < kinds; s++)
    for (let z = 0; z < kinds; z++)
      for (let l = 0; l <= L; l++) {
        const pair = s * kinds + z
        const rare = size.guests.includes(species[z])
        const count = pairs[pair] === 0 ? 0 : Math.min(K, (rare ? size.rare : size.radial)[l])
        const C = slopes[pair].map((slope, at) => (slope + (l * (l + 1) + 1) * values[pair][at]) / pairs[pair])
        radial.push(leading(C, K, count))
      }
  return radial
}

/** Leading eigenvectors of a symmetric matrix over the root of their eigenvalue, [count, K]. */
const leading = (C: Float64Array, K: number, count: number): Float64Array => {
  const W = new Float64Array(count * K)
  if (count === 0) return W
  const Q = new Float64Array(K * K)
  symmetricEigen(C, K, Q)
  const order = Array.from({ length: K }, (_, k) => k).sort((a, b) => C[b * K + b] - C[a * K + a])
  for (let n = 0; n < count; n++) {
    const scale = 1 / Math.sqrt(Math.max(C[order[n] * K + order[n]], 1e-12))
    // sign by the largest entry, so that the same data give the same file
    let largest = 0
    for (let k = 0; k < K; k++) if (Math.abs(Q[k * K + order[n]]) > Math.abs(largest)) largest = Q[k * K + order[n]]
    for (let k = 0; k < K; k++) W[n * K + k] = Math.sign(largest) * scale * Q[k * K + order[n]]
  }
  return W
}

/** The terms of a basis whose radial functions are known. */
export const withTerms = (basis: Omit<AceBasis, 'terms'>, size: BasisSize): AceBasis => {
  const bare: AceBasis = { ...basis, terms: [] }
  return { ...basis, terms: basis.species.map((_, s) => termsOf(blocksOf(bare, s), size)) }
}

const termsOf = (blocks: readonly Block[], size: BasisSize): AceTerms => {
  const degree = (b: Block) => b.n + b.l
  const terms: number[] = []
  blocks.forEach((b, i) => {
    if (b.l === 0) terms.push(i, -1, -1)
  })
  for (let i = 0; i < blocks.length; i++)
    for (let j = i; j < blocks.length; j++)
      if (blocks[i].l === blocks[j].l && degree(blocks[i]) + degree(blocks[j]) <= size.three) terms.push(i, j, -1)
  const { four } = size
  if (four) {
    const few = blocks.map((b, i) => ({ b, i })).filter(({ b }) => b.l <= four.angular && b.n <= four.radial)
    // in order of l, so that every unordered triple of blocks comes once
    few.sort((x, y) => x.b.l - y.b.l || x.i - y.i)
    for (let i = 0; i < few.length; i++)
      for (let j = i; j < few.length; j++)
        for (let k = j; k < few.length; k++) {
          const [a, b, c] = [few[i].b, few[j].b, few[k].b]
          if ((a.l + b.l + c.l) % 2 === 1 || c.l > a.l + b.l) continue
          if (degree(a) + degree(b) + degree(c) <= four.degree) terms.push(few[i].i, few[j].i, few[k].i)
        }
  }
  return { blocks: Int32Array.from(terms), count: terms.length / 3 }
}
