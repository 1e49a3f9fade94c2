/**
 * Symbolic derivative of an expression of x, with constants folded and 0 and 1 removed while it is built.
 * Subtrees are shared, not copied, so the result is a directed graph of O(size) new nodes.
 */
import { type Expression, evaluateExpression, functions, type Operator, operate } from './expression.ts'

/**
 * d/dx of an expression.
 *
 *   (u v)' = u' v + u v',  (u/v)' = u'/v − u v'/v²,  (u^n)' = n u^(n−1) u',  (u^v)' = u^v (v' ln u + v u'/u)
 */
export const derivative = (e: Expression): Expression => {
  switch (e.kind) {
    case 'number':
      return zero
    case 'x':
      return one
    case 'negate':
      return negate(derivative(e.of))
    case 'add':
    case 'subtract':
      return binary(e.kind, derivative(e.left), derivative(e.right))
    case 'multiply':
      return add(multiply(derivative(e.left), e.right), multiply(e.left, derivative(e.right)))
    case 'divide': {
      const dv = derivative(e.right)
      const first = divide(derivative(e.left), e.right)
      return isZero(dv) ? first : subtract(first, divide(multiply(e.left, dv), multiply(e.right, e.right)))
    }
    case 'power':
      return powerDerivative(e.left, e.right, e)
    case 'call':
      return multiply(outer(e.name, e.of, e), derivative(e.of))
  }
}

/** Constants folded: `2 * (3 + 1) * x` becomes `8 * x`. The order of operations on x is kept. */
export const simplify = (e: Expression): Expression => {
  switch (e.kind) {
    case 'number':
    case 'x':
      return e
    case 'negate':
      return negate(simplify(e.of))
    case 'call': {
      const of = simplify(e.of)
      return of.kind === 'number' ? number(functions[e.name](of.value)) : { kind: 'call', name: e.name, of }
    }
    default:
      return binary(e.kind, simplify(e.left), simplify(e.right))
  }
}

/** Operations needed to evaluate an expression once, shared subtrees counted each time they are met. */
export const expressionCost = (e: Expression): number => {
  const known = new Map<Expression, number>()
  const cost = (node: Expression): number => {
    const old = known.get(node)
    if (old !== undefined) return old
    const own =
      node.kind === 'number' || node.kind === 'x'
        ? 1
        : node.kind === 'negate' || node.kind === 'call'
          ? 1 + cost(node.of)
          : 1 + cost(node.left) + cost(node.right)
    known.set(node, own)
    return own
  }
  return cost(e)
}

const powerDerivative = (u: Expression, v: Expression, whole: Expression): Expression => {
  const du = derivative(u)
  const dv = derivative(v)
  if (isZero(dv)) {
    const exponent = simplify(v)
    const lowered =
      exponent.kind === 'number' ? power(u, number(exponent.value - 1)) : power(u, subtract(exponent, one))
    return multiply(multiply(exponent, lowered), du)
  }
  const growth = multiply(dv, call('log', u))
  return multiply(whole, isZero(du) ? growth : add(growth, divide(multiply(v, du), u)))
}

/** f'(u) of the named function. */
const outer = (name: string, u: Expression, whole: Expression): Expression => {
  switch (name) {
    case 'exp':
      return whole
    case 'log':
      return divide(one, u)
    case 'log10':
      return divide(number(Math.LOG10E), u)
    case 'sqrt':
      return divide(number(0.5), whole)
    case 'sinh':
      return call('cosh', u)
    case 'cosh':
      return call('sinh', u)
    case 'tanh':
      return call('sech2', u)
    case 'sin':
      return call('cos', u)
    case 'cos':
      return negate(call('sin', u))
    case 'tan':
      return add(one, multiply(whole, whole))
    case 'atan':
    case 'arctan':
      return divide(one, add(one, multiply(u, u)))
    case 'abs':
      return call('sign', u)
    case 'sech2':
      return multiply(number(-2), multiply(whole, call('tanh', u)))
    case 'sign':
      return zero
  }
  throw new RangeError(`derivative: no rule for function ${name}`)
}

const number = (value: number): Expression => ({ kind: 'number', value })
const zero = number(0)
const one = number(1)
const isZero = (e: Expression): boolean => e.kind === 'number' && e.value === 0
const isOne = (e: Expression): boolean => e.kind === 'number' && e.value === 1
const call = (name: string, of: Expression): Expression =>
  of.kind === 'number' ? number(functions[name](of.value)) : { kind: 'call', name, of }

const negate = (of: Expression): Expression =>
  of.kind === 'number' ? number(-of.value) : of.kind === 'negate' ? of.of : { kind: 'negate', of }

const add = (left: Expression, right: Expression): Expression => binary('add', left, right)
const subtract = (left: Expression, right: Expression): Expression => binary('subtract', left, right)
const multiply = (left: Expression, right: Expression): Expression => binary('multiply', left, right)
const divide = (left: Expression, right: Expression): Expression => binary('divide', left, right)
const power = (left: Expression, right: Expression): Expression => binary('power', left, right)

const binary = (kind: Operator, left: Expression, right: Expression): Expression => {
  const whole: Expression = { kind, left, right }
  if (left.kind === 'number' && right.kind === 'number') {
    const value = operate(kind, left.value, right.value)
    // A fold that is not finite (1/0) is left for the evaluation to show.
    return Number.isFinite(value) ? number(value) : whole
  }
  if (kind === 'add') return isZero(left) ? right : isZero(right) ? left : whole
  if (kind === 'subtract') return isZero(right) ? left : isZero(left) ? negate(right) : whole
  if (kind === 'multiply') {
    if (isZero(left) || isZero(right)) return zero
    return isOne(left) ? right : isOne(right) ? left : whole
  }
  if (kind === 'divide') return isZero(left) ? zero : isOne(right) ? left : whole
  return isZero(right) ? one : isOne(right) ? left : whole
}

/** The value of an expression without x, else undefined. */
export const constantValue = (e: Expression): number | undefined => {
  const simple = simplify(e)
  return simple.kind === 'number'
    ? simple.value
    : simple.kind === 'x' || hasX(simple)
      ? undefined
      : evaluateExpression(simple, 0)
}

const hasX = (e: Expression): boolean => {
  if (e.kind === 'number') return false
  if (e.kind === 'x') return true
  return e.kind === 'negate' || e.kind === 'call' ? hasX(e.of) : hasX(e.left) || hasX(e.right)
}
