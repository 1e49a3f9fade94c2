/**
 * Chevrel-phase Mo6S8 taking Li⁺ and Mg²⁺ together: one convex free energy, mean-field transport, insertion kinetics.
 *
 * Convention of `hosts/`, `electrolytes/`, `metals/` and `cells/`: a file exports `name` (its own stem), `parameters`
 * (plain data: value, range of what is not known, unit, meaning, source) and `make(overrides)`, overrides being a flat
 * record of numbers by parameter name. `{ name, overrides }` is a recipe that a worker or a file can rebuild.
 *
 * Stages are counted in ions per cavity, ξ = x_Li + x_Mg, not in electrons: the inner ring holds one ion whichever it is,
 * so the first step hinders Li behind Mg as much as Mg behind Li. That step *is* a Li–Mg repulsion: 0.30 eV for the first
 * pair in one cavity, where SevenNet-0 gives 0.31 eV (Mg into Mo6S8 0.96 V, into LiMo6S8 0.80 V against Mg). A coupling
 * beyond it is `pairEnergy`, 0 unless swept: < 0 binds Li–Mg pairs; −0.75 eV lifts Mg into LiMo6S8 to Li's second stage.
 *
 * Barriers are those of the bare lattice, as computed. They give a faster host than remembered diffusivities do, since
 * nothing here traps Mg in the inner ring; `effectiveBarriers` is the other reading, and the ranges hold both.
 */
import { li } from '../carriers/li.ts'
import { mg } from '../carriers/mg.ts'
import { refuse } from '../error.ts'
import { insertionKinetics } from '../laws/insertion-kinetics.ts'
import { type Move, meanFieldTransport } from '../laws/mean-field-transport.ts'
import { type Overrides, type Parameter, sourcesOf, type Values, valuesOf } from '../laws/parameter.ts'
import { onlyCarriers, type SiteFreeEnergy, siteThermodynamics } from '../laws/site-free-energy.ts'
import type { HostMaterial } from '../scales.ts'
import { F, NA, roomTemperature } from '../units.ts'

export const name = 'mo6s8'

/** 6 Mo + 8 S [g/mol]. Source: IUPAC2021 (Mo 95.95, S 32.06) */
export const molarMass = 6 * 95.95 + 8 * 32.06

/** What both Mo6S8 records share: the crystal, the hops and the interface. */
export const latticeParameters = {
  hopLength: {
    value: 6.4936e-10,
    range: [6.43e-10, 6.62e-10],
    bounds: [1e-11, 1e-7],
    unit: 'm',
    meaning: 'distance between neighbouring cavities a',
    source: 'MaterialsProjectMp2164, rhombohedral axis of Mo6S8; range from remembered experiment to Levi2006 Mg2Mo6S8',
  },
  molarVolume: {
    value: 273.59e-30 * NA,
    range: [265.8e-30 * NA, 285.71e-30 * NA],
    bounds: [1e-5, 1e-2],
    unit: 'm³/mol',
    meaning: 'volume of a mole of formula units, taken as constant',
    source: 'MaterialsProjectMp2164, 273.59 Å³; range from remembered experiment to Levi2006 Mg2Mo6S8',
  },
  sites: {
    value: 4,
    range: [4, 12],
    bounds: [1, 100],
    unit: '1',
    meaning: 'transport sites per formula unit m',
    source: 'assumed: as many as the ions it can hold',
  },
  capacity: {
    value: 4,
    range: [4, 4],
    bounds: [2, 20],
    unit: '1',
    meaning: 'room of the host: x_Li + 2 x_Mg ≤ 4',
    source: 'computed: four electrons per formula unit; Levi2006 reaches Mg2, Cava1984 Li3.2',
  },
  barrierLi: {
    value: 0.28,
    range: [0.2, 0.5],
    bounds: [0, 3],
    unit: 'eV',
    meaning: 'lone Li, cavity to cavity',
    source: 'computed with SevenNet-0 (0.256), l3i5 (0.299), MF-0 (0.283); range from remembered values, to 0.5',
  },
  barrierMg: {
    value: 0.4,
    range: [0.27, 0.68],
    bounds: [0, 3],
    unit: 'eV',
    meaning: 'lone Mg, cavity to cavity',
    source:
      'computed with SevenNet-0 (0.374), l3i5 (0.402), MF-0 (0.418); range from Devi2025 (0.27) to what the lowest remembered diffusivity needs (0.68)',
  },
  barrierPair: {
    value: 0.31,
    range: [0.15, 0.6],
    bounds: [0, 3],
    unit: 'eV',
    meaning: 'Li and Mg together, whichever leads (a bulk barrier of a centrosymmetric host cannot depend on it)',
    source:
      'computed with SevenNet-0: relaxed pair band, 0.314 from its own start (rigid pair 0.29–0.33; above separated ions 0.42–0.48); assumed to hold for every Li–Mg neighbour pair',
  },
  barrierLiLi: {
    value: 0.26,
    range: [0.17, 0.5],
    bounds: [0, 3],
    unit: 'eV',
    meaning: 'two Li together',
    source: 'computed with SevenNet-0: free pair 0.26, rigid pair 0.17',
  },
  barrierMgMg: {
    value: 0.39,
    range: [0.32, 0.68],
    bounds: [0, 3],
    unit: 'eV',
    meaning: 'two Mg together',
    source: 'computed with SevenNet-0: free pair 0.39, rigid pair 0.32',
  },
  attemptFrequency: {
    value: 1e13,
    range: [1e12, 1e14],
    bounds: [1, 1e20],
    unit: '1/s',
    meaning: 'attempt frequency of every move',
    source: 'assumed: of the size of the 6.3e12 1/s that WilkeningHeitjans2008 measured for Li0.7TiS2',
  },
  pairHops: {
    value: 1,
    range: [0, 1],
    bounds: [0, 1e6],
    unit: '1',
    meaning: 'factor on the rates of all pair moves; 0 switches the pair term off',
    source: 'assumed: on',
  },
  exchangeCurrentLi: {
    value: 1,
    range: [0.01, 100],
    bounds: [1e-12, 1e6],
    unit: 'A/m²',
    meaning: 'z F k of Li at 25 °C: j0 = z F k √(x x_v) in its first stage at unit activity',
    source: 'assumed: not found for Mo6S8',
  },
  exchangeCurrentMg: {
    value: 0.1,
    range: [0.001, 10],
    bounds: [1e-12, 1e6],
    unit: 'A/m²',
    meaning: 'z F k of Mg at 25 °C, as for Li',
    source: 'assumed: not found for Mo6S8; tenfold slower than Li, as its insertion is said to be',
  },
  kineticActivationEnergy: {
    value: 50e3,
    range: [30e3, 80e3],
    bounds: [0, 300e3],
    unit: 'J/mol',
    meaning: 'activation energy of both exchange currents',
    source: 'assumed: usual size for insertion',
  },
  alpha: {
    value: 0.5,
    range: [0.3, 0.7],
    bounds: [0.2, 0.8],
    unit: '–',
    meaning: 'anodic transfer coefficient per charge number (cathodic 1 − α)',
    source: 'assumed: symmetric',
  },
} as const satisfies Record<string, Parameter>

export const parameters = {
  stageLi: {
    value: 2.4,
    range: [2.3, 2.5],
    bounds: [0.3, 4],
    unit: 'V',
    meaning: 'mean potential of Li from 0 to 1, against Li',
    source: 'assumed: remembered, ± 0.1 V',
  },
  stageMg: {
    value: 1.2,
    range: [1.05, 1.35],
    bounds: [0.3, 4],
    unit: 'V',
    meaning: 'mean potential of Mg from 0 to 1, against Mg',
    source: 'assumed: remembered 1.1–1.3 V, ± 0.15 V',
  },
  firstStep: {
    value: 0.3,
    range: [0.2, 0.45],
    bounds: [0, 3],
    unit: 'eV',
    meaning: 'rise of both potentials when one ion sits in the cavity: Li 2.4 → 2.05–2.1 V, Mg 1.2 → 1.0 V',
    source:
      'assumed: fits the remembered stages of both ions at once; SevenNet-0 gives 0.31 for Li with Mg, 0.21 Li with Li',
  },
  secondStep: {
    value: 0.31,
    range: [0.2, 0.45],
    bounds: [0, 3],
    unit: 'eV',
    meaning: 'rise of both potentials when three ions sit in the cavity: Li 2.05–2.1 → 1.7 V',
    source: 'assumed: fits the remembered stages of Li',
  },
  stepWidth: {
    value: 0.06,
    range: [0.03, 0.15],
    bounds: [0.01, 10],
    unit: '1',
    meaning: 'width of both steps in ions per formula unit',
    source: 'assumed: sharp against a stage, smooth against the mesh of a particle',
  },
  pairEnergy: {
    value: 0,
    range: [-0.75, 0],
    bounds: [-2, 0],
    unit: 'eV',
    meaning: 'energy of a Li–Mg pair beyond the first step; E_pair min(x_Li, x_Mg), smoothed, convex for ≤ 0',
    source:
      'assumed: 0; SevenNet-0 gives a repulsion of 0.31 eV in all, of which the first step counts 0.30: 0.01 is left, far below its error of about 0.1',
  },
  ...latticeParameters,
} as const satisfies Record<string, Parameter>

export type Mo6s8Overrides = Overrides<typeof parameters>

/**
 * Barriers that give the middle of the remembered diffusivities, D_Li 1e-13 and D_Mg 1e-16 m²/s, from D = a² ν exp(−E/kT);
 * the pair keeps its computed distance of 0.06 eV to lone Mg. Trapping in the inner ring is thereby counted as a barrier.
 * Source: assumed: remembered 1e-14–1e-12 (Li) and 1e-17–1e-15 m²/s (Mg), weak
 */
export const effectiveBarriers = {
  barrierLi: 0.45,
  barrierMg: 0.63,
  barrierPair: 0.57,
  barrierLiLi: 0.45,
  barrierMgMg: 0.63,
} as const satisfies Mo6s8Overrides

/** Smoothing of min(x_Li, x_Mg) [ions per formula unit]: as sharp as 0.03 keeps the axes clean beyond a tenth of an ion. */
const pairWidth = 0.03
/** Where the steps lie [ions per formula unit]: the inner ring holds one, two more fit the outer ring, then the fourth. */
const stagePositions = [1, 3] as const

const eV = F

/** The free energy of Mo6S8 as data [J/mol]; μ° puts the mean of each ion's first stage where `stageLi`, `stageMg` say. */
export const freeEnergyOf = (p: Values<typeof parameters>): SiteFreeEnergy => {
  if (p.pairEnergy > 0) refuse(`${name}.pairEnergy`, p.pairEnergy, '≤ 0 eV: a repulsive pair energy is not convex')
  const binding = -p.pairEnergy * eV
  const law: SiteFreeEnergy = {
    carriers: ['Li', 'Mg'],
    standard: [0, 0],
    weights: [1, 2],
    max: p.capacity,
    sites: p.sites,
    steps: [
      { direction: [1, 1], position: stagePositions[0], height: p.firstStep * eV, width: p.stepWidth },
      { direction: [1, 1], position: stagePositions[1], height: p.secondStep * eV, width: p.stepWidth },
      // −B min(x, y) = B [softplus(x − y) − x]: the second part is in μ° of Li below.
      { direction: [1, -1], position: 0, height: binding, width: pairWidth },
    ],
    interaction: [0, 0, 0, 0],
  }
  const { freeEnergy } = siteThermodynamics({ ...law, steps: law.steps.slice(0, 2) }, {})
  const start = freeEnergy([0, 0], roomTemperature)
  const first = (x: readonly number[]): number => freeEnergy(x, roomTemperature) - start
  return {
    ...law,
    standard: [-p.stageLi * F - first([1, 0]) - binding, -2 * p.stageMg * F - first([0, 1])],
  }
}

/** The moves; both orders of a Li–Mg pair have one barrier, each its own term of the ordered sum in L. */
export const movesOf = (p: Values<typeof latticeParameters>): readonly Move[] => {
  const pair = p.pairHops * p.attemptFrequency
  return [
    { follower: 'Li', barrier: p.barrierLi, attemptFrequency: p.attemptFrequency },
    { follower: 'Mg', barrier: p.barrierMg, attemptFrequency: p.attemptFrequency },
    { follower: 'Mg', leader: 'Li', barrier: p.barrierPair, attemptFrequency: pair },
    { follower: 'Li', leader: 'Mg', barrier: p.barrierPair, attemptFrequency: pair },
    { follower: 'Li', leader: 'Li', barrier: p.barrierLiLi, attemptFrequency: pair },
    { follower: 'Mg', leader: 'Mg', barrier: p.barrierMgMg, attemptFrequency: pair },
  ]
}

/** The carriers of a Mo6S8 record: both, or one of them where the cell has no other ion. */
export type GuestIons = readonly ('Li' | 'Mg')[]

/**
 * A Mo6S8 record from the free energy of both ions and the shared lattice numbers, for the carriers asked for.
 * `reference` holds the μ° of the exchange currents [J/mol]: those of the first site, without a pair.
 */
export const mo6s8From = (
  both: SiteFreeEnergy,
  p: Values<typeof latticeParameters>,
  sources: HostMaterial['sources'],
  guests: GuestIons,
  reference = { Li: both.standard[0], Mg: both.standard[1] },
): Omit<HostMaterial, 'name'> => {
  const law = onlyCarriers(both, guests)
  const pick = <V>(values: { readonly Li: V; readonly Mg: V }): V[] => guests.map(symbol => values[symbol])
  return {
    formula: 'Mo6S8',
    carriers: pick({ Li: li, Mg: mg }),
    molarMass,
    molarVolume: p.molarVolume,
    limits: [{ weights: Object.fromEntries(law.carriers.map((c, i) => [c, law.weights[i]])), max: p.capacity }],
    thermodynamics: siteThermodynamics(law, sources),
    transport: meanFieldTransport({
      law,
      hopLength: p.hopLength,
      molarVolume: p.molarVolume,
      moves: movesOf(p).filter(m => law.carriers.includes(m.follower) && law.carriers.includes(m.leader ?? m.follower)),
      sources,
    }),
    kinetics: insertionKinetics({
      law,
      carriers: pick({ Li: li, Mg: mg }),
      rateConstants: pick({ Li: p.exchangeCurrentLi / F, Mg: p.exchangeCurrentMg / (2 * F) }),
      alphaAnodic: guests.map(() => p.alpha),
      alphaCathodic: guests.map(() => 1 - p.alpha),
      activationEnergies: guests.map(() => p.kineticActivationEnergy),
      referenceTemperature: roomTemperature,
      reference: pick(reference),
      sources,
    }),
    sources: { ...sources, molarMass: 'IUPAC2021 (Mo 95.95, S 32.06)' },
  }
}

/**
 * Mo6S8 with Li and Mg.
 *
 * @param overrides numbers by parameter name; the rest as in `parameters`
 * @param guests    both ions, or the only one that the cell has
 * @returns the host, convex for every content and every pair energy ≤ 0
 * @throws input error for an unknown parameter, a value that is not finite, or a repulsive pair energy
 */
export const mo6s8 = (overrides: Mo6s8Overrides = {}, guests: GuestIons = ['Li', 'Mg']): HostMaterial => {
  const p = valuesOf(name, parameters, overrides)
  const law = freeEnergyOf(p)
  const [standardLi, standardMg] = freeEnergyOf({ ...p, pairEnergy: 0 }).standard
  const alone = { Li: standardLi, Mg: standardMg }
  return {
    name: 'Mo6S8',
    ...mo6s8From(law, p, sourcesOf(parameters, overrides), guests, alone),
    notes: [
      'Stage voltages of both ions are remembered values (± 0.1 V Li, ± 0.15 V Mg); energies do not change with temperature, only the site entropy does.',
      'Ideal entropy of four equal sites; the sister host LixMo6Se8 shows a single site below x = 1 (Dahn1985), which bends the first stage by about kT/e.',
      'The volume is constant (Levi2006: 4.9 % from Mg1 to Mg2), no strain energy, no trapping in the inner ring, no vacancy correlations.',
    ],
  }
}

export const make = mo6s8
