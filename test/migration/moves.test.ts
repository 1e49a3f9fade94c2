import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toCartesian } from '../../src/crystal/lattice.ts'
import { neighbourList } from '../../src/crystal/neighbours.ts'
import { findNetwork, type Network } from '../../src/crystal/network.ts'
import { findSites } from '../../src/crystal/sites.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { supercell } from '../../src/crystal/supercell.ts'
import { endStates, ionMoves } from '../../src/migration/end-states.ts'
import { allPairMoves, type Move, pairMoves, singleMoves } from '../../src/migration/moves.ts'
import { chevrel, rockSalt } from '../crystal/prototypes.ts'
import { pythonWith } from '../python.ts'

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

const slow = process.env.DUALION_SLOW === '1' ? {} : { skip: 'slow: installs and runs CASM (DUALION_SLOW=1)' }

test('the counts kept beside the tests are what CASM gives', slow, () => {
  const folder = mkdtempSync(join(tmpdir(), 'dualion-casm-'))
  try {
    const fresh = join(folder, 'moves.json')
    const script = fileURLToPath(new URL('../reference/casm/run.py', import.meta.url))
    execFileSync(pythonWith('casm', ['libcasm-configuration==2.3.1']), [script, fresh], { stdio: 'pipe' })
    assert.deepEqual(JSON.parse(readFileSync(fresh, 'utf8')), reference)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

const chevrelNetwork = (cutoff = 2.4) => findNetwork(findSites(chevrel(), { carriers: ['Li', 'Mg'] }), { cutoff })

test('single moves: one for each orbit of hops and each carrier', () => {
  const network = chevrelNetwork()
  const moves = singleMoves(network)
  assert.deepEqual(
    moves.map(move => `${move.label} ×${move.multiplicity}${move.symmetric ? ', same back' : ''}`),
    ['Li', 'Mg'].flatMap(ion => [
      `${ion} A–A 0.826 ×6`,
      `${ion} A–B 1.666 ×6`,
      `${ion} A–B 1.825 ×6`,
      `${ion} B–B 2.255 ×3, same back`,
    ]),
  )
  for (const { movers } of moves) assert.equal(movers.length, 1)
})

/** All ordered events of two ions in a block of cells, counted plainly: hops of the network, both separations in the window. */
const plainCount = (network: Network, [least, most]: readonly [number, number], like: boolean): number => {
  const { sites, hops } = network
  const A = sites.symmetry.primitive.lattice
  const at = (site: number, image: readonly number[]) =>
    [0, 1, 2].map(d => sites.positions[3 * site + d] + image[0] * A[d] + image[1] * A[3 + d] + image[2] * A[6 + d])
  const directed = hops.flatMap(hop =>
    hop.pairs.flatMap(({ from, to, image }) => [
      { from, to, image: [...image] },
      { from: to, to: from, image: image.map(n => -n) },
    ]),
  )
  const within = (d: number) => d >= least - 1e-6 && d <= most + 1e-6
  let count = 0
  for (const one of directed)
    for (const two of directed)
      for (let i = -2; i <= 2; i++)
        for (let j = -2; j <= 2; j++)
          for (let k = -2; k <= 2; k++) {
            const cell = [i, j, k]
            const after = two.image.map((n, d) => n + cell[d])
            const before = distance(at(one.from, [0, 0, 0]), at(two.from, cell))
            if (!within(before) || !within(distance(at(one.to, one.image), at(two.to, after)))) continue
            const swap =
              two.to === one.from &&
              after.every(n => n === 0) &&
              one.to === two.from &&
              one.image.every((n, d) => n === cell[d])
            if (!(like && swap)) count++
          }
  // each unlike event was met forward and backward, each like one in both orders as well
  return count / (like ? 4 : 2)
}

test('pair moves: multiplicities add up to all events of a cell', () => {
  const windows = [
    [0.7, 2.6],
    [2.2, 3.7],
    [3.5, 4.5],
  ] as const
  for (const network of [chevrelNetwork(), findNetwork(findSites(rockSalt(), { carriers: ['Li'] }), { cutoff: 4 })])
    for (const separation of windows) {
      const sum = (moves: readonly Move[]) => moves.reduce((total, move) => total + move.multiplicity, 0)
      assert.equal(
        sum(pairMoves(network, { carriers: ['Li', 'Mg'], separation })),
        plainCount(network, separation, false),
      )
      assert.equal(
        sum(pairMoves(network, { carriers: ['Li', 'Li'], separation })),
        plainCount(network, separation, true),
      )
    }
})

test('a window that holds more than anyone would read is refused before it is gone through', () => {
  const network = findNetwork(findSites(chevrel(), { carriers: ['Li', 'Mg'] }), { cutoff: 9, passing: true })
  assert.throws(
    () => pairMoves(network, { carriers: ['Li', 'Mg'], separation: [3, 12] }),
    /separation: got "3:12", allowed: what holds at most 4000000 arrangements/,
  )
})

test('pair moves: separations in the window, kinds as they are called, the first carrier ahead', () => {
  const network = chevrelNetwork()
  const separation = [1.5, 3.7] as const
  const moves = pairMoves(network, { carriers: ['Li', 'Mg'], separation })
  const kinds = new Set(moves.map(move => move.kind))
  assert.deepEqual([...kinds].sort(), ['exchange', 'follow', 'together'])
  for (const { kind, movers, separation: apart, alignment, symmetric } of moves) {
    const [leader, follower] = movers
    const [a, b] = [
      distance(leader.from.position, follower.from.position),
      distance(leader.to.position, follower.to.position),
    ]
    assert.ok(Math.abs(a - apart!.before) < 1e-9 && Math.abs(b - apart!.after) < 1e-9)
    for (const d of [a, b]) assert.ok(d > separation[0] - 1e-6 && d < separation[1] + 1e-6)
    assert.ok(apart!.least <= Math.min(a, b) + 1e-12 && apart!.most >= Math.max(a, b) - 1e-12)
    const same = (p: typeof leader.from, q: typeof leader.from) => distance(p.position, q.position) < 1e-6
    if (kind === 'follow') assert.ok(same(follower.to, leader.from), 'the follower takes the site that the leader left')
    if (kind === 'exchange') {
      assert.ok(same(follower.to, leader.from) && same(leader.to, follower.from))
      assert.ok(Math.abs(alignment! + 1) < 1e-9 && apart!.least < 1e-9)
    }
    assert.equal(leader.carrier, kind === 'exchange' ? leader.carrier : 'Li')
    if (symmetric) assert.ok(Math.abs(a - b) < 1e-3, 'a move that is its own reverse starts as it ends')
  }
  // held: the window all along; nothing passes through its partner
  const held = pairMoves(network, { carriers: ['Li', 'Mg'], separation, held: true })
  assert.ok(held.length > 0 && held.length < moves.length)
  for (const move of held) assert.ok(move.separation!.least >= separation[0] - 1e-6)
  assert.deepEqual(
    pairMoves(network, { carriers: ['Li', 'Mg'], separation, kinds: ['follow'] }),
    moves.filter(move => move.kind === 'follow'),
  )
  // naming the ions the other way round is the same set of moves
  const other = pairMoves(network, { carriers: ['Mg', 'Li'], separation })
  assert.equal(other.length, moves.length)
  const all = allPairMoves(network, { separation })
  assert.equal(new Set(all.map(move => move.label)).size, all.length, 'labels tell moves apart')
  assert.equal(all.length, moves.length + 2 * pairMoves(network, { carriers: ['Li', 'Li'], separation }).length)
  assert.throws(() => pairMoves(network, { carriers: ['Li', 'Mg'], separation: [4, 3] }), /separation: got "4:3"/)
})

test('moves do not depend on the cell', () => {
  const summary = (structure: Structure) =>
    pairMoves(findNetwork(findSites(structure, { carriers: ['Li', 'Mg'] }), { cutoff: 2.4 }), {
      carriers: ['Li', 'Mg'],
      separation: [3.5, 4.5],
    }).map(move => `${move.label} ×${move.multiplicity} ${move.symmetric}`)
  assert.deepEqual(summary(supercell(chevrel(), [3, 0, 0, 1, 1, 1, 0, 1, -1])), summary(chevrel()))
  assert.ok(summary(chevrel()).length > 0)
})

test('end states: the same atoms in the same order, movers last, displaced as the move says', () => {
  const network = chevrelNetwork()
  const [move] = pairMoves(network, { carriers: ['Li', 'Mg'], separation: [3.5, 4.5] })
  const cell = [3, 0, 0, 1, 1, 1, 0, 1, -1]
  const { initial, final, movers, imageDistance } = endStates(move, chevrel(), cell)
  assert.equal(initial.species.length, 86)
  assert.deepEqual(movers, [84, 85])
  assert.deepEqual(initial.species, final.species)
  assert.deepEqual(initial.positions.slice(0, 252), final.positions.slice(0, 252))
  // images 9.2 Å apart or more (facts of that cell)
  assert.ok(imageDistance > 9.2 && imageDistance < 9.4, `${imageDistance}`)
  const at = (structure: Structure, i: number) => [...structure.positions.slice(3 * i, 3 * i + 3)]
  for (const [m, i] of movers.entries()) {
    assert.equal(initial.species[i], move.movers[m].carrier)
    assert.deepEqual(at(initial, i), [...move.movers[m].from.position])
    assert.deepEqual(at(final, i), [...move.movers[m].to.position])
    const { species, from, to } = ionMoves(move)[m]
    assert.deepEqual([species, from, to], [final.species[i], at(initial, i), at(final, i)])
  }
  for (const [structure, d] of [
    [initial, move.separation!.before],
    [final, move.separation!.after],
  ] as const) {
    assert.ok(Math.abs(distance(at(structure, 84), at(structure, 85)) - d) < 1e-9)
    // each ion among four sulphur atoms, as its site: the nearest atom of the host is 2.365 or 2.565 Å away
    const list = neighbourList(structure, 3)
    for (const i of movers) {
      const near = [...list.distance.slice(list.start[i], list.start[i + 1])]
      assert.ok(
        [2.365, 2.565].some(bond => Math.abs(Math.min(...near) - bond) < 2e-3),
        `${Math.min(...near)}`,
      )
    }
  }
  // a host that has an atom where the ion goes is another one, or lies elsewhere
  const { position } = move.movers[0].from
  const shifted = {
    ...chevrel(),
    positions: chevrel().positions.map((x, k, r) => x + position[k % 3] - r[k % 3] + 0.1),
  }
  assert.throws(
    () => endStates(move, shifted, cell),
    /from atom \d+ .*allowed: the structure in which the sites were found/,
  )
})
