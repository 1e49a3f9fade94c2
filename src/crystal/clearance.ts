import { refuse } from '../error.ts'
import { inverse } from '../math/mat3.ts'
import { elementOf } from './elements.ts'
import { faceDistances, fractionalPositions } from './lattice.ts'
import type { Structure } from './structure.ts'
import { type Surroundings, surroundingsOf } from './surroundings.ts'

/** Beyond this distance from every atom a point counts as free [Å]. */
const farthest = 6

/** Room where no atom is near [Å]. */
export const freeRoom = farthest - 2

/** Nearest atoms that decide where the middle of a void lies. */
const facing = 10

/** Room about points of a crystal. */
export type ClearanceMap = {
  /** min over atoms of |r − r_i| − R_i [Å], at a cartesian point r[at…at+2]. */
  at(r: ArrayLike<number>, at?: number): number
  /** Radii R_i [Å], [n]. */
  readonly radii: Float64Array
  readonly around: (r: ArrayLike<number>, at?: number) => Surroundings
}

/**
 * Clearance c(r) = min_i |r − r_i| − R_i: the radius of the largest ball that fits at r between atoms of radii R_i.
 *
 * @param radii  R by element [Å], in place of covalent radii
 */
export const clearanceMap = (structure: Structure, radii: Readonly<Record<string, number>> = {}): ClearanceMap => {
  const R = Float64Array.from(
    structure.species,
    symbol =>
      radii[symbol] ??
      elementOf(symbol)?.covalentRadius ??
      refuse(`radii.${symbol}`, undefined, 'a radius [Å] for an element that the table of covalent radii has not'),
  )
  const around = surroundingsOf(structure, farthest)
  const at = (r: ArrayLike<number>, offset = 0): number => {
    const { index, distance, count } = around(r, offset)
    let least = freeRoom
    for (let k = 0; k < count; k++) {
      const room = distance[k] - R[index[k]]
      if (room < least) least = room
    }
    return least
  }
  return { at, radii: R, around }
}

/** Points on a grid [points] and how many along each cell vector: point (i, j, k) is value[(i·n1 + j)·n2 + k]. */
export type Grid = { readonly shape: readonly [number, number, number]; readonly value: Float64Array }

/** Most points of a grid: 320 MB of numbers; at 0.25 Å a cell of 86 × 86 × 86 Å. */
const mostPoints = 4e7

/**
 * Points along each cell vector. Even counts put a point on inversion centres, and on what mirrors and axes pass through them.
 *
 * @param spacing  of the points, at most [Å]
 * @throws SimulationError (`input`) for a cell that would need too many
 */
export const gridShape = (A: ArrayLike<number>, spacing: number): readonly [number, number, number] => {
  const lengths = [0, 1, 2].map(i => Math.hypot(A[3 * i], A[3 * i + 1], A[3 * i + 2]))
  const [n0, n1, n2] = lengths.map(l => 2 * Math.max(2, Math.ceil(l / spacing / 2)))
  if (!(n0 * n1 * n2 <= mostPoints))
    refuse(
      'the cell',
      `${lengths.map(l => l.toFixed(1)).join(' × ')} Å`,
      `a cell of at most ${mostPoints} points ${spacing} Å apart where sites are looked for (86 × 86 × 86 Å), or a file that holds the carriers`,
    )
  return [n0, n1, n2]
}

/**
 * The least of a function of atom and distance over all atoms, on a grid: each atom paints the points within `reach`.
 *
 * @param spacing  of grid points along the cell vectors, at most [Å]
 * @param start    value of points that no atom reaches
 */
export const paintedGrid = (
  structure: Structure,
  o: {
    readonly spacing: number
    readonly reach: number
    readonly start: number
    readonly combine: (before: number, atom: number, distance: number) => number
  },
): Grid => {
  const { lattice: A } = structure
  const f = fractionalPositions(structure)
  const shape = gridShape(A, o.spacing)
  const [n0, n1, n2] = shape
  const value = new Float64Array(n0 * n1 * n2).fill(o.start)
  const margin = faceDistances(A).map(width => o.reach / width)
  const modulo = (k: number, n: number) => ((k % n) + n) % n
  for (let a = 0; a < structure.species.length; a++) {
    const [from, to] = [-1, 1].map(side =>
      shape.map((n, d) => Math[side < 0 ? 'ceil' : 'floor']((f[3 * a + d] + side * margin[d]) * n)),
    )
    for (let i = from[0]; i <= to[0]; i++) {
      const u = i / n0 - f[3 * a]
      for (let j = from[1]; j <= to[1]; j++) {
        const v = j / n1 - f[3 * a + 1]
        const row = (modulo(i, n0) * n1 + modulo(j, n1)) * n2
        for (let k = from[2]; k <= to[2]; k++) {
          const w = k / n2 - f[3 * a + 2]
          const x = u * A[0] + v * A[3] + w * A[6]
          const y = u * A[1] + v * A[4] + w * A[7]
          const z = u * A[2] + v * A[5] + w * A[8]
          const distance = Math.sqrt(x * x + y * y + z * z)
          if (distance > o.reach) continue
          const at = row + modulo(k, n2)
          value[at] = o.combine(value[at], a, distance)
        }
      }
    }
  }
  return { shape, value }
}

/** Grid points no lower than any of their 26 neighbours, as cartesian points [Å]. */
export const gridMaxima = ({ shape, value }: Grid, A: ArrayLike<number>, least: number): number[][] => {
  const [n0, n1, n2] = shape
  const found: number[][] = []
  const wrap = (k: number, n: number) => (k < 0 ? k + n : k >= n ? k - n : k)
  for (let i = 0; i < n0; i++)
    for (let j = 0; j < n1; j++)
      for (let k = 0; k < n2; k++) {
        const here = value[(i * n1 + j) * n2 + k]
        if (here < least) continue
        let highest = true
        for (let a = -1; a <= 1 && highest; a++)
          for (let b = -1; b <= 1 && highest; b++)
            for (let c = -1; c <= 1; c++)
              if (value[(wrap(i + a, n0) * n1 + wrap(j + b, n1)) * n2 + wrap(k + c, n2)] > here + 1e-9) {
                highest = false
                break
              }
        if (highest) found.push([0, 1, 2].map(d => (i / n0) * A[d] + (j / n1) * A[3 + d] + (k / n2) * A[6 + d]))
      }
  return found
}

/**
 * The local maximum of the clearance near a point: where the ball touches atoms on all sides. Each step solves the linear
 * programme max t, c_i + u_i·δ ≥ t over the nearest atoms (u_i from atom to point) by its vertices; the steps converge
 * quadratically, since the maximum of a least of distances is a vertex.
 *
 * @returns undefined where there is none within `within` [Å] of the start, or where no atom is near (vacuum)
 */
export const voidNear = (
  map: ClearanceMap,
  start: ArrayLike<number>,
  within: number,
): { readonly position: Float64Array; readonly clearance: number } | undefined => {
  const r = Float64Array.of(start[0], start[1], start[2])
  for (let step = 0; step < 100; step++) {
    const near = nearest(map, r)
    if (near.length === 0) return undefined // vacuum has no middle
    const vertex = bestVertex(near)
    const delta = vertex ?? near[0].u.map(c => 0.05 * c)
    const length = Math.hypot(...delta)
    const scale = Math.min(1, 0.15 / Math.max(length, 1e-12))
    for (let d = 0; d < 3; d++) r[d] += scale * delta[d]
    if (Math.hypot(r[0] - start[0], r[1] - start[1], r[2] - start[2]) > within) return undefined
    if (vertex && length < 1e-10) return { position: r, clearance: map.at(r) }
  }
  return undefined
}

type Facing = { readonly c: number; readonly u: readonly number[] }

const nearest = (map: ClearanceMap, r: Float64Array): Facing[] => {
  const { index, distance, vector, count } = map.around(r)
  const all: Facing[] = []
  for (let k = 0; k < count; k++) {
    const d = Math.max(distance[k], 1e-9)
    all.push({ c: d - map.radii[index[k]], u: [0, 1, 2].map(e => -vector[3 * k + e] / d) })
  }
  return all.sort((a, b) => a.c - b.c).slice(0, facing)
}

/** Displacement to the vertex of the linear programme that its multipliers prove optimal. */
const bestVertex = (atoms: readonly Facing[]): number[] | undefined => {
  const n = atoms.length
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++)
      for (let k = j + 1; k < n; k++)
        for (let l = k + 1; l < n; l++) {
          const [a, b, c, d] = [atoms[i], atoms[j], atoms[k], atoms[l]]
          const D = [
            b.u[0] - a.u[0],
            b.u[1] - a.u[1],
            b.u[2] - a.u[2],
            c.u[0] - a.u[0],
            c.u[1] - a.u[1],
            c.u[2] - a.u[2],
            d.u[0] - a.u[0],
            d.u[1] - a.u[1],
            d.u[2] - a.u[2],
          ]
          const det =
            D[0] * (D[4] * D[8] - D[5] * D[7]) - D[1] * (D[3] * D[8] - D[5] * D[6]) + D[2] * (D[3] * D[7] - D[4] * D[6])
          if (Math.abs(det) < 1e-6) continue
          const I = inverse(D)
          // Σ λ_i u_i = 0 with Σ λ_i = 1 and λ ≥ 0: no direction lifts all four
          const l1 = -(a.u[0] * I[0] + a.u[1] * I[3] + a.u[2] * I[6])
          const l2 = -(a.u[0] * I[1] + a.u[1] * I[4] + a.u[2] * I[7])
          const l3 = -(a.u[0] * I[2] + a.u[1] * I[5] + a.u[2] * I[8])
          if (l1 < -1e-9 || l2 < -1e-9 || l3 < -1e-9 || l1 + l2 + l3 > 1 + 1e-9) continue
          const rise = [a.c - b.c, a.c - c.c, a.c - d.c]
          const delta = [0, 1, 2].map(e => I[3 * e] * rise[0] + I[3 * e + 1] * rise[1] + I[3 * e + 2] * rise[2])
          const t = a.c + a.u[0] * delta[0] + a.u[1] * delta[1] + a.u[2] * delta[2]
          if (atoms.every(({ c: room, u }) => room + u[0] * delta[0] + u[1] * delta[1] + u[2] * delta[2] >= t - 1e-9))
            return delta
        }
  return undefined
}
