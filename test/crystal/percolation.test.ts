import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { components, goesAlong, type PeriodicEdge } from '../../src/crystal/percolation.ts'

const nodes = 4
const small = fc.integer({ min: -1, max: 1 })
const edges = fc.array(
  fc.record({
    from: fc.nat(nodes - 1),
    to: fc.nat(nodes - 1),
    image: fc.tuple(small, small, small),
  }) as fc.Arbitrary<PeriodicEdge>,
  { maxLength: 9 },
)

/** Separate parts of the graph wound around a torus of p × p × p cells, by plain flooding. */
const partsOnTorus = (list: readonly PeriodicEdge[], start: number, p: number): number => {
  const at = (node: number, cell: readonly number[]) =>
    node + nodes * cell.reduce((sum, n) => sum * p + (((n % p) + p) % p), 0)
  const parent = Array.from({ length: nodes * p ** 3 }, (_, k) => k)
  const root = (k: number): number => {
    while (parent[k] !== k) {
      parent[k] = parent[parent[k]]
      k = parent[k]
    }
    return k
  }
  const cells = Array.from({ length: p ** 3 }, (_, k) => [Math.floor(k / (p * p)), Math.floor(k / p) % p, k % p])
  for (const { from, to, image } of list)
    for (const cell of cells)
      parent[root(at(from, cell))] = root(
        at(
          to,
          cell.map((n, d) => n + image[d]),
        ),
      )
  return new Set(cells.map(cell => root(at(start, cell)))).size
}

test('dimension: a part of dimension d falls into p^(3−d) pieces on a torus of p³ cells', () => {
  // p divides no determinant of its cycles, which are at most 4 edges long: 3 vectors of entries ≤ 4 have |det| ≤ 384 < 5·7·11,
  // so at most two of the three primes can mislead, and they only raise the count of pieces
  fc.assert(
    fc.property(edges, list => {
      for (const part of components(nodes, list)) {
        const dimensions = [5, 7, 11].map(p => 3 - Math.log(partsOnTorus(list, part.nodes[0], p)) / Math.log(p))
        assert.ok(Math.abs(part.dimension - Math.max(...dimensions)) < 1e-9, `${part.dimension} ${dimensions}`)
      }
    }),
    { numRuns: 60 },
  )
})

test('dimension does not change with the order of edges, the naming of nodes or the choice of cell', () => {
  fc.assert(
    fc.property(
      edges,
      fc.array(fc.tuple(small, small, small), { minLength: nodes, maxLength: nodes }),
      (list, cells) => {
        const plain = components(nodes, list)
        // another cell: a basis change with determinant 1, and every node counted from another cell
        const changed = list.map(({ from, to, image: [a, b, c] }): PeriodicEdge => {
          const moved = [a, b, c].map((n, d) => n + cells[to][d] - cells[from][d])
          return {
            from: nodes - 1 - from,
            to: nodes - 1 - to,
            image: [moved[0] + 2 * moved[1], moved[1] - moved[2], moved[2]],
          }
        })
        const other = components(nodes, changed.reverse())
        const of = (parts: typeof plain) => parts.map(p => `${p.nodes.length} ${p.dimension}`).sort()
        assert.deepEqual(of(other), of(plain))
      },
    ),
    { numRuns: 200 },
  )
})

test('directions: along the span of the cycles and no other', () => {
  const chain = components(1, [{ from: 0, to: 0, image: [1, 1, 0] }])[0]
  assert.equal(chain.dimension, 1)
  assert.ok(goesAlong(chain, [2, 2, 0]) && goesAlong(chain, [-1, -1, 0]))
  assert.ok(!goesAlong(chain, [1, 0, 0]) && !goesAlong(chain, [1, -1, 0]))
  const sheet = components(1, [
    { from: 0, to: 0, image: [1, 0, -1] },
    { from: 0, to: 0, image: [0, 1, -1] },
  ])[0]
  assert.equal(sheet.dimension, 2)
  assert.ok(goesAlong(sheet, [1, -1, 0]) && !goesAlong(sheet, [0, 0, 1]))
  // there and back is no way out
  assert.equal(
    components(2, [
      { from: 0, to: 1, image: [1, 0, 0] },
      { from: 1, to: 0, image: [-1, 0, 0] },
    ])[0].dimension,
    0,
  )
})
