/**
 * The Cholesky factor in which transport is interpolated. Carriers in the order of their symbols, v the share of vacancies,
 *
 *   L = (v/RT) B diag(x_i d_i) Bᵀ,   B_ii = 1,   B_ij = x_i β_ij (i > j),
 *
 * so that any d_i > 0 and any β_ij give an L that is symmetric, positive semidefinite, and at its ends what it must be:
 * L_ii ∝ x_i, L_ij ∝ x_i x_j, all ∝ v. ln d_i and β_ij are smooth and finite there. d_i is v⁻¹RT L_ii/x_i of an ion alone, a rate, so
 * ln d_i is a straight line in 1/T for one barrier.
 * Source: computed: L_ij/√(x_i x_j) factored, with the roots that are not smooth taken out by hand
 */
import { symmetricEigen } from '../../math/symmetric-eigen.ts'
import { R } from '../../units.ts'
import { type Room, vacancyOf } from './room.ts'
import type { HostTable, TransportSample } from './table.ts'

/** One function of content: ln d of carrier i, or β of a pair i > j; in the order in which samples give them. */
export type Field =
  | { readonly kind: 'rate'; readonly i: number }
  | { readonly kind: 'pair'; readonly i: number; readonly j: number }

/** Rate of each carrier and its pairs with those before it, carriers in the order of their symbols: d_0, β_10, β_20, d_1, … */
export const fieldsOf = ({ n, order }: Room): readonly Field[] =>
  order.flatMap((i, rank) => [
    { kind: 'rate' as const, i },
    ...order.slice(rank + 1, n).map(k => ({ kind: 'pair' as const, i: k, j: i })),
  ])

/** A sample ready to be factored: scaled by RT/v, symmetric, semidefinite. */
export type Factorable = {
  readonly sample: number
  readonly x: readonly number[]
  readonly T: number
  /** RT L/v, [n, n], NaN where not determined. */
  readonly scaled: Float64Array
  readonly errors: Float64Array
}

/** Errors that are given as 0 are read as this share of √(L_ii L_jj). */
const leastError = 1e-4
/** Negative eigenvalues beyond this many standard errors are no accident. */
const farOut = 4

/**
 * The samples of transport that were determined. One that is not positive semidefinite is taken to the nearest that is, in
 * units of its diagonal, and named in the notes with how far that was.
 */
export const factorable = (table: HostTable, room: Room): { samples: Factorable[]; notes: string[] } => {
  const samples: Factorable[] = []
  const notes: string[] = []
  const left = table.transport.filter(s => s.determined === false).length
  if (left > 0)
    notes.push(`${left} of ${table.transport.length} samples of transport were not determined and are left out.`)
  let [moved, farthest] = [0, 0]
  for (const [s, sample] of table.transport.entries()) {
    if (sample.determined === false) continue
    const v = vacancyOf(room, sample.x)
    if (!(v > 0)) continue
    const { L, errors } = symmetric(sample, room.n)
    const distance = project(L, errors, room.n)
    if (distance > 0) moved++
    farthest = Math.max(farthest, distance)
    if (distance > farOut) {
      const where = table.carriers.map((c, i) => `${c} ${sample.x[i]}`).join(', ')
      notes.push(
        `Sample ${s} of transport (${where}, ${sample.T} K) is not positive semidefinite by ${three(distance)} standard errors: its errors are too small, or it is wrong.`,
      )
    }
    const scale = (R * sample.T) / v
    samples.push({
      sample: s,
      x: sample.x,
      T: sample.T,
      scaled: L.map(value => scale * value),
      errors: errors.map(value => scale * value),
    })
  }
  if (moved > 0)
    notes.push(
      `${moved} of ${samples.length} samples of transport ${moved === 1 ? 'was' : 'were'} not positive semidefinite and taken to the nearest that is, by ${three(farthest)} standard error${three(farthest) === '1' ? '' : 's'} at most.`,
    )
  return { samples, notes }
}

const three = (value: number): string => String(Number(value.toPrecision(3)))

/** L and its errors with both triangles averaged; NaN where either is missing. */
const symmetric = ({ L, LError }: TransportSample, n: number): { L: Float64Array; errors: Float64Array } => {
  const at = (list: readonly (number | null)[], i: number, j: number): number => list[i * n + j] ?? Number.NaN
  const mean = (list: readonly (number | null)[]): Float64Array =>
    Float64Array.from({ length: n * n }, (_, k) => {
      const [i, j] = [Math.floor(k / n), k % n]
      return (at(list, i, j) + at(list, j, i)) / 2
    })
  const values = mean(L)
  const size = (i: number): number => Math.abs(values[i * n + i]) || 0
  const errors = mean(LError).map((e, k) => Math.max(e, leastError * Math.sqrt(size(Math.floor(k / n)) * size(k % n))))
  return { L: values, errors }
}

/**
 * Takes L to the nearest positive semidefinite matrix in the frame where its diagonal is 1, in place.
 *
 * @returns the largest change in standard errors, 0 where nothing had to be done
 */
const project = (L: Float64Array, errors: Float64Array, n: number): number => {
  if (L.some(Number.isNaN)) return 0
  const root = Float64Array.from({ length: n }, (_, i) => Math.sqrt(Math.max(L[i * n + i], errors[i * n + i])) || 1)
  const scaled = L.map((v, k) => v / (root[Math.floor(k / n)] * root[k % n]))
  const values = Float64Array.from(scaled)
  const q = new Float64Array(n * n)
  symmetricEigen(values, n, q)
  let worst = 0
  for (let e = 0; e < n; e++) {
    const lambda = values[e * n + e]
    if (lambda >= -Number.EPSILON * n) continue
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const change = -lambda * q[i * n + e] * q[j * n + e] * root[i] * root[j]
        L[i * n + j] += change
        if (errors[i * n + j] > 0) worst = Math.max(worst, Math.abs(change) / errors[i * n + j])
      }
  }
  return worst
}

/**
 * Fills κ of RT L_ij = v x_i (δ_ij d_i + x_j κ_ij), symmetric [n, n], from d [n] and β [n, n] (i after j in `order`).
 */
export const couplingOf = (
  { n, order }: Room,
  x: ArrayLike<number>,
  d: Float64Array,
  beta: Float64Array,
  kappa: Float64Array,
): void => {
  for (let a = 0; a < n; a++) {
    const i = order[a]
    for (let b = 0; b <= a; b++) {
      const j = order[b]
      let sum = 0
      for (let c = 0; c < b; c++) {
        const k = order[c]
        sum += beta[i * n + k] * beta[j * n + k] * x[k] * d[k]
      }
      if (b < a) sum += beta[i * n + j] * d[j]
      kappa[i * n + j] = sum
      kappa[j * n + i] = sum
    }
  }
}

/**
 * What a sample says of one field, given those before it: d_i = RT L_ii/(v x_i) − x_i κ_ii, or β_ij from
 * RT L_ij/(v x_i x_j) = Σ_k β_ik β_jk x_k d_k + β_ij d_j, with its standard error; NaN where it says nothing.
 */
export const fieldValue = (
  { n, order }: Room,
  field: Field,
  { x, scaled, errors }: Factorable,
  d: Float64Array,
  beta: Float64Array,
): { readonly value: number; readonly error: number } => {
  const before = order.slice(0, order.indexOf(field.kind === 'rate' ? field.i : field.j))
  const { i } = field
  let known = 0
  if (field.kind === 'rate') {
    for (const k of before) known += beta[i * n + k] ** 2 * x[k] * d[k]
    if (!(x[i] > 0)) return { value: Number.NaN, error: Number.NaN }
    return { value: scaled[i * n + i] / x[i] - x[i] * known, error: errors[i * n + i] / x[i] }
  }
  const { j } = field
  for (const k of before) known += beta[i * n + k] * beta[j * n + k] * x[k] * d[k]
  if (!(x[i] > 0 && x[j] > 0)) return { value: Number.NaN, error: Number.NaN }
  return {
    value: (scaled[i * n + j] / (x[i] * x[j]) - known) / d[j],
    error: errors[i * n + j] / (x[i] * x[j] * d[j]),
  }
}
