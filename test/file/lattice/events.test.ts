import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { readLatticeData } from '../../../src/file/lattice/read.ts'

const fixtures = new URL('../../lattice/fixtures/', import.meta.url)
const load = (name: string) => readFile(new URL(name, fixtures), 'utf8')

/** The 48 operations of the cube on the smallest cell of the face-centred lattice: the conventional ones, C·W·C⁻¹. */
const fccOperations = (): string[] => {
  // f (primitive) = x (cubic) · B, rows of B⁻¹ are the cell in halves of the cube's edge
  const B = [
    [-1, 1, 1],
    [1, -1, 1],
    [1, 1, -1],
  ]
  const halves = [
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 0],
  ]
  const times = (a: number[][], b: number[][]) =>
    a.map(row => b[0].map((_, j) => row.reduce((s, x, k) => s + x * b[k][j], 0)))
  const words: string[] = []
  for (const order of ['012', '021', '102', '120', '201', '210'])
    for (let signs = 0; signs < 8; signs++) {
      const R = [0, 1, 2].map(i => [0, 1, 2].map(j => (Number(order[i]) === j ? (signs & (1 << i) ? -1 : 1) : 0)))
      const W = times(times(halves, R), B).map(row => row.map(x => x / 2))
      words.push(
        [0, 1, 2]
          .map(j => [0, 1, 2].map(i => (W[i][j] === 0 ? '' : `${W[i][j] > 0 ? '+' : '-'}${'xyz'[i]}`)).join(''))
          .join(', '),
      )
    }
  return words
}

const a = 1.7677669529663687
const fcc = {
  format: 'dualion-lattice',
  cell: [
    [0, a, a],
    [a, 0, a],
    [a, a, 0],
  ],
  sites: [{ name: 'o', position: [0, 0, 0] }],
  carriers: ['A', 'B'],
  symmetry: fccOperations(),
}

test('events of CASM stand for their orbits: as many moves as CASM’s own orbits have', async () => {
  const casm = (file: string) => ({ format: 'casm', file })
  const { lattice, model } = await readLatticeData(
    {
      ...fcc,
      hops: [{ carrier: 'A', barrier: 0.3, events: casm('casm-hop.json') }],
      pairHops: [
        {
          kind: 'moves',
          leader: 'B',
          follower: 'A',
          name: 'A follows B',
          barrier: 0.2,
          events: casm('casm-follow.json'),
        },
        {
          kind: 'moves',
          leader: 'A',
          follower: 'B',
          name: 'exchange',
          barrier: 0.9,
          events: casm('casm-exchange.json'),
        },
      ],
    },
    'x.json',
    load,
  )
  const count = (family: string) => lattice.events.filter(event => event.family === family).length
  // A at one end and B at the other, or the reverse: one exchange for each of the 6 pairs of neighbours
  assert.deepEqual([count('A hop'), count('A follows B')], [6, 12])
  assert.equal(count('exchange'), 6)
  assert.deepEqual(model.hops?.[0].moves, [{ from: { site: 0, image: [0, 0, 0] }, to: { site: 0, image: [1, 0, 0] } }])
  assert.ok(!JSON.stringify(model).includes('events'))
  // the same found by distance
  const plain = await readLatticeData(
    {
      format: 'dualion-lattice',
      lattice: 'fcc',
      spacing: 2.5,
      carriers: ['A', 'B'],
      hops: [{ carrier: 'A', barrier: 0.3 }],
      pairHops: [{ kind: 'follow', leader: 'B', follower: 'A', straight: true, barrier: 0.2 }],
    },
    'x.json',
  )
  assert.equal(plain.lattice.events.length, 18)
})

test('events of kMCpy are hops of one ion, each once', async () => {
  const { lattice, notes } = await readLatticeData(
    {
      format: 'dualion-lattice',
      cell: [
        [4, 0, 0],
        [0, 4, 0],
        [0, 0, 5],
      ],
      sites: [{ position: [0.5, 0, 0.25] }, { position: [0.5, 0.5, 0.75] }],
      carriers: ['Na'],
      hops: [{ carrier: 'Na', barrier: 0.4, events: { format: 'kmcpy', file: 'kmcpy-events.json' } }],
    },
    'x.json',
    load,
  )
  // 36 sites of 4 neighbours, 18 cells: 4 hops a cell
  assert.equal(lattice.events.length, 4)
  for (const {
    movers: [{ from, to }],
  } of lattice.events) {
    const r = [0, 1, 2].map(
      d =>
        lattice.sites[to.site].position[d] +
        [4, 4, 5][d] * (to.image[d] - from.image[d]) -
        lattice.sites[from.site].position[d],
    )
    assert.ok(Math.abs(Math.hypot(...r) - Math.hypot(2, 2.5)) < 1e-9)
  }
  assert.match(notes[0], /kmcpy-events\.json: 72 events stand in the file from both ends/)
  assert.match(notes[1], /2 of 3 directions/)
})

test('events without a counterpart are refused', async () => {
  const event = JSON.parse(await load('casm-hop.json'))
  const read = (data: unknown, hop: object = { carrier: 'A' }) =>
    readLatticeData(
      { ...fcc, hops: [{ barrier: 0.3, ...hop, events: { format: 'casm', file: 'e.json' } }] },
      'x.json',
      async () => JSON.stringify(data),
    )
  await assert.rejects(read(event, { carrier: 'B' }), /x\.json: hops\.0\.carrier: got "B", allowed: A, whose event/)
  await assert.rejects(read({}), /x\.json: e\.json: .*OccEvent of CASM/)
  const [ion, hole] = event.trajectories
  await assert.rejects(read({ trajectories: [[...ion, ion[1]], hole] }), /trajectories\.0: .*two positions/)
  await assert.rejects(
    read({ trajectories: [[ion[0], { chemical_name: 'A', molecule: true, occupant_index: 0 }], hole] }),
    /reservoir/,
  )
  await assert.rejects(
    read(JSON.parse(await load('casm-follow.json'))),
    /an event of one ion; two stand under pairHops/,
  )
  await assert.rejects(
    readLatticeData(
      { ...fcc, hops: [{ carrier: 'A', barrier: 0.3, events: { format: 'kmcpy', file: 'k' } }] },
      'x.json',
      async () => '{}',
    ),
    /event file of kMCpy/,
  )
  await assert.rejects(
    readLatticeData(
      { ...fcc, hops: [{ carrier: 'A', barrier: 0.3, events: { format: 'casm', file: 'k' } }] },
      'x.json',
    ),
    /its folder is not known/,
  )
})
