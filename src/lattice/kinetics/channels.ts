/** The events of a lattice, both directions, sorted by the sites they use. */
import { refuse } from '../../error.ts'
import type { Lattice, LatticeEvent, Mover, Place } from '../lattice.ts'
import type { LatticeSupercell } from '../supercell.ts'

/** What a carrier on a site nearby adds to E_KRA and to ΔE [eV], by carrier, [n]. */
export type Near = { readonly Ekra: Float64Array; readonly energy: Float64Array }

export type ChannelMove = {
  readonly channel: Channel
  readonly event: number
  readonly reverse: boolean
  readonly code: number
  /** States of the involved sites. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly movers: readonly {
    readonly carrier: number
    readonly from: number
    readonly to: number
    readonly displacement: readonly number[]
  }[]
  /** By index of the read. */
  readonly near: Map<number, Near>
  /** ΔE beyond the fields [eV]. */
  energy: number
  readonly gains: readonly { readonly read: number; readonly limit: number; readonly weight: number }[]
}

export type Channel = {
  /** The involved sites, then those nearby. */
  readonly reads: Place[]
  readonly involved: number
  readonly plain: boolean
  /** Cells whose content may change a limit. */
  readonly filled: readonly (readonly number[])[]
  readonly moves: ChannelMove[]
}

/** Displacements are whole multiples of this [Å]: sums of them are exact up to 1e8 Å, in any order. */
export const step = 2 ** -26

/** Channels in the order of the site that their first ion leaves. Moves that can never be are left out. */
export const channelsOf = (
  lattice: Lattice,
  run: LatticeSupercell,
  pairHops: boolean,
  contents: boolean,
): Channel[] => {
  const found = new Map<string, Channel[]>()
  for (const [event, one] of lattice.events.entries()) {
    checkEvent(lattice, one, `events[${event}] (${one.family})`)
    if (!pairHops && one.movers.length > 1) continue
    for (const reverse of [false, true]) {
      const movers = one.movers.map(mover => (reverse ? { ...mover, from: mover.to, to: mover.from } : mover))
      addMove(lattice, run, found, { event, one, reverse, movers, contents })
    }
  }
  return [...found.values()].flat().sort((a, b) => a.reads[0].site - b.reads[0].site)
}

const checkEvent = (lattice: Lattice, event: LatticeEvent, field: string): void => {
  const n = lattice.carriers.length
  const { movers, Ekra, attemptFrequency, surroundings, byAmount } = event
  if (movers.length < 1 || movers.length > 2) refuse(`${field}.movers`, movers.length, 'one ion or two')
  for (const { carrier, from, to } of movers) {
    if (!(Number.isInteger(carrier) && carrier >= 0 && carrier < n))
      refuse(`${field}.movers`, carrier, `carriers from 0 to ${n - 1}`)
    for (const place of [from, to]) checkPlace(lattice, place, `${field}.movers`)
  }
  for (const { place, energy } of surroundings) {
    checkPlace(lattice, place, `${field}.surroundings`)
    if (energy.length !== n || !energy.every(Number.isFinite))
      refuse(`${field}.surroundings`, energy.length, `${n} finite energies, one for each carrier`)
  }
  if (!(Ekra >= 0 && Ekra < Infinity)) refuse(`${field}.Ekra`, Ekra, 'at least 0 eV, and finite')
  if (!(attemptFrequency > 0 && attemptFrequency < Infinity))
    refuse(`${field}.attemptFrequency`, attemptFrequency, 'above 0 per second, and finite')
  if (byAmount.length !== n || !byAmount.every(Number.isFinite))
    refuse(`${field}.byAmount`, byAmount.length, `${n} finite energies, one for each carrier`)
}

const checkPlace = (lattice: Lattice, { site, image }: Place, field: string): void => {
  const count = lattice.sites.length
  if (!(Number.isInteger(site) && site >= 0 && site < count)) refuse(field, site, `sites from 0 to ${count - 1}`)
  if (image.some((at, d) => !Number.isInteger(at) || (d >= lattice.dimension && at !== 0)))
    refuse(field, image.join(' '), `whole cells along the first ${lattice.dimension} vectors`)
}

type Directed = {
  readonly event: number
  readonly one: LatticeEvent
  readonly reverse: boolean
  readonly movers: readonly Mover[]
  readonly contents: boolean
}

const addMove = (lattice: Lattice, run: LatticeSupercell, found: Map<string, Channel[]>, move: Directed): void => {
  const n = lattice.carriers.length
  const home = move.movers[0].from.image
  const place = ({ site, image }: Place): Place => ({
    site,
    image: normal(
      run,
      image.map((c, d) => c - home[d]),
    ) as [number, number, number],
  })
  const reads: Place[] = []
  const readOf = (at: Place): number => {
    const index = reads.findIndex(other => other.site === at.site && other.image.every((c, d) => c === at.image[d]))
    return index >= 0 ? index : reads.push(at) - 1
  }
  const movers = move.movers.map(({ carrier, from, to }) => ({
    carrier,
    from: readOf(place(from)),
    to: readOf(place(to)),
    displacement: between(lattice, from, to),
  }))
  // two ions on one site, through images of a tiny supercell
  if (new Set(movers.map(({ from }) => from)).size < movers.length) return
  if (new Set(movers.map(({ to }) => to)).size < movers.length) return
  for (const { carrier, from, to } of movers)
    for (const end of [from, to]) if (lattice.siteEnergy[reads[end].site * n + carrier] === Infinity) return
  const involved = reads.length
  const before = reads.map((_, k) => 1 + (movers.find(({ from }) => from === k)?.carrier ?? -1))
  const after = reads.map((_, k) => 1 + (movers.find(({ to }) => to === k)?.carrier ?? -1))
  const code = before.reduceRight((sum, state) => sum * (n + 1) + state, 0)
  const gains = gainsOf(lattice, run, reads, before, after)
  const key = JSON.stringify(
    move.movers.flatMap(({ from, to }) => [from, to].map(p => [p.site, ...p.image.map((c, d) => c - home[d])])),
  )
  const channels = found.get(key) ?? []
  found.set(key, channels)
  let channel = channels.find(({ moves }) => moves.every(other => other.code !== code))
  if (!channel) {
    const plain = movers.length === 1 && involved === 2
    const limited = lattice.limits.some(({ per }) => per === 'cell')
    const between = reads.some(({ image }) => image.some((c, d) => c !== reads[0].image[d]))
    const cells = limited || (move.contents && between) ? reads.map(({ image }) => image) : []
    channel = { reads, involved, plain, filled: cells, moves: [] }
    channels.push(channel)
  }
  const near = new Map<number, Near>()
  for (const { place: at, energy } of move.one.surroundings) {
    const read = readIn(channel, place(at))
    // in a tiny supercell an image of a site of the move itself: it says nothing of the saddle
    if (read < involved) continue
    const sum = nearOf(near, read, n)
    for (let i = 0; i < n; i++) sum.Ekra[i] += energy[i]
  }
  const { event, reverse } = move
  channel.moves.push({ channel, event, reverse, code, before, after, movers, near, energy: 0, gains })
}

/** Index of a place among the reads of a channel; a new one is added. */
export const readIn = ({ reads }: Channel, place: Place): number => {
  const index = reads.findIndex(other => other.site === place.site && other.image.every((c, d) => c === place.image[d]))
  return index >= 0 ? index : reads.push(place) - 1
}

/** The entry of a read, made empty where there is none. */
export const nearOf = (near: Map<number, Near>, read: number, n: number): Near => {
  const found = near.get(read) ?? { Ekra: new Float64Array(n), energy: new Float64Array(n) }
  near.set(read, found)
  return found
}

/** Displacement of a hop, images counted [Å]. Sums of them lead to where `positionsOf` says an ion is, to the last bit. */
const between = (lattice: Lattice, from: Place, to: Place): number[] => {
  const { cell, sites } = positionsOf(lattice)
  return [0, 1, 2].map(a => {
    let x = sites[3 * to.site + a] - sites[3 * from.site + a]
    for (let v = 0; v < 3; v++) x += (to.image[v] - from.image[v]) * cell[3 * v + a]
    return x
  })
}

/** Vectors of the cell, [3, 3], and positions of its sites, [sites, 3], as whole multiples of `step` [Å]. */
export const positionsOf = ({
  cell,
  sites,
}: Lattice): { readonly cell: Float64Array; readonly sites: Float64Array } => {
  const whole = (x: number) => Math.round(x / step) * step
  return { cell: cell.map(whole), sites: Float64Array.from(sites.flatMap(({ position }) => position.map(whole))) }
}

/** Limits of single cells that a move may break. */
const gainsOf = (
  lattice: Lattice,
  run: LatticeSupercell,
  reads: readonly Place[],
  before: readonly number[],
  after: readonly number[],
) => {
  const cells = reads.map(({ image }) => normal(run, image).join())
  return lattice.limits.flatMap(({ weights, per }, limit) => {
    if (per !== 'cell') return []
    return cells.flatMap((cell, read) => {
      if (cells.indexOf(cell) !== read) return []
      let weight = 0
      for (const [k, other] of cells.entries()) {
        if (other !== cell) continue
        if (after[k] > 0) weight += weights[after[k] - 1]
        if (before[k] > 0) weight -= weights[before[k] - 1]
      }
      return weight > 0 ? [{ read, limit, weight }] : []
    })
  })
}

/** Offsets of cells that are the same in the supercell made one, the nearest; beyond open faces nothing is the same. */
export const normal = (run: LatticeSupercell, image: readonly number[]): number[] =>
  image.map((c, d) => {
    const a = run.size[d]
    if (!run.periodic[d]) return c
    const inside = ((c % a) + a) % a
    return 2 * inside > a ? inside - a : inside
  })
