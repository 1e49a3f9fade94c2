import { F, R } from '../units.ts'
import { loadConcentrations, type Parts } from './parts.ts'
import { standardPotentialOf } from './reaction.ts'

/**
 * Voltage of the cell [V]: V = φ_s(L) − I R_terminal − φ_s(0), or against a metal standing in the reservoir,
 * V = φ_s(L) − I R_terminal − [φ_e(0) + E°_m + (RT/z_m F) ln a_m(0)].
 */
export const terminalVoltage = (parts: Parts, y: Float64Array, T: number): number => {
  const { layout, points, cell, terminalResistance } = parts
  const end = layout.fields + (points.count - 1) * layout.stride
  const collector = y[end + layout.phiE] + y[end + layout.delta] - y[layout.current] * terminalResistance
  return cell.reference === undefined ? collector : collector - referencePotential(parts, y, T, cell.reference)
}

/** The first unknown that the voltage depends on; current, charge and temperature stand behind it. */
export const seenFrom = ({ layout, points, cell }: Parts): number =>
  cell.reference === undefined ? layout.fields + (points.count - 1) * layout.stride : layout.fields

const referencePotential = (parts: Parts, y: Float64Array, T: number, metal: string): number => {
  const { layout, cell, K, z } = parts
  let scratch = scratchOf.get(parts)
  if (!scratch) {
    const k = cell.electrolyte.species.findIndex(s => s.name === metal)
    scratch = {
      c: new Float64Array(K),
      lnA: new Float64Array(K),
      k,
      E0: standardPotentialOf(cell.electrolyte, metal, 'reference'),
    }
    scratchOf.set(parts, scratch)
  }
  loadConcentrations(y, layout.fields, z, scratch.c)
  cell.electrolyte.lnActivity(scratch.c, T, scratch.lnA)
  return y[layout.fields + layout.phiE] + scratch.E0 + ((R * T) / (z[scratch.k] * F)) * scratch.lnA[scratch.k]
}
const scratchOf = new WeakMap<Parts, { c: Float64Array; lnA: Float64Array; k: number; E0: number }>()
