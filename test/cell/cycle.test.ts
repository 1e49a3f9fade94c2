import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycle, cycleSteps } from '../../src/cell/cycle.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import type { Solution } from '../../src/cell/solution.ts'
import { charge, discharge, gitt, hold, profile, repeat, rest, sweep } from '../../src/cell/steps/index.ts'
import type { SimulationError } from '../../src/error.ts'
import { R, slope, thevenin, U0 } from './cycle-thevenin.ts'

const rtol = 1e-8
const run = (sentences: string[], o = {}): Solution => cycle(thevenin(), parseProtocol(sentences), { rtol, ...o })
const last = (s: Solution, name: string): number => s.columns[name].at(-1) as number

/** Solutions are polynomials or exponentials of time; rtol 1e-8 over some tens of steps leaves at most 1e-6. */
const close = (got: number, want: number, tolerance = 1e-6): void =>
  assert.ok(Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want)), `got ${got}, want ${want}`)

test('constant current: the cut-off comes when U₀ − k I t − R I says', () => {
  const s = run(['Discharge at 2 A until 2.5 V'])
  assert.equal(s.outcome, 'cut-off')
  close(last(s, 'time'), (U0 - 2 * R - 2.5) / slope / 2)
  close(last(s, 'voltage'), 2.5)
  close(last(s, 'current'), 2)
  close(s.columns.voltage[0], U0 - 2 * R)
})

test('energy drawn: ∫ V I dt of a straight line, exact', () => {
  const s = run(['Discharge at 2 A for 20 minutes'])
  const t = 1200
  close(s.energy, (2 * ((U0 - 2 * R) * t - slope * t * t)) / 3600, 1e-9)
  close(s.cycles[0].dischargeCapacity, (2 * t) / 3600, 1e-9)
  assert.equal(s.cycles[0].chargeCapacity, 0)
})

test('constant voltage: the current decays as exp(−k t/R)', () => {
  const s = run(['Hold at 3 V until 1 A'])
  const first = (U0 - 3) / R
  close(s.columns.current[0], first)
  close(last(s, 'time'), (R / slope) * Math.log(first / 1), 1e-5)
  assert.equal(s.outcome, 'current')
})

test('a resistor: I = U/(R + R_load), decaying', () => {
  const s = run(['Discharge at 0.4 Ohm for 4 minutes'])
  close(s.columns.current[0], U0 / (R + 0.4))
  close(last(s, 'current'), (U0 / (R + 0.4)) * Math.exp((-slope * 240) / (R + 0.4)), 1e-5)
})

test('power takes the branch of the higher voltage', () => {
  const s = run(['Discharge at 10 W for 1 minute'])
  const high = (U0 + Math.sqrt(U0 * U0 - 4 * R * 10)) / 2
  close(s.columns.voltage[0], high)
  assert.ok(s.columns.voltage.every(v => v > U0 / 2 - 0.2))
  for (let i = 0; i < s.columns.time.length; i++) close(s.columns.voltage[i] * s.columns.current[i], 10)
})

test('beyond U²/4R no current gives the power: an outcome which states that maximum', () => {
  const s = run(['Discharge at 17 W for 1 h', 'Rest for 1 h'])
  assert.equal(s.outcome, 'maximum power exceeded')
  assert.match(s.reason, /at most 16\.2 W, at 1\.8 V and 9 A/)
  assert.match(s.reason, /the step after it was not run/)
  assert.equal(s.steps.length, 1)
  // With a voltage of its own the step is over there, and the protocol goes on.
  const on = run(['Discharge at 17 W until 1 V', 'Rest for 1 h'])
  assert.deepEqual(
    on.steps.map(step => step.outcome),
    ['maximum power exceeded', 'time'],
  )
})

test('a power that the cell can give only for a while ends at its maximum, not in an error', () => {
  // The open-circuit voltage falls until U²/4R = P: U = √(4 R P).
  const power = 14
  const s = cycle(thevenin(), [discharge({ power, until: { voltage: 0.5 } })], { rtol: 1e-6 })
  assert.equal(s.outcome, 'maximum power exceeded')
  // At the turning point dV/dt → −∞; the last step stops within 1 % of it.
  close(last(s, 'voltage'), Math.sqrt(4 * R * power) / 2, 0.03)
})

test('sweep: V = from ± rate t, and the charge it moves', () => {
  const s = run(['Sweep from 3.4 V to 3.0 V at 1 mV/s'])
  assert.equal(s.outcome, 'swept')
  close(last(s, 'time'), 400)
  close(last(s, 'voltage'), 3)
  const { time, voltage } = s.columns
  for (let i = 0; i < time.length; i++) close(voltage[i], 3.4 - 1e-3 * time[i])
})

test('a sweep without a begin starts at the voltage the cell has; one that has arrived takes no time', () => {
  const s = run(['Sweep to 3.2 V at 1 mV/s', 'Sweep to 3.2 V at 1 mV/s'])
  close(s.columns.voltage[0], U0)
  close(s.steps[0].duration, 400)
  assert.equal(s.steps[1].duration, 0)
})

test('an imposed profile is followed, its kinks met, its charge right', () => {
  const rows = { time: [0, 10, 11, 12, 100], value: [0, 0, 4, 0, 0] }
  const s = cycle(thevenin(), [profile({ rows })], { rtol: 1e-6 })
  close(last(s, 'capacity') * 3600, 4, 1e-3) // a 2 s triangle of 4 A that a long step would overlook
  assert.equal(s.outcome, 'profile end')
  assert.ok(Math.max(...s.columns.current) > 3.99)
})

test('limits by charge, by amount and by time', () => {
  close(last(run(['Discharge at 1 A until 100 mAh']), 'time'), 360)
  close(last(run(['Discharge at 1 A until 0.2 Li per formula unit']), 'time'), 720)
  close(last(run(['Discharge at 1 A for 5 minutes or until 2 V']), 'time'), 300)
  assert.equal(run(['Discharge at 1 A until 100 mAh']).outcome, 'capacity')
})

test('steps follow one another: charge and time go on, stops in order', () => {
  const s = run(['Discharge at 1C for 10 minutes', 'Rest for 1 minute', 'Charge at 2C until 3.9 V'])
  assert.deepEqual(
    s.steps.map(step => step.outcome),
    ['time', 'time', 'cut-off'],
  )
  close(s.steps[2].time, 660)
  close(s.columns.voltage[s.steps[1].start], U0 - slope * 600) // rest: no current, the charge drawn stays
  close(last(s, 'capacity'), U0 + 2 * R - 3.9) // k = 1 V per A·h
  const { time, step } = s.columns
  for (let i = 1; i < time.length; i++) assert.ok(time[i] >= time[i - 1] && step[i] >= step[i - 1])
})

test('a step already satisfied has no length and is noted; the state before it is kept', () => {
  const s = run(['Discharge at 1C for 10 minutes', 'Charge at 1C until 3 V', 'Rest for 1 minute'])
  assert.equal(s.steps[1].outcome, 'already satisfied')
  assert.equal(s.steps[1].duration, 0)
  assert.match(s.notes.join(), /step 2.*not done/)
  close(last(s, 'voltage'), U0 - slope * 600)
  assert.equal(s.outcome, 'time')
})

test('a voltage below the cut-off at once: zero length, with the voltage at 0+ and the loss that makes it', () => {
  const s = run(['Discharge at 10C until 2.5 V'])
  assert.equal(s.outcome, 'voltage below cut-off at once')
  assert.match(s.reason, /1\.6 V.*10 A.*3\.6 V at equilibrium.*2 V \(ohmic/)
  assert.equal(s.columns.time.length, 1)
  close(s.columns.voltage[0], U0 - 10 * R)
})

test("the cell's own limits end a run whose step says no voltage", () => {
  const s = run(['Discharge at 1C for 5 hours', 'Rest for 1 h', 'Rest for 1 h'])
  assert.equal(s.outcome, 'cut-off')
  assert.match(s.reason, /lower limit 2 V.*2 steps after it were not run/)
  close(last(s, 'voltage'), 2)
  const c = run(['Charge at 1C for 5 hours'])
  assert.match(c.reason, /upper limit 4 V/)
  // A limit of its own beyond the cell's counts instead.
  close(last(run(['Discharge at 1C until 1.5 V']), 'voltage'), 1.5)
})

test('GITT: the voltage limit ends all pulses, rests included', () => {
  const steps = gitt({ pulses: 10, rate: 1, duration: 600, rest: 60, until: { voltage: 3 } })
  const s = cycle(thevenin(), [...steps, rest({ duration: 10 })], { rtol })
  // 3 = U₀ − R − k t at t = 1440 s: in the third pulse.
  assert.equal(s.steps.length, 6)
  assert.deepEqual(
    s.steps.map(step => step.outcome),
    ['time', 'time', 'time', 'time', 'cut-off', 'time'],
  )
})

test('a condition that never comes is the input’s fault, and what was computed is there', () => {
  assert.throws(
    () => run(['Rest until 3 V']),
    (error: SimulationError) => {
      assert.equal(error.code, 'input')
      assert.match(error.message, /Rest until 3 V.*never end.*voltage 3 V was not reached/)
      assert.ok((error.partial as Solution).columns.time.length > 0)
      return true
    },
  )
})

test('an ion the cell has not, too much of one, and a temperature that cannot change are refused at the door', () => {
  const refused = (sentence: string, message: RegExp) =>
    assert.throws(() => run([sentence]), { name: 'SimulationError', code: 'input', message })
  refused('Discharge at 1C until 1 Na per formula unit', /"Na".*allowed: Li/)
  refused('Discharge at 1C until 11 Li per formula unit', /11.*0 … 10/)
  refused('Discharge at 1C until 320 K', /stays at 298.15 K/)
  refused('Discharge at 1C until 0.5 A', /constant at 1 A/)
})

test('a period too short for any memory is refused before its rows are made, in no time', () => {
  const refused = (period: string, message: RegExp) =>
    assert.throws(() => run([`Hold at 3 V for 100 s (${period} s period)`]), { code: 'input', message })
  refused('1e-300', /period: got 1e-300, allowed: ≥ 1e-6 s/)
  refused('1e-5', /period: got .*, allowed: seconds that make at most 4000000 rows/)
})

test('a method that fails throws with the result up to then', () => {
  const model = thevenin({ broken: 600 })
  assert.throws(
    () => cycle(model, [discharge({ current: 1, until: { voltage: 2 } })], { rtol: 1e-5 }),
    (error: SimulationError) => {
      assert.equal(error.code, 'method')
      assert.match(error.message, /step 1, Discharge at 1 A until 2 V.*could not go on at t = 600/)
      assert.doesNotMatch(error.message, /step size|residual|tolerance|integrate/)
      assert.match(String(error.cause), /step size/) // whoever mends the method finds it here
      const partial = error.partial as Solution
      assert.equal(partial.outcome, 'method failed')
      // It ran up to the wall at 600 C; the charge is known to rtol × 3600 C = 0.04 C, so the time to 0.04 s.
      const t = partial.columns.time.at(-1) as number
      assert.ok(t > 500 && t <= 600.04, `t = ${t}`)
      return true
    },
  )
})

test('progress: every snapshot can give the partial result, the part done rises to 1', () => {
  const steps = cycleSteps(thevenin(), parseProtocol(['Discharge at 1C for 10 minutes', 'Rest for 10 minutes']), {
    rtol,
  })
  let fraction = 0
  let rows = 0
  for (let next = steps.next(); !next.done; next = steps.next()) {
    assert.ok(next.value.fraction >= fraction)
    fraction = next.value.fraction
    rows = next.value.partial().columns.time.length
    if (next.value.step === 2) break
  }
  assert.ok(fraction > 0.5 && rows > 3)
  steps.return(undefined as never)
})

test('rows: at each period and at the ends; smooth rows keep a straight line near the curve', () => {
  const every = run(['Hold at 3 V for 100 s (30 s period)'])
  assert.deepEqual([...every.columns.time], [0, 30, 60, 90, 100])
  const first = (U0 - 3) / R
  const decay = (t: number) => first * Math.exp((-slope * t) / R)
  for (let i = 0; i < 5; i++) close(every.columns.current[i], decay(every.columns.time[i]), 1e-5)
  const smooth = cycle(thevenin(), [hold({ voltage: 3, duration: 3600 })], { rtol: 1e-6 }).columns
  for (let i = 1; i < smooth.time.length; i++) {
    const middle = decay((smooth.time[i] + smooth.time[i - 1]) / 2)
    // Tolerance of the line 1e-3 of the nominal current (here 1 A), twice for its estimate at one point.
    assert.ok(Math.abs((smooth.current[i] + smooth.current[i - 1]) / 2 - middle) < 2e-3)
  }
})

test('a thousand cycles keep two rows a step, count themselves, and balance', () => {
  const steps = repeat(1000, [discharge({ rate: 1, duration: 60 }), charge({ rate: 1, duration: 60 })])
  const s = cycle(thevenin(), steps, { rtol: 1e-5, keep: 'cycles' })
  assert.equal(s.columns.time.length, 4000)
  assert.equal(s.cycles.length, 1000)
  assert.equal(s.cycles[999].cycle, 1000)
  close(s.cycles[999].dischargeCapacity, 1 / 60)
  close(s.cycles[999].chargeCapacity, 1 / 60)
  close(last(s, 'capacity'), 0)
  assert.equal(last(s, 'cycle'), 1000)
})

test('profiles are kept at the times asked for, beside begin and end', () => {
  const s = run(['Discharge at 1C for 100 s', 'Rest for 100 s'], { profilesAt: [150, 50] })
  assert.deepEqual(
    s.profiles.map(p => p.time),
    [0, 50, 150, 200],
  )
})

test('the largest time of a run ends it', () => {
  const s = run(['Rest for 1 h', 'Rest for 1 h'], { maxTime: 4000 })
  assert.equal(s.outcome, 'time limit')
  close(last(s, 'time'), 4000)
})

test('the same run twice gives the same bits, also on a used model', () => {
  const model = thevenin()
  const steps = [discharge({ rate: 1, until: { voltage: 3 } }), sweep({ to: 3.4, rate: 1e-3 })]
  const [a, b] = [cycle(model, steps), cycle(model, steps)]
  assert.deepEqual(a, b)
})
