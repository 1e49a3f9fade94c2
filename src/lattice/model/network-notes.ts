import { components } from '../../crystal/percolation.ts'
import { refuse } from '../../error.ts'
import type { Lattice } from '../lattice.ts'

/** What cannot move, in sentences: carriers without hops, sublattices nothing leaves, groups of sites that lead nowhere. */
export const networkNotes = (lattice: Lattice): string[] => {
  const { carriers, events } = lattice
  if (events.length === 0) return []
  return carriers.flatMap(({ symbol }, c) => {
    const edges = edgesOf(lattice, c)
    if (edges.length === 0) return [`${symbol} has no hops: it stays where it is put`]
    const parts = components(lattice.sites.length, edges)
    const notes: string[] = []
    const still = parts.filter(
      part => part.nodes.length === 1 && part.dimension === 0 && sits(lattice, part.nodes[0], c),
    )
    const stuck = kindsOf(
      lattice,
      still.flatMap(part => part.nodes),
    )
    if (stuck.length > 0) notes.push(`${symbol} can sit on ${stuck.join(', ')} sites that no hop leaves`)
    const closed = parts.filter(part => part.nodes.length > 1 && part.dimension === 0)
    if (closed.length > 0) {
      const nodes = closed.flatMap(part => part.nodes)
      notes.push(
        `${symbol} cannot leave groups of ${kindsOf(lattice, nodes).join(', ')} sites (${closed.map(part => part.nodes.length).join(', ')} sites): its hops do not connect one group with the next`,
      )
    }
    const ways = parts.filter(part => part.dimension > 0)
    const most = Math.max(0, ...ways.map(part => part.dimension))
    if (most > 0 && most < lattice.dimension)
      notes.push(`${symbol} gets along in ${most} of ${lattice.dimension} directions only`)
    if (ways.length > 1) notes.push(`${symbol} has ${ways.length} networks of hops that do not meet`)
    return notes
  })
}

/**
 * Refuse a lattice in which a carrier cannot get from cell to cell: its diffusivity would be zero, whatever the temperature.
 *
 * @param carriers  indices of those that are asked about
 */
export const requireMobile = (lattice: Lattice, carriers: readonly number[]): void => {
  if (lattice.events.length === 0)
    refuse('hops', 'no possible event', 'a model with hops, for anything that takes time')
  const names = carriers
    .filter(c => components(lattice.sites.length, edgesOf(lattice, c)).every(part => part.dimension === 0))
    .map(c => lattice.carriers[c].symbol)
  if (names.length > 0)
    refuse(
      'hops',
      `${names.join(', ')} without a way from cell to cell`,
      'hops that connect the cells for every carrier that is there',
    )
}

const edgesOf = ({ events }: Lattice, carrier: number) =>
  events.flatMap(({ movers }) =>
    movers
      .filter(mover => mover.carrier === carrier)
      .map(({ from, to }) => ({
        from: from.site,
        to: to.site,
        image: [to.image[0] - from.image[0], to.image[1] - from.image[1], to.image[2] - from.image[2]] as const,
      })),
  )

const sits = ({ siteEnergy, carriers }: Lattice, site: number, c: number): boolean =>
  siteEnergy[site * carriers.length + c] < Number.POSITIVE_INFINITY

const kindsOf = ({ sites, sublattices }: Lattice, nodes: readonly number[]): string[] => [
  ...new Set(nodes.map(node => sublattices[sites[node].sublattice])),
]
