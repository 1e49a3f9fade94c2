/** An electrolyte of full Onsager form in a cell file: three ways to say one matrix, and what is refused at the door. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import type { Electrolyte } from '../../src/electrolyte/electrolyte.ts'
import { cellFileJsonSchema } from '../../src/file/cell-schema.ts'
import { explainCell } from '../../src/file/explain.ts'
import { readCellData, readCellText } from '../../src/file/read.ts'
import { F, R } from '../../src/units.ts'

const text = readFileSync(new URL('../../examples/cells/li-mg-mo6s8-coupled.yaml', import.meta.url), 'utf8')
const example = await readCellText(text, 'coupled.yaml')
const RT = R * 298.15

const common = {
  kind: 'full',
  name: 'made up',
  species: [
    { name: 'Li', charge: 1, concentration: 500 },
    { name: 'Mg', charge: 2, concentration: 500 },
    { name: 'TFSI', charge: -1, concentration: 1500 },
  ],
  referenceConcentration: 1000,
  standardPotential: { Li: 0, Mg: 0.67 },
}
const D = [4e-11, 2e-11, 5e-11]
const diagonal = D.map((value, k) => D.map((_, l) => (k === l ? value : 0)))
const coupled = [
  [4e-11, -1e-12, 6e-12],
  [-1e-12, 2e-11, 8e-12],
  [6e-12, 8e-12, 5e-11],
]
const cellWith = async (electrolyte: object) =>
  (await readCellData({ from: 'li-mg-mo6s8-beaker', electrolyte }, 'made.yaml')).cell
const made = async (changes: object): Promise<Electrolyte> => (await cellWith({ ...common, ...changes })).electrolyte
const onsagerAt = (e: Electrolyte, c: readonly number[], T = 298.15): number[] => [
  ...e.onsager(Float64Array.from(c), T, new Float64Array(9)),
]
const close = (got: readonly number[], want: readonly number[], tolerance: number): void => {
  const scale = Math.max(...want.map(Math.abs))
  got.forEach((value, k) => {
    assert.ok(Math.abs(value - want[k]) <= tolerance * scale, `[${k}]: ${value} for ${want[k]}`)
  })
}

test('a dilute electrolyte written as full gives the same discharge', async () => {
  const dilute = {
    ...common,
    kind: 'dilute',
    species: common.species.map((s, k) => ({ ...s, diffusivity: D[k] })),
  }
  const full = { ...common, diffusivity: diagonal }
  const run = async (electrolyte: object, points: number) =>
    cycle(
      modelOf(await cellWith(electrolyte), { mesh: { points, shells: 10 } }),
      parseProtocol(['Discharge at C/5 for 2 hours (10 minute period)']),
      { rtol: 1e-6 },
    ).columns
  const apart = await Promise.all(
    [8, 16].map(async points => {
      const [one, other] = [await run(dilute, points), await run(full, points)]
      assert.ok(one.voltage.length > 10)
      const worst = (a: Float64Array, b: Float64Array) =>
        a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0)
      return [worst(one.voltage, other.voltage), worst(one['amount[Li]'], other['amount[Li]'])]
    }),
  )
  console.log(`# V and Li apart by ${apart.map(row => row.map(x => x.toExponential(1)).join(' ')).join('; ')}`)
  // The laws are one (below, to round-off); a face between points of different composition is taken by two schemes of second order.
  for (const [volt, Li] of apart) assert.ok(volt < 1e-5 && Li < 1e-6, `${apart}`)
  const [a, b] = [await cellWith(dilute), await cellWith(full)].map(cell => cell.electrolyte)
  for (const c of [
    [500, 500, 1500],
    [3, 700, 1403],
  ]) {
    close(onsagerAt(b, c), onsagerAt(a, c), 1e-15)
    const [matrices, migrations] = [a, b]
      .map(e => {
        const [Dm, s] = [new Float64Array(9), new Float64Array(3)]
        e.flux(Float64Array.from(c), 298.15, Dm, s)
        return [[...Dm], [...s]]
      })
      .reduce<[number[][], number[][]]>(
        ([m, t], [Dm, s]) => [
          [...m, Dm],
          [...t, s],
        ],
        [[], []],
      )
    close(matrices[1], matrices[0], 1e-14)
    close(migrations[1], migrations[0], 1e-14)
  }
})

test('𝓛 of a simulation, as it stands and as the diffusivities it means, is one law', async () => {
  const c0 = common.species.map(s => s.concentration)
  const h = (a: number, b: number) => (2 * a * b) / (a + b)
  const onsager = coupled.map((row, k) => row.map((value, l) => (value * h(c0[k], c0[l])) / RT))
  const [a, b] = [await made({ diffusivity: coupled }), await made({ onsager })]
  close(onsagerAt(b, c0), onsager.flat(), 1e-14)
  for (const c of [c0, [100, 650, 1400]]) close(onsagerAt(b, c), onsagerAt(a, c), 1e-14)
  // Arrhenius from 298.15 K, on top of 1/T.
  const warm = await made({ onsager, activationEnergy: 15e3 })
  const factor = Math.exp((15e3 / R) * (1 / 298.15 - 1 / 320)) * (298.15 / 320)
  close(
    onsagerAt(warm, c0, 320),
    onsager.flat().map(value => value * factor),
    1e-12,
  )
})

test('Stefan–Maxwell: one salt is Newman’s, and ions that meet the solvent alone are dilute', async () => {
  // t₊ = 𝒟₊₀/(𝒟₊₀ + 𝒟₋₀) where z is 1, whatever the ions do to each other; 1/κ = (RT/(c_T F²)) [1/𝒟₊₋ + c₀ t₊/(c₊ 𝒟₊₀)].
  const [Dp, Dm, Dpm, c, c0] = [3e-10, 2e-10, 1e-11, 1000, 9000]
  const salt = await readCellData(
    {
      from: 'li-mo6s8',
      electrolyte: {
        kind: 'full',
        name: 'salt',
        species: [
          { name: 'Li', charge: 1, concentration: c },
          { name: 'X', charge: -1, concentration: c },
        ],
        referenceConcentration: 1000,
        standardPotential: { Li: 0 },
        stefanMaxwell: { solvent: c0, diffusivity: { 'X-Li': Dpm, 'Li-solvent': Dp, 'solvent-X': Dm } },
      },
    },
    'salt.yaml',
  )
  const s = new Float64Array(2)
  salt.cell.electrolyte.flux(Float64Array.of(c, c), 298.15, new Float64Array(4), s)
  const kappa = F * (s[0] - s[1])
  const t = (F * s[0]) / kappa
  assert.ok(Math.abs(t - Dp / (Dp + Dm)) < 1e-12, `${t}`)
  const resistivity = (RT / ((2 * c + c0) * F * F)) * (1 / Dpm + (c0 * t) / (c * Dp))
  assert.ok(Math.abs(kappa * resistivity - 1) < 1e-12, `${kappa}`)
  // Ions that do not meet each other: 𝓛_kk = 𝒟_k0 c_k c_T/(c_0 RT).
  const free = await made({
    stefanMaxwell: {
      solvent: 8000,
      diffusivity: {
        'Li-solvent': D[0],
        'Mg-solvent': D[1],
        'TFSI-solvent': D[2],
        'Li-Mg': 1e3,
        'Li-TFSI': 1e3,
        'Mg-TFSI': 1e3,
      },
    },
  })
  const want = diagonal.map((row, k) => row.map(value => (value * common.species[k].concentration * 10500) / 8000 / RT))
  close(onsagerAt(free, [500, 500, 1500]), want.flat(), 1e-12)
})

test('activities by ionic strength: slopes of their own law, symmetric; χ of a salt of single charges is 1 + c g′', async () => {
  const g = '-1.17 * sqrt(x / 1000) / (1 + sqrt(x / 1000)) + 0.3 * x / 1000'
  const e = await made({ diffusivity: coupled, activityCoefficient: g })
  const c = Float64Array.of(300, 600, 1500)
  const J = e.lnActivityJacobian(c, 298.15, new Float64Array(9))
  const at = (shift: number, m: number) => {
    const moved = c.slice()
    moved[m] += shift
    return e.lnActivity(moved, 298.15, new Float64Array(3))
  }
  for (let m = 0; m < 3; m++) {
    const [up, down] = [at(0.1, m), at(-0.1, m)]
    for (let k = 0; k < 3; k++) {
      // Central difference of 0.1 mol/m³: h²/6c³ = 1e-10 and the round-off of the table, 1e-10/0.1.
      assert.ok(Math.abs((up[k] - down[k]) / 0.2 - J[3 * k + m]) < 1e-8, `${k} by ${m}`)
      assert.equal(J[3 * k + m], J[3 * m + k])
    }
  }
  // I = c of a 1:1 salt: D_salt ∝ χ.
  const slope = (I: number) => {
    const r = Math.sqrt(I / 1000)
    return -1.17 / (2 * 1000 * r * (1 + r) ** 2) + 0.3 / 1000
  }
  assert.ok(Math.abs(J[0] - 1 / 300 - 0.5 * slope(2100)) < 1e-9)
})

test('the example: explained, run by its own protocol, all ions kept', async () => {
  const { cell, protocol } = example
  const said = explainCell(cell)
  assert.match(said, /conductivity {10}0\.3285 S\/m; of the current Li 0\.1673, Mg 0\.2772, TFSI 0\.5556/)
  assert.match(said, /couplings {13}Li–Mg 0\.06\d+, Li–TFSI 0\.17\d+, Mg–TFSI 0\.302/)
  assert.match(said, /double layer {10}0\.2 F\/m² of its face/)
  const { outcome, conservation } = cycle(
    modelOf(cell, { mesh: { points: 8, shells: 10 } }),
    parseProtocol(protocol!.steps as string[]),
  )
  assert.match(outcome, /cut-off|host full/)
  for (const [name, lost] of Object.entries(conservation)) assert.ok(lost < 1e-10, `${name}: ${lost}`)
  assert.match(JSON.stringify(cellFileJsonSchema()), /stefanMaxwell/)
})

test('what cannot be is refused with field, value and what is allowed', async () => {
  const refused = async (changes: object, message: RegExp) =>
    assert.rejects(made(changes), (error: Error) => {
      assert.match(error.message, message)
      assert.equal((error as { code?: string }).code, 'input')
      assert.ok(error.message.startsWith('made.yaml'), error.message)
      return true
    })
  const changed = (k: number, l: number, value: number, both = true) =>
    coupled.map((row, i) => row.map((v, j) => ((i === k && j === l) || (both && i === l && j === k) ? value : v)))
  await refused({}, /got "none", allowed: one of diffusivity, onsager, stefanMaxwell/)
  await refused({ diffusivity: coupled, onsager: coupled }, /got "diffusivity and onsager"/)
  await refused(
    { diffusivity: changed(0, 2, 7e-12, false) },
    /diffusivity\[2\]\[0\]: got 6e-12, allowed: 7e-12, as \[0\]\[2\]/,
  )
  await refused(
    { diffusivity: changed(0, 2, 6e-11) },
    /diffusivity: smallest eigenvalue .* at Li .*got -0\.1893, allowed: none below 0/,
  )
  await refused({ diffusivity: changed(1, 1, 0) }, /𝓛 of Mg with itself at .*got 0, allowed: > 0/)
  await refused({ diffusivity: coupled.slice(1) }, /2 rows", allowed: 3 rows: Li, Mg, TFSI/)
  await refused({ onsager: coupled.map(row => row.slice(1)) }, /a row of 2", allowed: rows of 3/)
  await refused(
    {
      diffusivity: [
        ['4e-11', 0, 0],
        [0, '3e-11 - 1e-14 * x', 0],
        [0, 0, 5e-11],
      ],
    },
    /𝓛 of Mg with itself at .*got -/,
  )
  const pairs = { 'Li-solvent': 1e-11, 'Mg-solvent': 1e-11, 'TFSI-solvent': 1e-11, 'Li-Mg': 1e-11, 'Li-TFSI': 1e-11 }
  await refused({ stefanMaxwell: { solvent: 8000, diffusivity: pairs } }, /none of Mg-TFSI", allowed: every pair/)
  await refused(
    { stefanMaxwell: { solvent: 8000, diffusivity: { ...pairs, 'Mg-TFSl': 1e-11 } } },
    /Mg-TFSl: got "an unknown pair.*Mg-TFSI/,
  )
  await refused({ stefanMaxwell: { solvent: 8000, diffusivity: { ...pairs, 'Mg-TFSI': -1e-12 } } }, /stefanMaxwell: /)
  await refused(
    { diffusivity: coupled, activityCoefficient: '-2 * x / 1000' },
    /activityCoefficient: smallest eigenvalue .*got -/,
  )
  await refused(
    { diffusivity: coupled, species: common.species.map(s => ({ ...s, concentration: 500 })) },
    /net charge of 1000 mol\/m³", allowed: Σ z c = 0/,
  )
  await refused({ diffusivity: coupled, species: [...common.species.slice(0, 2), common.species[0]] }, /each ion once/)
  await refused(
    { diffusivity: coupled, capacitiveShare: { TFSI: 0.5 } },
    /a sum of 0\.5", allowed: shares that sum to 1/,
  )
  await refused({ diffusivity: coupled, capacitiveShare: { TFSl: 1 } }, /capacitiveShare\.TFSl: unknown species.*TFSI/)
  await refused({ diffusivity: coupled, difusivity: 1 }, /difusivity/)
})

test('capacitiveShare of a file reaches the cell, of a library electrolyte too', async () => {
  const { cell } = await readCellData(
    { from: 'li-mg-mo6s8-full', electrolyte: { capacitiveShare: { Li: 0.5, TFSI: 0.5 } } },
    'shared.yaml',
  )
  assert.deepEqual(cell.electrolyte.capacitiveShare, { Li: 0.5, TFSI: 0.5 })
})
