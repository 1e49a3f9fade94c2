import { metalLeadOf } from './metal-lead.ts'
import { loadConcentrations, type Parts } from './parts.ts'
import { shiftTo } from './shift.ts'
import type { PointFields } from './surface-reactions.ts'

/**
 * First guess of the potentials after a jump of the current: Δ of each electrode is shifted as a whole until its reactions carry
 * the current, Σ_p a h_p Σ_i j_i(Δ_p + s) = ±I, and the electrolyte with the anode. What then is left to Newton's method, the share of
 * each point and the ohmic drops, is nearly linear; the exponentials are not.
 *
 * @returns (y, current density [A/m²], T) => void; y keeps a part for which there is no shift, and the potentials that double layers hold
 */
export const leadOf = (parts: Parts): ((y: Float64Array, current: number, T: number) => void) => {
  const { points, layout, electrodes, metal, metalLayer, z, K } = parts
  const c = new Float64Array(K)
  let state: Float64Array = new Float64Array(0)
  let shift = 0
  const at = (p: number): number => layout.fields + p * layout.stride
  const fields: PointFields = {
    c,
    delta: p => state[at(p) + layout.delta] + shift,
    load: p => loadConcentrations(state, at(p), z, c),
  }
  const leadMetal = metal ? metalLeadOf(parts, metal) : () => {}
  const charged = electrodes.some(({ spec }) => spec.doubleLayer > 0)
  return (y, current, T) => {
    state = y
    if (charged) {
      if (metalLayer) leadMetal(y, current, T)
      return
    }
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
    if (metal) leadMetal(y, current, T)
    y[layout.current] = current
  }
}
