/**
 * exp and ln of many numbers at once, compiled as the loops of `vector-loop.ts`.
 *
 *   exp a = 2ⁿ eʳ,  n = round(a/ln 2),  r = a − n ln 2;      ln (m 2ᵉ) = e ln 2 + 2 artanh s,  s = (m − 1)/(m + 1),  1/√2 < m ≤ √2
 *
 * Good to 2⁻⁵¹ of the result; exp is ∞ beyond 709 and 0 below −708. ln is of normal positive numbers. What is no number stays so.
 *
 * Source: computed: the series of eʳ and artanh, cut where their rest is below 2⁻⁵³
 */
import {
  entry,
  exponentOf,
  larger,
  literal,
  mantissaOf,
  minus,
  over,
  plus,
  powerOf,
  smaller,
  type Term,
  times,
  whereAbove,
} from './term.ts'
import { type CompiledLoop, type Loop, paddedLength, vectorLoops, vectorMemory } from './vector-loop.ts'

/** ln 2 in two parts: so many times the first is exact. */
const ln2 = [0.6931471803691238, 1.9082149292705877e-10] as const
/** Added to a whole number n it leaves n + 1023 in the last bits. */
const whole = 1.5 * 2 ** 52 + 1023
const zeroOfExponent = 2 ** 52 + 1023
const [least, most] = [-708, 709]

/** Σ c_k z^k */
const polynomial = (z: Term, coefficients: readonly number[]): Term =>
  coefficients.map(literal).reduceRight((sum, c) => plus(times(sum, z), c))

const exponential = (a: Term): Term => {
  const within = smaller(larger(a, literal(least)), literal(most))
  const shifted = plus(times(within, literal(1 / Math.LN2)), literal(whole))
  const n = minus(shifted, literal(whole))
  const r = minus(minus(within, times(n, literal(ln2[0]))), times(n, literal(ln2[1])))
  const square = times(r, r)
  const factorials = [1]
  for (let k = 1; k < 14; k++) factorials.push(factorials[k - 1] / k)
  const even = polynomial(
    square,
    factorials.filter((_, k) => k % 2 === 0),
  )
  const odd = polynomial(
    square,
    factorials.filter((_, k) => k % 2 === 1),
  )
  const value = times(plus(even, times(r, odd)), powerOf(shifted))
  return plus(
    whereAbove(minus(a, literal(least)), value),
    whereAbove(minus(a, literal(most)), literal(Number.POSITIVE_INFINITY)),
    times(literal(0), within),
  )
}

const logarithm = (a: Term): Term => {
  const mantissa = mantissaOf(a)
  const large = whereAbove(minus(mantissa, literal(Math.SQRT2)), literal(1))
  const m = times(mantissa, minus(literal(1), times(literal(0.5), large)))
  const e = plus(minus(exponentOf(a), literal(zeroOfExponent)), large)
  const s = over(minus(m, literal(1)), plus(m, literal(1)))
  const square = times(s, s)
  const series = polynomial(
    square,
    Array.from({ length: 10 }, (_, k) => 2 / (2 * k + 3)),
  )
  const small = plus(times(s, times(square, series)), times(e, literal(ln2[1])), times(literal(0), a))
  return plus(times(e, literal(ln2[0])), plus(times(literal(2), s), small))
}

/** One vector of arguments, which the results take the place of. */
const inPlace = (of: (a: Term) => Term): Loop => ({ addresses: 1, sets: [[entry(0), of(entry(0))]] })

const loopsIn = vectorLoops({ exp: inPlace(exponential), ln: inPlace(logarithm) })

/** Numbers and what is made of them: the first `count` of `values`, in their place. */
export type Exponentials = {
  /** Of any use until the next function of the same kind is called: all share one vector. */
  readonly values: Float64Array
  exp(count: number): void
  ln(count: number): void
}

let shared: Exponentials | undefined

/** With room for so many numbers. */
export const exponentials = (count: number): Exponentials => {
  if (shared && shared.values.length >= count) return shared
  const length = paddedLength(Math.max(count, 1024))
  const memory = vectorMemory(length)
  const values = memory.vector(length).fill(1)
  const { exp, ln } = loopsIn(memory)
  const address = values.byteOffset
  /** What a group is filled up by is of no account. */
  const run = (loop: CompiledLoop, entries: number): void => loop(paddedLength(entries), address)
  shared = {
    values,
    exp: entries => run(exp, entries),
    ln: entries => run(ln, entries),
  }
  return shared
}
