/** Fast moves inside a cavity, slowed so that they keep local equilibrium but do not eat the run. */
import { refuse } from '../../error.ts'
import { resumeRandom } from '../../math/random.ts'
import type { EventTables } from './events.ts'
import { startWalk, type Walk } from './walk.ts'
import type { WalkOptions } from './walk-start.ts'

export type InsideSlowing = {
  /** Factor on ν₀ by event of the lattice, [events]; 1 of all that leads out of a cavity. */
  readonly slowing: Float64Array
  /** Factor by family, of those that are slowed. */
  readonly families: Readonly<Record<string, number>>
  /** Events without slowing over events with it, in the same time. */
  readonly saved: number
  /** Events spent on finding it. */
  readonly events: number
}

/**
 * Families of `inside` events are slowed until an ion makes at most `ratio` of each of them while the most mobile carrier makes
 * one exit. A family slows as a whole, forward and back: detailed balance, and with it every equilibrium, stays exact; what leads
 * out of a cavity keeps its rate. What is assumed is only that the inside is at equilibrium between two exits, before and after:
 * the error falls as 1/ratio, and a run with twice the ratio shows it.
 *
 * Exits are counted on short runs; families slower than `ratio` exits are left alone.
 *
 * @param start  an equilibrated state; the walk it returns goes on from there with clock and counts at zero
 */
export const insideSlowing = (
  tables: EventTables,
  start: Walk,
  options: { readonly ratio: number; readonly events?: number },
): InsideSlowing & { readonly walk: Walk } => {
  const { ratio } = options
  if (!(ratio >= 1 && ratio < Infinity)) refuse('inside.ratio', ratio, 'at least 1, and finite')
  const { lattice } = tables
  const names = [...new Set(lattice.events.filter(({ inside }) => inside).map(({ family }) => family))]
  const factor = new Map(names.map(name => [name, 1]))
  const slowing = () => Float64Array.from(lattice.events, ({ family, inside }) => (inside ? factor.get(family)! : 1))
  let walk = start
  let spent = 0
  let saved = 1
  const perRound = options.events ?? Math.max(2e4, 20 * start.ions)
  for (let round = 0; round < rounds && names.length > 0; round++) {
    walk = restarted(tables, walk, { temperature: start.temperature, slowing: slowing() })
    walk.advance(perRound)
    spent += perRound
    const { exits, made } = countsOf(walk, factor)
    const ions = ionsOf(walk)
    const exitsPerIon = Math.max(...exits.map((count, i) => (ions[i] > 0 ? count / ions[i] : 0)))
    let changed = false
    let plain = 0
    let slowed = 0
    for (const count of exits) {
      plain += count
      slowed += count
    }
    for (const [name, { count, carrier }] of made) {
      const old = factor.get(name)!
      plain += count / old
      slowed += count
      if (count === 0) continue
      // no exit seen: at most one, so the true ratio is at least this
      const per = count / ions[carrier] / Math.max(exitsPerIon, 1 / Math.max(...ions))
      const wanted = Math.min(1, (old * ratio) / per)
      if (Math.abs(Math.log(wanted / old)) > 0.1) changed = true
      factor.set(name, wanted)
    }
    saved = plain / Math.max(slowed, 1)
    if (!changed) break
  }
  walk = restarted(tables, walk, { temperature: start.temperature, slowing: slowing() })
  const families = Object.fromEntries([...factor].filter(([, value]) => value < 1))
  return { slowing: slowing(), families, saved, events: spent, walk }
}

const rounds = 12

/** Counts of exits by carrier, and of each inside family with its (first) carrier. */
const countsOf = ({ tables, counts }: Walk, factor: ReadonlyMap<string, number>) => {
  const { lattice, eventOf, moverStart, moverCarrier } = tables
  const exits = lattice.carriers.map(() => 0)
  const made = new Map([...factor.keys()].map(name => [name, { count: 0, carrier: 0 }]))
  for (let m = 0; m < tables.moves; m++) {
    const { family, inside } = lattice.events[eventOf[m]]
    if (inside) {
      const one = made.get(family)!
      one.count += counts[m]
      one.carrier = moverCarrier[moverStart[m]]
    } else for (let k = moverStart[m]; k < moverStart[m + 1]; k++) exits[moverCarrier[k]] += counts[m]
  }
  return { exits, made }
}

/** Ions by carrier, [n]. */
export const ionsOf = ({ tables, carrier }: Walk): number[] => {
  const ions = tables.lattice.carriers.map(() => 0)
  for (const i of carrier) ions[i]++
  return ions
}

/** The walk as it stands, with clock, counts and displacements at zero and other rates. */
export const restarted = (tables: EventTables, walk: Walk, options: WalkOptions): Walk => {
  const { occupation, random } = walk.state()
  return startWalk(tables, { occupation, random: resumeRandom(random) }, options)
}

/** Hops out of a cavity, by carrier, [n]. */
export const exitsOf = ({ tables, counts }: Walk): number[] => exitsIn(tables, counts)

/** The same of moves counted elsewhere, [moves]. */
export const exitsIn = (tables: EventTables, made: Float64Array): number[] => {
  const exits = tables.lattice.carriers.map(() => 0)
  for (let m = 0; m < tables.moves; m++) {
    if (tables.lattice.events[tables.eventOf[m]].inside) continue
    for (let k = tables.moverStart[m]; k < tables.moverStart[m + 1]; k++) exits[tables.moverCarrier[k]] += made[m]
  }
  return exits
}
