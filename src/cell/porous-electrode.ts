import { blockTridiagonal } from '../math/block-tridiagonal.ts'
import type { Dae } from '../solve/dae.ts'
import { F } from '../units.ts'
import { conservationOf, volumePerSurface } from './conserved.ts'
import { controlSlopes } from './control.ts'
import { heatRate } from './heat.ts'
import { type Interface, interfacesOf } from './interfaces.ts'
import { condensedMetal } from './metal-condensed.ts'
import type { At, Control } from './model.ts'
import { balances, loadConcentrations, type Parts } from './parts.ts'
import { fluxBlocks, fluxRows, isSame, type PointPlaces, reactionBlocks, reactionRows } from './point-rows.ts'
import { pointValuesOf } from './point-values.ts'
import { depletedBelow } from './reaction.ts'
import { repairOf } from './repair.ts'
import { solidCurrents } from './solid.ts'
import type { PointFields } from './surface-reactions.ts'
import { terminalVoltage } from './terminal.ts'
import { absoluteOf, differentialOf, nameOf, scaleOf } from './unknowns.ts'

/** Step for the derivative of the residual by temperature [K]. */
const temperatureStep = 1e-3

/** The equations of the cell, and the two handles a protocol steers them by. */
export type CellEquations = Dae & {
  drive(control: Control, ambient: number): void
  /** Cell temperature of a state [K]. */
  temperatureOf(y: Float64Array): number
  /** Voltage, current, capacity and temperature of a state (`amount` is left to the caller); reused scratch. */
  observe(t: number, y: Float64Array): At
}

/**
 * The porous-electrode model (Doyle–Fuller–Newman with any number of ions) in the full Onsager form.
 *
 *   species      ε ∂c_k/∂t = −∂N_k/∂x + a j_k/(z_k F)           every species but the last (electroneutrality)
 *   charge       ∂(i_e + i_s)/∂x = 0,  i_e = F Σ z_k N_k,  i_s = −σ ∂φ_s/∂x
 *   solid        ∂i_s/∂x = −a (Σ_i j_i + C_dl ∂Δ/∂t)             Δ = φ_s − φ_e
 *   particles    see particle.ts;  reactions j_i: see reaction.ts;  planar metal: see metal-face.ts, with −C_dl ∂φ_e/∂t beside Σ_m j_m
 *   closing      one control equation for the current density I;  dQ/dt = I;  heat balance where asked
 *
 * φ_s(0) = 0; at the far collector i_s = I and N_k = 0. Rows of ions telescope: every inventory is conserved to round-off
 * whatever the tolerance. Finite volumes, second order in x and r. The linear algebra follows the structure: particles
 * condense into their surface, surfaces into their point, points form a block tridiagonal matrix of width K + 1, and
 * the control equation borders it; cost is linear in points and shells.
 */
export const cellEquations = (parts: Parts): CellEquations & { refresh(y: Float64Array): void } => {
  const { cell, points, layout, flux, anode, cathode, metal, metalLayer, electrodes, K, z, solidConductance } = parts
  const { stride, fields: base, phiE, delta } = layout
  const { count } = points
  const last = K - 1
  const places: PointPlaces = { base, stride, count, K, phiE, delta }
  const size = layout.size
  const c = new Float64Array(K)
  const iS = new Float64Array(count + 1)
  const values = layout.temperature < 0 ? undefined : pointValuesOf(parts)
  const metalState = new Float64Array(metal?.states ?? 0)
  const at: At = { time: 0, voltage: 0, current: 0, capacity: 0, temperature: 0, amount: new Float64Array(cathode.n) }
  const { volume } = points
  const interfaces = interfacesOf(parts)
  const perLast = 1 / z[last]
  let control: Control = a => a.current
  let ambient = cell.ambientTemperature
  let fixedTemperature = cell.temperature

  const temperatureOf = (y: Float64Array): number => (layout.temperature < 0 ? fixedTemperature : y[layout.temperature])

  let state: Float64Array = new Float64Array(0)
  const fields: PointFields = {
    c,
    delta: p => state[base + p * stride + delta],
    load: p => loadConcentrations(state, base + p * stride, z, c),
    fill: (p, concentrations, deltas) => {
      for (let q = 0, at = base + p * stride, k = 0; q < deltas.length; q++, at += stride) {
        let charge = 0
        for (let l = 0; l < last; l++, k++) {
          concentrations[k] = state[at + l]
          charge += z[l] * state[at + l]
        }
        concentrations[k++] = -charge * perLast
        deltas[q] = state[at + delta]
      }
    },
  }

  const loadMetal = (y: Float64Array): void => {
    for (let l = 0; l < metalState.length; l++) metalState[l] = y[layout.metal + l]
    loadConcentrations(y, base, z, c)
  }

  const observe = (t: number, y: Float64Array): At => {
    at.time = t
    at.current = y[layout.current] * cell.area
    at.voltage = terminalVoltage(parts, y, temperatureOf(y))
    at.capacity = (y[layout.charge] * cell.area) / 3600
    at.temperature = temperatureOf(y)
    return at
  }

  /** Fluxes of a state, as an output wants them: currents come from its slopes. */
  const refresh = (y: Float64Array): void => {
    flux.evaluate(y, temperatureOf(y))
  }

  // The state of the last Jacobian: the first residual of an iteration is mostly asked there.
  const linearisedAt = new Float64Array(size)
  let linearisedTemperature = Number.NaN
  /** It was more than `relinearise`. */
  let linearisedWhole = false
  const isLinearised = (y: Float64Array, T: number, said: boolean | undefined): boolean =>
    T === linearisedTemperature && (said ?? isSame(y, linearisedAt))

  /** What charges the double layers: ions out of the electrolyte, by their share of it, and charge out of the solid. */
  const capacitiveRows = (
    { electrode, surface, doubleLayer }: Interface,
    yp: Float64Array,
    out: Float64Array,
  ): void => {
    for (let q = 0, row = base + electrode.first * stride; q < electrode.count; q++, row += stride) {
      const capacitive = surface[q] * doubleLayer * yp[row + delta]
      for (let k = 0; k < last; k++) out[row + k] -= (parts.capacitiveShare[k] * capacitive) / (z[k] * F)
      out[row + delta] += capacitive
    }
  }

  const residual: Dae['residual'] = (t, y, yp, out, said) => {
    const T = temperatureOf(y)
    state = y
    if (!(T > 0) || !flux.evaluate(y, T)) return false
    const linearised = isLinearised(y, T, said)
    for (const electrode of electrodes)
      if (!electrode.residual(y, yp, T, fields, out, linearised, linearisedWhole)) return false
    solidCurrents(parts, y, y[layout.current], iS)

    fluxRows(places, volume, flux.N, flux.current, iS, y, yp, out)
    for (const side of interfaces) {
      reactionRows(places, side, iS, out)
      if (side.doubleLayer > 0) capacitiveRows(side, yp, out)
    }

    // Planar metal: each metal's current enters the electrolyte at x = 0.
    if (metal) {
      loadMetal(y)
      if (!metal.evaluate(metalState, c, y[base + phiE], T)) return false
      for (let m = 0; m < metal.metals; m++) {
        const k = parts.metalSpecies[m]
        const stripped = -yp[layout.metal + m] // j_m/(z_m F) by the metal's own balance: no rate of exchange in these rows
        if (k < last) out[base + k] -= stripped
        out[base + phiE] -= z[k] * F * stripped
      }
      for (let l = 0; l < metal.states; l++) out[layout.metal + l] = yp[layout.metal + l] - metal.rate[l]
      if (metalLayer) for (let f = 0; f < K; f++) out[base + f] += metalLayer[f] * yp[base + phiE]
    }

    // Charge passed, heat, and the equation that closes the system.
    out[layout.charge] = yp[layout.charge] - y[layout.current]
    if (layout.temperature >= 0) {
      balances(parts, yp)
      values!.fill(y, T)
      out[layout.temperature] =
        cell.thermal!.heatCapacity * yp[layout.temperature] -
        heatRate(parts, values!, y, T, iS) * cell.area +
        cell.thermal!.coolingConductance * (T - ambient)
    }
    out[layout.current] = control(observe(t, y))
    return true
  }

  /** An accepted state may lie below zero, or above a full host, by what vanishes in a limiting rate, no further. */
  const inside = (y: Float64Array, leading?: number): boolean => {
    for (let p = 0, at = base; p < count; p++, at += stride) {
      let charge = 0
      for (let k = 0; k < last; k++) {
        const value = y[at + k]
        charge -= z[k] * value
        if (!(value > -depletedBelow)) return false
      }
      if (!(charge * perLast > -depletedBelow)) return false
    }
    for (const electrode of electrodes) if (!electrode.inside(y, temperatureOf(y), leading)) return false
    return !metal || metal.inside(y, layout.metal)
  }

  const repair = repairOf({ volume: points.volume, fields: base, stride, ions: last, electrodes })

  const conserving = conservationOf({
    size,
    volume: points.volume,
    fields: base,
    stride,
    z,
    electrodes: electrodes.map(electrode => {
      const { spec, first, count: particles } = electrode
      const surface = points.width.slice(first, first + particles).map(h => h * spec.areaDensity)
      return {
        electrode,
        species: parts.species(electrode),
        host: surface.map(a => (a * volumePerSurface(electrode)) / spec.host.molarVolume),
        capacitance: surface.map(a => a * spec.doubleLayer),
        delta: Int32Array.from(surface, (_, q) => base + (first + q) * stride + delta),
      }
    }),
    capacitiveShare: parts.capacitiveShare,
    face: { capacitance: cell.anode.kind === 'metal' ? cell.anode.doubleLayer : 0, phiE: base + phiE },
    metal: layout.metal,
    metalSpecies: parts.metalSpecies,
    charge: layout.charge,
  })

  // ── Linear algebra ────────────────────────────────────────────────────────────────────────────────────────────────
  const b = stride
  const bb = b * b
  // A point without particles has no Δ, nor do its ions know those of its neighbours.
  const separating = new Uint8Array(count).fill(1)
  for (const { first, count: n } of electrodes) separating.fill(0, first, first + n)
  const matrix = blockTridiagonal(count, b, separating)
  const fixedDiagonal = new Float64Array(count * bb)
  const byCurrent = new Float64Array(count * b)
  const byTemperature = new Float64Array(layout.temperature < 0 ? 0 : size)
  const shifted = new Float64Array(layout.temperature < 0 ? 0 : size)
  const condensed = metal ? condensedMetal(metal, K, z, parts.metalSpecies) : undefined
  const leftForMetal = new Float64Array(metal?.metals ?? 0)
  const slopes = { byVoltage: 0, byCurrent: 1 }
  let controlByVoltage = 0
  let controlByCurrent = 1
  let schurOfControl = 1
  let respondedToCurrent = false
  let lastAlpha = 1
  const byConcentration = new Float64Array(K)

  const jacobian: Dae['jacobian'] = (t, y, yp) => {
    const T = temperatureOf(y)
    state = y
    linearisedAt.set(y)
    linearisedTemperature = T
    linearisedWhole = true
    if (!(T > 0) || !flux.linearise(y, T)) return false
    for (const electrode of electrodes) if (!electrode.jacobian(y, T, fields)) return false
    const { lower, upper } = matrix
    fixedDiagonal.fill(0)
    lower.fill(0)
    upper.fill(0)
    fluxBlocks(places, flux.before, flux.after, fixedDiagonal, lower, upper)
    for (const { first, count: n } of electrodes) {
      for (let p = first + 1; p < first + n; p++) {
        const g = solidConductance[p]
        for (let row = phiE; row <= delta; row++)
          for (let column = phiE; column <= delta; column++) {
            const at = row * b + column
            fixedDiagonal[(p - 1) * bb + at] += g
            upper[(p - 1) * bb + at] -= g
            lower[p * bb + at] -= g
            fixedDiagonal[p * bb + at] += g
          }
      }
    }
    if (anode)
      for (let row = phiE; row <= delta; row++)
        for (let column = phiE; column <= delta; column++) fixedDiagonal[row * b + column] += solidConductance[0]
    for (let p = 0; p < count; p++) if (separating[p]) fixedDiagonal[p * bb + delta * b + delta] = 1
    lineariseMetal(y, T)
    condensed?.free(upper, 0, b)
    controlSlopes(control, observe(t, y), cell.nominalCapacity, slopes)
    controlByVoltage = slopes.byVoltage
    controlByCurrent = slopes.byCurrent * cell.area
    if (cell.reference !== undefined) referenceSlopes(y, T)
    if (layout.temperature >= 0) temperatureColumn(t, y, yp)
    return true
  }

  const lineariseMetal = (y: Float64Array, T: number): void => {
    if (!metal) return
    loadMetal(y)
    metal.linearise(metalState, c, y[base + phiE], T)
  }

  /** The reactions alone: their exponentials and the steps of a host's potential bend most, and they are few. */
  const relinearise = (y: Float64Array): boolean => {
    const T = temperatureOf(y)
    state = y
    linearisedTemperature = Number.NaN
    for (const electrode of electrodes) if (!electrode.jacobian(y, T, fields, true)) return false
    lineariseMetal(y, T)
    linearisedAt.set(y)
    linearisedTemperature = T
    linearisedWhole = false
    return true
  }

  /** ∂F/∂T, all rows but the heat balance's own, by a difference of residuals. */
  const temperatureColumn = (t: number, y: Float64Array, yp: Float64Array): void => {
    residual(t, y, yp, byTemperature)
    const T = y[layout.temperature]
    y[layout.temperature] = T + temperatureStep
    residual(t, y, yp, shifted)
    y[layout.temperature] = T
    for (let i = 0; i < size; i++) byTemperature[i] = (shifted[i] - byTemperature[i]) / temperatureStep
  }

  /** ∂(potential of the reference electrode)/∂c at the anode's face. */
  const referenceSlopes = (y: Float64Array, T: number): void => {
    const V = terminalVoltage(parts, y, T)
    for (let k = 0; k < last; k++) {
      const value = y[base + k]
      const step = 1e-6 * Math.max(value, 1e-3)
      y[base + k] = value + step
      byConcentration[k] = (terminalVoltage(parts, y, T) - V) / step
      y[base + k] = value
    }
  }

  const capacitiveBlocks = (
    { electrode, surface, doubleLayer }: Interface,
    alpha: number,
    diagonal: Float64Array,
  ): void => {
    for (let q = 0, at = electrode.first * bb; q < electrode.count; q++, at += bb) {
      const capacitive = alpha * surface[q] * doubleLayer
      diagonal[at + delta * b + delta] += capacitive
      for (let k = 0; k < last; k++)
        diagonal[at + k * b + delta] -= (capacitive * parts.capacitiveShare[k]) / (z[k] * F)
    }
  }

  const factor: Dae['factor'] = alpha => {
    lastAlpha = alpha
    const { diagonal } = matrix
    diagonal.set(fixedDiagonal)
    for (let p = 0; p < count; p++)
      for (let k = 0; k < last; k++) diagonal[p * bb + k * b + k] += alpha * points.volume[p]
    for (const side of interfaces) {
      if (!side.electrode.factor(alpha)) return false
      reactionBlocks(places, side, diagonal)
      if (side.doubleLayer > 0) capacitiveBlocks(side, alpha, diagonal)
    }
    if (metalLayer) for (let f = 0; f < K; f++) diagonal[f * b + phiE] += alpha * metalLayer[f]
    condensed?.free(diagonal, 0, b)
    if (condensed && !condensed.factor(alpha, diagonal, b)) return false
    if (!matrix.factor()) return false
    // The control equation condensed onto the current.
    respondedToCurrent = false
    schurOfControl = controlByCurrent
    if (controlByVoltage !== 0) {
      respondToCurrent()
      schurOfControl -= controlByVoltage * (parts.terminalResistance + voltageOf(byCurrent, 0))
    }
    return schurOfControl !== 0 && Number.isFinite(schurOfControl)
  }

  /** Response of the fields to the current at the far collector; a given current asks for none. */
  const respondToCurrent = (): void => {
    if (respondedToCurrent) return
    respondedToCurrent = true
    byCurrent.fill(0)
    byCurrent[(count - 1) * b + phiE] = 1
    byCurrent[(count - 1) * b + delta] = 1
    matrix.solve(byCurrent, 0, count - 1)
  }

  /** Linear part of the voltage in the fields' increments at r[start …]. */
  const voltageOf = (r: Float64Array, start: number): number => {
    const end = start + (count - 1) * b
    let V = r[end + phiE] + r[end + delta]
    if (cell.reference !== undefined) {
      V -= r[start + phiE]
      for (let k = 0; k < last; k++) V += byConcentration[k] * r[start + k]
    }
    return V
  }

  /** Row of ion k of the first point, but for the metal, times the fields' increments at r[base …]. */
  const withoutMetal = (r: Float64Array, k: number): number => {
    let sum = lastAlpha * volume[0] * r[base + k]
    if (metalLayer) sum += lastAlpha * metalLayer[k] * r[base + phiE]
    for (let f = 0; f < b; f++)
      sum += fixedDiagonal[k * b + f] * r[base + f] + matrix.upper[k * b + f] * r[base + b + f]
    return sum
  }

  const solve: Dae['solve'] = rhs => {
    if (layout.temperature >= 0) {
      const { heatCapacity, coolingConductance } = cell.thermal!
      const dT = rhs[layout.temperature] / (lastAlpha * heatCapacity + coolingConductance)
      for (let i = 0; i < size; i++) rhs[i] -= byTemperature[i] * dT
      rhs[layout.temperature] = dT
    }
    for (const { electrode, surface, species, perCharge } of interfaces) {
      electrode.reduce(rhs)
      const { first, n, drive } = electrode
      for (let q = 0, row = base + first * stride; q < electrode.count; q++, row += stride)
        for (let i = 0; i < n; i++) {
          const driven = surface[q] * drive[q * n + i]
          rhs[row + species[i]] += driven * perCharge[i]
          rhs[row + delta] -= driven
        }
    }
    for (let m = 0; m < leftForMetal.length; m++) leftForMetal[m] = rhs[base + parts.metalSpecies[m]]
    condensed?.free(rhs, base, 1)
    condensed?.reduce(rhs, layout.metal, base)
    matrix.solve(rhs, base)
    const dI =
      (controlByVoltage === 0 ? rhs[layout.current] : rhs[layout.current] - controlByVoltage * voltageOf(rhs, base)) /
      schurOfControl
    if (dI !== 0) {
      respondToCurrent()
      for (let i = 0; i < count * b; i++) rhs[base + i] -= byCurrent[i] * dI
    }
    rhs[layout.current] = dI
    rhs[layout.charge] = (rhs[layout.charge] + dI) / lastAlpha
    for (let m = 0; m < leftForMetal.length; m++) leftForMetal[m] -= withoutMetal(rhs, parts.metalSpecies[m])
    condensed?.expand(rhs, layout.metal, base, leftForMetal)
    for (const electrode of electrodes) electrode.expand(rhs, K, base + electrode.first * stride, stride)
  }

  return {
    size,
    memory: parts.memory,
    differential: differentialOf(parts),
    scale: scaleOf(parts),
    absolute: absoluteOf(parts),
    single: [parts.layout.current],
    cheapFactor: true,
    relinearise,
    residual,
    jacobian,
    inside,
    steep: (y, correction, part) => electrodes.some(electrode => electrode.steep(y, correction, part)),
    outdated: y => electrodes.some(electrode => electrode.outdated(y)),
    confine: (y, most, before, give) =>
      electrodes.reduce((given, e) => e.confine(y, most, before, give) || given, false),
    repair,
    conserving,
    factor,
    solve,
    name: i => nameOf(parts, i),
    temperatureOf,
    refresh,
    observe,
    drive(next, temperature) {
      control = next
      ambient = temperature
      if (layout.temperature < 0) fixedTemperature = temperature
    },
  }
}
