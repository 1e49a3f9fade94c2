import type { Dae } from '../solve/dae.ts'
import type { Electrode } from './electrode.ts'

/** Concentration of a pore that had fallen below zero, once refilled [mol/m³]: nothing, and on the right side. */
const leastRefill = 1e-12

/**
 * `Dae.repair` of a cell: refills pores below zero from all others in proportion, ion for ion, and brings the particles back into
 * their range. Every inventory stays.
 *
 * @param o.volume  of the electrolyte's cells per electrode area [m]; their unknowns from `fields` on, `stride` apart, `ions` first
 */
export const repairOf = (o: {
  readonly volume: Float64Array
  readonly fields: number
  readonly stride: number
  readonly ions: number
  readonly electrodes: readonly Electrode[]
}): NonNullable<Dae['repair']> => {
  const { volume, fields, stride, ions, electrodes } = o
  return (y, room) => {
    let moved = false
    for (let k = 0; k < ions; k++) {
      let missing = 0
      let held = 0
      for (let p = 0; p < volume.length; p++) {
        const value = y[fields + p * stride + k]
        if (value < 0) missing += volume[p] * (leastRefill - value)
        else held += volume[p] * value
      }
      if (missing === 0 || !(missing < held)) continue
      for (let p = 0; p < volume.length; p++) {
        const at = fields + p * stride + k
        if (volume[p] > 0) y[at] = y[at] < 0 ? leastRefill : y[at] * (1 - missing / held)
      }
      moved = true
    }
    for (const electrode of electrodes) moved = electrode.repair(y, room) || moved
    return moved
  }
}
