import { capacitiveShareOf } from '../electrolyte/electrolyte.ts'
import { type VectorMemory, vectorMemory } from '../math/vector-loop.ts'
import { bdfEntries } from '../solve/bdf-loops.ts'
import { F } from '../units.ts'
import type { Cell, Mesh } from './cell.ts'
import { type Electrode, electrodeOf } from './electrode.ts'
import type { ElectrolyteFlux } from './electrolyte-face.ts'
import { electrolyteFlux } from './electrolyte-flux.ts'
import { type Layout, layoutOf } from './layout.ts'
import { type MetalFace, metalFace } from './metal-face.ts'
import { particleEntries, particlesOf, radialMeshOf } from './particles-of.ts'
import { type Points, pointsOf } from './points.ts'
import { speciesIndex } from './reaction.ts'

/** The pieces a porous-electrode cell is put together from, and where their unknowns stand. */
export type Parts = {
  readonly cell: Cell
  readonly mesh: Mesh
  readonly points: Points
  readonly layout: Layout
  /** Where the solver's vectors lie. */
  readonly memory: VectorMemory
  readonly flux: ElectrolyteFlux
  /** Undefined where the anode is a planar metal. */
  readonly anode: Electrode | undefined
  readonly metal: MetalFace | undefined
  readonly cathode: Electrode
  /** Both porous electrodes, anode first. */
  readonly electrodes: readonly Electrode[]
  /** Number of species K and their charges. */
  readonly K: number
  readonly z: Float64Array
  /** Species index of each carrier of an electrode, and of each metal. */
  readonly species: (electrode: Electrode) => Int32Array
  readonly metalSpecies: Int32Array
  /** Partial currents of the metals [A/m²] of the last `balances`, by their own balance: j_m = −z_m F ṅ_m. */
  readonly metalCurrent: Float64Array
  /** Share of each species in a capacitive current [K]. */
  readonly capacitiveShare: Float64Array
  /**
   * What the double layer of a planar metal adds to the rows of its point per slope of φ_e: C share_k/(z_k F) to ion k, C to the
   * charge, [K]; undefined without one.
   */
  readonly metalLayer: Float64Array | undefined
  /** Conductance between the solids of neighbouring points σ/Δx [S/m²], [count + 1], face p to the left of point p. */
  readonly solidConductance: Float64Array
  /** Voltage drop between the last point and the terminal per current density [Ω·m²]. */
  readonly terminalResistance: number
}

/**
 * A solid that conducts better than this [S/m] counts as this: 100 A/m² over 100 µm of it drop a nanovolt, and currents
 * from differences of potentials that are smaller still would be round-off. Source: computed (1e-9 V · σ/ℓ = 100 A/m²)
 */
const bestConducting = 1e7

/** Infinite stays so: a solid that is left out (`spm`). */
const felt = (conductivity: number): number =>
  conductivity < Number.POSITIVE_INFINITY ? Math.min(conductivity, bestConducting) : conductivity

export const partsOf = (cell: Cell, mesh: Mesh): Parts => {
  const points = pointsOf(cell, mesh)
  const { electrolyte } = cell
  const K = electrolyte.species.length
  const z = Float64Array.from(electrolyte.species, s => s.charge)
  const planar = cell.anode.kind === 'metal'
  // Of one particle: all that the layout asks for is its size.
  const sized = (spec: Cell['cathode']) => particlesOf(spec.host, radialMeshOf(spec, mesh.shells), 1)
  const metal = cell.anode.kind === 'metal' ? metalFace(cell.anode, electrolyte) : undefined
  const layout = layoutOf(
    cell,
    points,
    cell.anode.kind === 'porous' ? sized(cell.anode) : undefined,
    sized(cell.cathode),
    metal?.states ?? 0,
  )
  const entriesOf = (spec: Cell['cathode'], { count }: { readonly count: number }): number =>
    particleEntries(spec.host, mesh.shells, count)
  const memory = vectorMemory(
    bdfEntries(layout.size) +
      (cell.anode.kind === 'porous' ? entriesOf(cell.anode, points.anode) : 0) +
      entriesOf(cell.cathode, points.cathode),
  )
  const anode =
    cell.anode.kind === 'porous'
      ? electrodeOf(cell.anode, electrolyte, 'anode', {
          base: layout.anode,
          shells: mesh.shells,
          memory,
          ...points.anode,
        })
      : undefined
  const cathode = electrodeOf(cell.cathode, electrolyte, 'cathode', {
    base: layout.cathode,
    shells: mesh.shells,
    memory,
    ...points.cathode,
  })
  const electrodes = anode ? [anode, cathode] : [cathode]
  const indices = new Map(
    electrodes.map(e => [e, speciesIndex(electrolyte, e.spec.host.kinetics.carriers, e.where)] as const),
  )
  const solidConductance = new Float64Array(points.count + 1)
  for (const { spec, first, count } of electrodes)
    for (let p = first + 1; p < first + count; p++)
      solidConductance[p] = felt(spec.conductivity) / points.solidDistance[p]
  if (anode) solidConductance[0] = felt(anode.spec.conductivity) / points.collectorDistance[0]
  const capacitiveShare = capacitiveShareOf(electrolyte)
  const capacitance = cell.anode.kind === 'metal' ? cell.anode.doubleLayer : 0
  return {
    cell,
    mesh,
    points,
    layout,
    memory,
    flux: electrolyteFlux(electrolyte, points, layout.fields, layout.stride),
    anode,
    metal: planar ? metal : undefined,
    cathode,
    electrodes,
    K,
    z,
    species: electrode => indices.get(electrode)!,
    metalSpecies: metal ? speciesIndex(electrolyte, metal.symbols, 'anode') : new Int32Array(0),
    metalCurrent: new Float64Array(metal?.metals ?? 0),
    capacitiveShare,
    metalLayer:
      capacitance > 0
        ? z.map((charge, k) => capacitance * (k < K - 1 ? capacitiveShare[k] / (charge * F) : 1))
        : undefined,
    solidConductance,
    terminalResistance:
      points.collectorDistance[1] / felt(cell.cathode.conductivity) + cell.contactResistance * cell.area,
  }
}

/** Concentrations of all species at a point, the last one from electroneutrality. */
export const loadConcentrations = (y: Float64Array, at: number, z: Float64Array, c: Float64Array): void => {
  const last = z.length - 1
  let charge = 0
  for (let k = 0; k < last; k++) {
    c[k] = y[at + k]
    charge += z[k] * c[k]
  }
  c[last] = -charge / z[last]
}

export const molesPerCoulomb = (charge: number): number => 1 / (charge * F)

/** Fills the net currents of electrodes and metals from the slopes ẏ of a state of the porous cell. */
export const balances = ({ electrodes, metalCurrent, metalSpecies, layout, z }: Parts, yp: Float64Array): void => {
  for (const electrode of electrodes) electrode.balance(yp)
  for (let m = 0; m < metalCurrent.length; m++) metalCurrent[m] = -z[metalSpecies[m]] * F * yp[layout.metal + m]
}
