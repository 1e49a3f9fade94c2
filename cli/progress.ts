import type { Snapshot } from '../src/cell/cycle.ts'
import type { Solution } from '../src/cell/solution.ts'
import { SimulationError } from '../src/error.ts'

/** Time between two looks at the keyboard [ms]. */
const breath = 50
/** A run shorter than this shows no bar [ms]. */
const patience = 600
/** Length of the bar's full scale; the share of the run that is done times this. */
const full = 1000

export type Driven = {
  /** What was computed; absent only where not even the start was. */
  readonly solution?: Solution
  readonly interrupted: boolean
  readonly error?: unknown
}

/**
 * Runs a simulation to its end, or to Ctrl-C, with a bar and the time left on a terminal. The generator is left in control
 * of the numbers; every `breath` the event loop gets a turn, so that a signal is heard.
 */
export const interruptible = async (steps: Generator<Snapshot, Solution>): Promise<Driven> => {
  let interrupted = false
  const stop = () => {
    interrupted = true
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  let bar: Bar | undefined
  let last: Snapshot | undefined
  const start = performance.now()
  let looked = start
  try {
    for (;;) {
      const next = steps.next()
      if (next.done) return { solution: next.value, interrupted: false }
      last = next.value
      const now = performance.now()
      if (now - looked < breath) continue
      looked = now
      await new Promise(resolve => setImmediate(resolve))
      if (interrupted) return { solution: last.partial(), interrupted: true }
      if (process.stderr.isTTY && now - start > patience) {
        bar ??= await newBar()
        bar.update(Math.round(full * last.fraction), {
          doing: `step ${last.step} of ${last.of}, ${last.voltage.toFixed(3)} V`,
        })
      }
    }
  } catch (error) {
    const partial = error instanceof SimulationError ? (error.partial as Solution | undefined) : undefined
    const solution = partial ?? last?.partial()
    return { ...(solution === undefined ? {} : { solution }), interrupted: false, error }
  } finally {
    bar?.stop()
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

export type Bar = { update(value: number, payload: object): void; stop(): void }

export const newBar = async (): Promise<Bar> => {
  const { SingleBar } = (await import('cli-progress')).default
  const bar = new SingleBar({
    format: '{bar} {percentage} %  {eta_formatted} left  {doing}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    etaBuffer: 40,
  })
  bar.start(full, 0, { doing: '' })
  return bar
}
