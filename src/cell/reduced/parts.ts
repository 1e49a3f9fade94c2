import type { Cell, Fidelity, Mesh } from '../cell.ts'
import { type Electrode, electrodeOf } from '../electrode.ts'
import type { ElectrolyteFlux } from '../electrolyte-face.ts'
import { electrolyteFlux } from '../electrolyte-flux.ts'
import { type Parts, partsOf } from '../parts.ts'
import type { Points } from '../points.ts'
import { meanReaction } from './mean-reaction.ts'
import { type ReactionShare, reactionShare } from './reaction-share.ts'

/** Conductivity of a solid that loses no voltage [S/m]. */
const lossless = Number.POSITIVE_INFINITY

/**
 * Time [s] in which a well-mixed cell whose every potential is held by a double layer follows its voltage. The losses left out would
 * make it microseconds; without any a voltage says nothing of the current but its integral. At 1C it is 1e-7 V.
 */
const following = 1e-9

/**
 * Where each unknown of a reduced model stands in y:
 * [anode particle][cathode particle][fields of every electrolyte cell: c_1 … c_{K−1}, φ_e][Δ̄ of each electrode][metal][I][Q][T].
 * φ_e is measured from its value in the first cell where the anode is porous (its rest follows from φ_s(0) = 0).
 */
export type ReducedLayout = {
  readonly fields: number
  readonly phiE: number
  /** Fields of one electrolyte cell, K. */
  readonly stride: number
  /** First of the Δ̄, in the order of the electrodes. */
  readonly delta: number
  readonly metal: number
  readonly current: number
  readonly charge: number
  /** −1 where isothermal. */
  readonly temperature: number
  readonly size: number
}

/** An electrode that runs evenly: one particle, one j_i, its mean potential difference Δ̄ = ⟨φ_s⟩ − ⟨φ_e⟩. */
export type EvenElectrode = {
  /** Its one particle with the reaction of the whole electrode. */
  readonly electrode: Electrode
  /** The electrode of the porous cell it stands for. */
  readonly full: Electrode
  /** Electrolyte cells it lies in, and their shares of it, [count], sum 1. */
  readonly first: number
  readonly count: number
  readonly weight: Float64Array
  /** Particle surface per electrode area a ℓ [–]. */
  readonly surface: number
  /** Direction of its current on discharge: +1 anode (out of the solid), −1 cathode. */
  readonly sign: 1 | -1
  /** Unknown of Δ̄. */
  readonly delta: number
  /** φ_s at the points of `full` less its mean, per current density [Ω·m²], [full.count]. */
  readonly solid: Float64Array
  readonly species: Int32Array
  /** How the reaction of each ion is spread over the cells. */
  readonly share: ReactionShare
}

/** A reduced model's pieces: those of the porous cell it stands for, and its own. */
export type ReducedParts = {
  readonly full: Parts
  readonly fidelity: Exclude<Fidelity, 'dfn'>
  readonly layout: ReducedLayout
  /** Electrolyte cells: those of the porous cell (`spme`), or one well-mixed volume (`spm`). */
  readonly points: Points
  readonly flux: ElectrolyteFlux
  readonly electrodes: readonly EvenElectrode[]
  /** ⟨φ_s⟩ of a porous anode per current density [Ω·m²], φ_s(0) = 0. */
  readonly anodeSolid: number
  /** dV/dI of solids and contact [Ω·m²], ≤ 0. */
  readonly seriesSlope: number
  /** Resistance [Ω·m²] that lets a voltage say a current where double layers hold every potential; else 0. */
  readonly layered: number
}

export const reducedPartsOf = (cell: Cell, mesh: Mesh, fidelity: Exclude<Fidelity, 'dfn'>): ReducedParts => {
  const mixed = fidelity === 'spm'
  const full = partsOf(mixed ? withoutSolidLoss(cell) : cell, mesh)
  const { K, electrodes: porous, points: along } = full
  const points = mixed ? wellMixed(along) : along
  let base = 0
  const sizes = porous.map(e => e.particles.size)
  const fields = sizes.reduce((a, b) => a + b)
  const delta = fields + K * points.count
  const metal = delta + porous.length
  const current = metal + (full.metal?.states ?? 0)
  const thermal = cell.thermal !== undefined
  const layout: ReducedLayout = {
    fields,
    phiE: K - 1,
    stride: K,
    delta,
    metal,
    current,
    charge: current + 1,
    temperature: thermal ? current + 2 : -1,
    size: current + 2 + (thermal ? 1 : 0),
  }
  const electrodes = porous.map((whole, e): EvenElectrode => {
    const { spec, where } = whole
    const weight = mixed
      ? Float64Array.of(1)
      : along.width.slice(whole.first, whole.first + whole.count).map(h => h / spec.thickness)
    const electrode = electrodeOf(spec, cell.electrolyte, where, {
      base,
      first: 0,
      count: 1,
      shells: mesh.shells,
      reaction: {
        law: meanReaction(spec, cell.electrolyte, where, weight),
        fields: weight.length * (K - 1) + 1,
      },
    })
    base += sizes[e]
    return {
      electrode,
      full: whole,
      first: mixed ? 0 : whole.first,
      count: weight.length,
      weight,
      surface: spec.areaDensity * spec.thickness,
      sign: where === 'anode' ? 1 : -1,
      delta: delta + e,
      solid: solidProfile(full, whole),
      species: full.species(whole),
      share: reactionShare(cell.electrolyte, full.species(whole), weight),
    }
  })
  const cathode = electrodes[electrodes.length - 1]
  const capacitances = electrodes.map(({ surface, electrode }) => surface * electrode.spec.doubleLayer)
  if (cell.anode.kind === 'metal') capacitances.unshift(cell.anode.doubleLayer)
  const between = cell.reference === undefined ? capacitances : capacitances.slice(-1)
  const without = between.reduce((sum, capacitance) => sum + 1 / capacitance, 0)
  const held = mixed && cell.contactResistance === 0 && Number.isFinite(without)
  const anodeSolid = full.anode ? -electrodes[0].solid[0] - 1 / full.solidConductance[0] : 0
  const seriesSlope =
    (cell.reference === undefined ? anodeSolid : 0) + cathode.solid[cathode.full.count - 1] - full.terminalResistance
  // Round-off of φ_s would be any current through a solid without losses, and any heat: none is observed in it.
  if (mixed) full.solidConductance.fill(0)
  return {
    full,
    fidelity,
    layout,
    points,
    flux: electrolyteFlux(cell.electrolyte, points, fields, K),
    electrodes,
    anodeSolid,
    seriesSlope,
    layered: held ? following * without : 0,
  }
}

/** φ_s of an evenly running electrode less its mean, per current density: i_s falls linearly from the collector to 0. */
const solidProfile = ({ points, solidConductance }: Parts, { first, count, spec, where }: Electrode): Float64Array => {
  const profile = new Float64Array(count)
  let passed = where === 'anode' ? 1 : 0
  for (let p = 1; p < count; p++) {
    passed += (where === 'anode' ? -points.width[first + p - 1] : points.width[first + p - 1]) / spec.thickness
    profile[p] = profile[p - 1] - passed / solidConductance[first + p]
  }
  let mean = 0
  for (let p = 0; p < count; p++) mean += (points.width[first + p] / spec.thickness) * profile[p]
  return profile.map(phi => phi - mean)
}

/** All electrolyte of the cell, pores and reservoir, as one volume. */
export const wellMixed = (along: Points): Points => ({
  ...along,
  count: 1,
  volume: Float64Array.of(along.volume.reduce((a, b) => a + b)),
})

const withoutSolidLoss = (cell: Cell): Cell => ({
  ...cell,
  anode: cell.anode.kind === 'porous' ? { ...cell.anode, conductivity: lossless } : cell.anode,
  cathode: { ...cell.cathode, conductivity: lossless },
})
