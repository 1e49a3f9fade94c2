import { neighbourList } from '../crystal/neighbours.ts'
import type { Structure } from '../crystal/structure.ts'
import { type AceBasis, blocksOf } from '../engine/ace/basis.ts'
import { environmentOf } from '../engine/ace/environment.ts'
import { type Grade, gradeInvariants, gradeOf } from '../engine/ace/grade.ts'
import { choleskyFactor, packedLength } from '../math/cholesky.ts'
import { kindsOf } from './design.ts'

/** Invariants that a grade looks at, at most: a handful of them already sees a strange surrounding, and they cost time. */
const mostInvariants = 60

/** Atoms of a kind that one more invariant takes, so that the covariance is one of the data and not of chance. */
const atomsPerInvariant = 12

/** Part of the variance that is added to the diagonal: directions in which the training never moved are far, not infinitely. */
const shrinkage = 1e-4

/** Two- and three-body terms of lowest degree. */
const candidates = (basis: AceBasis, centre: number): Int32Array => {
  const blocks = blocksOf(basis, centre)
  const { blocks: list, count } = basis.terms[centre]
  const degree = (t: number) =>
    [0, 1].reduce((sum, k) => {
      const block = list[3 * t + k]
      return block < 0 ? sum : sum + blocks[block].n + blocks[block].l
    }, 0)
  const all = Array.from({ length: count }, (_, t) => t).filter(t => list[3 * t + 2] < 0)
  return Int32Array.from(all.sort((a, b) => degree(a) - degree(b) || a - b).slice(0, mostInvariants))
}

/** Counts, sums and sums of products of the invariants, by kind. */
export type SurroundingMoments = {
  readonly atoms: Float64Array
  readonly sums: readonly Float64Array[]
  readonly products: readonly Float64Array[]
}

/**
 * Mean and covariance of the surroundings of the training atoms, kind by kind, and then how far the farthest of them lies:
 * first `add` every structure, then `whiten`, then `reach` for every structure, then `grade`.
 */
export const gradeStatistics = (basis: AceBasis) => {
  const env = environmentOf(basis)
  const terms = basis.species.map((_, s) => candidates(basis, s))
  const fill = basis.species.map((_, s) => gradeInvariants(basis, s, terms[s]))
  const sums = terms.map(t => new Float64Array(t.length))
  const products = terms.map(t => new Float64Array(packedLength(t.length)))
  const atoms = new Float64Array(terms.length)
  const values = new Float64Array(mostInvariants)
  let known: Grade | undefined
  let reached = new Float64Array(0)
  let distance: ReturnType<typeof gradeOf> | undefined
  const eachAtom = (structure: Structure, visit: (kind: number, density: Float64Array) => void): void => {
    const list = neighbourList(structure, basis.primitives.cutoff)
    const kindOf = kindsOf(structure, basis.species)
    for (let i = 0; i < kindOf.length; i++) visit(kindOf[i], env.gather(i, list, kindOf).density)
  }
  return {
    /** Sums so far, as plain data. */
    moments: (): SurroundingMoments => ({ atoms, sums, products }),
    /** Takes in what another part of the data gave. */
    absorb: (other: SurroundingMoments): void => {
      for (let s = 0; s < atoms.length; s++) {
        atoms[s] += other.atoms[s]
        for (let k = 0; k < sums[s].length; k++) sums[s][k] += other.sums[s][k]
        for (let k = 0; k < products[s].length; k++) products[s][k] += other.products[s][k]
      }
    },
    add: (structure: Structure): void =>
      eachAtom(structure, (s, density) => {
        fill[s](density, values)
        atoms[s]++
        const count = terms[s].length
        for (let i = 0, at = 0; i < count; i++) {
          sums[s][i] += values[i]
          for (let j = 0; j <= i; j++, at++) products[s][at] += values[i] * values[j]
        }
      }),
    whiten: (): void => {
      known = {
        kinds: terms.map((list, s) => {
          const count = Math.min(list.length, Math.floor(atoms[s] / atomsPerInvariant))
          if (count === 0)
            return { terms: new Int32Array(0), mean: new Float64Array(0), whitening: new Float64Array(0), limit: 0 }
          const mean = sums[s].slice(0, count).map(sum => sum / atoms[s])
          const covariance = new Float64Array(packedLength(count))
          let largest = 0
          for (let i = 0; i < count; i++) largest = Math.max(largest, products[s][packedLength(i) + i] / atoms[s])
          for (let i = 0, at = 0; i < count; i++)
            for (let j = 0; j <= i; j++, at++) {
              covariance[at] = products[s][at] / atoms[s] - mean[i] * mean[j]
              if (i === j) covariance[at] += shrinkage * covariance[at] + 1e-12 * largest
            }
          if (choleskyFactor(covariance, count) >= 0)
            return { terms: new Int32Array(0), mean: new Float64Array(0), whitening: new Float64Array(0), limit: 0 }
          return { terms: list.slice(0, count), mean, whitening: inverseLower(covariance, count), limit: 1 }
        }),
      }
      reached = new Float64Array(terms.length)
      distance = gradeOf(known, basis)
    },
    reach: (structure: Structure): void =>
      eachAtom(structure, (s, density) => {
        if (known!.kinds[s].limit > 0) reached[s] = Math.max(reached[s], distance!(s, density))
      }),
    grade: (): Grade => ({ kinds: known!.kinds.map((kind, s) => ({ ...kind, limit: reached[s] })) }),
  }
}

/** L⁻¹ of a packed lower triangle. */
const inverseLower = (l: Float64Array, n: number): Float64Array => {
  const inverse = new Float64Array(l.length)
  for (let j = 0; j < n; j++) {
    inverse[packedLength(j) + j] = 1 / l[packedLength(j) + j]
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= l[packedLength(i) + k] * inverse[packedLength(k) + j]
      inverse[packedLength(i) + j] = sum / l[packedLength(i) + i]
    }
  }
  return inverse
}
