import { quarticSplines, splineReach } from './b-spline.ts'
import { invertSmall } from './small-matrix.ts'

/** One face of a convex domain: normal·x ≤ offset. */
export type HalfSpace = { readonly normal: readonly number[]; readonly offset: number }

/**
 * Functions of n variables on a convex domain as products of quartic B-splines on equal cells, along axes u = A x that need
 * not be those of x. Coefficients stand in a full array of all products; only those that reach the domain are unknowns.
 */
export type TensorSpline = {
  readonly n: number
  /** A [n, n]: row a is axis a as a linear form of x. */
  readonly axes: Float64Array
  /** u of the first node of each axis, [n]. */
  readonly start: Float64Array
  /** Cells per unit of u, [n]. */
  readonly perWidth: Float64Array
  readonly cells: Int32Array
  /** Steps in the array of coefficients along each axis, [n]. */
  readonly strides: Int32Array
  /** Entry of the full array → unknown, −1 where it does not reach the domain. */
  readonly unknown: Int32Array
  readonly size: number
}

/**
 * @param o.faces     of the domain
 * @param o.vertices  of the domain, [·][n]
 * @param o.margin    how far beyond a face the spline must still be defined, in parts of |offset| (or of the extent)
 */
export const tensorSpline = (o: {
  readonly axes: readonly (readonly number[])[]
  readonly cells: readonly number[]
  readonly faces: readonly HalfSpace[]
  readonly vertices: readonly (readonly number[])[]
  readonly margin: number
}): TensorSpline => {
  const n = o.axes.length
  const axes = Float64Array.from(o.axes.flat())
  const along = (x: readonly number[], a: number): number => x.reduce((sum, v, i) => sum + axes[a * n + i] * v, 0)
  const start = new Float64Array(n)
  const perWidth = new Float64Array(n)
  const strides = new Int32Array(n)
  let all = 1
  for (let a = n - 1; a >= 0; a--) {
    const ends = o.vertices.map(x => along(x, a))
    const [low, high] = [Math.min(...ends), Math.max(...ends)]
    start[a] = low - o.margin * (high - low)
    perWidth[a] = o.cells[a] / ((1 + 2 * o.margin) * (high - low))
    strides[a] = all
    all *= o.cells[a] + splineReach - 1
  }
  const space = { n, axes, start, perWidth, cells: Int32Array.from(o.cells), strides }
  const unknown = reaching(space, all, o)
  let size = 0
  for (let k = 0; k < all; k++) if (unknown[k] >= 0) unknown[k] = size++
  return { ...space, unknown, size }
}

/** 0 where a product reaches a cell that no face of the widened domain cuts off whole, −1 elsewhere. */
const reaching = (
  { n, axes, start, perWidth, cells, strides }: Omit<TensorSpline, 'unknown' | 'size'>,
  all: number,
  o: {
    readonly faces: readonly HalfSpace[]
    readonly vertices: readonly (readonly number[])[]
    readonly margin: number
  },
): Int32Array => {
  const inverse = Float64Array.from(axes)
  if (!invertSmall(inverse, 0, n)) throw new RangeError('tensorSpline: the axes must be independent')
  // Faces as g·u ≤ c: g = A⁻ᵀ normal.
  const faces = o.faces.map(({ normal, offset }) => {
    const reach = o.vertices.map(x => normal.reduce((sum, v, i) => sum + v * x[i], 0))
    const extent = Math.max(...reach) - Math.min(...reach)
    return {
      g: Array.from({ length: n }, (_, a) => normal.reduce((sum, v, i) => sum + v * inverse[i * n + a], 0)),
      c: offset + o.margin * extent,
    }
  })
  const found = new Int32Array(all).fill(-1)
  const cell = new Int32Array(n)
  const count = cells.reduce((product, c) => product * c, 1)
  for (let k = 0; k < count; k++) {
    for (let a = n - 1, rest = k; a >= 0; rest = Math.floor(rest / cells[a]), a--) cell[a] = rest % cells[a]
    const cut = faces.some(({ g, c }) => {
      let least = 0
      for (let a = 0; a < n; a++) least += g[a] * (start[a] + (cell[a] + (g[a] > 0 ? 0 : 1)) / perWidth[a])
      return least > c
    })
    if (cut) continue
    const base = cell.reduce((sum, at, a) => sum + at * strides[a], 0)
    forStencil(n, strides, offset => {
      found[base + offset] = 0
    })
  }
  return found
}

/** The products that reach into one cell: offsets from its first one, and the place along each axis. */
const forStencil = (
  n: number,
  strides: Int32Array,
  visit: (offset: number, digits: Int32Array, k: number) => void,
): void => {
  const digits = new Int32Array(n)
  for (let k = 0; k < splineReach ** n; k++) {
    let offset = 0
    for (let a = n - 1, rest = k; a >= 0; rest = Math.floor(rest / splineReach), a--) {
      digits[a] = rest % splineReach
      offset += digits[a] * strides[a]
    }
    visit(offset, digits, k)
  }
}

/** What the unknowns of one cell give at a point: weights of the value, of ∂/∂x_i and of ∂²/∂x_i∂x_j. */
export type Stencil = {
  /** Unknowns, [5ⁿ]. */
  readonly unknowns: Int32Array
  readonly value: Float64Array
  /** [n][5ⁿ] */
  readonly gradient: readonly Float64Array[]
  /** [n·n][5ⁿ] */
  readonly hessian: readonly Float64Array[]
}

/** Weights of the unknowns at a point of the domain (for setting up fits; hot loops use `tensor-spline-value`). */
export const stencilAt = (space: TensorSpline, x: ArrayLike<number>): Stencil => {
  const { n, axes, start, perWidth, cells, strides, unknown } = space
  const count = splineReach ** n
  const basis = Array.from({ length: n }, () => new Float64Array(3 * splineReach))
  let base = 0
  for (let a = 0; a < n; a++) {
    let u = -start[a]
    for (let i = 0; i < n; i++) u += axes[a * n + i] * x[i]
    u *= perWidth[a]
    const cell = Math.min(Math.max(Math.floor(u), 0), cells[a] - 1)
    quarticSplines(u - cell, basis[a])
    base += cell * strides[a]
  }
  for (let a = 0; a < n; a++)
    for (let k = 0; k < splineReach; k++) {
      basis[a][splineReach + k] *= perWidth[a]
      basis[a][2 * splineReach + k] *= perWidth[a] * perWidth[a]
    }
  const unknowns = new Int32Array(count)
  /** The product of the splines along all axes, differentiated along two of them (−1: not). */
  const product = (digits: Int32Array, first: number, second: number): number => {
    let result = 1
    for (let a = 0; a < n; a++) {
      const times = (a === first ? 1 : 0) + (a === second ? 1 : 0)
      result *= basis[a][times * splineReach + digits[a]]
    }
    return result
  }
  const value = new Float64Array(count)
  const gradient = Array.from({ length: n }, () => new Float64Array(count))
  const hessian = Array.from({ length: n * n }, () => new Float64Array(count))
  forStencil(n, strides, (offset, digits, k) => {
    unknowns[k] = unknown[base + offset]
    value[k] = product(digits, -1, -1)
    for (let a = 0; a < n; a++) {
      const slope = product(digits, a, -1)
      for (let i = 0; i < n; i++) gradient[i][k] += axes[a * n + i] * slope
      for (let b = 0; b < n; b++) {
        const bend = product(digits, a, b)
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) hessian[i * n + j][k] += axes[a * n + i] * axes[b * n + j] * bend
      }
    }
  })
  return { unknowns, value, gradient, hessian }
}

/** The unknowns that reach each cell of the domain, [5ⁿ] each. */
export const cellUnknowns = ({ n, cells, strides, unknown }: TensorSpline): Int32Array[] => {
  const count = cells.reduce((product, c) => product * c, 1)
  const found: Int32Array[] = []
  for (let k = 0; k < count; k++) {
    let base = 0
    for (let a = n - 1, rest = k; a >= 0; rest = Math.floor(rest / cells[a]), a--)
      base += (rest % cells[a]) * strides[a]
    const all = new Int32Array(splineReach ** n)
    forStencil(n, strides, (offset, _, m) => {
      all[m] = unknown[base + offset]
    })
    if (all.every(u => u >= 0)) found.push(all)
  }
  return found
}

/** Weights of a difference by its order. */
export const differenceWeights = { 1: [-1, 1], 2: [1, -2, 1], 3: [-1, 3, -3, 1] } as const

/**
 * Differences of neighbouring coefficients along an axis, order + 1 unknowns each: their squares are its roughness. What the
 * data leave open stays as it is (order 1), goes on as a line (order 2) or a parabola (order 3).
 */
export const differencesAlong = (
  { unknown, strides, cells }: TensorSpline,
  axis: number,
  order: 1 | 2 | 3,
): Int32Array[] => {
  const found: Int32Array[] = []
  for (let k = 0; k < unknown.length; k++) {
    let place = k
    for (let a = 0; a < axis; a++) place %= strides[a]
    place = Math.floor(place / strides[axis])
    if (place + order >= cells[axis] + splineReach - 1) continue
    const line = Int32Array.from({ length: order + 1 }, (_, m) => unknown[k + m * strides[axis]])
    if (line.every(u => u >= 0)) found.push(line)
  }
  return found
}

/** Coefficients by unknown → the full array that evaluation reads; 0 where nothing reaches. */
export const spreadOut = (
  { unknown }: TensorSpline,
  coefficient: (unknown: number) => number,
  out: Float64Array = new Float64Array(unknown.length),
): Float64Array => {
  for (let k = 0; k < unknown.length; k++) out[k] = unknown[k] < 0 ? 0 : coefficient(unknown[k])
  return out
}
