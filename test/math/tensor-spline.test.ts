import assert from 'node:assert/strict'
import { test } from 'node:test'
import { random } from '../../src/math/random.ts'
import {
  differencesAlong,
  differenceWeights,
  spreadOut,
  stencilAt,
  tensorSpline,
} from '../../src/math/tensor-spline.ts'
import { generalValues } from '../../src/math/tensor-spline-general.ts'
import { splineValues } from '../../src/math/tensor-spline-value.ts'

/** The simplex Σ x ≤ 1 with axes (Σ x, x_1, …). */
const simplex = (n: number, cells: readonly number[]) =>
  tensorSpline({
    axes: Array.from({ length: n }, (_, a) => Array.from({ length: n }, (_, i) => (a === 0 || a === i ? 1 : 0))),
    cells,
    faces: [
      ...Array.from({ length: n }, (_, i) => ({
        normal: Array.from({ length: n }, (_, j) => (i === j ? -1 : 0)),
        offset: 0,
      })),
      { normal: Array.from({ length: n }, () => 1), offset: 1 },
    ],
    vertices: [
      Array.from({ length: n }, () => 0),
      ...Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))),
    ],
    margin: 0.02,
  })

const spaces = [simplex(1, [7]), simplex(2, [8, 5]), simplex(3, [5, 3, 4])]

/** A random point of the simplex. */
const pointOf = (n: number, uniform: () => number): number[] => {
  const cuts = Array.from({ length: n }, uniform).sort((a, b) => a - b)
  return cuts.map((c, i) => c - (i > 0 ? cuts[i - 1] : 0))
}

for (const space of spaces) {
  const { n } = space
  test(`tensor spline of ${n} variables: a partition of unity whose derivatives are those of its values`, () => {
    const { uniform, normal } = random(n)
    const c = Float64Array.from({ length: space.size }, normal)
    const sum = (x: readonly number[], weights: (s: ReturnType<typeof stencilAt>) => Float64Array): number => {
      const stencil = stencilAt(space, x)
      return weights(stencil).reduce((total, w, k) => total + w * c[stencil.unknowns[k]], 0)
    }
    for (let k = 0; k < 50; k++) {
      const x = pointOf(n, uniform)
      const stencil = stencilAt(space, x)
      assert.ok(
        stencil.unknowns.every(u => u >= 0),
        'all coefficients inside the domain are unknowns',
      )
      assert.ok(Math.abs(stencil.value.reduce((a, b) => a + b) - 1) < 1e-14)
      const h = 1e-4
      for (let i = 0; i < n; i++) {
        const at = (s: number) => x.map((v, j) => (i === j ? v + s * h : v))
        const slope = (sum(at(1), s => s.value) - sum(at(-1), s => s.value)) / (2 * h)
        // h² f'''/6 with f''' ~ (cells)³·few: 2e-9·500·10.
        assert.ok(Math.abs(slope - sum(x, s => s.gradient[i])) < 1e-4)
        for (let j = 0; j < n; j++) {
          const bend = (sum(at(1), s => s.gradient[j]) - sum(at(-1), s => s.gradient[j])) / (2 * h)
          assert.ok(Math.abs(bend - sum(x, s => s.hessian[i * n + j])) < 1e-3)
        }
      }
    }
  })

  test(`evaluation in ${n} variables gives what the stencils give, alone and side by side, and goes on outside`, () => {
    const { uniform, normal } = random(10 + n)
    const lists = [0, 1, 2].map(() => Float64Array.from({ length: space.size }, normal))
    const full = lists.map(c => spreadOut(space, u => c[u]))
    const [value, out] = [new Float64Array(3), new Float64Array(n * n)]
    for (const fast of [splineValues(space), generalValues(space)]) {
      const [one, all] = [fast.stored([full[0]]), fast.stored(full)]
      for (let k = 0; k < 100; k++) {
        const x = pointOf(n, uniform).map(v => 1.02 * v)
        const stencil = stencilAt(space, x)
        const exact = (weights: Float64Array, c: Float64Array) =>
          weights.reduce((sum, w, m) => sum + w * c[stencil.unknowns[m]], 0)
        fast.values(all, 3, x, value)
        // Sums of 5ⁿ terms of size (cells)^order, to round-off.
        for (let f = 0; f < 3; f++) assert.ok(Math.abs(value[f] - exact(stencil.value, lists[f])) < 1e-13)
        fast.gradient(one, x, out)
        for (let i = 0; i < n; i++) assert.ok(Math.abs(out[i] - exact(stencil.gradient[i], lists[0])) < 1e-12)
        fast.hessian(one, x, out)
        for (let k2 = 0; k2 < n * n; k2++) assert.ok(Math.abs(out[k2] - exact(stencil.hessian[k2], lists[0])) < 1e-10)
        for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) assert.equal(out[i * n + j], out[j * n + i])
      }
    }
  })
}

test('second derivatives have no corners: they meet across cells with their slope', () => {
  const space = simplex(2, [8, 5])
  const { normal } = random(3)
  const c = Float64Array.from({ length: space.size }, normal)
  const fast = splineValues(space)
  const stored = fast.stored([spreadOut(space, u => c[u])])
  const out = new Float64Array(4)
  const bend = (s: number): number => {
    fast.hessian(stored, [s, 0.2], out)
    return out[0]
  }
  // Σ x = x_0 + 0.2 passes the nodes of the first axis.
  for (let node = 3; node < 7; node++) {
    const x0 = space.start[0] + node / space.perWidth[0] - 0.2
    const h = 1e-5
    assert.ok(Math.abs(bend(x0 + 1e-12) - bend(x0 - 1e-12)) < 1e-7)
    const [left, right] = [(bend(x0 - h) - bend(x0 - 2 * h)) / h, (bend(x0 + 2 * h) - bend(x0 + h)) / h]
    // One-sided slopes of a quadratic: they differ by its second derivative times 3h.
    assert.ok(Math.abs(left - right) < 0.05 * (Math.abs(left) + Math.abs(right)) + 1, `${left} ${right}`)
  }
})

test('differences along each axis: those of order k take a power k − 1 to nothing, and k to k!', () => {
  const space = simplex(2, [8, 5])
  const place = new Map<number, number[]>()
  space.unknown.forEach((u, k) => {
    if (u >= 0) place.set(u, [Math.floor(k / space.strides[0]), k % space.strides[0]])
  })
  for (const axis of [0, 1])
    for (const order of [1, 2, 3] as const) {
      const lines = differencesAlong(space, axis, order)
      assert.ok(lines.length > 10)
      for (const line of lines) {
        const at = [...line].map(u => place.get(u)![axis])
        const of = (f: (v: number) => number) => differenceWeights[order].reduce((sum, w, m) => sum + w * f(at[m]), 0)
        assert.equal(Math.abs(of(v => 3 * v ** (order - 1) - (order > 1 ? v : 0) + 2)), 0)
        assert.equal(
          of(v => v ** order),
          [1, 2, 6][order - 1],
        )
      }
    }
})
