/** Searches whose progress is told otherwise than they tell it. */
import type { Structure } from '../crystal/structure.ts'
import type { Search } from '../engine/search.ts'
import type { Relaxation, RelaxProgress } from './relax.ts'

/** A search whose progress is that of a stage. */
export function* named<S extends 'state' | 'path', Q, R>(
  stage: S,
  name: string,
  search: Search<Q, R>,
): Search<{ stage: S; name: string } & Q, R> {
  let next = search.next()
  for (;;) {
    if (next.done) return next.value
    if (next.value.kind === 'evaluate') next = search.next(yield next.value)
    else {
      yield { kind: 'progress', progress: { stage, name, ...next.value.progress } }
      next = search.next()
    }
  }
}

/** A search whose progress is not told. */
export function* silent<P, Q, R>(search: Search<Q, R>): Search<P, R> {
  let next = search.next()
  while (!next.done) next = next.value.kind === 'evaluate' ? search.next(yield next.value) : search.next()
  return next.value
}

/** A relaxation, with every structure on its way. */
export function* followed(
  search: Search<RelaxProgress, Relaxation>,
  way: Structure[],
): Search<RelaxProgress, Relaxation> {
  let next = search.next()
  while (!next.done) {
    if (next.value.kind === 'progress') way.push(next.value.progress.structure)
    next = search.next(yield next.value)
  }
  return next.value
}

/** Progress with what else there is to say at that moment. */
export function* tagged<A, B, R>(search: Search<A, R>, more: () => B): Search<B & A, R> {
  let next = search.next()
  for (;;) {
    if (next.done) return next.value
    if (next.value.kind === 'evaluate') next = search.next(yield next.value)
    else {
      yield { kind: 'progress', progress: { ...more(), ...next.value.progress } }
      next = search.next()
    }
  }
}
