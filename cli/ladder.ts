import { access, constants, mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { refuse, SimulationError } from '../src/error.ts'
import { decoded } from '../src/file/decoded.ts'
import { parseJson } from '../src/file/json.ts'
import { parseYaml } from '../src/file/yaml.ts'
import { type Climbed, type ClimbOptions, climb, troubleOf } from '../src/ladder/climb.ts'
import { engineStamp } from '../src/ladder/engine-stamp.ts'
import { ladderReport } from '../src/ladder/report.ts'
import type { Stage } from '../src/ladder/stage.ts'
import { walked } from '../src/ladder/stages/walked.ts'
import { stagesOf } from '../src/ladder/stages-of.ts'
import { folderStore, type Store, withShipped } from '../src/ladder/store.ts'
import { ladderStudyOf, shippedOf } from '../src/ladder/study-file.ts'
import { type OpenEngine, openEngine } from '../src/study/open-engine.ts'
import { readInput } from '../src/study/read-input.ts'
import { exitCode, report } from './exit.ts'
import { shiftsOf } from './ladder-shifts.ts'
import { runSteps, type Step } from './steps.ts'
import { textTable } from './table.ts'
import { programVersion } from './version.ts'

/** Largest study file that is read [bytes]. */
const largestStudy = 1_000_000

export type LadderOptions = {
  readonly out?: string
  readonly fresh?: boolean
  readonly shift: readonly string[]
}

/**
 * `dualion ladder STUDY`: stage after stage, each taken from the folder where the same inputs have been through it; then the
 * report. A climb that was stopped goes on from what is there.
 */
export const ladderCommand = async (file: string, o: LadderOptions): Promise<void> => {
  const text = decoded(await readInput(file, largestStudy), file)
  const study = ladderStudyOf(/^\s*\{/.test(text) ? parseJson(text, file) : await parseYaml(text, file), file)
  const folder = dirname(resolve(file))
  const stamp = study.engine === undefined ? undefined : await named(file, () => engineStamp(study.engine!, folder))
  const { stages, notes } = await named(file, () =>
    stagesOf(study, {
      folder,
      walker: walked,
      shifts: shiftsOf(o.shift),
      ...(stamp === undefined ? {} : { engine: { stamp } }),
    }),
  )
  const out = resolve(o.out ?? join(folder, `${basename(file).replace(/\.\w+$/, '')}-ladder`))
  await makeFolder(out)
  const program = `dualion ${programVersion()}`
  const title = study.title ?? basename(file)
  process.stdout.write(`${title}: ${stages.map(stage => stage.name).join(' → ')}, in ${out}\n`)
  for (const note of notes) process.stdout.write(`note: ${note}\n`)

  const own = folderStore(out)
  const done = new Map<string, ReturnType<Climbed['get']> & {}>()
  // an engine is started by the first structure that it is asked for
  let engine: Promise<OpenEngine> | undefined
  const opened = () => {
    engine ??= openEngine(study.engine!, { folder, report: note => process.stderr.write(`note: ${note}\n`) })
    return engine
  }
  const end = await runSteps(
    rungs(stages, {
      store: withShipped(own, ...shippedOf(study).map(one => folderStore(resolve(folder, one)))),
      program,
      fresh: o.fresh ?? false,
      done,
      evaluate: async structures => (await opened()).evaluateAll(structures),
    }),
  ).finally(async () => (await engine)?.close())
  const { markdown, figures } = await ladderReport(stages, done, { title, program, notes })
  await writeFile(join(out, 'report.md'), markdown)
  for (const { name, svg } of figures) await writeFile(join(out, `${name}.svg`), svg)
  process.stdout.write(`wrote ${join(out, 'report.md')}${figures.map(({ name }) => `, ${name}.svg`).join('')}\n`)
  const claims = stages.find(stage => stage.name === 'claims')
  const verdicts = done.get('claims')
  if (claims && verdicts) {
    const { table = [] } = await claims.report(verdicts.output, { inputs: {} })
    process.stdout.write(`\n${textTable(table)}`)
  }
  const failed = troubleOf(stages, done)
  for (const words of failed) process.stderr.write(`dualion: ${words}\n`)
  if (end.result !== undefined) {
    if (failed.length > 0) process.exitCode = exitCode.method
    return
  }
  process.stderr.write(`dualion: ${end.interrupted ? 'interrupted' : 'failed'}; the same command goes on from here\n`)
  process.exitCode = end.interrupted ? exitCode.interrupted : report(end.error)
}

/** A folder with those above it, one at a time: some file systems never end a call that makes them all. */
const makeFolder = async (folder: string): Promise<void> => {
  const there = await stat(folder).catch(() => undefined)
  if (there) {
    if (!there.isDirectory()) refuse('--out', folder, 'a folder; this is a file')
    return access(folder, constants.W_OK).catch(() => refuse('--out', folder, 'a folder that may be written to'))
  }
  if (dirname(folder) !== folder) await makeFolder(dirname(folder))
  await mkdir(folder).catch(error => {
    if (error?.code !== 'EEXIST') refuse('--out', folder, 'a folder that can be made')
  })
}

/** The climb as steps of a bar, a line for each stage. */
async function* rungs(
  stages: readonly Stage[],
  o: {
    readonly store: Store
    readonly program: string
    readonly fresh: boolean
    readonly done: Map<string, NonNullable<ReturnType<Climbed['get']>>>
    readonly evaluate: NonNullable<ClimbOptions['evaluate']>
  },
): AsyncGenerator<Step, true> {
  const steps = climb(stages, { store: o.store, program: o.program, fresh: o.fresh, evaluate: o.evaluate })
  let at = 0
  try {
    for (;;) {
      const next = await steps.next()
      if (next.done) return true
      const event = next.value
      if (event.kind === 'note') process.stderr.write(`note: ${event.text}\n`)
      else if (event.kind === 'start') {
        at = event.at
        process.stdout.write(
          `${event.at + 1} of ${event.of} ${event.stage.name}: inputs ${event.inputsHash}${event.goingOn ? ', going on' : ''}\n`,
        )
      } else if (event.kind === 'end') {
        o.done.set(event.stage.name, event.record)
        const { inputsHash, outputHash } = event.record
        process.stdout.write(
          event.cached
            ? `${event.at + 1} of ${event.of} ${event.stage.name}: inputs ${inputsHash}, there already: ${outputHash.slice(0, 16)}\n`
            : `${event.at + 1} of ${event.of} ${event.stage.name}: done: ${outputHash.slice(0, 16)}\n`,
        )
      } else yield { fraction: (at + event.fraction) / stages.length, doing: `${event.stage.name}: ${event.doing}` }
    }
  } finally {
    await steps.return(undefined as never)
  }
}

/** What is refused while stages are made is of the study. */
const named = async <T>(file: string, make: () => Promise<T>): Promise<T> => {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error
    throw new SimulationError(`${file}: ${error.message}`, {
      code: error.code,
      at: `${file}: ${error.at}`,
      cause: error,
    })
  }
}
