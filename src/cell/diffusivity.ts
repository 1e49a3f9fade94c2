import type { HostMaterial } from '../scales.ts'

/** L and Θ are multiplied at no less than this content [per formula unit], where their product has reached its limit. */
const leastContent = 1e-12

/**
 * The chemical diffusivity of a host, D̃ = L Θ V_m [m²/s], [n, n], with J = −D̃ ∇c.
 *
 * The record's own closed form where it has one, else the product of L and Θ; both finite as x_i → 0 since L_ij
 * vanishes as x_i while Θ_ii grows as RT/x_i.
 */
export const diffusivityOf = (
  host: HostMaterial,
): ((x: ArrayLike<number>, T: number, out: Float64Array) => Float64Array) => {
  const { transport, thermodynamics, molarVolume } = host
  if (transport.diffusivity)
    return transport.diffusivity as (x: ArrayLike<number>, T: number, out: Float64Array) => Float64Array
  const n = host.carriers.length
  const L = new Float64Array(n * n)
  const theta = new Float64Array(n * n)
  const content = new Float64Array(n)
  return (x, T, out) => {
    for (let i = 0; i < n; i++) content[i] = x[i] > leastContent ? x[i] : leastContent
    transport.onsager(content, T, L)
    thermodynamics.potentialJacobian(content, T, theta)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let l = 0; l < n; l++) sum += L[i * n + l] * theta[l * n + j]
        out[i * n + j] = molarVolume * sum
      }
    return out
  }
}
