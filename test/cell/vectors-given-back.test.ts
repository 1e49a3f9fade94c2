/** A run that is left between two steps gives the vectors of its integration back to the model, which has memory for one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycle, cycleSteps } from '../../src/cell/cycle.ts'
import type { Model } from '../../src/cell/model.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { make } from '../../src/cells/li-mg-mo6s8-full.ts'

const mesh = { points: 4, shells: 4 }

/** A model that counts the residuals asked for at states in its own memory, and all. */
const counted = (): { model: Model; inMemory: () => number; reset: () => void } => {
  const plain = modelOf(make(), { mesh })
  let within = 0
  let all = 0
  const model: Model = {
    ...plain,
    residual(t, y, yp, out) {
      all++
      if (y.buffer === plain.memory!.buffer) within++
      return plain.residual(t, y, yp, out)
    },
  }
  const reset = (): void => {
    within = all = 0
  }
  return { model, inMemory: () => within / all, reset }
}

test('after a host that is full before the voltage asked for', () => {
  const { model, inMemory, reset } = counted()
  // 0.4 V is the limit of the cell; at −3 V no step of the last room has arrived.
  const wide = { ...model, cell: { ...model.cell, voltageLimits: [-3, 2.6] as const } }
  const protocol = parseProtocol(['Discharge at C/5 until -3 V'])
  const first = cycle(wide, protocol, { rtol: 1e-4 })
  assert.equal(first.outcome, 'host full')
  reset()
  assert.equal(cycle(wide, protocol, { rtol: 1e-4 }).outcome, 'host full')
  // All but those of the first state.
  assert.ok(inMemory() > 0.8, `${inMemory()}`)
})

test('after a run that was stopped', () => {
  const { model, inMemory, reset } = counted()
  const protocol = parseProtocol(['Discharge at C/5 until 0.4 V'])
  const steps = cycleSteps(model, protocol, { rtol: 1e-4 })
  for (let k = 0; k < 20; k++) steps.next()
  steps.return(undefined as never)
  reset()
  cycle(model, protocol, { rtol: 1e-4 })
  assert.ok(inMemory() > 0.8, `${inMemory()}`)
})
