import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import type { PorousElectrode } from './cell.ts'
import { evenPairReaction } from './even-pair-reaction.ts'
import { evenReaction } from './even-reaction.ts'
import { crowdedBelow, depletedBelow, linearBelow } from './reaction.ts'
import type { PointFields } from './surface-reactions.ts'
import type { Surfaces } from './surfaces.ts'

/** The reactions of one carrier or two at all surfaces at once, where the law of `even-reaction.ts` is that of all of them. */
export type EvenSurfaces = {
  /** Takes what the law is asked of; false where it is not the law: a surface nearly full or, of one carrier, empty, or a pore without its salt. */
  ordinary(y: Float64Array, fields: PointFields): boolean
  /** j [count, n] and Σ j [count] of what `ordinary` took. */
  react(T: number, j: Float64Array, total: Float64Array): boolean
  /** The same with its slopes. */
  linearise(T: number, j: Float64Array, total: Float64Array, bySurface: Float64Array, byField: Float64Array): boolean
}

/** @returns undefined where the electrode has another law */
export const evenSurfaces = (
  spec: PorousElectrode,
  electrolyte: Electrolyte,
  { n, count, at: surfaceAt, size, limits, alone }: Surfaces,
  { where, first, K }: { readonly where: 'anode' | 'cathode'; readonly first: number; readonly K: number },
): EvenSurfaces | undefined => {
  const pair = evenPairReaction(spec, electrolyte, where, count)
  const even = alone ? evenReaction(spec, electrolyte, where, count) : pair
  if (!even) return undefined
  const { x: contents, delta, c, j: currents } = even
  const emptiness = pair?.emptiness

  /** Takes the contents of all surfaces; false where one is nearly empty or full. */
  const takeOne = (y: Float64Array): boolean => {
    const most = (1 - crowdedBelow) / alone![0]
    for (let p = 0, at = surfaceAt; p < count; p++, at += size) {
      const content = y[at]
      if (!(content > linearBelow && content <= most)) return false
      contents[p] = content
    }
    return true
  }
  /** The same of two carriers, of which a surface may be empty; false where one is nearly full. */
  const takePairs = (y: Float64Array, share: Float64Array): boolean => {
    for (let p = 0, at = surfaceAt; p < count; p++, at += size) {
      const a = y[at]
      const b = y[at + 1]
      const q = 2 * p
      contents[q] = Math.max(a, linearBelow)
      contents[q + 1] = Math.max(b, linearBelow)
      share[q] = a > linearBelow ? 1 : a / linearBelow
      share[q + 1] = b > linearBelow ? 1 : b / linearBelow
      for (let k = 0; k < limits.length; k++) {
        const limit = limits[k]
        if (1 - (limit[0] * contents[q] + limit[1] * contents[q + 1]) < crowdedBelow) return false
      }
    }
    return true
  }

  const take = (j: Float64Array, total: Float64Array): void => {
    if (n === 1) {
      j.set(currents)
      total.set(currents)
      return
    }
    for (let p = 0; p < count; p++) {
      const a = currents[2 * p]
      const b = currents[2 * p + 1]
      j[2 * p] = a
      j[2 * p + 1] = b
      total[p] = a + b
    }
  }

  return {
    ordinary(y, fields) {
      if (!(emptiness ? takePairs(y, emptiness) : takeOne(y))) return false
      if (fields.fill) fields.fill(first, c, delta)
      else
        for (let p = 0; p < count; p++) {
          fields.load(first + p)
          for (let k = 0; k < K; k++) c[p * K + k] = fields.c[k]
          delta[p] = fields.delta(first + p)
        }
      if (!emptiness) for (let k = 0; k < c.length; k++) if (!(c[k] >= depletedBelow)) return false
      return true
    },
    react(T, j, total) {
      if (!even.evaluate(T)) return false
      take(j, total)
      return true
    },
    linearise(T, j, total, bySurface, byField) {
      if (!even.evaluate(T, true)) return false
      take(j, total)
      even.linearise(T, bySurface, byField)
      return true
    },
  }
}
