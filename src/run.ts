/** Run a generator to its end and return its result: `finish(cycleSteps(...))` is `cycle(...)`. */
export const finish = <T>(steps: Generator<unknown, T>): T => {
  for (;;) {
    const next = steps.next()
    if (next.done) return next.value
  }
}
