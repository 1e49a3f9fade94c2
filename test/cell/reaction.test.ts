/** The reaction's law against Butler and Volmer's as it is written, for any coefficients and orders. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reactionOf } from '../../src/cell/reaction.ts'
import type { Kinetics } from '../../src/scales.ts'
import { F, R } from '../../src/units.ts'
import { bath, idealHost, ion, porous } from './cells.ts'

const electrolyte = bath(
  [
    { name: 'A', charge: 1, c: 700 },
    { name: 'B', charge: 2, c: 250 },
    { name: 'X', charge: -1, c: 1200 },
  ],
  { A: 0, B: 0.3 },
)
const c = Float64Array.from(electrolyte.concentration)
const x = Float64Array.of(0.2, 0.35)
const T = 305

for (const [what, alphaA, alphaC, order] of [
  ['α = ½', [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]],
  ['uneven, order α_a', [0.3, 0.6], [0.7, 0.4], [0.3, 0.6]],
  ['orders of their own', [0.3, 0.5], [0.7, 0.5], [0.5, 0.2]],
] as const)
  test(`j = j0 a^order [exp(α_a zFη/RT) − exp(−α_c zFη/RT)], η by U with ln a: ${what}`, () => {
    const host = idealHost({
      carriers: [ion('A', 1), ion('B', 2)],
      potential: [2, 1.7],
      diffusivity: [1e-14, 1e-14],
      exchangeCurrent: [2, 0.7],
    })
    const kinetics: Kinetics = {
      ...host.kinetics,
      alphaAnodic: alphaA,
      alphaCathodic: alphaC,
      electrolyteOrder: order,
    }
    const law = reactionOf(porous({ ...host, kinetics }, { A: 0.2, B: 0.35 }), electrolyte, 'cathode')
    const mu = host.thermodynamics.potential(x, T, new Float64Array(2))
    const j0 = kinetics.exchangeCurrent(x, mu, T, new Float64Array(2))
    for (const delta of [1.9, 2, 2.06]) {
      assert.ok(law.evaluate(x, mu, delta, c, T))
      for (const i of [0, 1]) {
        const [z, E0, a] = [[1, 0, 0.7] as const, [2, 0.3, 0.25] as const][i]
        const U = E0 - mu[i] / (z * F) + ((R * T) / (z * F)) * Math.log(a)
        const v = (z * F * (delta - U)) / (R * T)
        const want = j0[i] * a ** order[i] * (Math.exp(alphaA[i] * v) - Math.exp(-alphaC[i] * v))
        // Round-off of the exponentials, of which one may be a thousand times the difference.
        assert.ok(Math.abs(law.j[i] / want - 1) < 1e-9, `${i}: ${law.j[i]} and ${want} at ${delta} V`)
      }
    }
  })
