import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hamiltonian } from '../../src/lattice/hamiltonian.ts'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { latticeSupercell } from '../../src/lattice/supercell.ts'
import type { Estimate } from '../../src/lattice/thermodynamics/averages.ts'
import {
  type FlatHistogramState,
  flatHistogram,
  flatHistogramSteps,
} from '../../src/lattice/thermodynamics/flat-histogram.ts'
import { entropyAlong, isotherm } from '../../src/lattice/thermodynamics/isotherm.ts'
import { metropolis } from '../../src/lattice/thermodynamics/metropolis.ts'
import { coexistence, hysteresisOf, phaseBoundary } from '../../src/lattice/thermodynamics/phase-boundary.ts'
import { potentialMap } from '../../src/lattice/thermodynamics/potential-map.ts'
import { type TemperingState, tempering, temperingSteps } from '../../src/lattice/thermodynamics/tempering.ts'
import { F, kBeV, R } from '../../src/units.ts'
import { enumerate, exactAverages, holm } from './exact.ts'
import { honeycomb, latticeGas, randomLattice, steps } from './lattices.ts'

const temperature = 300
const kT = kBeV * temperature
/** In standard errors; what has none (no fluctuation at all) must be exact to round-off. */
const zOf = ({ value, error }: Estimate, exact: number): number =>
  (value - exact) / Math.max(error, 1e-9 * Math.abs(exact) + 1e-15)
const agree = (z: readonly number[], label = '') =>
  assert.ok(holm(z) > 0.0027, `${label} z = ${z.map(v => v.toFixed(2)).join(' ')}`)

const on = (lattice: Lattice, size: readonly [number, number, number]) =>
  hamiltonian(lattice, latticeSupercell(lattice, size))

test('Langmuir, one and two species: isotherm, Θ, entropy, energy', () => {
  const z: number[] = []
  const one = on(latticeGas('cubic', { site: [0.05] }), [6, 6, 6])
  for (const [k, mu] of [-0.02, 0.05, 0.11].entries()) {
    const result = metropolis({ H: one, temperature, reservoirs: [{ mu }], seed: 1, stream: k, sweeps: 2000 })
    const c = 1 / (1 + Math.exp((0.05 - mu) / kT))
    z.push(
      zOf(result.amount[0], c),
      zOf(result.theta[0], kT / (c * (1 - c))),
      zOf(result.energy, 0.05 * c),
      // −∂μ/∂T = k ln[(1 − x)/x]
      zOf(result.partialEntropy[0], kBeV * Math.log((1 - c) / c)),
    )
  }
  const site = [0.05, -0.01]
  const two = on(latticeGas('cubic', { carriers: 2, site }), [6, 6, 6])
  for (const [k, mu] of [
    [0.04, -0.03],
    [0.1, 0.02],
  ].entries()) {
    const reservoirs = mu.map(m => ({ mu: m }))
    const result = metropolis({ H: two, temperature, reservoirs, seed: 2, stream: k, sweeps: 3000 })
    const b = mu.map((m, i) => Math.exp((m - site[i]) / kT))
    const Z = 1 + b[0] + b[1]
    const x = b.map(v => v / Z)
    const theta = [0, 1, 2, 3].map(m => kT / (1 / Z) + (m % 3 === 0 ? kT / x[m / 3] : 0))
    z.push(
      ...result.amount.map((e, i) => zOf(e, x[i])),
      ...result.theta.map((e, m) => zOf(e, theta[m])),
      ...result.partialEntropy.map((e, i) => zOf(e, kBeV * Math.log(1 / Z / x[i]))),
    )
  }
  agree(z)
})

test('entropy of the one-site host below x = 1, k ln[(1 − x)/x], whatever the mean field', () => {
  // Li in Mo6Se8 by calorimetry: one kind of site, no adjustable parameter; a mean field moves μ but not −∂μ/∂T
  const lattice = latticeGas('cubic', {
    site: [-2.2],
    extra: {
      meanField: [{ label: 'electrons', weights: Float64Array.of(1), coefficients: Float64Array.of(0, 0, -0.04) }],
    },
  })
  const H = on(lattice, [6, 6, 6])
  const amounts = [0.1, 0.3, 0.5, 0.7, 0.9]
  const results = amounts.map((x, k) => {
    const mu = -2.2 - 0.08 * x + kT * Math.log(x / (1 - x))
    return metropolis({ H, temperature, reservoirs: [{ mu }], seed: 3, stream: k, sweeps: 3000 })
  })
  // the runs land near the amounts, each asked at its own
  const at = results.map(result => result.amount[0].value)
  for (const [k, x] of amounts.entries()) assert.ok(Math.abs(at[k] - x) < 0.02)
  // a finite cell of a mean field, 216 sites, is off by O(1/N) in x at given μ but not in −∂μ/∂T at given x
  const z = results.map(({ partialEntropy: [{ value, error }], amount }, k) => {
    const x = at[k]
    const ofAmount = (kBeV / (x * (1 - x))) * amount[0].error
    return zOf({ value, error: Math.hypot(error, ofAmount) }, kBeV * Math.log((1 - x) / x))
  })
  agree(z)
  const S = entropyAlong(
    results.map(({ amount, partialEntropy }) => ({ amount: amount[0], partialEntropy: partialEntropy[0] })),
    1,
  )
  const mixing = (x: number) => -kBeV * (x * Math.log(x) + (1 - x) * Math.log(1 - x))
  agree(S.slice(1).map((e, k) => zOf(e, mixing(at[k + 1]) - mixing(at[0]))))
})

test('the chain against its transfer matrix', () => {
  const V = -0.03
  const length = 40
  const H = on(latticeGas('chain', { pair: V }), [length, 1, 1])
  const lnZ = (mu: number, T: number): number => {
    const b = 1 / (kBeV * T)
    const y = Math.exp(b * mu)
    const w = Math.exp(-b * V)
    // eigenvalues of [[1, √y], [√y, y w]]; one factor of w for each bond between filled sites
    const half = (1 + y * w) / 2
    const root = Math.sqrt(half * half - y * w + y)
    return Math.log((half + root) ** length + (half - root) ** length)
  }
  const slope = (f: (x: number) => number, x: number, h: number) =>
    (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)
  const z: number[] = []
  for (const [k, mu] of [-0.08, -0.03, 0.01].entries()) {
    const result = metropolis({ H, temperature, reservoirs: [{ mu }], seed: 4, stream: k, sweeps: 15_000 })
    const N = (m: number) => kT * slope(q => lnZ(q, temperature), m, 1e-3)
    const energy = kBeV * temperature ** 2 * slope(T => lnZ(mu, T), temperature, 0.5) + mu * N(mu)
    z.push(zOf(result.amount[0], N(mu) / length), zOf(result.energy, energy / length))
    z.push(zOf(result.theta[0], length / slope(N, mu, 2e-3)))
  }
  agree(z)
})

/**
 * Ising model of coupling J = 1 as a lattice gas: n = (1 + s)/2, ε = −4J, and with 4J for each bond of a site as its energy the
 * field is μ = 0, the energy that of the magnet but for J a bond.
 */
const magnet = (
  kind: string,
  size: readonly [number, number, number],
  kTJ: number,
  o: { sweeps: number; seed: number },
) => {
  const bonds = steps[kind].length
  const H = on(latticeGas(kind, { pair: -4, site: [4 * bonds] }), size)
  const start = H.occupation().fill(1, 0, H.run.sites)
  return metropolis({ H, temperature: kTJ / kBeV, reservoirs: [{ mu: 0 }], start, ...o })
}

test('square lattice gas in order: Yang’s magnetisation, Onsager’s energy', () => {
  const z: number[] = []
  for (const [k, kTJ] of [1.6, 2.0].entries()) {
    // away from T_c (correlation length below 2 sites at 2.0) the size is of no account: e^(−24/2)
    const { amount, energy } = magnet('square', [24, 24, 1], kTJ, { seed: 5 + k, sweeps: 3000 })
    z.push(zOf(amount[0], (1 + (1 - Math.sinh(2 / kTJ) ** -4) ** (1 / 8)) / 2))
    z.push(zOf({ value: energy.value - 2, error: energy.error }, onsagerEnergy(1 / kTJ)))
  }
  const { energy } = magnet('square', [24, 24, 1], 3, { seed: 7, sweeps: 3000 })
  z.push(zOf({ value: energy.value - 2, error: energy.error }, onsagerEnergy(1 / 3)))
  agree(z)
})

/** u = −J coth(2K)[1 + (2/π)(2 tanh²(2K) − 1) K₁(κ)], κ = 2 sinh(2K)/cosh²(2K). */
const onsagerEnergy = (K: number): number => {
  const modulus = (2 * Math.sinh(2 * K)) / Math.cosh(2 * K) ** 2
  // complete elliptic integral by the arithmetic-geometric mean
  let [a, g] = [1, Math.sqrt(1 - modulus * modulus)]
  for (let k = 0; k < 30; k++) [a, g] = [(a + g) / 2, Math.sqrt(a * g)]
  const elliptic = Math.PI / (2 * a)
  return -(1 + (2 / Math.PI) * (2 * Math.tanh(2 * K) ** 2 - 1) * elliptic) / Math.tanh(2 * K)
}

test('replica exchange gives each rung its own averages', () => {
  const lattice = randomLattice(5)
  const run = latticeSupercell(lattice, [2, 2, 1], { images: 'count' })
  const H = hamiltonian(lattice, run)
  const all = enumerate(lattice, run)
  const temperatures = [250, 400, 700]
  const mu = [0, 0.02]
  const options = {
    H,
    rungs: temperatures.map(T => ({ temperature: T, reservoirs: mu.map(m => ({ mu: m })) })),
    seed: 8,
    sweeps: 8000,
  }
  const result = tempering(options)
  const z = result.rungs.flatMap((rung, k) => {
    const exact = exactAverages(all, { temperature: temperatures[k], mu, open: [0, 1] })
    return [
      ...rung.amount.map((e, i) => zOf(e, exact.amount[i])),
      zOf(rung.energy, exact.energy),
      zOf(rung.theta[1], exact.theta[0][1]),
    ]
  })
  agree(z)
  assert.ok(result.exchanged.every(share => share > 0.2 && share < 1))
  assert.ok(result.roundTrips > 100)
  assert.throws(() => tempering({ ...options, rungs: options.rungs.slice(0, 1) }), /rungs: got 1/)
})

test('flat histogram: the free energy of every amount, through a valley', () => {
  // a cubic mean field, so that poor and rich are not alike
  const strain = { label: 'strain', weights: Float64Array.of(1), coefficients: Float64Array.of(0, 0, 0, 0.05) }
  const lattice = latticeGas('square', { pair: -0.1, extra: { meanField: [strain] } })
  const run = latticeSupercell(lattice, [4, 4, 1])
  const all = enumerate(lattice, run)
  const T = 400
  const curve = flatHistogram({
    H: hamiltonian(lattice, run),
    temperature: T,
    carrier: 0,
    range: [0, 1],
    reservoirs: [{ mu: 0 }],
    seed: 9,
    sweeps: 12_000,
  })
  const lnZ = Array.from(
    { length: 17 },
    (_, N) => exactAverages(all, { temperature: T, mu: [0], open: [], allowed: c => c[0] === N }).lnZ,
  )
  const exact = { ...curve, mu: Float64Array.from({ length: 16 }, (_, N) => -kBeV * T * (lnZ[N + 1] - lnZ[N])) }
  // errors from a jackknife over 16 stretches: Student's t of 15 degrees of freedom, for which 4.5 is 4e-4, 0.7 % for 16
  const z = Array.from(curve.mu, (mu, N) => (mu - exact.mu[N]) / Math.max(curve.muError[N], 1e-9))
  assert.ok(
    z.every(v => Math.abs(v) < 4.5),
    z.map(v => v.toFixed(2)).join(' '),
  )
  const chi = z.reduce((sum, v) => sum + v * v, 0)
  assert.ok(chi > 3, 'the errors are no overestimates')
  assert.ok(curve.crossings > 20 && Math.max(...curve.visits) < 8 * Math.min(...curve.visits))
  const [found, should] = [curve, exact].map(one => coexistence(one, 16))
  assert.ok(found && should)
  for (const key of ['mu', 'poor', 'rich', 'barrier'] as const) {
    const apart = (found[key].value - should[key].value) / found[key].error
    assert.ok(Math.abs(apart) < 4.5, `${key} ${found[key].value} ± ${found[key].error}, exact ${should[key].value}`)
  }
})

test('coexistence of a symmetric host lies at its symmetric chemical potential', () => {
  // F of a lattice gas in mean field, on 200 sites: coexistence at μ = −0.1, x and 1 − x the roots of the common tangent
  const N = 200
  const ln = (k: number) => k * Math.log(k / N || 1)
  const G = (k: number) => kT * (ln(k) + ln(N - k)) - (0.1 * k * k) / N
  const mu = Float64Array.from({ length: N }, (_, k) => G(k + 1) - G(k))
  const curve = { temperature, counts: Int32Array.from({ length: N + 1 }, (_, k) => k), mu, muError: mu, crossings: 0 }
  const both = coexistence({ ...curve, without: [mu, mu], visits: mu }, N)
  assert.ok(both)
  assert.ok(Math.abs(both.mu.value + 0.1) < 1e-9 && both.mu.error === 0)
  assert.ok(Math.abs(both.poor.value + both.rich.value - 1) < 1e-9)
  // ln[x/(1 − x)] = (0.1/k_BT)(2x − 1), smeared by the width of a peak of 200 sites
  const x = both.poor.value
  assert.ok(Math.abs(Math.log(x / (1 - x)) - (0.1 / kT) * (2 * x - 1)) < 0.15)
})

test('the binodal of the square lattice gas closes where it should', () => {
  // exact, of the infinite lattice: x = (1 ∓ m)/2 with Yang’s m; T_c = 0.567296 ε/k_B
  const epsilon = 0.1
  const Tc = (0.567296 * epsilon) / kBeV
  const [cold, warm] = phaseBoundary({
    H: on(latticeGas('square', { pair: -epsilon }), [8, 8, 1]),
    temperatures: [0.8 * Tc, 1.25 * Tc],
    carrier: 0,
    range: [0, 1],
    reservoirs: [{ mu: 0 }],
    seed: 15,
    sweeps: 6000,
  })
  assert.deepEqual([cold.outcome, warm.outcome], ['two phases', 'one phase'])
  assert.ok(cold.coexistence && !warm.coexistence)
  const { mu, poor, rich, barrier } = cold.coexistence
  const m = (1 - Math.sinh(epsilon / (2 * 0.8 * kBeV * Tc)) ** -4) ** (1 / 8)
  // phases of 64 sites hold a few ions of the other side of the valley: 0.02 of the 0.03 in the poor one
  assert.ok(Math.abs(poor.value - (1 - m) / 2) < 0.02 + 4 * poor.error)
  assert.ok(Math.abs(rich.value - (1 + m) / 2) < 0.02 + 4 * rich.error)
  assert.ok(Math.abs(mu.value + 2 * epsilon) < 4.5 * mu.error && mu.error < 1e-3)
  assert.ok(barrier.value > 3)
})

test('a walk that does not get through its range says so', () => {
  const options = { carrier: 0, range: [0, 1] as const, reservoirs: [{ mu: 0 }], seed: 1, sweeps: 16 }
  const H = on(latticeGas('square', { pair: -0.1 }), [8, 8, 1])
  const [point] = phaseBoundary({ H, temperatures: [200], ...options })
  assert.deepEqual([point.outcome, point.coexistence], ['not determined', undefined])
  assert.throws(() => coexistence(point.curve, 64), /joined \d+ of 64 neighbouring amounts/)
})

test('ladders and flat histograms that were stopped and gone on with, through JSON, equal ones that were not', () => {
  const H = on(latticeGas('square', { pair: -0.05 }), [4, 4, 1])
  const rungs = [300, 500].map(T => ({ temperature: T, reservoirs: [{ mu: -0.1 }] }))
  const ladder = { H, rungs, seed: 3, sweeps: 300, warmUp: 50, every: 40 }
  const whole = tempering(ladder)
  const flat = {
    H,
    temperature,
    carrier: 0,
    range: [0, 1] as const,
    reservoirs: [{ mu: 0 }],
    seed: 3,
    sweeps: 320,
    every: 40,
  }
  const curve = flatHistogram(flat)
  const keptAt = <S>(steps: Iterator<{ readonly keep: () => S }>, stop: number): S => {
    let kept: S | undefined
    for (let k = 0; k < stop; k++) {
      const next = steps.next()
      if (!next.done) kept = JSON.parse(JSON.stringify(next.value.keep()))
    }
    assert.ok(kept)
    return kept
  }
  for (const stop of [1, 2, 6]) {
    const resume: TemperingState = keptAt(temperingSteps(ladder), stop)
    assert.deepEqual(tempering({ ...ladder, resume }), whole)
  }
  const phases = new Set<string>()
  for (const stop of [1, 2, 3, 5, 9]) {
    const resume: FlatHistogramState = keptAt(flatHistogramSteps(flat), stop)
    phases.add(resume.phase)
    assert.deepEqual(flatHistogram({ ...flat, resume }), curve)
  }
  assert.deepEqual([...phases], ['climbing', 'learning', 'measuring'])
})

test('one phase has no coexistence', () => {
  const H = on(latticeGas('square'), [4, 4, 1])
  const curve = flatHistogram({
    H,
    temperature,
    carrier: 0,
    range: [0, 1],
    reservoirs: [{ mu: 0 }],
    seed: 1,
    sweeps: 3000,
  })
  assert.equal(coexistence(curve, 16), undefined)
  // F(N + 1) − F(N) = k_BT ln[(N + 1)/(16 − N)]
  const z = Array.from(curve.mu, (mu, N) => (mu - kT * Math.log((N + 1) / (16 - N))) / Math.max(curve.muError[N], 1e-9))
  assert.ok(z.every(v => Math.abs(v) < 4.5))
})

test('scans up and down name the hysteresis of a host that falls apart, and none of one that does not', () => {
  const mu = Array.from({ length: 13 }, (_, k) => -0.2 + 0.005 * (k - 6))
  const scan = (T: number) =>
    isotherm({
      H: on(latticeGas('square', { pair: -0.1 }), [10, 10, 1]),
      temperature: T,
      carrier: 0,
      at: { mu },
      reservoirs: [{ mu: 0 }],
      back: true,
      seed: 10,
      sweeps: 400,
    })
  const cold = scan(350)
  assert.equal(cold.loops.length, 1)
  const [loop] = cold.loops
  assert.ok(loop.from <= -0.2 && loop.to >= -0.2 && loop.up < 0.2 && loop.down > 0.8)
  const warm = scan(1200)
  assert.deepEqual(warm.loops, [])
  assert.equal(warm.points.length, 26)
  assert.throws(() => hysteresisOf([], [{ mu: 0, amount: { value: 0, error: 0 } }]), /scan/)
})

test('a voltage curve of one carrier beside a fixed amount of the other: both potentials, Langmuir', () => {
  const site = [-1.5, -2.4]
  const H = on(latticeGas('cubic', { carriers: 2, site }), [5, 5, 5])
  const curve = isotherm({
    H,
    temperature,
    carrier: 1,
    at: { amount: [0.1, 0.3, 0.5] },
    reservoirs: [{ between: 0.2 }, { mu: 0 }],
    seed: 11,
    sweeps: 400,
  })
  const z: number[] = []
  for (const { amount, mu, voltage } of curve.points) {
    // exact for 125 sites: one more of carrier 1 among what the other leaves, which comes and goes between 25 and 26
    const N = Math.round(amount[1].value * 125 - 0.5)
    const empty = (25 / 125 + 26 / 125) / 2
    const about = site[1] + kT * Math.log((N + 1) / (125 - N - 125 * empty))
    // ½ ion of the other moves μ by k_BT/2/(empty sites) ≈ 0.2 meV: within that
    assert.ok(Math.abs(mu[1].value - about) < 4 * mu[1].error + 3e-4, `${mu[1].value} ${about}`)
    z.push(mu[1].error)
    // charge 2 of the second carrier
    assert.ok(Math.abs(voltage[1].value + mu[1].value / 2) < 1e-12 && voltage[1].error === mu[1].error / 2)
    assert.ok(Number.isFinite(voltage[0].value) && voltage[0].value > 1.4)
  }
  assert.ok(z.every(error => error > 0 && error < 2e-3))
})

test('map of chemical potentials in SI, open where it can be and held where it cannot', () => {
  const site = [-2, -2.5]
  const H = on(latticeGas('cubic', { carriers: 2, site }), [5, 5, 5])
  const amounts = [
    [0.2, 0.3],
    [0.5, 0.1],
    [0.3, 0],
  ]
  const samples = potentialMap({ H, temperatures: [temperature], amounts, seed: 12, sweeps: 2500 })
  const z: number[] = []
  for (const [
    k,
    { x, T, mu, muError, theta, thetaError, ensemble, partialEntropy, partialEntropyError },
  ] of samples.entries()) {
    assert.equal(ensemble, 'open')
    const empty = 1 - x[0] - x[1]
    for (let i = 0; i < 2; i++) {
      if (amounts[k][i] === 0) {
        assert.deepEqual([mu[i], theta[3 * i], theta[1]], [null, null, null])
        continue
      }
      assert.ok(Math.abs(x[i] - amounts[k][i]) < 0.03)
      z.push((mu[i]! - F * site[i] - R * T * Math.log(x[i] / empty)) / muError[i]!)
      z.push((theta[3 * i]! - R * T * (1 / x[i] + 1 / empty)) / thetaError[3 * i]!)
      z.push((partialEntropy[i]! + R * Math.log(x[i] / empty)) / partialEntropyError[i]!)
    }
  }
  agree(z)
  // inside the gap of a host that falls apart the open run leaves: the sample is held, and says so
  const gap = on(latticeGas('square', { pair: -0.1 }), [8, 8, 1])
  const [held] = potentialMap({ H: gap, temperatures: [350], amounts: [[0.5]], seed: 13, sweeps: 1000 })
  assert.equal(held.ensemble, 'held')
  assert.ok(Math.abs(held.x[0] - 0.5) < 0.05)
  // at a limit the sample stays within it
  const charges = { weights: Float64Array.of(1, 2), max: 0.5, per: 'formula unit' } as const
  const limited = on(latticeGas('cubic', { carriers: 2, site, extra: { limits: [charges] } }), [4, 4, 4])
  const [edge] = potentialMap({
    H: limited,
    temperatures: [temperature],
    amounts: [[0.25, 0.125]],
    seed: 1,
    sweeps: 500,
  })
  assert.ok(edge.x[0] + 2 * edge.x[1] <= 0.5 && edge.mu.every(m => m !== null))
})

test('honeycomb: half full by symmetry, occupied alike on both sublattices', () => {
  const H = on(honeycomb(-0.03), [6, 6, 1])
  const result = metropolis({ H, temperature, reservoirs: [{ mu: -0.045 }], seed: 14, sweeps: 4000 })
  agree([zOf(result.amount[0], 0.5), ...result.occupancy.map(e => zOf(e, 0.5))])
})
