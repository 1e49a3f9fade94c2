/** Time between two lines, and before the first [ms]: quick work says nothing. */
const pause = 2000

/** Says on standard error how far slow work has come. */
export const toldProgress = (what: string): ((done: number, total: number) => void) => {
  let last = performance.now()
  return (done, total) => {
    const now = performance.now()
    if (now - last < pause) return
    last = now
    process.stderr.write(`${what}: ${done} of ${total}\n`)
  }
}
