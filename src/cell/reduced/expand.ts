import { F } from '../../units.ts'
import type { MeanOhmic } from './ohmic.ts'
import type { ReducedParts } from './parts.ts'

/** ⟨φ_e⟩ over an electrode [V]. */
export const meanPhi = ({ layout, electrodes }: ReducedParts, y: Float64Array, e: number): number => {
  const { first, count, weight } = electrodes[e]
  let mean = 0
  for (let q = 0; q < count; q++) mean += weight[q] * y[layout.fields + (first + q) * layout.stride + layout.phiE]
  return mean
}

/**
 * The state of the porous cell that a reduced state stands for: the same particle at every point, the electrolyte as it is
 * (well mixed: the same everywhere) with φ_e of `ohmic.ts`, φ_s of an evenly running electrode. What is observed of a porous
 * cell (losses, profiles, heat, inventories) is then observed of it, by the same functions, and its terminal voltage is
 * that of the reduced model.
 *
 * Needs the flux and the ohmic conductances of the same state.
 */
export const expandState = (parts: ReducedParts, ohmic: MeanOhmic, y: Float64Array, out: Float64Array): void => {
  const { full, layout, electrodes, points, flux, anodeSolid } = parts
  const { layout: to, K } = full
  const last = K - 1
  const I = y[layout.current]
  for (const { electrode, full: whole } of electrodes) {
    const { size } = electrode.particles
    for (let p = 0; p < whole.count; p++)
      for (let k = 0; k < size; k++) out[whole.base + p * size + k] = y[electrode.base + k]
  }
  let shift = 0
  for (let p = 0; p < full.points.count; p++) {
    const from = layout.fields + (points.count === 1 ? 0 : p) * layout.stride
    const at = to.fields + p * to.stride
    for (let k = 0; k < last; k++) out[at + k] = y[from + k]
    out[at + to.phiE] = y[from + layout.phiE] + shift
    out[at + to.delta] = 0
    if (p < points.count - 1) shift += flux.current[p] * (1 / flux.conductance[p] - 1 / ohmic.conductance[p])
  }
  // A porous anode sets the zero: its ⟨φ_s⟩ is what φ_s(0) = 0 asks.
  if (full.anode) {
    const offset = I * anodeSolid - y[electrodes[0].delta] - meanOf(parts, 0, out)
    for (let p = 0; p < full.points.count; p++) out[to.fields + p * to.stride + to.phiE] += offset
  }
  for (let e = 0; e < electrodes.length; e++) {
    const { full: whole, solid, delta } = electrodes[e]
    const mean = y[delta] + meanOf(parts, e, out)
    for (let q = 0; q < whole.count; q++) {
      const at = to.fields + (whole.first + q) * to.stride
      out[at + to.delta] = mean + I * solid[q] - out[at + to.phiE]
    }
  }
  for (let l = 0; l < layout.current - layout.metal; l++) out[to.metal + l] = y[layout.metal + l]
  out[to.current] = I
  out[to.charge] = y[layout.charge]
  if (to.temperature >= 0) out[to.temperature] = y[layout.temperature]
}

/** ⟨φ_e⟩ of an electrode of an expanded state. */
const meanOf = ({ full, electrodes }: ReducedParts, e: number, expanded: Float64Array): number => {
  const { layout, points } = full
  const { first, count, spec } = electrodes[e].full
  let mean = 0
  for (let p = first; p < first + count; p++)
    mean += (points.width[p] / spec.thickness) * expanded[layout.fields + p * layout.stride + layout.phiE]
  return mean
}

/**
 * Fluxes and net currents of the porous cell at the expanded form of a state y with slopes ẏ: what its own residual and
 * `balances` would leave. The net current of an electrode is spread over its cells as its reaction is.
 */
export const expandCurrents = (
  parts: ReducedParts,
  ohmic: MeanOhmic,
  y: Float64Array,
  yp: Float64Array,
  expanded: Float64Array,
  T: number,
): void => {
  const { full, flux, points, layout } = parts
  full.flux.evaluate(expanded, T)
  if (points.count > 1) {
    full.flux.N.set(flux.N)
    full.flux.current.set(flux.current)
    full.flux.conductance.set(ohmic.conductance)
  }
  for (const { electrode, full: whole, first, count, share } of parts.electrodes) {
    const { n, net } = electrode
    electrode.balance(yp)
    share.evaluate(y, layout.fields + first * layout.stride, layout.stride, net)
    for (let p = 0; p < whole.count; p++)
      for (let i = 0; i < n; i++) whole.net[p * n + i] = share.even[i] * share.local[i * count + (count === 1 ? 0 : p)]
  }
  const { metalCurrent, metalSpecies, z } = full
  for (let m = 0; m < metalCurrent.length; m++) metalCurrent[m] = -z[metalSpecies[m]] * F * yp[layout.metal + m]
}

/** The reduced state of a porous state whose electrodes are even and without current: a cell at rest. */
export const condenseState = (parts: ReducedParts, from: Float64Array, y: Float64Array): void => {
  const { full, layout, electrodes, points } = parts
  const { layout: of, K } = full
  for (const { electrode, full: whole, delta } of electrodes) {
    const { size } = electrode.particles
    for (let k = 0; k < size; k++) y[electrode.base + k] = from[whole.base + k]
    y[delta] = from[of.fields + whole.first * of.stride + of.delta]
  }
  const origin = full.anode ? from[of.fields + of.phiE] : 0
  for (let p = 0; p < points.count; p++) {
    const at = layout.fields + p * layout.stride
    for (let k = 0; k < K - 1; k++) y[at + k] = from[of.fields + p * of.stride + k]
    y[at + layout.phiE] = from[of.fields + p * of.stride + of.phiE] - origin
  }
  for (let l = 0; l < layout.current - layout.metal; l++) y[layout.metal + l] = from[of.metal + l]
  y[layout.current] = from[of.current]
  y[layout.charge] = from[of.charge]
  if (layout.temperature >= 0) y[layout.temperature] = from[of.temperature]
}
