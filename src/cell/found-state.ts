import { SimulationError } from '../error.ts'
import { consistentInitial } from '../solve/consistent.ts'
import type { Run } from './cycle-result.ts'

/** Accuracies asked of a first state in turn [–]: at a full surface round-off leaves no better one. */
export const accuracies: readonly number[] = [1e-8, 1e-6, 1e-4]

/**
 * Whether the algebraic unknowns of a run were found from where they are, to one of the accuracies tried in turn; if not, they are
 * left where the last trial left them.
 */
export const foundState = (run: Run, tries: readonly number[], maxIterations?: number): boolean => {
  const { model, y, yp, statistics } = run
  return tries.some(rtol => {
    yp.fill(0)
    try {
      consistentInitial(model, 0, y, yp, {
        rtol,
        statistics,
        ...(maxIterations === undefined ? {} : { maxIterations }),
      })
      return true
    } catch (error) {
      if (error instanceof SimulationError) return false
      throw error
    }
  })
}
