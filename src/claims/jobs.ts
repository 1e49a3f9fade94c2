/** The runs of the main job as plain data, so that a worker can take them: a job goes in, plain data comes out. */
import type { Cell } from '../cell/cell.ts'
import { type CycleOptions, cycle } from '../cell/cycle.ts'
import { modelOf } from '../cell/model-of.ts'
import type { Protocol } from '../cell/protocol.ts'
import type { Outcome, Solution } from '../cell/solution.ts'
import { charge, cyclicVoltammetry, discharge, repeat } from '../cell/steps/index.ts'
import * as lfp from '../cells/graphite-lfp.ts'
import * as nmc811 from '../cells/graphite-nmc811.ts'
import { SimulationError } from '../error.ts'
import type { Overrides } from '../laws/parameter.ts'
import { secondsPerHour } from '../units.ts'
import { type CellName, cellOf, type Point } from './recipe.ts'
import { type Accuracy, fine, type Trial, type TrialOptions, trials } from './trial.ts'

/** Cells of the main job: ours, and two of graphite to compare with. */
export type JobCell = CellName | 'nmc811' | 'lfp'

export const jobCell = (name: JobCell, overrides: Overrides): Cell =>
  name === 'nmc811' ? nmc811.make(overrides) : name === 'lfp' ? lfp.make(overrides) : cellOf(name, overrides)

export type DischargeJob = {
  readonly kind: 'discharge'
  readonly cell: JobCell
  readonly overrides: Overrides
  readonly rate: number
}
export type CyclesJob = {
  readonly kind: 'cycles'
  readonly cell: JobCell
  readonly overrides: Overrides
  readonly rate: number
  readonly cycles: number
  /** [V] */
  readonly between: readonly [low: number, high: number]
}
export type VoltammogramJob = {
  readonly kind: 'voltammogram'
  readonly cell: JobCell
  readonly overrides: Overrides
  readonly between: readonly [low: number, high: number]
  /** [V/s] */
  readonly rate: number
}
export type TrialJob = { readonly kind: 'trial'; readonly point: Point; readonly options: TrialOptions }

export type Job = DischargeJob | CyclesJob | VoltammogramJob | TrialJob

/** What a job gives: a solution with the accuracy it was computed at, or a trial. */
export type Computed = { readonly solution: Solution; readonly accuracy: Accuracy; readonly trouble: readonly string[] }
export type JobResult<J extends Job = Job> = J extends TrialJob ? Trial : Computed

/** Parts of a discharge at which the profiles of its particles are kept. */
const moments = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9]

/** What is tried in turn: the first that comes to an end counts. The same model throughout. */
const discharging: readonly Accuracy[] = [
  fine,
  { fidelity: 'dfn', mesh: { points: 10, shells: 16 }, rtol: 1e-4 },
  { fidelity: 'dfn', mesh: { points: 8, shells: 24 }, rtol: 3e-5 },
]
/** Many cycles: coarser in space, the host's steps still well resolved. */
const cycling: readonly Accuracy[] = [
  { fidelity: 'dfn', mesh: { points: 5, shells: 14 }, rtol: 3e-4 },
  { fidelity: 'dfn', mesh: { points: 6, shells: 20 }, rtol: 1e-4 },
  { fidelity: 'dfn', mesh: { points: 8, shells: 16 }, rtol: 3e-5 },
]
/** Slow sweeps: the pores run dry of Li point by point, which shows as steps where points are few. */
const sweeping: readonly Accuracy[] = [
  { fidelity: 'dfn', mesh: { points: 20, shells: 14 }, rtol: 5e-4 },
  { fidelity: 'dfn', mesh: { points: 20, shells: 20 }, rtol: 1e-4 },
  { fidelity: 'dfn', mesh: { points: 8, shells: 16 }, rtol: 3e-5 },
]

const solved = (cell: Cell, protocol: Protocol, accuracies: readonly Accuracy[], options: CycleOptions): Computed => {
  const trouble: string[] = []
  for (const accuracy of accuracies) {
    try {
      const solution = cycle(modelOf(cell, accuracy), protocol, { rtol: accuracy.rtol, ...options })
      if (!unphysical.has(solution.outcome)) return { solution, accuracy, trouble }
      trouble.push(`${accuracy.mesh.points}×${accuracy.mesh.shells}: ${solution.reason}`)
    } catch (error) {
      if (!(error instanceof SimulationError) || error.code !== 'method') throw error
      trouble.push(`${accuracy.mesh.points}×${accuracy.mesh.shells}: ${error.message}`)
    }
  }
  throw new SimulationError(trouble.join('; '), { code: 'method', at: cell.name })
}

/** Ends that no discharge of a fresh cell has. */
const unphysical: ReadonlySet<Outcome> = new Set(['host empty', 'method failed', 'condition never met'])

const dischargeSolved = ({ cell: name, overrides, rate }: DischargeJob): Computed => {
  const cell = jobCell(name, overrides)
  const profilesAt = moments.map(part => (part * secondsPerHour) / rate)
  return solved(cell, [discharge({ rate, until: { voltage: cell.voltageLimits[0] } })], discharging, {
    profilesAt,
    rows: 'steps',
  })
}

const cyclesSolved = ({ cell: name, overrides, rate, cycles, between }: CyclesJob): Computed => {
  const [low, high] = between
  const one = [discharge({ rate, until: { voltage: low } }), charge({ rate, until: { voltage: high } })]
  return cycles > 1
    ? solved(jobCell(name, overrides), repeat(cycles, one), cycling, { keep: 'cycles' })
    : solved(jobCell(name, overrides), one, discharging, { rows: 'steps' })
}

const voltammogramSolved = ({ cell, overrides, between: [low, high], rate }: VoltammogramJob): Computed =>
  solved(jobCell(cell, overrides), cyclicVoltammetry({ between: [high, low], rate, cycles: 2 }), sweeping, {
    rows: 'steps',
  })

/** A runner of jobs; it remembers what several trials share. */
export const jobRunner = (): (<J extends Job>(job: J) => JobResult<J>) => {
  const trial = trials()
  const run = (job: Job): JobResult => {
    if (job.kind === 'trial') return trial(job.point, job.options)
    if (job.kind === 'discharge') return dischargeSolved(job)
    return job.kind === 'cycles' ? cyclesSolved(job) : voltammogramSolved(job)
  }
  return run as <J extends Job>(job: J) => JobResult<J>
}
