import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hamiltonian } from '../../src/lattice/hamiltonian.ts'
import type { Cluster, Lattice } from '../../src/lattice/lattice.ts'
import { slabModel } from '../../src/lattice/slab/model.ts'
import { singlesOnly } from '../../src/lattice/slab/options.ts'
import { jamOf } from '../../src/lattice/slab/result.ts'
import { type SlabOptions, type SlabResult, type SlabState, slab, slabSteps } from '../../src/lattice/slab/slab.ts'
import { latticeSupercell } from '../../src/lattice/supercell.ts'
import { metropolis } from '../../src/lattice/thermodynamics/metropolis.ts'
import { random } from '../../src/math/random.ts'
import { masterEquation } from './master-equation.ts'
import { meanOfRows, rich, slabAgainst, slabOf } from './slab-cases.ts'
import { hold, meanOf, table } from './statistics.ts'
import { tinyLattice } from './tiny.ts'

const slow = process.env.DUALION_SLOW === '1'
const temperature = 300

for (const [name, lattice] of [
  ['everything', rich()],
  ['a limit of the slab', rich({ limits: [{ weights: Float64Array.of(1, 2), max: 0.9, per: 'formula unit' }] })],
] as const)
  test(`a tiny slab at a held potential is the exact master equation: contents, currents, events (${name})`, t => {
    const results = slabAgainst({ lattice, potential: -0.02, blocks: slow ? 40 : 20, time: slow ? 250 : 150 })
    t.diagnostic(table(results))
    hold(results)
  })

test('limits of a cell: a run never passes them and equals the exact occupation', t => {
  const lattice = tinyLattice({
    shape: 'chain',
    rates: [1, 0.5],
    secondSite: [0.02, -0.01],
    follow: [],
    limits: [{ weights: Float64Array.of(1, 2), max: 2, per: 'cell' }],
  })
  const mu = [0.02, 0.03]
  const { states, boltzmann } = masterEquation(lattice, {
    repeats: [4, 1, 1],
    temperature,
    periodic: [false, true, true],
    mu,
  })
  const runs = Array.from({ length: 21 }, (_, k) =>
    slab(lattice, {
      size: [4, 1, 1],
      temperature,
      reservoir: { standard: { A: 0.02, B: 0.03 }, exchangeRate: { A: 2, B: 2 } },
      stages: [
        { control: { potential: 0 }, until: { time: 200 } },
        { control: { potential: 0 }, until: { time: 2000 } },
      ],
      seed: 4,
      stream: k,
    }),
  )
  const results = [0, 1].flatMap(i =>
    [0, 3].map(l => {
      const { value, error } = meanOf(runs.map(run => meanOfRows(run, i, l)))
      const exact = states.reduce(
        (sum, s, k) => sum + boltzmann[k] * [2 * l, 2 * l + 1].filter(site => s[site] === i + 1).length,
        0,
      )
      return { what: `x of ${'AB'[i]} in layer ${l}`, got: value, error, exact }
    }),
  )
  t.diagnostic(table(results))
  hold(results)
  for (const { occupation } of runs)
    for (let c = 0; c < 4; c++) assert.ok(occupation[2 * c] + occupation[2 * c + 1] <= 2)
})

/** Layers as sites of one cell, each a sublattice of its own, so that plain Monte Carlo tells them apart. One site a cell. */
const columnsOf = (lattice: Lattice, layers: number): Lattice => {
  const axis = lattice.dimension - 1
  const inside = (cluster: Cluster, l: number): Cluster[] => {
    const places = cluster.places.map(({ image }) => ({ site: l + image[axis], image: image.with(axis, 0) as never }))
    return places.every(({ site }) => site >= 0 && site < layers) ? [{ ...cluster, places }] : []
  }
  const each = Array.from({ length: layers }, (_, l) => l)
  return {
    ...lattice,
    cell: lattice.cell.map((x, k) => (Math.floor(k / 3) === axis ? layers * x : x)),
    dimension: axis as 1 | 2,
    formulaUnits: layers,
    volume: layers * lattice.volume,
    sublattices: each.map(String),
    sites: each.map(l => ({ sublattice: l, position: [0, 0, l] as const })),
    siteEnergy: Float64Array.from(each.flatMap(() => [...lattice.siteEnergy])),
    clusters: lattice.clusters.flatMap(cluster => each.flatMap(l => inside(cluster, l))),
    events: [],
  }
}

test('a long potentiostatic run fills its layers as grand-canonical Monte Carlo does, pair hops or not', t => {
  const lattice = tinyLattice({
    shape: 'cubic',
    rates: [1, 0.5],
    charges: [1, 2],
    follow: [
      [0, 1, 0.5],
      [1, 0, 0.5],
    ],
    together: [[0, 0, 0.3]],
    pair: [0.03, -0.03, -0.03, 0.04],
    triplet: [-0.02, 0, 0, 0.02, 0, 0.01, 0.01, 0],
    meanField: [{ label: 'electrons', weights: Float64Array.of(1, 2), coefficients: Float64Array.of(0, -0.05, 0.04) }],
  })
  const size = [4, 4, 5] as const
  const potential = 0.08
  const columns = columnsOf(lattice, size[2])
  const mc = metropolis({
    H: hamiltonian(columns, latticeSupercell(columns, [size[0], size[1], 1])),
    temperature,
    reservoirs: [{ mu: 0.02 - potential }, { mu: -2 * potential }],
    seed: 5,
    sweeps: slow ? 120_000 : 25_000,
  })
  for (const pairHops of slow ? [true, false] : [true]) {
    const blocks: SlabResult[] = []
    for (let k = 0; k <= (slow ? 20 : 10); k++) {
      const start = { start: k > 0 ? blocks[k - 1].occupation : mc.sigma.slice(0, 80) }
      const stages = [{ control: { potential }, until: { time: slow ? 150 : 100 } }]
      const reservoir = { standard: { A: 0.02 }, exchangeRate: { A: 2, B: 2 } }
      blocks.push(slab(lattice, { size, temperature, reservoir, stages, pairHops, seed: 6, stream: k, ...start }))
    }
    blocks.shift()
    assert.equal(blocks[0].families.length, pairHops ? 5 : 2)
    const results = [0, 1].flatMap(i =>
      Array.from({ length: size[2] }, (_, l) => {
        const { value, error } = meanOf(blocks.map(run => meanOfRows(run, i, l)))
        const exact = mc.occupancy[l * 2 + i]
        return {
          what: `${'AB'[i]} in layer ${l}`,
          got: value,
          error: Math.hypot(error, exact.error),
          exact: exact.value,
        }
      }),
    )
    t.diagnostic(table(results))
    hold(results)
  }
})

test('a current is delivered within the noise of single ions; what went in less what came out is inside', t => {
  const lattice = tinyLattice({ shape: 'square', rates: [1, 0.3], charges: [1, 2], pair: [0.02, -0.03, -0.03, 0.05] })
  const charge = [1, 2]
  const current = 1e-3
  for (const keep of ['expectation', 'charge'] as const) {
    const lags: number[] = []
    const squares: number[] = []
    for (let stream = 0; stream < 40; stream++) {
      const control = { current, cutOff: -1, keep }
      const time = keep === 'charge' ? 300 : 60
      const run = slab(lattice, {
        size: [16, 4, 1],
        temperature,
        reservoir: { exchangeRate: { A: 0.02, B: 0.01 } },
        stages: [
          { control, until: { time } },
          { carriers: ['B'], control, until: { time } },
        ],
        seed: 7,
        stream,
      })
      assert.equal(run.outcome, 'finished')
      const [both, second] = run.stages
      let delivered = 0
      let square = 0
      for (const { inserted, removed } of run.stages)
        for (const i of [0, 1]) {
          square += charge[i] ** 2 * (inserted[i] + removed[i])
          delivered += charge[i] * (inserted[i] - removed[i])
        }
      lags.push(delivered - current * 64 * 2 * time)
      squares.push(square)
      assert.deepEqual([second.inserted[0], second.removed[0]], [0, 0])
      for (const i of [0, 1]) {
        const inside = run.occupation.filter(a => a === i + 1).length
        assert.equal(inside, both.inserted[i] - both.removed[i] + second.inserted[i] - second.removed[i])
        assert.equal(inside / 64, second.amount[i])
        assert.equal(run.columns.amount[i].at(-1), second.amount[i])
      }
      const { time: at, current: currents } = run.columns
      let sum = 0
      for (let k = 1; k < at.length; k++)
        sum += (at[k] - at[k - 1]) * currents.reduce((all, column) => all + column[k], 0)
      assert.ok(Math.abs(sum - delivered) < 1e-9)
    }
    const lag = meanOf(lags)
    const square = meanOf(lags.map((x, k) => x * x - (keep === 'expectation' ? squares[k] : 0)))
    t.diagnostic(
      `${keep}: Q − It = ${lag.value} ± ${lag.error}, its square (less Σz²) ${square.value} ± ${square.error}`,
    )
    assert.ok(Math.abs(lag.value) < 3 * lag.error)
    // Q − ∫I dt is a martingale, the mean of its square that of Σz²; where the charge is kept it strays by some √16 ions a stage
    if (keep === 'expectation') assert.ok(Math.abs(square.value) < 3 * square.error)
    else assert.ok(square.value < 2 * 2 * 16)
  }
})

test('a small face that exchanges ions quickly keeps its charge: no ion short is made up for at the pace of the current alone', t => {
  const lattice = tinyLattice({
    shape: 'square',
    rates: [1000, 300],
    charges: [1, 2],
    pair: [0.02, -0.03, -0.03, 0.05],
  })
  const squares = Array.from({ length: 8 }, (_, stream) => {
    const { stages, outcome } = slab(lattice, {
      ...{ size: [4, 4, 1], axis: 1, temperature, seed: 7, stream },
      start: Array.from({ length: 16 }, (_, s) => (s % 3 === 0 ? 1 : s % 5 === 0 ? 2 : 0)),
      reservoir: { exchangeRate: { A: 1000, B: 1000 } },
      stages: [{ control: { current: 3e-3, cutOff: -1 }, until: { time: 3 } }],
    })
    assert.equal(outcome, 'finished')
    const [{ inserted, removed }] = stages
    return (inserted[0] - removed[0] + 2 * (inserted[1] - removed[1]) - 3e-3 * 16 * 3) ** 2
  })
  const { value, error } = meanOf(squares)
  t.diagnostic(`(Q − It)² = ${value} ± ${error}`)
  // what is asked for falls back over a charge a cell of the face, so some 4 e²; it was a hundred while an empty face took ions slowly
  assert.ok(value < 12)
})

test('a current that the slab cannot take ends at the cut-off, on the way in and on the way out', () => {
  const lattice = tinyLattice({ shape: 'square', rates: [1], charges: [2] })
  const o = { size: [4, 4, 1] as const, temperature, reservoir: { exchangeRate: { A: 5 } }, seed: 3 }
  const run = slab(lattice, {
    ...o,
    stages: [
      { control: { current: 0.02, cutOff: -0.4 }, until: { amount: { A: 0.5 } } },
      { label: 'to the brim', control: { current: 0.02, cutOff: -0.4 }, until: { time: 1e6 } },
      { control: { potential: 0 }, until: { time: 1 } },
    ],
  })
  assert.equal(run.outcome, 'cut-off')
  assert.match(run.reason, /to the brim.*cut-off, -0.4 V/)
  assert.equal(run.stages.length, 2)
  assert.equal(run.stages[0].amount[0], 0.5)
  // the face is full, so the current cannot be had
  assert.ok(run.stages[1].amount[0] > 0.6, `${run.stages[1].amount[0]}`)
  for (const column of [0, 1, 2, 3]) assert.equal(run.occupation[4 * column], 1)
  assert.equal(run.stages[1].potential[1], -0.4)
  const out = slab(lattice, {
    ...o,
    start: run.occupation,
    stages: [{ control: { current: -0.02, cutOff: 0.4 }, until: { amount: { A: 0 } } }],
  })
  assert.equal(out.outcome, 'cut-off')
  assert.equal(out.stages[0].potential[1], 0.4)
  assert.ok(out.stages[0].amount[0] < run.stages[1].amount[0])
  const nothing = slab(lattice, {
    ...o,
    reservoir: { exchangeRate: {} },
    stages: [{ control: { potential: 0 }, until: { events: 9 } }],
  })
  assert.equal(nothing.outcome, 'no event')
})

test('the same seed gives the same bits, and a run that was stopped and went on those of one that was not', () => {
  const o = slabOf(-0.02, {
    size: [3, 6, 1],
    stages: [
      { carriers: ['A'], control: { current: 0.05, cutOff: -1 }, until: { amount: { A: 0.4 } } },
      { control: { potential: -0.02 }, until: { events: 25_000 } },
    ],
    images: 'refuse',
  })
  const whole = slab(rich(), o)
  assert.deepEqual(slab(rich(), o), whole)
  assert.notDeepEqual(slab(rich(), { ...o, seed: 2 }).columns, whole.columns)
  let state: SlabState | undefined
  let snapshots = 0
  for (const snapshot of slabSteps(rich(), o)) {
    snapshots++
    if (snapshots === 1) state = JSON.parse(JSON.stringify(snapshot.state()))
    if (snapshots === 1) {
      const partial = snapshot.partial()
      assert.equal(partial.outcome, 'interrupted')
      assert.deepEqual(
        partial.columns.amount.map(column => column.at(-1)),
        [...snapshot.amount],
      )
    }
  }
  assert.ok(snapshots >= 1, `${snapshots} snapshots: ${whole.reason}`)
  assert.deepEqual(slab(rich(), { ...o, resume: state! }), whole)
  assert.throws(() => slab(rich(), { ...o, temperature: 301, resume: state! }), /resume/)
})

test('rates that are kept up are those that are worked out anew, bounds are never passed', () => {
  for (const lattice of [{ ...rich(), meanField: [] }, rich()]) {
    const plain = lattice.meanField.length === 0
    const free = plain
      ? { ...lattice, events: lattice.events.map(event => ({ ...event, byAmount: new Float64Array(2) })) }
      : lattice
    const o = slabOf(0, { size: [4, 6, 1], images: 'refuse' })
    const dice = random(3)
    const start = Array.from({ length: 24 }, () => Math.floor(3 * dice.uniform()))
    const model = slabModel(free, o, start, () => {})
    for (let k = 0; k < 400; k++) {
      const way = model.hops.draw(dice.uniform() * model.hops.total())
      const accepted = model.hops.acceptance(way)
      // e^−0.5: bounds are drawn up e^0.25 above, and anew when e^0.25 too high
      assert.ok(accepted <= 1 + 1e-12 && accepted > Math.exp(-0.5) - 1e-12, `acceptance ${accepted}`)
      if (plain) assert.equal(accepted, 1)
      model.hop(way)
      model.face.update()
      const before = [model.hops.total(), ...model.face.insert, ...model.face.remove]
      if (!plain) continue
      model.renew()
      model.face.update()
      assert.deepEqual([model.hops.total(), ...model.face.insert, ...model.face.remove], before)
    }
  }
})

test('contents that are alike in all layers have the μ of the bulk in each: windows are folded at the faces', () => {
  const lattice = rich()
  for (const window of [1, 3, 5, 'slab'] as const) {
    const o = slabOf(0, { size: [4, 6, 1], images: 'refuse', window })
    const { field } = slabModel(
      lattice,
      o,
      Array.from({ length: 24 }, (_, s) => (Math.floor(s / 6) % 2 === 0 ? 1 : 0)),
      () => {},
    )
    // n = ½, U = 4: every layer holds two A; H_mf = Σ U h(½)
    assert.ok(Math.abs(field.energy() - 24 * (0.02 * 0.5 + 0.05 * 0.25)) < 1e-12)
    const into = Array.from({ length: 6 }, (_, l) => field.change(field.shift([0], [-1], [l])))
    // h′(n) and half of h″ times the mean square of the shift: [1/U] Σ K²
    for (const mu of into) assert.ok(Math.abs(mu - (0.02 + 2 * 0.05 * 0.5)) < 0.05 / 4 + 1e-12, `${mu}`)
    if (window === 'slab') for (const mu of into) assert.ok(Math.abs(mu - into[0]) < 1e-12)
  }
})

test('jam: 1 where the surface is full and the interior empty, 0 where contents are even, by weight of the room', () => {
  const room = { weights: [1, 2], max: 4 }
  const full = (l: number) => (l < 2 ? 2 : 0)
  const x = [...Array.from({ length: 16 }, () => 0), ...Array.from({ length: 16 }, (_, l) => full(l))]
  assert.equal(jamOf(x, 16, room), 1)
  assert.ok(Math.abs(jamOf(new Array(32).fill(0.3), 16, room)) < 1e-12)
})

test('pair hops off keeps interactions and the barriers of single hops', () => {
  const lattice = rich()
  const off = singlesOnly(lattice)
  assert.deepEqual(new Set(off.events.map(event => event.family)), new Set(['A', 'B']))
  assert.deepEqual({ ...off, events: [] }, { ...lattice, events: [] })
  assert.deepEqual(
    off.events,
    lattice.events.filter(event => event.movers.length === 1),
  )
})

test('what cannot be is refused by name', () => {
  const good = slabOf(0, { size: [4, 6, 1], images: 'refuse' })
  const no = (o: Partial<SlabOptions>, message: RegExp, lattice = rich()) =>
    assert.throws(() => slab(lattice, { ...good, ...o }), message)
  no({ temperature: 0 }, /temperature: got 0/)
  no({ size: [4, 1, 1] }, /size\[1\]: got 1, allowed: at least two layers/)
  no({ axis: 2 }, /axis: got 2/)
  no({ window: 2 }, /window: got 2/)
  no({ window: 7 }, /window: got 7, allowed: an odd number of layers, at most the 6 of the slab/)
  no({ stages: [] }, /stages/)
  no({ stages: [{ control: { potential: 0 }, until: {} }] }, /stages\[0\].until/)
  no({ stages: [{ carriers: ['a'], control: { potential: 0 }, until: { time: 1 } }] }, /did you mean A/)
  no({ stages: [{ control: { current: 0, cutOff: 0 }, until: { time: 1 } }] }, /hold a potential instead/)
  no({ stages: [{ control: { current: 1, cutOff: Number.NaN }, until: { time: 1 } }] }, /cutOff: got NaN/)
  no({ reservoir: { exchangeRate: { C: 1 } } }, /reservoir.exchangeRate: got "C"/)
  no({ reservoir: { exchangeRate: { A: -1 } } }, /exchangeRate.A: got -1/)
  no({ reservoir: { exchangeRate: { A: 1 }, activity: { A: 0 } } }, /activity.A: got 0/)
  no({ start: [3] }, /start: got 1, allowed: 24 sites/)
  no({ start: new Array(24).fill(3) }, /start: got 3/)
  no({ seed: 0.5 }, /seed/)
  no({ throttle: { crossings: 0.5 } }, /throttle.crossings: got 0.5/)
  no({ faceSites: [1] }, /faceSites: got 1/)
  no({}, /a lattice with events/, { ...rich(), events: [] })
  no({}, /Ekra: got -0.1/, { ...rich(), events: rich().events.map(event => ({ ...event, Ekra: -0.1 })) })
  no(
    { reservoir: { exchangeRate: { A: 1 } } },
    /no event of square leads along it/,
    tinyLattice({ shape: 'square', rates: [1], onlyAlong: 0 }),
  )
  const full = rich({ limits: [{ weights: Float64Array.of(1, 2), max: 1, per: 'formula unit' }] })
  no({ start: new Array(24).fill(2) }, /start.*within the limits/, full)
})
