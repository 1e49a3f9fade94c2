/** The worker of the paths: the study comes in with a helper, its result or the words of its failure go out. */
import { readFileSync } from 'node:fs'
import { type MessagePort, parentPort } from 'node:worker_threads'
import { readStructure } from '../../src/crystal/formats/read-structure.ts'
import { moSLiMg } from '../../src/engine/potentials/mo-s-li-mg.ts'
import { driveRemote } from '../../src/engine/search.ts'
import { barrierStudy, type StudyResult } from '../../src/study/barrier-study.ts'
import type { ExplicitStudy } from '../../src/study/chosen-moves.ts'
import { sharedEngine } from './evaluator.ts'
import { threadCpu } from './thread-cpu.ts'

type Said =
  | { readonly kind: 'result'; readonly result: StudyResult }
  | { readonly kind: 'failure'; readonly words: string }
/** `cpu`: CPU time of both threads so far [s]. */
export type PathsMessage = Said & { readonly cpu: number | undefined }
export type PathsAsked = { readonly study: ExplicitStudy; readonly helper: MessagePort }

parentPort?.once('message', async ({ study, helper }: PathsAsked) => {
  const engine = sharedEngine(moSLiMg(), helper)
  let said: Said
  try {
    const file = new URL(study.host.file, import.meta.url)
    const host = readStructure(readFileSync(file, 'utf8'), { name: study.host.file })
    const steps = driveRemote(barrierStudy(host, study), engine)
    let next = await steps.next()
    while (!next.done) next = await steps.next()
    said = { kind: 'result', result: next.value }
  } catch (error) {
    said = { kind: 'failure', words: (error as Error)?.message ?? String(error) }
  }
  const own = threadCpu()
  const cpu = own === undefined ? undefined : own + (engine.helperCpu() ?? 0)
  parentPort?.postMessage({ ...said, cpu } satisfies PathsMessage)
  await engine.close()
})
