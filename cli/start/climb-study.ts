/** A study of examples/ladders climbed by the main job, on the rungs that come along. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseYaml } from '../../src/file/yaml.ts'
import { type Climbed, climb, troubleOf } from '../../src/ladder/climb.ts'
import { ladderReport } from '../../src/ladder/report.ts'
import type { Stage } from '../../src/ladder/stage.ts'
import { walked } from '../../src/ladder/stages/walked.ts'
import { stagesOf } from '../../src/ladder/stages-of.ts'
import { folderStore, recordName, type StageRecord, withShipped } from '../../src/ladder/store.ts'
import { ladderStudyOf, shippedOf } from '../../src/ladder/study-file.ts'
import { programVersion } from '../version.ts'
import type { Output } from './files.ts'

const home = fileURLToPath(new URL('../../examples/ladders/', import.meta.url))

/** A rung as it was climbed: hashes of what went in and what came out, and whether it was there already. */
export type Rung = {
  readonly stage: string
  readonly inputs: string
  readonly output: string
  readonly there: boolean
}

export type LadderOptions = {
  /** Folder of the results. */
  readonly out: string
  /** Computes every rung again. */
  readonly fresh: boolean
  /** Barriers moved, by family [eV]. */
  readonly shifts: Readonly<Record<string, number>>
  /** Only the first climb. */
  readonly quick: boolean
  /** What is done, for a line of progress. */
  readonly tell: (words: string) => void
  readonly stopped: () => boolean
}

export type ClimbedStudy = {
  readonly stages: readonly Stage[]
  /** Records of the rungs that were reached, and what they are called by their hashes. */
  readonly done: Climbed
  readonly rungs: readonly Rung[]
  /** What could not be computed, and why. */
  readonly failures: readonly string[]
}

/**
 * Rungs that come along are taken where their inputs are the same, others are computed and kept in the folder of the results, where
 * the report and its figures are written.
 *
 * @param study.name    folder of its results
 * @param study.called  in lines of progress and of failures
 * @param study.beside  results of other studies that rungs may be taken from
 * @returns undefined where Ctrl-C left it open; one that a method stopped has the rungs up to there
 */
export const climbStudy = async (
  study: {
    readonly name: string
    readonly file: string
    readonly title?: string
    readonly called: string
    readonly beside?: readonly string[]
  },
  output: Output,
  o: LadderOptions,
): Promise<ClimbedStudy | undefined> => {
  const { name, file, called, beside = [] } = study
  const read = ladderStudyOf(await parseYaml(readFileSync(join(home, file), 'utf8'), file), file)
  const [shipped, ...others] = shippedOf(read).map(folder => join(home, folder))
  const { stages, notes } = await stagesOf(read, { folder: home, walker: walked, shifts: o.shifts })
  const program = `dualion ${programVersion()}`
  const results = (one: string) => join(o.out, 'ladder', one)
  const steps = climb(stages, {
    store: withShipped(
      folderStore(results(name)),
      ...[...beside.map(results), shipped, ...others].map(folder => folderStore(folder)),
    ),
    program,
    fresh: o.fresh,
  })
  const rungs: Rung[] = []
  const done = new Map<string, StageRecord>()
  const failures: string[] = []
  try {
    if (!(await climbing())) return undefined
  } catch (error) {
    // the rungs below the one that failed stand, and so does all else of the main job
    failures.push(`${called}: ${(error as Error)?.message ?? error}`)
  }
  for (const why of troubleOf(stages, done)) failures.push(`${called}: ${why}`)
  const last = done.get(stages[stages.length - 1].name)
  const along = last && (await folderStore(shipped).read(recordName(last.stage, last.inputsHash)))
  const { markdown, figures } =
    along !== undefined && rungs.every(({ there }) => there)
      ? reportKept(shipped)
      : await ladderReport(stages, done, {
          title: study.title ?? read.title ?? name,
          program,
          notes: [...notes, ...failures],
        })
  await output.write(`ladder/${name}/report.md`, markdown)
  for (const figure of figures) await output.write(`ladder/${name}/${figure.name}.svg`, figure.svg)
  return { stages, done, rungs, failures }

  /** False where it was stopped. */
  async function climbing(): Promise<boolean> {
    let next = await steps.next()
    while (!next.done) {
      const event = next.value
      if (event.kind === 'progress')
        o.tell(`${called}: ${event.stage.name} ${Math.floor(100 * event.fraction)} %, ${event.doing}`)
      else if (event.kind === 'end') {
        const { stage, record, cached } = event
        const [inputs, gave] = [record.inputsHash.slice(0, 12), record.outputHash.slice(0, 12)]
        done.set(stage.name, record)
        rungs.push({ stage: stage.name, inputs, output: gave, there: cached })
      }
      if (o.stopped()) {
        await steps.return(undefined as never)
        return false
      }
      next = await steps.next()
    }
    return true
  }
}

/** The report that came along with rungs: it says the same of the same records. */
const reportKept = (folder: string) => ({
  markdown: readFileSync(join(folder, 'report.md'), 'utf8'),
  figures: readdirSync(folder)
    .filter(file => file.endsWith('.svg'))
    .map(file => ({ name: file.replace(/\.svg$/, ''), svg: readFileSync(join(folder, file), 'utf8') })),
})
