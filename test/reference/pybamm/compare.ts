/** How far a run of ours is from a curve of this folder. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A curve written by `run.py`: rows by column; `steps` with the extrapolated duration of each [s]. */
export type Reference = {
  readonly title: string
  /** BPX file, relative to this folder. */
  readonly cell: string
  readonly model: 'spm' | 'spme' | 'dfn'
  readonly thermal: 'isothermal' | 'lumped'
  readonly steps: readonly { readonly label: string; readonly start: number; readonly duration: number }[]
  readonly columns: Readonly<Record<'step' | 'time' | 'voltage' | 'current', number[]>> & {
    readonly temperature?: number[]
  }
  /** Imposed current of the step `drive`: time [s], current [A], linear between the points. */
  readonly profile?: { readonly time: number[]; readonly current: number[] }
  readonly lateRmsError: Readonly<Record<string, number>>
  readonly maxError: Readonly<Record<string, number>>
}

/** What is compared of a solution: its columns, and the first and last row of each step (both included). */
export type ComparedRun = {
  readonly columns: Readonly<Record<string, ArrayLike<number>>>
  readonly steps: readonly { readonly start: number; readonly end: number }[]
}

export type Comparison = {
  /** Root mean square and largest difference, and where it is [s]. */
  readonly rms: number
  readonly max: number
  readonly at: number
  /** Our duration less theirs, by step [s]. */
  readonly durations: readonly number[]
  readonly rows: number
}

const folder = new URL('./', import.meta.url)

export const referenceOf = (name: string): Reference =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`${name}.json`, folder)), 'utf8')) as Reference

/** Bytes and name of the cell file of a curve, for `readCellText`. */
export const cellFileOf = (reference: Reference): { bytes: Uint8Array; name: string } => {
  const name = fileURLToPath(new URL(reference.cell, folder))
  return { bytes: readFileSync(name), name }
}

/**
 * Differences at equal time since the start of each step, so that an earlier end of one step does not shift the next.
 * A row counts from `from` [s] of its step on, up to the fraction `to` of the step.
 * Our value between rows is the cubic through the four nearest (error O(Δt⁴): run with rows every few seconds).
 */
export const rmsAgainst = (
  run: ComparedRun,
  reference: Reference,
  options: { quantity?: 'voltage' | 'current' | 'temperature'; from?: number; to?: number } = {},
): Comparison => {
  const { quantity = 'voltage', from = 60, to = 0.97 } = options
  const theirs = reference.columns[quantity]
  const ours = run.columns[quantity]
  const time = run.columns.time
  if (!theirs || !ours || !time) throw new RangeError(`rmsAgainst: ${quantity} is not in both runs`)
  let sum = 0
  let rows = 0
  let max = 0
  let at = 0
  for (let i = 0; i < theirs.length; i++) {
    const k = reference.columns.step[i]! - 1
    const { start, duration } = reference.steps[k]!
    const since = reference.columns.time[i]! - start
    const step = run.steps[k]
    if (!step) throw new RangeError(`rmsAgainst: step ${k + 1} of ${reference.title} is not in the run`)
    if (since < from || since > to * duration) continue
    const t = time[step.start]! + since
    if (t > time[step.end]!)
      throw new RangeError(`rmsAgainst: step ${k + 1} ended at ${time[step.end]} s, before ${t} s`)
    const difference = Math.abs(cubicAt(time, ours, step.start, step.end, t) - theirs[i]!)
    sum += difference ** 2
    rows++
    if (difference > max) {
      max = difference
      at = reference.columns.time[i]!
    }
  }
  const durations = reference.steps.map((s, k) => time[run.steps[k]!.end]! - time[run.steps[k]!.start]! - s.duration)
  return { rms: Math.sqrt(sum / rows), max, at, durations, rows }
}

/** Lagrange's cubic through the four rows nearest to t among rows first…last, repeated times left out. */
const cubicAt = (x: ArrayLike<number>, y: ArrayLike<number>, first: number, last: number, t: number): number => {
  let low = first
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (x[middle]! <= t) low = middle
    else high = middle
  }
  const nodes = [low, high]
  for (let i = low - 1; i >= first && nodes.length < 3; i--) if (x[i]! < x[nodes[0]!]!) nodes.unshift(i)
  for (let i = high + 1; i <= last && nodes.length < 4; i++) if (x[i]! > x[nodes.at(-1)!]!) nodes.push(i)
  if (x[low] === x[high]) return y[low]!
  let sum = 0
  for (const i of nodes) {
    let weight = y[i]!
    for (const j of nodes) if (j !== i) weight *= (t - x[j]!) / (x[i]! - x[j]!)
    sum += weight
  }
  return sum
}
