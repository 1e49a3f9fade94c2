import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { brentRoot } from '../../src/solve/root.ts'

describe("Brent's root", () => {
  const cases: [string, (x: number) => number, number, number, number][] = [
    ['cosine', Math.cos, 1, 2, Math.PI / 2],
    ['steep exponential', x => Math.expm1(50 * (x - 0.3)), -1, 3, 0.3],
    ['ninth power, flat at its root', x => (x - 0.5) ** 9, 0, 2, 0.5],
    ['step', x => (x < 0.7 ? -1 : 1), 0, 1, 0.7],
    ['huge values', x => Math.sinh(700 * (x - 0.1)), -1, 1, 0.1],
  ]
  for (const [label, f, lower, upper, root] of cases) {
    it(label, () => {
      let calls = 0
      const counted = (x: number) => {
        calls++
        return f(x)
      }
      const x = brentRoot({ f: counted, lower, upper, tolerance: 1e-12 })
      // Where f underflows around its root (ninth power below 1e-36) any such x is a root.
      assert.ok(Math.abs(x - root) < 2e-12 || f(x) === 0, `${x - root}`)
      // Bisection alone takes 41; Brent's worst cases a few times that.
      assert.ok(calls < 200, `${calls} calls`)
    })
  }
  it('side upper: the sign beyond the root', () => {
    const f = (x: number) => Math.cos(x)
    const x = brentRoot({ f, lower: 1, upper: 2, tolerance: 1e-9, side: 'upper' })
    assert.ok(f(x) <= 0 && x - Math.PI / 2 < 1e-8)
  })
  it('no bracket is refused with the values seen', () => {
    assert.throws(() => brentRoot({ f: x => x, lower: 1, upper: 2, tolerance: 0 }), /f\(1\) = 1 and f\(2\) = 2/)
  })
})
