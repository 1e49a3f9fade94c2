/** How energies reach the events: what is fixed for a move, what sites nearby add, and whom a changed site concerns. */
import { refuse } from '../../error.ts'
import { type Hamiltonian, hamiltonian } from '../hamiltonian.ts'
import type { Lattice, Place } from '../lattice.ts'
import { type LatticeSupercell, latticeSupercell, siteAt } from '../supercell.ts'
import { type Channel, type ChannelMove, nearOf, normal, readIn } from './channels.ts'

/** A channel, `image` cells from where it would be if the site (or cell) lay in the home cell. */
export type Link = { readonly channel: number; readonly image: readonly number[] }

/**
 * The fields (see `Hamiltonian`) hold ΔE of a move but for the clusters that lie over two or more of its own sites:
 *
 *   ΔE = Σ_d [field(d, after) − field(d, before)] + fixed + Σ_q near(q, σ_q)
 *
 * `fixed` is what is found with all other sites empty; clusters of three add one site more. Nothing is approximate: with clusters
 * of four or more sites over two of a move, near(q, ·) would depend on a second site, and the lattice is refused.
 * Sets `energy` and `near` of the moves and the reads of the channels.
 *
 * @returns `linked`: by site of the cell, the channels that one must look at again when it changes; the last: when a cell fills
 */
export const couplingsOf = (
  lattice: Lattice,
  run: LatticeSupercell,
  channels: readonly Channel[],
  contents: boolean,
) => {
  const closed = closedRun(lattice, run)
  const energies = hamiltonian(lattice, closed)
  const openFaces = run.periodic.includes(false)
  const interacting = lattice.clusters.length > 0 || openFaces
  const sigma = energies.occupation()
  for (const channel of channels)
    for (const move of channel.moves)
      if (interacting) couple(energies, closed, run, sigma, channel, move)
      else move.energy = siteEnergies(lattice, move)
  const perCell = lattice.sites.length
  const linked: Link[][] = Array.from({ length: perCell + 1 }, () => [])
  for (const [index, channel] of channels.entries()) {
    for (const place of concerns(energies, closed, run, channel, interacting))
      linked[place.site].push({ channel: index, image: place.image })
    const gains = new Set(channel.moves.flatMap(({ gains }) => gains.map(({ read }) => read)))
    // whose rates are told apart by contents hears of all that it uses
    if (contents) for (let k = 0; k < channel.involved; k++) gains.add(k)
    for (const read of gains) linked[perCell].push({ channel: index, image: channel.reads[read].image })
  }
  return { interacting, linked }
}

const siteEnergies = (lattice: Lattice, { channel, before, after }: ChannelMove): number => {
  const n = lattice.carriers.length
  let sum = 0
  for (let k = 0; k < channel.involved; k++) {
    const { site } = channel.reads[k]
    if (after[k] > 0) sum += lattice.siteEnergy[site * n + after[k] - 1]
    if (before[k] > 0) sum -= lattice.siteEnergy[site * n + before[k] - 1]
  }
  return sum
}

const couple = (
  energies: Hamiltonian,
  closed: LatticeSupercell,
  run: LatticeSupercell,
  sigma: Uint8Array,
  channel: Channel,
  move: ChannelMove,
): void => {
  const { carriers: n } = energies.tables
  const sites = channel.reads.slice(0, channel.involved).map(place => siteAt(closed, 0, place))
  const { before, after } = move
  /** ΔE less what the fields hold of it. */
  const rest = (): number => {
    let sum = 0
    sites.forEach((s, k) => {
      sigma[s] = before[k]
    })
    sites.forEach((s, k) => {
      sum -= energies.local(sigma, s, after[k]) - energies.local(sigma, s, before[k])
    })
    // one site after the other, clusters over several counted as they come
    sites.forEach((s, k) => {
      sum += energies.local(sigma, s, after[k]) - energies.local(sigma, s, before[k])
      sigma[s] = after[k]
    })
    sites.forEach(s => {
      sigma[s] = 0
    })
    return sum
  }
  move.energy = rest()
  for (const q of shared(energies, sites)) {
    const values = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      sigma[q] = i + 1
      values[i] = rest() - move.energy
      sigma[q] = 0
    }
    if (values.every(value => value === 0)) continue
    const read = readIn(channel, placeOf(closed, run, q))
    const near = nearOf(move.near, read, n)
    for (let i = 0; i < n; i++) near.energy[i] += values[i]
  }
}

/** Sites besides `sites` in a cluster over two of them; refuses clusters that hold two such sites. */
const shared = ({ tables }: Hamiltonian, sites: readonly number[]): number[] => {
  const { kind, row, others, memberStart, memberOthers } = tables
  const found = new Set<number>()
  for (const s of sites) {
    let k = row[s]
    for (let m = memberStart[kind[s]]; m < memberStart[kind[s] + 1]; m++) {
      const members = Array.from(others.subarray(k, k + memberOthers[m]))
      k += memberOthers[m]
      if (!members.some(o => sites.includes(o))) continue
      const rest = members.filter(o => !sites.includes(o))
      if (rest.length > 1)
        refuse(
          'clusters',
          `${members.length + 1} sites over a hop`,
          'at most 3 sites in a cluster that a hop meets twice',
        )
      for (const q of rest) found.add(q)
    }
  }
  return [...found]
}

/** All places whose change alters a move of the channel. */
const concerns = (
  energies: Hamiltonian,
  closed: LatticeSupercell,
  run: LatticeSupercell,
  channel: Channel,
  interacting: boolean,
): Place[] => {
  const places = new Map<string, Place>()
  const add = (place: Place) => places.set(`${place.site} ${place.image.join(' ')}`, place)
  channel.reads.forEach(add)
  if (interacting) {
    const { touched, touchedStart } = energies.tables
    for (const place of channel.reads.slice(0, channel.involved)) {
      const s = siteAt(closed, 0, place)
      for (let k = touchedStart[s]; k < touchedStart[s + 1]; k++) add(placeOf(closed, run, touched[k]))
    }
  }
  return [...places.values()]
}

/**
 * The supercell for finding couplings: it repeats in every direction and is small, but tiny only where `run` is (images count
 * there), so that a place in it is a place in `run`.
 */
const closedRun = (lattice: Lattice, run: LatticeSupercell): LatticeSupercell => {
  const places = [
    ...lattice.clusters.map(({ places }) => places),
    ...lattice.events.map(({ movers }) => movers.flatMap(({ from, to }) => [from, to])),
  ]
  const size = run.size.map((a, d) => {
    if (d >= lattice.dimension) return 1
    const reach = places.map(group => {
      const at = group.map(({ image }) => image[d])
      return Math.max(...at) - Math.min(...at)
    })
    // a site of the event, its neighbour, and a neighbour of that; both ways
    const wide = 2 * (3 * Math.max(1, ...reach) + 1)
    return run.periodic[d] ? Math.min(a, wide) : wide === a ? wide + 1 : wide
  })
  return latticeSupercell(lattice, size as [number, number, number], { images: 'count' })
}

/** A site of the closed supercell as a place from its first cell; along open directions the nearer way round. */
const placeOf = (closed: LatticeSupercell, run: LatticeSupercell, s: number): Place => {
  const { size, perCell } = closed
  const site = s % perCell
  const cell = (s - site) / perCell
  const k = cell % size[2]
  const j = ((cell - k) / size[2]) % size[1]
  const i = (cell - k - j * size[2]) / (size[2] * size[1])
  const image = [i, j, k].map((c, d) => (size[d] === run.size[d] || 2 * c < size[d] ? c : c - size[d]))
  return { site, image: normal(run, image) as [number, number, number] }
}
