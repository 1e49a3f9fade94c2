import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { vectorMemory } from '../../src/math/vector-loop.ts'
import { bdfEntries, bdfVectorsOf, highestOrder } from '../../src/solve/bdf-loops.ts'

/** Vectors of unlike entries, an odd number of them. */
const filled = () => {
  const n = 37
  const v = bdfVectorsOf(n, vectorMemory(bdfEntries(n)))
  const wave = (out: Float64Array, phase: number): void => {
    for (let i = 0; i < n; i++) out[i] = Math.sin(1.3 * i + phase) + 0.02 * i
  }
  const phi = (j: number): Float64Array => v.history.subarray(j * v.entries, j * v.entries + n)
  for (let j = 0; j <= highestOrder + 1; j++) wave(phi(j), j)
  for (const [k, vector] of [v.y, v.yp, v.e, v.delta, v.weight].entries()) wave(vector, 10 + k)
  for (let j = 0; j <= highestOrder + 1; j++) {
    v.beta[j] = 1 + 0.1 * j
    v.gamma[j] = 0.3 * j
  }
  return { n, v, phi }
}

/** Sums of few terms in another order: 1e-14 of their size. */
const near = (found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) <= 1e-14 * Math.abs(expected), `${found} ≠ ${expected}`)

describe('loops of a BDF step against plain ones', () => {
  for (let k = 1; k <= highestOrder; k++) {
    test(`predict and accept at order ${k}, bit for bit`, () => {
      const { n, v, phi } = filled()
      const { entries, history, beta, gamma, y, yp, e, loops } = v
      const [b, c] = [beta, gamma].map(numbers => [...numbers])
      const before = Array.from({ length: highestOrder + 2 }, (_, j) => [...phi(j)])
      loops.predict[k](entries, history.byteOffset, beta.byteOffset, gamma.byteOffset, y.byteOffset, yp.byteOffset)
      for (let i = 0; i < n; i++) {
        let value = before[0][i]
        let slope = 0
        for (let j = 1; j <= k; j++) {
          value += b[j] * before[j][i]
          slope += c[j] * (b[j] * before[j][i])
        }
        assert.equal(y[i], value)
        assert.equal(yp[i], slope)
      }
      loops.accept[k](entries, history.byteOffset, beta.byteOffset, e.byteOffset)
      for (let i = 0; i < n; i++) {
        let above = e[i]
        if (k < highestOrder) assert.equal(phi(k + 1)[i], above)
        for (let j = k; j > 0; j--) {
          above = b[j] * before[j][i] + above
          assert.equal(phi(j)[i], above)
        }
        assert.equal(phi(0)[i], before[0][i] + above)
      }
    })

    test(`norms of the error at orders ${k}, ${k - 1} and ${k - 2}`, () => {
      const { n, v, phi } = filled()
      const { entries, history, beta, e, weight, sums, loops } = v
      loops.lowerNorms[k](
        entries,
        e.byteOffset,
        weight.byteOffset,
        sums.byteOffset,
        history.byteOffset,
        beta.byteOffset,
      )
      const expected = [0, 0, 0]
      for (let i = 0; i < n; i++) {
        const lower = e[i] + beta[k] * phi(k)[i]
        const lowest = lower + beta[k - 1] * phi(k - 1)[i]
        ;[e[i], lower, lowest].forEach((x, m) => {
          expected[m] += (x * weight[i]) ** 2
        })
      }
      for (const [m, sum] of expected.entries()) near(sums[m], sum)
    })
  }

  test('a correction, and its norm', () => {
    const { n, v } = filled()
    const { entries, delta, e, y, yp, weight, sums, loops } = v
    const before = [e, y, yp].map(vector => [...vector])
    loops.update(
      entries,
      delta.byteOffset,
      e.byteOffset,
      y.byteOffset,
      yp.byteOffset,
      weight.byteOffset,
      sums.byteOffset,
      0.7,
      3,
    )
    let sum = 0
    for (let i = 0; i < n; i++) {
      const d = 0.7 * delta[i]
      assert.equal(e[i], before[0][i] - d)
      assert.equal(y[i], before[1][i] - d)
      assert.equal(yp[i], before[2][i] - 3 * d)
      sum += (d * weight[i]) ** 2
    }
    near(sums[0], sum)
  })

  test('norms of the error itself and at the next order', () => {
    const { n, v, phi } = filled()
    const { entries, e, weight, sums, loops } = v
    let [same, higher] = [0, 0]
    for (let i = 0; i < n; i++) {
      same += (e[i] * weight[i]) ** 2
      higher += ((e[i] - 1.1 * phi(3)[i]) * weight[i]) ** 2
    }
    loops.norm(entries, e.byteOffset, weight.byteOffset, sums.byteOffset)
    near(sums[0], same)
    loops.higherNorm(entries, e.byteOffset, weight.byteOffset, sums.byteOffset, phi(3).byteOffset, 1.1)
    near(sums[0], higher)
  })

  test('weights, finite where a vector is filled up too', () => {
    const { n, v } = filled()
    const { entries, y, growth, scale, weight, sums, loops } = v
    for (let i = 0; i < n; i++) {
      growth[i] = i % 2
      scale[i] = 0.1 + i
    }
    loops.weigh(entries, y.byteOffset, growth.byteOffset, scale.byteOffset, weight.byteOffset, 1e4)
    for (let i = 0; i < n; i++) assert.equal(weight[i], 1e4 / (growth[i] * Math.abs(y[i]) + scale[i]))
    loops.norm(entries, weight.byteOffset, weight.byteOffset, sums.byteOffset)
    assert.ok(Number.isFinite(sums[0]))
  })
})
