import { invertHalves } from '../math/small-matrix.ts'
import type { HostMaterial } from '../scales.ts'
import { F } from '../units.ts'
import { diffusivityOf } from './diffusivity.ts'
import type { RadialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'
import { difference, smallest } from './particle-coupled.ts'
import { growthOf } from './particle-instability.ts'

/**
 * Particles of n carriers whose host has gradient energy ½ Σ K_ij ∇x_i·∇x_j (Cahn–Hilliard), so that phases can part:
 *
 *   J_i = −Σ_j L_ij ∂/∂r (μ_j + w_j),   w_i = −Σ_j K_ij ∇²x_j,   n·K∇x = 0 at r = 0 and R
 *
 * Two systems of second order in r: a shell holds x [n] and w [n], w in J/mol. The unknown is w and not μ + w because w is
 * linear in x: no logarithm is left in the equations, L ∇μ = L Θ ∇x stays finite as x_i → 0, and with K = 0 this is
 * `particle-coupled` line by line. With v, A, d the volume, outer face and face distance of a shell:
 *
 *   shell k:  v_k ẋ_k + A_k G_k − A_{k−1} G_{k−1} = 0,   G_k = −V_m L(x̄) [Θ(x̄) (x_{k+1} − x_k) + w_{k+1} − w_k]/d_k
 *             w_k + [A_k Γ_k − A_{k−1} Γ_{k−1}]/v_k = 0,  Γ_k = K (x_{k+1} − x_k)/d_k
 *   surface:  G_M − V_s ẋ_s − V_m j/(z F) = 0,   w_s − A_M Γ_M/V_s = 0      a last shell, where the mesh gives it a volume
 *             G_M − V_m j/(z F) = 0,   w_s + (6/h²) K (x_M − x_s) = 0,   Γ_M = 0      where not: from
 *             x = x_s + ½ ∇²x (R − r)² over the last shell of width h
 *
 * L and Θ at the arithmetic mean x̄ of a face: a harmonic mean of L would make a numerical jam. Rows of ions telescope:
 * conserved to round-off. Second order in r. A block Thomas sweep of 2n×2n blocks a particle, linear in shells; the
 * surface block that is left is x_s [n], w_s [n].
 *
 * @param host   with `gradient`, K_ij [J·m²/mol] for contents per formula unit
 * @param count  number of particles
 * Source: CahnHilliard1958 (the gradient energy)
 */
export const gradientParticles = (host: HostMaterial, mesh: RadialMesh, count: number): Particles => {
  const n = host.carriers.length
  const N = 2 * n
  const nn = n * n
  const NN = N * N
  const { shells, volume, area, distance, faceRadius, surfaceVolume } = mesh
  const { transport, molarVolume } = host
  const diffusivity = diffusivityOf(host)
  const K = Float64Array.from(host.gradient!)
  const size = (shells + 1) * N
  const conductance = area.map((A, k) => A / distance[k])
  // Weight of K (x_k − x_{k+1}) in row w of the shell inside, and of K (x_k − x_{k−1}) in that of the one outside.
  const curvatureOut = conductance.map((g, k) => (k === shells - 1 && surfaceVolume === 0 ? 0 : g / volume[k]))
  const lastWidth = faceRadius[shells - 1] - (shells > 1 ? faceRadius[shells - 2] : 0)
  const curvatureIn = conductance.map((g, k) => {
    if (k < shells - 1) return g / volume[k + 1]
    return surfaceVolume > 0 ? g / surfaceVolume : 6 / lastWidth ** 2
  })
  const grows = growthOf(host, mesh)
  const middle = new Float64Array(n)
  const L = new Float64Array(nn)
  const D = new Float64Array(nn)
  const shiftedL = new Float64Array(nn)
  const shiftedD = new Float64Array(nn)
  const fartherL = new Float64Array(nn)
  const fartherD = new Float64Array(nn)
  const flux = new Float64Array(n)
  const bend = new Float64Array(n)
  const work = new Float64Array(N)
  const rest = new Float64Array(N)
  const below = new Float64Array(n * N)
  // By face: A G by x inside and outside, by w outside (that inside is its negative); by shell: the block
  // that is left of it, its inverse, and inverse·(coupling to the next shell).
  const byInner = new Float64Array(count * shells * nn)
  const byOuter = new Float64Array(count * shells * nn)
  const byBend = new Float64Array(count * shells * nn)
  const block = new Float64Array(count * shells * NN)
  const pivot = new Float64Array(count * shells * NN)
  const response = new Float64Array(count * shells * NN)

  /** V_m L and D̃ = V_m L Θ at content x [n]. */
  const transportAt = (x: Float64Array, T: number, outL: Float64Array, outD: Float64Array): void => {
    transport.onsager(x, T, outL)
    for (let ij = 0; ij < nn; ij++) outL[ij] *= molarVolume
    diffusivity(x, T, outD)
  }

  return {
    size,
    width: N,
    reaction: Float64Array.from(host.carriers, ({ charge }) => molarVolume / (charge * F)),
    differential: Uint8Array.from({ length: size }, (_, k) =>
      k % N < n && (surfaceVolume > 0 || k < shells * N) ? 1 : 0,
    ),
    residual(y, yp, base, T, out) {
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        flux.fill(0)
        bend.fill(0)
        for (let s = 0; s < shells; s++, k += N) {
          for (let i = 0; i < n; i++) middle[i] = 0.5 * (y[k + i] + y[k + N + i])
          transportAt(middle, T, L, D)
          const g = conductance[s]
          const v = volume[s]
          const inside = s === shells - 1 && surfaceVolume === 0 ? 0 : g
          for (let i = 0; i < n; i++) {
            let G = 0
            let gamma = 0
            for (let j = 0; j < n; j++) {
              const dx = y[k + N + j] - y[k + j]
              G -= D[i * n + j] * dx + L[i * n + j] * (y[k + N + n + j] - y[k + n + j])
              gamma += K[i * n + j] * dx
            }
            G *= g
            gamma *= inside
            out[k + i] = v * yp[k + i] + G - flux[i]
            out[k + n + i] = y[k + n + i] + (gamma - bend[i]) / v
            flux[i] = G
            bend[i] = gamma
          }
        }
        for (let i = 0; i < n; i++) {
          let gamma = 0
          for (let j = 0; j < n; j++) gamma += K[i * n + j] * (y[k - N + j] - y[k + j])
          out[k + i] = flux[i] - surfaceVolume * yp[k + i]
          out[k + n + i] = y[k + n + i] + curvatureIn[shells - 1] * gamma
        }
      }
      return true
    },
    jacobian(y, base, T) {
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        for (let s = 0; s < shells; s++, k += N) {
          const f = (p * shells + s) * nn
          const g = conductance[s]
          for (let i = 0; i < n; i++) middle[i] = 0.5 * (y[k + i] + y[k + N + i])
          transportAt(middle, T, L, D)
          for (let ij = 0; ij < nn; ij++) {
            byInner[f + ij] = g * D[ij]
            byOuter[f + ij] = -g * D[ij]
            byBend[f + ij] = -g * L[ij]
          }
          for (let l = 0; l < n; l++) {
            const x = middle[l]
            const step = -difference * Math.max(Math.abs(x), smallest) // away from a full host
            middle[l] = x + step
            transportAt(middle, T, shiftedL, shiftedD)
            middle[l] = x + 2 * step
            transportAt(middle, T, fartherL, fartherD)
            middle[l] = x
            for (let i = 0; i < n; i++) {
              let slope = 0
              for (let j = 0; j < n; j++) {
                const ij = i * n + j
                // Second order: near a full host, exchange in place is slower than filling by as much as the room left.
                slope +=
                  (4 * shiftedD[ij] - fartherD[ij] - 3 * D[ij]) * (y[k + N + j] - y[k + j]) +
                  (4 * shiftedL[ij] - fartherL[ij] - 3 * L[ij]) * (y[k + N + n + j] - y[k + n + j])
              }
              slope *= (0.25 * g) / step
              byInner[f + i * n + l] -= slope
              byOuter[f + i * n + l] -= slope
            }
          }
        }
      }
      return true
    },
    factor(alpha, schur) {
      for (let p = 0; p < count; p++) {
        below.fill(0)
        for (let s = 0; s < shells; s++) {
          const f = (p * shells + s) * nn
          const b = (p * shells + s) * NN
          const mass = alpha * volume[s]
          const out = curvatureOut[s]
          const before = s > 0 ? curvatureIn[s - 1] : 0
          // Rows of ions: α v + ∂(A G)_k − below; rows of w: the curvature, less what the shells inside answer.
          for (let i = 0; i < n; i++)
            for (let j = 0; j < n; j++) {
              const ij = i * n + j
              pivot[b + i * N + j] = byInner[f + ij] - below[i * N + j]
              pivot[b + i * N + n + j] = -byBend[f + ij] - below[i * N + n + j]
              pivot[b + (n + i) * N + j] = -out * K[ij]
              pivot[b + (n + i) * N + n + j] = 0
              response[b + i * N + j] = byOuter[f + ij]
              response[b + i * N + n + j] = byBend[f + ij]
              response[b + (n + i) * N + j] = out * K[ij]
              response[b + (n + i) * N + n + j] = 0
            }
          for (let i = 0; i < n; i++) {
            pivot[b + i * N + i] += mass
            pivot[b + (n + i) * N + n + i] += 1
          }
          if (s > 0) bendAnswer(pivot, b, before, b - NN)
          for (let ij = b; ij < b + NN; ij++) block[ij] = pivot[ij]
          if (!invertHalves(pivot, b, n)) return false
          for (let j = 0; j < N; j++) {
            solveBlock(b, response, b + j, N)
            for (let i = 0; i < N; i++) response[b + i * N + j] = work[i]
          }
          // below = outer − inner · pivot⁻¹ · outer
          for (let i = 0; i < n; i++)
            for (let j = 0; j < N; j++) {
              let sum = j < n ? byOuter[f + i * n + j] : byBend[f + i * n + j - n]
              for (let l = 0; l < n; l++)
                sum -=
                  byInner[f + i * n + l] * response[b + l * N + j] -
                  byBend[f + i * n + l] * response[b + (n + l) * N + j]
              below[i * N + j] = sum
            }
        }
        const surface = p * NN
        for (let i = 0; i < n * N; i++) schur[surface + i] = below[i]
        for (let i = 0; i < n; i++) schur[surface + i * N + i] -= alpha * surfaceVolume
        for (let i = n; i < N; i++) for (let j = 0; j < N; j++) schur[surface + i * N + j] = i === j ? 1 : 0
        bendAnswer(schur, surface, curvatureIn[shells - 1], ((p + 1) * shells - 1) * NN)
      }
      return true
    },
    reduce(rhs, base) {
      for (let p = 0; p < count; p++) {
        let k = base + p * size
        for (let s = 0; s < shells; s++, k += N) {
          const f = (p * shells + s) * nn
          const b = (p * shells + s) * NN
          const sign = s === shells - 1 ? -1 : 1
          solveBlock(b, rhs, k, 1)
          for (let i = 0; i < n; i++) {
            let ions = 0
            let gamma = 0
            for (let j = 0; j < n; j++) {
              ions += byInner[f + i * n + j] * work[j] - byBend[f + i * n + j] * work[n + j]
              gamma += K[i * n + j] * work[j]
            }
            rhs[k + N + i] += sign * ions
            rhs[k + N + n + i] -= curvatureIn[s] * gamma
          }
          for (let i = 0; i < N; i++) rhs[k + i] = work[i]
        }
      }
    },
    expand(rhs, base) {
      for (let p = 0; p < count; p++) {
        let k = base + p * size + (shells - 1) * N
        for (let s = shells - 1; s >= 0; s--, k -= N) {
          const b = (p * shells + s) * NN
          for (let i = 0; i < N; i++) {
            let sum = rhs[k + i]
            for (let j = 0; j < N; j++) sum -= response[b + i * N + j] * rhs[k + N + j]
            rhs[k + i] = sum
          }
        }
      }
    },
    outruns(y, base, T, rate) {
      for (let p = 0; p < count; p++) if (grows(y, base + p * size, N, T, rate)) return true
      return false
    },
    fill(y, base, x) {
      for (let k = 0; k < count * size; k++) y[base + k] = k % N < n ? x[k % N] : 0
    },
    mean(y, base, p, out) {
      const start = base + p * size
      for (let i = 0; i < n; i++) out[i] = surfaceVolume * y[start + shells * N + i]
      let total = surfaceVolume
      for (let s = 0; s < shells; s++) {
        for (let i = 0; i < n; i++) out[i] += volume[s] * y[start + s * N + i]
        total += volume[s]
      }
      for (let i = 0; i < n; i++) out[i] /= total
    },
  }

  /** Rows w of the block at m[at…]: −c K (x of the next shell − x of the last one), the last one condensed into the next. */
  function bendAnswer(m: Float64Array, at: number, c: number, inner: number): void {
    for (let i = 0; i < n; i++)
      for (let j = 0; j < N; j++) {
        let sum = j < n ? K[i * n + j] : 0
        for (let l = 0; l < n; l++) sum += K[i * n + l] * response[inner + l * N + j]
        m[at + (n + i) * N + j] -= c * sum
      }
  }

  /**
   * work ← block⁻¹ v of the block at b, v from v[at], v[at + stride] …; refined once: the rows of ions then hold to round-off
   * although a full host makes exchange 1e8 times slower than filling.
   */
  function solveBlock(b: number, v: Float64Array, at: number, stride: number): void {
    for (let i = 0; i < N; i++) {
      let sum = 0
      for (let j = 0; j < N; j++) sum += pivot[b + i * N + j] * v[at + j * stride]
      work[i] = sum
    }
    for (let i = 0; i < N; i++) {
      let sum = v[at + i * stride]
      for (let j = 0; j < N; j++) sum -= block[b + i * N + j] * work[j]
      rest[i] = sum
    }
    for (let i = 0; i < N; i++) {
      let sum = 0
      for (let j = 0; j < N; j++) sum += pivot[b + i * N + j] * rest[j]
      work[i] += sum
    }
  }
}
