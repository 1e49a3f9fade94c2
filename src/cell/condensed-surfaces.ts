import { invertHalves, invertSmall } from '../math/small-matrix.ts'
import { pairSurfaces } from './surface-pair.ts'
import type { Surfaces } from './surfaces.ts'

/** What the rest of the cell sees of the particles and reactions of an electrode, once both are linearised. */
export type CondensedSurfaces = {
  /** ∂j/∂(c_1 … c_{K−1}, Δ) with the particle condensed, [count, n, K]. */
  readonly effective: Float64Array
  /** The j that the particles' own right-hand sides cause, of the last `reduce` [count, n]. */
  readonly drive: Float64Array
  factor(alpha: number): boolean
  /** Eliminates the particles from rhs and fills `drive`. */
  reduce(rhs: Float64Array): void
  /** See `Electrode.expand`. */
  expand(rhs: Float64Array, K: number, start: number, stride: number, from?: Float64Array): void
}

/**
 * The condensation of particles and reactions into j(c, Δ) of their point. The surface row says scale·dj = S dx − r, so
 *
 *   W = (S − s ∂j/∂x)⁻¹,   J_eff = s⁻¹ S W s ∂j/∂fields,   drive = s⁻¹ (S W − 1) r,   dx = W (r + s ∂j/∂fields d(fields)),
 *
 * S the Schur complement that a particle leaves of itself, s = V_m/(z_i F): no difference of large rates. One carrier has a loop
 * of its own, two without a gradient term `surface-pair.ts`.
 *
 * @param bySurface  ∂j/∂(surface unknowns) [count, n, width], of the reactions
 * @param byField    ∂j/∂(fields) [count, n, K], of the reactions
 */
export const condensedSurfaces = (
  { particles, n, count, base, at: first, size, width }: Surfaces,
  bySurface: Float64Array,
  byField: Float64Array,
  K: number,
): CondensedSurfaces => {
  const { reaction: scale } = particles
  const gradient = width === 2 * n
  const perScale = 1 / scale[0]
  const effective = new Float64Array(count * n * K)
  const drive = new Float64Array(count * n)
  const schur = new Float64Array(count * width * width)
  // W and S W of each particle, [count, width, width] and [count, n, width].
  const W = new Float64Array(count * width * width)
  const SW = new Float64Array(count * n * width)
  const work = new Float64Array(width)

  if (n === 2 && width === 2) {
    const pair = pairSurfaces({
      count,
      bySurface,
      byField,
      effective,
      drive,
      scale,
      schur,
      surfaceAt: first,
      size,
      K,
    })
    return {
      effective,
      drive,
      factor: alpha => particles.factor(alpha, schur) && pair.factor(),
      reduce(rhs) {
        particles.reduce(rhs, base)
        pair.reduce(rhs)
      },
      expand(rhs, _K, start, stride, from = rhs) {
        pair.expand(rhs, start, stride, from)
        particles.expand(rhs, base)
      },
    }
  }

  /** `factor` from the Schur complements of one surface unknown a particle. */
  const factorOne = (): boolean => {
    for (let p = 0; p < count; p++) {
      const inverse = 1 / (schur[p] - scale[0] * bySurface[p])
      const part = schur[p] * inverse
      if (!Number.isFinite(inverse)) return false
      W[p] = inverse
      SW[p] = part
      for (let f = p * K; f < (p + 1) * K; f++) effective[f] = part * byField[f]
    }
    return true
  }

  return {
    effective,
    drive,
    factor(alpha) {
      if (!particles.factor(alpha, schur)) return false
      if (width === 1) return factorOne()
      const ww = width * width
      for (let p = 0; p < count; p++) {
        const w = p * ww
        for (let i = 0; i < ww; i++) W[w + i] = schur[w + i]
        for (let i = 0; i < n; i++)
          for (let l = 0; l < width; l++) W[w + i * width + l] -= scale[i] * bySurface[(p * n + i) * width + l]
        if (!(gradient ? invertHalves(W, w, n) : invertSmall(W, w, width))) return false
        for (let i = 0; i < n; i++) {
          const row = (p * n + i) * width
          for (let l = 0; l < width; l++) {
            let sum = 0
            for (let m = 0; m < width; m++) sum += schur[w + i * width + m] * W[w + m * width + l]
            SW[row + l] = sum
          }
        }
        for (let i = 0; i < n; i++)
          for (let f = 0; f < K; f++) {
            let sum = 0
            for (let l = 0; l < n; l++) sum += SW[(p * n + i) * width + l] * scale[l] * byField[(p * n + l) * K + f]
            effective[(p * n + i) * K + f] = sum / scale[i]
          }
      }
      return true
    },
    reduce(rhs) {
      particles.reduce(rhs, base)
      for (let p = 0, at = first; p < count; p++, at += size) {
        if (width === 1) {
          drive[p] = (SW[p] * rhs[at] - rhs[at]) * perScale
          continue
        }
        for (let i = 0; i < n; i++) {
          let sum = -rhs[at + i]
          for (let l = 0; l < width; l++) sum += SW[(p * n + i) * width + l] * rhs[at + l]
          drive[p * n + i] = sum / scale[i]
        }
      }
    },
    expand(rhs, fieldCount, start, stride, from = rhs) {
      for (let p = 0, at = first, f0 = start; p < count; p++, at += size, f0 += stride) {
        for (let i = 0; i < n; i++) {
          // The reaction knows the concentrations and Δ.
          const row = (p * n + i) * fieldCount
          let sum = byField[row + fieldCount - 1] * from[f0 + fieldCount]
          for (let m = 0; m < fieldCount - 1; m++) sum += byField[row + m] * from[f0 + m]
          rhs[at + i] += scale[i] * sum
        }
        if (width === 1) {
          rhs[at] *= W[p]
          continue
        }
        for (let l = 0; l < width; l++) {
          let sum = 0
          for (let m = 0; m < width; m++) sum += W[(p * width + l) * width + m] * rhs[at + m]
          work[l] = sum
        }
        for (let l = 0; l < width; l++) rhs[at + l] = work[l]
      }
      particles.expand(rhs, base)
    },
  }
}
