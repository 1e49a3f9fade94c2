import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choleskyFactor, choleskySolve, packedLength } from '../../src/math/cholesky.ts'
import { rankUpdate } from '../../src/math/rank-update.ts'

const numbers = (count: number, seed: number): Float64Array => {
  let x = seed
  return Float64Array.from({ length: count }, () => {
    x = (x * 16807) % 2147483647
    return x / 2147483647 - 0.5
  })
}

/** XᵀX + 1 of random columns, packed, by the plain sum. */
const gram = (columns: Float64Array, rows: number, n: number): Float64Array => {
  const a = new Float64Array(packedLength(n))
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++)
      for (let r = 0; r < rows; r++) a[packedLength(i) + j] += columns[i * rows + r] * columns[j * rows + r]
  return a
}

test('the rank update equals the plain sum, on any subset of variables and any remainder of the blocks', () => {
  for (const [n, rows] of [
    [1, 3],
    [4, 5],
    [11, 7],
    [30, 2],
  ]) {
    const columns = numbers(n * rows, n)
    const expected = gram(columns, rows, n)
    const active = Int32Array.from({ length: n }, (_, k) => 2 * k + (k > 3 ? 5 : 0))
    const size = active[n - 1] + 2
    const a = new Float64Array(packedLength(size)).fill(1)
    rankUpdate(a, columns, rows, active)
    let touched = 0
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++, touched++) {
        const found = a[packedLength(active[i]) + active[j]] - 1
        assert.ok(Math.abs(found - expected[packedLength(i) + j]) < 1e-13, `${n}: ${i}, ${j}`) // sums of at most 7 terms
      }
    // the rest of the matrix is as it was
    assert.equal(a.filter(x => x === 1).length, a.length - touched)
  }
})

test('Cholesky solves to round-off across the edges of its blocks, and names the pivot that fails', () => {
  for (const n of [1, 5, 96, 97, 203]) {
    const a = gram(numbers(n * 40, n + 3), 40, n)
    for (let i = 0; i < n; i++) a[packedLength(i) + i] += 1
    const full = a.slice()
    const b = numbers(n, 5)
    const x = b.slice()
    assert.equal(choleskyFactor(a, n), -1)
    choleskySolve(a, n, x)
    let worst = 0
    for (let i = 0; i < n; i++) {
      let sum = -b[i]
      for (let j = 0; j < n; j++) sum += full[packedLength(Math.max(i, j)) + Math.min(i, j)] * x[j]
      worst = Math.max(worst, Math.abs(sum))
    }
    assert.ok(worst < 1e-13, `${n}: ${worst}`) // condition number about 20, n round-offs of 1e-16
    if (n < 100) continue
    full[packedLength(100) + 100] -= 1e3
    assert.equal(choleskyFactor(full, n), 100)
  }
})
