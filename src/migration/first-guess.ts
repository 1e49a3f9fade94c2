import { type NeighbourList, neighbourList } from '../crystal/neighbours.ts'
import { type Structure, withPositions } from '../crystal/structure.ts'
import { inverse } from '../math/mat3.ts'
import { lbfgs } from '../solve/lbfgs.ts'
import { largestOf } from '../solve/stepper.ts'
import { type Band, bandForces, newBand } from './band.ts'

/** Pairs further apart than this [Å] in start, middle and end have no say: their weight 1/d⁴ is a few percent of a bond's. */
const reach = 5
/** An atom that moves less than this [Å] keeps its neighbours: at the reach a pair's say changes by percents of percents. */
const hardly = 0.3
/** Distances are taken no shorter than this in weights [Å]. */
const shortest = 0.2
/** Steps and largest force [Å⁻³] of the search; it is only a guess. */
const [stepLimit, tolerance] = [200, 0.02]

/**
 * Images on the straight line from one state to the other.
 *
 * @param images  images in all, the two ends included
 */
export const straightPath = (start: Structure, final: Structure, images: number): Band => {
  const band = newBand(images, start.positions.length)
  for (let i = 0; i < images; i++) {
    const t = i / (images - 1)
    for (let k = 0; k < band.size; k++)
      band.R[i * band.size + k] = start.positions[k] + t * (final.positions[k] - start.positions[k])
  }
  return band
}

/**
 * First guess of a path by the image-dependent pair potential: the band of least
 *
 *   S_i(R) = Σ_pairs (d − d_i)²/d⁴,  d_i = (1 − t_i) d_start + t_i d_final
 *
 * whose pair distances change as evenly as they can; atoms do not run into each other as on a straight line. Atoms that
 * would meet head-on are first moved a little to the side, always the same way.
 *
 * @param final  matched to the start (`matchAtoms`)
 * @param fixed  1 for coordinates that keep to the line, [3n]
 * Cost linear in the atoms, no call of an engine. Source: Smidstrup2014
 */
export const idppPath = (start: Structure, final: Structure, images: number, fixed?: Uint8Array): Band => {
  const band = straightPath(start, final, images)
  const pairs = pairsOf(start, final)
  const { size } = band
  if (pairs.count === 0) return band
  if (headOn(band, pairs)) sidestep(band, fixed)
  const G = new Float64Array((images - 2) * size)
  const step = new Float64Array(G.length)
  const moving = band.R.subarray(size, (images - 1) * size)
  const stepper = lbfgs({ size: G.length, maxStep: 0.1, curvature: 2, memory: 20 })
  for (let n = 0; n < stepLimit; n++) {
    for (let i = 1; i < images - 1; i++) pairForces(band, i, pairs)
    bandForces(band, { spring: 0.1, climber: -1 }, G)
    if (fixed) for (let k = 0; k < G.length; k++) if (fixed[k % size]) G[k] = 0
    if (largestOf(G, 3) < tolerance) break
    stepper.step(moving, G, step)
    for (let k = 0; k < step.length; k++) moving[k] += step[k]
  }
  return band
}

type Pairs = {
  readonly count: number
  /** Atoms i and j of each pair, [count, 2]. */
  readonly atoms: Int32Array
  /** Lattice vector to add to r_j − r_i, [count, 3]. */
  readonly shift: Float64Array
  /** Distances in the start and in the final state, [count]. */
  readonly before: Float64Array
  readonly after: Float64Array
}

const displacement = (a: Structure, b: Structure, i: number): number => {
  let sum = 0
  for (let k = 3 * i; k < 3 * i + 3; k++) sum += (b.positions[k] - a.positions[k]) ** 2
  return Math.sqrt(sum)
}

/** Pairs that are near at the start, at the end or half way, each periodic image by itself. */
const pairsOf = (start: Structure, final: Structure): Pairs => {
  const middle = final.positions.map((x, k) => (x + start.positions[k]) / 2)
  const n = start.species.length
  const B = inverse(start.lattice)
  const seen = new Set<number>()
  const atoms: number[] = []
  const shift: number[] = []
  const before: number[] = []
  const after: number[] = []
  const cells = (x: number, y: number, z: number, d: number) => Math.round(x * B[d] + y * B[3 + d] + z * B[6 + d]) + 4
  const distance = (r: Float64Array, i: number, j: number, x: number, y: number, z: number) =>
    Math.hypot(r[3 * j] - r[3 * i] + x, r[3 * j + 1] - r[3 * i + 1] + y, r[3 * j + 2] - r[3 * i + 2] + z)
  // of atoms that hardly move the start knows the neighbours
  const moves = Uint8Array.from({ length: n }, (_, i) => (displacement(start, final, i) > hardly ? 1 : 0))
  let list: NeighbourList | undefined
  for (const structure of [start, final, withPositions(start, middle)]) {
    const isFirst = structure === start
    list = neighbourList(structure, reach, list, isFirst ? undefined : moves)
    const { start: from, index, delta } = list
    const r = structure.positions
    for (let m = 0; m < n; m++)
      for (let p = from[m]; p < from[m + 1]; p++) {
        // each pair once; beyond the start only movers know theirs. An atom and its own image keep their distance
        const swapped = index[p] < m
        if (index[p] === m || (swapped && (isFirst || moves[index[p]] > 0))) continue
        const [i, j, sign] = swapped ? [index[p], m, -1] : [m, index[p], 1]
        const either = moves[i] + moves[j] > 0
        const x = sign * delta[3 * p] - r[3 * j] + r[3 * i]
        const y = sign * delta[3 * p + 1] - r[3 * j + 1] + r[3 * i + 1]
        const z = sign * delta[3 * p + 2] - r[3 * j + 2] + r[3 * i + 2]
        if (either) {
          const key = (i * n + j) * 729 + 81 * cells(x, y, z, 0) + 9 * cells(x, y, z, 1) + cells(x, y, z, 2)
          if (seen.has(key)) continue
          seen.add(key)
        }
        atoms.push(i, j)
        shift.push(x, y, z)
        before.push(distance(start.positions, i, j, x, y, z))
        after.push(distance(final.positions, i, j, x, y, z))
      }
  }
  return {
    count: before.length,
    atoms: Int32Array.from(atoms),
    shift: Float64Array.from(shift),
    before: Float64Array.from(before),
    after: Float64Array.from(after),
  }
}

/** S and −∂S/∂R of image i into the band. */
const pairForces = (band: Band, i: number, { count, atoms, shift, before, after }: Pairs): void => {
  const { R, forces: F, size } = band
  const t = i / (band.images - 1)
  const base = i * size
  F.fill(0, base, base + size)
  let energy = 0
  for (let p = 0; p < count; p++) {
    const a = base + 3 * atoms[2 * p]
    const b = base + 3 * atoms[2 * p + 1]
    const dx = R[b] - R[a] + shift[3 * p]
    const dy = R[b + 1] - R[a + 1] + shift[3 * p + 1]
    const dz = R[b + 2] - R[a + 2] + shift[3 * p + 2]
    const d = Math.max(Math.sqrt(dx * dx + dy * dy + dz * dz), shortest)
    const off = d - ((1 - t) * before[p] + t * after[p])
    const weight = 1 / (d * d * d * d)
    energy += weight * off * off
    // −dS/dd · (unit vector), on b
    const pull = (-2 * off * weight * (1 - (2 * off) / d)) / d
    F[a] -= pull * dx
    F[a + 1] -= pull * dy
    F[a + 2] -= pull * dz
    F[b] += pull * dx
    F[b + 1] += pull * dy
    F[b + 2] += pull * dz
  }
  band.energies[i] = energy
}

/** True where two atoms come nearer on the straight line than half the least of their distances at its ends. */
const headOn = (band: Band, { count, atoms, shift, before, after }: Pairs): boolean => {
  const { R, size } = band
  for (let i = 1; i < band.images - 1; i++)
    for (let p = 0; p < count; p++) {
      const a = i * size + 3 * atoms[2 * p]
      const b = i * size + 3 * atoms[2 * p + 1]
      const d = Math.hypot(
        R[b] - R[a] + shift[3 * p],
        R[b + 1] - R[a + 1] + shift[3 * p + 1],
        R[b + 2] - R[a + 2] + shift[3 * p + 2],
      )
      if (d < 0.5 * Math.min(before[p], after[p])) return true
    }
  return false
}

/** Bends every atom's line to a side that depends on its number alone; at most 0.15 Å half way, none for atoms at rest. */
const sidestep = (band: Band, fixed?: Uint8Array): void => {
  const { R, size, images } = band
  const last = (images - 1) * size
  for (let a = 0; a < size; a += 3) {
    if (fixed?.[a]) continue
    const way = [0, 1, 2].map(d => R[last + a + d] - R[a + d])
    if (Math.hypot(...way) < 0.2) continue
    const angle = 1 + 2.4 * (a / 3) // the golden angle: neighbours go different ways
    const any = [Math.cos(angle), Math.sin(angle), Math.sin(2 * angle + 0.5)]
    const side = [0, 1, 2].map(d => way[(d + 1) % 3] * any[(d + 2) % 3] - way[(d + 2) % 3] * any[(d + 1) % 3])
    const length = Math.hypot(...side) || 1
    for (let i = 1; i < images - 1; i++) {
      const bend = 0.15 * Math.sin((Math.PI * i) / (images - 1))
      for (let d = 0; d < 3; d++) R[i * size + a + d] += (bend * side[d]) / length
    }
  }
}
