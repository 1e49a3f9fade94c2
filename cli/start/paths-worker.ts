/** The worker of the first stage: the study comes in, its result or the words of its failure go out. */
import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { readStructure } from '../../src/crystal/formats/read-structure.ts'
import { moSLiMg } from '../../src/engine/potentials/mo-s-li-mg.ts'
import { drive } from '../../src/engine/search.ts'
import { barrierStudy, type StudyResult } from '../../src/study/barrier-study.ts'
import type { ExplicitStudy } from '../../src/study/chosen-moves.ts'
import { threadCpu } from './thread-cpu.ts'

type Said =
  | { readonly kind: 'result'; readonly result: StudyResult }
  | { readonly kind: 'failure'; readonly words: string }
/** `cpu`: CPU time of the thread so far [s]. */
export type PathsMessage = Said & { readonly cpu: number | undefined }

const say = (message: Said): void => parentPort?.postMessage({ ...message, cpu: threadCpu() } satisfies PathsMessage)

parentPort?.on('message', (study: ExplicitStudy) => {
  try {
    const file = new URL(study.host.file, import.meta.url)
    const host = readStructure(readFileSync(file, 'utf8'), { name: study.host.file })
    say({ kind: 'result', result: drive(barrierStudy(host, study), moSLiMg()) })
  } catch (error) {
    say({ kind: 'failure', words: (error as Error)?.message ?? String(error) })
  }
})
