import type { Transport } from '../scales.ts'
import { R } from '../units.ts'
import { pairDiffusivityTerms } from './mean-field-pair-terms.ts'
import { type Rise, riseTable } from './rise-table.ts'
import type { SiteFreeEnergy, StepGroup } from './site-free-energy.ts'

/** What both functions below have of `Transport`. */
export type PairDiffusivity = Required<
  Pick<Transport, 'diffusivity' | 'diffusivities' | 'diffusivitySlopes' | 'diffusivityTerms'>
>

/** What D̃ of two carriers is made of. */
export type PairRates = {
  readonly law: SiteFreeEnergy
  readonly rises: readonly Rise[]
  readonly a2: number
  /** w_0, w_1 [1/s], filled by `prepare`. */
  readonly w: Float64Array
  /** 4 w_00, p_01, p_01, 4 w_11 [1/s], [2, 2], filled by `prepare`. */
  readonly p: Float64Array
  /** Sets the rates at a temperature [K]. */
  prepare(T: number): void
}

/**
 * D̃ of `meanFieldTransport` for two carriers, written out in locals and for many contents in a call: the inner loop of every
 * Li–Mg cell. With u = x̂, P = J + Σ_s slope_s n_s n_sᵀ and Q = RT m ωωᵀ/max² + x_v P
 *
 *   (D̃ u)_0 = a² { x_v (λ_0 u_0 + p x̂_0 u_1) + (m/RT) x̂_0 (λ_0 q_0 + p x̂_1 q_1) },   q = Q u,   and 1 likewise
 *
 * the slope of the steps from a table, good to 1e-10 of it.
 */
export const pairDiffusivity = (
  o: Omit<PairRates, 'rises'> & { readonly groups: readonly StepGroup[] },
): PairDiffusivity => {
  const { law, a2, w, p, prepare } = o
  const { sites } = law
  const rises = o.groups.map(group => riseTable(group, law))
  const perSite = 1 / sites
  const [a, b] = law.weights.map(weight => weight / law.max)
  // Numbers that loops begin sums from come out of typed arrays: a sum that begins from a captured variable is boxed in every turn.
  const J = Float64Array.from(law.interaction)

  const diffusivities: PairDiffusivity['diffusivities'] = (x, count, T, out) => {
    prepare(T)
    const room = R * T * sites
    const room00 = room * a * a
    const room01 = room * a * b
    const room11 = room * b * b
    const perRT = sites / (R * T)
    const w0 = a2 * w[0]
    const w1 = a2 * w[1]
    const p00 = a2 * p[0]
    const p01 = a2 * p[1]
    const p11 = a2 * p[3]
    for (let f = 0, k = 0; f < count; f++, k += 4) {
      const x0 = x[2 * f]
      const x1 = x[2 * f + 1]
      const vacancy = 1 - a * x0 - b * x1
      const v = vacancy > 0 ? vacancy : 0
      const h0 = x0 > 0 ? x0 * perSite : 0
      const h1 = x1 > 0 ? x1 * perSite : 0
      let P00 = J[0]
      let P01 = J[1]
      let P11 = J[3]
      for (let g = 0; g < rises.length; g++) {
        const { line, last, cells } = rises[g]
        const d0 = line[0]
        const d1 = line[1]
        const t = (d0 * x0 + d1 * x1 - line[2]) * line[3]
        const cell = t < 0 ? 0 : t < last ? t | 0 : last
        const u = t - cell
        const at = 4 * cell
        const slope = cells[at] + u * (cells[at + 1] + u * (cells[at + 2] + u * cells[at + 3]))
        const along = slope * d0
        P00 += along * d0
        P01 += along * d1
        P11 += slope * d1 * d1
      }
      const Q00 = room00 + v * P00
      const Q01 = room01 + v * P01
      const Q11 = room11 + v * P11
      const cross0 = p01 * h1
      const cross1 = p01 * h0
      const lambda0 = w0 + p00 * h0 + cross0
      const lambda1 = w1 + p11 * h1 + cross1
      const s0 = perRT * h0
      const s1 = perRT * h1
      out[k] = v * lambda0 + s0 * (lambda0 * Q00 + cross0 * Q01)
      out[k + 1] = v * cross1 + s0 * (lambda0 * Q01 + cross0 * Q11)
      out[k + 2] = v * cross0 + s1 * (lambda1 * Q01 + cross1 * Q00)
      out[k + 3] = v * lambda1 + s1 * (lambda1 * Q11 + cross1 * Q01)
    }
  }

  const diffusivitySlopes: PairDiffusivity['diffusivitySlopes'] = (x, u, count, T, out, slopes) => {
    prepare(T)
    const room = R * T * sites
    const room00 = room * a * a
    const room01 = room * a * b
    const room11 = room * b * b
    const perRT = sites / (R * T)
    const w0 = a2 * w[0]
    const w1 = a2 * w[1]
    const p00 = a2 * p[0]
    const p01 = a2 * p[1]
    const p11 = a2 * p[3]
    for (let f = 0, k = 0; f < count; f++, k += 4) {
      const x0 = x[2 * f]
      const x1 = x[2 * f + 1]
      const vacancy = 1 - a * x0 - b * x1
      const v = vacancy > 0 ? vacancy : 0
      const v0 = vacancy > 0 ? -a : 0
      const v1 = vacancy > 0 ? -b : 0
      const h0 = x0 > 0 ? x0 * perSite : 0
      const h1 = x1 > 0 ? x1 * perSite : 0
      // ∂x̂_i/∂x_i
      const e0 = x0 > 0 ? perSite : 0
      const e1 = x1 > 0 ? perSite : 0
      let P00 = J[0]
      let P01 = J[1]
      let P11 = J[3]
      // ∂P/∂x_l = Σ slope' d_l d dᵀ
      let B000 = 0
      let B001 = 0
      let B011 = 0
      let B111 = 0
      for (let g = 0; g < rises.length; g++) {
        const { line, last, cells } = rises[g]
        const d0 = line[0]
        const d1 = line[1]
        const t = (d0 * x0 + d1 * x1 - line[2]) * line[3]
        const cell = t < 0 ? 0 : t < last ? t | 0 : last
        const at = 4 * cell
        const r = t - cell
        const slope = cells[at] + r * (cells[at + 1] + r * (cells[at + 2] + r * cells[at + 3]))
        const bend = line[3] * (cells[at + 1] + r * (2 * cells[at + 2] + 3 * r * cells[at + 3]))
        const d00 = d0 * d0
        const d01 = d0 * d1
        const d11 = d1 * d1
        P00 += slope * d00
        P01 += slope * d01
        P11 += slope * d11
        const bend0 = bend * d0
        const bend1 = bend * d1
        B000 += bend0 * d00
        B001 += bend0 * d01
        B011 += bend0 * d11
        B111 += bend1 * d11
      }
      const Q00 = room00 + v * P00
      const Q01 = room01 + v * P01
      const Q11 = room11 + v * P11
      const cross0 = p01 * h1
      const cross1 = p01 * h0
      const lambda0 = w0 + p00 * h0 + cross0
      const lambda1 = w1 + p11 * h1 + cross1
      const s0 = perRT * h0
      const s1 = perRT * h1
      out[k] = v * lambda0 + s0 * (lambda0 * Q00 + cross0 * Q01)
      out[k + 1] = v * cross1 + s0 * (lambda0 * Q01 + cross0 * Q11)
      out[k + 2] = v * cross0 + s1 * (lambda1 * Q01 + cross1 * Q00)
      out[k + 3] = v * lambda1 + s1 * (lambda1 * Q11 + cross1 * Q01)
      const u0 = u[2 * f]
      const u1 = u[2 * f + 1]
      const q0 = Q00 * u0 + Q01 * u1
      const q1 = Q01 * u0 + Q11 * u1
      const ideal0 = lambda0 * u0 + cross1 * u1
      const ideal1 = lambda1 * u1 + cross0 * u0
      const pull0 = lambda0 * q0 + cross0 * q1
      const pull1 = lambda1 * q1 + cross1 * q0
      // By x_0: x̂_0 alone moves; λ_0 by p_00, λ_1 and cross_1 by p_01.
      const q00 = (v0 * P00 + v * B000) * u0 + (v0 * P01 + v * B001) * u1
      const q10 = (v0 * P01 + v * B001) * u0 + (v0 * P11 + v * B011) * u1
      const by0 = p01 * e0
      slopes[k] =
        v0 * ideal0 +
        v * (p00 * e0 * u0 + by0 * u1) +
        perRT * e0 * pull0 +
        s0 * (p00 * e0 * q0 + lambda0 * q00 + cross0 * q10)
      slopes[k + 2] = v0 * ideal1 + v * by0 * u1 + s1 * (by0 * q1 + lambda1 * q10 + by0 * q0 + cross1 * q00)
      // By x_1, the same with the carriers exchanged.
      const q01 = (v1 * P00 + v * B001) * u0 + (v1 * P01 + v * B011) * u1
      const q11 = (v1 * P01 + v * B011) * u0 + (v1 * P11 + v * B111) * u1
      const by1 = p01 * e1
      slopes[k + 1] = v1 * ideal0 + v * by1 * u0 + s0 * (by1 * q0 + lambda0 * q01 + by1 * q1 + cross0 * q11)
      slopes[k + 3] =
        v1 * ideal1 +
        v * (p11 * e1 * u1 + by1 * u0) +
        perRT * e1 * pull1 +
        s1 * (p11 * e1 * q1 + lambda1 * q11 + cross1 * q01)
    }
  }

  const one = new Float64Array(2)
  return {
    diffusivities,
    diffusivitySlopes,
    diffusivityTerms: pairDiffusivityTerms({ law, rises, a2, w, p, prepare }),
    diffusivity(x, T, out = new Float64Array(4)) {
      one[0] = x[0]
      one[1] = x[1]
      diffusivities(one, 1, T, out)
      return out
    },
  }
}
