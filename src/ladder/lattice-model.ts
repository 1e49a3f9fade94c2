/** The model file of a lattice from what was fitted and found. */
import { type ClusterTerm, neighboursOf } from '../lattice/fit/cluster-terms.ts'
import type { MeanFieldTerm } from '../lattice/fit/from-terms.ts'
import type { SiteGroup } from '../lattice/fit/site-group.ts'
import {
  type Inputs,
  type LatticeModel,
  latticeFormat,
  latticeFormatVersion,
  type ModelHop,
  type ModelMeanField,
  type ModelNeighbour,
  type ModelPair,
  type ModelPairHop,
  type ModelPlace,
  type ModelTriplet,
  type Sourced,
} from '../lattice/model/model.ts'
import type { FittedLattice } from './fit-lattice.ts'
import type { PlaceIndex } from './hop-barriers.ts'
import type { HopLaw, HopLaws } from './hop-laws.ts'

export type LatticeModelOptions = {
  readonly name: string
  readonly about: string
  readonly carriers: readonly { readonly symbol: string; readonly charge: number }[]
  /** Names of the sublattices. */
  readonly sublattices: readonly string[]
  readonly formulaUnits: number
  readonly exclusion: number
  readonly limit: { readonly weights: readonly number[]; readonly max: number }
  readonly meanField: readonly MeanFieldTerm[]
  /** The records that energies and barriers come from. */
  readonly inputs: { readonly energies: Inputs; readonly barriers: Inputs }
  /** ν₀ [1/s] of hops whose frequency was not computed. */
  readonly usualFrequency: { readonly value: number; readonly source: string }
  /** Sublattices that make up a cavity: moves among them that stay in one cell are inside, and may be held at local equilibrium. */
  readonly insideOf: readonly number[]
}

/** Energies are written to 0.01 meV, coefficients of powers of the content, which are up to 4³, to a hundredth of that. */
const rounded = (energy: number, digits = 1e5): number => Math.round(energy * digits) / digits + 0

/**
 * Terms and laws as families of the model. Places are told by name, in cells whose corner is the middle of a cavity, so that a
 * cavity's sites lie in one cell.
 */
export const latticeModelOf = (
  group: SiteGroup,
  clusters: readonly ClusterTerm[],
  fitted: FittedLattice,
  laws: HopLaws,
  o: LatticeModelOptions,
): LatticeModel => {
  const n = group.fractional.length / 3
  const home = Array.from({ length: n }, (_, s) => [0, 1, 2].map(d => Math.round(group.fractional[3 * s + d])))
  const names = siteNames(group, o.sublattices)
  /** Names places so that the first of a list lies in the home cell. */
  const from = ([first, ...at]: readonly number[]) => {
    const origin = [0, 1, 2].map(d => at[d] + home[first][d])
    return ([site, ...image]: readonly number[]): ModelPlace => {
      const own = [0, 1, 2].map(d => image[d] + home[site][d] - origin[d] + 0)
      return own.every(cells => cells === 0) ? { site: names[site] } : { site: names[site], image: own }
    }
  }
  const symbols = o.carriers.map(one => one.symbol)
  const { errors, coefficients, strength } = fitted.fit
  const meV = (error: number) => `${(1e3 * error).toFixed(0)} meV`
  const held = errors.heldOut ?? errors.crossValidated
  /** Of everything that does not say otherwise. */
  const energies: Sourced = {
    basis: 'computed',
    source: `computed: fitted to ${fitted.counts.used} relaxed energies of the engine (penalty ${strength} chosen by cross-validation); arrangements never fitted are missed by ${meV(held.perFormulaUnit)} a formula unit, ${meV(held.perIon)} an ion (root mean square)`,
    inputs: o.inputs.energies,
  }
  const pairs: ModelPair[] = []
  const triplets: ModelTriplet[] = []
  clusters.forEach(({ members, order }, t) => {
    if (order < 2 || rounded(coefficients[t]) === 0) return
    const [member] = members
    const family = {
      // entries of one kind share a name: results list kinds
      name: order === 2 ? `${[...new Set(member.map(one => symbols[one[4] - 1]))].sort().join('–')} pairs` : 'triplets',
      carriers: member.map(one => symbols[one[4] - 1]),
      places: member.map(from(member[0])),
      energy: rounded(coefficients[t]),
    }
    if (order === 2) pairs.push(family)
    else triplets.push(family)
  })
  const barriers: Sourced = { basis: 'computed', inputs: o.inputs.barriers }
  return {
    format: latticeFormat,
    formatVersion: latticeFormatVersion,
    name: o.name,
    about: o.about,
    cell: [0, 1, 2].map(row => [...group.cell.subarray(3 * row, 3 * row + 3)].map(x => Math.round(x * 1e6) / 1e6)),
    formulaUnits: o.formulaUnits,
    symmetry: group.operations.map(operationWords),
    sites: names.map((name, s) => ({
      name,
      sublattice: o.sublattices[group.sublattice[s]],
      position: [0, 1, 2].map(d => Math.round((group.fractional[3 * s + d] - home[s][d]) * 1e6) / 1e6 + 0),
    })),
    carriers: o.carriers,
    siteEnergies: clusters.flatMap(({ order, members }, t) =>
      order === 1
        ? [
            {
              name: 'sites',
              carrier: symbols[members[0][0][4] - 1],
              sublattice: o.sublattices[group.sublattice[members[0][0][0]]],
              energy: rounded(coefficients[t]),
            },
          ]
        : [],
    ),
    pairEnergies: pairs,
    ...(triplets.length > 0 ? { tripletEnergies: triplets } : {}),
    ...(neighboursOf(group, o.exclusion).some(near => near.length > 0)
      ? {
          exclusions: [
            {
              name: 'sites too near',
              within: o.exclusion,
              basis: 'assumed' as const,
              source: `assumed: sites nearer than ${o.exclusion} Å share one polyhedron of the host`,
            },
          ],
        }
      : {}),
    meanField: meanFields(o, coefficients.slice(clusters.length)),
    limits: [
      {
        name: 'electrons',
        weights: Object.fromEntries(symbols.map((symbol, i) => [symbol, o.limit.weights[i]])),
        max: o.limit.max,
        per: 'formula unit',
        basis: 'assumed',
        source: 'assumed: four electrons a formula unit, as in the record of the host',
      },
    ],
    hops: laws.singles.map(law => hopOf(law, from(law.movers[0].from), symbols, group, barriers, o)),
    pairHops: laws.pairs
      .filter(one => one.event)
      .map(({ movers, Ekra, why }): ModelPairHop => {
        const [leader, follower] = movers
        const place = from(leader.from)
        return {
          name: movers
            .map(one => {
              const [start, end] = [one.from, one.to].map(([site]) => o.sublattices[group.sublattice[site]])
              return `${symbols[one.carrier - 1]} ${start} to ${end}`
            })
            .join(' with '),
          kind: 'moves',
          leader: symbols[leader.carrier - 1],
          follower: symbols[follower.carrier - 1],
          barrier: rounded(Math.max(0, Ekra!)),
          attemptFrequency: { ...o.usualFrequency, basis: 'assumed' },
          ...(isInside(movers, place, group, o) ? { inside: true } : {}),
          moves: [
            {
              leader: { from: place(leader.from), to: place(leader.to) },
              follower: { from: place(follower.from), to: place(follower.to) },
            },
          ],
          ...barriers,
          source: `computed: ${why}`,
        }
      }),
    ...energies,
  }
}

/** Whether all ions stay in the cavity, whose places `place` names with the same cell. */
const isInside = (
  movers: HopLaw['movers'],
  place: (at: PlaceIndex) => ModelPlace,
  group: SiteGroup,
  { insideOf }: LatticeModelOptions,
): boolean => {
  const ends = movers.flatMap(({ from, to }) => [from, to])
  const cell = (at: PlaceIndex) => String(place(at).image ?? [0, 0, 0])
  return ends.every(at => insideOf.includes(group.sublattice[at[0]]) && cell(at) === cell(ends[0]))
}

const hopOf = (
  law: HopLaw,
  place: (at: PlaceIndex) => ModelPlace,
  symbols: readonly string[],
  group: SiteGroup,
  barriers: Sourced,
  o: LatticeModelOptions,
): ModelHop => {
  const [{ carrier, from, to }] = law.movers
  const byPlace = new Map<string, { place: ModelPlace; energy: Record<string, number> }>()
  for (const { places, carrier: other, energy } of law.surroundings)
    for (const at of places) {
      const one = byPlace.get(at.join()) ?? { place: place(at), energy: {} }
      one.energy[symbols[other - 1]] = rounded(energy)
      byPlace.set(at.join(), one)
    }
  const near: ModelNeighbour[] = [...byPlace.values()]
  const kinds = [from, to].map(([site]) => group.sublattice[site])
  const amounts = law.byAmount.map(one => rounded(one))
  return {
    name: `${symbols[carrier - 1]} ${kinds.map(kind => o.sublattices[kind]).join('–')}`,
    carrier: symbols[carrier - 1],
    barrier: rounded(Math.max(0, law.Ekra)),
    attemptFrequency:
      law.attemptFrequency === undefined
        ? { ...o.usualFrequency, basis: 'assumed' }
        : {
            value: Number(law.attemptFrequency.toPrecision(3)),
            ...barriers,
            source: 'computed: harmonic modes of the atoms about the ion at the start and at the saddle (Vineyard1957)',
          },
    moves: [{ from: place(from), to: place(to), ...(near.length > 0 ? { surroundings: near } : {}) }],
    ...(amounts.some(value => value !== 0)
      ? {
          byAmount: {
            energy: Object.fromEntries(symbols.map((symbol, i) => [symbol, amounts[i]])),
            ...barriers,
            source: 'computed: the hop with other cavities filled, what neighbours add taken off',
          },
        }
      : {}),
    ...(isInside(law.movers, place, group, o) ? { inside: true } : {}),
    ...barriers,
    source: `computed: ${law.why}`,
  }
}

const meanFields = (o: LatticeModelOptions, coefficients: readonly number[]): readonly ModelMeanField[] => {
  const found = new Map<string, { weights: readonly number[]; coefficients: number[] }>()
  o.meanField.forEach(({ label, weights, power }, t) => {
    if (rounded(coefficients[t]) === 0) return
    const one = found.get(label) ?? { weights, coefficients: [] }
    while (one.coefficients.length <= power) one.coefficients.push(0)
    one.coefficients[power] = rounded(coefficients[t], 1e7)
    found.set(label, one)
  })
  return [...found].map(([name, one]) => ({
    name,
    weights: Object.fromEntries(o.carriers.map(({ symbol }, i) => [symbol, one.weights[i]])),
    coefficients: one.coefficients,
  }))
}

/** `inner 1`, `inner 2` …, in the order of the sites. */
export const siteNames = (group: SiteGroup, sublattices: readonly string[]): string[] => {
  const count = sublattices.map(() => 0)
  return Array.from(group.sublattice, kind => {
    count[kind]++
    return `${sublattices[kind]} ${count[kind]}`
  })
}

/** `x, y, z` of an operation on rows of fractions. */
export const operationWords = ({ rotation: W, translation: w }: SiteGroup['operations'][number]): string =>
  [0, 1, 2]
    .map(d => {
      const parts = ['x', 'y', 'z'].flatMap((letter, k) => {
        const by = Math.round(W[3 * k + d])
        if (by === 0) return []
        const size = Math.abs(by) === 1 ? letter : `${Math.abs(by)}${letter}`
        return [`${by < 0 ? '-' : '+'}${size}`]
      })
      const shift = Math.round((w[d] - Math.round(w[d])) * 24) / 24
      const tail = Math.abs(shift) < 1e-9 ? '' : `${shift > 0 ? '+' : '-'}${fraction(Math.abs(shift))}`
      return (parts.join('') + tail).replace(/^\+/, '')
    })
    .join(', ')

const fraction = (value: number): string => {
  for (const denominator of [2, 3, 4, 6, 8, 12, 24])
    if (Math.abs(value * denominator - Math.round(value * denominator)) < 1e-9)
      return `${Math.round(value * denominator)}/${denominator}`
  return String(value)
}
