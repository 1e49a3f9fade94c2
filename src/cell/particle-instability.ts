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
 * a block tridiagonal matrix whose scalar pivots count them by their signs (Sylvester's law of inertia), whatever the
 * scales of its rows. Mobility gradients are left out of it. O(shells·n³).
 *
 * @returns false at once where Θ is positive definite in every shell
 * Source: computed: inertia is additive over pivots of a congruence
 */
export const growthOf = (host: HostMaterial, mesh: RadialMesh): Grows => {
  const n = host.carriers.length
  const N = 2 * n
  const NN = N * N
  const W = 2 * N
  const { area, distance, surfaceVolume } = mesh
  const volume = surfaceVolume > 0 ? Float64Array.of(...mesh.volume, surfaceVolume) : mesh.volume
  const shells = volume.length
  const K = Float64Array.from(host.gradient!)
  const theta = new Float64Array(shells * n * n)
  const content = new Float64Array(n)
  const L = new Float64Array(n * n)
  // The pivot of a shell, its coupling to the next one, and what elimination adds to that one's pivot: [2N, 2N].
  const window = new Float64Array(4 * NN)

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
    window.fill(0)
    for (let s = 0; s < shells; s++) {
      const v = volume[s]
      for (let ij = s * n * n, i = 0; i < n; i++) {
        for (let j = 0; j < n; j++, ij++) window[i * W + j] += v * theta[ij]
        window[i * W + n + i] -= v
        window[(n + i) * W + i] -= v
      }
      if (s < shells - 1) {
        const g = area[s] / distance[s]
        const k = start + s * stride
        for (let i = 0; i < n; i++) content[i] = Math.max(0.5 * (y[k + i] + y[k + stride + i]), leastContent)
        host.transport.onsager(content, T, L)
        const mobility = (g * host.molarVolume) / rate
        for (let ij = 0, i = 0; i < n; i++)
          for (let j = 0; j < n; j++, ij++) {
            couple(i, j, g * K[ij])
            couple(n + i, n + j, -mobility * L[ij])
          }
      }
      for (let k = 0; k < N; k++) {
        const pivot = window[k * W + k]
        if (pivot < 0) negative++
        for (let i = k + 1; i < W; i++) {
          const factor = window[i * W + k] / pivot
          if (factor !== 0) for (let j = k + 1; j < W; j++) window[i * W + j] -= factor * window[k * W + j]
        }
      }
      for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) window[i * W + j] = window[(N + i) * W + N + j]
      for (let i = 0; i < W; i++) for (let j = i < N ? N : 0; j < W; j++) window[i * W + j] = 0
    }
    return negative > shells * n
  }

  /** Adds a spring of strength c between unknown i of a shell and unknown j of the next one (and of itself). */
  function couple(i: number, j: number, c: number): void {
    window[i * W + j] += c
    window[(N + i) * W + N + j] += c
    window[i * W + N + j] -= c
    window[(N + i) * W + j] -= c
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
