import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { evenPairReaction } from '../../src/cell/even-pair-reaction.ts'
import { depletedBelow, linearBelow, reactionOf } from '../../src/cell/reaction.ts'
import { make } from '../../src/cells/li-mg-mo6s8-full.ts'

const { cathode, electrolyte } = make()
assert.ok('host' in cathode)
const { host } = cathode
const count = 3
const K = 3
const T = 298.15
/** Both branches are known to round-off of the exponent, 1e-14 of 40; a difference of them to that of the larger one. */
const near = (a: number, b: number, size: number): boolean => Math.abs(a - b) <= 1e-11 * Math.max(Math.abs(a), size)

/** A content or a concentration, mostly an ordinary one, else one below what its law goes linear at. */
const amount = (most: number, linear: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.double({ min: 1e-3 * most, max: most, noNaN: true }) },
    { weight: 1, arbitrary: fc.double({ min: -linear, max: linear, noNaN: true }) },
  )
const surface = fc.record({
  x: fc.tuple(amount(1.3, linearBelow), amount(1.2, linearBelow)),
  delta: fc.double({ min: -1, max: 3, noNaN: true }),
  c: fc.tuple(amount(1500, depletedBelow), amount(1500, depletedBelow)),
})

it('the law of two carriers at many surfaces at once is that of one: currents and slopes, of empty hosts and pores too', () => {
  const one = reactionOf(cathode, electrolyte, 'here')
  const many = evenPairReaction(cathode, electrolyte, 'here', count)!
  const mu = new Float64Array(2)
  const theta = new Float64Array(4)
  fc.assert(
    fc.property(fc.array(surface, { minLength: count, maxLength: count }), fc.boolean(), (surfaces, linearised) => {
      const salts = surfaces.map(({ c: [a, b] }) => Float64Array.of(a, b, a + 2 * b))
      surfaces.forEach(({ x, delta }, p) => {
        x.forEach((content, i) => {
          many.x[2 * p + i] = Math.max(content, linearBelow)
          many.emptiness[2 * p + i] = Math.min(1, content / linearBelow)
        })
        many.delta[p] = delta
        many.c.set(salts[p], K * p)
      })
      assert.ok(many.evaluate(T, linearised))
      const byX = new Float64Array(4 * count)
      const byField = new Float64Array(2 * K * count)
      many.linearise(T, byX, byField)
      surfaces.forEach(({ x: contents, delta }, p) => {
        const x = Float64Array.from(contents, content => Math.max(content, linearBelow))
        contents.forEach((content, i) => {
          one.emptiness[i] = Math.min(1, content / linearBelow)
        })
        host.thermodynamics.potential(x, T, mu)
        host.thermodynamics.potentialJacobian(x, T, theta)
        assert.ok(one.evaluate(x, mu, delta, salts[p], T))
        one.linearise(x, mu, delta, salts[p], T)
        for (let i = 0; i < 2; i++) {
          const empty = one.emptiness[i] !== 1
          const branch = Math.abs(one.byDelta[i]) * 0.05
          assert.ok(near(many.j[2 * p + i], one.j[i], branch), `j of ${i}`)
          for (let l = 0; l < 2; l++) {
            // μ of an empty ion stays that of the limit, and its rate goes by what is there.
            let slope = one.byX[2 * i + l] + (l === i && empty ? one.byEmptiness[i] / linearBelow : 0)
            let size = branch + Math.abs(slope)
            for (let m = 0; m < 2; m++) {
              if (m === l && one.emptiness[l] !== 1) continue
              slope += one.byMu[2 * i + m] * theta[2 * m + l]
              size += Math.abs(one.byMu[2 * i + m] * theta[2 * m + l])
            }
            assert.ok(near(byX[4 * p + 2 * i + l], slope, size), `∂j_${i}/∂x_${l}`)
          }
          const row = K * (2 * p + i)
          for (let m = 0; m < K - 1; m++)
            assert.ok(near(byField[row + m], one.byC[i * (K - 1) + m], branch / depletedBelow), `∂j_${i}/∂c_${m}`)
          assert.ok(near(byField[row + K - 1], one.byDelta[i], 0), `∂j_${i}/∂Δ`)
        }
      })
    }),
  )
})

it('an electrode with a film, or with uneven branches, has another law', () => {
  assert.equal(evenPairReaction({ ...cathode, filmResistance: 1e-3 }, electrolyte, 'here', count), undefined)
  const kinetics = { ...host.kinetics, alphaAnodic: [0.4, 0.5], alphaCathodic: [0.6, 0.5] }
  assert.equal(evenPairReaction({ ...cathode, host: { ...host, kinetics } }, electrolyte, 'here', count), undefined)
})
