import { type NeighbourList, neighbourList } from '../crystal/neighbours.ts'
import type { Structure } from '../crystal/structure.ts'
import { cholesky } from '../math/symmetric-eigen.ts'
import type { Preconditioner } from '../solve/lbfgs.ts'

/** Steepness of the springs' decay with distance, and share of a spring that holds each atom in place. Source: Packwood2016 */
const [steepness, holding] = [3, 0.1]
/** Springs reach this many bonds; neighbours are looked for this far [Å] before bonds are known, and none is a bond beyond. */
const [springReach, usualReach, longestBond] = [1.7, 5, 4]
/** Most atoms whose dense factor (n³/3) is cheaper than what it saves; beyond, L-BFGS starts from a number. */
const mostAtoms = 400

/**
 * A model Hessian of springs between neighbours, P = μ (L + c), L the Laplacian of the graph of atoms with weights
 * exp(−A (r/r_nn − 1)): soft where a wave is long, stiff where neighbours move against each other, so that the steps of a
 * search hardly grow with the cell. The same for x, y and z.
 *
 * @param curvature  mean of the diagonal of P [eV/Å²]
 * @param fixed      1 for coordinates that do not move, [3n]
 * @returns          P⁻¹ for one or several images, flat [images, 3n]; nothing for very few or very many atoms
 * Source: Packwood2016
 */
export const springModel = (
  structure: Structure,
  curvature: number,
  fixed?: Uint8Array,
): Preconditioner | undefined => {
  const n = structure.species.length
  if (n < 6 || n > mostAtoms) return undefined
  const near = neighbourList(structure, usualReach)
  const bond = nearestNeighbour(near)
  if (!(bond < longestBond)) return undefined
  const range = springReach * bond
  const { start, index, distance } = range > usualReach ? neighbourList(structure, range) : near
  const P = new Float64Array(n * n)
  let trace = 0
  for (let i = 0; i < n; i++) {
    for (let p = start[i]; p < start[i + 1]; p++) {
      if (index[p] === i || distance[p] > range) continue
      const weight = Math.exp(-steepness * (distance[p] / bond - 1))
      P[i * n + index[p]] -= weight
      P[i * n + i] += weight
    }
    P[i * n + i] += holding
    trace += P[i * n + i]
  }
  if (fixed)
    for (let i = 0; i < n; i++)
      if (fixed[3 * i]) {
        for (let j = 0; j < n; j++) P[i * n + j] = P[j * n + i] = 0
        P[i * n + i] = trace / n
      }
  const mu = (curvature * n) / trace
  for (let k = 0; k < P.length; k++) P[k] *= mu
  if (!cholesky(P, n)) return undefined
  return v => {
    for (let at = 0; at < v.length; at += 3 * n) solveThree(P, n, v, at)
  }
}

/** C Cᵀ x = b for the x, y and z of n atoms at once, in place. */
const solveThree = (C: Float64Array, n: number, v: Float64Array, at: number): void => {
  for (let i = 0; i < n; i++) {
    const k = at + 3 * i
    let x = v[k]
    let y = v[k + 1]
    let z = v[k + 2]
    for (let j = 0; j < i; j++) {
      const c = C[i * n + j]
      const m = at + 3 * j
      x -= c * v[m]
      y -= c * v[m + 1]
      z -= c * v[m + 2]
    }
    const d = 1 / C[i * n + i]
    v[k] = x * d
    v[k + 1] = y * d
    v[k + 2] = z * d
  }
  for (let i = n - 1; i >= 0; i--) {
    const k = at + 3 * i
    const d = 1 / C[i * n + i]
    const x = v[k] * d
    const y = v[k + 1] * d
    const z = v[k + 2] * d
    v[k] = x
    v[k + 1] = y
    v[k + 2] = z
    for (let j = 0; j < i; j++) {
      const c = C[i * n + j]
      const m = at + 3 * j
      v[m] -= c * x
      v[m + 1] -= c * y
      v[m + 2] -= c * z
    }
  }
}

/** Largest of the atoms' distances to their nearest neighbours [Å]: a bond of the framework, not of a close pair. */
const nearestNeighbour = ({ start, distance }: NeighbourList): number => {
  let most = 0
  for (let i = 0; i + 1 < start.length; i++) {
    let least = Number.POSITIVE_INFINITY
    for (let p = start[i]; p < start[i + 1]; p++) least = Math.min(least, distance[p])
    if (least < longestBond) most = Math.max(most, least)
  }
  return most > 0 ? most : Number.POSITIVE_INFINITY
}
