import type { Dae } from '../../solve/dae.ts'
import { F } from '../../units.ts'
import { conservationOf, volumePerSurface } from '../conserved.ts'
import { heatRate } from '../heat.ts'
import type { At, Control } from '../model.ts'
import { loadConcentrations } from '../parts.ts'
import { pointValuesOf } from '../point-values.ts'
import type { CellEquations } from '../porous-electrode.ts'
import { depletedBelow } from '../reaction.ts'
import { repairOf } from '../repair.ts'
import { solidCurrents } from '../solid.ts'
import type { PointFields } from '../surface-reactions.ts'
import { expandCurrents, expandState } from './expand.ts'
import { reducedLinearAlgebra } from './linear-algebra.ts'
import type { MeanOhmic } from './ohmic.ts'
import type { ReducedParts } from './parts.ts'
import { scarceBelow } from './reaction-share.ts'
import { differentialOf, nameOf, scaleOf } from './unknowns.ts'
import { reducedVoltage } from './voltage.ts'

/**
 * What a well-mixed electrolyte may lack, in parts of what vanishes in a limiting rate. Nothing flows in from elsewhere, but a particle that
 * lacks 1e-9 of an ion, far below any tolerance, takes 1e-4 mol/m³ out of it; where all of a salt is used up, no more may seem to be there.
 */
const wellMixedLack = 100

/**
 * The single-particle models with any number of ions: electrodes that run evenly, each one particle with one j_i.
 *
 *   species    ε ∂c_k/∂t = −∂N_k/∂x + a j_k/(z_k F)     along x (`spme`), or of one well-mixed volume (`spm`: no N_k)
 *   charge     ∂i_e/∂x = a Σ_i j_i,  i_e = F Σ z_k N_k,  N_k by the full law with φ_e
 *   electrode  a ℓ (Σ_i j_i + C_dl dΔ̄/dt) = ±I,          j_i(x_s, Δ̄, c): see mean-reaction.ts
 *   particle   see particle.ts;  planar metal: see metal-face.ts
 *   voltage    V = ⟨φ_s⟩_c − ⟨φ_s⟩_a + solid and contact losses, ⟨φ_s⟩ = Δ̄ + ⟨φ_e⟩
 *   closing    one control equation for I;  dQ/dt = I;  heat balance where asked
 *
 * `spm` leaves out all losses in electrolyte and solid, but its one composition follows what the electrodes give and take:
 * for one salt it stays the fresh one, for several ions it drifts, and can run out. Rows of ions sum to linear equations:
 * every inventory is conserved to round-off, as in the porous-electrode model.
 * For one salt `spme` is the model of the Source (see ohmic.ts for the conductivity).
 * Source: Marquis2019
 */
export const reducedEquations = (parts: ReducedParts, ohmic: MeanOhmic): CellEquations => {
  const { full, layout, points, flux, electrodes } = parts
  const { cell, K, z, metal, metalLayer } = full
  const { fields: base, stride, phiE, size } = layout
  const { count } = points
  const last = K - 1
  const c = new Float64Array(K)
  const metalState = new Float64Array(metal?.states ?? 0)
  const thermal = layout.temperature >= 0
  const expanded = new Float64Array(thermal ? full.layout.size : 0)
  const iS = new Float64Array(thermal ? full.points.count + 1 : 0)
  const values = thermal ? pointValuesOf(full) : undefined
  const voltage = reducedVoltage(parts, ohmic)
  const n = full.cathode.n
  const at: At = { time: 0, voltage: 0, current: 0, capacity: 0, temperature: 0, amount: new Float64Array(n) }
  let control: Control = a => a.current
  let ambient = cell.ambientTemperature
  let fixedTemperature = cell.temperature
  let state: Float64Array = new Float64Array(0)

  const temperatureOf = (y: Float64Array): number => (thermal ? y[layout.temperature] : fixedTemperature)

  /** The protocol's view; needs the flux of the same state. */
  const view = (t: number, y: Float64Array): At => {
    at.time = t
    at.current = y[layout.current] * cell.area
    at.voltage = voltage.value(y, temperatureOf(y))
    at.capacity = (y[layout.charge] * cell.area) / 3600
    at.temperature = temperatureOf(y)
    return at
  }

  const observe = (t: number, y: Float64Array): At => {
    flux.evaluate(y, temperatureOf(y))
    return view(t, y)
  }

  /** What an electrode's reaction sees: the compositions of all its cells, and Δ̄. */
  const views = electrodes.map(({ count: cells, first, delta }): PointFields => {
    const all = new Float64Array(cells * K)
    return {
      c: all,
      delta: () => state[delta],
      load: () => {
        for (let q = 0; q < cells; q++) {
          loadConcentrations(state, base + (first + q) * stride, z, c)
          for (let k = 0; k < K; k++) all[q * K + k] = c[k]
        }
      },
    }
  })

  /**
   * An accepted state may lie below zero, or above a full host, by what vanishes in a limiting rate: by the scarcity at which ions
   * stop entering an electrode, in the separator and at a planar metal too, which diffusion draws after it (what the metal takes or
   * gives of an ion that is not there tells, where it matters, long before). In a well-mixed electrolyte the electrodes
   * have to have a potential all the same.
   */
  const lowest = count > 1 ? -scarceBelow(cell.electrolyte) : -wellMixedLack * depletedBelow
  const havePotentials = (y: Float64Array): boolean => {
    const T = temperatureOf(y)
    state = y
    for (let e = 0; e < electrodes.length; e++) {
      const { electrode } = electrodes[e]
      if (!(electrode.react(y, T, views[e]) && (electrode.reaction.settled?.() ?? true))) return false
    }
    if (!metal) return true
    for (let l = 0; l < metalState.length; l++) metalState[l] = y[layout.metal + l]
    loadConcentrations(y, base, z, c)
    return metal.evaluate(metalState, c, y[base + phiE], T) && metal.settled()
  }
  const inside = (y: Float64Array, leading?: number): boolean => {
    for (let p = 0; p < count; p++) {
      loadConcentrations(y, base + p * stride, z, c)
      for (let k = 0; k < K; k++) if (!(c[k] > lowest)) return false
    }
    if (count === 1 && c.some(value => value < 0) && !havePotentials(y)) return false
    for (const { electrode } of electrodes) if (!electrode.inside(y, temperatureOf(y), leading)) return false
    return !metal || metal.inside(y, layout.metal)
  }

  const residual: Dae['residual'] = (t, y, yp, out) => {
    const T = temperatureOf(y)
    state = y
    if (!(T > 0) || !flux.evaluate(y, T)) return false
    for (let e = 0; e < electrodes.length; e++)
      if (!electrodes[e].electrode.residual(y, yp, T, views[e], out)) return false

    // Ions and charge of every electrolyte cell.
    const { N, current } = flux
    for (let p = 0; p < count; p++) {
      const row = base + p * stride
      for (let k = 0; k < last; k++) {
        const right = p < count - 1 ? N[p * K + k] : 0
        const left = p > 0 ? N[(p - 1) * K + k] : 0
        out[row + k] = points.volume[p] * yp[row + k] + right - left
      }
      out[row + phiE] = (p < count - 1 ? current[p] : 0) - (p > 0 ? current[p - 1] : 0)
    }

    // Reactions, the same everywhere in an electrode (see reaction-share.ts); the electrode's own row makes them carry the current.
    for (const { electrode, first, count: cells, weight, surface, sign, delta, species, share } of electrodes) {
      const { j, total, spec } = electrode
      if (!share.evaluate(y, base + first * stride, stride, j)) return false
      const capacitive = spec.doubleLayer * yp[delta]
      for (let q = 0; q < cells; q++) {
        const row = base + (first + q) * stride
        const area = surface * weight[q]
        for (let i = 0; i < electrode.n; i++) {
          const k = species[i]
          const local = area * share.local[i * cells + q] * share.even[i]
          if (k < last) out[row + k] -= local / (z[k] * F)
          out[row + phiE] -= local
        }
        if (capacitive !== 0)
          for (let k = 0; k < last; k++) out[row + k] -= (area * full.capacitiveShare[k] * capacitive) / (z[k] * F)
        out[row + phiE] -= area * capacitive
      }
      out[delta] = surface * (total[0] + capacitive) - sign * y[layout.current]
    }

    // With two porous electrodes the charge of the first cell follows from the others; there φ_e has its zero.
    if (metal) {
      for (let l = 0; l < metalState.length; l++) metalState[l] = y[layout.metal + l]
      loadConcentrations(y, base, z, c)
      if (!metal.evaluate(metalState, c, y[base + phiE], T)) return false
      for (let m = 0; m < metal.metals; m++) {
        const k = full.metalSpecies[m]
        const stripped = -yp[layout.metal + m] // j_m/(z_m F) by the metal's own balance: no rate of exchange in these rows
        if (k < last) out[base + k] -= stripped
        out[base + phiE] -= z[k] * F * stripped
      }
      for (let l = 0; l < metal.states; l++) out[layout.metal + l] = yp[layout.metal + l] - metal.rate[l]
      if (metalLayer) for (let f = 0; f < K; f++) out[base + f] += metalLayer[f] * yp[base + phiE]
    } else out[base + phiE] = y[base + phiE]

    out[layout.charge] = yp[layout.charge] - y[layout.current]
    if (thermal) {
      ohmic.evaluate(y, T)
      expandState(parts, ohmic, y, expanded)
      expandCurrents(parts, ohmic, y, yp, expanded, T)
      solidCurrents(full, expanded, y[layout.current], iS)
      values!.fill(expanded, T)
      out[layout.temperature] =
        cell.thermal!.heatCapacity * yp[layout.temperature] -
        heatRate(full, values!, expanded, T, iS) * cell.area +
        cell.thermal!.coolingConductance * (T - ambient)
    }
    out[layout.current] = control(view(t, y))
    return true
  }

  const conserving = conservationOf({
    size,
    volume: points.volume,
    fields: base,
    stride,
    z,
    electrodes: electrodes.map(({ electrode, surface, species, delta }) => ({
      electrode,
      species,
      host: Float64Array.of((surface * volumePerSurface(electrode)) / electrode.spec.host.molarVolume),
      capacitance: Float64Array.of(surface * electrode.spec.doubleLayer),
      delta: Int32Array.of(delta),
    })),
    capacitiveShare: full.capacitiveShare,
    face: { capacitance: cell.anode.kind === 'metal' ? cell.anode.doubleLayer : 0, phiE: base + phiE },
    metal: layout.metal,
    metalSpecies: full.metalSpecies,
    charge: layout.charge,
  })

  return {
    size,
    differential: differentialOf(parts),
    single: [parts.layout.current],
    scale: scaleOf(parts),
    residual,
    inside,
    // Where cells run out of an ion the voltage, which is no unknown, hangs on the last of it: one iteration more.
    steep: (y, correction, part) =>
      electrodes.some(
        ({ electrode, share, count: cells }) =>
          (cells > 1 && share.blurs.includes(1)) || electrode.steep(y, correction, part),
      ),
    outdated: y => electrodes.some(({ electrode }) => electrode.outdated(y)),
    confine: (y, most, before, give) =>
      electrodes.reduce((given, { electrode }) => electrode.confine(y, most, before, give) || given, false),
    repair: repairOf({
      volume: points.volume,
      fields: base,
      stride,
      ions: last,
      electrodes: electrodes.map(({ electrode }) => electrode),
    }),
    conserving,
    ...reducedLinearAlgebra(parts, voltage, {
      residual,
      temperatureOf,
      views,
      observe,
      hold: y => {
        state = y
      },
      control: now => control(now),
    }),
    name: i => nameOf(parts, i),
    temperatureOf,
    observe,
    drive(next, temperature) {
      control = next
      ambient = temperature
      if (!thermal) fixedTemperature = temperature
    },
  }
}
