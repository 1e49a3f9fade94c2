import type { Move } from './mean-field-transport.ts'
import type { SiteFreeEnergy } from './site-free-energy.ts'

/**
 * One ion of a host written as two identical labels: same energies, same room, same rates, every pair of labels a pair.
 * Physics cannot tell the labels apart, so 1ᵀL1, the flux of a uniform mixture, the current and every total stay what they
 * were; only the entropy of mixing the labels is new. For tests of anything that counts ions.
 *
 * @returns law and moves with the label pair in place of the carrier, in its position
 * @throws RangeError where the law does not have the carrier
 */
export const splitCarrier = (
  host: { readonly law: SiteFreeEnergy; readonly moves: readonly Move[] },
  carrier: string,
  labels: readonly [string, string],
): { readonly law: SiteFreeEnergy; readonly moves: readonly Move[] } => {
  const { law, moves } = host
  const n = law.carriers.length
  const split = law.carriers.indexOf(carrier)
  if (split < 0) throw new RangeError(`splitCarrier: got ${carrier}, the law has ${law.carriers.join(', ')}`)
  const double = <V>(values: readonly V[]): V[] => values.flatMap((v, i) => (i === split ? [v, v] : [v]))
  const rows = law.carriers.map((_, i) => double(law.interaction.slice(i * n, (i + 1) * n)))
  const named = (symbol: string): readonly string[] => (symbol === carrier ? labels : [symbol])
  return {
    law: {
      ...law,
      carriers: law.carriers.flatMap(named),
      standard: double(law.standard),
      weights: double(law.weights),
      steps: law.steps.map(s => ({ ...s, direction: double(s.direction) })),
      interaction: double(rows).flat(),
    },
    moves: moves.flatMap(move =>
      named(move.follower).flatMap(follower => {
        const { leader } = move
        return leader === undefined
          ? [{ ...move, follower }]
          : named(leader).map(l => ({ ...move, follower, leader: l }))
      }),
    ),
  }
}
