import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Drive, ProtocolStep, StopLimit } from '../../src/cell/protocol.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { charge, discharge, gitt, hold, rest, sweep } from '../../src/cell/steps/index.ts'
import { SimulationError } from '../../src/error.ts'

const one = (sentence: string): ProtocolStep => {
  const steps = parseProtocol([sentence])
  assert.equal(steps.length, 1, sentence)
  return steps[0]
}

/** What the sentences of PyBaMM's own documentation mean: sign of its value, seconds of its duration, its terminations. */
const pybamm: [string, Drive, StopLimit[]][] = [
  ['Discharge at 1C for 0.5 hours', { kind: 'rate', rate: 1 }, [{ kind: 'time', time: 1800 }]],
  ['Discharge at C/20 for 0.5 hours', { kind: 'rate', rate: 1 / 20 }, [{ kind: 'time', time: 1800 }]],
  ['Charge at 0.5 C for 45 minutes', { kind: 'rate', rate: -0.5 }, [{ kind: 'time', time: 2700 }]],
  ['Discharge at 1 A for 0.5 hours', { kind: 'current', current: 1 }, [{ kind: 'time', time: 1800 }]],
  ['Charge at 200 mA for 45 minutes', { kind: 'current', current: -0.2 }, [{ kind: 'time', time: 2700 }]],
  ['Discharge at 1W for 0.5 hours', { kind: 'power', power: 1 }, [{ kind: 'time', time: 1800 }]],
  ['Charge at 200mW for 45 minutes', { kind: 'power', power: -0.2 }, [{ kind: 'time', time: 2700 }]],
  ['Rest for 10 minutes', { kind: 'rest' }, [{ kind: 'time', time: 600 }]],
  ['Hold at 1V for 20 seconds', { kind: 'voltage', voltage: 1 }, [{ kind: 'time', time: 20 }]],
  ['Charge at 1 C until 4.1V', { kind: 'rate', rate: -1 }, [{ kind: 'voltage', voltage: 4.1, crossing: 'above' }]],
  [
    'Hold at 4.1 V until 50mA',
    { kind: 'voltage', voltage: 4.1 },
    [{ kind: 'current', current: 0.05, crossing: 'below' }],
  ],
  ['Hold at 3V until C/50', { kind: 'voltage', voltage: 3 }, [{ kind: 'rate', rate: 1 / 50, crossing: 'below' }]],
  [
    'Discharge at C/3 for 2 hours or until 2.5 V',
    { kind: 'rate', rate: 1 / 3 },
    [
      { kind: 'time', time: 7200 },
      { kind: 'voltage', voltage: 2.5, crossing: 'below' },
    ],
  ],
  ['Discharge at 4 Ohm for 1 h', { kind: 'resistance', resistance: 4 }, [{ kind: 'time', time: 3600 }]],
  ['Charge at 4 Ohm for 1 h', { kind: 'resistance', resistance: -4 }, [{ kind: 'time', time: 3600 }]],
  ['Charge at 1 A until > 4 V', { kind: 'current', current: -1 }, [{ kind: 'voltage', voltage: 4, crossing: 'above' }]],
]

test("PyBaMM's sentences mean what they mean there", () => {
  for (const [sentence, drive, until] of pybamm) {
    const step = one(sentence)
    assert.deepEqual(step.drive, drive, sentence)
    assert.deepEqual(step.until, until, sentence)
    assert.equal(step.label, sentence)
  }
  assert.equal(one('Rest for 10 minutes (5 minute period)').period, 300)
})

test('our additions', () => {
  const cases: [string, Partial<ProtocolStep>][] = [
    ['Sweep from 2.0 V to 0.6 V at 0.1 mV/s', { drive: { kind: 'sweep', from: 2, to: 0.6, rate: 1e-4 }, until: [] }],
    ['Sweep to -100 mV at 0.06 V/min', { drive: { kind: 'sweep', to: -0.1, rate: 1e-3 }, until: [] }],
    [
      'Discharge at C/5 until 1.0 Li per formula unit or 2 mAh or 47 oC or 30 min',
      {
        until: [
          { kind: 'amount', carrier: 'Li', amount: 1, crossing: 'above' },
          { kind: 'capacity', capacity: 2e-3 },
          { kind: 'temperature', temperature: 320.15 },
          { kind: 'time', time: 1800 },
        ],
      },
    ],
    ['Discharge at C/5 at 45 oC until 320 K', { temperature: 318.15 }],
    ['Rest for 1/2 hour (25 °C)', { temperature: 298.15, until: [{ kind: 'time', time: 1800 }] }],
    ['Rest for half an hour', { until: [{ kind: 'time', time: 1800 }] }],
    ['Discharge at 1 A until 2.5 A.h', { until: [{ kind: 'capacity', capacity: 2.5 }] }],
    ['Discharge at 0 A for 1 h', { drive: { kind: 'rest' } }],
    ['Charge at 4.1 V for 1 h', { drive: { kind: 'voltage', voltage: 4.1 } }],
  ]
  // Products like 0.1 · 1e-3 differ from 1e-4 in the last bit.
  const rounded = (value: unknown) =>
    JSON.parse(JSON.stringify(value), (_, v) => (typeof v === 'number' ? Number(v.toPrecision(14)) : v))
  for (const [sentence, want] of cases) {
    const step = one(sentence)
    for (const [key, value] of Object.entries(want))
      assert.deepEqual(rounded(step[key as keyof ProtocolStep]), rounded(value), sentence)
  }
})

test('case, plurals and spaces do not matter', () => {
  // spaces as word processors and web pages write them
  assert.deepEqual(one('Discharge at\u00a01C for\u202f1\u2009s').drive, { kind: 'rate', rate: 1 })
  for (const sentence of [
    'discharge AT 2c FOR 30MIN',
    '  Discharge  at 2 C for 0.5 Hours ',
    'DISCHARGE AT 2C FOR 1800 s',
  ])
    assert.deepEqual({ ...one(sentence), label: '' }, { ...discharge({ rate: 2, duration: 1800 }), label: '' })
})

test('composite sentences are the typed steps of the same name', () => {
  assert.deepEqual(
    parseProtocol(['GITT: 20 pulses at C/10 for 10 minutes with 1 hour rest until 0.4 V']),
    gitt({ pulses: 20, rate: 0.1, duration: 600, rest: 3600, until: { voltage: 0.4 } }),
  )
  assert.deepEqual(parseProtocol(['CC-CV charge at C/2 to 4.2 V until C/50']), [
    charge({ rate: 0.5, until: { voltage: 4.2 } }),
    hold({ voltage: 4.2, until: { rate: 1 / 50 } }),
  ])
  const voltammetry = parseProtocol(['Cyclic voltammetry between 2.0 V and 0.6 V at 0.1 mV/s for 3 cycles'])
  assert.deepEqual(
    voltammetry.map(step => [step.cycle, step.drive.kind === 'sweep' && step.drive.to]),
    [1, 2, 3].flatMap(cycle => [
      [cycle, 0.6],
      [cycle, 2],
    ]),
  )
})

test('repeats: every way to write them, cycles counted', () => {
  const steps = ['Rest for 1 s', 'Rest for 2 s']
  for (const sentence of [
    `Repeat 3 times: ${steps.join('; ')}`,
    `repeat 3 times (${steps.join('; ')})`,
    `Repeat (${steps.join(', ')}) 3 times`,
    `(${steps.join('; ')}) * 3`,
    `3 x (${steps.join('; then ')})`,
    `[("${steps.join('", "')}"),] * 3`,
  ]) {
    const protocol = parseProtocol([sentence])
    assert.deepEqual(
      protocol.map(step => [step.cycle, step.label]),
      [1, 2, 3].flatMap(cycle => steps.map(label => [cycle, label])),
      sentence,
    )
  }
  const mixed = parseProtocol(['Rest for 1 s', 'Rest for 1 s', 'Repeat 2 times: Rest for 2 s', 'Rest for 3 s'])
  assert.deepEqual(
    mixed.map(step => step.cycle),
    [1, 1, 2, 3, 4],
  )
})

test('profiles come from the caller, their quantity from the sentence or from them', () => {
  const context = {
    profile: (name: string) => ({
      rows: [
        [0, 1],
        [name.length, 2],
      ] as [number, number][],
    }),
  }
  const [step] = parseProtocol(['Profile drive.csv (W) until 2.5 V'], context)
  assert.ok(step.drive.kind === 'profile' && step.drive.quantity === 'power' && step.drive.time[1] === 9)
  const [named] = parseProtocol(['Run "us 06.csv" (60 s period)'], context)
  assert.ok(named.drive.kind === 'profile' && named.drive.time[1] === 9 && named.period === 60)
})

test('the sentence of a typed step reads back as that step', () => {
  const value = fc.double({ min: 1e-3, max: 1e3, noNaN: true })
  const temperature = fc.double({ min: 100, max: 2000, noNaN: true })
  const until = fc.record(
    {
      time: value,
      voltage: value,
      current: value,
      capacity: value,
      amount: fc.record({ Li: value }),
      temperature,
    },
    { requiredKeys: ['time'] },
  )
  const options = fc.record({ period: value, temperature }, { requiredKeys: [] })
  const steps = fc.oneof(
    fc.tuple(value, until, options).map(([rate, u, o]) => discharge({ rate, until: u, ...o })),
    fc.tuple(value, until, options).map(([current, u, o]) => charge({ current, until: u, ...o })),
    fc.tuple(value, until, options).map(([power, u, o]) => charge({ power, until: u, ...o })),
    fc.tuple(value, until, options).map(([resistance, u, o]) => discharge({ resistance, until: u, ...o })),
    fc.tuple(value, until, options).map(([voltage, u, o]) => hold({ voltage, until: u, ...o })),
    fc.tuple(until, options).map(([u, o]) => rest({ until: u, ...o })),
    fc.tuple(value, value, options).map(([to, rate, o]) => sweep({ to, rate, ...o })),
  )
  fc.assert(
    fc.property(steps, step => {
      const read = one(step.label)
      // C/7 is read as 1/7, minutes as 60 s: the last bit may differ, nothing more.
      const near = (a: unknown, b: unknown, path: string): void => {
        if (typeof a === 'number')
          assert.ok(Math.abs(a - (b as number)) <= 1e-9 * Math.abs(a), `${step.label}: ${path}`)
        else if (typeof a === 'object' && a !== null)
          for (const key of Object.keys(a))
            near((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${path}.${key}`)
        else assert.equal(a, b, `${step.label}: ${path}`)
      }
      near(step, read, '')
      near(read, step, '')
    }),
  )
})

const errorOf = (sentence: string): SimulationError => {
  try {
    parseProtocol([sentence], { carriers: ['Li', 'Mg'] })
  } catch (error) {
    assert.ok(error instanceof SimulationError, `${sentence}: ${error}`)
    assert.equal(error.code, 'input')
    return error
  }
  return assert.fail(`${JSON.stringify(sentence)} was taken`)
}

test('a typo: the sentence, a caret under the word, and the word that was meant', () => {
  const cases: [string, string, string][] = [
    ['Dischage at C/5 until 0.4 V', 'Dischage', 'Discharge'],
    ['Discharge at C/5 untill 0.4 V', 'untill', 'until'],
    ['Charge att 1C until 4 V', 'att', 'at'],
    ['Rest for 10 minuts', 'minuts', 'minute'],
    ['Discharge at 2 Omh for 1 h', 'Omh', 'Ohm'],
    ['Cyclic voltametry between 2 V and 1 V at 1 mV/s', 'voltametry', 'voltammetry'],
    ['Rest for 1 h; Hodl at 4 V for 1 h', 'Hodl', 'Hold'],
    ['GITT: 20 pusles at C/10 for 10 minutes with 1 hour rest', 'pusles', 'pulse'],
  ]
  for (const [sentence, wrong, meant] of cases) {
    const { message } = errorOf(sentence)
    const [first, shown, carets] = message.split('\n')
    assert.equal(shown, `  ${sentence}`)
    assert.equal(carets, `  ${' '.repeat(sentence.indexOf(wrong))}${'^'.repeat(wrong.length)}`)
    assert.ok(first.includes(`"${meant}"`), message)
    assert.ok(first.includes(`column ${sentence.indexOf(wrong) + 1})`), message)
  }
})

test('what is refused, and why', () => {
  const cases: [string, RegExp][] = [
    ['Discharge at -1C until 3 V', /rate must be greater than 0.*Charge at/],
    ['Rest for -5 minutes', /time must be greater than 0/],
    ['Rest for 0 s', /time must be greater than 0/],
    ['Rest for 1e99 h', /until time: got 3\.[56]\d*e\+102 s, allowed: ≤ 10000 h/],
    ['💥', /"💥" is not understood/],
    ['Sweep from 1 V to 2 V at -1 mV/s', /two voltages give the direction/],
    ['Sweep from 1 V to 1 V at 1 mV/s', /ends where it starts/],
    ['Discharge at C/5', /says no end/],
    ['Rest', /says no end/],
    ['Hold at 1 V until 2 V', /never end.*held at 1 V/],
    ['Rest until 5 A', /never end.*no current/],
    ['Rest until 1 Ah', /never end.*no charge/],
    ['Discharge at 5 A until 50 mA', /never end.*constant at 5 A/],
    ['Charge at 1C until C/50', /never end.*constant at 1 C/],
    ['Discharge at 1e999 A for 1 h', /not a finite number/],
    ['Discharge at C/0 for 1 h', /not a finite rate/],
    ['Discharge at 1 MW for 1 h', /mega/],
    ['Rest for 5 ms', /"ms" is not understood/],
    ['Charge at 0,5 C until 4 V', /written with a point/],
    ['Discharge at 1C until 1 Na per formula unit', /Na is not an ion of this cell: it has Li, Mg/],
    ['Discharge at 1 h for 1 h', /a time does not fit here/],
    ['Sweep from 2 V to 1 V', /ends too early; expected "at"/],
    ['Repeat 0 times: Rest for 1 h', /whole number/],
    ['Repeat 1e9 times: Rest for 1 h', /more than 200000/],
    ['Repeat 3 times:', /no step to repeat/],
    ['(Rest for 1 h', /expected "\)"/],
    ['Rest for 1 h)', /not understood/],
    ['Rest for 1 h Rest for 1 h', /not understood/],
    ['Profile drive.csv', /no profiles/],
    ['', /no step/],
    [`${'('.repeat(1000)}Rest for 1 h${')'.repeat(1000)}`, /nested/],
    ['x'.repeat(30000), /characters/],
  ]
  for (const [sentence, message] of cases) assert.match(errorOf(sentence).message, message, sentence)
  assert.throws(() => parseProtocol([3 as unknown as string]), /sentence 1: got 3/)
  assert.throws(() => parseProtocol('Rest' as unknown as string[]), /list of sentences/)
})

test('no text whatever does worse than an input error', () => {
  const words = fc.constantFrom(
    ...'Discharge Charge Rest Hold Sweep GITT CC-CV Cyclic voltammetry Profile Repeat at for until or from to between and C/5 1C -2 3 V mA ( ) ; : * 1/2 hour mV/s oC Li per formula unit period pulses with rest times'.split(
      ' ',
    ),
    '1e999',
    '\n',
    '__proto__',
    'constructor V',
  )
  const texts = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 14 }).map(list => list.join(' ')),
  )
  fc.assert(
    fc.property(texts, text => {
      try {
        const steps = parseProtocol([text])
        assert.ok(steps.length > 0)
      } catch (error) {
        assert.ok(error instanceof SimulationError && error.code === 'input', `${JSON.stringify(text)}: ${error}`)
      }
    }),
    { numRuns: 2000 },
  )
})
