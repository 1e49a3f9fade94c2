/**
 * The loops of a BDF step over all unknowns, each with the addresses and numbers it is called with, and the vectors they work
 * on. φ are the rows of the history, w weights, b and c coefficients by index.
 */
import {
  type CompiledLoop,
  coefficient,
  type Entry,
  entry,
  type Loop,
  minus,
  number,
  over,
  paddedLength,
  plus,
  size,
  square,
  type Term,
  times,
  type VectorMemory,
  vectorLoops,
} from '../math/vector-loop.ts'

/** The highest order that is stable. */
export const highestOrder = 5

const orders = Array.from({ length: highestOrder }, (_, j) => j + 1)
const upTo = (order: number): readonly number[] => orders.slice(0, order)

/** φ, b, c, y, ẏ:   y = φ_0 + Σ_j b_j φ_j,   ẏ = Σ_j c_j b_j φ_j,   j = 1 … k */
const predict = (order: number): Loop => {
  const differences = upTo(order).map(j => times(coefficient(1, j), entry(0, j)))
  const slopes = differences.map((difference, j) => times(coefficient(2, j + 1), difference))
  return {
    addresses: 5,
    sets: [
      [entry(3), plus(entry(0), ...differences)],
      [entry(4), plus(...slopes)],
    ],
  }
}

/** φ, a, d, y, ẏ:   y = φ_0 + Σ_j a_j φ_j,   ẏ = Σ_j d_j φ_j,   j = 1 … k */
const interpolate = (order: number): Loop => ({
  addresses: 5,
  sets: [
    [entry(3), plus(entry(0), ...upTo(order).map(j => times(coefficient(1, j), entry(0, j))))],
    [entry(4), plus(...upTo(order).map(j => times(coefficient(2, j), entry(0, j))))],
  ],
})

/** φ, b, e:   φ_j ← b_j φ_j + φ_{j+1},   j = k … 0,   b_0 = 1,   from φ_{k+1} = e, which is kept up to the highest order */
const accept = (order: number): Loop => {
  const e = entry(2)
  const sets: (readonly [Entry, Term])[] = order < highestOrder ? [[entry(0, order + 1), e]] : []
  let above: Term = e
  for (const j of upTo(order).toReversed()) {
    above = plus(times(coefficient(1, j), entry(0, j)), above)
    sets.push([entry(0, j), above])
  }
  sets.push([entry(0), plus(entry(0), above)])
  return { addresses: 3, sets }
}

/** δ, e, y, ẏ, w, sums; s, α:   e ← e − s δ,   y ← y − s δ,   ẏ ← ẏ − α s δ,   Σ (s δ w)² */
const change = times(number(0), entry(0))
const update: Loop = {
  addresses: 6,
  numbers: 2,
  sets: [
    [entry(1), minus(entry(1), change)],
    [entry(2), minus(entry(2), change)],
    [entry(3), minus(entry(3), times(number(1), change))],
  ],
  sums: { address: 5, terms: [square(times(change, entry(4)))] },
}

/** e, w, sums:   Σ (e w)² */
const norm: Loop = { addresses: 3, sums: { address: 2, terms: [square(times(entry(0), entry(1)))] } }

/** e, w, sums, φ, b:   Σ (e w)²,   Σ (w (e + b_k φ_k))²,   Σ (w (e + b_k φ_k + b_{k−1} φ_{k−1}))² */
const lowerNorms = (order: number): Loop => {
  const e = entry(0)
  const w = entry(1)
  const lower = plus(e, times(coefficient(4, order), entry(3, order)))
  const lowest = plus(lower, times(coefficient(4, order - 1), entry(3, order - 1)))
  return {
    addresses: 5,
    sums: { address: 2, terms: [e, lower, lowest].map(v => square(times(v, w))) },
  }
}

/** e, w, sums, φ_{k+1}; b:   Σ (w (e − b φ_{k+1}))² */
const higherNorm: Loop = {
  addresses: 4,
  numbers: 1,
  sums: { address: 2, terms: [square(times(minus(entry(0), times(number(0), entry(3))), entry(1)))] },
}

/** y, growth, scale, w; 1/rtol:   w = (1/rtol)/(growth |y| + scale) */
const weigh: Loop = {
  addresses: 4,
  numbers: 1,
  sets: [[entry(3), over(number(0), plus(times(entry(1), size(entry(0))), entry(2)))]],
}

/** y, φ_0, shift:   y ← y + shift,   φ_0 ← φ_0 + shift */
const shift: Loop = {
  addresses: 3,
  sets: [
    [entry(0), plus(entry(0), entry(2))],
    [entry(1), plus(entry(1), entry(2))],
  ],
}

const named = (name: string, of: (order: number) => Loop): Readonly<Record<string, Loop>> =>
  Object.fromEntries(orders.map(order => [`${name}${order}`, of(order)]))

const loopsIn = vectorLoops({
  ...named('predict', predict),
  ...named('interpolate', interpolate),
  ...named('accept', accept),
  ...named('lowerNorms', lowerNorms),
  update,
  norm,
  higherNorm,
  weigh,
  shift,
})

/** The vectors of an integration of so many unknowns, in one space with their loops. */
export type BdfVectors = {
  readonly size: number
  /** Entries a loop is called with. */
  readonly entries: number
  /** φ_0 … φ_{k+1}, each of length `size`, one every `entries`. */
  readonly history: Float64Array
  /** By index. */
  readonly beta: Float64Array
  readonly gamma: Float64Array
  /** What the loops leave their sums in. */
  readonly sums: Float64Array
  readonly y: Float64Array
  readonly yp: Float64Array
  readonly e: Float64Array
  readonly delta: Float64Array
  readonly deltaNext: Float64Array
  readonly kept: { readonly y: Float64Array; readonly yp: Float64Array; readonly e: Float64Array }
  /** A state within a step, and what its differences count in it and in its slope, by index. */
  readonly within: {
    readonly y: Float64Array
    readonly yp: Float64Array
    readonly value: Float64Array
    readonly slope: Float64Array
  }
  readonly weight: Float64Array
  readonly errorWeight: Float64Array
  readonly growth: Float64Array
  /** Filled up with 1, so that the weights that fill up are finite. */
  readonly scale: Float64Array
  readonly loops: {
    /** By order. */
    readonly predict: readonly CompiledLoop[]
    readonly interpolate: readonly CompiledLoop[]
    readonly accept: readonly CompiledLoop[]
    readonly lowerNorms: readonly CompiledLoop[]
    readonly update: CompiledLoop
    readonly norm: CompiledLoop
    readonly higherNorm: CompiledLoop
    readonly weigh: CompiledLoop
    readonly shift: CompiledLoop
  }
}

const rows = highestOrder + 2
/** Vectors beside the history, and what coefficients and sums take. */
const others = 14
const fewNumbers = 5 * paddedLength(rows)

/** Entries that the vectors take in their memory. */
export const bdfEntries = (size: number): number => (rows + others) * paddedLength(size) + fewNumbers

export const bdfVectorsOf = (size: number, memory: VectorMemory): BdfVectors => {
  const entries = paddedLength(size)
  const { vector } = memory
  const loops = loopsIn(memory)
  const byOrder = (name: string): readonly CompiledLoop[] => [0, ...orders].map(order => loops[`${name}${order}`])
  const one = () => vector(size)
  return {
    size,
    entries,
    history: vector(size, rows),
    beta: vector(rows),
    gamma: vector(rows),
    sums: vector(rows),
    y: one(),
    yp: one(),
    e: one(),
    delta: one(),
    deltaNext: one(),
    kept: { y: one(), yp: one(), e: one() },
    within: { y: one(), yp: one(), value: vector(rows), slope: vector(rows) },
    weight: one(),
    errorWeight: one(),
    growth: one(),
    scale: vector(entries).fill(1),
    loops: {
      predict: byOrder('predict'),
      interpolate: byOrder('interpolate'),
      accept: byOrder('accept'),
      lowerNorms: byOrder('lowerNorms'),
      update: loops.update,
      norm: loops.norm,
      higherNorm: loops.higherNorm,
      weigh: loops.weigh,
      shift: loops.shift,
    },
  }
}
