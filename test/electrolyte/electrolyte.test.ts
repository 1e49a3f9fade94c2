import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { binaryElectrolyte } from '../../src/electrolyte/binary.ts'
import { diluteElectrolyte } from '../../src/electrolyte/dilute.ts'
import { conductivity, type Electrolyte } from '../../src/electrolyte/electrolyte.ts'
import { fullElectrolyte } from '../../src/electrolyte/full.ts'
import { F, R } from '../../src/units.ts'

const T = 298.15
const sources = { '*': 'assumed' }

/** Flux coefficients at a composition: D [K, K] and s [K]. */
const fluxAt = (e: Electrolyte, c: ArrayLike<number>) => {
  const K = e.species.length
  const D = new Float64Array(K * K)
  const s = new Float64Array(K)
  e.flux(Float64Array.from(c), T, D, s)
  return { D, s, L: e.onsager(Float64Array.from(c), T, new Float64Array(K * K)) }
}

const salt = (o: { zP: number; zN: number; chi?: (c: number) => number }) =>
  binaryElectrolyte({
    name: 'salt',
    cation: { name: 'M', charge: o.zP },
    anion: { name: 'X', charge: o.zN },
    concentration: 800,
    referenceConcentration: 1000,
    conductivity: c => 1.1 + 1e-4 * c,
    diffusivity: c => 3e-10 - 1e-13 * c,
    transference: () => 0.31,
    ...(o.chi ? { thermodynamicFactor: o.chi } : {}),
    standardPotential: { M: 0 },
    sources,
  })

for (const [zP, zN, nuP, nuN] of [
  [1, -1, 1, 1],
  [2, -1, 1, 2],
  [1, -2, 2, 1],
  [3, -2, 2, 3],
  [2, -2, 1, 1],
]) {
  test(`binary ${zP}:${-zN}: κ, t and the salt diffusivity come back from 𝓛 and from D`, () => {
    const e = salt({ zP, zN, chi: c => 1 + 0.4 * Math.sqrt(c / 1000) })
    const c = 650
    const { D, s, L } = fluxAt(e, [nuP * c, nuN * c])
    const kappa = 1.1 + 1e-4 * c
    const z = [zP, zN]
    // Exact algebra: round-off of a few operations.
    const close = (got: number, want: number, what: string) =>
      assert.ok(Math.abs(got - want) <= 1e-13 * Math.abs(want), `${what}: ${got} against ${want}`)
    close(conductivity(e.species, s, F), kappa, 'κ from s')
    let fromL = 0
    for (let k = 0; k < 2; k++) for (let l = 0; l < 2; l++) fromL += z[k] * z[l] * L[2 * k + l]
    close(F * F * fromL, kappa, 'κ from 𝓛')
    for (let k = 0; k < 2; k++) close((z[k] * F * s[k]) / kappa, k === 0 ? 0.31 : 0.69, `t_${k}`)
    // At zero current φ_e' follows from Σ z N = 0; then N_k = −ν_k D ∂c/∂x with Newman's D.
    const gradient = [nuP, nuN]
    const diffusive = [0, 1].map(k => D[2 * k] * gradient[0] + D[2 * k + 1] * gradient[1])
    const phi = -(zP * diffusive[0] + zN * diffusive[1]) / (zP * s[0] + zN * s[1])
    close(diffusive[0] + s[0] * phi, nuP * (3e-10 - 1e-13 * c), 'salt D by the cation')
    close(diffusive[1] + s[1] * phi, nuN * (3e-10 - 1e-13 * c), 'salt D by the anion')
    // The same potential is Newman's junction potential with φ_e quasi-electrostatic.
    const chi = 1 + 0.4 * Math.sqrt(c / 1000)
    close(phi, ((-R * T) / F) * (0.31 / zP + 0.69 / zN) * (chi / c), 'junction field')
    // The short form is the matrices with Δc₂ = −(z₁/z₂) Δc₁: d, w = z₁ d + z₂ d₂, s₁, z₁ s₁ + z₂ s₂.
    const short = new Float64Array(4)
    e.binary?.(Float64Array.of(nuP * c), T, short)
    const first = D[0] - (zP / zN) * D[1]
    const second = D[2] - (zP / zN) * D[3]
    const want = [first, zP * first + zN * second, s[0], zP * s[0] + zN * s[1]]
    // w is a difference of two diffusivities.
    for (let k = 0; k < 4; k++)
      assert.ok(Math.abs(short[k] / want[k] - 1) < 1e-11, `short form ${k}: ${short[k]}, ${want[k]}`)
  })
}

test('every electrolyte: D = RT 𝓛 ∂ln a/∂c and s = F 𝓛 z, 𝓛 symmetric positive semidefinite', () => {
  const three = fullElectrolyte({
    name: 'full',
    species: [
      { name: 'Li', charge: 1 },
      { name: 'Mg', charge: 2 },
      { name: 'X', charge: -1 },
    ],
    concentration: [400, 300, 1000],
    referenceConcentration: 1000,
    // A random positive-definite shape √c_k √c_l B with B = AAᵀ, as an associated electrolyte has.
    onsager: (c, _T, out) => {
      const B = [2, 0.4, 0.7, 0.4, 1, 0.5, 0.7, 0.5, 3]
      for (let i = 0; i < 9; i++) out[i] = 1e-13 * B[i] * Math.sqrt(c[(i / 3) | 0] * c[i % 3])
      return out
    },
    standardPotential: { Li: 0, Mg: 0.67 },
    sources,
  })
  const dilute = diluteElectrolyte({
    name: 'dilute',
    species: [
      { name: 'Li', charge: 1, diffusivity: 3e-10 },
      { name: 'Mg', charge: 2, diffusivity: 1e-10 },
      { name: 'X', charge: -1, diffusivity: 4e-10 },
    ],
    concentration: [400, 300, 1000],
    referenceConcentration: 1000,
    standardPotential: { Li: 0, Mg: 0.67 },
    sources,
  })
  for (const e of [salt({ zP: 2, zN: -1, chi: c => 1 + c / 3000 }), three, dilute]) {
    const K = e.species.length
    const c = Float64Array.from(e.concentration, v => 0.7 * v)
    const { D, s, L } = fluxAt(e, c)
    const G = e.lnActivityJacobian(c, T, new Float64Array(K * K))
    for (let k = 0; k < K; k++) {
      let sk = 0
      for (let l = 0; l < K; l++) sk += F * L[k * K + l] * e.species[l].charge
      assert.ok(Math.abs(sk - s[k]) <= 1e-13 * Math.abs(sk), `${e.name}: s`)
      for (let m = 0; m < K; m++) {
        let sum = 0
        for (let l = 0; l < K; l++) sum += R * T * L[k * K + l] * G[l * K + m]
        // Terms of opposite sign may cancel: measured against the largest entry.
        assert.ok(
          Math.abs(sum - D[k * K + m]) <= 1e-13 * Math.abs(D[0]),
          `${e.name}: D[${k},${m}] ${D[k * K + m]} ${sum}`,
        )
        assert.equal(L[k * K + m], L[m * K + k])
      }
    }
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: K, maxLength: K }), v => {
        let quadratic = 0
        let scale = 0
        for (let k = 0; k < K; k++) {
          for (let l = 0; l < K; l++) {
            quadratic += v[k] * v[l] * L[k * K + l]
            scale += Math.abs(v[k] * v[l] * L[k * K + l])
          }
        }
        assert.ok(quadratic >= -1e-14 * scale)
      }),
      { seed: 1, numRuns: 50 },
    )
  }
})

test('activities: the Jacobian is the derivative along electroneutral paths, and ∫(χ − 1) dln c is exact for χ − 1 ∝ √c', () => {
  const e = salt({ zP: 2, zN: -1, chi: c => 1 - 0.3 * Math.sqrt(c / 1000) + c / 2500 })
  const ln = (c: number) => e.lnActivity(Float64Array.of(c, 2 * c), T, new Float64Array(2))
  const c = 430
  // Closed form: ∫(χ−1) dln c = −0.6 (√c − √c⁰)/√1000 + (c − c⁰)/2500; 8-point Gauss is exact on polynomials in √c.
  const exact = Math.log(c / 1000) - 0.6 * (Math.sqrt(c / 1000) - 1) + (c - 1000) / 2500
  for (const k of [0, 1]) assert.ok(Math.abs(ln(c)[k] - exact) < 1e-13, `${ln(c)[k]} against ${exact}`)
  const G = e.lnActivityJacobian(Float64Array.of(c, 2 * c), T, new Float64Array(4))
  const h = 1e-3
  for (const k of [0, 1]) {
    const along = G[2 * k] + 2 * G[2 * k + 1]
    const difference = (ln(c + h)[k] - ln(c - h)[k]) / (2 * h)
    // Central difference: h²/6 · 2/c³ ≈ 1e-14 truncation, 1e-16/h ≈ 1e-13 round-off.
    assert.ok(Math.abs(along - difference) < 1e-11, `${along} against ${difference}`)
  }
})

test('a binary salt with the dilute κ, t and D is the dilute electrolyte', () => {
  const [DP, DN] = [2e-10, 5e-10]
  const dilute = diluteElectrolyte({
    name: 'dilute',
    species: [
      { name: 'Mg', charge: 2, diffusivity: DP },
      { name: 'X', charge: -1, diffusivity: DN },
    ],
    concentration: [500, 1000],
    referenceConcentration: 1000,
    standardPotential: { Mg: 0 },
    sources,
  })
  const tP = (4 * DP) / (4 * DP + 2 * DN)
  const binary = binaryElectrolyte({
    name: 'binary',
    cation: { name: 'Mg', charge: 2 },
    anion: { name: 'X', charge: -1 },
    concentration: 500,
    referenceConcentration: 1000,
    conductivity: (c, T) => ((F * F) / (R * T)) * (4 * DP * c + DN * 2 * c),
    diffusivity: () => (3 * DP * DN) / (2 * DP + DN),
    transference: () => tP,
    standardPotential: { Mg: 0 },
    sources,
  })
  const a = fluxAt(dilute, [300, 600])
  const b = fluxAt(binary, [300, 600])
  for (let i = 0; i < 4; i++) {
    assert.ok(Math.abs(a.L[i] - b.L[i]) <= 1e-13 * a.L[0], '𝓛')
    assert.ok(Math.abs(a.D[i] - b.D[i]) <= 1e-13 * DN, 'D')
  }
  for (let i = 0; i < 2; i++) assert.ok(Math.abs(a.s[i] - b.s[i]) <= 1e-13 * Math.abs(a.s[i]), 's')
})

test('dilute: D of every ion by one Arrhenius law, rising with T; conductivity as D/T', () => {
  const energy = 1.7e4
  const e = diluteElectrolyte({
    name: 'warm',
    species: [
      { name: 'M', charge: 2, diffusivity: 1e-10 },
      { name: 'X', charge: -1, diffusivity: 3e-10 },
    ],
    concentration: [500, 1000],
    referenceConcentration: 1000,
    activationEnergy: energy,
    standardPotential: { M: 0 },
    sources,
  })
  const at = (temperature: number) => {
    const D = new Float64Array(4)
    const s = new Float64Array(2)
    const L = e.onsager(Float64Array.of(500, 1000), temperature, new Float64Array(4))
    e.flux(Float64Array.of(500, 1000), temperature, D, s)
    return { D, s, L }
  }
  const [cold, warm] = [at(298.15), at(318.15)]
  const want = Math.exp((-energy / R) * (1 / 318.15 - 1 / 298.15))
  assert.ok(want > 1.5)
  for (const k of [0, 3]) {
    assert.ok(Math.abs(warm.D[k] / cold.D[k] / want - 1) < 1e-12)
    assert.ok(Math.abs(((warm.L[k] / cold.L[k]) * (318.15 / 298.15)) / want - 1) < 1e-12)
  }
  for (const k of [0, 1]) assert.ok(Math.abs(((warm.s[k] / cold.s[k]) * (318.15 / 298.15)) / want - 1) < 1e-12)
  assert.ok(Math.abs(cold.D[0] / 1e-10 - 1) < 1e-12, 'as stated at 298.15 K')
})

test('depletion: D and s stay finite at c = 0', () => {
  for (const e of [salt({ zP: 1, zN: -1 }), salt({ zP: 2, zN: -1, chi: c => 1 + c / 3000 })]) {
    const { D, s } = fluxAt(e, [0, 0])
    assert.ok([...D, ...s].every(Number.isFinite))
  }
})

test('refused at the door: charged solution, anion first, concentration below zero', () => {
  const make = (concentration: number[], charges = [1, -1]) =>
    diluteElectrolyte({
      name: 'x',
      species: charges.map((charge, k) => ({ name: `s${k}`, charge, diffusivity: 1e-10 })),
      concentration,
      referenceConcentration: 1000,
      standardPotential: {},
      sources,
    })
  assert.throws(() => make([500, 501]), /net charge of -1 mol/)
  assert.throws(() => make([500, 500], [-1, 1]), /cations first/)
  assert.throws(() => make([-1, -1]), /concentration\.s0.*-1/)
  assert.throws(() => make([0, 0]), /all concentrations are zero/)
})
