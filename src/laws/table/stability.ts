import { R } from '../../units.ts'
import { softest } from './held-convex.ts'
import { curvaturePlaces, type Room, roomOf } from './room.ts'
import type { HostTable } from './table.ts'
import type { TableThermodynamics } from './thermodynamics.ts'

/** What the free energy says of phases at one temperature. */
export type Stability = {
  readonly temperature: number
  /** True where Θ is positive definite at every content looked at. */
  readonly convex: boolean
  /** The softest content: smallest eigenvalue of Θ [J/mol], its standard error, its direction. */
  readonly softest: {
    readonly x: readonly number[]
    readonly curvature: number
    readonly standardError: number
    readonly direction: readonly number[]
  }
  /** Share of the room in which Θ has a negative eigenvalue (the spinodal region). */
  readonly share: number
  /**
   * Two contents on the line through the softest one along its soft direction: where Θ turns negative (the spinodal), and where
   * a common tangent of g along that line touches (an estimate of the coexisting phases; exact for one carrier). μ is then
   * constant between them, and a cell needs `gradient`.
   */
  readonly spinodal?: readonly [readonly number[], readonly number[]]
  readonly phases?: readonly [readonly number[], readonly number[]]
}

/** Components of a soft direction below this are none. */
const noPart = 1e-4
/** Points on the line of the tangent. */
const linePoints = 2000

/**
 * Where the free energy of a table is not convex: contents that part into two phases.
 *
 * Cost: some thousands of Θ.
 */
export const stabilityOf = (table: HostTable, thermodynamics: TableThermodynamics, T: number): Stability => {
  const room = roomOf(table)
  const { n } = room
  let [negative, count] = [0, 0]
  let lowest: { value: number; direction: Float64Array; x: Float64Array } = {
    value: Number.POSITIVE_INFINITY,
    direction: new Float64Array(n),
    x: new Float64Array(n),
  }
  for (const x of curvaturePlaces(room)) {
    const { value, direction } = softest(thermodynamics.potentialJacobian(x, T), n)
    count++
    if (value < 0) negative++
    // A trace has no part in how others part beside it.
    if (value < lowest.value) lowest = { value, direction: direction.map(d => (Math.abs(d) < noPart ? 0 : d)), x }
  }
  const { x, value, direction } = lowest
  const convex = negative === 0
  return {
    temperature: T,
    convex,
    softest: {
      x: [...x],
      curvature: value,
      standardError: thermodynamics.curvatureError(x, T, direction),
      direction: [...direction],
    },
    share: negative / count,
    ...(convex ? {} : boundaries(room, thermodynamics, T, x, direction)),
  }
}

/** Spinodal and common tangent on the line x + s d within the room. */
const boundaries = (
  room: Room,
  { freeEnergy, potentialJacobian }: TableThermodynamics,
  T: number,
  x: Float64Array,
  d: Float64Array,
): Pick<Stability, 'spinodal' | 'phases'> => {
  const { n } = room
  const [from, to] = lineWithin(room, x, d)
  const at = (k: number): Float64Array => x.map((v, i) => v + (from + ((to - from) * (k + 0.5)) / linePoints) * d[i])
  const points = Array.from({ length: linePoints }, (_, k) => at(k))
  const start = Math.min(Math.max(Math.round((-from / (to - from)) * linePoints - 0.5), 0), linePoints - 1)
  const bends = points.map(p => {
    const theta = potentialJacobian(p, T)
    let sum = 0
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += d[i] * theta[i * n + j] * d[j]
    return sum
  })
  let [left, right] = [start, start]
  while (left > 0 && bends[left - 1] < 0) left--
  while (right < linePoints - 1 && bends[right + 1] < 0) right++
  const g = points.map(p => freeEnergy(p, T))
  const [low, high] = tangentOver(g, start)
  return {
    spinodal: [[...points[left]], [...points[right]]],
    phases: [[...points[low]], [...points[high]]],
  }
}

/** Ends of the line x + s d inside the room. */
const lineWithin = ({ faces }: Room, x: Float64Array, d: Float64Array): [number, number] => {
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const { normal, offset } of faces) {
    const room = offset - normal.reduce((sum, v, i) => sum + v * x[i], 0)
    const rate = normal.reduce((sum, v, i) => sum + v * d[i], 0)
    if (rate > 0) to = Math.min(to, room / rate)
    if (rate < 0) from = Math.max(from, room / rate)
  }
  return [from, to]
}

/** The edge of the lower convex hull of g over equal steps that spans index `k` (monotone chain). */
const tangentOver = (g: readonly number[], k: number): [number, number] => {
  const hull: number[] = []
  for (let i = 0; i < g.length; i++) {
    for (;;) {
      const [b, a] = [hull.at(-1), hull.at(-2)]
      if (a === undefined || b === undefined || (g[b] - g[a]) * (i - a) < (g[i] - g[a]) * (b - a)) break
      hull.pop()
    }
    hull.push(i)
  }
  const high = hull.findIndex(i => i >= k)
  return high <= 0 ? [k, k] : [hull[high - 1], hull[high]]
}

/** A sentence for the notes of a host, empty where it is convex. */
export const stabilityNote = (s: Stability, carriers: readonly string[]): string => {
  if (s.convex) return ''
  const place = (x: readonly number[]): string =>
    carriers.map((c, i) => `${c} ${Number(x[i].toPrecision(3))}`).join(', ')
  const { curvature, standardError, x } = s.softest
  const phases = s.phases ? ` Phases of about ${place(s.phases[0])} and ${place(s.phases[1])}` : ''
  return `Not convex at ${s.temperature} K over ${Number((100 * s.share).toPrecision(2))} % of the room, worst at ${place(x)}: Θ ${Number((curvature / (R * s.temperature)).toPrecision(3))} RT, ± ${Number((standardError / (R * s.temperature)).toPrecision(2))}.${phases} coexist; a cell needs gradient coefficients.`
}
