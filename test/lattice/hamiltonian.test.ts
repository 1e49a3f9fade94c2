import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hamiltonian } from '../../src/lattice/hamiltonian.ts'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { latticeSupercell, siteAt } from '../../src/lattice/supercell.ts'
import { random } from '../../src/math/random.ts'
import { energyNaive } from './exact.ts'
import { honeycomb, latticeGas, randomLattice } from './lattices.ts'

const fill = (sigma: Uint8Array, sites: number, seed: number, states: number) => {
  const dice = random(seed, 2)
  for (let s = 0; s < sites; s++) sigma[s] = Math.floor(dice.uniform() * states)
}

// quantum ≤ 1e-11 eV times the few hundred clusters of these cells
const rounding = 1e-9

const cases: [string, [number, number, number], [boolean, boolean, boolean]][] = [
  ['periodic', [4, 3, 1], [false, false, false]],
  ['so small that clusters meet their images', [2, 1, 1], [false, false, false]],
  ['a single cell', [1, 1, 1], [false, false, false]],
  ['an open face', [3, 3, 1], [true, false, false]],
]
for (const [label, size, open] of cases) {
  test(`energies and fields are those of the definition: ${label}`, () => {
    for (let seed = 1; seed <= 12; seed++) {
      const carriers = 1 + (seed % 3)
      const lattice = randomLattice(seed, { carriers })
      const run = latticeSupercell(lattice, size, { open, images: 'count' })
      const H = hamiltonian(lattice, run)
      const sigma = H.occupation()
      fill(sigma, run.sites, seed, carriers + 1)
      const fields = H.fields(sigma)
      const here = energyNaive(lattice, run, sigma)
      assert.ok(Math.abs(H.energy(sigma) - here) < rounding)
      const dice = random(seed, 3)
      const whole = (below: number) => Math.floor(dice.uniform() * below)
      for (let trial = 0; trial < 40; trial++) {
        // a change, an exchange and a move of two, each against two total energies
        const before = energyNaive(lattice, run, sigma)
        const s = whole(run.sites)
        const b = whole(carriers + 1)
        const changed = sigma.slice()
        changed[s] = b
        const single = energyNaive(lattice, run, changed) - before
        assert.ok(Math.abs(H.change(sigma, fields, s, b) - single) < rounding)
        assert.ok(Math.abs(H.local(sigma, s, b) - H.local(sigma, s, sigma[s]) - single) < rounding)
        const t = whole(run.sites)
        const exchanged = sigma.slice()
        exchanged[s] = sigma[t]
        exchanged[t] = sigma[s]
        const swap = energyNaive(lattice, run, exchanged) - before
        assert.ok(Math.abs(H.exchange(sigma, fields, s, t) - swap) < rounding)
        const filled = Array.from({ length: run.sites }, (_, k) => k).filter(k => sigma[k] > 0)
        const empty = Array.from({ length: run.sites }, (_, k) => k).filter(k => sigma[k] === 0)
        if (filled.length > 1 && empty.length > 0) {
          const [p, q] = [filled[whole(filled.length)], filled[whole(filled.length)]]
          const target = empty[whole(empty.length)]
          const other = trial % 2 ? p : empty[whole(empty.length)] // the follower takes the leader's site, or its own
          if (p !== q && other !== target) {
            const moved = sigma.slice()
            moved[p] = 0
            moved[q] = 0
            moved[target] = sigma[p]
            moved[other] = sigma[q]
            const pair = energyNaive(lattice, run, moved) - before
            assert.ok(Math.abs(H.pairChange(sigma, fields, p, target, q, other) - pair) < rounding)
          }
        }
        H.set(sigma, fields, s, b)
      }
      assert.deepEqual(
        fields.subarray(0, carriers * run.sites),
        H.fields(sigma).subarray(0, carriers * run.sites),
        'the same bits as anew',
      )
    }
  })
}

test('what is forbidden comes and goes without a trace in the fields', () => {
  let met = 0
  for (let seed = 1; seed <= 20; seed++) {
    const lattice = randomLattice(seed, { forbidden: true })
    const run = latticeSupercell(lattice, [3, 3, 1], { images: 'count' })
    const H = hamiltonian(lattice, run)
    const sigma = H.occupation()
    const fields = H.fields(sigma)
    const dice = random(seed, 4)
    for (let trial = 0; trial < 300; trial++) {
      const s = Math.floor(dice.uniform() * run.sites)
      const b = Math.floor(dice.uniform() * 3)
      const changed = sigma.slice()
      changed[s] = b
      const to = energyNaive(lattice, run, changed)
      const change = H.change(sigma, fields, s, b)
      assert.equal(change >= H.forbids, to === Infinity)
      if (to === Infinity) met++
      else {
        assert.ok(Math.abs(change - (to - energyNaive(lattice, run, sigma))) < rounding)
        H.set(sigma, fields, s, b)
      }
    }
    assert.deepEqual(fields, H.fields(sigma))
    assert.ok(Number.isFinite(H.energy(sigma)))
  }
  assert.ok(met > 100, `${met} forbidden trials met`)
})

test('one carrier, ordered square: −2 bonds a site; mean field is that of its polynomial', () => {
  const lattice = latticeGas('square', {
    pair: -0.5,
    extra: { meanField: [{ label: 'm', weights: Float64Array.of(2), coefficients: Float64Array.of(1, 0, 3) }] },
  })
  const run = latticeSupercell(lattice, [5, 4, 1])
  const H = hamiltonian(lattice, run)
  const sigma = H.occupation().fill(1, 0, 20)
  assert.ok(Math.abs(H.energy(sigma) + 20) < rounding)
  assert.equal(H.meanField([10]), 20 * (1 + 3 * 1)) // n = 2·10/20
  assert.equal(H.meanField([10], 10), 10 * (1 + 3 * 4))
})

test('index and wrap of sites', () => {
  const run = latticeSupercell(honeycomb(-1), [4, 3, 1])
  assert.equal(siteAt(run, 0, { site: 1, image: [-1, 0, 0] }), 3 * 3 * 2 + 1)
  assert.equal(siteAt(run, 11, { site: 0, image: [1, 1, 0] }), 0)
  assert.equal(siteAt(run, 5, { site: 1, image: [-5, 6, 0] }), 5)
  const slab = latticeSupercell(honeycomb(-1), [4, 3, 1], { open: [true, false, false] })
  assert.equal(siteAt(slab, 0, { site: 1, image: [-1, 0, 0] }), -1)
  assert.equal(siteAt(slab, 0, { site: 1, image: [0, -1, 0] }), 5)
})

test('sizes in which an ion meets its own image are refused with what would do', () => {
  const square = latticeGas('square', { pair: 1 })
  assert.throws(() => latticeSupercell(square, [2, 3, 1]), /size: got "2 × 3 × 1", allowed: at least 3 × 3 × 1.*square/)
  assert.throws(() => latticeSupercell(square, [3, 3, 2]), /first 2 vectors/)
  assert.throws(() => latticeSupercell(square, [3, 0, 1]), /whole number/)
  latticeSupercell(square, [3, 3, 1])
  latticeSupercell(latticeGas('cubic'), [1, 1, 1]) // nothing to meet
})

test('arrays that do not fit are refused by name', () => {
  const square = latticeGas('square', { pair: 1 })
  const run = latticeSupercell(square, [3, 3, 1])
  const bad = (extra: Partial<Lattice>) => () => hamiltonian({ ...square, ...extra }, run)
  const [cluster] = square.clusters
  assert.throws(bad({ siteEnergy: Float64Array.of(1, 2) }), /siteEnergy: got 2/)
  assert.throws(bad({ siteEnergy: Float64Array.of(Number.NaN) }), /siteEnergy: got NaN/)
  assert.throws(
    bad({ clusters: [{ ...cluster, energy: Float64Array.of(1, 2) }] }),
    /clusters\[0\] \(square\)\.energy: got 2/,
  )
  assert.throws(bad({ clusters: [{ ...cluster, energy: Float64Array.of(-Infinity) }] }), /-Infinity/)
  assert.throws(
    bad({ clusters: [{ ...cluster, places: [cluster.places[0], { site: 1, image: [0, 0, 0] }] }] }),
    /sites from 0 to 0/,
  )
  const term = { label: 'm', weights: Float64Array.of(1, 2), coefficients: Float64Array.of(1) }
  assert.throws(bad({ meanField: [term] }), /meanField\[0\] \(m\)\.weights: got 2/)
})

test('an exchange with a neighbour is that of its two sites, to the bit: pairs alone, and with clusters beside', () => {
  let compared = 0
  for (let seed = 1; seed <= 6; seed++)
    for (const most of [2, 4]) {
      const all = randomLattice(seed, { carriers: 1 + (seed % 3), forbidden: seed > 3 })
      const lattice = { ...all, clusters: all.clusters.filter(({ places }) => places.length <= most) }
      // size 2 meets images: pairs over two ways are one
      for (const size of [
        [5, 4, 1],
        [2, 2, 1],
      ] as const) {
        const run = latticeSupercell(lattice, size, { images: 'count' })
        const H = hamiltonian(lattice, run)
        const { touched, touchedStart } = H.tables
        const sigma = H.occupation()
        fill(sigma, run.sites, seed, lattice.carriers.length + 1)
        const fields = H.fields(sigma)
        for (let s = 0; s < run.sites; s++)
          for (let k = touchedStart[s]; k < touchedStart[s + 1]; k++) {
            const dE = H.exchange(sigma, fields, s, touched[k])
            assert.equal(H.exchangeNear(sigma, fields, s, k - touchedStart[s]), dE)
            if (dE !== 0) compared++
          }
      }
    }
  assert.ok(compared > 500, `${compared}`)
})
