import { F } from '../units.ts'
import type { HostMaterial } from '../scales.ts'
import type { RadialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'

/** Step of the difference quotient for ∂D̃/∂x [per formula unit]: error 1e-7 of D̃'', round-off 1e-9. */
const difference = 1e-7

/**
 * Particles of one carrier: a tridiagonal (Thomas) sweep a particle. Same equations as `particle-coupled`, of which it
 * is the case n = 1; a test holds the two together.
 *
 * @param count  number of particles
 */
export const singleParticles = (host: HostMaterial, mesh: RadialMesh, count: number): Particles => {
  const { shells, volume, area, distance } = mesh
  const size = shells + 1
  const diffusivity = host.transport.diffusivity!
  const constant = host.transport.constant === true
  const conductance = area.map((A, k) => A / distance[k])
  const x1 = new Float64Array(1)
  const D1 = new Float64Array(1)
  const diffusivityAt = (x: number, T: number): number => {
    x1[0] = x
    diffusivity(x1, T, D1)
    return D1[0]
  }
  // ∂(A G)/∂(inner content) and ∂(A G)/∂(outer content) of each face, then the factors.
  const inner = new Float64Array(count * shells)
  const outer = new Float64Array(count * shells)
  const pivot = new Float64Array(count * shells)

  return {
    size,
    width: 1,
    reaction: Float64Array.of(host.molarVolume / (host.carriers[0].charge * F)),
    differential: new Uint8Array(size).fill(1, 0, shells),
    inner,
    outer,
    residual(y, yp, base, T, out) {
      let D = constant ? diffusivityAt(0.5, T) : 0
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        let x = y[k]
        let fluxIn = 0
        for (let s = 0; s < shells; s++, k++) {
          const next = y[k + 1]
          if (!constant) D = diffusivityAt(0.5 * (x + next), T)
          const flux = -conductance[s] * D * (next - x)
          out[k] = volume[s] * yp[k] + flux - fluxIn
          fluxIn = flux
          x = next
        }
        out[k] = fluxIn
      }
      return true
    },
    jacobian(y, base, T) {
      let D = constant ? diffusivityAt(0.5, T) : 0
      for (let p = 0; p < count; p++) {
        const start = base + p * size
        for (let s = 0; s < shells; s++) {
          const x = y[start + s]
          const next = y[start + s + 1]
          let slope = 0
          if (!constant) {
            const middle = 0.5 * (x + next)
            D = diffusivityAt(middle, T)
            slope = (0.5 * (next - x) * (diffusivityAt(middle + difference, T) - diffusivityAt(middle - difference, T))) / (2 * difference)
          }
          inner[p * shells + s] = conductance[s] * (D - slope)
          outer[p * shells + s] = -conductance[s] * (D + slope)
        }
      }
      return true
    },
    factor(alpha, schur) {
      for (let p = 0; p < count; p++) {
        const face = p * shells
        // Diagonal of shell k: α v_k + ∂(A G)_k/∂x_k − ∂(A G)_{k−1}/∂x_k; eliminated from the core outwards.
        let below = 0
        for (let s = 0; s < shells; s++) {
          const d = alpha * volume[s] + inner[face + s] - below
          const inverse = 1 / d
          pivot[face + s] = inverse
          below = outer[face + s] - inner[face + s] * inverse * outer[face + s]
        }
        schur[p] = below
      }
      return true
    },
    reduce(rhs, base) {
      for (let p = 0; p < count; p++) {
        const face = p * shells
        const start = base + p * size
        for (let s = 0; s < shells; s++) {
          // Row k+1 holds −∂(A G)_k/∂x_k in a shell, +∂(A G)_k/∂x_k in the surface row.
          const carried = inner[face + s] * pivot[face + s] * rhs[start + s]
          rhs[start + s + 1] += s === shells - 1 ? -carried : carried
        }
      }
    },
    expand(rhs, base) {
      for (let p = 0; p < count; p++) {
        const face = p * shells
        const start = base + p * size
        for (let s = shells - 1; s >= 0; s--)
          rhs[start + s] = pivot[face + s] * (rhs[start + s] - outer[face + s] * rhs[start + s + 1])
      }
    },
    fill(y, base, x) {
      y.fill(x[0], base, base + count * size)
    },
    mean(y, base, p, out) {
      const start = base + p * size
      let sum = 0
      let total = 0
      for (let s = 0; s < shells; s++) {
        sum += volume[s] * y[start + s]
        total += volume[s]
      }
      out[0] = sum / total
    },
  }
}
