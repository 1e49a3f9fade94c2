import type { Lattice } from '../lattice.ts'
import type { WindowField } from './layers.ts'
import type { SlabResult, TallyState } from './result.ts'

/** What had passed until a moment. */
export type SlabRow = {
  /** [s] */
  readonly time: number
  /** ∫ φ dt [V·s] */
  readonly potential: number
  /** Ions that went in and came out, [n] */
  readonly inserted: readonly number[]
  readonly removed: readonly number[]
  /** ∫ N dt by layer and carrier, [layers, n] [s] */
  readonly counts: readonly number[]
  /** Ions inside, [n] */
  readonly inside: readonly number[]
}

/**
 * The books of a slab run: its time, sums over time, and rows at even distances in time, never more than `most`: when they would
 * be, every second one is given up and the distance doubled. Rows hold sums since the start, so nothing but detail is lost.
 */
export type SlabTally = {
  readonly time: number
  readonly events: number
  readonly potential: number
  readonly inserted: Float64Array
  readonly removed: Float64Array
  /** Ions inside, [n] */
  readonly inside: Float64Array
  setPotential(value: number): void
  /** Let time pass: rows are written on the way. */
  pass(until: number): void
  event(): void
  /** Before the number of ions of a carrier in a layer changes. */
  settle(layer: number, carrier: number): void
  exchanged(carrier: number, inwards: boolean): void
  /** A hop that was made `slower` times slower than without a throttle. */
  moved(event: number, depth: number, slower: number): void
  /** Everything summed up to now. */
  row(): SlabRow
  rows(): readonly SlabRow[]
  families(): SlabResult['families']
  /** Sums are brought up to now: a run that goes on from here adds up in the same order. */
  close(): void
  /** To go on from, once closed. */
  state(): TallyState
}

/**
 * @param o.inside  ions at the start, [n]
 * @param o.period  a first distance of rows [s]
 * @param o.from    the state of a run that goes on
 */
export const slabTally = (o: {
  readonly lattice: Lattice
  readonly field: WindowField
  readonly inside: Float64Array
  readonly period: number
  readonly most: number
  readonly from: TallyState | undefined
}): SlabTally => {
  const { lattice, field, inside, most, from } = o
  const n = lattice.carriers.length
  const size = field.counts.length
  const names = [...new Set(lattice.events.map(event => event.family))]
  const familyOf = Int32Array.from(lattice.events, event => names.indexOf(event.family))
  const zeros = (length: number) => new Array<number>(length).fill(0)
  const familyEvents = Float64Array.from(from?.familyEvents ?? zeros(names.length))
  const familyUnthrottled = Float64Array.from(from?.familyUnthrottled ?? zeros(names.length))
  const familyDepth = Float64Array.from(from?.familyDepth ?? zeros(names.length))
  const inserted = Float64Array.from(from?.inserted ?? zeros(n))
  const removed = Float64Array.from(from?.removed ?? zeros(n))
  const sums = Float64Array.from(from?.countSums ?? zeros(size))
  let time = from?.time ?? 0
  let events = from?.events ?? 0
  let potential = from?.potential ?? 0
  let potentialSum = from?.potentialSum ?? 0
  let potentialSince = time
  const since = new Float64Array(size).fill(time)
  let rows: SlabRow[] = [...(from?.rows ?? [])]
  let period = from?.period ?? o.period

  const rowAt = (at: number): SlabRow => ({
    time: at,
    potential: potentialSum + potential * (at - potentialSince),
    inserted: [...inserted],
    removed: [...removed],
    counts: Array.from(sums, (sum, k) => sum + field.counts[k] * (at - since[k])),
    inside: [...inside],
  })
  const settleAt = (k: number): void => {
    sums[k] += field.counts[k] * (time - since[k])
    since[k] = time
  }
  const settlePotential = (): void => {
    potentialSum += potential * (time - potentialSince)
    potentialSince = time
  }

  return {
    get time() {
      return time
    },
    get events() {
      return events
    },
    get potential() {
      return potential
    },
    inserted,
    removed,
    inside,
    setPotential(value) {
      if (value === potential) return
      settlePotential()
      potential = value
    },
    pass(until) {
      while (rows.length * period <= until) {
        rows.push(rowAt(rows.length * period))
        if (rows.length >= most) {
          // rows stand at 0, d, 2d, …
          rows = rows.filter((_, k) => k % 2 === 0)
          period *= 2
        }
      }
      time = until
    },
    event() {
      events++
    },
    settle: (layer, carrier) => settleAt(layer * n + carrier),
    exchanged(carrier, inwards) {
      if (inwards) inserted[carrier]++
      else removed[carrier]++
      inside[carrier] += inwards ? 1 : -1
    },
    moved(event, depth, slower) {
      familyEvents[familyOf[event]]++
      familyUnthrottled[familyOf[event]] += slower
      familyDepth[familyOf[event]] += depth
    },
    row: () => rowAt(time),
    rows: () => rows,
    families: () =>
      names.map((family, k) => ({
        ...{ family, events: familyEvents[k], unthrottled: familyUnthrottled[k], depth: familyDepth[k] },
      })),
    close() {
      for (let k = 0; k < size; k++) settleAt(k)
      settlePotential()
    },
    state() {
      return {
        time,
        events,
        potential,
        potentialSum,
        inserted: [...inserted],
        removed: [...removed],
        countSums: [...sums],
        familyEvents: [...familyEvents],
        familyUnthrottled: [...familyUnthrottled],
        familyDepth: [...familyDepth],
        rows: [...rows],
        period,
      }
    },
  }
}
