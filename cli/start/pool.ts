import { availableParallelism } from 'node:os'
import type { Job, JobResult } from '../../src/claims/jobs.ts'
import { newWorker } from '../worker-thread.ts'
import type { Answered, Asked } from './worker.ts'

/** Room for what lives shortly: fewer, larger sweeps of the collector. */
const resourceLimits = { maxYoungGenerationSizeMb: 64 } as const

/** Workers at most: the main job has little more to do than keeps two busy for a few seconds. */
const most = 8

export type Pool = {
  /** Resolves with the result, or undefined where the method failed (said in `failures`) or the pool was closed. */
  run<J extends Job>(label: string, job: J): Promise<JobResult<J> | undefined>
  readonly failures: readonly string[]
  /** Workers, and their CPU time so far, all together [s]; undefined where the system does not tell. */
  readonly threads: number
  cpu(): number | undefined
  /** Ends the workers; what has not begun resolves with undefined. */
  close(): Promise<void>
}

type Slot = {
  readonly worker: ReturnType<typeof newWorker>
  busy: (Waiting & { readonly id: number }) | undefined
  dead: boolean
  /** CPU time of the worker at its last answer [s]. */
  cpu: number | undefined
}
type Waiting = { readonly label: string; readonly job: Job; readonly resolve: (result: never) => void }

/**
 * Worker threads that take jobs in the order they were asked for.
 *
 * @param finished  called after each job
 */
export const poolOf = (finished: () => void): Pool => {
  const waiting: Waiting[] = []
  const failures: string[] = []
  let closed = false
  let count = 0
  const slots = Array.from({ length: Math.max(1, Math.min(most, availableParallelism())) }, () => {
    const worker = newWorker(import.meta.url, 'worker', { resourceLimits })
    const slot: Slot = { worker, busy: undefined, dead: false, cpu: 0 }
    worker.on('message', (answer: Answered) => {
      const { busy } = slot
      slot.busy = undefined
      slot.cpu = answer.cpu
      if (busy === undefined || busy.id !== answer.id) return
      if ('failure' in answer) failures.push(`${busy.label}: ${answer.failure}`)
      busy.resolve(('result' in answer ? answer.result : undefined) as never)
      finished()
      next()
    })
    worker.on('error', error => {
      failures.push(`${slot.busy?.label ?? 'worker'}: ${error.stack ?? error.message}`)
      slot.busy?.resolve(undefined as never)
      slot.busy = undefined
      slot.dead = true
      finished()
      if (slots.every(one => one.dead)) for (const one of waiting.splice(0)) one.resolve(undefined as never)
      next()
    })
    return slot
  })
  const next = (): void => {
    for (const slot of slots) {
      if (closed || slot.dead || slot.busy !== undefined) continue
      const one = waiting.shift()
      if (one === undefined) return
      slot.busy = { ...one, id: count++ }
      slot.worker.postMessage({ id: slot.busy.id, job: one.job } satisfies Asked)
    }
  }
  return {
    failures,
    threads: slots.length,
    cpu: () =>
      slots.reduce<number | undefined>(
        (sum, { cpu }) => (sum === undefined || cpu === undefined ? undefined : sum + cpu),
        0,
      ),
    run: (label, job) =>
      new Promise(resolve => {
        if (closed) resolve(undefined)
        else waiting.push({ label, job, resolve: resolve as (result: never) => void })
        next()
      }),
    async close() {
      closed = true
      for (const one of waiting.splice(0)) one.resolve(undefined as never)
      for (const slot of slots) slot.busy?.resolve(undefined as never)
      await Promise.all(slots.map(slot => slot.worker.terminate()))
    },
  }
}
