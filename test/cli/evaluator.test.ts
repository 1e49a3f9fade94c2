/** Structures evaluated by two threads: halves of a batch, in their order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { type HelperAsked, sharedEngine } from '../../cli/start/evaluator.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import type { Engine } from '../../src/engine/engine.ts'

const structure = (x: number) => ({ positions: Float64Array.of(x) }) as Structure
const engine = (sign: number) =>
  ({
    name: 'x',
    elements: ['*'],
    evaluate: ({ positions }: Structure) => ({ energy: sign * positions[0] }),
  }) as unknown as Engine

test('the second half goes to the helper, its answers behind our own; a lone structure stays here; a failure is passed on', async () => {
  const { port1, port2 } = new MessageChannel()
  port2.on('message', ({ structures }: HelperAsked) =>
    port2.postMessage(
      structures.some(({ positions }) => positions[0] === 13)
        ? { failure: 'no number', cpu: 1 }
        : { evaluations: structures.map(one => engine(-1).evaluate(one)), cpu: 2 },
    ),
  )
  const shared = sharedEngine(engine(1), port1)
  const energies = async (...xs: number[]) => (await shared.evaluateAll(xs.map(structure))).map(({ energy }) => energy)
  assert.deepEqual(await energies(1, 2, 3, 4, 5), [1, 2, 3, -4, -5])
  assert.deepEqual(await energies(6), [6])
  assert.deepEqual(await energies(7, 8), [7, -8])
  assert.equal(shared.helperCpu(), 2)
  await assert.rejects(energies(1, 13), /no number/)
  await shared.close()
})
