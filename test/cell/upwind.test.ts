/** Fluxes of several ions where the potential changes by many RT/F from point to point: no pore gives what it has not. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { electrolyteFlux } from '../../src/cell/electrolyte-flux.ts'
import { pointsOf } from '../../src/cell/points.ts'
import { upwinding } from '../../src/cell/upwind.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { F, R } from '../../src/units.ts'

const T = 298.15
const cell = beaker()
const points = pointsOf(cell, { points: 2, shells: 2 })
const stride = 4
const flux = electrolyteFlux(cell.electrolyte, points, 0, stride)
const faces = points.count - 1
/** Fields (Li, Mg, φ_e) of all points; Δ stays 0. */
const state = (of: (p: number) => readonly [number, number, number]): Float64Array => {
  const y = new Float64Array(stride * points.count)
  for (let p = 0; p < points.count; p++) y.set(of(p), stride * p)
  return y
}

describe('migration over a steep potential', () => {
  it('takes nothing out of an empty pore, whichever way the potential falls and wherever the face lies', () => {
    for (const volts of [-2, -0.2, -0.03, 0.03, 0.2, 2])
      for (let empty = 0; empty < points.count; empty++) {
        flux.evaluate(
          state(p => [p === empty ? 0 : 300, p === empty ? 0 : 500, volts * p]),
          T,
        )
        for (const k of [0, 1]) {
          const into = (empty > 0 ? flux.N[(empty - 1) * 3 + k] : 0) - (empty < faces ? flux.N[empty * 3 + k] : 0)
          // Coefficients are those of 1e-6 mol/m³ at least: 1e-8 of what is beside it.
          assert.ok(into > -1e-7 * Math.abs(flux.N[k]), `${volts} V, point ${empty}, species ${k}: ${into}`)
        }
      }
  })

  it('is centred where the potential changes by less than half RT/zF over a face', () => {
    const dphi = (0.4 * R * T) / (2 * F)
    const y = state(p => [300 + p, 500 - 3 * p, dphi * p])
    flux.evaluate(y, T)
    const onsager = new Float64Array(9)
    for (let f = 0; f < faces; f++) {
      // N = −g (D Δc + s Δφ) with 𝓛 of the mean; the conductance of a face gives g.
      const w = points.resistanceAfter[f] / (points.resistanceAfter[f] + points.resistanceBefore[f + 1])
      const g = 1 / (points.resistanceAfter[f] + points.resistanceBefore[f + 1])
      const c = Float64Array.of(300 + f + w, 500 - 3 * (f + w), 0)
      c[2] = c[0] + 2 * c[1]
      cell.electrolyte.onsager(c, T, onsager)
      const [li, mg] = [0, 1].map(k => {
        const z = k + 1
        const L = onsager[4 * k]
        return -g * ((L * R * T * (k === 0 ? 1 : -3)) / c[k] + L * z * F * dphi)
      })
      // Round-off of a sum of two terms.
      assert.ok(Math.abs(flux.N[3 * f] - li) < 1e-12 * Math.abs(li))
      assert.ok(Math.abs(flux.N[3 * f + 1] - mg) < 1e-12 * Math.abs(mg))
    }
    assert.equal(upwinding(0.5, 0.5), 1)
    assert.equal(upwinding(-1, 0.5), 1)
    for (const a of [-20, -4, 4, 20])
      for (const w of [0.1, 0.5, 0.9]) assert.ok(upwinding(a, w) >= (a > 0 ? a * (1 - w) : -a * w) * (1 - 1e-15))
  })

  it('has the Jacobian of its fluxes, in empty pores too', () => {
    const y = state(p => [p === 2 ? 1e-5 : 300 * (p + 1), p === 2 ? 2e-5 : p === 3 ? 1e-7 : 200, 0.06 * p * p])
    flux.evaluate(y, T)
    flux.linearise(y, T)
    const before = flux.before.slice()
    const after = flux.after.slice()
    const largest = [flux.N, flux.current].map(v => Math.max(...v.map(Math.abs)))
    const up = { N: new Float64Array(3 * faces), i: new Float64Array(faces) }
    for (let p = 0; p < points.count; p++)
      for (let m = 0; m < 3; m++) {
        const at = p * stride + m
        const h = m === 2 ? 1e-6 : 1e-6 * Math.max(y[at], 1e-3)
        const value = y[at]
        y[at] = value + h
        flux.evaluate(y, T)
        up.N.set(flux.N)
        up.i.set(flux.current)
        y[at] = value - h
        flux.evaluate(y, T)
        y[at] = value
        for (const [f, slopes] of [
          [p, before],
          [p - 1, after],
        ] as const) {
          if (f < 0 || f >= faces) continue
          for (let row = 0; row < 3; row++) {
            const [a, b] = row < 2 ? [up.N[3 * f + row], flux.N[3 * f + row]] : [up.i[f], flux.current[f]]
            const slope = slopes[f * 9 + row * 3 + m]
            // Differences of fluxes: the square of h, and round-off of the largest, whose parts cancel in others.
            const allowed = 1e-5 * Math.abs(slope) + (1e-15 * largest[row < 2 ? 0 : 1]) / h
            assert.ok(Math.abs((a - b) / (2 * h) - slope) < allowed, `face ${f}, row ${row}, field ${m}: ${slope}`)
          }
        }
      }
  })
})
