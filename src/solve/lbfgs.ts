import { dot, type Stepper, shorten } from './stepper.ts'

/** A pair (s, y) is kept where s·y > this share of |s||y|: curvature that is positive beyond round-off. */
const leastCurvature = 1e-4
/** Trust shrinks by this after a step that raised the force and grows back by the second after one that did not. */
const [caution, confidence] = [0.5, 1.2]
/** Share of the longest step below which trust does not fall. */
const leastTrust = 0.01
/** A step after which the whole force is this many times as large was misled: what was learnt does not hold here. */
const misled = 1.3
/** So many steps in a row that raised the force, however little, were misled as well. */
const mostGrown = 12

/** Applies the inverse of a model of the Hessian to a vector, in place. */
export type Preconditioner = (v: Float64Array) => void

/**
 * L-BFGS without line search: the step −H f of the two-loop recursion over the last pairs of displacement s and change of
 * gradient y, cut to `maxStep`. Pairs without positive curvature are left out. Where the force field is only nearly a
 * gradient (a band of images) it works as well, as long as steps are short; a step after which the force has
 * grown shrinks the trust, much growth, or growth again and again, empties the memory.
 *
 * @param size          n
 * @param maxStep       furthest that a group moves in one step
 * @param curvature     first guess of the Hessian's scale; later ones come from the last pair
 * @param memory        pairs kept
 * @param precondition  P⁻¹ of a model Hessian P, in place of 1/curvature; rescaled to the last pair
 * @param watchForce    growth of the force shrinks the trust: for force fields without an energy to watch
 * Source: Byrd1995
 */
export const lbfgs = (o: {
  readonly size: number
  readonly maxStep: number
  readonly curvature: number
  readonly memory?: number
  readonly group?: number
  readonly precondition?: Preconditioner
  readonly watchForce?: boolean
}): Stepper => {
  const { size, maxStep, memory = 30, group = 3, precondition, watchForce = false } = o
  const S: Float64Array[] = [] // filled up as pairs come: most searches end before
  const Y: Float64Array[] = []
  const rho = new Float64Array(memory)
  const a = new Float64Array(memory)
  const lastX = new Float64Array(size)
  const lastF = new Float64Array(size)
  const scratch = new Float64Array(size)
  let started = false
  let stored = 0
  let next = 0
  let trust = maxStep
  let lastForce = 0
  let grown = 0
  let learnt = precondition ? 1 : 1 / o.curvature // scale of the inverse Hessian; kept when pairs are forgotten

  const remember = (x: Float64Array, f: Float64Array): void => {
    if (next === S.length) {
      S.push(new Float64Array(size))
      Y.push(new Float64Array(size))
    }
    const s = S[next]
    const y = Y[next]
    for (let i = 0; i < size; i++) {
      s[i] = x[i] - lastX[i]
      y[i] = lastF[i] - f[i]
    }
    const sy = dot(s, y)
    if (!(sy > leastCurvature * Math.sqrt(dot(s, s) * dot(y, y)))) return
    rho[next] = 1 / sy
    next = (next + 1) % memory
    stored = Math.min(stored + 1, memory)
  }

  /** yᵀP⁻¹y/sᵀy of the last pair: by how much the model Hessian is too soft. */
  const applyInitial = (v: Float64Array): void => {
    if (precondition) precondition(v)
    let scale = learnt
    if (stored > 0) {
      const last = (next + memory - 1) % memory
      scratch.set(Y[last])
      if (precondition) precondition(scratch)
      scale = 1 / (rho[last] * dot(Y[last], scratch))
      if (scale > 0) learnt = scale
    }
    for (let i = 0; i < size; i++) v[i] *= scale
  }

  const forget = (): void => {
    started = false
    stored = 0
    next = 0
  }

  return {
    step(x, f, out) {
      const force = Math.sqrt(dot(f, f))
      if (started) {
        remember(x, f)
        if (!watchForce) trust = Math.min(trust * confidence, maxStep)
        else if (force > lastForce) {
          trust = Math.max(trust * caution, leastTrust * maxStep)
          grown++
          if (force > misled * lastForce || grown === mostGrown) {
            // steps so short that they mislead by no more than this each, one after the other
            if (grown === mostGrown) trust = 0.1 * maxStep
            grown = 0
            stored = 0
            next = 0
          }
        } else {
          trust = Math.min(trust * confidence, maxStep)
          grown = 0
        }
      }
      lastX.set(x)
      lastF.set(f)
      lastForce = force
      started = true
      out.set(f)
      for (let k = 1; k <= stored; k++) {
        const j = (next - k + memory) % memory
        a[j] = rho[j] * dot(S[j], out)
        const y = Y[j]
        for (let i = 0; i < size; i++) out[i] -= a[j] * y[i]
      }
      applyInitial(out)
      for (let k = stored; k >= 1; k--) {
        const j = (next - k + memory) % memory
        const b = a[j] - rho[j] * dot(Y[j], out)
        const s = S[j]
        for (let i = 0; i < size; i++) out[i] += b * s[i]
      }
      shorten(out, group, trust)
    },
    reset: () => {
      forget()
      trust = maxStep
    },
    retreat: () => {
      forget()
      trust = Math.max(trust * caution, leastTrust * maxStep)
    },
  }
}
