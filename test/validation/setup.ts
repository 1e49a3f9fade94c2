/** What several cases share: a state's columns, a protocol from sentences, fits of slopes. */
import { readFileSync } from 'node:fs'
import type { Cell, Fidelity, Mesh } from '../../src/cell/cell.ts'
import { type CycleOptions, cycle } from '../../src/cell/cycle.ts'
import type { Model } from '../../src/cell/model.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import type { Solution } from '../../src/cell/solution.ts'

/** Slow rows run where this is set, as in CI. */
export const slow = process.env.DUALION_SLOW === '1'

/** Scalar outputs of a state by name. */
export const columnsAt = (model: Model, y: Float64Array, yp?: Float64Array): Record<string, number> => {
  const out = new Float64Array(model.columns.length)
  model.row(0, y, yp ?? new Float64Array(model.size), out)
  return Object.fromEntries(model.columns.map((name, k) => [name, out[k]]))
}

/** Runs sentences. */
export const runOf = (
  cell: Cell,
  sentences: readonly string[],
  o: { fidelity?: Fidelity; mesh?: Mesh } & CycleOptions = {},
): Solution => cycle(modelOf(cell, o), parseProtocol(sentences), o)

/** A CSV file of numbers beside the tests, by column. */
export const csvOf = (path: string): Readonly<Record<string, number[]>> => {
  const [head, ...lines] = readFileSync(new URL(`../reference/${path}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const rows = lines.map(line => line.split(',').map(Number))
  return Object.fromEntries(head.split(',').map((name, k) => [name.trim(), rows.map(row => row[k])]))
}

/** n values from a to b, both included. */
export const linear = (a: number, b: number, n: number): number[] =>
  Array.from({ length: n }, (_, k) => a + ((b - a) * k) / (n - 1))

/** n values from a to b in equal ratios. */
export const logarithmic = (a: number, b: number, n: number): number[] =>
  linear(Math.log(a), Math.log(b), n).map(Math.exp)

/** Linear interpolation in increasing x. */
export const valueAt = (x: ArrayLike<number>, y: ArrayLike<number>, at: number): number => {
  let k = 1
  while (k < x.length - 1 && x[k] < at) k++
  return y[k - 1] + ((y[k] - y[k - 1]) * (at - x[k - 1])) / (x[k] - x[k - 1])
}
