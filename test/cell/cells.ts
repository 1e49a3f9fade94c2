/** Small made-up cells for the tests of the model: numbers of round size, no material meant. */
import type { Cell, MetalElectrode, PorousElectrode } from '../../src/cell/cell.ts'
import { diluteElectrolyte } from '../../src/electrolyte/dilute.ts'
import type { Electrolyte } from '../../src/electrolyte/electrolyte.ts'
import type { Amount, Carrier, HostMaterial, Metal } from '../../src/scales.ts'
import { F, R } from '../../src/units.ts'

export const ion = (symbol: string, charge: number): Carrier => ({
  symbol,
  charge,
  mass: 10,
  sources: { all: 'assumed' },
})

/**
 * Ideal lattice gas of any ions on shared sites, g = Σ μ°x + RT(Σ x ln x + x_v ln x_v), with a given mobility matrix
 * M: L = x_v/(RT V_m) [diag(x) M diag(x) + diag(D x)], and √-law kinetics.
 */
export const idealHost = (o: {
  carriers: readonly Carrier[]
  /** U° [V] of each ion. */
  potential: readonly number[]
  /** D_i [m²/s]. */
  diffusivity: readonly number[]
  /** Coupling [m²/s], symmetric positive semidefinite. */
  coupling?: readonly number[]
  exchangeCurrent?: readonly number[]
}): HostMaterial => {
  const n = o.carriers.length
  const molarVolume = 5e-5
  const vacancy = (x: ArrayLike<number>): number => {
    let v = 1
    for (let i = 0; i < n; i++) v -= x[i]
    return Math.max(v, 1e-14)
  }
  const at = (x: ArrayLike<number>, i: number): number => Math.max(x[i], 1e-14)
  const names = o.carriers.map(c => c.symbol)
  const zero = o.carriers.map((c, i) => -c.charge * F * o.potential[i])
  return {
    name: 'ideal',
    formula: 'H',
    carriers: o.carriers,
    molarMass: 100,
    molarVolume,
    limits: [{ weights: Object.fromEntries(names.map(s => [s, 1])), max: 1 }],
    sources: { all: 'assumed' },
    thermodynamics: {
      carriers: names,
      sources: { all: 'assumed' },
      freeEnergy: (x, T) =>
        zero.reduce((g, mu, i) => g + mu * x[i] + R * T * at(x, i) * Math.log(at(x, i)), 0) +
        R * T * vacancy(x) * Math.log(vacancy(x)),
      potential(x, T, out = new Float64Array(n)) {
        for (let i = 0; i < n; i++) out[i] = zero[i] + R * T * Math.log(at(x, i) / vacancy(x))
        return out
      },
      potentialJacobian(x, T, out = new Float64Array(n * n)) {
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) out[i * n + j] = R * T * ((i === j ? 1 / at(x, i) : 0) + 1 / vacancy(x))
        return out
      },
      entropy(x, _T, out = new Float64Array(n)) {
        for (let i = 0; i < n; i++) out[i] = -R * Math.log(at(x, i) / vacancy(x))
        return out
      },
    },
    transport: {
      carriers: names,
      sources: { all: 'assumed' },
      onsager(x, T, out = new Float64Array(n * n)) {
        const scale = vacancy(x) / (R * T * molarVolume)
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++)
            out[i * n + j] =
              scale * (x[i] * x[j] * (o.coupling?.[i * n + j] ?? 0) + (i === j ? x[i] * o.diffusivity[i] : 0))
        return out
      },
    },
    kinetics: {
      carriers: names,
      alphaAnodic: o.carriers.map(() => 0.5),
      alphaCathodic: o.carriers.map(() => 0.5),
      electrolyteOrder: o.carriers.map(() => 0.5),
      sources: { all: 'assumed' },
      exchangeCurrent(x, mu, T, out = new Float64Array(n)) {
        for (let i = 0; i < n; i++)
          out[i] = (o.exchangeCurrent?.[i] ?? 1) * vacancy(x) * Math.exp((0.5 * (mu[i] - zero[i])) / (R * T))
        return out
      },
    },
  }
}

export const bath = (
  ions: readonly { name: string; charge: number; c: number; D?: number }[],
  standardPotential: Record<string, number>,
): Electrolyte =>
  diluteElectrolyte({
    name: 'bath',
    species: ions.map(({ name, charge, D }) => ({ name, charge, diffusivity: D ?? 2e-10 })),
    concentration: ions.map(i => i.c),
    referenceConcentration: 1000,
    standardPotential,
    sources: { all: 'assumed' },
  })

export const porous = (host: HostMaterial, amount: Amount, o: Partial<PorousElectrode> = {}): PorousElectrode => ({
  kind: 'porous',
  host,
  thickness: 60e-6,
  porosity: 0.35,
  activeFraction: 0.5,
  transportEfficiency: 0.2,
  conductivity: 50,
  particleRadius: 1e-6,
  shape: 'sphere',
  areaDensity: (3 * 0.5) / 1e-6,
  filmResistance: 0,
  doubleLayer: 0,
  amount,
  ...o,
})

export const metalOf = (carrier: Carrier, exchangeCurrent = 5): Metal => ({
  carrier,
  molarVolume: 1.4e-5,
  exchangeCurrent,
  activationEnergy: 0,
  alphaAnodic: 0.5,
  alphaCathodic: 0.5,
  monolayer: 1e-5,
  sources: { all: 'assumed' },
})

export const planar = (metals: readonly Metal[], amount: Amount, o: Partial<MetalElectrode> = {}): MetalElectrode => ({
  kind: 'metal',
  mixing: 'separate',
  metals,
  amount,
  surfaceLayer: 1e-6,
  filmResistance: 0,
  doubleLayer: 0,
  ...o,
})

export const cellOf = (
  anode: Cell['anode'],
  cathode: PorousElectrode,
  electrolyte: Electrolyte,
  o: Partial<Cell> = {},
): Cell => ({
  name: 'test cell',
  anode,
  separator: { thickness: 25e-6, porosity: 0.5, transportEfficiency: 0.3 },
  cathode,
  electrolyte,
  area: 0.01,
  contactResistance: 0,
  nominalCapacity: (0.01 * cathode.activeFraction * cathode.thickness * F) / cathode.host.molarVolume / 3600,
  voltageLimits: [0, 5],
  temperature: 298.15,
  ambientTemperature: 298.15,
  reservoir: 0,
  inactiveMass: 0,
  inactiveVolume: 0,
  sources: { all: 'assumed' },
  ...o,
})

/** One ion: host | host, a symmetric-chemistry cell with a salt. */
export const oneIonCell = (o: Partial<Cell> = {}): Cell => {
  const A = ion('A', 1)
  const low = idealHost({ carriers: [A], potential: [0.2], diffusivity: [2e-14] })
  const high = idealHost({ carriers: [A], potential: [3.5], diffusivity: [1e-14] })
  return cellOf(
    porous(low, { A: 0.8 }),
    porous(high, { A: 0.2 }),
    bath(
      [
        { name: 'A', charge: 1, c: 1000, D: 2e-10 },
        { name: 'X', charge: -1, c: 1000, D: 3e-10 },
      ],
      { A: 0 },
    ),
    o,
  )
}

/** Part of what charges a double layer is taken by the cation A. */
export const sharing = (electrolyte: Electrolyte): Electrolyte => ({
  ...electrolyte,
  capacitiveShare: { A: 0.25, X: 0.75 },
})

/** The cell of two ions with double layers on particles and metal [F/m²]. */
export const layeredCell = (particles = 0.2, metal = 0.2): Cell => {
  const cell = twoIonCell()
  return {
    ...cell,
    anode: { ...(cell.anode as MetalElectrode), doubleLayer: metal },
    cathode: { ...cell.cathode, doubleLayer: particles },
  }
}

/** Two ions of different charge, metal anode. */
export const twoIonCell = (o: Partial<Cell> & { anode?: MetalElectrode } = {}): Cell => {
  const A = ion('A', 1)
  const B = ion('B', 2)
  const host = idealHost({
    carriers: [A, B],
    potential: [2.0, 1.4],
    diffusivity: [1e-14, 2e-15],
    coupling: [1e-14, 1e-14, 1e-14, 2e-14],
    exchangeCurrent: [1, 0.3],
  })
  return cellOf(
    o.anode ?? planar([metalOf(B), metalOf(A)], { A: 0.5, B: 2 }),
    porous(host, { A: 0.1, B: 0.1 }),
    bath(
      [
        { name: 'A', charge: 1, c: 500, D: 2e-10 },
        { name: 'B', charge: 2, c: 500, D: 1e-10 },
        { name: 'X', charge: -1, c: 1500, D: 3e-10 },
      ],
      { A: 0, B: 0.5 },
    ),
    o,
  )
}
