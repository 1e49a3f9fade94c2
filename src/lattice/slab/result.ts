import type { Lattice } from '../lattice.ts'
import type { SlabModel } from './model.ts'
import type { SlabRow, SlabTally } from './tally.ts'
import type { ThrottleState } from './throttle.ts'

/**
 * How a run or a stage ended: `finished` as it was asked to, `cut-off` where the current could not be had above the cut-off
 * potential, `no event` where nothing can happen any more, `interrupted` where it was not waited for.
 */
export type SlabOutcome = 'finished' | 'cut-off' | 'no event' | 'interrupted'

export type SlabStageResult = {
  readonly label: string
  readonly outcome: SlabOutcome
  readonly reason: string
  /** [s] */
  readonly start: number
  readonly end: number
  readonly events: number
  /** Ions that went in and came out during the stage, [n] */
  readonly inserted: readonly number[]
  readonly removed: readonly number[]
  /** Ions per formula unit at its end, [n] */
  readonly amount: readonly number[]
  /** φ [V], mean over the stage and at its end */
  readonly potential: readonly [mean: number, last: number]
}

export type SlabResult = {
  readonly outcome: SlabOutcome
  readonly reason: string
  readonly carriers: readonly string[]
  readonly charge: readonly number[]
  readonly stages: readonly SlabStageResult[]
  /** Layers L, their thickness [Å] and formula units; area of the face [Å²]. */
  readonly layers: {
    readonly count: number
    readonly thickness: number
    readonly formulaUnits: number
    readonly area: number
  }
  /**
   * By row, each the mean over the time since the row before (the first is the start): time at its end [s], potential [V], net
   * current of each carrier [e/s], amounts at its end [ions per formula unit], and the jam (`jamOf`).
   */
  readonly columns: {
    readonly time: Float64Array
    readonly potential: Float64Array
    readonly current: readonly Float64Array[]
    readonly amount: readonly Float64Array[]
    readonly jam: Float64Array
  }
  /** x_i [ions per formula unit] by row, carrier and layer from the open face, means as above, [rows, n, layers]. */
  readonly profiles: Float64Array
  /**
   * Events by family: how many were made, how many it would have been without a throttle (each counted by how much slower it was),
   * and how many layers they took ions deeper in sum.
   */
  readonly families: readonly {
    readonly family: string
    readonly events: number
    readonly unthrottled: number
    readonly depth: number
  }[]
  readonly events: number
  /** What is on every site at the end, [sites]: `start` of another run. */
  readonly occupation: Uint8Array
}

/** All that a run needs to go on, as plain data that JSON can hold. */
export type SlabState = {
  /** What it was made from. */
  readonly of: string
  readonly sigma: readonly number[]
  readonly random: readonly [number, number, number, number]
  readonly stage: number
  readonly began: StageStart
  /** Share of the last while that the potential stood at its cut-off. */
  readonly clamped: number
  readonly throttle: ThrottleState
  readonly tally: TallyState
  readonly ended: readonly SlabStageResult[]
}

export type StageStart = {
  readonly time: number
  readonly events: number
  readonly inserted: readonly number[]
  readonly removed: readonly number[]
  readonly inside: readonly number[]
  readonly potentialSum: number
}

export type TallyState = {
  readonly time: number
  readonly events: number
  readonly potential: number
  readonly potentialSum: number
  readonly inserted: readonly number[]
  readonly removed: readonly number[]
  readonly countSums: readonly number[]
  readonly familyEvents: readonly number[]
  readonly familyUnthrottled: readonly number[]
  readonly familyDepth: readonly number[]
  readonly rows: readonly SlabRow[]
  readonly period: number
}

/** w_i of each carrier, and how much there is of it in a formula unit. */
export type Room = { readonly weights: ArrayLike<number>; readonly max: number }

/**
 * The surface jam of a profile: share of its room that is filled in the layers at the open face, less that in the deeper half,
 *
 *   jam = θ(outermost layers) − θ(deeper half),   θ = Σ_i w_i x_i/room
 *
 * 1: the surface is full while the interior is empty. 0: filled evenly. The outermost layers are an eighth of them, at least one.
 *
 * @param x     [n, layers] ions per formula unit
 * @param room  w_i and how much there is of it in a formula unit
 */
export const jamOf = (x: ArrayLike<number>, layers: number, room: Room): number => {
  const outer = Math.max(1, Math.floor(layers / 8))
  const inner = Math.ceil(layers / 2)
  let surface = 0
  let interior = 0
  for (let i = 0; i < room.weights.length; i++) {
    const w = room.weights[i] / room.max
    for (let l = 0; l < outer; l++) surface += (w * x[i * layers + l]) / outer
    for (let l = inner; l < layers; l++) interior += (w * x[i * layers + l]) / (layers - inner)
  }
  return surface - interior
}

/** The room that ions share: the tightest limit of the lattice, else its sites. */
export const roomOf = (lattice: Lattice): Room => {
  const perUnit = lattice.limits.map(({ weights, max, per }) => ({
    weights,
    max: per === 'cell' ? max / lattice.formulaUnits : max,
  }))
  const sites: Room = { weights: lattice.carriers.map(() => 1), max: lattice.sites.length / lattice.formulaUnits }
  return perUnit.reduce<Room>((least, limit) => (limit.max < least.max ? limit : least), sites)
}

/** The books as a result: means over the time between rows. */
export const slabResult = (o: {
  readonly lattice: Lattice
  readonly model: SlabModel
  readonly tally: SlabTally
  readonly stages: readonly SlabStageResult[]
  readonly outcome: SlabOutcome
  readonly reason: string
}): SlabResult => {
  const { lattice, model, tally, stages, outcome, reason } = o
  const { layers, run, charge } = model
  const n = charge.length
  const last = tally.row()
  const rows = [...tally.rows().filter(row => row.time < last.time), last]
  const column = (value: (row: SlabRow, before: SlabRow, time: number) => number): Float64Array =>
    Float64Array.from(rows, (row, k) => value(row, rows[Math.max(0, k - 1)], row.time - rows[Math.max(0, k - 1)].time))
  const profiles = new Float64Array(rows.length * n * layers.count)
  const room = roomOf(lattice)
  for (const [k, row] of rows.entries()) {
    // the start is what the first interval goes on from; a row of no length repeats the one before
    const before = rows[Math.max(0, k - 1)]
    const time = row.time - before.time
    for (let i = 0; i < n; i++)
      for (let l = 0; l < layers.count; l++) {
        const at = l * n + i
        profiles[(k * n + i) * layers.count + l] =
          time > 0 ? (row.counts[at] - before.counts[at]) / time / layers.formulaUnits : 0
      }
  }
  // at the start there is no time to average over
  if (rows.length > 1) profiles.copyWithin(0, n * layers.count, 2 * n * layers.count)
  const width = n * layers.count
  return {
    outcome,
    reason,
    carriers: lattice.carriers.map(carrier => carrier.symbol),
    charge: [...charge],
    stages,
    layers: {
      count: layers.count,
      thickness: layers.thickness,
      formulaUnits: layers.formulaUnits,
      area: layers.area,
    },
    columns: {
      time: column(row => row.time),
      potential: column((row, before, time) => (time > 0 ? (row.potential - before.potential) / time : Number.NaN)),
      current: lattice.carriers.map((_, i) =>
        column((row, before, time) =>
          time > 0
            ? (charge[i] * (row.inserted[i] - row.removed[i] - before.inserted[i] + before.removed[i])) / time
            : 0,
        ),
      ),
      amount: lattice.carriers.map((_, i) => column(row => row.inside[i] / run.formulaUnits)),
      jam: Float64Array.from(rows, (_, k) => jamOf(profiles.subarray(k * width, (k + 1) * width), layers.count, room)),
    },
    profiles,
    families: tally.families(),
    events: tally.events,
    occupation: model.sigma.slice(0, run.sites),
  }
}
