/** A worker of the main job: a job comes in, its result or the words of its failure goes out. */
import { parentPort } from 'node:worker_threads'
import { type Job, jobRunner } from '../../src/claims/jobs.ts'
import { SimulationError } from '../../src/error.ts'
import { threadCpu } from './thread-cpu.ts'

export type Asked = { readonly id: number; readonly job: Job }
/** `cpu`: CPU time of the worker so far [s]. */
export type Answered = { readonly id: number; readonly cpu: number | undefined } & (
  | { readonly result: unknown }
  | { readonly failure: string; readonly ours: boolean }
)

const run = jobRunner()
parentPort?.on('message', ({ id, job }: Asked) => {
  try {
    const result = run(job)
    parentPort?.postMessage({ id, cpu: threadCpu(), result } satisfies Answered)
  } catch (error) {
    const ours = !(error instanceof SimulationError)
    const failure = ours ? ((error as Error)?.stack ?? String(error)) : (error as Error).message
    parentPort?.postMessage({ id, cpu: threadCpu(), failure, ours } satisfies Answered)
  }
})
