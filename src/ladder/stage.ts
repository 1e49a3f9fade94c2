/** One rung of the ladder: what goes in, what it does, what comes out and how sure it is. */
import type { Structure } from '../crystal/structure.ts'
import type { Evaluation } from '../engine/engine.ts'
import type { Basis } from '../lattice/model/model.ts'

/** What a stage says while it runs. */
export type StageMessage =
  | {
      readonly kind: 'progress'
      /** Done of the whole stage [–], 0 to 1. */
      readonly fraction: number
      readonly doing: string
    }
  /** Structures an engine is to evaluate. */
  | { readonly kind: 'evaluate'; readonly structures: readonly Structure[] }
  /** Plain data from which the stage can go on, should it be stopped after this. */
  | { readonly kind: 'keep'; readonly state: unknown }

/** A stage at work: it yields messages and is sent evaluations, and returns plain data. */
export type StageRun<O> = Generator<StageMessage, O, readonly Evaluation[] | undefined>

export type StageContext = {
  /** What an earlier stage gave, by its name. */
  readonly inputs: Readonly<Record<string, unknown>>
  /** What was kept when this very stage was stopped. */
  readonly kept?: unknown
  /** SHA-256 of what each input is, by its name. */
  readonly hashes: Readonly<Record<string, string>>
}

/** A figure of the report; the name becomes that of its file. */
export type StageFigure = { readonly name: string; readonly svg: string }

export type StageReport = {
  /** How sure: the weakest basis that what came out rests on, and in words what is assumed. */
  readonly basis: Basis
  readonly why: string
  /** Sentences on what was computed, from what. */
  readonly lines: readonly string[]
  /** Rows, the head first. */
  readonly table?: readonly (readonly string[])[]
  readonly figures?: readonly StageFigure[]
}

export type Stage<O = unknown> = {
  /** One word, which others name it by. */
  readonly name: string
  /** What the report calls it. */
  readonly title: string
  /** Raised when the same inputs would give something else than before. */
  readonly version: number
  /** Names of stages whose results it takes. */
  readonly needs: readonly string[]
  /** All else that decides what comes out, as plain data: part of the hash. */
  readonly settings: unknown
  /** False: evaluations are too many to be kept one by one; the stage keeps what it makes of them itself. */
  readonly recordsAnswers?: boolean
  readonly run: (context: StageContext) => StageRun<O>
  /** Why what came out is not what was asked for; undefined where it is. */
  readonly trouble?: (output: O) => string | undefined
  readonly report: (output: O, context: Pick<StageContext, 'inputs'>) => Promise<StageReport> | StageReport
}

/** A computation to its end; what is said of each of its steps goes on as progress. */
export function* relayed<S, R>(
  steps: Generator<S, R>,
  tell: (step: S) => { readonly fraction: number; readonly doing: string },
): StageRun<R> {
  let next = steps.next()
  while (!next.done) {
    yield { kind: 'progress', ...tell(next.value) }
    next = steps.next()
  }
  return next.value
}

/** A part of a stage whose progress is told as one place of the whole. */
export function* telling<O>(part: StageRun<O>, fraction: number, doing: string): StageRun<O> {
  let next = part.next(undefined)
  while (!next.done)
    next = part.next(yield next.value.kind === 'progress' ? { kind: 'progress', fraction, doing } : next.value)
  return next.value
}
