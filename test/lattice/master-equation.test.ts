import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exactTransport, poisson, transportTensor, withLabel } from './exact-transport.ts'
import { imbalance, type Master, type MasterOptions, masterEquation, stationary } from './master-equation.ts'
import { tinyLattice } from './tiny.ts'

const temperature = 300

const near = (got: number, expected: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(got - expected) <= tolerance, `${what} ${got}, expected ${expected} ± ${tolerance}`)

/** Two ions with everything a lattice may have. */
const rich = (follow = 0.7, together = 0.3) =>
  tinyLattice({
    shape: 'square',
    rates: [1, 0.2],
    Ekra: 0.4,
    follow: [
      [0, 0, follow],
      [0, 1, follow / 2],
      [1, 0, follow / 3],
    ],
    together: [
      [0, 1, together],
      [1, 1, together],
    ],
    pair: [0.02, -0.03, -0.03, 0.05],
    triplet: [0.01, 0, 0, 0.02, 0, -0.01, 0.015, 0],
    surroundings: [0.01, -0.02],
    meanField: [{ label: 'strain', weights: Float64Array.of(1, 2), coefficients: Float64Array.of(0, 0.1, 0.3) }],
    byAmount: [0.02, -0.05],
  })

test('a follower’s event with two kinds of ions is the reverse of the one with the other in the lead', () => {
  const lattice = tinyLattice({ shape: 'chain', rates: [0, 0], follow: [[0, 1, 1]] })
  // leader A at 0 → ±1, follower B from ∓1: two events, and B A vacant ⇄ vacant B A reads the same from both ends
  assert.equal(lattice.events.length, 2)
  const { from, to } = masterEquation(lattice, { repeats: [5, 1, 1], temperature, numbers: [1, 1] })
  const pairs = [...from].map((s, t) => `${s}>${to[t]}`)
  assert.equal(new Set(pairs).size, pairs.length)
  for (const pair of pairs) assert.ok(pairs.includes(pair.split('>').reverse().join('>')))
})

test('detailed balance of every pair of states, and Boltzmann is what the generator itself settles at', () => {
  const o: MasterOptions = { repeats: [4, 3, 1], temperature }
  const master = masterEquation(rich(), { ...o, numbers: [2, 1] })
  assert.ok(imbalance(master) < 1e-12, `imbalance ${imbalance(master)}`)
  const p = stationary(master)
  // 660 states: an LU loses some 1e-13 of the largest
  for (const [s, weight] of master.boltzmann.entries()) near(p[s], weight, 1e-12, `state ${s}`)
  assert.ok(Math.max(...master.boltzmann) > 3 * Math.min(...master.boltzmann), 'energies that matter')
  assert.ok(imbalance(masterEquation(rich(), { ...o, numbers: [2, 2] })) < 1e-12)
})

test('grand-canonical with exchange: Langmuir without interactions, Boltzmann with', () => {
  const mu = [0.03, -0.02]
  const exchange = (sites: number[]) =>
    sites.flatMap(site => mu.map((m, carrier) => ({ site, carrier, rate: 0.5 + carrier, mu: m })))
  const occupation = (master: Master, carrier: number, weights: Float64Array) =>
    master.states.reduce((sum, s, k) => sum + weights[k] * (s.filter(c => c === carrier + 1).length / s.length), 0)
  const free = masterEquation(tinyLattice({ shape: 'square', rates: [1, 0.1] }), {
    repeats: [2, 3, 1],
    temperature,
    exchange: exchange([0, 4]),
    mu,
  })
  assert.equal(free.states.length, 3 ** 6)
  const kT = 8.617333262e-5 * temperature
  const z = mu.map(m => Math.exp(m / kT))
  const p = stationary(free)
  for (const i of [0, 1]) near(occupation(free, i, p), z[i] / (1 + z[0] + z[1]), 1e-10)
  const full = masterEquation(rich(), { repeats: [2, 3, 1], temperature, exchange: exchange([1]), mu })
  assert.ok(imbalance(full) < 1e-12)
  const q = stationary(full)
  for (const [s, weight] of full.boltzmann.entries()) near(q[s], weight, 1e-12)
})

test('a slab: layers with their own mean field and one open face settle at Boltzmann too', () => {
  const lattice = tinyLattice({
    shape: 'square',
    rates: [1, 0.3],
    follow: [[0, 1, 2]],
    pair: [0.02, -0.03, -0.03, 0.05],
    surroundings: [0.01, -0.02],
    meanField: [{ label: 'strain', weights: Float64Array.of(1, 2), coefficients: Float64Array.of(0, 0.02, 0.05) }],
    byAmount: [0.02, -0.05],
  })
  // windows of three layers, folded back at the faces
  const kernel = Float64Array.of(2 / 3, 1 / 3, 0, 1 / 3, 1 / 3, 1 / 3, 0, 1 / 3, 2 / 3)
  const mu = [0.05, 0.02]
  const master = masterEquation(lattice, {
    repeats: [3, 2, 1],
    temperature,
    periodic: [false, true, true],
    window: { axis: 0, kernel },
    exchange: [0, 1].flatMap(site => mu.map((m, carrier) => ({ site, carrier, rate: 1, mu: m }))),
    mu,
  })
  assert.ok(imbalance(master) < 1e-12, `${imbalance(master)}`)
  const p = stationary(master)
  for (const [s, weight] of master.boltzmann.entries()) near(p[s], weight, 1e-12)
})

test('Poisson’s equation: conjugate gradients give what a dense solve gives', () => {
  const master = masterEquation(withLabel(rich(), 1), {
    repeats: [4, 3, 1],
    temperature,
    numbers: [2, 1, 1],
    pinned: 2,
  })
  const { states, from, to, rate, displacement, boltzmann } = master
  const drift = new Float64Array(states.length)
  for (let t = 0; t < rate.length; t++) drift[from[t]] += rate[t] * displacement[9 * t]
  near(
    drift.reduce((sum, v, s) => sum + boltzmann[s] * v, 0),
    0,
    1e-14,
    'mean drift',
  )
  const chi = poisson(master, drift)
  const back = new Float64Array(states.length)
  for (let t = 0; t < rate.length; t++) back[from[t]] += rate[t] * (chi[to[t]] - chi[from[t]])
  for (const [s, v] of drift.entries()) near(back[s], -v, 1e-9)
  // and the other form of B: jumps − 2 v (−Q)⁻¹ v
  const { full, jumps } = transportTensor(master, 3)
  const correction = drift.reduce((sum, v, s) => sum + boltzmann[s] * v * chi[s], 0)
  near(full[0], jumps[0] - correction, 1e-11)
  assert.ok(correction > 1e-3 * full[0])
})

test('labels: L and D* do not depend on which ion is labelled, nor on whether the labelled frame is used', () => {
  for (const lattice of [rich(), tinyLattice({ shape: 'chain', rates: [1, 0.4], follow: [[1, 0, 0.8]] })]) {
    const repeats = lattice.dimension === 1 ? ([6, 1, 1] as const) : ([4, 3, 1] as const)
    const numbers = [2, 2]
    const { collective, tracer } = exactTransport(lattice, { repeats, temperature, numbers })
    const plain = transportTensor(masterEquation(lattice, { repeats, temperature, numbers }), 2).full
    for (const i of [0, 1])
      for (const j of [0, 1]) {
        const trace = (plain[(2 * i + j) * 9] + plain[(2 * i + j) * 9 + 4]) / lattice.dimension
        near(collective[2 * i + j], trace, 1e-11, `L ${i}${j}`)
      }
    for (const d of tracer) assert.ok(d >= -1e-14)
    // an ion split into two labels leaves 1ᵀL1
    const split = withLabel(lattice, 0)
    const two = transportTensor(masterEquation(split, { repeats, temperature, numbers: [1, 2, 1] }), 3).full
    let sum = 0
    for (const i of [0, 2]) for (const j of [0, 2]) sum += two[(3 * i + j) * 9] + two[(3 * i + j) * 9 + 4]
    near(sum / lattice.dimension, collective[0], 1e-11, 'split')
  }
})

test('without interactions and pairs: Σ_i L_ij/w_i = c_j (1 − c), jump diffusion has no correlation', () => {
  // on a ring of N sites at fixed numbers N_j N_v/(N (N − 1)) stands for c_j (1 − c)
  for (const [w, counts] of [
    [
      [1, 0.2],
      [3, 2],
    ],
    [
      [1, 0.01],
      [2, 5],
    ],
    [
      [0.5, 3],
      [1, 8],
    ],
  ] as const) {
    const lattice = tinyLattice({ shape: 'square', rates: w })
    const N = 12
    const { collective } = exactTransport(lattice, { repeats: [4, 3, 1], temperature, numbers: counts })
    const vacant = N - counts[0] - counts[1]
    for (const j of [0, 1]) {
      const sum = collective[j] / w[0] + collective[2 + j] / w[1]
      near(sum / N, (counts[j] * vacant) / (N * (N - 1)), 1e-12, `column ${j}`)
    }
  }
  const pairs = tinyLattice({ shape: 'square', rates: [1, 0.2], follow: [[0, 1, 0.5]] })
  const { collective } = exactTransport(pairs, { repeats: [4, 3, 1], temperature, numbers: [3, 2] })
  assert.ok(Math.abs(collective[0] + collective[2] / 0.2 - (3 * 7) / 11) > 0.01, 'pair hops break the rule')
})

test('single file: a tracer does not diffuse between its neighbours, alone it does', () => {
  const lattice = tinyLattice({ shape: 'chain', rates: [1] })
  const of = (numbers: number[], length = 8) =>
    exactTransport(lattice, { repeats: [length, 1, 1], temperature, numbers })
  near(of([1]).tracer[0], 1, 1e-12)
  // on a ring the file turns as one: D* = B/N², not 0
  for (const count of [3, 5]) {
    const { tracer, collective } = of([count])
    near(tracer[0], collective[0] / count ** 2, 1e-12, `${count} ions`)
  }
  // the file is held by an ion that cannot hop
  const held = tinyLattice({ shape: 'chain', rates: [1, 0] })
  const { tracer } = exactTransport(held, { repeats: [8, 1, 1], temperature, numbers: [3, 1] })
  near(tracer[0], 0, 1e-12)
})

test('one vacancy: correlation factors of the very clusters that an independent first-passage solve gave', () => {
  // square 41 × 41: 0.467583, six digits printed
  const square = exactTransport(tinyLattice({ shape: 'square', rates: [1] }), {
    repeats: [41, 41, 1],
    temperature,
    numbers: [41 * 41 - 1],
  })
  near(square.correlation[0], 0.467583, 6e-7, 'square')
})
