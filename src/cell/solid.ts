import type { Parts } from './parts.ts'

/** i_s at the left of every point and at the far collector [A/m²], [count + 1]. */
export const solidCurrents = (parts: Parts, y: Float64Array, I: number, iS: Float64Array): void => {
  const { layout, points, anode, electrodes, solidConductance } = parts
  const { fields, stride, phiE, delta } = layout
  iS.fill(0)
  if (anode) iS[0] = -solidConductance[0] * (y[fields + phiE] + y[fields + delta])
  for (let e = 0; e < electrodes.length; e++) {
    const { first, count } = electrodes[e]
    let at = fields + first * stride
    let before = y[at + phiE] + y[at + delta]
    for (let p = first + 1; p < first + count; p++) {
      at += stride
      const here = y[at + phiE] + y[at + delta]
      iS[p] = -solidConductance[p] * (here - before)
      before = here
    }
  }
  iS[points.count] = I
}
