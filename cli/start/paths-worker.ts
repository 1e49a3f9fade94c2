/** The worker of the first stage: the study comes in, what it says on the way and its result go out. */
import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { readStructure } from '../../src/crystal/formats/read-structure.ts'
import { moSLiMg } from '../../src/engine/potentials/mo-s-li-mg.ts'
import { driveSteps } from '../../src/engine/search.ts'
import { barrierStudy, type StudyResult } from '../../src/study/barrier-study.ts'
import type { ExplicitStudy } from '../../src/study/chosen-moves.ts'

export type PathsMessage =
  | { readonly kind: 'progress'; readonly words: string }
  | { readonly kind: 'result'; readonly result: StudyResult }
  | { readonly kind: 'failure'; readonly words: string }

const say = (message: PathsMessage): void => parentPort?.postMessage(message)

parentPort?.on('message', (study: ExplicitStudy) => {
  try {
    const file = new URL(study.host.file, import.meta.url)
    const host = readStructure(readFileSync(file, 'utf8'), { name: study.host.file })
    const steps = driveSteps(barrierStudy(host, study), moSLiMg())
    let stage = ''
    for (;;) {
      const next = steps.next()
      if (next.done) return say({ kind: 'result', result: next.value })
      const { mechanism, name } = next.value
      const now = mechanism ? `${mechanism}, ${name}` : name
      if (now !== stage) say({ kind: 'progress', words: now })
      stage = now
    }
  } catch (error) {
    say({ kind: 'failure', words: (error as Error)?.message ?? String(error) })
  }
})
