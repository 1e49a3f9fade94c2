import {
  cubicAt,
  type DiffusivityTerms,
  larger,
  literal,
  minus,
  plus,
  type Term,
  times,
  whereAbove,
} from '../math/term.ts'
import { R } from '../units.ts'
import type { PairRates } from './mean-field-pair.ts'

/** Coefficients before those of the groups of steps, and of each group. */
const ofAll = 16
const ofGroup = 9

/** One array after the other. */
const joined = (arrays: readonly Float64Array[]): Float64Array => {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const one of arrays) {
    all.set(one, at)
    at += one.length
  }
  return all
}

/**
 * `pairDiffusivity` as terms, for loops that are compiled: the same equations, its slopes in full.
 *
 *   ∂(D̃ u)_0/∂x_l = a² { ∂_l x_v (λ_0 u_0 + p x̂_0 u_1) + x_v ∂_l(…) + (m/RT) ∂_l[x̂_0 (λ_0 q_0 + p x̂_1 q_1)] },   q = Q u
 */
export const pairDiffusivityTerms = ({ law, rises, a2, w, p, prepare }: PairRates): DiffusivityTerms => {
  const { sites, interaction } = law
  const [a, b] = law.weights.map(weight => weight / law.max)
  return {
    name: `mean field, ${rises.length} groups of steps`,
    coefficients: ofAll + ofGroup * rises.length,
    table: joined(rises.map(({ cells }) => cells)),
    fill(T, out) {
      prepare(T)
      const room = R * T * sites
      out[0] = room * a * a
      out[1] = room * a * b
      out[2] = room * b * b
      out[3] = sites / (R * T)
      out[4] = a2 * w[0]
      out[5] = a2 * w[1]
      out[6] = a2 * p[0]
      out[7] = a2 * p[1]
      out[8] = a2 * p[3]
      out[9] = 1 / sites
      out[10] = a
      out[11] = b
      out[12] = interaction[0]
      out[13] = interaction[1]
      out[14] = interaction[3]
      // The cells of all groups stand after each other.
      for (let g = 0, k = ofAll, first = 0; g < rises.length; g++, k += ofGroup) {
        const { line, last } = rises[g]
        const [d0, d1, from, perCell] = line
        out.set([d0, d1, from - first / perCell, perCell, first, first + last, d0 * d0, d0 * d1, d1 * d1], k)
        first += last + 1
      }
    },
    of([x0, x1], [u0, u1], at, table) {
      const zero = literal(0)
      const [room00, room01, room11, perRT, w0, w1, p00, p01, p11, perSite, shareA, shareB] = Array.from(
        { length: ofAll },
        (_, k) => at(k),
      )
      const vacancy = minus(minus(literal(1), times(shareA, x0)), times(shareB, x1))
      const v = larger(vacancy, zero)
      const h0 = times(larger(x0, zero), perSite)
      const h1 = times(larger(x1, zero), perSite)
      let [P00, P01, P11] = [at(12), at(13), at(14)]
      // ∂P/∂x_l = Σ slope' d_l d dᵀ
      const B: { B000: Term; B001: Term; B011: Term; B111: Term } = { B000: zero, B001: zero, B011: zero, B111: zero }
      for (let g = 0; g < rises.length; g++) {
        const [d0, d1, from, perCell, first, last, d00, d01, d11] = Array.from({ length: ofGroup }, (_, k) =>
          at(ofAll + ofGroup * g + k),
        )
        const place = times(minus(plus(times(d0, x0), times(d1, x1)), from), perCell)
        const { value, slope } = cubicAt(table, place, first, last)
        P00 = plus(P00, times(value, d00))
        P01 = plus(P01, times(value, d01))
        P11 = plus(P11, times(value, d11))
        const bend = times(perCell, slope)
        const bend0 = times(bend, d0)
        B.B000 = plus(B.B000, times(bend0, d00))
        B.B001 = plus(B.B001, times(bend0, d01))
        B.B011 = plus(B.B011, times(bend0, d11))
        B.B111 = plus(B.B111, times(bend, d1, d11))
      }
      const Q00 = plus(room00, times(v, P00))
      const Q01 = plus(room01, times(v, P01))
      const Q11 = plus(room11, times(v, P11))
      const cross0 = times(p01, h1)
      const cross1 = times(p01, h0)
      const lambda0 = plus(w0, times(p00, h0), cross0)
      const lambda1 = plus(w1, times(p11, h1), cross1)
      const s0 = times(perRT, h0)
      const s1 = times(perRT, h1)
      const D = [
        plus(times(v, lambda0), times(s0, plus(times(lambda0, Q00), times(cross0, Q01)))),
        plus(times(v, cross1), times(s0, plus(times(lambda0, Q01), times(cross0, Q11)))),
        plus(times(v, cross0), times(s1, plus(times(lambda1, Q01), times(cross1, Q00)))),
        plus(times(v, lambda1), times(s1, plus(times(lambda1, Q11), times(cross1, Q01)))),
      ]
      const q0 = plus(times(Q00, u0), times(Q01, u1))
      const q1 = plus(times(Q01, u0), times(Q11, u1))
      const ideal0 = plus(times(lambda0, u0), times(cross1, u1))
      const ideal1 = plus(times(lambda1, u1), times(cross0, u0))
      const pull0 = plus(times(lambda0, q0), times(cross0, q1))
      const pull1 = plus(times(lambda1, q1), times(cross1, q0))
      /** ∂Q_ij/∂x_l along u, of row (P, B) pairs. */
      const along = (v_l: Term, P0: Term, B0: Term, P1: Term, B1: Term): Term =>
        plus(times(plus(times(v_l, P0), times(v, B0)), u0), times(plus(times(v_l, P1), times(v, B1)), u1))
      const v0 = whereAbove(vacancy, minus(zero, shareA))
      const v1 = whereAbove(vacancy, minus(zero, shareB))
      // By x_0: x̂_0 alone moves; λ_0 by p_00, λ_1 and cross_1 by p_01.
      const e0 = whereAbove(x0, perSite)
      const q00 = along(v0, P00, B.B000, P01, B.B001)
      const q10 = along(v0, P01, B.B001, P11, B.B011)
      const by0 = times(p01, e0)
      const own0 = times(p00, e0)
      // By x_1, the same with the carriers exchanged.
      const e1 = whereAbove(x1, perSite)
      const q01 = along(v1, P00, B.B001, P01, B.B011)
      const q11 = along(v1, P01, B.B011, P11, B.B111)
      const by1 = times(p01, e1)
      const own1 = times(p11, e1)
      const bySum = plus(q0, q1)
      const slopes = [
        plus(
          times(v0, ideal0),
          times(v, plus(times(own0, u0), times(by0, u1))),
          times(perRT, e0, pull0),
          times(s0, plus(times(own0, q0), times(lambda0, q00), times(cross0, q10))),
        ),
        plus(
          times(v1, ideal0),
          times(v, by1, u0),
          times(s0, plus(times(by1, bySum), times(lambda0, q01), times(cross0, q11))),
        ),
        plus(
          times(v0, ideal1),
          times(v, by0, u1),
          times(s1, plus(times(by0, bySum), times(lambda1, q10), times(cross1, q00))),
        ),
        plus(
          times(v1, ideal1),
          times(v, plus(times(own1, u1), times(by1, u0))),
          times(perRT, e1, pull1),
          times(s1, plus(times(own1, q1), times(lambda1, q11), times(cross1, q01))),
        ),
      ]
      return { D, slopes }
    },
  }
}
