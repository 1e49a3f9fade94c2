/** The events of a lattice as flat tables: what may happen around a cell, and what must be looked at again after it did. */
import { refuse } from '../../error.ts'
import { finish } from '../../run.ts'
import { type Hamiltonian, hamiltonianSteps } from '../hamiltonian.ts'
import type { Lattice, Place } from '../lattice.ts'
import type { LatticeSupercell } from '../supercell.ts'
import { type Channel, channelsOf, normal } from './channels.ts'
import { couplingsOf, type Link } from './event-couplings.ts'
import { inClass } from './slots.ts'

/**
 * A *channel* is a set of sites that an event may use, seen from the cell of its first ion: the sites it involves first (at most
 * four), then those that change its rate. A *move* is a channel with carriers: an event of the lattice in one direction. Tables
 * are the same for every cell. The slot of the k-th channel that leaves site s of the supercell is s·perSite + k.
 */
export type EventTables = {
  readonly lattice: Lattice
  readonly run: LatticeSupercell
  readonly energies: Hamiltonian
  readonly channels: number
  readonly moves: number
  /** True where energies change with the surroundings; else the energy of a move is a number of its own. */
  readonly interacting: boolean

  /** Most channels that leave one site, and the channels by site of the cell, [sites of the cell, perSite], −1 for none. */
  readonly perSite: number
  readonly channelAt: Int32Array
  /** Sites a channel involves, and whether it is a plain hop: from the first to the second, which is empty. */
  readonly involved: Uint8Array
  readonly plain: Uint8Array
  /** What a channel reads, [channels + 1] into `readCell` [·, 3] and `readSite`. */
  readonly readStart: Int32Array
  readonly readCell: Int32Array
  readonly readSite: Int32Array
  /** The same as a shift of the site's index from the first site of the cell, where no face is near. */
  readonly readShift: Int32Array
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

  /**
   * Sites around an executed channel, its own involved ones first: [channels + 1] into `aroundCell` [·, 3] and `aroundSite`, and
   * as shifts for cells at least `margin`, [channels, 3], away from every face.
   */
  readonly aroundStart: Int32Array
  readonly aroundCell: Int32Array
  readonly aroundSite: Int32Array
  readonly aroundShift: Int32Array
  readonly margin: Int32Array
  /**
   * Where nothing happens but plain hops, and energies are of sites and pairs: what each does to the fields, [channels + 1] into
   * the sites among those around and the changes by carrier of the ion and of the field, [·, n, n] [eV].
   */
  readonly fieldStart: Int32Array
  readonly fieldAt: Int32Array
  readonly fieldChange: Float64Array
  /**
   * What to look at after it, by the site left: [channels + 1] into `program`, which reads, group by group: index of the site
   * among those around, 1 for a site of the event itself, number of entries; and for each: number of the channel at its site, index
   * of the site it enters, begin of its codes, 1 if it involves a site of the event, begin of all it reads in `entryReads`
   * (indices among those around).
   */
  readonly programStart: Int32Array
  readonly program: Int32Array
  readonly entryReads: Int32Array
  /** Entries of the longest program. */
  readonly mostEntries: number
}

export type CompileOptions = {
  /** False leaves out every event of more than one ion and keeps all else. */
  readonly pairHops?: boolean
  /** Rates that the contents of cells have a say in, as `Holds` do: who uses a cell hears when it fills. */
  readonly contents?: boolean
}

/**
 * Compiles the events of a lattice for a supercell.
 *
 * @throws SimulationError (`input`) where the lattice has no event, or one that cannot be, or too many ways out of sites
 */
export const compileEvents = (lattice: Lattice, run: LatticeSupercell, options: CompileOptions = {}): EventTables =>
  finish(compileEventsSteps(lattice, run, options))

/** The same, some sites after the other. */
export function* compileEventsSteps(
  lattice: Lattice,
  run: LatticeSupercell,
  options: CompileOptions = {},
): Generator<undefined, EventTables> {
  const { pairHops = true, contents = false } = options
  const n = lattice.carriers.length
  const states = n + 1
  const channels = channelsOf(lattice, run, pairHops, contents)
  if (channels.length === 0)
    refuse('events', lattice.events.length, pairHops ? 'at least one possible event' : 'at least one event of one ion')
  const { interacting, linked } = couplingsOf(lattice, run, channels, contents)
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
  const { perSite, channelAt, numberOf } = bySite(channels, run.perCell)
  checkSlots(run, perSite)
  const energies = yield* hamiltonianSteps(lattice, run)
  const surroundings = channels.map(channel => aroundOf(channel, channels, linked, run))
  const fieldChanges = surroundings.map(({ siteOf }, j) =>
    channels[j].plain && interacting ? fieldChangesOf(channels[j], energies, siteOf) : [],
  )
  // with those that the fields reach, which were named since
  const around = surroundings.map(({ sites }) => sites)
  const groups = surroundings.map(({ groups }) => groups)
  const programs = programsOf(groups, codeStart, numberOf)
  const shift = ({ site, image: [x, y, z] }: Place) => ((x * run.size[1] + y) * run.size[2] + z) * run.perCell + site
  return {
    lattice,
    run,
    energies,
    channels: channels.length,
    moves: moves.length,
    interacting,
    perSite,
    channelAt,
    involved: Uint8Array.from(channels, ({ involved }) => involved),
    plain: Uint8Array.from(channels, ({ plain }) => (plain ? 1 : 0)),
    readStart: starts(reads.map(list => list.length)),
    readCell: Int32Array.from(reads.flat().flatMap(({ image }) => [...image])),
    readSite: Int32Array.from(reads.flat(), ({ site }) => site),
    readShift: Int32Array.from(reads.flat(), shift),
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
    aroundStart: starts(around.map(list => list.length)),
    aroundCell: Int32Array.from(around.flat().flatMap(({ image }) => [...image])),
    aroundSite: Int32Array.from(around.flat(), ({ site }) => site),
    aroundShift: Int32Array.from(around.flat(), shift),
    margin: Int32Array.from(
      around.flatMap(list =>
        [0, 1, 2].map(d => list.reduce((most, { image }) => Math.max(most, Math.abs(image[d])), 0)),
      ),
    ),
    fieldStart: starts(fieldChanges.map(list => list.length)),
    fieldAt: Int32Array.from(fieldChanges.flat(), ([site]) => site),
    fieldChange: Float64Array.from(fieldChanges.flat().flatMap(([, change]) => [...change])),
    ...programs,
  }
}

/**
 * Sites among those around whose fields a plain hop changes by pairs, and by how much, [n, n]: pairs of the site entered less those
 * of the site left. Where both have a site for neighbour in the same way it is as it was, and is not named.
 */
const fieldChangesOf = (
  { reads }: Channel,
  { tables }: Hamiltonian,
  siteOf: (site: number, image: readonly number[]) => number,
): [number, Float64Array][] => {
  const { carriers: n, states, memberStart, pairEnd, memberPlace, memberTable, energies } = tables
  const changes = new Map<number, Float64Array>()
  for (const [k, { site, image }] of reads.slice(0, 2).entries())
    for (let m = memberStart[site]; m < pairEnd[site]; m++) {
      const { site: other, image: beyond } = memberPlace[m]
      const p = siteOf(
        other,
        image.map((c, d) => c + beyond[d]),
      )
      const change = changes.get(p) ?? new Float64Array(n * n)
      changes.set(p, change)
      for (let a = 0; a < n; a++)
        for (let i = 0; i < n; i++)
          change[a * n + i] += (k === 0 ? -1 : 1) * energies[memberTable[m] + (a + 1) * states + i + 1]
    }
  return [...changes].filter(([, change]) => change.some(x => x !== 0))
}

/** Refuses a supercell with more slots than a word of the lists can name, before anything is worked out for each site. */
const checkSlots = (run: LatticeSupercell, perSite: number): void => {
  const slots = run.sites * perSite
  if (slots > inClass)
    refuse('size', `${run.size.join(' × ')} with ${slots} ways out of sites`, `at most ${inClass} of them`)
}

/** The groups of each channel as one stream of numbers. */
const programsOf = (groups: readonly (readonly Group[])[], codeStart: Int32Array, numberOf: readonly number[]) => {
  const entryReads: number[] = []
  const texts = groups.map(list =>
    list.flatMap(({ site, changed, entries }) => [
      site,
      changed ? 1 : 0,
      entries.length,
      ...entries.flatMap(({ channel, reads, touches }) => {
        const begin = entryReads.length
        for (const read of reads) entryReads.push(read)
        return [numberOf[channel], reads[1] ?? reads[0], codeStart[channel], touches ? 1 : 0, begin]
      }),
    ]),
  )
  return {
    programStart: starts(texts.map(text => text.length)),
    program: Int32Array.from(texts.flat()),
    entryReads: Int32Array.from(entryReads),
    mostEntries: Math.max(...groups.map(list => list.reduce((sum, { entries }) => sum + entries.length, 0))),
  }
}

/** Channels numbered by the site that their first ion leaves. */
const bySite = (channels: readonly Channel[], perCell: number) => {
  const counts = new Array<number>(perCell).fill(0)
  const numberOf = channels.map(({ reads }) => counts[reads[0].site]++)
  const perSite = Math.max(...counts)
  const channelAt = new Int32Array(perCell * perSite).fill(-1)
  channels.forEach(({ reads }, j) => {
    channelAt[reads[0].site * perSite + numberOf[j]] = j
  })
  return { perSite, channelAt, numberOf }
}

const starts = (lengths: readonly number[]): Int32Array => {
  const out = new Int32Array(lengths.length + 1)
  for (let k = 0; k < lengths.length; k++) out[k + 1] = out[k] + lengths[k]
  return out
}

const fourOf = (values: readonly number[]): number[] => [0, 1, 2, 3].map(k => values[k] ?? 0)

type Entry = { readonly channel: number; readonly reads: readonly number[]; readonly touches: boolean }
type Group = { readonly site: number; readonly changed: boolean; readonly entries: Entry[] }

/** What must be looked at again after an event of `channel` in the home cell, and the sites one needs for it. */
const aroundOf = (
  channel: Channel,
  channels: readonly Channel[],
  linked: readonly (readonly Link[])[],
  run: LatticeSupercell,
) => {
  const { involved } = channel
  const sites: Place[] = []
  const index = new Map<string, number>()
  const siteOf = (site: number, image: readonly number[]): number => {
    const cell = normal(run, image) as [number, number, number]
    const key = `${site} ${cell.join(' ')}`
    const found = index.get(key)
    if (found !== undefined) return found
    index.set(key, sites.length)
    return sites.push({ site, image: cell }) - 1
  }
  const own = channel.reads.slice(0, involved)
  for (const { site, image } of own) siteOf(site, image)
  const affected = new Map<string, { home: number[]; channel: number }>()
  const affect = (link: Link, image: readonly number[]) => {
    const home = normal(
      run,
      image.map((c, d) => c - link.image[d]),
    )
    affected.set(`${home.join(' ')} ${link.channel}`, { home, channel: link.channel })
  }
  for (const { site, image } of own) for (const link of linked[site]) affect(link, image)
  for (const image of channel.filled) for (const link of linked[run.perCell]) affect(link, image)
  const order = [...affected.values()].sort(
    (a, b) => a.home[0] - b.home[0] || a.home[1] - b.home[1] || a.home[2] - b.home[2] || a.channel - b.channel,
  )
  const groups: Group[] = []
  for (const { home, channel: c } of order) {
    const reads = channels[c].reads.map(({ site, image }) =>
      siteOf(
        site,
        image.map((at, d) => at + home[d]),
      ),
    )
    const entry = { channel: c, reads, touches: reads.some((read, r) => r < channels[c].involved && read < involved) }
    const last = groups.at(-1)
    if (last?.site === reads[0]) last.entries.push(entry)
    else groups.push({ site: reads[0], changed: reads[0] < involved, entries: [entry] })
  }
  return { sites, groups, siteOf }
}
