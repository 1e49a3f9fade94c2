import { minimumImage } from '../crystal/minimum-image.ts'
import type { Structure } from '../crystal/structure.ts'
import { refuse } from '../error.ts'
import { assignment } from '../math/assignment.ts'

/** Displacement below which an atom that keeps its number is taken for itself [Å]. */
const surely = 0.4

/**
 * The final state with its atoms in the order of the start and unwrapped towards them: atom i of the result is the one that
 * atom i of the start becomes, at the periodic image nearest to it. Within a species the pairing has the least sum of
 * squared distances; so files whose atoms stand in another order or in another cell of the lattice describe the same move.
 *
 * @param movers  atoms whose pairing is known: their place in `final` is meant (two like ions may change places)
 * @throws SimulationError (`input`) where species or cells differ
 */
export const matchAtoms = (
  start: Structure,
  final: Structure,
  o: { readonly movers?: readonly number[] } = {},
): Structure => {
  const n = start.species.length
  if (final.species.length !== n) refuse('final state', `${final.species.length} atoms`, `${n} atoms, as in the start`)
  const difference = start.lattice.findIndex((a, i) => Math.abs(a - final.lattice[i]) > 1e-6)
  if (difference >= 0)
    refuse(
      `final state, lattice[${difference}]`,
      final.lattice[difference],
      `${start.lattice[difference]} Å, the cell of the start`,
    )
  const nearest = minimumImage(start.lattice, start.periodic)
  const delta = new Float64Array(3)
  const between = (i: number, j: number): number => {
    for (let d = 0; d < 3; d++) delta[d] = final.positions[3 * j + d] - start.positions[3 * i + d]
    nearest(delta)
    return delta[0] ** 2 + delta[1] ** 2 + delta[2] ** 2
  }

  const partner = new Int32Array(n).fill(-1)
  for (const i of o.movers ?? []) {
    if (final.species[i] !== start.species[i])
      refuse(`final state, atom ${i}`, final.species[i], `${start.species[i]}, the mover of the start`)
    partner[i] = i
  }
  // an atom less than half of any bond from its own place is itself; the costly assignment is for the others
  for (let i = 0; i < n; i++)
    if (partner[i] < 0 && start.species[i] === final.species[i] && between(i, i) < surely * surely) partner[i] = i
  const rest = (species: readonly string[]) => {
    const groups = new Map<string, number[]>()
    species.forEach((symbol, i) => {
      if (partner[i] !== i) groups.set(symbol, [...(groups.get(symbol) ?? []), i])
    })
    return groups
  }
  const after = rest(final.species)
  for (const [symbol, rows] of rest(start.species)) {
    const columns = after.get(symbol) ?? []
    if (columns.length !== rows.length)
      refuse('final state', `${columns.length} ${symbol}`, `${rows.length} ${symbol}, as in the start`)
    const m = rows.length
    const cost = new Float64Array(m * m)
    rows.forEach((i, a) => {
      columns.forEach((j, b) => {
        cost[a * m + b] = between(i, j)
      })
    })
    assignment(cost, m).forEach((b, a) => {
      partner[rows[a]] = columns[b]
    })
  }

  const positions = new Float64Array(3 * n)
  for (let i = 0; i < n; i++) {
    between(i, partner[i])
    for (let d = 0; d < 3; d++) positions[3 * i + d] = start.positions[3 * i + d] + delta[d]
  }
  return { ...start, positions }
}
