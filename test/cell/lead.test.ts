/** First guesses of a step's potentials, and what an iterate may lose of the last room of a host. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cell } from '../../src/cell/cell.ts'
import type { Model } from '../../src/cell/model.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { make as graphiteCell } from '../../src/cells/graphite-nmc811.ts'
import { make as fullCell } from '../../src/cells/li-mg-mo6s8-full.ts'
import { newStatistics } from '../../src/solve/bdf.ts'
import { consistentInitial } from '../../src/solve/consistent.ts'

const mesh = { points: 8, shells: 8 }

/** At rest. */
const rested = (cell: Cell): { model: Model; y: Float64Array; yp: Float64Array } => {
  const model = modelOf(cell, { mesh })
  const y = new Float64Array(model.size)
  const yp = new Float64Array(model.size)
  model.drive(at => at.current, cell.temperature)
  model.start(y, yp)
  consistentInitial(model, 0, y, yp)
  return { model, y, yp }
}

describe('potentials led to a current', () => {
  for (const [name, cell] of [
    ['graphite | NMC811', graphiteCell()],
    ['Li–Mg | Mo6S8', fullCell()],
  ] as const)
    it(`${name}: leave little to Newton’s method, and arrive where it does from rest`, () => {
      const { model, y, yp } = rested(cell)
      const current = 3 * cell.nominalCapacity
      model.drive(at => at.current - current, cell.temperature)
      const plain = { y: y.slice(), yp: yp.slice(), statistics: newStatistics() }
      consistentInitial(model, 0, plain.y, plain.yp, { statistics: plain.statistics })
      const led = { y: y.slice(), yp: yp.slice(), statistics: newStatistics() }
      model.lead!(led.y, current)
      consistentInitial(model, 0, led.y, led.yp, { statistics: led.statistics })
      // Both to 1e-8 of the potentials and of the current.
      for (let i = 0; i < model.size; i++)
        assert.ok(Math.abs(led.y[i] - plain.y[i]) < 1e-7 * (Math.abs(plain.y[i]) + model.scale[i]), model.name(i))
      // What is left is the ohmic drop and which point gives how much: two Jacobians and the iterations to 1e-8.
      assert.ok(led.statistics.jacobians <= 3, `${led.statistics.jacobians} Jacobians`)
      assert.ok(led.statistics.newtonIterations <= 14, `${led.statistics.newtonIterations} iterations`)
      // A Jacobian and its factor cost as much as two iterations.
      const work = ({ statistics: { jacobians, newtonIterations } }: typeof led): number =>
        2 * jacobians + newtonIterations
      assert.ok(work(led) < work(plain), `${work(led)}, ${work(plain)}`)
    })

  it('a metal that displaces another begins with what stands at its face', () => {
    // Li takes all Mg from the face: 500 mol/m³ of it, to a thousandth.
    const cell = fullCell()
    const { model } = rested(cell)
    const current = cell.nominalCapacity / 5
    model.drive(at => at.current - current, cell.temperature)
    const begin = (lead: boolean) => {
      const y = new Float64Array(model.size)
      const yp = new Float64Array(model.size)
      const statistics = newStatistics()
      model.start(y, yp)
      if (lead) model.lead!(y, current)
      const guess = y.slice()
      consistentInitial(model, 0, y, yp, { statistics })
      return { y, guess, statistics }
    }
    const led = begin(true)
    const plain = begin(false)
    const at = Array.from(led.y.keys()).find(i => model.name(i) === 'cE.Mg[anode, 0]')!
    assert.ok(led.y[at] < 1 && led.guess[at] < 50, `${led.guess[at]} mol/m³ led to, ${led.y[at]} found`)
    // Both to 1e-8 of what stands there and of the scale.
    for (let i = 0; i < model.size; i++)
      assert.ok(Math.abs(led.y[i] - plain.y[i]) < 1e-7 * (Math.abs(plain.y[i]) + model.scale[i]), model.name(i))
    assert.ok(led.statistics.jacobians < plain.statistics.jacobians / 2, `${led.statistics.jacobians} Jacobians`)
  })

  it('moves nothing but potentials and the current, and no potential that a double layer holds', () => {
    const cell = graphiteCell()
    const { model, y } = rested(cell)
    const led = y.slice()
    model.lead!(led, cell.nominalCapacity)
    for (let i = 0; i < model.size; i++)
      assert.ok(led[i] === y[i] || (model.differential[i] === 0 && /^(phiE|delta|current)/.test(model.name(i))))
    const charged = rested({ ...cell, cathode: { ...cell.cathode, doubleLayer: 0.2 } })
    const kept = charged.y.slice()
    charged.model.lead!(kept, cell.nominalCapacity)
    assert.deepEqual(kept, charged.y)
  })
})

describe('the last room of a surface', () => {
  const cell = graphiteCell()
  const { model, y } = rested(cell)
  const at = Array.from(y.keys()).find(i => model.name(i) === 'x[anode, 7, surface, Li]')!

  /** The surface from one room to another, and what `confine` makes of the second. */
  const confined = (from: number, to: number, most: number): number => {
    const state = y.slice()
    state[at] = 1 - to
    model.confine!(
      state,
      most,
      i => (i === at ? 1 - from : y[i]),
      (i, change) => {
        state[i] += change
      },
    )
    assert.ok(state.every((v, i) => i === at || v === y[i]))
    return 1 - state[at]
  }

  it('changes by a factor at most, up and down, where it is next to nothing', () => {
    // Contents have a round-off of 1e-16: 1e-9 of these rooms.
    const near = (a: number, b: number): boolean => Math.abs(a / b - 1) < 1e-8
    assert.ok(near(confined(1e-6, -1e-5, 10), 1e-7))
    assert.ok(near(confined(1e-6, 1e-3, 10), 1e-5))
    assert.ok(near(confined(1e-6, 5e-6, 10), 5e-6))
    assert.ok(near(confined(1e-6, 5e-6, 2), 2e-6))
    assert.ok(near(confined(1e-2, 1e-3, 2), 1e-3))
    assert.ok(near(confined(1e-2, -1e-3, 4), 2.5e-3))
  })

  it('makes a Jacobian outdated once it has changed several times', () => {
    const state = y.slice()
    const slopes = new Float64Array(model.size)
    const room = (value: number): Float64Array => {
      state[at] = 1 - value
      return state
    }
    model.inside!(room(1e-7))
    model.jacobian(0, state, slopes)
    assert.equal(model.outdated!(room(2e-7)), false)
    assert.equal(model.outdated!(room(1e-6)), true)
    assert.equal(model.outdated!(room(1e-8)), true)
    // A correction moves the potential where it changes the room by more than a part.
    model.inside!(room(1e-7))
    const correction = new Float64Array(model.size)
    correction[at] = 5e-8
    assert.equal(model.steep!(state, correction, 1), true)
    assert.equal(model.steep!(state, correction, 0.01), false)
    model.inside!(y)
    assert.equal(model.steep!(y, correction, 1), false)
  })
})
