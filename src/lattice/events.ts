/** The events of a lattice as flat tables: what may happen around a cell, and what must be looked at again after it did. */
import { refuse } from '../error.ts'
import { type Channel, channelsOf, normal } from './channels.ts'
import { couplingsOf } from './event-couplings.ts'
import { type Hamiltonian, hamiltonian } from './hamiltonian.ts'
import type { Lattice } from './lattice.ts'
import type { LatticeSupercell } from './supercell.ts'

/**
 * A *channel* is a set of sites that an event may use, seen from the cell of its first ion: the sites it involves first (at most
 * four), then those that change its rate. A *move* is a channel with carriers: an event of the lattice in one direction. Tables
 * are the same for every cell; the slot of channel j in cell c is c·channels + j.
 */
export type EventTables = {
  readonly lattice: Lattice
  readonly run: LatticeSupercell
  readonly energies: Hamiltonian
  readonly channels: number
  readonly moves: number
  /** True where energies change with the surroundings; else the energy of a move is a number of its own. */
  readonly interacting: boolean

  /** Site of the cell that the first ion leaves, by channel. Channels stand in its order. */
  readonly fromSite: Int32Array
  /** Sites a channel involves, and whether it is a plain hop: from the first to the second, which is empty. */
  readonly involved: Uint8Array
  readonly plain: Uint8Array
  /** What a channel reads, [channels + 1] into `readCell` [·, 3] and `readSite`. */
  readonly readStart: Int32Array
  readonly readCell: Int32Array
  readonly readSite: Int32Array
  /** Move by the code Σ_k σ_k (n+1)^k of the involved sites, −1 for none, from codeStart[channel] on. */
  readonly codeStart: Int32Array
  readonly moveOf: Int32Array

  /** By move: channel, index of the lattice's event, 1 for its reverse. */
  readonly channelOf: Int32Array
  readonly eventOf: Int32Array
  readonly reverse: Uint8Array
  /** ln ν₀, E_KRA [eV] without surroundings, by amount [moves, n]. */
  readonly logFrequency: Float64Array
  readonly Ekra: Float64Array
  readonly byAmount: Float64Array
  /** What the fields of the involved sites miss of ΔE [eV] (all of it where nothing interacts). */
  readonly energy: Float64Array
  /** States of the involved sites before and after, [moves, 4]. */
  readonly before: Uint8Array
  readonly after: Uint8Array
  /** Ions of a move: carrier, index of the involved site it leaves and enters, displacement [Å] in multiples of `step`, [·, 3]. */
  readonly moverStart: Int32Array
  readonly moverCarrier: Int32Array
  readonly moverFrom: Int32Array
  readonly moverTo: Int32Array
  readonly displacement: Float64Array
  /** Sites nearby: which read, what each carrier there adds to E_KRA and to ΔE [eV], [·, n]. */
  readonly nearStart: Int32Array
  readonly nearRead: Int32Array
  readonly nearEkra: Float64Array
  readonly nearEnergy: Float64Array
  /** Cells that a move fills up: read whose cell it is, limit, by how much. */
  readonly gainStart: Int32Array
  readonly gainRead: Int32Array
  readonly gainLimit: Int32Array
  readonly gain: Float64Array

  /** Cells around an executed channel, [channels + 1] into `patchCell` [·, 3]. */
  readonly patchStart: Int32Array
  readonly patchCell: Int32Array
  /** Where the channel's own involved sites lie in its patch, [channels, 4]. */
  readonly ownPatch: Int32Array
  /**
   * After it: groups of channels that leave one site, [channels + 1] into `groupPatch`, `groupSite`, `groupChanged` (a site of the
   * event itself) and `entryStart`; their channels in `entryChannel`; each read's cell in the patch in `entryPatch`.
   */
  readonly groupStart: Int32Array
  readonly groupPatch: Int32Array
  readonly groupSite: Int32Array
  readonly groupChanged: Uint8Array
  readonly entryStart: Int32Array
  readonly entryChannel: Int32Array
  readonly entryReadStart: Int32Array
  readonly entryPatch: Int32Array
}

/**
 * Compiles the events of a lattice for a supercell.
 *
 * @param options.pairHops  false leaves out every event of more than one ion and keeps all else
 * @throws SimulationError (`input`) where the lattice has no event, or one that cannot be
 */
export const compileEvents = (
  lattice: Lattice,
  run: LatticeSupercell,
  options: { readonly pairHops?: boolean } = {},
): EventTables => {
  const { pairHops = true } = options
  const n = lattice.carriers.length
  const states = n + 1
  const channels = channelsOf(lattice, run, pairHops)
  if (channels.length === 0)
    refuse('events', lattice.events.length, pairHops ? 'at least one possible event' : 'at least one event of one ion')
  const { interacting, linked } = couplingsOf(lattice, run, channels)
  const moves = channels.flatMap(({ moves }) => moves)
  const indexOf = new Map(channels.map((channel, j) => [channel, j]))
  const codes = channels.map(({ involved }) => states ** involved)
  const codeStart = starts(codes)
  const moveOf = new Int32Array(codeStart[channels.length]).fill(-1)
  moves.forEach((move, m) => {
    moveOf[codeStart[indexOf.get(move.channel)!] + move.code] = m
  })
  const near = moves.map(({ near }) => [...near.entries()])
  const reads = channels.map(({ reads }) => reads)
  const patches = channels.map(channel => patchOf(channel, channels, linked, run))
  const groups = patches.map(({ groups }) => groups)
  const entries = groups.flat().map(({ entries }) => entries)
  return {
    lattice,
    run,
    energies: hamiltonian(lattice, run),
    channels: channels.length,
    moves: moves.length,
    interacting,
    fromSite: Int32Array.from(channels, ({ reads }) => reads[0].site),
    involved: Uint8Array.from(channels, ({ involved }) => involved),
    plain: Uint8Array.from(channels, ({ plain }) => (plain ? 1 : 0)),
    readStart: starts(reads.map(list => list.length)),
    readCell: Int32Array.from(reads.flat().flatMap(({ image }) => [...image])),
    readSite: Int32Array.from(reads.flat(), ({ site }) => site),
    codeStart,
    moveOf,
    channelOf: Int32Array.from(moves, ({ channel }) => indexOf.get(channel)!),
    eventOf: Int32Array.from(moves, ({ event }) => event),
    reverse: Uint8Array.from(moves, ({ reverse }) => (reverse ? 1 : 0)),
    logFrequency: Float64Array.from(moves, ({ event }) => Math.log(lattice.events[event].attemptFrequency)),
    Ekra: Float64Array.from(moves, ({ event }) => lattice.events[event].Ekra),
    byAmount: Float64Array.from(moves.flatMap(({ event }) => [...lattice.events[event].byAmount])),
    energy: Float64Array.from(moves, ({ energy }) => energy),
    before: Uint8Array.from(moves.flatMap(({ before }) => fourOf(before))),
    after: Uint8Array.from(moves.flatMap(({ after }) => fourOf(after))),
    moverStart: starts(moves.map(({ movers }) => movers.length)),
    moverCarrier: Int32Array.from(moves.flatMap(({ movers }) => movers.map(({ carrier }) => carrier))),
    moverFrom: Int32Array.from(moves.flatMap(({ movers }) => movers.map(({ from }) => from))),
    moverTo: Int32Array.from(moves.flatMap(({ movers }) => movers.map(({ to }) => to))),
    displacement: Float64Array.from(moves.flatMap(({ movers }) => movers.flatMap(({ displacement }) => displacement))),
    nearStart: starts(near.map(list => list.length)),
    nearRead: Int32Array.from(near.flat(), ([read]) => read),
    nearEkra: Float64Array.from(near.flat().flatMap(([, { Ekra }]) => [...Ekra])),
    nearEnergy: Float64Array.from(near.flat().flatMap(([, { energy }]) => [...energy])),
    gainStart: starts(moves.map(({ gains }) => gains.length)),
    gainRead: Int32Array.from(moves.flatMap(({ gains }) => gains.map(({ read }) => read))),
    gainLimit: Int32Array.from(moves.flatMap(({ gains }) => gains.map(({ limit }) => limit))),
    gain: Float64Array.from(moves.flatMap(({ gains }) => gains.map(({ weight }) => weight))),
    patchStart: starts(patches.map(({ cells }) => cells.length)),
    patchCell: Int32Array.from(patches.flatMap(({ cells }) => cells.flat())),
    ownPatch: Int32Array.from(patches.flatMap(({ own }) => fourOf(own))),
    groupStart: starts(groups.map(list => list.length)),
    groupPatch: Int32Array.from(groups.flat(), ({ patch }) => patch),
    groupSite: Int32Array.from(groups.flat(), ({ site }) => site),
    groupChanged: Uint8Array.from(groups.flat(), ({ changed }) => (changed ? 1 : 0)),
    entryStart: starts(entries.map(list => list.length)),
    entryChannel: Int32Array.from(entries.flat(), ({ channel }) => channel),
    entryReadStart: starts(entries.flat().map(({ reads }) => reads.length)),
    entryPatch: Int32Array.from(entries.flat().flatMap(({ reads }) => reads)),
  }
}

const starts = (lengths: readonly number[]): Int32Array => {
  const out = new Int32Array(lengths.length + 1)
  for (let k = 0; k < lengths.length; k++) out[k + 1] = out[k] + lengths[k]
  return out
}

const fourOf = (values: readonly number[]): number[] => [0, 1, 2, 3].map(k => values[k] ?? 0)

type Group = {
  readonly patch: number
  readonly site: number
  readonly changed: boolean
  readonly entries: readonly { readonly channel: number; readonly reads: readonly number[] }[]
}

/** What must be looked at again after an event of `channel` in the home cell, and the cells one needs for it. */
const patchOf = (
  channel: Channel,
  channels: readonly Channel[],
  linked: readonly (readonly { readonly channel: number; readonly image: readonly number[] }[])[],
  run: LatticeSupercell,
) => {
  const cells: number[][] = []
  const index = new Map<string, number>()
  const patch = (image: readonly number[]): number => {
    const cell = normal(run, image)
    const key = cell.join()
    const found = index.get(key)
    if (found !== undefined) return found
    index.set(key, cells.length)
    return cells.push(cell) - 1
  }
  const own = channel.reads.slice(0, channel.involved).map(({ image }) => patch(image))
  const seen = new Set<number>()
  const affected: { patch: number; channel: number }[] = []
  for (const { site, image } of [...channel.reads.slice(0, channel.involved), ...channel.filled.map(cellOnly)])
    for (const link of linked[site < 0 ? run.perCell : site]) {
      const at = patch(image.map((c, d) => c - link.image[d]))
      const key = at * channels.length + link.channel
      if (seen.has(key)) continue
      seen.add(key)
      affected.push({ patch: at, channel: link.channel })
    }
  affected.sort((a, b) => a.patch - b.patch || a.channel - b.channel)
  const changed = new Set(
    channel.reads.slice(0, channel.involved).map(({ site, image }) => patch(image) * run.perCell + site),
  )
  const groups: (Group & { readonly entries: { channel: number; reads: number[] }[] })[] = []
  for (const one of affected) {
    const { reads } = channels[one.channel]
    const site = reads[0].site
    const last = groups.at(-1)
    const home = cells[one.patch]
    const entry = { channel: one.channel, reads: reads.map(read => patch(read.image.map((c, d) => c + home[d]))) }
    if (last && last.patch === one.patch && last.site === site) last.entries.push(entry)
    else groups.push({ patch: one.patch, site, changed: changed.has(one.patch * run.perCell + site), entries: [entry] })
  }
  return { cells, own, groups }
}

const cellOnly = (image: readonly number[]) => ({ site: -1, image })
