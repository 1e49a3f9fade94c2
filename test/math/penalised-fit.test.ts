import assert from 'node:assert/strict'
import { test } from 'node:test'
import { penalisedFit, type Row } from '../../src/math/penalised-fit.ts'
import { random } from '../../src/math/random.ts'
import { differencesAlong, differenceWeights, stencilAt, tensorSpline } from '../../src/math/tensor-spline.ts'

const space = tensorSpline({
  axes: [[1]],
  cells: [40],
  faces: [
    { normal: [-1], offset: 0 },
    { normal: [1], offset: 1 },
  ],
  vertices: [[0], [1]],
  margin: 0.02,
})
const penalties: Row[][] = [
  differencesAlong(space, 0, 3).map(unknowns => ({
    unknowns,
    weights: Float64Array.from(differenceWeights[3]),
    target: 0,
    error: 1,
  })),
]
const problem = (x: readonly number[], y: readonly number[], error: number) => ({
  size: space.size,
  rows: x.map((v, k): Row => {
    const { unknowns, value } = stencilAt(space, [v])
    return { unknowns, weights: value, target: y[k], error }
  }),
  penalties,
})
const valueAt = (fit: ReturnType<typeof penalisedFit>, x: number): number => {
  const { unknowns, value } = stencilAt(space, [x])
  return value.reduce((sum, w, k) => sum + w * fit.coefficients[unknowns[k]], 0)
}
const points = Array.from({ length: 61 }, (_, k) => k / 60)
const wave = (x: number): number => Math.sin(7 * x) + x

test('what is a quadratic comes out as it is, however heavy the penalty', () => {
  const quadratic = (x: number) => 3 * x * x - 2 * x + 0.5
  for (const lambda of [1e-5, 1, 1e3]) {
    const fit = penalisedFit(problem(points, points.map(quadratic), 0.1), { fixed: [lambda] })
    // The ridge of 1e-13 and the condition it leaves.
    for (const x of [0, 0.017, 0.5, 0.99]) assert.ok(Math.abs(valueAt(fit, x) - quadratic(x)) < 1e-7)
    assert.ok(lambda < 1 || fit.effective() > 2.99, `${fit.effective()}`)
  }
  const stiff = penalisedFit(problem(points, points.map(quadratic), 0.1), { fixed: [1e9] })
  assert.ok(Math.abs(stiff.effective() - 3) < 1e-2, 'only the quadratic is left to decide')
})

test('noise is smoothed away, and standard errors are the errors: χ² over 40 draws', () => {
  const sigma = 0.1
  let [square, count, raw] = [0, 0, 0]
  for (let seed = 1; seed <= 40; seed++) {
    const { normal } = random(seed)
    const y = points.map(x => wave(x) + sigma * normal())
    const fit = penalisedFit(problem(points, y, sigma))
    for (const x of [0.11, 0.37, 0.5, 0.73, 0.92]) {
      const { unknowns, value } = stencilAt(space, [x])
      square += ((valueAt(fit, x) - wave(x)) / fit.standardError(unknowns, value)) ** 2
      raw += fit.standardError(unknowns, value)
      count++
    }
  }
  // Mean of 200 squares, five a draw correlated little: 1 ± √(2/200) = 0.1 if nothing is bent; a smoothing chosen anew in every
  // draw adds to it. Half to double holds both, and a missing factor of √2 does not pass.
  assert.ok(square / count > 0.6 && square / count < 1.7, `χ² ${square / count}`)
  assert.ok(raw / count < 0.6 * sigma, `errors ${raw / count} are below those of single points`)
})

test('few points over a jump with errors that are known: χ² comes out as it should, and the fit nearer to the truth than by GCV', () => {
  const sigma = 0.1
  const jump = (x: number): number => 3 * Math.tanh((x - 0.5) / 0.04) + x
  for (const count of [12, 16, 20]) {
    const places = Array.from({ length: count }, (_, k) => (k + 0.5) / count)
    const mean = { known: { chiSquare: 0, error: 0 }, scatter: { chiSquare: 0, error: 0 } }
    for (let seed = 1; seed <= 20; seed++) {
      const { normal } = random(seed)
      const asked = problem(
        places,
        places.map(x => jump(x) + sigma * normal()),
        sigma,
      )
      for (const [name, fit] of [
        ['known', penalisedFit({ ...asked, errorsKnown: true })],
        ['scatter', penalisedFit(asked)],
      ] as const) {
        mean[name].chiSquare += fit.chiSquare / (count - fit.effective()) / 20
        const square = points.reduce((sum, x) => sum + (valueAt(fit, x) - jump(x)) ** 2, 0) / points.length
        mean[name].error += Math.sqrt(square) / 20
      }
    }
    const { known, scatter } = mean
    // χ² of a few degrees of freedom over 20 draws: 1 ± 0.2; chosen as the least of χ² + 2·effective it comes out lower.
    // Measured 0.53, 0.64, 0.98; by GCV, which takes the jump for noise, 32, 18, 12.
    assert.ok(known.chiSquare > 0.35 && known.chiSquare < 1.4, `${count}: χ² ${known.chiSquare}`)
    assert.ok(scatter.chiSquare > 5, `${count}: GCV no longer smears the jump: ${scatter.chiSquare}`)
    // Measured 0.15, 0.11, 0.10 against 0.24, 0.26, 0.25.
    assert.ok(known.error < 0.75 * scatter.error, `${count}: ${known.error} ${scatter.error}`)
  }
})

test('exact points are interpolated: the error falls as the penalty allows', () => {
  const fit = penalisedFit(problem(points, points.map(wave), 1e-6))
  const worst = Math.max(...[0.013, 0.21, 0.449, 0.77, 0.981].map(x => Math.abs(valueAt(fit, x) - wave(x))))
  // The least λ of 1e-5 leaves a bias of 1e-5 of the third differences 7³ at the ends; measured 4e-5.
  assert.ok(worst < 1e-4, `${worst}`)
})

test('rows that decide nothing are refused', () => {
  assert.throws(() => penalisedFit({ size: 3, rows: [], penalties: [] }), /at least one row/)
})

test('the score counts the unknowns that are decided, also where hardly any are left free', () => {
  // values and, a thousand times finer, slopes: rows of very different weight, as μ and Θ are
  const few = Array.from({ length: 15 }, (_, k) => (k + 0.5) / 15)
  const { rows, ...rest } = problem(few, few.map(wave), 0.1)
  const mixed = {
    ...rest,
    rows: [
      ...rows,
      ...few.map((v): Row => {
        const { unknowns, gradient } = stencilAt(space, [v])
        return { unknowns, weights: gradient[0], target: 7 * Math.cos(7 * v) + 1, error: 1e-3 }
      }),
    ],
  }
  const M = mixed.rows.length
  for (const lambda of [1e-5, 1e-3, 1e-1, 10, 1e3]) {
    const fit = penalisedFit(mixed, { fixed: [lambda] })
    const effective = fit.effective()
    // γ = 1.4; where the fit has more than M/γ of them there is nothing left to judge it by
    const counted = (M - Math.sqrt((M * fit.chiSquare) / fit.score())) / 1.4
    // random signs: variance below 2 tr over the six draws
    const spread = Math.sqrt((2 * effective) / 6)
    if (Number.isFinite(fit.score())) assert.ok(Math.abs(counted - effective) < 4 * spread, `${counted} ${effective}`)
    else assert.ok(1.4 * (effective + 4 * spread) > M, `${effective} of ${M}`)
  }
})
