import type { Structure } from '../crystal/structure.ts'
import type { Engine, Evaluation, RemoteEngine } from './engine.ts'

/** What a search says while it runs: structures it needs evaluated, or how far it has come. */
export type Message<P> =
  | { readonly kind: 'evaluate'; readonly structures: readonly Structure[] }
  | { readonly kind: 'progress'; readonly progress: P }

/**
 * A relaxation, a path, any search that needs energies: it yields requests and is sent the answers, so that the same code
 * runs with an embedded engine (`drive`) and over sockets with images in parallel (`driveRemote`). Numerics stay synchronous.
 */
export type Search<P, R> = Generator<Message<P>, R, readonly Evaluation[] | undefined>

/** Within a search: `const [one, two] = yield* evaluated([a, b])`. */
export function* evaluated<P>(structures: readonly Structure[]): Search<P, readonly Evaluation[]> {
  const answer = yield { kind: 'evaluate', structures }
  if (answer === undefined || answer.length !== structures.length)
    throw new RangeError(
      `search: ${structures.length} structures were asked for, ${answer?.length ?? 'no'} answers came`,
    )
  return answer
}

/** Within a search: `yield* report({ step, largestForce })`. */
export function* report<P>(progress: P): Search<P, void> {
  yield { kind: 'progress', progress }
}

/** Runs a search on an embedded engine, one progress message at a time. */
export function* driveSteps<P, R>(search: Search<P, R>, engine: Engine): Generator<P, R> {
  let next = search.next()
  while (!next.done) {
    if (next.value.kind === 'evaluate') {
      next = search.next(next.value.structures.map(structure => engine.evaluate(structure)))
    } else {
      yield next.value.progress
      next = search.next()
    }
  }
  return next.value
}

/** Runs a search on an embedded engine to its end. */
export const drive = <P, R>(search: Search<P, R>, engine: Engine): R => {
  const steps = driveSteps(search, engine)
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
  }
}

/** Runs a search on an engine in another process; what it says on the way goes out of the generator. */
export async function* driveRemote<P, R>(search: Search<P, R>, engine: RemoteEngine): AsyncGenerator<P, R> {
  let next = search.next()
  while (!next.done) {
    if (next.value.kind === 'evaluate') {
      next = search.next(await engine.evaluateAll(next.value.structures))
    } else {
      yield next.value.progress
      next = search.next()
    }
  }
  return next.value
}
