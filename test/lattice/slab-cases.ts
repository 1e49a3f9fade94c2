/** A tiny slab with everything in it, beside the exact master equation of the same slab. */
import type { Lattice } from '../../src/lattice/lattice.ts'
import { type SlabOptions, type SlabResult, slab } from '../../src/lattice/slab/slab.ts'
import { type MasterOptions, masterEquation } from './master-equation.ts'
import { type Held, meanOf } from './statistics.ts'
import { tinyLattice } from './tiny.ts'

const temperature = 300

/** Two ions with every term a slab may have; windows of three layers see strain, and barriers the mean content. */
export const rich = (extra: { readonly limits?: Lattice['limits'] } = {}) =>
  tinyLattice({
    shape: 'square',
    rates: [1, 0.3],
    charges: [1, 2],
    Ekra: 0.3,
    follow: [
      [0, 1, 2],
      [0, 0, 1],
    ],
    together: [[0, 1, 1]],
    pair: [0.02, -0.03, -0.03, 0.05],
    surroundings: [0.01, -0.02],
    meanField: [{ label: 'strain', weights: Float64Array.of(1, 2), coefficients: Float64Array.of(0, 0.02, 0.05) }],
    byAmount: [0.02, -0.05],
    ...extra,
  })

/** The same slab for the master equation: two columns of three layers, the first layer open. */
const masterOf = (lattice: Lattice, potential: number) => {
  const mu = [0.01 - potential, -2 * potential]
  const o: MasterOptions = {
    repeats: [2, 3, 1],
    temperature,
    periodic: [true, false, true],
    // means over three layers, folded back at the faces
    window: { axis: 1, kernel: Float64Array.of(2 / 3, 1 / 3, 0, 1 / 3, 1 / 3, 1 / 3, 0, 1 / 3, 2 / 3) },
    exchange: [0, 3].flatMap(site => mu.map((m, carrier) => ({ site, carrier, rate: [3, 1][carrier], mu: m }))),
    mu,
  }
  return masterEquation(lattice, o)
}

export const slabOf = (potential: number, o: Partial<SlabOptions> = {}): SlabOptions => ({
  size: [2, 3, 1],
  axis: 1,
  window: 3,
  temperature,
  reservoir: { standard: { A: 0.01 }, exchangeRate: { A: 3, B: 1 } },
  stages: [{ control: { potential }, until: { time: 4000 } }],
  seed: 1,
  images: 'count',
  ...o,
})

/** Contents of layers, ions through the face and events per second at a held potential: mean of blocks, exact. */
export const slabAgainst = (o: {
  readonly lattice: Lattice
  readonly potential: number
  readonly blocks: number
  /** Length of a block [s]. */
  readonly time: number
}): Held[] => {
  const { lattice, potential, blocks, time } = o
  const { states, boltzmann, from, rate, event, to } = masterOf(lattice, potential)
  const results: Held[] = []
  // each run goes on from the one before: so blocks must be longer than any memory, some 1/k ~ 3 s
  const runs: SlabResult[] = []
  for (let k = 0; k <= blocks; k++)
    runs.push(
      slab(
        lattice,
        slabOf(potential, {
          stream: k,
          stages: [{ control: { potential }, until: { time } }],
          // events are counted
          throttle: 'off',
          ...(k > 0 ? { start: runs[k - 1].occupation } : {}),
        }),
      ),
    )
  runs.shift()
  const add = (what: string, exact: number, of: (run: SlabResult) => number) => {
    const { value, error } = meanOf(runs.map(of))
    results.push({ what, got: value, error, exact })
  }
  for (const i of [0, 1])
    for (const l of [0, 1, 2])
      add(
        `x of ${'AB'[i]} in layer ${l}`,
        states.reduce((sum, s, k) => sum + (boltzmann[k] * [l, l + 3].filter(site => s[site] === i + 1).length) / 2, 0),
        run => meanOfRows(run, i, l),
      )
  const flux = (keep: (t: number) => boolean) =>
    rate.reduce((sum, k, t) => sum + (keep(t) ? boltzmann[from[t]] * k : 0), 0)
  const count = (s: number, i: number) => states[s].filter(a => a === i + 1).length
  for (const i of [0, 1])
    add(
      `${'AB'[i]} in per second`,
      flux(t => event[t] < 0 && count(to[t], i) > count(from[t], i)),
      ({ stages }) => stages[0].inserted[i] / time,
    )
  for (const family of new Set(lattice.events.map(one => one.family)))
    add(
      `${family} per second`,
      flux(t => event[t] >= 0 && lattice.events[event[t]].family === family),
      ({ families }) => families.find(one => one.family === family)!.events / time,
    )
  return results
}

/** Mean content of a layer over a run [ions per formula unit]. */
export const meanOfRows = ({ columns, profiles, layers, carriers }: SlabResult, i: number, l: number): number => {
  const { time } = columns
  let sum = 0
  for (let k = 1; k < time.length; k++)
    sum += (time[k] - time[k - 1]) * profiles[(k * carriers.length + i) * layers.count + l]
  return sum / time[time.length - 1]
}
