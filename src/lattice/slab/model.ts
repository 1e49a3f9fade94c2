import { refuse } from '../../error.ts'
import { finish } from '../../run.ts'
import { kBeV } from '../../units.ts'
import { type Hamiltonian, hamiltonianSteps } from '../hamiltonian.ts'
import type { Lattice } from '../lattice.ts'
import { type LatticeSupercell, latticeSupercell } from '../supercell.ts'
import { facePlaces, faceSitesOf, type SlabFace, slabFace } from './face.ts'
import { type SlabHops, slabHops } from './hops.ts'
import { type SlabLayers, slabLayers, type WindowField, windowField } from './layers.ts'
import { type SlabMoves, slabMovesSteps } from './moves.ts'
import { type SlabOptions, vectorOf } from './options.ts'
import type { Reservoir } from './reservoir.ts'
import { type Throttle, throttle, usualCrossings } from './throttle.ts'

/** A slab with ions in it: occupation, contents of layers, rates of hops and of the face, and how one change changes them all. */
export type SlabModel = {
  readonly run: LatticeSupercell
  readonly layers: SlabLayers
  readonly kT: number
  readonly charge: Float64Array
  readonly reservoir: Reservoir
  readonly hamiltonian: Hamiltonian
  readonly sigma: Uint8Array
  readonly field: WindowField
  readonly moves: SlabMoves
  readonly hops: SlabHops
  readonly face: SlabFace
  /** Channels of hops, [cells, events], then of the face, [sites of the face, n]. */
  readonly held: Throttle
  /** Channel of a site of the face and a carrier. */
  faceChannel(site: number, carrier: number): number
  /** Ions inside, [n]. Kept up by whoever keeps the books; limits of the whole slab read it. */
  readonly inside: Float64Array
  /** Carries out the move on a way of `hops`; returns by how many layers it took ions deeper. */
  hop(index: number): number
  /** Puts an ion on a site of the face, or takes it away. */
  exchange(site: number, carrier: number, inwards: boolean): void
  /** Works out every rate anew. */
  renew(): void
}

/** `slabModelSteps` to its end. */
export const slabModel = (...of: Parameters<typeof slabModelSteps>): SlabModel => finish(slabModelSteps(...of))

/**
 * A slab's model, some sites after the other.
 *
 * @param occupied       what is there at the start, [sites]
 * @param beforeCrossing called before the number of ions of a carrier in a layer changes
 * @throws SimulationError ('input') where ions are where they cannot be
 */
export function* slabModelSteps(
  lattice: Lattice,
  o: SlabOptions,
  occupied: ArrayLike<number> | undefined,
  beforeCrossing: (layer: number, carrier: number) => void,
): Generator<undefined, SlabModel> {
  const { size } = o
  const axis = axisOf(lattice, o)
  const layers = slabLayers(lattice, { size, axis, window: o.window ?? 'slab' })
  const open = [0, 1, 2].map(a => a === axis) as unknown as readonly [boolean, boolean, boolean]
  const run = latticeSupercell(lattice, size, { open, images: o.images ?? 'refuse' })
  const { perCell } = run
  const H = yield* hamiltonianSteps(lattice, run)
  const kT = kBeV * o.temperature
  const symbols = lattice.carriers.map(carrier => carrier.symbol)
  const n = symbols.length
  const layer = Int32Array.from({ length: run.cells }, (_, c) => layerOf(size, axis, c))
  const reservoir: Reservoir = {
    standard: vectorOf('reservoir.standard', o.reservoir.standard, symbols, 0),
    activity: vectorOf('reservoir.activity', o.reservoir.activity, symbols, 1),
    exchangeRate: vectorOf('reservoir.exchangeRate', o.reservoir.exchangeRate, symbols, 0),
  }

  const sigma = H.occupation()
  if (occupied !== undefined) for (let s = 0; s < run.sites; s++) sigma[s] = occupied[s]
  if (H.energy(sigma) === Number.POSITIVE_INFINITY)
    refuse('start', occupied, 'ions on sites that may be filled at once')
  const fields = yield* H.fieldsSteps(sigma)
  const cellLimits = lattice.limits.filter(limit => limit.per === 'cell')
  const perLimits = cellLimits.length
  const load = new Float64Array(run.cells * perLimits)
  const inside = new Float64Array(n)
  const counts = new Float64Array(layers.count * n)
  for (let s = 0; s < run.sites; s++) {
    if (sigma[s] === 0) continue
    const cell = (s / perCell) | 0
    counts[layer[cell] * n + sigma[s] - 1]++
    inside[sigma[s] - 1]++
    for (let k = 0; k < perLimits; k++) load[cell * perLimits + k] += cellLimits[k].weights[sigma[s] - 1]
  }
  const room = slabRoom(lattice, inside, run.formulaUnits)
  if (room.over() || load.some((sum, k) => sum > cellLimits[k % perLimits].max + 1e-9))
    refuse('start', occupied, 'amounts within the limits of the lattice')
  const field = windowField(lattice, layers)
  field.reset(counts)

  const moves = yield* slabMovesSteps(lattice, run, layers, axis)
  const sites = o.faceSites ?? faceSitesOf(lattice, axis)
  const { exchangeRate } = reservoir
  const hopChannels = run.cells * lattice.events.length
  const held = throttle({
    ceiling: Float64Array.from({ length: hopChannels + n * facePlaces(run, axis, sites).length }, (_, c) =>
      c < hopChannels ? lattice.events[c % lattice.events.length].attemptFrequency : 1,
    ),
    crossings: o.throttle === 'off' ? undefined : (o.throttle?.crossings ?? usualCrossings),
    from: o.resume?.throttle,
  })
  const hops = slabHops({ lattice, hamiltonian: H, moves, field, layer, kT, sigma, fields, load, hold: held.hold })
  const face = slabFace({
    ...{ lattice, hamiltonian: H, field, axis, sites, exchangeRate, kT, sigma, fields, load },
    full: room.full,
    hold: held.hold.subarray(hopChannels),
  })

  const [carriers, from, to] = [new Int32Array(2), new Int32Array(2), new Int32Array(2)]
  const seesContents = lattice.meanField.length > 0 || moves.classes.length > 0

  /** Ions go from site to site, −1 the reservoir: occupation, limits, contents, then every rate that depends on them. */
  const apply = (ions: number, ways: Int32Array, at: number): number => {
    let deeper = 0
    let crosses = false
    for (let m = 0; m < ions; m++) {
      const s = ways[at + 2 * m]
      const t = ways[at + 2 * m + 1]
      from[m] = s < 0 ? -1 : layer[(s / perCell) | 0]
      to[m] = t < 0 ? -1 : layer[(t / perCell) | 0]
      deeper += to[m] - from[m]
      if (from[m] !== to[m]) {
        crosses = true
        if (from[m] >= 0) beforeCrossing(from[m], carriers[m])
        if (to[m] >= 0) beforeCrossing(to[m], carriers[m])
      }
      for (let k = 0; k < perLimits; k++) {
        const w = cellLimits[k].weights[carriers[m]]
        if (s >= 0) load[((s / perCell) | 0) * perLimits + k] -= w
        if (t >= 0) load[((t / perCell) | 0) * perLimits + k] += w
      }
    }
    for (let m = 0; m < ions; m++) if (ways[at + 2 * m] >= 0) H.set(sigma, fields, ways[at + 2 * m], 0)
    for (let m = 0; m < ions; m++)
      if (ways[at + 2 * m + 1] >= 0) H.set(sigma, fields, ways[at + 2 * m + 1], carriers[m] + 1)
    if (crosses) field.apply(ions, carriers, from, to)
    hops.changed(ways, at, 2 * ions)
    for (let k = 0; k < 2 * ions; k++) if (ways[at + k] >= 0) face.changed(ways[at + k])
    if (crosses && seesContents) {
      hops.contentsChanged()
      face.contentsChanged()
    }
    return deeper
  }

  const way = new Int32Array(2)
  const renew = (): void => {
    hops.renew()
    face.renew()
  }
  renew()
  return {
    ...{ run, layers, kT, reservoir, hamiltonian: H, sigma, field, moves, hops, face, held, inside, renew },
    charge: Float64Array.from(lattice.carriers, carrier => carrier.charge),

    faceChannel: (site, carrier) => hopChannels + face.rank[site] * n + carrier,

    hop(index) {
      const count = moves.ions[index % moves.ways]
      for (let m = 0; m < count; m++) carriers[m] = sigma[moves.places[index * 4 + 2 * m]] - 1
      return apply(count, moves.places, index * 4)
    },

    exchange(site, carrier, inwards) {
      carriers[0] = carrier
      way[0] = inwards ? -1 : site
      way[1] = inwards ? site : -1
      apply(1, way, 0)
    },
  }
}

/** The vector into the depth: the last one where none is named. */
export const axisOf = (lattice: Lattice, { axis }: SlabOptions): 0 | 1 | 2 =>
  axis ?? ((lattice.dimension - 1) as 0 | 1 | 2)

/** Layer of a cell; cells are counted row by row. */
const layerOf = ([, b, c]: readonly [number, number, number], axis: 0 | 1 | 2, cell: number): number =>
  axis === 2 ? cell % c : axis === 1 ? ((cell / c) | 0) % b : (cell / (b * c)) | 0

/** Limits on the slab as a whole. */
const slabRoom = (lattice: Lattice, inside: Float64Array, units: number) => {
  const limits = lattice.limits.filter(limit => limit.per === 'formula unit')
  const exceeded = (more: number): boolean => {
    for (const { weights, max } of limits) {
      let sum = more < 0 ? 0 : weights[more]
      if (more >= 0 && sum === 0) continue
      for (let i = 0; i < inside.length; i++) sum += weights[i] * inside[i]
      if (sum > max * units + 1e-9) return true
    }
    return false
  }
  return { full: exceeded, over: () => exceeded(-1) }
}
