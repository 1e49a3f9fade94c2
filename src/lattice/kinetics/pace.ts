/** The pace of a walk: what goes to and fro far more often than one carrier makes an exit is held back. */
import { refuse } from '../../error.ts'
import type { EventTables } from './events.ts'
import { bins, codeOf, contentsOf, type Holds, noHolds } from './holds.ts'
import { exitsOf, ionsOf, restarted } from './inside.ts'
import type { Walk } from './walk.ts'

export type Pace = {
  readonly holds: Holds
  /** Goes on from where the search ended, with clock and counts at zero. */
  readonly walk: Walk
  /** Time that an ion of the carrier takes for an exit [s]. */
  readonly exitTime: number
  /** Events a second of the host, held, and as they would be with none held [1/s]. */
  readonly perSecond: number
  readonly plainPerSecond: number
  /** Events spent on finding it. */
  readonly events: number
}

/**
 * Holds (see `Holds`) with which an ion crosses each kind of move about M times, to and fro, in the time that an ion of `carrier`
 * takes for an exit. Of a hop of one ion crossings count per ion that stands among such contents, from the end that holds more of
 * them; of a hop of two, per ion of all.
 *
 * The time is that of an exit among the contents where most exits are made: half of them are made where an ion needs no less. Where
 * rare, quick arrangements carry them (the second ion of a cavity) that is far shorter than the mean time from one exit of an ion to
 * its next, and little can be held.
 *
 * Equilibrium is exact at any M (see `Holds`). What is assumed is that all that is crossed M times in that time forgets meanwhile
 * where it began: exits, and what takes longer, are late by about 1/M for each kind that they wait for in a row, 3/M in what was
 * tried, and the half of the exits that are quicker by more. A walk with a third of M shows it. Carriers that are faster than this
 * one are held themselves: their own diffusivities take a walk at their own pace.
 *
 * Why not exits of absorbing chains: the states of a cavity that its own moves join are a chain only while all around it stands
 * still, and the neighbours that its energies see flicker as fast as it does.
 *
 * Found in rounds: each is held by what the ones before it saw, and so comes further in time; until exits are seen, M crossings
 * are allowed in the time that has passed.
 * Source: computed
 *
 * @param tables  with `contents`
 * @param start   an equilibrated state
 */
export const paceOf = (
  tables: EventTables,
  start: Walk,
  options: { readonly crossings: number; readonly carrier: number; readonly from?: Holds | undefined },
): Pace => {
  const { crossings, carrier } = options
  if (!(crossings >= 2 && crossings < Infinity)) refuse('throttle.crossings', crossings, 'at least 2, and finite')
  const n = tables.lattice.carriers.length
  const ions = ionsOf(start)
  const holds = noHolds(tables)
  const { levels, crossed, codes } = holds
  if (options.from) levels.set(options.from.levels)
  const kinds = levels.length
  const families = kinds / bins / ((codes * (codes + 1)) / 2)
  const familyOf = (kind: number): number => Math.floor((kind / bins / (codes * (codes + 1))) * 2)
  /** Carriers that move in a family, each once. */
  const movers: number[][] = Array.from({ length: families }, () => [])
  const two = new Uint8Array(families)
  for (let m = 0; m < tables.moves; m++) {
    const [first, last] = [tables.moverStart[m], tables.moverStart[m + 1]]
    for (let k = first; k < last; k++) movers[holds.family[m]].push(tables.moverCarrier[k])
    if (last - first > 1) two[holds.family[m]] = 1
  }
  const carriersOf = movers.map(list => [...new Set(list)])
  /** Crossings of each kind were it not held, and how many were seen; ion time by contents [s], [codes, n]: of all rounds. */
  const free = new Float64Array(kinds)
  const seen = new Float64Array(kinds)
  const spent = new Float64Array(codes * n)
  const perSlice = Math.max(200, 4 * start.ions)
  let walk = start
  let events = 0
  let [exitTime, span] = [Infinity, Infinity]
  let [perSecond, plainPerSecond] = [0, 0]
  let [allExits, allTime] = [0, 0]
  const leaving = new Uint8Array(families)
  for (let m = 0; m < tables.moves; m++)
    if (!tables.lattice.events[tables.eventOf[m]].inside) leaving[holds.family[m]] = 1
  /** Time of an exit among the contents where most are made [s]: see `hasty`. */
  const spanOf = (): number => {
    const exits = new Float64Array(codes)
    let all = 0
    for (let kind = 0; kind < kinds; kind++) {
      const family = familyOf(kind)
      if (free[kind] === 0 || leaving[family] === 0 || two[family] === 1 || !carriersOf[family].includes(carrier))
        continue
      all += free[kind]
      // as many go as come back
      for (const code of contentsOf(holds, kind)) exits[code] += free[kind] / 2
    }
    const among = Array.from(exits, (count, code) => ({ count, time: spent[code * n + carrier] / count })).filter(
      ({ count }) => count > 0,
    )
    among.sort((a, b) => a.time - b.time)
    let faster = 0
    for (const { count, time } of among) {
      faster += count
      if (faster > hasty * all) return time
    }
    return Infinity
  }
  for (let round = 0; round < rounds; round++) {
    walk = restarted(tables, walk, { temperature: start.temperature, holds })
    crossed.fill(0)
    const { occupation } = walk
    for (let slice = 0; slice < slices; slice++) {
      const before = walk.time()
      walk.advance(perSlice)
      addContents(tables, occupation, holds, walk.time() - before, spent)
    }
    const time = walk.time()
    events += walk.events()
    let all = walk.events()
    for (let kind = 0; kind < kinds; kind++) {
      if (crossed[kind] === 0) continue
      const were = crossed[kind] * 2 ** levels[kind]
      free[kind] += were
      seen[kind] += crossed[kind]
      all += were - crossed[kind]
    }
    perSecond = walk.events() / time
    plainPerSecond = all / time
    const found = exitsOf(walk)[carrier]
    allExits += found
    allTime += time
    const last = span
    exitTime = (ions[carrier] * allTime) / Math.max(allExits, fewExits)
    span = Math.min(exitTime, Math.max(spanOf(), allTime / (slices * (round + 1))))
    for (let kind = 0; kind < kinds; kind++) {
      if (seen[kind] < fewCrossings) continue
      const family = familyOf(kind)
      let base = 0
      for (const i of carriersOf[family])
        if (two[family] === 1) base = Math.max(base, ions[i] * allTime)
        else for (const code of contentsOf(holds, kind)) base = Math.max(base, spent[code * n + i])
      levels[kind] = Math.max(0, Math.log2((free[kind] * span) / base / crossings))
    }
    if (allExits >= enoughExits && Math.abs(Math.log(span / last)) < settled) break
  }
  walk = restarted(tables, walk, { temperature: start.temperature, holds })
  return { holds, walk, exitTime, perSecond, plainPerSecond, events }
}

const rounds = 16
/** Looks at the contents in a round. */
const slices = 100
/** Exits that a pace rests on: at first, where none may have been seen, and in the end. */
const [fewExits, enoughExits] = [3, 20]
/** Of the exits: no more are made among contents where they take less time than the pace has. */
const hasty = 0.5
/** ln of the change of the time of an exit that ends the search. */
const settled = 0.2
/** Crossings of a kind below which it is not known how fast it goes. */
const fewCrossings = 10

/** Adds the time that ions stood among each contents. */
const addContents = (
  { run, lattice }: EventTables,
  occupation: Uint8Array,
  holds: Holds,
  time: number,
  spent: Float64Array,
): void => {
  const n = lattice.carriers.length
  const content = new Float64Array(n)
  for (let cell = 0; cell < run.cells; cell++) {
    content.fill(0)
    for (let u = 0; u < run.perCell; u++) {
      const state = occupation[cell * run.perCell + u]
      if (state > 0) content[state - 1]++
    }
    for (let i = 0; i < n; i++)
      if (content[i] > 0) spent[codeOf(holds, content, 0, n, c => (c === i ? 1 : 0)) * n + i] += content[i] * time
  }
}
