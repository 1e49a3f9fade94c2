import type { Mesh } from '../src/cell/cell.ts'
import { cycleSteps } from '../src/cell/cycle.ts'
import { modelOf } from '../src/cell/model-of.ts'
import type { Solution } from '../src/cell/solution.ts'
import { SimulationError } from '../src/error.ts'
import type { CellFile } from '../src/file/read.ts'
import { cellOf } from './cell.ts'
import { exitCode, report } from './exit.ts'
import { currentSignOf, fidelityOf } from './options.ts'
import { interruptible } from './progress.ts'
import { askedExperiment, type Experiment, type ExperimentOptions, experimentOfFile, type Reading } from './protocol.ts'
import { summary } from './summary.ts'
import { checkTargets, type Targets, writeResult } from './write.ts'

export type RunOptions = Targets &
  ExperimentOptions & {
    readonly step: readonly string[]
    readonly model?: string
    readonly mesh: Mesh
    readonly rtol: number
    readonly amount?: string
    readonly soc?: number
    readonly thermal?: boolean
    readonly currentSign: string
  }

/**
 * `dualion run FILE`: reads, checks, simulates, writes. A method that fails and a Ctrl-C leave what was computed written,
 * and say so by their exit code.
 */
export const run = async (file: string, o: RunOptions): Promise<void> => {
  const currentSign = currentSignOf(o.currentSign)
  await checkTargets(o, file)
  const read = await cellOf(file, o)
  const fidelity = fidelityOf(o.model, read.only ?? read.fidelity)
  const notes = [...read.notes]
  const inputs = [file]
  const reading: Reading = { currentSign, reads: path => inputs.push(path) }
  const { protocol, termination } = await experimentFor(file, read, o, reading, notes)
  if (inputs.length > 1) await checkTargets(o, ...inputs)
  const model = modelOf(read.cell, { fidelity, mesh: o.mesh })
  const done = await interruptible(
    cycleSteps(model, protocol, { rtol: o.rtol, ...(termination ? { termination } : {}) }),
  )
  // A step that fails, or that proves never to end, takes nothing from what the steps before it gave.
  if (done.error !== undefined && !(done.solution && done.error instanceof SimulationError)) throw done.error
  if (done.solution === undefined) {
    process.exitCode = exitCode.interrupted
    return
  }
  const solution: Solution = { ...done.solution, notes: [...notes, ...done.solution.notes] }
  const { written, failure } = await writeResult(solution, o, currentSign)
  const toStandardOutput = [o.csv, o.json, o.svg, o.parquet].includes('-')
  const stream = toStandardOutput ? process.stderr : process.stdout
  stream.write(summary(solution))
  for (const name of written) stream.write(`wrote ${name}\n`)
  if (failure !== undefined) process.exitCode = report(failure)
  if (done.interrupted) {
    process.stderr.write('dualion: interrupted; what was computed until then is written\n')
    process.exitCode = exitCode.interrupted
  } else if (done.error !== undefined) process.exitCode = report(done.error)
}

/** The steps asked for, else those of the file, else one discharge at 1C. */
const experimentFor = async (
  file: string,
  read: CellFile,
  o: RunOptions,
  reading: Reading,
  notes: string[],
): Promise<Experiment> => {
  const { step: asked } = o
  if (asked.length === 0 && read.protocol && read.protocol.steps.length > 0)
    return experimentOfFile(file, read, reading, o)
  const sentences = asked.length > 0 ? asked : [`Discharge at 1C until ${read.cell.voltageLimits[0]} V`]
  if (asked.length === 0) notes.push(`no --step and no protocol in the file: ${sentences[0]}`)
  return askedExperiment(sentences, read, reading, o)
}
