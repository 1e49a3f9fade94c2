import type { HostMaterial } from '../scales.ts'
import { F } from '../units.ts'
import type { RadialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'

/** Step of the difference quotient for ∂D̃/∂x [per formula unit]: error 1e-7 of D̃'', round-off 1e-9. */
const difference = 1e-7

/**
 * Particles of one carrier: a tridiagonal (Thomas) sweep a particle. Same equations as `particle-coupled`, of which it
 * is the case n = 1; a test holds the two together. A measured D(x) may change tenfold between two shells, so the flux
 * takes Simpson's mean of D over the contents between them, ∫D dx/Δx, where the coupled kernels take D at the mean content.
 *
 * @param count  number of particles
 */
export const singleParticles = (host: HostMaterial, mesh: RadialMesh, count: number): Particles => {
  const { shells, volume, area, distance, surfaceVolume } = mesh
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
  const slopeAt = (x: number, T: number): number =>
    (diffusivityAt(x + difference, T) - diffusivityAt(x - difference, T)) / (2 * difference)
  // ∂(A G)/∂(inner content) and ∂(A G)/∂(outer content) of each face, then the factors.
  const inner = new Float64Array(count * shells)
  const outer = new Float64Array(count * shells)
  const pivot = new Float64Array(count * shells)

  return {
    size,
    width: 1,
    reaction: Float64Array.of(host.molarVolume / (host.carriers[0].charge * F)),
    differential: new Uint8Array(size).fill(1, 0, surfaceVolume > 0 ? size : shells),
    inner,
    outer,
    residual(y, yp, base, T, out) {
      const fixed = constant ? diffusivityAt(0.5, T) : 0
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        let x = y[k]
        let D = constant ? fixed : diffusivityAt(x, T)
        let fluxIn = 0
        for (let s = 0; s < shells; s++, k++) {
          const next = y[k + 1]
          let mean = fixed
          if (!constant) {
            const nextD = diffusivityAt(next, T)
            mean = (D + 4 * diffusivityAt(0.5 * (x + next), T) + nextD) / 6
            D = nextD
          }
          const flux = -conductance[s] * mean * (next - x)
          out[k] = volume[s] * yp[k] + flux - fluxIn
          fluxIn = flux
          x = next
        }
        out[k] = fluxIn - surfaceVolume * yp[k]
      }
      return true
    },
    jacobian(y, base, T) {
      const fixed = constant ? diffusivityAt(0.5, T) : 0
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        let x = y[k]
        let D = constant ? fixed : diffusivityAt(x, T)
        let slope = constant ? 0 : slopeAt(x, T)
        for (let s = 0; s < shells; s++) {
          const next = y[++k]
          const face = p * shells + s
          const g = conductance[s]
          if (constant) {
            inner[face] = g * fixed
            outer[face] = -g * fixed
            continue
          }
          const middle = 0.5 * (x + next)
          const nextD = diffusivityAt(next, T)
          const nextSlope = slopeAt(next, T)
          const mean = (D + 4 * diffusivityAt(middle, T) + nextD) / 6
          const middleSlope = 2 * slopeAt(middle, T)
          inner[face] = g * (mean - ((next - x) * (slope + middleSlope)) / 6)
          outer[face] = -g * (mean + ((next - x) * (middleSlope + nextSlope)) / 6)
          x = next
          D = nextD
          slope = nextSlope
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
        schur[p] = below - alpha * surfaceVolume
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
      let sum = surfaceVolume * y[start + shells]
      let total = surfaceVolume
      for (let s = 0; s < shells; s++) {
        sum += volume[s] * y[start + s]
        total += volume[s]
      }
      out[0] = sum / total
    },
  }
}
