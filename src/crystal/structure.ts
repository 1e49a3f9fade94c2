import { refuse } from '../error.ts'
import { determinant } from '../math/mat3.ts'

/**
 * Atoms in a periodic cell, as plain data. Everything per atom is flat and in the order of `species`. A cell that is open
 * in a direction (a slab, a molecule) has vacuum there and says so in `periodic`.
 */
export type Structure = {
  /** Element symbols, [n]. */
  readonly species: readonly string[]
  /** Cell matrix A [Å], rows are the cell vectors, [9]; cartesian = fractional · A. */
  readonly lattice: Float64Array
  /** Cartesian positions r [Å], [n, 3]. */
  readonly positions: Float64Array
  /** Which cell vectors repeat; all where absent. */
  readonly periodic?: readonly [boolean, boolean, boolean]
  /** Names of the atoms in the file, [n]. */
  readonly labels?: readonly string[]
  /** Share of the cells in which the site is filled [–], [n]; 1 where absent. */
  readonly occupancy?: Float64Array
  /** Oxidation numbers [e], [n]. */
  readonly oxidation?: Float64Array
  /** 1 for each coordinate that stays where it is in a relaxation, [n, 3]; all move where absent. */
  readonly fixed?: Uint8Array
  /** What the file calls it. */
  readonly name?: string
}

export const atomCount = (structure: Structure): number => structure.species.length

/** Volume of the cell [Å³]. */
export const volume = (structure: Structure): number => Math.abs(determinant(structure.lattice))

/** The same atoms elsewhere: positions [n, 3] and, where given, another cell [9]. */
export const withPositions = (
  structure: Structure,
  positions: Float64Array,
  lattice = structure.lattice,
): Structure => ({
  ...structure,
  lattice,
  positions,
})

/** Composition in the order in which elements first appear: { Mo: 6, S: 8 }. */
export const composition = (structure: Structure): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  structure.species.forEach((symbol, i) => {
    counts[symbol] = (counts[symbol] ?? 0) + (structure.occupancy?.[i] ?? 1)
  })
  return counts
}

/** More atoms in the cell of a structure, after its own and free to move. Fields that only its own have are dropped. */
export const withAtoms = (
  structure: Structure,
  species: readonly string[],
  positions: ArrayLike<number>,
): Structure => {
  const all = new Float64Array(structure.positions.length + positions.length)
  all.set(structure.positions)
  all.set(positions, structure.positions.length)
  const { labels: _labels, occupancy: _occupancy, oxidation: _oxidation, fixed, ...rest } = structure
  return {
    ...rest,
    species: [...structure.species, ...species],
    positions: all,
    ...(fixed ? { fixed: Uint8Array.from(all, (_, k) => fixed[k] ?? 0) } : {}),
  }
}

/**
 * Refuse a structure that is none: arrays that do not fit, numbers that are none, a cell without volume.
 *
 * @param field  what to call it in the message
 */
export const checkStructure = (structure: Structure, field = 'structure'): void => {
  const { species, lattice, positions } = structure
  if (lattice.length !== 9) refuse(`${field}.lattice`, lattice.length, 'nine numbers, rows are the cell vectors [Å]')
  if (positions.length !== 3 * species.length)
    refuse(
      `${field}.positions`,
      positions.length,
      `${3 * species.length} numbers, three for each of ${species.length} atoms`,
    )
  if (structure.fixed && structure.fixed.length !== positions.length)
    refuse(`${field}.fixed`, structure.fixed.length, `${positions.length} flags, one for each coordinate`)
  if (species.length === 0) refuse(`${field}.species`, 0, 'at least one atom')
  for (const [what, numbers] of [
    ['lattice', lattice],
    ['positions', positions],
  ] as const) {
    const bad = numbers.findIndex(value => !Number.isFinite(value))
    if (bad >= 0) refuse(`${field}.${what}[${bad}]`, numbers[bad], 'a finite number [Å]')
  }
  if (!(volume(structure) > 1e-6)) refuse(`${field}.lattice`, volume(structure), 'a cell with a volume > 0 [Å³]')
}
