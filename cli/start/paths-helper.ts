/** The second thread of the paths: evaluates the structures it is sent, for `sharedEngine`. */
import { type MessagePort, parentPort } from 'node:worker_threads'
import { moSLiMg } from '../../src/engine/potentials/mo-s-li-mg.ts'
import type { HelperAnswer, HelperAsked } from './evaluator.ts'
import { threadCpu } from './thread-cpu.ts'

parentPort?.once('message', (port: MessagePort) => {
  const engine = moSLiMg()
  port.on('message', ({ structures }: HelperAsked) => {
    let said: Omit<HelperAnswer, 'cpu'>
    try {
      said = { evaluations: structures.map(structure => engine.evaluate(structure)) }
    } catch (error) {
      said = { failure: (error as Error)?.message ?? String(error) }
    }
    port.postMessage({ ...said, cpu: threadCpu() } satisfies HelperAnswer)
  })
})
