import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minimumImage } from '../../src/crystal/minimum-image.ts'
import { bottlenecks, findNetwork, type Network, percolation, thresholds } from '../../src/crystal/network.ts'
import { pairOrbits } from '../../src/crystal/site-pairs.ts'
import { findSites, onlySublattices, type SiteOptions } from '../../src/crystal/sites.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { supercell } from '../../src/crystal/supercell.ts'
import { rowsTimes } from '../../src/math/mat3.ts'
import * as prototypes from './prototypes.ts'

const { chevrel, olivine } = prototypes

/** What must not depend on the cell: kinds of site and of hop, with counts in a primitive cell. */
const signature = ({ sites, hops, exclusions }: Network): string[] => [
  `${sites.symmetry.symbol}, ${sites.symmetry.primitive.species.length} atoms`,
  ...sites.sublattices.map(
    ({ wyckoff, siteSymmetry, count, clearance, neighbours, occupants }) =>
      `${wyckoff.replace(/\D/g, '')} ${siteSymmetry.length} ${count} ${clearance.toFixed(3)} ${neighbours
        .map(({ species, distance }) => species + distance.toFixed(3))
        .join(' ')} ${occupants.join(' ')}`,
  ),
  ...hops.map(hop => `${hop.label} ×${hop.pairs.length}, ${hop.perFrom} ${hop.perTo}, ${hop.symmetric}`).sort(),
  ...exclusions.map(pair => `${pair.from} ${pair.to} ${pair.distance.toFixed(3)} ×${pair.pairs.length}`).sort(),
]

/** The same crystal, turned, shifted, its atoms in another order. */
const elsewhere = (structure: Structure, seed: number): Structure => {
  const [x, y] = [Math.cos(seed), Math.sin(seed)]
  const R = [x, y, 0, -0.6 * y, 0.6 * x, 0.8, 0.8 * y, -0.8 * x, 0.6]
  const positions = rowsTimes(structure.positions, R).map((v, k) => v + [0.37, -1.2, 2.9][k % 3])
  const n = structure.species.length
  const step = [7, 11, 13, 17].find(p => n % p !== 0)!
  const order = Array.from({ length: n }, (_, k) => (k * step + seed) % n)
  return {
    species: order.map(i => structure.species[i]),
    lattice: rowsTimes(structure.lattice, R),
    positions: Float64Array.from(order.flatMap(i => [...positions.subarray(3 * i, 3 * i + 3)])),
  }
}

test('Mo6S8: six inner and six outer sites in a cavity, with the distances of the table', () => {
  const sites = findSites(chevrel(), { carriers: ['Li', 'Mg'] })
  assert.equal(sites.origin, 'voids')
  assert.deepEqual(
    sites.sublattices.map(one => [one.label, one.wyckoff, one.count]),
    [
      ['A', '18f', 6],
      ['B', '18f', 6],
    ],
  )
  // distance from the middle of the cavity, the origin, and to the four sulphur atoms; the table has three decimals
  const shortest = minimumImage(sites.symmetry.primitive.lattice)
  for (const [s, radius, bond] of [
    [0, 0.826, 2.565],
    [1, 2.27, 2.365],
  ]) {
    const { neighbours, first } = sites.sublattices[s]
    const r = sites.positions.slice(3 * first, 3 * first + 3)
    shortest(r)
    assert.ok(Math.abs(Math.hypot(...r) - radius) < 6e-4, `${Math.hypot(...r)}`)
    assert.equal(neighbours.length, 4)
    for (const { species, distance } of neighbours) {
      assert.equal(species, 'S')
      assert.ok(Math.abs(distance - bond) < 1.1e-3, `${distance}`)
    }
  }
  const pairs = pairOrbits(sites, 4.6).map(({ from, to, distance, perFrom }) => [from, to, distance, perFrom])
  const table = [
    [0, 0, 0.826, 2],
    [0, 0, 1.43, 2],
    [0, 0, 1.652, 1],
    [0, 1, 1.666, 1],
    [0, 1, 1.825, 1],
    [1, 1, 2.255, 1],
    [0, 1, 2.297, 1],
    [0, 1, 2.528, 1],
    [0, 1, 2.887, 1],
    [0, 1, 2.982, 1],
    [1, 1, 2.989, 2],
    [1, 1, 3.417, 2],
    [0, 1, 3.664, 1],
    [0, 1, 4.036, 1],
    [0, 1, 4.036, 1],
    [1, 1, 4.337, 2],
    [1, 1, 4.5, 2],
    [1, 1, 4.539, 1],
  ]
  assert.equal(pairs.length, table.length)
  for (const [k, row] of table.entries()) {
    assert.ok(Math.abs(pairs[k][2] - row[2]) < 1.1e-3, `${pairs[k]} against ${row}`)
    assert.deepEqual([pairs[k][0], pairs[k][1], pairs[k][3]], [row[0], row[1], row[3]])
  }
})

test('Mo6S8: rings, inner to outer, and one link to each of six neighbouring cavities make a network in three dimensions', () => {
  const network = findNetwork(findSites(chevrel(), { carriers: ['Mg'] }))
  assert.deepEqual(
    network.hops.map(hop => `${hop.label} ×${hop.pairs.length}`),
    ['A–A 0.826 ×6', 'A–B 1.666 ×6', 'A–B 1.825 ×6', 'B–B 2.255 ×3'],
  )
  const all = percolation(network)
  assert.deepEqual([all.dimension, all.along, all.components.length], [3, [true, true, true], 1])
  // without the links between cavities nothing gets out, and one cavity holds all twelve sites
  const cage = percolation(network, hop => hop.distance < 2)
  assert.deepEqual(
    cage.components.map(part => [part.nodes.length, part.dimension]),
    [[12, 0]],
  )
  const links = network.hops[3]
  // each link passes the middle of a face between two cavities
  const middles = links.pairs.map(({ from, to, image }) =>
    [0, 1, 2]
      .map(d => {
        const { fractional: f } = network.sites
        const middle = (f[3 * from + d] + f[3 * to + d] + image[d]) / 2
        return Math.abs(middle - Math.round(middle)).toFixed(3)
      })
      .join(' '),
  )
  assert.deepEqual(middles.sort(), ['0.000 0.000 0.500', '0.000 0.500 0.000', '0.500 0.000 0.000'])
  // the link is the bottleneck, by length and by room, and the same along all three axes
  for (const costs of [network.hops.map(hop => hop.distance), network.hops.map(hop => -hop.window)]) {
    const [a, b, c] = bottlenecks(network, costs)
    assert.ok(a === costs[3] && a === b && b === c)
  }
  // one ion in the ring and an outer one 1.67 or 1.83 Å away exclude each other
  assert.deepEqual(
    network.exclusions.map(pair => pair.distance.toFixed(1)),
    ['0.8', '1.4', '1.7', '1.7', '1.8'],
  )
  // inner sites alone: the ring, and the long way to the next cavity
  const inner = findNetwork(onlySublattices(network.sites, ['A']))
  assert.equal(percolation(inner).dimension, 3)
  assert.ok(inner.hops[inner.hops.length - 1].distance > 5.2)
})

type Expected = {
  readonly make: () => Structure
  readonly options: SiteOptions
  readonly sites: readonly string[]
  /** Hops up to where the dimension is full: kinds, length, ways out of either end. */
  readonly hops: readonly string[]
  /** Dimension with those, and along which axes. */
  readonly dimension: number
  readonly along: string
  readonly components?: number
  readonly cutoff?: number
}

const cases: Record<string, Expected> = {
  'rock salt, octahedra: fcc': {
    make: prototypes.rockSalt,
    options: { carriers: ['Li'] },
    sites: ['4a m-3m Cl6'],
    hops: ['A–A 3.627 12 12'],
    dimension: 3,
    along: 'abc',
  },
  'rock salt with the tetrahedra between': {
    make: prototypes.rockSalt,
    options: { carriers: ['Li'], from: 'voids' },
    sites: ['4a m-3m Cl6', '8c -43m Cl4'],
    hops: ['A–B 2.221 8 4'],
    dimension: 3,
    along: 'abc',
    cutoff: 2.4,
  },
  'spinel: tetrahedra 8a over octahedra 16c': {
    make: prototypes.spinel,
    options: { carriers: ['Mg'], from: 'voids' },
    sites: ['16c .-3m O6', '8a -43m O4'],
    hops: ['A–B 1.750 2 4'],
    dimension: 3,
    along: 'abc',
  },
  'olivine: channels along b': {
    make: olivine,
    options: { carriers: ['Li'] },
    sites: ['4a -1 O6'],
    hops: ['A–A 3.005 2 2'],
    dimension: 1,
    along: 'b',
    components: 2,
    cutoff: 4,
  },
  'layered sulfide: sheets': {
    make: prototypes.layeredSulfide,
    options: { carriers: ['Na'] },
    sites: ['3b -3m S6'],
    hops: ['A–A 3.556 6 6'],
    dimension: 2,
    along: 'ab',
  },
  'layered oxide: sheets': {
    make: prototypes.layeredOxide,
    options: { carriers: ['Li'], from: 'voids' },
    sites: ['3b -3m O6'],
    hops: ['A–A 2.811 6 6'],
    dimension: 2,
    along: 'ab',
    cutoff: 4,
  },
  'garnet: tetrahedra 24d and octahedra 48g': {
    make: prototypes.garnet,
    options: { carriers: ['Li'], from: 'voids', clearance: 0.8 },
    sites: ['24d -4.. O4', '48g ..2 O6'],
    hops: ['A–B 1.995 4 2'],
    dimension: 3,
    along: 'abc',
    cutoff: 3,
  },
  'argyrodite: doublets and cages, closed in themselves': {
    make: prototypes.argyrodite,
    options: { carriers: ['Li'] },
    sites: ['48h ..m S3Cl1'],
    hops: ['A–A 1.869 1 1', 'A–A 2.217 2 2'],
    dimension: 0,
    along: '',
    components: 1,
    cutoff: 2.5,
  },
  'argyrodite: cages linked': {
    make: prototypes.argyrodite,
    options: { carriers: ['Li'] },
    sites: ['48h ..m S3Cl1'],
    hops: ['A–A 1.869 1 1', 'A–A 2.217 2 2', 'A–A 2.886 2 2'],
    dimension: 3,
    along: 'abc',
  },
  'perovskite: simple cubic': {
    make: prototypes.perovskite,
    options: { carriers: ['La'] },
    sites: ['1a m-3m O12'],
    hops: ['A–A 3.900 6 6'],
    dimension: 3,
    along: 'abc',
  },
  'perovskite: oxygen over the edges of octahedra': {
    make: prototypes.perovskite,
    options: { carriers: ['O'] },
    sites: ['3c 4/mm.m Ti2'],
    hops: ['A–A 2.758 8 8'],
    dimension: 3,
    along: 'abc',
  },
  'fluorite: fluorine on a simple cubic lattice': {
    make: prototypes.fluorite,
    options: { carriers: ['F'] },
    sites: ['8c -43m Ca4'],
    hops: ['A–A 2.732 6 6'],
    dimension: 3,
    along: 'abc',
  },
  'rutile: channels along c': {
    make: prototypes.rutile,
    options: { carriers: ['Li'] },
    sites: ['4c 2/m.. O2'],
    hops: ['A–A 1.480 2 2'],
    dimension: 1,
    along: 'c',
    components: 2,
    cutoff: 3,
  },
}

for (const [name, one] of Object.entries(cases)) {
  test(`${name}: sites, hops and dimension`, () => {
    const network = findNetwork(findSites(one.make(), one.options), { cutoff: one.cutoff ?? 6 })
    const { sites } = network
    const shell = (symbols: readonly string[]) =>
      [...new Set(symbols)].map(s => s + symbols.filter(other => other === s).length).join('')
    assert.deepEqual(
      sites.sublattices.map(s => `${s.wyckoff} ${s.siteSymmetry} ${shell(s.neighbours.map(n => n.species))}`),
      one.sites,
    )
    const shown = network.hops.map(hop => `${hop.label} ${hop.perFrom} ${hop.perTo}`)
    assert.deepEqual(shown.slice(0, one.hops.length), one.hops)
    const longest = network.hops[one.hops.length - 1].distance + 1e-6
    const found = percolation(network, hop => hop.distance <= longest)
    assert.equal(found.dimension, one.dimension)
    assert.equal(['a', 'b', 'c'].filter((_, d) => found.along[d]).join(''), one.along)
    if (one.components !== undefined) assert.equal(found.components.length, one.components)
    // every hop ends on two sites: counts from either end are counts of pairs
    for (const { from, to, pairs, perFrom, perTo } of network.hops) {
      const count = (s: number) => sites.sublattices[s].count
      if (from === to) assert.ok(perFrom === perTo && 2 * pairs.length === count(from) * perFrom)
      else assert.ok(pairs.length === count(from) * perFrom && pairs.length === count(to) * perTo)
    }
    // sites of a conventional cell fill the multiplicities of their letters
    const { symmetry } = sites
    for (const s of sites.sublattices) assert.equal(Number.parseInt(s.wyckoff, 10), s.count * symmetry.centring)
  })
}

test('the network does not depend on the cell, its orientation, its origin or the order of atoms', () => {
  const checks: [() => Structure, SiteOptions, number[][]][] = [
    [
      chevrel,
      { carriers: ['Mg'] },
      [
        [3, 0, 0, 1, 1, 1, 0, 1, -1],
        [0, 1, 0, 0, 0, 1, 1, 0, 0],
        [1, -1, 0, 0, 1, -1, 1, 1, 1],
      ],
    ],
    [prototypes.spinel, { carriers: ['Mg'] }, [[1, 0, 0, 0, 1, 0, 0, 1, 1]]],
    [olivine, { carriers: ['Li'] }, [[1, 1, 0, 0, 2, 0, 0, 0, 1]]],
    [prototypes.layeredSulfide, { carriers: ['Na'], from: 'voids' }, [[2, 1, 0, 0, 1, 0, 0, 0, 1]]],
    [prototypes.argyrodite, { carriers: ['Li'] }, [[1, 0, 0, 0, 1, 0, 0, 0, 1]]],
  ]
  for (const [make, options, multiples] of checks) {
    const plain = findNetwork(findSites(make(), options), { cutoff: 5 })
    for (const [k, M] of multiples.entries()) {
      const other = findNetwork(findSites(elsewhere(supercell(make(), M), k + 1), options), { cutoff: 5 })
      assert.deepEqual(signature(other), signature(plain))
      // windows are climbed to from a grid that turns with the cell's axes: 1e-5 Å where the crest is found, 0.01 at worst seen
      for (const [h, hop] of plain.hops.entries()) assert.ok(Math.abs(hop.window - other.hops[h].window) < 0.02)
    }
  }
})

test('directions are those of the cell given', () => {
  // the axes of olivine in another order, b now the third
  const turned = supercell(olivine(), [0, 0, 1, 1, 0, 0, 0, 1, 0])
  const along = (structure: Structure) =>
    percolation(findNetwork(findSites(structure, { carriers: ['Li'] }), { cutoff: 4 })).along
  assert.deepEqual(along(olivine()), [false, true, false])
  assert.deepEqual(along(turned), [false, false, true])
  // a cell whose axes all lie askew of the channel
  assert.deepEqual(along(supercell(olivine(), [1, 1, 0, 0, 1, 1, 1, 0, 1])), [false, false, false])
})

test('thresholds: dimension and directions come in by rising cost, barriers as well as lengths', () => {
  const network = findNetwork(findSites(olivine(), { carriers: ['Li'] }))
  const steps = thresholds(
    network,
    network.hops.map(hop => hop.distance),
  )
  assert.deepEqual(
    steps.map(step => step.dimension),
    [1, 2, 3],
  )
  assert.deepEqual(
    bottlenecks(
      network,
      network.hops.map(hop => hop.distance),
    ).map(d => d.toFixed(2)),
    ['5.67', '3.00', '4.69'],
  )
  // barriers [eV] given by orbit: the one along b low, that along c too high to be let in
  const barriers = network.hops.map((_, k) => [0.3, Number.POSITIVE_INFINITY, 1.4][k] ?? Number.POSITIVE_INFINITY)
  assert.deepEqual(bottlenecks(network, barriers), [1.4, 0.3, 1.4])
  assert.throws(() => thresholds(network, [1]), /costs/)
})

test('the window of a hop is the circle between the atoms about it', () => {
  const fcc = findNetwork(findSites(prototypes.rockSalt(), { carriers: ['Li'], from: 'voids' }), { cutoff: 3 })
  const radius = 1.02
  // from octahedron to tetrahedron through a triangle of anions a/√2 apart, circumradius a/√6; none of the 13 planes is
  // exactly its plane
  assert.ok(Math.abs(fcc.hops[0].window - (5.13 / Math.sqrt(6) - radius)) < 0.02, `${fcc.hops[0].window}`)
  const large = findNetwork(findSites(prototypes.perovskite(), { carriers: ['La'] }), { cutoff: 4 })
  // between four titanium atoms a/√2 from the middle, nearer with their radii than the four oxygen atoms at a/2
  assert.ok(Math.abs(large.hops[0].window - (3.9 / Math.SQRT2 - 1.6)) < 1e-4, `${large.hops[0].window}`)
})
