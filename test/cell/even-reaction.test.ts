import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { evenReaction } from '../../src/cell/even-reaction.ts'
import { reactionOf } from '../../src/cell/reaction.ts'
import { make } from '../../src/cells/graphite-nmc811.ts'
import { F } from '../../src/units.ts'

const cell = make()
const count = 3
const T = 298.15
const near = (a: number, b: number, size: number): boolean => Math.abs(a - b) <= 1e-10 * Math.max(Math.abs(a), size)

it('the law of many surfaces at once is that of one: currents and slopes, to round-off of the exponent', () => {
  for (const spec of [cell.cathode, cell.anode]) {
    assert.ok('host' in spec)
    const { host } = spec
    const one = reactionOf(spec, cell.electrolyte, 'here')
    const many = evenReaction(spec, cell.electrolyte, 'here', count)!
    const surface = fc.record({
      x: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      overpotential: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      c: fc.double({ min: 1, max: 4000, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(surface, { minLength: count, maxLength: count }), surfaces => {
        const mu = surfaces.map(({ x }) => host.thermodynamics.potential([x], T)[0])
        surfaces.forEach(({ x, overpotential, c }, p) => {
          many.x[p] = x
          many.c.fill(c, 2 * p, 2 * p + 2)
          many.delta[p] = -mu[p] / F + overpotential
        })
        assert.ok(many.evaluate(T))
        const byX = new Float64Array(count)
        const byField = new Float64Array(2 * count)
        many.linearise(T, byX, byField)
        surfaces.forEach(({ x, c }, p) => {
          const at = [Float64Array.of(x), Float64Array.of(mu[p]), many.delta[p], Float64Array.of(c, c), T] as const
          assert.ok(one.evaluate(...at))
          one.linearise(...at)
          const theta = host.thermodynamics.potentialJacobian([x], T)[0]
          // Both branches are known to round-off, their difference to that of the larger one.
          const branch = Math.abs(one.byDelta[0]) * 0.05
          assert.ok(near(many.j[p], one.j[0], branch))
          assert.ok(near(byX[p], one.byX[0] + one.byMu[0] * theta, branch + Math.abs(one.byMu[0] * theta)))
          assert.ok(near(byField[2 * p], one.byC[0], branch / c))
          assert.ok(near(byField[2 * p + 1], one.byDelta[0], 0))
        })
      }),
    )
  }
})

it('an electrode with a film, or with uneven branches, has another law', () => {
  const { cathode, electrolyte } = cell
  assert.equal(evenReaction({ ...cathode, filmResistance: 1e-3 }, electrolyte, 'here', count), undefined)
  const kinetics = { ...cathode.host.kinetics, alphaAnodic: [0.4], alphaCathodic: [0.6] }
  assert.equal(evenReaction({ ...cathode, host: { ...cathode.host, kinetics } }, electrolyte, 'here', count), undefined)
})
