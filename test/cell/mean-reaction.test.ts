import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reactionOf } from '../../src/cell/reaction.ts'
import { meanReaction } from '../../src/cell/reduced/mean-reaction.ts'
import { butlerVolmer, butlerVolmerSlope, overpotentialOf } from '../../src/cell/reduced/overpotential.ts'
import { F, R } from '../../src/units.ts'
import { twoIonCell } from './cells.ts'

const T = 298.15
const { cathode, electrolyte } = twoIonCell()
/** The same electrode with unequal transfer coefficients. */
const skewed = {
  ...cathode,
  host: {
    ...cathode.host,
    kinetics: {
      ...cathode.host.kinetics,
      alphaAnodic: [0.4, 0.3],
      alphaCathodic: [0.6, 0.9],
      electrolyteOrder: [0.4, 0.5],
    },
  },
}
const x = Float64Array.of(0.3, 0.2)
const mu = cathode.host.thermodynamics.potential(x, T, new Float64Array(2))
const compositions = (...points: readonly [number, number][]): Float64Array =>
  Float64Array.from(points.flatMap(([a, b]) => [a, b, a + 2 * b]))

test('the overpotential is the inverse of the law, from rest to far out', () => {
  for (const [a, b] of [
    [0.5, 0.5],
    [0.3, 0.7],
    [0.9, 0.2],
  ])
    for (const s of [0, 1e-12, -1e-6, 0.3, -4, 1e5, -1e12]) {
      const h = overpotentialOf(s, a, b)
      const error = Math.abs(butlerVolmer(h, a, b) - s) / (butlerVolmerSlope(h, a, b) * Math.max(1, Math.abs(h)))
      assert.ok(error < 1e-15 * 8, `${s}: ${error}`) // a few roundings of h
    }
})

test('with one point it is the local reaction, film and all', () => {
  for (const electrode of [cathode, { ...skewed, filmResistance: 1e-2 }]) {
    const mean = meanReaction(electrode, electrolyte, 'cathode', Float64Array.of(1))
    const local = reactionOf(electrode, electrolyte, 'cathode')
    const c = compositions([400, 700])
    for (const delta of [1.4, 1.9, 2.4]) {
      for (const reaction of [mean, local]) {
        assert.ok(reaction.evaluate(x, mu, delta, c, T))
        reaction.linearise(x, mu, delta, c, T)
      }
      for (const key of ['j', 'byDelta', 'byEmptiness', 'byMu', 'byX', 'byC'] as const) {
        // Where the branch that knows c has died out, ∂j/∂c is the round-off of the other branch.
        const least = key === 'byC' ? Math.max(...local.j.map(Math.abs)) / 1e3 : 0
        const scale = Math.max(least, ...local[key].map(Math.abs))
        // The same sums in another order, and a film solved to 1e-13 of the current, through exponents of up to 40. ∂j/∂μ and
        // ∂j/∂x hold difference quotients, 1e-10, of which far from equilibrium four digits cancel.
        const tolerance = key === 'byMu' || key === 'byX' ? 1e-5 : 1e-8
        for (let k = 0; k < local[key].length; k++)
          assert.ok(
            Math.abs(mean[key][k] - local[key][k]) <= tolerance * scale,
            `${key}[${k}] at ${delta} V: ${mean[key][k]}, locally ${local[key][k]}`,
          )
      }
    }
  }
})

test('one current everywhere whose local overpotentials average to what the potential offers', () => {
  const weight = Float64Array.of(0.5, 0.3, 0.2)
  const points = [
    [600, 500],
    [300, 550],
    [60, 600],
  ] as [number, number][]
  const c = compositions(...points)
  for (const electrode of [cathode, skewed]) {
    const reaction = meanReaction(electrode, electrolyte, 'cathode', weight)
    const { kinetics } = electrode.host
    const j0 = kinetics.exchangeCurrent(x, mu, T, new Float64Array(2))
    for (const delta of [1.5, 1.9, 2.3]) {
      reaction.evaluate(x, mu, delta, c, T)
      for (let i = 0; i < 2; i++) {
        const z = cathode.host.carriers[i].charge
        let offered = 0
        let needed = 0
        let ofMean = 0
        points.forEach((point, p) => {
          // Ideal bath, 1000 mol/m³ of reference; the slight averaging of seen concentrations (c₀ = 1.5) is left to the tolerance.
          const lnA = Math.log(point[i] / 1000)
          offered += weight[p] * ((z * F * (delta - electrolyte.standardPotential['AB'[i]]) + mu[i]) / (R * T) - lnA)
          const local = reaction.j[i] / (j0[i] * Math.exp(kinetics.electrolyteOrder[i] * lnA))
          needed += weight[p] * overpotentialOf(local, kinetics.alphaAnodic[i], kinetics.alphaCathodic[i])
          ofMean += weight[p] * lnA
        })
        const atMean = reaction.j[i] / (j0[i] * Math.exp(kinetics.electrolyteOrder[i] * ofMean))
        const geometric = overpotentialOf(atMean, kinetics.alphaAnodic[i], kinetics.alphaCathodic[i])
        console.log(`# ion ${i} at ${delta} V: ${needed} of ${offered} RT/zF; at the mean ln a ${geometric}`)
        // (c₀/c̄)² = 1e-5 of the spread of A, less of B; Newton's method itself is exact.
        assert.ok(Math.abs(needed - offered) < 3e-5, `${needed} ${offered}`)
      }
    }
  }
})

test('derivatives are those of the currents, also where an ion is scarce or the host nearly empty of it', () => {
  const weight = Float64Array.of(0.5, 0.3, 0.2)
  for (const electrode of [cathode, skewed, { ...skewed, filmResistance: 1e-3 }])
    for (const a of [
      [500, 400, 300],
      [5, 1, -0.5],
      [0.39, -0.17, -0.17],
      [0.01, 0.02, 0.03],
      [3e-5, 3e-5, 3e-5],
    ]) {
      const reaction = meanReaction(electrode, electrolyte, 'cathode', weight)
      const c = compositions([a[0], 500], [a[1], 550], [a[2], 600])
      const delta = 1.8
      reaction.evaluate(x, mu, delta, c, T)
      reaction.linearise(x, mu, delta, c, T)
      const analytic = { c: reaction.byC.slice(), delta: reaction.byDelta.slice() }
      const at = (c2: Float64Array, delta2: number): Float64Array => {
        reaction.evaluate(x, mu, delta2, c2, T)
        return reaction.j.slice()
      }
      const close = (numeric: number, exact: number, scale: number, what: string): void =>
        // Truncation 1e-10 and round-off 1e-16/1e-6 of the current.
        assert.ok(Math.abs(numeric - exact) < 1e-5 * Math.abs(numeric) + scale, `${what}: ${numeric} ${exact}`)
      for (let p = 0; p < 3; p++)
        for (let m = 0; m < 2; m++) {
          const step = 1e-5 * Math.max(Math.abs(c[p * 3 + m]), 1e-5)
          const shifted = (sign: number): Float64Array => {
            const moved = c.slice()
            moved[p * 3 + m] += sign * step
            moved[p * 3 + 2] += sign * step * (m + 1)
            return at(moved, delta)
          }
          const [up, down] = [shifted(1), shifted(-1)]
          for (let i = 0; i < 2; i++)
            close(
              (up[i] - down[i]) / (2 * step),
              analytic.c[i * 6 + p * 2 + m],
              (1e-10 * Math.abs(up[i])) / step,
              `c of ${a}: j${i} by ${m} at ${p}`,
            )
        }
      const [up, down] = [at(c, delta + 1e-6), at(c, delta - 1e-6)]
      for (let i = 0; i < 2; i++) close((up[i] - down[i]) / 2e-6, analytic.delta[i], 1e-4 * Math.abs(up[i]), 'Δ')
    }
})
