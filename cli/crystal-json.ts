import type { Network } from '../src/crystal/network.ts'
import type { SiteSet } from '../src/crystal/sites.ts'
import type { Structure } from '../src/crystal/structure.ts'
import type { Symmetry } from '../src/crystal/symmetry.ts'
import { programVersion } from './version.ts'

const rows = (values: ArrayLike<number>): number[][] =>
  Array.from({ length: values.length / 3 }, (_, k) => [values[3 * k], values[3 * k + 1], values[3 * k + 2]])

/** JSON has no infinity. */
const finite = (value: number): number | string => (Number.isFinite(value) ? value : String(value))

const structureRecord = ({ species, lattice, positions }: Structure) => ({
  species,
  lattice: rows(lattice),
  positions: rows(positions),
})

/** What every result says of itself. */
export const head = (format: string) => ({ format, formatVersion: 1, program: `dualion ${programVersion()}` })

export const symmetryRecord = (found: Symmetry) => ({
  number: found.number,
  symbol: found.symbol,
  pointGroup: found.pointGroup,
  crystalSystem: found.crystalSystem,
  pearson: found.pearson,
  tolerance: found.tolerance,
  primitive: structureRecord(found.primitive),
  operations: found.operations.map(({ rotation, translation }) => ({
    rotation: rows(rotation),
    translation: Array.from(translation),
  })),
})

export const sitesRecord = (sites: SiteSet) => ({
  origin: sites.origin,
  carriers: sites.carriers,
  sublattices: sites.sublattices,
  sites: rows(sites.positions).map((position, i) => ({
    sublattice: sites.sublattices[sites.sublattice[i]].label,
    position,
    fractional: rows(sites.fractional)[i],
  })),
  notes: sites.notes,
})

export const networkRecord = ({ sites, hops, exclusions, exclusion }: Network) => {
  const pairs = (list: Network['exclusions']) =>
    list.map(pair => ({
      ...pair,
      from: sites.sublattices[pair.from].label,
      to: sites.sublattices[pair.to].label,
      multiplicity: pair.pairs.length,
    }))
  return { hops: pairs(hops), exclusion, exclusions: pairs(exclusions) }
}

/** Text of a result, numbers without end written as words. */
export const jsonText = (record: unknown): string =>
  `${JSON.stringify(record, (_, value) => (typeof value === 'number' ? finite(value) : value), 1)}\n`
