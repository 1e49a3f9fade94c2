import type { Lattice, Mover, Place } from './lattice.ts'
import type { SlabLayers } from './slab-layers.ts'
import { type LatticeSupercell, placeFrom, siteAt } from './supercell.ts'

/**
 * The events of a slab as flat tables. A *move* is an event in one direction, counted from the site that its first ion leaves; it
 * stands once for each cell, where it is left out if it reaches beyond a face. Moves that change the contents of layers alike (or
 * whose barrier sees the same mean contents) are one *class*.
 */
export type SlabMoves = {
  /** Moves of one cell. */
  readonly moves: number
  /** Moves from site u of the cell: start[u] … start[u + 1]. */
  readonly start: Int32Array
  /** By move: index into `lattice.events`, how many ions, their carriers [moves, 2]. */
  readonly event: Int32Array
  readonly ions: Uint8Array
  readonly carrier: Uint8Array
  /** from, to, from, to of both ions, [cells, moves, 4]; the first is −1 where the move does not exist */
  readonly places: Int32Array
  /** Surroundings of a move: aroundStart[move] … of a cell's row of `around` [cells, width]; `sites` beyond a face. */
  readonly aroundStart: Int32Array
  readonly around: Int32Array
  /** [width, n] [eV] */
  readonly aroundEnergy: Float64Array
  /** [moves, layers]; −1 where no mean content matters */
  readonly classOf: Int32Array
  readonly classes: readonly MoveClass[]
  /** Sites whose moves depend on what is at site s: dependents[dependentStart[s] … dependentStart[s + 1]). */
  readonly dependents: Int32Array
  readonly dependentStart: Int32Array
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
  readonly movers: readonly Mover[]
  readonly around: readonly { readonly place: Place; readonly energy: Float64Array }[]
}

export const slabMoves = (lattice: Lattice, run: LatticeSupercell, layers: SlabLayers, axis: number): SlabMoves => {
  const bySite = movesBySite(lattice)
  const all = bySite.flat()
  const { cells, sites } = run
  const places = new Int32Array(cells * all.length * 4).fill(-1)
  const aroundStart = new Int32Array(all.length + 1)
  for (const [m, { around }] of all.entries()) aroundStart[m + 1] = aroundStart[m] + around.length
  const width = aroundStart[all.length]
  const around = new Int32Array(cells * width)
  for (let c = 0; c < cells; c++) {
    for (const [m, move] of all.entries()) {
      const found = move.movers.flatMap(({ from, to }) => [siteAt(run, c, from), siteAt(run, c, to)])
      if (!found.includes(-1)) places.set(found, (c * all.length + m) * 4)
      for (const [k, { place }] of move.around.entries()) {
        const s = siteAt(run, c, place)
        around[c * width + aroundStart[m] + k] = s < 0 ? sites : s
      }
    }
  }
  return {
    moves: all.length,
    start: Int32Array.from([0, ...bySite.map(list => list.length)].map(sum())),
    event: Int32Array.from(all, one => one.event),
    ions: Uint8Array.from(all, one => one.movers.length),
    carrier: Uint8Array.from(all.flatMap(({ movers }) => [movers[0].carrier, (movers[1] ?? movers[0]).carrier])),
    places,
    aroundStart,
    around,
    aroundEnergy: Float64Array.from(all.flatMap(one => one.around.flatMap(({ energy }) => [...energy]))),
    ...classesOf(lattice, all, layers.count, axis),
    ...dependentsOf(lattice, run, bySite),
  }
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

/** Which sites' moves depend on a site: it is on the way of an ion, beside it, or acts on a site that is. */
const dependentsOf = (lattice: Lattice, run: LatticeSupercell, bySite: readonly (readonly Move[])[]) => {
  const partners: Place[][] = lattice.sites.map(() => [])
  for (const { places } of lattice.clusters)
    for (const from of places) for (const to of places) if (from !== to) partners[from.site].push(placeFrom(from, to))
  const whole = lattice.limits.some(limit => limit.per === 'cell')
  const shifted = (from: Place, by: Place): Place => ({
    site: by.site,
    image: [0, 1, 2].map(a => from.image[a] + by.image[a]) as unknown as Place['image'],
  })
  // place that acts → first sites of the moves it acts on, seen from it
  const rows: Map<string, Place>[] = lattice.sites.map(() => new Map())
  const text = ({ site, image }: Place) => `${site} ${image.join(' ')}`
  for (const [u, moves] of bySite.entries()) {
    const seen = new Map<string, Place>()
    const see = (place: Place) => seen.set(text(place), place)
    for (const { movers, around } of moves) {
      for (const place of movers.flatMap(({ from, to }) => [from, to])) {
        see(place)
        for (const partner of partners[place.site]) see(shifted(place, partner))
        if (whole) for (let site = 0; site < lattice.sites.length; site++) see({ site, image: place.image })
      }
      for (const { place } of around) see(place)
    }
    for (const place of seen.values()) {
      const back: Place = { site: u, image: place.image.map(at => -at || 0) as unknown as Place['image'] }
      rows[place.site].set(text(back), back)
    }
  }
  const dependents: number[] = []
  const dependentStart = new Int32Array(run.sites + 1)
  for (let s = 0; s < run.sites; s++) {
    const u = s % run.perCell
    const found = new Set<number>()
    for (const place of rows[u].values()) found.add(siteAt(run, (s - u) / run.perCell, place))
    for (const other of found) if (other >= 0) dependents.push(other)
    dependentStart[s + 1] = dependents.length
  }
  return { dependents: Int32Array.from(dependents), dependentStart }
}
