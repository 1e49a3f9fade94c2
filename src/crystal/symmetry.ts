import { analyze_cell, initSync, type MoyoDataset, space_group_type } from '@spglib/moyo-wasm'
import { refuse, SimulationError } from '../error.ts'
import { determinant, inverse, multiply } from '../math/mat3.ts'
import { fractionalPositions, toCartesian } from './lattice.ts'
import { neighbourList } from './neighbours.ts'
import { checkStructure, type Structure } from './structure.ts'

/** Atoms that fill a site in part and lie closer than this share it [Å]. */
const samePlace = 0.1

let ready = false

/**
 * Starts the symmetry finder from the bytes of `moyo_wasm_bg.wasm` (package `@spglib/moyo-wasm`), once. A browser fetches
 * them; in Node `loadSymmetry` of `load-symmetry.ts` reads them.
 */
export const initSymmetry = (bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): void => {
  if (!ready) initSync({ module: bytes })
  ready = true
}

/** f' = f·rotation + translation, both in fractional coordinates of the primitive cell; f is a row. */
export type Operation = {
  /** Whole numbers, [9]. */
  readonly rotation: ArrayLike<number>
  /** [3] */
  readonly translation: ArrayLike<number>
}

/** The space group of a crystal, with everything in the orientation and about the origin of the crystal as it was given. */
export type Symmetry = {
  /** 1 … 230 */
  readonly number: number
  /** Hermann and Mauguin's short symbol: `R -3`. */
  readonly symbol: string
  readonly pointGroup: string
  readonly crystalSystem: string
  readonly pearson: string
  /** A smallest cell of the same crystal. */
  readonly primitive: Structure
  /** Of the primitive cell; one for each element of the point group. */
  readonly operations: readonly Operation[]
  /** Primitive cells in the conventional cell: multiplicities of Wyckoff positions count the latter. */
  readonly centring: number
  /** Atom of the primitive cell for each one given, [n]. */
  readonly toPrimitive: Int32Array
  /** Lowest index, among those given, of the atoms equivalent to each, [n]. */
  readonly orbits: Int32Array
  /** Wyckoff letter of each atom given, [n]. */
  readonly wyckoff: readonly string[]
  /** Site symmetry of each atom given, oriented, [n]. */
  readonly siteSymmetry: readonly string[]
  /** Distance to which atoms coincide [Å], as asked. */
  readonly tolerance: number
}

/**
 * Space group, operations, orbits and primitive cell. Operations are those of the primitive cell: of a supercell the finder
 * keeps only what maps its lattice onto itself, so that orbits taken there would be too small.
 *
 * @param tolerance  to which atoms coincide [Å]
 * @throws SimulationError (`input`) for a structure that is none, overlapping atoms or a crystal that does not repeat in all
 *   directions; RangeError where `initSymmetry` was not called
 */
export const symmetryOf = (structure: Structure, o: { readonly tolerance?: number } = {}): Symmetry => {
  checkStructure(structure)
  const { tolerance = 0.01 } = o
  if (!(tolerance > 0 && tolerance < 1)) refuse('tolerance', tolerance, 'a number > 0 and < 1 [Å]')
  if (structure.periodic?.some(repeats => !repeats))
    refuse('structure.periodic', structure.periodic.join(', '), 'a crystal that repeats in all three directions')
  const whole = analyse(structure, tolerance)
  const { primitive, toPrimitive } = primitiveOf(structure, whole.dataset, tolerance)
  const { dataset: small, place } = analyse(primitive, tolerance)
  const type = space_group_type(small.number)
  const kinds = kindsOf(structure)
  const of = <T>(values: ArrayLike<T>): T[] => Array.from(toPrimitive, p => values[place[p]])
  return {
    number: small.number,
    symbol: small.hm_symbol,
    pointGroup: type.geometric_crystal_class,
    crystalSystem: type.crystal_system,
    pearson: small.pearson_symbol,
    primitive,
    operations: small.operations.map(({ rotation, translation }) => ({
      rotation: rotation.map(value => value + 0),
      translation,
    })),
    centring: small.std_cell.numbers.length / small.prim_std_cell.numbers.length,
    toPrimitive,
    orbits: lowest(of(small.orbits).map((orbit, i) => `${orbit} ${kinds[i]}`)),
    wyckoff: of(small.wyckoffs),
    siteSymmetry: of(small.site_symmetry_symbols),
    tolerance,
  }
}

/** Atoms that symmetry may exchange: the same element, filled as often. */
const kindsOf = ({ species, occupancy }: Structure): string[] =>
  species.map((symbol, i) => `${symbol} ${Math.round(1e4 * (occupancy?.[i] ?? 1))}`)

/** Atoms in part on the same place are one place, whose kind is what it holds. */
const placesOf = (structure: Structure) => {
  const { species, occupancy } = structure
  const kinds = kindsOf(structure)
  const place = Int32Array.from(species, (_, i) => i)
  if (occupancy?.some(share => share < 1)) {
    const { start, index } = neighbourList(structure, samePlace)
    for (let i = 0; i < species.length; i++)
      for (let k = start[i]; k < start[i + 1]; k++)
        if (occupancy[i] < 1 && occupancy[index[k]] < 1) place[i] = Math.min(place[i], place[index[k]])
  }
  const first = [...new Set(place)]
  const held = first.map(f =>
    kinds
      .filter((_, i) => place[i] === f)
      .sort()
      .join(' + '),
  )
  const numbers = new Map([...new Set(held)].map((name, k) => [name, k + 1]))
  return {
    first,
    place: place.map(f => first.indexOf(f)),
    numbers: held.map(name => numbers.get(name)!),
  }
}

const analyse = (structure: Structure, tolerance: number): { dataset: MoyoDataset; place: Int32Array } => {
  if (!ready)
    throw new RangeError('symmetry: call initSymmetry(bytes of moyo_wasm_bg.wasm) or, in Node, loadSymmetry() first')
  const f = fractionalPositions(structure)
  const { first, place, numbers } = placesOf(structure)
  const positions = first.map(i => Array.from(f.subarray(3 * i, 3 * i + 3)))
  try {
    const cell = { lattice: { basis: Array.from(structure.lattice) }, positions, numbers }
    return { dataset: analyze_cell(JSON.stringify(cell), tolerance, 'Standard'), place }
  } catch (cause) {
    throw new SimulationError(
      `structure: no space group at a tolerance of ${tolerance} Å; atoms that lie on one another or almost do, or a tolerance as long as bonds, are the usual reasons`,
      { code: 'input', at: 'structure', cause },
    )
  }
}

/** The cell given where it is primitive, else the finder's, turned back; each atom the mean of those that fold onto it. */
const primitiveOf = (structure: Structure, found: MoyoDataset, tolerance: number) => {
  const { species, labels, occupancy, oxidation, positions } = structure
  const small = rightHanded(multiply(found.prim_std_linear, structure.lattice))
  const cells = Math.round(Math.abs(determinant(structure.lattice) / determinant(small)))
  const lattice = cells === 1 ? structure.lattice : small
  const n = species.length
  const inside = fractionalPositions({ ...structure, lattice })
  const toPrimitive = new Int32Array(n).fill(-1)
  const groups: number[][] = []
  const kinds = kindsOf(structure)
  const near = Math.max(4 * tolerance, 0.05)
  for (let i = 0; i < n; i++) {
    const g = groups.findIndex(
      ([j]) => kinds[j] === kinds[i] && latticeDistance(inside, 3 * i, inside, 3 * j, lattice) < near,
    )
    if (g >= 0) groups[g].push(i)
    else groups.push([i])
    toPrimitive[i] = g >= 0 ? g : groups.length - 1
  }
  if (groups.some(group => group.length !== cells))
    throw new SimulationError(
      `structure: at a tolerance of ${tolerance} Å different atoms count as one, so that no primitive cell fits all of them; a smaller tolerance may help`,
      { code: 'method', at: 'symmetry' },
    )
  const mean = new Float64Array(3 * groups.length)
  groups.forEach((group, g) => {
    for (const i of group)
      for (let d = 0; d < 3; d++) {
        const offset = inside[3 * i + d] - inside[3 * group[0] + d]
        mean[3 * g + d] += (inside[3 * group[0] + d] + offset - Math.round(offset)) / group.length
      }
  })
  const pick = <T>(values: ArrayLike<T>): T[] => groups.map(([i]) => values[i])
  const { periodic: _periodic, fixed: _fixed, ...rest } = structure
  const primitive: Structure = {
    ...rest,
    species: pick(species),
    lattice,
    positions: cells === 1 ? positions : toCartesian(mean, lattice),
    ...(labels ? { labels: pick(labels) } : {}),
    ...(occupancy ? { occupancy: Float64Array.from(pick(occupancy)) } : {}),
    ...(oxidation ? { oxidation: Float64Array.from(pick(oxidation)) } : {}),
  }
  return { primitive, toPrimitive }
}

const rightHanded = (A: Float64Array): Float64Array => (determinant(A) > 0 ? A : A.map(value => -value))

/** Distance of two points modulo the lattice [Å], for points that lie close. */
export const latticeDistance = (
  f: ArrayLike<number>,
  at: number,
  g: ArrayLike<number>,
  to: number,
  A: ArrayLike<number>,
): number => {
  let [x, y, z] = [f[at] - g[to], f[at + 1] - g[to + 1], f[at + 2] - g[to + 2]]
  x -= Math.round(x)
  y -= Math.round(y)
  z -= Math.round(z)
  return Math.hypot(x * A[0] + y * A[3] + z * A[6], x * A[1] + y * A[4] + z * A[7], x * A[2] + y * A[5] + z * A[8])
}

/** Names classes by the lowest index in each. */
const lowest = (classes: readonly string[]): Int32Array => {
  const first = new Map<string, number>()
  classes.forEach((name, i) => {
    if (!first.has(name)) first.set(name, i)
  })
  return Int32Array.from(classes, name => first.get(name)!)
}

/** The operation as it acts on cartesian rows: r' = r·R + t, R [9], t [3] in Å. */
export const cartesianOperation = ({ rotation, translation }: Operation, A: ArrayLike<number>) => ({
  rotation: multiply(multiply(inverse(A), rotation), A),
  translation: toCartesian(translation, A),
})
