import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interruptible } from '../../cli/progress.ts'
import { timeLeft } from '../../cli/steps.ts'
import type { Snapshot } from '../../src/cell/cycle.ts'
import type { Solution } from '../../src/cell/solution.ts'
import { SimulationError } from '../../src/error.ts'

const solution = { outcome: 'time' } as Solution
const partial = { outcome: 'interrupted' } as Solution
const snapshot = { step: 1, of: 1, voltage: 1, fraction: 0.5, partial: () => partial } as unknown as Snapshot

function* steps(end: () => Solution): Generator<Snapshot, Solution> {
  yield snapshot
  return end()
}

test('a run to its end gives its solution', async () => {
  assert.deepEqual(await interruptible(steps(() => solution)), { solution, interrupted: false })
})

test('a method that fails hands over the error and what was computed', async () => {
  const failed = { outcome: 'method failed' } as Solution
  const error = new SimulationError('step size fell', { code: 'method', partial: failed })
  const raise = () => {
    throw error
  }
  assert.deepEqual(await interruptible(steps(raise)), { solution: failed, interrupted: false, error })
})

test('a signal ends the run at the next breath with what was computed, and nothing stays behind', async () => {
  const before = process.listenerCount('SIGINT')
  function* endless(): Generator<Snapshot, Solution> {
    setImmediate(() => process.emit('SIGINT'))
    for (;;) yield snapshot
  }
  assert.deepEqual(await interruptible(endless()), { solution: partial, interrupted: true })
  assert.equal(process.listenerCount('SIGINT'), before)
})

test('time left: in proportion since the start, where a run was gone on with too; unknown before anything is done', () => {
  assert.equal(timeLeft({ elapsed: 10, from: 0, fraction: 0.25 }), '30 s left')
  assert.equal(timeLeft({ elapsed: 10, from: 0.5, fraction: 0.75 }), '10 s left')
  assert.equal(timeLeft({ elapsed: 60, from: 0, fraction: 0.1 }), '9 min left')
  assert.equal(timeLeft({ elapsed: 3600, from: 0, fraction: 0.5 }), '60 min left')
  assert.equal(timeLeft({ elapsed: 3600, from: 0, fraction: 0.25 }), '3.0 h left')
  assert.match(timeLeft({ elapsed: 1, from: 0, fraction: 0 }), /not known yet/)
})
