import { F } from '../units.ts'
import type { MetalFace } from './metal-face.ts'
import { loadConcentrations, type Parts } from './parts.ts'
import { shiftTo } from './shift.ts'

/** Part of an ion's concentration that tells the rate of stripping alone: without it nothing plates. */
const next = 1e-6

/**
 * First guess at a planar metal after a jump of the current: φ_e there, and what is left of each ion at a face without volume. A metal
 * that displaces another takes nearly all of its ions from the face at once, which Newton's method finds only in many short steps.
 * By each ion's own balance there, at a potential,
 *
 *   A_m − B_m c_m = z_m F [ N_m + ∂N_m/∂c_m (c_m − c_m⁰) ],
 *
 * A_m what is stripped, B_m c_m plated, N_m the flux into the electrolyte; the potential is the one at which Σ_m z_m F N_m is the
 * current.
 *
 * @param held  a double layer holds the potential
 * @returns (y, current density [A/m²], T) => void
 */
export const metalLeadOf = (
  parts: Parts,
  metal: MetalFace,
  held = parts.metalLayer !== undefined,
): ((y: Float64Array, current: number, T: number) => void) => {
  const { points, layout, flux, metalSpecies, z, K } = parts
  const { fields, stride, phiE } = layout
  const state = new Float64Array(metal.states)
  const { metals } = metal
  const c = new Float64Array(K)
  const given = new Float64Array(K)
  const stripped = new Float64Array(metals)
  const found = new Float64Array(metals)
  const moves = points.volume[0] === 0 && metalSpecies.every(k => k < K - 1)
  /** Σ_m j_m at a potential, and what then stands at the face in `found`; NaN where there is none. */
  const currentAt = (phi: number, T: number): number => {
    c.set(given)
    if (moves) for (let m = 0; m < metals; m++) c[metalSpecies[m]] *= next
    if (!metal.evaluate(state, c, phi, T)) return Number.NaN
    stripped.set(metal.j)
    if (moves && !metal.evaluate(state, given, phi, T)) return Number.NaN
    let sum = 0
    for (let m = 0; m < metals; m++) {
      const k = metalSpecies[m]
      found[m] = given[k]
      if (moves) {
        const plating = (stripped[m] - metal.j[m]) / (1 - next)
        const anodic = metal.j[m] + plating
        const slope = z[k] * F * flux.before[k * K + k] * given[k]
        const part = (anodic - z[k] * F * flux.N[k] + slope) / (plating + slope)
        found[m] = Math.max(part, next) * given[k]
        sum += anodic - plating * Math.max(part, next)
      } else sum += metal.j[m]
    }
    return sum
  }
  return (y, current, T) => {
    for (let l = 0; l < state.length; l++) state[l] = y[layout.metal + l]
    loadConcentrations(y, fields, z, given)
    if (moves && !(flux.evaluate(y, T) && flux.linearise(y, T))) return
    const before = y[fields + phiE]
    // A double layer holds the potential: what stands at the face is that of its own balance alone.
    const shift = held ? 0 : shiftTo(s => currentAt(before - s, T) - current)
    currentAt(before - shift, T)
    for (let p = 0; p < points.count; p++) y[fields + p * stride + phiE] -= shift
    if (!moves || !found.every(Number.isFinite)) return
    for (let m = 0; m < metals; m++) y[fields + metalSpecies[m]] = found[m]
    // Anions go with the cations, in their proportions: the last of several would be what the others leave.
    let [fresh, left] = [0, 0]
    for (let k = 0; k < K - 1; k++)
      if (z[k] > 0) {
        fresh += z[k] * given[k]
        left += z[k] * y[fields + k]
      }
    for (let k = 0; k < K - 1; k++) if (z[k] < 0) y[fields + k] *= left / fresh
  }
}
