import { appendFile, stat, writeFile } from 'node:fs/promises'
import { readFramesAsync } from '../../src/crystal/formats/extxyz.ts'
import { writeFrame } from '../../src/crystal/formats/extxyz-write.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { committeeEngines, mostDoubtful, pathCandidates } from '../../src/distil/committee.ts'
import type { Labelled, Recipe } from '../../src/distil/index.ts'
import type { RemoteEngine } from '../../src/engine/engine.ts'
import { refuse } from '../../src/error.ts'
import { random } from '../../src/math/random.ts'
import { textOf } from './frames.ts'
import { type Fitted, fitFiles } from './passes.ts'

/** Displacements of the copies of structures along a path [Å]: a hot solid's. Source: assumed */
const displacement = 0.06

export type GrowOptions = {
  readonly teacher: string
  readonly paths?: readonly string[]
  readonly grown?: string
  readonly rounds: number
  readonly add: number
  readonly seed: number
  readonly workers: number
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

/**
 * Fits, asks the teacher about the structures along the paths on which the committee of fits disagrees most, adds its answers
 * to the data, and fits again. What the teacher said is in `grown` at once, so that an interrupted run loses nothing.
 */
export const grow = async (files: readonly string[], recipe: Recipe, o: GrowOptions): Promise<Fitted> => {
  if (o.grown === undefined) refuse('--grown', 'nothing', 'the file for what the teacher labels')
  if (!o.paths || o.paths.length === 0) refuse('--paths', 'nothing', 'at least one file of structures along a path')
  const paths = await Promise.all(o.paths!.map(readPath))
  // labels cost hours: those of an earlier run are not written over
  if ((await stat(o.grown!).catch(() => undefined))?.size)
    refuse('--grown', o.grown, 'a new file; what an earlier run labelled goes on as data, named among DATA')
  await writeFile(o.grown!, '')
  const teacher = await teacherOf(o.teacher, o.say)
  const { normal } = random(o.seed)
  const more: Labelled[] = []
  const fit = () => fitFiles(files, recipe, { workers: o.workers, say: o.say, more, signal: o.signal })
  const stopped = new Promise<never>((_, reject) => {
    o.signal.addEventListener('abort', () => reject(o.signal.reason))
  })
  stopped.catch(() => {})
  let last: Fitted | undefined
  try {
    for (let round = 1; round <= o.rounds; round++) {
      last = await fit()
      const engines = committeeEngines(last.distilled)
      const candidates = paths.flatMap(path => pathCandidates(path, { between: 2, copies: 2, displacement, normal }))
      const chosen = mostDoubtful(engines, candidates, o.add)
      o.say(
        `round ${round}: the committee disagrees by up to ${chosen[0].doubt.force.toFixed(3)} eV/Å on ${candidates.length} structures; the teacher is asked about ${chosen.length}`,
      )
      for (const [k, { structure: asked }] of chosen.entries()) {
        const [{ energy, forces, stress }] = await Promise.race([teacher.evaluateAll([asked]), stopped])
        const label = `grown_r${round}_${k}`
        const frame = { structure: asked, energy, forces, ...(stress ? { stress } : {}) }
        more.push({ ...frame, label })
        await appendFile(o.grown!, writeFrame({ ...frame, info: { config: label, teacher: teacher.name } }))
      }
    }
    return await fit()
  } catch (error) {
    // stopped half way: the last fit there was
    if (o.signal.aborted && last) return last
    throw error
  } finally {
    await teacher.close()
  }
}

const readPath = async (file: string): Promise<readonly Structure[]> => {
  const { createReadStream } = await import('node:fs')
  const structures: Structure[] = []
  for await (const { structure } of readFramesAsync(textOf(createReadStream(file)), file)) structures.push(structure)
  return structures.length > 0 ? structures : refuse(file, 'no structures', 'at least one')
}

const teacherOf = async (text: string, report: (note: string) => void): Promise<RemoteEngine> => {
  const command = text.startsWith('ipi:') ? text.slice(4).trim() : ''
  if (command === '') return refuse('--teacher', text, 'ipi: and a command that starts a client of the i-PI protocol')
  const { ipi } = await import('../../src/engine/ipi/index.ts')
  return ipi({ command, report })
}
