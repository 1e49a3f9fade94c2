/** One step of a protocol sentence; the grammar stands in sentence.ts. */
import { SimulationError } from '../error.ts'
import type { Drive, ProtocolStep, StopLimit } from './protocol.ts'
import type { SentenceContext } from './sentence.ts'
import {
  fail,
  peekWord,
  type Quantity,
  type Scanner,
  skipSpace,
  take,
  takeCount,
  takeIf,
  takeQuantity,
  takeSymbol,
  unexpected,
} from './sentence-scan.ts'
import { takeStart, takeTags } from './sentence-start.ts'
import { cyclicVoltammetry } from './steps/cyclic-voltammetry.ts'
import { type ProfileQuantity, type ProfileRows, profileDrive } from './steps/profile.ts'
import { longestProtocol, repeat } from './steps/repeat.ts'
import { stepOf } from './steps/step-of.ts'

/** What a profile's name stands for. */
export type ProfileSource = { readonly rows: ProfileRows; readonly quantity?: ProfileQuantity }

/** First words of every item. */
export const stepWords = [
  'Discharge',
  'Charge',
  'Rest',
  'Hold',
  'Sweep',
  'Cyclic voltammetry',
  'CC-CV',
  'GITT',
  'Profile',
  'Repeat',
]

const lower = stepWords.map(word => word.split(/[ -]/)[0].toLowerCase())

export const parseStep = (s: Scanner, context: SentenceContext): ProtocolStep[] => {
  skipSpace(s)
  const start = s.at
  const verb = takeIf(s, ...lower, 'cccv', 'cv', 'run')
  switch (verb) {
    case 'discharge':
    case 'charge':
    case 'hold':
      return [flowStep(s, context, start, verb)]
    case 'rest':
      return [withClauses(s, context, start, { kind: 'rest' })]
    case 'sweep':
      return [sweepStep(s, context, start)]
    case 'cyclic':
      take(s, 'voltammetry', 'voltammogram')
      return voltammetry(s)
    case 'cv':
      return voltammetry(s)
    case 'cc':
      takeSymbol(s, '-–—')
      take(s, 'cv')
      return ccCvSteps(s, context)
    case 'cccv':
      return ccCvSteps(s, context)
    case 'gitt':
      return gittSteps(s, context)
    case 'profile':
    case 'run':
      return [profileStep(s, context, start)]
    default:
      return unexpected(s, stepWords)
  }
}

/** A quantity of one of these dimensions, or the sentence is refused at it. */
const expectQuantity = (
  s: Scanner,
  dimensions: readonly Quantity['dimension'][],
  what: string,
  context: SentenceContext = {},
): Quantity => {
  const quantity = takeQuantity(s, context.carriers)
  if (!quantity) return unexpected(s, [], what)
  if (!dimensions.includes(quantity.dimension))
    fail(s, quantity.start, quantity.end, `a ${quantity.dimension} does not fit here; expected ${what}`)
  return quantity
}

const positive = (s: Scanner, q: Quantity, hint = ''): number => {
  if (!(q.value > 0)) fail(s, q.start, q.end, `a ${q.dimension} must be greater than 0${hint}`)
  return q.value
}

const opposite = { discharge: 'charge', charge: 'discharge' } as const

/** What follows `Discharge at`, `Charge at`, `Hold at`. */
const takeFlow = (s: Scanner, verb: 'discharge' | 'charge' | 'hold'): Drive => {
  const q = expectQuantity(
    s,
    ['current', 'power', 'rate', 'resistance', 'voltage'],
    'a current, rate, power, voltage or resistance, such as 1 A, C/5, 2 W, 4.1 V, 4 Ohm',
  )
  if (q.dimension === 'voltage') return { kind: 'voltage', voltage: q.value }
  // No current, no power: the cell rests, whatever the verb. No load is a short circuit, and refused below.
  if (q.dimension !== 'resistance' && q.value === 0) return { kind: 'rest' }
  const hint =
    verb === 'hold' ? '' : `: ${verb} gives the direction; write "${capital(opposite[verb])} at …" for the other one`
  const value = verb === 'charge' ? -positive(s, q, hint) : positive(s, q, hint)
  if (q.dimension === 'current') return { kind: 'current', current: value }
  if (q.dimension === 'rate') return { kind: 'rate', rate: value }
  return q.dimension === 'power' ? { kind: 'power', power: value } : { kind: 'resistance', resistance: value }
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const flowStep = (s: Scanner, context: SentenceContext, start: number, verb: 'discharge' | 'charge' | 'hold') => {
  take(s, 'at')
  return withClauses(s, context, start, takeFlow(s, verb))
}

const sweepStep = (s: Scanner, context: SentenceContext, start: number): ProtocolStep => {
  const from = takeIf(s, 'from') ? expectQuantity(s, ['voltage'], 'a voltage').value : undefined
  if (from === undefined) take(s, 'to', 'from')
  else take(s, 'to')
  const to = expectQuantity(s, ['voltage'], 'a voltage')
  if (to.value === from) fail(s, to.start, to.end, 'the sweep ends where it starts')
  take(s, 'at')
  const rate = takeSweepRate(s)
  return withClauses(s, context, start, { kind: 'sweep', ...(from === undefined ? {} : { from }), to: to.value, rate })
}

const takeSweepRate = (s: Scanner): number =>
  positive(
    s,
    expectQuantity(s, ['sweep rate'], 'a sweep rate, such as 0.1 mV/s'),
    ': the two voltages give the direction',
  )

const voltammetry = (s: Scanner): ProtocolStep[] => {
  takeSymbol(s, ':')
  const first = take(s, 'between', 'from')
  const one = expectQuantity(s, ['voltage'], 'a voltage')
  take(s, first === 'from' ? 'to' : 'and')
  const two = expectQuantity(s, ['voltage'], 'a voltage')
  if (one.value === two.value) fail(s, two.start, two.end, 'the two voltages are the same')
  take(s, 'at')
  const rate = takeSweepRate(s)
  const cycles = takeIf(s, 'for') ? takeCount(s, 'cycles') : 1
  if (cycles > 1 || peekWord(s).toLowerCase().startsWith('cycle')) take(s, 'cycle')
  if (2 * cycles > longestProtocol) fail(s, two.start, s.at, `at most ${longestProtocol / 2} cycles`)
  return cyclicVoltammetry({ between: [one.value, two.value], rate, cycles })
}

const ccCvSteps = (s: Scanner, context: SentenceContext): ProtocolStep[] => {
  takeSymbol(s, ':')
  const verb = (takeIf(s, 'charge', 'discharge') || 'charge') as 'charge' | 'discharge'
  take(s, 'at')
  const drive = takeFlow(s, verb)
  take(s, 'to')
  const voltage = expectQuantity(s, ['voltage'], 'a voltage').value
  const clauses = takeClauses(s, context)
  const flowing = { ...clauses, until: [{ kind: 'voltage' as const, voltage }] }
  const { startTime: _, ...held } = clauses
  return [stepOf({ ...flowing, drive }), stepOf({ ...held, drive: { kind: 'voltage', voltage } })]
}

const gittSteps = (s: Scanner, context: SentenceContext): ProtocolStep[] => {
  takeSymbol(s, ':')
  const pulses = takeCount(s, 'pulses')
  if (2 * pulses > longestProtocol) fail(s, s.at - 1, s.at, `at most ${longestProtocol / 2} pulses`)
  const verb = (takeIf(s, 'charge', 'discharge') || 'discharge') as 'charge' | 'discharge'
  take(s, 'pulse')
  take(s, 'at')
  const drive = takeFlow(s, verb)
  take(s, 'for')
  const duration = takeTime(s)
  take(s, 'with', 'and')
  takeIf(s, 'rest')
  takeIf(s, 'of', 'for')
  const pause = takeTime(s)
  takeIf(s, 'rest')
  const { until, startTime, ...options } = takeClauses(s, context)
  const pulse = stepOf({ ...options, drive, until: [{ kind: 'time', time: duration }, ...until] })
  const rest = stepOf({ ...options, drive: { kind: 'rest' }, until: [{ kind: 'time', time: pause }] })
  const pair = repeat(pulses, [pulse, rest])
  return pair.map(({ repeated: _, ...step }, k) => ({
    ...step,
    cycle: 1,
    ...(k === 0 && startTime !== undefined ? { startTime } : {}),
    ...(k % 2 === 0 ? { leave: pair.length - 1 - k } : {}),
  }))
}

const letters = { A: 'current', C: 'rate', V: 'voltage', W: 'power', OHM: 'resistance', Ω: 'resistance' } as const

const profileStep = (s: Scanner, context: SentenceContext, start: number): ProtocolStep => {
  skipSpace(s)
  const quoted = /^["'“]/.test(s.text.charAt(s.at - 1))
  const pattern = quoted ? /[^"'”]+/y : /[^\s;,()]+/y
  pattern.lastIndex = s.at
  const file = pattern.exec(s.text)?.[0] ?? ''
  if (file === '') unexpected(s, [], 'the name of a profile, such as drive.csv')
  const nameStart = s.at
  s.at += file.length
  let quantity: ProfileQuantity | undefined
  const before = s.at
  if (takeSymbol(s, '(')) {
    const letter = peekWord(s).toUpperCase()
    if (Object.hasOwn(letters, letter)) {
      takeIf(s, letter.toLowerCase())
      quantity = letters[letter as keyof typeof letters]
      if (!takeSymbol(s, ')')) unexpected(s, [')'])
    } else s.at = before
  }
  if (!context.profile) fail(s, nameStart, nameStart + file.length, 'there are no profiles to choose from')
  const source = context.profile!(file)
  const clauses = takeClauses(s, context)
  const times = clauses.until.filter(limit => limit.kind === 'time').map(limit => limit.time)
  const chosen = quantity ?? source.quantity
  const drive = profileDrive(source.rows, {
    field: file,
    ...(chosen ? { quantity: chosen } : {}),
    ...(times.length > 0 ? { duration: Math.min(...times) } : {}),
  })
  return finished(s, start, { ...clauses, drive })
}

const takeTime = (s: Scanner): number =>
  positive(s, expectQuantity(s, ['time'], 'a time, such as 10 minutes or 1/2 hour'))

type Clauses = {
  until: StopLimit[]
  period?: number
  temperature?: number
  startTime?: number
  tags?: readonly string[]
  skipOk?: false
}

const clauseWords = ['for', 'until', 'or', 'at', 'starting']

const takeClauses = (s: Scanner, context: SentenceContext): Clauses => {
  const clauses: Clauses = { until: [] }
  for (;;) {
    skipSpace(s)
    if (s.at >= s.text.length || ');,\n'.includes(s.text.charAt(s.at)) || peekWord(s).toLowerCase() === 'then')
      return clauses
    if (takeSymbol(s, '(')) takeBracket(s, clauses)
    else {
      const word = takeIf(s, ...clauseWords) || unexpected(s, [...clauseWords, ';'])
      if (word === 'for') clauses.until.push({ kind: 'time', time: takeTime(s) })
      else if (word === 'at') clauses.temperature = takeTemperature(s)
      else if (word === 'starting') {
        take(s, 'at')
        clauses.startTime = takeStart(s)
      } else if (word === 'until' || !takeAlternative(s, clauses)) clauses.until.push(takeLimit(s, context))
    }
  }
}

/** After `or`: a clause that says its own word. True if there was one, and it was `for`. */
const takeAlternative = (s: Scanner, clauses: Clauses): boolean => {
  const word = takeIf(s, 'for', 'after', 'until')
  if (word !== 'for' && word !== 'after') return false
  clauses.until.push({ kind: 'time', time: takeTime(s) })
  return true
}

/** `(5 minute period)`, `(25 oC)`, `(tags slow, formation)`, `(not skipped)`; the opening parenthesis is taken already. */
const takeBracket = (s: Scanner, clauses: Clauses): void => {
  const tags = takeTags(s)
  if (tags || takeIf(s, 'not')) {
    if (tags) clauses.tags = [...(clauses.tags ?? []), ...tags]
    else {
      take(s, 'skipped')
      clauses.skipOk = false
    }
    if (!takeSymbol(s, ')')) unexpected(s, [')'])
    return
  }
  takeIf(s, 'at', 'every')
  const help = 'a period, a temperature or tags, such as (5 minute period), (25 oC) or (tags slow)'
  if (peekWord(s).length > 2) unexpected(s, ['tags', 'tagged', 'not', 'every'], help)
  const q = expectQuantity(s, ['time', 'temperature'], help)
  if (q.dimension === 'time') {
    clauses.period = positive(s, q)
    takeIf(s, 'period')
  } else clauses.temperature = positive(s, q)
  if (!takeSymbol(s, ')')) unexpected(s, q.dimension === 'time' ? ['period', ')'] : [')'])
}

const takeTemperature = (s: Scanner): number =>
  positive(s, expectQuantity(s, ['temperature'], 'a temperature, such as 25 oC or 298 K'))

const limitHelp = 'a limit, such as 3 V, 50 mA, C/50, 2 mAh, 1 Li per formula unit, 320 K or 2 hours'

const takeLimit = (s: Scanner, context: SentenceContext): StopLimit => {
  const symbol = takeSymbol(s, '<>')
  const word = symbol ? '' : takeIf(s, 'above', 'below', 'over', 'under')
  const crossing: 'below' | 'above' | undefined =
    symbol === '<' || word === 'below' || word === 'under' ? 'below' : symbol || word ? 'above' : undefined
  const side = crossing ? { crossing } : {}
  const q = expectQuantity(
    s,
    ['voltage', 'current', 'rate', 'charge', 'amount', 'temperature', 'time'],
    limitHelp,
    context,
  )
  if (q.dimension === 'voltage') return { kind: 'voltage', voltage: q.value, ...side }
  if (q.dimension === 'amount') {
    if (q.value < 0) fail(s, q.start, q.end, 'an amount must not be negative')
    return { kind: 'amount', carrier: q.carrier, amount: q.value, ...side }
  }
  if (q.dimension === 'current' || q.dimension === 'rate') {
    // As in PyBaMM: the sign < or > compares the current itself, positive on discharge; without it the magnitude counts.
    const signed = symbol || (crossing && q.value < 0) ? { signed: true } : {}
    const size =
      'signed' in signed ? q.value : positive(s, q, ': its magnitude counts; write "> -50 mA" for the current itself')
    return q.dimension === 'current'
      ? { kind: 'current', current: size, ...side, ...signed }
      : { kind: 'rate', rate: size, ...side, ...signed }
  }
  const value = positive(s, q)
  if (q.dimension === 'charge') return { kind: 'capacity', capacity: value }
  return q.dimension === 'temperature'
    ? { kind: 'temperature', temperature: value, ...side }
    : { kind: 'time', time: value }
}

const withClauses = (s: Scanner, context: SentenceContext, start: number, drive: Drive): ProtocolStep =>
  finished(s, start, { ...takeClauses(s, context), drive })

/** The step, its label the sentence as it was written; what is wrong with the whole is shown under the whole. */
const finished = (s: Scanner, start: number, o: Clauses & { drive: Drive }): ProtocolStep => {
  const label = s.text
    .slice(start, s.at)
    .replace(/["'“”‘’]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  try {
    return stepOf({ ...o, label })
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error
    return fail(s, start, s.at, error.message.replace(`${label}: `, ''))
  }
}
