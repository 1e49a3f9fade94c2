/**
 * Reads the words, numbers and quantities of a protocol sentence, and says where it went wrong: the sentence, a caret
 * under the column, the nearest word that would have been right.
 */
import { SimulationError } from '../error.ts'
import { nearest } from '../file/nearest.ts'
import { type Dimension, units } from './sentence-units.ts'

/** A text and the place in it that is read next. */
export type Scanner = { readonly text: string; at: number }

export type Quantity = {
  readonly dimension: Dimension | 'amount'
  /** In SI units; [1/h] for a rate, [A·h] for a charge. */
  readonly value: number
  /** Symbol of the ion, of an amount. */
  readonly carrier: string
  readonly start: number
  readonly end: number
}

/** Longest piece of the sentence shown in a message. */
const shownLength = 120
const shownPiece = 40

/** Refuses the sentence at a column. */
export const fail = (s: Scanner, start: number, end: number, what: string): never => {
  const lineStart = s.text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = s.text.indexOf('\n', start)
  const line = s.text.slice(lineStart, lineEnd < 0 ? s.text.length : lineEnd)
  const column = start - lineStart
  const from = Math.max(0, Math.min(column - shownLength / 2, line.length - shownLength))
  const shown = line.slice(from, from + shownLength)
  const carets = '^'.repeat(Math.max(1, Math.min(end - start, shown.length - (column - from))))
  throw new SimulationError(`${what} (column ${column + 1})\n  ${shown}\n  ${' '.repeat(column - from)}${carets}`, {
    code: 'input',
    at: `column ${column + 1}`,
  })
}

/** Letters of the shortest unit with a plural: `ohms`, but `ms` are not minutes. */
const shortestPlural = 3

const space = /[ \t\r\u00a0\u2007\u2009\u202f"'“”‘’]*/y
const wordPattern = /[\p{L}Ωµ°%][\p{L}%°·]*(?:\.[\p{L}]+)*/uy
const numberPattern = /[+\-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-−]?\d+)?/y
const fractionPattern = /\s*\/\s*(\d+\.?\d*)/y

const match = (s: Scanner, pattern: RegExp): RegExpExecArray | null => {
  pattern.lastIndex = s.at
  return pattern.exec(s.text)
}

/** Moves over blanks and quotes. */
export const skipSpace = (s: Scanner): void => {
  space.lastIndex = s.at
  space.exec(s.text)
  s.at = space.lastIndex
}

/** The next word, without taking it; '' where there is none. */
export const peekWord = (s: Scanner): string => {
  skipSpace(s)
  return match(s, wordPattern)?.[0] ?? ''
}

export const takeWord = (s: Scanner): string => {
  const word = peekWord(s)
  s.at += word.length
  return word
}

/** Takes one of these characters if it comes next. */
export const takeSymbol = (s: Scanner, symbols: string): string => {
  skipSpace(s)
  const next = s.text.charAt(s.at)
  if (next === '' || !symbols.includes(next)) return ''
  s.at++
  return next
}

/** The piece of text that comes next, for a message: a word, a number or one character. */
const nextPiece = (s: Scanner): string =>
  peekWord(s) ||
  (match(s, numberPattern)?.[0] ??
    (s.at < s.text.length ? String.fromCodePoint(s.text.codePointAt(s.at)!) : '').replace('\n', ''))

/** A piece short enough for a message. */
const clipped = (piece: string): string => (piece.length > shownPiece ? `${piece.slice(0, shownPiece)}…` : piece)

/** Refuses what comes next, offering the words that would do. */
export const unexpected = (s: Scanner, allowed: readonly string[], what?: string): never => {
  const piece = nextPiece(s)
  const found = piece.length > 1 ? nearest(piece, allowed) : undefined
  const expected = what ?? (allowed.length === 1 ? JSON.stringify(allowed[0]) : `one of ${allowed.join(', ')}`)
  const seen = piece === '' ? 'the sentence ends too early' : `${JSON.stringify(clipped(piece))} is not understood here`
  const hint = found === undefined ? `; expected ${expected}` : `, did you mean ${JSON.stringify(found)}?`
  return fail(s, s.at, s.at + piece.length, `${seen}${hint}`)
}

/** Refuses what is left of the text, offering words that would do. */
export const takeEnd = (s: Scanner, what = 'the end', allowed: readonly string[] = []): void => {
  skipSpace(s)
  if (s.at < s.text.length) unexpected(s, allowed, what)
}

/** Takes the word if it is one of these (any case, singular or plural), else ''. Returns it in lower case as listed. */
export const takeIf = (s: Scanner, ...allowed: readonly string[]): string => {
  const word = peekWord(s)
  const lower = word.toLowerCase()
  const found = allowed.find(a => a === lower || `${a}s` === lower)
  if (found === undefined) return ''
  s.at += word.length
  return found
}

/** As `takeIf`, or refuses the sentence. */
export const take = (s: Scanner, ...allowed: readonly string[]): string =>
  takeIf(s, ...allowed) || unexpected(s, allowed)

export const toNumber = (text: string): number => Number(text.replaceAll('−', '-'))

/** A number, `1/2`, `half`, `a`, `an` or `one`; NaN where none comes next. */
export const takeNumber = (s: Scanner): number => {
  skipSpace(s)
  const start = s.at
  const found = match(s, numberPattern)
  if (!found) {
    if (takeIf(s, 'half')) {
      takeIf(s, 'a', 'an')
      return 0.5
    }
    // "a" is one only before a unit of time: "1 A" has its number.
    if (takeIf(s, 'an', 'one') || (/^a\s+[\p{L}]/iu.test(s.text.slice(s.at, s.at + 3)) && takeIf(s, 'a'))) return 1
    return Number.NaN
  }
  s.at += found[0].length
  let value = toNumber(found[0])
  const fraction = match(s, fractionPattern)
  if (fraction) {
    s.at += fraction[0].length
    value /= Number(fraction[1])
  }
  if (!Number.isFinite(value)) fail(s, start, s.at, `${s.text.slice(start, s.at)} is not a finite number`)
  return value
}

/** A whole number ≥ 1. */
export const takeCount = (s: Scanner, what: string): number => {
  skipSpace(s)
  const start = s.at
  const value = takeNumber(s)
  if (Number.isNaN(value)) return unexpected(s, [], `the number of ${what}`)
  if (!(Number.isInteger(value) && value >= 1)) fail(s, start, s.at, `the number of ${what} must be a whole number ≥ 1`)
  return value
}

const perFormulaUnit = /\s*per\s+(?:formula\s+units?|f\.?u\.?)/iy
const ratePattern = /c\s*\/\s*(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)/iy

/** Longest spelling first tried of a unit with a stroke: `mV/s`. */
const takeUnit = (s: Scanner): { dimension: Dimension; factor: number; offset: number } | undefined => {
  const start = s.at
  const word = takeWord(s)
  if (word === '') return undefined
  const afterWord = s.at
  if (takeSymbol(s, '/')) {
    const both = unitNamed(s, `${word}/${takeWord(s)}`, start)
    if (both) return both
    s.at = afterWord
  }
  const unit = unitNamed(s, word, start)
  if (!unit) {
    s.at = start
    return undefined
  }
  if (unit.dimension === 'rate' && /^\s*-?\s*rate\b/i.test(s.text.slice(s.at, s.at + 10))) {
    takeSymbol(s, '-')
    takeWord(s)
  }
  return unit
}

const unitNamed = (s: Scanner, name: string, start: number): (typeof units)[string] | undefined => {
  if (Object.hasOwn(units, name)) return units[name]
  const plain = name.toLowerCase().replaceAll('·', '.')
  const key = Object.keys(units).find(
    k => k.toLowerCase() === plain || (k.length >= shortestPlural && `${k.toLowerCase()}s` === plain),
  )
  if (key === undefined) return undefined
  // A capital M is mega, which no cell needs; a capital K alone is kelvin.
  if (name.startsWith('M') && key.startsWith('m') && units[key].milli)
    fail(s, start, start + name.length, `${name} would be mega; milli is written ${key}`)
  return units[key]
}

/** Units by the names a typo may have meant, the plurals that people write among them. */
const unitWords = [...Object.keys(units).filter(name => name.length > 1), 'hours', 'minutes', 'seconds', 'days', 'ohms']

/** A number with its unit, or `C/5`; undefined, with nothing taken, where none comes next. */
export const takeQuantity = (s: Scanner, carriers?: readonly string[]): Quantity | undefined => {
  skipSpace(s)
  const start = s.at
  const plain = { carrier: '', start }
  const rate = match(s, ratePattern)
  if (rate) {
    s.at += rate[0].length
    const value = 1 / Number(rate[1])
    if (!Number.isFinite(value)) fail(s, start, s.at, `${rate[0]} is not a finite rate`)
    return { ...plain, dimension: 'rate', value, end: s.at }
  }
  const value = takeNumber(s)
  if (Number.isNaN(value)) {
    if (peekWord(s).toLowerCase() !== 'c') return undefined
    takeWord(s)
    return { ...plain, dimension: 'rate', value: 1, end: s.at }
  }
  const before = s.at
  const ion = peekWord(s)
  if (ion !== '') {
    s.at += ion.length
    const per = match(s, perFormulaUnit)
    const carrier = ion.charAt(0).toUpperCase() + ion.slice(1).toLowerCase()
    if (per || carriers?.includes(carrier)) {
      if (per) s.at += per[0].length
      if (carriers && !carriers.includes(carrier))
        fail(
          s,
          before + 1,
          before + 1 + ion.length,
          `${carrier} is not an ion of this cell: it has ${carriers.join(', ')}`,
        )
      return { ...plain, dimension: 'amount', value, carrier, end: s.at }
    }
    s.at = before
  }
  skipSpace(s)
  const unit = takeUnit(s)
  if (!unit) {
    if (s.text.charAt(s.at) === ',') fail(s, start, s.at + 1, 'a decimal number is written with a point, 0.5')
    return unexpected(s, unitWords, 'a unit, such as V, mA, W, C, Ohm, hours, mV/s, Ah, K')
  }
  return { ...plain, dimension: unit.dimension, value: value * unit.factor + unit.offset, end: s.at }
}
