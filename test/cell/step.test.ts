import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { At } from '../../src/cell/model.ts'
import { averagedProfile, kinksOf, profileValue } from '../../src/cell/profile-value.ts'
import type { ProtocolStep } from '../../src/cell/protocol.ts'
import { resolveStep } from '../../src/cell/step.ts'
import {
  ccCv,
  charge,
  cyclicVoltammetry,
  discharge,
  hold,
  profile,
  profileDrive,
  repeat,
  rest,
  sequence,
  sweep,
} from '../../src/cell/steps/index.ts'
import { theveninCell } from './cycle-thevenin.ts'

const at = (o: Partial<At> = {}): At => ({
  time: 0,
  voltage: 3,
  current: 0,
  capacity: 0,
  temperature: 298.15,
  amount: Float64Array.of(0),
  ...o,
})
const resolve = (step: ProtocolStep, voltage = 3) =>
  resolveStep(step, { cell: theveninCell, carriers: ['Li'], voltage, rtol: 1e-5 })

test('control: zero where the demand is met, monotone in its variable, linear drives with unit slope', () => {
  const demands: [ProtocolStep, Partial<At>, 'current' | 'voltage'][] = [
    [discharge({ current: 2, duration: 1 }), { current: 2 }, 'current'],
    [charge({ rate: 2, duration: 1 }), { current: -2 }, 'current'], // nominal capacity 1 A·h
    [rest({ duration: 1 }), { current: 0 }, 'current'],
    [hold({ voltage: 2.5, duration: 1 }), { voltage: 2.5 }, 'voltage'],
    [sweep({ from: 2, to: 1, rate: 0.01 }), { voltage: 1.9, time: 10 }, 'voltage'],
    [sweep({ to: 4, rate: 0.01 }), { voltage: 3.1, time: 10 }, 'voltage'],
  ]
  for (const [step, met, variable] of demands) {
    const { control } = resolve(step)
    assert.ok(Math.abs(control(at(met))) < 1e-12, step.label)
    const more = { ...met, [variable]: (met[variable] ?? 0) + 0.25 }
    assert.ok(Math.abs(control(at(more)) - 0.25) < 1e-12, step.label)
  }
  assert.ok(Math.abs(resolve(discharge({ power: 6, duration: 1 })).control(at({ current: 2 }))) < 1e-12)
  assert.ok(Math.abs(resolve(discharge({ resistance: 1.5, duration: 1 })).control(at({ current: 2 }))) < 1e-12)
})

test('limits: below on discharge, above on charge, magnitude of the current in a hold, either side in a sweep', () => {
  const value = (step: ProtocolStep, start: Partial<At>, now: Partial<At>) =>
    resolve(step)
      .limits(at(start))
      .find(limit => limit.own)!
      .value(at(now))
  const down = discharge({ rate: 1, until: { voltage: 2.5 } })
  assert.ok(value(down, { voltage: 3 }, { voltage: 2.6 }) > 0 && value(down, { voltage: 3 }, { voltage: 2.4 }) < 0)
  assert.ok(value(down, { voltage: 2 }, { voltage: 2 }) < 0) // satisfied already
  const up = charge({ rate: 1, until: { voltage: 3.5 } })
  assert.ok(value(up, { voltage: 3 }, { voltage: 3.4 }) > 0 && value(up, { voltage: 3 }, { voltage: 3.6 }) < 0)
  const decay = hold({ voltage: 3, until: { rate: 0.5 } })
  assert.ok(
    value(decay, { current: -2 }, { current: -0.6 }) > 0 && value(decay, { current: -2 }, { current: -0.4 }) < 0,
  )
  const rising = sweep({ to: 4, rate: 1e-3, until: { current: 1 } })
  assert.ok(
    value(rising, { current: 0.1 }, { current: 0.9 }) > 0 && value(rising, { current: 0.1 }, { current: -1.1 }) < 0,
  )
  assert.ok(value(rising, { current: 2 }, { current: 1.1 }) > 0 && value(rising, { current: 2 }, { current: 0.9 }) < 0)
})

test("the cell's limits guard a flow that says none, in its own direction only", () => {
  const guard = (step: ProtocolStep, voltage = 3) =>
    resolve(step)
      .limits(at({ voltage }))
      .filter(limit => !limit.own)
      .map(limit => limit.label)
  assert.deepEqual(guard(discharge({ rate: 1, duration: 1 })), ["the cell's lower limit 2 V"])
  assert.deepEqual(guard(charge({ rate: 1, duration: 1 })), ["the cell's upper limit 4 V"])
  assert.deepEqual(guard(discharge({ rate: 1, until: { voltage: 1 } })), [])
  assert.deepEqual(guard(rest({ duration: 1 })), [])
  assert.deepEqual(guard(hold({ voltage: 1, duration: 1 })), [])
  const cycle = profile({
    rows: [
      [0, 1],
      [1, -1],
    ],
  })
  assert.equal(guard(cycle).length, 2)
  assert.equal(guard(cycle, 4.5).length, 1) // it starts above the upper limit
})

test('profile: equal to a plain search at any order of times, ends held', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -9, max: 9 })), { minLength: 2 })
  fc.assert(
    fc.property(rows, fc.array(fc.double({ min: -10, max: 800, noNaN: true }), { minLength: 20 }), (gaps, times) => {
      let t = 0
      const time = Float64Array.from(gaps, ([gap], k) => (t += k === 0 ? 0 : gap))
      const value = Float64Array.from(gaps, ([, v]) => v)
      const f = profileValue(time, value)
      for (const x of times) {
        const k = time.findLastIndex(start => start <= x)
        const plain =
          k < 0
            ? value[0]
            : k === time.length - 1
              ? value[k]
              : value[k] + ((value[k + 1] - value[k]) * (x - time[k])) / (time[k + 1] - time[k])
        assert.ok(Math.abs(f(x) - plain) < 1e-12)
      }
    }),
  )
})

test('kinks: rows on a line are one piece; every row lies within the tolerance of the pieces', () => {
  const n = 1001
  const time = Float64Array.from({ length: n }, (_, k) => k)
  const tent = time.map(t => Math.min(t, 1000 - t))
  assert.deepEqual([...kinksOf(time, tent, { tolerance: 1e-6, end: 1000 })], [500, 1000])
  const wave = time.map(t => Math.sin(t / 50))
  const tolerance = 1e-2
  const stops = [0, ...kinksOf(time, wave, { tolerance, end: 1000 })]
  assert.ok(stops.length < 150) // (π/2 · √(8 tolerance) wide pieces would be 71)
  let piece = 0
  for (let k = 0; k < n; k++) {
    while (stops[piece + 1] < k) piece++
    const [a, b] = [stops[piece], stops[piece + 1]]
    const line = wave[a] + ((wave[b] - wave[a]) * (k - a)) / (b - a)
    // Pieces pass within the tolerance of every row when they end on a row that fits; the last one may add as much again.
    assert.ok(Math.abs(line - wave[k]) <= 2 * tolerance, `row ${k}`)
  }
  assert.deepEqual([...kinksOf(time, tent, { tolerance: 1e-6, end: 400 })], [400])
})

test('an averaged profile keeps the integral', () => {
  const time = Float64Array.from({ length: 5000 }, (_, k) => k + 0.3 * Math.sin(k))
  const value = time.map(t => Math.sin(t * t))
  const area = (t: Float64Array, v: Float64Array) => {
    let sum = 0
    for (let k = 1; k < t.length; k++) sum += ((t[k] - t[k - 1]) * (v[k] + v[k - 1])) / 2
    return sum
  }
  const thin = averagedProfile(time, value, 100)
  assert.equal(thin.time.length, 101)
  const whole = area(time, value)
  // Sums of 5000 terms of size 1: round-off 1e-12.
  assert.ok(Math.abs(area(thin.time, thin.value) - whole) < 1e-10, `${area(thin.time, thin.value)} ${whole}`)
})

test('rows of a profile: the row number of what is wrong', () => {
  const refused = (rows: [number, number][], message: RegExp) =>
    assert.throws(() => profileDrive(rows), { code: 'input', message })
  refused([[0, 1]], /at least two rows/)
  refused(
    [
      [1, 1],
      [2, 1],
    ],
    /row 1, time: got 1, allowed: 0/,
  )
  refused(
    [
      [0, 1],
      [2, 1],
      [2, 1],
    ],
    /row 3.*the same/,
  )
  refused(
    [
      [0, 1],
      [2, 1],
      [1, 1],
    ],
    /row 3.*rows in order/,
  )
  refused(
    [
      [0, 1],
      [2, Number.NaN],
    ],
    /row 2, current: got NaN/,
  )
  assert.throws(() => profileDrive({ time: [0, 1], value: [1] }), /as many values as times/)
})

test('a profile shorter than its step is repeated, one interval apart', () => {
  const drive = profileDrive(
    [
      [0, 1],
      [1, 2],
      [3, 0],
    ],
    { duration: 7 },
  )
  assert.deepEqual([...drive.time], [0, 1, 3, 4, 5, 7, 8, 9, 11])
  assert.deepEqual([...drive.value], [1, 2, 0, 1, 2, 0, 1, 2, 0])
})

test('composite steps: cycles count on, never twice the same', () => {
  const one = [discharge({ rate: 1, duration: 1 }), charge({ rate: 1, duration: 1 })]
  assert.deepEqual(
    repeat(2, one).map(s => s.cycle),
    [1, 1, 2, 2],
  )
  assert.deepEqual(
    repeat(2, repeat(2, [rest({ duration: 1 })])).map(s => s.cycle),
    [1, 2, 3, 4],
  )
  const all = sequence(rest({ duration: 1 }), rest({ duration: 1 }), repeat(2, one), rest({ duration: 1 }))
  assert.deepEqual(
    all.map(s => s.cycle),
    [1, 1, 2, 2, 3, 3, 4],
  )
  assert.equal(cyclicVoltammetry({ between: [2, 0.6], rate: 1e-4, cycles: 3 }).length, 6)
  assert.deepEqual(
    ccCv({ rate: 1, voltage: 4, until: { rate: 0.05 } }).map(s => s.label),
    ['Charge at 1C until 4 V', 'Hold at 4 V until C/20'],
  )
})

test('typed steps refuse what makes no sense, naming the field, the value and what is allowed', () => {
  const cases: [() => unknown, RegExp][] = [
    [() => discharge({ rate: -1, duration: 1 }), /discharge.rate: got -1.*> 0/],
    [() => discharge({ rate: 1, current: 1, duration: 1 }), /current and rate.*one of/],
    [() => discharge({ duration: 1 }), /no flow.*one of/],
    [() => discharge({ rate: 1 }), /says no end/],
    [() => rest({ duration: -1 }), /until time: got -1/],
    [() => rest({ duration: Number.NaN }), /until time: got NaN/],
    [() => rest({ until: { current: 1 } }), /never end.*no current flows/],
    [() => hold({ voltage: Number.NaN, duration: 1 }), /voltage: got NaN/],
    [() => hold({ voltage: 1, until: { voltage: 2 } }), /never end/],
    [() => sweep({ to: 1, rate: -1 }), /sweep rate: got -1/],
    [() => charge({ rate: 1, duration: 1, temperature: -5 }), /temperature: got -5/],
    [() => repeat(0, [rest({ duration: 1 })]), /repeat: got 0/],
    [() => repeat(1e6, [rest({ duration: 1 })]), /at most 200000/],
    [() => cyclicVoltammetry({ between: [1, 1], rate: 1 }), /two voltages/],
  ]
  for (const [make, message] of cases) assert.throws(make, { name: 'SimulationError', code: 'input', message })
})
