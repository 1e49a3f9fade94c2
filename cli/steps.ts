import { SimulationError } from '../src/error.ts'

/** Time between two looks at the keyboard [ms]. */
const breath = 50
/** A run shorter than this shows no bar [ms]. */
const patience = 600
/** Length of the bar's full scale. */
const full = 1000

/** How far a run has come, in a form that a bar can show. */
export type Step = { readonly fraction: number; readonly doing: string }

export type StepsEnd<R> = {
  /** Absent where it was interrupted or failed. */
  readonly result?: R
  readonly interrupted: boolean
  readonly error?: unknown
}

/**
 * Runs a generator to its end or to Ctrl-C, with a bar and the time left on a terminal. The numbers are the generator's; every
 * `breath` the event loop gets a turn, so that a signal is heard. An interrupted generator is left between two steps.
 */
export const runSteps = async <R>(steps: Generator<Step, R> | AsyncGenerator<Step, R>): Promise<StepsEnd<R>> => {
  let interrupted = false
  const stop = () => {
    interrupted = true
  }
  // whoever listened before (bin/dualion, which leaves at once) listens again afterwards
  const before = process.listeners('SIGINT')
  process.removeAllListeners('SIGINT')
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  let bar: Bar | undefined
  let from: number | undefined
  const start = performance.now()
  let looked = start
  try {
    for (;;) {
      const next = await steps.next()
      if (next.done) return { result: next.value, interrupted: false }
      // a run that was gone on with begins where it was
      from ??= next.value.fraction
      const now = performance.now()
      if (now - looked < breath) continue
      looked = now
      await new Promise(resolve => setImmediate(resolve))
      if (interrupted) {
        await steps.return(undefined as never)
        return { interrupted: true }
      }
      if (process.stderr.isTTY && now - start > patience) {
        bar ??= await newBar()
        const { fraction, doing } = next.value
        const left = timeLeft({ elapsed: (now - start) / 1000, from, fraction })
        bar.update(Math.round(full * Math.min(1, Math.max(0, fraction))), { left, doing })
      }
    }
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error
    return { interrupted: false, error }
  } finally {
    bar?.stop()
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    for (const listener of before) process.on('SIGINT', listener)
  }
}

/** What is left where it goes on as it did [s in words]; nothing is known before anything was done. */
export const timeLeft = (o: {
  /** [s] */
  readonly elapsed: number
  /** Shares at the start and now. */
  readonly from: number
  readonly fraction: number
}): string => {
  const seconds = (o.elapsed * (1 - o.fraction)) / (o.fraction - o.from)
  if (!(o.fraction > o.from) || !(seconds < 1e7)) return 'time left: not known yet'
  if (seconds < 100) return `${Math.ceil(seconds)} s left`
  return seconds < 6000 ? `${Math.ceil(seconds / 60)} min left` : `${(seconds / 3600).toPrecision(2)} h left`
}

type Bar = { update(value: number, payload: object): void; stop(): void }

const newBar = async (): Promise<Bar> => {
  const { SingleBar } = (await import('cli-progress')).default
  const bar = new SingleBar({
    format: '{bar} {percentage} %  {left}  {doing}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
  })
  bar.start(full, 0, { left: '', doing: '' })
  return bar
}
