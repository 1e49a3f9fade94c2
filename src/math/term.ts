/**
 * Expressions that loops are compiled from: what they are made of, and the code that evaluates them, two at a time side by side.
 * The same object used twice is evaluated once.
 */
import { type Instructions, type } from './wasm-bytes.ts'

export type Leaf =
  | { readonly kind: 'entry'; readonly address: number; readonly row: number }
  | { readonly kind: 'apart'; readonly address: number; readonly offset: number }
  | { readonly kind: 'beside'; readonly address: number; readonly offset: number }
  | { readonly kind: 'same'; readonly address: number }
export type Constant =
  | { readonly kind: 'coefficient'; readonly address: number; readonly index: number }
  | { readonly kind: 'number'; readonly index: number }
  | { readonly kind: 'literal'; readonly value: number }
/** Where a cubic of a table is read, see `cubicAt`. */
export type Lookup = {
  readonly kind: 'lookup'
  readonly address: number
  readonly a: Term
  readonly first: Term
  readonly b: Term
}
export type Term =
  | Leaf
  | Constant
  | Lookup
  | { readonly kind: 'found'; readonly a: Lookup; readonly index: number }
  | { readonly kind: 'size' | 'exponent' | 'mantissa' | 'power'; readonly a: Term }
  | {
      readonly kind: 'add' | 'subtract' | 'multiply' | 'divide' | 'larger' | 'smaller' | 'above'
      readonly a: Term
      readonly b: Term
    }
export type Entry = Leaf & { readonly kind: 'entry' }

/** The entry of the vector at the address given as argument `address`, or that many `row`s of a matrix further. */
export const entry = (address: number, row = 0): Entry => ({ kind: 'entry', address, row })
/** The number at place `index` from an address, the same for all entries. */
export const coefficient = (address: number, index: number): Term => ({ kind: 'coefficient', address, index })
/** A number given as an argument, after the addresses. */
export const number = (index: number): Term => ({ kind: 'number', index })
export const literal = (value: number): Term => ({ kind: 'literal', value })
export const size = (a: Term): Term => ({ kind: 'size', a })
export const plus = (...terms: readonly Term[]): Term => terms.reduce((a, b) => ({ kind: 'add', a, b }))
export const minus = (a: Term, b: Term): Term => ({ kind: 'subtract', a, b })
export const times = (...terms: readonly Term[]): Term => terms.reduce((a, b) => ({ kind: 'multiply', a, b }))
export const over = (a: Term, b: Term): Term => ({ kind: 'divide', a, b })
export const square = (a: Term): Term => times(a, a)
export const larger = (a: Term, b: Term): Term => ({ kind: 'larger', a, b })
export const smaller = (a: Term, b: Term): Term => ({ kind: 'smaller', a, b })
/** a where `test` > 0, else 0. */
export const whereAbove = (test: Term, a: Term): Term => ({ kind: 'above', a: test, b: a })

/** e + 1023 and m of a positive number m 2ᵉ, 1 ≤ m < 2, as 2⁵² + e + 1023 and m. */
export const exponentOf = (a: Term): Term => ({ kind: 'exponent', a })
export const mantissaOf = (a: Term): Term => ({ kind: 'mantissa', a })
/** 2ᵉ of a number whose last bits hold e + 1023. */
export const powerOf = (a: Term): Term => ({ kind: 'power', a })
const bitsOfMantissa = 52
const bitsOfOne = 1
/** All bits of a mantissa, as a number. */
const mantissaBits = 2 ** -1022 - 2 ** -1074

/**
 * The cubic of a table at the place t, in cells of one: cell k = first … last holds c_0 … c_3, four numbers after each other from
 * the address on, and u = t − k is counted from its begin; the cells at both ends go on for ever.
 *
 * @returns its value and its slope by t
 */
export const cubicAt = (
  address: number,
  t: Term,
  first: Term,
  last: Term,
): { readonly value: Term; readonly slope: Term } => {
  const lookup: Lookup = { kind: 'lookup', address, a: t, first, b: last }
  const [u, c0, c1, c2, c3] = [0, 1, 2, 3, 4].map((index): Term => ({ kind: 'found', a: lookup, index }))
  return {
    value: plus(c0, times(u, plus(c1, times(u, plus(c2, times(u, c3)))))),
    slope: plus(c1, times(u, plus(times(literal(2), c2), times(literal(3), times(u, c3))))),
  }
}
const cubicNumbers = 4
const bytesOfCubic = 5 // 2⁵

/** How often each term is used: one used twice is kept in a local. */
export const usesOf = (roots: readonly Term[]): Map<Term, number> => {
  const uses = new Map<Term, number>()
  const visit = (term: Term): void => {
    const before = uses.get(term) ?? 0
    uses.set(term, before + 1)
    if (before > 0) return
    if ('a' in term) visit(term.a)
    if ('b' in term) visit(term.b)
    if ('first' in term) visit(term.first)
  }
  roots.forEach(visit)
  return uses
}

export const isConstant = (term: Term): term is Constant =>
  term.kind === 'coefficient' || term.kind === 'number' || term.kind === 'literal'

/**
 * The code of terms in a function: constants, which are loaded here, once; then evaluations.
 *
 * @param o.addresses  local of the first address
 * @param o.numbers    local of the first number
 * @param o.local      makes another local
 * @param o.leaf       the code that loads a leaf
 * @returns `evaluate` leaves the pair of a term on the stack; `anew` forgets what was kept of the pair before
 */
export const evaluation = (
  code: Instructions,
  uses: ReadonlyMap<Term, number>,
  o: {
    readonly addresses: number
    readonly numbers: number
    readonly local: (kind: number) => number
    readonly leaf: (leaf: Leaf) => void
  },
): { evaluate(term: Term): void; anew(): void } => {
  const constants = new Map<Term, number>()
  const kept = new Map<Term, number>()
  for (const [term, count] of uses) {
    if (isConstant(term)) {
      const place = o.local(type.v128)
      constants.set(term, place)
      if (term.kind === 'coefficient') {
        code.get(o.addresses + term.address)
        code.loadTwice(8 * term.index)
      } else {
        if (term.kind === 'number') code.get(o.numbers + term.index)
        else code.number(term.value)
        code.twice()
      }
      code.set(place)
    } else if (count > 1 && term.kind !== 'lookup' && term.kind !== 'found') kept.set(term, o.local(type.v128))
  }
  /** u and the numbers of the cubic. */
  const found = new Map<Lookup, readonly number[]>()
  const known = new Set<Term>()

  const look = (term: Lookup): void => {
    let places = found.get(term)
    if (!places) {
      places = Array.from({ length: 1 + cubicNumbers }, () => o.local(type.v128))
      found.set(term, places)
    }
    const [u] = places
    const cell = o.local(type.v128)
    const cells = [0, 1].map(lane => ({ lane, at: o.local(type.i32) }))
    evaluate(term.a)
    code.keep(u)
    evaluate(term.first)
    code.larger()
    evaluate(term.b)
    code.smaller()
    code.wholes()
    code.set(cell)
    code.get(u)
    code.get(cell)
    code.fromWholes()
    code.subtract()
    code.set(u)
    for (const { lane, at } of cells) {
      code.get(cell)
      code.whole(lane)
      code.integer(bytesOfCubic)
      code.shift()
      code.get(o.addresses + term.address)
      code.plus()
      code.set(at)
    }
    for (let k = 0; k < cubicNumbers; k++) {
      code.get(cells[1].at)
      code.get(cells[0].at)
      code.loadFirst(8 * k)
      code.loadSecond(8 * k)
      code.set(places[1 + k])
    }
    known.add(term)
  }

  const evaluate = (term: Term): void => {
    const constant = constants.get(term)
    const place = constant ?? kept.get(term)
    if (place !== undefined && (place === constant || known.has(term))) {
      code.get(place)
      return
    }
    if (term.kind === 'found') {
      if (!known.has(term.a)) look(term.a)
      code.get(found.get(term.a)![term.index])
      return
    }
    if (term.kind === 'lookup' || isConstant(term)) throw new Error(`evaluation: a ${term.kind} has no pair of its own`)
    if ('a' in term) {
      evaluate(term.a)
      if (term.kind === 'above') {
        code.number(0)
        code.twice()
        code.greater()
      }
      if ('b' in term) evaluate(term.b)
      if (term.kind === 'above') code.both()
      else if (term.kind === 'exponent') {
        code.integer(bitsOfMantissa)
        code.bitsRight()
        code.number(2 ** bitsOfMantissa)
        code.twice()
        code.either()
      } else if (term.kind === 'mantissa') {
        code.number(mantissaBits)
        code.twice()
        code.both()
        code.number(bitsOfOne)
        code.twice()
        code.either()
      } else if (term.kind === 'power') {
        code.integer(bitsOfMantissa)
        code.bitsLeft()
      } else code[term.kind]()
    } else o.leaf(term)
    if (place === undefined) return
    code.keep(place)
    known.add(term)
  }
  return { evaluate, anew: () => known.clear() }
}

/** Two terms, one of each of two ions. */
export type Both = readonly [Term, Term]

/**
 * D̃ of two ions [2, 2] by their contents x as terms, for loops over many contents; and ∂(D̃ u)_i/∂x_l at fixed u [2, 2].
 * Coefficients are those of one temperature [K], the table is one for `cubicAt`.
 */
export type DiffusivityTerms = {
  /** Laws of one name have the same terms, and other coefficients: they are compiled once. */
  readonly name: string
  readonly coefficients: number
  fill(T: number, out: Float64Array): void
  readonly table: Float64Array
  /** With the term of a coefficient, and the address of the table. */
  of(
    x: Both,
    u: Both,
    coefficientAt: (k: number) => Term,
    table: number,
  ): { readonly D: readonly Term[]; readonly slopes: readonly Term[] }
}
