import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileEvents, type EventTables } from '../../src/lattice/kinetics/events.ts'
import { fieldCodesOf } from '../../src/lattice/kinetics/field-codes.ts'
import { kineticMonteCarlo, kineticMonteCarloSteps, walkOf } from '../../src/lattice/kinetics/kinetic-monte-carlo.ts'
import { startWalk } from '../../src/lattice/kinetics/walk.ts'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { latticeSupercell } from '../../src/lattice/supercell.ts'
import { random } from '../../src/math/random.ts'
import { type MasterOptions, masterEquation } from './master-equation.ts'
import { tinyLattice } from './tiny.ts'
import { holm } from './z-scores.ts'

const temperature = 300
type Size = readonly [number, number, number]

/** Two ions with everything a lattice may have. */
const rich = (extra: Partial<Parameters<typeof tinyLattice>[0]> = {}) =>
  tinyLattice({
    shape: 'square',
    rates: [1, 0.2],
    Ekra: 0.4,
    follow: [
      [0, 0, 0.7],
      [0, 1, 0.35],
      [1, 0, 0.2],
    ],
    together: [
      [0, 1, 0.3],
      [1, 1, 0.4],
    ],
    pair: [0.02, -0.03, -0.03, 0.05],
    triplet: [0.01, 0, 0, 0.02, 0, -0.01, 0.015, 0],
    surroundings: [0.01, -0.02],
    byAmount: [0.02, -0.05],
    ...extra,
  })

/** Nothing but hops of one ion and pairs: what a walk by ions can do. */
const pairsAlone = () => tinyLattice({ shape: 'square', rates: [1, 0.2], Ekra: 0.4, pair: [0.02, -0.03, -0.03, 0.05] })

const limited = () =>
  rich({
    secondSite: [0.03, -0.01],
    limits: [{ weights: Float64Array.of(1, 2), max: 2, per: 'cell' }],
    together: [],
    triplet: undefined as never,
    surroundings: undefined as never,
  })

const compiled = (lattice: Lattice, size: Size) =>
  compileEvents(lattice, latticeSupercell(lattice, size, { images: 'count' }))

const walkFrom = (tables: EventTables, occupation: Uint8Array) =>
  startWalk(tables, { occupation, random: random(1) }, { temperature })

const cases: readonly {
  readonly name: string
  readonly lattice: Lattice
  readonly size: Size
  readonly numbers: number[]
}[] = [
  { name: 'everything', lattice: rich(), size: [4, 3, 1], numbers: [2, 1] },
  {
    name: 'everything, where sites meet through images',
    lattice: rich({ surroundings: undefined as never }),
    size: [3, 2, 1],
    numbers: [2, 1],
  },
  {
    name: 'a ring of three',
    lattice: tinyLattice({
      shape: 'chain',
      rates: [1, 0.3],
      follow: [
        [0, 1, 2],
        [1, 1, 0.4],
      ],
      pair: [0, 0.1, 0.1, -0.05],
    }),
    size: [3, 1, 1],
    numbers: [1, 1],
  },
  { name: 'limits of cells, two kinds of sites', lattice: limited(), size: [3, 2, 1], numbers: [2, 1] },
  {
    name: 'triangular',
    lattice: tinyLattice({
      shape: 'triangular',
      rates: [1],
      follow: [[0, 0, 0.5]],
      pair: [0.05],
      surroundings: [0.02],
    }),
    size: [4, 4, 1],
    numbers: [2],
  },
  {
    name: 'cubic',
    lattice: tinyLattice({ shape: 'cubic', rates: [1, 0.1], follow: [[1, 0, 0.5]], pair: [0.05, 0.01, 0.01, 0] }),
    size: [3, 2, 2],
    numbers: [2, 1],
  },
]

for (const { name, lattice, size, numbers } of cases)
  test(`rates of every move are those of the exact master equation: ${name}`, () => {
    const o: MasterOptions = { repeats: size, temperature, numbers }
    const master = masterEquation(lattice, o)
    const rates = master.states.map(() => [] as number[])
    master.from.forEach((s, t) => {
      rates[s].push(master.rate[t])
    })
    const { uniform } = random(5)
    const tables = compiled(lattice, size)
    let compared = 0
    for (let k = 0; k < 15; k++) {
      const s = Math.floor(uniform() * master.states.length)
      if (rates[s].length === 0) continue
      const walk = walkFrom(tables, master.states[s])
      const slots = master.states[s].length * walk.tables.perSite
      const mine = Array.from({ length: slots }, (_, slot) => walk.rate(slot)).filter(rate => rate > 0)
      const theirs = rates[s].toSorted((a, b) => a - b)
      assert.equal(mine.length, theirs.length)
      // energies are rounded to 1e-11 eV: 4e-10 of a rate
      mine
        .sort((a, b) => a - b)
        .forEach((rate, r) => {
          assert.ok(Math.abs(rate - theirs[r]) < 1e-8 * theirs[r], `${rate}, expected ${theirs[r]}`)
        })
      compared += mine.length
    }
    assert.ok(compared > 15)
  })

test('each compiled move and its reverse are in detailed balance', () => {
  const lattice = rich()
  const size = [5, 5, 1] as const
  const walk = walkOf({ lattice, size, temperature, amounts: [0.2, 0.2], seed: 3 })
  const { energies, perSite } = walk.tables
  const kT = 8.617333262e-5 * temperature
  let compared = 0
  for (let round = 0; round < 60; round++) {
    const before = walk.occupation.slice()
    const counts = walk.counts.slice()
    const there = Array.from({ length: 25 * perSite }, (_, slot) => walk.rate(slot))
    const E = (sigma: Uint8Array) => energies.energy(Uint8Array.of(...sigma, 0))
    walk.advance(1)
    const move = walk.counts.findIndex((count, m) => count > counts[m])
    const after = walk.occupation.slice()
    const dE = E(after) - E(before)
    // the slot that was taken: the only ones with its rate lead to states of the same energy, so compare rates as sets
    const back = Array.from({ length: 25 * perSite }, (_, slot) => walk.rate(slot))
    const event = walk.tables.eventOf[move]
    const found = there.some(
      k => k > 0 && back.some(kBack => kBack > 0 && Math.abs(Math.log(k / kBack) + dE / kT) < 1e-8),
    )
    assert.ok(found, `event ${event}: no pair of rates with ln(k/k′) = ${-dE / kT}`)
    compared++
  }
  assert.equal(compared, 60)
})

test('lists and fields stay right however long the walk: nothing is misplaced, and all is as if built anew', () => {
  for (const lattice of [
    rich(),
    limited(),
    pairsAlone(),
    tinyLattice({ shape: 'cubic', rates: [1, 0.2] }),
    tinyLattice({ shape: 'cubic', rates: [1], pair: [0.06] }),
  ]) {
    const size: Size = lattice.dimension === 3 ? [5, 6, 7] : [7, 8, 1]
    const walk = walkOf({ lattice, size, temperature, amounts: lattice.carriers.map(() => 0.25), seed: 7 })
    for (let k = 0; k < 8; k++) {
      walk.advance(997)
      assert.equal(walk.misplaced(), 0, `${lattice.name} after ${walk.events()}`)
    }
    const fresh = startWalk(walk.tables, { occupation: walk.occupation, random: random(1) }, { temperature })
    for (let slot = 0; slot < walk.occupation.length * walk.tables.perSite; slot++)
      assert.equal(walk.rate(slot), fresh.rate(slot))
    // unwrapped displacements lead each ion from its first site to where it is now, whole supercells aside
    const sum = walk.displacement.reduce((a, b) => a + b, 0)
    assert.ok(Number.isFinite(sum))
  }
})

test('displacements are those of the ions: positions agree modulo the supercell', () => {
  const lattice = rich()
  const size = [6, 5, 1] as const
  const walk = walkOf({ lattice, size, temperature, amounts: [0.2, 0.2], seed: 2 })
  const where = () => {
    const site = new Int32Array(walk.ions)
    walk.ion.forEach((k, s) => {
      if (k >= 0) site[k] = s
    })
    return site
  }
  const first = where()
  walk.advance(5000)
  const last = where()
  for (let k = 0; k < walk.ions; k++) {
    const cell = (s: number) => [Math.floor(s / size[1]), s % size[1]]
    for (const d of [0, 1]) {
      const step = cell(last[k])[d] - cell(first[k])[d] - walk.displacement[3 * k + d]
      assert.ok(Number.isInteger(step / size[d]), `ion ${k}: ${step}`)
    }
  }
  assert.ok(
    walk.displacement.some(x => Math.abs(x) > size[0]),
    'some ion went round',
  )
})

test('walks by ions: each hop moves one ion by what the tables say, over faces too, to the last bit', () => {
  const gas = tinyLattice({ shape: 'cubic', rates: [1, 0.2], carriers: ['A', 'B'] })
  // hops of two cells on a ring of three: over the face whence they are seen as one cell back
  const chain = tinyLattice({ shape: 'chain', rates: [1], secondSite: [0.01], pair: [0.02] })
  const far = chain.events.map(event => ({
    ...event,
    movers: event.movers.map(one => ({ ...one, to: { ...one.to, image: [one.to.image[0] + 2, 0, 0] as const } })),
  }))
  for (const { lattice, size, amounts } of [
    { lattice: gas, size: [4, 3, 5], amounts: [0.3, 0.2] },
    { lattice: pairsAlone(), size: [5, 6, 1], amounts: [0.3, 0.2] },
    { lattice: { ...chain, events: [...chain.events, ...far] }, size: [3, 1, 1], amounts: [0.7] },
  ] as const) {
    // a cell that no power of two divides: sums of such numbers are rounded, unless they are kept whole
    const uneven = { ...lattice, cell: lattice.cell.map(x => x * 1.1) }
    const walk = walkOf({ lattice: uneven, size, temperature, amounts, seed: 4, images: 'count' })
    const { displacement, moverStart } = walk.tables
    for (let k = 0; k < 1500; k++) {
      const counts = walk.counts.slice()
      const before = walk.displacement.slice()
      const sites = walk.ion.slice()
      walk.advance(1)
      const move = walk.counts.findIndex((count, m) => count > counts[m])
      const from = sites.findIndex((ion, s) => ion >= 0 && walk.ion[s] < 0)
      before.forEach((x, q) => {
        const own = Math.floor(q / 3) === sites[from]
        assert.equal(walk.displacement[q] - x, own ? displacement[3 * moverStart[move] + (q % 3)] : 0)
      })
    }
    assert.equal(walk.state().by, 'ions')
    assert.deepEqual(
      Array.from(walk.ion.filter(ion => ion >= 0)).sort((a, b) => a - b),
      Array.from({ length: walk.ions }, (_, ion) => ion),
    )
  }
})

test('fields by words are the fields of the sites, bit by bit, as long as there are few kinds of neighbours', () => {
  const { uniform } = random(9)
  const shells = (many: number): Lattice => ({
    ...tinyLattice({ shape: 'chain', rates: [1, 0.3] }),
    clusters: Array.from({ length: many }, (_, k) => ({
      label: `${k + 1} cells apart`,
      places: [0, k + 1].map(x => ({ site: 0, image: [x, 0, 0] as const })),
      energy: Float64Array.of(0.031, -0.017, -0.017, 0.007).map(V => V / (k + 1)),
    })),
  })
  for (const { lattice, size } of [
    { lattice: pairsAlone(), size: [5, 6, 1] },
    { lattice: pairsAlone(), size: [2, 3, 1] },
    { lattice: tinyLattice({ shape: 'cubic', rates: [1], secondSite: [0.04], pair: [0.02] }), size: [3, 4, 3] },
    { lattice: shells(3), size: [11, 1, 1] },
  ] as const) {
    const tables = compiled(lattice, size)
    for (let round = 0; round < 5; round++) {
      const sigma = tables.energies.occupation()
      for (let s = 0; s + 1 < sigma.length; s++) sigma[s] = Math.floor(uniform() * (lattice.carriers.length + 1))
      const codes = fieldCodesOf(tables, sigma)
      assert.ok(codes)
      const n = lattice.carriers.length
      const fields = tables.energies.fields(sigma)
      codes.words.forEach((word, s) => {
        for (let i = 0; i < n; i++) assert.equal(codes.table[word * n + i], fields[s * n + i])
      })
    }
  }
  // eight shells of two carriers are more words than a table has
  const many = compiled(shells(8), [19, 1, 1])
  assert.equal(fieldCodesOf(many, many.energies.occupation()), undefined)
  const walk = walkOf({ lattice: shells(8), size: [19, 1, 1], temperature, amounts: [0.3, 0.2], seed: 7 })
  walk.advance(5000)
  assert.equal(walk.state().by, 'ions')
  assert.equal(walk.misplaced(), 0)
  const fresh = startWalk(many, { occupation: walk.occupation, random: random(1) }, { temperature })
  for (let slot = 0; slot < 19 * many.perSite; slot++) assert.equal(walk.rate(slot), fresh.rate(slot))
})

test('same seed, same bits; snapshots and stops leave no trace', () => {
  const run = { lattice: rich(), size: [6, 6, 1] as const, temperature, amounts: [0.3, 0.2], seed: 11 }
  const whole = kineticMonteCarlo({ ...run, events: 20_000, every: 20_000 })
  const often = kineticMonteCarlo({ ...run, events: 20_000, every: 37 })
  assert.deepEqual(often.walk.state(), whole.walk.state())
  const half = kineticMonteCarlo({ ...run, events: 7_000 })
  const kept = structuredClone(half.walk.state())
  const resumed = kineticMonteCarlo({ ...run, events: 20_000, resume: kept })
  assert.deepEqual(resumed.walk.state(), whole.walk.state())
  // a stop in time too
  const until = kineticMonteCarlo({ ...run, time: whole.time / 3 })
  assert.equal(until.outcome, 'time')
  const on = kineticMonteCarlo({ ...run, events: 20_000, resume: until.walk.state() })
  assert.deepEqual(on.walk.state(), whole.walk.state())
  const other = kineticMonteCarlo({ ...run, stream: 1, events: 20_000 })
  assert.notDeepEqual(other.walk.state().occupation, whole.walk.state().occupation)
})

test('progress comes as the walk goes on; events are counted by family; pair hops off leaves the others', () => {
  const run = { lattice: rich(), size: [6, 6, 1] as const, temperature, amounts: [0.3, 0.2], seed: 1, events: 5000 }
  const seen = [...kineticMonteCarloSteps({ ...run, every: 1000 })].map(({ events }) => events)
  assert.deepEqual(seen, [1000, 2000, 3000, 4000])
  const { families } = kineticMonteCarlo(run)
  assert.equal(
    Object.values(families).reduce((a, b) => a + b),
    5000,
  )
  assert.ok(families['B follows A'] > 0 && families.A > 0)
  const off = kineticMonteCarlo({ ...run, pairHops: false }).families
  assert.deepEqual(
    Object.keys(off)
      .filter(name => off[name] > 0)
      .sort(),
    ['A', 'B'],
  )
})

for (const { name, lattice, by } of [
  { name: 'interactions, two carriers and pair hops', lattice: rich({ byAmount: [0, 0] }), by: 'moves' },
  { name: 'pairs and two carriers that hop alone', lattice: pairsAlone(), by: 'ions' },
])
  test(`a walk spends its time as Boltzmann says, and hops as often as rates say: ${name}`, () => {
    const o: MasterOptions = { repeats: [3, 3, 1], temperature, numbers: [2, 1] }
    const master = masterEquation(lattice, o)
    const index = new Map(master.states.map((state, s) => [state.join(), s]))
    const walk = walkFrom(compiled(lattice, [3, 3, 1]), master.states[0])
    const blocks = 30
    const pace = new Float64Array(blocks)
    const shares = Array.from({ length: blocks }, () => new Float64Array(master.states.length))
    walk.advance(2000)
    for (const [block, share] of shares.entries()) {
      const begin = walk.time()
      for (let k = 0; k < 4000; k++) {
        const s = index.get(walk.occupation.join())!
        const t = walk.time()
        walk.advance(1)
        share[s] += walk.time() - t
      }
      const span = walk.time() - begin
      pace[block] = 4000 / span
      for (let s = 0; s < share.length; s++) share[s] /= span
    }
    // states of one energy together: symmetry makes them alike
    const levels = [...new Set(master.energy.map(E => Number(E.toFixed(9))))]
    const scoreOf = (name: string, values: ArrayLike<number>, exact: number) => {
      const all = Array.from(values)
      const mean = all.reduce((a, b) => a + b) / blocks
      const error = Math.sqrt(all.reduce((a, x) => a + (x - mean) ** 2, 0) / (blocks - 1) / blocks)
      return { name, z: (mean - exact) / error }
    }
    const scores = levels.map(level => {
      const here = master.energy.map(E => (Number(E.toFixed(9)) === level ? 1 : 0))
      const share = (p: Float64Array) => p.reduce((sum, value, s) => sum + value * here[s], 0)
      return scoreOf(`share of the states at ${level} eV`, shares.map(share), share(master.boltzmann))
    })
    const out = new Float64Array(master.states.length)
    master.from.forEach((s, k) => {
      out[s] += master.rate[k]
    })
    const hops = master.boltzmann.reduce((sum, p, s) => sum + p * out[s], 0)
    scores.push(scoreOf('hops a second', pace, hops))
    assert.equal(walk.state().by, by)
    assert.ok(scores.length > 5 && Math.max(...master.boltzmann) > 3 * Math.min(...master.boltzmann))
    holm(scores)
  })

test('walks by ions: same bits with stops, on to lists of moves where few trials hop, from there too', () => {
  const gas = tinyLattice({ shape: 'cubic', rates: [1, 0.2] })
  for (const { lattice, amounts, by } of [
    { lattice: gas, amounts: [0.3, 0.2], by: 'ions' },
    { lattice: pairsAlone(), amounts: [0.3, 0.2], by: 'ions' },
    { lattice: gas, amounts: [0.5, 0.495], by: 'moves' },
  ]) {
    const size: Size = lattice.dimension === 3 ? [6, 6, 6] : [8, 8, 1]
    const run = { lattice, size, temperature, amounts, seed: 5 }
    const whole = kineticMonteCarlo({ ...run, events: 3000, every: 3000 })
    assert.equal(whole.walk.state().by, by)
    assert.equal(whole.walk.misplaced(), 0)
    const often = kineticMonteCarlo({ ...run, events: 3000, every: 7 })
    assert.deepEqual(often.walk.state(), whole.walk.state())
    const seen = new Set<string>()
    for (const part of [0.02, 0.3, 0.8]) {
      const until = kineticMonteCarlo({ ...run, time: part * whole.time })
      const kept = structuredClone(until.walk.state())
      seen.add(kept.by)
      const on = kineticMonteCarlo({ ...run, events: 3000, resume: kept })
      assert.deepEqual(on.walk.state(), whole.walk.state())
    }
    if (by === 'moves') assert.deepEqual([...seen], ['ions', 'moves'])
  }
})

test('more rates than classes: all are there, each in its place', () => {
  const chain = tinyLattice({ shape: 'chain', rates: [1], Ekra: 0.2 })
  const [hop] = chain.events
  const events = Array.from({ length: 140 }, (_, k) => ({
    ...hop,
    attemptFrequency: hop.attemptFrequency * (1 + k / 50),
  }))
  const walk = walkFrom(compiled({ ...chain, events }, [5, 1, 1]), Uint8Array.of(1, 0, 1, 0, 0))
  // two ions with a vacancy on both sides
  const out = 2 * 2 * events.reduce((sum, one) => sum + one.attemptFrequency / hop.attemptFrequency, 0)
  assert.ok(Math.abs(walk.totalRate() / out - 1) < 1e-9, `${walk.totalRate()}, expected ${out}`)
  walk.advance(3000)
  assert.equal(walk.misplaced(), 0)
  assert.ok(walk.counts.every(count => count > 0))
})

test('an ion in a hole it cannot leave: time passes, and without a time it is said', () => {
  // 10 eV down: the way back is 560 powers of two slower
  const hole = tinyLattice({ shape: 'chain', rates: [1], Ekra: 0.4, secondSite: [-10], pair: [0.01] })
  const limits = [{ weights: Float64Array.of(1), max: 2, per: 'cell' as const }]
  for (const by of ['ions', 'moves']) {
    // limits of cells are seen by lists of moves only
    const lattice = by === 'ions' ? hole : { ...hole, limits }
    const walk = walkFrom(compiled(lattice, [5, 1, 1]), Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    assert.equal(walk.state().by, by)
    assert.equal(walk.advance(1000, 1e3), true)
    assert.deepEqual([walk.events(), walk.time(), walk.totalRate()], [1, 1e3, 0])
    assert.throws(() => walk.advance(1000), { code: 'method', message: /no ion can move/ })
    assert.equal(walk.advance(1000, 2e3), true)
    assert.deepEqual([walk.events(), walk.time()], [1, 2e3])
  }
})

test('time: the mean wait is 1/Σk and waits are exponential', () => {
  // one ion alone on a chain: Σk = 2 always
  const walk = walkFrom(compiled(tinyLattice({ shape: 'chain', rates: [1] }), [5, 1, 1]), Uint8Array.of(1, 0, 0, 0, 0))
  const waits = Array.from({ length: 20_000 }, () => {
    const t = walk.time()
    walk.advance(1)
    return walk.time() - t
  })
  const mean = waits.reduce((a, b) => a + b) / waits.length
  const square = waits.reduce((a, b) => a + b * b) / waits.length
  // errors of mean and of mean square of an exponential: 1/√N and √20/√N of theirs
  assert.ok(Math.abs(2 * mean - 1) < 4 / Math.sqrt(20_000))
  assert.ok(Math.abs(2 * square - 1) < 4 * Math.sqrt(5 / 20_000))
})

test('what cannot be is refused at the door, by field', () => {
  const lattice = rich()
  const good = { lattice, size: [4, 4, 1] as const, temperature, amounts: [0.2, 0.2], seed: 1, events: 10 }
  const refused = (change: object, field: RegExp) =>
    assert.throws(
      () => kineticMonteCarlo({ ...good, ...change }),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'input')
        assert.match(error.message, field)
        return true
      },
    )
  kineticMonteCarlo(good)
  refused({ temperature: 0 }, /temperature/)
  refused({ temperature: Number.NaN }, /temperature/)
  refused({ amounts: [-0.1, 0.2] }, /amounts\.A/)
  refused({ amounts: [0.9, 0.4] }, /amounts/)
  refused({ amounts: [0.5, 0.5] }, /a site left/)
  refused({ amounts: [0, 0] }, /at least one ion/)
  refused({ amounts: [0.2] }, /amounts/)
  refused({ events: 0 }, /events/)
  refused({ size: [4, 4, 2] }, /size/)
  refused({ lattice: { ...lattice, events: [] } }, /events/)
  const bad = (event: object) => ({ lattice: { ...lattice, events: [{ ...lattice.events[0], ...event }] } })
  refused(bad({ Ekra: -0.1 }), /Ekra/)
  refused(bad({ attemptFrequency: 0 }), /attemptFrequency/)
  refused(
    bad({ movers: [{ carrier: 3, from: { site: 0, image: [0, 0, 0] }, to: { site: 0, image: [1, 0, 0] } }] }),
    /movers/,
  )
  refused(
    bad({ movers: [{ carrier: 0, from: { site: 0, image: [0, 0, 0] }, to: { site: 4, image: [1, 0, 0] } }] }),
    /sites from 0/,
  )
  // nothing can move: B alone, and only A has events
  refused({ ...bad({}), amounts: [0, 0.2] }, /none possible/)
  refused({ start: new Uint8Array(3) }, /occupation/)
})
