import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Structure } from '../../src/crystal/structure.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { coupledDoubleWell, coupledDoubleWellSaddle, leps, muellerBrown } from './surfaces.ts'

const at = (positions: readonly number[]): Structure => ({
  species: Array.from({ length: positions.length / 3 }, () => 'H'),
  lattice: Float64Array.of(20, 0, 0, 0, 20, 0, 0, 0, 20),
  positions: Float64Array.from(positions),
  periodic: [false, false, false],
})

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs))

/** Largest difference between F and −ΔU/Δr over a step of 1e-5 Å. */
const forceError = (engine: Engine, positions: readonly number[]): number => {
  const { forces } = engine.evaluate(at(positions))
  return largest(
    positions.map((_, i) => {
      const moved = (by: number) => engine.evaluate(at(positions.map((r, j) => (i === j ? r + by : r)))).energy
      return forces[i] + (moved(1e-5) - moved(-1e-5)) / 2e-5
    }),
  )
}

test('Müller–Brown: minima, saddles and forces', () => {
  const engine = muellerBrown()
  const points = [
    [-0.558224, 1.441726, -146.699517],
    [-0.050011, 0.466694, -80.767818],
    [0.623499, 0.028038, -108.166724],
    [-0.822002, 0.624313, -40.664844],
    [0.212487, 0.292988, -72.24894],
  ]
  for (const [x, y, energy] of points) {
    const here = engine.evaluate(at([x, y, 0]))
    // six digits of the place: second order in the energy, curvatures of 1e3 in the force
    assert.ok(Math.abs(here.energy - energy) < 1e-6, `${here.energy}`)
    assert.ok(largest(here.forces) < 3e-3, `${here.forces}`)
  }
  // h²/6 of third derivatives near 1e4, round-off 1e2·1e-16/1e-5
  assert.ok(forceError(engine, [-0.7, 0.9, 0.1]) < 1e-6)
})

test('LEPS: the collinear saddle, its barrier, forces out of line', () => {
  const engine = leps()
  const saddle = engine.evaluate(at([0, 0, 0, 1.149378, 0, 0, 1.149378 + 0.862469, 0, 0]))
  assert.ok(Math.abs(saddle.energy + 3.176913) < 1e-6, `${saddle.energy}`)
  assert.ok(largest(saddle.forces) < 1e-5, `${saddle.forces}`)
  const energyAt = (bond: number) => engine.evaluate(at([0, 0, 0, 10, 0, 0, 10 + bond, 0, 0])).energy
  let reactant = Number.POSITIVE_INFINITY
  for (let bond = 0.7; bond < 0.8; bond += 1e-4) reactant = Math.min(reactant, energyAt(bond))
  assert.ok(Math.abs(saddle.energy - reactant - 0.4739) < 1e-4, `${saddle.energy - reactant}`)
  assert.ok(forceError(engine, [0, 0.1, 0, 1.1, -0.2, 0.1, 1.9, 0.3, 0.2]) < 1e-7)
})

test('coupled double well: the closed form is stationary, with one negative mode, on either side of both changes', () => {
  for (const [k, mechanism] of [
    [0.2, 'stepwise'],
    [0.6, 'stepwise'],
    [0.8, 'asynchronous'],
    [1.5, 'concerted'],
  ] as const) {
    const engine = coupledDoubleWell(k)
    const saddle = coupledDoubleWellSaddle(k)
    const [a, b] = saddle.x
    const here = engine.evaluate(at([a, 0, 0, b, 0, 0]))
    assert.equal(saddle.mechanism, mechanism)
    assert.ok(largest(here.forces) < 1e-14)
    assert.ok(Math.abs(here.energy - saddle.energy) < 1e-14)
    assert.ok(a >= b)
    const [p, q, off] = [12 * a * a - 4 + 2 * k, 12 * b * b - 4 + 2 * k, -2 * k]
    const roots = [-1, 1].map(sign => (p + q) / 2 + sign * Math.hypot((p - q) / 2, off))
    assert.ok(roots[0] < -0.01 && roots[1] > 0.01, `${k}: ${roots}`)
  }
  assert.ok(forceError(coupledDoubleWell(0.7), [0.3, 0.1, -0.1, -0.9, 0.2, 0.05]) < 1e-8)
})
