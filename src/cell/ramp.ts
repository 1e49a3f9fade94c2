/** The way to a voltage that is held, where Newton's method finds no state there at once: the voltage is led to it. */
import { SimulationError } from '../error.ts'
import { integrateSteps } from '../solve/bdf.ts'
import type { Run } from './cycle-result.ts'
import { accuracies, foundState } from './found-state.ts'
import { numberText } from './in-words.ts'
import type { ResolvedStep } from './step.ts'

/** How long the voltage takes to get there [s], tried in turn: as fast as an instrument is. */
const lengths = [1e-3, 1e-2]

/**
 * Brings y to where the demand of a step is met, from the state before, by a ramp of the voltage. Where a surface is full, or losses
 * are left out, a jump asks for a current e^50 times the exchange current, which empties the surface in 1e-15 s: on a ramp the
 * surface follows. What the ramp passes of charge and energy counts, its time does not: it is no more than what a jump would pass in it.
 *
 * @returns false where the ramp could not be followed either
 */
export const reachedByRamp = (run: Run, { control, ambient }: ResolvedStep): boolean =>
  lengths.some(length => {
    const { model, y, yp, before, rtol, statistics, recorder } = run
    const missed = control(model.at(0, before))
    y.set(before)
    model.drive(at => control(at) - missed * (1 - at.time / length), ambient)
    let energy = 0
    const reached = { y: y.slice(), yp: yp.slice() }
    try {
      foundState(run, accuracies) // if not, they are left: at the start of a ramp they were accepted once
      let { voltage, capacity } = model.at(0, y)
      for (const _ of integrateSteps(model, { y, yp, start: 0, end: length, rtol, statistics })) {
        const at = model.at(length, y)
        energy += 0.5 * (voltage + at.voltage) * (at.capacity - capacity)
        voltage = at.voltage
        capacity = at.capacity
      }
      model.drive(control, ambient)
      // Double layers that hold all potentials leave nothing to solve for: the end of the ramp meets the demand as it is.
      reached.y.set(y)
      reached.yp.set(yp)
      if (!foundState(run, accuracies)) {
        y.set(reached.y)
        yp.set(reached.yp)
      }
    } catch (error) {
      if (!(error instanceof SimulationError || error instanceof RangeError)) throw error
      return false
    } finally {
      model.drive(control, ambient)
    }
    recorder.draw(energy, y)
    run.notes.add(
      `a jump of the voltage to ${numberText(model.at(0, y).voltage)} V, which no first state meets, was led there in ` +
        `${1e3 * length} ms: the first row of its step has the current after that, its charge counts`,
    )
    return true
  })
