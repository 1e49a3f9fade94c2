import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make as graphite } from '../../src/hosts/graphite.ts'
import { make as mo6s8 } from '../../src/hosts/mo6s8.ts'
import type { HostMaterial } from '../../src/scales.ts'
import { R } from '../../src/units.ts'

const T = 298.15

/** Largest distance of the record's slopes of ln j0 from central differences, in units of the slopes' own size. */
const slopeError = (host: HostMaterial, x: Float64Array): number => {
  const { kinetics, thermodynamics } = host
  const n = x.length
  const byX = new Float64Array(n * n)
  const byMu = new Float64Array(n * n)
  const mu = thermodynamics.potential(x, T, new Float64Array(n))
  kinetics.slopes!(x, mu, T, byX, byMu)
  let worst = 0
  const compare = (at: Float64Array, step: number, slopes: Float64Array, size: number): void => {
    for (let l = 0; l < n; l++) {
      const value = at[l]
      at[l] = value + step
      const up = kinetics.exchangeCurrent(x, mu, T, new Float64Array(n))
      at[l] = value - step
      const down = kinetics.exchangeCurrent(x, mu, T, new Float64Array(n))
      at[l] = value
      for (let i = 0; i < n; i++)
        worst = Math.max(worst, Math.abs(Math.log(up[i] / down[i]) / (2 * step) - slopes[i * n + l]) / size)
    }
  }
  compare(x, 1e-6, byX, 1)
  compare(mu, 1e-5 * R * T, byMu, 1 / (R * T))
  return worst
}

// Step 1e-6: truncation 1e-12 × third derivative (≲ 1e3 here), round-off 1e-16/1e-6 of a logarithm of size 1.
test('slopes of ln j0 are those of j0', () => {
  for (const [host, x] of [
    [mo6s8({}), [0.3, 0.2]],
    [mo6s8({}), [1.7, 1.0]],
    [graphite(), [0.6]],
  ] as const) {
    const error = slopeError(host, Float64Array.from(x))
    console.log(`# ${host.name} ${x.join(', ')}: ${error.toExponential(1)}`)
    assert.ok(error < 1e-6, `${host.name}: ${error}`)
  }
})

// Ions leave a crowded surface by x_v A^(α_c + α_a): Li, of weight one, at a rate without x_v. Its slope is the difference of
// terms a billion times larger; a difference quotient leaves nothing of it.
test('the rate at which Li leaves does not know the last billionth of room', () => {
  const { kinetics, thermodynamics } = mo6s8({})
  const x = Float64Array.of(1.8, 1.1 - 1e-9)
  const mu = thermodynamics.potential(x, T, new Float64Array(2))
  const theta = thermodynamics.potentialJacobian(x, T, new Float64Array(4))
  const byX = new Float64Array(4)
  const byMu = new Float64Array(4)
  kinetics.slopes!(x, mu, T, byX, byMu)
  const alpha = kinetics.alphaAnodic[0]
  // ∂ ln(j0 exp(α_a μ/RT))/∂x_Li
  const slope = byX[0] + (byMu[0] + alpha / (R * T)) * theta[0] + byMu[1] * theta[2]
  console.log(`# slope ${slope}, of terms ${byX[0].toExponential(1)}`)
  // 1/x and the steps of the potential: of order ten. Round-off: 1e-16 × 5e8.
  assert.ok(Math.abs(slope) < 100, `${slope}`)
  assert.ok(Math.abs(byX[0]) > 1e8)
})
