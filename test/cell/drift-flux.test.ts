/** Ions that drift alone have a flux of their own: where no face leans it is that of any electrolyte, and its slopes are its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { electrolyteFlux } from '../../src/cell/electrolyte-flux.ts'
import { pointsOf } from '../../src/cell/points.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'

const T = 310
const cell = beaker()
const points = pointsOf(cell, { points: 4, shells: 2 })
const stride = 4
const base = 3
const faces = points.count - 1
const { constantDiffusivity: _, ...anyElectrolyte } = cell.electrolyte
const drift = electrolyteFlux(cell.electrolyte, points, base, stride)
const general = electrolyteFlux(anyElectrolyte, points, base, stride)

/** Li, Mg [mol/m³], φ_e [V]. */
const state = (volts: number, least = 100): Float64Array => {
  const y = new Float64Array(base + stride * points.count)
  for (let p = 0; p < points.count; p++)
    y.set(
      [least + 250 * (1 + Math.sin(1.3 * p)), least + 200 * (1 + Math.cos(2.1 * p)), volts * Math.sin(p)],
      base + stride * p,
    )
  return y
}
const worst = (a: Float64Array, b: Float64Array): number => {
  const size = Math.max(...a.map(Math.abs))
  return Math.max(...a.map((v, k) => Math.abs(v - b[k]))) / size
}

/** Of the entries at a place of the blocks of all faces. */
const largest = (blocks: Float64Array, place: number): number =>
  Math.max(...blocks.filter((_, k) => k % 9 === place).map(Math.abs))

test('where the potential changes by less than RT/2zF it is the flux of any electrolyte', () => {
  const y = state(0.004)
  for (const flux of [drift, general]) assert.ok(flux.evaluate(y, T))
  for (const key of ['N', 'current', 'conductance'] as const)
    assert.ok(worst(drift[key], general[key]) < 1e-13, `${key}: ${worst(drift[key], general[key])}`)
  for (const flux of [drift, general]) assert.ok(flux.linearise(y, T))
  // The general slopes are differences of relative step 1e-6: round-off of 1e-10.
  for (const key of ['before', 'after'] as const)
    assert.ok(worst(drift[key], general[key]) < 1e-8, `${key}: ${worst(drift[key], general[key])}`)
})

test('its slopes are those of its fluxes, over steep potentials and in emptied pores too', () => {
  for (const [volts, least] of [
    [0.3, 100],
    [0.06, 100],
    [0.3, 0],
  ]) {
    const y = state(volts, least)
    // A pore emptied of all ions, beside one that is not.
    if (least === 0) y.fill(0, base + stride * 2, base + stride * 2 + 2)
    assert.ok(drift.linearise(y, T))
    const slopes = { before: drift.before.slice(), after: drift.after.slice() }
    for (let p = 0; p < points.count; p++)
      for (let m = 0; m < 3; m++) {
        const at = base + stride * p + m
        const value = y[at]
        // Emptied pores have a kink at zero: from there on upwards. Truncation and round-off are below 1e-5 of the slope.
        const h = m === 2 ? 1e-7 : least === 0 && p === 2 ? 1e-7 : 1e-4
        const rows = [least === 0 && p === 2 && m < 2 ? 0 : -h, h].map(step => {
          y[at] = value + step
          drift.evaluate(y, T)
          y[at] = value
          return { N: drift.N.slice(), current: drift.current.slice(), step }
        })
        const [down, up] = rows
        for (const [key, f] of [
          ['after', p - 1],
          ['before', p],
        ] as const) {
          if (f < 0 || f >= faces) continue
          for (let k = 0; k < 3; k++) {
            const of = (row: typeof up): number => (k < 2 ? row.N[3 * f + k] : row.current[f])
            const expected = (of(up) - of(down)) / (up.step - down.step)
            const found = slopes[key][9 * f + 3 * k + m]
            const size = Math.abs(expected) + 1e-4 * largest(slopes[key], 3 * k + m)
            assert.ok(
              Math.abs(found - expected) <= 1e-4 * size,
              `${volts} V, point ${p}, ${key} ${k} by ${m}: ${found}, ${expected}`,
            )
          }
        }
      }
  }
})
