import { F } from '../../units.ts'
import type { Fidelity, Mesh } from '../cell.ts'
import type { Electrode } from '../electrode.ts'
import { electrolyteFlux } from '../electrolyte-flux.ts'
import { type Points, pointsOf } from '../points.ts'
import { meanReaction } from '../reduced/mean-reaction.ts'
import { meanOhmic } from '../reduced/ohmic.ts'
import { type ReducedParts, wellMixed } from '../reduced/parts.ts'
import { type LinearElectrode, linearElectrode } from './electrode.ts'
import { type EvenLinear, evenImpedance } from './even.ts'
import { type CellLayers, type Layer, layeredPoints } from './grading.ts'
import type { ParticleAdmittances } from './mesh-admittance.ts'
import { type AreaImpedance, porousImpedance } from './porous.ts'
import { type CellState, fieldsOn, type LocalStates, repeats, statesOn } from './state.ts'

/** The state a spectrum is taken about, whatever the model it came from. */
export type ImpedanceState = CellState & {
  readonly fidelity: Fidelity
  /** Of the single-particle models: the pieces, and Δ̄ of each electrode [V]. */
  readonly reduced?: ReducedParts
  readonly meanDelta?: readonly number[]
}

/** Chooses the admittance of an electrode's particles. */
export type AdmittanceOf = (electrode: Electrode, states: LocalStates) => ParticleAdmittances

/** The impedance of one mesh in x. */
export const impedanceOn = (state: ImpedanceState, points: Points, admittanceOf: AdmittanceOf): AreaImpedance =>
  state.reduced ? evenOn(state, points, admittanceOf) : porousOn(state, points, admittanceOf)

const porousOn = (state: ImpedanceState, points: Points, admittanceOf: AdmittanceOf): AreaImpedance => {
  const fields = fieldsOn(state, points)
  const electrodes = state.parts.electrodes.map(electrode => {
    const states = statesOn(state, electrode, points, fields)
    const { spec, where } = electrode
    const linear = linearElectrode({
      spec,
      electrolyte: state.parts.cell.electrolyte,
      where,
      states,
      temperature: state.temperature,
      admittance: admittanceOf(electrode, states),
    })
    return { linear, where }
  })
  return porousImpedance({ state, points, fields, electrodes })
}

const evenOn = (state: ImpedanceState, along: Points, admittanceOf: AdmittanceOf): AreaImpedance => {
  const { parts, temperature } = state
  const { cell, K } = parts
  const { fidelity, seriesSlope } = state.reduced!
  const mixed = fidelity === 'spm'
  const points = mixed ? held(wellMixed(along), K) : along
  const all = fieldsOn(state, along)
  const fields = new Float64Array(points.count * K)
  for (let p = 0; p < points.count; p++) for (let f = 0; f < K; f++) fields[p * K + f] = all[p * (K + 1) + f]
  const electrodes = parts.electrodes.map((electrode, e): EvenLinear => {
    const { spec, where } = electrode
    const { first, count } = along[where]
    const weight = mixed ? Float64Array.of(1) : along.width.slice(first, first + count).map(h => h / spec.thickness)
    const local = statesOn(state, electrode, along, all)
    const states: LocalStates = {
      count: 1,
      c: local.c.slice(0, weight.length * K),
      delta: Float64Array.of(state.meanDelta![e]),
      particles: local.particles.slice(0, electrode.particles.size),
      stations: local.stations,
      same: true,
    }
    const linear = linearElectrode({
      spec,
      electrolyte: cell.electrolyte,
      where,
      states,
      temperature,
      admittance: admittanceOf(electrode, states),
      law: {
        law: meanReaction(spec, cell.electrolyte, where, weight),
        fields: weight.length * (K - 1) + 1,
      },
    })
    return { linear, where, first: mixed ? 0 : first, weight }
  })
  const byField = mixed ? undefined : ohmicSlopes(state, points, fields, electrodes)
  return evenImpedance({ state, points, fields, electrodes, seriesSlope, ...(byField ? { byField } : {}) })
}

/** The composition of one salt does not change in `spm`: its two electrodes take and give the same charge. */
const held = (points: Points, K: number): Points =>
  K > 2 ? points : { ...points, volume: Float64Array.of(unchanging) }
/** A volume [m] that no current changes. */
const unchanging = 1e30

/** Steps of the difference quotients of the mean ohmic drop: relative to c and at least `smallest` [mol/m³]; of φ_e [V]. */
const difference = 1e-6
const smallest = 1e-3
const potentialStep = 1e-6

/**
 * ∂/∂fields of the ohmic part of `spme` (reduced/ohmic.ts) [V per field]; none where the composition is the same everywhere
 * and nothing flows.
 */
const ohmicSlopes = (
  { parts, reduced, temperature: T }: ImpedanceState,
  points: Points,
  fields: Float64Array,
  electrodes: readonly EvenLinear[],
): Float64Array | undefined => {
  const { K } = parts
  if (repeats(fields, K)) return undefined
  const flux = electrolyteFlux(parts.cell.electrolyte, points, 0, K)
  const ohmic = meanOhmic({
    ...reduced!,
    points,
    flux,
    layout: { ...reduced!.layout, fields: 0 },
    electrodes: reduced!.electrodes.map((electrode, e) => ({
      ...electrode,
      first: electrodes[e].first,
      count: electrodes[e].weight.length,
      weight: electrodes[e].weight,
    })),
  })
  const drop = (): number => {
    flux.evaluate(fields, T)
    return ohmic.evaluate(fields, T)
  }
  const slopes = new Float64Array(fields.length)
  for (let f = 0; f < fields.length; f++) {
    const value = fields[f]
    const step = f % K === K - 1 ? potentialStep : difference * Math.max(value, smallest)
    fields[f] = value + step
    const up = drop()
    fields[f] = value - step
    slopes[f] = (up - drop()) / (2 * step)
    fields[f] = value
  }
  return slopes
}

/** The model's own mesh in x. */
export const ownPoints = (state: ImpedanceState, mesh: Mesh): Points => pointsOf(state.parts.cell, mesh)

/** A mesh in x whose cells resolve the layers of the highest frequency [rad/s]. */
export const refinedPoints = (state: ImpedanceState, mesh: Mesh, highest: number): Points =>
  layeredPoints(state.parts.cell, mesh, layersOf(state, highest))

/**
 * Layers at the ends of the regions:
 * - in an electrode the reaction reaches λ = [a |Y| (1/κ + 1/σ)]^{−1/2} in from the separator and, as far as the solid is the
 *   poorer conductor, from the collector, with Y = Σ ∂j_i/∂Δ + iω C_dl of a blocked particle;
 * - what it takes from the electrolyte there bends the concentrations of the separator over as little;
 * - at a planar metal ions diffuse √(D ε⁻¹B/ω) into the separator.
 */
const layersOf = (state: ImpedanceState, highest: number): CellLayers => {
  const { parts, temperature: T } = state
  const { cell, K, z } = parts
  const D = new Float64Array(K * K)
  const s = new Float64Array(K)
  const conductivityAt = (c: Float64Array): number => {
    cell.electrolyte.flux(c, T, D, s)
    let kappa = 0
    for (let k = 0; k < K; k++) kappa += F * z[k] * s[k]
    return kappa
  }
  const fields = fieldsOn(state, parts.points)
  const layers = new Map(
    parts.electrodes.map(electrode => {
      const { spec, where } = electrode
      const states = statesOn(state, electrode, parts.points, fields)
      const linear = linearElectrode({
        spec,
        electrolyte: cell.electrolyte,
        where,
        states,
        temperature: T,
        admittance: blocked(electrode.particles.width),
      })
      const kappa = spec.transportEfficiency * conductivityAt(states.c.slice(0, K))
      const sigma = spec.conductivity
      const thickness = reach(linear, states.count, highest, 1 / kappa + 1 / sigma, spec.thickness)
      const front: Layer = { thickness, weight: 1 }
      const back: Layer = { thickness, weight: kappa / (kappa + sigma) }
      return [where, where === 'anode' ? { start: back, end: front } : { start: front, end: back }] as const
    }),
  )
  const { thickness, transportEfficiency, porosity } = cell.separator
  let face: Layer = { thickness, weight: 0 }
  if (cell.anode.kind === 'metal') {
    conductivityAt(Float64Array.from(cell.electrolyte.concentration))
    let slowest = Number.POSITIVE_INFINITY
    for (let k = 0; k < K; k++) if (D[k * K + k] > 0) slowest = Math.min(slowest, D[k * K + k])
    const length = Math.sqrt(((slowest / highest) * transportEfficiency) / porosity)
    face = { thickness: Math.min(length, thickness), weight: 1 }
  }
  const anode = layers.get('anode')
  const cathode = layers.get('cathode')!
  return {
    ...(anode ? { anode } : {}),
    separator: { start: anode?.end ?? face, end: cathode.start },
    cathode,
  }
}

/** Thinnest layer that is worth following, as a part of the region. */
const thinnest = 1e-5

const reach = (
  linear: LinearElectrode,
  count: number,
  highest: number,
  resistivity: number,
  thickness: number,
): number => {
  const { spec, n, fields } = linear
  let largest = 0
  for (let p = 0; p < count; p++) {
    linear.response(p, 0, highest)
    let re = 0
    let im = highest * spec.doubleLayer
    for (let i = 0; i < n; i++) {
      re += linear.re[i * fields + fields - 1]
      im += linear.im[i * fields + fields - 1]
    }
    largest = Math.max(largest, Math.hypot(re, im))
  }
  const length = 1 / Math.sqrt(spec.areaDensity * largest * resistivity)
  return Math.min(thickness, Math.max(thinnest * thickness, length))
}

/** A particle whose surface content cannot move. */
const infinite = -1e30
const blocked =
  (width: number): ParticleAdmittances =>
  (_p, _sRe, _sIm, re, im) => {
    re.fill(0)
    im.fill(0)
    for (let i = 0; i < width; i++) re[i * width + i] = infinite
  }
