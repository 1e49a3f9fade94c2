import type { Electrode } from './electrode.ts'

/**
 * The condensation of particles and reactions into j(c, Δ) as `condensed-surfaces.ts` has it, of two carriers without a gradient term: its
 * 2×2 blocks in locals.
 *
 *   W = (S − s ∂j/∂x)⁻¹,   J_eff = s⁻¹ S W s ∂j/∂fields,   drive = s⁻¹ (S W − 1) r,   dx = W (r + s ∂j/∂fields d(fields))
 *
 * @param o.scale      s, V_m/(z_i F) [2]
 * @param o.schur      S, of the particles alone [count, 2, 2]
 * @param o.surfaceAt  the first unknown of the first particle's surface; those of the next are `size` further
 */
export const pairSurfaces = (
  o: Pick<Electrode, 'count' | 'bySurface' | 'byField' | 'effective' | 'drive'> & {
    readonly scale: Float64Array
    readonly schur: Float64Array
    readonly surfaceAt: number
    readonly size: number
    readonly K: number
  },
) => {
  const { count, bySurface, byField, effective, drive, schur, surfaceAt, size, K } = o
  const [s0, s1] = o.scale
  const [perScale0, perScale1] = [1 / s0, 1 / s1]
  const [ratio, inverseRatio] = [s1 / s0, s0 / s1]
  const W = new Float64Array(4 * count)
  // s⁻¹ (S W − 1)
  const left = new Float64Array(4 * count)
  return {
    factor(): boolean {
      let finite = 0
      for (let p = 0, w = 0; p < count; p++, w += 4) {
        const a = schur[w]
        const b = schur[w + 1]
        const c = schur[w + 2]
        const d = schur[w + 3]
        const m0 = a - s0 * bySurface[w]
        const m1 = b - s0 * bySurface[w + 1]
        const m2 = c - s1 * bySurface[w + 2]
        const m3 = d - s1 * bySurface[w + 3]
        const inverse = 1 / (m0 * m3 - m1 * m2)
        const w0 = m3 * inverse
        const w1 = -m1 * inverse
        const w2 = -m2 * inverse
        const w3 = m0 * inverse
        finite += 0 * inverse
        W[w] = w0
        W[w + 1] = w1
        W[w + 2] = w2
        W[w + 3] = w3
        const t0 = a * w0 + b * w2
        const t1 = a * w1 + b * w3
        const t2 = c * w0 + d * w2
        const t3 = c * w1 + d * w3
        left[w] = (t0 - 1) * perScale0
        left[w + 1] = t1 * perScale0
        left[w + 2] = t2 * perScale1
        left[w + 3] = (t3 - 1) * perScale1
        for (let f = 2 * p * K, end = f + K; f < end; f++) {
          const first = byField[f]
          const second = byField[f + K]
          effective[f] = t0 * first + t1 * ratio * second
          effective[f + K] = t2 * inverseRatio * first + t3 * second
        }
      }
      return finite === 0
    },
    reduce(rhs: Float64Array): void {
      for (let p = 0, at = surfaceAt, w = 0; p < count; p++, at += size, w += 4) {
        const a = rhs[at]
        const b = rhs[at + 1]
        drive[2 * p] = left[w] * a + left[w + 1] * b
        drive[2 * p + 1] = left[w + 2] * a + left[w + 3] * b
      }
    },
    expand(rhs: Float64Array, start: number, stride: number, from: Float64Array): void {
      for (let p = 0, at = surfaceAt, f0 = start; p < count; p++, at += size, f0 += stride) {
        const row = 2 * p * K
        const delta = from[f0 + K]
        let a = byField[row + K - 1] * delta
        let b = byField[row + 2 * K - 1] * delta
        for (let m = 0; m < K - 1; m++) {
          a += byField[row + m] * from[f0 + m]
          b += byField[row + K + m] * from[f0 + m]
        }
        a = rhs[at] + s0 * a
        b = rhs[at + 1] + s1 * b
        const w = 4 * p
        rhs[at] = W[w] * a + W[w + 1] * b
        rhs[at + 1] = W[w + 2] * a + W[w + 3] * b
      }
    },
  }
}
