import { refuse } from '../error.ts'
import type { Cluster, Lattice, Place } from './lattice.ts'
import { type LatticeSupercell, placeFrom, siteAt, wayKey } from './supercell.ts'

/**
 * The interactions of a supercell as flat tables. A *membership* is a cluster seen from one of its sites, the other sites in its
 * row; memberships over the same other sites are one, their energies added. State 0 is the vacancy, i + 1 carrier i.
 *
 * Energies are rounded to whole multiples of `quantum` (about 1e-11 eV), a power of two small enough that every sum over the
 * clusters of a site is exact: a field that is kept up by additions for a billion steps has the bits of one summed anew.
 * What cannot be (Infinity) is the finite energy `forbidden`, far above all sums, so that it comes and goes by additions too.
 */
export type HamiltonianTables = {
  /** Carriers n, and n + 1. */
  readonly carriers: number
  readonly states: number
  /** [eV] */
  readonly quantum: number
  readonly forbidden: number
  /** ε [eV] by site of the cell and state, [perCell, states]; the energy of a site with its own images is in it. */
  readonly siteEnergy: Float64Array
  /** Site of the cell, by site, [sites]. */
  readonly kind: Uint16Array
  /** Where the row of a site begins in `others`, [sites]. */
  readonly row: Int32Array
  /** The other sites, membership by membership; `sites` (always vacant) stands for what lies beyond an open face. */
  readonly others: Int32Array
  /** Memberships of a site of the cell: from memberStart[kind] to memberStart[kind + 1], pairs before pairEnd[kind]. */
  readonly memberStart: Int32Array
  readonly pairEnd: Int32Array
  /** Where the (first) other site is, by membership, seen from the cell of the own one. */
  readonly memberPlace: readonly Place[]
  /** Number of other sites, by membership. */
  readonly memberOthers: Uint8Array
  /** Offset of the energies V(own state, states of the others), row by row, by membership. */
  readonly memberTable: Int32Array
  readonly energies: Float64Array
  /** All sites that share a cluster with site s, each once: touched[touchedStart[s] … touchedStart[s + 1]). */
  readonly touched: Int32Array
  readonly touchedStart: Int32Array
}

/** One membership before flattening. */
type Member = { readonly others: readonly Place[]; readonly table: Float64Array }

const ordered = (a: Member, b: Member): number => {
  const k = a.table.findIndex((energy, at) => energy !== b.table[at])
  return k < 0 ? 0 : a.table[k] < b.table[k] ? -1 : 1
}

/** Sites from one sign of life to the next, where something is worked out for each of them. */
export const sitesABreath = 2 ** 14

/**
 * Some sites after the other.
 *
 * @throws SimulationError (`input`) where arrays do not fit the lattice or an energy is not a number
 */
export function* hamiltonianTablesSteps(
  lattice: Lattice,
  run: LatticeSupercell,
): Generator<undefined, HamiltonianTables> {
  const carriers = lattice.carriers.length
  const states = carriers + 1
  const { perCell } = run
  checkLattice(lattice)
  const siteEnergy = new Float64Array(perCell * states)
  for (let u = 0; u < perCell; u++)
    for (let i = 0; i < carriers; i++) siteEnergy[u * states + 1 + i] = lattice.siteEnergy[u * carriers + i]
  const members: Map<string, Member>[] = Array.from({ length: perCell }, () => new Map())
  for (const cluster of lattice.clusters) {
    for (const { own, others, table } of membershipsOf(cluster, run, states)) {
      if (others.length === 0) {
        for (let a = 0; a < states; a++) siteEnergy[own * states + a] += table[a]
        continue
      }
      const key = others.map(place => wayKey(run, place)).join(' | ')
      const same = members[own].get(key)
      if (same) for (let k = 0; k < table.length; k++) same.table[k] += table[k]
      else members[own].set(key, { others, table })
    }
  }
  // memberships of equal energies stand together, so that a changed site reads its table once a run
  const lists = members.map(map => [...map.values()].sort((a, b) => a.others.length - b.others.length || ordered(a, b)))
  const { quantum, forbidden } = scaleOf(siteEnergy, lists, states)
  const exact = (energy: number) => (energy === Infinity ? forbidden : Math.round(energy / quantum) * quantum)
  return {
    carriers,
    states,
    quantum,
    forbidden,
    siteEnergy: siteEnergy.map(exact),
    ...(yield* rowsOf(lists, run)),
    ...energiesOf(lists, exact),
  }
}

const checkLattice = (lattice: Lattice): void => {
  const n = lattice.carriers.length
  const { sites, siteEnergy, clusters } = lattice
  if (n < 1 || n > 254) refuse('carriers', n, 'from 1 to 254 carriers')
  if (sites.length < 1 || sites.length > 65535) refuse('sites', sites.length, 'from 1 to 65535 sites a cell')
  if (siteEnergy.length !== sites.length * n) refuse('siteEnergy', siteEnergy.length, `${sites.length * n} energies`)
  const good = (energy: number) => !Number.isNaN(energy) && energy !== -Infinity
  if (!siteEnergy.every(good))
    refuse(
      'siteEnergy',
      siteEnergy.find(e => !good(e)),
      'finite energies, or Infinity',
    )
  for (const [c, { label, places, energy }] of clusters.entries()) {
    const field = `clusters[${c}] (${label})`
    if (energy.length !== n ** places.length) refuse(`${field}.energy`, energy.length, `${n ** places.length} energies`)
    if (!energy.every(good))
      refuse(
        `${field}.energy`,
        energy.find(e => !good(e)),
        'finite energies, or Infinity',
      )
    const lost = places.find(p => !(Number.isInteger(p.site) && p.site >= 0 && p.site < sites.length))
    if (lost) refuse(`${field}.places`, lost.site, `sites from 0 to ${sites.length - 1}`)
    const beyond = places.find(p =>
      p.image.some((at, d) => !Number.isInteger(at) || (d >= lattice.dimension && at !== 0)),
    )
    if (beyond)
      refuse(`${field}.places`, beyond.image.join(' '), `whole cells along the first ${lattice.dimension} vectors`)
  }
}

/** A cluster as each of its sites sees it; places that are one site in the supercell are one. */
const membershipsOf = (cluster: Cluster, run: LatticeSupercell, states: number) => {
  const { places, energy } = cluster
  const keys = places.map(place => wayKey(run, place))
  const distinct = places.map((_, p) => p).filter(p => keys.indexOf(keys[p]) === p)
  const carriers = states - 1
  return distinct.map(p => {
    const others = distinct
      .filter(q => q !== p)
      .map(q => ({ key: keys[q], place: placeFrom(places[p], places[q]) }))
      .sort((a, b) => (wayKey(run, a.place) < wayKey(run, b.place) ? -1 : 1))
    const order = [keys[p], ...others.map(o => o.key)]
    const table = new Float64Array(states ** order.length)
    for (let index = 0; index < table.length; index++) {
      const state = new Map<string, number>()
      for (let k = order.length - 1, rest = index; k >= 0; k--, rest = Math.floor(rest / states))
        state.set(order[k], rest % states)
      let at = 0
      let filled = true
      for (const key of keys) {
        const a = state.get(key)!
        filled &&= a > 0
        at = at * carriers + a - 1
      }
      table[index] = filled ? energy[at] : 0
    }
    return { own: places[p].site, others: others.map(o => o.place), table }
  })
}

/** The power of two that energies are multiples of, and the energy of what cannot be, so that all sums at a site are exact. */
const scaleOf = (siteEnergy: Float64Array, lists: readonly (readonly Member[])[], states: number) => {
  const largest = (values: Float64Array) =>
    values.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0)
  let sum = 0
  let many = 1
  for (const [u, list] of lists.entries()) {
    const own = largest(siteEnergy.subarray(u * states, (u + 1) * states))
    sum = Math.max(sum, own + list.reduce((total, { table }) => total + largest(table), 0))
    many = Math.max(many, list.length + 1)
  }
  // a move of two ions changes four sites, so finite changes stay below forbidden/2
  const forbidden = 2 ** Math.ceil(Math.log2(16 * (sum || 1)))
  const quantum = (forbidden * 2 ** Math.ceil(Math.log2(8 * many))) / 2 ** 52
  return { quantum, forbidden }
}

function* rowsOf(lists: readonly (readonly Member[])[], run: LatticeSupercell) {
  const { sites, perCell, cells } = run
  const widths = lists.map(list => list.reduce((total, { others }) => total + others.length, 0))
  const width = widths.reduce((a, b) => a + b, 0)
  const others = new Int32Array(cells * width)
  const row = new Int32Array(sites)
  const kind = new Uint16Array(sites)
  let at = 0
  for (let s = 0; s < sites; s++) {
    if (s % sitesABreath === 0) yield
    const u = s % perCell
    const cell = (s - u) / perCell
    kind[s] = u
    row[s] = at
    for (const member of lists[u]) {
      for (const place of member.others) {
        const other = siteAt(run, cell, place)
        others[at++] = other < 0 ? sites : other
      }
    }
  }
  return { kind, row, others, ...(yield* touchedOf(row, others, sites)) }
}

/** The sites of each row once: the row itself where it has pairs only and no open face. */
function* touchedOf(row: Int32Array, others: Int32Array, sites: number) {
  const touched = new Int32Array(others.length)
  const touchedStart = new Int32Array(sites + 1)
  const seen = new Int32Array(sites + 1).fill(-1)
  let at = 0
  for (let s = 0; s < sites; s++) {
    if (s % sitesABreath === 0) yield
    seen[sites] = s
    for (let k = row[s]; k < (s + 1 < sites ? row[s + 1] : others.length); k++) {
      if (seen[others[k]] === s) continue
      seen[others[k]] = s
      touched[at++] = others[k]
    }
    touchedStart[s + 1] = at
  }
  return { touched: touched.slice(0, at), touchedStart }
}

const energiesOf = (lists: readonly (readonly Member[])[], exact: (energy: number) => number) => {
  const all = lists.flat()
  const memberStart = new Int32Array(lists.length + 1)
  const pairEnd = new Int32Array(lists.length)
  for (const [u, list] of lists.entries()) {
    memberStart[u + 1] = memberStart[u] + list.length
    pairEnd[u] = memberStart[u] + list.filter(({ others }) => others.length === 1).length
  }
  // equal tables are stored once: fewer lines of the processor's cache
  const offsets = new Map<string, number>()
  const energies: number[] = []
  const memberTable = Int32Array.from(all, ({ table }) => {
    const values = Array.from(table, exact)
    const key = values.join(' ')
    const offset = offsets.get(key) ?? energies.length
    if (offset === energies.length) energies.push(...values)
    offsets.set(key, offset)
    return offset
  })
  return {
    memberStart,
    pairEnd,
    memberPlace: all.map(({ others }) => others[0]),
    memberOthers: Uint8Array.from(all, ({ others }) => others.length),
    memberTable,
    energies: Float64Array.from(energies),
  }
}
