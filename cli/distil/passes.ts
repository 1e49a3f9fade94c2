import { createHash, type Hash } from 'node:crypto'
import { type Distilled, distillation, type Labelled, type Learnt, type Recipe } from '../../src/distil/index.ts'
import type { AceBasis } from '../../src/engine/ace/index.ts'
import { newWorker } from '../worker-thread.ts'
import { framesOf } from './frames.ts'
import type { Share } from './worker.ts'

/** How often a long pass says how far it is [ms]. */
const silence = 30_000

export type PassOptions = {
  /** Threads that share the second pass, which takes nearly all the time. */
  readonly workers: number
  readonly say: (text: string) => void
  /** Frames in memory, after those of the files. */
  readonly more?: readonly Labelled[]
  /** Ends it, with its reason as the error. */
  readonly signal: AbortSignal
}

export type Fitted = { readonly distilled: Distilled; readonly frames: number; readonly hash: string }

/** A fit to files that are read as streams, once a pass. */
export const fitFiles = async (
  files: readonly string[],
  recipe: Recipe,
  { workers, say, more = [], signal }: PassOptions,
): Promise<Fitted> => {
  const work = distillation(recipe)
  const hash = createHash('sha256')
  let frames = 0
  const pass = async (visit: (frame: Labelled) => void, digest?: Hash) => {
    let seen = 0
    let said = performance.now()
    for (const file of files)
      for await (const frame of framesOf(file, digest)) {
        signal.throwIfAborted()
        visit(frame)
        seen++
        if (performance.now() - said < silence) continue
        said = performance.now()
        say(`  ${seen}${frames > 0 ? ` of ${frames}` : ''} frames`)
      }
    for (const frame of more) visit(frame)
    frames = seen + more.length
  }
  await pass(work.look, hash)
  const basis = work.basis()
  say(
    `${frames} frames; coefficients: ${basis.terms.map(({ count }, s) => `${basis.species[s]} ${count + 1}`).join(', ')}`,
  )
  if (workers > 1) {
    const parts = Array.from({ length: workers }, (_, share) => share)
    const learnt = await Promise.all(
      parts.map(share => learnElsewhere({ files, recipe, basis, share, of: workers }, signal)),
    )
    for (const part of learnt) work.absorb(part)
    for (const frame of more) work.learn(frame)
  } else await pass(work.learn)
  const steps = work.solveSteps()
  for (let next = steps.next(); !next.done; next = steps.next()) {
    const { prior, error } = next.value
    say(`prior ${prior.strength} (1 + degree)^${prior.power}: weighted error on folds left out ${error.toFixed(4)}`)
    await new Promise(resolve => setImmediate(resolve)) // so that a signal is heard
    signal.throwIfAborted()
  }
  await pass(work.reach)
  await pass(work.judge)
  return { distilled: work.result(), frames, hash: hash.digest('hex') }
}

/** One share of the second pass, in a thread of its own. */
const learnElsewhere = (
  share: Share & { readonly recipe: Recipe; readonly basis: AceBasis },
  signal: AbortSignal,
): Promise<Learnt> =>
  new Promise((resolve, reject) => {
    const worker = newWorker(import.meta.url, 'worker', { workerData: share })
    worker.once('message', (learnt: Learnt) => {
      resolve(learnt)
      void worker.terminate()
    })
    worker.once('error', reject)
    signal.addEventListener('abort', () => {
      void worker.terminate()
      reject(signal.reason)
    })
  })
