import { invertSmall } from '../math/small-matrix.ts'
import type { HostMaterial } from '../scales.ts'
import { F } from '../units.ts'
import { diffusivityOf } from './diffusivity.ts'
import { cutOf } from './drained.ts'
import type { RadialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'

/** Step of the difference quotients for ∂D̃/∂x, relative to the content and at least `smallest` [per formula unit]. */
export const difference = 1e-8
export const smallest = 1e-9

/**
 * Particles of n carriers that share one host, coupled through the full D̃ = L Θ V_m, evaluated at the face mean of x:
 * a block Thomas sweep of n×n blocks a particle. No ion is drawn out of a shell that has none, or into one that is full, see `Cut`.
 *
 * @param count  number of particles
 */
export const coupledParticles = (host: HostMaterial, mesh: RadialMesh, count: number): Particles => {
  const n = host.carriers.length
  const nn = n * n
  const { shells, volume, area, distance, surfaceVolume } = mesh
  const size = (shells + 1) * n
  const diffusivity = diffusivityOf(host)
  const constant = host.transport.constant === true
  const cut = cutOf(host)
  const conductance = area.map((A, k) => A / distance[k])
  const D = new Float64Array(nn)
  const shifted = new Float64Array(nn)
  const middle = new Float64Array(n)
  // ∂(A G)/∂(inner content) and ∂(A G)/∂(outer content) of each face, [face, n, n]; the inverted pivots.
  const inner = new Float64Array(count * shells * nn)
  const outer = new Float64Array(count * shells * nn)
  const pivot = new Float64Array(count * shells * nn)
  const below = new Float64Array(nn)
  const product = new Float64Array(nn)
  const flux = new Float64Array(n)
  const next = new Float64Array(n)
  const work = new Float64Array(n)

  const residual: Particles['residual'] = (y, yp, base, T, out) => {
    for (let p = 0; p < count; p++) {
      let k = base + p * size
      flux.fill(0)
      for (let s = 0; s < shells; s++, k += n) {
        for (let i = 0; i < n; i++) middle[i] = 0.5 * (y[k + i] + y[k + n + i])
        diffusivity(middle, T, D)
        const g = conductance[s]
        const v = volume[s]
        for (let i = 0; i < n; i++) {
          let G = 0
          for (let j = 0; j < n; j++) G -= D[i * n + j] * (y[k + n + j] - y[k + j])
          next[i] = g * G
        }
        cut.apply(y, k, next)
        for (let i = 0; i < n; i++) {
          out[k + i] = v * yp[k + i] + next[i] - flux[i]
          flux[i] = next[i]
        }
      }
      for (let i = 0; i < n; i++) out[k + i] = flux[i] - surfaceVolume * yp[k + i]
    }
    return true
  }

  return {
    size,
    width: n,
    reaction: Float64Array.from(host.carriers, ({ charge }) => host.molarVolume / (charge * F)),
    differential: new Uint8Array(size).fill(1, 0, surfaceVolume > 0 ? size : shells * n),
    inner,
    outer,
    residual,
    jacobian(y, base, T) {
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        for (let s = 0; s < shells; s++, k += n) {
          const f = (p * shells + s) * nn
          const g = conductance[s]
          for (let i = 0; i < n; i++) middle[i] = 0.5 * (y[k + i] + y[k + n + i])
          diffusivity(middle, T, D)
          for (let ij = 0; ij < nn; ij++) {
            inner[f + ij] = g * D[ij]
            outer[f + ij] = -g * D[ij]
          }
          for (let i = 0; i < n; i++) {
            next[i] = 0
            for (let j = 0; j < n; j++) next[i] -= g * D[i * n + j] * (y[k + n + j] - y[k + j])
          }
          for (let l = 0; l < n && !constant; l++) {
            const x = middle[l]
            const step = -difference * Math.max(Math.abs(x), smallest) // away from a full host
            middle[l] = x + step
            diffusivity(middle, T, shifted)
            middle[l] = x
            for (let i = 0; i < n; i++) {
              let slope = 0
              for (let j = 0; j < n; j++) slope += (shifted[i * n + j] - D[i * n + j]) * (y[k + n + j] - y[k + j])
              slope *= (0.5 * g) / step
              inner[f + i * n + l] -= slope
              outer[f + i * n + l] -= slope
            }
          }
          cut.linearise(y, k, next, inner, outer, f)
        }
      }
      return true
    },
    factor(alpha, schur) {
      for (let p = 0; p < count; p++) {
        below.fill(0)
        for (let s = 0; s < shells; s++) {
          const f = (p * shells + s) * nn
          const mass = alpha * volume[s]
          for (let ij = 0; ij < nn; ij++) pivot[f + ij] = inner[f + ij] - below[ij]
          for (let i = 0; i < n; i++) pivot[f + i * n + i] += mass
          if (!invertSmall(pivot, f, n)) return false
          // below = outer − inner · pivot⁻¹ · outer
          multiply(pivot, f, outer, f, product, n)
          for (let i = 0; i < n; i++)
            for (let j = 0; j < n; j++) {
              let sum = outer[f + i * n + j]
              for (let l = 0; l < n; l++) sum -= inner[f + i * n + l] * product[l * n + j]
              below[i * n + j] = sum
            }
        }
        for (let ij = 0; ij < nn; ij++) schur[p * nn + ij] = below[ij]
        for (let i = 0; i < n; i++) schur[p * nn + i * n + i] -= alpha * surfaceVolume
      }
      return true
    },
    reduce(rhs, base) {
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        for (let s = 0; s < shells; s++, k += n) {
          const f = (p * shells + s) * nn
          const sign = s === shells - 1 ? -1 : 1
          for (let i = 0; i < n; i++) {
            let sum = 0
            for (let j = 0; j < n; j++) sum += pivot[f + i * n + j] * rhs[k + j]
            work[i] = sum
          }
          for (let i = 0; i < n; i++) {
            let sum = 0
            for (let j = 0; j < n; j++) sum += inner[f + i * n + j] * work[j]
            rhs[k + n + i] += sign * sum
          }
        }
      }
    },
    expand(rhs, base) {
      for (let p = 0; p < count; p++) {
        let k = base + p * size + (shells - 1) * n
        for (let s = shells - 1; s >= 0; s--, k -= n) {
          const f = (p * shells + s) * nn
          for (let i = 0; i < n; i++) {
            let sum = rhs[k + i]
            for (let j = 0; j < n; j++) sum -= outer[f + i * n + j] * rhs[k + n + j]
            work[i] = sum
          }
          for (let i = 0; i < n; i++) {
            let sum = 0
            for (let j = 0; j < n; j++) sum += pivot[f + i * n + j] * work[j]
            rhs[k + i] = sum
          }
        }
      }
    },
    fill(y, base, x) {
      for (let k = 0; k < count * (shells + 1); k++) for (let i = 0; i < n; i++) y[base + k * n + i] = x[i]
    },
    mean(y, base, p, out) {
      const start = base + p * size
      for (let i = 0; i < n; i++) out[i] = surfaceVolume * y[start + shells * n + i]
      let total = surfaceVolume
      for (let s = 0; s < shells; s++) {
        for (let i = 0; i < n; i++) out[i] += volume[s] * y[start + s * n + i]
        total += volume[s]
      }
      for (let i = 0; i < n; i++) out[i] /= total
    },
  }
}

/** out = a·b of n×n blocks inside flat arrays. */
const multiply = (a: Float64Array, atA: number, b: Float64Array, atB: number, out: Float64Array, n: number): void => {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let l = 0; l < n; l++) sum += a[atA + i * n + l] * b[atB + l * n + j]
      out[i * n + j] = sum
    }
}
