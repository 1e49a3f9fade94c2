import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { integralTable, linearTable, pchipTable, tabulate } from '../../src/math/spline.ts'

test('linear table: nodes, midpoints, and straight on beyond the ends', () => {
  const t = linearTable([0, 1, 3], [1, 3, -1])
  assert.deepEqual([0, 0.5, 1, 2, 3, 4, -1].map(t.value), [1, 2, 3, 1, -1, -3, -1])
  assert.deepEqual([0.5, 2, 4, -1].map(t.derivative), [2, -2, -2, 2])
})

test('PCHIP: through the nodes, monotone where the data are, derivative consistent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true })), {
        minLength: 3,
        maxLength: 12,
      }),
      steps => {
        let [x, y] = [0, 0]
        const xs = [x]
        const ys = [y]
        for (const [dx, dy] of steps) {
          x += dx
          y += dy
          xs.push(x)
          ys.push(y)
        }
        const p = pchipTable(xs, ys)
        for (const [k, at] of xs.entries()) assert.ok(Math.abs(p.value(at) - ys[k]) < 1e-12 * (1 + ys[k]))
        let before = p.value(0)
        for (let i = 1; i <= 200; i++) {
          const here = p.value((i / 200) * x)
          assert.ok(here >= before - 1e-12 * (1 + y)) // round-off only
          before = here
        }
        const [at, h] = [0.37 * x, 1e-6]
        if (xs.some(node => Math.abs(node - at) < 2 * h)) return
        const difference = (p.value(at + h) - p.value(at - h)) / (2 * h)
        // h² f'''/6 with f''' ≤ 12·2/0.05³ is 3e-8; round-off 24·1e-16/1e-6.
        assert.ok(Math.abs(p.derivative(at) - difference) < 1e-6)
      },
    ),
    { numRuns: 100, seed: 3 },
  )
})

test('PCHIP gives scipy’s PchipInterpolator', () => {
  // scipy.interpolate.PchipInterpolator([0, 1, 3, 4, 6], [0, 2, 3, 3, 1])
  const p = pchipTable([0, 1, 3, 4, 6], [0, 2, 3, 3, 1])
  const expected: [number, number, number][] = [
    [0, 0.0, 2.5],
    [0.3, 0.7455, 2.4121428571428574],
    [1, 2.0, 0.8571428571428571],
    [1.7, 2.5352500000000004, 0.6546428571428572],
    [2.5, 2.924107142857143, 0.29464285714285715],
    [3.2, 3.0, 0.0],
    [5, 2.416666666666667, -1.0833333333333333],
    [5.9, 1.1649166666666664, -1.6308333333333336],
  ]
  for (const [x, value, slope] of expected) {
    assert.ok(Math.abs(p.value(x) - value) < 1e-13, `${x}: ${p.value(x)}`)
    assert.ok(Math.abs(p.derivative(x) - slope) < 1e-13, `${x}: ${p.derivative(x)}`)
  }
})

test('wrong tables are refused', () => {
  assert.throws(() => linearTable([0], [1]), /at least 2/)
  assert.throws(() => linearTable([0, 0], [1, 2]), /must increase/)
  assert.throws(() => linearTable([0, 1], [1, 2, 3]), /3/)
  assert.throws(() => pchipTable([0, 1, Number.NaN], [1, 2, 3]), /not finite/)
})

const graphite = (x: number): number =>
  1.9793 * Math.exp(-39.3631 * x) +
  0.2482 -
  0.0909 * Math.tanh(29.8538 * (x - 0.1234)) -
  0.0205 * Math.tanh(30.4444 * (x - 0.6103))
const graphiteSlope = (x: number): number =>
  -39.3631 * 1.9793 * Math.exp(-39.3631 * x) -
  (0.0909 * 29.8538) / Math.cosh(29.8538 * (x - 0.1234)) ** 2 -
  (0.0205 * 30.4444) / Math.cosh(30.4444 * (x - 0.6103)) ** 2

test('tabulated function: within its tolerance everywhere, slope to match, exact outside', () => {
  let calls = 0
  const f = {
    value: (x: number) => {
      calls++
      return graphite(x)
    },
    derivative: graphiteSlope,
  }
  const table = tabulate(f, 0, 1, { tolerance: 1e-10, floor: 1 })
  assert.ok(table)
  calls = 0
  let worst = 0
  let worstSlope = 0
  for (let i = 0; i < 20_000; i++) {
    const x = (i + 0.5) / 20_000
    worst = Math.max(worst, Math.abs(table.value(x) - graphite(x)))
    worstSlope = Math.max(worstSlope, Math.abs(table.derivative(x) - graphiteSlope(x)))
  }
  assert.equal(calls, 0, 'the function itself must not be called inside')
  // The probes sit near the extremes of the interpolation error, which is smooth: 2× covers what lies between them.
  assert.ok(worst < 2e-10, `worst ${worst}`)
  // Error of the slope ~ 20·tolerance/piece with pieces down to 1/512 of the range.
  assert.ok(worstSlope < 1e-6, `worst slope ${worstSlope}`)
  assert.equal(table.value(1.5), graphite(1.5))
  assert.equal(table.value(-0.1), graphite(-0.1))
})

test('tabulate: a kink or pole falls back to the function, a hopeless function gives undefined', () => {
  const kink = tabulate({ value: x => Math.abs(x - 0.5), derivative: x => Math.sign(x - 0.5) }, 0, 1.03)
  assert.ok(kink)
  // The kink lies inside one of the cells: that cell calls the function.
  for (const x of [0.4999999, 0.5, 0.50000001, 0.77]) assert.ok(Math.abs(kink.value(x) - Math.abs(x - 0.5)) < 1e-10)
  const pole = tabulate({ value: x => 1 / x, derivative: x => -1 / (x * x) }, 0, 1)
  assert.ok(pole)
  for (const x of [1e-6, 0.01, 0.4]) assert.ok(Math.abs(pole.value(x) * x - 1) < 2e-10)
  assert.equal(tabulate({ value: x => Math.sin(1e7 * x), derivative: () => 0 }, 0, 1), undefined)
  assert.equal(tabulate({ value: () => Number.NaN, derivative: () => 0 }, 0, 1), undefined)
})

test('integral table: the integral, its slope, and straight on beyond the ends', () => {
  // h⁴/384 of the third derivative, 27, with h = 1/1024: 1e-13; the slope a power of h less.
  const t = integralTable(x => Math.cos(3 * x) + 2, 0, 1)
  const exact = (x: number) => Math.sin(3 * x) / 3 + 2 * x
  for (const x of [0, 0.0004, 0.37, 0.999, 1]) {
    assert.ok(Math.abs(t.value(x) - exact(x)) < 1e-12)
    assert.ok(Math.abs(t.derivative(x) - (Math.cos(3 * x) + 2)) < 1e-8)
  }
  assert.ok(Math.abs(t.value(1.5) - exact(1) - 0.5 * (Math.cos(3) + 2)) < 1e-12)
  assert.ok(Math.abs(t.value(-0.5) + 1.5) < 1e-12)
  assert.throws(() => integralTable(x => x, 1, 1), RangeError)
})
