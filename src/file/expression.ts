/**
 * Expressions of one variable in BPX files, `0.2482 - 0.0909 * tanh(29.85 * (x - 0.1234))`: parsed into plain data, never
 * evaluated as code. Grammar and precedence are Python's: `**` binds tightest and to the right, then the sign (so
 * -x**2 = -(x**2) and 2**-x is allowed), then * and /, then + and -.
 * Source: BPX1 (expressions of one variable; the standard lists exp, tanh, cosh, the others are a convenience here)
 */
import { SimulationError } from '../error.ts'
import { suggestion } from './nearest.ts'

/** An expression as a tree of plain data. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'x' }
  | { readonly kind: 'negate'; readonly of: Expression }
  | { readonly kind: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly of: Expression }

export type Operator = 'add' | 'subtract' | 'multiply' | 'divide' | 'power'

/** Longest text, deepest nesting and most nodes accepted: far above any measured fit, far below what stalls a machine. */
export const expressionLimits = { length: 10_000, depth: 100, nodes: 2000 } as const

/** 1/cosh², written so that it neither overflows nor cancels; the derivative of tanh. */
const sech2 = (u: number): number => {
  const e = Math.exp(-2 * Math.abs(u))
  return (4 * e) / ((1 + e) * (1 + e))
}

/** Functions a file may call, and `sech2` and `sign`, which derivatives need. */
export const functions: Readonly<Record<string, (u: number) => number>> = Object.freeze({
  __proto__: null as never,
  exp: Math.exp,
  log: Math.log,
  log10: Math.log10,
  sqrt: Math.sqrt,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  arctan: Math.atan,
  atan: Math.atan,
  abs: Math.abs,
  sech2,
  sign: Math.sign,
})

const constants: Readonly<Record<string, number>> = Object.freeze({ __proto__: null as never, pi: Math.PI })

type Token = { readonly kind: 'number' | 'name' | 'sign' | 'end'; readonly text: string; readonly column: number }

const tokenPattern = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/()]))/y

/**
 * Parse an expression of x.
 *
 * @param text the expression, at most `expressionLimits.length` characters
 * @param at   file and field, for messages
 * @throws SimulationError (`input`) naming field, column and what was expected there
 */
export const parseExpression = (text: string, at = 'expression'): Expression => {
  const fail = (column: number, why: string): never => {
    const start = Math.max(0, column - 30)
    const near = `${start > 0 ? '…' : ''}${text.slice(start, column + 30)}${column + 30 < text.length ? '…' : ''}`
    throw new SimulationError(`${at}: column ${column + 1}: ${why}, in ${JSON.stringify(near)}`, { code: 'input', at })
  }
  if (text.length > expressionLimits.length) {
    fail(expressionLimits.length, `${text.length} characters, allowed: at most ${expressionLimits.length}`)
  }
  const tokens = tokenise(text, fail)
  let next = 0
  let depth = 0
  let nodes = 0

  const node = (e: Expression): Expression => {
    if (++nodes > expressionLimits.nodes) {
      fail(tokens[next].column, `more than ${expressionLimits.nodes} operations and numbers`)
    }
    return e
  }
  const deeper = <T>(parse: () => T): T => {
    if (++depth > expressionLimits.depth) fail(tokens[next].column, `nested deeper than ${expressionLimits.depth}`)
    const result = parse()
    depth--
    return result
  }
  const accept = (text: string): boolean => {
    if (tokens[next].kind !== 'sign' || tokens[next].text !== text) return false
    next++
    return true
  }
  const expect = (text: string, why: string): void => {
    if (!accept(text)) fail(tokens[next].column, `${seen(tokens[next])} where ${why}`)
  }

  const sum = (): Expression => {
    let left = product()
    for (;;) {
      if (accept('+')) left = node({ kind: 'add', left, right: product() })
      else if (accept('-')) left = node({ kind: 'subtract', left, right: product() })
      else return left
    }
  }
  const product = (): Expression => {
    let left = signed()
    for (;;) {
      if (accept('*')) left = node({ kind: 'multiply', left, right: signed() })
      else if (accept('/')) left = node({ kind: 'divide', left, right: signed() })
      else return left
    }
  }
  const signed = (): Expression => {
    if (accept('-')) return deeper(() => node({ kind: 'negate', of: signed() }))
    if (accept('+')) return deeper(signed)
    return power()
  }
  const power = (): Expression => {
    const left = atom()
    return accept('**') ? deeper(() => node({ kind: 'power', left, right: signed() })) : left
  }
  const atom = (): Expression => {
    const token = tokens[next]
    if (token.kind === 'number') {
      next++
      const value = Number(token.text)
      if (!Number.isFinite(value)) fail(token.column, `${token.text} is beyond the largest number (1.8e308)`)
      return node({ kind: 'number', value })
    }
    if (accept('(')) {
      const inside = deeper(sum)
      expect(')', `a ")" must close the "(" of column ${token.column + 1}`)
      return inside
    }
    if (token.kind === 'name') {
      next++
      return tokens[next].text === '(' ? call(token) : name(token)
    }
    return fail(token.column, `${seen(token)} where a number, x, a function or "(" must stand`)
  }
  const call = (token: Token): Expression => {
    if (!(token.text in functions)) {
      const known = Object.keys(functions)
      fail(token.column, `unknown function "${token.text}"${hint(token.text, known)} (known: ${known.join(', ')})`)
    }
    next++
    const of = deeper(sum)
    expect(')', `a ")" must close ${token.text}( of column ${token.column + 1}; every function takes one argument`)
    return node({ kind: 'call', name: token.text, of })
  }
  const name = (token: Token): Expression => {
    if (token.text === 'x') return node({ kind: 'x' })
    if (token.text in constants) return node({ kind: 'number', value: constants[token.text] })
    if (token.text in functions) fail(token.column, `function "${token.text}" needs its argument in parentheses`)
    return fail(token.column, `unknown name "${token.text}"; the only variable is x`)
  }

  const result = sum()
  const rest = tokens[next]
  if (rest.kind !== 'end') fail(rest.column, `${seen(rest)} where an operator or the end must stand`)
  return result
}

const tokenise = (text: string, fail: (column: number, why: string) => never): Token[] => {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    tokenPattern.lastIndex = at
    const match = tokenPattern.exec(text)
    if (!match) break
    const kind = match[1] !== undefined ? 'number' : match[2] !== undefined ? 'name' : 'sign'
    const word = match[1] ?? match[2] ?? match[3]
    at = tokenPattern.lastIndex
    tokens.push({ kind, text: word, column: at - word.length })
  }
  const column = at + (text.slice(at).length - text.slice(at).trimStart().length)
  if (column < text.length) {
    const found = text[column]
    fail(column, found === '^' ? 'unexpected "^"; a power is written **' : `unexpected ${JSON.stringify(found)}`)
  }
  if (tokens.length === 0) fail(0, 'empty; a number or an expression of x is needed')
  tokens.push({ kind: 'end', text: '', column: text.length })
  return tokens
}

const seen = (token: Token): string => (token.kind === 'end' ? 'the end' : JSON.stringify(token.text))
const hint = (word: string, known: readonly string[]): string => suggestion(word, known)

/** Value at x, straight from the tree: slow, for single values; hot loops use `compileExpression`. */
export const evaluateExpression = (e: Expression, x: number): number => {
  switch (e.kind) {
    case 'number':
      return e.value
    case 'x':
      return x
    case 'negate':
      return -evaluateExpression(e.of, x)
    case 'call':
      return functions[e.name](evaluateExpression(e.of, x))
    default:
      return operate(e.kind, evaluateExpression(e.left, x), evaluateExpression(e.right, x))
  }
}

/** One binary operation. */
export const operate = (operator: Operator, a: number, b: number): number => {
  switch (operator) {
    case 'add':
      return a + b
    case 'subtract':
      return a - b
    case 'multiply':
      return a * b
    case 'divide':
      return a / b
    case 'power':
      return a ** b
  }
}
