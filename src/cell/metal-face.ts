import type { Electrolyte } from '../electrolyte/electrolyte.ts'
import { F, R } from '../units.ts'
import type { MetalElectrode } from './cell.ts'
import { currentThroughFilm } from './film.ts'
import { activitiesOf, mostReversed, speciesIndex, standardPotentialOf } from './reaction.ts'

/** Step of the difference quotients, relative to the natural size of each argument. */
const difference = 1e-7
/** The same for a metal that is used up, relative to the trace that is taken for none. */
const nearNothing = 1e-3
/**
 * Metal that is taken for none, relative to the natural size: the width w of the law's end, which leaves a stripped
 * electrode a potential at rest and lets it plate again; and how far below zero a state may lie.
 */
const traceOfMetal = 1e-9
const overdrawn = 1e-6
/** n/w above which ln(1 + exp(n/w)) is n/w to round-off. */
const exact = 40
/** Reference temperature of the exchange currents [K]. */
const referenceTemperature = 298.15

/**
 * A planar metal electrode at φ_s = 0 on which every metal plates and strips by its own reaction,
 *
 *   j_m = i0_m [ a_m θ exp(α_a v_m) − a_{m+} exp(−α_c v_m) ],   v_m = z_m F (−φ_e − R_f Σj − E°_m)/RT,
 *   dn_m/dt = −j_m/(z_m F),
 *
 * a_{m+} the ion's activity in the electrolyte, θ = n/(n + n_mono) the coverage that fades as the last monolayer goes, n
 * rounded off to w ln(1 + exp(n/w)) at its very end.
 * `separate` metals: a_m = 1 and each its own n. `solid-solution`: a_m = mole fraction in a surface layer of stated
 * thickness; what is buried or laid bare as the surface moves is exchanged with the deposit beneath.
 *
 * States: n_m [mol/m²], and for a solid solution the layer's contents s_m [mol/m²] after them.
 */
export type MetalFace = {
  readonly metals: number
  readonly states: number
  readonly symbols: readonly string[]
  /** j_m [A/m²], anodic positive, and d(state)/dt of the last `evaluate`. */
  readonly j: Float64Array
  readonly rate: Float64Array
  evaluate(state: Float64Array, c: Float64Array, phiE: number, T: number): boolean
  /** ∂j by states [m, states] and by the fields (c_1 … c_{K−1}, φ_e) [m, K]; ∂rate likewise. */
  linearise(state: Float64Array, c: Float64Array, phiE: number, T: number): void
  readonly byState: Float64Array
  readonly byField: Float64Array
  readonly rateByState: Float64Array
  readonly rateByField: Float64Array
  /** True where no metal is below zero by more than a tolerance leaves: more would be metal drawn that was never there. */
  inside(y: Float64Array, at: number): boolean
  /**
   * Whether Σ j of the last `evaluate` grows with −φ_e: the rate of plating of an ion below zero, which is reversed, falls, and where
   * it outweighs the others no potential carries a current.
   */
  settled(): boolean
  /** Fills the states of a fresh electrode. */
  fill(state: Float64Array): void
  /** Natural size of a state [mol/m²]. */
  readonly scale: number
}

export const metalFace = (electrode: MetalElectrode, electrolyte: Electrolyte): MetalFace => {
  const { metals, filmResistance } = electrode
  const n = metals.length
  const mixed = electrode.mixing === 'solid-solution'
  const ns = mixed ? 2 * n : n
  const K = electrolyte.species.length
  const last = K - 1
  const symbols = metals.map(m => m.carrier.symbol)
  const index = speciesIndex(electrolyte, symbols, 'anode')
  const charges = Float64Array.from(electrolyte.species, s => s.charge)
  const z = Float64Array.from(metals, m => m.carrier.charge)
  const E0 = Float64Array.from(symbols, s => standardPotentialOf(electrolyte, s, 'anode'))
  const alphaA = Float64Array.from(metals, m => m.alphaAnodic)
  const alphaC = Float64Array.from(metals, m => m.alphaCathodic)
  const volume = Float64Array.from(metals, m => m.molarVolume)
  const initial = Float64Array.from(symbols, s => electrode.amount[s] ?? 0)
  const scale = Math.max(1e-3, ...initial)
  const faint = traceOfMetal * scale
  const j = new Float64Array(n)
  const rate = new Float64Array(ns)
  const lnA = new Float64Array(K)
  const activities = activitiesOf(electrolyte)
  const anodic = new Float64Array(n)
  const cathodic = new Float64Array(n)
  const available = new Float64Array(n)
  const byState = new Float64Array(n * ns)
  const byField = new Float64Array(n * K)
  const rateByState = new Float64Array(ns * ns)
  const rateByField = new Float64Array(ns * K)
  const j2 = new Float64Array(n)
  const rate2 = new Float64Array(ns)

  /** Metal that can be stripped [mol/m²]: n, and near zero w ln(1 + exp(n/w)), which no demand of a potential makes negative. */
  const present = (amount: number): number => {
    const u = amount / faint
    return u > exact ? amount : faint * Math.log1p(Math.exp(u))
  }

  /** a_m θ of each metal. */
  const availability = (state: Float64Array): void => {
    if (!mixed) {
      for (let m = 0; m < n; m++) {
        const there = present(state[m])
        available[m] = there / (there + metals[m].monolayer)
      }
      return
    }
    let total = 0
    let monolayer = 0
    for (let m = 0; m < n; m++) {
      total += state[n + m]
      monolayer = Math.max(monolayer, metals[m].monolayer)
    }
    for (let m = 0; m < n; m++) available[m] = present(state[n + m]) / (Math.abs(total) + monolayer)
  }

  const currents = (phiE: number, T: number, s: number): number => {
    let total = 0
    for (let m = 0; m < n; m++) {
      const v = (z[m] * F * (-phiE - filmResistance * s - E0[m])) / (R * T)
      const i0 =
        metals[m].exchangeCurrent * Math.exp((metals[m].activationEnergy / R) * (1 / referenceTemperature - 1 / T))
      anodic[m] = i0 * available[m] * Math.exp(alphaA[m] * v)
      cathodic[m] = i0 * activities.left[index[m]] * Math.exp(-alphaC[m] * v + lnA[index[m]])
      j[m] = anodic[m] - cathodic[m]
      total += j[m]
    }
    return total
  }

  const evaluate: MetalFace['evaluate'] = (state, c, phiE, T) => {
    activities.fill(c, T, lnA)
    availability(state)
    if (filmResistance > 0)
      currentThroughFilm(
        s => currents(phiE, T, s),
        () => {
          let slope = 0
          for (let m = 0; m < n; m++) slope += z[m] * (alphaA[m] * anodic[m] + alphaC[m] * cathodic[m])
          return (slope * filmResistance * F) / (R * T)
        },
      )
    else currents(phiE, T, 0)
    for (let m = 0; m < n; m++) rate[m] = -j[m] / (z[m] * F)
    if (mixed) layerRates(state)
    let finite = 0
    for (let m = 0; m < n; m++) finite += j[m]
    return Number.isFinite(finite)
  }

  /** The surface layer keeps its thickness: growth buries its mixture, stripping lays bare the mean of what lies beneath. */
  const layerRates = (state: Float64Array): void => {
    let growth = 0
    let layer = 0
    let beneath = 0
    for (let m = 0; m < n; m++) {
      growth += volume[m] * rate[m]
      layer += volume[m] * state[n + m]
      beneath += volume[m] * (state[m] - state[n + m])
    }
    const thickness = electrode.surfaceLayer
    for (let m = 0; m < n; m++) {
      const moved =
        growth > 0
          ? layer > 0
            ? (growth * Math.min(1, layer / thickness) * state[n + m]) / layer
            : 0
          : (growth * (state[m] - state[n + m])) / (Math.abs(beneath) + 1e-3 * thickness)
      rate[n + m] = rate[m] - moved
    }
  }

  return {
    metals: n,
    states: ns,
    inside(y, at) {
      for (let m = 0; m < n; m++) if (y[at + m] < -overdrawn * scale) return false
      return true
    },
    settled() {
      let rising = 0
      let falling = 0
      for (let m = 0; m < n; m++) {
        const plating = z[m] * alphaC[m] * cathodic[m]
        rising += z[m] * alphaA[m] * anodic[m] + Math.max(plating, 0)
        falling -= Math.min(plating, 0)
      }
      return falling <= mostReversed * rising
    },
    symbols,
    j,
    rate,
    byState,
    byField,
    rateByState,
    rateByField,
    scale,
    evaluate,
    linearise(state, c, phiE, T) {
      evaluate(state, c, phiE, T)
      j2.set(j)
      rate2.set(rate)
      for (let l = 0; l < ns; l++) {
        const value = state[l]
        const step = difference * Math.abs(value) + nearNothing * faint
        state[l] = value + step
        evaluate(state, c, phiE, T)
        state[l] = value
        difference1(l, ns, step, byState, rateByState)
      }
      for (let f = 0; f < K; f++) {
        if (f < last) {
          const value = c[f]
          const opposite = c[last]
          const step = difference * Math.max(value, 1e-6)
          c[f] = value + step
          c[last] = opposite - (charges[f] / charges[last]) * step
          evaluate(state, c, phiE, T)
          c[f] = value
          c[last] = opposite
          difference1(f, K, step, byField, rateByField)
        } else {
          evaluate(state, c, phiE + difference, T)
          difference1(f, K, difference, byField, rateByField)
        }
      }
      j.set(j2)
      rate.set(rate2)
      function difference1(
        column: number,
        columns: number,
        step: number,
        ofCurrent: Float64Array,
        ofRate: Float64Array,
      ): void {
        for (let m = 0; m < n; m++) {
          const slope = (j[m] - j2[m]) / step
          ofCurrent[m * columns + column] = slope
          ofRate[m * columns + column] = -slope / (z[m] * F) // exact, so that ions are conserved
        }
        for (let l = n; l < ns; l++) ofRate[l * columns + column] = (rate[l] - rate2[l]) / step
      }
    },
    fill(state) {
      state.set(initial)
      if (!mixed) return
      let total = 0
      for (let m = 0; m < n; m++) total += volume[m] * initial[m]
      const share = total > 0 ? Math.min(1, electrode.surfaceLayer / total) : 0
      for (let m = 0; m < n; m++) state[n + m] = share * initial[m]
    },
  }
}
