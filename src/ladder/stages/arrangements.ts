import { determinant } from '../../math/mat3.ts'
import { chooseArrangements } from '../choose-arrangements.ts'
import { fromSearch } from '../from-search.ts'
import { type ArrangementRequest, type RelaxedEnergy, relaxedEnergy } from '../relaxed-energies.ts'
import type { Stage } from '../stage.ts'
import { type NetworkRung, networkOf } from './network.ts'
import { type StructureRung, structureOfRung } from './structure.ts'

/** What energies and barriers share. */
export type FilledHost = {
  /** E of an atom of each metal [eV] on the scale of the engine, by carrier. */
  readonly metals: Readonly<Record<string, number>>
  readonly metalsSource: string
  readonly formulaUnits: number
  /** Sites closer than this are not both filled [Å]. */
  readonly exclusion: number
  /** Σ weights·x ≤ max per formula unit. */
  readonly limit: { readonly weights: Readonly<Record<string, number>>; readonly max: number }
  /** A supercell in which an ion does not see its images, [9]. */
  readonly large: readonly number[]
  /** Cells relax with their atoms; false for engines without stresses. */
  readonly cell: boolean
  /** Largest force of relaxed states [eV/Å]; 0.02 where absent. */
  readonly forceTolerance?: number | undefined
}

export type ArrangementsSettings = FilledHost & {
  /** Sizes of supercells [primitive cells] and how many arrangements of each. */
  readonly sizes: readonly { readonly cells: number; readonly count: number | 'all' }[]
  /** Longest pair that is to be told apart [Å]. */
  readonly pairs: number
  readonly seed: number
  /** Sublattices on which a lone ion is held on its site, as it would slide away. */
  readonly heldOn: readonly string[]
  readonly engine: string
}

export type ArrangementsRung = {
  readonly energies: readonly RelaxedEnergy[]
  readonly engine: string
  readonly settings: ArrangementsSettings
}

/** Relaxations between two states that are kept. */
const keepEvery = 5

/** Relaxed energies of arrangements, chosen by symmetry and by what they tell, and of lone ions. */
export const arrangementsStage = (settings: ArrangementsSettings): Stage<ArrangementsRung> => ({
  name: 'arrangements',
  title: 'Energies of arrangements, by the engine',
  version: 1,
  needs: ['structure', 'network'],
  settings,
  recordsAnswers: false,
  *run({ inputs, kept }) {
    const { host, group, options, sublattices, carriers } = filledHost(inputs, settings)
    yield { kind: 'progress', fraction: 0, doing: 'choosing arrangements' }
    const { exclusion, formulaUnits, pairs, sizes, seed } = settings
    const chosen = chooseArrangements(group, {
      ...{ carriers, sublattices, formulaUnits, exclusion, pairs, sizes, seed },
      limit: { weights: carriers.map(symbol => settings.limit.weights[symbol] ?? 0), max: settings.limit.max },
    })
    const requests = [...loneIons(group.sublattice, sublattices, carriers.length, settings), ...chosen.requests]
    const energies: RelaxedEnergy[] = [...((kept as RelaxedEnergy[] | undefined) ?? [])]
    for (let k = energies.length; k < requests.length; k++) {
      const doing = `arrangement ${k + 1} of ${requests.length}`
      yield { kind: 'progress', fraction: k / requests.length, doing }
      const one = yield* fromSearch(relaxedEnergy(host, group, requests[k], options), () => ({
        fraction: k / requests.length,
        doing,
      }))
      energies.push(one)
      if (energies.length % keepEvery === 0) yield { kind: 'keep', state: energies }
    }
    return { energies, engine: settings.engine, settings }
  },
  report: ({ energies, engine }) => ({
    basis: 'computed',
    why: `Energies of ${engine}; metals: ${settings.metalsSource}.`,
    lines: [
      `${energies.length} arrangements relaxed, ${energies.filter(one => one.moved).length} of them into another one than they began as, ${energies.filter(one => one.ended === undefined).length} onto no sites`,
      `${energies.filter(one => one.outcome !== 'converged').length} ended before their forces were small`,
    ],
  }),
})

/** Host, sites and options for the engine's work, from the rungs below. */
export const filledHost = (inputs: Readonly<Record<string, unknown>>, settings: FilledHost) => {
  const rung = inputs.structure as StructureRung
  const host = structureOfRung(rung)
  const { settings: network } = inputs.network as NetworkRung
  const { carriers } = network
  const found = networkOf(host, network)
  const primitive = found.sites.symmetry.primitive
  return {
    ...found,
    host: primitive,
    carriers,
    options: {
      carriers,
      metals: carriers.map(symbol => settings.metals[symbol]),
      empty: (rung.energy * primitive.species.length) / host.species.length,
      formulaUnits: settings.formulaUnits,
      exclusion: settings.exclusion,
      cell: settings.cell,
      ...(settings.forceTolerance === undefined ? {} : { forceTolerance: settings.forceTolerance }),
    },
  }
}

/** Each carrier alone on the first site of each sublattice of the large cell. */
const loneIons = (
  sublattice: ArrayLike<number>,
  names: readonly string[],
  carriers: number,
  { large, heldOn }: ArrangementsSettings,
): ArrangementRequest[] => {
  const cells = Math.round(Math.abs(determinant(large)))
  const sites = cells * sublattice.length
  return names.flatMap((name, kind) => {
    const site = Array.prototype.indexOf.call(sublattice, kind)
    return Array.from({ length: carriers }, (_, c) => ({
      matrix: large,
      arrangement: Array.from({ length: sites }, (_, s) => (s === site ? c + 1 : 0)).join(''),
      ...(heldOn.includes(name) ? { held: true } : {}),
    }))
  })
}
