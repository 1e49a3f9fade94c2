/** Which arrangements are worth an engine's time. */
import { clusterCounts, clusterTerms } from '../lattice/fit/cluster-terms.ts'
import { type Arrangement, arrangements, contentOf, randomArrangements } from '../lattice/fit/enumerate.ts'
import { closePairs } from '../lattice/fit/from-terms.ts'
import { chooseInformative } from '../lattice/fit/informative.ts'
import { distinctSupercells, type SiteGroup, siteSupercell } from '../lattice/fit/site-group.ts'
import { random } from '../math/random.ts'
import type { ArrangementRequest } from './relaxed-energies.ts'

export type ChooseOptions = {
  /** Symbols, in the order of the digits. */
  readonly carriers: readonly string[]
  readonly sublattices: readonly string[]
  /** Σ weights_i x_i ≤ max per formula unit. */
  readonly limit: { readonly weights: readonly number[]; readonly max: number }
  readonly formulaUnits: number
  /** Sites closer than this are not both filled [Å]. */
  readonly exclusion: number
  /** Longest pair that is to be told apart [Å]. */
  readonly pairs: number
  /** Sizes of supercells [primitive cells] and how many arrangements of each: `all`, or a number chosen for what they tell. */
  readonly sizes: readonly { readonly cells: number; readonly count: number | 'all' }[]
  /** Random draws a supercell from which is chosen where not all are taken; 1500 where absent. */
  readonly draws?: number
  readonly seed?: number
}

export type ChosenArrangements = {
  readonly requests: readonly ArrangementRequest[]
  /** By size: distinct supercells, candidates, taken, and the leverage of the last one taken. */
  readonly sizes: readonly {
    readonly cells: number
    readonly supercells: number
    readonly candidates: number
    readonly taken: number
    readonly lastLeverage?: number
  }[]
}

/**
 * All arrangements of the smallest supercells, and of larger ones those whose energies the ones before leave open the most.
 *
 * @returns  plain data
 */
export const chooseArrangements = (group: SiteGroup, o: ChooseOptions): ChosenArrangements => {
  const { carriers, sublattices, limit, exclusion, draws = 1500, seed = 1 } = o
  const terms = clusterTerms(group, { carriers, sublattices, pairs: o.pairs, exclusion })
  const known: Float64Array[] = []
  const requests: ArrangementRequest[] = []
  const sizes: ChosenArrangements['sizes'][number][] = []
  for (const { cells, count } of o.sizes) {
    const matrices = distinctSupercells(group.operations, cells)
    const candidates: { request: ArrangementRequest; row: Float64Array }[] = []
    for (const [m, matrix] of matrices.entries()) {
      const cell = siteSupercell(group, matrix)
      const counts = clusterCounts(terms, cell)
      const settings = {
        carriers: carriers.length,
        exclusions: closePairs(group, cell, exclusion),
        limits: [{ weights: limit.weights, max: limit.max * cells * o.formulaUnits }],
      }
      const { uniform } = random(seed, 100 * cells + m)
      const found: Iterable<Arrangement> =
        count === 'all'
          ? arrangements(cell, settings)
          : randomArrangements(cell, { ...settings, count: draws, uniform })
      for (const sigma of found) {
        const x = contentOf(sigma, carriers.length).map(n => n / (cells * o.formulaUnits))
        if (x.every(n => n === 0)) continue
        const charge = x.reduce((sum, n, i) => sum + n * limit.weights[i], 0)
        candidates.push({
          request: { matrix: [...matrix], arrangement: sigma.join('') },
          row: Float64Array.of(...counts(sigma), charge ** 2),
        })
      }
    }
    const rows = candidates.map(one => one.row)
    const chosen =
      count === 'all' ? { index: candidates.map((_, k) => k), leverage: [] } : chooseInformative(rows, { count, known })
    for (const k of chosen.index) {
      known.push(rows[k])
      requests.push(candidates[k].request)
    }
    const last = chosen.leverage[chosen.leverage.length - 1]
    sizes.push({
      cells,
      supercells: matrices.length,
      candidates: candidates.length,
      taken: chosen.index.length,
      ...(last === undefined ? {} : { lastLeverage: last }),
    })
  }
  return { requests, sizes }
}
