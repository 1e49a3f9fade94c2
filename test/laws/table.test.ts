import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { li } from '../../src/carriers/li.ts'
import { mg } from '../../src/carriers/mg.ts'
import { na } from '../../src/carriers/na.ts'
import { checkHost, failures } from '../../src/conformance/index.ts'
import { mo6s8 } from '../../src/hosts/mo6s8.ts'
import { make as phaseSeparating } from '../../src/hosts/mo6s8-phase-separating.ts'
import { insertionKinetics } from '../../src/laws/insertion-kinetics.ts'
import { type Move, meanFieldTransport } from '../../src/laws/mean-field-transport.ts'
import { type SiteFreeEnergy, siteThermodynamics } from '../../src/laws/site-free-energy.ts'
import { splitCarrier } from '../../src/laws/split-carrier.ts'
import { hostFromTable } from '../../src/laws/table/from-table.ts'
import { loopsOf } from '../../src/laws/table/loop.ts'
import { resample } from '../../src/laws/table/resample.ts'
import type { HostTable } from '../../src/laws/table/table.ts'
import { thermodynamicsFromTable } from '../../src/laws/table/thermodynamics.ts'
import { random } from '../../src/math/random.ts'
import type { Carrier, HostMaterial, Limit } from '../../src/scales.ts'
import { F, R, roomTemperature } from '../../src/units.ts'
import { sampledHost } from './sampled-host.ts'

const T = roomTemperature
const sites = 4
const exact = { temperatures: [T], step: 0.05, sites }
const noise = { mu: 100, theta: 0.05, L: 0.03 }

const original = mo6s8()
const sampled = sampledHost(original, exact)
const made = hostFromTable(sampled, original.carriers)
const noisyTable = sampledHost(original, { ...exact, step: 0.0625, noise, temperatures: [280, 320] })
const noisy = hostFromTable(noisyTable, original.carriers)

/** Points of the first limit's room that the others allow, down to `least` of each share of it. */
const pointsIn = (host: HostMaterial, count: number, least: number, seed = 5): number[][] => {
  const { uniform } = random(seed)
  const n = host.carriers.length
  const used = ({ weights }: Limit, x: readonly number[]) =>
    host.carriers.reduce((sum, { symbol }, i) => sum + weights[symbol] * x[i], 0)
  const [{ weights, max }] = host.limits
  return Array.from({ length: count }, () => {
    const cuts = [0, ...Array.from({ length: n }, uniform).sort((a, b) => a - b), 1]
    return host.carriers.map(({ symbol }, i) => {
      const share = least + (1 - (n + 1) * least) * (cuts[i + 1] - cuts[i])
      return (share * max) / weights[symbol]
    })
  }).filter(x => host.limits.every(limit => used(limit, x) <= limit.max))
}

/** Root mean square and largest of: μ [mV of each carrier], L in parts of √(L_ii L_jj), against a reference. */
const distance = (host: HostMaterial, reference: HostMaterial, at: number) => {
  const n = host.carriers.length
  let [square, worst, squareL, worstL, count] = [0, 0, 0, 0, 0]
  for (const x of pointsIn(host, 1000, 0.005)) {
    const [mu, exactMu] = [host.thermodynamics.potential(x, at), reference.thermodynamics.potential(x, at)]
    const [L, exactL] = [host.transport.onsager(x, at), reference.transport.onsager(x, at)]
    for (let i = 0; i < n; i++) {
      const mV = Math.abs(1000 * (mu[i] - exactMu[i])) / (host.carriers[i].charge * F)
      square += mV * mV
      worst = Math.max(worst, mV)
      for (let j = 0; j < n; j++) {
        const part = Math.abs(L[i * n + j] - exactL[i * n + j]) / Math.sqrt(exactL[i * n + i] * exactL[j * n + j])
        squareL += (part * part) / n
        worstL = Math.max(worstL, part)
      }
      count++
    }
  }
  return { mV: Math.sqrt(square / count), worst, L: Math.sqrt(squareL / count), worstL }
}

test('Li and Mg in Mo6S8 from 231 exact samples: conforms, and is the host that was sampled', t => {
  assert.deepEqual(failures(checkHost(made)), [])
  const d = distance(made, original, T)
  t.diagnostic(JSON.stringify(d))
  // Steps of width 0.06 are sampled every 0.1 to 0.2: what a spline of cells 0.06 cannot hold between the samples.
  assert.ok(d.mV < 0.2 && d.worst < 2, `μ ${d.mV} mV, worst ${d.worst}`)
  assert.ok(d.L < 0.01 && d.worstL < 0.1, `L ${d.L}, worst ${d.worstL}`)
  assert.ok(made.stability.every(s => s.convex))
  assert.equal(made.thermodynamics.report.axes, 'ions, then contents', 'the steps lie along the number of ions')
})

test('with noise at two temperatures: conforms, within few mV and per cent, errors as large as they say', t => {
  assert.deepEqual(failures(checkHost(noisy)), [])
  const at = 300
  const d = distance(noisy, original, at)
  t.diagnostic(JSON.stringify(d))
  // Samples are off by 1 mV and 3 %, a fit of hundreds of them by less; between samples of a steep step by more.
  assert.ok(d.mV < 1 && d.worst < 5, `μ ${d.mV} mV, worst ${d.worst}`)
  assert.ok(d.L < 0.05, `L ${d.L}`)
  let [mu, L, count] = [0, 0, 0]
  for (const x of pointsIn(original, 300, 0.02)) {
    const [a, b] = [noisy.thermodynamics.potential(x, at), original.thermodynamics.potential(x, at)]
    const error = noisy.thermodynamics.standardError(x, at)
    const [l, m] = [noisy.transport.onsager(x, at), original.transport.onsager(x, at)]
    const errorL = noisy.transport.standardError(x, at)
    for (let i = 0; i < 2; i++) {
      mu += ((a[i] - b[i]) / error[i]) ** 2
      L += ((l[3 * i] - m[3 * i]) / errorL[3 * i]) ** 2
      count++
    }
  }
  t.diagnostic(`χ² of μ ${mu / count}, of L ${L / count}`)
  // One draw whose errors are alike over stretches of a tenth of the room: some tens of independent ones, and the bias of
  // smoothing over the steps. A factor of two in the errors would show as one of four.
  assert.ok(mu / count > 0.3 && mu / count < 2.5, `μ ${mu / count}`)
  assert.ok(L / count > 0.3 && L / count < 2.5, `L ${L / count}`)
  for (const { reducedChiSquare } of [noisy.thermodynamics.report, noisy.transport.report])
    assert.ok(reducedChiSquare > 0.7 && reducedChiSquare < 1.3, `χ² ${reducedChiSquare}`)
})

test('Maxwell’s relation to the last bit, L symmetric and positive semidefinite at 10⁴ contents, the ends among them', () => {
  const contents = pointsIn(original, 10_000, 0)
  contents.forEach((x, k) => {
    if (k % 10 === 0) x[0] = 0
    if (k % 10 === 1) x[1] = 0
    if (k % 10 === 2) x[1] = (4 - x[0]) / 2
    if (k % 10 === 3) x[0] = 1e-13
  })
  const [L, theta, D] = [new Float64Array(4), new Float64Array(4), new Float64Array(4)]
  for (const host of [made, noisy])
    for (const x of contents) {
      host.thermodynamics.potentialJacobian(x, T, theta)
      assert.equal(theta[1], theta[2])
      host.transport.onsager(x, T, L)
      assert.equal(L[1], L[2])
      assert.ok(L[0] >= 0 && L[3] >= 0, `L_ii at ${x}`)
      // Products of the same factors: round-off of the determinant.
      assert.ok(L[0] * L[3] - L[1] * L[1] >= -1e-14 * L[0] * L[3], `det L at ${x}`)
      host.transport.diffusivity!(x, T, D)
      assert.ok(D.every(Number.isFinite), `D̃ at ${x}`)
    }
})

test('the ends: μ → RT ln x, L_ii ∝ x_i, L_ij ∝ x_i x_j, L ∝ x_v, D̃ finite and without flux of an absent ion', () => {
  for (const host of [made, noisy]) {
    const { potential } = host.thermodynamics
    const { onsager, diffusivity } = host.transport
    const small = [1e-5, 1e-6].map(x => onsager([x, 0.7], T))
    // What is linear in x is so to the next order, 1e-5 of it.
    for (const k of [0, 1]) assert.ok(Math.abs(small[0][k] / small[1][k] / 10 - 1) < 1e-3, `L_${k}`)
    assert.ok(Math.abs(small[0][3] / small[1][3] - 1) < 1e-3)
    const full = [1e-5, 1e-6].map(v => onsager([1, 1.5 - 2 * v], T))
    for (const k of [0, 1, 3]) assert.ok(Math.abs(full[0][k] / full[1][k] / 10 - 1) < 1e-3, `x_v of L_${k}`)
    const [a, b] = [1e-7, 1e-9].map(x => potential([x, 0.7], T)[0])
    assert.ok(Math.abs((a - b) / (R * T * Math.log(100)) - 1) < 1e-6)
    const empty = diffusivity!([0, 0.7], T)
    assert.deepEqual(
      [...empty.slice(0, 2)].map(d => d > 0),
      [true, false],
    )
    assert.equal(empty[1], 0)
    assert.deepEqual([...onsager([1, 1.5], T)], [0, 0, 0, 0])
    // The standard potential is the limit.
    const standard = host.thermodynamics.standard(T)
    for (const i of [0, 1])
      assert.ok(Math.abs(potential([1e-9, 1e-9], T)[i] - R * T * Math.log(1e-9 / sites) - standard[i]) < 1e-3)
  }
})

test('between two temperatures g is linear in T, s = −∂μ/∂T to round-off, and rates follow Arrhenius', () => {
  const h = 5
  for (const x of pointsIn(original, 30, 0.01)) {
    const [warm, cold] = [300 + h, 300 - h].map(at => noisy.thermodynamics.potential(x, at))
    const s = noisy.thermodynamics.entropy(x, 300)
    // μ is linear in T: round-off of 2e5 J/mol over 2h.
    for (const i of [0, 1]) assert.ok(Math.abs((warm[i] - cold[i]) / (2 * h) + s[i]) < 1e-9)
    const lone = [280, 300, 320].map(at => Math.log(at * noisy.transport.onsager(x, at)[0]))
    const share = (1 / 280 - 1 / 300) / (1 / 280 - 1 / 320)
    // The first carrier is d alone: ln(T L) is a straight line in 1/T.
    assert.ok(Math.abs(lone[0] + share * (lone[2] - lone[0]) - lone[1]) < 1e-10)
  }
})

/** A table whose carriers stand in another order. */
const permuted = (table: HostTable, order: readonly number[]): HostTable => {
  const list = <V>(values: readonly V[]): V[] => order.map(i => values[i])
  const matrix = <V>(values: readonly V[]): V[] => order.flatMap(i => order.map(j => values[i * order.length + j]))
  return {
    ...table,
    carriers: list(table.carriers),
    thermodynamics: table.thermodynamics.map(s => ({
      ...s,
      x: list(s.x),
      mu: list(s.mu),
      muError: list(s.muError),
      theta: matrix(s.theta!),
      thetaError: matrix(s.thetaError!),
    })),
    transport: table.transport.map(s => ({ ...s, x: list(s.x), L: matrix(s.L), LError: matrix(s.LError) })),
    kinetics: {
      ...table.kinetics,
      exchangeCurrent: list(table.kinetics.exchangeCurrent),
      activationEnergy: list(table.kinetics.activationEnergy),
    },
  }
}

test('carriers in another order: the same host', () => {
  const turned = hostFromTable(permuted(sampled, [1, 0]), [mg, li])
  for (const x of pointsIn(original, 100, 0.001)) {
    const y = [x[1], x[0]]
    const [mu, nu] = [made.thermodynamics.potential(x, T), turned.thermodynamics.potential(y, T)]
    const [L, M] = [made.transport.onsager(x, T), turned.transport.onsager(y, T)]
    const [D, E] = [made.transport.diffusivity!(x, T), turned.transport.diffusivity!(y, T)]
    for (const i of [0, 1]) {
      // The same equations, summed in another order.
      assert.ok(Math.abs(mu[i] - nu[1 - i]) < 1e-3)
      for (const j of [0, 1]) {
        assert.ok(Math.abs(L[2 * i + j] - M[2 * (1 - i) + 1 - j]) < 1e-6 * Math.sqrt(L[0] * L[3]))
        assert.ok(Math.abs(D[2 * i + j] - E[2 * (1 - i) + 1 - j]) < 1e-6 * Math.max(D[0], D[3]))
      }
    }
  }
})

/** A host of the mean-field law, for carriers that the library's hosts do not have. */
const hostOf = (law: SiteFreeEnergy, moves: readonly Move[], carriers: readonly Carrier[]): HostMaterial => {
  const named = { ...law, carriers: carriers.map(c => c.symbol) }
  const rename = (symbol: string) => named.carriers[law.carriers.indexOf(symbol)]
  const molarVolume = 1.6e-4
  const renamed = moves.map(m => ({
    ...m,
    follower: rename(m.follower),
    ...(m.leader === undefined ? {} : { leader: rename(m.leader) }),
  }))
  return {
    name: 'sites',
    formula: 'M',
    carriers,
    molarMass: 100,
    molarVolume,
    limits: [{ weights: Object.fromEntries(named.carriers.map((c, i) => [c, law.weights[i]])), max: law.max }],
    thermodynamics: siteThermodynamics(named, {}),
    transport: meanFieldTransport({ law: named, hopLength: 6e-10, molarVolume, moves: renamed, sources: {} }),
    kinetics: insertionKinetics({
      law: named,
      carriers,
      rateConstants: carriers.map(() => 1e-6),
      alphaAnodic: carriers.map(() => 0.5),
      alphaCathodic: carriers.map(() => 0.5),
      activationEnergies: carriers.map(() => 0),
      referenceTemperature: T,
      sources: {},
    }),
    sources: {},
  }
}
const oneLaw: SiteFreeEnergy = {
  carriers: ['A'],
  standard: [-200e3],
  weights: [1],
  max: 4,
  sites: 4,
  steps: [{ direction: [1], position: 1.5, height: 20e3, width: 0.15 }],
  interaction: [3000],
}
const oneMoves: Move[] = [
  { follower: 'A', barrier: 0.4, attemptFrequency: 1e13 },
  { follower: 'A', leader: 'A', barrier: 0.42, attemptFrequency: 1e13 },
]

test('one carrier, and the same carrier as two labels: totals are those of the one', () => {
  const one = hostOf(oneLaw, oneMoves, [li])
  const two = splitCarrier({ law: oneLaw, moves: oneMoves }, 'A', ['A', 'B'])
  const split = hostOf(two.law, two.moves, [li, na])
  const single = hostFromTable(sampledHost(one, { ...exact, step: 1 / 40 }), [li])
  const pair = hostFromTable(sampledHost(split, { ...exact, step: 1 / 12 }), [li, na])
  assert.deepEqual(failures(checkHost(single)), [])
  assert.deepEqual(failures(checkHost(pair)), [])
  const d = distance(single, one, T)
  assert.ok(d.mV < 0.05 && d.worstL < 1e-3, JSON.stringify(d))
  for (const x of pointsIn(split, 200, 0.02)) {
    const total = x[0] + x[1]
    const L = pair.transport.onsager(x, T)
    const whole = single.transport.onsager([total], T)[0]
    // Two splines of one law, one of them on 90 samples: to their distance from the law.
    assert.ok(Math.abs(L[0] + 2 * L[1] + L[3] - whole) < 0.02 * whole, `1ᵀL1 at ${x}`)
    const mu = pair.thermodynamics.potential(x, T)
    const bare = single.thermodynamics.potential([total], T)[0]
    for (const i of [0, 1]) {
      const mixing = R * T * Math.log(x[i] / total)
      assert.ok(Math.abs(mu[i] - mixing - bare) < 1e-3 * F, `μ at ${x}`)
    }
  }
})

test('three carriers, two limits', t => {
  const law: SiteFreeEnergy = {
    carriers: ['A', 'B', 'C'],
    standard: [-200e3, -150e3, -100e3],
    weights: [1, 2, 1],
    max: 4,
    sites: 4,
    steps: [{ direction: [1, 1, 1], position: 1.5, height: 6e3, width: 0.4 }],
    interaction: [400, -300, 100, -300, 900, 200, 100, 200, 500],
  }
  const moves: Move[] = [
    { follower: 'A', barrier: 0.3, attemptFrequency: 1e13 },
    { follower: 'B', barrier: 0.34, attemptFrequency: 1e13 },
    { follower: 'C', barrier: 0.35, attemptFrequency: 1e13 },
    { follower: 'B', leader: 'A', barrier: 0.32, attemptFrequency: 1e13 },
    { follower: 'C', leader: 'B', barrier: 0.33, attemptFrequency: 1e13 },
  ]
  const three = hostOf(law, moves, [li, mg, na])
  const all = sampledHost(three, { ...exact, step: 0.2 })
  // A second limit, no lack of sites, takes contents away and leaves the laws as they are.
  const inside = ({ x }: { readonly x: readonly number[] }) => x[0] + x[1] + x[2] <= 3
  const table: HostTable = {
    ...all,
    limits: [...all.limits, { weights: { Li: 1, Mg: 1, Na: 1 }, max: 3 }],
    ideal: { ...all.ideal, vacancySites: [sites, 0] },
    thermodynamics: all.thermodynamics.filter(inside),
    transport: all.transport.filter(inside),
  }
  const host = hostFromTable(table, [li, mg, na])
  assert.deepEqual(failures(checkHost(host)), [])
  const d = distance(host, three, T)
  t.diagnostic(`${table.thermodynamics.length} samples: ${JSON.stringify(d)}`)
  // Some fifty samples over three dimensions.
  assert.ok(d.mV < 1 && d.L < 0.03, JSON.stringify(d))
  // Insertion needs room by both limits: j0 is that of the first alone times the share that the second leaves.
  const alone = hostFromTable({ ...table, limits: all.limits, ideal: all.ideal }, [li, mg, na], host.thermodynamics)
  for (const x of pointsIn(host, 20, 0.01)) {
    const mu = host.thermodynamics.potential(x, T)
    const [both, one] = [host, alone].map(({ kinetics }) => kinetics.exchangeCurrent(x, mu, T))
    const free = 1 - (x[0] + x[1] + x[2]) / 3
    for (const i of [0, 1, 2]) assert.ok(Math.abs(both[i] / one[i] / free - 1) < 1e-12, `${x}`)
    // slopes of ln j0 against differences, at the round-off of a step of 1e-6
    const [byX, byMu] = [new Float64Array(9), new Float64Array(9)]
    host.kinetics.slopes!(x, mu, T, byX, byMu)
    for (const l of [0, 1, 2]) {
      const [up, down] = [1e-6, -1e-6].map(h => {
        const y = x.map((v, k) => v + (k === l ? h : 0))
        return host.kinetics.exchangeCurrent(y, mu, T)
      })
      for (const i of [0, 1, 2]) {
        const slope = Math.log(up[i] / down[i]) / 2e-6
        assert.ok(Math.abs(byX[i * 3 + l] - slope) < 1e-4 * Math.max(1, Math.abs(slope)), `${i} ${l}`)
      }
    }
  }
})

test('phases that part are found: spinodal and coexisting contents of Frumkin’s isotherm', () => {
  const host = phaseSeparating({}, ['Li'])
  const table = sampledHost(host, { ...exact, step: 1 / 40 })
  const { stability, notes, gradient } = hostFromTable({ ...table, gradient: [...host.gradient!] }, [li])
  const [{ convex, spinodal, phases, share, softest }] = stability
  assert.equal(convex, false)
  assert.equal(gradient!.length, 1)
  // ln(θ/(1 − θ)) + g θ, g = −5: θ(1 − θ) = 1/5 on the spinodal, ln(θ/(1 − θ)) = 5(θ − ½) where phases coexist.
  let phase = 0.1
  for (let k = 0; k < 200; k++) phase = 1 / (1 + Math.exp(-5 * (phase - 0.5)))
  const edge = 0.5 - Math.sqrt(0.05)
  for (const [found, theory] of [
    [spinodal!, edge],
    [phases!, phase],
  ] as const) {
    // 2000 points on the line, and μ to a thousandth of RT.
    assert.ok(Math.abs(found[0][0] / 4 - theory) < 2e-3, `${found[0][0] / 4} ${theory}`)
    assert.ok(Math.abs(found[1][0] / 4 - (1 - theory)) < 2e-3, `${found[1][0] / 4} ${1 - theory}`)
  }
  assert.ok(Math.abs(share - (1 - 2 * edge)) < 0.01)
  assert.ok(Math.abs(softest.x[0] - 2) < 0.1)
  assert.ok(notes!.some(note => note.includes('Not convex')))
  // the loop of the samples is that of the isotherm from one end of the spinodal to the other, to what falls between samples
  const [loop] = loopsOf(table, [1])
  const frumkin = (filled: number) => R * T * (Math.log(filled / (1 - filled)) - 5 * filled)
  assert.ok(Math.abs(loop.fall / (frumkin(edge) - frumkin(1 - edge)) - 1) < 0.01, `${loop.fall}`)
  assert.ok(Math.abs(loop.volts - loop.fall / F) < 1e-12)
})

test('few samples of two ions give a smooth record between them', () => {
  // Monte Carlo of a lattice gas whose like ions repel: errors of μ of 40 to 280 J/mol, of Θ very unlike ones
  const { table } = JSON.parse(readFileSync(new URL('./fixtures/two-ions.json', import.meta.url), 'utf8')) as {
    table: HostTable
  }
  const { thermodynamics, stability } = hostFromTable(table, [li, mg])
  assert.ok(stability[0].convex, JSON.stringify(stability[0].softest))
  const [room] = table.limits
  assert.equal(room.max, 1)
  const grid = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8]
  // no worse between the samples than the worst of them
  for (const x of grid.flatMap(a => grid.map(b => [a, b])).filter(([a, b]) => a + b < 0.9))
    for (const error of thermodynamics.standardError(x, 298.15)) assert.ok(error < 280, `${error} J/mol at ${x}`)
})

test('a rate that jumps a thousandfold between two samples goes over the step, and swings on neither side', () => {
  // Mg alone in Mo6S8: the inner ring is full at one ion. Contents and ln d as walks gave them, errors of 15 %.
  const told = [
    [0.11, -22.8],
    [0.52, -23.9],
    [0.8, -25.2],
    [0.97, -27.6],
    [1.03, -19.7],
    [1.09, -18.8],
    [1.3, -18.6],
    [1.81, -20],
  ]
  const one = phaseSeparating({}, ['Mg'])
  const smooth = sampledHost(one, { ...exact, step: 1 / 20 })
  const [{ weights, max }] = smooth.limits
  const rateOf = (x: number, L: number): number => Math.log((R * T * L) / (x * (1 - (weights.Mg * x) / max)))
  const transport = told.map(([x, ln]) => {
    const L = Math.exp(ln - rateOf(x, 1))
    return { x: [x], T, L: [L], LError: [0.15 * L] }
  })
  const { onsager } = hostFromTable({ ...smooth, transport }, [mg]).transport
  for (let k = 1; k < told.length; k++) {
    const [[from, a], [to, b]] = [told[k - 1], told[k]]
    for (let part = 0; part <= 1; part += 0.05) {
      const x = from + part * (to - from)
      const ln = rateOf(x, onsager([x], T)[0])
      // what a sample may be off by, and a fifth of the highest step for the rounding of its corners
      const slack = 3 * 0.15 + 0.2 * (27.6 - 19.7)
      assert.ok(ln > Math.min(a, b) - slack && ln < Math.max(a, b) + slack, `ln d ${ln} at ${x}, samples ${a}, ${b}`)
    }
  }
})

test('noise does not part phases: a convex host stays convex, and a table may say that it is', () => {
  // Frumkin's g = −3.95: convex by an eightieth of RT only, less than what noise bends.
  const barely = phaseSeparating({ frumkin: -3.95 }, ['Li'])
  let held = 0
  for (const seed of [4, 5, 6, 7, 8, 9]) {
    const table = sampledHost(barely, { ...exact, noise: { mu: 300, theta: 1, L: 0.03 }, seed })
    const { stability, notes, thermodynamics } = hostFromTable(table, [li])
    assert.ok(stability[0].convex, `seed ${seed}: ${JSON.stringify(stability[0].softest)}`)
    assert.ok(thermodynamics.report.reducedChiSquare < 1.7)
    if (/Held convex|Smoothed 10+-fold/.test(notes!.join())) held++
  }
  assert.ok(held > 0, 'a fit left alone would be convex in all draws: the test shows nothing')
  // Steps that 45 samples are too few for make a spline swing; smoothed as far as the table asks, it no longer does.
  const few = sampledHost(original, { ...exact, step: 0.125, noise: { mu: 500, theta: 0.3, L: 0.05 }, seed: 2 })
  const said = hostFromTable({ ...few, convex: true }, original.carriers)
  assert.ok(said.stability[0].convex, JSON.stringify(said.stability[0].softest))
  // between the contents where it was held, too: rows hold it at half an RT, and none of what is left is a spinodal
  for (const x of pointsIn(original, 4000, 0.003)) {
    const [a, b, , c] = said.thermodynamics.potentialJacobian(x, T)
    assert.ok((a + c) / 2 - Math.hypot((a - c) / 2, b) > -0.1 * R * T, `Θ at ${x}`)
  }
  const d = distance(said, original, T)
  assert.ok(d.mV < 15, `${d.mV} mV`)
})

test('samples that are not semidefinite are projected and named, undetermined ones left out', () => {
  const good = sampled.transport[20]
  const bad = {
    ...good,
    L: [good.L[0]!, 1.1 * Math.sqrt(good.L[0]! * good.L[3]!), 1.1 * Math.sqrt(good.L[0]! * good.L[3]!), good.L[3]!],
    LError: [good.L[0]!, 1, 1, good.L[3]!].map((v, k) =>
      k === 1 || k === 2 ? 0.05 * Math.sqrt(good.L[0]! * good.L[3]!) : 0.05 * v,
    ),
  }
  const wild = { ...good, L: [null, null, null, null], LError: [null, null, null, null], determined: false }
  const host = hostFromTable(
    { ...sampled, transport: [...sampled.transport, bad, wild, { ...wild, L: [1e9, 0, 0, 1e9] }] },
    original.carriers,
  )
  const notes = host.notes!.join('\n')
  assert.match(notes, /2 of 234 samples of transport were not determined/)
  // An off-diagonal of 1.1 √(L_ii L_jj) leaves an eigenvalue of −0.1; taken off, each entry moves by 0.05: one standard error.
  assert.match(notes, /1 of 232 samples of transport was not positive semidefinite .* by 1 standard error/)
  const d = distance(host, original, T)
  assert.ok(d.worstL < 0.1, `${d.worstL}`)
})

test('a table drawn anew is fitted as the first was, without a search: the same samples give the same free energy', () => {
  const table = sampledHost(original, { ...exact, step: 0.1, noise })
  const first = thermodynamicsFromTable(table)
  const again = thermodynamicsFromTable(table, first.shape)
  const drawn = thermodynamicsFromTable(resample(table, 1), first.shape)
  assert.deepEqual(again.shape, first.shape)
  assert.deepEqual(drawn.shape, first.shape)
  for (const x of pointsIn(original, 30, 0.02)) {
    const [a, b, c] = [first, again, drawn].map(one => one.potential(x, T))
    for (const i of [0, 1]) {
      // The same equations solved once more; convexity may be held at a few contents more.
      assert.ok(Math.abs(a[i] - b[i]) < 1e-6 * Math.abs(a[i]), `${a[i]} ${b[i]}`)
      const error = first.standardError(x, T)[i]
      assert.ok(c[i] !== a[i] && Math.abs(c[i] - a[i]) < 6 * error, `${c[i] - a[i]} ${error}`)
    }
  }
})

test('resampled tables scatter as the errors of the record say', () => {
  const table = sampledHost(original, { ...exact, step: 0.1, noise })
  const { standardError } = thermodynamicsFromTable(table)
  const draws = [1, 2, 3, 4].map(seed => thermodynamicsFromTable(resample(table, seed)))
  assert.deepEqual(resample(table, 3), resample(table, 3))
  assert.notDeepEqual(resample(table, 3), resample(table, 4))
  let [ratio, count] = [0, 0]
  for (const x of pointsIn(original, 60, 0.05)) {
    const values = draws.map(draw => draw.potential(x, T)[0])
    const mean = values.reduce((a, b) => a + b) / values.length
    const spread = Math.sqrt(values.reduce((a, v) => a + (v - mean) ** 2, 0) / (values.length - 1))
    ratio += spread / standardError(x, T)[0]
    count++
  }
  // Standard deviations of four, over stretches that are alike: 1 ± 0.1, less as the smoothing error is not redrawn.
  assert.ok(ratio / count > 0.4 && ratio / count < 1.6, `${ratio / count}`)
})

test('tables that do not fit are refused with the sample and the field', () => {
  const refused = (change: Partial<HostTable>, message: RegExp) =>
    assert.throws(() => hostFromTable({ ...sampled, ...change }, original.carriers), message)
  const [first, ...rest] = sampled.thermodynamics
  refused({ thermodynamics: [{ ...first, mu: [1] }, ...rest] }, /thermodynamics\[0\]\.mu: got "?1 numbers/)
  refused({ thermodynamics: [{ ...first, muError: [-1, 0] }, ...rest] }, /muError\[0\]: got -1/)
  refused({ thermodynamics: [{ ...first, x: [4, 1] }, ...rest] }, /thermodynamics\[0\]\.x: got .*6 of the room/)
  refused({ thermodynamics: [] }, /no μ of Li/)
  refused({ transport: [] }, /no L of Li/)
  refused({ limits: [{ weights: { Li: 1 }, max: 4 }] }, /limits: got "none for Mg"/)
  refused({ carriers: ['Li', 'Li'] }, /carriers\[1\]/)
  refused({ ideal: { sublattices: [] } }, /sublattices/)
  assert.throws(() => hostFromTable(sampled, [mg, li]), /carriers: got "Mg, Li", allowed: Li, Mg/)
})
