import { readFileSync } from 'node:fs'
import { toCartesian } from '../../src/crystal/lattice.ts'
import { bottlenecks, findNetwork, percolation } from '../../src/crystal/network.ts'
import { pairOrbits } from '../../src/crystal/site-pairs.ts'
import { findSites } from '../../src/crystal/sites.ts'
import { pairMoves } from '../../src/migration/moves.ts'
import { argyrodite, chevrel, fluorite, layeredSulfide, olivine, rutile, spinel } from '../crystal/prototypes.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Sites, networks and moves: Mo6S8, known dimensions, and counts by CASM'
export const claim =
  'The voids of empty Mo6S8 are six inner and six outer sites in each cavity, one link joins an outer site to the next cavity, and ions get about in the directions that the structure types are known for; symmetry-distinct pair moves are as many as an independent enumeration finds.'
export const source =
  'derived: geometry of mp-2164 (worked out independently), structure types, libcasm-configuration 2.3.1'
export const equation = `
c(r) = min_i |r − r_i| − R_i, sites at its maxima among the anions
hop i → j where no third site k has d_ik² + d_kj² ≤ d_ij²
dimension = rank of the lattice that the cycles of the graph span`
export const why =
  'Distances of the table have three decimals: 0.0011 Å. Counts are whole numbers. A site off its special position, a lost image of a hop, an operation dropped in a supercell or a move counted twice with its reverse changes a row.'

type Reference = {
  readonly lattice: number[][]
  readonly host: [string, number[]][]
  readonly sites: number[][]
  readonly reach: number
  readonly counts: Record<string, { moves: number; multiplicities: number[] }>
}

export const run = (): readonly ValidationRow[] => {
  const rows: ValidationRow[] = []
  const distance = (quantity: string, theory: number, dualion: number) =>
    rows.push({ quantity, unit: 'Å', theory, dualion, tolerance: 1.1e-3, absolute: true })
  const count = (quantity: string, theory: number, dualion: number) =>
    rows.push({ quantity, theory, dualion, tolerance: 0, absolute: true })

  const sites = findSites(chevrel(), { carriers: ['Li', 'Mg'] })
  const network = findNetwork(sites, { cutoff: 5 })
  const [inner, outer] = sites.sublattices
  count('Mo6S8: inner sites in a cavity', 6, inner.count)
  count('outer sites in a cavity', 6, outer.count)
  distance('inner site to its four S', 2.565, inner.neighbours[3].distance)
  distance('outer site to its four S', 2.365, outer.neighbours[3].distance)
  const pairs = pairOrbits(sites, 3)
  const nearest = (from: number, to: number, k = 0) =>
    pairs.filter(pair => pair.from === from && pair.to === to)[k].distance
  distance('inner to inner', 0.826, nearest(0, 0))
  distance('inner to outer', 1.666, nearest(0, 1))
  distance('inner to outer, second', 1.825, nearest(0, 1, 1))
  distance('outer to outer of the next cavity', 2.255, nearest(1, 1))
  count('links from an outer site to the next cavity', 1, network.hops[3].perFrom)
  count('dimension', 3, percolation(network).dimension)
  distance(
    'longest hop needed along a',
    2.255,
    bottlenecks(
      network,
      network.hops.map(hop => hop.distance),
    )[0],
  )

  for (const [name, structure, carrier, cutoff, dimension] of [
    ['olivine LiFePO4, hops to 4 Å', olivine(), 'Li', 4, 1],
    ['rutile with Li in its channels, to 3 Å', rutile(), 'Li', 3, 1],
    ['layered NaCrS2', layeredSulfide(), 'Na', 6, 2],
    ['argyrodite, to 2.5 Å: cages', argyrodite(), 'Li', 2.5, 0],
    ['argyrodite, to 3 Å', argyrodite(), 'Li', 3, 3],
    ['spinel, 8a over 16c', spinel(), 'Mg', 3, 3],
    ['fluorite, F', fluorite(), 'F', 3, 3],
  ] as const) {
    const from = name.startsWith('spinel') ? 'voids' : 'file'
    const found = findNetwork(findSites(structure, { carriers: [carrier], from }), { cutoff })
    count(`dimension of ${name}`, dimension, percolation(found).dimension)
  }

  const reference: Record<string, Reference> = JSON.parse(
    readFileSync(new URL('../reference/casm/moves.json', import.meta.url), 'utf8'),
  ).structures
  for (const name of ['rockSalt', 'chevrel', 'chiral'])
    for (const kind of ['follow', 'together'] as const)
      count(`${name}: pair moves, ${kind}`, reference[name].counts[kind].moves, movesOf(reference[name], kind))
  return rows
}

/** Moves of Li and Mg of a kind that touch only sites no further apart than the reach. */
const movesOf = ({ lattice, host, sites, reach }: Reference, kind: 'follow' | 'together'): number => {
  const A = Float64Array.from(lattice.flat())
  const structure = {
    species: [...host.map(([symbol]) => symbol), ...sites.map(() => 'Li')],
    lattice: A,
    positions: toCartesian([...host.map(([, f]) => f), ...sites].flat(), A),
  }
  const found = findSites(structure, { carriers: ['Li'], merge: 0.1 })
  const network = findNetwork(found, { cutoff: reach, passing: true })
  return pairMoves(network, { carriers: ['Li', 'Mg'], separation: [0.05, reach], kinds: [kind] }).filter(
    ({ movers }) => {
      const places = movers.flatMap(({ from, to }) => [from.position, to.position])
      return places.every(a => places.every(b => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) <= reach + 1e-6))
    },
  ).length
}
