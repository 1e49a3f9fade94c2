/**
 * Functions of one variable from tables: piecewise linear, monotone cubic (PCHIP), and piecewise quintics that stand in for
 * a costly smooth function in hot loops. Beyond its ends a table goes on as a straight line with the end's slope.
 */

/** A function of one variable with its derivative. Neither call allocates. */
export type Curve = {
  readonly value: (x: number) => number
  readonly derivative: (x: number) => number
  /** The value, where it does not depend on x. */
  readonly constant?: number
}

/** f(x) = c. */
export const constantCurve = (c: number): Curve => ({ value: () => c, derivative: () => 0, constant: c })

/** Index k of the interval [x_k, x_k+1] that holds x, or the nearest one; O(log n). */
export const intervalOf = (xs: ArrayLike<number>, x: number): number => {
  let low = 0
  let high = xs.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (xs[middle] > x) high = middle
    else low = middle
  }
  return low
}

const checkTable = (who: string, x: ArrayLike<number>, y: ArrayLike<number>): void => {
  if (x.length !== y.length) throw new RangeError(`${who}: x has ${x.length} entries, y has ${y.length}; must be equal`)
  if (x.length < 2) throw new RangeError(`${who}: at least 2 points are needed, got ${x.length}`)
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) throw new RangeError(`${who}: point ${i} is not finite`)
    if (i > 0 && !(x[i] > x[i - 1])) throw new RangeError(`${who}: x must increase, got ${x[i - 1]} then ${x[i]}`)
  }
}

/**
 * Piecewise linear interpolant, the meaning of a BPX table {x, y}. The derivative is the slope of the interval to the right.
 *
 * @param x [n ≥ 2], increasing
 * @param y [n]
 * @throws RangeError for a short, unsorted or non-finite table
 */
export const linearTable = (x: ArrayLike<number>, y: ArrayLike<number>): Curve => {
  checkTable('linearTable', x, y)
  const xs = Float64Array.from(x)
  const ys = Float64Array.from(y)
  const slopes = Float64Array.from({ length: xs.length - 1 }, (_, k) => (ys[k + 1] - ys[k]) / (xs[k + 1] - xs[k]))
  return {
    value: at => {
      const k = intervalOf(xs, at)
      return ys[k] + slopes[k] * (at - xs[k])
    },
    derivative: at => slopes[intervalOf(xs, at)],
  }
}

/**
 * Monotone piecewise cubic Hermite interpolant: where the data rise the curve rises, no overshoot.
 *
 *   1/d_k = [w₁/δ_(k−1) + w₂/δ_k]/(w₁ + w₂), w₁ = 2h_k + h_(k−1), w₂ = h_k + 2h_(k−1); d_k = 0 where the slopes change sign
 *
 * @param x [n ≥ 2], increasing
 * @param y [n]
 * @throws RangeError for a short, unsorted or non-finite table
 * Source: FritschButland1984
 */
export const pchipTable = (x: ArrayLike<number>, y: ArrayLike<number>): Curve => {
  checkTable('pchipTable', x, y)
  if (x.length === 2) return linearTable(x, y)
  const xs = Float64Array.from(x)
  const ys = Float64Array.from(y)
  const ds = pchipSlopes(xs, ys)
  const last = xs.length - 1
  return {
    value: at => {
      if (at < xs[0]) return ys[0] + ds[0] * (at - xs[0])
      if (at > xs[last]) return ys[last] + ds[last] * (at - xs[last])
      const k = intervalOf(xs, at)
      const h = xs[k + 1] - xs[k]
      const s = (at - xs[k]) / h
      const p = 1 - s
      return ys[k] * (1 + 2 * s) * p * p + ys[k + 1] * (3 - 2 * s) * s * s + h * s * p * (ds[k] * p - ds[k + 1] * s)
    },
    derivative: at => {
      if (at < xs[0]) return ds[0]
      if (at > xs[last]) return ds[last]
      const k = intervalOf(xs, at)
      const h = xs[k + 1] - xs[k]
      const s = (at - xs[k]) / h
      const p = 1 - s
      return (6 * s * p * (ys[k + 1] - ys[k])) / h + ds[k] * p * (1 - 3 * s) + ds[k + 1] * s * (3 * s - 2)
    },
  }
}

const pchipSlopes = (x: Float64Array, y: Float64Array): Float64Array => {
  const n = x.length
  const h = Float64Array.from({ length: n - 1 }, (_, k) => x[k + 1] - x[k])
  const delta = Float64Array.from({ length: n - 1 }, (_, k) => (y[k + 1] - y[k]) / h[k])
  const d = new Float64Array(n)
  for (let k = 1; k < n - 1; k++) {
    if (delta[k - 1] * delta[k] <= 0) continue
    const w1 = 2 * h[k] + h[k - 1]
    const w2 = h[k] + 2 * h[k - 1]
    d[k] = (w1 + w2) / (w1 / delta[k - 1] + w2 / delta[k])
  }
  d[0] = endSlope(h[0], h[1], delta[0], delta[1])
  d[n - 1] = endSlope(h[n - 2], h[n - 3], delta[n - 2], delta[n - 3])
  return d
}

/** One-sided three-point slope, limited so that the end interval stays monotone. */
const endSlope = (h0: number, h1: number, delta0: number, delta1: number): number => {
  const slope = ((2 * h0 + h1) * delta0 - h0 * delta1) / (h0 + h1)
  if (slope * delta0 <= 0) return 0
  return delta0 * delta1 <= 0 && Math.abs(slope) > 3 * Math.abs(delta0) ? 3 * delta0 : slope
}

/** Three-point Gauss–Legendre on [0, 1]. */
const gaussNodes = [0.5 - Math.sqrt(0.15), 0.5, 0.5 + Math.sqrt(0.15)]
const gaussWeights = [5 / 18, 8 / 18, 5 / 18]

/**
 * The integral ∫_a^x f of a function as a table, and f itself as its derivative: cubics that meet with value and slope at the
 * ends of equal cells, each integrated by Gauss's rule. Beyond [a, b] a straight line. Error of the integral of a smooth f:
 * h⁴/384 times the third derivative of f, h = (b − a)/cells.
 */
export const integralTable = (f: (x: number) => number, a: number, b: number, cells = 1024): Curve => {
  if (!(b > a)) throw new RangeError(`integralTable: b must exceed a, got a = ${a}, b = ${b}`)
  const n = cells
  const h = (b - a) / n
  // [n + 1, 2]: the integral up to a node, and h f there.
  const table = new Float64Array(2 * (n + 1))
  let sum = 0
  for (let k = 0; k <= n; k++) {
    table[2 * k] = sum
    table[2 * k + 1] = h * f(a + k * h)
    for (let g = 0; k < n && g < gaussNodes.length; g++) sum += h * gaussWeights[g] * f(a + (k + gaussNodes[g]) * h)
  }
  const perWidth = 1 / h
  return {
    value: x => {
      const t = (x - a) * perWidth
      if (!(t >= 0)) return t * table[1]
      if (!(t < n)) return table[2 * n] + (t - n) * table[2 * n + 1]
      const k = t | 0
      const u = t - k
      const at = 2 * k
      const rise = table[at + 2] - table[at]
      const left = table[at + 1] - rise
      const right = table[at + 3] - rise
      return table[at] + u * (rise + (1 - u) * (left * (1 - u) - right * u))
    },
    derivative: x => {
      const t = (x - a) * perWidth
      if (!(t >= 0)) return table[1] * perWidth
      if (!(t < n)) return table[2 * n + 1] * perWidth
      const k = t | 0
      const u = t - k
      const at = 2 * k
      const rise = table[at + 2] - table[at]
      const left = table[at + 1] - rise
      const right = table[at + 3] - rise
      return perWidth * (rise + (1 - u) * left * (1 - 3 * u) + u * right * (3 * u - 2))
    },
  }
}

/** Coefficients of a quintic. */
const terms = 6
/** Chebyshev–Lobatto points on [0, 1]; the ends belong to them, so neighbouring pieces meet. */
const nodes = Float64Array.from({ length: terms }, (_, k) => (1 - Math.cos((k * Math.PI) / (terms - 1))) / 2)
/** Points between the nodes where a piece is held against the function. */
const probes = Float64Array.from({ length: terms - 1 }, (_, k) => (nodes[k] + nodes[k + 1]) / 2)
/** [terms, terms]: values at the nodes → coefficients of u^0 … u^5 (inverse of the Vandermonde matrix). */
const toCoefficients = vandermondeInverse()

function vandermondeInverse(): Float64Array {
  const inverse = new Float64Array(terms * terms)
  for (let k = 0; k < terms; k++) {
    // Lagrange polynomial of node k, built up factor by factor: Π (u − u_m)/(u_k − u_m).
    const p = new Float64Array(terms)
    p[0] = 1
    let degree = 0
    for (let m = 0; m < terms; m++) {
      if (m === k) continue
      const scale = 1 / (nodes[k] - nodes[m])
      degree++
      for (let j = degree; j >= 0; j--) p[j] = scale * ((j > 0 ? p[j - 1] : 0) - nodes[m] * p[j])
    }
    for (let j = 0; j < terms; j++) inverse[j * terms + k] = p[j]
  }
  return inverse
}

/** Equal cells a table starts from, and the most pieces one of them is split into. */
const coarseCells = 32
const mostPieces = 64

/**
 * A smooth function as piecewise quintics, for hot loops: about 5 ns a value whatever the function costs.
 * [a, b] is cut into equal cells, each split (1, 2, 4 … pieces) until the pieces meet the tolerance between their nodes.
 * Where a cell does not (a kink, a pole, not finite), and outside [a, b], the function itself is called.
 *
 * @param f       the function; it must not change
 * @param options `tolerance` (default 1e-10): |p − f| ≤ tolerance·max(|f|, floor); `floor` (default 0) in the unit of f
 * @returns       a curve, or undefined where fewer than half of the cells meet the tolerance (then keep f)
 */
export const tabulate = (
  f: Curve,
  a: number,
  b: number,
  options: { readonly tolerance?: number; readonly floor?: number } = {},
): Curve | undefined => {
  const { tolerance = 1e-10, floor = 0 } = options
  if (!(b > a)) throw new RangeError(`tabulate: b must exceed a, got a = ${a}, b = ${b}`)
  if (f.constant !== undefined) return f
  const width = (b - a) / coarseCells
  const pieces = new Int32Array(coarseCells)
  const first = new Int32Array(coarseCells)
  const stored: number[] = []
  const buffer = new Float64Array(mostPieces * terms)
  for (let cell = 0; cell < coarseCells; cell++) {
    first[cell] = stored.length
    for (let n = 1; n <= mostPieces && pieces[cell] === 0; n *= 2) {
      if (fits(f.value, a + cell * width, width / n, n, tolerance, floor, buffer)) pieces[cell] = n
    }
    for (let i = 0; i < pieces[cell] * terms; i++) stored.push(buffer[i])
  }
  if (pieces.filter(n => n > 0).length < coarseCells / 2) return undefined
  return pieceCurve(f, a, 1 / width, pieces, first, Float64Array.from(stored))
}

const fits = (
  f: (x: number) => number,
  start: number,
  h: number,
  n: number,
  tolerance: number,
  floor: number,
  out: Float64Array,
): boolean => {
  const values = new Float64Array(terms)
  for (let piece = 0; piece < n; piece++) {
    const x0 = start + piece * h
    const at = piece * terms
    for (let k = 0; k < terms; k++) values[k] = f(x0 + nodes[k] * h)
    for (let j = 0; j < terms; j++) {
      let c = 0
      for (let k = 0; k < terms; k++) c += toCoefficients[j * terms + k] * values[k]
      out[at + j] = c
    }
    for (const u of probes) {
      const exact = f(x0 + u * h)
      let p = out[at + terms - 1]
      for (let j = terms - 2; j >= 0; j--) p = p * u + out[at + j]
      // Written so that NaN and infinity fail.
      if (!(Math.abs(p - exact) <= tolerance * Math.max(Math.abs(exact), floor))) return false
    }
  }
  return true
}

/** The sign before a call of f tells the compiler of a hot loop that a number comes back: none is then boxed. */
const pieceCurve = (
  f: Curve,
  a: number,
  perWidth: number,
  pieces: Int32Array,
  first: Int32Array,
  c: Float64Array,
): Curve => ({
  value: x => {
    const t = (x - a) * perWidth
    if (!(t >= 0 && t < coarseCells)) return +f.value(x)
    const cell = t | 0
    const n = pieces[cell]
    if (n === 0) return +f.value(x)
    const s = (t - cell) * n
    const piece = s | 0
    const u = s - piece
    const k = first[cell] + piece * terms
    const uu = u * u
    return c[k] + u * c[k + 1] + uu * (c[k + 2] + u * c[k + 3] + uu * (c[k + 4] + u * c[k + 5]))
  },
  derivative: x => {
    const t = (x - a) * perWidth
    if (!(t >= 0 && t < coarseCells)) return +f.derivative(x)
    const cell = t | 0
    const n = pieces[cell]
    if (n === 0) return +f.derivative(x)
    const s = (t - cell) * n
    const piece = s | 0
    const u = s - piece
    const k = first[cell] + piece * terms
    const uu = u * u
    const slope = c[k + 1] + u * 2 * c[k + 2] + uu * (3 * c[k + 3] + u * 4 * c[k + 4] + uu * 5 * c[k + 5])
    return slope * n * perWidth
  },
})
