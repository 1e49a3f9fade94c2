/** A worker of the main job: a job comes in, its result or the words of its failure goes out. */
import { parentPort } from 'node:worker_threads'
import { type Job, jobRunner } from '../../src/claims/jobs.ts'
import { SimulationError } from '../../src/error.ts'

export type Asked = { readonly id: number; readonly job: Job }
export type Answered =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string; readonly ours: boolean }

const run = jobRunner()
parentPort?.on('message', ({ id, job }: Asked) => {
  try {
    parentPort?.postMessage({ id, result: run(job) } satisfies Answered)
  } catch (error) {
    const ours = !(error instanceof SimulationError)
    const failure = ours ? ((error as Error)?.stack ?? String(error)) : (error as Error).message
    parentPort?.postMessage({ id, failure, ours } satisfies Answered)
  }
})
