import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { toCartesian } from '../../src/crystal/lattice.ts'
import { findNetwork, type Network } from '../../src/crystal/network.ts'
import { findSites } from '../../src/crystal/sites.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { endStates } from '../../src/migration/end-states.ts'
import { allPairMoves, type Move, pairMoves, singleMoves } from '../../src/migration/moves.ts'
import { chevrel, rockSalt } from '../crystal/prototypes.ts'

const reference = JSON.parse(readFileSync(new URL('../reference/casm/moves.json', import.meta.url), 'utf8')) as {
  structures: Record<
    string,
    {
      lattice: number[][]
      host: [string, number[]][]
      sites: number[][]
      reach: number
      counts: Record<string, { operations: number; moves: number; multiplicities: number[] }>
    }
  >
}

const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

/** Largest distance between any two of the places that a move touches. */
const extent = (move: Move): number => {
  const places = move.movers.flatMap(({ from, to }) => [from.position, to.position])
  return Math.max(...places.flatMap(a => places.map(b => distance(a, b))))
}

for (const [name, { lattice, host, sites, reach, counts }] of Object.entries(reference.structures)) {
  test(`moves and multiplicities are those that CASM enumerates: ${name}`, () => {
    const A = Float64Array.from(lattice.flat())
    const structure: Structure = {
      species: [...host.map(([symbol]) => symbol), ...sites.map(() => 'Li')],
      lattice: A,
      positions: toCartesian([...host.map(([, f]) => f), ...sites].flat(), A),
    }
    const found = { ...findSites(structure, { carriers: ['Li'], merge: 0.1 }), carriers: ['Li', 'Mg'] }
    assert.equal(found.sublattice.length, sites.length)
    assert.equal(found.symmetry.operations.length, counts.single.operations)
    const network = findNetwork(found, { cutoff: reach, passing: true })
    const separation = [0.05, reach] as const
    const compact = (moves: readonly Move[]) =>
      moves
        .filter(move => extent(move) <= reach + 1e-6)
        .map(move => move.multiplicity)
        .sort((a, b) => a - b)
    const unlike = (kind: 'follow' | 'together' | 'exchange') =>
      compact(pairMoves(network, { carriers: ['Li', 'Mg'], separation, kinds: [kind] }))
    const like = (kind: 'follow' | 'together') =>
      compact(pairMoves(network, { carriers: ['Li', 'Li'], separation, kinds: [kind] }))
    assert.deepEqual(compact(singleMoves(network, ['Li'])), counts.single.multiplicities)
    assert.deepEqual(unlike('exchange'), counts.exchange.multiplicities)
    assert.deepEqual(unlike('follow'), counts.follow.multiplicities)
    assert.deepEqual(unlike('together'), counts.together.multiplicities)
    assert.deepEqual(like('follow'), counts['follow, like'].multiplicities)
    assert.deepEqual(like('together'), counts['together, like'].multiplicities)
  })
}
