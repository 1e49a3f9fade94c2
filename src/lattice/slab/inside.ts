import { refuse } from '../../error.ts'
import type { Lattice } from '../lattice.ts'

/**
 * Fast moves inside cavities, slowed as a run goes on so that they keep local equilibrium but do not eat it: families of `inside`
 * events are slowed until an ion makes about `ratio` of each of them while the most mobile carrier makes one exit (as
 * `insideSlowing` does for a run at equilibrium). A family slows as a whole, forward and back, so detailed balance stays exact, and
 * what leads out of a cavity keeps its rate.
 * Source: computed
 */
export type InsideHold = {
  /** Factor on ν₀ of each event of the lattice, [events]. */
  readonly slowing: Float64Array
  /** An event was made. */
  count(event: number): void
  /** Factors anew from what was made since the last time, ions by carrier; true where they changed. */
  update(ions: ArrayLike<number>): boolean
  /** Factor by family, of those that are slowed. */
  families(): Readonly<Record<string, number>>
}

/** Factors change by no more at a time, for counts are small numbers, and by no less, for they jitter. */
const [most, least] = [Math.log(10), Math.log(1.5)]

/** What is kept where nothing is said. */
export const usualRatio = 50

/**
 * @param ratio  moves of a family per ion and exit; undefined leaves every rate as it is
 * @param from   factors by event to go on with
 */
export const insideHold = (lattice: Lattice, ratio: number | undefined, from?: ArrayLike<number>): InsideHold => {
  if (ratio !== undefined && !(ratio >= 1 && ratio < Number.POSITIVE_INFINITY))
    refuse('inside.ratio', ratio, 'at least 1, and finite')
  const { events } = lattice
  const slowing = Float64Array.from(from ?? events.map(() => 1))
  const made = new Float64Array(events.length)
  const names = [...new Set(events.filter(({ inside }) => inside).map(({ family }) => family))]
  const members = names.map(name => events.flatMap((one, k) => (one.inside && one.family === name ? [k] : [])))
  const carriers = members.map(list => events[list[0]].movers[0].carrier)

  return {
    slowing,
    count(event) {
      made[event]++
    },

    update(ions) {
      if (ratio === undefined || names.length === 0) return false
      const exits = new Float64Array(lattice.carriers.length)
      for (const [k, { inside, movers }] of events.entries())
        if (!inside) for (const { carrier } of movers) exits[carrier] += made[k]
      // no exit seen: at most one
      let perIon = 0
      for (let i = 0; i < exits.length; i++) if (ions[i] > 0) perIon = Math.max(perIon, Math.max(exits[i], 1) / ions[i])
      let changed = false
      for (const [f, list] of members.entries()) {
        const count = list.reduce((sum, k) => sum + made[k], 0)
        if (count === 0 || ions[carriers[f]] === 0) continue
        const old = slowing[list[0]]
        const wanted = Math.log((old * ratio * ions[carriers[f]] * perIon) / count)
        const step = Math.max(-most, Math.min(most, Math.min(wanted, 0) - Math.log(old)))
        if (Math.abs(step) < least && old * Math.exp(step) < 1) continue
        const next = Math.min(1, old * Math.exp(step))
        if (next === old) continue
        for (const k of list) slowing[k] = next
        changed = true
      }
      made.fill(0)
      return changed
    },

    families: () =>
      Object.fromEntries(
        names.flatMap((name, f) => (slowing[members[f][0]] < 1 ? [[name, slowing[members[f][0]]]] : [])),
      ),
  }
}
