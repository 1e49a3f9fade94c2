import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectiveBarriers, mo6s8, parameters } from '../../src/hosts/mo6s8.ts'
import { make as separating } from '../../src/hosts/mo6s8-phase-separating.ts'
import type { HostMaterial } from '../../src/scales.ts'
import { capacityPerElectron, F, R } from '../../src/units.ts'

const T = 298.15

/** Mean potential of adding the ions between two contents [V]: −Δg/(z F Δx), exact whatever the shape between. */
const mean = (host: HostMaterial, from: number[], to: number[]): number => {
  const charge = host.carriers.reduce((sum, { charge: z }, i) => sum + z * (to[i] - from[i]), 0)
  return -(host.thermodynamics.freeEnergy(to, T) - host.thermodynamics.freeEnergy(from, T)) / (charge * F)
}

test('stages of Li alone and Mg alone lie within the spread of what is remembered of them', () => {
  const host = mo6s8()
  const stages = [
    // [stage, mean potential against the own metal, remembered value, its spread]
    ['Li 0→1', mean(host, [0, 0], [1, 0]), 2.4, 0.1],
    ['Li 1→3', mean(host, [1, 0], [3, 0]), 2.075, 0.1],
    ['Li 3→4', mean(host, [3, 0], [4, 0]), 1.7, 0.1],
    ['Mg 0→1', mean(host, [0, 0], [0, 1]), 1.2, 0.15],
    ['Mg 1→2', mean(host, [0, 1], [0, 2]), 1.0, 0.15],
  ] as const
  for (const [label, got, want, spread] of stages) {
    assert.ok(Math.abs(got - want) <= spread, `${label}: ${got.toFixed(3)} V against ${want} ± ${spread} V`)
  }
  // The averages as built, to the millivolt: a change of the record shows here. Li 2.400 2.054 1.700, Mg 1.200 1.009 V.
  const digits = stages.map(([, got]) => got.toFixed(3))
  assert.deepEqual(digits, ['2.400', '2.054', '1.700', '1.200', '1.009'])
})

test('the first step is the Li–Mg repulsion: Mg goes into LiMo6S8 0.15 V lower than into Mo6S8, as computed (0.16 V)', () => {
  const host = mo6s8()
  const drop = mean(host, [0, 0], [0, 1]) - mean(host, [1, 0], [1, 1])
  // 0.96 − 0.80 V by SevenNet-0, whose effects under 0.05 eV (0.025 V for two charges) are not to be trusted.
  assert.ok(Math.abs(drop - 0.16) < 0.025, `${drop}`)
})

test('a bound pair lowers only what holds both ions, and lifts Mg in LiMo6S8 to Li’s second stage at −0.75 eV', () => {
  const [plain, bound] = [mo6s8(), mo6s8({ pairEnergy: -0.75 })]
  const eV = (energy: number) => energy / F
  const difference = (x: number[]) => eV(bound.thermodynamics.freeEnergy(x, T) - plain.thermodynamics.freeEnergy(x, T))
  // min(x_Li, x_Mg) is smoothed over 0.03: w ln 2 = 0.02 at x_Li = x_Mg, an offset of the empty host; nothing elsewhere.
  const offset = difference([0, 0])
  assert.ok(Math.abs(difference([1, 0]) - offset + 0.75 * 0.03 * Math.LN2) < 1e-9)
  assert.ok(Math.abs(difference([1, 1]) - offset + 0.75) < 1e-9)
  const second = mean(bound, [1, 0], [3, 0]) - 0.67
  const mg = mean(bound, [1, 0], [1, 1])
  assert.ok(Math.abs(mg - second) < 0.05, `${mg} against ${second} V on the Mg scale`)
})

test('convex on the whole simplex, down to 1e-9 of every ion and of the room, for every pair energy of the range', () => {
  for (const pairEnergy of [0, -0.3, -0.75]) {
    const host = mo6s8({ pairEnergy })
    let least = Number.POSITIVE_INFINITY
    const count = 60
    for (let i = 0; i <= count; i++) {
      for (let j = 0; j <= count; j++) {
        // Logistic spacing: dense towards the corners as well as over the steps.
        const u = 1 / (1 + Math.exp(20 - (40 * i) / count))
        const v = 1 / (1 + Math.exp(20 - (40 * j) / count))
        const theta = host.thermodynamics.potentialJacobian([4 * u * (1 - v), 2 * v * (1 - u)], T)
        const trace = theta[0] + theta[3]
        const determinant = theta[0] * theta[3] - theta[1] * theta[2]
        // The smaller eigenvalue, from the product over the larger one so that nothing cancels.
        const larger = trace / 2 + Math.sqrt(Math.max(0, (theta[0] - theta[3]) ** 2 / 4 + theta[1] * theta[2]))
        least = Math.min(least, determinant / larger / (R * T))
      }
    }
    // The ideal part alone gives RT/x_i ≥ RT/4; steps and room only add.
    assert.ok(least > 0.24, `${pairEnergy} eV: ${least}`)
  }
  assert.throws(() => mo6s8({ pairEnergy: 0.1 }), /pairEnergy.*≤ 0/)
})

test('lone-ion diffusivity is a² ν exp(−E/kT); the other reading of the barriers gives the remembered diffusivities', () => {
  const at = (host: HostMaterial) => [...host.transport.diffusivity!([0, 0], T)]
  const bare = at(mo6s8())
  assert.ok(Math.abs(bare[3] / (6.4936e-10 ** 2 * 1e13 * Math.exp((-0.4 * F) / (R * T))) - 1) < 1e-12)
  const effective = at(mo6s8(effectiveBarriers))
  // Barriers are rounded to 0.01 eV, a factor of 1.5 in the rate.
  assert.ok(Math.abs(Math.log(effective[0] / 1e-13)) < 0.4 && Math.abs(Math.log(effective[3] / 1e-16)) < 0.4)
})

test('pair hops off leaves lone hops and blocking only: no cross term in L', () => {
  const [on, off] = [mo6s8(), mo6s8({ pairHops: 0 })]
  const [with_, without] = [on.transport.onsager([1, 0.5], T), off.transport.onsager([1, 0.5], T)]
  assert.equal(without[1], 0)
  assert.ok(with_[1] > 0 && with_[3] > without[3])
})

test('one guest alone is the same host on the face where the other is absent', () => {
  const both = mo6s8()
  for (const [k, guest] of (['Li', 'Mg'] as const).entries()) {
    const alone = mo6s8({}, [guest])
    for (const x of [0.01, 0.9, 1.7]) {
      const full = k === 0 ? [x, 0] : [0, x]
      const mu = both.thermodynamics.potential(full, T)[k]
      assert.ok(Math.abs(alone.thermodynamics.potential([x], T)[0] - mu) < 1e-9)
      assert.ok(Math.abs(alone.transport.onsager([x], T)[0] / both.transport.onsager(full, T)[3 * k] - 1) < 1e-13)
      const j0 = both.kinetics.exchangeCurrent(full, both.thermodynamics.potential(full, T), T)[k]
      assert.ok(Math.abs(alone.kinetics.exchangeCurrent([x], [mu], T)[0] / j0 - 1) < 1e-9)
    }
  }
})

test('capacity 128.8 mAh/g for four electrons', () => {
  // 832.18 g/mol by the standard atomic weights: 32.21 mAh/g for each electron.
  assert.ok(Math.abs(4 * capacityPerElectron(mo6s8().molarMass) - 128.8) < 0.05)
})

test('the phase-separating record has a spinodal, a gradient matrix, and the stated mean potentials', () => {
  const host = separating()
  assert.ok(Math.abs(mean(host, [0, 0], [4, 0]) - 2.06) < 1e-9)
  assert.ok(Math.abs(mean(host, [0, 0], [0, 2]) - 1.1) < 1e-9)
  // Frumkin with g = −5: θ(1 − θ) = 1/5 at the spinodal, θ = 0.276 and 0.724.
  const theta = (x: number) => host.thermodynamics.potentialJacobian([x, 0], T)[0]
  const spinodal = 2 - 2 * Math.sqrt(1 - 4 / 5)
  assert.ok(theta(spinodal * 0.99) > 0 && theta(spinodal * 1.01) < 0, `${spinodal}`)
  assert.deepEqual([...host.gradient!], [2e-13, 4e-13, 4e-13, 8e-13])
})

test('every swept number carries its range and says what it rests on', () => {
  for (const [key, p] of Object.entries(parameters)) {
    assert.ok(p.range[0] <= p.value && p.value <= p.range[1], key)
  }
  assert.match(mo6s8({ barrierMg: 0.6 }).sources.barrierMg, /^assumed: given by the caller/)
  assert.match(mo6s8().sources.barrierMg, /^computed/)
})
