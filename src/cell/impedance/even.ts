import { complexBlockTridiagonal, solveComplex } from '../../math/complex-block-tridiagonal.ts'
import { F } from '../../units.ts'
import { electrolyteFlux } from '../electrolyte-flux.ts'
import type { Points } from '../points.ts'
import type { LinearElectrode } from './electrode.ts'
import { linearMetal } from './metal.ts'
import { type AreaImpedance, referenceSlopes } from './porous.ts'
import type { CellState } from './state.ts'

/** An evenly running electrode on the cells of the electrolyte: its linearised reaction and the cells it lies in. */
export type EvenLinear = {
  readonly linear: LinearElectrode
  readonly where: 'anode' | 'cathode'
  /** First of its cells and their shares of it, [cells], sum 1. */
  readonly first: number
  readonly weight: Float64Array
}

/**
 * The single-particle models linearised about a state (rows and signs of `reduced/equations`): electrolyte cells form a
 * block tridiagonal matrix E(s), and the currents of each electrode, the same at all its cells, border it,
 *
 *   E δf = Σ_e [ G_e δj_e + s C_dl g_e δΔ̄_e ],   δj_e = Y_c δf + Y_Δ δΔ̄_e,   a ℓ (Σ_i δj_i + s C_dl δΔ̄_e) = ±δI.
 *
 * How a reaction shifts between the cells of its electrode with their concentrations (reduced/reaction-share.ts) is left
 * out: a thousandth of δc/c where no ion is scarce.
 *
 * @param points        electrolyte cells: along x (`spme`), or one well-mixed volume (`spm`)
 * @param fields        [cells, K]: c_1 … c_{K−1}, φ_e
 * @param seriesSlope   dV/dI of solids and contact [Ω·m²], ≤ 0
 * @param byField       further ∂V/∂fields [cells, K]
 */
export const evenImpedance = (o: {
  readonly state: CellState
  readonly points: Points
  readonly fields: Float64Array
  readonly electrodes: readonly EvenLinear[]
  readonly seriesSlope: number
  readonly byField?: Float64Array
}): AreaImpedance => {
  const { state, points, fields, electrodes } = o
  const { cell, K: b, z, capacitiveShare } = state.parts
  const bb = b * b
  const last = b - 1
  const { count } = points
  const fixed = new Float64Array(count * bb)
  const lower = new Float64Array(count * bb)
  const upper = new Float64Array(count * bb)
  const flux = electrolyteFlux(cell.electrolyte, points, 0, b)
  if (!flux.linearise(fields, state.temperature))
    throw new RangeError('impedance: a concentration of the state is not positive; it cannot be linearised about')
  for (let f = 0; f < count - 1; f++)
    for (let k = 0; k < bb; k++) {
      const before = flux.before[f * bb + k]
      const after = flux.after[f * bb + k]
      fixed[f * bb + k] += before
      upper[f * bb + k] += after
      lower[(f + 1) * bb + k] -= before
      fixed[(f + 1) * bb + k] -= after
    }
  const metal = linearMetal(state)
  if (!metal) {
    // Two porous electrodes: the charge of the first cell follows from the others; there φ_e has its zero.
    for (let m = 0; m < b; m++) {
      fixed[last * b + m] = m === last ? 1 : 0
      upper[last * b + m] = 0
    }
  }

  // Columns: every j_i of every electrode, then its capacitive current per s C_dl.
  const firstColumn: number[] = []
  let columns = 0
  for (const { linear } of electrodes) {
    firstColumn.push(columns)
    columns += linear.n + 1
  }
  const matrix = complexBlockTridiagonal(count, b, lower, upper, columns)
  const { re, im, rhs, uRe, uIm, width, offset } = matrix
  electrodes.forEach(({ linear, first, weight }, e) => {
    const { spec, n, species } = linear
    for (let q = 0; q < weight.length; q++) {
      const row = (first + q) * b
      const area = spec.areaDensity * spec.thickness * weight[q]
      const put = (field: number, column: number, value: number): void => {
        rhs[(row + field) * columns + firstColumn[e] + column] = value
      }
      for (let i = 0; i < n; i++) {
        const k = species[i]
        if (k < last) put(k, i, area / (z[k] * F))
        if (first + q > 0 || metal) put(last, i, area)
      }
      for (let k = 0; k < last; k++) put(k, n, (area * capacitiveShare[k]) / (z[k] * F))
      if (first + q > 0 || metal) put(last, n, area)
    }
  })
  const byReference = referenceSlopes(state, fields)
  const far = electrodes.length - 1
  // Unknowns of the border: [j_1 … j_n, Δ̄] of each electrode, in the order of the columns.
  const aRe = new Float64Array(columns * columns)
  const aIm = new Float64Array(columns * columns)
  const xRe = new Float64Array(columns)
  const xIm = new Float64Array(columns)

  /** Fills the border's rows for an electrode: j − Y_c δf(columns) − Y_Δ Δ̄ = 0, and the current it carries. */
  const border = (e: number, sRe: number, sIm: number): boolean => {
    const { linear, first, weight, where } = electrodes[e]
    const { n, fields: width0, spec } = linear
    if (!linear.response(0, sRe, sIm)) return false
    const at = firstColumn[e]
    const surface = spec.areaDensity * spec.thickness
    for (let i = 0; i < n; i++) {
      const row = (at + i) * columns
      for (let column = 0; column < columns; column++) {
        let sumRe = 0
        let sumIm = 0
        for (let q = 0; q < weight.length; q++)
          for (let m = 0; m < last; m++) {
            const yRe = linear.re[i * width0 + q * last + m]
            const yIm = linear.im[i * width0 + q * last + m]
            const u = ((first + q) * b + m) * width + offset + column
            sumRe += yRe * uRe[u] - yIm * uIm[u]
            sumIm += yRe * uIm[u] + yIm * uRe[u]
          }
        aRe[row + column] = -sumRe
        aIm[row + column] = -sumIm
      }
      // The capacitive columns answer s C_dl Δ̄.
      for (let other = 0; other < electrodes.length; other++) {
        const k = row + firstColumn[other] + electrodes[other].linear.n
        const capacity = electrodes[other].linear.spec.doubleLayer
        const re0 = aRe[k]
        aRe[k] = capacity * (re0 * sRe - aIm[k] * sIm)
        aIm[k] = capacity * (re0 * sIm + aIm[k] * sRe)
      }
      aRe[row + at + i] += 1
      aRe[row + at + n] -= linear.re[i * width0 + width0 - 1]
      aIm[row + at + n] -= linear.im[i * width0 + width0 - 1]
    }
    const row = (at + n) * columns
    for (let i = 0; i < n; i++) aRe[row + at + i] = surface
    aRe[row + at + n] = surface * spec.doubleLayer * sRe
    aIm[row + at + n] = surface * spec.doubleLayer * sIm
    xRe[at + n] = where === 'anode' ? 1 : -1
    return true
  }

  /** Weight of the potential and concentrations of every cell in −V. */
  const inVoltage = new Float64Array(count * b)
  electrodes.forEach(({ first, weight, where }) => {
    if (where === 'anode' && byReference) return
    for (let q = 0; q < weight.length; q++)
      inVoltage[(first + q) * b + last] += (where === 'anode' ? 1 : -1) * weight[q]
  })
  if (byReference) for (let f = 0; f < b; f++) inVoltage[f] += byReference[f]
  if (o.byField) for (let f = 0; f < count * b; f++) inVoltage[f] -= o.byField[f]

  return (sRe, sIm, out) => {
    re.set(fixed)
    im.fill(0)
    for (let p = 0; p < count; p++)
      for (let k = 0; k < last; k++) {
        re[p * bb + k * b + k] += sRe * points.volume[p]
        im[p * bb + k * b + k] += sIm * points.volume[p]
      }
    if (metal && !metal.add(sRe, sIm, re, im, b)) return false
    if (!matrix.solve(0)) return false
    aRe.fill(0)
    aIm.fill(0)
    xRe.fill(0)
    xIm.fill(0)
    for (let e = 0; e < electrodes.length; e++) if (!border(e, sRe, sIm)) return false
    if (!solveComplex(aRe, aIm, 0, columns, xRe, xIm, 0, 1)) return false
    out[0] = -o.seriesSlope
    out[1] = 0
    for (let e = 0; e < electrodes.length; e++) {
      const { linear } = electrodes[e]
      const at = firstColumn[e] + linear.n
      if (e === far || !byReference) {
        const sign = e === far ? -1 : 1
        out[0] += sign * xRe[at]
        out[1] += sign * xIm[at]
      }
      // From here on the unknown stands for s C_dl Δ̄, the capacitive current.
      const capacity = linear.spec.doubleLayer
      const dRe = xRe[at]
      xRe[at] = capacity * (dRe * sRe - xIm[at] * sIm)
      xIm[at] = capacity * (dRe * sIm + xIm[at] * sRe)
    }
    for (let f = 0; f < count * b; f++) {
      const weight = inVoltage[f]
      if (weight === 0) continue
      for (let column = 0; column < columns; column++) {
        const u = f * width + offset + column
        out[0] += weight * (uRe[u] * xRe[column] - uIm[u] * xIm[column])
        out[1] += weight * (uRe[u] * xIm[column] + uIm[u] * xRe[column])
      }
    }
    return Number.isFinite(out[0]) && Number.isFinite(out[1])
  }
}
