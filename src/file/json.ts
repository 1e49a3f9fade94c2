/**
 * JSON read strictly: what `JSON.parse` lets pass in silence (a key given twice, `__proto__`, numbers beyond the largest)
 * is refused, and every message says line and column. Iterates over the text once; nesting is limited.
 */
import { SimulationError } from '../error.ts'

/** Deepest nesting accepted. */
const deepest = 64
/** Most keys of a document: a cell has a hundred. */
const mostKeys = 100_000
/** Keys that would reach into an object's prototype. */
export const forbiddenKeys: readonly string[] = ['__proto__', 'constructor', 'prototype']

const spacePattern = /[ \t\r\n]*/y
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const wordPattern = /[A-Za-z0-9_+.-]+/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside strings
const plainPattern = /[^"\\\u0000-\u001f]*/y
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/**
 * Parse JSON.
 *
 * @param text     the whole text
 * @param fileName for messages
 * @throws SimulationError (`input`) with line, column and what is wrong there
 */
export const parseJson = (text: string, fileName: string): unknown => {
  let at = 0
  let keys = 0

  const fail = (why: string, where = at): never => {
    const before = text.slice(0, where)
    const line = before.split('\n').length
    const column = where - before.lastIndexOf('\n')
    throw new SimulationError(`${fileName}: line ${line}, column ${column}: ${why}`, { code: 'input', at: fileName })
  }
  const skip = (): void => {
    // Most tokens follow directly: anything above the space is not one.
    if (text.charCodeAt(at) > 0x20) return
    spacePattern.lastIndex = at
    spacePattern.test(text)
    at = spacePattern.lastIndex
  }
  const here = (): string => (at < text.length ? JSON.stringify(text[at]) : 'the end of the file (is it cut off?)')
  const expect = (c: string, why: string): void => {
    if (text[at] !== c) fail(`${here()} where ${why}`)
    at++
  }

  const string = (): string => {
    const start = at
    at++
    let result = ''
    for (;;) {
      plainPattern.lastIndex = at
      plainPattern.test(text)
      result += text.slice(at, plainPattern.lastIndex)
      at = plainPattern.lastIndex
      const c = text[at]
      if (c === '"') {
        at++
        return result
      }
      // A line that ends inside a text is a quotation mark forgotten.
      if (c !== undefined && c < ' ' && c !== '\n' && c !== '\r')
        return fail(`the control character ${JSON.stringify(c).replaceAll('"', '')} inside a text; write it as \\u….`)
      if (c !== '\\') return fail('a text that is not closed by a quotation mark', start)
      const letter = text[at + 1]
      if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) {
        result += String.fromCharCode(Number.parseInt(text.slice(at + 2, at + 6), 16))
        at += 6
      } else if (letter !== undefined && letter in escapes) {
        result += escapes[letter]
        at += 2
      } else fail(`"\\${letter ?? ''}" is not an escape of JSON`)
    }
  }

  const number = (): number => {
    numberPattern.lastIndex = at
    const match = numberPattern.exec(text)
    if (!match) return fail(`${here()} where a value must stand`)
    const value = Number(match[0])
    if (!Number.isFinite(value)) fail(`${match[0]} is beyond the largest number (1.8e308)`)
    at = numberPattern.lastIndex
    const after = text[at]
    if (after === ',' || after === ']' || after === '}') return value
    wordPattern.lastIndex = at
    const rest = wordPattern.exec(text)
    if (rest) fail(`${JSON.stringify(match[0] + rest[0])} is not a number`)
    return value
  }

  const word = (): unknown => {
    wordPattern.lastIndex = at
    const found = wordPattern.exec(text)?.[0]
    if (found === undefined) return fail(`${here()} where a value must stand`)
    if (found !== 'true' && found !== 'false' && found !== 'null') {
      fail(`${JSON.stringify(found)} is not a value: allowed are numbers, "text", true, false, null, lists and objects`)
    }
    at += found.length
    return found === 'null' ? null : found === 'true'
  }

  const list = (depth: number): unknown[] => {
    at++
    const result: unknown[] = []
    skip()
    if (text[at] === ']') {
      at++
      return result
    }
    for (;;) {
      result.push(value(depth))
      skip()
      if (text[at] === ']') {
        at++
        return result
      }
      expect(',', 'a "," or "]" must stand')
    }
  }

  const object = (depth: number): Record<string, unknown> => {
    at++
    const result: Record<string, unknown> = {}
    skip()
    if (text[at] === '}') {
      at++
      return result
    }
    for (;;) {
      skip()
      const start = at
      if (text[at] !== '"') fail(`${here()} where a key in quotation marks must stand`)
      const key = string()
      if (forbiddenKeys.includes(key)) fail(`the key ${JSON.stringify(key)} is not allowed`, start)
      if (Object.hasOwn(result, key)) fail(`the key ${JSON.stringify(key)} is given twice`, start)
      skip()
      expect(':', `a ":" must follow the key ${JSON.stringify(key)}`)
      if (++keys > mostKeys) fail(`more than ${mostKeys} keys`, start)
      result[key] = value(depth)
      skip()
      if (text[at] === '}') {
        at++
        return result
      }
      expect(',', 'a "," or "}" must stand')
    }
  }

  const value = (depth: number): unknown => {
    skip()
    if (depth > deepest) fail(`nested deeper than ${deepest}`)
    const c = text[at]
    if (c === '{') return object(depth + 1)
    if (c === '[') return list(depth + 1)
    if (c === '"') return string()
    if (c === '-' && /^-[A-Za-z]/.test(text.slice(at, at + 2))) return word()
    return c === '-' || (c >= '0' && c <= '9') ? number() : word()
  }

  const result = value(0)
  skip()
  if (at < text.length) fail(`${here()} after the end of the document`)
  return result
}
