import { F, R } from '../units.ts'
import type { Electrode } from './electrode.ts'
import { heatRate } from './heat.ts'
import { loadConcentrations, type Parts } from './parts.ts'
import { solidCurrents } from './solid.ts'
import { terminalVoltage } from './terminal.ts'

/** Below this current density [A/m²] a share of it has no meaning, and the losses are averaged over the electrodes alike. */
const noCurrent = 1e-9
/** Net current, as a part of all partial currents together, below which losses are weighted by their magnitudes. */
const mostlyExchange = 0.1
/** Net current below this part of the partial currents is their round-off: it has no shares. */
const roundOff = 1e-9

/** Σ I_i and Σ |I_i| of partial currents, and the weight of one of them in the losses. */
export type Weighing = { sum: number; all: number }
export const weightOf = ({ sum, all }: Weighing, part: number, floor: number): number => {
  const mixed = mostlyExchange * mostlyExchange * all
  return (sum * part + mixed * (Math.abs(part) + floor)) / (sum * sum + mixed * all)
}

/** Scalar outputs of a state beyond voltage, current, capacity and temperature, and the function that fills them. */
export type Observer = {
  readonly columns: readonly string[]
  /** Needs the fluxes of a residual just evaluated at this state, and `balances` of its slopes. */
  row(y: Float64Array, T: number, out: Float64Array): void
  /** Mean content of each cathode carrier, [n]. */
  amount(y: Float64Array, out: Float64Array): void
}

/**
 * The columns and how each is formed. Per cathode carrier i: `amount[i]` and `surface[i]` mean and surface content
 * [per formula unit]; `share[i]` = ∫a j_i/∫aΣj; `partialCurrent[i]` [A], positive where the ion enters the cathode. All j
 * are net ones, by the balances of particles and metals: Σ_i partialCurrent is the current (less that of a double layer),
 * ∫ partialCurrent dt = z F Δn.
 * At the anode `anodeCurrent[i]` [A], positive where the ion leaves it, `anodeAmount[i]`, or `metal[i]` [mol/m²].
 * `concentration[k]`, `lowest[k]` mean and lowest concentration [mol/m³].
 *
 * Losses [V], which sum to the voltage: averaged over each electrode with the weights w_{p,i} = h j_i/∫Σj dx, so that each is
 * the power it takes over the current. Where ions exchange more than ten times the net current (at rest) the weights turn
 * smoothly into those of the magnitudes, h |j_i|/∫Σ|j| dx, and the split has no such meaning.
 *   equilibrium   Σ w U_i(x̄) of the cathode − the same of the anode, at the electrolyte's fresh concentration
 *   solid         Σ w [U_i(x_s) − U_i(x̄)]
 *   kinetic       Σ w η_i (films included)
 *   ohmic         solid, contact, and −∫ i_e/κ between the electrodes' weighted means
 *   electrolyte   what concentration differences add: diffusion potential and RT/zF ln a
 */
export const observerOf = (parts: Parts): Observer => {
  const { cell, cathode, anode, metal, points, layout, flux, K, z } = parts
  const { electrolyte } = cell
  const carriers = cathode.spec.host.carriers.map(c => c.symbol)
  const anodeCarriers = anode ? anode.spec.host.carriers.map(c => c.symbol) : (metal?.symbols ?? [])
  const species = electrolyte.species.map(s => s.name)
  const columns = [
    ...carriers.flatMap(s => [`amount[${s}]`, `surface[${s}]`, `share[${s}]`, `partialCurrent[${s}]`]),
    ...anodeCarriers.flatMap(s => [anode ? `anodeAmount[${s}]` : `metal[${s}]`, `anodeCurrent[${s}]`]),
    ...species.flatMap(s => [`concentration[${s}]`, `lowest[${s}]`]),
    'equilibrium',
    'loss[kinetic]',
    'loss[ohmic]',
    'loss[electrolyte]',
    'loss[solid]',
    'heat',
  ]
  const n = Math.max(cathode.n, anode?.n ?? 0, metal?.metals ?? 0)
  const mean = new Float64Array(n)
  const cathodeContent = new Float64Array(n)
  const anodeContent = new Float64Array(n)
  const surfaceMean = new Float64Array(n)
  const ionic = new Float64Array(n)
  const muMean = new Float64Array(n)
  const c = new Float64Array(K)
  const fresh = electrolyte.lnActivity(
    Float64Array.from(electrolyte.concentration),
    cell.temperature,
    new Float64Array(K),
  )
  const ohmicPhi = new Float64Array(points.count)
  const iS = new Float64Array(points.count + 1)

  /** Mean content over the electrode, weighted by the volume of each point. */
  const contents = (electrode: Electrode, y: Float64Array, out: Float64Array): void => {
    const { particles, first, count, base } = electrode
    out.fill(0)
    let total = 0
    for (let p = 0; p < count; p++) {
      particles.mean(y, base, p, mean)
      const h = points.width[first + p]
      for (let i = 0; i < electrode.n; i++) out[i] += h * mean[i]
      total += h
    }
    for (let i = 0; i < electrode.n; i++) out[i] /= total
  }

  /** What each electrode adds to the voltage, with weights of its own currents. */
  const share = { equilibrium: 0, solid: 0, kinetic: 0, activity: 0, phiE: 0, phiOhm: 0 }
  const weighing: Weighing = { sum: 0, all: 0 }
  const weigh = (electrode: Electrode, y: Float64Array, T: number, content: Float64Array): void => {
    const { spec, first, count, net } = electrode
    const index = parts.species(electrode)
    spec.host.thermodynamics.potential(content, T, muMean)
    weighing.sum = weighing.all = 0
    for (let p = 0; p < count; p++)
      for (let i = 0; i < electrode.n; i++) {
        const current = net[p * electrode.n + i]
        weighing.sum += points.width[first + p] * current
        weighing.all += points.width[first + p] * (Math.abs(current) + noCurrent)
      }
    share.equilibrium = share.solid = share.kinetic = share.activity = share.phiE = share.phiOhm = 0
    for (let p = 0; p < count; p++) {
      const at = layout.fields + (first + p) * layout.stride
      const h = points.width[first + p]
      const { mu } = electrode.surface(y, p, T)
      loadConcentrations(y, at, z, c)
      electrolyte.lnActivity(c, T, lnA)
      for (let i = 0; i < electrode.n; i++) {
        const w = weightOf(weighing, h * net[p * electrode.n + i], h * noCurrent)
        const charge = z[index[i]]
        const E0 = electrolyte.standardPotential[species[index[i]]]
        const U = E0 - mu[i] / (charge * F)
        const Umean = E0 - muMean[i] / (charge * F)
        const RTzF = (R * T) / (charge * F)
        share.equilibrium += w * (Umean + RTzF * fresh[index[i]])
        share.solid += w * (U - Umean)
        share.activity += w * RTzF * (lnA[index[i]] - fresh[index[i]])
        share.kinetic += w * (y[at + layout.delta] - U - RTzF * lnA[index[i]])
        share.phiE += w * y[at + layout.phiE]
        share.phiOhm += w * ohmicPhi[first + p]
      }
    }
  }

  return {
    columns,
    amount: (y, out) => contents(cathode, y, out),
    row(y, T, out) {
      let o = 0
      const I = y[layout.current]
      const V = terminalVoltage(parts, y, T)
      const amounts = (electrode: Electrode): void => {
        ionic.fill(0)
        surfaceMean.fill(0)
        let thickness = 0
        for (let p = 0; p < electrode.count; p++) {
          const h = points.width[electrode.first + p]
          const surface = electrode.base + (p + 1) * electrode.particles.size - electrode.particles.width
          for (let i = 0; i < electrode.n; i++) {
            ionic[i] += electrode.spec.areaDensity * h * electrode.net[p * electrode.n + i]
            surfaceMean[i] += h * y[surface + i]
          }
          thickness += h
        }
        for (let i = 0; i < electrode.n; i++) surfaceMean[i] /= thickness
        contents(electrode, y, electrode === cathode ? cathodeContent : anodeContent)
      }
      amounts(cathode)
      let total = 0
      let all = 0
      for (let i = 0; i < cathode.n; i++) {
        total += ionic[i]
        all += Math.abs(ionic[i])
      }
      const none = Math.abs(total) < Math.max(noCurrent, roundOff * all)
      for (let i = 0; i < cathode.n; i++) {
        out[o++] = cathodeContent[i]
        out[o++] = surfaceMean[i]
        out[o++] = none ? 0 : ionic[i] / total
        out[o++] = -ionic[i] * cell.area
      }
      if (anode) {
        amounts(anode)
        for (let i = 0; i < anode.n; i++) {
          out[o++] = anodeContent[i]
          out[o++] = ionic[i] * cell.area
        }
      } else if (metal)
        for (let m = 0; m < metal.metals; m++) {
          out[o++] = y[layout.metal + m]
          out[o++] = parts.metalCurrent[m] * cell.area
        }
      for (let k = 0; k < K; k++) {
        let moles = 0
        let volume = 0
        let lowest = Number.POSITIVE_INFINITY
        for (let p = 0; p < points.count; p++) {
          loadConcentrations(y, layout.fields + p * layout.stride, z, c)
          moles += points.volume[p] * c[k]
          volume += points.volume[p]
          lowest = Math.min(lowest, c[k])
        }
        out[o++] = moles / volume
        out[o++] = lowest
      }
      // Potential that the ionic current alone would make: −i_e/κ summed from the anode's face.
      ohmicPhi[0] = 0
      for (let f = 0; f < points.count - 1; f++) ohmicPhi[f + 1] = ohmicPhi[f] - flux.current[f] / flux.conductance[f]
      weigh(cathode, y, T, cathodeContent)
      const far = { ...share }
      let near = { ...share, equilibrium: 0, solid: 0, kinetic: 0, activity: 0, phiE: 0, phiOhm: 0 }
      if (anode) {
        weigh(anode, y, T, anodeContent)
        near = { ...share }
      } else if (metal) near = metalShare(parts, y, T, fresh, near)
      let equilibrium = far.equilibrium - near.equilibrium
      let kinetic = far.kinetic - near.kinetic
      let electrolytic = far.activity - near.activity + (far.phiE - near.phiE) - (far.phiOhm - near.phiOhm)
      let ohmic = far.phiOhm - near.phiOhm
      if (cell.reference !== undefined) {
        // Against the reference the anode's own terms drop out: only what lies between x = 0 and the cathode counts.
        const k = electrolyte.species.findIndex(s => s.name === cell.reference)
        loadConcentrations(y, layout.fields, z, c)
        electrolyte.lnActivity(c, T, lnA)
        equilibrium =
          far.equilibrium - electrolyte.standardPotential[cell.reference] - ((R * T) / (z[k] * F)) * fresh[k]
        kinetic = far.kinetic
        ohmic = far.phiOhm
        electrolytic =
          far.activity -
          ((R * T) / (z[k] * F)) * (lnA[k] - fresh[k]) +
          (far.phiE - y[layout.fields + layout.phiE]) -
          far.phiOhm
      }
      const solid = far.solid - (cell.reference === undefined ? near.solid : 0)
      // Solid and contact resistance: what is left of the voltage, exactly.
      ohmic += V - (equilibrium + solid + kinetic + electrolytic + ohmic)
      out[o++] = equilibrium
      out[o++] = -kinetic
      out[o++] = -ohmic
      out[o++] = -electrolytic
      out[o++] = -solid
      solidCurrents(parts, y, I, iS)
      out[o++] = heatRate(parts, y, T, iS) * cell.area
    },
  }
}
const lnA = new Float64Array(64)

type Share = {
  equilibrium: number
  solid: number
  kinetic: number
  activity: number
  phiE: number
  phiOhm: number
}

/** The planar metal's side: E° and ln a of each metal weighted by its net current; η_m = −φ_e − U_m. */
const metalShare = (parts: Parts, y: Float64Array, T: number, fresh: Float64Array, empty: Share): Share => {
  const { metal, cell, layout, metalSpecies, z, K } = parts
  const c = new Float64Array(K)
  const lnActivity = new Float64Array(K)
  loadConcentrations(y, layout.fields, z, c)
  cell.electrolyte.lnActivity(c, T, lnActivity)
  const n = metal!.metals
  const weighing: Weighing = { sum: 0, all: 0 }
  for (let m = 0; m < n; m++) {
    weighing.sum += parts.metalCurrent[m]
    weighing.all += Math.abs(parts.metalCurrent[m]) + noCurrent
  }
  const near = { ...empty }
  for (let m = 0; m < n; m++) {
    const k = metalSpecies[m]
    const w = weightOf(weighing, parts.metalCurrent[m], noCurrent)
    const RTzF = (R * T) / (z[k] * F)
    const E0 = cell.electrolyte.standardPotential[metal!.symbols[m]]
    near.equilibrium += w * (E0 + RTzF * fresh[k])
    near.activity += w * RTzF * (lnActivity[k] - fresh[k])
    near.kinetic += w * (-y[layout.fields + layout.phiE] - E0 - RTzF * lnActivity[k])
  }
  near.phiE = y[layout.fields + layout.phiE]
  return near
}
