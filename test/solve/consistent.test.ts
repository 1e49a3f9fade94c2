import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SimulationError } from '../../src/error.ts'
import { integrate } from '../../src/solve/bdf.ts'
import { consistentInitial } from '../../src/solve/consistent.ts'
import { denseDae } from '../../src/solve/dense-dae.ts'
import { newStatistics } from '../../src/solve/newton.ts'

/** A tank q discharged by the current I through a symmetric Butler–Volmer reaction: I = 2 sinh(η/0.05), q̇ = −I/size. */
const electrode = (current: number, size = 1 + Math.abs(current)) =>
  denseDae({
    size: 3,
    differential: [1, 0, 0],
    scale: [1, 0.1, Math.max(1, 1e-3 * Math.abs(current))],
    residual(_, y, yp, out) {
      out[0] = yp[0] + y[2] / size
      out[1] = 2 * Math.sinh(y[1] / 0.05) - y[2]
      out[2] = y[2] - current * (1 + y[0])
      return true
    },
    name: i => ['charge', 'overpotential', 'current'][i],
  })

describe('consistent initial values', () => {
  for (const current of [0, 1e-6, 1, 1e3, 1e10, -1e17]) {
    for (const guess of [0, 1, -1]) {
      it(`Butler–Volmer, current ${current}, first guess ${guess} V`, () => {
        const y = Float64Array.of(0.1, guess, 0)
        const yp = new Float64Array(3)
        const statistics = newStatistics()
        consistentInitial(electrode(current), 0, y, yp, { statistics })
        const exact = 0.05 * Math.asinh((1.1 * current) / 2)
        // rtol 1e-8 of |y| + scale; what is left after the last correction is smaller.
        assert.ok(Math.abs(y[1] - exact) < 1e-8 * (Math.abs(exact) + 0.1), `${y[1] - exact}`)
        assert.equal(y[0], 0.1)
        const slope = (-1.1 * current) / (1 + Math.abs(current))
        assert.ok(Math.abs(yp[0] - slope) <= 1e-6 * Math.abs(slope), `${yp[0]} ${slope}`)
        // A guess 1 V too high comes down by RT/F an iteration: 20 of them, not hundreds.
        assert.ok(statistics.jacobians < 40, `${statistics.jacobians} Jacobians`)
      })
    }
  }

  it('slopes of the algebraic unknowns too', () => {
    const y = Float64Array.of(0.1, 0, 0)
    const yp = new Float64Array(3)
    consistentInitial(electrode(100), 0, y, yp)
    const currentSlope = 100 * yp[0]
    const slope = (0.05 * currentSlope) / Math.hypot(2, 110)
    // Good to the contraction of the kept matrix, squared: 0.25².
    assert.ok(Math.abs(yp[1] / slope - 1) < 0.07, `${yp[1]} ${slope}`)
    assert.ok(Math.abs(yp[2] / currentSlope - 1) < 0.07)
  })

  it('a diode bridge in series with resistors: Kirchhoff holds at every node', () => {
    // Source 10 V — R — two diodes in series — ground, a capacitor across the lower one. I_s = 1e-14 A, V_T = 25 mV.
    const Is = 1e-14
    const VT = 0.025
    const diode = (v: number) => Is * Math.expm1(v / VT)
    const dae = denseDae({
      size: 3,
      differential: [1, 0, 0],
      scale: [1, 1, 1e-3],
      residual(_, y, yp, out) {
        const [capacitor, top, current] = y
        out[0] = 1e-6 * yp[0] - current + diode(capacitor)
        out[1] = current - diode(top - capacitor)
        out[2] = 1e3 * current - (10 - top)
        return true
      },
    })
    const y = Float64Array.of(0, 0, 0)
    const yp = new Float64Array(3)
    consistentInitial(dae, 0, y, yp)
    const forward = VT * Math.log(y[2] / Is + 1)
    assert.ok(Math.abs(y[1] - forward) < 1e-8 && Math.abs(1e3 * y[2] - 10 + y[1]) < 1e-7, `${y}`)
    assert.ok(Math.abs(yp[0] / (y[2] / 1e-6) - 1) < 1e-6)
    // And the integrator accepts it: to the steady state, where both diodes carry the same current.
    integrate(dae, { y, yp, start: 0, end: 1e-2, rtol: 1e-6 })
    assert.ok(Math.abs(y[1] - 2 * y[0]) < 1e-5, `${y}`)
  })

  it('a residual that refuses part of the range is met by damping', () => {
    const dae = denseDae({
      size: 2,
      differential: [1, 0],
      residual(_, y, yp, out) {
        if (y[1] <= 0) return false
        out[0] = yp[0] - 1
        out[1] = Math.log(y[1]) + 5
        return true
      },
    })
    const y = Float64Array.of(0, 10)
    consistentInitial(dae, 0, y, new Float64Array(2))
    assert.ok(Math.abs(y[1] - Math.exp(-5)) < 1e-8)
  })

  it('a y outside by a trace is repaired first', () => {
    const pair = denseDae({
      size: 2,
      differential: [1, 0],
      residual(_, y, yp, out) {
        if (y[0] < 0) return false
        out[0] = yp[0] + y[1]
        out[1] = y[1] - Math.sqrt(y[0])
        return true
      },
    })
    const repair = (y: Float64Array): boolean => {
      if (y[0] >= 0) return false
      y[0] = 1e-4
      return true
    }
    const y = Float64Array.of(-1e-9, 1)
    const yp = new Float64Array(2)
    consistentInitial({ ...pair, repair }, 0, y, yp)
    assert.equal(y[0], 1e-4)
    assert.ok(Math.abs(y[1] - 1e-2) < 1e-8 && Math.abs(yp[0] + 1e-2) < 1e-6)
  })

  it('no solution: the unknown is named and the guess is left as it was', () => {
    const dae = denseDae({
      size: 2,
      differential: [1, 0],
      residual(_, y, yp, out) {
        out[0] = yp[0]
        out[1] = y[1] * y[1] + 1
        return true
      },
      name: i => ['charge', 'phiS[cathode, 2]'][i],
    })
    const y = Float64Array.of(0, 3)
    assert.throws(
      () => consistentInitial(dae, 0, y, new Float64Array(2)),
      (error: unknown) => {
        assert.ok(error instanceof SimulationError)
        assert.match(error.message, /^consistentInitial: .* at t = 0 s; largest residual in phiS\[cathode, 2\]/)
        return true
      },
    )
    assert.equal(y[1], 3)
  })
})
