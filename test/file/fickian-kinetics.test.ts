/** Exchange currents of a host written out in a cell file: by a rate constant and transfer coefficients, or as measured. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { readCellData } from '../../src/file/read.ts'
import { parseYaml } from '../../src/file/yaml.ts'
import { F } from '../../src/units.ts'

type Recipe = { readonly cathode: { readonly host: Record<string, unknown> } } & Record<string, unknown>
const half = (await parseYaml(
  readFileSync(new URL('../../examples/cells/li-lfp-half-cell.yaml', import.meta.url), 'utf8'),
  'half.yaml',
)) as Recipe
/** The half cell with other kinetics than its own rate constant. */
const cellWith = async (kinetics: object) => {
  const { rateConstant: _, ...host } = half.cathode.host
  const recipe = { ...half, cathode: { ...half.cathode, host: { ...host, ...kinetics } } }
  return (await readCellData(recipe, 'half.yaml')).cell
}
const k = 9.736e-7

test('a square-root law written as an expression is the law of the rate constant', async () => {
  const run = async (kinetics: object) =>
    cycle(
      modelOf(await cellWith(kinetics), { mesh: { points: 6, shells: 10 } }),
      parseProtocol(['Discharge at 1C for 30 minutes (2 minute period)']),
      { rtol: 1e-7 },
    ).columns.voltage
  const [one, other] = [
    await run({ rateConstant: k }),
    await run({ exchangeCurrent: `${F * k} * sqrt(x * (1 - x))`, alphaAnodic: 0.5 }),
  ]
  assert.equal(one.length, other.length)
  // Its fast table is good to 1e-10 away from the ends of the square root; rtol is 1e-7 of a volt.
  one.forEach((value, row) => {
    assert.ok(Math.abs(value - other[row]) < 1e-6, `${value} V, ${other[row]} V`)
  })
})

test('transfer coefficients: exponents of the law, Tafel slopes of the reaction, slopes of j0 by differences', async () => {
  const { cathode } = await cellWith({ rateConstant: k, alphaAnodic: 0.3 })
  const { kinetics } = cathode.host
  assert.deepEqual([kinetics.alphaAnodic[0], kinetics.alphaCathodic[0], kinetics.electrolyteOrder[0]], [0.3, 0.7, 0.3])
  const j0 = (x: number) => kinetics.exchangeCurrent([x], [0], 298.15)[0]
  assert.ok(Math.abs(j0(0.2) / (F * k * 0.2 ** 0.7 * 0.8 ** 0.3) - 1) < 1e-14)
  for (const host of [
    kinetics,
    (await cellWith({ exchangeCurrent: '2 * x ** 0.6 * (1.01 - x)' })).cathode.host.kinetics,
  ])
    for (const x of [0.05, 0.4, 0.93]) {
      const [byX, byMu] = [new Float64Array(1), new Float64Array(1)]
      host.slopes!([x], [0], 298.15, byX, byMu)
      const at = (content: number) => Math.log(host.exchangeCurrent([content], [0], 298.15)[0])
      const difference = (at(x + 1e-5) - at(x - 1e-5)) / 2e-5
      // h²/6 of the third derivative, 2/x³: 3e-7 at 0.05; the round-off of the table over h is 1e-5.
      assert.ok(Math.abs(byX[0] - difference) < 3e-5 * Math.abs(difference) + 1e-4, `${x}: ${byX[0]} for ${difference}`)
    }
  // Order 0: the exchange current does not follow the electrolyte; a run holds.
  const steady = await cellWith({ rateConstant: k, alphaAnodic: 0.4, alphaCathodic: 0.5, electrolyteOrder: 0 })
  const { outcome } = cycle(
    modelOf(steady, { mesh: { points: 6, shells: 10 } }),
    parseProtocol(['Discharge at 1C until 2.5 V']),
  )
  assert.equal(outcome, 'cut-off')
})

test('neither, both, and what cannot be are refused', async () => {
  const refused = (kinetics: object, message: RegExp) =>
    assert.rejects(cellWith(kinetics), (error: Error) => {
      assert.match(error.message, message)
      assert.equal((error as { code?: string }).code, 'input')
      return true
    })
  await refused({}, /cathode\.host: got "neither", allowed: one of rateConstant and exchangeCurrent/)
  await refused({ rateConstant: k, exchangeCurrent: 1 }, /got "both"/)
  await refused({ rateConstant: k, alphaAnodic: 1.2 }, /alphaAnodic.*> 0 and < 1/)
  await refused({ rateConstant: k, electrolyteOrder: -1 }, /electrolyteOrder/)
  await refused({ exchangeCurrent: '0.5 - x' }, /exchangeCurrent at x = 0\.5: got 0, allowed: > 0/)
})
