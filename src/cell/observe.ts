import { F, R } from '../units.ts'
import { heatRate } from './heat.ts'
import type { Parts } from './parts.ts'
import { type PointValues, pointValuesOf, type SurfaceValues } from './point-values.ts'
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
  const values = pointValuesOf(parts)
  const { lnA } = values
  const sides = values.electrodes.map(surface => sideOf(parts, surface))
  const far = sides[sides.length - 1]
  const iS = new Float64Array(points.count + 1)
  const ohmicPhi = new Float64Array(points.count)
  const fresh = electrolyte.lnActivity(
    Float64Array.from(electrolyte.concentration),
    cell.temperature,
    new Float64Array(K),
  )
  const near: Share = { ...nothing }
  const reference = cell.reference === undefined ? -1 : species.indexOf(cell.reference)
  let volume = 0
  for (let p = 0; p < points.count; p++) volume += points.volume[p]

  return {
    columns,
    amount(y, out) {
      far.contents(y)
      for (let i = 0; i < cathode.n; i++) out[i] = far.content[i]
    },
    row(y, T, out) {
      values.fill(y, T)
      let o = 0
      const I = y[layout.current]
      const V = terminalVoltage(parts, y, T)
      for (const side of sides) side.amounts(y)
      let total = 0
      let all = 0
      for (let i = 0; i < cathode.n; i++) {
        total += far.ionic[i]
        all += Math.abs(far.ionic[i])
      }
      const none = Math.abs(total) < Math.max(noCurrent, roundOff * all)
      for (let i = 0; i < cathode.n; i++) {
        out[o++] = far.content[i]
        out[o++] = far.surfaceMean[i]
        out[o++] = none ? 0 : far.ionic[i] / total
        out[o++] = -far.ionic[i] * cell.area
      }
      if (anode) {
        for (let i = 0; i < anode.n; i++) {
          out[o++] = sides[0].content[i]
          out[o++] = sides[0].ionic[i] * cell.area
        }
      } else if (metal)
        for (let m = 0; m < metal.metals; m++) {
          out[o++] = y[layout.metal + m]
          out[o++] = parts.metalCurrent[m] * cell.area
        }
      for (let k = 0; k < K; k++) {
        let moles = 0
        let lowest = Number.POSITIVE_INFINITY
        for (let p = 0; p < points.count; p++) {
          const c = values.c[p * K + k]
          moles += points.volume[p] * c
          if (c < lowest) lowest = c
        }
        out[o++] = moles / volume
        out[o++] = lowest
      }
      // Potential that the ionic current alone would make: −i_e/κ summed from the anode's face.
      ohmicPhi[0] = 0
      for (let f = 0; f < points.count - 1; f++) ohmicPhi[f + 1] = ohmicPhi[f] - flux.current[f] / flux.conductance[f]
      for (const side of sides) side.weigh(values, y, T, fresh, ohmicPhi)
      const of = far.share
      const from = anode ? sides[0].share : metal ? metalShare(parts, values, y, T, fresh, near) : nothing
      let equilibrium = of.equilibrium - from.equilibrium
      let kinetic = of.kinetic - from.kinetic
      let electrolytic = of.activity - from.activity + (of.phiE - from.phiE) - (of.phiOhm - from.phiOhm)
      let ohmic = of.phiOhm - from.phiOhm
      let solid = of.solid - from.solid
      if (reference >= 0) {
        // Against the reference the anode's own terms drop out: only what lies between x = 0 and the cathode counts.
        const RTzF = (R * T) / (z[reference] * F)
        equilibrium = of.equilibrium - electrolyte.standardPotential[species[reference]] - RTzF * fresh[reference]
        kinetic = of.kinetic
        ohmic = of.phiOhm
        electrolytic =
          of.activity -
          RTzF * (lnA[reference] - fresh[reference]) +
          (of.phiE - y[layout.fields + layout.phiE]) -
          of.phiOhm
        solid = of.solid
      }
      // Solid and contact resistance: what is left of the voltage, exactly.
      ohmic += V - (equilibrium + solid + kinetic + electrolytic + ohmic)
      out[o++] = equilibrium
      out[o++] = -kinetic
      out[o++] = -ohmic
      out[o++] = -electrolytic
      out[o++] = -solid
      solidCurrents(parts, y, I, iS)
      out[o++] = heatRate(parts, values, y, T, iS) * cell.area
    },
  }
}

/** What an electrode adds to the voltage, with weights of its own currents. */
type Share = {
  equilibrium: number
  solid: number
  kinetic: number
  activity: number
  phiE: number
  phiOhm: number
}
const nothing: Readonly<Share> = { equilibrium: 0, solid: 0, kinetic: 0, activity: 0, phiE: 0, phiOhm: 0 }

/** One porous electrode in the outputs: `amounts` fills contents and partial currents [A/m²], `weigh` its share. */
type Side = {
  /** Mean content, content at the surfaces, partial currents, [n]; each point counts by its volume. */
  readonly content: Float64Array
  readonly surfaceMean: Float64Array
  readonly ionic: Float64Array
  readonly share: Share
  contents(y: Float64Array): void
  amounts(y: Float64Array): void
  weigh(values: PointValues, y: Float64Array, T: number, fresh: Float64Array, ohmicPhi: Float64Array): void
}

const sideOf = ({ points, layout, K }: Parts, surface: SurfaceValues): Side => {
  const { electrode, species, standard, charge, mu } = surface
  const { particles, spec, first, count, base, n, net } = electrode
  const { thermodynamics } = spec.host
  const content = new Float64Array(n)
  const surfaceMean = new Float64Array(n)
  const ionic = new Float64Array(n)
  const mean = new Float64Array(n)
  const muMean = new Float64Array(n)
  const weighing: Weighing = { sum: 0, all: 0 }
  const share: Share = { ...nothing }
  let thickness = 0
  for (let p = first; p < first + count; p++) thickness += points.width[p]
  const contents = (y: Float64Array): void => {
    content.fill(0)
    for (let p = 0; p < count; p++) {
      particles.mean(y, base, p, mean)
      for (let i = 0; i < n; i++) content[i] += points.width[first + p] * mean[i]
    }
    for (let i = 0; i < n; i++) content[i] /= thickness
  }
  return {
    content,
    surfaceMean,
    ionic,
    share,
    contents,
    amounts(y) {
      contents(y)
      surfaceMean.fill(0)
      ionic.fill(0)
      for (let p = 0; p < count; p++) {
        const h = points.width[first + p]
        const at = base + (p + 1) * particles.size - particles.width
        for (let i = 0; i < n; i++) {
          ionic[i] += spec.areaDensity * h * net[p * n + i]
          surfaceMean[i] += h * y[at + i]
        }
      }
      for (let i = 0; i < n; i++) surfaceMean[i] /= thickness
    },
    weigh({ lnA }, y, T, fresh, ohmicPhi) {
      thermodynamics.potential(content, T, muMean)
      weighing.sum = weighing.all = 0
      for (let p = 0; p < count; p++)
        for (let i = 0; i < n; i++) {
          const current = net[p * n + i]
          weighing.sum += points.width[first + p] * current
          weighing.all += points.width[first + p] * (Math.abs(current) + noCurrent)
        }
      let equilibrium = 0
      let solid = 0
      let kinetic = 0
      let activity = 0
      let phiE = 0
      let phiOhm = 0
      for (let p = 0; p < count; p++) {
        const at = layout.fields + (first + p) * layout.stride
        const h = points.width[first + p]
        for (let i = 0; i < n; i++) {
          const w = weightOf(weighing, h * net[p * n + i], h * noCurrent)
          const k = species[i]
          const U = standard[i] - mu[p * n + i] / charge[i]
          const Umean = standard[i] - muMean[i] / charge[i]
          const RTzF = (R * T) / charge[i]
          const ln = lnA[(first + p) * K + k]
          equilibrium += w * (Umean + RTzF * fresh[k])
          solid += w * (U - Umean)
          activity += w * RTzF * (ln - fresh[k])
          kinetic += w * (y[at + layout.delta] - U - RTzF * ln)
          phiE += w * y[at + layout.phiE]
          phiOhm += w * ohmicPhi[first + p]
        }
      }
      share.equilibrium = equilibrium
      share.solid = solid
      share.kinetic = kinetic
      share.activity = activity
      share.phiE = phiE
      share.phiOhm = phiOhm
    },
  }
}

/** The planar metal's side: E° and ln a of each metal weighted by its net current; η_m = −φ_e − U_m. */
const metalShare = (
  parts: Parts,
  { lnA }: PointValues,
  y: Float64Array,
  T: number,
  fresh: Float64Array,
  near: Share,
): Share => {
  const { metal, cell, layout, metalSpecies, z } = parts
  const n = metal!.metals
  const weighing: Weighing = { sum: 0, all: 0 }
  for (let m = 0; m < n; m++) {
    weighing.sum += parts.metalCurrent[m]
    weighing.all += Math.abs(parts.metalCurrent[m]) + noCurrent
  }
  Object.assign(near, nothing)
  for (let m = 0; m < n; m++) {
    const k = metalSpecies[m]
    const w = weightOf(weighing, parts.metalCurrent[m], noCurrent)
    const RTzF = (R * T) / (z[k] * F)
    const E0 = cell.electrolyte.standardPotential[metal!.symbols[m]]
    near.equilibrium += w * (E0 + RTzF * fresh[k])
    near.activity += w * RTzF * (lnA[k] - fresh[k])
    near.kinetic += w * (-y[layout.fields + layout.phiE] - E0 - RTzF * lnA[k])
  }
  near.phiE = y[layout.fields + layout.phiE]
  return near
}
