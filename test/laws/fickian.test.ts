import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fickianHost } from '../../src/laws/fickian.ts'
import { type Curve, constantCurve } from '../../src/math/spline.ts'
import { F, R } from '../../src/units.ts'

const li = { symbol: 'Li', charge: 1, mass: 6.94, sources: { mass: 'assumed' } }
const T0 = 298.15
/** Ideal lattice gas: U = U0 − (RT0/F) ln(x/(1 − x)), so Θ = RT0/(x(1 − x)) and L = D x(1 − x)/(RT0 V_m). */
const ideal: Curve = {
  value: x => 0.1 - ((R * T0) / F) * Math.log(x / (1 - x)),
  derivative: x => -((R * T0) / F) / (x * (1 - x)),
}
const host = fickianHost({
  name: 'ideal',
  formula: 'M',
  carrier: li,
  maximumConcentration: 30_000,
  potential: ideal,
  entropicChange: { value: x => 1e-4 * x, derivative: () => 1e-4 },
  diffusivity: constantCurve(1e-14),
  diffusivityActivationEnergy: 30_000,
  rateConstant: 1e-6,
  rateActivationEnergy: 50_000,
  sources: { '*': 'assumed' },
})

test('one free energy: ∂g/∂x = μ, ∂μ/∂x = Θ, −∂μ/∂T = s', () => {
  const { freeEnergy, potential, potentialJacobian, entropy } = host.thermodynamics
  const h = 1e-4
  for (const x of [0.1, 0.5, 0.83]) {
    for (const T of [280, 298.15, 330]) {
      // Central differences: h² f'''/6 with f''' of g and μ ≤ 2RT/0.1³ = 5e6 gives 0.01; relative to RT/x ~ 1e4.
      const mu = (freeEnergy([x + h], T) - freeEnergy([x - h], T)) / (2 * h)
      assert.ok(Math.abs(mu - potential([x], T)[0]) < 0.02, `μ at ${x}: ${mu}`)
      const theta = (potential([x + h], T)[0] - potential([x - h], T)[0]) / (2 * h)
      assert.ok(Math.abs(theta / potentialJacobian([x], T)[0] - 1) < 1e-4)
      const s = -(potential([x], T + 1)[0] - potential([x], T - 1)[0]) / 2
      // μ is linear in T: round-off of 1e4 J/mol only.
      assert.ok(Math.abs(s - entropy([x], T)[0]) < 1e-10 * F)
    }
  }
})

test('L Θ V_m is the diffusivity that was measured', () => {
  for (const x of [0.05, 0.4, 0.9]) {
    const [L] = host.transport.onsager([x], T0)
    const [theta] = host.thermodynamics.potentialJacobian([x], T0)
    const [D] = host.transport.diffusivity!([x], T0)
    assert.equal(D, 1e-14)
    // Closed form of the ideal gas; L vanishes as x(1 − x).
    assert.ok(Math.abs((L * theta * host.molarVolume) / D - 1) < 1e-12)
    assert.ok(Math.abs(L / ((30_000 * 1e-14 * x * (1 - x)) / (R * T0)) - 1) < 1e-12)
  }
})

test('Arrhenius: the ratio over ten kelvin', () => {
  const ratio = (E: number) => Math.exp((E / R) * (1 / 298.15 - 1 / 308.15))
  const D = (T: number) => host.transport.diffusivity!([0.5], T)[0]
  const j0 = (T: number) => host.kinetics.exchangeCurrent([0.5], [0], T)[0]
  assert.ok(Math.abs(D(308.15) / D(298.15) / ratio(30_000) - 1) < 1e-13)
  assert.ok(Math.abs(j0(308.15) / j0(298.15) / ratio(50_000) - 1) < 1e-13)
})

test('exchange current F k √(x(1 − x)), finite outside (0, 1)', () => {
  const j0 = (x: number) => host.kinetics.exchangeCurrent([x], [0], T0)[0]
  assert.ok(Math.abs(j0(0.5) / (F * 1e-6 * 0.5) - 1) < 1e-14)
  for (const x of [-0.1, 0, 1, 1.2]) assert.ok(j0(x) > 0 && Number.isFinite(j0(x)))
})

test('out is filled and returned', () => {
  const out = new Float64Array(1)
  assert.equal(host.thermodynamics.potential([0.3], T0, out), out)
  assert.equal(host.transport.onsager([0.3], T0, out), out)
  assert.equal(host.kinetics.exchangeCurrent([0.3], [0], T0, out), out)
})

test('refuses a maximum concentration of zero', () => {
  assert.throws(
    () => fickianHost({ ...host, maximumConcentration: 0 } as never),
    /maximumConcentration must be > 0, got 0/,
  )
})
