import { isSourced } from '../references.ts'
import type { HostMaterial } from '../scales.ts'
import { R, roomTemperature } from '../units.ts'
import { type Check, spread, within } from './check.ts'

/** Contents tried inside the room. */
const samples = 60
/** Least share of the room that each ion and the vacancies get in a sample: derivatives need a step on either side. */
const margin = 0.02
/** The same for fits of measured potentials, whose tails outside the window are of any size (1e14 exp(−400 x) exists). */
const fittedMargin = 0.1
/** Relative step of central differences: truncation h² ~ 1e-8, round-off of g over h ~ 1e-9 of RT. */
const step = 1e-4
/** What a central difference of that step may miss, relative to Θ x: smoothed steps of width 0.06 add (h/w)²/6. */
const differenceTolerance = 1e-5

/**
 * The laws every host must obey, each as a check: μ = ∂g/∂x, Θ = ∂μ/∂x and Maxwell's symmetry, s = −∂μ/∂T, μ → −∞ as
 * RT ln x where an ion runs out, L symmetric and positive semidefinite with L_ij → 0 at x_i → 0, D̃ = L Θ V_m where both
 * are given, j0 ≥ 0 and finite, positive masses and volumes, limits that bind every carrier, every number sourced.
 * Stability (Θ positive definite) is reported: a spinodal needs `gradient`.
 *
 * @param host        any record
 * @param options.fitted  a fit of one ion's measured potential: no RT ln x at the ends, D̃ measured rather than LΘV_m
 */
export const checkHost = (host: HostMaterial, options: { readonly fitted?: boolean } = {}): readonly Check[] => {
  const T = roomTemperature
  const contents = contentsOf(host, options.fitted ? fittedMargin : margin)
  return [
    ...shapeChecks(host),
    ...thermodynamicChecks(host, contents, T),
    ...transportChecks(host, contents, T, options.fitted === true),
    ...(options.fitted ? [] : endChecks(host, contents, T)),
    ...kineticChecks(host, contents, T),
  ]
}

/** Contents inside every limit, from shares of the tightest room. */
const contentsOf = (host: HostMaterial, least: number): number[][] => {
  const n = host.carriers.length
  return spread(n, samples).map(point => {
    // Sorted cuts of [0, 1] are a uniform point of the simplex; the margin keeps off its faces.
    const cuts = [0, ...[...point].sort((a, b) => a - b), 1]
    const shares = cuts.slice(1).map((c, i) => least + (1 - (n + 1) * least) * (c - cuts[i]))
    return host.carriers.map(
      ({ symbol }, i) => shares[i] * Math.min(...host.limits.map(l => l.max / (l.weights[symbol] ?? 0))),
    )
  })
}

const shapeChecks = (host: HostMaterial): Check[] => {
  const symbols = host.carriers.map(c => c.symbol)
  const parts = [host.thermodynamics.carriers, host.transport.carriers, host.kinetics.carriers]
  const free = symbols.filter(s => !host.limits.some(l => (l.weights[s] ?? 0) > 0 && l.max > 0))
  const unsourced = Object.values(host.sources).filter(text => !isSourced(text))
  const asymmetric = host.gradient
    ? Math.max(...symbols.flatMap((_, i) => symbols.map((_, j) => Math.abs(entry(host, i, j) - entry(host, j, i)))))
    : 0
  return [
    within('carriers in one order everywhere', parts.filter(p => p.join() !== symbols.join()).length, 0),
    within('every carrier has a limit', free.length, 0),
    within('molar volume > 0', host.molarVolume > 0 ? 0 : 1, 0),
    within('molar mass ≥ 0', host.molarMass >= 0 ? 0 : 1, 0),
    within('every number has a source', unsourced.length, 0, unsourced[0]),
    within('some source is given', Object.keys(host.sources).length > 0 ? 0 : 1, 0),
    within('gradient coefficients symmetric', asymmetric, 0),
  ]
}

const entry = (host: HostMaterial, i: number, j: number): number => host.gradient?.[i * host.carriers.length + j] ?? 0

const thermodynamicChecks = (host: HostMaterial, contents: number[][], T: number): Check[] => {
  const { freeEnergy, potential, potentialJacobian, entropy } = host.thermodynamics
  const n = host.carriers.length
  let [gradient, jacobian, maxwell, thermal, unstable, infinite] = [0, 0, 0, 0, 0, 0]
  for (const x of contents) {
    const mu = potential(x, T)
    const theta = potentialJacobian(x, T)
    const s = entropy(x, T)
    const [warm, cold] = [potential(x, T + 1), potential(x, T - 1)]
    for (let j = 0; j < n; j++) {
      if (!Number.isFinite(mu[j])) infinite++
      const h = step * x[j]
      const at = (sign: number) => x.map((v, i) => (i === j ? v + sign * h : v))
      const scale = Math.abs(theta[j * n + j]) * x[j] + R * T
      gradient = Math.max(gradient, Math.abs((freeEnergy(at(1), T) - freeEnergy(at(-1), T)) / (2 * h) - mu[j]) / scale)
      const [up, down] = [potential(at(1), T), potential(at(-1), T)]
      for (let i = 0; i < n; i++) {
        const slope = (up[i] - down[i]) / (2 * h)
        jacobian = Math.max(jacobian, (Math.abs(slope - theta[i * n + j]) * x[j]) / scale)
        maxwell = Math.max(maxwell, (Math.abs(theta[i * n + j] - theta[j * n + i]) * x[j]) / scale)
      }
      thermal = Math.max(thermal, Math.abs((warm[j] - cold[j]) / 2 + s[j]) / R)
    }
    if (!positiveDefinite(theta, n)) unstable++
  }
  const named = unstable > 0 ? `Θ is not positive definite at ${unstable} of ${contents.length} contents` : 'convex'
  return [
    within('μ finite inside', infinite, 0),
    within('μ and Θ at many contents are those at one', manyPotentials(host, contents, T), manyTolerance),
    within('μ = ∂g/∂x', gradient, differenceTolerance),
    within('Θ = ∂μ/∂x', jacobian, differenceTolerance),
    within('Maxwell: Θ symmetric', maxwell, 1e-12),
    within('s = −∂μ/∂T', thermal, 1e-6),
    within('unstable contents have gradient terms', host.gradient ? 0 : unstable, 0, named),
  ]
}

/** μ_i ~ RT ln x_i at the end of every ion, and x_v: the last room costs without bound. */
const endChecks = (host: HostMaterial, contents: number[][], T: number): Check[] => {
  const n = host.carriers.length
  let worst = 0
  for (const x of contents.slice(0, 10)) {
    for (let i = 0; i < n; i++) {
      const at = (v: number) =>
        host.thermodynamics.potential(
          x.map((w, k) => (k === i ? v : w)),
          T,
        )[i]
      // Below 1e-9 only ln x changes μ: other terms move by less than 1e-9 Θ' ~ 1e-7 RT.
      worst = Math.max(worst, Math.abs((at(1e-9) - at(1e-12)) / (R * T * Math.log(1e3)) - 1))
    }
  }
  return [within('μ → RT ln x as an ion runs out', worst, 1e-6)]
}

const transportChecks = (host: HostMaterial, contents: number[][], T: number, fitted: boolean): Check[] => {
  const { onsager, diffusivity } = host.transport
  const n = host.carriers.length
  let [symmetry, negative, empty, product] = [0, 0, 0, 0]
  for (const x of contents) {
    const L = onsager(x, T)
    const D = diffusivity?.(x, T)
    const theta = host.thermodynamics.potentialJacobian(x, T)
    if (!positiveDefinite(L, n)) negative++
    const size = D ? Math.max(...D.map(Math.abs)) : 1
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        symmetry = Math.max(symmetry, Math.abs(L[i * n + j] - L[j * n + i]) / Math.sqrt(L[i * n + i] * L[j * n + j]))
        let sum = 0
        for (let k = 0; k < n; k++) sum += L[i * n + k] * theta[k * n + j] * host.molarVolume
        if (D && !fitted) product = Math.max(product, Math.abs(sum - D[i * n + j]) / size)
      }
      const gone = onsager(
        x.map((v, k) => (k === i ? 0 : v)),
        T,
      )
      for (let j = 0; j < n && !fitted; j++) empty = Math.max(empty, Math.abs(gone[i * n + j]) / L[i * n + i])
    }
  }
  return [
    within('L symmetric', symmetry, 1e-12),
    within('L positive definite inside', negative, 0),
    within('L_ij → 0 as x_i → 0', empty, 1e-9),
    within('D̃ = L Θ V_m', product, 1e-10),
  ]
}

/** Round-off of terms that partly cancel. */
const manyTolerance = 1e-10

/** Largest difference of `many` from what `one` says of each content, in parts of the largest number of either. */
const unlike = (many: Float64Array, one: Float64Array): number => {
  const size = Math.max(...one.map(Math.abs), Number.MIN_VALUE)
  return Math.max(...many.map((value, k) => Math.abs(value - one[k]) / size))
}

const manyPotentials = ({ thermodynamics }: HostMaterial, contents: number[][], T: number): number => {
  const { potential, potentialJacobian, potentials } = thermodynamics
  if (!potentials) return 0
  const mu = contents.flatMap(x => [...potential(x, T)])
  const theta = contents.flatMap(x => [...potentialJacobian(x, T)])
  const [manyMu, manyTheta] = [new Float64Array(mu.length), new Float64Array(theta.length)]
  potentials(Float64Array.from(contents.flat()), contents.length, T, manyMu, manyTheta)
  return Math.max(unlike(manyMu, Float64Array.from(mu)), unlike(manyTheta, Float64Array.from(theta)))
}

const manyExchangeCurrents = ({ kinetics, thermodynamics }: HostMaterial, contents: number[][], T: number): number => {
  const { exchangeCurrent, exchangeCurrents } = kinetics
  if (!exchangeCurrents) return 0
  const mu = contents.map(x => thermodynamics.potential(x, T).slice())
  const one = Float64Array.from(contents.flatMap((x, p) => [...exchangeCurrent(x, mu[p], T)]))
  const many = new Float64Array(one.length)
  const all = Float64Array.from(mu.flatMap(values => [...values]))
  exchangeCurrents(Float64Array.from(contents.flat()), all, contents.length, T, many)
  return unlike(many, one)
}

const kineticChecks = (host: HostMaterial, contents: number[][], T: number): Check[] => {
  const { exchangeCurrent } = host.kinetics
  let bad = 0
  for (const x of [...contents, host.carriers.map(() => 1e-12)]) {
    const j0 = exchangeCurrent(x, host.thermodynamics.potential(x, T), T)
    bad += j0.filter(j => !(j >= 0 && j < Number.POSITIVE_INFINITY)).length
  }
  return [
    within('j0 finite and ≥ 0', bad, 0),
    within('j0 at many contents are those at one', manyExchangeCurrents(host, contents, T), manyTolerance),
  ]
}

/** Cholesky without pivoting: true where every pivot is positive. */
const positiveDefinite = (matrix: ArrayLike<number>, n: number): boolean => {
  const a = Float64Array.from(matrix)
  for (let k = 0; k < n; k++) {
    if (!(a[k * n + k] > 0)) return false
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / a[k * n + k]
      for (let j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j]
    }
  }
  return true
}
