import { dot, type Stepper, shorten } from '../../src/solve/stepper.ts'

/** Curvature of the first step [eV/Å²] and furthest that an atom moves in one [Å], as in ASE. */
const [curvature, maxStep] = [70, 0.2]

/**
 * L-BFGS as ASE has it: a first guess of the Hessian that never changes, every pair kept, nothing that watches for steps
 * that mislead. Driven by it, from the same images, the path search takes ASE's steps.
 */
export const plainLbfgs = (size: number): Stepper => {
  const s: Float64Array[] = []
  const y: Float64Array[] = []
  let last: { readonly x: Float64Array; readonly f: Float64Array } | undefined
  return {
    step(x, f, out) {
      if (last) {
        const before = last
        s.push(x.map((value, i) => value - before.x[i]))
        y.push(f.map((value, i) => before.f[i] - value))
      }
      last = { x: x.slice(), f: f.slice() }
      out.set(f)
      const share: number[] = []
      for (let k = s.length - 1; k >= 0; k--) {
        share[k] = dot(s[k], out) / dot(s[k], y[k])
        for (let i = 0; i < size; i++) out[i] -= share[k] * y[k][i]
      }
      for (let i = 0; i < size; i++) out[i] /= curvature
      for (let k = 0; k < s.length; k++) {
        const rest = share[k] - dot(y[k], out) / dot(s[k], y[k])
        for (let i = 0; i < size; i++) out[i] += rest * s[k][i]
      }
      shorten(out, 3, maxStep)
    },
    reset() {},
    retreat() {},
  }
}
