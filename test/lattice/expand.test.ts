import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lattice } from '../../src/lattice/lattice.ts'
import { eventKey } from '../../src/lattice/model/event-key.ts'
import { expandLattice } from '../../src/lattice/model/expand.ts'
import { type LatticeModel, latticeFormat } from '../../src/lattice/model/model.ts'
import { requireMobile } from '../../src/lattice/model/network-notes.ts'
import { plainLattice } from '../../src/lattice/model/plain.ts'

/** A ring of four inner sites about the corner of a square cell, an outer site in the middle of its edges. */
const rings: LatticeModel = {
  format: latticeFormat,
  name: 'rings',
  cell: [
    [6, 0, 0],
    [0, 6, 0],
    [0, 0, 1],
  ],
  dimension: 2,
  symmetry: ['x, y, z', '-y, x, z', '-x, -y, z', 'y, -x, z', '-x, y, z', 'x, -y, z', 'y, x, z', '-y, -x, z'],
  sites: [
    { name: 'i1', sublattice: 'inner', position: [0.2, 0, 0] },
    { name: 'i2', sublattice: 'inner', position: [0, 0.2, 0] },
    { name: 'i3', sublattice: 'inner', position: [-0.2, 0, 0] },
    { name: 'i4', sublattice: 'inner', position: [0, -0.2, 0] },
    { name: 'o1', sublattice: 'outer', position: [0.5, 0, 0] },
    { name: 'o2', sublattice: 'outer', position: [0, 0.5, 0] },
  ],
  carriers: ['Li', { symbol: 'Mg', charge: 2 }],
}

const ring = 1.2 * Math.SQRT2
const byDistance: LatticeModel = {
  ...rings,
  siteEnergies: [{ carrier: 'Mg', sublattice: 'outer', energy: 0.2 }],
  pairEnergies: [{ carriers: ['Li', 'Mg'], sublattices: ['inner', 'outer'], distance: 1.8, energy: 0.1 }],
  tripletEnergies: [{ carriers: ['Li', 'Li', 'Mg'], distances: [ring, ring, 2.4], energy: 0.3 }],
  hops: [
    {
      name: 'ring',
      carriers: ['Li', 'Mg'],
      sublattices: ['inner', 'inner'],
      distance: ring,
      barrier: 0.02,
      inside: true,
    },
    { name: 'exit', carriers: ['Li', 'Mg'], sublattices: ['inner', 'outer'], distance: 1.8, barrier: 0.3 },
  ],
  pairHops: [
    {
      kind: 'follow',
      leader: 'Li',
      follower: 'Mg',
      sublattices: ['inner', 'outer', 'inner'],
      distance: 1.8,
      barrier: 0.2,
    },
  ],
}
const explicit: LatticeModel = {
  ...rings,
  siteEnergies: [{ carrier: 'Mg', sites: ['o1', 'o2'], energy: 0.2 }],
  pairEnergies: [{ carriers: ['Li', 'Mg'], places: [{ site: 'i1' }, { site: 'o1' }], energy: 0.1 }],
  tripletEnergies: [
    { carriers: ['Li', 'Li', 'Mg'], places: [{ site: 'i1' }, { site: 'i2' }, { site: 'i3' }], energy: 0.3 },
  ],
  hops: [
    {
      name: 'ring',
      carriers: ['Li', 'Mg'],
      moves: [{ from: { site: 'i1' }, to: { site: 'i2' } }],
      barrier: 0.02,
      inside: true,
    },
    { name: 'exit', carriers: ['Li', 'Mg'], moves: [{ from: { site: 4 }, to: { site: 0 } }], barrier: 0.3 },
  ],
  pairHops: [
    {
      kind: 'moves',
      leader: 'Li',
      follower: 'Mg',
      name: 'Mg follows Li',
      moves: [
        {
          leader: { from: { site: 'o1' }, to: { site: 'i3', image: [1, 0, 0] } },
          follower: { from: { site: 'i1' }, to: { site: 'o1' } },
        },
      ],
      barrier: 0.2,
    },
  ],
}

/** What a lattice holds, in an order of its own. */
const content = ({ events, clusters, siteEnergy }: Lattice) => ({
  siteEnergy: [...siteEnergy],
  clusters: clusters.map(({ places, energy }) => `${JSON.stringify(places)} ${[...energy].join()}`).sort(),
  events: events.map(({ family, movers, Ekra, inside }) => `${family} ${eventKey(movers)} ${Ekra} ${inside}`).sort(),
})

test('families by distance hold what one explicit member and the symmetry give', () => {
  const [a, b] = [expandLattice(byDistance).lattice, expandLattice(explicit).lattice]
  assert.deepEqual(content(a), content(b))
  const count = (family: string) => a.events.filter(event => event.family === family).length
  // 4 sides of a ring; 2 outer sites of 2 inner neighbours; Mg from either side over the outer site
  assert.deepEqual(['Li ring', 'Mg ring', 'Li exit', 'Mg exit', 'Mg follows Li'].map(count), [4, 4, 4, 4, 4])
  assert.equal(a.clusters.length, 4 + 4)
})

test('energies of a family stand where carriers and sublattices correspond', () => {
  const { lattice } = expandLattice({ ...byDistance, tripletEnergies: [] })
  for (const { places, energy } of lattice.clusters) {
    const kinds = places.map(({ site }) => lattice.sublattices[lattice.sites[site].sublattice])
    // Li inner with Mg outer costs 0.1, Mg inner with Li outer nothing
    const at = kinds[0] === 'inner' ? [0, 1] : [1, 0]
    assert.equal(energy[2 * at[0] + at[1]], 0.1)
    assert.equal(
      energy.reduce((sum, e) => sum + e, 0),
      0.1,
    )
  }
})

test('a cell written twice as large holds everything twice', () => {
  const halved = (x: number) => ((x + 2) % 1) / 2
  const doubled: LatticeModel = {
    ...byDistance,
    cell: [
      [12, 0, 0],
      [0, 6, 0],
      [0, 0, 1],
    ],
    symmetry: undefined,
    sites: [0, 0.5].flatMap(half =>
      rings.sites!.map(({ sublattice, position: [x, y, z] }) => ({ sublattice, position: [halved(x) + half, y, z] })),
    ),
  }
  const [small, large] = [expandLattice(byDistance).lattice, expandLattice(doubled).lattice]
  assert.equal(large.events.length, 2 * small.events.length)
  assert.equal(large.clusters.length, 2 * small.clusters.length)
  assert.equal(large.volume, 2 * small.volume)
})

test('surroundings: places at a distance from the middle or the ends, those of the move left out, symmetric under reversal', () => {
  const at = (of: 'middle' | 'ends', distance: number) =>
    plainLattice('square', {
      spacing: 1,
      carriers: ['A', 'B'],
      hops: [{ carrier: 'A', barrier: 0.3, surroundings: [{ of, distance, energy: { B: 0.05 } }] }],
    }).events[0]
  // beside the middle of a bond lie 4 sites at √5/2; each end has 3 further neighbours
  const middle = at('middle', Math.sqrt(5) / 2)
  assert.equal(middle.surroundings.length, 4)
  assert.equal(at('ends', 1).surroundings.length, 6)
  const {
    movers: [{ from, to }],
  } = middle
  const centre = [0, 1].map(d => (from.image[d] + to.image[d]) / 2)
  const places = middle.surroundings.map(({ place }) => place.image.slice(0, 2))
  const mirrored = places.map(image => image.map((n, d) => 2 * centre[d] - n))
  assert.deepEqual(places.map(String).sort(), mirrored.map(String).sort())
  assert.deepEqual([...middle.surroundings[0].energy], [0, 0.05])
})

test('exclusions: pairs of any carriers, infinite, out to the distance', () => {
  const { clusters } = expandLattice({ ...rings, exclusions: [{ within: 1.8 }] }).lattice
  assert.equal(clusters.length, 4 + 4)
  for (const { energy } of clusters) assert.ok(energy.every(e => e === Number.POSITIVE_INFINITY))
})

test('what cannot move is said; what must move and cannot is refused', () => {
  const onlyRing = { ...byDistance, hops: byDistance.hops!.slice(0, 1), pairHops: [] }
  const { lattice, notes } = expandLattice(onlyRing)
  assert.match(notes.join('; '), /Mg can sit on outer sites that no hop leaves/)
  assert.match(notes.join('; '), /Mg cannot leave groups of inner sites \(4 sites\)/)
  assert.throws(() => requireMobile(lattice, [0, 1]), /Li, Mg without a way from cell to cell/)
  assert.deepEqual(expandLattice(byDistance).notes, [])
  requireMobile(expandLattice(byDistance).lattice, [0, 1])
  assert.throws(() => requireMobile(expandLattice(rings).lattice, [0]), /no possible event/)
})

test('carriers that cannot sit on a sublattice do not hop there', () => {
  const { lattice, notes } = expandLattice({
    ...byDistance,
    siteEnergies: [{ carrier: 'Mg', sublattice: 'outer', energy: 'forbidden' }],
    hops: [{ carriers: ['Li', 'Mg'], name: 'near', distance: ring, barrier: 0.1 }, byDistance.hops![1]].map((hop, k) =>
      k === 0 ? hop : { ...hop, carriers: ['Li'], name: 'Li exit' },
    ),
    pairHops: [],
  })
  assert.ok(lattice.events.every(({ movers: [{ carrier, to }] }) => carrier === 0 || to.site < 4))
  assert.match(notes[0], /Mg cannot leave groups of inner sites/)
})

test('operations that are none of the lattice are refused', () => {
  const refused = (symmetry: readonly string[], message: RegExp) =>
    assert.throws(() => expandLattice({ ...explicit, symmetry }), message)
  refused(['x, y, z', '-y, x, z'], /no group/)
  refused(['x, y, z', '-x+1/2, y, z'], /maps i1 onto no site/)
  refused(['x, y, z', 'x+y, -y, z'], /keep the lengths/)
  refused(['x, y, w'], /symmetry operation: got "x, y, w"/)
})
