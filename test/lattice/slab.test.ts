import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slab, slabSteps } from '../../src/lattice/slab.ts'
import { masterEquation } from './master-equation.ts'
import { tinyLattice } from './tiny.ts'

const temperature = 300
const kT = 8.617333262e-5 * temperature

const rich = () =>
  tinyLattice({
    shape: 'square',
    rates: [1, 0.3],
    charges: [1, 2],
    Ekra: 0.3,
    follow: [
      [0, 1, 2],
      [0, 0, 1],
    ],
    together: [[0, 1, 1]],
    pair: [0.02, -0.03, -0.03, 0.05],
    surroundings: [0.01, -0.02],
    meanField: [{ label: 'strain', weights: Float64Array.of(1, 2), coefficients: Float64Array.of(0, 0.02, 0.05) }],
    byAmount: [0.02, -0.05],
  })

test('a tiny slab at a held potential fills its layers as the exact master equation says', () => {
  const lattice = rich()
  const potential = -0.02
  const mu = [-potential + 0.01, -2 * potential]
  const kernel = Float64Array.of(2 / 3, 1 / 3, 0, 1 / 3, 1 / 3, 1 / 3, 0, 1 / 3, 2 / 3)
  const master = masterEquation(lattice, {
    repeats: [2, 3, 1],
    temperature,
    periodic: [true, false, true],
    window: { axis: 1, kernel },
    mu,
  })
  const exact = [0, 1].map(i =>
    [0, 1, 2].map(
      l =>
        master.states.reduce(
          (sum, s, k) => sum + master.boltzmann[k] * [l, l + 3].filter(site => s[site] === i + 1).length,
          0,
        ) / 2,
    ),
  )
  const r = slab(lattice, {
    size: [2, 3, 1],
    axis: 1,
    window: 3,
    temperature,
    reservoir: { standard: { A: 0.01 }, exchangeRate: { A: 3, B: 1 } },
    stages: [{ control: { potential }, until: { time: 2e5 } }],
    seed: 1,
    images: 'count',
    rows: 101,
  })
  console.log(exact, r.events, r.stages[0], r.families)
  const rows = r.columns.time.length
  for (const i of [0, 1])
    for (const l of [0, 1, 2]) {
      const v = [...Array(rows - 1).keys()].map(k => r.profiles[((k + 1) * 2 + i) * 3 + l])
      const mean = v.reduce((a, b) => a + b, 0) / v.length
      const se = Math.sqrt(v.reduce((a, b) => a + (b - mean) ** 2, 0) / v.length / (v.length - 1))
      console.log(i, l, mean, exact[i][l], (mean - exact[i][l]) / se, se)
    }
})
