/**
 * Climbing the ladder: every stage once its inputs are there, or taken from the store where the very same inputs have been
 * through it. Inputs are named by the hash of their content, so a stage that gives the same as before leaves all above it as
 * they are, and a number that moves anywhere below moves them.
 */
import type { Structure } from '../crystal/structure.ts'
import type { Evaluation } from '../engine/engine.ts'
import { refuse, SimulationError } from '../error.ts'
import { type Answers, headLine, readRecord, recorded } from '../study/recorded.ts'
import { hashOf } from './canonical.ts'
import type { Stage, StageMessage } from './stage.ts'
import {
  answersName,
  keptName,
  recordName,
  recordOf,
  recordText,
  type StageRecord,
  type Store,
  stageFormat,
} from './store.ts'

export type ClimbOptions = {
  readonly store: Store
  /** Compute again what is in the store. */
  readonly fresh?: boolean
  /** Version of the program, for the records. */
  readonly program: string
  /** What evaluates structures, where a stage asks for it. */
  readonly evaluate?: (structures: readonly Structure[]) => Promise<readonly Evaluation[]>
}

/** What is said on the way. */
export type ClimbEvent =
  | {
      readonly kind: 'start'
      readonly stage: Stage
      readonly at: number
      readonly of: number
      readonly inputsHash: string
      readonly goingOn: boolean
    }
  | { readonly kind: 'progress'; readonly stage: Stage; readonly fraction: number; readonly doing: string }
  | {
      readonly kind: 'end'
      readonly stage: Stage
      readonly at: number
      readonly of: number
      readonly record: StageRecord
      readonly cached: boolean
    }
  | { readonly kind: 'note'; readonly text: string }

/** Records by stage. */
export type Climbed = ReadonlyMap<string, StageRecord>

/**
 * Run stages in their order. Leaving the generator early leaves everything kept so far in the store: the next climb goes on from
 * there.
 *
 * @throws SimulationError (`input`) for stages that need what does not come before them; what a stage throws comes through
 *   with the climb so far as `partial`
 */
export async function* climb(stages: readonly Stage[], o: ClimbOptions): AsyncGenerator<ClimbEvent, Climbed> {
  checkOrder(stages)
  const done = new Map<string, StageRecord>()
  for (const [at, stage] of stages.entries()) {
    const { name, version, settings } = stage
    const inputs = Object.fromEntries(stage.needs.map(need => [need, done.get(need)!.outputHash]))
    const inputsHash = hashOf({ stage: name, version, settings, inputs })
    const known = o.fresh ? undefined : yield* fromStore(stage, inputsHash, o.store)
    if (known !== undefined) {
      done.set(name, known)
      yield { kind: 'end', stage, at, of: stages.length, record: known, cached: true }
      continue
    }
    const keptFile = keptName(name, inputsHash)
    const answersFile = answersName(name, inputsHash)
    if (o.fresh) for (const file of [keptFile, answersFile]) await o.store.remove(file)
    const kept = parsed(await o.store.read(keptFile))
    const answers = await answersOf(o.store, answersFile, inputsHash)
    const goingOn = kept !== undefined || answers.size > 0
    yield { kind: 'start', stage, at, of: stages.length, inputsHash, goingOn }
    const context = {
      inputs: Object.fromEntries(stage.needs.map(need => [need, done.get(need)!.output])),
      hashes: inputs,
      ...(kept === undefined ? {} : { kept }),
    }
    let output: unknown
    try {
      output = yield* worked(stage, context, answers, { ...o, inputsHash })
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error
      throw new SimulationError(`stage ${name}: ${error.message}`, {
        code: error.code,
        at: `${name}: ${error.at}`,
        partial: done,
        cause: error,
      })
    }
    const record: StageRecord = {
      format: stageFormat,
      stage: name,
      version,
      program: o.program,
      settings: JSON.parse(JSON.stringify(settings)),
      inputs,
      inputsHash,
      outputHash: hashOf(output),
      // what is computed and what is read again are the same data, −0 and absent fields included
      output: JSON.parse(JSON.stringify(output)),
    }
    await o.store.write(recordName(name, inputsHash), recordText(record))
    for (const file of [keptFile, answersFile]) await o.store.remove(file)
    done.set(name, record)
    yield { kind: 'end', stage, at, of: stages.length, record, cached: false }
  }
  return done
}

/** Stages that came to their end without what was asked of them, each with why. */
export const troubleOf = (stages: readonly Stage[], climbed: Climbed): readonly string[] =>
  stages.flatMap(({ name, trouble }) => {
    const record = climbed.get(name)
    const why = record && trouble?.(record.output)
    return why === undefined ? [] : [`stage ${name}: ${why}`]
  })

async function* fromStore(
  { name }: Stage,
  inputsHash: string,
  store: Store,
): AsyncGenerator<ClimbEvent, StageRecord | undefined> {
  const file = recordName(name, inputsHash)
  const text = await store.read(file)
  if (text === undefined) return undefined
  const record = recordOf(text, inputsHash)
  if (typeof record !== 'string') return record
  yield { kind: 'note', text: `${file} is not used, ${record}; the stage is computed again` }
  return undefined
}

/** What an engine said when the stage was stopped; a line that was cut off then is left out of the file too. */
const answersOf = async (store: Store, file: string, inputsHash: string): Promise<Answers> => {
  const text = await store.read(file)
  if (text === undefined) return new Map()
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole === '') {
    await store.remove(file)
    return new Map()
  }
  if (whole !== text) await store.write(file, whole)
  return readRecord(whole, inputsHash, file)
}

/** A stage to its end: progress goes out, evaluations are asked for and recorded, what it keeps is stored. */
async function* worked(
  stage: Stage,
  context: Parameters<Stage['run']>[0],
  answers: Answers,
  { store, evaluate, inputsHash }: ClimbOptions & { readonly inputsHash: string },
): AsyncGenerator<ClimbEvent, unknown> {
  const lines: string[] = answers.size === 0 ? [headLine(inputsHash)] : []
  const search = asSearch(stage.run(context))
  const run = stage.recordsAnswers === false ? search : recorded(search, answers, line => lines.push(line))
  const file = answersName(stage.name, inputsHash)
  const flush = async () => {
    // the head alone is no record worth a file
    if (lines.length === 0 || (lines.length === 1 && answers.size === 0)) return
    await store.append(file, lines.splice(0).join(''))
  }
  let next = run.next()
  while (!next.done) {
    const message = next.value
    if (message.kind === 'evaluate') {
      if (evaluate === undefined) return refuse('engine', undefined, `an engine, which the stage ${stage.name} asks`)
      next = run.next(await evaluate(message.structures))
      await flush()
      continue
    }
    if (message.progress.kind === 'keep')
      await store.write(keptName(stage.name, inputsHash), `${JSON.stringify(message.progress.state)}\n`)
    else if (message.progress.kind === 'progress') {
      const { fraction, doing } = message.progress
      yield { kind: 'progress', stage, fraction, doing }
    }
    next = run.next()
  }
  return next.value
}

/** A stage as a search, so that `recorded` keeps its evaluations. */
function* asSearch<O>(run: ReturnType<Stage<O>['run']>) {
  let next = run.next()
  while (!next.done) {
    const message: StageMessage = next.value
    if (message.kind === 'evaluate') {
      const answer: readonly Evaluation[] | undefined = yield {
        kind: 'evaluate' as const,
        structures: message.structures,
      }
      next = run.next(answer)
    } else {
      yield { kind: 'progress' as const, progress: message }
      next = run.next()
    }
  }
  return next.value
}

const parsed = (text: string | undefined): unknown => {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined // cut off while it was written: the stage starts anew
  }
}

const checkOrder = (stages: readonly Stage[]): void => {
  const before = new Set<string>()
  for (const { name, needs } of stages) {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) refuse('stage', name, 'a name of small letters, digits and -')
    if (before.has(name)) refuse('stage', name, 'each stage once')
    for (const need of needs)
      if (!before.has(need))
        refuse(`stage ${name}`, `needs ${need}`, `stages before it: ${[...before].join(', ') || 'none'}`)
    before.add(name)
  }
}
