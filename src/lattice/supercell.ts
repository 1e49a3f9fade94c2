import { refuse } from '../error.ts'
import type { Lattice, Place } from './lattice.ts'

/**
 * A run of whole cells of a lattice. Site index = cell·perCell + site; cell index = (i·size₁ + j)·size₂ + k, so a layer i along
 * the first vector is one stretch of indices.
 */
export type LatticeSupercell = {
  readonly size: readonly [number, number, number]
  /** Whether it repeats along each vector; what lies beyond an open face does not exist. */
  readonly periodic: readonly [boolean, boolean, boolean]
  readonly cells: number
  /** Sites of one cell. */
  readonly perCell: number
  readonly sites: number
  readonly formulaUnits: number
}

/**
 * A supercell of `size` cells.
 *
 * @param options.open    directions with an open face (slabs); the others repeat
 * @param options.images  `refuse` (default) a size so small that a site meets another, or itself, over two ways; `count` every
 *                        way as an interaction of its own, as exact enumerations of tiny cells do
 * @throws SimulationError (`input`) for a size that is not whole, beyond the dimension, or too small
 */
export const latticeSupercell = (
  lattice: Lattice,
  size: readonly [number, number, number],
  options: { readonly open?: readonly [boolean, boolean, boolean]; readonly images?: 'refuse' | 'count' } = {},
): LatticeSupercell => {
  const { open = [false, false, false], images = 'refuse' } = options
  for (let d = 0; d < 3; d++) {
    if (!(Number.isInteger(size[d]) && size[d] >= 1))
      refuse(`size[${d}]`, size[d], 'a whole number of cells, at least 1')
    if (d >= lattice.dimension && size[d] !== 1)
      refuse(`size[${d}]`, size[d], `1: ${lattice.name} repeats along its first ${lattice.dimension} vectors only`)
  }
  const cells = size[0] * size[1] * size[2]
  const perCell = lattice.sites.length
  if (cells * perCell > mostSites) refuse('size', size.join(' × '), `at most ${mostSites} sites`)
  const run: LatticeSupercell = {
    size,
    periodic: [!open[0], !open[1], !open[2]],
    cells,
    perCell,
    sites: cells * perCell,
    formulaUnits: cells * lattice.formulaUnits,
  }
  if (images === 'refuse') refuseImages(lattice, run)
  return run
}

/** Indices are 32-bit whole numbers, and the tables several numbers a site. */
const mostSites = 2 ** 26

/** Index of the site at `place` counted from `cell`; −1 beyond an open face. */
export const siteAt = (run: LatticeSupercell, cell: number, place: Place): number => {
  const [, b, c] = run.size
  const k = cell % c
  const rest = (cell - k) / c
  const j = rest % b
  const x = wrapped(run, 0, (rest - j) / b + place.image[0])
  const y = wrapped(run, 1, j + place.image[1])
  const z = wrapped(run, 2, k + place.image[2])
  return x < 0 || y < 0 || z < 0 ? -1 : ((x * b + y) * c + z) * run.perCell + place.site
}

const wrapped = (run: LatticeSupercell, d: number, at: number): number => {
  const size = run.size[d]
  if (run.periodic[d]) return ((at % size) + size) % size
  return at < 0 || at >= size ? -1 : at
}

/** `place` counted from the cell of `from`. */
export const placeFrom = (from: Place, place: Place): Place => ({
  site: place.site,
  image: [place.image[0] - from.image[0], place.image[1] - from.image[1], place.image[2] - from.image[2]],
})

/** The way `place` is reached from a home cell, one text for ways that are the same in the supercell. */
export const wayKey = (run: LatticeSupercell, place: Place): string =>
  `${place.site} ${place.image.map((at, d) => (run.periodic[d] ? ((at % run.size[d]) + run.size[d]) % run.size[d] : at)).join(' ')}`

/** Refuses a size in which two different ways of the clusters lead from one site to the same, or back to itself. */
const refuseImages = (lattice: Lattice, run: LatticeSupercell): void => {
  const reach = [1, 1, 1]
  let label: string | undefined
  for (let site = 0; site < run.perCell; site++) {
    const home: Place = { site, image: [0, 0, 0] }
    const ways = new Map<string, Place>([[`${site} 0 0 0`, home]])
    for (const cluster of lattice.clusters) {
      for (const from of cluster.places) {
        if (from.site !== site) continue
        for (const to of cluster.places) {
          const way = placeFrom(from, to)
          const exact = `${way.site} ${way.image.join(' ')}`
          if (ways.has(exact)) continue
          for (const other of ways.values()) {
            if (other.site !== way.site) continue
            const apart = way.image.map((at, d) => Math.abs(at - other.image[d]))
            for (let d = 0; d < 3; d++) if (run.periodic[d]) reach[d] = Math.max(reach[d], apart[d] + 1)
            if (wayKey(run, other) === wayKey(run, way)) label ??= cluster.label
          }
          ways.set(exact, way)
        }
      }
    }
  }
  if (label !== undefined)
    refuse('size', run.size.join(' × '), `at least ${reach.join(' × ')}, else the cluster ${label} meets its own image`)
}
