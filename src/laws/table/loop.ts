import { F } from '../../units.ts'
import type { HostTable } from './table.ts'

/** A stretch over which samples of μ_i fall as the carrier's own content grows: a loop, as of phases that part. */
export type Loop = {
  readonly carrier: string
  /** μ_i before less μ_i behind [J/mol], and what that is against the metal [V] for its charge. */
  readonly fall: number
  readonly volts: number
  readonly from: readonly number[]
  readonly to: readonly number[]
  readonly T: number
}

/** Contents that differ by less are one [per formula unit]. */
const sameContent = 1e-6

/**
 * The largest loop of each carrier in the samples themselves, along lines on which the contents of the others are the same: what a
 * free energy that is held convex cannot follow.
 *
 * @param charges of the carriers, in their order
 */
export const loopsOf = ({ carriers, thermodynamics }: HostTable, charges: readonly number[]): readonly Loop[] =>
  carriers.flatMap((carrier, i): Loop[] => {
    const lines = new Map<string, (typeof thermodynamics)[number][]>()
    for (const sample of thermodynamics) {
      if (sample.mu[i] === null || !(sample.x[i] > 0)) continue
      const others = sample.x.map((x, j) => (j === i ? '' : Math.round(x / sameContent)))
      const key = `${sample.T} ${others.join()}`
      lines.set(key, [...(lines.get(key) ?? []), sample])
    }
    let found: Loop | undefined
    for (const line of lines.values()) {
      const sorted = line.toSorted((a, b) => a.x[i] - b.x[i])
      let top = sorted[0]
      for (const sample of sorted) {
        if (sample.mu[i]! > top.mu[i]!) top = sample
        const fall = top.mu[i]! - sample.mu[i]!
        if (fall > (found?.fall ?? 0))
          found = { carrier, fall, volts: fall / (charges[i] * F), from: top.x, to: sample.x, T: sample.T }
      }
    }
    return found ? [found] : []
  })
