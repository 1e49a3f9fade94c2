import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blockTridiagonal } from '../../src/math/block-tridiagonal.ts'
import { factorDense, solveDense } from '../../src/math/dense-lu.ts'
import { invertSmall } from '../../src/math/small-matrix.ts'

const entry = fc.double({ min: -1, max: 1, noNaN: true })

test('blocks of every width solve as the dense matrix does', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(entry, { minLength: 600, maxLength: 600 }),
      (count, b, numbers) => {
        let next = 0
        const draw = () => numbers[next++ % numbers.length]!
        const size = count * b
        // In some blocks of four the last unknown has nothing to do with the others, nor have those with that of the next block.
        const alone = Uint8Array.from({ length: count }, (_, p) => (b === 4 && numbers[p]! > 0 ? 1 : 0))
        const apart = (p: number, i: number): boolean => alone[p] === 1 && i === b - 1
        const matrix = blockTridiagonal(count, b, alone)
        const dense = new Float64Array(size * size)
        for (let p = 0; p < count; p++)
          for (let i = 0; i < b; i++)
            for (let j = 0; j < b; j++) {
              const at = p * b * b + i * b + j
              const row = (p * b + i) * size
              // The diagonal dominates, so that elimination without pivots between blocks is stable.
              const kept = (q: number): boolean => !apart(p, i) && !apart(q, j) && !apart(p, j)
              if (i === j || kept(p)) matrix.diagonal[at] = dense[row + p * b + j] = draw() + (i === j ? 4 * b : 0)
              // Some rows reach the block before by few unknowns or none.
              if (p > 0 && kept(p - 1) && numbers[p * b + i]! > -0.5)
                matrix.lower[at] = dense[row + (p - 1) * b + j] = numbers[p * b + j]! > 0.5 ? 0 : draw()
              if (p < count - 1 && kept(p + 1)) matrix.upper[at] = dense[row + (p + 1) * b + j] = draw()
            }
        const rhs = Float64Array.from({ length: size }, draw)
        const expected = rhs.slice()
        const pivot = new Int32Array(size)
        assert.ok(factorDense(dense, size, pivot))
        solveDense(dense, size, pivot, expected)
        assert.ok(matrix.factor())
        const shifted = new Float64Array(size + 2)
        shifted.set(rhs, 2)
        matrix.solve(shifted, 2)
        // Condition numbers are of the order of ten, so that round-off of the two ways stays within 1e-13.
        for (let k = 0; k < size; k++)
          assert.ok(Math.abs(shifted[k + 2]! - expected[k]!) < 1e-13, `${k}: ${shifted[k + 2]}`)
        assert.equal(shifted[0], 0)
        assert.equal(shifted[1], 0)
        // Begun at the first block that is not zero it is the same.
        const unit = new Float64Array(size)
        unit[size - 1] = 1
        const whole = unit.slice()
        matrix.solve(whole, 0)
        matrix.solve(unit, 0, count - 1)
        assert.deepEqual(
          unit.map(v => v + 0),
          whole.map(v => v + 0),
        )
      },
    ),
  )
})

test('a small matrix times its inverse is the unit matrix, whatever the order of the pivots', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(entry, { minLength: 25, maxLength: 25 }),
      fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }),
      (n, numbers, keys) => {
        // Rows of a dominant matrix in any order: the largest of a column stands anywhere.
        const rows = Array.from({ length: n }, (_, i) => i).sort((i, k) => keys[i]! - keys[k]! || i - k)
        const m = new Float64Array(n * n + 1)
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) m[1 + rows[i]! * n + j] = numbers[i * n + j]! + (i === j ? 2 * n : 0)
        const inverse = m.slice()
        assert.ok(invertSmall(inverse, 1, n))
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            let sum = 0
            for (let k = 0; k < n; k++) sum += m[1 + i * n + k]! * inverse[1 + k * n + j]!
            // The condition is below ten.
            assert.ok(Math.abs(sum - (i === j ? 1 : 0)) <= 1e-14, `${i}, ${j}: ${sum}`)
          }
      },
    ),
  )
})

test('a singular matrix is said to be one', () => {
  for (const n of [1, 2, 3, 4]) {
    assert.equal(invertSmall(new Float64Array(n * n), 0, n), false)
    const repeated = Float64Array.from({ length: n * n }, (_, k) => 1 + (k % n))
    assert.equal(n > 1 && invertSmall(repeated, 0, n), false)
  }
})
