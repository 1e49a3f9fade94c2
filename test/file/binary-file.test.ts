import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readCellData } from '../../src/file/read.ts'
import { parseYaml } from '../../src/file/yaml.ts'
import { F, R } from '../../src/units.ts'

const half = (await parseYaml(
  readFileSync(new URL('../../examples/cells/li-lfp-half-cell.yaml', import.meta.url), 'utf8'),
  'half.yaml',
)) as { electrolyte: object }
const electrolyteOf = async (changes: object) =>
  (await readCellData({ ...half, electrolyte: { ...half.electrolyte, ...changes } }, 'half.yaml')).cell.electrolyte

/** κ [S/m], t₊ and D of the salt [m²/s] at a concentration and temperature, from the flux law. */
const measured = (electrolyte: Awaited<ReturnType<typeof electrolyteOf>>, c: number, T: number) => {
  const [D, s] = [new Float64Array(4), new Float64Array(2)]
  electrolyte.flux(Float64Array.of(c, c), T, D, s)
  const cation = D[0] + D[1]
  const anion = D[2] + D[3]
  const t = s[0] / (s[0] - s[1])
  return { kappa: F * (s[0] - s[1]), t, D: cation - t * (cation - anion) }
}

test('the transference number of a file may follow the concentration', async () => {
  const electrolyte = await electrolyteOf({ transference: '0.4 - 1e-4 * x' })
  for (const c of [300, 1000, 2500]) {
    // The expression's fast table is good to 1e-10.
    assert.ok(Math.abs(measured(electrolyte, c, 298.15).t - (0.4 - 1e-4 * c)) < 1e-9)
  }
})

test('conductivity and diffusivity may have activation energies of their own', async () => {
  const own = { activationEnergy: 17100, conductivityActivationEnergy: 34700, diffusivityActivationEnergy: 0 }
  const both = measured(await electrolyteOf({}), 800, 320)
  const each = measured(await electrolyteOf(own), 800, 320)
  const arrhenius = (energy: number) => Math.exp((energy / R) * (1 / 298.15 - 1 / 320))
  assert.ok(Math.abs(each.kappa / both.kappa / arrhenius(34700 - 17100) - 1) < 1e-12)
  assert.ok(Math.abs(each.D / both.D / arrhenius(-17100) - 1) < 1e-12)
})

test('a transference number out of its range is refused, as a number and as a law', async () => {
  for (const transference of [1.2, -0.1, '1.1 + 1e-5 * x'])
    await assert.rejects(electrolyteOf({ transference }), /transference/)
})
