import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  coefficient,
  entry,
  minus,
  number,
  over,
  paddedLength,
  plus,
  size,
  square,
  times,
  vectorLoops,
  vectorMemory,
} from '../../src/math/vector-loop.ts'
import { addSigned, addUnsigned } from '../../src/math/wasm-bytes.ts'

const shared = times(entry(0), entry(1))
const loopsIn = vectorLoops({
  arithmetic: {
    addresses: 3,
    numbers: 2,
    sets: [
      [
        entry(2),
        minus(plus(times(number(0), entry(0)), over(number(1), entry(1))), times(size(entry(0)), coefficient(2, 2))),
      ],
    ],
  },
  swap: {
    addresses: 2,
    sets: ((a, b) => [
      [entry(0), plus(b, times(a, coefficient(1, 0)))],
      [entry(1), plus(a, b)],
    ])(entry(0), entry(1)),
  },
  rows: { addresses: 1, sets: [[entry(0, 2), plus(entry(0), entry(0, 1))]] },
  sums: { addresses: 3, sums: { address: 2, terms: [shared, square(shared), entry(0)] } },
})

const wave = (length: number, phase: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase) + 0.01 * i)

describe('loops over vectors', () => {
  for (const length of [1, 7, 8, 9, 1001]) {
    const entries = paddedLength(length)
    const memory = vectorMemory(8 * entries + 8)
    const loops = loopsIn(memory)
    const { vector } = memory
    const x = vector(length)
    const y = vector(length)
    const out = vector(length)
    const fill = (): void => {
      x.set(wave(length, 0))
      y.set(wave(length, 1))
    }

    test(`${length} entries: arithmetic is that of numbers, bit for bit`, () => {
      fill()
      out.fill(0.5)
      loops.arithmetic(entries, x.byteOffset, y.byteOffset, out.byteOffset, 3, 0.1)
      // The coefficient is the third entry of `out` as it was before the loop; there is none in a vector of one.
      const c = length > 2 ? 0.5 : 0
      assert.deepEqual(
        [...out],
        [...x].map((v, i) => 3 * v + 0.1 / y[i] - Math.abs(v) * c),
      )
    })

    test(`${length} entries: a term used twice keeps the value it had first`, () => {
      fill()
      const before = [...x]
      const c = y[0]
      loops.swap(entries, x.byteOffset, y.byteOffset)
      const after = wave(length, 1)
      assert.deepEqual(
        [...x],
        before.map((v, i) => after[i] + v * c),
      )
      assert.deepEqual(
        [...y],
        before.map((v, i) => v + after[i]),
      )
    })

    test(`${length} entries: rows of a matrix`, () => {
      const matrix = vector(length, 3)
      matrix.set(wave(length, 2))
      matrix.set(wave(length, 3), entries)
      loops.rows(entries, matrix.byteOffset)
      const second = wave(length, 3)
      assert.deepEqual(
        [...matrix.subarray(2 * entries)],
        [...wave(length, 2)].map((v, i) => v + second[i]),
      )
    })

    test(`${length} entries: sums`, () => {
      fill()
      loops.sums(entries, x.byteOffset, y.byteOffset, out.byteOffset)
      const products = [...x].map((v, i) => v * y[i])
      const expected = [products, products.map(p => p * p), [...x]]
      const found = new Float64Array(memory.buffer, out.byteOffset, 3)
      expected.forEach((terms, k) => {
        const sum = terms.reduce((a, b) => a + b, 0)
        const scale = terms.reduce((a, b) => a + Math.abs(b), 0)
        // Two orders of a sum of n terms differ by n ε Σ|terms| at most.
        assert.ok(Math.abs(found[k] - sum) <= length * Number.EPSILON * scale, `${found[k]} ${sum}`)
      })
    })
  }

  test('a memory holds what it was made for and says so when asked for more', () => {
    const { vector } = vectorMemory(8)
    vector(8)
    assert.throws(() => vector(100_000), RangeError)
  })
})

describe('numbers in groups of seven bits', () => {
  const bytesOf = (add: (bytes: number[], value: number) => void, value: number): number[] => {
    const bytes: number[] = []
    add(bytes, value)
    return bytes
  }
  // The lowest seven bits first, the eighth bit says that more follow: 624485 = 38·2¹⁴ + 14·2⁷ + 101, −123456 likewise.
  test('624485', () => assert.deepEqual(bytesOf(addUnsigned, 624485), [0xe5, 0x8e, 0x26]))
  test('−123456', () => assert.deepEqual(bytesOf(addSigned, -123456), [0xc0, 0xbb, 0x78]))
  test('64 needs a second byte, where one would be read as −64', () =>
    assert.deepEqual(bytesOf(addSigned, 64), [0xc0, 0x00]))
})
