import { F, R } from '../units.ts'
import { loadConcentrations, type Parts } from './parts.ts'

/**
 * Heat made in the cell per electrode area [W/m²]:
 *
 *   ∫ [ a Σ_i j_i (Δ − U_i + T ∂U_i/∂T) + σ (∂φ_s/∂x)² − Σ_k N_k ∂μ̃_k/∂x ] dx + I² R_terminal (+ Σ_m j_m η_m at a planar metal)
 *
 * with U_i including (RT/z_iF) ln a_i and ∂U_i/∂T = s_i/(z_i F) of the host (the ideal mixing entropy of the electrolyte is
 * left out, as is the heat of mixing in particles). Films are inside Δ − U_i. The j are the net currents of the balances: those of
 * the reactions would heat the cell by whatever a Newton tolerance makes of a fast exchange. Needs `balances` of the state's
 * slopes and the fluxes of its residual.
 */
export const heatRate = (parts: Parts, y: Float64Array, T: number, iS: Float64Array): number => {
  const { points, layout, flux, electrodes, metal, K, z, solidConductance, cell, terminalResistance } = parts
  const { fields: base, stride, phiE, delta } = layout
  let scratch = scratchOf.get(parts)
  if (!scratch) {
    scratch = { mu: new Float64Array(K), next: new Float64Array(K), c: new Float64Array(K), s: new Float64Array(8) }
    scratchOf.set(parts, scratch)
  }
  const { c, s } = scratch
  const RT = R * T
  const electrochemical = (p: number, out: Float64Array): void => {
    loadConcentrations(y, base + p * stride, z, c)
    cell.electrolyte.lnActivity(c, T, out)
    for (let k = 0; k < K; k++) out[k] = RT * out[k] + z[k] * F * y[base + p * stride + phiE]
  }
  let heat = 0
  let here = scratch.mu
  let next = scratch.next
  electrochemical(0, here)
  for (let f = 0; f < points.count - 1; f++) {
    electrochemical(f + 1, next)
    for (let k = 0; k < K; k++) heat -= flux.N[f * K + k] * (next[k] - here[k])
    const swap = here
    here = next
    next = swap
  }
  for (let p = 0; p < points.count; p++) if (solidConductance[p] > 0) heat += (iS[p] * iS[p]) / solidConductance[p]
  heat += y[layout.current] ** 2 * terminalResistance
  for (const electrode of electrodes) {
    const { spec, first, count, n, net } = electrode
    const index = parts.species(electrode)
    for (let q = 0; q < count; q++) {
      const p = first + q
      const { x, mu } = electrode.surface(y, q, T)
      loadConcentrations(y, base + p * stride, z, c)
      cell.electrolyte.lnActivity(c, T, here)
      spec.host.thermodynamics.entropy(x, T, s)
      for (let i = 0; i < n; i++) {
        const { charge, symbol } = spec.host.carriers[i]
        const U = cell.electrolyte.standardPotential[symbol] + (RT * here[index[i]] - mu[i]) / (charge * F)
        const eta = y[base + p * stride + delta] - U
        heat += spec.areaDensity * points.width[p] * net[q * n + i] * (eta + (T * s[i]) / (charge * F))
      }
    }
  }
  if (metal) heat += metalHeat(parts, y, T)
  return heat
}
const scratchOf = new WeakMap<Parts, { mu: Float64Array; next: Float64Array; c: Float64Array; s: Float64Array }>()

const metalHeat = (parts: Parts, y: Float64Array, T: number): number => {
  const { layout, metal, cell, K, z, metalSpecies } = parts
  const c = new Float64Array(K)
  const lnA = new Float64Array(K)
  loadConcentrations(y, layout.fields, z, c)
  cell.electrolyte.lnActivity(c, T, lnA)
  let heat = 0
  for (let m = 0; m < metal!.metals; m++) {
    const k = metalSpecies[m]
    const U = cell.electrolyte.standardPotential[metal!.symbols[m]] + ((R * T) / (z[k] * F)) * lnA[k]
    heat += parts.metalCurrent[m] * (-y[layout.fields + layout.phiE] - U)
  }
  return heat
}
