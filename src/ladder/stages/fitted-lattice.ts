import { refuse } from '../../error.ts'
import { carriersBySymbol } from '../../file/carriers.ts'
import { expandLatticeFile } from '../../file/lattice/read.ts'
import type { MeanFieldTerm } from '../../lattice/fit/from-terms.ts'
import { determinant } from '../../math/mat3.ts'
import { type FitLatticeOptions, fitLattice, latticeEnergy, latticeTerms } from '../fit-lattice.ts'
import { startEnergies } from '../hop-barriers.ts'
import { hopLaws } from '../hop-laws.ts'
import { latticeModelOf } from '../lattice-model.ts'
import { type Shifts, shifted } from '../shift.ts'
import type { Stage } from '../stage.ts'
import { type ArrangementsRung, filledHost } from './arrangements.ts'
import type { BarrierKind, BarriersRung } from './barriers.ts'
import { type LatticeRung, latticeReport } from './lattice.ts'

/** What an ion nearby adds to E_KRA is within the error of the energies below this [eV], and left out. Source: assumed */
const leastEffect = 0.03

export type FittedLatticeSettings = {
  readonly name: string
  readonly about: string
  /** Longest pair [Å], longest distance in a triplet [Å]. */
  readonly pairs: number
  readonly triplets?: number | undefined
  readonly meanField: readonly MeanFieldTerm[]
  /** Weight of lone ions of the large cell. */
  readonly diluteWeight: number
  /** ν₀ [1/s] of hops whose frequency was not computed. */
  readonly usualFrequency: { readonly value: number; readonly source: string }
  /** Sublattices whose hops among themselves are fast moves inside a group, and pairs of them: `inner`, `inner–outer`. */
  readonly insideOf: readonly string[]
  readonly shifts: Shifts
}

/** The model file from energies and barriers: fitted terms, E_KRA, what ions nearby add. */
export const fittedLatticeStage = (settings: FittedLatticeSettings): Stage<LatticeRung> => ({
  name: 'lattice',
  title: 'Lattice: sites, energies, hops, fitted to the engine',
  version: 2,
  needs: ['structure', 'network', 'arrangements', 'barriers'],
  settings,
  *run({ inputs, hashes }) {
    yield { kind: 'progress', fraction: 0, doing: 'fitting' }
    const { energies, engine, settings: filled } = inputs.arrangements as ArrangementsRung
    const { runs, engine: ofBarriers, settings: how } = inputs.barriers as BarriersRung
    const { group, carriers, sublattices } = filledHost(inputs, filled)
    const { formulaUnits, exclusion, large, limit } = filled
    const units = Math.round(largeCells(large) * formulaUnits)
    const options: FitLatticeOptions = {
      ...{ carriers, sublattices, formulaUnits, exclusion },
      pairs: settings.pairs,
      ...(settings.triplets === undefined ? {} : { triplets: settings.triplets }),
      meanField: settings.meanField,
      dilute: { formulaUnits: units, weight: settings.diluteWeight },
    }
    const starts = startEnergies(
      group,
      runs.map(run => run.result),
      formulaUnits,
    )
    const fitted = fitLattice(group, [...energies, ...starts], options)
    yield { kind: 'progress', fraction: 0.8, doing: 'hops' }
    const results = (kind: BarrierKind) => runs.filter(run => run.kind === kind).map(run => run.result)
    const laws = hopLaws(
      group,
      { alone: results('alone'), about: results('about'), amounts: results('amounts'), pairs: results('pairs') },
      latticeEnergy(group, options, fitted.fit.coefficients),
      { carriers, formulaUnits, reach: how.surroundings?.reach ?? 0, least: leastEffect },
    )
    const model = latticeModelOf(group, latticeTerms(group, options).clusters, fitted, laws, {
      name: settings.name,
      about: settings.about,
      carriers: carriers.map(symbol => ({ symbol, charge: carriersBySymbol[symbol]?.charge ?? 1 })),
      sublattices,
      formulaUnits,
      exclusion,
      limit: { weights: carriers.map(symbol => limit.weights[symbol] ?? 0), max: limit.max },
      meanField: settings.meanField,
      inputs: {
        energies: { sha256: hashes.arrangements, engine },
        barriers: { sha256: hashes.barriers, engine: ofBarriers },
      },
      usualFrequency: settings.usualFrequency,
      insideOf: settings.insideOf.map(name =>
        sublattices.includes(name)
          ? sublattices.indexOf(name)
          : refuse('lattice.insideOf', name, `sublattices: ${sublattices.join(', ')}`),
      ),
    })
    const moved = shifted(JSON.parse(JSON.stringify(model)), settings.shifts)
    expandLatticeFile(moved, 'the fitted lattice')
    return { model: moved }
  },
  report: output => latticeReport(output, settings.shifts),
})

const largeCells = (matrix: readonly number[]): number => Math.abs(determinant(matrix))
