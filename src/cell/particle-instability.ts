import { invertSmall } from '../math/small-matrix.ts'
import { symmetricEigen } from '../math/symmetric-eigen.ts'
import type { HostMaterial } from '../scales.ts'
import type { RadialMesh } from './mesh.ts'

/** L and Θ at no less than this content [per formula unit]: an ion that is absent is stable there. */
const leastContent = 1e-12

/** Profile of one particle: contents of shell s at y[start + s·stride …], [n]. */
type Grows = (y: Float64Array, start: number, stride: number, T: number, rate: number) => boolean

/**
 * Whether a disturbance of a particle's profile grows faster than `rate` [1/s], the particle closed.
 *
 * An implicit step of α below the growth rate of an unstable mode does not show the mode: it damps it, and a host crosses
 * its spinodal as one phase, however long it stays there. So the number of modes faster than α is counted on accepted
 * steps. Linearised about contents at rest, ẋ = −V⁻¹ A H x, with
 *
 *   H = V Θ + C  (C the stiffness matrix of K),   A = stiffness matrix of V_m L,   V the volumes of the shells,
 *
 * modes with rates above α are the negative directions of H + α V A⁻¹ V among disturbances that keep the ions: as many
 * as the symmetric matrix
 *
 *   [ H   −V   ]
 *   [ −V  −A/α ]       has negative eigenvalues beyond half of its order,
 *
 * a block tridiagonal matrix of 2n×2n blocks whose pivots' signs count them (Sylvester's law of inertia). O(shells·n³).
 *
 * @returns false at once where Θ is positive definite in every shell
 * Source: computed: inertia is additive over pivots of a congruence
 */
export const growthOf = (host: HostMaterial, mesh: RadialMesh): Grows => {
  const n = host.carriers.length
  const N = 2 * n
  const NN = N * N
  const { shells, volume, area, distance } = mesh
  const K = Float64Array.from(host.gradient!)
  const theta = new Float64Array(shells * n * n)
  const content = new Float64Array(n)
  const L = new Float64Array(n * n)
  const pivot = new Float64Array(NN)
  const inverse = new Float64Array(NN)
  const upper = new Float64Array(NN)
  const vectors = new Float64Array(NN)
  const work = new Float64Array(NN)

  const negatives = (m: Float64Array): number => {
    work.set(m)
    if (N === 2) {
      const determinant = m[0] * m[3] - m[1] * m[2]
      return determinant < 0 ? 1 : m[0] + m[3] < 0 ? 2 : 0
    }
    symmetricEigen(work, N, vectors)
    let count = 0
    for (let i = 0; i < N; i++) if (work[i * N + i] < 0) count++
    return count
  }

  /** Fills Θ of every shell; true where one is not positive definite. */
  const unstableSomewhere = (y: Float64Array, start: number, stride: number, T: number): boolean => {
    let unstable = false
    for (let s = 0; s < shells; s++) {
      for (let i = 0; i < n; i++) content[i] = Math.max(y[start + s * stride + i], leastContent)
      host.thermodynamics.potentialJacobian(content, T, L)
      for (let ij = 0; ij < n * n; ij++) theta[s * n * n + ij] = L[ij]
      unstable ||= !isPositiveDefinite(L, n)
    }
    return unstable
  }

  return (y, start, stride, T, rate) => {
    if (!unstableSomewhere(y, start, stride, T)) return false
    let negative = 0
    upper.fill(0)
    for (let s = 0; s < shells; s++) {
      // What the shells inside leave of this pivot, then its own part; `upper` holds the coupling to the shell before.
      pivot.fill(0)
      if (s > 0)
        for (let i = 0; i < N; i++)
          for (let j = 0; j < N; j++) {
            let sum = 0
            for (let l = 0; l < N; l++)
              for (let m = 0; m < N; m++) sum += upper[l * N + i] * inverse[l * N + m] * upper[m * N + j]
            pivot[i * N + j] = -sum
          }
      for (let ij = 0, i = 0; i < n; i++)
        for (let j = 0; j < n; j++, ij++) {
          pivot[i * N + j] += volume[s] * theta[s * n * n + ij] - upper[i * N + j]
          pivot[(n + i) * N + n + j] -= upper[(n + i) * N + n + j]
        }
      for (let i = 0; i < n; i++) {
        pivot[i * N + n + i] -= volume[s]
        pivot[(n + i) * N + i] -= volume[s]
      }
      upper.fill(0)
      if (s < shells - 1) {
        const g = area[s] / distance[s]
        const k = start + s * stride
        for (let i = 0; i < n; i++) content[i] = Math.max(0.5 * (y[k + i] + y[k + stride + i]), leastContent)
        host.transport.onsager(content, T, L)
        const mobility = (g * host.molarVolume) / rate
        for (let ij = 0, i = 0; i < n; i++)
          for (let j = 0; j < n; j++, ij++) {
            upper[i * N + j] = -g * K[ij]
            upper[(n + i) * N + n + j] = mobility * L[ij]
            pivot[i * N + j] += g * K[ij]
            pivot[(n + i) * N + n + j] -= mobility * L[ij]
          }
      }
      negative += negatives(pivot)
      inverse.set(pivot)
      if (!invertSmall(inverse, 0, N)) return true
    }
    return negative > shells * n
  }
}

/** True where every pivot of the symmetric matrix m [n, n] is positive; m is overwritten. */
export const isPositiveDefinite = (m: Float64Array, n: number): boolean => {
  for (let k = 0; k < n; k++) {
    const pivot = m[k * n + k]
    if (!(pivot > 0)) return false
    for (let i = k + 1; i < n; i++) {
      const factor = m[i * n + k] / pivot
      for (let j = k; j < n; j++) m[i * n + j] -= factor * m[k * n + j]
    }
  }
  return true
}
