import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Expression, evaluateExpression, parseExpression } from '../../src/file/expression.ts'
import { compileExpression } from '../../src/file/expression-compile.ts'
import { derivative, expressionCost } from '../../src/file/expression-derivative.ts'

const value = (text: string, x = 0.3): number => compileExpression(parseExpression(text))(x)

test('precedence is Python’s', () => {
  // Left: the text; right: what Python 3 gives, written out with explicit parentheses.
  assert.equal(value('-x**2', 3), -9)
  assert.equal(value('2**-1'), 0.5)
  assert.equal(value('2**3**2'), 512)
  assert.equal(value('-2**-2'), -0.25)
  assert.equal(value('2 - 3 - 4'), -5)
  assert.equal(value('2 / 4 / 4'), 0.125)
  assert.equal(value('2 - -3'), 5)
  assert.equal(value('--x', 3), 3)
  assert.equal(value('1 + 2 * 3'), 7)
  assert.equal(value('(1 + 2) * 3'), 9)
  assert.equal(value('2 * x ** 2', 3), 18)
  assert.equal(value('1.e3 + .5 + 5.'), 1005.5)
  assert.equal(value('+x', 3), 3)
})

test('the open-circuit potentials of the reference files', () => {
  const graphite =
    '1.9793 * exp(-39.3631 * x) + 0.2482 - 0.0909 * tanh(29.8538 * (x - 0.1234)) - 0.04478 * tanh(14.9159 * (x - 0.2769)) - 0.0205 * tanh(30.4444 * (x - 0.6103))'
  const x = 0.9014
  const expected =
    1.9793 * Math.exp(-39.3631 * x) +
    0.2482 -
    0.0909 * Math.tanh(29.8538 * (x - 0.1234)) -
    0.04478 * Math.tanh(14.9159 * (x - 0.2769)) -
    0.0205 * Math.tanh(30.4444 * (x - 0.6103))
  // Same operations in the same order: equal bits.
  assert.equal(value(graphite, x), expected)
})

/** Random trees as text with every parenthesis written, with the value by JavaScript's own arithmetic. */
type Case = { text: string; at: (x: number) => number }
const leaf: fc.Arbitrary<Case> = fc.oneof(
  fc.constant<Case>({ text: 'x', at: x => x }),
  fc.integer({ min: 1, max: 400 }).map(n => ({ text: String(n / 100), at: () => n / 100 })),
)
const { tree } = fc.letrec<{ tree: Case }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/'), tie('tree')).map(([a, op, b]) => ({
      text: `(${a.text} ${op} ${b.text})`,
      at: (x: number) => {
        const [p, q] = [a.at(x), b.at(x)]
        return op === '+' ? p + q : op === '-' ? p - q : op === '*' ? p * q : p / q
      },
    })),
    tie('tree').map(a => ({ text: `-${a.text}`, at: (x: number) => -a.at(x) })),
    fc
      .tuple(tie('tree'), fc.constantFrom('2', '3', '0.5', '1.5', '-1', '5', '-0.5'))
      .map(([a, n]) => ({ text: `abs(${a.text})**${n}`, at: (x: number) => Math.abs(a.at(x)) ** Number(n) })),
    fc.tuple(fc.constantFrom('exp', 'tanh', 'cosh', 'sin', 'cos', 'arctan', 'sinh'), tie('tree')).map(([f, a]) => ({
      text: `${f}(${a.text})`,
      at: (x: number) => (Math[f === 'arctan' ? 'atan' : (f as 'exp')] as (u: number) => number)(a.at(x)),
    })),
  ),
}))

test('random expressions: compiled = tree = JavaScript’s own arithmetic', () => {
  fc.assert(
    fc.property(tree, fc.double({ min: 0.01, max: 0.99, noNaN: true }), ({ text, at }, x) => {
      const e = parseExpression(text)
      const expected = at(x)
      assert.equal(Object.is(evaluateExpression(e, x), expected) || evaluateExpression(e, x) === expected, true)
      const got = compileExpression(e)(x)
      if (!Number.isFinite(expected) || Math.abs(expected) > 1e100) return
      // Only powers are computed differently (products, square roots): relative 1e-15 each, amplified by what follows;
      // trees of depth 5 whose conditioning is bad beyond 1e6 are rare and caught by the absolute part.
      const worst = conditioned(e, x)
      assert.ok(Math.abs(got - expected) <= worst, `${text} at ${x}: ${got} ≠ ${expected}`)
    }),
    { numRuns: 400, seed: 7 },
  )
})

/** Largest change of the tree's value when every power is off by 4 ulp: an honest bound by evaluation, not by guess. */
const conditioned = (e: Expression, x: number): number => {
  const off = (node: Expression, sign: number): number => {
    switch (node.kind) {
      case 'number':
        return node.value
      case 'x':
        return x
      case 'negate':
        return -off(node.of, sign)
      case 'call':
        return evaluateExpression(
          { kind: 'call', name: node.name, of: { kind: 'number', value: off(node.of, sign) } },
          x,
        )
      default: {
        const [a, b] = [off(node.left, sign), off(node.right, sign)]
        const plain = evaluateExpression(
          { kind: node.kind, left: { kind: 'number', value: a }, right: { kind: 'number', value: b } },
          x,
        )
        return node.kind === 'power' ? plain * (1 + sign * 1e-14) : plain
      }
    }
  }
  const centre = evaluateExpression(e, x)
  const spread = Math.abs(off(e, 1) - centre) + Math.abs(off(e, -1) - centre)
  return 10 * spread + 1e-13 * Math.abs(centre) + 1e-300
}

test('random expressions: derivative = central difference', () => {
  let compared = 0
  fc.assert(
    fc.property(tree, fc.double({ min: 0.2, max: 0.8, noNaN: true }), ({ text }, x) => {
      const e = parseExpression(text)
      const f = compileExpression(e)
      const d = compileExpression(derivative(e))(x)
      // Two step sizes: the error of the fourth-order difference is judged by their disagreement.
      const difference = (h: number) => (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)
      const [a, b] = [difference(1e-3), difference(5e-4)]
      if (![a, b, d].every(v => Number.isFinite(v) && Math.abs(v) < 1e6)) return
      if (Math.abs(a - b) > 1e-6 * (1 + Math.abs(a))) return // a kink or a pole nearby: no reference there
      compared++
      assert.ok(Math.abs(d - b) <= 1e-5 * (1 + Math.abs(b)), `${text} at ${x}: ${d} ≠ ${b}`)
    }),
    { numRuns: 400, seed: 11 },
  )
  assert.ok(compared > 200, `only ${compared} comparisons`)
})

test('derivative of every function against a difference', () => {
  for (const f of [
    'exp',
    'log',
    'log10',
    'sqrt',
    'sinh',
    'cosh',
    'tanh',
    'sin',
    'cos',
    'tan',
    'arctan',
    'atan',
    'abs',
  ]) {
    const e = parseExpression(`${f}(x) * 2 + x ** x + 2 ** x`)
    const g = compileExpression(e)
    const h = 1e-5
    const difference = (g(0.7 + h) - g(0.7 - h)) / (2 * h)
    // h² f'''/6 ≈ 1e-10 and round-off 1e-16/1e-5 = 1e-11.
    assert.ok(Math.abs(compileExpression(derivative(e))(0.7) - difference) < 1e-8, f)
  }
})

test('hostile and wrong text is refused with a column', () => {
  const refused = (text: string, pattern: RegExp) =>
    assert.throws(
      () => parseExpression(text, 'cell.json: OCP [V]'),
      (error: Error) => {
        assert.match(error.message, /^cell\.json: OCP \[V\]: column \d+: /)
        assert.match(error.message, pattern)
        assert.equal((error as { code?: string }).code, 'input')
        return true
      },
    )
  refused('tnah(x)', /column 1: unknown function "tnah", did you mean "tanh"\?/)
  refused('1 + y', /column 5: unknown name "y"/)
  refused('x^2', /column 2: .*\*\*/)
  refused('', /empty/)
  refused('   ', /empty/)
  refused('(x + 1', /column 7: the end where a "\)" must close the "\(" of column 1/)
  refused('x + ', /column 5: the end/)
  refused('x x', /column 3/)
  refused('1 2', /column 3/)
  refused('exp', /needs its argument/)
  refused('exp(x, 2)', /unexpected ","/)
  refused('x // 2', /column 4/)
  refused('1e999', /largest/)
  refused('__import__("os")', /unexpected|unknown/)
  refused('constructor(x)', /unknown function "constructor"/)
  refused('toString(x)', /unknown function/)
  refused('__proto__(x)', /unknown function/)
  refused('x.constructor', /unexpected "\."/)
  refused(`${'('.repeat(5000)}x${')'.repeat(5000)}`.slice(0, 9999), /nested deeper/)
  refused(`${'-'.repeat(9000)}x`, /nested deeper/)
  refused('2**'.repeat(3000).concat('2'), /nested deeper/)
  refused(`x${'+x'.repeat(4000)}`, /more than 2000/)
  refused('9'.repeat(20_000), /20000 characters/)
})

test('the derivative of a long product stays small enough to be judged', () => {
  const e = parseExpression(`x${'*x'.repeat(900)}`)
  // 900 factors: each term of the derivative holds the others, 900²/2 operations; counted without being built.
  assert.ok(expressionCost(derivative(e)) > 100_000)
})
