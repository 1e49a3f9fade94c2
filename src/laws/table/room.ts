import { invertSmall } from '../../math/small-matrix.ts'
import type { HalfSpace } from '../../math/tensor-spline.ts'
import { R } from '../../units.ts'
import { floorContent } from '../site-free-energy.ts'
import type { HostTable } from './table.ts'

/** The contents that a table's limits allow, and the ideal free energy of the sites on them. */
export type Room = {
  readonly n: number
  readonly carriers: readonly string[]
  /** Carriers by symbol, so that a table written in another order gives the same numbers. */
  readonly order: readonly number[]
  /** ω/max of each limit, [limits, n]. */
  readonly share: Float64Array
  /** Sites m a formula unit, and those that are the vacancies of each limit. */
  readonly sites: number
  readonly vacancySites: Float64Array
  readonly faces: readonly HalfSpace[]
  /** Corners, [·][n]. */
  readonly vertices: readonly (readonly number[])[]
  /** Most of each carrier alone, [n]. */
  readonly most: Float64Array
}

/** How far beyond the room, in parts of it, a table still answers: where Newton iterates stray. */
export const reach = 0.03
const insideBy = 1e-9

export const roomOf = ({ carriers, limits, ideal }: HostTable): Room => {
  const n = carriers.length
  const sites = ideal.sublattices.reduce((sum, s) => sum + s.sites, 0)
  const normals = limits.map(l => carriers.map(c => l.weights[c] ?? 0))
  const faces: HalfSpace[] = [
    ...carriers.map((_, i) => ({ normal: carriers.map((_, j) => (i === j ? -1 : 0)), offset: 0 })),
    ...limits.map((l, k) => ({ normal: normals[k], offset: l.max })),
  ]
  return {
    n,
    carriers,
    order: carriers.map((_, i) => i).sort((a, b) => (carriers[a] < carriers[b] ? -1 : 1)),
    share: Float64Array.from(limits.flatMap((l, k) => normals[k].map(w => w / l.max))),
    sites,
    vacancySites: Float64Array.from(ideal.vacancySites ?? limits.map(() => sites)),
    faces,
    vertices: verticesOf(faces, n),
    most: Float64Array.from(carriers, (_, i) =>
      Math.min(...limits.map((l, k) => (normals[k][i] > 0 ? l.max / normals[k][i] : Number.POSITIVE_INFINITY))),
    ),
  }
}

/** Corners of a polytope: every n faces that meet in one point inside all others. */
const verticesOf = (faces: readonly HalfSpace[], n: number): number[][] => {
  const found: number[][] = []
  const visit = (chosen: readonly HalfSpace[], from: number): void => {
    if (chosen.length < n) {
      for (let f = from; f < faces.length; f++) visit([...chosen, faces[f]], f + 1)
      return
    }
    const m = Float64Array.from(chosen.flatMap(f => f.normal))
    if (!invertSmall(m, 0, n)) return
    const x = chosen.map((_, i) => chosen.reduce((sum, f, j) => sum + m[i * n + j] * f.offset, 0))
    if (!x.every(Number.isFinite)) return
    const size = Math.max(1, ...faces.map(f => Math.abs(f.offset)))
    if (faces.every(f => dot(f.normal, x) <= f.offset + insideBy * size)) found.push(x)
  }
  visit([], 0)
  return found
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i], 0)

/** Share of limit k that is free, v_k = 1 − Σ ω x/max. */
export const freeShare = ({ n, share }: Room, k: number, x: ArrayLike<number>): number => {
  let v = 1
  for (let i = 0; i < n; i++) v -= share[k * n + i] * x[i]
  return v
}

/** Π v_k over the limits that are a lack of sites, ≥ 0: how L ends in the full host. */
export const vacancyOf = (room: Room, x: ArrayLike<number>): number => {
  let product = 1
  for (let k = 0; k < room.vacancySites.length; k++) {
    if (room.vacancySites[k] > 0) product *= Math.max(freeShare(room, k, x), 0)
  }
  return product
}

/** RT[Σ x_i ln(x_i/m) + Σ_k m_k v_k ln v_k] [J/mol]. */
export const idealEnergy = (room: Room, x: ArrayLike<number>, T: number): number => {
  let sum = 0
  for (let i = 0; i < room.n; i++) if (x[i] > 0) sum += x[i] * Math.log(x[i] / room.sites)
  for (let k = 0; k < room.vacancySites.length; k++) {
    const v = Math.max(freeShare(room, k, x), floorContent)
    sum += room.vacancySites[k] * v * Math.log(v)
  }
  return R * T * sum
}

/** Adds scale·RT[1 + ln(x_i/m) − Σ_k m_k (ω_i/max)_k (1 + ln v_k)] to out, [n]. */
export const addIdealPotential = (room: Room, x: ArrayLike<number>, RT: number, out: Float64Array): void => {
  const { n, share, sites, vacancySites } = room
  for (let i = 0; i < n; i++) out[i] += RT * (1 + Math.log(Math.max(x[i], floorContent) / sites))
  for (let k = 0; k < vacancySites.length; k++) {
    if (vacancySites[k] === 0) continue
    const ln = RT * vacancySites[k] * (1 + Math.log(Math.max(freeShare(room, k, x), floorContent)))
    for (let i = 0; i < n; i++) out[i] -= share[k * n + i] * ln
  }
}

/** Adds RT[δ_ij/x_i + Σ_k m_k ω_i ω_j/(max² v_k)] to out, [n, n]. */
export const addIdealJacobian = (room: Room, x: ArrayLike<number>, RT: number, out: Float64Array): void => {
  const { n, share, vacancySites } = room
  for (let i = 0; i < n; i++) out[i * n + i] += RT / Math.max(x[i], floorContent)
  for (let k = 0; k < vacancySites.length; k++) {
    if (vacancySites[k] === 0) continue
    const stiff = (RT * vacancySites[k]) / Math.max(freeShare(room, k, x), floorContent)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) out[i * n + j] += stiff * (share[k * n + i] * share[k * n + j])
  }
}

/**
 * Content as a table may be asked for it: itself inside the room and a little beyond, else the nearest place on the way to the
 * empty host, in `scratch`.
 */
export const withinReach = (room: Room, x: ArrayLike<number>, scratch: Float64Array): ArrayLike<number> => {
  const { n, share, most, vacancySites } = room
  if (n === 2 && vacancySites.length === 1) {
    // Most calls of a cell end here.
    const x0 = x[0]
    const x1 = x[1]
    if (x0 >= -reach * most[0] && x1 >= -reach * most[1] && share[0] * x0 + share[1] * x1 <= 1 + reach) return x
  }
  let stray = false
  let fill = 0
  for (let i = 0; i < n; i++) if (!(x[i] >= -reach * most[i])) stray = true
  for (let k = 0; k < vacancySites.length; k++) {
    let used = 0
    for (let i = 0; i < n; i++) used += share[k * n + i] * x[i]
    if (used > fill) fill = used
  }
  if (!stray && fill <= 1 + reach) return x
  for (let i = 0; i < n; i++) scratch[i] = x[i] > 0 ? x[i] : Math.max(x[i], -reach * most[i])
  let used = 0
  for (let k = 0; k < vacancySites.length; k++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += share[k * n + i] * scratch[i]
    used = Math.max(used, sum)
  }
  if (used > 1 + reach) for (let i = 0; i < n; i++) scratch[i] *= (1 + reach) / used
  return scratch
}

/**
 * Contents spread over the room: a lattice of about `count` points, those inside every limit, each ion and each limit with
 * `least` of its range at least.
 */
export const contentsIn = (room: Room, count: number, least: number): Float64Array[] => {
  const { n, most } = room
  const lines = Math.max(3, Math.round((count * [1, 1, 2, 6][n]) ** (1 / n)))
  const found: Float64Array[] = []
  for (let k = 0; k < lines ** n; k++) {
    const x = new Float64Array(n)
    for (let i = 0, rest = k; i < n; i++, rest = Math.floor(rest / lines))
      x[i] = most[i] * (least + (1 - 2 * least) * ((rest % lines) / (lines - 1)))
    let inside = true
    for (let l = 0; l < room.vacancySites.length; l++) if (freeShare(room, l, x) < least) inside = false
    if (inside) found.push(x)
  }
  return found
}

/** Contents at which curvature is looked at, by number of carriers. */
const looked = [0, 1000, 2000, 2000] as const
/** Contents nearer to an end than this share of the room are stable: there the logarithms rule. */
const stableEnd = 2e-3
/** What is left of an ion that is not there, as a share of its room. */
const trace = 1e-6

/**
 * Contents at which a free energy is held against being convex: over the room, and where one of several ions is all but absent. Its
 * logarithm stiffens its own direction only; the others may part there as if they were alone.
 *
 * @param fineness factor on their number along each axis
 */
export const curvaturePlaces = (room: Room, fineness = 1): Float64Array[] => {
  const { n, most } = room
  const inside = contentsIn(room, looked[n] * fineness ** n, stableEnd)
  if (n === 1) return inside
  const beside = inside.flatMap(x =>
    Array.from(x, (content, i) => ({ content, i })).flatMap(({ content, i }) =>
      content > most[i] * stableEnd * 1.001 ? [] : [x.map((own, j) => (i === j ? most[i] * trace : own))],
    ),
  )
  return [...inside, ...beside]
}
