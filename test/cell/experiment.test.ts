/** Experiments as a whole: what ends them, when steps begin, tags, laws of one's own; beside PyBaMM (test/reference/pybamm/experiment.py). */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import type { Drive, Protocol, ProtocolStep, StopLimit } from '../../src/cell/protocol.ts'
import { parseProtocol, type SentenceRecord } from '../../src/cell/sentence.ts'
import type { Solution } from '../../src/cell/solution.ts'
import {
  charge,
  custom,
  cyclesTagged,
  discharge,
  hold,
  profile,
  repeat,
  rest,
  stepsTagged,
} from '../../src/cell/steps/index.ts'
import { parseTermination, type Termination } from '../../src/cell/termination.ts'
import type { SimulationError } from '../../src/error.ts'
import { withStateOfCharge } from '../../src/file/amounts.ts'
import { readCellText } from '../../src/file/read.ts'

const reference = (name: string) => new URL(`../reference/pybamm/${name}`, import.meta.url)

type Peer = {
  readonly sentences: readonly {
    readonly text: string
    readonly kind: string
    readonly value: number
    readonly duration: number | null
    readonly period: number | null
    readonly termination: readonly (readonly [kind: string, operator: '<' | '>' | null, value: number])[]
  }[]
  readonly terminations: readonly (readonly [
    text: string,
    found: { capacity?: [number, string]; voltage?: [number, string]; time?: number },
  ])[]
  readonly runs: Readonly<
    Record<
      string,
      {
        readonly cycles: readonly (readonly (string | readonly [sentence: string, start: string | null])[])[]
        readonly termination: readonly string[] | null
        readonly ended: string
        readonly ends: readonly number[]
      }
    >
  >
}
const peer: Peer = JSON.parse(readFileSync(reference('experiment.json'), 'utf8'))

const chen2020 = (await readCellText(readFileSync(reference('cells/chen2020.json')), 'chen2020.json')).cell
const model = modelOf(chen2020, { fidelity: 'spm', mesh: { points: 4, shells: 20 } })
const half = modelOf(withStateOfCharge(chen2020, 0.5), { fidelity: 'spm', mesh: model.mesh })
const run = (protocol: Protocol, termination?: Termination, of = half): Solution =>
  cycle(of, protocol, { rtol: 1e-5, ...(termination ? { termination } : {}) })

/** Products like 45 · 60 or 200 · 1e-3 may differ in the last bit. */
const near = (a: number | null | undefined, b: number | null | undefined, what: string): void => {
  if (typeof a === 'number' && typeof b === 'number')
    assert.ok(Math.abs(a - b) <= 1e-12 * Math.abs(b), `${what}: ${a}, ${b}`)
  else assert.equal(a ?? null, b ?? null, what)
}

suite('beside PyBaMM', () => {
  const driveOf = (kind: string, value: number): Drive =>
    kind === 'Current'
      ? { kind: 'current', current: value }
      : kind === 'CRate'
        ? { kind: 'rate', rate: value }
        : kind === 'Power'
          ? { kind: 'power', power: value }
          : kind === 'Voltage'
            ? { kind: 'voltage', voltage: value }
            : kind === 'Resistance'
              ? { kind: 'resistance', resistance: value }
              : { kind: 'rest' }
  const kinds = { VoltageTermination: 'voltage', CurrentTermination: 'current', CRateTermination: 'rate' } as const

  test('every sentence of its grammar means the same, but for those that can never end', () => {
    let refused = 0
    for (const { text, kind, value, duration, period, termination } of peer.sentences) {
      // There a voltage takes the sign of the verb: `Charge at 4.1 V` holds -4.1 V.
      if (kind === 'Voltage' && value < 0) continue
      let step: ProtocolStep
      try {
        ;[step] = parseProtocol([text])
      } catch (error) {
        assert.match(
          (error as Error).message,
          /can never end: (the current is constant|the voltage is held|no current)/,
        )
        refused++
        continue
      }
      const want = driveOf(kind, value)
      assert.equal(step.drive.kind, want.kind, text)
      for (const [key, number] of Object.entries(want))
        if (typeof number === 'number') near((step.drive as Record<string, unknown>)[key] as number, number, text)
      near(step.period, period, text)
      near(step.until.find(limit => limit.kind === 'time')?.time, duration, text)
      const own = step.until.filter((limit): limit is Exclude<StopLimit, { kind: 'time' }> => limit.kind !== 'time')
      assert.equal(own.length, termination.length, text)
      for (const [k, [name, operator, target]] of termination.entries()) {
        const limit = own[k] as Extract<StopLimit, { kind: 'voltage' | 'current' | 'rate' }>
        assert.equal(limit.kind, kinds[name as keyof typeof kinds], text)
        near((limit as Record<string, unknown>)[limit.kind] as number, target, text)
        if (operator) assert.equal(limit.crossing, operator === '<' ? 'below' : 'above', text)
        // There > and < leave a C-rate its magnitude, which no operator turns round.
        if (name === 'CurrentTermination') assert.equal('signed' in limit, operator !== null, text)
      }
    }
    // Of 430: a constant current never falls to another one, a held voltage never becomes another.
    assert.ok(refused > 0 && refused < 100, `${refused} refused`)
  })

  test('every text that ends an experiment means the same', () => {
    assert.ok(peer.terminations.length > 10)
    for (const [text, { capacity, voltage, time }] of peer.terminations) {
      const found = parseTermination(text)
      const [size, unit] = capacity ?? []
      near(found.capacity, unit === 'Ah' ? size : undefined, text)
      near(found.capacityShare, unit === '%' ? size! / 100 : undefined, text)
      near(found.voltage, voltage?.[0], text)
      near(found.time, time, text)
    }
  })

  for (const [name, { cycles, termination, ended, ends }] of Object.entries(peer.runs))
    test(`the same steps to the same ends: ${name}`, () => {
      const steps = cycles.flatMap(sentences => {
        const made = sentences.map(one =>
          typeof one === 'string' ? one : one[1] === null ? one[0] : { step: one[0], startTime: one[1] },
        )
        return sentences.length > 1 ? repeat(1, parseProtocol(made)) : parseProtocol(made)
      })
      // cycles counted: repeat(1, …) makes one of each, numbered here
      let count = 0
      const numbered = cycles.flatMap(sentences => {
        count++
        return sentences.map(() => count)
      })
      const solution = run(
        steps.map((step, k) => ({ ...step, cycle: numbered[k] })),
        termination ? parseTermination(termination) : undefined,
        model,
      )
      // There the rest before a step that says its start is part of the step before, and a step that is due already is none.
      const own: number[] = []
      for (const { label, time, duration } of solution.steps) {
        if (label === 'Rest until the next step begins') own.pop()
        own.push(time + duration)
      }
      assert.equal(own.length, ends.length, `${own} beside ${ends}`)
      // Its mesh, its tolerance and ours: 0.5 s of 5 h a step (a hold's end is flat), which add up over nine steps.
      for (const [k, end] of ends.entries()) assert.ok(Math.abs(own[k] - end) < 1e-4 * end + 0.01, `${own[k]} ${end}`)
      assert.equal(solution.outcome === 'terminated', /limit reached/.test(ended), solution.reason)
    })
})

suite('what ends an experiment', () => {
  const steps = repeat(3, [discharge({ rate: 1, duration: 600 }), charge({ rate: 1, duration: 300 })])

  test('a capacity that has faded: the charge a cycle discharges, against the first or against a number', () => {
    // Cycles of 10, 9, 8 … minutes: the third is at 80 % of the first.
    const fading = [10, 9, 8, 7].flatMap((minutes, k) =>
      repeat(1, [discharge({ rate: 1, duration: 60 * minutes }), charge({ rate: 1, duration: 60 * minutes })]).map(
        step => ({ ...step, cycle: k + 1 }),
      ),
    )
    const share = run(fading, { capacityShare: 0.805 })
    assert.equal(share.outcome, 'terminated')
    assert.match(
      share.reason,
      /^80\.5 % capacity: cycle 3 discharged 0\.66\d* A·h, the first one 0\.8\d* A·h; the 2 steps after it/,
    )
    assert.equal(share.steps.length, 6)
    // 5 A for 9 minutes are 0.75 A·h
    assert.equal(run(fading, { capacity: 0.7501 }).steps.length, 4)
    assert.equal(run(fading, { capacity: 0.5 }).outcome, 'time')
    // Two of a kind: the one that comes first; what only charges or rests has no capacity that could have faded.
    assert.deepEqual(parseTermination(['80 % capacity', '90% capacity', '2 h', '1 h']), {
      capacityShare: 0.9,
      time: 3600,
    })
    assert.equal(
      run([discharge({ rate: 1, duration: 60 }), rest({ duration: 60 })], { capacityShare: 0.5 }).steps.length,
      2,
    )
  })

  test('a voltage at the end of its cycle, or of a step that stands alone; a time where it is', () => {
    const end = run(steps, { voltage: 3.6 })
    assert.equal(end.steps.length, 2)
    assert.match(end.reason, /^3\.6 V: cycle 1 came down to 3\.\d+ V; the 4 steps after it were not run$/)
    const alone = run([discharge({ rate: 1, duration: 600 }), charge({ rate: 1, duration: 300 })], { voltage: 3.6 })
    assert.match(alone.reason, /^3\.6 V: Discharge at 1C for 10 min came down to .*; the step after it was not run$/)
    const timed = run(steps, { time: 1000 })
    assert.equal(timed.outcome, 'time limit')
    assert.equal(timed.columns.time.at(-1), 1000)
  })

  test('what is refused, with a caret and the word that was meant', () => {
    for (const [text, message] of [
      ['80 % capcity', /"capacity"\? \(column 6\)\n {2}80 % capcity\n {7}\^{7}/],
      ['4 Ah', /expected "capacity"/],
      ['4 W', /power does not end an experiment/],
      ['120 % capacity', /> 0 and ≤ 100 %/],
      ['2.5 V 3 V', /a text of its own/],
      ['-1 h', /greater than 0/],
      ['', /too early/],
    ] as const)
      assert.throws(
        () => parseTermination(text),
        (error: SimulationError) => error.code === 'input' && message.test(error.message),
        text,
      )
    assert.throws(() => run(steps, { capacityShare: 2 }), /termination\.capacityShare: got 2/)
    assert.throws(() => run(steps, { time: Number.NaN }), /termination\.time/)
  })
})

suite('when steps begin', () => {
  test('a rest fills the time to the next start; a step that is not over is cut off, one that is due already left out', () => {
    const solution = run([
      discharge({ rate: 1, duration: 600 }),
      charge({ rate: 0.5, duration: 3600, startTime: 1800 }),
      rest({ duration: 600 }),
      rest({ duration: 60, startTime: 2400 }),
    ])
    assert.deepEqual(
      solution.steps.map(({ label, time, duration }) => [label.split(' ')[0], time, duration]),
      [
        ['Discharge', 0, 600],
        ['Rest', 600, 1200],
        ['Charge', 1800, 600],
        ['Rest', 2400, 0],
        ['Rest', 2400, 60],
      ],
    )
    // The rest is one: no current, no charge.
    const wait = solution.steps[1]
    assert.equal(Math.max(...solution.columns.current.subarray(wait.start, wait.end + 1).map(Math.abs)), 0)
    assert.match(solution.steps[2].reason, /next step was due after 600 s/)
    assert.ok(solution.notes.some(note => /a later step was due already/.test(note)))
  })

  test('dates count from that of the first step', () => {
    const protocol = parseProtocol([
      'Rest for 1 minute starting at 2026-01-31 23:59:30',
      { step: 'Rest for 1 minute', startTime: '2026-02-01 00:01' },
    ])
    assert.equal(run(protocol).columns.time.at(-1), 150)
    // Days and months have their lengths, leap years too.
    const [a, b] = parseProtocol(['Rest for 1 s starting at 2028-02-28', 'Rest for 1 s starting at 2028-03-01'])
    assert.equal(b.startTime! - a.startTime!, 2 * 86400)
  })

  test('what cannot be', () => {
    const refused = (steps: readonly (string | SentenceRecord)[], message: RegExp) =>
      assert.throws(() => run(parseProtocol(steps)), message)
    const at = (start: string) => `Rest for 1 h starting at ${start}`
    refused(['Rest for 1 h', at('2026-01-31 08:00')], /a date only where the first step has one too/)
    refused([at('2026-01-31 08:00'), at('2026-01-31 07:00')], /got "2026-01-31 07:00:00", allowed: one after that/)
    refused(['(Rest for 1 h starting at 2 h) * 2'], /one after that of the step before/)
    refused([at('2026-02-30')], /no such date/)
    refused([at('3 V')], /a voltage does not fit here/)
    refused(['Rest for 1 h startng at 2 h'], /did you mean "starting"/)
    refused([{ step: 'Rest for 1 h', startTime: 'monday' }], /startTime: "monday" is not understood/)
  })
})

suite('what stands beside a sentence', () => {
  test('as a record or in the sentence: the same step', () => {
    const beside: SentenceRecord = {
      step: 'Hold at 4 V until C/50',
      period: '5 minutes',
      temperature: '25 oC',
      tags: ['slow', 'formation'],
      startTime: '2 hours',
      skipOk: false,
    }
    const [record] = parseProtocol([beside])
    const [sentence] = parseProtocol([
      'Hold at 4 V until C/50 (5 minute period) at 25 oC (tags slow, formation) starting at 2 h (not skipped)',
    ])
    const typed = hold({
      ...{ voltage: 4, until: { rate: 1 / 50 }, period: 300, temperature: 298.15 },
      ...{ tags: ['slow', 'formation'], startTime: 7200, skipOk: false },
    })
    for (const step of [sentence, typed, parseProtocol([typed.label])[0]])
      assert.deepEqual({ ...step, label: '' }, { ...record, label: '' })
    assert.throws(() => parseProtocol([{ ...beside, step: 'Rest for 1 h (1 minute period)' }]), /it once/)
    assert.throws(() => parseProtocol([{ ...beside, temperature: 25 }]), /did you mean 25 oC/)
    assert.throws(() => parseProtocol([{ ...beside, tags: 'a;b' }]), /tags: got "a;b"/)
    assert.throws(() => parseProtocol(['Rest for 1 h (tgas a)']), /did you mean "tags"/)
  })

  test('tags find steps and cycles, in the protocol and in what came out', () => {
    const protocol = parseProtocol(['(Rest for 1 s (tag a); Rest for 2 s (tags b)) * 2', 'Rest for 3 s (tags a, b)'])
    assert.deepEqual(cyclesTagged(protocol, 'a'), [1, 2, 3])
    assert.deepEqual(
      stepsTagged(run(protocol).steps, 'b').map(({ duration }) => duration),
      [2, 2, 3],
    )
    assert.deepEqual(cyclesTagged(protocol, 'c'), [])
  })

  test('the direction of a held voltage says on which side its voltage limits are met', () => {
    const side = (direction: 'charge' | 'discharge' | 'rest') => {
      const rows = [
        [0, 3.9],
        [600, 4.1],
      ] as const
      const { until } = profile({ rows, quantity: 'voltage', until: { voltage: 4 }, direction })
      return 'crossing' in until[0] ? until[0].crossing : undefined
    }
    assert.deepEqual([side('charge'), side('discharge'), side('rest')], ['above', 'below', undefined])
  })

  test('a step that must not be skipped is refused where it is over before it begins', () => {
    const step = { rate: 0.2, until: { voltage: 3.5 } }
    assert.equal(run([charge(step)]).outcome, 'already satisfied')
    assert.throws(
      () => run([charge({ ...step, skipOk: false })]),
      (error: SimulationError) =>
        error.code === 'input' && error.partial !== undefined && /must not be skipped/.test(error.message),
    )
  })
})

suite("laws and limits of one's own", () => {
  test('a custom law that says a power is the power step; a custom limit ends it where it is met', () => {
    const power = run([discharge({ power: 10, duration: 600 })])
    const own = run([custom({ label: '10 W', control: at => at.voltage * at.current - 10, duration: 600 })])
    // Both solve the same equation at the same rtol.
    assert.ok(Math.abs(own.columns.voltage.at(-1)! - power.columns.voltage.at(-1)!) < 1e-9)
    const ended = run([
      custom({
        label: 'ramp',
        control: at => at.current - 0.01 * at.time,
        duration: 600,
        until: { custom: [{ label: '1 A', value: at => 1 - at.current }] },
      }),
    ])
    assert.equal(ended.outcome, 'condition')
    assert.ok(Math.abs(ended.columns.time.at(-1)! - 100) < 1e-6)
    assert.match(ended.reason, /^1 A reached after 100 s$/)
  })

  test('a profile of resistances meets Ohm at every row, and knows no short circuit', () => {
    const rows = [
      [0, 2],
      [300, 1],
      [600, 4],
    ] as const
    const { columns } = cycle(half, [profile({ rows, quantity: 'resistance' })], { rtol: 1e-5, rows: 'steps' })
    for (let k = 0; k < columns.time.length; k++) {
      const t = columns.time[k]
      const R = t <= 300 ? 2 - t / 300 : 1 + (t - 300) / 100
      // At the solver's own steps the law is met within a few rtol of the voltage; measured 1.6 rtol.
      assert.ok(Math.abs(columns.voltage[k] - R * columns.current[k]) < 5 * 1e-5 * columns.voltage[k], `${t}`)
    }
    assert.throws(
      () =>
        profile({
          rows: [
            [0, 1],
            [1, 0],
          ],
          quantity: 'resistance',
        }),
      /row 2, resistance: got 0/,
    )
  })
})
