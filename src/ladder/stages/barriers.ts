import { fromSearch } from '../from-search.ts'
import { type HopBarrier, type HopRequest, hopBarrier } from '../hop-barriers.ts'
import { amountRequests, pairRequests, singleRequests, surroundingRequests } from '../hop-requests.ts'
import type { Stage } from '../stage.ts'
import { type FilledHost, filledHost } from './arrangements.ts'

export type BarriersSettings = FilledHost & {
  /** Least and most distance of two ions that move at once [Å]; none are looked at where absent. */
  readonly separation?: readonly [number, number] | undefined
  /** The hop whose surroundings matter, by its number in the network, from 0; and how far they reach [Å]. */
  readonly surroundings?: { readonly hop: number; readonly reach: number } | undefined
  /** What fills other cells, for what the mean content does to that hop: carriers from 1, sites, how many cells. */
  readonly fillings?:
    | readonly { readonly carrier: number; readonly sites: readonly number[]; readonly cells: number }[]
    | undefined
  /** ν₀ from partial Hessians of the atoms this near to the ion [Å]; assumed where absent. */
  readonly prefactorWithin?: number | undefined
  readonly engine: string
}

export const barrierKinds = ['alone', 'about', 'amounts', 'pairs'] as const
export type BarrierKind = (typeof barrierKinds)[number]

export type BarriersRung = {
  readonly runs: readonly { readonly kind: BarrierKind; readonly result: HopBarrier }[]
  readonly engine: string
  readonly settings: BarriersSettings
}

/** Paths between two states that are kept. */
const keepEvery = 2

/** Saddles of single hops, alone and with others about, and of moves of two ions. */
export const barriersStage = (settings: BarriersSettings): Stage<BarriersRung> => ({
  name: 'barriers',
  title: 'Barriers of single hops and pair moves, by the engine',
  version: 1,
  needs: ['structure', 'network'],
  settings,
  recordsAnswers: false,
  *run({ inputs, kept }) {
    const { host, group, network, options, carriers } = filledHost(inputs, settings)
    const { large, exclusion, surroundings, fillings, separation, prefactorWithin } = settings
    const hop = surroundings === undefined ? undefined : network.hops[surroundings.hop]
    const requests: { kind: BarrierKind; request: HopRequest }[] = [
      ...of('alone', singleRequests(network, carriers, large, prefactorWithin)),
      ...of(
        'about',
        hop && surroundings
          ? surroundingRequests(group, hop, carriers, large, { reach: surroundings.reach, exclusion })
          : [],
      ),
      ...of('amounts', hop && fillings ? amountRequests(group, hop, carriers, large, fillings) : []),
      ...of('pairs', separation ? pairRequests(network, carriers, large, separation) : []),
    ]
    const runs: BarriersRung['runs'][number][] = [...((kept as BarriersRung['runs'] | undefined) ?? [])]
    for (let k = runs.length; k < requests.length; k++) {
      const { kind, request } = requests[k]
      const fraction = k / requests.length
      const doing = `${request.label}, ${k + 1} of ${requests.length}`
      yield { kind: 'progress', fraction, doing }
      const verify = kind === 'alone' || kind === 'pairs'
      const result = yield* fromSearch(hopBarrier(host, group, request, { ...options, verify }), () => ({
        fraction,
        doing,
      }))
      runs.push({ kind, result })
      if (runs.length % keepEvery === 0) yield { kind: 'keep', state: runs }
    }
    return { runs, engine: settings.engine, settings }
  },
  report: ({ runs, engine }) => ({
    basis: 'computed',
    why: `Saddles of ${engine}.`,
    lines: barrierKinds.map(kind => `${kindWords[kind]}: ${runs.filter(run => run.kind === kind).length}`),
    table: [
      ['move', 'start to saddle / eV', 'end to saddle / eV', 'ν₀ / s⁻¹', 'outcome'],
      ...runs
        .filter(run => run.kind === 'alone')
        .map(({ result: { label, saddles, saddle, start, final, attemptFrequency, outcome } }) => {
          const top = saddle === undefined ? undefined : saddles[saddle].energy
          return [
            label,
            top === undefined ? '–' : (top - start.energy).toFixed(3),
            top === undefined ? '–' : (top - final.energy).toFixed(3),
            attemptFrequency?.toExponential(1) ?? '–',
            outcome,
          ]
        }),
    ],
  }),
})

const of = (kind: BarrierKind, requests: readonly HopRequest[]) => requests.map(request => ({ kind, request }))

const kindWords: Readonly<Record<BarrierKind, string>> = {
  alone: 'single hops of lone ions',
  about: 'the same with an ion nearby',
  amounts: 'the same with other cells filled',
  pairs: 'moves of two ions at once',
}
