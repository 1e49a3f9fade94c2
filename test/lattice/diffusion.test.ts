import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrheniusFit } from '../../src/lattice/kinetics/arrhenius-fit.ts'
import {
  chemicalDiffusivity,
  type Transport,
  thetaOf,
  transport,
  transportSteps,
} from '../../src/lattice/kinetics/diffusion.ts'
import { tracerArrhenius, transportGrid } from '../../src/lattice/kinetics/diffusion-grid.ts'
import { kineticMonteCarlo, walkOf } from '../../src/lattice/kinetics/kinetic-monte-carlo.ts'
import type { Lattice } from '../../src/lattice/lattice.ts'
import type { PlainKind } from '../../src/lattice/model/model.ts'
import { plainLattice } from '../../src/lattice/model/plain.ts'
import { kB, NA, R } from '../../src/units.ts'
import { cavities } from './cavities.ts'
import { exactTransport } from './exact-transport.ts'
import { oneVacancyFactor } from './one-vacancy.ts'
import { tinyLattice } from './tiny.ts'
import { holm, type Score, score } from './z-scores.ts'

const temperature = 300
const slow = process.env.DUALION_SLOW === '1'
/** Events of a run in the fast set, and in the slow one: errors smaller by √3, for the same claims. */
const events = (fast: number) => (slow ? 3 * fast : fast)
type Size = readonly [number, number, number]

/** L in Å²/s for the whole supercell, ⟨R_i·R_j⟩/(2 d t): what exact solutions give. */
const collective = (t: Transport, lattice: Lattice, size: Size, k: number) => {
  const unit = (size[0] * size[1] * size[2] * lattice.volume * 1e-30 * kB * t.temperature * NA ** 2) / 1e-20
  return { value: t.L[k].value * unit, error: t.L[k].error * unit }
}
const inAngstrom = ({ value, error }: { value: number; error: number }) => ({
  value: value * 1e20,
  error: error * 1e20,
})

test('one vacancy: correlation factors of six lattices and hcp are those of the very cluster', () => {
  const clusters: [PlainKind, Size, number][] = [
    ['square', [7, 7, 1], 0.4669],
    ['triangular', [7, 7, 1], 0.5601],
    ['honeycomb', [5, 5, 1], 1 / 3],
    ['diamond', [3, 3, 3], 1 / 2],
    ['simple-cubic', [4, 4, 4], 0.6531],
    ['bcc', [4, 4, 4], 0.7272],
    ['fcc', [4, 4, 4], 0.7815],
    ['hcp', [3, 3, 3], 0.7812],
  ]
  const scores = clusters.map(([kind, size, infinite], k) => {
    const lattice = plainLattice(kind, { spacing: 1, hops: [{ carrier: 'A', barrier: 0.1 }] })
    const truth = oneVacancyFactor(lattice, size)
    // the cluster is not the crystal, but near it: the truth itself is checked against the literature
    assert.ok(truth > infinite && truth < infinite + 2 / (size[0] * size[1] * size[2]), `${kind}: ${truth}`)
    const sites = size[0] * size[1] * size[2]
    const perUnit = lattice.sites.length / lattice.formulaUnits
    const t = transport({
      lattice,
      size,
      temperature,
      amounts: [perUnit - 1 / (sites * lattice.formulaUnits)],
      seed: 10 + k,
      sweeps: 5,
      events: events(200_000),
    })
    assert.ok(t.f[0].error < 0.02)
    return score(kind, t.f[0], truth)
  })
  holm(scores)
})

test('the concentrated lattice gas: D_J = Γa²(1 − c) at every content, D* with f of the continuum curve within 1 %', () => {
  const scores: Score[] = []
  for (const [k, c] of [0.25, 0.5, 0.75].entries()) {
    const lattice = tinyLattice({ shape: 'cubic', rates: [1] })
    const size = [6, 6, 6] as const
    const t = transport({ lattice, size, temperature, amounts: [c], seed: 20 + k, sweeps: 5, events: events(500_000) })
    // hops find a vacancy with the probability N_v/(N_sites − 1)
    const vacancies = (1 - c) * (216 / 215)
    scores.push(score(`D_J at ${c}`, inAngstrom(t.Dj[0]), vacancies))
    // Nakazato and Kitahara, with f₀ of the cluster; Monte Carlo lies up to 0.6 % below it
    const f0 = 0.6531
    const f = 1 / (1 + (c / (2 - c)) * (1 / f0 - 1))
    assert.ok(Math.abs(t.f[0].value - f) < 0.01 * f + 3 * t.f[0].error, `f(${c}) = ${t.f[0].value}, ${f}`)
    assert.ok(Math.abs(t.HR[0].value - t.Dtr[0].value / t.Dj[0].value) < 1e-12)
    // Θ of the ideal gas makes D̃ = Γa², whatever the content
    const theta = [8.617333262e-5 * temperature * (1 / c + 1 / (1 - c))]
    const D = chemicalDiffusivity([t.L[0].value], thetaOf(theta, 1), 1)[0] * 1e20
    assert.ok(Math.abs(D - t.Dj[0].value * 1e20 * (1 / (1 - c))) < 1e-9)
  }
  holm(scores)
})

test('two carriers: Σ_i L_ij/w_i = c_j(1 − c) at five contents and rates down to 0.01, in every supercell', () => {
  const scores: Score[] = []
  const contents = [
    [0.3, 0.3],
    [0.125, 0.5],
    [0.5, 0.25],
    [0.25, 0.25],
    [0.125, 0.125],
  ]
  const rates = [1, 0.2, 0.1, 0.01]
  // all of them in the slow set; each content and each rate in the fast one
  const points = slow
    ? contents.flatMap(both => rates.map(w => [...both, w]))
    : contents.map((both, k) => [...both, rates[(k + 3) % rates.length]])
  for (const [k, [cA, cB, w]] of points.entries()) {
    const lattice = tinyLattice({ shape: 'cubic', rates: [1, w] })
    const size = [4, 4, 4] as const
    const t = transport({
      lattice,
      size,
      temperature,
      amounts: [cA, cB],
      seed: 40 + k,
      sweeps: 5,
      events: events(400_000),
      window: w < 0.1 ? 4 : 10,
    })
    const [a, b] = t.ions
    const vacancies = 64 - a - b
    // exact for finite N: each ion has vacancies/(N − 1) empty neighbours on the mean
    for (const [j, count] of [a, b].entries()) {
      const [first, second] = [collective(t, lattice, size, j), collective(t, lattice, size, 2 + j)]
      const sum = { value: first.value + second.value / w, error: Math.hypot(first.error, second.error / w) }
      scores.push(score(`${cA}, ${cB}, ${w}: column ${j}`, sum, (count * vacancies) / 63))
    }
  }
  holm(scores)
})

/** Everything an exact solution of a tiny supercell says, against a run on it. */
const against = (
  name: string,
  lattice: Lattice,
  size: Size,
  numbers: readonly number[],
  seed: number,
  many: number,
  pairHops = true,
) => {
  const events0 = pairHops
    ? lattice
    : { ...lattice, events: lattice.events.filter(({ movers }) => movers.length === 1) }
  const exact = exactTransport(events0, { repeats: size, temperature, numbers })
  const cells = size[0] * size[1] * size[2]
  const amounts = numbers.map(count => count / cells / lattice.formulaUnits)
  const t = transport({
    lattice,
    size,
    temperature,
    amounts,
    seed,
    images: 'count',
    window: 40,
    events: events(many),
    pairHops,
  })
  const n = numbers.length
  const scores: Score[] = []
  for (let i = 0; i < n; i++) {
    scores.push(score(`${name}: D* ${i}`, inAngstrom(t.Dtr[i]), exact.tracer[i]))
    scores.push(score(`${name}: f ${i}`, t.f[i], exact.correlation[i]))
    for (let j = i; j < n; j++)
      scores.push(score(`${name}: L ${i}${j}`, collective(t, lattice, size, i * n + j), exact.collective[i * n + j]))
  }
  return { scores, t, exact }
}

test('pair hops against the exact master equation, for several ratios of their rate to single hops', () => {
  const scores: Score[] = []
  for (const [k, ratio] of [0.2, 1, 5].entries()) {
    const follow = [
      [0, 1, ratio],
      [1, 1, ratio / 2],
    ] as const
    // no ion passes another on a ring: numbers for which there is one order only
    const chain = tinyLattice({ shape: 'chain', rates: [1, 0.3], follow, pair: [0, -0.02, -0.02, 0.03] })
    scores.push(...against(`chain, pairs ${ratio}`, chain, [6, 1, 1], [1, 2], 60 + k, 150_000).scores)
    const square = tinyLattice({
      shape: 'square',
      rates: [1, 0.3],
      follow,
      together: [[0, 1, ratio]],
      pair: [0.02, -0.03, -0.03, 0.02],
    })
    const { scores: more, t } = against(`square, pairs ${ratio}`, square, [3, 3, 1], [2, 1], 70 + k, 150_000)
    scores.push(...more)
    for (let m = 0; m < 4; m++) {
      const sum = t.parts[3 * m].value + t.parts[3 * m + 1].value + t.parts[3 * m + 2].value
      assert.ok(Math.abs(sum - t.L[m].value) < 1e-9 * Math.abs(t.L[m].value), 'the parts are the whole')
    }
    assert.ok(t.families['B follows A'] > 0)
  }
  holm(scores)
})

test('pair hops off: the exact values of the same lattice without them, and no share of the transport', () => {
  const lattice = tinyLattice({
    shape: 'square',
    rates: [1, 0.2],
    follow: [[0, 1, 3]],
    pair: [0.02, -0.03, -0.03, 0.02],
    surroundings: [0.01, -0.02],
  })
  const on = against('with pairs', lattice, [4, 3, 1], [2, 1], 80, 200_000)
  const off = against('without', lattice, [4, 3, 1], [2, 1], 81, 200_000, false)
  holm([...on.scores, ...off.scores])
  assert.equal(off.t.families['B follows A'], 0)
  assert.equal(off.t.pairShare[3].value, 0)
  // most of what B does it does behind A here
  assert.ok(on.t.pairShare[3].value > 0.3 && on.t.pairShare[3].value < 1.2, `${on.t.pairShare[3].value}`)
})

test('single file: no tracer diffusion in the long run, ⟨x²⟩ grows as √t before', () => {
  const lattice = tinyLattice({ shape: 'chain', rates: [1] })
  // on a ring of N ions the tracer ends as the N-th part of the whole: exact
  holm(against('ring', lattice, [8, 1, 1], [4], 90, 300_000).scores)
  const c = 0.5
  const walk = walkOf({ lattice, size: [4000, 1, 1], temperature, amounts: [c], seed: 91, sweeps: 2 })
  for (const t of [200, 800]) {
    walk.advance(Infinity, t)
    let square = 0
    for (let k = 0; k < walk.ions; k++) square += walk.displacement[3 * k] ** 2 / walk.ions
    // (1 − c)/c · 2√(Dt/π), D = 1, c of ions to each site; neighbours move together over √(2t) sites
    const truth = ((1 - c) / c) * 2 * Math.sqrt(t / Math.PI)
    const error = truth * Math.sqrt((2 * 2 * Math.sqrt(2 * t)) / 4000)
    assert.ok(Math.abs(square - truth) < 3.5 * error, `${t}: ${square}, ${truth} ± ${error}`)
  }
})

test('windows too short for what is measured are doubled until nothing drifts; where they cannot be, that is said', () => {
  const lattice = plainLattice('square', { spacing: 1, hops: [{ carrier: 'A', barrier: 0.1 }] })
  const size = [5, 5, 1] as const
  // an ion that a vacancy has passed is likely to go back: the shorter the window, the larger D* seems
  const run = { lattice, size, temperature, amounts: [1 - 1 / 25], seed: 140, sweeps: 5 }
  const truth = oneVacancyFactor(lattice, size)
  const t = transport({ ...run, window: 0.5, events: 200_000 })
  assert.ok(t.doublings > 0 && t.window > 0.9 * 0.5 * 2 ** t.doublings, `${t.doublings} times, ${t.window}`)
  assert.ok([...t.drift.L, ...t.drift.Dtr].every(x => Math.abs(x) <= 3))
  assert.deepEqual(t.notes, [])
  // it is the walk that windows so long from the start look at, but for the round number of them in a block
  const long = transport({ ...run, window: 0.5 * 2 ** t.doublings, events: 200_000 })
  assert.equal(long.doublings, 0)
  assert.ok(Math.abs(long.Dtr[0].value - t.Dtr[0].value) < 0.3 * t.Dtr[0].error)
  // blocks of two windows each leave no room: the drift stays, and what it tells of is there
  const short = transport({ ...run, blocks: 15_000, window: 0.1, events: 60_000 })
  assert.equal(short.doublings, 0)
  assert.ok(Math.max(...short.drift.Dtr) > 3)
  assert.match(short.notes.join(), /^drift: [0-9.]+ standard errors/)
  assert.ok(short.f[0].value - 3 * short.f[0].error > truth, `f = ${short.f[0].value}, ${truth}`)
  holm([score('f', t.f[0], truth)])
})

test('standard errors are right: χ² over 20 seeds', () => {
  const lattice = tinyLattice({
    shape: 'square',
    rates: [1, 0.3],
    follow: [[0, 1, 1]],
    pair: [0.02, -0.03, -0.03, 0.02],
  })
  const size = [3, 3, 1] as const
  const numbers = [2, 2]
  const exact = exactTransport(lattice, { repeats: size, temperature, numbers })
  const sums = { D0: 0, D1: 0, L00: 0, L01: 0, L11: 0 }
  for (let seed = 0; seed < 20; seed++) {
    const t = transport({
      lattice,
      size,
      temperature,
      amounts: [2 / 9, 2 / 9],
      seed: 100 + seed,
      sweeps: 5,
      images: 'count',
      window: 20,
      events: events(30_000),
    })
    sums.D0 += score('', inAngstrom(t.Dtr[0]), exact.tracer[0]).z ** 2
    sums.D1 += score('', inAngstrom(t.Dtr[1]), exact.tracer[1]).z ** 2
    sums.L00 += score('', collective(t, lattice, size, 0), exact.collective[0]).z ** 2
    sums.L01 += score('', collective(t, lattice, size, 1), exact.collective[1]).z ** 2
    sums.L11 += score('', collective(t, lattice, size, 3), exact.collective[3]).z ** 2
  }
  // χ² of 20: 5.9 to 43.8 holds 99.9 % two-sided less Student's tails of 32 blocks, which widen it by 31/29
  for (const [name, sum] of Object.entries(sums)) assert.ok(sum > 5.5 && sum < 47, `${name}: χ² = ${sum}`)
})

test('fast moves inside cavities at local equilibrium: plain and slowed agree where both run, with the steps saved', () => {
  const lattice = cavities(0.05)
  const size = [4, 4, 1] as const
  const run = { lattice, size, temperature: 900, amounts: [0.4, 0.3], sweeps: 50 }
  const plain = transport({ ...run, seed: 120, inside: 'plain', events: events(500_000) })
  const slowed = transport({ ...run, seed: 121, inside: { ratio: 3 }, events: events(300_000) })
  const twice = transport({ ...run, seed: 122, inside: { ratio: 6 }, events: events(400_000) })
  assert.equal(plain.inside.ratio, undefined)
  assert.ok(slowed.inside.saved > 1.5 && slowed.inside.saved > twice.inside.saved, `saved ${slowed.inside.saved}`)
  assert.ok(Object.values(slowed.inside.families).every(factor => factor > 0 && factor < 1))
  const scores: Score[] = []
  for (const [name, other] of [['ratio 6', twice] as const]) {
    for (const i of [0, 1]) {
      const [a, b] = [plain.Dtr[i], other.Dtr[i]]
      scores.push(score(`${name}: D* ${i}`, { value: b.value, error: Math.hypot(a.error, b.error) }, a.value))
    }
    for (const k of [0, 1, 3]) {
      const [a, b] = [plain.L[k], other.L[k]]
      scores.push(score(`${name}: L ${k}`, { value: b.value, error: Math.hypot(a.error, b.error) }, a.value))
    }
  }
  holm(scores)
})

test('at 300 K a hundred thousand moves inside for each exit are not made; exits are told, and too few are said to be', () => {
  const lattice = cavities(0.02)
  const run = { lattice, size: [4, 4, 1] as const, temperature, amounts: [0.4, 0.3] }
  const t = transport({ ...run, seed: 130, events: 200_000 })
  assert.ok(t.inside.saved > 100, `saved ${t.inside.saved}`)
  assert.ok(t.exits[0] > 100)
  const short = transport({ ...run, seed: 131, events: 3000, blocks: 4, window: 1 })
  assert.deepEqual(
    short.determined,
    short.exits.map(exits => exits >= 100),
  )
  assert.ok(short.determined.includes(false))
})

test('units and books: concentrations, L against D_J, conductivity, progress, errors of a run too short', () => {
  const lattice = tinyLattice({ shape: 'cubic', rates: [1, 0.5], charges: [1, 2] })
  const run = { lattice, size: [4, 4, 4] as const, temperature, amounts: [0.25, 0.25], seed: 5, events: 60_000 }
  const t = transport(run)
  assert.ok(Math.abs(t.concentrations[0] - 0.25 / (1e-30 * NA)) < 1e-9 * t.concentrations[0])
  const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9 * Math.abs(b), `${a}, ${b}`)
  near(t.L[0].value, (t.Dj[0].value * t.concentrations[0]) / (R * temperature))
  near(t.L[1].value, t.L[2].value)
  near(t.conductivity.value, 96485.33212331001 ** 2 * (t.L[0].value + 4 * t.L[1].value + 4 * t.L[3].value))
  near(t.tensor[0].value + t.tensor[4].value + t.tensor[8].value, 3 * t.L[0].value)
  const said = [...transportSteps(run)]
  assert.ok(said.length > 33, `${said.length}`)
  assert.equal(said.at(-1)?.done, 1)
  assert.deepEqual(transport(run), t)
  const short = transport({ ...run, events: 2000 })
  assert.ok(short.window < 2 && !short.determined[0], 'shorter windows where the run is short, and said')
  assert.throws(() => transport({ ...run, window: 0 }), /window/)
  assert.throws(() => transport({ ...run, inside: { ratio: 0 }, lattice: cavities(0.1), size: [4, 4, 1] }), /ratio/)
  const absent = transport({ ...run, amounts: [0.25, 0] })
  assert.ok(Number.isNaN(absent.Dtr[1].value) && absent.L[3].value === 0 && absent.Dtr[0].value > 0)
})

test('Arrhenius: the line that was put in comes out, with errors that cover it', () => {
  const k = 8.617333262e-5
  const points = [300, 350, 400, 500].map((T, i) => {
    const value = 1e-7 * Math.exp(-0.35 / (k * T))
    return { temperature: T, value: value * (1 + 0.01 * (i % 2 ? 1 : -1)), error: 0.02 * value }
  })
  const { Ea, D0 } = arrheniusFit(points)
  assert.ok(Math.abs(Ea.value - 0.35) < 2 * Ea.error && Ea.error < 0.01)
  assert.ok(Math.abs(Math.log(D0.value / 1e-7)) < (2 * D0.error) / D0.value)
  assert.throws(() => arrheniusFit(points.slice(0, 1)), /at least 2/)
  assert.throws(() => arrheniusFit([points[0], { ...points[1], value: -1 }]), /above 0/)
})

test('a run through the generator is what the walk does: events by family and time', () => {
  const lattice = cavities(0.1)
  const result = kineticMonteCarlo({
    lattice,
    size: [4, 4, 1],
    temperature: 900,
    amounts: [0.5, 0.3],
    seed: 1,
    events: 20_000,
  })
  assert.equal(
    Object.values(result.families).reduce((a, b) => a + b),
    20_000,
  )
  assert.ok(result.time > 0 && result.walk.trials() >= 20_000)
})

test('a grid: each point has bits of its own, whoever does it; E_a of a lone ion comes out', () => {
  const lattice = plainLattice('simple-cubic', { spacing: 2, hops: [{ carrier: 'A', barrier: 0.4 }] })
  const run = {
    lattice,
    size: [4, 4, 4] as const,
    amounts: [[0.1], [0.3]],
    temperatures: [300, 400, 600],
    seed: 9,
    events: 20_000,
  }
  const all = transportGrid(run)
  assert.equal(all.length, 6)
  assert.deepEqual(transportGrid({ ...run, points: [4] })[0], all[4])
  const { Ea } = tracerArrhenius(
    all.slice(0, 3).map(({ transport }) => transport),
    0,
  )
  assert.ok(Math.abs(Ea.value - 0.4) < 3 * Ea.error && Ea.error < 0.01, `${Ea.value} ± ${Ea.error}`)
  assert.throws(() => transportGrid({ ...run, points: [6] }), /points/)
})
