import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cell } from '../../src/cell/cell.ts'
import { cycle } from '../../src/cell/cycle.ts'
import type { Model } from '../../src/cell/model.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make as liCell } from '../../src/cells/li-mo6s8.ts'
import { ion, metalOf, oneIonCell, planar, twoIonCell } from './cells.ts'

/** What a matrix does to a fixed vector. */
const answerOf = (model: Model): Float64Array => {
  const rhs = Float64Array.from({ length: model.size }, (_, i) => Math.sin(i * 2.7))
  assert.ok(model.factor(0.01))
  model.solve(rhs)
  return rhs
}

/** Largest difference, in parts of the largest entry. */
const apart = (a: Float64Array, b: Float64Array): number => {
  const largest = a.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0) / largest
}

const both = [metalOf(ion('B', 2)), metalOf(ion('A', 1))]

// Where only what reactions depend on has moved (the potential of the surfaces, the metal left), the reactions linearised anew make
// the whole matrix: to round-off, magnified by the condition of the cell. The old matrix is off by what the reactions have bent.
for (const [label, cell] of [
  ['one ion, porous anode', oneIonCell()],
  ['two ions, metal anode', twoIonCell()],
  ['film', twoIonCell({ anode: planar(both, { A: 0.5, B: 2 }, { filmResistance: 1e-3 }) })],
  ['solid solution', twoIonCell({ anode: planar(both, { A: 0.5, B: 2 }, { mixing: 'solid-solution' }) })],
] as [string, Cell][])
  test(`reactions linearised anew: ${label}`, () => {
    const model = modelOf(cell, { mesh: { points: 3, shells: 3 } })
    const y = new Float64Array(model.size)
    const yp = new Float64Array(model.size)
    model.start(y, yp)
    model.drive(at => at.current - 0.01, 298.15)
    assert.ok(model.jacobian(0, y, yp))
    const old = answerOf(model)
    for (let i = 0; i < y.length; i++) {
      if (/^delta\[(an|cath)ode/.test(model.name(i)) && y[i] !== 0) y[i] -= 0.04
      if (model.name(i).startsWith('metal')) y[i] *= 1e-5
    }
    assert.ok(model.relinearise!(y))
    const anew = answerOf(model)
    assert.ok(model.jacobian(0, y, yp))
    const whole = answerOf(model)
    assert.ok(apart(whole, anew) < 1e-9, `anew ${apart(whole, anew)}`)
    assert.ok(apart(whole, old) > 1e-3, `old ${apart(whole, old)}`)
  })

// What the linearisation has evaluated is taken by the residual that follows, at that state alone.
test('reactions linearised anew: residuals are those of a model that was never linearised', () => {
  const modelAt = (): Model => {
    const model = modelOf(twoIonCell(), { mesh: { points: 3, shells: 3 } })
    model.drive(at => at.current - 0.01, 298.15)
    return model
  }
  const model = modelAt()
  const plain = modelAt()
  const here = new Float64Array(model.size)
  const yp = new Float64Array(model.size)
  model.start(here, yp)
  const there = here.map((v, i) => v * (1 + 0.01 * Math.sin(i)))
  const out = new Float64Array(model.size)
  const expected = new Float64Array(model.size)
  const sameAt = (y: Float64Array) => {
    assert.ok(model.residual(0, y, yp, out) && plain.residual(0, y, yp, expected))
    assert.deepEqual(out, expected)
  }
  assert.ok(model.jacobian(0, here, yp) && model.relinearise!(there))
  for (const y of [there, here, there]) sameAt(y)
  assert.ok(model.jacobian(0, here, yp) && model.relinearise!(there))
  sameAt(here)
  assert.ok(model.relinearise!(here))
  sameAt(here)
})

test('reactions linearised anew: a discharge takes fewer iterations at the same error', () => {
  const model = modelOf(liCell(), { mesh: { points: 8, shells: 10 } })
  const steps = parseProtocol(['Discharge at C/5 until 0.4 V']).map(step => ({ ...step, period: 200 }))
  const run = (m: Model, rtol: number) => cycle(m, steps, { rtol, outputs: 'terminal' })
  const exact = run(model, 1e-7).columns
  // Several tolerances, since a single run is better or worse by chance.
  const [renewed, kept] = [model, { ...model, relinearise: undefined }].map(m => {
    let iterations = 0
    let square = 0
    for (const rtol of [1e-4, 7e-5, 5e-5, 3.5e-5]) {
      const { columns, statistics } = run(m as Model, rtol)
      iterations += statistics.newtonIterations
      // Rows are 200 s apart; the last of them lie where the voltage falls off.
      for (let i = 1; i < 80; i++) square += (columns.voltage[i] - exact.voltage[i]) ** 2
    }
    return { iterations, square }
  })
  console.log(
    `# iterations ${renewed.iterations} of ${kept.iterations}, errors ${Math.sqrt(renewed.square / kept.square)}`,
  )
  assert.ok(renewed.iterations < 0.85 * kept.iterations) // 0.7 of them here
  assert.ok(Math.sqrt(renewed.square / kept.square) < 2) // 0.6 to 1.1; errors of single runs scatter by a factor of two
})
