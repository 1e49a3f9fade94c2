/** Hosts filled to the last site and a little beyond: what is left of a volt there is 1e-17 of the room. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import type { Model } from '../../src/cell/model.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as graphiteCell } from '../../src/cells/graphite-nmc811.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { make as liCell } from '../../src/cells/li-mo6s8.ts'
import { consistentInitial } from '../../src/solve/consistent.ts'

const mesh = { points: 8, shells: 10 }
const full = 4

/** The state at rest, every content at this part of the room. */
const filled = (model: Model, part: number): { y: Float64Array; yp: Float64Array } => {
  const y = new Float64Array(model.size)
  const yp = new Float64Array(model.size)
  model.drive(at => at.current, 298.15)
  model.start(y, yp)
  for (let i = 0; i < model.size; i++) if (model.name(i).startsWith('x[')) y[i] = full * part
  consistentInitial(model, 0, y, yp)
  return { y, yp }
}

describe('a host filled to the last site', () => {
  it('has a potential at rest that falls through full without a break', () => {
    const model = modelOf(liCell(), { fidelity: 'spm', mesh })
    const at = (beyond: number): number => {
      const { y } = filled(model, 1 + beyond)
      return model.at(0, y).voltage
    }
    // RT/F a factor e of the room down to 1e-8 of it, RT/F for each 1e-8 from there on: 25.69 mV.
    const step = 0.025693
    assert.ok(Math.abs(at(-Math.E * 1e-7) - at(-1e-7) - step) < 1e-5)
    assert.ok(Math.abs(at(-1e-8) - at(0) - step) < 1e-5)
    assert.ok(Math.abs(at(0) - at(20e-8) - 20 * step) < 1e-4)
  })

  it('has the Jacobian of its residual there', () => {
    const model = modelOf(liCell(), { fidelity: 'dfn', mesh: { points: 3, shells: 3 } })
    const { y, yp } = filled(model, 1)
    // Differences of 1e-6 would step over the room: 1e-13 of the contents, their round-off left, 1e-3.
    const surfaces = Array.from(y.keys()).filter(i => /surface/.test(model.name(i)))
    assert.ok(surfaces.length === 3)
    const n = model.size
    model.jacobian(0, y, yp)
    model.factor(1)
    for (const j of surfaces) {
      const h = 1e-11
      const [up, down] = [new Float64Array(n), new Float64Array(n)]
      const [y0, p0] = [y[j], yp[j]]
      y[j] = y0 + h
      yp[j] = p0 + h
      const above = y[j]
      model.residual(0, y, yp, up)
      y[j] = y0 - h
      yp[j] = p0 - h
      model.residual(0, y, yp, down)
      const width = above - y[j]
      y[j] = y0
      yp[j] = p0
      const column = up.map((v, i) => (v - down[i]) / width)
      model.solve(column)
      assert.ok(Math.abs(column[j] - 1) < 1e-3, `${model.name(j)}: ${column[j]}`)
    }
  })

  it('is never overfilled by a step, whatever the tolerance: the rest after it has a state', () => {
    for (const fidelity of ['spm', 'spme', 'dfn'] as const) {
      const model = modelOf(liCell(), { fidelity, mesh })
      const solution = cycle(model, parseProtocol(['Discharge at 1C until 1.2 V', 'Rest for 1 hour']), { rtol: 1e-3 })
      assert.equal(solution.outcome, 'time', fidelity)
      const content = solution.columns['amount[Li]']
      // A particle may be overfull by 1e-6; before, 1e-5 and a voltage that led nowhere.
      assert.ok(Math.max(...content) < full * (1 + 1.1e-6), `${fidelity}: ${Math.max(...content)}`)
      assert.match(solution.steps[0].reason, /^voltage 1.2 V reached|^the room of Mo6S8 is filled/)
    }
  })

  it('ends a discharge at the voltage asked for, not where an iteration left the last of the room', () => {
    for (const fidelity of ['spm', 'spme', 'dfn'] as const) {
      const model = modelOf(liCell(), { fidelity, mesh })
      for (const rtol of [1e-3, 1e-4]) {
        const { steps, columns } = cycle(model, parseProtocol(['Discharge at 1C until 1.2 V', 'Rest for 1 hour']), {
          rtol,
        })
        const stop = columns.voltage[steps[0].end]
        // Either the limit itself, or above it where the host is full; 50 mV below it before, and −1.2 V after the rest.
        if (steps[0].reason.startsWith('voltage')) assert.ok(Math.abs(stop - 1.2) < 1e-9, `${fidelity}: ${stop} V`)
        else assert.ok(stop > 1.2)
        assert.ok(columns.voltage.at(-1)! > 1.2, `${fidelity} at ${rtol}: ${columns.voltage.at(-1)} V at rest`)
      }
    }
  })

  it('is held far below its equilibrium voltage, and exchanges its ions meanwhile', () => {
    const model = modelOf(beaker(), { fidelity: 'spm', mesh })
    for (const rtol of [1e-5, 1e-6]) {
      const protocol = parseProtocol(['Discharge at 1C until 0.4 V', 'Hold at 0.4 V for 1 hour', 'Rest for 10 minutes'])
      const { outcome, columns, conservation } = cycle(model, protocol, { rtol })
      assert.equal(outcome, 'time')
      assert.ok(Math.abs(columns.current.at(-1)!) < 1e-12)
      for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10)
    }
  })

  it('goes on from an end between two steps, where a particle is a little fuller than full', () => {
    // at 1C the anode fills beside the separator; the ends of holds are interpolated, there 4e-7 beyond full in the sixth cycle
    const model = modelOf(graphiteCell(), { fidelity: 'dfn', mesh: { points: 20, shells: 20 } })
    const one = ['Discharge at 1C until 2.5 V', 'Charge at 1C until 4.2 V', 'Hold at 4.2 V until C/50']
    const cycles = parseProtocol(Array.from({ length: 10 }, () => one).flat())
    const { outcome, steps, conservation } = cycle(model, cycles, { rtol: 1e-4 })
    assert.equal(outcome, 'current')
    assert.equal(steps.length, 30)
    // nothing ages: from the second cycle on each lasts as long as the one before, to what rtol leaves of 3600 s and more
    for (let k = 6; k < 30; k++)
      assert.ok(Math.abs(steps[k].duration - steps[k - 3].duration) < 5, `step ${k + 1}: ${steps[k].duration} s`)
    for (const lost of Object.values(conservation)) assert.ok(Math.abs(lost) < 1e-10)
  })
})
