import type { Cell } from './cell.ts'
import type { Particles } from './particle.ts'
import type { Points } from './points.ts'

/**
 * Where each unknown stands in y:
 * [anode particles][cathode particles][fields of every point: c_1 … c_{K−1}, φ_e, Δ = φ_s − φ_e][metal states][I][Q][T].
 * Δ of a point without solid is a dummy held at 0. I [A/m²], Q [C/m²]; T [K] only with a heat balance.
 */
export type Layout = {
  readonly anode: number
  readonly cathode: number
  readonly fields: number
  /** Fields of one point: K − 1 concentrations, φ_e, Δ. */
  readonly stride: number
  readonly phiE: number
  readonly delta: number
  readonly metal: number
  readonly current: number
  readonly charge: number
  /** −1 where isothermal. */
  readonly temperature: number
  readonly size: number
}

export const layoutOf = (
  cell: Cell,
  points: Points,
  anode: Particles | undefined,
  cathode: Particles,
  metalStates: number,
): Layout => {
  const K = cell.electrolyte.species.length
  const stride = K + 1
  const anodeSize = anode ? anode.size * points.anode.count : 0
  const cathodeSize = cathode.size * points.cathode.count
  const fields = anodeSize + cathodeSize
  const metal = fields + stride * points.count
  const current = metal + metalStates
  const thermal = cell.thermal !== undefined
  return {
    anode: 0,
    cathode: anodeSize,
    fields,
    stride,
    phiE: K - 1,
    delta: K,
    metal,
    current,
    charge: current + 1,
    temperature: thermal ? current + 2 : -1,
    size: current + 2 + (thermal ? 1 : 0),
  }
}
