import type { Parts } from './parts.ts'

/** i_s at the left of every point and at the far collector [A/m²], [count + 1]. */
export const solidCurrents = (parts: Parts, y: Float64Array, I: number, iS: Float64Array): void => {
  const { layout, points, anode, electrodes, solidConductance } = parts
  const solid = (p: number): number => {
    const at = layout.fields + p * layout.stride
    return y[at + layout.phiE] + y[at + layout.delta]
  }
  iS.fill(0)
  if (anode) iS[0] = -solidConductance[0] * solid(0)
  for (const { first, count } of electrodes)
    for (let p = first + 1; p < first + count; p++) iS[p] = -solidConductance[p] * (solid(p) - solid(p - 1))
  iS[points.count] = I
}
