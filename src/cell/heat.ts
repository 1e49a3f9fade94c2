import type { Parts } from './parts.ts'
import type { PointValues } from './point-values.ts'

/**
 * Heat made in the cell per electrode area [W/m²]:
 *
 *   ∫ [ a Σ_i j_i (Δ − U⁰_i + T ∂U⁰_i/∂T) + σ (∂φ_s/∂x)² − i_e ∂φ_e/∂x ] dx + I² R_terminal (+ Σ_m j_m (−φ_e − E°_m) at a metal)
 *
 * with U⁰_i = E°_i − μ_i/(z_i F), at unit activity in the electrolyte, and ∂U⁰_i/∂T = s_i/(z_i F) of the host. Films are inside
 * Δ − U⁰_i. It is what the first law leaves, −I V − dH/dt with H = −Σ z_i F (U⁰_i − T ∂U⁰_i/∂T) x_i: mixing makes no heat, neither in
 * the electrolyte nor in particles. The same as dissipation and reversible heat, Σ a j_i (η_i + T ∂U_i/∂T) − Σ N_k ∂μ̃_k, as far
 * as heat leaves: what −Σ N_k RT ∂ln a_k makes of gradients is entropy of mixing, which no heat pays for, and the salt that an
 * electrode gives takes it up again. The j are the net currents of the balances: those of the reactions would heat the cell by
 * whatever a Newton tolerance makes of a fast exchange. Needs `balances` of the state's slopes, the fluxes of its residual and its
 * point values.
 * Source: computed: first law
 */
export const heatRate = (parts: Parts, values: PointValues, y: Float64Array, T: number, iS: Float64Array): number => {
  const { points, layout, flux, metal, solidConductance, terminalResistance } = parts
  const { fields: base, stride, phiE, delta } = layout
  let heat = 0
  for (let f = 0, at = base + phiE; f < points.count - 1; f++, at += stride)
    heat -= flux.current[f] * (y[at + stride] - y[at])
  for (let p = 0; p < points.count; p++) if (solidConductance[p] > 0) heat += (iS[p] * iS[p]) / solidConductance[p]
  heat += y[layout.current] ** 2 * terminalResistance
  for (const { electrode, standard, charge, x, mu, content, entropy } of values.electrodes) {
    const { spec, first, count, n, net } = electrode
    const { thermodynamics } = spec.host
    let here = 0
    for (let q = 0; q < count; q++) {
      const p = first + q
      for (let i = 0; i < n; i++) content[i] = x[q * n + i]
      thermodynamics.entropy(content, T, entropy)
      const potential = y[base + p * stride + delta]
      for (let i = 0; i < n; i++)
        here +=
          points.width[p] * net[q * n + i] * (potential - standard[i] + (mu[q * n + i] + T * entropy[i]) / charge[i])
    }
    heat += spec.areaDensity * here
  }
  if (metal) heat += metalHeat(parts, y)
  return heat
}

const metalHeat = ({ layout, metal, cell, metalCurrent }: Parts, y: Float64Array): number => {
  let heat = 0
  for (let m = 0; m < metal!.metals; m++) {
    const U = cell.electrolyte.standardPotential[metal!.symbols[m]]
    heat += metalCurrent[m] * (-y[layout.fields + layout.phiE] - U)
  }
  return heat
}
