/**
 * Runs a protocol: step after step, the state carried on. `cycleSteps` yields after every accepted step of the solver;
 * `cycle` runs it to its end.
 */
import { refuse, SimulationError } from '../error.ts'
import { finish } from '../run.ts'
import { type IntegrationEnd, integrateSteps } from '../solve/bdf.ts'
import { consistentInitial } from '../solve/consistent.ts'
import type { DaeEvent } from '../solve/dae.ts'
import { addToCycle, type CycleOptions, type Run, runOf, type StepEnd, solutionOf } from './cycle-result.ts'
import { beyondLimits, holdsVoltage, metAtOnce, powerEnd, restless, startStep } from './cycle-start.ts'
import { inWords, numberText } from './in-words.ts'
import { lastRoomWatch } from './last-room.ts'
import { maximumPower } from './maximum-power.ts'
import type { Model } from './model.ts'
import { hostFull, limitingCurrent, metalEnd, type PhysicalEnd, physicalEnd } from './physical-end.ts'
import type { Protocol, ProtocolStep } from './protocol.ts'
import { reachedByRamp } from './ramp.ts'
import type { Outcome, Solution } from './solution.ts'
import { waitAfter } from './start-times.ts'
import { checkProtocol, type ResolvedLimit, type ResolvedStep, resolveStep } from './step.ts'
import { directionOf } from './steps/limits.ts'
import { checkTermination } from './termination.ts'

export type { CycleOptions } from './cycle-result.ts'

/** Where a run is. One object, reused: read it, do not keep it (`partial` may be kept and called at any time). */
export type Snapshot = {
  /** Step of the protocol, from 1, and how many there are. */
  step: number
  readonly of: number
  label: string
  cycle: number
  /** Time of the run [s]. */
  time: number
  /** [V], [A] */
  voltage: number
  current: number
  /** Estimate of the part of the protocol that is done, 0 … 1. */
  fraction: number
  /** The result up to now. */
  partial(): Solution
}

/** Room made at full surfaces after the method has failed, in tolerances, and the factor from one try to the next. */
const leastRoom = 0.01
const moreRoom = 10

/** An integration that has failed within this time of its step has got nowhere [s]. */
const noTime = 1e-9

/** Where power cannot rise by this part any more, its maximum has been reached. */
const powerMargin = 1.02

/**
 * Runs a protocol on a model from the model's start.
 *
 * @returns the solution; physical ends (a cut-off, a full host, a power that no current gives) are its `outcome`
 * @throws SimulationError 'input' on a step that cannot be, or whose condition never came (`partial` has the run up to
 *   then); 'method' when the numerical method failed, `partial` as well
 */
export function* cycleSteps(model: Model, protocol: Protocol, o: CycleOptions = {}): Generator<Snapshot, Solution> {
  const { keep, period } = o
  checkProtocol(
    protocol,
    model.cell,
    keep === 'cycles' ? { period: Number.POSITIVE_INFINITY } : period === undefined ? {} : { period },
  )
  checkOptions(o)
  const run = runOf(model, protocol, o)
  const progress: Snapshot = {
    step: 0,
    of: protocol.length,
    label: '',
    cycle: 0,
    time: 0,
    voltage: 0,
    current: 0,
    fraction: 0,
    partial: () => solutionOf(run, 'interrupted', `interrupted at t = ${numberText(run.begin + run.elapsed)} s`),
  }
  let last: StepEnd | undefined
  for (let k = 0; k < protocol.length; k++) {
    const step = protocol[k]
    last = yield* runStep(run, k, step, progress)
    if (last.stop)
      return solutionOf(run, last.outcome, `step ${k + 1}, ${step.label}: ${last.reason}${notRun(protocol, k)}`)
    if (last.leave) k += step.leave ?? 0
    const over = run.watch.end(step, protocol[k + 1], run.cycles.at(-1)?.dischargeCapacity ?? 0)
    if (over) return solutionOf(run, 'terminated', `${over}${notRun(protocol, k)}`)
    if (k + 1 < protocol.length && run.begin >= mostTime(run))
      return solutionOf(run, 'time limit', `the time limit of the run was reached${notRun(protocol, k)}`)
    const wait = waitAfter(protocol, k, run.begin)
    if (wait) last = yield* runStep(run, k, wait, progress)
    if (last.stop) return solutionOf(run, last.outcome, `${wait?.label}: ${last.reason}${notRun(protocol, k)}`)
  }
  return solutionOf(run, last!.outcome, last!.reason)
}

/** What is left of a protocol after step k, in words. */
const notRun = (protocol: Protocol, k: number): string => {
  const left = protocol.length - 1 - k
  if (left <= 0) return ''
  return left === 1 ? '; the step after it was not run' : `; the ${left} steps after it were not run`
}

/** `cycleSteps` to its end. */
export const cycle = (model: Model, protocol: Protocol, o: CycleOptions = {}): Solution =>
  finish(cycleSteps(model, protocol, o))

const checkOptions = (o: CycleOptions): void => {
  const { rtol = 1e-5, period = 1, maxTime = 1 } = o
  if (!(rtol >= 1e-12 && rtol <= 0.1)) refuse('rtol', rtol, '1e-12 … 0.1')
  if (!(period > 0 && Number.isFinite(period))) refuse('period', period, 'seconds > 0')
  if (!(maxTime > 0)) refuse('maxTime', maxTime, 'seconds > 0')
  checkTermination(o.termination ?? {})
}

/** Runs step k of the protocol, or the wait after it. */
function* runStep(run: Run, k: number, step: ProtocolStep, progress: Snapshot): Generator<Snapshot, StepEnd> {
  const { model, protocol, y, yp, before, recorder, options, rtol } = run
  const firstRow = recorder.rows()
  run.elapsed = 0
  before.set(y)
  const { voltage, capacity } = model.at(0, y)
  const energy = recorder.energy()
  const resolved = resolveStep(step, { cell: model.cell, carriers: model.carriers, voltage, rtol })
  for (const note of resolved.notes) run.notes.add(note)
  progress.step = k + 1
  progress.label = step.label
  progress.cycle = step.cycle
  const end: StepEnd = yield* moments(run, step, resolved, k, progress)
  addToCycle(run, step.cycle, model.at(run.elapsed, y).capacity)
  run.steps.push({
    label: step.label,
    cycle: step.cycle,
    start: Math.min(firstRow, recorder.rows() - 1),
    end: recorder.rows() - 1,
    outcome: end.outcome,
    reason: end.reason,
    time: run.begin,
    duration: run.elapsed,
    capacity: model.at(run.elapsed, y).capacity - capacity,
    energy: recorder.energy() - energy,
    ...(step.tags === undefined ? {} : { tags: step.tags }),
  })
  if (step.skipOk === false && run.elapsed === 0 && end.outcome !== 'time limit')
    throw new SimulationError(
      `step ${k + 1}, ${step.label}: it is over before it begins and must not be skipped: ${end.reason}`,
      { code: 'input', at: step.label, partial: solutionOf(run, end.outcome, end.reason) },
    )
  if (options.profilesAt === 'steps' && !end.stop && k < protocol.length - 1)
    run.profiles.push({ time: run.begin + run.elapsed, ...model.profiles(run.elapsed, y, run.yp) })
  if (end.outcome === 'condition never met')
    throw new SimulationError(`step ${k + 1}, ${step.label}: the step can never end: ${end.reason}`, {
      code: 'input',
      at: step.label,
      partial: solutionOf(run, end.outcome, end.reason),
    })
  run.begin += run.elapsed
  run.elapsed = 0
  yp.fill(0)
  return end
}

/**
 * True where a step says at which voltage it is over. A host that is full, or an electrolyte that is used up, takes the
 * voltage there in no time: what comes after the step is done all the same.
 */
const endsThere = ({ drive, until }: ProtocolStep): boolean => {
  const side = directionOf(drive) === 'charge' ? 'above' : 'below'
  return directionOf(drive) !== undefined && until.some(limit => limit.kind === 'voltage' && limit.crossing === side)
}

/** A step that physics ends early ends the run, but for one that says its voltage and for a rest, which asks for nothing. */
const endsRun = (step: ProtocolStep): boolean => !endsThere(step) && step.drive.kind !== 'rest'

/** True where a step demands a current or a power, whatever the cell can give; a voltage is met by ever smaller currents. */
const forcesCurrent = ({ drive }: ProtocolStep): boolean =>
  drive.kind === 'current' ||
  drive.kind === 'rate' ||
  drive.kind === 'power' ||
  (drive.kind === 'profile' && drive.quantity !== 'voltage' && drive.quantity !== 'resistance')

const shown = (k: number, step: ProtocolStep): string => `step ${k + 1}, ${step.label}`

/** From the first moment of a step to its last. */
function* moments(
  run: Run,
  step: ProtocolStep,
  resolved: ResolvedStep,
  k: number,
  progress: Snapshot,
): Generator<Snapshot, StepEnd> {
  const { model, y, yp, before, recorder, notes, undone, options } = run
  const held = step.drive.kind === 'voltage' ? step.drive.voltage : undefined
  const begin = () => {
    const period = step.period ?? options.period
    recorder.begin({ time: run.begin, step: k + 1, cycle: step.cycle, period, held, y, yp })
  }
  /** A step of zero length: its one row, then the state before it. */
  function* atOnce(end: { outcome: Outcome; reason: string }, stop: boolean): Generator<Snapshot, StepEnd> {
    begin()
    const at = model.at(0, y)
    Object.assign(progress, {
      time: run.begin,
      voltage: at.voltage,
      current: at.current,
      fraction: k / run.protocol.length,
    })
    notes.add(`${shown(k, step)}: not done, ${end.reason}`)
    y.set(before)
    yield progress
    const whole = { ...end, stop, leave: true }
    undone.set(step.until, { end: whole, row: recorder.rows() - 1 })
    return whole
  }
  // A repeat of a step that was not done, from the same state: the same row, without solving for it again.
  const again = undone.get(step.until)
  if (again) {
    recorder.again(again.row, { time: run.begin, step: k + 1, cycle: step.cycle })
    run.leftOut++
    yield progress
    return again.end
  }
  let physical: PhysicalEnd | undefined
  try {
    physical = startStep(run, step, resolved)
  } catch (error) {
    throw methodError(run, k, step, error)
  }
  if (physical) {
    // No state meets the demand: the row is that of the cell before it.
    yp.fill(0)
    return yield* atOnce(physical, endsRun(step))
  }
  if (!(run.due[k] > run.begin) && step === run.protocol[k])
    return yield* atOnce({ outcome: 'time', reason: 'a later step was due already' }, false)
  if (resolved.end === 0)
    return yield* atOnce({ outcome: 'already satisfied', reason: 'the cell is at the end of the sweep already' }, false)
  const limits = resolved.limits(model.at(0, y))
  const met = limits.find(limit => limit.value(model.at(0, y)) <= 0)
  if (met) return yield* atOnce(metAtOnce(run, met), !met.own)
  undone.clear()
  run.watch.see(model.at(0, y).voltage)
  begin()
  const end = yield* integrateStep(run, step, resolved, limits, k, progress, begin)
  recorder.finish(y, yp)
  return end
}

/** The longest that the run may take [s]. */
const mostTime = ({ options: { maxTime, termination } }: Run): number =>
  Math.min(maxTime ?? Number.POSITIVE_INFINITY, termination?.time ?? Number.POSITIVE_INFINITY)

function* integrateStep(
  run: Run,
  step: ProtocolStep,
  resolved: ResolvedStep,
  limits: readonly ResolvedLimit[],
  k: number,
  progress: Snapshot,
  begin: () => void,
): Generator<Snapshot, StepEnd> {
  const { model, y, yp, recorder, rtol, statistics, watch } = run
  const firstRow = recorder.rows() - 1
  const energyBefore = recorder.energy()
  const allowed = mostTime(run) - run.begin
  const due = run.due[k] - run.begin
  const last = Math.min(resolved.end, allowed, due)
  const events: DaeEvent[] = limits.map(limit => ({
    label: limit.label,
    seenFrom: limit.outcome === 'amount reached' ? 0 : (model.seenFrom ?? 0),
    value: (t, state) => limit.value(model.at(t, state)),
  }))
  const first = limits.map(limit => limit.value(model.at(0, y)))
  let ended: IntegrationEnd = { reason: 'end', t: 0, event: -1 }
  let start = 0
  let lastStep: number | undefined
  const hostIsFull = forcesCurrent(step) ? lastRoomWatch(model, limits, first) : () => false
  let led = false
  /** The step begun again where a ramp leads to; false, with all as it was, where none does. */
  const beginAgainByRamp = (): boolean => {
    const kept = { y: y.slice(), yp: yp.slice() }
    const energy = recorder.energy()
    recorder.draw(energyBefore - energy, run.before)
    if (!reachedByRamp(run, resolved)) {
      y.set(kept.y)
      yp.set(kept.yp)
      recorder.draw(energy - recorder.energy(), y)
      return false
    }
    recorder.rewind(firstRow)
    run.elapsed = 0
    begin()
    return true
  }
  try {
    for (const stop of resolved.stops) {
      const end = Math.min(stop, last)
      if (!(end > start)) continue
      if (start > 0) consistentInitial(model, start, y, yp, { statistics })
      let longest = 0
      // Where the method fails for no physical reason, on from the last state, moved away from a full host by part of the tolerance.
      for (let room = leastRoom * rtol; ; room *= moreRoom) {
        const pieces = integrateSteps(model, {
          y,
          yp,
          start,
          end,
          rtol,
          events,
          statistics,
          ...(lastStep === undefined ? {} : { firstStep: Math.min(lastStep, end - start) }),
        })
        try {
          for (let next = pieces.next(); ; next = pieces.next()) {
            if (next.done) {
              ended = next.value
              break
            }
            const accepted = next.value
            recorder.accept(accepted)
            run.elapsed = accepted.t
            longest = Math.max(longest, accepted.h)
            const at = model.at(accepted.t, y)
            watch.see(at.voltage)
            addToCycle(run, step.cycle, at.capacity)
            progress.time = run.begin + run.elapsed
            progress.voltage = at.voltage
            progress.current = at.current
            let done = resolved.endsBy === 'never' ? 0 : accepted.t / resolved.end
            for (let i = 0; i < limits.length; i++)
              if (resolved.stops.length === 1) done = Math.max(done, 1 - limits[i].value(at) / first[i])
            progress.fraction = (k + Math.min(1, done)) / run.protocol.length
            for (let t = run.profileTimes.at(-1); t !== undefined && t <= progress.time; t = run.profileTimes.at(-1)) {
              run.profileTimes.pop()
              accepted.interpolate(Math.max(t - run.begin, accepted.t - accepted.h), run.scratch, run.slope)
              run.profiles.push({ time: t, ...model.profiles(t - run.begin, run.scratch, run.slope) })
            }
            yield progress
            if (hostIsFull(accepted, at)) return { ...hostFull(model, at.voltage), stop: !endsThere(step), leave: true }
          }
          break
        } catch (error) {
          if (!isMethodError(error) || room > rtol || physicalReason(run, step, resolved, error)) throw error
          // A first state from which no step leads, or else a surface that stands at the very edge.
          const again: boolean = !led && run.elapsed <= noTime && holdsVoltage(step.drive) && beginAgainByRamp()
          led ||= again
          if (!again && !startedWithRoom(run, resolved, room)) throw error
          start = run.elapsed
        } finally {
          // Left between two steps (a full host, a run that is stopped) it gives its vectors back all the same.
          pieces.return(ended)
        }
      }
      start = ended.t
      if (resolved.stops.length > 1) lastStep = longest
      if (ended.reason === 'event' || start >= last) break
    }
  } catch (error) {
    const physical = physicalReason(run, step, resolved, error)
    if (!physical) {
      recorder.finish(y, yp)
      throw methodError(run, k, step, error)
    }
    return { ...physical, stop: endsRun(step), leave: true }
  }
  watch.see(model.at(ended.t, y).voltage)
  const end = endOf(run, resolved, limits, ended, { allowed, due })
  // A metal that is stripped away takes the voltage to any limit at once: the limit is not the reason.
  const bare =
    end.outcome === 'cut-off' && directionOf(step.drive) === 'discharge' ? metalEnd(model, ended.t, y) : undefined
  return bare ? { ...end, reason: `${end.reason}: ${bare.reason}` } : end
}

/** Moves the last state away from a full host and solves for it again; false where there was nothing to move, or no solution. */
const startedWithRoom = ({ model, y, yp, elapsed, statistics }: Run, resolved: ResolvedStep, room: number): boolean => {
  if (!model.repair?.(y, room)) return false
  model.drive(resolved.control, resolved.ambient)
  try {
    consistentInitial(model, elapsed, y, yp, { statistics })
    return true
  } catch (error) {
    if (error instanceof SimulationError) return false
    throw error
  }
}

const endOf = (
  run: Run,
  resolved: ResolvedStep,
  limits: readonly ResolvedLimit[],
  ended: IntegrationEnd,
  /** Time left of the run, and to the next step that says its start [s]. */
  { allowed, due }: { readonly allowed: number; readonly due: number },
): StepEnd => {
  const { voltage, current } = run.model.at(ended.t, run.y)
  const after = `after ${numberText(ended.t)} s`
  if (ended.reason === 'event') {
    const { label, outcome, own } = limits[ended.event]
    const reason = own ? `${label} reached ${after}` : `${label} was reached ${after}, where the step says no voltage`
    return { outcome, reason, stop: !own, leave: true }
  }
  if (allowed < Math.min(resolved.end, due))
    return { outcome: 'time limit', reason: `the time limit of the run was reached ${after}`, stop: true, leave: false }
  if (due < resolved.end)
    return { outcome: 'time', reason: `the next step was due ${after}`, stop: false, leave: false }
  if (resolved.endsBy === 'never') {
    const what = limits.filter(limit => limit.own).map(limit => limit.label)
    return {
      outcome: 'condition never met',
      reason: `${what.join(' or ') || 'its end'} was not reached ${after}; the cell is at ${numberText(voltage)} V and ${numberText(current)} A`,
      stop: true,
      leave: false,
    }
  }
  if (resolved.endsBy === 'sweep')
    return {
      outcome: 'swept',
      reason: `the sweep arrived at ${numberText(voltage)} V ${after}`,
      stop: false,
      leave: false,
    }
  if (resolved.endsBy === 'profile')
    return { outcome: 'profile end', reason: `the profile ended ${after}`, stop: false, leave: false }
  return { outcome: 'time', reason: `${numberText(ended.t)} s were over`, stop: false, leave: false }
}

/** What physics has to say to an error of the method, if anything. */
const physicalReason = (
  run: Run,
  step: ProtocolStep,
  resolved: ResolvedStep,
  error: unknown,
): PhysicalEnd | undefined => {
  const { model, y, elapsed } = run
  if (!(error instanceof SimulationError) || error.code !== 'method') return undefined
  const { drive } = step
  if (drive.kind === 'power' || (drive.kind === 'profile' && drive.quantity === 'power')) {
    const { voltage, current } = model.at(elapsed, y)
    const power = voltage * current
    if (power > 0) {
      const { maximum } = maximumPower(model, y, power, resolved.ambient)
      model.drive(resolved.control, resolved.ambient)
      if (maximum.power < powerMargin * power) return powerEnd(maximum, drive.kind === 'power' ? drive.power : power)
    }
  }
  const bare = drive.kind === 'rest' ? metalEnd(model, elapsed, y) : undefined
  if (bare) return restless(bare)
  const { current } = model.at(elapsed, y)
  if (forcesCurrent(step)) return physicalEnd(model, elapsed, y, current)
  const beyond = beyondLimits(run, step, elapsed)
  if (beyond) return physicalEnd(model, elapsed, y, current) ?? beyond
  return elapsed > 0 ? limitingCurrent(model, elapsed, y) : undefined
}

/** A RangeError comes from a limit or a state that is not a number. */
const isMethodError = (error: unknown): boolean =>
  error instanceof SimulationError ? error.code === 'method' : error instanceof RangeError

const methodError = (run: Run, k: number, step: ProtocolStep, error: unknown): unknown => {
  if (!isMethodError(error)) return error
  const { model, y, begin, elapsed } = run
  const { voltage, current } = model.at(elapsed, y)
  const unknown = error instanceof SimulationError ? error.at.replace(/^t = [^,]* s(, )?/, '') : ''
  const message =
    `${shown(k, step)}: the calculation could not go on at t = ${numberText(begin + elapsed)} s ` +
    `(${numberText(voltage)} V, ${numberText(current)} A): ${inWords(unknown)} could not be found`
  return new SimulationError(message, {
    code: 'method',
    at: error instanceof SimulationError ? error.at : `t = ${numberText(begin + elapsed)} s`,
    partial: solutionOf(run, 'method failed', message),
    cause: error,
  })
}
