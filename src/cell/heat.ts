import { F, R } from '../units.ts'
import type { Parts } from './parts.ts'
import type { PointValues } from './point-values.ts'

/**
 * Heat made in the cell per electrode area [W/m²]:
 *
 *   ∫ [ a Σ_i j_i (Δ − U_i + T ∂U_i/∂T) + σ (∂φ_s/∂x)² − Σ_k N_k ∂μ̃_k/∂x ] dx + I² R_terminal (+ Σ_m j_m η_m at a planar metal)
 *
 * with U_i including (RT/z_iF) ln a_i and ∂U_i/∂T = s_i/(z_i F) of the host (the ideal mixing entropy of the electrolyte is
 * left out, as is the heat of mixing in particles). Films are inside Δ − U_i. The j are the net currents of the balances: those of
 * the reactions would heat the cell by whatever a Newton tolerance makes of a fast exchange. Needs `balances` of the state's
 * slopes, the fluxes of its residual and its point values.
 */
export const heatRate = (parts: Parts, values: PointValues, y: Float64Array, T: number, iS: Float64Array): number => {
  const { points, layout, flux, metal, K, z, solidConductance, terminalResistance } = parts
  const { fields: base, stride, phiE, delta } = layout
  const { lnA } = values
  const RT = R * T
  let heat = 0
  for (let f = 0, at = base + phiE; f < points.count - 1; f++, at += stride) {
    const step = F * (y[at + stride] - y[at])
    for (let k = 0; k < K; k++) {
      const m = f * K + k
      heat -= flux.N[m] * (RT * (lnA[m + K] - lnA[m]) + z[k] * step)
    }
  }
  for (let p = 0; p < points.count; p++) if (solidConductance[p] > 0) heat += (iS[p] * iS[p]) / solidConductance[p]
  heat += y[layout.current] ** 2 * terminalResistance
  for (const { electrode, species, standard, charge, x, mu, content, entropy } of values.electrodes) {
    const { spec, first, count, n, net } = electrode
    const { thermodynamics } = spec.host
    let here = 0
    for (let q = 0; q < count; q++) {
      const p = first + q
      for (let i = 0; i < n; i++) content[i] = x[q * n + i]
      thermodynamics.entropy(content, T, entropy)
      const potential = y[base + p * stride + delta]
      for (let i = 0; i < n; i++) {
        const eta =
          potential - standard[i] - (RT * lnA[p * K + species[i]] - mu[q * n + i] - T * entropy[i]) / charge[i]
        here += points.width[p] * net[q * n + i] * eta
      }
    }
    heat += spec.areaDensity * here
  }
  if (metal) heat += metalHeat(parts, values, y, T)
  return heat
}

const metalHeat = (parts: Parts, { lnA }: PointValues, y: Float64Array, T: number): number => {
  const { layout, metal, cell, z, metalSpecies } = parts
  let heat = 0
  for (let m = 0; m < metal!.metals; m++) {
    const k = metalSpecies[m]
    const U = cell.electrolyte.standardPotential[metal!.symbols[m]] + ((R * T) / (z[k] * F)) * lnA[k]
    heat += parts.metalCurrent[m] * (-y[layout.fields + layout.phiE] - U)
  }
  return heat
}
