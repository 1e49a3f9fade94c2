/** Run a generator to its end and return its result: `finish(cycleSteps(...))` is `cycle(...)`. */
export const finish = <T>(steps: Generator<unknown, T>): T => {
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
  }
}

/** Steps that say nothing themselves, with what is to be said at each. */
export function* saying<S, T>(said: S, steps: Generator<unknown, T>): Generator<S, T> {
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
    yield said
  }
}

/** What steps say, without the signs of life between. */
export function* said<S extends object, T>(steps: Generator<S | undefined, T>): Generator<S, T> {
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
    if (next.value) yield next.value
  }
}
