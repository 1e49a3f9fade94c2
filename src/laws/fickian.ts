/**
 * A host of one carrier as the literature of lithium-ion cells describes it: a measured equilibrium potential, Fick's law
 * and an exchange current, mostly a square root. What a BPX file holds of an active material, as a record of `scales.ts`.
 */
import { type Curve, constantCurve, integralTable } from '../math/spline.ts'
import type { Carrier, HostMaterial, Sources, Thermodynamics, Transport } from '../scales.ts'
import { F, R, roomTemperature } from '../units.ts'
import { arrheniusAt } from './arrhenius.ts'
import { fickianKinetics } from './fickian-kinetics.ts'

export type FickianOptions = {
  readonly name: string
  readonly formula: string
  readonly carrier: Carrier
  /** Concentration of the full host c_max [mol/m³]; V_m = 1/c_max. */
  readonly maximumConcentration: number
  /** Molar mass of the empty host [g/mol of formula units]; absent: 0, with a note (no specific energy then). */
  readonly molarMass?: number
  /** U(x) [V] against the carrier's metal at the reference temperature, x per formula unit in [0, 1], with dU/dx. */
  readonly potential: Curve
  /** ∂U/∂T (x) [V/K]; absent: 0. */
  readonly entropicChange?: Curve
  /** [K]; default 298.15. */
  readonly referenceTemperature?: number
  /** D(x) of Fick's law J = −D ∇c [m²/s] at the reference temperature. */
  readonly diffusivity: Curve
  /** [J/mol]; default 0. */
  readonly diffusivityActivationEnergy?: number
  /** k [mol/(m²·s)] in j0 = z F k x^α_c (1 − x)^α_a a_e^order, at the reference temperature; else `exchangeCurrent`. */
  readonly rateConstant?: number
  /** j0(x) at a_e = 1 and the reference temperature [A/m²], where it is no such power law. */
  readonly exchangeCurrent?: Curve
  /** Transfer coefficients [–]; α_a ½, α_c 1 − α_a where absent. */
  readonly alphaAnodic?: number
  readonly alphaCathodic?: number
  /** Exponent of a_e in j0 [–]; α_a where absent. */
  readonly electrolyteOrder?: number
  /** [J/mol]; default 0. */
  readonly rateActivationEnergy?: number
  readonly notes?: readonly string[]
  readonly sources: Sources
}

/** Least Θ/RT that L is formed with: far below the plateau of LFP (0.6), so that only dents of a fit meet it. */
const flattest = 1e-3

/**
 * A host from a measured potential, Fick's law and a rate constant.
 *
 *   μ = −z F [U(x) + (T − T_ref) ∂U/∂T],  Θ = ∂μ/∂x,  L = D/(Θ V_m),  j0: see fickian-kinetics.ts,
 *   D ∝ exp[(E_a/R)(1/T_ref − 1/T)]
 *
 * The free energy is the integral of μ from x = ½ (most fits of U diverge at 0, so the empty host cannot be its zero).
 * Where Θ is not positive (a dent of the fit) L is formed with a small positive Θ; the cell uses D itself.
 *
 * @throws RangeError for a maximum concentration that is not positive
 * Source: Doyle1993, BPX1
 */
export const fickianHost = (o: FickianOptions): HostMaterial => {
  if (!(o.maximumConcentration > 0)) {
    throw new RangeError(`fickianHost: maximumConcentration must be > 0, got ${o.maximumConcentration}`)
  }
  const notes = [...(o.notes ?? [])]
  if (o.molarMass === undefined) notes.push(`${o.name}: molar mass not given, specific energies leave this host out`)
  return {
    name: o.name,
    formula: o.formula,
    carriers: [o.carrier],
    molarMass: o.molarMass ?? 0,
    molarVolume: 1 / o.maximumConcentration,
    limits: [{ weights: { [o.carrier.symbol]: 1 }, max: 1 }],
    thermodynamics: thermodynamicsOf(o),
    transport: transportOf(o),
    kinetics: fickianKinetics(o),
    ...(notes.length > 0 ? { notes } : {}),
    sources: o.sources,
  }
}

const thermodynamicsOf = (o: FickianOptions): Thermodynamics => {
  const zF = o.carrier.charge * F
  const Tref = o.referenceTemperature ?? roomTemperature
  const { value: U, derivative: dU } = o.potential
  const { value: dUdT, derivative: dUdTdx } = o.entropicChange ?? constantCurve(0)
  // At the reference temperature, where most cells are, the entropic term is not even looked up.
  const potential = (x: number, T: number): number => -zF * (T === Tref ? U(x) : U(x) + (T - Tref) * dUdT(x))
  return {
    carriers: [o.carrier.symbol],
    freeEnergy: (x, T) => integral(u => potential(u, T), 0.5, x[0]),
    potential(x, T, out = new Float64Array(1)) {
      out[0] = potential(x[0], T)
      return out
    },
    potentialJacobian(x, T, out = new Float64Array(1)) {
      out[0] = -zF * (T === Tref ? dU(x[0]) : dU(x[0]) + (T - Tref) * dUdTdx(x[0]))
      return out
    },
    entropy(x, _T, out = new Float64Array(1)) {
      out[0] = zF * dUdT(x[0])
      return out
    },
    sources: o.sources,
  }
}

const transportOf = (o: FickianOptions): Transport => {
  const zF = o.carrier.charge * F
  const Tref = o.referenceTemperature ?? roomTemperature
  const { value: D, constant } = o.diffusivity
  const { derivative: dU } = o.potential
  const { derivative: dUdTdx } = o.entropicChange ?? constantCurve(0)
  const factor = arrheniusAt(o.diffusivityActivationEnergy ?? 0, Tref)
  const cMax = o.maximumConcentration
  const integral =
    constant === undefined ? integralTable(D, 0, 1) : { value: (x: number) => constant * x, derivative: () => constant }
  return {
    carriers: [o.carrier.symbol],
    diffusivityIntegral: {
      value: (x, T) => factor(T) * integral.value(x),
      derivative: (x, T) => factor(T) * integral.derivative(x),
    },
    onsager(x, T, out = new Float64Array(1)) {
      const theta = -zF * (dU(x[0]) + (T - Tref) * dUdTdx(x[0]))
      out[0] = (cMax * factor(T) * D(x[0])) / Math.max(theta, flattest * R * T)
      return out
    },
    diffusivity(x, T, out = new Float64Array(1)) {
      out[0] = factor(T) * D(x[0])
      return out
    },
    constant: constant !== undefined,
    sources: o.sources,
  }
}

/** Four-point Gauss–Legendre on [−1, 1]: nodes and weights of one half. */
const gaussNodes = [0.3399810435848563, 0.8611363115940526]
const gaussWeights = [0.6521451548625461, 0.3478548451374538]
/** Panels of the quadrature: error ~ (Δx/64)^8, 1e-10 of RT for steps of U as sharp as tanh(60 x). */
const panels = 128

const integral = (f: (x: number) => number, a: number, b: number): number => {
  const half = (b - a) / panels / 2
  let sum = 0
  for (let panel = 0; panel < panels; panel++) {
    const middle = a + (2 * panel + 1) * half
    for (let k = 0; k < gaussNodes.length; k++) {
      sum += gaussWeights[k] * (f(middle - gaussNodes[k] * half) + f(middle + gaussNodes[k] * half))
    }
  }
  return sum * half
}
