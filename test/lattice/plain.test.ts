import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lattice, Place } from '../../src/lattice/lattice.ts'
import { type PlainKind, plainKinds } from '../../src/lattice/model/model.ts'
import { plainLattice } from '../../src/lattice/model/plain.ts'

/** Neighbours, sites and volume per site in spacings: geometry of the textbooks. */
const truth: Readonly<Record<PlainKind, { z: number; sites: number; volume: number }>> = {
  chain: { z: 2, sites: 1, volume: 1 },
  square: { z: 4, sites: 1, volume: 1 },
  triangular: { z: 6, sites: 1, volume: Math.sqrt(3) / 2 },
  honeycomb: { z: 3, sites: 2, volume: (3 * Math.sqrt(3)) / 4 },
  'simple-cubic': { z: 6, sites: 1, volume: 1 },
  fcc: { z: 12, sites: 1, volume: 1 / Math.sqrt(2) },
  bcc: { z: 8, sites: 1, volume: 4 / (3 * Math.sqrt(3)) },
  hcp: { z: 12, sites: 2, volume: 1 / Math.sqrt(2) },
  diamond: { z: 4, sites: 2, volume: 8 / (3 * Math.sqrt(3)) },
}

const between = ({ cell: A, sites }: Lattice, a: Place, b: Place): number => {
  const r = ({ site, image }: Place, d: number) =>
    sites[site].position[d] + image[0] * A[d] + image[1] * A[3 + d] + image[2] * A[6 + d]
  return Math.hypot(r(b, 0) - r(a, 0), r(b, 1) - r(a, 1), r(b, 2) - r(a, 2))
}

for (const kind of plainKinds)
  test(`${kind}: each hop once, as long as the spacing; as many as the coordination says`, () => {
    const spacing = 2.5
    const { z, sites, volume } = truth[kind]
    const lattice = plainLattice(kind, { spacing, hops: [{ carrier: 'A', barrier: 0.3 }] })
    assert.equal(lattice.sites.length, sites)
    assert.equal(lattice.formulaUnits, sites)
    assert.equal(lattice.events.length, (z * sites) / 2)
    for (const { movers } of lattice.events) {
      assert.equal(movers.length, 1)
      assert.deepEqual(movers[0].from.image, [0, 0, 0])
      assert.ok(Math.abs(between(lattice, movers[0].from, movers[0].to) - spacing) < 1e-12 * spacing)
    }
    const expected = volume * sites * spacing ** lattice.dimension
    assert.ok(Math.abs(lattice.volume - expected) < 1e-12 * expected)
  })

test('followers: every ordered way over a site once; of like ions a way and its reverse are one', () => {
  const z = 6
  const { events } = plainLattice('simple-cubic', {
    spacing: 1,
    carriers: ['A', 'B'],
    pairHops: [
      { kind: 'follow', leader: 'A', follower: 'B', barrier: 0.1 },
      { kind: 'follow', leader: 'A', follower: 'A', barrier: 0.1 },
      { kind: 'follow', leader: 'B', follower: 'B', straight: true, barrier: 0.1 },
    ],
  })
  const count = (family: string) => events.filter(event => event.family === family).length
  assert.equal(count('B follows A'), z * (z - 1))
  assert.equal(count('A follows A'), (z * (z - 1)) / 2)
  assert.equal(count('B follows B'), z / 2)
  for (const { movers } of events) {
    const [leader, follower] = movers
    assert.deepEqual(follower.to, leader.from)
    assert.notDeepEqual(follower.from, leader.to)
  }
})

test('together: both by one vector, the same distance apart before and after', () => {
  const lattice = plainLattice('square', {
    spacing: 1,
    carriers: ['A', 'B'],
    pairHops: [{ kind: 'together', leader: 'A', follower: 'B', separation: 1, straight: true, barrier: 0.1 }],
  })
  // A at the origin, B at one of 4 neighbours, both sideways to their line (2 ways), a way and its reverse once
  assert.equal(lattice.events.length, (4 * 2) / 2)
  for (const {
    movers: [a, b],
  } of lattice.events) {
    assert.equal(between(lattice, a.from, b.from), 1)
    assert.equal(between(lattice, a.to, b.to), 1)
  }
})

test('pair energies are one cluster for each pair of sites, by the carriers on it', () => {
  const { clusters } = plainLattice('simple-cubic', {
    spacing: 3,
    carriers: ['A', 'B'],
    pairEnergies: [
      { carriers: ['A', 'A'], energy: -0.05 },
      { carriers: ['A', 'B'], energy: 0.02 },
      { carriers: ['A', 'A'], shell: 2, energy: 0.01 },
    ],
  })
  assert.deepEqual(
    clusters.map(cluster => [...cluster.energy]),
    [...Array(3).fill([-0.05, 0.02, 0.02, 0]), ...Array(6).fill([0.01, 0, 0, 0])],
  )
})
