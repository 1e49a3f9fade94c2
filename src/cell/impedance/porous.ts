import { complexBlockTridiagonal } from '../../math/complex-block-tridiagonal.ts'
import { F, R } from '../../units.ts'
import { electrolyteFlux } from '../electrolyte-flux.ts'
import { loadConcentrations } from '../parts.ts'
import type { Points } from '../points.ts'
import type { LinearElectrode } from './electrode.ts'
import { linearMetal } from './metal.ts'
import type { CellState } from './state.ts'

/** Fills [Re, Im] of the impedance times area [Ω·m²] at the complex frequency s [1/s]. False: singular. */
export type AreaImpedance = (sRe: number, sIm: number, out: Float64Array) => boolean

/**
 * The porous-electrode model linearised about a state: (s M − J) δv = b δI, with the blocks of `porous-electrode` (same
 * rows, same signs) for the fields c_1 … c_{K−1}, φ_e, Δ of every point, particles and metal condensed into their point,
 * and the current entering at the far collector. Temperature is held.
 *
 *   Z = −δV/δI   (V falls as the discharge current rises)
 *
 * @param points  of the mesh to solve on; `fields` [points, K + 1] the state carried to it
 * Cost O(points·(K + 1)³) a frequency.
 */
export const porousImpedance = (o: {
  readonly state: CellState
  readonly points: Points
  readonly fields: Float64Array
  readonly electrodes: readonly { readonly linear: LinearElectrode; readonly where: 'anode' | 'cathode' }[]
}): AreaImpedance => {
  const { state, points, fields } = o
  const { cell, K, z, layout, capacitiveShare } = state.parts
  const { phiE, delta, stride: b } = layout
  const T = state.temperature
  const bb = b * b
  const last = K - 1
  const { count } = points
  const fixed = new Float64Array(count * bb)
  const lower = new Float64Array(count * bb)
  const upper = new Float64Array(count * bb)

  const flux = electrolyteFlux(cell.electrolyte, points, 0, b)
  if (!flux.linearise(fields, T))
    throw new RangeError('impedance: a concentration of the state is not positive; it cannot be linearised about')
  for (let f = 0; f < count - 1; f++)
    for (let i = 0; i < K; i++)
      for (let m = 0; m < K; m++) {
        const before = flux.before[f * K * K + i * K + m]
        const after = flux.after[f * K * K + i * K + m]
        fixed[f * bb + i * b + m] += before
        upper[f * bb + i * b + m] += after
        lower[(f + 1) * bb + i * b + m] -= before
        fixed[(f + 1) * bb + i * b + m] -= after
      }
  // Solid of neighbouring points: the same conductance couples φ_e and Δ in the charge and the solid row.
  const addSolid = (at: Float64Array, p: number, g: number): void => {
    for (let row = phiE; row <= delta; row++)
      for (let column = phiE; column <= delta; column++) at[p * bb + row * b + column] += g
  }
  const solid = new Uint8Array(count)
  for (const { linear, where } of o.electrodes) {
    const { first, count: n } = points[where]
    solid.fill(1, first, first + n)
    for (let p = first + 1; p < first + n; p++) {
      const g = linear.spec.conductivity / points.solidDistance[p]
      addSolid(fixed, p - 1, g)
      addSolid(fixed, p, g)
      addSolid(upper, p - 1, -g)
      addSolid(lower, p, -g)
    }
    if (where === 'anode') addSolid(fixed, 0, linear.spec.conductivity / points.collectorDistance[0])
  }
  for (let p = 0; p < count; p++) if (!solid[p]) fixed[p * bb + delta * b + delta] = 1

  const metal = linearMetal(state)
  const matrix = complexBlockTridiagonal(count, b, lower, upper, 1)
  const { re, im, rhs, uRe, uIm, width, offset } = matrix
  const end = (count - 1) * b
  rhs[end + phiE] = rhs[end + delta] = 1
  const terminal = points.collectorDistance[1] / cell.cathode.conductivity + cell.contactResistance * cell.area
  const byReference = referenceSlopes(state, fields)

  const addElectrode = (linear: LinearElectrode, first: number, n: number, sRe: number, sIm: number): boolean => {
    const { spec, species } = linear
    for (let q = 0; q < n; q++) {
      if ((q === 0 || !linear.same) && !linear.response(q, sRe, sIm)) return false
      const p = first + q
      const at = p * bb
      const surface = spec.areaDensity * points.width[p]
      for (let i = 0; i < linear.n; i++) {
        const k = species[i]
        for (let m = 0; m < K; m++) {
          const column = m < last ? m : delta
          const slopeRe = surface * linear.re[i * K + m]
          const slopeIm = surface * linear.im[i * K + m]
          if (k < last) {
            re[at + k * b + column] -= slopeRe / (z[k] * F)
            im[at + k * b + column] -= slopeIm / (z[k] * F)
          }
          re[at + delta * b + column] += slopeRe
          im[at + delta * b + column] += slopeIm
        }
      }
      const capacityRe = sRe * surface * spec.doubleLayer
      const capacityIm = sIm * surface * spec.doubleLayer
      re[at + delta * b + delta] += capacityRe
      im[at + delta * b + delta] += capacityIm
      for (let k = 0; k < last; k++) {
        const share = capacitiveShare[k] / (z[k] * F)
        re[at + k * b + delta] -= capacityRe * share
        im[at + k * b + delta] -= capacityIm * share
      }
    }
    return true
  }

  return (sRe, sIm, out) => {
    re.set(fixed)
    im.fill(0)
    for (let p = 0; p < count; p++)
      for (let k = 0; k < last; k++) {
        re[p * bb + k * b + k] += sRe * points.volume[p]
        im[p * bb + k * b + k] += sIm * points.volume[p]
      }
    for (const { linear, where } of o.electrodes)
      if (!addElectrode(linear, points[where].first, points[where].count, sRe, sIm)) return false
    if (metal && !metal.add(sRe, sIm, re, im, b)) return false
    if (!matrix.solve(byReference ? 0 : count - 1)) return false
    const toPhi = (end + phiE) * width + offset
    const toDelta = (end + delta) * width + offset
    out[0] = terminal + uRe[toPhi] + uRe[toDelta]
    out[1] = uIm[toPhi] + uIm[toDelta]
    if (byReference)
      for (let f = 0; f < K; f++) {
        out[0] -= byReference[f] * uRe[f * width + offset]
        out[1] -= byReference[f] * uIm[f * width + offset]
      }
    return Number.isFinite(out[0]) && Number.isFinite(out[1])
  }
}

/** ∂(potential of the reference electrode)/∂(c_1 … c_{K−1}, φ_e) at the anode's face [K]; undefined without one. */
export const referenceSlopes = ({ parts, temperature }: CellState, fields: Float64Array): Float64Array | undefined => {
  const { cell, K, z } = parts
  if (cell.reference === undefined) return undefined
  const k = cell.electrolyte.species.findIndex(s => s.name === cell.reference)
  const c = new Float64Array(K)
  const byC = new Float64Array(K * K)
  loadConcentrations(fields, 0, z, c)
  cell.electrolyte.lnActivityJacobian(c, temperature, byC)
  const slopes = new Float64Array(K)
  for (let m = 0; m < K - 1; m++)
    slopes[m] = ((R * temperature) / (z[k] * F)) * (byC[k * K + m] - (z[m] / z[K - 1]) * byC[k * K + K - 1])
  slopes[K - 1] = 1
  return slopes
}
