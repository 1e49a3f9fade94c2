import type { Cell, Mesh } from '../../src/cell/cell.ts'
import type { Control, Model } from '../../src/cell/model.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { integrateSteps } from '../../src/solve/bdf.ts'
import { consistentInitial } from '../../src/solve/consistent.ts'

/** A run of one control, from rest or from a given state, sampled at given times. */
export type Run = {
  readonly model: Model
  readonly y: Float64Array
  readonly yp: Float64Array
  /** Voltage at the sample times. */
  readonly voltage: readonly number[]
  readonly samples: readonly Float64Array[]
  /** ẏ there. */
  readonly slopes: readonly Float64Array[]
}

export const hold = (
  cell: Cell,
  o: {
    control: Control
    times: readonly number[]
    rtol?: number
    mesh?: Mesh
    model?: Model
    from?: Run
  },
): Run => {
  const model = o.from?.model ?? o.model ?? modelOf(cell, { mesh: o.mesh ?? { points: 8, shells: 10 } })
  const y = o.from ? o.from.y.slice() : new Float64Array(model.size)
  const yp = o.from ? o.from.yp.slice() : new Float64Array(model.size)
  if (!o.from) model.start(y, yp)
  model.drive(o.control, cell.ambientTemperature)
  consistentInitial(model, 0, y, yp)
  const voltage: number[] = []
  const samples: Float64Array[] = []
  const slopes: Float64Array[] = []
  const [at, slope] = [new Float64Array(model.size), new Float64Array(model.size)]
  let next = 0
  const sample = (state: Float64Array, rise: Float64Array, t: number): void => {
    voltage.push(model.at(t, state).voltage)
    samples.push(state.slice())
    slopes.push(rise.slice())
    next++
  }
  if (o.times[0] === 0) sample(y, yp, 0)
  for (const step of integrateSteps(model, { y, yp, start: 0, end: o.times[o.times.length - 1], rtol: o.rtol ?? 1e-5 }))
    while (next < o.times.length && o.times[next] <= step.t) {
      step.interpolate(o.times[next], at, slope)
      sample(at, slope, o.times[next])
    }
  return { model, y, yp, voltage, samples, slopes }
}

/** Largest |∂F·J⁻¹ − 1| in units of the unknowns' natural sizes: the structured solve against a difference Jacobian. */
export const jacobianError = (model: Model, y: Float64Array, yp: Float64Array, alpha: number): [number, string] => {
  const n = model.size
  model.jacobian(0, y, yp)
  model.factor(alpha)
  const up = new Float64Array(n)
  const down = new Float64Array(n)
  let worst = 0
  let where = ''
  for (let j = 0; j < n; j++) {
    const step = 1e-6 * Math.max(Math.abs(y[j]), 1e-3 * model.scale[j])
    const [y0, p0] = [y[j], yp[j]]
    y[j] = y0 + step
    yp[j] = p0 + alpha * step
    model.residual(0, y, yp, up)
    y[j] = y0 - step
    yp[j] = p0 - alpha * step
    model.residual(0, y, yp, down)
    y[j] = y0
    yp[j] = p0
    const column = up.map((v, i) => (v - down[i]) / (2 * step))
    model.solve(column)
    for (let i = 0; i < n; i++) {
      const error = (Math.abs(column[i] - (i === j ? 1 : 0)) * model.scale[j]) / model.scale[i]
      if (error > worst) {
        worst = error
        where = `${model.name(j)} → ${model.name(i)}`
      }
    }
  }
  return [worst, where]
}
