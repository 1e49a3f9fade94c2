/** A worker of the second pass of a fit: it learns every so-manieth frame of the files and sends back the sums. */
import { parentPort, workerData } from 'node:worker_threads'
import { learning, type Recipe } from '../../src/distil/index.ts'
import type { AceBasis } from '../../src/engine/ace/index.ts'
import { framesOf } from './frames.ts'

export type Share = {
  readonly files: readonly string[]
  readonly recipe: Recipe
  readonly basis: AceBasis
  /** Takes the frames whose number leaves this remainder … */
  readonly share: number
  /** … when divided by this. */
  readonly of: number
}

const work = async ({ files, recipe, basis, share, of }: Share) => {
  const { learn, learnt } = learning(recipe, basis)
  let number = 0
  for (const file of files) for await (const frame of framesOf(file)) if (number++ % of === share) learn(frame)
  parentPort?.postMessage(learnt())
}

await work(workerData as Share)
