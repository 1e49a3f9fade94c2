/** Structures evaluated in two threads: half of what a search asks for at once goes to a helper. */
import type { MessagePort } from 'node:worker_threads'
import type { Structure } from '../../src/crystal/structure.ts'
import type { Engine, Evaluation, RemoteEngine } from '../../src/engine/engine.ts'

/** What the helper is asked, and what it answers; `cpu`: CPU time of its thread so far [s]. */
export type HelperAsked = { readonly structures: readonly Structure[] }
export type HelperAnswer = {
  readonly cpu: number | undefined
  readonly evaluations?: readonly Evaluation[]
  readonly failure?: string
}

/**
 * An engine whose batches are halved between this thread and a helper with the same engine: the same numbers, whoever computes them.
 */
export const sharedEngine = (
  engine: Engine,
  helper: MessagePort,
): RemoteEngine & { readonly helperCpu: () => number | undefined } => {
  let cpu: number | undefined
  const ask = (structures: readonly Structure[]): Promise<readonly Evaluation[]> =>
    new Promise((resolve, reject) => {
      helper.once('message', (answer: HelperAnswer) => {
        cpu = answer.cpu
        if (answer.evaluations) resolve(answer.evaluations)
        else reject(new Error(answer.failure))
      })
      helper.postMessage({ structures } satisfies HelperAsked)
    })
  return {
    name: engine.name,
    elements: engine.elements,
    async evaluateAll(structures) {
      const own = Math.ceil(structures.length / 2)
      const asked = own < structures.length ? ask(structures.slice(own)) : undefined
      const here = structures.slice(0, own).map(structure => engine.evaluate(structure))
      return asked ? [...here, ...(await asked)] : here
    },
    close: async () => helper.close(),
    helperCpu: () => cpu,
  }
}
