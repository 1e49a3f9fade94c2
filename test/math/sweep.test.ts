import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { apart, beside, same, sweepsOf } from '../../src/math/sweep.ts'
import { cubicAt, larger, literal, minus, number, plus, smaller, times, whereAbove } from '../../src/math/term.ts'
import { vectorMemory } from '../../src/math/vector-loop.ts'

const rows = 5
const pairs = 3
const length = rows + 1

/** Places of a matrix [2·pairs, rows + 1] whose two of a pair are columns apart, and of one number a row. */
const matrix = (direction: number) => ({ pair: 2 * length, row: direction, apart: length })
const perRow = { pair: 0, row: 1 }
const still = { pair: 0, row: 0 }
const held = { pair: 2, row: 2 * pairs }

describe('sweeps', () => {
  const memory = vectorMemory(4000)
  const { vector } = memory
  const x = vector(2 * pairs * length)
  const factors = vector(rows)
  const out = vector(2 * pairs * rows)
  const least = vector(2)
  const table = vector(12)
  const sweeps = sweepsOf({
    up: {
      pairs,
      paths: [matrix(1), perRow],
      numbers: 1,
      sets: [[apart(0, 1), plus(apart(0, 1), times(number(0), same(1), apart(0, 0)))]],
    },
    down: {
      pairs,
      paths: [matrix(-1)],
      sets: [[apart(0, 0), minus(apart(0, 0), apart(0, 1))]],
    },
    choose: {
      pairs,
      paths: [matrix(1), held, still],
      sets: [
        [
          beside(1, 0),
          plus(
            larger(apart(0, 0), literal(0.2)),
            smaller(apart(0, 1), literal(0)),
            whereAbove(apart(0, 0), literal(7)),
          ),
        ],
      ],
      least: { address: 2, term: apart(0, 0) },
    },
    cubic: {
      pairs,
      paths: [matrix(1), held, still],
      sets: [[beside(1, 0), plus(cubicAt(2, times(literal(4), apart(0, 0)), literal(1), literal(2)).value)]],
    },
    slope: {
      pairs,
      paths: [matrix(1), held, still],
      sets: [[beside(1, 0), cubicAt(2, times(literal(4), apart(0, 0)), literal(1), literal(2)).slope]],
    },
  })(memory)
  const fill = (): number[][] => {
    for (let k = 0; k < x.length; k++) x[k] = Math.sin(1.7 * k)
    for (let k = 0; k < rows; k++) factors[k] = 0.3 + 0.1 * k
    return Array.from({ length: 2 * pairs }, (_, p) => [...x.subarray(p * length, (p + 1) * length)])
  }
  const heldOf = (f: (column: number[], row: number) => number, columns: number[][]): number[] =>
    Array.from({ length: rows }, (_, r) => columns.map(column => f(column, r))).flat()

  test('a row takes what the row before was given', () => {
    const columns = fill()
    sweeps.up(rows, x.byteOffset, factors.byteOffset, 0.5)
    for (const column of columns)
      for (let r = 0; r < rows; r++) column[r + 1] = column[r + 1] + 0.5 * factors[r] * column[r]
    assert.deepEqual([...x], columns.flat())
  })

  test('and so from the last row to the first', () => {
    const columns = fill()
    sweeps.down(rows, x.byteOffset + 8 * (rows - 1))
    for (const column of columns) for (let r = rows - 1; r >= 0; r--) column[r] -= column[r + 1]
    assert.deepEqual([...x], columns.flat())
  })

  test('choices, and the least of a term', () => {
    const columns = fill()
    sweeps.choose(rows, x.byteOffset, out.byteOffset, least.byteOffset)
    assert.deepEqual(
      [...out],
      heldOf((c, r) => Math.max(c[r], 0.2) + Math.min(c[r + 1], 0) + (c[r] > 0 ? 7 : 0), columns),
    )
    for (const lane of [0, 1]) {
      const own = columns.filter((_, p) => p % 2 === lane)
      assert.equal(least[lane], Math.min(0, ...own.flatMap(c => c.slice(0, rows))))
    }
  })

  test('cubics of a table and their slopes, also beyond its ends', () => {
    table.set([1e9, 1e9, 1e9, 1e9, 0.5, 1, -2, 3, 2.5, -1, 0.25, 0.125])
    const columns = fill()
    const cubic = (t: number) => {
      const cell = t < 2 ? 1 : 2
      const [c0, c1, c2, c3] = table.subarray(4 * cell, 4 * cell + 4)
      const u = t - cell
      return { value: c0 + u * (c1 + u * (c2 + u * c3)), slope: c1 + u * (2 * c2 + 3 * (u * c3)) }
    }
    sweeps.cubic(rows, x.byteOffset, out.byteOffset, table.byteOffset)
    assert.deepEqual(
      [...out],
      heldOf((c, r) => cubic(4 * c[r]).value, columns),
    )
    sweeps.slope(rows, x.byteOffset, out.byteOffset, table.byteOffset)
    assert.deepEqual(
      [...out],
      heldOf((c, r) => cubic(4 * c[r]).slope, columns),
    )
  })

  test('a loop refuses numbers that only a sweep knows', () => {
    const looped = sweepsOf({
      bad: { pairs, paths: [still], sets: [[beside(0, 0), { kind: 'entry', address: 0, row: 0 }]] },
    })
    assert.throws(() => looped(memory), /entry/)
  })
})
