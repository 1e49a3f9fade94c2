import type { Lattice, Mover, Place } from '../lattice.ts'
import { type LatticeSupercell, placeFrom, siteAt } from '../supercell.ts'
import type { SlabLayers } from './layers.ts'

/**
 * The events of a slab as flat tables. A *way* is a set of sites that ions leave and enter, counted from the site that the first
 * ion leaves; it stands once for each cell, where it is left out if it reaches beyond a face. A *move* is an event in one
 * direction: a way with carriers on it. Moves that change the contents of layers alike (or whose barrier sees the same mean
 * contents) are one *class*.
 */
export type SlabMoves = {
  /** Ways of one cell; those from site u are start[u] … start[u + 1]. */
  readonly ways: number
  readonly start: Int32Array
  /** Ions of a way, 1 or 2. */
  readonly ions: Uint8Array
  /** from, to, from, to of both ions, [cells, ways, 4]; the first is −1 where the way does not exist */
  readonly places: Int32Array
  /** Move by way and what is on the sites that are left, [ways, n + 1, n + 1]; −1 for none. */
  readonly moveOf: Int32Array
  readonly moves: number
  /** By move: index into `lattice.events`. */
  readonly event: Int32Array
  /** One event at one place, both ways, [cells, moves]; there are cells·events of them. */
  readonly channelOf: Int32Array
  /** Surroundings of a move: aroundStart[move] … of a cell's row of `around` [cells, width]; `sites` beyond a face. */
  readonly aroundStart: Int32Array
  readonly around: Int32Array
  /** [width, n] [eV] */
  readonly aroundEnergy: Float64Array
  /** [moves, layers]; −1 where no mean content matters */
  readonly classOf: Int32Array
  readonly classes: readonly MoveClass[]
  /**
   * What depends on the occupant of site s: ways from the sites dependents[dependentStart[s] … dependentStart[s + 1]), of which
   * `group` names those that do, groupWays[groupStart[group] … groupStart[group + 1]).
   */
  readonly dependents: Int32Array
  readonly dependentStart: Int32Array
  readonly group: Int32Array
  readonly groupStart: Int32Array
  readonly groupWays: Int32Array
}

/** Where ions go by layer, [movers], and what mean contents add to the barrier [eV], [n]. */
export type MoveClass = {
  readonly movers: number
  readonly carriers: Int32Array
  readonly from: Int32Array
  readonly to: Int32Array
  readonly byAmount: Float64Array | undefined
  /** Layers of the cells from which its moves are counted. */
  readonly home: number
}

type Move = {
  readonly event: number
  readonly back: boolean
  readonly movers: readonly Mover[]
  readonly around: readonly { readonly place: Place; readonly energy: Float64Array }[]
}

/** Cells from one sign of life to the next. */
const cellsABreath = 2 ** 10

/** The tables of a slab, some cells after the other. */
export function* slabMovesSteps(
  lattice: Lattice,
  run: LatticeSupercell,
  layers: SlabLayers,
  axis: number,
): Generator<undefined, SlabMoves> {
  const bySite = movesBySite(lattice)
  const all = bySite.flat()
  const { cells, sites } = run
  const states = lattice.carriers.length + 1
  const ways = bySite.map(waysOf)
  const flat = ways.flat()
  const places = new Int32Array(cells * flat.length * 4).fill(-1)
  const aroundStart = Int32Array.from([0, ...all.map(({ around }) => around.length)].map(sum()))
  const width = aroundStart[all.length]
  const around = new Int32Array(cells * width)
  const channelOf = new Int32Array(cells * all.length)
  for (let c = 0; c < cells; c++) {
    if (c % cellsABreath === 0) yield
    for (let w = 0; w < flat.length; w++) {
      const { movers } = flat[w][0]
      const at = (c * flat.length + w) * 4
      for (let k = 0; k < movers.length; k++) {
        places[at + 2 * k] = siteAt(run, c, movers[k].from)
        places[at + 2 * k + 1] = siteAt(run, c, movers[k].to)
      }
      // a way that reaches beyond a face does not exist
      for (let k = 0; k < 2 * movers.length; k++) if (places[at + k] < 0) places.fill(-1, at, at + 4)
    }
    for (let m = 0; m < all.length; m++) {
      const move = all[m]
      for (let k = 0; k < move.around.length; k++) {
        const s = siteAt(run, c, move.around[k].place)
        around[c * width + aroundStart[m] + k] = s < 0 ? sites : s
      }
      // the cell that the event as listed is counted from; moves beyond a face are never made
      const listed = move.back ? Math.floor(siteAt(run, c, move.movers[0].to) / run.perCell) : c
      channelOf[c * all.length + m] = Math.max(listed, 0) * lattice.events.length + move.event
    }
  }
  const moveOf = new Int32Array(flat.length * states * states).fill(-1)
  for (const [w, way] of flat.entries())
    for (const move of way) {
      const [a, b] = [move.movers[0].carrier + 1, (move.movers[1]?.carrier ?? -1) + 1]
      moveOf[(w * states + a) * states + b] = all.indexOf(move)
    }
  return {
    ways: flat.length,
    start: Int32Array.from([0, ...ways.map(list => list.length)].map(sum())),
    ions: Uint8Array.from(flat, ([{ movers }]) => movers.length),
    places,
    moveOf,
    moves: all.length,
    event: Int32Array.from(all, one => one.event),
    channelOf,
    aroundStart,
    around,
    aroundEnergy: Float64Array.from(all.flatMap(one => one.around.flatMap(({ energy }) => [...energy]))),
    ...classesOf(lattice, all, layers.count, axis),
    ...(yield* dependentsOf(lattice, run, ways)),
  }
}

/** Moves over the same sites as one way; several moves of the same carriers are on ways of their own. */
const waysOf = (moves: readonly Move[]): Move[][] => {
  const ways = new Map<string, Move[][]>()
  for (const move of moves) {
    const key = JSON.stringify(move.movers.map(({ from, to }) => [from, to]))
    const carriers = (other: Move) => other.movers.map(({ carrier }) => carrier).join()
    const same = ways.get(key) ?? []
    ways.set(key, same)
    const free = same.find(way => way.every(other => carriers(other) !== carriers(move)))
    if (free) free.push(move)
    else same.push([move])
  }
  return [...ways.values()].flat()
}

const sum = () => {
  let total = 0
  return (value: number) => (total += value)
}

/** Both directions of every event, each in the row of the site that its first ion leaves. */
const movesBySite = (lattice: Lattice): readonly (readonly Move[])[] => {
  const rows: Move[][] = lattice.sites.map(() => [])
  for (const [event, { movers, surroundings }] of lattice.events.entries())
    for (const back of [false, true]) {
      const turned = movers.map(({ carrier, from, to }) => ({ carrier, from: back ? to : from, to: back ? from : to }))
      const home = turned[0].from
      rows[home.site].push({
        event,
        back,
        movers: turned.map(({ carrier, from, to }) => ({
          carrier,
          from: placeFrom(home, from),
          to: placeFrom(home, to),
        })),
        around: surroundings.map(({ place, energy }) => ({ place: placeFrom(home, place), energy })),
      })
    }
  return rows
}

const classesOf = (lattice: Lattice, all: readonly Move[], count: number, axis: number) => {
  const classOf = new Int32Array(all.length * count).fill(-1)
  const classes: MoveClass[] = []
  const known = new Map<string, number>()
  for (const [m, { movers, event }] of all.entries()) {
    const { byAmount } = lattice.events[event]
    const sees = byAmount.some(b => b !== 0)
    const crosses = lattice.meanField.length > 0 && movers.some(({ from, to }) => from.image[axis] !== to.image[axis])
    if (!sees && !crosses) continue
    for (let l = 0; l < count; l++) {
      const ways = movers
        .map(({ carrier, from, to }) => [carrier, l + from.image[axis], l + to.image[axis]])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
      if (ways.some(([, from, to]) => Math.min(from, to) < 0 || Math.max(from, to) >= count)) continue
      const key = `${l}|${ways.join('|')}|${sees ? byAmount.join() : ''}`
      let id = known.get(key)
      if (id === undefined) {
        id = classes.length
        known.set(key, id)
        classes.push({
          movers: ways.length,
          carriers: Int32Array.from(ways, way => way[0]),
          from: Int32Array.from(ways, way => way[1]),
          to: Int32Array.from(ways, way => way[2]),
          byAmount: sees ? byAmount : undefined,
          home: l,
        })
      }
      classOf[m * count + l] = id
    }
  }
  return { classOf, classes }
}

/** Which ways depend on a site: it is on the way of an ion, beside it, or acts on a site that is. */
function* dependentsOf(lattice: Lattice, run: LatticeSupercell, bySite: readonly (readonly Move[][])[]) {
  const partners: Place[][] = lattice.sites.map(() => [])
  for (const { places } of lattice.clusters)
    for (const from of places) for (const to of places) if (from !== to) partners[from.site].push(placeFrom(from, to))
  const whole = lattice.limits.some(limit => limit.per === 'cell')
  const text = ({ site, image }: Place) => `${site} ${image.join(' ')}`
  // place that acts → sites from which ways lead that it acts on, seen from it, and those ways
  const rows: Map<string, { readonly from: Place; readonly ways: Set<number> }>[] = lattice.sites.map(() => new Map())
  let w = 0
  for (const [u, ways] of bySite.entries())
    for (const way of ways) {
      for (const place of actorsOf(way, partners, whole ? lattice.sites.length : 0)) {
        const from: Place = { site: u, image: sumOf([0, 0, 0], place.image, -1) }
        const entry = rows[place.site].get(text(from)) ?? { from, ways: new Set() }
        rows[place.site].set(text(from), entry)
        entry.ways.add(w)
      }
      w++
    }
  const groups = rows.map(row => [...row.values()])
  const flat = groups.flat()
  const firstGroup = [0, ...groups.map(list => list.length)].map(sum())
  const most = run.cells * flat.length
  const dependents = new Int32Array(most)
  const group = new Int32Array(most)
  const dependentStart = new Int32Array(run.sites + 1)
  let many = 0
  for (let s = 0; s < run.sites; s++) {
    if (s % cellsABreath === 0) yield
    const u = s % run.perCell
    for (let g = 0; g < groups[u].length; g++) {
      const other = siteAt(run, (s - u) / run.perCell, groups[u][g].from)
      if (other < 0) continue
      dependents[many] = other
      group[many++] = firstGroup[u] + g
    }
    dependentStart[s + 1] = many
  }
  return {
    dependents: dependents.slice(0, many),
    dependentStart,
    group: group.slice(0, many),
    groupStart: Int32Array.from([0, ...flat.map(({ ways }) => ways.size)].map(sum())),
    groupWays: Int32Array.from(flat.flatMap(({ ways }) => [...ways])),
  }
}

/** Places whose occupants a way's moves depend on; `all` the sites of a cell where its ions must fit in. */
const actorsOf = (way: readonly Move[], partners: readonly Place[][], all: number): readonly Place[] => {
  const out: Place[] = []
  for (const { movers, around } of way) {
    for (const place of movers.flatMap(({ from, to }) => [from, to])) {
      out.push(place)
      for (const { site, image } of partners[place.site]) out.push({ site, image: sumOf(place.image, image, 1) })
      for (let site = 0; site < all; site++) out.push({ site, image: place.image })
    }
    for (const { place } of around) out.push(place)
  }
  return out
}

const sumOf = (a: Place['image'], b: Place['image'], sign: number): Place['image'] => [
  a[0] + sign * b[0],
  a[1] + sign * b[1],
  a[2] + sign * b[2],
]
