import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SimulationError } from '../../src/error.ts'
import { vectorMemory } from '../../src/math/vector-loop.ts'
import { integrate, integrateSteps } from '../../src/solve/bdf.ts'
import { bdfEntries } from '../../src/solve/bdf-loops.ts'
import { denseDae } from '../../src/solve/dense-dae.ts'
import { newStatistics } from '../../src/solve/newton.ts'
import { closedNetwork, linearPair, robertson, vanDerPol } from './problems.ts'

const zeros = (n: number) => new Float64Array(n)

describe('order', () => {
  // Steps grow from 2⁻¹⁴ of the largest, so that the low orders of the start leave an error far below the rest.
  const error = (order: number, h: number): number => {
    const y = Float64Array.of(0, 1)
    const o = { start: 0, end: 4, rtol: 0.1, maxStep: h, firstStep: h * 2 ** -14, maxOrder: order }
    integrate(linearPair(), { ...o, y, yp: Float64Array.of(1, 2) })
    return Math.hypot(y[0] - Math.sin(4), y[1] - 2 * Math.sin(4) - Math.cos(4))
  }
  for (const order of [1, 2, 3, 4, 5]) {
    it(`BDF ${order} converges with slope ${order} ± 0.2 in both unknowns of an index-1 pair`, () => {
      const slope = Math.log2(error(order, 0.02) / error(order, 0.01))
      assert.ok(Math.abs(slope - order) < 0.2, `slope ${slope.toFixed(3)}`)
    })
  }

  it('dense output is as good as the steps, in the algebraic unknown too', () => {
    const y = Float64Array.of(0, 1)
    const at = zeros(2)
    const slopes = zeros(2)
    let ends = 0
    let inside = 0
    let slope = 0
    for (const step of integrateSteps(linearPair(), { y, yp: Float64Array.of(1, 2), start: 0, end: 4, rtol: 1e-6 })) {
      ends = Math.max(ends, Math.abs(step.y[1] - 2 * Math.sin(step.t) - Math.cos(step.t)))
      for (const part of [0.25, 0.5, 0.75]) {
        const t = step.t - part * step.h
        step.interpolate(t, at, slopes)
        inside = Math.max(inside, Math.abs(at[1] - 2 * Math.sin(t) - Math.cos(t)))
        slope = Math.max(slope, Math.abs(slopes[1] - 2 * Math.cos(t) + Math.sin(t)))
      }
    }
    // The error test bounds the interpolant by the same tolerance as the step.
    assert.ok(inside < 2 * ends + 1e-6, `inside ${inside}, at the ends ${ends}`)
    // A derivative loses one order: ~ √tolerance is safe at every order ≥ 1.
    assert.ok(slope < 1e-3, `slope ${slope}`)
  })
})

describe('accuracy and work', () => {
  // Reference at 1e11 s: Test set for IVP solvers (Mazzia & Magherini 2008), problem ROBER.
  const reference = [0.2083340149701255e-7, 0.8333360770334713e-13, 0.999999979166505]
  const solve = (rtol: number) => {
    const y = Float64Array.of(1, 0, 0)
    const statistics = newStatistics()
    integrate(robertson(), { y, yp: Float64Array.of(-0.04, 0.04, 0), start: 0, end: 1e11, rtol, statistics })
    return { error: Math.abs(y[0] / reference[0] - 1), statistics }
  }
  it("error ∝ rtol on Robertson's reactions as a DAE over 15 decades of time", () => {
    const tolerances = [1e-5, 1e-6, 1e-7, 1e-8]
    const runs = tolerances.map(solve)
    runs.forEach((run, i) => {
      // 500: the errors of ~ 1000 steps add up with either sign, each within rtol.
      assert.ok(run.error < 500 * tolerances[i], `rtol ${tolerances[i]}: ${run.error}`)
    })
    // An error may happen to cross zero at one tolerance: the worst of three near each other counts.
    const worst = (i: number): number => Math.max(runs[i].error, ...[0.5, 2].map(f => solve(f * tolerances[i]).error))
    const slope = Math.log10(worst(0) / worst(3)) / 3
    // Per-step control gives k/(k+1) … 1; luck in the sign of errors adds ± 0.3.
    assert.ok(slope > 0.6 && slope < 1.5, `slope ${slope}`)
    const { steps, newtonIterations, jacobians, factorisations } = runs[1].statistics
    // What the method is known to need here: about 60 steps a decade of time, little more than an iteration each.
    assert.ok(steps < 1300, `${steps} steps`)
    assert.ok(newtonIterations < 1.3 * steps, `${newtonIterations} iterations in ${steps} steps`)
    assert.ok(jacobians < steps / 10 && factorisations < steps / 5, `${jacobians} Jacobians, ${factorisations} factors`)
  })

  it("Van der Pol's oscillator, ε = 1e-6, through its jumps", () => {
    const y = Float64Array.of(2, 0)
    integrate(vanDerPol(1e-6), { y, yp: Float64Array.of(0, -2e6), start: 0, end: 2, rtol: 1e-8 })
    // Same test set, problem VDPOL. 200 rtol: the phase error of each jump is carried on.
    assert.ok(Math.abs(y[0] - 0.1706167732170483e1) < 200e-8, `${y[0]}`)
    assert.ok(Math.abs(y[1] + 0.8928097010247975) < 200e-8, `${y[1]}`)
  })

  it('maxStep, maxOrder and the end are kept', () => {
    const y = Float64Array.of(0, 1)
    const o = { y, yp: Float64Array.of(1, 2), start: 0, end: 1 / 3, rtol: 1e-3, maxStep: 0.01, maxOrder: 2 }
    let t = 0
    for (const step of integrateSteps(linearPair(), o)) {
      assert.ok(step.order <= 2 && step.h <= 0.01 * 1.01 && Math.abs(step.t - step.h - t) < 1e-15)
      t = step.t
    }
    assert.equal(t, 1 / 3)
  })

  it('nothing is evaluated beyond the end, where the model may have a kink', () => {
    let latest = 0
    const dae = denseDae({
      size: 1,
      residual(t, y, yp, out) {
        latest = Math.max(latest, t)
        out[0] = yp[0] + y[0]
        return true
      },
    })
    integrate(dae, { y: Float64Array.of(1), yp: Float64Array.of(-1), start: 0, end: 2.2, rtol: 1e-4 })
    assert.equal(latest, 2.2)
  })
})

describe('invariants', () => {
  it('a closed network keeps its sum to round-off at a loose tolerance', () => {
    const y = Float64Array.of(1, 0, 0)
    const at = zeros(3)
    let worst = 0
    for (const step of integrateSteps(closedNetwork(), {
      y,
      yp: Float64Array.of(-0.04, 0.04, 0),
      start: 0,
      end: 1e4,
      rtol: 1e-3,
    })) {
      step.interpolate(step.t - 0.4 * step.h, at)
      worst = Math.max(worst, Math.abs(y[0] + y[1] + y[2] - 1), Math.abs(at[0] + at[1] + at[2] - 1))
    }
    // ~ 100 steps of ~ 10 roundings each: 1e3 · 1e-16.
    assert.ok(worst < 1e-13, `${worst}`)
    // Guard against 0 = 0: something has reacted.
    assert.ok(y[2] > 0.5)
  })
})

describe('events', () => {
  // y = sin t, crosses ½ at π/6 on its way up and zero at π.
  const sine = () =>
    denseDae({
      size: 2,
      residual(_, y, yp, out) {
        out[0] = yp[0] - y[1]
        out[1] = yp[1] + y[0]
        return true
      },
    })
  const run = (events: { label: string; value: (t: number, y: Float64Array) => number }[], end = 10) => {
    const y = Float64Array.of(0, 1)
    const yp = Float64Array.of(1, 0)
    return { ...integrate(sine(), { y, yp, start: 0, end, rtol: 1e-9, events }), y, yp }
  }

  it('the root of the dense output, with the state there', () => {
    const end = run([{ label: 'half', value: (_, y) => y[0] - 0.5 }])
    assert.equal(end.reason, 'event')
    // Global error of the integration ~ 100 rtol over the slope ½√3.
    assert.ok(Math.abs(end.t - Math.PI / 6) < 1e-7, `${end.t - Math.PI / 6}`)
    // Of the root itself: 1e-12 relative.
    assert.ok(end.y[0] >= 0.5 && end.y[0] - 0.5 < 1e-12, `${end.y[0] - 0.5}`)
    assert.ok(Math.abs(end.yp[0] - Math.cos(Math.PI / 6)) < 1e-6)
  })

  it('a state that runs past its event within round-off of the time is stopped there all the same', () => {
    // ẏ = 1e9 from t = 1e4 on: y passes ½ after 5e-10 s, of which a time of hours knows 2e-12, 2e-3 of y.
    const dae = denseDae({
      size: 1,
      residual(_, y, yp, out) {
        out[0] = yp[0] - 1e9 + 0 * y[0]
        return true
      },
    })
    const y = Float64Array.of(0)
    const yp = Float64Array.of(1e9)
    const events = [{ label: 'half', value: (_: number, at: Float64Array) => at[0] - 0.5 }]
    const end = integrate(dae, { y, yp, start: 1e4, end: 1e4 + 1, rtol: 1e-6, firstStep: 1e-8, events })
    assert.equal(end.reason, 'event')
    // To 1e-13 of the step, in which y changes by at most a few hundred.
    assert.ok(y[0] >= 0.5 && y[0] - 0.5 < 1e-10, `${y[0] - 0.5}`)
  })

  it('an event zero at the start waits for the next crossing', () => {
    const end = run([{ label: 'zero', value: (_, y) => y[0] }])
    assert.ok(Math.abs(end.t - Math.PI) < 1e-7, `${end.t}`)
  })

  it('the earliest of several in one step ends the integration', () => {
    const times = [0.5 + 3e-4, 0.5 + 1e-4, 0.5 + 2e-4]
    const end = run(times.map((time, i) => ({ label: `clock ${i}`, value: (t: number) => time - t })))
    assert.equal(end.event, 1)
    assert.ok(Math.abs(end.t - times[1]) < 1e-12)
  })

  it('none: the end of time', () => {
    assert.deepEqual(
      { ...run([{ label: 'never', value: () => 1 }], 1), y: 0, yp: 0 },
      { reason: 'end', t: 1, event: -1, y: 0, yp: 0 },
    )
  })

  it('one that is not a number is refused by name', () => {
    assert.throws(() => run([{ label: 'broken', value: t => (t > 0 ? Number.NaN : 1) }]), /broken/)
  })
})

describe('trouble', () => {
  it('a residual that refuses or overflows shortens the step and the answer stays right', () => {
    // ẏ = −√y, y = (1 − t/2)²: the square root does not exist beyond y = 0.
    for (const refusal of [() => false, (out: Float64Array) => !!out.fill(Number.NaN)]) {
      let refused = 0
      const dae = denseDae({
        size: 1,
        scale: [1e-3],
        residual(_, y, yp, out) {
          if (y[0] < 0) {
            refused++
            return refusal(out)
          }
          out[0] = yp[0] + Math.sqrt(y[0])
          return true
        },
      })
      const y = Float64Array.of(1)
      integrate(dae, { y, yp: Float64Array.of(-1), start: 0, end: 1.99, rtol: 1e-5, firstStep: 0.5 })
      assert.ok(Math.abs(y[0] - 0.005 ** 2) < 1e-6, `${y[0]}`)
      assert.ok(refused >= 0)
    }
  })

  it('a predictor beyond the range begins from the last state instead, and no accepted state lies outside', () => {
    // A front: c falls e-fold in a quarter of a second to 1e-9, where extrapolation is negative; the law needs ln c.
    const dae = denseDae({
      size: 2,
      differential: [1, 0],
      residual(_, y, yp, out) {
        if (y[0] <= 0) return false
        out[0] = yp[0] + 4 * (y[0] - 1e-9)
        out[1] = y[1] - Math.log(y[0])
        return true
      },
      inside: y => y[0] > 0,
    })
    const y = Float64Array.of(1, 0)
    const statistics = newStatistics()
    const o = { y, yp: Float64Array.of(-4, -4), start: 0, end: 100, rtol: 1e-4, statistics }
    for (const step of integrateSteps(dae, o)) assert.ok(step.y[0] > 0)
    assert.ok(Math.abs(y[0] - 1e-9) < 1e-12 && Math.abs(y[1] - Math.log(1e-9)) < 1e-3, `${y}`)
    // Twenty e-folds of c, each known to 1e-3 in ln c: ~ 20 steps an e-fold at order 3, far from the edge or at it.
    assert.ok(statistics.steps < 500, `${statistics.steps} steps`)
  })

  it('a solution that ends: time, step size and the named unknown; the last state is left', () => {
    // ẏ = y², y = 1/(1 − t); z follows it.
    const dae = denseDae({
      size: 2,
      differential: [1, 0],
      residual(_, y, yp, out) {
        if (y[0] > 1e3) return false
        out[0] = yp[0] - y[0] * y[0]
        out[1] = y[1] - 1e3
        return true
      },
      inside: y => y[0] <= 1e3,
      name: i => ['tank[inlet, 3]', 'pipe'][i],
    })
    const y = Float64Array.of(1, 1e3)
    assert.throws(
      () => integrate(dae, { y, yp: Float64Array.of(1, 0), start: 0, end: 2, rtol: 1e-6 }),
      (error: unknown) => {
        assert.ok(error instanceof SimulationError)
        assert.equal(error.code, 'method')
        assert.match(error.message, /^integrate: step size fell below .* s at t = 0\.99\d* s; /)
        return true
      },
    )
    // The state kept is the history rebuilt: equal to the accepted one but for round-off.
    assert.ok(y[0] > 900 && y[0] <= 1e3 * (1 + 1e-9), `${y[0]}`)
  })

  it('an algebraic unknown that is off by more than the tolerance is solved again, not shrunk after', () => {
    // The constraint is steep: an error of 1e-3 tolerances in y0 is 10 tolerances in y1, whatever the step.
    const dae = denseDae({
      size: 2,
      differential: [1, 0],
      residual(_, y, yp, out) {
        out[0] = yp[0] + y[0]
        out[1] = y[1] - 1e4 * y[0] + 5
        return true
      },
    })
    const y = Float64Array.of(1, 1e4 - 8)
    const statistics = newStatistics()
    integrate(dae, { y, yp: Float64Array.of(-1, 0), start: 0, end: 1, rtol: 1e-6, statistics })
    // 100 rtol, in units of each unknown.
    assert.ok(Math.abs(y[0] - Math.exp(-1)) < 1e-4 && Math.abs(y[1] - 1e4 * y[0] + 5) < 1, `${y}`)
    assert.ok(statistics.rejected < 10, `${statistics.rejected} rejected`)
  })

  it('an equation that jumps names the unknown which cannot follow', () => {
    const dae = denseDae({
      size: 2,
      differential: [1, 0],
      residual(t, y, yp, out) {
        out[0] = yp[0] + y[0]
        out[1] = y[1] - (t < 1 ? 0 : 5)
        return true
      },
      name: i => ['slow', 'phiE[separator, 14]'][i],
    })
    assert.throws(
      () => integrate(dae, { y: Float64Array.of(1, 0), yp: Float64Array.of(-1, 0), start: 0, end: 2, rtol: 1e-6 }),
      /at t = (1|0\.9999\d*) s; largest residual in phiE\[separator, 14\] \(\d/,
    )
  })

  it('a residual that is not a number is named, and singular equations are called that', () => {
    const broken = (out1: (t: number, y: Float64Array) => number) =>
      denseDae({
        size: 2,
        differential: [1, 0],
        residual(t, y, yp, out) {
          out[0] = yp[0] + y[0]
          out[1] = out1(t, y)
          return true
        },
        name: i => ['slow', 'fast[7]'][i],
      })
    const start = () => ({ y: Float64Array.of(1, 0), yp: Float64Array.of(-1, 0), start: 0, end: 2, rtol: 1e-6 })
    const nan = broken((t, y) => (t > 1 ? Number.NaN : y[1]))
    assert.throws(
      () => integrate(nan, start()),
      /at t = (1|0\.9999\d*) s; largest residual in fast\[7\] \(not finite\)/,
    )
    assert.throws(
      () =>
        integrate(
          broken(() => 0),
          start(),
        ),
      /singular/,
    )
  })

  it('wrong arguments are refused with the value seen', () => {
    const good = { y: Float64Array.of(0, 1), yp: Float64Array.of(1, 2), start: 0, end: 1, rtol: 1e-6 }
    assert.throws(() => integrate(linearPair(), { ...good, y: zeros(3) }), /2 entries/)
    assert.throws(() => integrate(linearPair(), { ...good, rtol: 0 }), /rtol .* got 0/)
    assert.throws(() => integrate(linearPair(), { ...good, end: -1 }), /-1/)
    assert.throws(() => integrate(linearPair(), { ...good, maxOrder: 6 }), /got 6/)
    assert.throws(() => integrate(linearPair(), { ...good, y: Float64Array.of(0, Number.NaN) }), /y\[1\]/)
    assert.throws(() => integrate(linearPair(), { ...good, maxSteps: 3 }), /3 steps/)
  })
})

describe('a model with a memory for the vectors', () => {
  const end = (dae: ReturnType<typeof linearPair>): number => {
    const y = Float64Array.of(0, 1)
    integrate(dae, { y, yp: Float64Array.of(1, 2), start: 0, end: 4, rtol: 1e-6 })
    return y[0]
  }

  it('is solved the same, again and again', () => {
    const dae = { ...linearPair(), memory: vectorMemory(bdfEntries(2)) }
    const expected = end(linearPair())
    for (let run = 0; run < 3; run++) assert.equal(end(dae), expected)
  })

  it('one integration that was left standing does not stand in the way of the next, nor the other way round', () => {
    const dae = { ...linearPair(), memory: vectorMemory(bdfEntries(2)) }
    const y = Float64Array.of(0, 1)
    const left = integrateSteps(dae, { y, yp: Float64Array.of(1, 2), start: 0, end: 4, rtol: 1e-6 })
    left.next()
    const before = [...y]
    assert.equal(end(dae), end(linearPair()))
    assert.deepEqual([...y], before)
    let steps = 0
    for (const _ of left) steps++
    assert.ok(steps > 10)
    // rtol a step, over some hundred steps of a stable equation.
    assert.ok(Math.abs(y[0] - Math.sin(4)) < 1e-4, `${y[0] - Math.sin(4)}`)
  })
})

describe('towards a singular time', () => {
  // ẋ = −1, y = ln x: each step has to be shorter than the last by the same factor, over nine decades of time left. Without
  // a look at that trend every step is tried once in vain (as many rejected as taken).
  it('steps shrink before they fail', () => {
    const dae = denseDae({
      size: 2,
      differential: [1, 0],
      residual(_, y, yp, out) {
        if (!(y[0] > 0)) return false
        out[0] = yp[0] + 1
        out[1] = y[1] - Math.log(y[0])
        return true
      },
    })
    const statistics = newStatistics()
    const depth = 20
    const end = integrate(dae, {
      y: Float64Array.of(1, 0),
      yp: Float64Array.of(-1, -1),
      start: 0,
      end: 2,
      rtol: 1e-4,
      statistics,
      events: [{ label: 'deep', value: (_, y) => y[1] + depth }],
    })
    console.log(`# ${statistics.steps} steps, ${statistics.rejected} rejected`)
    assert.equal(end.reason, 'event')
    // y is good to 1e-4 (1 + 20): so is the relative time left.
    assert.ok(Math.abs((1 - end.t) / Math.exp(-depth) - 1) < 1e-2, `${(1 - end.t) / Math.exp(-depth) - 1}`)
    assert.ok(statistics.rejected < statistics.steps / 4, `${statistics.rejected} of ${statistics.steps}`)
  })
})
