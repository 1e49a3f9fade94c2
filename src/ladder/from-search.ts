import type { Search } from '../engine/search.ts'
import type { StageRun } from './stage.ts'

/** A search as part of a stage: its evaluations go out, its progress in the words of the stage. */
export function* fromSearch<P, R>(
  search: Search<P, R>,
  words: (progress: P) => { readonly fraction: number; readonly doing: string },
): StageRun<R> {
  let next = search.next()
  while (!next.done) {
    if (next.value.kind === 'evaluate') next = search.next(yield next.value)
    else {
      yield { kind: 'progress', ...words(next.value.progress) }
      next = search.next()
    }
  }
  return next.value
}
