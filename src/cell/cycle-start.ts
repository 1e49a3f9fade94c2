/** The first moment of a step: the state in which its demand is met, or the reason why there is none. */
import { SimulationError } from '../error.ts'
import { consistentInitial } from '../solve/consistent.ts'
import type { Run } from './cycle-result.ts'
import { accuracies, foundState } from './found-state.ts'
import { numberText } from './in-words.ts'
import { maximumPower } from './maximum-power.ts'
import type { Model } from './model.ts'
import { modelOf } from './model-of.ts'
import { metalEnd, type PhysicalEnd, physicalEnd } from './physical-end.ts'
import type { Drive, ProtocolStep } from './protocol.ts'
import { reachedByRamp } from './ramp.ts'
import type { Outcome } from './solution.ts'
import type { ResolvedLimit, ResolvedStep } from './step.ts'
import { directionOf } from './steps/limits.ts'

/** A power step that starts below this share of the voltage before is looked at: it may be on the wrong branch. */
const suspicious = 0.75

/** Accuracies asked of the first state in turn [–]: the last room of a host leaves the potential little more than rtol. */
const accuraciesFor = (rtol: number): number[] => accuracies.filter(value => value <= Math.max(1e-8, rtol))

/**
 * Solves for the state at the step's start from the one before; false, with that one kept, where it could not be found.
 * Where the potentials before lie volts away on the flat side of an exponential (a metal stripped away, a surface full),
 * Newton's method has no slope to follow: those of the cell at rest are tried next.
 */
const solved = (run: Run, tries = accuraciesFor(run.rtol)): boolean => {
  for (const guess of [undefined, run.rest]) if (solvedFrom(run, guess, tries)) return true
  run.y.set(run.before)
  return false
}

/** From the algebraic unknowns of a guess, or from those that y has. */
const solvedFrom = (run: Run, guess: Float64Array | undefined, tries = accuraciesFor(run.rtol)): boolean => {
  const { model, y } = run
  if (guess) for (let i = 0; i < y.length; i++) if (model.differential[i] === 0) y[i] = guess[i]
  return foundState(run, tries)
}

/** From the potentials that the current asked for would have: the way there is nearly straight. */
const led = (run: Run, current: number | undefined): boolean => {
  const { model, y, before } = run
  if (current === undefined || !model.lead) return false
  model.lead(y, current)
  if (foundState(run, [1e-8], ledIterations)) return true
  y.set(before)
  return false
}

/** Newton iterations of a start that was led. */
const ledIterations = 30

/** True where a step says the voltage it starts with. */
export const holdsVoltage = (drive: Drive): boolean =>
  drive.kind === 'voltage' || drive.kind === 'sweep' || (drive.kind === 'profile' && drive.quantity === 'voltage')

/** First part of the way tried, and the smallest. */
const firstPart = 0.125
const leastPart = 1e-4

/**
 * The same by degrees: the demand of the step, less a part of what the state before misses of it, for ever smaller parts. A jump of
 * a volt asks for a current e^20 times the exchange current, which Newton's method does not find from rest.
 */
const solvedByDegrees = (run: Run, { control, ambient }: ResolvedStep): boolean => {
  const { model, y, before } = run
  const missed = control(model.at(0, before))
  const reached = before.slice()
  let done = 0
  for (let part = firstPart; done < 1 && part > leastPart; ) {
    const next = Math.min(1, done + part)
    model.drive(at => control(at) - (1 - next) * missed, ambient)
    if (solvedFrom(run, undefined)) {
      done = next
      reached.set(y)
      part *= 2
    } else {
      y.set(reached)
      part /= 4
    }
  }
  model.drive(control, ambient)
  if (done < 1) y.set(before)
  return done === 1
}

export const powerEnd = (maximum: { power: number; voltage: number; current: number }, power: number): PhysicalEnd => ({
  outcome: 'maximum power exceeded',
  reason:
    `${numberText(power)} W were asked for; the cell gives at most ${numberText(maximum.power)} W, ` +
    `at ${numberText(maximum.voltage)} V and ${numberText(maximum.current)} A`,
})

/** A rest on an electrode without metal: no reaction there sets a potential. */
export const restless = (bare: PhysicalEnd): PhysicalEnd => ({
  ...bare,
  reason: `${bare.reason}: without it the electrode has no potential at rest`,
})

/**
 * Brings y to the start of a step. Returns why it cannot be, where physics says so; power takes the branch of the higher
 * voltage.
 *
 * @throws SimulationError 'method' when the equations could not be solved and no physical reason was found
 */
export const startStep = (run: Run, step: ProtocolStep, resolved: ResolvedStep): PhysicalEnd | undefined => {
  const { model, y, yp, before, statistics } = run
  const { control, ambient } = resolved
  const { drive } = step
  const voltageBefore = model.at(0, before).voltage
  model.drive(control, ambient)
  if (model.layered && holdsVoltage(drive) && reachedByRamp(run, resolved)) return undefined
  let asked = currentAsked(model, drive, voltageBefore)
  const expected = drive.kind === 'rest' ? 0 : asked
  // A power may have no state at all: it is asked for once, then the largest power is looked for.
  let found = led(run, expected) || (drive.kind === 'power' ? solved(run, [1e-8]) : solved(run))
  // A load or a charger that turned the current round met another demand than its own.
  if (drive.kind === 'resistance' && asked !== undefined && model.at(0, y).current * asked < 0) found = false
  if (drive.kind === 'power' && drive.power > 0) {
    const { voltage } = model.at(0, y)
    if (found && voltage > suspicious * voltageBefore) return undefined
    const { maximum, current } = maximumPower(model, before, drive.power, ambient)
    model.drive(control, ambient)
    if (found && voltage > maximum.voltage) return undefined
    y.set(before)
    if (current === undefined) return powerEnd(maximum, drive.power)
    model.drive(at => at.current - current, ambient)
    const near = solved(run)
    model.drive(control, ambient)
    if (near && solved(run)) return undefined
    asked = current
    found = false
  }
  if (found) return undefined
  y.set(before)
  if (holdsVoltage(drive) && (solvedByDegrees(run, resolved) || reachedByRamp(run, resolved))) return undefined
  const bare = drive.kind === 'rest' ? metalEnd(model, 0, y) : undefined
  if (bare) return restless(bare)
  const direction = directionOf(drive)
  const reason =
    direction && drive.kind !== 'resistance' ? physicalEnd(model, 0, y, direction === 'discharge' ? 1 : -1) : undefined
  const end = reason ?? limitOnTheWay(run, resolved, asked) ?? beyondLimits(run, step, 0)
  y.set(before)
  if (end) return end
  // Once more, for its message.
  model.drive(control, ambient)
  yp.fill(0)
  consistentInitial(model, 0, y, yp, { statistics })
  return undefined
}

/** The current that a demand means at a voltage [A]; undefined where the demand is a voltage. */
const currentAsked = ({ cell }: Model, drive: Drive, voltage: number): number | undefined => {
  switch (drive.kind) {
    case 'current':
      return drive.current
    case 'rate':
      return drive.rate * cell.nominalCapacity
    case 'power':
      return drive.power / voltage
    case 'resistance':
      return voltage / drive.resistance
    default:
      return undefined
  }
}

/** Least current of the way up, relative to the nominal one, and the factor between two tries. */
const leastShare = 1e-30
const growth = 10

/**
 * A current for which no state is found: smaller ones are tried, each ten times the last. Where one of them takes the
 * voltage beyond a limit already, the whole does so the more, since the voltage falls as the current grows. A cell that
 * hardly conducts or reacts leaves the potentials of the full model to round-off; of a fresh one the reduced model tells.
 */
const limitOnTheWay = (run: Run, resolved: ResolvedStep, asked: number | undefined): PhysicalEnd | undefined => {
  if (asked === undefined || asked === 0) return undefined
  const { model, before, firstCapacity } = run
  const own = wayUp(model, before, resolved, asked, accuraciesFor(run.rtol))
  if (own || model.fidelity !== 'dfn') return own
  const passed = Math.abs(model.at(0, before).capacity - firstCapacity)
  if (passed > untouched * model.cell.nominalCapacity) return undefined
  const reduced = modelOf(model.cell, { fidelity: 'spme', mesh: model.mesh })
  const fresh = new Float64Array(reduced.size)
  reduced.start(fresh, new Float64Array(reduced.size))
  const end = wayUp(reduced, fresh, resolved, asked, accuraciesFor(run.rtol))
  return end && { ...end, reason: `${end.reason} (by the reduced model, spme)` }
}

/** Charge passed, relative to the nominal capacity, below which a cell counts as fresh. */
const untouched = 1e-9

const wayUp = (
  model: Model,
  from: Float64Array,
  resolved: ResolvedStep,
  asked: number,
  tries: readonly number[],
): PhysicalEnd | undefined => {
  const y = from.slice()
  const yp = new Float64Array(y.length)
  const limits = resolved.limits(model.at(0, from)).filter(limit => limit.outcome === 'cut-off')
  const found = (): boolean =>
    tries.some(rtol => {
      yp.fill(0)
      try {
        consistentInitial(model, 0, y, yp, { rtol, maxIterations: wayIterations })
        return true
      } catch (error) {
        if (error instanceof SimulationError) return false
        throw error
      }
    })
  const most = Math.abs(asked)
  for (let size = leastShare * model.cell.nominalCapacity; size < most; size *= growth) {
    const current = Math.sign(asked) * size
    model.drive(at => at.current - current, resolved.ambient)
    if (!found()) return undefined
    const at = model.at(0, y)
    const met = limits.find(limit => limit.value(at) <= 0)
    if (!met) continue
    return {
      outcome: asked > 0 ? 'voltage below cut-off at once' : 'voltage above limit at once',
      reason: `${numberText(current)} A already take the voltage to ${numberText(at.voltage)} V, beyond ${met.label}; ${numberText(asked)} A were asked for`,
    }
  }
  return undefined
}

/** Newton iterations of one try on the way up: it starts near. */
const wayIterations = 60

/** A voltage outside the cell's limits that no state meets: what the laws of its materials say nothing of. */
export const beyondLimits = (run: Run, { drive }: ProtocolStep, time: number): PhysicalEnd | undefined => {
  const { model, y, before } = run
  const [lower, upper] = model.cell.voltageLimits
  const last = model.at(time, time > 0 ? y : before)
  const demand =
    drive.kind === 'voltage'
      ? drive.voltage
      : drive.kind === 'sweep' && time === 0
        ? drive.from
        : drive.kind === 'sweep' ||
            drive.kind === 'resistance' ||
            (drive.kind === 'profile' && (drive.quantity === 'voltage' || drive.quantity === 'resistance'))
          ? last.voltage
          : undefined
  if (demand === undefined || (demand >= lower && demand <= upper)) return undefined
  return {
    outcome: 'beyond the cell',
    reason:
      `${numberText(demand)} V lie outside the cell's limits, ${lower} to ${upper} V, where no current was found ` +
      `that meets them; the last state has ${numberText(last.voltage)} V and ${numberText(last.current)} A`,
  }
}

/** The losses of a state by name [V], and its equilibrium voltage, where the model reports them. */
const lossesOf = (run: Run) => {
  const { model, y, yp } = run
  const out = new Float64Array(model.columns.length)
  model.row(0, y, yp, out)
  const losses = model.columns
    .map((name, k) => ({ name, value: out[k] }))
    .filter(({ name, value }) => name.startsWith('loss[') && Number.isFinite(value))
    .map(({ name, value }) => ({ name: name.slice(5, -1), value }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
  const k = model.columns.indexOf('equilibrium')
  return { losses, equilibrium: k < 0 ? undefined : out[k] }
}

/**
 * Outcome and reason of a step whose limit is met at its first moment: satisfied before it began, or because of the
 * losses that set in with the current.
 */
export const metAtOnce = (run: Run, limit: ResolvedLimit): { readonly outcome: Outcome; readonly reason: string } => {
  const { model, y } = run
  const { voltage, current, time, capacity, temperature, amount } = model.at(0, y)
  if (limit.outcome !== 'cut-off')
    return { outcome: 'already satisfied', reason: `${limit.label} was met when the step began` }
  const { losses, equilibrium } = lossesOf(run)
  const rest = equilibrium ?? model.at(0, run.before).voltage
  const here = `the voltage at its start is ${numberText(voltage)} V`
  const atRest = limit.value({ time, voltage: rest, current, capacity, temperature, amount })
  if (atRest <= 0)
    return { outcome: 'already satisfied', reason: `${limit.label} was met when the step began: ${here}` }
  const named = losses.filter(({ value }) => Math.abs(value) > 0.01 * Math.abs(rest - voltage)).slice(0, 4)
  const why =
    losses.length === 0
      ? ''
      : `: of ${numberText(rest)} V at equilibrium, ${numberText(Math.abs(current))} A take ` +
        `${named.map(({ name, value }) => `${numberText(value)} V (${lossName[name] ?? name})`).join(', ')}`
  return {
    outcome: voltage < rest ? 'voltage below cut-off at once' : 'voltage above limit at once',
    reason: `${here} as soon as ${numberText(current)} A flow, beyond ${limit.label}${why}`,
  }
}

const lossName: Readonly<Record<string, string>> = {
  kinetic: 'kinetics of the reactions',
  ohmic: 'ohmic resistance',
  electrolyte: 'concentration differences in the electrolyte',
  solid: 'diffusion in the particles',
}
