import { SimulationError } from '../src/error.ts'
import { exitCode, report } from './exit.ts'
import { csvText, latticeOf, modelHead, modelWords, type OpenLattice, resultJson } from './lattice-model.ts'
import { inOptions } from './lattice-options.ts'
import { openRecord, type RunRecord } from './lattice-record.ts'
import { runSteps, type Step } from './steps.ts'
import { programVersion } from './version.ts'
import { checkTargets, fileWriter } from './write.ts'

/** Files of a run on a lattice model, and whether it goes on from its record. */
export type LatticeFiles = {
  readonly csv?: string
  readonly json?: string
  readonly svg?: string
  readonly resume?: boolean
}

/** What a run gave, whole or in part. */
export type LatticeOutput = {
  readonly summary: string
  /** Beside those of the model. */
  readonly notes?: readonly string[]
  readonly rows: () => readonly Readonly<Record<string, number | string>>[]
  /** What stands in the JSON after what every output says. */
  readonly json: () => Readonly<Record<string, unknown>>
  /** Absent where there is nothing to draw. */
  readonly figure?: () => Promise<string>
}

/** The lattice of a model file, once it is known that its results can be written. */
export const latticeFor = async (file: string, { csv, json, svg }: LatticeFiles): Promise<OpenLattice> => {
  await checkTargets({ csv, json, svg }, file)
  return latticeOf(file)
}

/**
 * A long run on a lattice model: what is done is on record beside its output, Ctrl-C and failures leave what there is written,
 * and `--resume` goes on from there.
 *
 * @param file  of the model
 * @param o     options of the command: those that are not files tell this run from others
 */
export const latticeRun = async (
  file: string,
  open: OpenLattice,
  { csv, json, svg, resume, ...meant }: LatticeFiles,
  run: {
    readonly format: string
    /** What tells it from others beside the options. */
    readonly id?: readonly unknown[]
    readonly steps: (record: RunRecord) => Generator<Step, true>
    readonly output: (record: RunRecord) => LatticeOutput
  },
): Promise<void> => {
  const record = await openRecord(
    `${[json, csv, svg].find(name => name !== undefined && name !== '-') ?? file}.run`,
    JSON.stringify([open.sha256, meant, ...(run.id ?? [])]),
    resume ?? false,
  )
  const out = [csv, json, svg].includes('-') ? process.stderr : process.stdout
  out.write(modelWords(open))
  const end = await runSteps(run.steps(record))
  if (end.error instanceof SimulationError && end.error.code === 'input' && record.done.size === 0) {
    // refused at the door: there is nothing to write, and nothing to go on from
    await record.finish()
    throw inOptions(end.error, file)
  }
  const output = run.output(record)
  out.write(output.summary)
  for (const note of [...open.notes, ...(output.notes ?? [])]) out.write(`note: ${note}\n`)
  const outcome = end.result === undefined ? (end.interrupted ? 'interrupted' : 'failed') : 'finished'
  const head = {
    format: run.format,
    formatVersion: 1,
    program: `dualion ${programVersion()}`,
    outcome,
    ...modelHead(open),
  }
  const { put, written } = fileWriter()
  await put(csv, async () => [csvText(output.rows())])
  await put(json, async () => [resultJson({ ...head, ...output.json() })])
  const { figure } = output
  if (figure) await put(svg, async () => [await figure()])
  for (const name of written) out.write(`wrote ${name}\n`)
  if (outcome === 'finished') return record.finish()
  process.stderr.write(`dualion: ${outcome}; go on with --resume (record: ${record.file})\n`)
  process.exitCode = end.interrupted ? exitCode.interrupted : report(inOptions(end.error, file))
}
