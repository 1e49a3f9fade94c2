import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { insertionKinetics } from '../../src/laws/insertion-kinetics.ts'
import { type Move, meanFieldTransport } from '../../src/laws/mean-field-transport.ts'
import { type SiteFreeEnergy, siteThermodynamics } from '../../src/laws/site-free-energy.ts'
import { splitCarrier } from '../../src/laws/split-carrier.ts'
import { F, kBeV, R } from '../../src/units.ts'

const T = 298.15
const kJ = 1000

/** Three ions of different size in one room, steps in two directions, a weak regular-solution term. */
const law: SiteFreeEnergy = {
  carriers: ['A', 'B', 'C'],
  standard: [-200 * kJ, -150 * kJ, 30 * kJ],
  weights: [1, 2, 3],
  max: 4,
  sites: 5,
  steps: [
    { direction: [1, 1, 1], position: 1, height: 30 * kJ, width: 0.07 },
    { direction: [1, 1, 1], position: 1.6, height: 20 * kJ, width: 0.07 },
    { direction: [1, -1, 0], position: 0.2, height: 15 * kJ, width: 0.05 },
  ],
  interaction: [400, -300, 100, -300, 900, 200, 100, 200, 500],
}
const moves: Move[] = [
  { follower: 'A', barrier: 0.3, attemptFrequency: 1e13 },
  { follower: 'B', barrier: 0.4, attemptFrequency: 1e13 },
  { follower: 'C', barrier: 0.35, attemptFrequency: 1e13 },
  { follower: 'B', leader: 'A', barrier: 0.31, attemptFrequency: 1e13 },
  { follower: 'A', leader: 'B', barrier: 0.33, attemptFrequency: 1e13 },
  { follower: 'A', leader: 'A', barrier: 0.29, attemptFrequency: 1e13 },
  { follower: 'B', leader: 'C', barrier: 0.36, attemptFrequency: 1e13 },
]
const molarVolume = 1.6e-4
const hopLength = 6.5e-10
const thermo = siteThermodynamics(law, {})
const transport = meanFieldTransport({ law, hopLength, molarVolume, moves, sources: {} })

/** A content inside the room: shares of the room by weight, the rest vacancies. */
const content = fc.array(fc.double({ min: 1e-4, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }).map(parts => {
  const sum = parts.reduce((a, b) => a + b)
  return law.weights.map((w, i) => (parts[i] / sum / w) * law.max)
})
const forAll = (check: (x: number[]) => void) => fc.assert(fc.property(content, check), { seed: 7, numRuns: 200 })

test('μ = ∂g/∂x, Θ = ∂μ/∂x symmetric (Maxwell) and s = −∂μ/∂T', () => {
  forAll(x => {
    const mu = thermo.potential(x, T)
    const theta = thermo.potentialJacobian(x, T)
    const s = thermo.entropy(x, T)
    for (let j = 0; j < 3; j++) {
      // Central differences of relative step 1e-5: truncation ~ h²/x³·RT/3 below 1e-9 relative to Θ x, round-off eps·g/h.
      const h = 1e-5 * Math.min(x[j], 1 - x.reduce((sum, v, i) => sum + (law.weights[i] * v) / law.max, 0) + 1e-6)
      const up = x.map((v, i) => (i === j ? v + h : v))
      const down = x.map((v, i) => (i === j ? v - h : v))
      const slope = (thermo.freeEnergy(up, T) - thermo.freeEnergy(down, T)) / (2 * h)
      assert.ok(Math.abs(slope - mu[j]) < 1e-6 * Math.abs(theta[4 * j] * x[j]) + (1e-15 * 1e6) / h, `μ_${j}`)
      const [muUp, muDown] = [thermo.potential(up, T), thermo.potential(down, T)]
      for (let i = 0; i < 3; i++) {
        const difference = (muUp[i] - muDown[i]) / (2 * h)
        assert.ok(Math.abs(difference - theta[3 * i + j]) < 1e-6 * theta[4 * j] + 1e-9 / h, `Θ_${i}${j}`)
        assert.equal(theta[3 * i + j], theta[3 * j + i])
      }
      const [warm, cold] = [thermo.potential(x, T + 1)[j], thermo.potential(x, T - 1)[j]]
      // μ is linear in T: exact up to round-off of 2e5 J/mol.
      assert.ok(Math.abs((warm - cold) / 2 + s[j]) < 1e-9, `s_${j}`)
    }
  })
})

test('D̃ in closed form is L Θ V_m, for one, two and three ions', () => {
  for (const n of [1, 2, 3]) {
    const carriers = law.carriers.slice(0, n)
    const part: SiteFreeEnergy = {
      ...law,
      carriers,
      standard: law.standard.slice(0, n),
      weights: law.weights.slice(0, n),
      steps: law.steps.map(s => ({ ...s, direction: s.direction.slice(0, n) })),
      interaction: carriers.flatMap((_, i) => law.interaction.slice(3 * i, 3 * i + n)),
    }
    const some = moves.filter(m => carriers.includes(m.follower) && carriers.includes(m.leader ?? m.follower))
    const own = meanFieldTransport({ law: part, hopLength, molarVolume, moves: some, sources: {} })
    const { potentialJacobian } = siteThermodynamics(part, {})
    let worst = 0
    forAll(full => {
      const x = full.slice(0, n)
      const L = own.onsager(x, T)
      const theta = potentialJacobian(x, T)
      const D = own.diffusivity!(x, T)
      const scale = Math.max(...D.map(Math.abs))
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < n; k++) {
          let sum = 0
          for (let j = 0; j < n; j++) sum += L[i * n + j] * theta[j * n + k] * molarVolume
          worst = Math.max(worst, Math.abs(sum - D[i * n + k]) / scale)
        }
      }
    })
    // The naive product cancels 1/x against x: a few round-offs.
    // Round-off; of one ion and two the table of the steps.
    assert.ok(worst < (n < 3 ? 1e-8 : 1e-13), `${n} ions: ${worst}`)
    if (n !== 2) continue
    // The slopes of D̃ u in closed form against differences of D̃: (h/w)² and the table.
    const u = [0.3, -0.2]
    const h = 1e-5
    const points = [
      [0.3, 0.4],
      [0.05, 0.6],
      [0.6, 0.02],
    ]
    const [all, allSlopes] = [new Float64Array(12), new Float64Array(12)]
    const flows = Float64Array.from(points.flatMap(() => u))
    own.diffusivitySlopes!(Float64Array.from(points.flat()), flows, 3, T, all, allSlopes)
    for (const [at, x] of points.entries()) {
      const [D, slopes] = [all, allSlopes].map(a => a.subarray(4 * at, 4 * at + 4))
      own.diffusivity!(x, T).forEach((value, k) => {
        assert.equal(D[k], value)
      })
      for (let l = 0; l < 2; l++) {
        const [above, below] = [h, -h].map(d =>
          own.diffusivity!(
            x.map((v, k) => (k === l ? v + d : v)),
            T,
          ),
        )
        for (let i = 0; i < 2; i++) {
          const along = (M: Float64Array): number => M[2 * i] * u[0] + M[2 * i + 1] * u[1]
          const expected = (along(above) - along(below)) / (2 * h)
          const size = Math.max(...D.map(Math.abs)) + Math.abs(expected)
          assert.ok(Math.abs(slopes[2 * i + l] - expected) < 1e-5 * size, `${slopes[2 * i + l]}, ${expected}`)
        }
      }
    }
  }
})

test('D̃ is finite and smooth at the corners: empty, an ion absent, full', () => {
  for (const x of [
    [0, 0, 0],
    [4, 0, 0],
    [0, 2, 0],
    [0, 0, 4 / 3],
    [2, 1, 0],
  ]) {
    const D = transport.diffusivity!(x, T)
    assert.ok(D.every(Number.isFinite), `${x}: ${D}`)
    const near = transport.diffusivity!(
      x.map(v => Math.max(v * (1 - 1e-9), 1e-9)),
      T,
    )
    const scale = Math.max(...D.map(Math.abs))
    // The slope of D over one ion is at most ~ A/(w RT) ~ 200 times D: 2e-7 for 1e-9.
    for (const [k, d] of D.entries()) assert.ok(Math.abs(d - near[k]) < 1e-6 * scale, `${x}: ${d} and ${near[k]}`)
  }
  // A lone ion in the empty host: D = a² ν exp(−E/kT).
  const D = transport.diffusivity!([0, 0, 0], T)
  const exact = hopLength ** 2 * 1e13 * Math.exp(-0.3 / (kBeV * T))
  assert.ok(Math.abs(D[0] / exact - 1) < 1e-14)
})

test('an ideal lattice gas of lone hops: D̃ = a² w at every content', () => {
  const ideal: SiteFreeEnergy = {
    carriers: ['A'],
    standard: [0],
    weights: [1],
    max: 4,
    sites: 4,
    steps: [],
    interaction: [0],
  }
  const { diffusivity } = meanFieldTransport({ law: ideal, hopLength, molarVolume, moves: [moves[0]], sources: {} })
  const exact = hopLength ** 2 * 1e13 * Math.exp(-0.3 / (kBeV * T))
  for (const x of [0, 1e-9, 0.3, 2, 3.999, 4]) {
    assert.ok(Math.abs(diffusivity!([x], T)[0] / exact - 1) < 1e-14, `x = ${x}`)
  }
})

test('L is symmetric, positive semidefinite, and L_ij vanishes with x_i', () => {
  forAll(x => {
    const L = transport.onsager(x, T)
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) assert.equal(L[3 * i + j], L[3 * j + i])
    for (const v of [
      [1, -1, 0],
      [1, 1, 1],
      [-1, 2, -1],
      [0, 1, -3],
    ]) {
      let q = 0
      for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) q += v[i] * v[j] * L[3 * i + j]
      assert.ok(q >= 0)
    }
    const without = transport.onsager([0, x[1], x[2]], T)
    for (const k of [0, 1, 2, 3, 6]) assert.equal(without[k], 0)
  })
})

// A has moves with its own kind (w_ii, which labels turn into w_ij of two), B has not.
for (const [carrier, at] of [
  ['A', 0],
  ['B', 1],
] as const)
  test(`one ion written as two identical labels: 1ᵀL1, the flux of a mixture and the energies are those of one: ${carrier}`, () => {
    const common = { hopLength, molarVolume, sources: {} }
    const double = splitCarrier({ law, moves }, carrier, ['one', 'other'])
    assert.deepEqual(
      double.law.carriers,
      ['A', 'B', 'C'].flatMap(c => (c === carrier ? ['one', 'other'] : [c])),
    )
    const split = meanFieldTransport({ ...common, ...double })
    const splitThermo = siteThermodynamics(double.law, {})
    for (const f of [0.25, 1e-6, 0.5]) {
      forAll(x => {
        // Sums over the labels' rows and columns give back the matrix of the ions.
        const owner = [0, 1, 2].flatMap(i => (i === at ? [i, i] : [i]))
        const share = [0, 1, 2].flatMap(i => (i === at ? [f, 1 - f] : [1]))
        const y = owner.map((i, k) => share[k] * x[i])
        const [L, D] = [new Float64Array(9), new Float64Array(9)]
        const [splitL, splitD] = [split.onsager(y, T), split.diffusivity!(y, T)]
        for (let i = 0; i < 4; i++) {
          for (let j = 0; j < 4; j++) {
            L[3 * owner[i] + owner[j]] += splitL[4 * i + j]
            // A gradient of the ion at a uniform mixture is a gradient of each label by its share.
            D[3 * owner[i] + owner[j]] += splitD[4 * i + j] * share[j]
          }
        }
        for (const [got, want] of [
          [L, transport.onsager(x, T)],
          [D, transport.diffusivity!(x, T)],
        ]) {
          // x_v is as small as 2e-5 and each sum of it rounds by 1e-16: 5e-12 of L.
          const size = Math.max(...want.map(Math.abs))
          for (const [k, v] of want.entries()) assert.ok(Math.abs(got[k] - v) < 2e-11 * size, `${k}: ${got[k]} ${v}`)
        }
        // Only the mixing entropy of the labels is new.
        const mixing = R * T * x[at] * (f * Math.log(f) + (1 - f) * Math.log(1 - f))
        const difference = splitThermo.freeEnergy(y, T) - thermo.freeEnergy(x, T) - mixing
        assert.ok(Math.abs(difference) < 1e-8, `g: ${difference} J/mol of 1e6`)
      })
    }
  })

test('exchange current: √(x x_v) for one ideal ion; partial rates finite at both ends; Arrhenius', () => {
  const ideal: SiteFreeEnergy = {
    carriers: ['Li'],
    standard: [-100 * kJ],
    weights: [1],
    max: 2,
    sites: 2,
    steps: [],
    interaction: [0],
  }
  const li = { symbol: 'Li', charge: 1, mass: 6.94, sources: {} }
  const kinetics = insertionKinetics({
    law: ideal,
    carriers: [li],
    rateConstants: [2e-6],
    alphaAnodic: [0.5],
    alphaCathodic: [0.5],
    activationEnergies: [40 * kJ],
    referenceTemperature: T,
    sources: {},
  })
  const { potential } = siteThermodynamics(ideal, {})
  for (const x of [1e-9, 0.2, 1, 1.9]) {
    const j0 = kinetics.exchangeCurrent([x], potential([x], T), T)[0]
    // x_v loses digits only where x is near 2.
    assert.ok(Math.abs(j0 / (2e-6 * F * Math.sqrt((x / 2) * (1 - x / 2))) - 1) < 1e-12, `x = ${x}`)
  }
  // Partial rates at E = μ-independent potential: insertion j0 e^{−α_c μ/RT} → k x_v, extraction j0 e^{+α_a μ/RT} → 0 with x.
  for (const x of [1e-12, 2 - 1e-12]) {
    const mu = potential([x], T)[0] + 100 * kJ
    const j0 = kinetics.exchangeCurrent([x], [mu - 100 * kJ], T)[0]
    const insertion = j0 * Math.exp((-0.5 * mu) / (R * T))
    const extraction = j0 * Math.exp((0.5 * mu) / (R * T))
    assert.ok(insertion <= 2e-6 * F * 1.0001 && extraction <= 2e-6 * F * 1.0001, `${insertion} ${extraction}`)
  }
  const hot = kinetics.exchangeCurrent([1], potential([1], T + 20), T + 20)[0]
  const cold = kinetics.exchangeCurrent([1], potential([1], T), T)[0]
  // μ − μ° of the half-full ideal host is 0 at every T, so only k changes; round-off of μ/RT ≈ 40.
  assert.ok(Math.abs(Math.log(hot / cold) - (40 * kJ * (1 / T - 1 / (T + 20))) / R) < 1e-12)
})

test('exchange current carries z F k, and many surfaces at once have that of one after the other', () => {
  const options = {
    law,
    carriers: law.carriers.map((symbol, i) => ({ symbol, charge: i + 1, mass: 10, sources: {} })),
    rateConstants: [2e-6, 1e-6, 3e-6],
    alphaAnodic: [0.5, 0.4, 0.5],
    alphaCathodic: [0.5, 0.6, 0.3],
    activationEnergies: [40 * kJ, 0, 10 * kJ],
    referenceTemperature: T,
    sources: {},
  }
  const kinetics = insertionKinetics(options)
  const warm = T + 15
  forAll(x => {
    const mu = thermo.potential(x, warm)
    const j0 = kinetics.exchangeCurrent(x, mu, warm)
    const room = 1 - x.reduce((sum, xi, i) => sum + (law.weights[i] * xi) / law.max, 0)
    for (const [i, z] of [1, 2, 3].entries()) {
      const rate = options.rateConstants[i] * Math.exp((-options.activationEnergies[i] / R) * (1 / warm - 1 / T))
      const order = options.alphaAnodic[i] + options.alphaCathodic[i]
      const want =
        z * F * rate * room ** order * Math.exp((options.alphaCathodic[i] * (mu[i] - law.standard[i])) / (R * warm))
      // The room rounds by 1e-16 and is as small as 2e-5.
      assert.ok(Math.abs(j0[i] / want - 1) < 1e-10, `${i}: ${j0[i]} and ${want}`)
    }
    const [twice, out] = [Float64Array.from([...x, ...x]), new Float64Array(6)]
    kinetics.exchangeCurrents!(twice, Float64Array.from([...mu, ...mu]), 2, warm, out)
    for (let k = 0; k < 6; k++) assert.ok(Math.abs(out[k] / j0[k % 3] - 1) < 1e-12, `${k}: ${out[k]}`)
  })
})

test('many contents of two carriers at once: potentials and slopes are those of one after the other', () => {
  const count = 4
  const thermo = siteThermodynamics(
    {
      carriers: ['A', 'B'],
      standard: [-200 * kJ, -150 * kJ],
      weights: [1, 2],
      max: 4,
      sites: 5,
      steps: law.steps.map(step => ({ ...step, direction: step.direction.slice(0, 2) })),
      interaction: [400, -300, -300, 900],
    },
    {},
  )
  const x = Float64Array.of(0.3, 1.1, 2.5, 0.2, 1e-12, 0.7, 1e-16, 1.99)
  const mu = new Float64Array(2 * count)
  const theta = new Float64Array(4 * count)
  assert.ok(thermo.potentials)
  thermo.potentials(x, count, 310, mu, theta)
  // Round-off: 1e-15 of terms of 2e5 J/mol in a potential, few parts of it in sums of positive slopes.
  for (let p = 0; p < count; p++) {
    const content = x.subarray(2 * p, 2 * p + 2)
    for (const [i, value] of thermo.potential(content, 310).entries()) assert.ok(Math.abs(mu[2 * p + i] - value) < 1e-9)
    for (const [k, value] of thermo.potentialJacobian(content, 310).entries())
      assert.ok(Math.abs(theta[4 * p + k] - value) <= 1e-12 * Math.abs(value))
  }
  const alone = mu.slice()
  thermo.potentials(x, count, 310, alone)
  assert.deepEqual(alone, mu)
})
