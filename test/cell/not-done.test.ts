import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycle, cycleSteps } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { readCellData } from '../../src/file/read.ts'

const { cell } = await readCellData({ from: 'li-mg-mo6s8-beaker' }, 'beaker.yaml')
const model = modelOf(cell, { mesh: { points: 4, shells: 4 } })
const repeats = (times: number) => parseProtocol([`Repeat ${times} times: Discharge at C/5 until 3 V`])

test('a step already satisfied yields to whoever drives the run, every time', () => {
  let yields = 0
  for (const snapshot of cycleSteps(model, repeats(50))) yields = Math.max(yields, snapshot.step)
  assert.equal(yields, 50)
})

test('repeats of a step already satisfied cost no solve, have their rows, and are counted in one note', () => {
  const few = cycle(model, repeats(2))
  const many = cycle(model, repeats(2000))
  assert.equal(many.statistics.residuals, few.statistics.residuals)
  assert.equal(many.steps.length, 2000)
  assert.equal(many.columns.time.length, 2000)
  assert.deepEqual([...many.columns.step.slice(-2)], [1999, 2000])
  assert.equal(many.columns.voltage[1999], many.columns.voltage[0])
  assert.ok(many.notes.some(note => /^1999 repeats of steps not done/.test(note)))
  assert.ok(many.notes.length < 10)
})

test('a step that is done lets the ones after it be looked at again', () => {
  const { steps } = cycle(
    model,
    parseProtocol(['Repeat 2 times: (Charge at C/5 until 1 V; Discharge at C/5 for 60 s)']),
  )
  assert.deepEqual(
    steps.map(step => step.outcome),
    ['already satisfied', 'time', 'already satisfied', 'time'],
  )
})
