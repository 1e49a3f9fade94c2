import { neighbourList } from '../crystal/neighbours.ts'
import type { Structure } from '../crystal/structure.ts'
import { type AceBasis, type AceTerms, type Block, blocksOf } from '../engine/ace/basis.ts'
import { type Primitives, primitives } from '../engine/ace/radial.ts'
import { symmetricEigen } from '../math/symmetric-eigen.ts'

/** How large a basis is to be. Degrees: a block counts n + l, a term the sum over its blocks. */
export type BasisSize = {
  readonly primitives: Primitives
  /** Radial functions by degree l of the harmonics, for neighbours that are plentiful, [L + 1]. */
  readonly radial: readonly number[]
  /** The same for neighbours that are few (guests among guests). */
  readonly rare: readonly number[]
  /** Kinds of rare neighbours. */
  readonly guests: readonly string[]
  /** What a block of a rare neighbour adds to the degree of a term. */
  readonly rarity: number
  /** Highest degree of three-body terms. */
  readonly three: number
  /** Highest degree, angular degree and radial index of four-body terms; none where absent. */
  readonly four?: { readonly degree: number; readonly angular: number; readonly radial: number }
}

/**
 * Radial functions that resolve best the distances that occur: of all combinations of the primitives, those whose slopes
 * are largest over the pairs seen. For each pair of kinds and each l the leading eigenvectors of
 *
 *   C_kk' = ⟨ g_k'(r) g_k''(r) + (l(l+1) + 1) g_k(r) g_k'(r)/r² ⟩ over the pairs,
 *
 * scaled to unit mean square slope. First `add` every structure, then ask. A pair of kinds that never met gets none.
 * Source: computed (a principal component analysis in the metric of the forces)
 */
export const pairStatistics = (size: BasisSize) => {
  const K = size.primitives.count
  const functions = primitives(size.primitives)
  const g = new Float64Array(K)
  const dg = new Float64Array(K)
  const known = new Map<string, PairMoments>()
  const species: string[] = []
  const momentsOf = (a: string, b: string): PairMoments => {
    const key = `${a} ${b}`
    let found = known.get(key)
    if (!found) {
      found = {
        count: 0,
        shortest: Number.POSITIVE_INFINITY,
        slopes: new Float64Array(K * K),
        values: new Float64Array(K * K),
      }
      known.set(key, found)
    }
    return found
  }
  return {
    add: (structure: Structure): void => {
      const list = neighbourList(structure, size.primitives.cutoff)
      for (const symbol of structure.species) if (!species.includes(symbol)) species.push(symbol)
      for (let i = 0; i < structure.species.length; i++)
        for (let p = list.start[i]; p < list.start[i + 1]; p++) {
          const pair = momentsOf(structure.species[i], structure.species[list.index[p]])
          const r = list.distance[p]
          functions(r, g, dg)
          pair.count++
          pair.shortest = Math.min(pair.shortest, r)
          for (let a = 0, at = 0; a < K; a++)
            for (let b = 0; b < K; b++, at++) {
              pair.slopes[at] += dg[a] * dg[b]
              pair.values[at] += (g[a] * g[b]) / (r * r)
            }
        }
    },
    /** Element symbols in the order in which they came. */
    species: (): readonly string[] => species,
    /** Shortest distance of two kinds [Å]; infinite where they never met within the cutoff. */
    shortest: (a: string, b: string): number => known.get(`${a} ${b}`)?.shortest ?? Number.POSITIVE_INFINITY,
    /** The matrices W of an `AceBasis` for kinds in this order. */
    radial: (kinds: readonly string[]): readonly Float64Array[] =>
      kinds.flatMap(centre =>
        kinds.flatMap(neighbour =>
          size.radial.map((plenty, l) => {
            const pair = known.get(`${centre} ${neighbour}`)
            if (!pair) return new Float64Array(0)
            const C = pair.slopes.map((slope, at) => (slope + (l * (l + 1) + 1) * pair.values[at]) / pair.count)
            return leading(C, K, Math.min(K, size.guests.includes(neighbour) ? size.rare[l] : plenty))
          }),
        ),
      ),
  }
}

type PairMoments = { count: number; shortest: number; readonly slopes: Float64Array; readonly values: Float64Array }

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
  const rare = basis.species.map(symbol => size.guests.includes(symbol))
  const bare: AceBasis = { ...basis, terms: [] }
  return { ...basis, terms: basis.species.map((_, s) => termsOf(blocksOf(bare, s), size, rare)) }
}

const termsOf = (blocks: readonly Block[], size: BasisSize, rare: readonly boolean[]): AceTerms => {
  const degree = (b: Block) => b.n + b.l + (rare[b.kind] ? size.rarity : 0)
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
