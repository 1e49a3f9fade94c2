/** A number, an expression of x or a table, as a curve with its derivative. */
import { refuse, SimulationError } from '../error.ts'
import { type Curve, constantCurve, linearTable, pchipTable, tabulate } from '../math/spline.ts'
import { parseExpression } from './expression.ts'
import { compileExpression } from './expression-compile.ts'
import { constantValue, derivative, expressionCost } from './expression-derivative.ts'

/** Operations in the derivative beyond which an expression is hostile rather than a fit (0.1 ms an evaluation). */
const costliest = 20_000

export type CurveOptions = {
  /** File and field, for messages. */
  readonly at: string
  /** Range in which a fast table stands in for an expression; absent: none is made. */
  readonly range?: readonly [a: number, b: number]
  /** Size of the value below which the table's error is absolute, in its unit; default 0: relative everywhere. */
  readonly floor?: number
  /** Meaning of a table {x, y}; default `linear`, as BPX. */
  readonly interpolation?: 'linear' | 'pchip'
  /** What the reader ought to be told is pushed here. */
  readonly notes: string[]
}

/** Relative error of the fast tables, far below that of any solution. */
const tableTolerance = 1e-10

/**
 * A curve from what a file holds.
 *
 * @throws SimulationError (`input`) for an expression or table that cannot be read
 */
export const curveOf = (
  value: number | string | { readonly x: readonly number[]; readonly y: readonly number[] },
  options: CurveOptions,
): Curve => {
  if (typeof value === 'number') return constantCurve(value)
  if (typeof value === 'string') return expressionCurve(value, options)
  const { x, y } = ordered(value, options)
  return options.interpolation === 'pchip' ? pchipTable(x, y) : linearTable(x, y)
}

const expressionCurve = (text: string, { at, range, floor = 0 }: CurveOptions): Curve => {
  const e = parseExpression(text, at)
  const constant = constantValue(e)
  if (constant !== undefined) return constantCurve(constant)
  const slope = derivative(e)
  if (expressionCost(slope) > costliest) {
    throw new SimulationError(
      `${at}: got an expression whose derivative needs more than ${costliest} operations, allowed: a shorter one or a table`,
      { code: 'input', at },
    )
  }
  const exact: Curve = { value: compileExpression(e), derivative: compileExpression(slope) }
  return (range && tabulate(exact, range[0], range[1], { tolerance: tableTolerance, floor })) ?? exact
}

const ordered = (
  table: { readonly x: readonly number[]; readonly y: readonly number[] },
  { at, notes }: CurveOptions,
): { x: readonly number[]; y: readonly number[] } => {
  const { x, y } = table
  if (x.length !== y.length) refuse(`${at}: number of y`, y.length, `as many as x, ${x.length}`)
  if (x.length < 2) refuse(`${at}: number of points`, x.length, 'at least 2')
  const falling = x[1] < x[0]
  for (let i = 1; i < x.length; i++) {
    if (x[i] === x[i - 1]) refuse(`${at}: x[${i}]`, x[i], `each x once (x[${i - 1}] is ${x[i - 1]} too)`)
    if (x[i] < x[i - 1] !== falling) refuse(`${at}: x[${i}]`, x[i], `sorted x (it follows x[${i - 1}] = ${x[i - 1]})`)
  }
  if (!falling) return table
  notes.push(`${at}: the table runs from high to low x; it was turned round`)
  return { x: x.toReversed(), y: y.toReversed() }
}
