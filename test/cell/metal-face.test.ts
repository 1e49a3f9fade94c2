/** The planar metal's law by itself: its temperature, its films, its mixed surface layer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metalFace } from '../../src/cell/metal-face.ts'
import { F, R } from '../../src/units.ts'
import { bath, ion, metalOf, planar } from './cells.ts'

const electrolyte = bath(
  [
    { name: 'A', charge: 1, c: 500 },
    { name: 'B', charge: 2, c: 400 },
    { name: 'X', charge: -1, c: 1300 },
  ],
  { A: 0, B: 0.2 },
)
const c = Float64Array.from(electrolyte.concentration)
const A = ion('A', 1)
const B = ion('B', 2)

/** j of each metal and the rates of its states, at a potential of the electrolyte. */
const law = (electrode: ReturnType<typeof planar>, phiE: number, T: number, state?: Float64Array) => {
  const face = metalFace(electrode, electrolyte)
  const y = state ?? new Float64Array(face.states)
  if (!state) face.fill(y)
  assert.ok(face.evaluate(y, c, phiE, T))
  return { face, j: face.j.slice(), rate: face.rate.slice(), state: y }
}

test('currents are the Butler–Volmer law of each metal, coefficients of its own, exchange currents by Arrhenius', () => {
  const energy = 4e4
  const metal = { ...metalOf(B, 3), alphaAnodic: 0.3, alphaCathodic: 0.7, activationEnergy: energy }
  const electrode = planar([metalOf(A, 5), metal], { A: 1, B: 2 })
  for (const T of [280, 298.15, 330])
    for (const phiE of [-0.25, -0.18, 0.02]) {
      const { j } = law(electrode, phiE, T)
      const want = (
        [
          [5, 1, 0, 0.5, 0.5, 0, 0.5, 1],
          [3, 2, 0.2, 0.3, 0.7, energy, 0.4, 2],
        ] as const
      ).map(([i0, z, E0, a, b, E, activity, n]) => {
        const v = (z * F * (-phiE - E0)) / (R * T)
        const coverage = n / (n + 1e-5)
        const exchange = i0 * Math.exp((-E / R) * (1 / T - 1 / 298.15))
        return exchange * (coverage * Math.exp(a * v) - activity * Math.exp(-b * v))
      })
      // Round-off of the exponentials.
      for (let m = 0; m < 2; m++) assert.ok(Math.abs(j[m] / want[m] - 1) < 1e-10, `${j[m]} and ${want[m]} at ${T} K`)
    }
})

test('a film takes R_f Σj: the current is that of the bare metal at a potential as much nearer', () => {
  const metals = [metalOf(A, 5), metalOf(B, 3)]
  const covered = law(planar(metals, { A: 1, B: 2 }, { filmResistance: 2e-3 }), -0.3, 298.15).j
  const drop = 2e-3 * (covered[0] + covered[1])
  assert.ok(Math.abs(drop) > 0.01, `${drop} V`)
  const bare = law(planar(metals, { A: 1, B: 2 }), -0.3 + drop, 298.15).j
  for (let m = 0; m < 2; m++) assert.ok(Math.abs(covered[m] / bare[m] - 1) < 1e-9, `${covered[m]} and ${bare[m]}`)
})

test('a solid solution keeps the thickness of its surface layer, and buries and lays bare what is there', () => {
  const thickness = 1e-6
  const metals = [
    { ...metalOf(A, 5), molarVolume: 1.3e-5 },
    { ...metalOf(B, 3), molarVolume: 1.4e-5 },
  ]
  const electrode = planar(metals, { A: 0.3, B: 0.9 }, { mixing: 'solid-solution', surfaceLayer: thickness })
  const full = law(electrode, 0, 298.15)
  const layerVolume = (s: Float64Array): number => 1.3e-5 * s[2] + 1.4e-5 * s[3]
  assert.ok(Math.abs(layerVolume(full.state) / thickness - 1) < 1e-12, 'a fresh layer is full')
  const state = full.state
  state[2] *= 1.2 // more of A at the surface than beneath, at the same thickness
  state[3] = (thickness - 1.3e-5 * state[2]) / 1.4e-5
  for (const phiE of [0.3, -0.5]) {
    const { rate } = law(electrode, phiE, 298.15, state)
    const growth = 1.3e-5 * rate[0] + 1.4e-5 * rate[1]
    assert.ok(growth * phiE > 0, 'plated at the one potential, stripped at the other')
    // Stripped, what lies beneath is followed to 1e-3 of a layer, of some fifteen that are left.
    const kept = layerVolume(rate)
    assert.ok(Math.abs(kept) < (growth > 0 ? 1e-12 : 1e-4) * Math.abs(growth), `${kept} of ${growth} m/s`)
    // What leaves the layer has its composition where it grows, that of the deposit beneath where it is laid bare.
    const moved = [rate[0] - rate[2], rate[1] - rate[3]]
    const of = growth > 0 ? [state[2], state[3]] : [state[0] - state[2], state[1] - state[3]]
    assert.ok(Math.abs(moved[0] / moved[1] / (of[0] / of[1]) - 1) < 1e-10, `${moved} of ${of}`)
  }
})
