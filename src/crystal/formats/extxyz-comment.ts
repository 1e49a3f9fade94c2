import { numberFrom } from './text.ts'

/** What a comment line of extended XYZ may say of a key: a number, a word, a truth, or a list of one of these. */
export type InfoValue = number | string | boolean | readonly number[] | readonly string[] | readonly boolean[]

const truths: Readonly<Record<string, boolean>> = {
  T: true,
  F: false,
  True: true,
  False: false,
  TRUE: true,
  FALSE: false,
  true: true,
  false: false,
}

/** Own words only: `valueOf` is a word like any other. */
const truthOf = (word: string): boolean | undefined => (Object.hasOwn(truths, word) ? truths[word] : undefined)

/**
 * Keys and values of a comment line: `key=value`, `key="several words"`, `key={1 2 3}`, `key=[1, 2, 3]`, keys in quotes, and
 * bare words that are true by being there. Undefined where a quote or bracket is not closed.
 */
export const commentPairs = (line: string): ReadonlyMap<string, string> | undefined => {
  const found = new Map<string, string>()
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
    const key = wordAt(line, at, /[\s=]/)
    if (key === undefined) return undefined
    const equals = skipBlanks(line, key.end)
    if (line[equals] === '=') {
      const value = wordAt(line, skipBlanks(line, equals + 1), /\s/)
      if (value === undefined) return undefined
      found.set(key.text, value.text)
      at = value.end
    } else {
      found.set(key.text, 'T')
      at = key.end
    }
  }
  return found
}

const skipBlanks = (line: string, at: number): number => {
  while (at < line.length && /\s/.test(line[at])) at++
  return at
}

/** The word that begins at `at`, without its quotes or braces, and where it ends; undefined where it is not closed. */
const wordAt = (line: string, at: number, stop: RegExp): { text: string; end: number } | undefined => {
  const open = line[at]
  if (open === '"' || open === "'") {
    let text = ''
    for (let k = at + 1; k < line.length; k++) {
      if (line[k] === open) return { text, end: k + 1 }
      if (line[k] === '\\' && k + 1 < line.length) text += line[++k] === 'n' ? '\n' : line[k]
      else text += line[k]
    }
    return undefined
  }
  const close = open === '{' ? '}' : open === '[' ? ']' : undefined
  if (close !== undefined) {
    for (let k = at, depth = 0; k < line.length; k++) {
      if (line[k] === open) depth++
      else if (line[k] === close && --depth === 0)
        return { text: open === '{' ? line.slice(at + 1, k) : line.slice(at, k + 1), end: k + 1 }
    }
    return undefined
  }
  let end = at
  while (end < line.length && !stop.test(line[end])) end++
  return { text: line.slice(at, end), end: Math.max(end, at + (end === at && line[at] !== '=' ? 1 : 0)) }
}

/** A value of the comment line as what it looks like. A list in brackets within brackets stays as it is written. */
export const infoValue = (text: string): InfoValue => {
  const bracketed = /^\[([^[\]]*)\]$/.exec(text.trim())
  const words = bracketed
    ? bracketed[1].split(',').map(word => word.trim().replace(/^"(.*)"$/, '$1'))
    : text.trim().split(/\s+/)
  const numbers = words.map(numberFrom)
  if (words[0] !== '' && numbers.every(Number.isFinite)) return words.length === 1 && !bracketed ? numbers[0] : numbers
  const answers = words.map(truthOf)
  if (answers.every(answer => answer !== undefined)) return words.length === 1 && !bracketed ? answers[0] : answers
  return bracketed ? words : text
}

/** Numbers of a list between blanks or in brackets, `1 0 0`, `[1, 0, 0]` and `[[1, 0], [0, 1]]`. */
export const numbersOf = (text: string): number[] =>
  text
    .replace(/[[\],;]/g, ' ')
    .trim()
    .split(/\s+/)
    .map(numberFrom)

/** `T T F` → truths; undefined where a word is none. */
export const truthsOf = (text: string): boolean[] | undefined => {
  const answers = text
    .replace(/[[\],]/g, ' ')
    .trim()
    .split(/\s+/)
    .map(word => truthOf(word) ?? (word === '1' ? true : word === '0' ? false : undefined))
  return answers.every(answer => answer !== undefined) ? (answers as boolean[]) : undefined
}
