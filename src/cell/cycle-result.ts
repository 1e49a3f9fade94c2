import { newStatistics, type Statistics } from '../solve/newton.ts'
import { F, secondsPerHour } from '../units.ts'
import type { Cell } from './cell.ts'
import { energyPer } from './mass.ts'
import type { Model, Profiles } from './model.ts'
import type { Protocol, StopLimit } from './protocol.ts'
import { type Recorder, recorderOf } from './record.ts'
import { type CycleSummary, type Outcome, type Solution, type SolutionStep, sourcesOf } from './solution.ts'
import { dueTimes } from './start-times.ts'
import { type Termination, type TerminationWatch, terminationWatch } from './termination.ts'

export type CycleOptions = {
  /** Relative tolerance of the time integration; 1e-5. */
  readonly rtol?: number
  /** Interval of the output rows of steps that say none [s]. */
  readonly period?: number
  /** `smooth` (default): as many rows as a curve of straight lines needs; `steps`: those of the solver's own steps. */
  readonly rows?: 'smooth' | 'steps'
  /** `terminal`: time, voltage, current, charge, energy and temperature only; a row then costs next to nothing. */
  readonly outputs?: 'all' | 'terminal'
  /** `cycles` keeps the first and last row of each step only: a thousand cycles in little memory. */
  readonly keep?: 'all' | 'cycles'
  /** Times of the run [s] at which profiles are kept beside those of its start and end; `steps`: at the end of each step. */
  readonly profilesAt?: readonly number[] | 'steps'
  /** Ends the run [s]. */
  readonly maxTime?: number
  /** Ends the run where its cells have faded, or at a voltage or time: `parseTermination` reads it from sentences. */
  readonly termination?: Termination
}

/** How a step ended, and what that means for the steps after it. */
export type StepEnd = {
  readonly outcome: Outcome
  readonly reason: string
  /** The run ends here too. */
  readonly stop: boolean
  /** A limit other than time: steps that belong to this one are left out. */
  readonly leave: boolean
}

/** A summary while it grows. */
type Growing<T> = { -readonly [K in keyof T]: T[K] }

/** Everything a run carries from step to step. */
export type Run = {
  readonly model: Model
  readonly protocol: Protocol
  readonly options: CycleOptions
  readonly rtol: number
  readonly y: Float64Array
  readonly yp: Float64Array
  /** The state before the step, to return to. */
  readonly before: Float64Array
  /** The cell's own start at rest: a guess of the algebraic unknowns where the last state is a bad one. */
  readonly rest: Float64Array
  readonly scratch: Float64Array
  readonly slope: Float64Array
  readonly recorder: Recorder
  readonly statistics: Statistics
  readonly steps: SolutionStep[]
  /** Steps that were not done since the state last changed, by their limits: repeats share them. Their end, and their row. */
  readonly undone: Map<readonly StopLimit[], { readonly end: StepEnd; readonly row: number }>
  /** Repeats that were left out for the reason noted of the first. */
  leftOut: number
  readonly cycles: Growing<CycleSummary>[]
  readonly notes: Set<string>
  readonly profiles: (Profiles & { readonly time: number })[]
  /** Times of profiles still to come, the next one last. */
  readonly profileTimes: number[]
  readonly inventory: Readonly<Record<string, number>>
  readonly amount: Float64Array
  readonly firstCapacity: number
  /** For each step the time of the run at which it must be over [s]. */
  readonly due: Float64Array
  readonly watch: TerminationWatch
  /** Begin of the present step in the run, and time within it [s]. */
  begin: number
  elapsed: number
  /** Charge and energy at the last accepted step, for the sums of the cycle. */
  charge: number
  energy: number
}

export const runOf = (model: Model, protocol: Protocol, options: CycleOptions): Run => {
  const { size } = model
  const y = new Float64Array(size)
  const yp = new Float64Array(size)
  model.drive(at => at.current, protocol[0].temperature ?? model.cell.ambientTemperature)
  model.start(y, yp)
  const { profilesAt, keep = 'all', rows = 'smooth', outputs = 'all' } = options
  const at = model.at(0, y)
  return {
    model,
    protocol,
    options,
    rtol: options.rtol ?? 1e-5,
    y,
    yp,
    before: new Float64Array(size),
    rest: y.slice(),
    scratch: new Float64Array(size),
    slope: new Float64Array(size),
    recorder: recorderOf(model, { rows: keep === 'cycles' ? 'ends' : rows, outputs }),
    statistics: newStatistics(),
    steps: [],
    undone: new Map(),
    leftOut: 0,
    cycles: [],
    notes: new Set(model.notes),
    profiles: [{ time: 0, ...model.profiles(0, y) }],
    profileTimes: profilesAt === undefined || profilesAt === 'steps' ? [] : [...profilesAt].sort((a, b) => b - a),
    inventory: model.inventory(y),
    amount: at.amount.slice(),
    firstCapacity: at.capacity,
    due: dueTimes(protocol),
    watch: terminationWatch(options.termination ?? {}),
    begin: 0,
    elapsed: 0,
    charge: at.capacity,
    energy: 0,
  }
}

/** Adds what passed since the last call to the sums of a cycle. */
export const addToCycle = (run: Run, cycle: number, capacity: number): void => {
  let last = run.cycles.at(-1)
  if (last?.cycle !== cycle) {
    last = {
      cycle,
      start: run.begin,
      end: run.begin,
      dischargeCapacity: 0,
      chargeCapacity: 0,
      dischargeEnergy: 0,
      chargeEnergy: 0,
    }
    run.cycles.push(last)
  }
  const charge = capacity - run.charge
  const energy = run.recorder.energy() - run.energy
  if (charge > 0) last.dischargeCapacity += charge
  else last.chargeCapacity -= charge
  if (energy > 0) last.dischargeEnergy += energy
  else last.chargeEnergy -= energy
  last.end = run.begin + run.elapsed
  run.charge = capacity
  run.energy = run.recorder.energy()
}

/** Inventories smaller than this share of the largest are judged against that share. */
const smallInventory = 1e-6
const shapeFactor = { sphere: 3, cylinder: 2, plate: 1 } as const

/** Formula units of host in the cathode [mol]. */
const hostMoles = ({ cathode, area }: Cell): number =>
  (cathode.areaDensity * cathode.particleRadius * cathode.thickness * area) /
  (shapeFactor[cathode.shape] * cathode.host.molarVolume)

const conservationOf = (run: Run, end: Readonly<Record<string, number>>): Record<string, number> => {
  const { model, inventory, amount, y, elapsed, firstCapacity } = run
  const { cell } = model
  const largest = Math.max(...Object.values(inventory).map(Math.abs))
  const errors: Record<string, number> = {}
  for (const [name, start] of Object.entries(inventory))
    errors[name] = Math.abs(end[name] - start) / Math.max(Math.abs(start), smallInventory * largest)
  if (cell.cathode.doubleLayer === 0) {
    const at = model.at(elapsed, y)
    let inserted = 0
    cell.cathode.host.carriers.forEach(({ charge }, i) => {
      inserted += charge * F * (at.amount[i] - amount[i])
    })
    const drawn = (at.capacity - firstCapacity) * secondsPerHour
    errors.charge = Math.abs(drawn - inserted * hostMoles(cell)) / (cell.nominalCapacity * secondsPerHour)
  }
  return errors
}

/** What is lost beyond this part is said [–]; a hundred times what is promised. */
const conspicuous = 1e-8

/** What of an inventory, or of the charge, the method has lost, in words. */
const lostOf = (conservation: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(conservation)
    .filter(([, lost]) => !(lost < conspicuous))
    .map(([name, lost]) => `not conserved: ${lost.toExponential(1)} of the ${name}; a tighter rtol may keep it`)

/** The result as it stands. */
export const solutionOf = (run: Run, outcome: Outcome, reason: string): Solution => {
  const { model, y, recorder } = run
  const end = model.inventory(y)
  const time = run.begin + run.elapsed
  const conservation = conservationOf(run, end)
  return {
    outcome,
    reason,
    cell: model.cell.name,
    fidelity: model.fidelity,
    mesh: model.mesh,
    carriers: model.carriers,
    columns: recorder.columns(),
    steps: [...run.steps],
    cycles: run.cycles.map(cycle => ({ ...cycle })),
    profiles: [...run.profiles, { time, ...model.profiles(run.elapsed, y, run.yp) }],
    inventory: { start: run.inventory, end },
    conservation,
    energy: recorder.energy(),
    energyPer: energyPer(model.cell, recorder.energy()),
    notes: [
      ...run.notes,
      ...lostOf(conservation),
      ...(run.leftOut > 0
        ? [`${run.leftOut} repeats of steps not done were not done either, for the same reasons`]
        : []),
    ],
    statistics: { ...run.statistics },
    sources: sourcesOf(model.cell),
  }
}
