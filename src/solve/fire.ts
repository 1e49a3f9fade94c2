import { dot, type Stepper, shorten } from './stepper.ts'

/** Parameters of the method as published; times are in units of the first time step. Source: Bitzek2006 */
const usual = { patience: 5, grow: 1.1, shrink: 0.5, mixing: 0.1, mixingDecay: 0.99, longest: 10 } as const

/**
 * FIRE: molecular dynamics that is turned downhill, v ← (1 − α) v + α |v| F̂, with a time step that grows while F·v > 0;
 * where F·v ≤ 0 it stops and starts afresh. Slow and hard to mislead.
 *
 * @param size      n, length of the coordinates
 * @param timeStep  first time step, unit masses: a displacement is timeStep² F
 * @param maxStep   furthest that a group of coordinates moves in one step
 * @param group     coordinates that belong together (3: an atom)
 * Source: Bitzek2006
 */
export const fire = (o: {
  readonly size: number
  readonly timeStep: number
  readonly maxStep: number
  readonly group?: number
}): Stepper => {
  const { size, timeStep, maxStep, group = 3 } = o
  const v = new Float64Array(size)
  let dt = timeStep
  let alpha: number = usual.mixing
  let uphill = 0
  const rest = () => {
    v.fill(0)
    alpha = usual.mixing
    uphill = 0
  }
  return {
    step(_x, f, out) {
      const power = dot(f, v)
      if (power > 0) {
        const share = alpha * Math.sqrt(dot(v, v) / dot(f, f))
        for (let i = 0; i < size; i++) v[i] = (1 - alpha) * v[i] + share * f[i]
        if (++uphill > usual.patience) {
          dt = Math.min(dt * usual.grow, usual.longest * timeStep)
          alpha *= usual.mixingDecay
        }
      } else {
        if (power < 0) dt *= usual.shrink
        rest()
      }
      for (let i = 0; i < size; i++) {
        v[i] += dt * f[i]
        out[i] = dt * v[i]
      }
      shorten(out, group, maxStep)
    },
    reset: () => {
      rest()
      dt = timeStep
    },
    retreat: () => {
      rest()
      dt *= usual.shrink
    },
  }
}
