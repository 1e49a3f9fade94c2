import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hamiltonian } from '../../src/lattice/hamiltonian.ts'
import type { Cluster, Lattice } from '../../src/lattice/lattice.ts'
import { latticeSupercell } from '../../src/lattice/supercell.ts'
import type { Estimate } from '../../src/lattice/thermodynamics/averages.ts'
import type { Reservoir } from '../../src/lattice/thermodynamics/ensemble.ts'
import {
  type MetropolisOptions,
  type MetropolisState,
  metropolis,
  metropolisSteps,
} from '../../src/lattice/thermodynamics/metropolis.ts'
import { kBeV } from '../../src/units.ts'
import { enumerate, exactAverages, holm } from './exact.ts'
import { home, honeycomb, latticeGas, randomLattice } from './lattices.ts'

const temperature = 600
const kT = kBeV * temperature

/** 3 × 3 sites, two carriers, pairs, a forbidden pair, triplets, a mean field and a limit on charges. */
const triplets = (): Lattice => {
  const step = (i: number, j: number) => ({ site: 0, image: [i, j, 0] as const })
  const cluster = (label: string, places: Cluster['places'], energy: readonly number[]): Cluster => ({
    label,
    places,
    energy: Float64Array.from(energy),
  })
  return latticeGas('square', {
    carriers: 2,
    site: [-0.02, 0.03],
    extra: {
      clusters: [
        cluster('x', [home(0), step(1, 0)], [0.03, -0.04, -0.04, Infinity]),
        cluster('y', [home(0), step(0, 1)], [0.03, -0.04, -0.02, 0.06]),
        cluster('corner', [home(0), step(1, 0), step(0, 1)], [0.02, 0.01, -0.03, 0.01, 0, 0.02, 0.01, -0.02]),
      ],
      meanField: [
        { label: 'electrons', weights: Float64Array.of(1, 2), coefficients: Float64Array.of(0, 0.05, -0.04) },
      ],
      limits: [{ weights: Float64Array.of(1, 2), max: 1, per: 'formula unit' }],
    },
  })
}

/** Two sublattices of which a cell holds one ion at most. */
const cavities = (): Lattice => ({
  ...honeycomb(-0.05),
  formulaUnits: 1,
  siteEnergy: Float64Array.of(0, 0.04),
  limits: [{ weights: Float64Array.of(1), max: 1, per: 'cell' }],
})

const systems: [string, Lattice, [number, number, number], number[]][] = [
  ['clusters up to four sites, some forbidden', randomLattice(3, { forbidden: true }), [2, 2, 1], [-0.03, 0.01]],
  ['triplets, mean field, a limit on charges', triplets(), [3, 3, 1], [0.02, 0.04]],
  ['one ion a cavity', cavities(), [3, 3, 1], [-0.02]],
]

const zOf = ({ value, error }: Estimate, exact: number): number => (value - exact) / error

for (const [label, lattice, size, mu] of systems) {
  const run = latticeSupercell(lattice, size, { images: 'count' })
  const all = enumerate(lattice, run)
  const H = hamiltonian(lattice, run)
  const n = lattice.carriers.length
  const open = Array.from({ length: n }, (_, i) => i)
  const common = { H, temperature, sweeps: 20_000, seed: 11 }

  test(`open amounts against every occupation: ${label}`, () => {
    const result = metropolis({ ...common, reservoirs: mu.map(m => ({ mu: m })) })
    const exact = exactAverages(all, { temperature, mu, open })
    const z = [
      ...result.amount.map((e, i) => zOf(e, exact.amount[i])),
      zOf(result.energy, exact.energy),
      ...result.occupancy.map((e, i) => zOf(e, exact.occupancy[i])),
      ...result.theta.map((e, i) => zOf(e, exact.theta.flat()[i])),
      ...result.partialEntropy.map((e, i) => zOf(e, exact.partialEntropy[i])),
    ]
    // 3 standard errors for the family: 0.0027
    assert.ok(holm(z) > 0.0027, z.map(v => v.toFixed(2)).join(' '))
    assert.equal(result.outcome, 'settled')
    // muError is the error of x, put into μ: Θ times it for one carrier
    if (n === 1) {
      const moved = result.theta[0].value * result.amount[0].error
      assert.ok(Math.abs(result.muError[0] / moved - 1) < 1e-6)
    }
  })

  test(`one carrier between two counts, the other open, against every occupation: ${label}`, () => {
    const z: number[] = []
    for (const i of open) {
      const others = open.filter(j => j !== i)
      for (const count of [0, 1, 2]) {
        const reservoirs = mu.map((m, j): Reservoir => (j === i ? { between: count / run.formulaUnits } : { mu: m }))
        const result = metropolis({ ...common, reservoirs, seed: 20 + count })
        const [few, more] = [count, count + 1].map(N =>
          exactAverages(all, {
            temperature,
            mu: mu.map((m, j) => (j === i ? 0 : m)),
            open: others,
            allowed: counts => counts[i] === N,
          }),
        )
        z.push(zOf(result.mu[i], -kT * (more.lnZ - few.lnZ)))
        assert.equal(result.amount[i].value, (count + 0.5) / run.formulaUnits)
      }
    }
    assert.ok(holm(z) > 0.0027, z.map(v => v.toFixed(2)).join(' '))
  })

  test(`fixed amounts against every occupation: ${label}`, () => {
    const counts = open.map(i => (i === 0 ? 2 : 1))
    const reservoirs = counts.map(count => ({ amount: count / run.formulaUnits }))
    const result = metropolis({ ...common, reservoirs, seed: 31 })
    const exact = exactAverages(all, {
      temperature,
      mu: mu.map(() => 0),
      open: [],
      allowed: N => N.every((count, i) => count === counts[i]),
    })
    const z = [zOf(result.energy, exact.energy), ...result.occupancy.map((e, i) => zOf(e, exact.occupancy[i]))]
    // with one sublattice its occupancy is as fixed as the amounts
    const free = z.filter(v => !Number.isNaN(v))
    assert.ok(free.length > 0 && holm(free) > 0.0027, z.map(v => v.toFixed(2)).join(' '))
    assert.deepEqual(
      result.amount.map(({ value, error }) => [value, error]),
      counts.map(count => [count / run.formulaUnits, 0]),
    )
  })
}

test('springs: Θ and entropies are those of the host, not of the spring', () => {
  const lattice = systems[0][1]
  const run = latticeSupercell(lattice, [2, 2, 1], { images: 'count' })
  const H = hamiltonian(lattice, run)
  const all = enumerate(lattice, run)
  const spring = 0.05
  const result = metropolis({
    H,
    temperature,
    sweeps: 20_000,
    seed: 41,
    reservoirs: [{ near: 0.5, spring }, { mu: 0.01 }],
  })
  // the spring as a mean field of the enumeration; −μ n stands for its linear part
  const N = run.formulaUnits
  const held = {
    ...all,
    energy: all.energy.map((E, k) => E + (spring * (all.counts[k][0] - 0.5 * N) ** 2) / (2 * N)),
  }
  const exact = exactAverages(held, { temperature, mu: [0, 0.01], open: [0, 1] })
  const z = [
    zOf(result.amount[0], exact.amount[0]),
    zOf(result.amount[1], exact.amount[1]),
    zOf(result.mu[0], -spring * (exact.amount[0] - 0.5)),
    zOf(result.theta[0], exact.theta[0][0] - spring),
    zOf(result.theta[1], exact.theta[0][1]),
    zOf(result.theta[3], exact.theta[1][1]),
  ]
  assert.ok(holm(z) > 0.0027, z.map(v => v.toFixed(2)).join(' '))
  assert.ok(result.mu[0].error > 0 && Math.abs(result.mu[0].error / (spring * result.amount[0].error) - 1) < 1e-6)
})

test('standard errors are right: χ² over 20 seeds', () => {
  const lattice = systems[1][1]
  const run = latticeSupercell(lattice, [3, 3, 1], { images: 'count' })
  const H = hamiltonian(lattice, run)
  const mu = systems[1][3]
  const exact = exactAverages(enumerate(lattice, run), { temperature, mu, open: [0, 1] })
  const chi = new Float64Array(9)
  for (let seed = 1; seed <= 20; seed++) {
    const result = metropolis({ H, temperature, seed, sweeps: 3_000, reservoirs: mu.map(m => ({ mu: m })) })
    const z = [
      ...result.amount.map((e, i) => zOf(e, exact.amount[i])),
      zOf(result.energy, exact.energy),
      ...result.theta.map((e, i) => zOf(e, exact.theta.flat()[i])),
      ...result.partialEntropy.map((e, i) => zOf(e, exact.partialEntropy[i])),
    ]
    for (const [k, v] of z.entries()) chi[k] += v * v
  }
  // χ² of 20 degrees of freedom lies in 5.9 … 45.3 but for 1e-3 on either side: 1 % for the nine together
  assert.ok(
    chi.every(x => x > 5.9 && x < 45.3),
    chi.join(' '),
  )
  // and their mean, of ones that are correlated but none of them off, in 20 ± 10
  assert.ok(Math.abs(chi.reduce((a, b) => a + b, 0) / 9 - 20) < 10)
})

const small = (extra: Partial<MetropolisOptions> = {}): MetropolisOptions => {
  const lattice = systems[1][1]
  const H = hamiltonian(lattice, latticeSupercell(lattice, [4, 4, 1]))
  const reservoirs = [{ between: 0.25 }, { mu: 0.02 }]
  return { H, temperature, reservoirs, seed: 5, sweeps: 900, warmUp: 150, every: 70, ...extra }
}

test('the same seed gives the same bits, another stream others', () => {
  const [a, b, c] = [small(), small(), small({ stream: 1 })].map(metropolis)
  assert.deepEqual(a, b)
  assert.notEqual(a.energy.value, c.energy.value)
})

test('a run that was stopped and gone on with, through JSON, equals one that was not', () => {
  const whole = metropolis(small())
  for (const stop of [1, 2, 5, 9]) {
    const steps = metropolisSteps(small())
    let kept: MetropolisState | undefined
    for (let k = 0; k < stop; k++) {
      const next = steps.next()
      if (!next.done) kept = JSON.parse(JSON.stringify(next.value.keep()))
    }
    assert.ok(kept)
    assert.deepEqual(metropolis(small({ resume: kept })), whole)
  }
})

test('it stops where the wanted error is reached, and says where it is not', () => {
  const reached = metropolis(small({ reservoirs: [{ mu: 0 }, { mu: 0 }], wanted: { amount: 0.01 }, sweeps: 1e5 }))
  assert.equal(reached.outcome, 'settled')
  assert.ok(reached.sweeps < 1e5 && reached.amount.every(({ error }) => error <= 0.01))
  // the error falls as the root of the sweeps: not far below what was asked for
  assert.ok(Math.max(...reached.amount.map(({ error }) => error)) > 0.005)
  const out = metropolis(small({ reservoirs: [{ mu: 0 }, { mu: 0 }], wanted: { amount: 1e-5 } }))
  assert.equal(out.outcome, 'sweeps')
})

test('what does not fit is refused with what would do', () => {
  const bad = (extra: Partial<MetropolisOptions>) => () => metropolis(small(extra))
  assert.throws(bad({ temperature: 0 }), /temperature: got 0, allowed: a temperature above 0 K/)
  assert.throws(bad({ reservoirs: [{ mu: 0 }] }), /reservoirs: got 1, allowed: 2/)
  assert.throws(
    bad({ reservoirs: [{ amount: 1.2 }, { mu: 0 }] }),
    /reservoirs\.A: got 1\.2, allowed: an amount from 0 to 1 /,
  )
  assert.throws(bad({ reservoirs: [{ amount: 0.5 }, { amount: 0.5 }] }), /limit Σ weights·x ≤ 1 per formula unit/)
  assert.throws(bad({ reservoirs: [{ mu: Number.NaN }, { mu: 0 }] }), /reservoirs\.A\.mu: got NaN/)
  assert.throws(bad({ sweeps: 0.5 }), /sweeps/)
  const full = new Uint8Array(17).fill(2, 0, 16)
  assert.throws(bad({ start: full, reservoirs: [{ mu: 0 }, { mu: 0 }] }), /start/)
})
