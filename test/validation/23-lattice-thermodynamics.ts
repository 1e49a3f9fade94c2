import { hamiltonian } from '../../src/lattice/hamiltonian.ts'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { latticeSupercell } from '../../src/lattice/supercell.ts'
import type { Estimate } from '../../src/lattice/thermodynamics/averages.ts'
import { metropolis } from '../../src/lattice/thermodynamics/metropolis.ts'
import { kBeV } from '../../src/units.ts'
import { enumerate, exactAverages } from '../lattice/exact.ts'
import { latticeGas, randomLattice } from '../lattice/lattices.ts'
import type { ValidationRow } from './case.ts'

export const title = 'Monte Carlo of the lattice: isotherms, energies, Θ and entropies'
export const claim =
  'Amounts, energies, the thermodynamic matrix Θ = ∂μ/∂x and partial molar entropies −∂μ/∂T are those of exact statistical mechanics within their standard errors: Langmuir, the chain, the square lattice in order and disorder, and a two-carrier host with clusters of four sites in which every occupation was gone through.'
export const source = 'derived: partition functions, transfer matrix, Onsager’s energy, enumeration'
export const equation = `
P(σ) ∝ exp[−(H − Σ μ_i N_i)/k_BT],   Θ = N k_BT cov(N_i, N_j)⁻¹,   −∂μ_i/∂T = [Σ_j cov(H, N_j) cov(N, N)⁻¹_ji − μ_i]/T
one kind of site: x = 1/(1 + e^{(ε − μ)/k_BT}), −∂μ/∂T = k ln[(1 − x)/x]`
export const why =
  'Each row may be off by four of its own standard errors, for two dozen rows one chance in 700; seeds are fixed. A proposal that is not symmetric, a cluster counted twice, a mean field left out of ΔE or an error bar from correlated samples taken as independent shows in several rows at once.'

const temperature = 300
const kT = kBeV * temperature
const on = (lattice: Lattice, size: readonly [number, number, number]) =>
  hamiltonian(lattice, latticeSupercell(lattice, size))
const row = (
  quantity: string,
  unit: string | undefined,
  theory: number,
  { value, error }: Estimate,
): ValidationRow => ({
  quantity,
  ...(unit === undefined ? {} : { unit }),
  theory,
  dualion: value,
  // what does not fluctuate at all is exact but for round-off
  tolerance: Math.max(4 * error, 1e-9 * Math.abs(theory)),
  absolute: true,
})

const langmuir = (): ValidationRow[] => {
  const site = [0.05, -0.01]
  const H = on(latticeGas('cubic', { carriers: 2, site }), [6, 6, 6])
  const mu = [0.06, -0.02]
  const result = metropolis({ H, temperature, reservoirs: mu.map(m => ({ mu: m })), seed: 1, sweeps: 4000 })
  const weight = mu.map((m, i) => Math.exp((m - site[i]) / kT))
  const empty = 1 / (1 + weight[0] + weight[1])
  return [
    row('Langmuir, two carriers: x_1', undefined, weight[0] * empty, result.amount[0]),
    row('x_2', undefined, weight[1] * empty, result.amount[1]),
    row('Θ_11', 'eV', kT / empty + kT / (weight[0] * empty), result.theta[0]),
    row('Θ_12', 'eV', kT / empty, result.theta[1]),
    row('−∂μ_1/∂T', 'meV/K', -1000 * kBeV * Math.log(weight[0]), milli(result.partialEntropy[0])),
  ]
}

const milli = ({ value, error }: Estimate): Estimate => ({ value: 1000 * value, error: 1000 * error })

const chain = (): ValidationRow[] => {
  const [V, length, mu] = [-0.03, 40, -0.03]
  const result = metropolis({
    H: on(latticeGas('chain', { pair: V }), [length, 1, 1]),
    temperature,
    reservoirs: [{ mu }],
    seed: 2,
    sweeps: 20_000,
  })
  const lnZ = (m: number, T: number): number => {
    const y = Math.exp(m / (kBeV * T))
    const w = Math.exp(-V / (kBeV * T))
    const half = (1 + y * w) / 2
    const root = Math.sqrt(half * half - y * w + y)
    return Math.log((half + root) ** length + (half - root) ** length)
  }
  const slope = (f: (x: number) => number, x: number, h: number) =>
    (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)
  const count = kT * slope(m => lnZ(m, temperature), mu, 1e-3)
  const energy = kBeV * temperature ** 2 * slope(T => lnZ(mu, T), temperature, 0.5) + mu * count
  return [
    row('chain of 40, attraction 30 meV: x', undefined, count / length, result.amount[0]),
    row('energy a site', 'eV', energy / length, result.energy),
  ]
}

/** u/J = −coth(2K)[1 + (2/π)(2 tanh²(2K) − 1) K₁(κ)], κ = 2 sinh(2K)/cosh²(2K), K₁ by the arithmetic-geometric mean. */
const onsager = (K: number): number => {
  const modulus = (2 * Math.sinh(2 * K)) / Math.cosh(2 * K) ** 2
  let [a, g] = [1, Math.sqrt(1 - modulus * modulus)]
  for (let k = 0; k < 30; k++) [a, g] = [(a + g) / 2, Math.sqrt(a * g)]
  const elliptic = Math.PI / (2 * a)
  return -(1 + (2 / Math.PI) * (2 * Math.tanh(2 * K) ** 2 - 1) * elliptic) / Math.tanh(2 * K)
}

const square = (): ValidationRow[] =>
  [1.8, 2.0, 3.0].flatMap((kTJ, k) => {
    const H = on(latticeGas('square', { pair: -4, site: [8] }), [24, 24, 1])
    const start = H.occupation().fill(1, 0, H.run.sites)
    const run = metropolis({ H, temperature: kTJ / kBeV, reservoirs: [{ mu: 0 }], seed: 3 + k, sweeps: 3000, start })
    const energy = { value: run.energy.value - 2, error: run.energy.error }
    const rows = [row(`square lattice, k_BT = ${kTJ} J: energy/J`, undefined, onsager(1 / kTJ), energy)]
    if (kTJ > 2.269) return rows
    const m = { value: 2 * run.amount[0].value - 1, error: 2 * run.amount[0].error }
    return [...rows, row('magnetisation', undefined, (1 - Math.sinh(2 / kTJ) ** -4) ** (1 / 8), m)]
  })

const enumerated = (): ValidationRow[] => {
  const lattice = randomLattice(3, { forbidden: true })
  const run = latticeSupercell(lattice, [2, 2, 1], { images: 'count' })
  const [T, mu] = [600, [-0.03, 0.01]]
  const exact = exactAverages(enumerate(lattice, run), { temperature: T, mu, open: [0, 1] })
  const H = hamiltonian(lattice, run)
  const result = metropolis({ H, temperature: T, reservoirs: mu.map(m => ({ mu: m })), seed: 7, sweeps: 40_000 })
  return [
    row('6,561 occupations: x_1', undefined, exact.amount[0], result.amount[0]),
    row('x_2', undefined, exact.amount[1], result.amount[1]),
    row('energy a formula unit', 'eV', exact.energy, result.energy),
    ...[0, 1, 2, 3].map(g =>
      row(
        `carrier ${(g % 2) + 1} on sublattice ${g < 2 ? 'a' : 'b'}`,
        undefined,
        exact.occupancy[g],
        result.occupancy[g],
      ),
    ),
    row('Θ_11', 'eV', exact.theta[0][0], result.theta[0]),
    row('Θ_12', 'eV', exact.theta[0][1], result.theta[1]),
    row('Θ_22', 'eV', exact.theta[1][1], result.theta[3]),
    ...[0, 1].map(i =>
      row(`−∂μ_${i + 1}/∂T`, 'meV/K', 1000 * exact.partialEntropy[i], milli(result.partialEntropy[i])),
    ),
  ]
}

export const run = (): readonly ValidationRow[] => [...langmuir(), ...chain(), ...square(), ...enumerated()]
