/** Pores without a salt: a voltage held there is met by what diffusion still brings, and the potential of nothing stays a number. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Cell } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import { electrolyteFlux } from '../../src/cell/electrolyte-flux.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { pointsOf } from '../../src/cell/points.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { make as mgMo6S8 } from '../../src/cells/mg-mo6s8.ts'
import { readCellText } from '../../src/file/read.ts'

const chen2020 = async (): Promise<Cell> => {
  const path = fileURLToPath(new URL('../reference/pybamm/cells/chen2020.json', import.meta.url))
  return (await readCellText(readFileSync(path), path)).cell
}
const mesh = { points: 8, shells: 10 }

describe('an emptied pore', () => {
  it('does not stop a hold at the upper limit right after a discharge to the lower one', async () => {
    const model = modelOf(await chen2020(), { mesh })
    const protocol = parseProtocol(['Discharge at C/5 until 2.5 V', 'Hold at 4.2 V until C/50'])
    const hours: number[] = []
    for (const rtol of [1e-4, 1e-5]) {
      const { outcome, steps, columns, conservation, statistics } = cycle(model, protocol, { rtol })
      assert.equal(outcome, 'current', `${rtol}`)
      const { start, end } = steps[1]
      // 24 A at first: the pores of the graphite far from the separator are dry within a minute.
      const least = Math.min(...columns['lowest[Li]'].slice(start, end))
      assert.ok(least < 1e-3, `${least} mol/m³`)
      for (let i = start; i < end; i++) assert.ok(Math.abs(columns.voltage[i] - 4.2) < 1e-6)
      for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10)
      // Followed through a potential that was noise it took 60 000 steps and more.
      assert.ok(statistics.steps < 4000, `${statistics.steps} steps`)
      hours.push(steps[1].duration)
    }
    // A limiting current does not depend on what the last ions of an empty pore do: within 1 %.
    assert.ok(Math.abs(hours[0] / hours[1] - 1) < 0.01, `${hours}`)
  })

  it('does not stop a hold of two ions behind a front that has taken all of them', async () => {
    const path = fileURLToPath(new URL('../../examples/cells/li-mg-mo6s8-thin.yaml', import.meta.url))
    const { cell } = await readCellText(readFileSync(path), path)
    const warm = { ...cell, temperature: 313.15, ambientTemperature: 313.15 }
    const model = modelOf(warm, { mesh: { points: 8, shells: 8 } })
    const charges: number[] = []
    // Where the last room of a full surface was 1e-9, four of the first five swung on for 100 000 steps or failed.
    for (const rtol of [9.1e-5, 9.5e-5, 1.02e-4, 1.05e-4, 1e-4, 1e-5]) {
      const { outcome, columns, conservation, statistics } = cycle(model, parseProtocol(['Hold at 0.4 V for 1 hour']), {
        rtol,
      })
      assert.equal(outcome, 'time', `${rtol}`)
      for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10)
      // 4 000 to 8 000: pores run dry, fill and run dry again. Followed through potentials that were noise it was not done after 60 000.
      assert.ok(statistics.steps < 15_000, `${statistics.steps} steps`)
      charges.push(columns.capacity[columns.capacity.length - 1])
    }
    // The state at the end of the hold is that of equilibrium: within the tolerances.
    for (const charge of charges) assert.ok(Math.abs(charge / charges[0] - 1) < 1e-3, `${charges}`)
  })

  for (const { name, made } of [
    { name: 'graphite | NMC811', made: chen2020 },
    { name: 'Mg | Mo6S8', made: async () => mgMo6S8() },
    { name: 'Li–Mg beaker', made: async () => beaker() },
  ])
    it(`does not stop a hold after 5C in the reduced model: ${name}`, async () => {
      const cell = await made()
      const rtol = 1e-4
      const [lower, upper] = cell.voltageLimits
      const protocol = parseProtocol([
        `Discharge at 5C until ${lower} V`,
        `Hold at ${lower} V for 1 hour`,
        `Charge at 1C until ${upper} V`,
      ])
      // φ_e has the ohmic drop of its emptied pores, which the voltage of this model takes back: volts of one, known to Newton's method.
      const { steps, columns, conservation } = cycle(modelOf(cell, { fidelity: 'spme', mesh }), protocol, { rtol })
      assert.deepEqual(
        steps.map(step => step.outcome),
        ['cut-off', 'time', 'cut-off'],
      )
      const { start, end } = steps[1]
      // The voltage is no unknown here: what the tolerance leaves open in emptied pores moves it by millivolts.
      for (let i = start + 1; i <= end; i++) assert.ok(Math.abs(columns.voltage[i] - lower) < 5e-3)
      for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10)
    })

  it('has the Jacobian of its fluxes, whose coefficients do not fall with the last of the salt', async () => {
    const cell = await chen2020()
    const points = pointsOf(cell, { points: 2, shells: 2 })
    const flux = electrolyteFlux(cell.electrolyte, points, 0, 3)
    const y = new Float64Array(3 * points.count).fill(1000)
    // Two empty pores, one below zero by less than any tolerance, and a potential across them.
    y.set([1e-5, 0.1, 0, -1e-6, 0, 0])
    const at = (field: number, by: number): number[] => {
      const there = y.slice()
      there[field] += by
      flux.evaluate(there, 298.15)
      return [flux.N[0], flux.current[0]]
    }
    flux.linearise(y, 298.15)
    for (const [field, step] of [
      [0, 1e-8],
      [1, 1e-4],
      [3, 1e-8],
      [4, 1e-4],
    ]) {
      const [up, down] = [at(field, step), at(field, -step)]
      for (const row of [0, 1]) {
        const slope = (up[row] - down[row]) / (2 * step)
        const ours = (field < 3 ? flux.before : flux.after)[2 * row + (field % 3)]
        // Linear there, but for round-off: 1e-16 of the flux by migration over 1e-8 of a concentration.
        assert.ok(Math.abs(ours / slope - 1) < 1e-6, `field ${field}, row ${row}: ${ours}, ${slope}`)
      }
    }
  })
})
