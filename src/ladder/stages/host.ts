import { refuse } from '../../error.ts'
import { carriersBySymbol } from '../../file/carriers.ts'
import type { Lattice } from '../../lattice/lattice.ts'
import type { Basis } from '../../lattice/model/model.ts'
import { loopsOf } from '../../laws/table/loop.ts'
import type { HostTable } from '../../laws/table/table.ts'
import type { Carrier } from '../../scales.ts'
import { NA } from '../../units.ts'
import { restsOn, weakest } from '../basis.ts'
import type { Stage } from '../stage.ts'
import { hostOfRung } from './host-of-rung.ts'
import { latticeOfRung } from './lattice.ts'
import type { ThermodynamicsRung } from './thermodynamics.ts'
import type { TransportRung } from './transport.ts'

export type HostSettings = {
  readonly name: string
  readonly formula: string
  /** [g/mol of empty formula units] */
  readonly molarMass: number
  /** The insertion reaction at the particles' surface, by carrier. */
  readonly kinetics: {
    readonly exchangeCurrent: Readonly<Record<string, number>>
    readonly activationEnergy?: Readonly<Record<string, number>> | undefined
    readonly alpha?: Readonly<Record<string, number>> | undefined
    readonly source: string
    readonly basis: Basis
  }
  /** Room that ions share, where it is another than the lattice's. */
  readonly limits?: HostTable['limits'] | undefined
  /** Phases do not part: the free energy is held convex. */
  readonly convex?: boolean | undefined
  /** K_ij [J·m²/mol] of pairs of carriers, 0 for those not named: what a host needs whose phases part. */
  readonly gradient?: {
    readonly pairs: readonly { readonly carriers: readonly [string, string]; readonly K: number }[]
    readonly source: string
    readonly basis: Basis
  }
}

/** Transfer coefficient where none is given. Source: assumed (symmetric) */
const usualAlpha = 0.5

/** Which samples a host is made of, where not of all. */
export type HostVariant = {
  readonly name: string
  readonly title: string
  /** The stage of its walks. */
  readonly transport: string
  /** Only these carriers, the samples without the others. */
  readonly carriers?: readonly string[]
}

const usualVariant: HostVariant = {
  name: 'host',
  title: 'Host: one free energy and one Onsager matrix through the samples',
  transport: 'transport',
}

/** Samples of both Monte Carlos as the record that a cell takes. */
export const hostStage = (settings: HostSettings, variant: HostVariant = usualVariant): Stage<HostTable> => ({
  name: variant.name,
  title: variant.title,
  version: 1,
  needs: ['lattice', 'thermodynamics', variant.transport],
  settings: { ...settings, ...(variant.carriers ? { carriers: variant.carriers } : {}) },
  *run({ inputs, hashes }) {
    yield { kind: 'progress', fraction: 0.1, doing: 'fitting tables' }
    const { lattice } = latticeOfRung(inputs.lattice)
    const { samples } = inputs.thermodynamics as ThermodynamicsRung
    const { samples: walks } = inputs[variant.transport] as TransportRung
    const whole = tableOf(lattice, settings, { samples, walks, hashes })
    const table = variant.carriers === undefined ? whole : onlyCarriers(whole, variant.carriers)
    hostOfRung(table) // refused here, not in the cell, where it does not fit together
    return table
  },
  report: (table, { inputs }) => {
    const { provenance } = latticeOfRung(inputs.lattice)
    const host = hostOfRung(table)
    const { thermodynamics, transport } = host
    const rests = restsOn(provenance)
    return {
      basis: weakest([rests.basis, settings.kinetics.basis, ...(settings.gradient ? [settings.gradient.basis] : [])]),
      why: [
        rests.why,
        `Exchange currents of the interface: ${settings.kinetics.basis} (${settings.kinetics.source}).`,
        ...(settings.gradient
          ? [`Gradient coefficients: ${settings.gradient.basis} (${settings.gradient.source}).`]
          : []),
      ].join(' '),
      lines: [
        `${table.thermodynamics.length} samples of μ and Θ, ${table.transport.length} of L`,
        `free energy: χ² ${thermodynamics.report.reducedChiSquare.toPrecision(3)} per degree of freedom, μ missed by ${thermodynamics.report.misfit.toPrecision(3)} J/mol (root mean square)`,
        `transport: χ² ${transport.report.reducedChiSquare.toPrecision(3)} per degree of freedom, L missed by ${(100 * transport.report.misfit).toPrecision(3)} % of √(L_ii L_jj)`,
        ...(settings.convex ? loopWords(table, host.carriers) : []),
        ...(host.notes ?? []),
      ],
    }
  },
})

/** By how much samples fall where the host is held convex. */
const loopWords = (table: HostTable, carriers: readonly Carrier[]): string[] => {
  const loops = loopsOf(
    table,
    carriers.map(carrier => carrier.charge),
  )
  const place = (x: readonly number[]) => table.carriers.map((c, i) => `${c} ${x[i].toFixed(2)}`).join(', ')
  return loops.map(
    ({ carrier, volts, fall, from, to, T }) =>
      `held convex: over the samples μ of ${carrier} falls by ${(fall / 1000).toPrecision(2)} kJ/mol (${(1000 * volts).toFixed(0)} mV) from ${place(from)} to ${place(to)} at ${T} K, which the host does not follow`,
  )
}

const tableOf = (
  lattice: Lattice,
  { name, formula, molarMass, kinetics, limits, convex, gradient }: HostSettings,
  o: {
    readonly samples: ThermodynamicsRung['samples']
    readonly walks: TransportRung['samples']
    readonly hashes: Readonly<Record<string, string>>
  },
): HostTable => {
  const carriers = lattice.carriers.map(carrier => carrier.symbol)
  for (const symbol of carriers)
    if (carriersBySymbol[symbol] === undefined)
      refuse('lattice.carriers', symbol, `ions of the library, for a cell: ${Object.keys(carriersBySymbol).join(', ')}`)
  const by = (values: Readonly<Record<string, number>> | undefined, field: string, usual?: number) =>
    carriers.map(
      symbol =>
        values?.[symbol] ??
        usual ??
        refuse(`host.kinetics.${field}.${symbol}`, 'nothing', 'a number for every carrier'),
    )
  const sublattices = lattice.sublattices.map((kind, g) => ({
    name: kind,
    sites: lattice.sites.filter(site => site.sublattice === g).length / lattice.formulaUnits,
  }))
  const room = limits === undefined ? roomOf(lattice) : { limits, vacancySites: undefined }
  return {
    name,
    formula,
    carriers,
    molarMass,
    // Å³ a cell → m³ a mole of formula units
    molarVolume: ((lattice.volume * 1e-30) / lattice.formulaUnits) * NA,
    limits: room.limits,
    ...(convex ? { convex } : {}),
    ...(gradient ? { gradient: gradientOf(gradient.pairs, carriers) } : {}),
    ideal: { sublattices, ...(room.vacancySites ? { vacancySites: room.vacancySites } : {}) },
    thermodynamics: o.samples.map(({ x, T, mu, muError, theta, thetaError }) => ({
      x,
      T,
      // a chain too short for an error of its own says nothing
      mu: mu.map((value, i) => (muError[i] === null ? null : value)),
      muError,
      theta,
      thetaError,
    })),
    transport: o.walks.map(({ x, T, L, LError, determined }) => ({
      x,
      T,
      L,
      LError,
      ...(determined === undefined ? {} : { determined }),
    })),
    kinetics: {
      exchangeCurrent: by(kinetics.exchangeCurrent, 'exchangeCurrent'),
      activationEnergy: by(kinetics.activationEnergy, 'activationEnergy', 0),
      alpha: by(kinetics.alpha, 'alpha', usualAlpha),
    },
    sources: {
      thermodynamics: `computed: Monte Carlo of the lattice model ${lattice.name}`,
      transport: `computed: kinetic Monte Carlo of the lattice model ${lattice.name}`,
      kinetics: kinetics.source,
      ...(gradient ? { gradient: gradient.source } : {}),
    },
    inputs: o.hashes,
  }
}

/** K_ij by rows; each pair once. */
const gradientOf = (pairs: NonNullable<HostSettings['gradient']>['pairs'], carriers: readonly string[]): number[] => {
  const K = new Array<number | undefined>(carriers.length ** 2).fill(undefined)
  for (const [k, { carriers: two, K: value }] of pairs.entries()) {
    const [i, j] = two.map(symbol => {
      const at = carriers.indexOf(symbol)
      return at >= 0
        ? at
        : refuse(`host.gradient.pairs.${k}.carriers`, symbol, `carriers of the lattice: ${carriers.join(', ')}`)
    })
    if (K[i * carriers.length + j] !== undefined)
      refuse(`host.gradient.pairs.${k}.carriers`, two.join(', '), 'each pair of carriers once')
    K[i * carriers.length + j] = value
    K[j * carriers.length + i] = value
  }
  return K.map(value => value ?? 0)
}

/** Limits of the lattice per formula unit, and that of its sites where it is one. */
const roomOf = (lattice: Lattice) => {
  const symbols = lattice.carriers.map(carrier => carrier.symbol)
  const sites = lattice.sites.length / lattice.formulaUnits
  const limits = lattice.limits.map(({ weights, max, per }) => ({
    weights: Object.fromEntries(symbols.map((symbol, i) => [symbol, weights[i]])),
    max: per === 'cell' ? max / lattice.formulaUnits : max,
  }))
  const tighter = (i: number) => limits.some(({ weights, max }) => max / weights[symbols[i]] <= sites)
  // a limit of the sites themselves matters where no other is tighter for every ion
  if (symbols.every((_, i) => tighter(i))) return { limits, vacancySites: limits.map(() => 0) }
  const ofSites = { weights: Object.fromEntries(symbols.map(symbol => [symbol, 1])), max: sites }
  return { limits: [ofSites, ...limits], vacancySites: [sites, ...limits.map(() => 0)] }
}

/** The table of some carriers alone: samples without the others, their rows left out. */
export const onlyCarriers = (table: HostTable, carriers: readonly string[]): HostTable => {
  const kept = carriers.map(symbol => table.carriers.indexOf(symbol))
  const n = table.carriers.length
  const alone = ({ x }: { readonly x: readonly number[] }) => x.every((y, i) => kept.includes(i) || y === 0)
  const of = <T>(values: readonly T[]): T[] => kept.map(i => values[i])
  const square = <T>(values: readonly T[]): T[] => kept.flatMap(i => kept.map(j => values[i * n + j]))
  const { kinetics } = table
  return {
    ...table,
    carriers,
    ...(table.gradient ? { gradient: square(table.gradient) } : {}),
    limits: table.limits.map(({ weights, max }) => ({
      weights: Object.fromEntries(carriers.map(symbol => [symbol, weights[symbol] ?? 0])),
      max,
    })),
    thermodynamics: table.thermodynamics.filter(alone).map(({ x, T, mu, muError, theta, thetaError }) => ({
      ...{ x: of(x), T, mu: of(mu), muError: of(muError) },
      ...(theta ? { theta: square(theta) } : {}),
      ...(thetaError ? { thetaError: square(thetaError) } : {}),
    })),
    transport: table.transport
      .filter(alone)
      .map(one => ({ ...one, x: of(one.x), L: square(one.L), LError: square(one.LError) })),
    kinetics: {
      ...kinetics,
      exchangeCurrent: of(kinetics.exchangeCurrent),
      activationEnergy: of(kinetics.activationEnergy),
      alpha: of(kinetics.alpha),
    },
  }
}
