/**
 * An expression as a function: a tree of closures, one per operation, with operands that are x or a constant built in.
 * No code is generated. Integer and half-integer powers become products and square roots.
 */
import { type Expression, functions } from './expression.ts'
import { simplify } from './expression-derivative.ts'

/** A function of one real variable. */
export type RealFunction = (x: number) => number

/** Integer powers up to this are products; beyond it Math.pow is both shorter and no slower. */
const largestProduct = 16

/** Compile: `compileExpression(parseExpression('x**2'))(3)` is 9. Agrees with the tree to round-off of the powers. */
export const compileExpression = (e: Expression): RealFunction => compiled(simplify(e), new Map())

const compiled = (e: Expression, known: Map<Expression, RealFunction>): RealFunction => {
  const old = known.get(e)
  if (old) return old
  const f = closure(e, known)
  known.set(e, f)
  return f
}

const closure = (e: Expression, known: Map<Expression, RealFunction>): RealFunction => {
  switch (e.kind) {
    case 'number': {
      const { value } = e
      return () => value
    }
    case 'x':
      return x => x
    case 'negate': {
      const f = compiled(e.of, known)
      return x => -f(x)
    }
    case 'call':
      return callOf(functions[e.name], e.of, known)
    case 'power':
      return powerOf(e.left, e.right, known)
    default:
      return binaryOf(e.kind, e.left, e.right, known)
  }
}

const callOf = (g: RealFunction, of: Expression, known: Map<Expression, RealFunction>): RealFunction => {
  if (of.kind === 'x') return g
  const f = compiled(of, known)
  return x => g(f(x))
}

const binaryOf = (
  kind: 'add' | 'subtract' | 'multiply' | 'divide',
  left: Expression,
  right: Expression,
  known: Map<Expression, RealFunction>,
): RealFunction => {
  const f = compiled(left, known)
  const g = compiled(right, known)
  const a = left.kind === 'number' ? left.value : undefined
  const b = right.kind === 'number' ? right.value : undefined
  switch (kind) {
    case 'add':
      if (a !== undefined) return right.kind === 'x' ? x => a + x : x => a + g(x)
      if (b !== undefined) return left.kind === 'x' ? x => x + b : x => f(x) + b
      return x => f(x) + g(x)
    case 'subtract':
      if (a !== undefined) return right.kind === 'x' ? x => a - x : x => a - g(x)
      if (b !== undefined) return left.kind === 'x' ? x => x - b : x => f(x) - b
      return x => f(x) - g(x)
    case 'multiply':
      if (a !== undefined) return right.kind === 'x' ? x => a * x : x => a * g(x)
      if (b !== undefined) return left.kind === 'x' ? x => x * b : x => f(x) * b
      return x => f(x) * g(x)
    case 'divide':
      if (a !== undefined) return right.kind === 'x' ? x => a / x : x => a / g(x)
      if (b !== undefined) return left.kind === 'x' ? x => x / b : x => f(x) / b
      return x => f(x) / g(x)
  }
}

const powerOf = (left: Expression, right: Expression, known: Map<Expression, RealFunction>): RealFunction => {
  const f = compiled(left, known)
  if (right.kind !== 'number') {
    const g = compiled(right, known)
    return x => f(x) ** g(x)
  }
  const n = right.value
  const size = Math.abs(n)
  if (size > largestProduct || !Number.isInteger(2 * size)) return x => f(x) ** n
  if (n === 2) {
    return x => {
      const u = f(x)
      return u * u
    }
  }
  if (n === 3) {
    return x => {
      const u = f(x)
      return u * u * u
    }
  }
  if (n === 0.5) return x => Math.sqrt(f(x))
  if (n === 1.5) {
    return x => {
      const u = f(x)
      return u * Math.sqrt(u)
    }
  }
  const whole = Math.floor(size)
  const half = size !== whole
  const inverse = n < 0
  return x => {
    const u = f(x)
    let p = half ? Math.sqrt(u) : 1
    for (let k = 0; k < whole; k++) p *= u
    return inverse ? 1 / p : p
  }
}
