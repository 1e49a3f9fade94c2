import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toCartesian } from '../../src/crystal/lattice.ts'
import { minimumImage } from '../../src/crystal/minimum-image.ts'
import { neighbourList } from '../../src/crystal/neighbours.ts'
import type { Structure } from '../../src/crystal/structure.ts'
import { determinant } from '../../src/math/mat3.ts'

const coordinate = fc.double({ min: -3, max: 3, noNaN: true })
const skewedCell = fc
  .array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 9, maxLength: 9 })
  .map(values => Float64Array.from(values))
  .filter(A => Math.abs(determinant(A)) > 20)

const openness = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean())

/** All lattice vectors within a cube of cells, as a plain loop. */
const images = (A: Float64Array, reach: number, periodic: readonly boolean[]): number[][] => {
  const range = (d: number) => (periodic[d] ? Array.from({ length: 2 * reach + 1 }, (_, k) => k - reach) : [0])
  return range(0).flatMap(i =>
    range(1).flatMap(j =>
      range(2).map(k => [0, 1, 2].map(d => i * A[d] + j * A[3 + d] + k * A[6 + d]).concat(i, j, k)),
    ),
  )
}

/** How many cells a length can span in a cell of this shape. */
const reachOf = (A: Float64Array, length: number): number => {
  const norms = [0, 1, 2].map(i => Math.hypot(A[3 * i], A[3 * i + 1], A[3 * i + 2]))
  return Math.ceil(
    (length * Math.max(norms[1] * norms[2], norms[0] * norms[2], norms[0] * norms[1])) / Math.abs(determinant(A)),
  )
}

test('the minimum image is the shortest of all images, in any cell, open or periodic', () => {
  fc.assert(
    fc.property(skewedCell, fc.tuple(coordinate, coordinate, coordinate), openness, (A, f, periodic) => {
      const v = toCartesian(f, A)
      const start = Float64Array.from(v)
      minimumImage(A, periodic)(v)
      const found = Math.hypot(...v)
      // thin cells would need more images than a plain loop should try: those that it does are enough to beat a wrong answer
      const reach = Math.min(12, reachOf(A, Math.hypot(...start)) + 1)
      const best = images(A, reach, periodic).reduce(
        (least, s) => Math.min(least, Math.hypot(start[0] + s[0], start[1] + s[1], start[2] + s[2])),
        Number.POSITIVE_INFINITY,
      )
      assert.ok(found <= best * (1 + 1e-12) + 1e-12, `${found} against ${best}`)
      // the difference is a lattice vector of the directions that repeat
      const n = toFractionalOf(
        A,
        [0, 1, 2].map(d => v[d] - start[d]),
      )
      n.forEach((value, d) => {
        assert.ok(Math.abs(value - Math.round(value)) < 1e-9)
        if (!periodic[d]) assert.ok(Math.abs(value) < 1e-9)
      })
    }),
    { numRuns: 150 },
  )
})

const toFractionalOf = (A: Float64Array, v: readonly number[]): number[] => {
  const d = determinant(A)
  return [0, 1, 2].map(i => {
    const replaced = Float64Array.from(A)
    replaced.set(v, 3 * i)
    return determinant(replaced) / d
  })
}

test('neighbour lists hold every image within the cutoff once, as the plain double loop finds them', () => {
  const atoms = fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(
      skewedCell,
      atoms,
      openness,
      fc.double({ min: 0.8, max: 7, noNaN: true }),
      (lattice, f, periodic, cutoff) => {
        const reach = reachOf(lattice, cutoff) + 7 // fractional coordinates lie between −3 and 3
        if (reach > 12) return
        const positions = toCartesian(f.flat(), lattice)
        const structure: Structure = { species: f.map(() => 'X'), lattice, positions, periodic }
        const list = neighbourList(structure, cutoff)
        const shifts = images(lattice, reach, periodic)
        f.forEach((_, i) => {
          const plain: number[] = []
          f.forEach((_, j) => {
            for (const s of shifts) {
              const r = Math.hypot(...[0, 1, 2].map(d => positions[3 * j + d] - positions[3 * i + d] + s[d]))
              if (r <= cutoff && !(i === j && s[3] === 0 && s[4] === 0 && s[5] === 0)) plain.push(r)
            }
          })
          const found = [...list.distance.slice(list.start[i], list.start[i + 1])]
          assert.equal(found.length, plain.length)
          plain.sort((a, b) => a - b)
          found.sort((a, b) => a - b)
          for (const [k, r] of found.entries()) assert.ok(Math.abs(r - plain[k]) < 1e-9)
          for (let k = list.start[i]; k < list.start[i + 1]; k++)
            assert.ok(Math.abs(Math.hypot(...list.delta.slice(3 * k, 3 * k + 3)) - list.distance[k]) < 1e-12)
        })
      },
    ),
    { numRuns: 60 },
  )
})
