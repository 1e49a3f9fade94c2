import { refuse } from '../error.ts'
import type { Sources } from '../scales.ts'
import { F, R } from '../units.ts'
import { checkComposition, floorConcentration } from './composition.ts'
import type { Electrolyte, Species } from './electrolyte.ts'

/** A law of salt concentration c [mol/m³] and temperature T [K]. */
type SaltLaw = (c: number, T: number) => number

/** Gauss–Legendre nodes and weights on [0, 1], 8 points. Source: computed from the roots of P8 (test: exact to degree 15) */
const gaussNodes = [
  0.019855071751231884, 0.10166676129318664, 0.2372337950418355, 0.4082826787521751, 0.5917173212478249,
  0.7627662049581645, 0.8983332387068134, 0.9801449282487681,
]
const gaussWeights = [
  0.05061426814518813, 0.1111905172266872, 0.15685332293894363, 0.181341891689181, 0.181341891689181,
  0.15685332293894363, 0.1111905172266872, 0.05061426814518813,
]

/**
 * One salt in a solvent, concentrated: Newman's D, κ, t₊, χ written as Onsager coefficients.
 *
 *   𝓛_kl = t_k t_l κ/(z_k z_l F²) + ν_k ν_l 𝓛_s,   𝓛_s = D c/(ν RT χ),   ν = ν₊ + ν₋
 *
 * so that N_k = −ν_k D ∂c/∂x + t_k i/(z_k F): summing z_k N_k leaves i, as Σ z_k ν_k = 0 and Σ t_k = 1, and
 * Σ ν_l ∂μ̃_l = ν RT χ ∂ln c. Both ions carry the same activity coefficient, ln a_k = ln(c/c⁰) + ∫(χ − 1) dln c from c⁰;
 * only their salt mean is measurable. c is the salt concentration, c_k = ν_k c.
 *
 * @param o.concentration           of the salt in a fresh cell [mol/m³]
 * @param o.referenceConcentration  c⁰, where a_k = 1 [mol/m³]
 * @param o.conductivity            κ(c, T) [S/m]
 * @param o.diffusivity             D(c, T) of the salt [m²/s]
 * @param o.transference            t₊(c, T) [–], relative to the solvent
 * @param o.thermodynamicFactor     χ(c, T) = 1 + dln f±/dln c [–]; 1 where absent
 * @returns the electrolyte; `flux` costs one call of each law
 * @throws input error where charges, concentrations or t₊ are out of range
 * Source: NewmanThomasAlyea2004, concentrated-solution theory of a binary electrolyte
 */
export const binaryElectrolyte = (o: {
  readonly name: string
  readonly cation: Species
  readonly anion: Species
  readonly concentration: number
  readonly referenceConcentration: number
  readonly conductivity: SaltLaw
  readonly diffusivity: SaltLaw
  readonly transference: SaltLaw
  readonly thermodynamicFactor?: SaltLaw
  readonly standardPotential: Readonly<Record<string, number>>
  readonly density?: number
  readonly sources: Sources
}): Electrolyte => {
  const { conductivity, diffusivity, transference, thermodynamicFactor } = o
  const species = [o.cation, o.anion]
  const [zP, zN] = [o.cation.charge, o.anion.charge]
  const shared = divisor(zP, -zN)
  const [nuP, nuN] = [-zN / shared, zP / shared]
  const nu = nuP + nuN
  const c0 = o.referenceConcentration
  const concentration = [nuP * o.concentration, nuN * o.concentration]
  checkComposition(species, concentration)
  if (!(c0 > 0 && c0 < Number.POSITIVE_INFINITY)) refuse('electrolyte.referenceConcentration', c0, '> 0 [mol/m³]')

  // What the inner loop multiplies by, where it would divide.
  const perNu = 1 / nuP
  const [perZP, perZN, perF] = [1 / zP, 1 / zN, 1 / F]

  /** χ, and the salt concentration kept off zero; c from the cation, the species a cell never eliminates. */
  const salt = (c: Float64Array): number => Math.max(c[0] / nuP, floorConcentration)
  const factor = (c: number, T: number): number => (thermodynamicFactor ? thermodynamicFactor(c, T) : 1)

  return {
    name: o.name,
    species,
    concentration,
    standardPotential: o.standardPotential,
    sources: o.sources,
    ...(o.density === undefined ? {} : { density: o.density }),

    flux(c, T, D, s) {
      const cS = salt(c)
      const kappa = conductivity(cS, T)
      const tP = transference(cS, T)
      const chi = factor(cS, T)
      const uP = tP / zP
      const uN = (1 - tP) / zN
      const migration = (R * T * kappa) / (F * F * cS)
      const diffusion = diffusivity(cS, T) / (nu * chi)
      // ∂ln a/∂c times c: cation (χ/ν₊, 0), anion ((χ − 1)/ν₊, 1/ν₋)
      const pP = (uP * chi + uN * (chi - 1)) / nuP
      const pN = uN / nuN
      const qP = (nuP * chi + nuN * (chi - 1)) / nuP
      D[0] = migration * uP * pP + diffusion * nuP * qP
      D[1] = migration * uP * pN + diffusion * nuP
      D[2] = migration * uN * pP + diffusion * nuN * qP
      D[3] = migration * uN * pN + diffusion * nuN
      s[0] = (kappa * uP) / F
      s[1] = (kappa * uN) / F
    },

    // The matrices above with Δc_2 = −(z_1/z_2) Δc_1: w = RT κ χ (u₊ + u₋)/(ν₊ F² c), d = D + u₊ w.
    binary(c, T, out) {
      const perPlace = (R * T) / (nuP * F)
      for (let p = 0, at = 0; p < c.length; p++, at += 4) {
        const cS = Math.max(c[p] * perNu, floorConcentration)
        const k = conductivity(cS, T) * perF
        const tP = transference(cS, T)
        const uP = tP * perZP
        const chi = thermodynamicFactor ? thermodynamicFactor(cS, T) : 1
        const w = (perPlace * k * chi * (uP + (1 - tP) * perZN)) / cS
        out[at] = diffusivity(cS, T) + uP * w
        out[at + 1] = w
        out[at + 2] = k * uP
        out[at + 3] = k
      }
    },

    onsager(c, T, out) {
      const cS = salt(c)
      const tP = transference(cS, T)
      const uP = tP / zP
      const uN = (1 - tP) / zN
      const mobility = conductivity(cS, T) / (F * F)
      const saltL = (diffusivity(cS, T) * cS) / (nu * R * T * factor(cS, T))
      out[0] = mobility * uP * uP + nuP * nuP * saltL
      out[1] = mobility * uP * uN + nuP * nuN * saltL
      out[2] = out[1]
      out[3] = mobility * uN * uN + nuN * nuN * saltL
      return out
    },

    ...(thermodynamicFactor
      ? {}
      : {
          activity(c: Float64Array, _T: number, out: Float64Array): void {
            out[0] = salt(c) / c0
            out[1] = Math.max(c[1] / nuN, floorConcentration) / c0
          },
        }),

    lnActivity(c, T, out) {
      const coefficient = thermodynamicFactor ? lnCoefficient(thermodynamicFactor, c0, salt(c), T) : 0
      out[0] = Math.log(salt(c) / c0) + coefficient
      out[1] = Math.log(Math.max(c[1] / nuN, floorConcentration) / c0) + coefficient
      return out
    },

    lnActivityJacobian(c, T, out) {
      const chi = factor(salt(c), T)
      const cP = nuP * salt(c)
      out[0] = chi / cP
      out[1] = 0
      out[2] = (chi - 1) / cP
      out[3] = 1 / Math.max(c[1], nuN * floorConcentration)
      return out
    },
  }
}

/** ∫ (χ − 1) dln c from c⁰ to c, in u = √c, where Debye–Hückel's χ − 1 ∝ √c is smooth. */
const lnCoefficient = (chi: SaltLaw, c0: number, c: number, T: number): number => {
  const u0 = Math.sqrt(c0)
  const width = Math.sqrt(c) - u0
  let sum = 0
  for (let i = 0; i < gaussNodes.length; i++) {
    const u = u0 + width * gaussNodes[i]
    sum += (gaussWeights[i] * 2 * (chi(u * u, T) - 1)) / u
  }
  return sum * width
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
