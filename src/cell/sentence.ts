/**
 * Protocol sentences: PyBaMM's experiment strings, with sweeps, cyclic voltammetry, GITT, CC–CV, repeats, profiles, and
 * limits by charge, amount of an ion and temperature. Any case; singular or plural; spaces as you like.
 *
 *   protocol  item { ; item }
 *   item      step | ( protocol ) [* 3] | Repeat 3 times: protocol
 *   step      Discharge | Charge | Hold  at  5 A | 2 W | 4.1 V | C/5 | 4 Ohm   clauses
 *             Rest  clauses
 *             Sweep [from 2 V] to 0.6 V at 0.1 mV/s  clauses
 *             Cyclic voltammetry between 2 V and 0.6 V at 0.1 mV/s [for 3 cycles]
 *             CC-CV [charge] at C/2 to 4.2 V until C/50
 *             GITT: 20 pulses at C/10 for 10 minutes with 1 hour rest [until 0.4 V]
 *             Profile drive.csv [(A) | (C) | (V) | (W) | (Ohm)]  clauses
 *   clauses   { for 1 hour | [or] until limit { or limit } | (5 minute period) | at 25 oC | starting at 2 hours |
 *               starting at 2026-01-31 08:00 | (tags slow, formation) | (not skipped) }
 *   limit     [above | below] 3 V | 50 mA | C/50 | 2 mAh | 1.0 Li per formula unit | 320 K | 2 hours | < 50 mA | > -50 mA
 *
 * A current is compared by its magnitude; after < or > by itself, positive on discharge, as PyBaMM does.
 */
import { placed, refuse } from '../error.ts'
import type { Protocol, ProtocolStep } from './protocol.ts'
import { recordSteps, type SentenceRecord } from './sentence-record.ts'
import {
  fail,
  type Scanner,
  skipSpace,
  take,
  takeCount,
  takeEnd,
  takeIf,
  takeSymbol,
  unexpected,
} from './sentence-scan.ts'
import { type ProfileSource, parseStep, stepWords } from './sentence-step.ts'
import { join, longestProtocol, repeat } from './steps/repeat.ts'

export type { SentenceRecord } from './sentence-record.ts'
export type { ProfileSource } from './sentence-step.ts'

export type SentenceContext = {
  /** Carriers of the cell's cathode; with them `until 1 Na per formula unit` is refused at once. */
  readonly carriers?: readonly string[]
  /** Rows of the profile that a sentence names. */
  readonly profile?: (name: string) => ProfileSource
  /** Where a sentence stands, for messages: `cell.yaml: protocol, sentence 2`. */
  readonly where?: (sentence: number) => string
  /** Interval of the output rows of steps that say none [s]. */
  readonly period?: number
  /** Ambient temperature of steps that say none [K]. */
  readonly temperature?: number
}

/** Longest text of one sentence [characters]. */
const longestSentence = 20_000
/** Deepest nesting of repeats. */
const deepest = 20

type Part = { readonly steps: readonly ProtocolStep[]; readonly closed: boolean }

/**
 * Reads sentences into a protocol.
 *
 * @param sentences  one step or repeat each, or several with `;` between them; a record has more to say of its own
 * @throws SimulationError 'input' showing the sentence, a caret under the column, and the nearest word that would do
 */
export const parseProtocol = (
  sentences: readonly (string | SentenceRecord)[],
  context: SentenceContext = {},
): Protocol => {
  if (!Array.isArray(sentences)) refuse('protocol', sentences, 'a list of sentences')
  const parts = sentences.flatMap((sentence, k) => {
    const text = typeof sentence === 'string' ? sentence : sentence?.step
    if (typeof text !== 'string') return refuse(`protocol, sentence ${k + 1}`, sentence, 'a sentence')
    if (!context.where) return partsOf(sentence, context)
    try {
      return partsOf(sentence, context)
    } catch (error) {
      throw placed(error, context.where(k + 1))
    }
  })
  const steps = join(parts)
  if (steps.length === 0) refuse('protocol', 'no step', 'at least one sentence, such as "Discharge at C/5 until 0.4 V"')
  const { period, temperature } = context
  if (period === undefined && temperature === undefined) return steps
  return steps.map(step => ({
    ...(period === undefined ? {} : { period }),
    ...(temperature === undefined ? {} : { temperature }),
    ...step,
  }))
}

const partsOf = (sentence: string | SentenceRecord, context: SentenceContext): Part[] => {
  if (typeof sentence === 'string') return parseSentence(sentence, context)
  return parseSentence(sentence.step, context).map(({ steps, closed }, k) => ({
    steps: recordSteps(sentence, steps, k === 0),
    closed,
  }))
}

const parseSentence = (text: string, context: SentenceContext): Part[] => {
  if (text.length > longestSentence) refuse('protocol', `${text.length} characters`, `at most ${longestSentence}`)
  const s: Scanner = { text: text.replaceAll('[', '(').replaceAll(']', ')'), at: 0 }
  const parts = parseList(s, context, 0)
  takeEnd(s, 'the end of the sentence or ";"', [')', ';'])
  return parts
}

/** Moves over separators; true if there was one. */
const takeSeparators = (s: Scanner): boolean => {
  let any = false
  while (takeSymbol(s, ';,\n') || takeIf(s, 'then')) any = true
  return any
}

/** Items up to the end of the text or a closing parenthesis. */
const parseList = (s: Scanner, context: SentenceContext, depth: number): Part[] => {
  if (depth > deepest) fail(s, s.at, s.at + 1, `repeats may be nested ${deepest} deep`)
  const parts: Part[] = []
  for (;;) {
    takeSeparators(s)
    skipSpace(s)
    if (s.at >= s.text.length || s.text.charAt(s.at) === ')') return parts
    parts.push(parseItem(s, context, depth))
    skipSpace(s)
    const next = s.text.charAt(s.at)
    if (next !== '' && next !== ')' && !takeSeparators(s)) unexpected(s, [';', 'then'], 'the next step after ";"')
  }
}

const parseItem = (s: Scanner, context: SentenceContext, depth: number): Part => {
  const start = s.at
  if (takeSymbol(s, '(')) return parseGroup(s, context, depth, start)
  if (takeIf(s, 'repeat')) return parseRepeat(s, context, depth, start)
  if (/\d/.test(s.text.charAt(s.at))) {
    const times = takeCount(s, 'repeats')
    if (!takeSymbol(s, '*×')) take(s, 'times', 'x')
    takeSymbol(s, ':')
    return repeated(
      s,
      start,
      times,
      takeSymbol(s, '(') ? parseClosed(s, context, depth) : parseList(s, context, depth + 1),
    )
  }
  const steps = parseStep(s, context)
  return { steps, closed: steps.some(step => step.cycle > 1) }
}

/** The items after `(`, and the `)`. */
const parseClosed = (s: Scanner, context: SentenceContext, depth: number): Part[] => {
  const parts = parseList(s, context, depth + 1)
  if (!takeSymbol(s, ')')) unexpected(s, [')'])
  return parts
}

const parseGroup = (s: Scanner, context: SentenceContext, depth: number, start: number): Part => {
  const parts = parseClosed(s, context, depth)
  if (takeSymbol(s, '*×') || takeIf(s, 'x')) {
    const times = takeCount(s, 'repeats')
    takeIf(s, 'time')
    return repeated(s, start, times, parts)
  }
  skipSpace(s)
  if (/\d/.test(s.text.charAt(s.at))) {
    const times = takeCount(s, 'repeats')
    take(s, 'times', 'x')
    return repeated(s, start, times, parts)
  }
  return repeated(s, start, 1, parts)
}

const parseRepeat = (s: Scanner, context: SentenceContext, depth: number, start: number): Part => {
  if (takeSymbol(s, '(')) {
    const parts = parseClosed(s, context, depth)
    takeSymbol(s, '*×')
    const times = takeCount(s, 'repeats')
    takeIf(s, 'times', 'x')
    return repeated(s, start, times, parts)
  }
  const times = takeCount(s, 'repeats')
  takeIf(s, 'times', 'x', 'cycles')
  takeSymbol(s, ':')
  const parts = takeSymbol(s, '(') ? parseClosed(s, context, depth) : parseList(s, context, depth + 1)
  return repeated(s, start, times, parts)
}

const repeated = (s: Scanner, start: number, times: number, parts: readonly Part[]): Part => {
  const steps = join(parts)
  if (steps.length === 0) fail(s, start, s.at, `there is no step to repeat; expected one of ${stepWords.join(', ')}`)
  if (steps.length * times > longestProtocol)
    fail(s, start, s.at, `${times} times ${steps.length} steps are more than ${longestProtocol} in all`)
  return { steps: repeat(times, steps), closed: true }
}
