import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { slabModel } from '../../src/lattice/slab/model.ts'
import { type SlabOptions, slab } from '../../src/lattice/slab/slab.ts'
import { throttle } from '../../src/lattice/slab/throttle.ts'
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'
import { random } from '../../src/math/random.ts'
import { type Master, masterEquation } from './master-equation.ts'
import { meanOfRows, rich, slabOf } from './slab-cases.ts'
import { type Held, hold, meanOf, table } from './statistics.ts'
import { tinyLattice } from './tiny.ts'

const slow = process.env.DUALION_SLOW === '1'
const temperature = 300

/** p at each of some times from p = 1 in the first state: ṗ = Wp by an L-stable method of second order, `steps` to each time. */
const populations = ({ states, from, to, rate }: Master, times: readonly number[], steps: number): Float64Array[] => {
  const n = states.length
  const gamma = 1 - Math.SQRT1_2
  let p = new Float64Array(n)
  p[0] = 1
  const flow = (q: Float64Array): Float64Array => {
    const out = new Float64Array(n)
    for (let t = 0; t < rate.length; t++) {
      out[to[t]] += rate[t] * q[from[t]]
      out[from[t]] -= rate[t] * q[from[t]]
    }
    return out
  }
  return times.map((time, k) => {
    const h = (time - (times[k - 1] ?? 0)) / steps
    const matrix = new Float64Array(n * n)
    for (let s = 0; s < n; s++) matrix[s * n + s] = 1
    for (let t = 0; t < rate.length; t++) {
      matrix[to[t] * n + from[t]] -= gamma * h * rate[t]
      matrix[from[t] * n + from[t]] += gamma * h * rate[t]
    }
    const pivot = new Int32Array(n)
    assert.ok(factorDense(matrix, n, pivot))
    for (let step = 0; step < steps; step++) {
      const one = flow(p)
      solveDense(matrix, n, pivot, one)
      const two = flow(p.map((x, s) => x + (1 - gamma) * h * one[s]))
      solveDense(matrix, n, pivot, two)
      p = p.map((x, s) => x + h * ((1 - gamma) * one[s] + gamma * two[s]))
    }
    return p
  })
}

/** Throttled runs from an empty slab beside the exact master equation: contents of layers at some times. */
const against = (o: {
  readonly lattice: Lattice
  readonly size: readonly [number, number, number]
  readonly axis: 0 | 1
  readonly exchange: readonly number[]
  readonly faceSites: readonly number[]
  readonly mu: readonly number[]
  readonly times: readonly number[]
  readonly crossings: number
  readonly runs: number
}) => {
  const { lattice, size, axis, mu, times, crossings, runs } = o
  const perCell = lattice.sites.length
  const symbols = lattice.carriers.map(({ symbol }) => symbol)
  const record = (values: readonly number[]) => Object.fromEntries(symbols.map((symbol, i) => [symbol, values[i]]))
  const layerOf = (site: number) => {
    const cell = Math.floor(site / perCell)
    return axis === 0 ? Math.floor(cell / (size[1] * size[2])) : cell % size[1]
  }
  const sites = size[0] * size[1] * size[2] * perCell
  const face = Array.from({ length: sites }, (_, s) => s).filter(
    s => layerOf(s) === 0 && o.faceSites.includes(s % perCell),
  )
  const master = masterEquation(lattice, {
    repeats: size,
    temperature,
    periodic: [axis !== 0, axis !== 1, true],
    exchange: face.flatMap(site => mu.map((m, carrier) => ({ site, carrier, rate: o.exchange[carrier], mu: m }))),
    mu,
  })
  const exact = populations(master, times, 60)
  const options: SlabOptions = {
    ...{ size, axis, temperature, faceSites: o.faceSites, seed: 5, images: 'count', throttle: { crossings } },
    reservoir: { standard: record(mu), exchangeRate: record(o.exchange) },
    stages: [],
  }
  const results: Held[] = []
  let events = 0
  let unthrottled = 0
  for (const [k, time] of times.entries()) {
    const all = Array.from({ length: runs }, (_, stream) =>
      slab(lattice, {
        ...options,
        stream: k * runs + stream,
        stages: [{ control: { potential: 0 }, until: { time } }],
      }),
    )
    for (const { families } of all)
      for (const family of families) {
        events += family.events
        unthrottled += family.unthrottled
      }
    for (const [i, symbol] of symbols.entries())
      for (const l of [0, size[axis] - 1]) {
        const count = (state: ArrayLike<number>) =>
          Array.from(state).filter((a, s) => a === i + 1 && layerOf(s) === l).length
        const { value } = meanOf(all.map(({ occupation }) => count(occupation)))
        const moment = (power: number) =>
          master.states.reduce((sum, state, s) => sum + exact[k][s] * count(state) ** power, 0)
        // the spread is known too: that of a few counts says little
        const error = Math.sqrt((moment(2) - moment(1) ** 2) / runs)
        // a handful of ions in all runs is no normal number
        if (moment(1) * runs > 4)
          results.push({ what: `${symbol} in layer ${l} at ${time} s`, got: value, error, exact: moment(1) })
      }
  }
  return { results, saved: unthrottled / events }
}

test('a fast carrier held at equilibrium: the slow one comes in as the exact master equation says, in far fewer events', t => {
  // A and B in one square lattice, A 10⁵ times as mobile and quick through the face; each hinders the other
  const lattice = tinyLattice({
    shape: 'square',
    rates: [1e5, 1],
    Ekra: 0.3,
    pair: [0.02, 0.05, 0.05, -0.02],
    follow: [],
  })
  const { results, saved } = against({
    ...{ lattice, size: [2, 3, 1], axis: 1, exchange: [1e5, 0.5], faceSites: [0], mu: [0.03, 0.06] },
    // what is held is late by some 3/M of an age: a hundredth, and less than that of the contents
    ...{ times: [2, 6], crossings: 100, runs: slow ? 240 : 60 },
  })
  t.diagnostic(`${table(results)}\n${saved.toFixed(0)} times fewer hops`)
  hold(results)
  assert.ok(saved > 10, `${saved}`)
})

test('out of shallow sites ions go on as before: what flickers there is slowed, the slow way over them is not', t => {
  // deep and shallow sites by turns: a way through is a climb of 0.2 eV, twice, and back 2·10³ times for each time on
  const chain = tinyLattice({ shape: 'chain', rates: [2000], secondSite: [0.2], follow: [] })
  // the hop out of the cell is the slow one
  const lattice: Lattice = {
    ...chain,
    events: chain.events.map((event, e) =>
      e === 1 ? { ...event, attemptFrequency: 1e-3 * event.attemptFrequency } : event,
    ),
  }
  const boost = Math.exp(0.2 / (8.617333e-5 * temperature))
  const fast = { ...lattice, events: lattice.events.map(e => ({ ...e, attemptFrequency: boost * e.attemptFrequency })) }
  const { results, saved } = against({
    ...{ lattice: fast, size: [4, 1, 1], axis: 0, exchange: [1000], faceSites: [0], mu: [0.03] },
    ...{ times: [0.3, 3], crossings: slow ? 200 : 100, runs: slow ? 400 : 200 },
  })
  t.diagnostic(`${table(results)}\n${saved.toFixed(0)} times fewer hops`)
  hold(results)
  assert.ok(saved > 3, `${saved}`)
})

test('held hard, a slab still fills as Boltzmann says: holds are the same both ways', t => {
  const lattice = rich()
  const potential = -0.02
  const mu = [0.01 - potential, -2 * potential]
  const { states, boltzmann } = masterEquation(lattice, {
    ...{ repeats: [2, 3, 1], temperature, periodic: [true, false, true], mu },
    window: { axis: 1, kernel: Float64Array.of(2 / 3, 1 / 3, 0, 1 / 3, 1 / 3, 1 / 3, 0, 1 / 3, 2 / 3) },
  })
  const runs = Array.from({ length: slow ? 40 : 12 }, (_, stream) =>
    slab(
      lattice,
      slabOf(potential, {
        stream,
        stages: [
          { control: { potential }, until: { time: 50 } },
          { control: { potential }, until: { time: 2000 } },
        ],
        throttle: { crossings: 30 },
      }),
    ),
  )
  const results = [0, 1].flatMap(i =>
    [0, 1, 2].map(l => {
      const { value, error } = meanOf(runs.map(run => meanOfRows(run, i, l)))
      const exact = states.reduce(
        (sum, s, k) => sum + (boltzmann[k] * [l, l + 3].filter(site => s[site] === i + 1).length) / 2,
        0,
      )
      return { what: `${'AB'[i]} in layer ${l}`, got: value, error, exact }
    }),
  )
  t.diagnostic(table(results))
  hold(results)
  for (const { families } of runs)
    assert.ok(
      families.reduce((sum, one) => sum + one.unthrottled, 0) >
        1.5 * families.reduce((sum, one) => sum + one.events, 0),
    )
})

test('a channel is one event both ways, and its lower rate the same from both sides', () => {
  const lattice = rich()
  const dice = random(4)
  const start = Array.from({ length: 24 }, () => Math.floor(3 * dice.uniform()))
  const model = slabModel(lattice, slabOf(0, { size: [4, 6, 1], images: 'refuse' }), start, () => {})
  const { hops, moves, held } = model
  const channelOf = (way: number) => {
    const move = hops.moveOn(way)
    return move < 0 ? -1 : moves.channelOf[Math.floor(way / moves.ways) * moves.moves + move]
  }
  const ways = moves.places.length / 4
  let both = 0
  for (let k = 0; k < 200; k++) {
    const way = hops.draw(dice.uniform() * hops.total())
    const channel = channelOf(way)
    const lower = hops.lower(way)
    model.hop(way)
    const back = Array.from({ length: ways }, (_, w) => w).filter(w => channelOf(w) === channel)
    assert.equal(back.length, 1)
    assert.notEqual(back[0], way)
    assert.ok(Math.abs(hops.lower(back[0]) / lower - 1) < 1e-9)
    // held to a tenth of that, both rates fall to a tenth
    const rates = () => [hops.acceptance(back[0]), hops.total()]
    held.hold[channel] = 10 / lower
    model.renew()
    const [, slowed] = rates()
    held.hold[channel] = 0
    model.renew()
    if (rates()[1] > slowed) both++
  }
  assert.equal(both, 200)
})

test('holds come and go with what is crossed: M times an age at most, nothing below that is touched', () => {
  const crossings = 100
  // what flickers at 10⁶/s for ever, what is crossed at 5/s, and what flickers for a while only
  const held = throttle({ ceiling: [1e12, 1e12, 1e12], crossings, from: undefined })
  const lower = [1e6, 1e3, 1e6]
  const flux = [1e6, 5, 1e6]
  let made = [0, 0, 0]
  let age = 1e-5
  while (age < 10) {
    const time = 0.03 * age
    age += time
    if (age > 0.1) flux[2] = 1
    for (const c of [0, 1, 2]) {
      const rate = flux[c] * (lower[c] * held.hold[c] > 1 ? 1 / (lower[c] * held.hold[c]) : 1)
      for (let k = 0; k < Math.round(rate * time); k++) held.crossed(c, lower[c])
      made[c] += Math.round(rate * time)
    }
    held.update(age, time)
    if (age < 1) made = [0, 0, 0]
  }
  // an age of e-folds: M ln 10 from 1 s to 10 s, and what rounding to whole crossings leaves out
  assert.ok(made[0] > 0.7 * crossings * Math.log(10) && made[0] < 1.3 * crossings * Math.log(10), `${made[0]}`)
  assert.equal(held.hold[1], 0)
  assert.ok(held.hold[2] * lower[2] < 1)
  held.begin()
  assert.deepEqual([...held.hold], [0, 0, 0])
  for (const crossings of [1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => throttle({ ceiling: [1], crossings, from: undefined }), /throttle.crossings/)
})
