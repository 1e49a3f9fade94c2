import { complexSqrt, cylinderAdmittance, plateAdmittance, sphereAdmittance } from '../../math/complex-diffusion.ts'
import { cholesky, symmetricEigen } from '../../math/symmetric-eigen.ts'
import type { HostMaterial } from '../../scales.ts'
import type { ParticleShape } from '../cell.ts'
import { diffusivityOf } from '../diffusivity.ts'

/**
 * How the diffusion inside a particle answers its surface content at the complex frequency s [1/s]: δG = S(s) δx_s, with
 * G = V_m J the outward flux of content at the surface [m/s]. Fills S [n, n], real and imaginary part.
 */
export type Admittance = (sRe: number, sIm: number, re: Float64Array, im: Float64Array) => void

/** How far from symmetric Cᵀ D̃ C⁻ᵀ may be, relative to its diagonal, for D̃ to count as L Θ V_m with a symmetric L. */
const asymmetry = 1e-6

/**
 * Modes of diffusion of a host at a content: D̃ = T diag(D_e) T⁻¹ with real D_e ≥ 0, since D̃ = L Θ V_m with L
 * positive semidefinite and Θ = C Cᵀ positive definite is similar to the symmetric Cᵀ L C V_m = Q diag(D_e) Qᵀ, T = C⁻ᵀ Q.
 *
 * @param x  content [n, per formula unit]
 * @returns  D_e [n, m²/s], T and T⁻¹ [n, n]; undefined where Θ is not positive definite (an unstable content) and n > 1
 */
export const diffusionModes = (
  host: HostMaterial,
  x: ArrayLike<number>,
  T: number,
): { values: Float64Array; vectors: Float64Array; inverse: Float64Array } | undefined => {
  const n = host.carriers.length
  const D = new Float64Array(n * n)
  diffusivityOf(host)(x, T, D)
  if (n === 1) return D[0] >= 0 ? { values: D, vectors: Float64Array.of(1), inverse: Float64Array.of(1) } : undefined
  const C = new Float64Array(n * n)
  host.thermodynamics.potentialJacobian(x, T, C)
  if (!cholesky(C, n)) return undefined
  // M = Cᵀ D̃ C⁻ᵀ: rows of Cᵀ D̃, then M Cᵀ = that, solved column by column (Cᵀ is upper triangular).
  const M = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = i; k < n; k++) sum += C[k * n + i] * D[k * n + j]
      for (let k = 0; k < j; k++) sum -= M[i * n + k] * C[j * n + k]
      M[i * n + j] = sum / C[j * n + j]
    }
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const mean = 0.5 * (M[i * n + j] + M[j * n + i])
      const size = Math.sqrt(Math.abs(M[i * n + i] * M[j * n + j]))
      if (Math.abs(M[i * n + j] - M[j * n + i]) > asymmetry * (size + Math.abs(mean))) return undefined
      M[i * n + j] = M[j * n + i] = mean
    }
  const Q = new Float64Array(n * n)
  symmetricEigen(M, n, Q)
  const vectors = new Float64Array(n * n)
  const inverse = new Float64Array(n * n)
  const values = new Float64Array(n)
  for (let e = 0; e < n; e++) {
    values[e] = Math.max(0, M[e * n + e])
    for (let i = n - 1; i >= 0; i--) {
      let sum = Q[i * n + e]
      for (let k = i + 1; k < n; k++) sum -= C[k * n + i] * vectors[k * n + e]
      vectors[i * n + e] = sum / C[i * n + i]
    }
    // T⁻¹ = Qᵀ Cᵀ
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let k = 0; k <= j; k++) sum += Q[k * n + e] * C[j * n + k]
      inverse[e * n + j] = sum
    }
  }
  return { values, vectors, inverse }
}

/**
 * The exact admittance of a uniform particle, mode by mode,
 *
 *   S = −T diag[(D_e/R_p) f(q_e)] T⁻¹,   q_e = R_p √(s/D_e),
 *
 * f of the shape as in `complex-diffusion`. A mode that does not diffuse (D_e = 0) is blocked.
 *
 * @returns undefined where `diffusionModes` has none
 */
export const exactAdmittance = (o: {
  readonly host: HostMaterial
  readonly shape: ParticleShape
  readonly radius: number
  readonly content: ArrayLike<number>
  readonly temperature: number
}): Admittance | undefined => {
  const { host, radius } = o
  const n = host.carriers.length
  const modes = diffusionModes(host, o.content, o.temperature)
  if (!modes) return undefined
  const { values, vectors, inverse } = modes
  const f = { sphere: sphereAdmittance, cylinder: cylinderAdmittance, plate: plateAdmittance }[o.shape]
  const q = new Float64Array(2)
  const value = new Float64Array(2)
  return (sRe, sIm, re, im) => {
    re.fill(0)
    im.fill(0)
    for (let e = 0; e < n; e++) {
      const D = values[e]
      if (!(D > 0)) continue
      complexSqrt(sRe / D, sIm / D, q)
      f(radius * q[0], radius * q[1], value)
      const g = -D / radius
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          const w = g * vectors[i * n + e] * inverse[e * n + j]
          re[i * n + j] += w * value[0]
          im[i * n + j] += w * value[1]
        }
    }
  }
}
