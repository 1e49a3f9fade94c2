/** One particle by itself, as a differential-algebraic system: any kernel, a flux or a content imposed at its surface. */
import type { Particles } from '../../src/cell/particle.ts'
import { integrateSteps } from '../../src/solve/bdf.ts'
import { consistentInitial } from '../../src/solve/consistent.ts'
import type { Dae } from '../../src/solve/dae.ts'
import { dense } from './dense.ts'

export type OneParticle = Dae & { readonly particles: Particles; readonly n: number }

/**
 * @param o.flux     outward A·G at the surface by carrier [m/s], G = V_m J
 * @param o.content  instead: surface contents held, [n]
 */
export const oneParticle = (
  particles: Particles,
  o: { readonly flux?: readonly number[]; readonly content?: readonly number[]; readonly temperature?: number },
): OneParticle => {
  const T = o.temperature ?? 298.15
  const { size, width } = particles
  const n = particles.reaction.length
  const at = size - width
  const schur = new Float64Array(width * width)
  let inverse = dense(schur, width)
  return {
    particles,
    n,
    size,
    differential: o.content ? particles.differential.map((d, i) => (i < at ? d : 0)) : particles.differential,
    scale: new Float64Array(size).fill(1),
    residual(_t, y, yp, out) {
      if (!particles.residual(y, yp, 0, T, out)) return false
      for (let i = 0; i < n; i++)
        if (o.content) out[at + i] = y[at + i] - o.content[i]
        else out[at + i] -= o.flux?.[i] ?? 0
      return true
    },
    inside: (y, leading) => leading === undefined || !particles.outruns?.(y, 0, T, leading),
    jacobian: (_t, y) => particles.jacobian(y, 0, T),
    factor(alpha) {
      if (!particles.factor(alpha, schur)) return false
      if (o.content) for (let i = 0; i < n; i++) for (let j = 0; j < width; j++) schur[i * width + j] = i === j ? 1 : 0
      inverse = dense(schur, width)
      return true
    },
    solve(rhs) {
      const held = o.content ? rhs.slice(at, at + n) : undefined
      particles.reduce(rhs, 0)
      if (held) rhs.set(held, at)
      rhs.set(inverse(rhs.subarray(at)), at)
      particles.expand(rhs, 0)
    },
    name: i => `u[${i}]`,
  }
}

export type Trace = {
  readonly y: Float64Array
  /** Accepted steps: time, and what `observe` returned. */
  readonly rows: readonly (readonly [time: number, value: number])[]
}

/** Integrates from a state; `observe` is called on every accepted one. */
export const follow = (
  dae: OneParticle,
  start: Float64Array,
  end: number,
  o: { readonly rtol?: number; readonly observe?: (y: Float64Array) => number } = {},
): Trace => {
  const y = start.slice()
  const yp = new Float64Array(dae.size)
  consistentInitial(dae, 0, y, yp)
  const rows: [number, number][] = [[0, o.observe?.(y) ?? 0]]
  for (const step of integrateSteps(dae, { y, yp, start: 0, end, rtol: o.rtol ?? 1e-7 }))
    rows.push([step.t, o.observe?.(step.y) ?? 0])
  return { y, rows }
}

/** Uniform contents as a state. */
export const uniform = (dae: OneParticle, x: readonly number[]): Float64Array => {
  const y = new Float64Array(dae.size)
  dae.particles.fill(y, 0, x, 298.15)
  return y
}

/** Largest |J⁻¹ ∂F/∂y_j − e_j| over all columns j, in units of the unknowns' sizes. */
export const solveError = (dae: OneParticle, y: Float64Array, alpha: number, step: (i: number) => number): number => {
  const { size } = dae
  const yp = new Float64Array(size)
  dae.jacobian(0, y, yp)
  dae.factor(alpha)
  const up = new Float64Array(size)
  const down = new Float64Array(size)
  let worst = 0
  for (let j = 0; j < size; j++) {
    const h = step(j)
    const moved = (sign: number, out: Float64Array): void => {
      y[j] += sign * h
      yp[j] += sign * alpha * h
      dae.residual(0, y, yp, out)
      y[j] -= sign * h
      yp[j] -= sign * alpha * h
    }
    moved(1, up)
    moved(-1, down)
    const column = up.map((v, i) => (v - down[i]) / (2 * h))
    dae.solve(column)
    for (let i = 0; i < size; i++) worst = Math.max(worst, (Math.abs(column[i] - (i === j ? 1 : 0)) * h) / step(i))
  }
  return worst
}
