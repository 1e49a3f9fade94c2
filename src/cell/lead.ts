import { brentRoot } from '../solve/root.ts'
import { loadConcentrations, type Parts } from './parts.ts'
import type { PointFields } from './surface-reactions.ts'

/** First shift tried, and the largest [V]. */
const firstShift = 0.05
const mostShift = 3
/** Accuracy of a shift [V]: a tenth of what bends an exponential. */
const shiftAccuracy = 2e-3

/** s of f(s) = 0 for an f that grows with s; 0 where none is near. */
const shiftTo = (f: (s: number) => number): number => {
  const first = f(0)
  let before = 0
  for (let s = first > 0 ? -firstShift : firstShift; Math.abs(s) < mostShift; s *= 2) {
    const value = f(s)
    if (!Number.isFinite(value)) return 0
    if (value > 0 !== first > 0) return brentRoot({ f, lower: before, upper: s, tolerance: shiftAccuracy })
    before = s
  }
  return 0
}

/**
 * First guess of the potentials after a jump of the current: Δ of each electrode is shifted as a whole until its reactions carry
 * the current, Σ_p a h_p Σ_i j_i(Δ_p + s) = ±I, and the electrolyte with the anode. What then is left to Newton's method, the share of
 * each point and the ohmic drops, is nearly linear; the exponentials are not.
 *
 * @returns (y, current density [A/m²], T) => void; y keeps a part for which there is no shift, and all where a double layer holds Δ
 */
export const leadOf = (parts: Parts): ((y: Float64Array, current: number, T: number) => void) => {
  const { points, layout, electrodes, metal, z, K } = parts
  const c = new Float64Array(K)
  let state: Float64Array = new Float64Array(0)
  let shift = 0
  const at = (p: number): number => layout.fields + p * layout.stride
  const fields: PointFields = {
    c,
    delta: p => state[at(p) + layout.delta] + shift,
    load: p => loadConcentrations(state, at(p), z, c),
  }
  const metalState = new Float64Array(metal?.states ?? 0)
  const charged = parts.metalLayer !== undefined || electrodes.some(({ spec }) => spec.doubleLayer > 0)
  return (y, current, T) => {
    state = y
    if (charged) return
    for (const electrode of electrodes) {
      const { where, spec, first, count, total } = electrode
      const asked = where === 'anode' ? current : -current
      const found = shiftTo(s => {
        shift = s
        if (!electrode.react(y, T, fields)) return Number.NaN
        let sum = -asked
        for (let p = 0; p < count; p++) sum += spec.areaDensity * points.width[first + p] * total[p]
        return sum
      })
      for (let p = first; p < first + count; p++) y[at(p) + layout.delta] += found
      if (where === 'anode') for (let p = 0; p < points.count; p++) y[at(p) + layout.phiE] -= found
    }
    if (metal) {
      for (let l = 0; l < metalState.length; l++) metalState[l] = y[layout.metal + l]
      loadConcentrations(y, layout.fields, z, c)
      const phiE = y[layout.fields + layout.phiE]
      const found = shiftTo(s => {
        if (!metal.evaluate(metalState, c, phiE - s, T)) return Number.NaN
        let sum = -current
        for (let m = 0; m < metal.metals; m++) sum += metal.j[m]
        return sum
      })
      for (let p = 0; p < points.count; p++) y[at(p) + layout.phiE] -= found
    }
    y[layout.current] = current
  }
}
