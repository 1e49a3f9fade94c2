import type { Search } from '../src/engine/search.ts'
import type { OpenEngine } from '../src/study/open-engine.ts'

/** Time between two looks at the keyboard, and between two lines on a terminal [ms]. */
const breath = 50

export type SearchEnd<P, R> = {
  /** What came out; absent where it was interrupted or failed. */
  readonly result?: R
  /** The last thing the search said. */
  readonly last?: P
  readonly interrupted: boolean
  readonly error?: unknown
}

/**
 * Runs a search on an engine to its end or to Ctrl-C. On a terminal one line lives; else one line is written for each stage
 * that ends. An interrupt does not wait for an engine that is at work: it is closed.
 *
 * @param stage  name of what is going on; a new one ends the last
 * @param words  how far it has come
 */
export const runSearch = async <P, R>(
  engine: OpenEngine,
  search: Search<P, R>,
  o: { readonly stage: (progress: P) => string; readonly words: (progress: P) => string },
): Promise<SearchEnd<P, R>> => {
  let stop: () => void = () => {}
  const interrupt = new Promise<'interrupted'>(resolve => {
    stop = () => resolve('interrupted')
  })
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const live = process.stderr.isTTY === true
  let last: P | undefined
  let looked = performance.now()
  const settle = () => {
    if (last === undefined) return
    process.stderr.write(`${live ? '\r\u001b[K' : ''}${o.stage(last)}: ${o.words(last)}\n`)
  }
  const steps = engine.run(search)
  try {
    for (;;) {
      const next = await Promise.race([steps.next(), interrupt])
      if (next === 'interrupted') {
        settle()
        await engine.close()
        return { ...(last === undefined ? {} : { last }), interrupted: true }
      }
      if (next.done) {
        settle()
        return { result: next.value, ...(last === undefined ? {} : { last }), interrupted: false }
      }
      if (last !== undefined && o.stage(last) !== o.stage(next.value)) settle()
      last = next.value
      const now = performance.now()
      if (now - looked < breath) continue
      looked = now
      if (live)
        process.stderr.write(
          `\r\u001b[K${o.stage(last)}: ${o.words(last)}`.slice(0, (process.stderr.columns ?? 80) + 3),
        )
      await new Promise(resolve => setImmediate(resolve)) // so that a signal is heard
    }
  } catch (error) {
    if (last !== undefined && live) process.stderr.write('\n')
    return { ...(last === undefined ? {} : { last }), interrupted: false, error }
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}
