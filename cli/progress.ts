import type { Snapshot } from '../src/cell/cycle.ts'
import type { Solution } from '../src/cell/solution.ts'
import { SimulationError } from '../src/error.ts'
import { runSteps, type Step } from './steps.ts'

export type Driven = {
  /** What was computed; absent only where not even the start was. */
  readonly solution?: Solution
  readonly interrupted: boolean
  readonly error?: unknown
}

/** Runs a simulation to its end, or to Ctrl-C or a failure: what was computed until then is its solution. */
export const interruptible = async (steps: Generator<Snapshot, Solution>): Promise<Driven> => {
  let last: Snapshot | undefined
  function* shown(): Generator<Step, Solution> {
    for (;;) {
      const next = steps.next()
      if (next.done) return next.value
      last = next.value
      const { fraction, step, of, voltage } = last
      yield { fraction, doing: `step ${step} of ${of}, ${voltage.toFixed(3)} V` }
    }
  }
  const { result, interrupted, error } = await runSteps(shown())
  const partial = error instanceof SimulationError ? (error.partial as Solution | undefined) : undefined
  const solution = result ?? partial ?? last?.partial()
  return {
    ...(solution === undefined ? {} : { solution }),
    interrupted,
    ...(error === undefined ? {} : { error }),
  }
}
