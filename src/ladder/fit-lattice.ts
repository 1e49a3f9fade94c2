/** The energies of a lattice from relaxed energies of its arrangements. */
import { type ClusterTerm, clusterCounts, clusterTerms } from '../lattice/fit/cluster-terms.ts'
import { type Arrangement, contentOf } from '../lattice/fit/enumerate.ts'
import { type FitRow, type FitTerm, fitEnergies, type LatticeFit } from '../lattice/fit/fit.ts'
import { energyOf, type MeanFieldTerm, meanFieldCount } from '../lattice/fit/from-terms.ts'
import { type SiteGroup, type SiteSupercell, siteSupercell } from '../lattice/fit/site-group.ts'
import type { RelaxedEnergy } from './relaxed-energies.ts'

export type FitLatticeOptions = {
  readonly carriers: readonly string[]
  readonly sublattices: readonly string[]
  readonly formulaUnits: number
  readonly exclusion: number
  /** Longest pair [Å]. */
  readonly pairs: number
  /** Longest distance in a triplet [Å]; none where absent. */
  readonly triplets?: number
  readonly meanField: readonly MeanFieldTerm[]
  /** Energies whose ions ended further from their sites than this are not used [Å]. */
  readonly reach?: number
  /**
   * Energies in cells of at least so many formula units weigh so much an ion: the dilute limit is to be met, where what an ion
   * costs is a small number a formula unit.
   */
  readonly dilute?: { readonly formulaUnits: number; readonly weight: number }
  /** An energy this far above the lowest of its content counts half [eV per formula unit]; 0.3 where absent. */
  readonly halfWeight?: number
  /** Every so many rows is held out; 8 where absent. */
  readonly holdOut?: number
}

/** Plain data. */
export type FittedLattice = {
  readonly fit: LatticeFit
  /** How many relaxed energies there were, and what became of them. */
  readonly counts: {
    readonly energies: number
    readonly moved: number
    readonly onNoSites: number
    readonly outside: number
    readonly twice: number
    readonly used: number
    /** Arrangements that relaxed into others and would have come out below them, held above since. */
    readonly bounds: number
  }
  /** Lowest energy by content, per formula unit: as computed, and as the fit has it. */
  readonly lowest: readonly {
    readonly x: readonly number[]
    readonly arrangement: string
    readonly matrix: readonly number[]
    readonly computed: number
    readonly fitted: number
  }[]
}

/** Terms and how to count them in an arrangement: clusters, then mean fields. */
export type LatticeTerms = {
  readonly clusters: readonly ClusterTerm[]
  readonly terms: readonly FitTerm[]
  readonly countsIn: (cell: SiteSupercell) => (sigma: Arrangement) => Float64Array
}

/** Terms in the order of a fit's coefficients. */
export const latticeTerms = (group: SiteGroup, o: FitLatticeOptions): LatticeTerms => {
  const { carriers, sublattices, exclusion, pairs, triplets, meanField } = o
  const clusters = clusterTerms(group, {
    carriers,
    sublattices,
    pairs,
    exclusion,
    ...(triplets === undefined ? {} : { triplets }),
  })
  return {
    clusters,
    terms: [
      ...clusters.map(
        ({ label, order, length }): FitTerm =>
          order === 1
            ? { label, kind: 'site', always: true, penalty: 0 }
            : order === 2
              ? // interactions are thought to fall off with distance
                { label, kind: 'pair', penalty: Math.exp((length - exclusion) / 1.5) }
              : { label, kind: 'triplet', penalty: 10 },
      ),
      ...meanField.map(
        ({ label, power }): FitTerm => ({ label: `${label}^${power}`, kind: 'mean field', penalty: 0.1 }),
      ),
    ],
    countsIn: cell => {
      const count = clusterCounts(clusters, cell)
      const units = cell.cells * o.formulaUnits
      return sigma => {
        const x = contentOf(sigma, carriers.length).map(n => n / units)
        return Float64Array.of(
          ...count(sigma).map(n => n / o.formulaUnits),
          ...meanField.map(term => meanFieldCount(term, x)),
        )
      }
    },
  }
}

/** Supercells by their matrices with what counts the terms in them, each made once. */
const cellsOf = (group: SiteGroup, { countsIn }: Pick<LatticeTerms, 'countsIn'>) => {
  const cells = new Map<string, { cell: SiteSupercell; counts: (sigma: Arrangement) => Float64Array }>()
  return (matrix: readonly number[]) => {
    const key = matrix.join()
    let one = cells.get(key)
    if (one === undefined) {
      const cell = siteSupercell(group, matrix)
      one = { cell, counts: countsIn(cell) }
      cells.set(key, one)
    }
    return one
  }
}

/** H of an arrangement [eV, of the whole supercell]. */
export const latticeEnergy = (group: SiteGroup, o: FitLatticeOptions, coefficients: ArrayLike<number>) => {
  const cellOf = cellsOf(group, latticeTerms(group, o))
  return (matrix: readonly number[], arrangement: string): number => {
    const { cell, counts } = cellOf(matrix)
    return energyOf(counts(Uint8Array.from(arrangement, Number)), coefficients) * cell.cells * o.formulaUnits
  }
}

/** Largest number of passes that put bounds in. */
const passes = 4

/**
 * Each relaxed energy is that of the arrangement it ended in, the lowest where several ended in one. An arrangement that relaxed
 * into another cannot lie below it: where the fit says so, it is put in at the energy of the other with half the weight, and the
 * fit is done again.
 */
export const fitLattice = (
  group: SiteGroup,
  energies: readonly RelaxedEnergy[],
  o: FitLatticeOptions,
): FittedLattice => {
  const { carriers, reach = 1.5, halfWeight = 0.3, holdOut = 8, dilute } = o
  const { terms, countsIn } = latticeTerms(group, o)
  const cellOf = cellsOf(group, { countsIn })
  const inside = energies.filter(one => one.ended !== undefined && (one.furthest ?? 0) <= reach)
  const usable = inside.filter(one => (one.extrapolation ?? 0) <= 1 && one.outcome === 'converged')
  const best = new Map<string, RelaxedEnergy>()
  for (const one of usable) {
    const key = `${one.matrix.join()} ${one.ended}`
    const other = best.get(key)
    if (other === undefined || one.energy < other.energy) best.set(key, one)
  }
  const contentsOf = (matrix: readonly number[], arrangement: string) => {
    const units = cellOf(matrix).cell.cells * o.formulaUnits
    return contentOf(Uint8Array.from(arrangement, Number), carriers.length).map(n => n / units)
  }
  const lowestAt = new Map<string, RelaxedEnergy>()
  for (const one of best.values()) {
    const key = contentsOf(one.matrix, one.ended!).join()
    const other = lowestAt.get(key)
    if (other === undefined || one.energy < other.energy) lowestAt.set(key, one)
  }
  const rowOf = (matrix: readonly number[], arrangement: string, energy: number, weight: number): FitRow => {
    const { cell, counts } = cellOf(matrix)
    const sigma = Uint8Array.from(arrangement, Number)
    const ions = contentOf(sigma, carriers.length).reduce((a, b) => a + b, 0)
    return {
      label: `${matrix.join(' ')}: ${arrangement}`,
      counts: counts(sigma),
      energy,
      ions: ions / (cell.cells * o.formulaUnits),
      weight,
    }
  }
  const rows = [...best.values()].map((one, r): FitRow => {
    const x = contentsOf(one.matrix, one.ended!)
    const units = cellOf(one.matrix).cell.cells * o.formulaUnits
    const ions = x.reduce((a, b) => a + b, 0) * units
    const thin = dilute !== undefined && units >= dilute.formulaUnits
    const above = one.energy - lowestAt.get(x.join())!.energy
    const weight = (thin ? dilute.weight * (units / ions) ** 2 : 1) / (1 + (above / halfWeight) ** 2)
    return { ...rowOf(one.matrix, one.ended!, one.energy, weight), heldOut: !thin && r % holdOut === holdOut - 1 }
  })
  const moved = usable.filter(one => one.moved && !one.held)
  const bounds = new Map<string, FitRow>()
  // all terms while bounds come in; which stay is asked at the end, when it is asked once more for bounds
  let fit = fitEnergies(rows, terms, { gain: -1 })
  for (let pass = 0; pass < passes; pass++) {
    let more = 0
    for (const one of moved) {
      const key = `${one.matrix.join()} ${one.arrangement}`
      const row = rowOf(one.matrix, one.arrangement, one.energy, 0.5)
      if (bounds.has(key) || energyOf(row.counts, fit.coefficients) >= one.energy - 0.01) continue
      bounds.set(key, row)
      more++
    }
    const last = more === 0 || pass >= passes - 2
    fit = fitEnergies([...rows, ...bounds.values()], terms, last ? {} : { gain: -1 })
    if (more === 0) break
  }
  return {
    fit,
    counts: {
      energies: energies.length,
      moved: energies.filter(one => one.moved).length,
      onNoSites: energies.length - inside.length,
      outside: inside.length - usable.length,
      twice: usable.length - best.size,
      used: best.size,
      bounds: bounds.size,
    },
    lowest: [...lowestAt].map(([, one]) => {
      const { counts } = cellOf(one.matrix)
      return {
        x: contentsOf(one.matrix, one.ended!),
        arrangement: one.ended!,
        matrix: one.matrix,
        computed: one.energy,
        fitted: energyOf(counts(Uint8Array.from(one.ended!, Number)), fit.coefficients),
      }
    }),
  }
}
