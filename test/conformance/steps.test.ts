import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { At } from '../../src/cell/model.ts'
import type { ProtocolStep } from '../../src/cell/protocol.ts'
import * as steps from '../../src/cell/steps/index.ts'
import { make as lfpCell } from '../../src/cells/graphite-lfp.ts'
import { checkStep, failures } from '../../src/conformance/index.ts'

const cell = lfpCell()
const start: At = { time: 0, voltage: 3.3, current: 1, capacity: 0, temperature: 298.15, amount: Float64Array.of(0.5) }

/** One call of every step maker; a maker without a row here fails the count below. */
const made: Record<string, readonly ProtocolStep[]> = {
  custom: [steps.custom({ label: '1 mW', control: at => at.voltage * at.current - 1e-3, duration: 60 })],
  ccCv: steps.ccCv({ rate: 0.5, voltage: 3.6, until: { rate: 0.02 } }),
  charge: [steps.charge({ rate: 1, until: { voltage: 3.6 } }), steps.charge({ power: 3, until: { capacity: 0.5 } })],
  cyclicVoltammetry: steps.cyclicVoltammetry({ between: [3, 3.5], rate: 1e-4, cycles: 2 }),
  discharge: [
    steps.discharge({ current: 2, until: { voltage: 2.5 } }),
    steps.discharge({ resistance: 2, until: { current: 0.5 } }),
  ],
  gitt: steps.gitt({ rate: 0.5, pulses: 3, duration: 600, rest: 600, until: { voltage: 2.5 } }),
  hold: [steps.hold({ voltage: 3.4, until: { current: 0.02 } })],
  profile: [
    steps.profile({
      rows: [
        [0, 1],
        [10, 2],
        [20, 0],
      ],
      quantity: 'current',
    } as Parameters<typeof steps.profile>[0]),
  ],
  rest: [steps.rest({ duration: 600 })],
  sweep: [steps.sweep({ to: 3, rate: 1e-4 })],
}

for (const [name, list] of Object.entries(made)) {
  test(`${name} conforms`, () => {
    assert.ok(list.length > 0)
    for (const step of list) assert.deepEqual(failures(checkStep(step, { cell, start })), [], step.label)
  })
}

test('every step maker is tried', () => {
  const combining = ['profileDrive', 'repeat', 'sequence', 'cyclesTagged', 'stepsTagged']
  const makers = Object.keys(steps).filter(name => !combining.includes(name))
  assert.deepEqual(makers.sort(), Object.keys(made).sort())
})

test('the suite can fail: a step that ends by nothing', () => {
  const endless = { ...steps.rest({ duration: 1 }), until: [] }
  assert.ok(failures(checkStep(endless, { cell, start })).some(f => f.startsWith('ends by')))
})
