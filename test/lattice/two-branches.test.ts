/** The plateau between two phases from scans of each: exact for gases on two kinds of sites, errors as large as the scatter. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BranchPoint, twoBranches } from '../../src/lattice/thermodynamics/two-branches.ts'
import { random } from '../../src/math/random.ts'
import { brentRoot } from '../../src/solve/root.ts'

const kT = 0.0365
/** One site a formula unit at −6.8 eV; or two at −6.3 eV, 0.3 eV to change over. */
const [first, second, change] = [-6.8, -6.3, 0.3]
const poor = (mu: number) => 1 / (1 + Math.exp((first - mu) / kT))
const rich = (mu: number) => 2 / (1 + Math.exp((second - mu) / kT))
const omegaPoor = (mu: number) => -kT * Math.log1p(Math.exp((mu - first) / kT))
const omegaRich = (mu: number) => change - 2 * kT * Math.log1p(Math.exp((mu - second) / kT))
const mus = Array.from({ length: 120 }, (_, k) => -7.4 + 0.03 * k)
const exact = brentRoot({ f: mu => omegaRich(mu) - omegaPoor(mu), lower: -6.5, upper: -4, tolerance: 1e-12 })
/** Each phase holds out a while beyond equilibrium. */
const up = (noise: () => number, error = 0): BranchPoint[] =>
  mus.map(mu => ({ mu, amount: { value: (mu < exact + 0.4 ? poor(mu) : rich(mu)) + noise(), error } }))
const down = (noise: () => number, error = 0): BranchPoint[] =>
  mus.toReversed().map(mu => ({ mu, amount: { value: (mu > exact - 0.2 ? rich(mu) : poor(mu)) + noise(), error } }))
const still = () => 0
const full = change + 2 * second

test('two gases part where their grand potentials are equal, amounts and loop as they are', () => {
  const found = twoBranches(up(still), down(still), { kT, full })!
  // trapezoids with steps below k_BT: what they miss falls exponentially, what is left is where the first sites begin to fill
  assert.ok(Math.abs(found.mu.value - exact) < 1e-5, `${found.mu.value} ${exact}`)
  assert.equal(found.mu.error, 0)
  // between two points of the scan
  assert.ok(Math.abs(found.poor - poor(exact)) < 1e-3 && Math.abs(found.rich - rich(exact)) < 2e-2)
  assert.ok(found.loop[0] < exact && found.loop[1] > exact && found.loop[1] - found.loop[0] > 0.5)
})

test('the error of the plateau is the scatter of many', () => {
  const { uniform } = random(7)
  const noise = () => 0.01 * Math.sqrt(12) * (uniform() - 0.5)
  const errors: number[] = []
  const values = Array.from({ length: 400 }, () => {
    // the ends are still, as an empty and a full host are
    const still = (all: BranchPoint[]) =>
      all.map((one, k) => (k === 0 ? { ...one, amount: { value: Math.round(one.amount.value), error: 0 } } : one))
    const found = twoBranches(still(up(noise, 0.01)), still(down(noise, 0.01)), { kT, full })!
    errors.push(found.mu.error)
    return found.mu.value
  })
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const scatter = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1))
  const said = errors.reduce((a, b) => a + b, 0) / errors.length
  // 400 samples tell a scatter to 3.5 %
  assert.ok(Math.abs(said / scatter - 1) < 0.15, `${said} ${scatter}`)
})

test('scans of one phase have no plateau; those that do not reach its ends are refused', () => {
  const one = mus.map(mu => ({ mu, amount: { value: poor(mu), error: 0 } }))
  assert.equal(twoBranches(one, one.toReversed(), { kT, full: first }), undefined)
  const short = mus.slice(30)
  const late = short.map(mu => ({ mu, amount: { value: poor(mu), error: 0 } }))
  assert.throws(() => twoBranches(late, late, { kT, full }), /an end with at most 0.01/)
  assert.throws(() => twoBranches(up(still), down(still).slice(1), { kT, full }), /the scan up/)
  // the rich phase so dear that it never becomes stable while the poor one lasts
  assert.throws(() => twoBranches(up(still), down(still), { kT, full: full + 5 }), /do not cross/)
})
